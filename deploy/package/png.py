"""Writes a PNG file: just enough of the format for two icons, so that no drawing library is needed."""

import struct
import zlib

Pixel = tuple[int, int, int, int]
Image = list[list[Pixel]]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
EIGHT_BITS_WITH_ALPHA = (8, 6, 0, 0, 0)


def encode(image: Image) -> bytes:
    """Rows of red, green, blue and alpha, each 0 to 255."""
    header = struct.pack(">IIBBBBB", len(image[0]), len(image), *EIGHT_BITS_WITH_ALPHA)
    unfiltered_rows = b"".join(b"\0" + bytes(part for pixel in row for part in pixel) for row in image)
    return (
        SIGNATURE
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(unfiltered_rows, 9))
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
