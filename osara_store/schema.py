"""The tables, the same on SQLite and PostgreSQL.

Times are kept as microseconds since 1970: one format that both databases compare and index alike.
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(sa.types.TypeDecorator[datetime]):
    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        del dialect
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        del dialect
        return None if value is None else time_of(value)


def time_of(microseconds: int) -> datetime:
    """The time that is kept as this number."""
    return _EPOCH + timedelta(microseconds=microseconds)


class CaseState(StrEnum):
    SUBMITTED = "submitted"
    TRIAGED = "triaged"
    SHARING = "information_sharing"
    SCANNING = "scanning"
    ANALYSIS = "analysis"
    RESPONSE = "response"
    ASSESSMENT = "assessment"
    CLOSURE_PROPOSED = "closure_proposed"
    CLOSED = "closed"
    RETURNED = "returned"
    SIGNPOSTED = "signposted"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    VOIDED = "voided"
    TRANSFERRED = "transferred"


class PersonRole(StrEnum):
    """The first two are what a referrer says; the others what the hub makes of it."""

    AFFECTED = "affected"
    INVOLVED = "involved"
    VICTIM = "victim"
    SUSPECT = "suspect"
    WITNESS = "witness"
    OTHER = "other"


class AgeGroup(StrEnum):
    ADULT = "adult"
    CHILD = "child"
    NOT_KNOWN = "not_known"


class TaskState(StrEnum):
    OPEN = "open"
    DECLINED = "declined"  # until somebody else has it, or it is cancelled
    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"
    CANCELLED = "cancelled"
    MOVED = "moved"  # into the case that this one was merged into


class Reply(StrEnum):
    """What an agency says to the hub that asked what it knows of a case."""

    NOTHING = "nothing"
    SOMETHING = "something"
    PART = "part"  # it has a part to play
    CALL = "call"  # it would rather be called


class MeetingState(StrEnum):
    LOOKING = "looking"  # Outlook is asked when people are free
    OFFERED = "offered"  # times wait for whoever arranges it
    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"


class Attendance(StrEnum):
    CAME = "came"
    APOLOGIES = "apologies"
    ABSENT = "absent"


class LinkKind(StrEnum):
    """How the first case stands to the second."""

    RELATED = "related"
    MERGED_INTO = "merged_into"
    RE_REFERRAL_OF = "re_referral_of"
    TRANSFERRED_TO = "transferred_to"


class Stage(StrEnum):
    OBJECTIVE = "objective"
    SCANNING = "scanning"
    ANALYSIS = "analysis"
    RESPONSE = "response"
    ASSESSMENT = "assessment"


class DraftState(StrEnum):
    OPEN = "open"
    SENT = "sent"
    FORGOTTEN = "forgotten"


class ReviewState(StrEnum):
    """What became of a monthly review; it lapses when the next one comes before anybody has done it."""

    DUE = "due"
    DONE = "done"
    LAPSED = "lapsed"


class ReviewDecision(StrEnum):
    CONTINUE = "continue"
    CHANGE = "change"
    PROPOSE = "propose"


class RiskNow(StrEnum):
    """How the risk is, asked again at a monthly review."""

    SAME = "same"
    WORSE = "worse"
    BETTER = "better"


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    HELD = "held"  # its place cannot be reached; waits for the app to be installed there
    DEAD = "dead"
    DISCARDED = "discarded"


def _choice(values: type[StrEnum]) -> sa.Enum:
    return sa.Enum(
        values,
        native_enum=False,
        create_constraint=False,  # a new value must not need a table rebuild on SQLite
        length=30,
        values_callable=lambda members: [member.value for member in members],
    )


_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite counts up INTEGER keys only

# Named, so that a later migration can find them on both databases.
metadata = sa.MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _is(column: sa.ColumnElement[str], value: StrEnum) -> sa.ColumnElement[bool]:
    """Spelled out, not bound: SQLite uses a partial index only where it can see that the condition is the same."""
    return column == sa.literal_column(f"'{value}'", sa.Text)


def _id() -> sa.Column[int]:
    return sa.Column("id", _BigId, primary_key=True, autoincrement=True)


def _text(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, nullable=False)


def _of_case(*, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column("case_id", _BigId, sa.ForeignKey("cases.id"), primary_key=primary_key, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, Instant, nullable=nullable)


def _time_key(name: str) -> sa.Column[datetime]:
    return sa.Column(name, Instant, primary_key=True, nullable=False)


def _by() -> list[sa.Column[Any]]:
    """Who wrote it, and when."""
    return [
        _text("author_tenant"),
        _text("author_id"),
        _text("author_name"),
        _text("author_agency_id"),
        _time("at"),
    ]


case_numbers = sa.Table(
    "case_numbers",
    metadata,
    _text("hub_id", primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

# The columns stand in the order of the fields of `cases.Case`.
cases = sa.Table(
    "cases",
    metadata,
    _id(),
    sa.Column("reference", sa.Text, nullable=False, unique=True),
    _text("hub_id"),
    sa.Column("state", _choice(CaseState), nullable=False),
    _text("category"),
    _text("where"),
    sa.Column("since", _choice(Since), nullable=False),
    sa.Column("frequency", _choice(Frequency), nullable=False),
    sa.Column("danger", _choice(Danger), nullable=False),
    _text("agency_id"),
    _text("referrer_tenant"),
    _text("referrer_id"),
    _text("referrer_name"),
    _text("own_reference"),
    sa.Column("sharing_basis", _choice(SharingBasis), nullable=False),
    sa.Column("equality", _choice(Equality), nullable=False),
    _text("equality_note"),
    _time("submitted_at"),
    sa.Column("version", sa.Integer, nullable=False),
    _time("synced_at", nullable=True),
    sa.Column("web_url", sa.Text),
    _text("lead_agency_id"),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("moves", sa.Integer, nullable=False),  # how many moves it has made: what tells a stale card
    _text("band"),  # empty until the risk was assessed
    sa.Column("restricted", sa.Boolean, nullable=False),
    _time("closed_at", nullable=True),
    sa.Column("watch_until", sa.Date),
    sa.Column("retention_on", sa.Date),
    sa.Column("legal_hold", sa.Boolean, nullable=False),
    _time("erased_at", nullable=True),
    sa.Index("ix_cases_referrer", "referrer_tenant", "referrer_id"),
    sa.Index("ix_cases_hub_state", "hub_id", "state"),
    sqlite_autoincrement=True,
)

case_people = sa.Table(
    "case_people",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("role", _choice(PersonRole), nullable=False),
    _text("description"),
    sqlite_with_rowid=False,
)

entries = sa.Table(
    "entries",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("stage", _choice(Stage), nullable=False),
    _text("kind"),
    _text("text"),
    _text("agency_id"),
    _text("author_name"),
    _time("at"),
    _text("author_tenant"),
    _text("author_id"),
    sa.Column("cycle", sa.Integer, nullable=False),
    _text("grade"),  # fact, assessment or intelligence; empty where it was not asked
)

# What the hub makes of the people in a case. Rows are only added: the newest of a person counts.
person_marks = sa.Table(
    "person_marks",
    metadata,
    _of_case(primary_key=True),
    sa.Column("person_n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("role", _choice(PersonRole), nullable=False),
    sa.Column("age_group", _choice(AgeGroup), nullable=False),
    *_by(),
    sqlite_with_rowid=False,
)

# The answers of the stages. Rows are only added. The newest standing one counts; one that does not stand was written by
# somebody who had not seen the newest, and waits beside it until a person has chosen.
answers = sa.Table(
    "answers",
    metadata,
    _of_case(primary_key=True),
    sa.Column("cycle", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("field", sa.Text, primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("standing", sa.Boolean, nullable=False),
    _text("text"),
    *_by(),
)

tasks = sa.Table(
    "tasks",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("state", _choice(TaskState), nullable=False),
    _text("intervention"),
    _text("side"),  # victim, offender or location
    _text("agency_id"),
    _text("owner"),  # a person's name; empty while only the agency is known
    sa.Column("due_on", sa.Date, nullable=False),
    _text("power"),  # id of a power in the configuration; empty where none is used
    _text("rationale"),
    _text("proportionality"),
    _text("term"),  # quick or long
    _text("outcome"),  # what was done, or why it was cancelled
    _text("origin"),  # the reference and number it had before its case was merged
    _time("accepted_at", nullable=True),
    sa.Column("numbers", sa.JSON, nullable=False),  # what came of it so far, by kind
    _text("suggested_agency_id"),  # who should have it instead, says who declined it
    _text("suggested_owner"),
    sa.Column("version", sa.Integer, nullable=False),
    *_by(),
)

# Who was sent a card about a task, so that it can be kept true for as long as it stands.
task_cards = sa.Table(
    "task_cards",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _time("since"),
    sqlite_with_rowid=False,
)

# Outside organisations that somebody is pointed to. Nothing is sent to them: an agency of the hub asks how it went.
signposts = sa.Table(
    "signposts",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("agency_id"),
    _text("reason"),
    _text("chaser_agency_id"),
    _text("chaser"),  # a person's name; empty while only the agency is known
    sa.Column("chase_on", sa.Date, nullable=False),
    _time("chased_at", nullable=True),
    _text("outcome"),
    *_by(),
)

risk_assessments = sa.Table(
    "risk_assessments",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("instrument"),  # questionnaire, judgement or override
    _text("version"),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("answers", sa.JSON, nullable=False),
    sa.Column("score", sa.Integer),
    _text("band"),
    _text("reason"),
    *_by(),
)

# A clock that was started anew keeps its old row, with the time at which it was replaced.
clocks = sa.Table(
    "clocks",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("kind"),
    _text("band"),
    _time("started_at"),
    _time("due_at"),
    _time("met_at", nullable=True),
    _time("replaced_at", nullable=True),
)

case_moves = sa.Table(
    "case_moves",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("move"),
    sa.Column("start", _choice(CaseState), nullable=False),
    sa.Column("end", _choice(CaseState), nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),  # the cycle after the move
    _text("reason"),
    *_by(),
)

# What one agency was asked, and what it answered. The answer may change while the case is open; every one of them is kept as
# an entry. `told` are the people who were written to, as tenant and object id: their cards follow the case.
information_requests = sa.Table(
    "information_requests",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("agency_id"),
    _text("reason"),
    _time("due_at"),
    sa.Column("told", sa.JSON, nullable=False),
    *_by(),
    _text("reply"),  # empty while there is none
    _text("note"),
    _text("replied_tenant"),
    _text("replied_id"),
    _text("replied_name"),
    _time("replied_at", nullable=True),
    _time("reminded_at", nullable=True),
    # Where the answer wants somebody of the hub to call or to know: who was told of it, and who has seen to it, and when.
    sa.Column("callers", sa.JSON(none_as_null=True)),
    _time("heard_at", nullable=True),
    sa.Column("heard_by", sa.Text),
)

case_links = sa.Table(
    "case_links",
    metadata,
    _of_case(primary_key=True),
    sa.Column("other_id", _BigId, sa.ForeignKey("cases.id"), primary_key=True),
    sa.Column("kind", _choice(LinkKind), primary_key=True),
    _text("reason"),
    *_by(),
    sa.Index("ix_case_links_other", "other_id"),
    sqlite_with_rowid=False,
)

# Who may open a restricted case.
case_access = sa.Table(
    "case_access",
    metadata,
    _of_case(primary_key=True),
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("name"),
    _time("since"),
    sqlite_with_rowid=False,
)

# One row for each referral that names this person as affected, by the hash of the name: enough to count reports. A form
# left open can bring a second matter of the same person, so the case is part of what makes a report one.
victim_reports = sa.Table(
    "victim_reports",
    metadata,
    _text("hub_id", primary_key=True),
    _text("key", primary_key=True),
    _text("draft_id", primary_key=True),
    _of_case(primary_key=True),
    _time("at"),
    sa.Index("ix_victim_reports_case", "case_id"),
    sqlite_with_rowid=False,
)

retention_decisions = sa.Table(
    "retention_decisions",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("decision"),  # keep, erase, hold or release
    sa.Column("until", sa.Date),
    _text("reason"),
    *_by(),
)

# --- meetings, cover and what comes because a date came ---------------------------------------------------------------

# A case meeting: proposed times are looked for, one is booked in the hub's calendar, it is held or called off.
meetings = sa.Table(
    "meetings",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("state"),  # looking, offered, booked, held or cancelled
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("minutes", sa.Integer, nullable=False),
    sa.Column("first_day", sa.Date, nullable=False),
    sa.Column("last_day", sa.Date, nullable=False),
    sa.Column("slots", sa.JSON, nullable=False),  # the times found: start, end and how many can come
    _time("starts_at", nullable=True),
    _time("ends_at", nullable=True),
    sa.Column(
        "bookings", sa.Integer, nullable=False
    ),  # how often it was booked anew: part of what names the event
    _text("event_id"),
    _text("join_url"),
    _text("trouble"),  # why the calendar did not take it; empty while all is well
    _text("reason"),  # why it was moved or called off
    _time("held_at", nullable=True),
    *_by(),
)

# Whom a meeting is for, and whether they came.
meeting_people = sa.Table(
    "meeting_people",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("name"),
    _text("agency_id"),
    _text("attendance"),  # came, apologies or absent; empty until it was noted
    sqlite_with_rowid=False,
)

# Who is away, and who stands in. No two of one person overlap; the deputy is empty where nobody was named.
absences = sa.Table(
    "absences",
    metadata,
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    sa.Column("first_day", sa.Date, primary_key=True),
    sa.Column("last_day", sa.Date, nullable=False),
    _text("deputy_tenant"),
    _text("deputy_id"),
    *_by(),
    sqlite_with_rowid=False,
)

# Everybody who stood in the configuration, for each agency they were of: so that it shows who is gone from it.
known_people = sa.Table(
    "known_people",
    metadata,
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("agency_id", primary_key=True),
    _text("name"),
    _time("gone_since", nullable=True),
    sqlite_with_rowid=False,
)

# Whose work of a hub goes to whom. It is done one thing at a time, until nothing is left.
handovers = sa.Table(
    "handovers",
    metadata,
    _text("hub_id", primary_key=True),
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("agency_id", primary_key=True),
    _text("name"),
    _text("successor_tenant"),
    _text("successor_id"),
    sa.Column("with_lists", sa.Boolean, nullable=False),  # the successor joins the lists of restricted cases
    sa.Column("moved", sa.Integer, nullable=False),
    _time("done_at", nullable=True),
    _text("trouble"),  # why it stopped; empty while all is well
    *_by(),
    sqlite_with_rowid=False,
)

# What a hub's manager, and what a person, has set otherwise than the configuration does.
hub_settings = sa.Table(
    "hub_settings",
    metadata,
    _text("hub_id", primary_key=True),
    _text("name", primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    *_by(),
    sqlite_with_rowid=False,
)
person_settings = sa.Table(
    "person_settings",
    metadata,
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("name", primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
    _time("at"),
    sqlite_with_rowid=False,
)

# What will happen because a date comes: one row for each occasion and subject, with its next date.
schedule = sa.Table(
    "schedule",
    metadata,
    _text("occasion", primary_key=True),
    _text("subject", primary_key=True),
    _time("due_at"),
    _time("next_try_at"),  # due_at, unless a run failed
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("error", sa.Text),
    sa.Index("ix_schedule_due", "next_try_at"),
    sqlite_with_rowid=False,
)

# What did happen: a run is claimed by adding its row, in the transaction that writes its messages.
schedule_runs = sa.Table(
    "schedule_runs",
    metadata,
    _text("occasion", primary_key=True),
    _text("subject", primary_key=True),
    _time_key("due_at"),
    _time("ran_at"),
    sa.Column("messages", sa.Integer, nullable=False),  # how many it wrote
    sa.Index("ix_schedule_runs_ran", "ran_at"),
    sqlite_with_rowid=False,
)

# What somebody was reminded of, so that each step of a reminder comes once.
nudges = sa.Table(
    "nudges",
    metadata,
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("subject", primary_key=True),
    _text("step", primary_key=True),
    _time("run_at"),
    sa.Index("ix_nudges_run", "tenant", "person", "run_at"),
    sqlite_with_rowid=False,
)

# From which day the months of a case's reviews are counted, and how many working days later than that they come.
review_rhythms = sa.Table(
    "review_rhythms",
    metadata,
    _of_case(primary_key=True),
    _text("hub_id"),
    sa.Column("accepted_on", sa.Date, nullable=False),
    sa.Column("later", sa.Integer, nullable=False),
    sa.Index("ix_review_rhythms_hub", "hub_id"),
)

# The monthly reviews of a case; `n` is the number of months since it was accepted.
reviews = sa.Table(
    "reviews",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("due_on", sa.Date, nullable=False),
    _text("state"),  # due, done, or lapsed when the next one came
    sa.Column("waiting_since", sa.Date, nullable=False),  # the day of the first prompt that nobody followed
    _time("prompted_at", nullable=True),  # empty where it was done early, or nobody was told
    _text("decision"),  # continue, change or propose; empty until it is done
    _text("risk"),  # same, worse or better
    _text("comment"),
    _text("done_tenant"),
    _text("done_id"),
    _text("done_name"),
    _text("done_agency_id"),
    _time("done_at", nullable=True),
    sqlite_with_rowid=False,
)
sa.Index(
    "ix_reviews_due",
    reviews.c.case_id,
    sqlite_where=reviews.c.state == sa.literal_column("'due'"),
    postgresql_where=reviews.c.state == sa.literal_column("'due'"),
)
sa.Index("ix_reviews_day", reviews.c.due_on)

# Who was told of a review. All that one person is told of one hub on one day stands in one message.
review_prompts = sa.Table(
    "review_prompts",
    metadata,
    _of_case(primary_key=True),
    sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("hub_id"),
    sa.Column("day", sa.Date, nullable=False),
    sa.Index("ix_review_prompts_message", "tenant", "person", "hub_id", "day"),
    sqlite_with_rowid=False,
)

# Everybody but the referrer who brought something to the case.
contributors = sa.Table(
    "contributors",
    metadata,
    _of_case(primary_key=True),
    _text("tenant", primary_key=True),
    _text("person", primary_key=True),
    _text("name"),
    _text("agency_id"),
    _time("since"),
    sa.Index("ix_contributors_person", "tenant", "person"),
    sqlite_with_rowid=False,
)

# Hashes of normalised places, names and references: enough to see that two cases look alike, no second copy of a name.
match_keys = sa.Table(
    "match_keys",
    metadata,
    _text("hub_id", primary_key=True),
    _text("key", primary_key=True),
    _of_case(primary_key=True),
    sqlite_with_rowid=False,
)

# What a case is searched by, in one spelling: its references, places and people. A plain copy of names, drawn anew from the
# file whenever that changes, so that it empties with the file.
case_search = sa.Table(
    "case_search",
    metadata,
    _of_case(primary_key=True),
    _text("hub_id"),
    _text("category"),
    _text("text"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    _text("id", primary_key=True),
    _text("tenant"),
    _text("person"),
    _text("hub_id"),
    sa.Column("state", _choice(DraftState), nullable=False),
    sa.Column("values", sa.JSON, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("case_id", _BigId, sa.ForeignKey("cases.id")),
    sa.Column("sent", sa.JSON, nullable=False),  # digests of the answers already taken into the case
    _time("updated_at"),
)
is_open_draft = _is(drafts.c.state, DraftState.OPEN)
sa.Index(
    "ix_drafts_one_open",
    drafts.c.tenant,
    drafts.c.person,
    drafts.c.hub_id,
    unique=True,
    sqlite_where=is_open_draft,
    postgresql_where=is_open_draft,
)

audit = sa.Table(
    "audit",
    metadata,
    _text("hub_id", primary_key=True),
    sa.Column("n", _BigId, primary_key=True, autoincrement=False),
    _time("at"),
    _text("tenant"),
    _text("person"),
    _text("agency_id"),
    _text("action"),
    sa.Column("case_id", _BigId),
    _text("detail"),
    _text("hash"),
)

# The end of each hub's chain: without it, rows cut off the end would not be missed.
audit_heads = sa.Table(
    "audit_heads",
    metadata,
    _text("hub_id", primary_key=True),
    sa.Column("n", _BigId, nullable=False),
    _text("hash"),
    sqlite_with_rowid=False,
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    _text("lane"),
    _text("service"),
    _text("destination"),
    _text("kind"),
    sa.Column("payload", sa.JSON, nullable=False),
    sa.Column("state", _choice(MessageState), nullable=False),
    _time("due_at"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease", sa.Text),
    sa.Column("error", sa.Text),
    _time("created_at"),
    _time("finished_at", nullable=True),
    sqlite_autoincrement=True,
)


def is_waiting_in(messages: sa.FromClause) -> sa.ColumnElement[bool]:
    return _is(messages.c.state, MessageState.WAITING)


is_waiting = is_waiting_in(outbox)
sa.Index("ix_outbox_lane", outbox.c.lane, outbox.c.id, sqlite_where=is_waiting, postgresql_where=is_waiting)
sa.Index(
    "ix_outbox_due",
    outbox.c.service,
    outbox.c.due_at,
    outbox.c.id,
    sqlite_where=is_waiting,
    postgresql_where=is_waiting,
)
sa.Index(
    "ix_outbox_place",
    outbox.c.service,
    outbox.c.destination,
    outbox.c.due_at,
    outbox.c.id,
    sqlite_where=is_waiting,
    postgresql_where=is_waiting,
)
is_dead = _is(outbox.c.state, MessageState.DEAD)
sa.Index("ix_outbox_dead", outbox.c.id, sqlite_where=is_dead, postgresql_where=is_dead)
is_held = _is(outbox.c.state, MessageState.HELD)
sa.Index("ix_outbox_held", outbox.c.destination, sqlite_where=is_held, postgresql_where=is_held)

destinations = sa.Table(
    "destinations",
    metadata,
    _text("name", primary_key=True),
    _time("closed_until"),
    sqlite_with_rowid=False,
)

conversations = sa.Table(
    "conversations",
    metadata,
    _text("key", primary_key=True),
    _text("tenant"),
    _text("service_url"),
    sa.Column("conversation_id", sa.Text),
    sa.Column("user_id", sa.Text),
    _text("bot_id"),
    sa.Column("team_id", sa.Text),
    _time("unreachable_since", nullable=True),
    sa.Column("unreachable_why", sa.Text),
    _time("updated_at"),
)

posted_messages = sa.Table(
    "posted_messages",
    metadata,
    _text("key", primary_key=True),
    _text("conversation_id"),
    _text("service_url"),
    _text("activity_id"),
    _time("at"),
)

synced_items = sa.Table(
    "synced_items",
    metadata,
    _text("list", primary_key=True),
    _text("key", primary_key=True),
    _text("item_id"),
    _text("etag"),
    sa.Column("fields", sa.JSON, nullable=False),
    _time("at"),
)

sync_conflicts = sa.Table(
    "sync_conflicts",
    metadata,
    _id(),
    _text("list"),
    _text("key"),
    _text("field"),
    sa.Column("ours", sa.JSON),
    sa.Column("theirs", sa.JSON),
    _time("at"),
    sa.Index("ix_sync_conflicts_item", "list", "key"),
)

# Requests to a service that limits them, as long as they count; `at` is when the answer came, and until it does the end of
# the message's lease.
recent_requests = sa.Table(
    "recent_requests",
    metadata,
    sa.Column("message_id", _BigId, primary_key=True, autoincrement=False),
    _text("lease", primary_key=True),
    _text("service"),
    _text("destination"),
    _time("at"),
    sa.Index("ix_recent_requests_service", "service", "at"),
    sa.Index("ix_recent_requests_destination", "destination", "at"),
    sqlite_with_rowid=False,
)

# The programs that use this database: which of them live, and how much of the schema's history each knows.
replicas = sa.Table(
    "replicas",
    metadata,
    _text("name", primary_key=True),
    _text("knows"),  # the newest revision that it has
    _time("heard_at"),
    sqlite_with_rowid=False,
)

# One row: the oldest revision that a program has to know in order to use this database.
compatibility = sa.Table(
    "compatibility",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    _text("oldest"),
)
