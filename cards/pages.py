"""A long list on as many cards as it needs: filled to what Teams can show, with buttons that turn the page."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from cards import checks, parts, texts_case
from cards.case_view import CaseView
from cards.elements import Action, Strict
from cards.parts import CardJson

# Bytes kept free for the line that names the page and the buttons that turn it.
_FRAME: Final = 1_500


def on_pages(
    head: Sequence[Strict],
    blocks: Sequence[Strict],
    page: int,
    actions: Callable[[int, bool], list[Action]],
) -> CardJson:
    """The card of one page. `actions` are told the page's number and whether another follows.

    A page beyond the last is the last one: the list may have become shorter since the button was drawn.
    """
    room = checks.MOST_BYTES - _FRAME - checks.size_of(parts.card([*head], actions(1, True)))
    pages = _filled(blocks, room)
    number = max(0, min(page, len(pages) - 1))
    foot = [parts.quiet(texts_case.page_of(number + 1, len(pages)), "Medium")] if len(pages) > 1 else []
    return parts.card([*head, *pages[number], *foot], actions(number, number + 1 < len(pages)))


def turning(view: CaseView, verb: str, page: int, *, more: bool, **data: Any) -> list[Action]:
    turns = []
    if page:
        turns.append(view.button(texts_case.PREVIOUS_PAGE, verb, name="previous", page=page - 1, **data))
    if more:
        turns.append(view.button(texts_case.NEXT_PAGE, verb, name="next", page=page + 1, **data))
    return turns


def _filled(blocks: Sequence[Strict], room: int) -> list[list[Strict]]:
    """The blocks in their order, each page as full as it may be; one that is too big for any has a page of its own."""
    pages: list[list[Strict]] = [[]]
    left = room
    for block in blocks:
        size = _size(block)
        if pages[-1] and size > left:
            pages.append([])
            left = room
        pages[-1].append(block)
        left -= size
    return pages


def _size(block: Strict) -> int:
    rendered: dict[str, Any] = block.render()
    return checks.size_of(rendered) + len(",")
