"""The inputs of a case's forms: each starts with what was typed, and carries its fault right below.

None is `isRequired`: Teams would hold every button of the card to it, and "Back without saving" must always work. What is
missing is said by the server instead, with everything kept.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from cards import checks, parts, texts, texts_case
from cards.case_view import CaseView, Typed, fault
from cards.elements import Action, Choice, ChoiceInput, DateInput, Strict, TextInput, TimeInput
from cards.parts import CardJson

# The value of a choice: a text, or a member of an enumeration of texts.
Key = TypeVar("Key", bound=str)

# As many answers as are still quicker to read than a list is to open.
_IN_FULL_VIEW: Final = 4


def form(typed: Typed, build: Callable[[Typed], CardJson]) -> CardJson:
    """The form; a text far beyond its limit is given back cut, with a word about that, rather than not at all.

    What is stored always fits: this is for what a client let through that should not have.
    """
    card = build(typed)
    while not checks.fits(card) and any(typed.values.values()):
        typed = _shortened(typed, by=checks.size_of(card) - checks.MOST_BYTES)
        card = build(typed)
    return card


def _shortened(typed: Typed, by: int) -> Typed:
    longest = max(typed.values, key=lambda name: len(typed.values[name]))
    text = typed.values[longest]
    shown = text[: max(len(text) - by, len(text) // 2)]
    return Typed({**typed.values, longest: shown}, {**typed.errors, longest: texts.CUT_TO_FIT})


def text(
    typed: Typed, name: str, label: str, *, most: int, lines: bool = False, example: str = ""
) -> list[Strict]:
    typed_in = TextInput(
        id=name,
        label=label,
        placeholder=example or None,
        value=typed.values.get(name) or None,
        max_length=most,
        is_multiline=lines or None,
        spacing="Large",
    )
    return [typed_in, *fault(typed, name)]


def choice(typed: Typed, name: str, label: str, offered: Mapping[Key, str]) -> list[Strict]:
    """A question with its answers in full view where they are few, and a list that opens where they are many."""
    if len(offered) <= _IN_FULL_VIEW:
        return question(typed, name, label, offered)
    return _asked(typed, name, label, offered, style="compact", placeholder=texts.CHOOSE_ONE)


def compact(typed: Typed, name: str, label: str, offered: Mapping[Key, str], empty: str) -> list[Strict]:
    """A question in one line, where a form asks the same of many; `empty` stands while nothing is chosen."""
    return _asked(typed, name, label, offered, style="compact", placeholder=empty)


def question(typed: Typed, name: str, label: str, offered: Mapping[Key, str]) -> list[Strict]:
    """A question with its answers in full view."""
    return _asked(typed, name, label, offered, style="expanded", wrap=True)


def _asked(typed: Typed, name: str, label: str, offered: Mapping[Key, str], **style: Any) -> list[Strict]:
    chosen = typed.values.get(name, "")
    asked = ChoiceInput(
        id=name,
        label=label,
        choices=[Choice(title=title, value=str(value)) for value, title in offered.items()],
        value=chosen if chosen in offered else None,
        spacing="Large",
        **style,
    )
    return [asked, *fault(typed, name)]


def day(typed: Typed, name: str, label: str) -> list[Strict]:
    asked = DateInput(id=name, label=label, value=typed.values.get(name) or None, spacing="Large")
    return [asked, *fault(typed, name)]


def time(typed: Typed, name: str, label: str) -> list[Strict]:
    asked = TimeInput(id=name, label=label, value=typed.values.get(name) or None, spacing="Large")
    return [asked, *fault(typed, name)]


def check_these(typed: Typed) -> list[Strict]:
    """The line on top of a form that came back."""
    if not typed.errors:
        return []
    sentence = texts_case.look_at(len(typed.errors))
    return [parts.notice(parts.paragraph(sentence), style="warning")]


def said_on_top(typed: Typed, name: str) -> list[Strict]:
    """A fault of the form as a whole, which belongs to no input."""
    sentence = typed.errors.get(name)
    return [parts.notice(parts.paragraph(sentence), style="warning")] if sentence else []


def without_inputs(button: Action) -> Action:
    """A button that takes nothing of the form along."""
    button.associated_inputs = "none"
    return button


def back_without_saving(view: CaseView, verb: str, **data: Any) -> Action:
    return without_inputs(view.button(texts_case.BACK_WITHOUT_SAVING, verb, name="back", **data))
