"""The inputs of the referral form, each with its label, its limits and, when it came back, its fault.

Only the question about danger is `isRequired`. Teams holds every button of a card to that, so on any other question it
would refuse Back and Save for later until the form is finished, and what was typed would be lost. That an answer is
missing is said by the server instead, next to the input, with everything kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from cards import forms, parts, texts
from cards.elements import Choice, ChoiceInput, Strict, TextBlock, TextInput
from cards.views import FormView

_LONG: Final = frozenset({"what", "tried", "wanted", "affected", "involved", "equality_note"})


def text_field(form: FormView, field: str) -> list[Strict]:
    typed = TextInput(
        id=field,
        label=texts.LABELS[field],
        placeholder=texts.EXAMPLES.get(field),
        value=form.values.get(field) or None,
        max_length=forms.most_characters(field),
        is_multiline=field in _LONG or None,
        spacing="Large",
    )
    return [typed, *_fault(form, field)]


def choice_field(form: FormView, field: str) -> list[Strict]:
    """A list that opens."""
    return [_choice(form, field, style="compact", placeholder=texts.CHOOSE_ONE), *_fault(form, field)]


def question(form: FormView, field: str) -> list[Strict]:
    """A short question with its answers in full view."""
    return [_choice(form, field, style="expanded", wrap=True), *_fault(form, field)]


def required_question(form: FormView, field: str) -> list[Strict]:
    must = {"is_required": True, "error_message": texts.MISSING[field]}
    return [_choice(form, field, style="expanded", wrap=True, **must), *_fault(form, field)]


def told_of_lost_choices(form: FormView, fields: tuple[str, ...]) -> FormView:
    """The form with a fault at each earlier choice that is no longer offered; the choice itself is not shown."""
    lost = {
        field: texts.NO_LONGER_A_CHOICE
        for field in fields
        if _is_choice(field) and _chosen(form, field) and _chosen(form, field) not in _offered(form, field)
    }
    return replace(form, errors={**lost, **form.errors}) if lost else form


# --- pieces ----------------------------------------------------------------------------------------------------------


def _choice(form: FormView, field: str, **properties: Any) -> ChoiceInput:
    offered, chosen = _offered(form, field), _chosen(form, field)
    return ChoiceInput(
        id=field,
        label=texts.LABELS[field],
        choices=[Choice(title=title, value=str(value)) for value, title in offered.items()],
        value=chosen if chosen in offered else None,
        spacing="Large",
        **properties,
    )


def _is_choice(field: str) -> bool:
    return field == "category" or field in texts.CHOICES


def _chosen(form: FormView, field: str) -> str:
    return form.values.get(field, "").strip()


def _offered(form: FormView, field: str) -> Mapping[str, str]:
    if field == "category":
        return {category.id: category.name for category in form.directory.categories}
    return texts.CHOICES[field]


def _fault(form: FormView, field: str) -> list[TextBlock]:
    sentence = form.errors.get(field)
    return [parts.fault(sentence)] if sentence else []
