"""Managing a case: who leads, what it is linked to, who may open it, and legal hold."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from cards import case_fields, case_pieces, checks, parts, texts_case, texts_moves, verbs, words
from cards.case_view import CaseView, Typed, fault, top
from cards.elements import Action, Choice, ChoiceInput, Column, ColumnSet, Strict
from cards.escape import as_typed
from cards.move_cards import MOST_REFERENCE, reason
from cards.move_forms import MOST_TERM
from cards.parts import CardJson
from osara_store.policy import Action as CaseAction
from osara_store.schema import LinkKind
from osara_store.states import Move

_ENDINGS: Final = (Move.MERGE, Move.TRANSFER, Move.WITHDRAW, Move.VOID)


class _Door(NamedTuple):
    """A thing that can be changed: how it is now, and the way there."""

    title: str
    now: str
    change: str
    verb: str


def manage(view: CaseView) -> CardJson:
    """All that is seldom needed, as it is now; only what this person may change."""
    endings = [
        view.button(words.MOVE[move], verbs.MOVE_OPEN, name=f"open-{move}", move=str(move))
        for move in _ENDINGS
        if CaseAction(move) in view.can
    ]
    body = [*top(view, texts_moves.MANAGE_TITLE), *(_row(view, door) for door in _doors(view))]
    if endings:
        body += [
            parts.small_heading(texts_moves.ENDING_TITLE),
            parts.quiet(texts_moves.ENDING_WHY),
            case_pieces.buttons(*endings),
        ]
    return parts.card(body, [view.back()])


def _doors(view: CaseView) -> Iterator[_Door]:
    case, t = view.case, texts_moves
    if CaseAction.CHANGE_LEAD in view.can:
        leads = view.agency(case.lead_agency_id) if case.lead_agency_id else texts_case.NOBODY_LEADS
        yield _Door(t.LEAD_TITLE, leads, t.CHANGE, verbs.LEAD_OPEN)
    if CaseAction.RELATE in view.can:
        count = sum(link.kind is LinkKind.RELATED for link in view.file.links)
        yield _Door(t.RELATE_TITLE, t.linked(count), t.RELATE_LINK, verbs.RELATE_OPEN)
    if CaseAction.RESTRICT in view.can:
        listed = t.people_on_the_list(len(view.file.access))
        yield _Door(
            t.ACCESS_TITLE, listed if case.restricted else t.ACCESS_EVERYBODY, t.CHANGE, verbs.ACCESS_OPEN
        )
    if CaseAction.HOLD_LEGALLY in view.can and not case.erased_at:  # nothing is left to be held
        stands = t.HOLD_STANDS if case.legal_hold else t.HOLD_NONE
        yield _Door(t.HOLD_TITLE, stands, t.CHANGE, verbs.HOLD_OPEN)


def _row(view: CaseView, door: _Door) -> ColumnSet:
    button = view.button(door.change, door.verb)
    button.tooltip = f"{door.change}: {door.title}"
    said = [parts.paragraph(f"**{door.title}**"), parts.quiet(as_typed(door.now))]
    return ColumnSet(
        columns=[
            Column(items=said, width="stretch", verticalContentAlignment="Center"),
            Column(items=[case_pieces.buttons(button)], width="auto", verticalContentAlignment="Center"),
        ],
        separator=True,
        spacing="Medium",
    )


# --- who leads, and what belongs together ----------------------------------------------------------------------------


def lead(view: CaseView, typed: Typed | None = None) -> CardJson:
    typed = typed or Typed({"agency": view.case.lead_agency_id}, {})
    offered = {agency_id: view.agency(agency_id) for agency_id in may_lead(view)}
    body = [
        *top(view, texts_moves.LEAD_TITLE),
        parts.paragraph(texts_moves.LEAD_WHY, "Medium"),
        *case_fields.check_these(typed),
        *case_fields.choice(typed, "agency", texts_moves.LEAD_LABEL, offered),
    ]
    return parts.card(body, _save(view, verbs.LEAD_SAVE, was=view.case.lead_agency_id))


def may_lead(view: CaseView) -> list[str]:
    """The agencies of the hub whose people may read the case, by name."""
    agencies = (view.directory.agency(agency_id) for agency_id in view.hub.agencies)
    receiving = [agency for agency in agencies if agency and agency.may_receive(view.today)]
    return [agency.id for agency in sorted(receiving, key=lambda each: each.name)]


def relate(view: CaseView, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or Typed.nothing(), lambda form: _relate(view, form))


def _relate(view: CaseView, typed: Typed) -> CardJson:
    body = [
        *top(view, texts_moves.RELATE_TITLE),
        parts.paragraph(texts_moves.RELATE_WHY, "Medium"),
        *case_fields.check_these(typed),
        *case_fields.text(
            typed,
            "other",
            texts_moves.RELATE_LABEL,
            most=MOST_REFERENCE,
            example=texts_moves.INTO_EXAMPLE,
        ),
        *reason(typed, texts_moves.RELATE_REASON, texts_moves.RELATE_EXAMPLE),
    ]
    return parts.card(body, _save(view, verbs.RELATE_SAVE))


# --- who may open it -------------------------------------------------------------------------------------------------

# As many people as are quicker to look over than to look up.
_IN_FULL_VIEW: Final = 12
# Bytes for the people, which are some fifty: on a phone, more are better looked up than scrolled through.
_ROOM_FOR_PEOPLE: Final = 9_000


def access(view: CaseView, offered: Mapping[str, str], typed: Typed) -> CardJson:
    """`offered` are the hub's people by "tenant:id"; `typed` holds those chosen, with commas between, under "people".

    Those chosen come first. Where a hub has more people than a card can hold, the others are looked up by what is typed
    under "who".
    """
    chosen = [each for each in typed.values.get("people", "").split(",") if each in offered]
    others = sorted(offered.keys() - set(chosen), key=lambda each: (offered[each], each))
    matching = _matching(offered, others, typed.values.get("who", ""))
    shown = [*chosen, *_as_many_as_fit(offered, chosen, matching)]
    people = {key: offered[key] for key in shown}
    is_part = len(people) < len(offered)
    written = Typed({name: text for name, text in typed.values.items() if name != "people"}, typed.errors)
    return case_fields.form(
        written, lambda form: _access(view, people, chosen, form, of=len(offered) if is_part else 0)
    )


def _matching(offered: Mapping[str, str], others: list[str], who: str) -> list[str]:
    wanted = who.casefold().split()
    return [each for each in others if all(word in offered[each].casefold() for word in wanted)]


def _as_many_as_fit(offered: Mapping[str, str], chosen: list[str], others: list[str]) -> Iterator[str]:
    left = _ROOM_FOR_PEOPLE - sum(_size(offered, each) for each in chosen)
    for each in others:
        left -= _size(offered, each)
        if left < 0:
            return
        yield each


def _size(offered: Mapping[str, str], key: str) -> int:
    return checks.size_of(Choice(title=offered[key], value=key).render())


def _access(
    view: CaseView, people: Mapping[str, str], chosen: list[str], typed: Typed, *, of: int
) -> CardJson:
    """The form; `of` is how many people there are where not all of them are shown."""
    body = [
        *top(view, texts_moves.ACCESS_TITLE),
        parts.paragraph(texts_moves.ACCESS_WHY, "Medium"),
        *case_fields.check_these(typed),
        _list(people, chosen),
        *fault(typed, "people"),
        *(_look_up(view, typed, len(people), of) if of else []),
        *reason(typed, texts_moves.ACCESS_REASON, texts_moves.ACCESS_EXAMPLE),
    ]
    is_restricted = view.case.restricted
    save = texts_moves.ACCESS_SAVE if is_restricted else texts_moves.ACCESS_RESTRICT
    buttons = [view.button(save, verbs.ACCESS_SAVE, main=True, restricted=True)]
    if is_restricted:
        buttons.append(
            view.button(texts_moves.ACCESS_ALL, verbs.ACCESS_SAVE, name="unrestrict", restricted=False)
        )
    return parts.card(body, [*buttons, case_fields.back_without_saving(view, verbs.CASE_OPEN)])


def _list(people: Mapping[str, str], chosen: list[str]) -> ChoiceInput:
    return ChoiceInput(
        id="people",
        label=texts_moves.ACCESS_LABEL,
        choices=[Choice(title=name, value=key) for key, name in people.items()],
        value=",".join(chosen) or None,
        style="expanded" if len(people) <= _IN_FULL_VIEW else "compact",
        wrap=True,
        is_multi_select=True,
        spacing="Large",
    )


def _look_up(view: CaseView, typed: Typed, shown: int, of: int) -> list[Strict]:
    show = view.button(texts_moves.ACCESS_SHOW, verbs.ACCESS_OPEN, looking_up=True)
    return [
        parts.quiet(texts_moves.not_all_shown(shown, of), "Small"),
        *case_fields.text(typed, "who", texts_moves.ACCESS_FIND, most=MOST_TERM),
        case_pieces.buttons(show),
    ]


# --- legal hold ------------------------------------------------------------------------------------------------------


def hold(view: CaseView, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or Typed.nothing(), lambda form: _hold(view, form))


def _hold(view: CaseView, typed: Typed) -> CardJson:
    held = view.case.legal_hold
    body = [
        *top(view, texts_moves.HOLD_TITLE),
        parts.paragraph(texts_moves.HOLD_WHY, "Medium"),
        *case_fields.check_these(typed),
        *([parts.notice(parts.paragraph(f"**{texts_moves.HOLD_STANDS}.**"))] if held else []),
        *reason(typed, texts_moves.HOLD_REASON, "" if held else texts_moves.HOLD_EXAMPLE),
    ]
    title = texts_moves.HOLD_RELEASE if held else texts_moves.HOLD_PLACE
    go = view.button(title, verbs.HOLD_SAVE, main=True, on=not held)
    return parts.card(body, [go, case_fields.back_without_saving(view, verbs.CASE_OPEN)])


# --- pieces ----------------------------------------------------------------------------------------------------------


def _save(view: CaseView, verb: str, **data: Any) -> list[Action]:
    save = view.button(texts_moves.SAVE, verb, main=True, **data)
    return [save, case_fields.back_without_saving(view, verbs.CASE_OPEN)]
