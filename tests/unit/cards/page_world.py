"""The same invented car park, with a hub of four agencies: whoever looks at it may do what the policy lets them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from cards.case_view import CaseView
from cards.verbs import Surface
from osara_store import clock_rules, risk
from osara_store.case_file import (
    Case,
    CaseClock,
    CaseFile,
    CaseMove,
    CasePerson,
    Entry,
    InformationRequest,
    RiskAssessment,
    Signpost,
)
from osara_store.case_settings import ClockRules
from osara_store.changing import allowed_actions
from osara_store.directory import Actor, Agency, Agreement, Directory, Hub, Role
from osara_store.instruments import NO, NOT_KNOWN, Band
from osara_store.schema import AgeGroup, CaseState, PersonRole, Stage, TaskState
from osara_store.states import Move
from tests.unit.cards import stage_world
from tests.unit.cards.every_card import DIRECTORY as REFERRING
from tests.unit.cards.stage_world import TENANT, answered, by, in_state, task

NOW: Final = stage_world.NOW
SIGNED: Final = Agreement(version="2026.1", signed=date(2026, 1, 12), expires=date(2036, 3, 31))
AGENCIES: Final = (
    Agency(id="northshore-homes", name="Northshore Homes", sector="housing", agreement=SIGNED),
    Agency(id="fell-police", name="Fell Police", sector="police", agreement=SIGNED),
    Agency(id="allerdale-council", name="Allerdale Council", sector="council", agreement=SIGNED),
    Agency(id="warm-kitchen", name="The Warm Kitchen", sector="charity", outside=True),
)
HUB: Final[Hub] = REFERRING.hubs[0].model_copy(update={"agencies": tuple(agency.id for agency in AGENCIES)})
DIRECTORY: Final[Directory] = REFERRING.model_copy(
    update={"agencies": AGENCIES, "hubs": (HUB, *REFERRING.hubs[1:])}
)
QUESTIONNAIRE: Final = DIRECTORY.risk.questionnaire


def _person(number: int, name: str, agency: int, role: Role) -> Actor:
    object_id = f"00000000-0000-4000-8000-00000000000{number}"
    return Actor(TENANT, object_id, name, AGENCIES[agency], {HUB.id: role})


PRIYA: Final = _person(1, "Priya Example", 0, Role.PARTNER)  # referred it; her agency leads
TOM: Final = _person(2, "Tom Roe", 1, Role.COORDINATOR)
IAN: Final = _person(4, "Ian Petrie", 2, Role.PARTNER)
MONA: Final = _person(5, "Mona Manager", 2, Role.MANAGER)
RUTH: Final = _person(6, "Ruth Inspector", 1, Role.INSPECTOR)


def view(
    file: CaseFile,
    actor: Actor = TOM,
    *,
    surface: Surface = Surface.DIALOG,
    note: str = "",
    now: datetime = NOW,
    directory: Directory = DIRECTORY,
) -> CaseView:
    can = allowed_actions(file, actor, HUB, now)
    return CaseView(directory, directory.hubs[0], file, actor, can, surface, now, note)


# --- risk and clocks -------------------------------------------------------------------------------------------------

CALM: Final[Mapping[str, str]] = {
    **{question.id: question.answers[0].id for question in QUESTIONNAIRE.questions},
    **{flag.id: NO for flag in QUESTIONNAIRE.flags},
}
# As the form sends it.
GIVEN: Final = {f"answer-{name}": answer for name, answer in CALM.items()} | {
    "questions": QUESTIONNAIRE.version
}
WORRIED: Final[Mapping[str, str]] = {
    **CALM,
    "how-often": "most-days",
    "getting-worse": "yes",
    "intimidation": "threatened",
    "who-you-are": "yes",
    "effect": "lot",
    "targeted": NOT_KNOWN,
    "friends-and-family": NOT_KNOWN,
}
IN_DANGER: Final[Mapping[str, str]] = {**WORRIED, "weapon": "yes", "child-at-risk": NOT_KNOWN}


def asked(
    file: CaseFile, answers: Mapping[str, str], actor: Actor = TOM, *, days_ago: int = 8, version: str = ""
) -> CaseFile:
    """The file with the questionnaire answered like this, its band set and its clocks started."""
    came = risk.assess_questionnaire(QUESTIONNAIRE, answers)
    whole = {item.id: answers.get(item.id, NOT_KNOWN) for item in QUESTIONNAIRE.everything_asked}
    name = version or f"{QUESTIONNAIRE.id} {QUESTIONNAIRE.version}"
    return _assessed(file, "questionnaire", name, whole, came.score, came.band, "", actor, days_ago)


def judged(file: CaseFile, band: Band, reason: str, actor: Actor = TOM, *, days_ago: int = 4) -> CaseFile:
    name = f"{DIRECTORY.risk.judgement.id} {DIRECTORY.risk.judgement.version}"
    notes = {"threat": "Groups of ten or more, some with bottles.", "harm": "One cut hand on 30 May."}
    return _assessed(file, "judgement", name, notes, None, band, reason, actor, days_ago)


def overridden(file: CaseFile, band: Band, reason: str, actor: Actor = TOM) -> CaseFile:
    return _assessed(file, "override", "", {}, None, band, reason, actor, 1)


def _assessed(
    file: CaseFile,
    instrument: str,
    version: str,
    answers: Mapping[str, str],
    score: int | None,
    band: Band,
    reason: str,
    actor: Actor,
    days_ago: int,
) -> CaseFile:
    signed = by(actor, minutes_ago=days_ago * 24 * 60)
    row = RiskAssessment(
        len(file.risks) + 1, instrument, version, file.case.cycle, answers, score, band, reason, signed
    )
    with_risk = replace(file, risks=(*file.risks, row), case=replace(file.case, band=str(band)))
    return with_risk if file.risks else _with_clocks(with_risk, band, signed.at)


def _with_clocks(file: CaseFile, band: Band, at: datetime) -> CaseFile:
    started = clock_rules.start_all(band, at, HUB.zone, ClockRules())
    rows = [
        CaseClock(n, str(clock.kind), str(band), at, clock.due_at, None, None)
        for n, clock in enumerate(started, len(file.clocks) + 1)
    ]
    return replace(file, clocks=(*file.clocks, *rows))


def clock(file: CaseFile, kind: str, **changed: datetime | None) -> CaseFile:
    """The file with this clock changed: met, replaced or due at another time."""
    rows = tuple(
        replace(each, **changed) if each.kind == kind else each  # type: ignore[arg-type]  # the caller's names
        for each in file.clocks
    )
    return replace(file, clocks=rows)


# --- the case as it goes along ---------------------------------------------------------------------------------------

_CASE: Final[Case] = replace(stage_world.CASE, state=CaseState.SUBMITTED, band="", moves=0)
PEOPLE: Final = (
    CasePerson(1, PersonRole.AFFECTED, "Ann Example, 12 Market Street, tenant"),
    CasePerson(2, PersonRole.SUSPECT, "A young man with a white van, not known by name", AgeGroup.ADULT),
    CasePerson(3, PersonRole.WITNESS, "Bob Example, shop owner", AgeGroup.ADULT),
)
NEW: Final = replace(
    stage_world.NEW_FILE,
    case=_CASE,
    people=PEOPLE,
    clocks=(
        CaseClock(
            1,
            "risk_check",
            "",
            _CASE.submitted_at,
            _CASE.submitted_at + timedelta(days=1, hours=3),
            None,
            None,
        ),
    ),
)


def signpost(n: int = 1, **changes: Any) -> Signpost:
    """Somebody was pointed to the Warm Kitchen, and the council asks how it went."""
    reason = "Hot meals on weekdays; he was given their leaflet."
    made = Signpost(
        n,
        "warm-kitchen",
        reason,
        "allerdale-council",
        "Ian Petrie",
        NOW.date() + timedelta(days=9),
        None,
        "",
        by(TOM),
    )
    return replace(made, **changes)


def moved(file: CaseFile, *moves: tuple[Move, CaseState], days_ago: int = 7) -> CaseFile:
    rows = list(file.moves)
    state = file.case.state
    for move, end in moves:
        reason = "To see who else knows the address before we visit." if move is Move.SHARE else ""
        at = by(TOM, minutes_ago=days_ago * 24 * 60 - len(rows))
        rows.append(CaseMove(len(rows) + 1, str(move), state, end, file.case.cycle, reason, at))
        state = end
    return replace(file, moves=tuple(rows), case=replace(file.case, state=state, moves=len(rows)))


def note(
    file: CaseFile, stage: Stage, text: str, *, grade: str = "fact", who: Actor = IAN, cycle: int = 1
) -> CaseFile:
    told = by(who, minutes_ago=300)
    n = len(file.entries) + 1
    row = Entry(
        n, stage, "note", text, who.agency.id, who.name, told.at, who.tenant, who.object_id, cycle, grade
    )
    return replace(file, entries=(*file.entries, row))


CHECKED: Final = clock(asked(NEW, WORRIED), "risk_check", met_at=NOW - timedelta(days=8))
ACCEPTED: Final = moved(CHECKED, (Move.TRIAGE, CaseState.TRIAGED))
SCANNING: Final = note(
    answered(
        moved(ACCEPTED, (Move.SHARE, CaseState.SHARING), (Move.SCAN, CaseState.SCANNING)),
        {**stage_world.OBJECTIVE, "statement": stage_world.SCANNING["statement"], "statement_grade": "fact"},
    ),
    Stage.SCANNING,
    "The lights on the upper deck have been off since April; the operator knows.",
)
ANALYSIS: Final = answered(
    moved(SCANNING, (Move.ANALYSE, CaseState.ANALYSIS)),
    {**stage_world.SCANNING, **stage_world.PICTURE},
)
TASKS: Final = (
    task(1, "Mend the barrier and check it every Friday", "northshore-homes", TaskState.DONE),
    task(2, "Speak with the drivers on three Saturdays", "fell-police", TaskState.PARTLY),
    task(3, "Lights on the upper deck", "allerdale-council"),
    replace(
        task(4, "Dispersal on the two Saturdays of the fair", "fell-police"),
        due_on=date(2026, 5, 30),
        power="dispersal",
        rationale="The fair draws them.",
        proportionality="Talks came first; two evenings only.",
        owner="",
    ),
)
RESPONSE: Final = replace(
    answered(
        moved(ANALYSIS, (Move.RESPOND, CaseState.RESPONSE)),
        {**stage_world.TRIANGLE, **stage_world.HYPOTHESIS, **stage_world.RESPONSE},
    ),
    tasks=TASKS,
)
ALL_DONE: Final = tuple(
    replace(each, state=TaskState.DONE, owner="Sam Sample", outcome="Done, and it helped.") for each in TASKS
)
ASSESSMENT: Final = replace(
    answered(moved(RESPONSE, (Move.ASSESS, CaseState.ASSESSMENT)), stage_world.ASSESSMENT), tasks=ALL_DONE
)
PROPOSED: Final = moved(
    answered(ASSESSMENT, {**stage_world.CLOSURE, "decision": "propose_closure"}),
    (Move.PROPOSE_CLOSURE, CaseState.CLOSURE_PROPOSED),
    days_ago=1,
)
CLOSED: Final = replace(
    in_state(PROPOSED, CaseState.CLOSED),
    case=replace(
        PROPOSED.case,
        state=CaseState.CLOSED,
        closed_at=NOW,
        watch_until=date(2027, 6, 3),
        retention_on=date(2032, 6, 3),
    ),
)
SECOND_CYCLE: Final = answered(
    in_state(ASSESSMENT, CaseState.RESPONSE, cycle=2),
    {**stage_world.OBJECTIVE, "target": "6", "plan": "Now the drivers: the barrier holds."},
    cycle=2,
)


def asked_for(
    n: int, agency_id: str, reply: str = "", note: str = "", *, days: int = 3
) -> InformationRequest:
    """Tom asked this agency; `days` until the answer is due. Ian gave whatever answer there is."""
    at = NOW - timedelta(days=1)
    name, replied = (IAN.name, at) if reply else ("", None)
    return InformationRequest(
        n,
        agency_id,
        "To see who else knows the address before we visit.",
        NOW + timedelta(days=days),
        ((IAN.tenant, IAN.object_id),),
        reply,
        note,
        IAN.tenant if reply else "",
        IAN.object_id if reply else "",
        name,
        replied,
        None,
        by(TOM, minutes_ago=2 * 24 * 60),
    )


SHARING: Final = replace(
    moved(ACCEPTED, (Move.SHARE, CaseState.SHARING)), requests=(asked_for(1, "allerdale-council"),)
)
CLASHED: Final = answered(
    SCANNING,
    {"statement": "Most nights there are fights, too; the shop called on 1 June."},
    who=IAN,
    standing=False,
)


# --- reading a card --------------------------------------------------------------------------------------------------


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    """The card and every element, input and action in it, in order."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts_of(inner)


def buttons_of(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every button, wherever it stands, by its id."""
    return {part["id"]: part for part in parts_of(card) if str(part.get("type", "")).startswith("Action.")}


def titles_of(card: dict[str, Any]) -> list[str]:
    return [button["title"] for button in buttons_of(card).values()]


def inputs_of(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {part["id"]: part for part in parts_of(card) if str(part.get("type", "")).startswith("Input.")}


def facts_of(card: dict[str, Any]) -> dict[str, str]:
    return {part["title"]: part["value"] for part in parts_of(card) if "title" in part and "value" in part}


def main_buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [button for button in buttons_of(card).values() if button.get("style") == "positive"]
