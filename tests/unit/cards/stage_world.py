"""A case to draw the pages of the stages from: the car park in Market Street. Everybody in it is invented."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from cards.case_view import CaseView
from cards.verbs import Surface
from osara_store.case_file import Answer, By, Case, CaseFile, CasePerson, Entry, Task
from osara_store.directory import Actor, Agency, Hub, Role
from osara_store.policy import Action
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import CaseState, PersonRole, Stage, TaskState
from tests.unit.cards.every_card import DIRECTORY as REFERRING

NOW: Final = datetime(2026, 6, 3, 13, 5, tzinfo=UTC)
TENANT: Final = "10000000-0000-4000-8000-000000000001"
DIRECTORY: Final = REFERRING.model_copy(
    update={
        "agencies": (
            Agency(id="northshore-homes", name="Northshore Homes", sector="housing"),
            Agency(id="fell-police", name="Fell Police", sector="police"),
        )
    }
)
HUB: Final[Hub] = DIRECTORY.hubs[0]


def person(number: int, name: str, agency: str, role: Role) -> Actor:
    found = next(each for each in DIRECTORY.agencies if each.id == agency)
    return Actor(TENANT, f"00000000-0000-4000-8000-00000000000{number}", name, found, {HUB.id: role})


PRIYA: Final = person(1, "Priya Example", "northshore-homes", Role.PARTNER)
TOM: Final = person(2, "Tom Roe", "fell-police", Role.COORDINATOR)
HELEN: Final = person(3, "Helen Doe", "northshore-homes", Role.PARTNER)


def by(actor: Actor, minutes_ago: int = 60) -> By:
    at = NOW - timedelta(minutes=minutes_ago)
    return By(actor.tenant, actor.object_id, actor.name, actor.agency.id, at)


CASE: Final = Case(
    id=1,
    reference="ALL-2026-0001",
    hub_id=HUB.id,
    state=CaseState.SCANNING,
    category="rowdy",
    where="Market Street car park, Workington",
    since=Since.MONTHS,
    frequency=Frequency.DAILY,
    danger=Danger.NO,
    agency_id="northshore-homes",
    referrer_tenant=TENANT,
    referrer_id=PRIYA.object_id,
    referrer_name=PRIYA.name,
    own_reference="NH-4471",
    sharing_basis=SharingBasis.CRIME_AND_DISORDER,
    equality=Equality.YES,
    equality_note="",
    submitted_at=NOW - timedelta(days=9),
    version=7,
    lead_agency_id="northshore-homes",
    moves=3,
    band="medium",
)


def entry(number: int, kind: str, text: str) -> Entry:
    told = by(PRIYA, minutes_ago=60 * 24 * 9)
    return Entry(
        number,
        Stage.SCANNING,
        kind,
        text,
        told.author_agency_id,
        told.author_name,
        told.at,
        told.author_tenant,
        told.author_id,
    )


NEW_FILE: Final = CaseFile(
    CASE,
    people=(CasePerson(1, PersonRole.AFFECTED, "Ann Example, 12 Market Street, tenant"),),
    entries=(
        entry(
            1,
            "statement",
            "Groups gather in the car park most evenings, shout at residents and throw bottles.",
        ),
        entry(2, "tried", "Two warning letters; the shop has moved its bins."),
        entry(3, "wanted", "A joint visit and a plan for the summer holidays."),
    ),
    contributors=(),
)


def answered(
    file: CaseFile, said: Mapping[str, str], *, cycle: int = 1, who: Actor = TOM, standing: bool = True
) -> CaseFile:
    """The file with these answers, each the newest of its field."""
    rows = tuple(
        Answer(cycle, field, _next(file, cycle, field), standing, text, by(who))
        for field, text in said.items()
    )
    return replace(file, answers=(*file.answers, *rows))


def _next(file: CaseFile, cycle: int, field: str) -> int:
    return 1 + sum((each.cycle, each.field) == (cycle, field) for each in file.answers)


def in_state(file: CaseFile, state: CaseState, *, cycle: int = 1) -> CaseFile:
    return replace(file, case=replace(file.case, state=state, cycle=cycle))


def task(
    number: int, intervention: str, agency: str, state: TaskState = TaskState.OPEN, cycle: int = 1
) -> Task:
    return Task(
        number,
        cycle,
        state,
        intervention,
        "location",
        agency,
        "Sam Sample",
        date(2026, 6, 19),
        "",
        "",
        "",
        "quick",
        "",
        "",
        None,
        {},
        "",
        "",
        1,
        by(TOM),
    )


def with_tasks(file: CaseFile, tasks: Iterable[Task]) -> CaseFile:
    return replace(file, tasks=tuple(tasks))


WRITING: Final = frozenset(
    {Action.READ_CASE, Action.WRITE_NOTE, Action.WRITE_STAGE, Action.WRITE_CLOSURE, Action.ADD_TASK}
)
READING: Final = frozenset({Action.READ_CASE, Action.WRITE_NOTE})


def view(
    file: CaseFile,
    *,
    actor: Actor = TOM,
    can: frozenset[Action] = WRITING,
    surface: Surface = Surface.DIALOG,
    note: str = "",
) -> CaseView:
    return CaseView(DIRECTORY, HUB, file, actor, can, surface, NOW, note)


# --- what was answered -----------------------------------------------------------------------------------------------

OBJECTIVE: Final = {
    "different": "Residents of Market Street can park and walk home after dark without being shouted at.",
    "objective_kind": "reduce",
    "measure": "Calls about the car park to the police and to Northshore Homes, in four weeks",
    "baseline": "22",
    "baseline_period": "The four weeks from 4 to 31 May 2026",
    "target": "8",
    "target_date": "2026-09-30",
}
SCANNING: Final = {
    "statement": "On most evenings groups of ten or more gather in the car park, shout at residents and throw bottles.",
    "statement_grade": "fact",
    "sources": "Police: 13 calls from 4 to 31 May\nNorthshore Homes: 9 complaints in the same weeks",
    "how_often": "Five evenings a week from 8 to 11, Saturdays worst",
    "period_from": "2026-05-04",
    "period_to": "2026-05-31",
    "who_is_affected": "Nineteen households in Market Street; one tenant uses a wheelchair and cannot avoid it.",
    "repeat_check": "repeat_place",
    "earlier_cases": "ALL-2024-0031: closed after extra patrols.",
    "community_voice": "They want the barrier back, and lights.",
}
PICTURE: Final = {
    "who": "Ten to fifteen young adults with cars; residents; the shop's night staff.",
    "what": "Loud music, shouting, bottles thrown at the shop's shutters.",
    "where": "The upper deck, by the broken barrier.",
    "when": "8 to 11 in the evening, Saturdays worst. Never while the market is set up.",
    "why": "It is the only place in town that is flat, free and open at night.",
    "how": "They drive up: the barrier has been broken since February.",
    "tried": "Two warning letters; the shop has moved its bins.",
}
TRIANGLE: Final = {
    "victim_features": "People who have to walk home past the car park",
    "victim_guardian": "No street warden after six",
    "offender_features": "Cars, music, an audience",
    "offender_handler": "Parents are not asked: most are over 18",
    "location_features": "Open all night, no barrier, no lights on the upper deck",
    "location_manager": "The car park's operator has not answered since March",
}
HYPOTHESIS: Final = {
    "hypothesis": "They come because the upper deck is open and unlit. With the barrier mended, they will not gather here.",
    "hypothesis_grade": "assessment",
    "evidence_for": "No calls on the six nights when the market's stalls stood there.",
    "evidence_for_grade": "fact",
    "evidence_against": "Some gathered before the barrier broke.",
    "evidence_against_grade": "intelligence",
}
RESPONSE: Final = {
    "plan": "First the barrier and the lights, then a talk with the drivers.",
    "displacement_risk": "The quay. The harbour office will tell us.",
}
EQUALITY: Final = {
    "equality_characteristic": "One driver is deaf; nothing else is known.",
    "equality_link": "He does not hear how loud it is. The others do.",
    "less_drastic_tried": "Two talks at the car park, with an interpreter the second time.",
    "equality_proportionate": "A warning costs them nothing if they leave by ten.",
    "equality_decided_by": "The council's officer, 4 June",
}
ASSESSMENT: Final = {
    "measure_value": "11",
    "measured_on": "2026-09-30",
    "same_period": "19 in the same weeks of last year.",
    "victim_view": "Five of six households say that evenings are quiet.",
    "decision": "rerun_response",
}
CLOSURE: Final = {
    "complainant_contacted": "yes",
    "complainant_note": "Rung on 2 June. Content.",
    "outcome": "much_better",
    "closing_summary": "The barrier and the lights brought calls down from 22 to 6.",
}
EVERYTHING: Final = {
    **OBJECTIVE,
    **SCANNING,
    **PICTURE,
    **TRIANGLE,
    **HYPOTHESIS,
    **RESPONSE,
    **EQUALITY,
    **ASSESSMENT,
    **CLOSURE,
}
TASKS: Final = (
    task(1, "Mend the barrier and check it every Friday", "northshore-homes", TaskState.DONE),
    task(2, "Speak with the drivers on three Saturdays", "fell-police", TaskState.PARTLY),
    task(3, "Lights on the upper deck", "northshore-homes"),
)
