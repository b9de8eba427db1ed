"""The app's two icons: a hub with six spokes, drawn from distances so that every edge is smooth at any size.

A point's signed distance to a shape is below nought inside it. Half a pixel either side of nought the shape covers the
pixel partly, which is all that anti-aliasing is.
"""

import math
from collections.abc import Callable, Iterator

from deploy.package.png import Image, Pixel

Point = tuple[float, float]
Distance = Callable[[Point], float]

ACCENT = "#0B5C63"
TEAL: Pixel = (0x0B, 0x5C, 0x63, 255)
WHITE: Pixel = (255, 255, 255, 255)
TRANSPARENT_WHITE: Pixel = (255, 255, 255, 0)

# The symbol in a square from -1 to 1.
SPOKES = 6
HUB, NODE, REACH, SPOKE = 0.34, 0.19, 0.79, 0.07
OUTLINE_SPOKE = 0.09


def colour_icon() -> Image:
    """192 pixels square, filled to the edges; the symbol keeps to the middle 120, the part Teams never crops."""
    return draw(192, 60, symbol(SPOKE), WHITE, TEAL)


def outline_icon() -> Image:
    """32 pixels square, white on nothing, as Teams asks."""
    return draw(32, 14.5, symbol(OUTLINE_SPOKE), WHITE, TRANSPARENT_WHITE)


def symbol(spoke_width: float) -> Distance:
    shapes = [disc((0, 0), HUB)]
    for x, y in node_places():
        shapes += [disc((x, y), NODE), line((x, y), spoke_width)]
    return lambda point: min(shape(point) for shape in shapes)


def node_places() -> Iterator[Point]:
    for number in range(SPOKES):
        angle = math.tau * number / SPOKES + math.tau / 4
        yield REACH * math.cos(angle), REACH * math.sin(angle)


def disc(centre: Point, radius: float) -> Distance:
    return lambda point: math.dist(point, centre) - radius


def line(end: Point, half_width: float) -> Distance:
    """A line from the middle to `end`."""
    length_squared = end[0] ** 2 + end[1] ** 2

    def distance(point: Point) -> float:
        along = max(0.0, min(1.0, (point[0] * end[0] + point[1] * end[1]) / length_squared))
        return math.dist(point, (along * end[0], along * end[1])) - half_width

    return distance


def draw(size: int, scale: float, shape: Distance, ink: Pixel, paper: Pixel) -> Image:
    """`scale` is how many pixels one unit of the symbol takes."""

    def pixel(column: int, row: int) -> Pixel:
        point = ((column + 0.5 - size / 2) / scale, (row + 0.5 - size / 2) / scale)
        return mix(ink, paper, coverage=0.5 - shape(point) * scale)

    return [[pixel(column, row) for column in range(size)] for row in range(size)]


def mix(ink: Pixel, paper: Pixel, *, coverage: float) -> Pixel:
    share = max(0.0, min(1.0, coverage))
    red, green, blue, alpha = (round(p + (i - p) * share) for i, p in zip(ink, paper, strict=True))
    return red, green, blue, alpha
