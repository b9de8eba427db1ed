"""The inputs of a stage's page: each asks its question, gives an example, and carries its fault right below.

None is `isRequired`: Teams would hold every button to it, and a half-filled page must be saved as easily as left.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from cards import case_fields, parts, texts, texts_stages, verbs, words
from cards.case_view import fault
from cards.elements import (
    ActionSet,
    Choice,
    ChoiceInput,
    Column,
    ColumnSet,
    Container,
    DateInput,
    Input,
    Strict,
    TextBlock,
    TextInput,
)
from cards.escape import as_typed
from cards.stage_page import StagePage
from cards.texts_questions import QUESTIONS
from osara_store.stages import FIELD, TRIANGLE, Field, Part, Sort

_SHOWN_OF_APART: Final = 160
_IN_LINES: Final = frozenset({Sort.TEXT, Sort.LIST})
# Of a number or a day one may write too much, and is told what is wanted.
IN_WORDS: Final = _IN_LINES | {Sort.SHORT}
# As many answers as are still quicker to read than a list is to open.
_IN_FULL_VIEW: Final = 5


def all_of(page: StagePage) -> list[Strict]:
    """Every question of the page, laid out as its part asks for."""
    if page.part is Part.TRIANGLE:
        return [_side(page, side) for side in TRIANGLE]
    return [element for field in page.fields for element in _row(page, field)]


def one(page: StagePage, field: Field) -> list[Strict]:
    """A question with its answer, its fault, where the answer comes from and what it was in the cycle before."""
    if field.name in page.apart:
        return _apart(page, field)
    return [
        _input(page, field),
        *fault(page.typed, field.name),
        *_origin(page, field),
        *_earlier(page, field.name),
    ]


def ask(field: Field) -> str:
    return texts_stages.grade_ask(field.name) if field.is_grade else QUESTIONS[field.name].ask


def _label(field: Field) -> str:
    return ask(field) + (texts_stages.NEEDED if field.required else "")


# --- layout ----------------------------------------------------------------------------------------------------------


def _row(page: StagePage, field: Field) -> list[Strict]:
    """A field, or two that belong side by side."""
    if field.name == "period_to":
        return []
    if field.name == "period_from":
        asked = parts.small_heading(texts_stages.PERIOD_ASK)
        asked.spacing = "Large"
        return [asked, _side_by_side(page, ("period_from", "period_to"))]
    return one(page, field)


def _side_by_side(page: StagePage, names: Iterable[str]) -> ColumnSet:
    columns = [Column(items=one(page, FIELD[name]), width="stretch") for name in names]
    return ColumnSet(columns=columns, spacing="Small")


def _side(page: StagePage, side: str) -> Container:
    """One side of the triangle: what is known of it beside who is missing, or why there is nothing to say."""
    fields = TRIANGLE[side]
    return Container(
        items=[
            parts.small_heading(words.SIDE[side]),
            parts.quiet(texts_stages.SIDE_ASK[side]),
            _side_by_side(page, (fields.features, fields.controller)),
            *one(page, FIELD[fields.not_applicable]),
        ],
        separator=True,
        spacing="Large",
    )


# --- one input -------------------------------------------------------------------------------------------------------


def _input(page: StagePage, field: Field) -> Input:
    about: dict[str, Any] = {"id": field.name, "label": _label(field), "spacing": _spacing(field)}
    text = page.text(field.name)
    if field.sort is Sort.CHOICE:
        return _choices(field, text, about)
    if field.sort is Sort.DAY and _is_day(text):
        return DateInput(value=text or None, **about)
    return TextInput(
        value=text or None,
        placeholder=texts_stages.example(field.name),
        max_length=field.most if field.sort in IN_WORDS else None,
        is_multiline=field.sort in _IN_LINES or None,
        **about,
    )


def _choices(field: Field, chosen: str, about: dict[str, Any]) -> ChoiceInput:
    offered = texts_stages.CHOICES[field.name]
    in_full_view = not field.is_grade and len(offered) <= _IN_FULL_VIEW
    return ChoiceInput(
        choices=[Choice(title=title, value=value) for value, title in offered.items()],
        value=chosen if chosen in offered else None,
        style="expanded" if in_full_view else "compact",
        wrap=True if in_full_view else None,
        placeholder=None if in_full_view else texts.CHOOSE_ONE,
        **about,
    )


def _spacing(field: Field) -> str:
    """What belongs to the answer above stands closer to it."""
    return "Medium" if field.is_grade or field.name.endswith("_not_applicable") else "Large"


def _is_day(text: str) -> bool:
    """A calendar shows nothing of any other text; then it is given back as it was typed, to be put right."""
    try:
        return not text or bool(date.fromisoformat(text))
    except ValueError:
        return False


def _origin(page: StagePage, field: Field) -> list[TextBlock]:
    if not page.is_suggested(field.name):
        return []
    wanted = field.name == "different"
    return [
        parts.quiet(texts_stages.WANTED_BY_REFERRER if wanted else texts_stages.FROM_THE_REFERRAL, "Small")
    ]


def _earlier(page: StagePage, name: str) -> list[TextBlock]:
    text = page.earlier.get(name)
    if not text:
        return []
    said = as_typed(texts_stages.cut(texts_stages.said(name, text), page.quoted))
    return [parts.quiet(texts_stages.in_cycle(page.cycle - 1, said), "Small")]


def _apart(page: StagePage, field: Field) -> list[Strict]:
    return [
        TextBlock(text=as_typed(_label(field)), weight="Bolder", wrap=True, spacing="Large"),
        *beginning(page, field.name),
    ]


def beginning(page: StagePage, name: str) -> list[Strict]:
    """The beginning of a long text, and the way to the whole of it."""
    start = as_typed(texts_stages.cut(page.text(name), _SHOWN_OF_APART))
    whole = page.view.button(
        texts_stages.OPEN_ON_ITS_OWN,
        verbs.STAGE_OPEN,
        name=f"open_{name}",
        part=str(page.part),
        field=name,
        **(page.along if page.has_room else {}),
    )
    first = [parts.quiet(texts_stages.TOO_LONG_FOR_PAGE, "Small")] if page.writes else []
    return [
        parts.paragraph(start, "Small"),
        *first,
        ActionSet(actions=[case_fields.without_inputs(whole)], spacing="Small"),
    ]
