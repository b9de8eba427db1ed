"""The case file as it is read."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from osara_store.directory import Actor
from osara_store.errors import CaseNotFound
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.review_dates import Rhythm
from osara_store.schema import (
    AgeGroup,
    Attendance,
    CaseState,
    LinkKind,
    MeetingState,
    PersonRole,
    Reply,
    ReviewState,
    Stage,
    TaskState,
    answers,
    case_access,
    case_links,
    case_moves,
    case_people,
    cases,
    clocks,
    contributors,
    entries,
    information_requests,
    meeting_people,
    meetings,
    person_marks,
    review_rhythms,
    reviews,
    risk_assessments,
    signposts,
    tasks,
)

T = TypeVar("T")

UNSETTLED: Final = frozenset(
    {TaskState.OPEN, TaskState.DECLINED}
)  # tasks about which something is still to be done


# Answers that whoever asked should hear of at once.
WANTS_SOMEBODY: Final = frozenset({Reply.CALL, Reply.PART})


@dataclass(frozen=True)
class Case:
    id: int
    reference: str
    hub_id: str
    state: CaseState
    category: str
    where: str
    since: Since
    frequency: Frequency
    danger: Danger
    agency_id: str
    referrer_tenant: str
    referrer_id: str
    referrer_name: str
    own_reference: str
    sharing_basis: SharingBasis
    equality: Equality
    equality_note: str
    submitted_at: datetime
    version: int
    synced_at: datetime | None = None
    web_url: str | None = None
    lead_agency_id: str = ""
    cycle: int = 1
    moves: int = 0
    band: str = ""
    restricted: bool = False
    closed_at: datetime | None = None
    watch_until: date | None = None
    retention_on: date | None = None
    legal_hold: bool = False
    erased_at: datetime | None = None


@dataclass(frozen=True)
class CasePerson:
    n: int
    role: PersonRole
    description: str
    age_group: AgeGroup = AgeGroup.NOT_KNOWN
    first_role: PersonRole | None = field(
        default=None, compare=False
    )  # where the hub has marked the person since

    @property
    def said_role(self) -> PersonRole:
        """What they were called by whoever named them."""
        return self.first_role or self.role


@dataclass(frozen=True)
class Entry:
    n: int
    stage: Stage
    kind: str
    text: str
    agency_id: str
    author_name: str
    at: datetime
    author_tenant: str
    author_id: str
    cycle: int = 1
    grade: str = ""


@dataclass(frozen=True)
class By:
    """Who wrote something, and when (UTC)."""

    author_tenant: str
    author_id: str
    author_name: str
    author_agency_id: str
    at: datetime

    def is_by(self, actor: Actor) -> bool:
        return (self.author_tenant, self.author_id) == (actor.tenant, actor.object_id)


@dataclass(frozen=True)
class Answer:
    """One answer as one person wrote it. What does not stand waits beside the one that does until somebody chooses."""

    cycle: int
    field: str
    n: int
    standing: bool
    text: str
    by: By


@dataclass(frozen=True)
class Task:
    n: int
    cycle: int
    state: TaskState
    intervention: str
    side: str
    agency_id: str
    owner: str
    due_on: date
    power: str
    rationale: str
    proportionality: str
    term: str
    outcome: str
    origin: str
    accepted_at: datetime | None
    numbers: Mapping[str, int]
    suggested_agency_id: str
    suggested_owner: str
    version: int
    by: By

    @property
    def is_settled(self) -> bool:
        """Whether nothing more is to be done about it: not so where it is open, or where nobody wants it."""
        return self.state not in UNSETTLED


@dataclass(frozen=True)
class Signpost:
    """An outside organisation that somebody was pointed to; `chaser` is who asks how it went, on that day of the hub."""

    n: int
    agency_id: str
    reason: str
    chaser_agency_id: str
    chaser: str
    chase_on: date
    chased_at: datetime | None
    outcome: str
    by: By


@dataclass(frozen=True)
class RiskAssessment:
    n: int
    instrument: str
    version: str
    cycle: int
    answers: Mapping[str, Any]
    score: int | None
    band: str
    reason: str
    by: By


@dataclass(frozen=True)
class CaseClock:
    n: int
    kind: str
    band: str
    started_at: datetime
    due_at: datetime
    met_at: datetime | None
    replaced_at: datetime | None

    @property
    def is_running(self) -> bool:
        return self.met_at is None and self.replaced_at is None


@dataclass(frozen=True)
class CaseMove:
    n: int
    move: str
    start: CaseState
    end: CaseState
    cycle: int
    reason: str
    by: By


@dataclass(frozen=True)
class InformationRequest:
    """What an agency of the hub was asked, by when (UTC), and what it answered; `reply` is empty while it has not.

    `told` are tenant and object id of those who were written to. Where the answer wants somebody of the hub to call, or to
    know of it, `callers` are those who were told, and `heard_by` whoever has seen to it.
    """

    n: int
    agency_id: str
    reason: str
    due_at: datetime
    told: tuple[tuple[str, str], ...]
    reply: str
    note: str
    replied_tenant: str
    replied_id: str
    replied_name: str
    replied_at: datetime | None
    reminded_at: datetime | None
    by: By
    callers: tuple[tuple[str, str], ...] = ()
    heard_at: datetime | None = None
    heard_by: str = ""

    @property
    def is_open(self) -> bool:
        return not self.reply

    @property
    def wants_somebody(self) -> bool:
        """Whether the answer is one that whoever asked should hear of at once."""
        return self.reply in WANTS_SOMEBODY


@dataclass(frozen=True)
class MeetingSlot:
    """A time to meet (UTC) and, of those invited, how many can come, perhaps can, and of how many nothing is known."""

    start: datetime
    end: datetime
    can_come: int
    perhaps: int
    unknown: int


@dataclass(frozen=True)
class Invited:
    """Whom a meeting is for; `attendance` is None until it was noted."""

    tenant: str
    person: str
    name: str
    agency_id: str
    attendance: Attendance | None = None


@dataclass(frozen=True)
class Meeting:
    """A case meeting. `trouble` says by a word why the calendar did not take it as it should; empty while all is well.

    `first_day` and `last_day` are days of the hub; `bookings` is how often it had to be booked anew.
    """

    n: int
    state: MeetingState
    cycle: int
    minutes: int
    first_day: date
    last_day: date
    slots: tuple[MeetingSlot, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    bookings: int
    event_id: str
    join_url: str
    trouble: str
    reason: str
    held_at: datetime | None
    by: By
    people: tuple[Invited, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state not in {MeetingState.HELD, MeetingState.CANCELLED}


@dataclass(frozen=True)
class Review:
    """A monthly review. `due_on` and `waiting_since`, the day of the first prompt that nobody followed, are the hub's.

    What was decided, and by whom, is empty until it is done; `prompted_at` is None where nobody was asked for it.
    """

    n: int
    due_on: date
    state: ReviewState
    waiting_since: date
    prompted_at: datetime | None
    decision: str
    risk: str
    comment: str
    done_tenant: str
    done_id: str
    done_name: str
    done_agency_id: str
    done_at: datetime | None


@dataclass(frozen=True)
class Link:
    """How this case stands to another; `forward` is False where the row reads from the other to this one."""

    kind: LinkKind
    forward: bool
    other_id: int
    other_reference: str
    other_hub_id: str
    other_restricted: bool
    reason: str
    at: datetime


@dataclass(frozen=True)
class Access:
    tenant: str
    person: str
    name: str


@dataclass(frozen=True)
class Contributor:
    tenant: str
    person: str
    name: str
    agency_id: str
    since: datetime


@dataclass(frozen=True)
class CaseFile:
    case: Case
    people: tuple[CasePerson, ...]
    entries: tuple[Entry, ...]
    contributors: tuple[Contributor, ...]
    answers: tuple[Answer, ...] = ()
    tasks: tuple[Task, ...] = ()
    risks: tuple[RiskAssessment, ...] = ()
    clocks: tuple[CaseClock, ...] = ()
    moves: tuple[CaseMove, ...] = ()
    links: tuple[Link, ...] = ()
    access: tuple[Access, ...] = ()
    requests: tuple[InformationRequest, ...] = ()
    signposts: tuple[Signpost, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    reviews: tuple[Review, ...] = ()
    rhythm: Rhythm | None = None  # of its reviews, once it was accepted

    @cached_property
    def standing(self) -> Mapping[tuple[int, str], Answer]:
        """What counts of each field, by cycle and field."""
        return {(each.cycle, each.field): each for each in self.answers if each.standing}

    def answer(self, field: str, cycle: int | None = None) -> str:
        """What stands in a field, in this cycle unless another is named; empty if nothing does."""
        found = self.standing.get((cycle or self.case.cycle, field))
        return found.text if found else ""

    @property
    def asides(self) -> tuple[Answer, ...]:
        """What somebody wrote beside a newer answer of the present cycle and nobody has chosen about yet.

        Choosing writes a standing answer, which is newer than every aside before it.
        """
        newest = {key: each.n for key, each in self.standing.items()}
        return tuple(
            each
            for each in self.answers
            if not each.standing
            and each.cycle == self.case.cycle
            and each.n > newest.get((each.cycle, each.field), 0)
        )


_CASES = sa.select(cases)
_CASE = _CASES.where(cases.c.id == sa.bindparam("case_id"))
_BY_REFERENCE = _CASES.where(cases.c.reference == sa.bindparam("reference"))
_BY = tuple(by.name for by in fields(By))


def _of_case(table: sa.Table, model: type, *order: str) -> sa.Select[Any]:
    """The rows of a case, columns in the order of the model's fields, author and time last."""
    known = [field.name for field in fields(model)]
    names = [name for name in known if name in table.c]
    signed = _BY if "by" in known else ()
    return (
        sa.select(*(table.c[name] for name in (*names, *signed)))
        .where(table.c.case_id == sa.bindparam("case_id"))
        .order_by(*(table.c[name] for name in order))
    )


_ANSWERS = _of_case(answers, Answer, "cycle", "field", "n")
_TASKS = _of_case(tasks, Task, "n")
_RISKS = _of_case(risk_assessments, RiskAssessment, "n")
_CLOCKS = _of_case(clocks, CaseClock, "n")
_MOVES = _of_case(case_moves, CaseMove, "n")
_REQUESTS = _of_case(information_requests, InformationRequest, "n")
_SIGNPOSTS = _of_case(signposts, Signpost, "n")
_MEETINGS = _of_case(meetings, Meeting, "n")
_INVITED = (
    sa.select(meeting_people.c.n, *(meeting_people.c[field.name] for field in fields(Invited)))
    .where(meeting_people.c.case_id == sa.bindparam("case_id"))
    .order_by(*(meeting_people.c[name] for name in ("n", "agency_id", "name", "tenant", "person")))
)
_REVIEWS = _of_case(reviews, Review, "n")
_RHYTHM = _of_case(review_rhythms, Rhythm)
_ACCESS = _of_case(case_access, Access, "name", "person")
_MARKS = (
    sa.select(person_marks.c.person_n, person_marks.c.role, person_marks.c.age_group)
    .where(person_marks.c.case_id == sa.bindparam("case_id"))
    .order_by(person_marks.c.person_n, person_marks.c.n)
)


def _links(here: sa.Column[int], there: sa.Column[int], *, forward: bool) -> sa.Select[Any]:
    return (
        sa.select(
            case_links.c.kind,
            sa.literal(forward, sa.Boolean),
            cases.c.id,
            cases.c.reference,
            cases.c.hub_id,
            cases.c.restricted,
            case_links.c.reason,
            case_links.c.at,
        )
        .join_from(case_links, cases, cases.c.id == there)
        .where(here == sa.bindparam("case_id"))
    )


_LINKS = sa.union_all(
    _links(case_links.c.case_id, case_links.c.other_id, forward=True),
    _links(case_links.c.other_id, case_links.c.case_id, forward=False),
)
_PEOPLE = (
    sa.select(case_people.c.n, case_people.c.role, case_people.c.description)
    .where(case_people.c.case_id == sa.bindparam("case_id"))
    .order_by(case_people.c.n)
)
_ENTRIES = (
    sa.select(*(entries.c[name] for name in Entry.__dataclass_fields__))
    .where(entries.c.case_id == sa.bindparam("case_id"))
    .order_by(entries.c.n)
)
_CONTRIBUTORS = (
    sa.select(*(contributors.c[name] for name in Contributor.__dataclass_fields__))
    .where(contributors.c.case_id == sa.bindparam("case_id"))
    .order_by(contributors.c.since, contributors.c.tenant, contributors.c.person)
)
_MERGED_INTO = (
    sa.select(cases)
    .join_from(case_links, cases, cases.c.id == case_links.c.other_id)
    .where(case_links.c.case_id == sa.bindparam("case_id"), case_links.c.kind == LinkKind.MERGED_INTO)
)


def case_of(connection: sa.Connection, case_id: int) -> Case:
    row = connection.execute(_CASE, {"case_id": case_id}).one_or_none()
    if row is None:
        raise CaseNotFound
    return Case(*row)


def by_reference(connection: sa.Connection, reference: str) -> Case | None:
    row = connection.execute(_BY_REFERENCE, {"reference": reference}).one_or_none()
    return None if row is None else Case(*row)


def surviving(connection: sa.Connection, case: Case) -> Case:
    """The case that this one goes on in, if it was merged, however often; or else the case itself."""
    while case.state is CaseState.MERGED:
        case = Case(*connection.execute(_MERGED_INTO, {"case_id": case.id}).one())
    return case


def case_file(connection: sa.Connection, case_id: int) -> CaseFile:
    return fill(connection, case_of(connection, case_id))


def fill(connection: sa.Connection, case: Case) -> CaseFile:
    """The whole file of a case already at hand."""
    of_case = {"case_id": case.id}
    return CaseFile(
        case,
        _people(connection, case.id),
        tuple(Entry(*row) for row in connection.execute(_ENTRIES, of_case)),
        tuple(Contributor(*row) for row in connection.execute(_CONTRIBUTORS, of_case)),
        tuple(_signed(Answer, row) for row in connection.execute(_ANSWERS, of_case)),
        tuple(_signed(Task, row) for row in connection.execute(_TASKS, of_case)),
        tuple(_signed(RiskAssessment, row) for row in connection.execute(_RISKS, of_case)),
        tuple(CaseClock(*row) for row in connection.execute(_CLOCKS, of_case)),
        tuple(_signed(CaseMove, row) for row in connection.execute(_MOVES, of_case)),
        _links_of(connection, case),
        access_list(connection, case.id),
        tuple(_request(row) for row in connection.execute(_REQUESTS, of_case)),
        signposts=tuple(_signed(Signpost, row) for row in connection.execute(_SIGNPOSTS, of_case)),
        meetings=_meetings(connection, case.id),
        reviews=_reviews(connection, case.id),
        rhythm=_rhythm(connection, case.id),
    )


def _links_of(connection: sa.Connection, case: Case) -> tuple[Link, ...]:
    """How the case stands to others, oldest first; an erased one repeats nothing of what stands in their files."""
    rows = connection.execute(_LINKS, {"case_id": case.id})
    found = sorted((Link(*row) for row in rows), key=lambda link: link.at)
    return tuple(replace(link, reason="") for link in found) if case.erased_at else tuple(found)


def access_list(connection: sa.Connection, case_id: int) -> tuple[Access, ...]:
    """Who may open the case, if it is restricted."""
    return tuple(Access(*row) for row in connection.execute(_ACCESS, {"case_id": case_id}))


def _people(connection: sa.Connection, case_id: int) -> tuple[CasePerson, ...]:
    """The people, each as the newest mark has them."""
    marks = {n: (role, age) for n, role, age in connection.execute(_MARKS, {"case_id": case_id})}
    said = (CasePerson(*row) for row in connection.execute(_PEOPLE, {"case_id": case_id}))
    return tuple(
        replace(person, role=marks[person.n][0], age_group=marks[person.n][1], first_role=person.role)
        if person.n in marks
        else person
        for person in said
    )


def _meetings(connection: sa.Connection, case_id: int) -> tuple[Meeting, ...]:
    of_case = {"case_id": case_id}
    rows = [_signed(Meeting, row) for row in connection.execute(_MEETINGS, of_case)]
    if not rows:  # as in most cases
        return ()
    invited: defaultdict[int, list[Invited]] = defaultdict(list)
    for n, tenant, person, name, agency_id, noted in connection.execute(_INVITED, of_case):
        attendance = Attendance(noted) if noted else None
        invited[n].append(Invited(tenant, person, name, agency_id, attendance))
    return tuple(
        replace(
            row,
            state=MeetingState(row.state),
            slots=tuple(map(_slot, row.slots)),
            people=tuple(invited[row.n]),
        )
        for row in rows
    )


def _slot(kept: Any) -> MeetingSlot:
    start, end = (datetime.fromisoformat(kept[name]) for name in ("start", "end"))
    return MeetingSlot(start, end, kept["can_come"], kept["perhaps"], kept["unknown"])


def _reviews(connection: sa.Connection, case_id: int) -> tuple[Review, ...]:
    rows = (Review(*row) for row in connection.execute(_REVIEWS, {"case_id": case_id}))
    return tuple(replace(row, state=ReviewState(row.state)) for row in rows)


def _rhythm(connection: sa.Connection, case_id: int) -> Rhythm | None:
    row = connection.execute(_RHYTHM, {"case_id": case_id}).one_or_none()
    return None if row is None else Rhythm(*row)


def _request(row: sa.Row[Any]) -> InformationRequest:
    *asked, callers, heard_at, heard_by = tuple(row)[: -len(_BY)]
    request = _signed(InformationRequest, (*asked, *tuple(row)[-len(_BY) :]))
    return replace(
        request,
        told=_people_of(request.told),
        callers=_people_of(callers or ()),
        heard_at=heard_at,
        heard_by=heard_by or "",
    )


def _people_of(pairs: Iterable[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Tenant and object id of several people, as JSON keeps them."""
    return tuple((tenant, person) for tenant, person in pairs)


def _signed(model: Callable[..., T], row: Sequence[Any]) -> T:
    """A record whose last fields are its author and time."""
    values = tuple(row)
    return model(*values[: -len(_BY)], By(*values[-len(_BY) :]))
