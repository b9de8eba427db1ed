"""Two people wrote at once: their texts side by side, and the choice which of them stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from cards import case_fields, checks, dates, parts, stage_fields, texts_clash, texts_stages, verbs
from cards.case_view import CaseView, fault, top
from cards.elements import Action as Button
from cards.elements import Choice, ChoiceInput, Column, ColumnSet, Strict, TextInput
from cards.escape import as_typed
from cards.parts import CardJson
from cards.stage_fields import IN_WORDS
from cards.stage_forms import OWN, TEXT, Written, pick_of
from osara_store.answers import Clash
from osara_store.case_file import Answer
from osara_store.stages import FIELD, Field, Part, Sort

# More people than this in one field are told about one after the other.
_MOST_OTHERS: Final = 2
_BESIDE_EACH_OTHER: Final = 2
_SHOWN_OF_A_LONG_TEXT: Final = 300


@dataclass(frozen=True)
class _Room:
    """What there is room for: how many clashes, the texts in full, and a text made of both to begin with."""

    clashes: int
    in_full: bool
    together: bool


def clash(
    view: CaseView,
    part: Part,
    clashes: Sequence[Clash],
    typed: Written | None = None,
    *,
    carried: Mapping[str, Any] = MappingProxyType({}),
) -> CardJson:
    """The page on which somebody chooses; what there is no room for waits until this is chosen.

    `carried` is a half-written task that waits for the page, and comes along with every button; it gives way to texts as
    long as they may be, which are kept nowhere else.
    """
    typed = typed or Written({}, {})
    along: dict[str, Any] = {"carried": dict(carried)} if carried else {}
    rooms = [(room, along) for room in _rooms(len(clashes))]
    card: CardJson = {}
    for room, with_it in [*rooms, (rooms[-1][0], {})]:
        card = _card(view, part, clashes, typed, room, with_it)
        if checks.fits(card):
            break
    return card


def waiting(view: CaseView, part: Part) -> tuple[Clash, ...]:
    """What waits for a choice on a page, whoever wrote it; empty where nothing does."""
    here = [aside for aside in view.file.asides if FIELD[aside.field].part is part]
    return tuple(_waiting(view, name, here) for name in dict.fromkeys(aside.field for aside in here))


def _waiting(view: CaseView, field: str, asides: Sequence[Answer]) -> Clash:
    theirs = view.file.standing[(view.case.cycle, field)]
    here = [aside for aside in asides if aside.field == field]
    own = [aside.text for aside in here if aside.by.is_by(view.actor)]
    others = tuple(aside for aside in here if not aside.by.is_by(view.actor))
    return Clash(field, own[-1] if own else theirs.text, theirs, others)


# --- the page --------------------------------------------------------------------------------------------------------


def _rooms(clashes: int) -> list[_Room]:
    rooms = [_Room(count, True, together) for count in range(clashes, 0, -1) for together in (True, False)]
    return [*rooms, _Room(1, in_full=False, together=False)]


def _card(
    view: CaseView,
    part: Part,
    clashes: Sequence[Clash],
    typed: Written,
    room: _Room,
    along: Mapping[str, Any],
) -> CardJson:
    shown = clashes[: room.clashes]
    body: list[Strict] = [
        *top(view, texts_clash.TITLE),
        parts.paragraph(texts_clash.WHY, "Medium"),
        *(element for each in shown for element in _one(view, each, typed, room)),
    ]
    if len(shown) < len(clashes):
        body.append(parts.quiet(texts_clash.MORE_LATER, "Large"))
    return parts.card(body, _buttons(view, part, shown, along))


def _buttons(view: CaseView, part: Part, shown: Sequence[Clash], along: Mapping[str, Any]) -> list[Button]:
    choose = view.button(
        texts_clash.CHOOSE,
        verbs.STAGE_CHOOSE,
        main=True,
        part=str(part),
        cycle=view.case.cycle,
        versions={each.field: max(answer.n for answer in _answers(each)) for each in shown},
        **along,
    )
    later = view.button(texts_clash.CHOOSE_LATER, verbs.STAGE_OPEN, name="back", part=str(part), **along)
    return [choose, case_fields.without_inputs(later)]


def _one(view: CaseView, each: Clash, typed: Written, room: _Room) -> list[Strict]:
    field, found = FIELD[each.field], _texts(view, each)
    return [
        parts.small_heading(stage_fields.ask(field)),
        *_side_by_side(field, found, in_full=room.in_full),
        _which(field, found, typed),
        *fault(typed, field.name),
        *([_own(field, found, typed, together=room.together)] if field.sort in IN_WORDS else []),
    ]


# --- the texts -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Text:
    """One of the texts: whose it is, and how it is chosen."""

    text: str
    by: str
    choose: str


def _answers(each: Clash) -> tuple[Answer, ...]:
    """As many of the others' as are shown at once."""
    return (each.theirs, *each.others[:_MOST_OTHERS])


def _texts(view: CaseView, each: Clash) -> list[_Text]:
    """All that are shown, each text once: what stands first, and one's own last."""
    found = {answer.text: _by(view, answer, stands=answer is each.theirs) for answer in _answers(each)}
    own = _Text(each.mine, texts_clash.YOURS, texts_clash.USE_YOURS)
    return list({**found, each.mine: found.get(each.mine, own)}.values())


def _by(view: CaseView, answer: Answer, *, stands: bool) -> _Text:
    if answer.by.is_by(view.actor):
        return _Text(answer.text, texts_clash.YOURS, texts_clash.USE_YOURS)
    name = as_typed(answer.by.author_name)
    by = texts_clash.by(name, dates.moment(answer.by.at, view.hub.zone))
    choose = texts_clash.keep_theirs(name) if stands else texts_clash.use_theirs(name)
    return _Text(answer.text, by, choose)


def _side_by_side(field: Field, found: Sequence[_Text], *, in_full: bool) -> list[Strict]:
    rows = [found[n : n + _BESIDE_EACH_OTHER] for n in range(0, len(found), _BESIDE_EACH_OTHER)]
    return [
        ColumnSet(columns=[_column(field, each, in_full=in_full) for each in row], spacing="Small")
        for row in rows
    ]


def _column(field: Field, each: _Text, *, in_full: bool) -> Column:
    said = texts_stages.said(field.name, each.text) or texts_clash.EMPTIED
    shown = said if in_full else texts_stages.cut(said, _SHOWN_OF_A_LONG_TEXT)
    return Column(
        items=[parts.quiet(each.by), parts.paragraph(as_typed(shown), "Small")],
        width="stretch",
        style="emphasis",
    )


def _which(field: Field, found: Sequence[_Text], typed: Written) -> ChoiceInput:
    offered = [Choice(title=each.choose, value=TEXT + each.text) for each in found]
    if field.sort in IN_WORDS:
        offered.append(Choice(title=texts_clash.USE_OWN, value=OWN))
    return ChoiceInput(
        id=pick_of(field.name),
        label=texts_clash.which(field.name),
        choices=offered,
        value=typed.picks.get(field.name) or None,
        style="expanded",
        wrap=True,
        spacing="Medium",
    )


def _own(field: Field, found: Sequence[_Text], typed: Written, *, together: bool) -> TextInput:
    """The text made of both may be too long to be kept; then whoever chooses it is told."""
    all_lines = dict.fromkeys(line for each in found for line in each.text.splitlines())
    start = "\n".join(all_lines) if together and field.sort is not Sort.SHORT else ""
    return TextInput(
        id=field.name,
        label=texts_clash.own(field.name),
        value=typed.values.get(field.name) or start or None,
        is_multiline=field.sort is not Sort.SHORT or None,
        spacing="Small",
    )
