"""The cards that take a case on, close it, manage it, keep it and find it. Each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from cards import (
    managing_cards,
    move_cards,
    move_forms,
    retention_cards,
    search_cards,
    texts_moves,
    texts_stages,
)
from cards.case_view import Typed
from cards.verbs import Surface
from cards.views import CaseLine
from osara_store import closing, completeness
from osara_store.case_file import Access, CaseFile, CaseMove, Entry
from osara_store.directory import Actor
from osara_store.schema import AgeGroup, CaseState, Stage
from osara_store.states import Move
from tests.unit.cards import page_world as world
from tests.unit.cards.every_card import LINES, LONDON
from tests.unit.cards.page_world import IAN, MONA, NOW, PRIYA, TOM, view
from tests.unit.cards.stage_world import by, in_state

WIDE: Final = "愛" * 4_000
STARS: Final = "*" * 4_000
MUCH_TOO_LONG: Final = Typed({"reason": WIDE * 5}, {})

QUESTION: Final = "Which nights was it?\nHas the shop *called* the police?"
RETURNED: Final = replace(
    in_state(world.CHECKED, CaseState.RETURNED),
    moves=(CaseMove(1, "return", CaseState.SUBMITTED, CaseState.RETURNED, 1, QUESTION, by(TOM)),),
)
# Where each move is made, and by whom.
SCENES: Final[Mapping[Move, tuple[CaseFile, Actor]]] = {
    Move.TRIAGE: (world.CHECKED, TOM),
    Move.RETURN: (world.CHECKED, TOM),
    Move.RESUBMIT: (RETURNED, PRIYA),
    Move.SIGNPOST: (world.CHECKED, TOM),
    Move.WITHDRAW: (world.CHECKED, PRIYA),
    Move.SHARE: (world.ACCEPTED, TOM),
    Move.SCAN: (in_state(world.ACCEPTED, CaseState.SHARING), TOM),
    Move.ANALYSE: (in_state(world.ANALYSIS, CaseState.SCANNING), TOM),
    Move.RESPOND: (in_state(world.RESPONSE, CaseState.ANALYSIS), PRIYA),
    Move.ASSESS: (in_state(world.ASSESSMENT, CaseState.RESPONSE), PRIYA),
    Move.RERUN: (world.ASSESSMENT, PRIYA),
    Move.PROPOSE_CLOSURE: (in_state(world.PROPOSED, CaseState.ASSESSMENT), PRIYA),
    Move.REFUSE_CLOSURE: (world.PROPOSED, MONA),
    Move.CLOSE: (world.PROPOSED, MONA),
    Move.MERGE: (world.SCANNING, MONA),
    Move.VOID: (world.SCANNING, MONA),
    Move.TRANSFER: (world.SCANNING, MONA),
}
AGREED: Final = replace(
    world.PROPOSED,
    entries=(
        *world.PROPOSED.entries,
        Entry(
            9,
            Stage.ASSESSMENT,
            closing.ENTRY,
            "The lead agency agrees that the case is closed.",
            PRIYA.agency.id,
            PRIYA.name,
            NOW,
            PRIYA.tenant,
            PRIYA.object_id,
        ),
    ),
    risks=(*world.PROPOSED.risks, replace(world.PROPOSED.risks[-1], n=2, by=by(TOM, minutes_ago=30))),
)
NOT_READY: Final = replace(in_state(world.RESPONSE, CaseState.ASSESSMENT), moves=world.ASSESSMENT.moves)
RESTRICTED: Final = replace(
    world.SCANNING,
    case=replace(world.SCANNING.case, restricted=True),
    access=tuple(Access(actor.tenant, actor.object_id, actor.name) for actor in (TOM, MONA)),
)
ON_HOLD: Final = replace(world.CLOSED, case=replace(world.CLOSED.case, legal_hold=True))
WITH_CHILD: Final = replace(
    world.CLOSED, people=tuple(replace(each, age_group=AgeGroup.CHILD) for each in world.PEOPLE)
)
PEOPLE: Final = {
    f"{actor.tenant}:{actor.object_id}": f"{actor.name}, {actor.agency.name}"
    for actor in (PRIYA, TOM, IAN, MONA)
}
SIX_YEARS_ON: Final = NOW + timedelta(days=6 * 366)


def move(kind: Move, typed: Typed | None = None, *, note: str = "", stage: Stage | None = None) -> Any:
    file, actor = SCENES[kind]
    if kind is Move.RERUN:
        stage = stage or Stage.RESPONSE
    return move_cards.move_form(view(file, actor, note=note), kind, {}, typed, stage)


def gated(kind: Move, file: CaseFile, actor: Actor = TOM, **about: Any) -> Any:
    """The move from where something is still missing."""
    missing = completeness.gate(file, kind, world.DIRECTORY.is_enforcement)
    if kind is Move.CLOSE:
        missing = (*missing, *closing.checklist(file).missing)
    return move_cards.move_form(view(file, actor, **about), kind, sentences(missing))


def sentences(missing: tuple[str, ...]) -> Mapping[str, str]:
    return {name: texts_moves.CHECKLIST.get(name) or texts_stages.name_of(name) for name in missing}


def closure(file: CaseFile, actor: Actor, **about: Any) -> Any:
    return move_cards.closure(
        view(file, actor, **about), closing.checklist(file).items, agreed=closing.lead_agrees(file)
    )


def refused(read: Typed) -> Typed:
    assert read.errors
    return read


def access(file: CaseFile, typed: Typed | None = None, offered: Mapping[str, str] = PEOPLE) -> Any:
    chosen = Typed({"people": ",".join(list(offered)[1:4:2])}, {})
    return managing_cards.access(view(file, TOM), offered, typed or chosen)


def crowd(count: int) -> Mapping[str, str]:
    """As many people as a hub may have, with names as long as they come."""
    return {
        f"{TOM.tenant}:{n:08}-0000-4000-8000-000000000000": f"Person {n} with a Name of Some Length, Allerdale Borough Council"
        for n in range(count)
    }


def queue(count: int, *, page: int = 0, more: bool = False, out_of_sight: int = 0, note: str = "") -> Any:
    cases = [
        replace(world.CLOSED.case, id=n, reference=f"ALL-2020-{n:04}", retention_on=date(2032, 5, n))
        for n in range(1, count + 1)
    ]
    return retention_cards.retention_queue(
        world.HUB,
        cases,
        page=page,
        more=more,
        out_of_sight=out_of_sight,
        surface=Surface.CHAT,
        marking=world.DIRECTORY.marking,
        note=note,
    )


def review(file: CaseFile, typed: Typed | None = None, *, now: datetime = SIX_YEARS_ON, **about: bool) -> Any:
    child = any(person.age_group is AgeGroup.CHILD for person in file.people)
    return retention_cards.retention_review(
        view(file, MONA, now=now), concerns_child=child, typed=typed, **about
    )


FOUND: Final = [
    replace(LINES[0], state=CaseState.SCANNING, band="high", where="12 Market Street", openable=True),
    replace(LINES[1], state=CaseState.CLOSED, band="standard", where="Quay Road, Workington", openable=True),
]


def search(
    lines: list[CaseLine], term: str = "market", *, restricted: int = 0, page: int = 0, more: bool = False
) -> Any:
    return search_cards.search(
        lines,
        term=term,
        restricted=restricted,
        page=page,
        more=more,
        surface=Surface.DIALOG,
        marking=world.DIRECTORY.marking,
    )


ERASING: Final = Typed({"decision": "erase", "until": "", "reason": "Nothing has come back."}, {})
LONG_LINES: Final = [
    CaseLine(
        f"ALL-2026-{n:04}",
        "Allerdale",
        "Rowdy or intimidating behaviour",
        NOW,
        LONDON,
        CaseState.SCANNING,
        "high",
        where=STARS[:300],
        openable=True,
    )
    for n in range(1, 9)
]

CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    **{f"move, {kind}": lambda kind=kind: move(kind) for kind in Move},
    **{
        f"move, {kind}, with faults": lambda kind=kind: move(
            kind, refused(move_forms.read_move({}, kind, ["COP"]))
        )
        for kind in Move
        if kind in texts_moves.REASON
    },
    "move, stale": lambda: move(
        Move.SHARE, Typed({"reason": "To see who knows them."}, {}), note=texts_moves.WHY_STALE
    ),
    "move, in a chat": lambda: move_cards.move_form(
        view(world.ACCEPTED, surface=Surface.CHAT), Move.SHARE, {}
    ),
    "move, much too long": lambda: move(Move.RETURN, MUCH_TOO_LONG),
    "move, a wrong reference": lambda: move(
        Move.MERGE, move_forms.read_move({"into": "the flat", "reason": "Same flat."}, Move.MERGE, [])
    ),
    "accept, risk missing": lambda: gated(Move.TRIAGE, world.NEW),
    "analyse, much missing": lambda: gated(Move.ANALYSE, in_state(world.ACCEPTED, CaseState.SCANNING)),
    "respond, missing": lambda: gated(Move.RESPOND, world.ANALYSIS),
    "assess, missing": lambda: gated(Move.ASSESS, world.RESPONSE),
    "propose closure, missing": lambda: gated(Move.PROPOSE_CLOSURE, NOT_READY, PRIYA),
    "close, missing": lambda: gated(Move.CLOSE, world.PROPOSED, MONA),
    "run again, missing": lambda: gated(Move.RERUN, NOT_READY, PRIYA),
    # --- closing
    "closure, before it is proposed": lambda: closure(NOT_READY, PRIYA),
    "closure, for the lead": lambda: closure(world.PROPOSED, PRIYA),
    "closure, for the coordinator": lambda: closure(world.PROPOSED, TOM),
    "closure, for the manager": lambda: closure(world.PROPOSED, MONA),
    "closure, all done": lambda: closure(AGREED, MONA),
    "closure, for a partner": lambda: closure(AGREED, IAN),
    "closure, agreed": lambda: closure(AGREED, PRIYA, note=texts_moves.CLOSURE_AGREED),
    # --- managing
    "manage, for the manager": lambda: managing_cards.manage(view(world.SCANNING, MONA)),
    "manage, for the coordinator": lambda: managing_cards.manage(view(world.SCANNING)),
    "manage, for the lead": lambda: managing_cards.manage(view(world.SCANNING, PRIYA)),
    "manage, closed": lambda: managing_cards.manage(view(world.CLOSED, MONA)),
    "lead": lambda: managing_cards.lead(view(world.SCANNING)),
    "lead, nobody chosen": lambda: managing_cards.lead(
        view(world.SCANNING), refused(move_forms.read_lead({}, ["fell-police"]))
    ),
    "relate": lambda: managing_cards.relate(view(world.SCANNING)),
    "relate, with faults": lambda: managing_cards.relate(
        view(world.SCANNING), refused(move_forms.read_relation({"other": "the flat next door"}))
    ),
    "relate, much too long": lambda: managing_cards.relate(
        view(world.SCANNING), Typed({"other": STARS * 5, "reason": WIDE * 5}, {})
    ),
    "access": lambda: access(world.SCANNING),
    "access, restricted": lambda: access(RESTRICTED),
    "access, nobody": lambda: access(RESTRICTED, refused(move_forms.read_access({}, PEOPLE))),
    "access, a crowd": lambda: access(world.SCANNING, offered=crowd(120)),
    "access, a crowd, much too long": lambda: access(world.SCANNING, MUCH_TOO_LONG, crowd(120)),
    "hold": lambda: managing_cards.hold(view(world.SCANNING, MONA)),
    "hold, to release": lambda: managing_cards.hold(view(ON_HOLD, MONA)),
    "hold, with faults": lambda: managing_cards.hold(
        view(world.SCANNING, MONA), refused(move_forms.read_reason({}))
    ),
    # --- retention
    "retention queue": lambda: queue(3),
    "retention queue, none": lambda: queue(0),
    "retention queue, a middle page": lambda: queue(8, page=1, more=True, out_of_sight=2),
    "retention queue, after deciding": lambda: queue(2, note=texts_moves.RETENTION_ERASED),
    "retention review": lambda: review(world.CLOSED),
    "retention review, of a child": lambda: review(WITH_CHILD),
    "retention review, on hold": lambda: review(ON_HOLD),
    "retention review, before its day": lambda: review(world.CLOSED, now=NOW),
    "retention review, with faults": lambda: review(
        world.CLOSED,
        refused(move_forms.read_retention({"decision": "keep", "until": "2020-01-01"}, NOW.date())),
    ),
    "retention review, are you sure": lambda: review(WITH_CHILD, ERASING, confirm=True),
    "retention review, much too long": lambda: review(world.CLOSED, MUCH_TOO_LONG),
    # --- search
    "search, new": lambda: search([], ""),
    "search, found": lambda: search(FOUND, restricted=1),
    "search, nothing": lambda: search([]),
    "search, only restricted": lambda: search([], restricted=2),
    "search, a middle page": lambda: search(FOUND, page=1, more=True),
    "search, past the end": lambda: search([], page=3),
    "search, long places": lambda: search(LONG_LINES),
    "search, a restricted match sent": lambda: search_cards.restricted_match(world.DIRECTORY.marking),
}
