"""No text that somebody typed is lost: it is kept, given back, or refused in so many words."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cards import texts, texts_reviews
from cards.escape import as_typed
from tests.contract.bot.presses.content import even
from tests.contract.bot.presses.house import Answered, Card, Json, Press, shown_on, verb_of
from tests.contract.bot.presses.writing import marks_in

REFUSED: Final = frozenset(texts.REFUSALS.values())
# What a search is for is nobody's text to keep, and may hold what stands in a file.
NOT_TO_KEEP: Final = frozenset({"term", "of"})
_SEARCHES: Final = frozenset({"cover.find"})


def keeps_what_was_typed(answered: Answered) -> None:
    """Each text that was sent is kept, or stands in an input of what came back, or was refused in so many words."""
    press, given_back = answered.press, _given_back(answered)
    for name, text in _sent(press):
        if even(text) in answered.after.cells or even(text) in given_back or answered.said in REFUSED:
            continue
        lines = [even(line) for line in text.splitlines() if line.strip()]
        if all(line in answered.after.cells for line in lines):
            continue
        assert _is_told_of(text, answered) or _is_read_back(text, answered), f"{name} is lost: {text[:120]!r}"


def _sent(press: Press) -> Iterator[tuple[str, str]]:
    """The free texts that this press brought, by the input they stood in."""
    chosen_otherwise = {
        name.removesuffix("_choice")
        for name, value in press.data.items()
        if name.endswith("_choice") and value != "own"
    }
    for name, value in press.data.items():
        if (
            name in NOT_TO_KEEP | chosen_otherwise
            or press.verb in _SEARCHES
            or name not in press.button.inputs
        ):
            continue
        if isinstance(value, str) and marks_in(value):
            yield name, value.removeprefix("text:") if name.endswith("_choice") else value
    yield from waiting_in(press.data)


def waiting_in(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A form that waits while another page is filled in: what was typed there travels in the buttons that lead back."""
    typed = (data.get("carried") or {}).get("typed") or {}
    yield from ((name, text) for name, text in typed.items() if marks_in(text))


def _given_back(answered: Answered) -> frozenset[str]:
    """What stands in the inputs of the card that came back, or waits behind one of its buttons."""
    if answered.card is None:
        return frozenset()
    waiting = (text for data in carried(answered.card.json) for _, text in waiting_in(data))
    return frozenset(even(value) for value in (*input_values(answered.card.json), *waiting))


def _is_told_of(text: str, answered: Answered) -> bool:
    """A text that cannot be kept as it is comes back as far as it can be shown, and its writer is told."""
    if answered.card is None:
        return False
    (mark, *_) = marks_in(text)
    back = [value for value in input_values(answered.card.json) if mark in value]
    shown = " ".join(shown_on(answered.card.json))
    told = texts.CUT_TO_FIT in shown or texts.CANNOT_BE_SHOWN in shown
    return bool(back) and told


def _is_read_back(text: str, answered: Answered) -> bool:
    """Who came second has nothing left to send, and reads what they wrote, to be copied."""
    shown = shown_on(answered.card.json) if answered.card else []
    return texts_reviews.YOU_WROTE in shown and as_typed(even(text)) in map(even, shown)


def input_values(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for each in part:
            yield from input_values(each)
    if isinstance(part, dict):
        if str(part.get("type", "")).startswith("Input.") and isinstance(part.get("value"), str):
            yield part["value"]
        for each in part.values():
            yield from input_values(each)


def carried(card: Json) -> Iterator[Json]:
    """What each button says when it is pressed."""
    for button in Card(card, "", in_dialog=False, drawn_at=0).buttons:
        yield {**(button.action.get("data") or {}), "verb": verb_of(button)}
