"""A case as it was referred, and one in its second cycle that has something of everything."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from osara_store.case_file import (
    Access,
    Answer,
    By,
    Case,
    CaseClock,
    CaseFile,
    CaseMove,
    CasePerson,
    Entry,
    InformationRequest,
    Invited,
    Link,
    Meeting,
    RiskAssessment,
    Task,
)
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import (
    AgeGroup,
    Attendance,
    CaseState,
    LinkKind,
    MeetingState,
    PersonRole,
    Stage,
    TaskState,
)
from tests.contract.store.world import NOON, PRIYA

BY_PRIYA = By("t", "p", "Priya Raman", "homes", NOON)
BY_TOM = By("t", "q", "Tom Airey", "police", NOON + timedelta(days=1))

CASE = Case(
    id=7,
    reference="ALL-2026-0001",
    hub_id="ALL",
    state=CaseState.SUBMITTED,
    category="noise",
    where="12 High Street\nWorkington",
    since=Since.WEEKS,
    frequency=Frequency.DAILY,
    danger=Danger.UNSURE,
    agency_id="homes",
    referrer_tenant=PRIYA.tenant,
    referrer_id=PRIYA.object_id,
    referrer_name=PRIYA.name,
    own_reference="NSH-42",
    sharing_basis=SharingBasis.PUBLIC_TASK,
    equality=Equality.NOT_KNOWN,
    equality_note="",
    submitted_at=NOON,
    version=1,
    lead_agency_id="homes",
)
FILE = CaseFile(
    case=CASE,
    people=(
        CasePerson(1, PersonRole.AFFECTED, "Jane Roe, next door"),
        CasePerson(2, PersonRole.INVOLVED, "Joe Bloggs"),
    ),
    entries=(
        Entry(1, Stage.OBJECTIVE, "wanted", "Quiet nights", "homes", "Priya Raman", NOON, "t", "p"),
        Entry(2, Stage.SCANNING, "statement", "Loud music", "police", "Tom Airey", NOON, "t", "p"),
    ),
    contributors=(),
)


def answer(field: str, text: str, n: int = 1, cycle: int = 1, *, standing: bool = True) -> Answer:
    return Answer(cycle, field, n, standing, text, BY_PRIYA if standing else BY_TOM)


def task(n: int = 1, **changes: Any) -> Task:
    made = Task(
        n=n,
        cycle=2,
        state=TaskState.PARTLY,
        intervention="Fit a noise limiter",
        side="location",
        agency_id="police",
        owner="Tom Airey",
        due_on=date(2026, 7, 31),
        power="mediation",
        rationale="Both sides asked for it",
        proportionality="The least that may help",
        term="quick",
        outcome="One of two fitted",
        origin="ALL-2026-0003 task 2",
        accepted_at=datetime(2026, 7, 2, 9, tzinfo=UTC),
        numbers={"visits": 2},
        suggested_agency_id="",
        suggested_owner="",
        version=3,
        by=BY_PRIYA,
    )
    return replace(made, **changes)


def risk(n: int = 1, **changes: Any) -> RiskAssessment:
    answers = {"weapon": "not_known", "how-often": "every-day", "health": ""}
    made = RiskAssessment(n, "questionnaire", "victim 2026.1", 1, answers, 17, "medium", "", BY_TOM)
    return replace(made, **changes)


def link(
    kind: LinkKind, other: str, *, forward: bool = True, restricted: bool = False, reason: str = ""
) -> Link:
    return Link(kind, forward, 9, other, "ALL", restricted, reason, NOON)


def clock(n: int, kind: str, days: int, **changes: Any) -> CaseClock:
    due = NOON + timedelta(days=days)
    return replace(CaseClock(n, kind, "medium", NOON, due, None, None), **changes)


FULL = replace(
    FILE,
    case=replace(
        CASE,
        state=CaseState.CLOSED,
        version=40,
        cycle=2,
        band="medium",
        lead_agency_id="police",
        closed_at=NOON + timedelta(days=200),
        watch_until=date(2027, 9, 18),
        retention_on=date(2032, 9, 18),
        legal_hold=True,
    ),
    people=(
        *FILE.people,
        CasePerson(3, PersonRole.SUSPECT, "A lad in a red cap", AgeGroup.CHILD),
    ),
    entries=(
        *FILE.entries,
        Entry(
            3, Stage.ANALYSIS, "case_review_explained", "Told her on the 'phone", "police", "Tom Airey", NOON,
            "t", "q", 2, "fact",
        ),
    ),
    answers=(
        answer("statement", "Music at night"),
        answer("statement", "Music every night", 2),
        answer("statement", "Music, and shouting", 3, standing=False),
        answer("statement_grade", "assessment"),
        answer("objective_kind", "less_serious"),
        answer("statement", "It came back", cycle=2),
        answer("outcome", "much_better", cycle=2),
    ),
    tasks=(task(),),
    risks=(risk(),),
    clocks=(
        clock(1, "initial_action", 1, replaced_at=NOON + timedelta(hours=1)),
        clock(2, "initial_action", 3, met_at=NOON + timedelta(days=2)),
        clock(3, "meeting", 14),
    ),
    moves=(
        CaseMove(1, "return", CaseState.SUBMITTED, CaseState.RETURNED, 1, "Which house is it?", BY_TOM),
        CaseMove(2, "rerun", CaseState.ASSESSMENT, CaseState.SCANNING, 2, "It came back", BY_TOM),
    ),
    links=(
        link(LinkKind.RELATED, "ALL-2026-0009", reason="The same landlord"),
        link(LinkKind.RE_REFERRAL_OF, "ALL-2025-0101"),
        link(LinkKind.MERGED_INTO, "ALL-2026-0004", forward=False),
    ),
    access=(Access("t", "p", "Priya Raman"), Access("t", "q", "Tom Airey")),
    requests=(
        InformationRequest(
            1, "homes", "Jane Roe asks", NOON + timedelta(days=7), (("t", "p"),), "part", "Two visits to Jane Roe",
            "t", "p", "Priya Raman", NOON + timedelta(days=2), None, BY_TOM,
        ),
    ),
    meetings=(
        Meeting(
            1, MeetingState.HELD, 2, 60, date(2026, 3, 9), date(2026, 3, 20), (), NOON + timedelta(days=9),
            NOON + timedelta(days=9, hours=1), 0, "AAMk", "https://teams.example/call", "", "Jane Roe is away",
            NOON + timedelta(days=9, hours=1), BY_TOM,
            (
                Invited("t", "p", "Priya Raman", "homes", Attendance.CAME),
                Invited("t", "q", "Tom Airey", "police"),
            ),
        ),
    ),
)  # fmt: skip
