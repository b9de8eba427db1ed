"""The pages of a case, each by a name that says when it is seen: overview, reading, notes, people, tasks and risk."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from cards import (
    case_cards,
    case_forms,
    clock_cards,
    copy_text,
    note_cards,
    people_cards,
    reading_cards,
    risk_cards,
    risk_reading,
    task_cards,
    task_list,
)
from cards.case_view import Typed
from cards.verbs import Surface
from osara_store.case_file import Access, CaseFile, CasePerson, Link
from osara_store.case_reviews import ReviewPrompt
from osara_store.directory import Actor
from osara_store.instruments import Band
from osara_store.referral import Danger
from osara_store.schema import AgeGroup, CaseState, LinkKind, PersonRole, Stage
from tests.unit.cards import page_world as world
from tests.unit.cards.page_world import IAN, MONA, NOW, PRIYA, RUTH, TOM, view
from tests.unit.cards.stage_world import answered, in_state, task

REPORTED_TWICE: Final = ReviewPrompt(2, "explain", None)
REPORTED_OFTEN: Final = ReviewPrompt(4, "threshold", NOW.date() - timedelta(days=20))
LINKED: Final = replace(
    world.SCANNING,
    links=(
        Link(LinkKind.RE_REFERRAL_OF, True, 7, "ALL-2024-0031", "ALL", False, "", NOW),
        Link(LinkKind.RELATED, False, 8, "ALL-2026-0009", "ALL", True, "The same flat.", NOW),
    ),
)
RESTRICTED: Final = replace(
    world.SCANNING,
    case=replace(world.SCANNING.case, restricted=True, legal_hold=True),
    access=tuple(Access(actor.tenant, actor.object_id, actor.name) for actor in (TOM, MONA)),
)
ERASED: Final = replace(
    world.CLOSED,
    case=replace(world.CLOSED.case, erased_at=NOW, where="", referrer_name="", own_reference=""),
    people=(),
    entries=(),
    answers=(),
    tasks=(),
    risks=(),
)
DANGER: Final = world.asked(world.NEW, world.IN_DANGER, days_ago=0)
BOTH: Final = world.judged(world.asked(world.NEW, world.WORRIED), Band.HIGH, "Injuries, and it spreads.")
BY_HAND: Final = world.overridden(
    BOTH, Band.MEDIUM, "The two who threw bottles moved away on Monday; seen by PC Roe."
)
REASSESSED: Final = world.asked(world.asked(world.NEW, world.IN_DANGER), world.CALM, days_ago=0)
OLD_QUESTIONS: Final = world.asked(world.NEW, world.WORRIED, version="victim 2019.1")

# As long as each text may be, in letters that take three bytes or have to be escaped.
WIDE: Final = "愛" * 4_000
STARS: Final = "*" * 4_000


def many_notes(text: str, count: int) -> CaseFile:
    file = world.ANALYSIS
    for n in range(count):
        file = world.note(file, Stage.ANALYSIS, f"{n + 1}. {text}")
    return file


def crowd(count: int) -> CaseFile:
    people = [
        CasePerson(n, PersonRole.WITNESS, f"Person {n}, {WIDE[:280]}", AgeGroup.ADULT)
        for n in range(1, count)
    ]
    return replace(world.SCANNING, people=tuple(people))


def many_tasks(count: int) -> CaseFile:
    tasks = [replace(task(n, STARS[:200], "fell-police"), outcome=WIDE[:1000]) for n in range(1, count)]
    return replace(world.RESPONSE, tasks=tuple(tasks))


def overview(
    file: CaseFile, actor: Actor = TOM, prompt: ReviewPrompt | None = None, **about: Any
) -> dict[str, Any]:
    return case_cards.overview(view(file, actor, **about), prompt)


def section(file: CaseFile, name: str, page: int = 0, actor: Actor = TOM, **about: Any) -> dict[str, Any]:
    return reading_cards.section(view(file, actor), name, page, **about)


def refused(read: object) -> Typed:
    assert isinstance(read, Typed)
    return read


EVERYTHING_WRONG: Final = refused(
    case_forms.read_task(
        {"intervention": "x" * 300, "agency_id": "gone", "due_on": "31 June", "power": "dispersal"},
        world.DIRECTORY,
        world.HUB,
        NOW.date(),
    )
)
MUCH_TOO_LONG: Final = Typed({"text": WIDE * 10, "stage": "scanning", "grade": "fact"}, {})

CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    # --- the overview
    "case, new, for the coordinator": lambda: overview(world.NEW),
    "case, new, for a partner": lambda: overview(world.NEW, IAN),
    "case, new, somebody in danger": lambda: overview(
        replace(world.NEW, case=replace(world.NEW.case, danger=Danger.YES))
    ),
    "case, risk checked": lambda: overview(world.CHECKED),
    "case, returned, for the referrer": lambda: overview(in_state(world.CHECKED, CaseState.RETURNED), PRIYA),
    "case, accepted": lambda: overview(world.ACCEPTED),
    "case, scanning": lambda: overview(world.SCANNING),
    "case, scanning, for the lead": lambda: overview(world.SCANNING, PRIYA),
    "case, scanning, for a partner": lambda: overview(world.SCANNING, IAN),
    "case, scanning, for the inspector": lambda: overview(world.SCANNING, RUTH),
    "case, scanning, in a chat": lambda: overview(world.SCANNING, surface=Surface.CHAT, note="Saved."),
    "case, analysis": lambda: overview(world.ANALYSIS),
    "case, response": lambda: overview(world.RESPONSE),
    "case, response, for a task's owner": lambda: overview(world.RESPONSE, IAN),
    "case, assessment": lambda: overview(world.ASSESSMENT, PRIYA),
    "case, closure proposed, for the manager": lambda: overview(world.PROPOSED, MONA),
    "case, closed, for the manager": lambda: overview(world.CLOSED, MONA),
    "case, retention is over": lambda: overview(world.CLOSED, MONA, now=NOW + timedelta(days=6 * 366)),
    "case, erased": lambda: overview(ERASED, MONA),
    "case, second cycle": lambda: overview(world.SECOND_CYCLE),
    "case, reported twice": lambda: overview(world.SCANNING, prompt=REPORTED_TWICE),
    "case, reported often": lambda: overview(world.SCANNING, prompt=REPORTED_OFTEN),
    "case, two wrote at once": lambda: overview(world.CLASHED),
    "case, linked": lambda: overview(LINKED),
    "case, restricted and on hold": lambda: overview(RESTRICTED),
    "case, in SharePoint": lambda: overview(
        replace(world.SCANNING, case=replace(world.SCANNING.case, web_url="https://hubs.example/1"))
    ),
    "given back": lambda: case_cards.given_back(
        view(world.CLOSED), {"reason": "Because of the lights.\nAnd the gate.", "instrument": "judgement"}
    ),
    "given back, much too long": lambda: case_cards.given_back(
        view(world.CLOSED), {"statement": WIDE * 5, "plan": STARS * 5}
    ),
    # --- reading
    "file, new": lambda: section(world.NEW, "file"),
    "file, scanning": lambda: section(world.SCANNING, "file"),
    "file, two wrote at once": lambda: section(world.CLASHED, "file"),
    "file, everything": lambda: section(world.PROPOSED, "file"),
    "file, second page": lambda: section(many_notes(WIDE[:2000], 20), "file", 1),
    "file, as long as can be": lambda: section(many_notes(WIDE, 6), "file", 2),
    "file, nothing but stars": lambda: section(many_notes(STARS, 9), "file", 1),
    "file, past the end": lambda: section(world.SCANNING, "file", 99),
    "file, erased": lambda: section(ERASED, "file", actor=MONA),
    "history": lambda: section(world.PROPOSED, "history"),
    "history, none": lambda: section(world.NEW, "history"),
    "history, with links": lambda: section(LINKED, "history"),
    "cycles": lambda: section(world.SECOND_CYCLE, "cycles"),
    "cycles, a third": lambda: section(
        answered(in_state(world.SECOND_CYCLE, CaseState.RESPONSE, cycle=3), {"target": "4"}, cycle=3),
        "cycles",
        cycle=1,
    ),
    "cycles, only one": lambda: section(world.SCANNING, "cycles"),
    # --- notes, people, tasks
    "note, new": lambda: note_cards.note(view(world.ANALYSIS, IAN)),
    "note, in a chat": lambda: note_cards.note(view(world.ANALYSIS, IAN, surface=Surface.CHAT)),
    "note, with faults": lambda: note_cards.note(
        view(world.ANALYSIS, IAN), refused(case_forms.read_note({}))
    ),
    "note, much too long": lambda: note_cards.note(view(world.ANALYSIS, IAN), MUCH_TOO_LONG),
    "people": lambda: people_cards.people(view(world.SCANNING)),
    "people, for a partner": lambda: people_cards.people(view(world.SCANNING, IAN)),
    "people, none": lambda: people_cards.people(view(replace(world.NEW, people=()), IAN)),
    "people, a crowd": lambda: people_cards.people(view(crowd(80)), 1),
    "person, new": lambda: people_cards.person(view(world.SCANNING, IAN)),
    "person, with faults": lambda: people_cards.person(
        view(world.SCANNING, IAN), None, refused(case_forms.read_person({}, is_new=True))
    ),
    "person, to mark": lambda: people_cards.person(view(world.SCANNING), 1),
    "tasks": lambda: task_list.tasks(view(world.RESPONSE)),
    "tasks, for their owner": lambda: task_list.tasks(view(world.RESPONSE, IAN)),
    "tasks, none": lambda: task_list.tasks(view(world.SCANNING)),
    "tasks, very many": lambda: task_list.tasks(view(many_tasks(60)), 1),
    "task, new": lambda: task_cards.task(view(world.RESPONSE)),
    "task, to change": lambda: task_cards.task(view(world.RESPONSE), 4),
    "task, everything wrong": lambda: task_cards.task(view(world.RESPONSE), None, EVERYTHING_WRONG),
    "task, how it went": lambda: task_cards.record(view(world.RESPONSE, IAN), world.TASKS[2]),
    "task, how it went, with faults": lambda: task_cards.record(
        view(world.RESPONSE, IAN), world.TASKS[2], refused(case_forms.read_record({"state": "cancelled"}))
    ),
    # --- risk and clocks
    "risk, not assessed": lambda: section(world.NEW, "risk"),
    "risk, both instruments": lambda: section(BOTH, "risk"),
    "risk, set by hand": lambda: section(BY_HAND, "risk"),
    "risk, old questions": lambda: section(OLD_QUESTIONS, "risk"),
    "risk, for a partner": lambda: section(BOTH, "risk", actor=IAN),
    "questionnaire": lambda: risk_cards.questionnaire(view(world.NEW)),
    "questionnaire, in a chat": lambda: risk_cards.questionnaire(view(world.NEW, surface=Surface.CHAT)),
    "questionnaire, with faults": lambda: risk_cards.questionnaire(
        view(world.NEW),
        refused(
            case_forms.read_risk(
                {"answer-how-often": "weekly", "questions": world.QUESTIONNAIRE.version}, world.QUESTIONNAIRE
            )
        ),
    ),
    "questionnaire, other questions by now": lambda: risk_cards.questionnaire(
        view(world.NEW),
        refused(case_forms.read_risk({**world.GIVEN, "questions": "2019.1"}, world.QUESTIONNAIRE)),
    ),
    "judgement": lambda: risk_cards.judgement(view(world.NEW)),
    "judgement, with faults": lambda: risk_cards.judgement(
        view(world.NEW),
        refused(case_forms.read_judgement({"reason": "Bad."}, world.DIRECTORY.risk.judgement)),
    ),
    "override": lambda: risk_cards.override(view(world.CHECKED)),
    "danger comes first": lambda: risk_cards.warning(view(DANGER), DANGER.risks[-1]),
    "result, in danger": lambda: risk_reading.result(view(DANGER)),
    "result, worried": lambda: risk_reading.result(view(world.CHECKED)),
    "result, calmer than before": lambda: risk_reading.result(view(REASSESSED)),
    "result, of a judgement": lambda: risk_reading.result(view(BOTH)),
    "result, by hand": lambda: risk_reading.result(view(BY_HAND)),
    "clock": lambda: clock_cards.clock(view(world.SCANNING)),
    "clock, nothing runs": lambda: clock_cards.clock(view(world.NEW)),
    # --- copied
    "copy": lambda: copy_text.card(view(world.SCANNING)),
    "copy, in a chat": lambda: copy_text.card(view(world.SCANNING, surface=Surface.CHAT)),
    "copy, restricted": lambda: copy_text.card(view(RESTRICTED)),
    "copy, erased": lambda: copy_text.card(view(ERASED, MONA)),
    "copy, second cycle": lambda: copy_text.card(view(world.SECOND_CYCLE)),
    "copy, second part": lambda: copy_text.card(view(many_notes(WIDE, 9)), 1),
    "copy, nothing but stars": lambda: copy_text.card(view(many_notes(STARS, 20)), 1),
    "copy, past the end": lambda: copy_text.card(view(many_notes(WIDE, 9)), 99),
}
