"""The daily digest: what is new for somebody, case by case, each line with the button that leads there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Final

from cards import (
    case_pieces,
    checks,
    dates,
    parts,
    texts_asking,
    texts_cover,
    texts_digest,
    texts_moves,
    texts_reviews,
    texts_tasking,
    verbs,
    words,
)
from cards.elements import Action, Container, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store.nudges import Nudge, Step

MOST_LINES: Final = 12


@dataclass(frozen=True)
class DigestLine:
    """One thing that waits, with the names of its hub, its category and of whatever its `what` is the id of.

    `today` is the day in its hub.
    """

    nudge: Nudge
    hub_name: str
    category: str
    what: str
    today: date

    @property
    def is_overdue(self) -> bool:
        return self.nudge.due_on is not None and self.nudge.due_on < self.today

    @property
    def place(self) -> tuple[str, str]:
        """What it is told under: its case, or else its hub."""
        return self.nudge.reference, self.nudge.hub_id


# Where each leads: the button's words and its verb. What is about a case carries that case; the others their hub.
_WAYS: Final[Mapping[str, tuple[str, str]]] = {
    "task": (texts_tasking.HOW_IT_WENT, verbs.TASK_RECORD_OPEN),
    "declined": (texts_tasking.FIND_SOMEBODY, verbs.TASK_REASSIGN_OPEN),
    "request": (texts_asking.ANSWER, verbs.REQUEST_ANSWER_OPEN),
    "signpost": (texts_tasking.HOW_IT_WENT, verbs.POINTER_OPEN),
    "clock": (texts_tasking.OPEN_CASE, verbs.CASE_OPEN),
    "review": (texts_reviews.DO, verbs.MONTHLY_OPEN),
    "missed_review": (texts_tasking.OPEN_CASE, verbs.CASE_OPEN),
    "retention": (texts_moves.RETENTION_TITLE, verbs.RETENTION_LIST),
    "lost": (texts_cover.COVER_TITLE, verbs.COVER_OPEN),
    "uncovered": (texts_cover.COVER_TITLE, verbs.COVER_OPEN),
}
_TO_TALLY: Final = (texts_digest.TO_TALLY, verbs.REQUESTS_TALLY)


def digest(lines: Sequence[DigestLine], marking: str) -> CardJson:
    """The card, with as many lines as fit, the most urgent first; the rest is counted.

    `lines` come with the most urgent first; a case stands where its most urgent line does.
    """
    most = min(MOST_LINES, len(lines))
    card = _digest(lines, most, marking)
    while not checks.fits(card) and most > 1:
        most -= 1
        card = _digest(lines, most, marking)
    return card


def summary(lines: Sequence[DigestLine]) -> str:
    """What the notification says: how much, and nothing of what."""
    in_cases = [line for line in lines if line.nudge.reference]
    return texts_digest.summary(
        cases=len({line.nudge.reference for line in in_cases}),
        in_cases=len(in_cases),
        others=len(lines) - len(in_cases),
        overdue=sum(line.is_overdue for line in lines),
    )


def _digest(lines: Sequence[DigestLine], most: int, marking: str) -> CardJson:
    body: list[Strict] = [
        parts.heading(texts_digest.TITLE),
        parts.quiet(as_typed(marking)),
        parts.paragraph(summary(lines), "Small"),
        *_by_case(lines[:most]),
    ]
    if more := len(lines) - most:
        body.append(parts.paragraph(texts_digest.and_more(more), "Medium"))
    return parts.card(body, [parts.my_work_opener()])


def _by_case(lines: Sequence[DigestLine]) -> Iterator[Container]:
    first: dict[tuple[str, str], int] = {}
    for place, line in enumerate(lines):
        first.setdefault(line.place, place)
    ordered = sorted(lines, key=lambda line: first[line.place])
    for _, group in groupby(ordered, key=lambda line: line.place):
        yield _group(list(group))


def _group(lines: Sequence[DigestLine]) -> Container:
    line, nudge = lines[0], lines[0].nudge
    band = words.BAND[nudge.band] if nudge.band else ""
    title = nudge.reference or texts_digest.NO_CASE
    return case_pieces.block(
        parts.paragraph(f"**{as_typed(title)}**"),
        parts.quiet(as_typed(texts_digest.about(line.hub_name, line.category, band))),
        *(piece for place, each in enumerate(lines) for piece in _line(each, place)),
    )


def _line(line: DigestLine, place: int) -> Iterator[Strict]:
    nudge = line.nudge
    yield parts.paragraph(_what(line), "Small")
    yield from _how_pressing(line)
    if nudge.on_behalf_of:
        yield parts.quiet(texts_digest.instead_of(as_typed(nudge.on_behalf_of)))
    way = _way(nudge, place)
    if way is not None:
        yield case_pieces.buttons(way)


def _what(line: DigestLine) -> str:
    nudge = line.nudge
    is_told_on = nudge.kind == "request" and nudge.step == Step.ESCALATED
    said = texts_digest.ASKED if is_told_on else texts_digest.WHAT.get(nudge.kind, "{what}")
    return said.format(n=nudge.n, what=as_typed(line.what))


def _how_pressing(line: DigestLine) -> Iterator[Strict]:
    nudge = line.nudge
    if nudge.step == Step.ESCALATED:
        yield parts.quiet(texts_digest.ESCALATED)
    if nudge.due_on is None:
        return
    if nudge.kind == "agreement":
        said = texts_digest.AGREEMENT[line.is_overdue].format(dates.day(nudge.due_on))
        yield case_pieces.alarm(said) if line.is_overdue else parts.quiet(said)
        return
    due = texts_tasking.work_due(dates.day(nudge.due_on), (nudge.due_on - line.today).days)
    if line.is_overdue:
        yield case_pieces.alarm(due)
    else:
        yield parts.quiet(texts_digest.about(texts_digest.NEW if nudge.step == Step.NEW else "", due))


def _way(nudge: Nudge, place: int) -> Action | None:
    is_told_on = nudge.kind == "request" and nudge.step == Step.ESCALATED
    way = _TO_TALLY if is_told_on else _WAYS.get(nudge.kind)
    if way is None:
        return None
    title, verb = way
    if not nudge.reference:
        return parts.case_opener(title, verb, name=f"{nudge.kind}-{nudge.hub_id}-{place}", hub=nudge.hub_id)
    name = f"{nudge.kind}-{nudge.reference}-{nudge.n}"
    found = parts.case_opener(title, verb, name=name, case=nudge.reference, seen=nudge.moves, n=nudge.n)
    found.tooltip = f"{title} {nudge.reference}"
    return found
