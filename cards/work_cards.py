"""My work: what waits for somebody, the most urgent first, each line with the button that leads there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import case_pieces, dates, parts, texts, texts_asking, texts_reviews, texts_tasking, verbs, words
from cards.elements import Action, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store.work import Item


@dataclass(frozen=True)
class WorkLine:
    """One thing that waits, with the names of its hub, its category and, for help from outside, the organisation.

    `today` is the day in its hub.
    """

    item: Item
    hub_name: str
    category: str
    outside: str
    today: date


# Where each leads: the button's words and its verb.
_WAYS: Final = {
    "task": (texts_tasking.HOW_IT_WENT, verbs.TASK_RECORD_OPEN),
    "declined": (texts_tasking.FIND_SOMEBODY, verbs.TASK_REASSIGN_OPEN),
    "request": (texts_asking.ANSWER, verbs.REQUEST_ANSWER_OPEN),
    "signpost": (texts_tasking.HOW_IT_WENT, verbs.POINTER_OPEN),
    "clock": (texts_tasking.OPEN_CASE, verbs.CASE_OPEN),
    "review": (texts_reviews.DO, verbs.MONTHLY_OPEN),
}


def work(lines: Sequence[WorkLine], *, page: int, more: bool, surface: Surface, marking: str) -> CardJson:
    body: list[Strict] = [
        parts.heading(texts_tasking.WORK_TITLE),
        parts.quiet(as_typed(marking)),
        *([parts.paragraph(texts_tasking.WORK_WHY, "Medium")] if lines else []),
        *(_line(line, surface) for line in lines),
    ]
    if not lines:
        body.append(parts.paragraph(texts_tasking.NO_MORE_WORK if page else texts_tasking.NO_WORK, "Medium"))
    return parts.card(body, _turning(page, surface, more=more))


def _line(line: WorkLine, surface: Surface) -> Strict:
    item = line.item
    days = (item.due_on - line.today).days
    due = texts_tasking.work_due(dates.day(item.due_on), days)
    about = [line.hub_name, line.category, *([words.BAND[item.band]] if item.band else [])]
    title, verb = _WAYS[item.kind]
    way = parts.button(
        surface,
        title,
        verb,
        name=f"{item.kind}-{item.reference}-{item.n}",
        case=item.reference,
        seen=item.moves,
        n=item.n,
    )
    return case_pieces.block(
        parts.paragraph(f"**{as_typed(item.reference)}**{texts.BETWEEN}{_what(line)}"),
        case_pieces.alarm(due) if days < 0 else parts.paragraph(due, "Small"),
        parts.quiet(as_typed(texts.BETWEEN.join(about))),
        case_pieces.buttons(way),
    )


def _what(line: WorkLine) -> str:
    item = line.item
    if item.kind == "clock":
        return words.CLOCK[item.what]
    said = texts_tasking.WHAT_WORK[item.kind].format(item.n)
    more = line.outside if item.kind == "signpost" else item.what
    return f"{said}: {as_typed(more)}" if more else said


def _turning(page: int, surface: Surface, *, more: bool) -> list[Action]:
    turns = []
    if page:
        turns.append(
            parts.button(surface, texts_tasking.EARLIER, verbs.WORK_MINE, name="earlier", page=page - 1)
        )
    if more:
        turns.append(parts.button(surface, texts_tasking.LATER, verbs.WORK_MINE, name="later", page=page + 1))
    return turns
