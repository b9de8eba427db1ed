"""All that the database holds at one moment, and what has changed since another."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from osara_store import schema
from tests.contract.bot.presses.people import Someone
from tests.contract.bot.presses.rules import Case, Listed

Row = Mapping[str, Any]

# Whatever somebody types holds one of these, and no two texts the same.
MARK: Final = re.compile(r"zq\d{5}x")

_OF_CASES: Final = (
    schema.cases,
    schema.case_people,
    schema.entries,
    schema.person_marks,
    schema.answers,
    schema.tasks,
    schema.task_cards,
    schema.signposts,
    schema.risk_assessments,
    schema.clocks,
    schema.case_moves,
    schema.information_requests,
    schema.reviews,
    schema.meetings,
    schema.meeting_people,
    schema.case_links,
    schema.case_access,
    schema.retention_decisions,
    schema.contributors,
    schema.victim_reports,
    schema.case_search,
)
_TOLD: Final = (schema.audit, schema.outbox)
# Who is to be shown what, which follows from the files.
_BESIDE: Final = (schema.review_prompts, schema.nudges)
# What holds in a hub or for a person.
_OF_HUBS: Final = (schema.absences, schema.handovers, schema.hub_settings, schema.person_settings)
_KEPT: Final = (*_OF_CASES, schema.drafts, *_BESIDE, *_OF_HUBS, *_TOLD)
# What changes with any press that held the case, though nothing was done.
_TRACES: Final[Mapping[str, frozenset[str]]] = {"cases": frozenset({"version"})}


@dataclass(frozen=True)
class Content:
    """The rows of each table, by its name and their keys. A table that did not change is the one that it was; `bare` tells."""

    tables: Mapping[str, Mapping[tuple[Any, ...], Row]]
    bare: Mapping[str, Sequence[Any]] = field(default_factory=dict, compare=False, repr=False)

    def rows(self, table: str) -> Iterable[Row]:
        return self.tables[table].values()

    # --- cases -----------------------------------------------------------------------------------------------------

    @cached_property
    def cases(self) -> Mapping[int, Case]:
        return {row["id"]: row for row in self.rows("cases")}

    @cached_property
    def by_reference(self) -> Mapping[str, Case]:
        return {row["reference"]: row for row in self.rows("cases")}

    def going_on(self, case: Case) -> Case:
        """The case itself or, if it was merged, the one that it goes on in."""
        while str(case["state"]) == "merged":
            case = self.cases[
                next(
                    row["other_id"]
                    for row in self.rows("case_links")
                    if row["case_id"] == case["id"] and str(row["kind"]) == "merged_into"
                )
            ]
        return case

    def listed(self, case_id: int) -> Listed:
        return frozenset(row["person"] for row in self.rows("case_access") if row["case_id"] == case_id)

    def of_case(self, table: str, case_id: int) -> list[Row]:
        return [row for row in self.rows(table) if row["case_id"] == case_id]

    def meant_for(self, meeting: Row) -> frozenset[str]:
        """The object ids of those who arrange a meeting or are invited."""
        this = (meeting["case_id"], meeting["n"])
        invited = {row["person"] for row in self.rows("meeting_people") if (row["case_id"], row["n"]) == this}
        return frozenset(invited | {meeting["author_id"]})

    def answer(self, case: Case, field: str) -> str:
        """What stands in a field of the present round."""
        here = (case["id"], case["cycle"], field)
        standing = [
            row
            for row in self.rows("answers")
            if (row["case_id"], row["cycle"], row["field"]) == here and row["standing"]
        ]
        return str(max(standing, key=lambda row: row["n"])["text"]) if standing else ""

    # --- texts -----------------------------------------------------------------------------------------------------

    @cached_property
    def held_by(self) -> Mapping[str, frozenset[int]]:
        """In which cases' files each marked text stands."""
        found: dict[str, set[int]] = defaultdict(set)
        for table in _OF_CASES:
            if table is not schema.case_links:
                for row in self.rows(table.name):
                    for mark in MARK.findall(_text_of(row)):
                        found[mark].add(row.get("case_id", row.get("id", 0)))
        return {mark: frozenset(holders) for mark, holders in found.items()}

    @cached_property
    def links(self) -> Mapping[str, frozenset[tuple[int, int]]]:
        """Which two cases each marked reason of a link is about."""
        found: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for row in self.rows("case_links"):
            for mark in MARK.findall(row["reason"]):
                found[mark].add((row["case_id"], row["other_id"]))
        return {mark: frozenset(pairs) for mark, pairs in found.items()}

    @cached_property
    def in_files(self) -> frozenset[str]:
        return frozenset(self.held_by) | frozenset(self.links)

    @cached_property
    def in_drafts(self) -> frozenset[str]:
        return frozenset(mark for row in self.rows("drafts") for mark in MARK.findall(str(row["values"])))

    @cached_property
    def told(self) -> frozenset[str]:
        """Marks in what leaves the house or outlives a file: messages' payloads and the audit chain."""
        return frozenset(
            mark for table in _TOLD for row in self.rows(table.name) for mark in MARK.findall(_text_of(row))
        )

    @cached_property
    def cells(self) -> frozenset[str]:
        """Every text that is kept, blanks evened out; of several lines, each line as well."""
        tables = [table.name for table in (*_OF_CASES, schema.drafts)]
        return frozenset(
            even(part) for table in tables for row in self.rows(table) for part in _texts(list(row.values()))
        )


def even(text: str) -> str:
    """The text with its blanks evened out; half a character is in no text, and stands as a question mark."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return " ".join(whole.split())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        yield from value.splitlines()
        if ": " in value:  # "Outcome: the gate is mended", as a task's history has it
            yield from (line.partition(": ")[2] for line in value.splitlines())
    elif isinstance(value, Mapping):
        yield from (text for part in value.values() for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _texts(part))


def _text_of(row: Row) -> str:
    return "\n".join(str(value) for value in row.values() if isinstance(value, str | dict | list))


# --- looking ---------------------------------------------------------------------------------------------------------

_SELECTS: Final = {table.name: (table, sa.select(table)) for table in _KEPT}


NOTHING: Final = Content({})


def look(connection: sa.Connection, before: Content = NOTHING) -> Content:
    """Everything; what stands as it did `before` is not read again, which is most of the time that a look takes."""
    bare = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").fetchall() for name in _SELECTS}
    same = {name for name, rows in bare.items() if before.bare.get(name) == rows}
    tables = {
        name: before.tables[name] if name in same else _by_key(connection, *select)
        for name, select in _SELECTS.items()
    }
    return Content(tables, bare)


def _by_key(connection: sa.Connection, table: sa.Table, select: sa.Select[Any]) -> dict[tuple[Any, ...], Row]:
    key = [column.name for column in table.primary_key.columns]
    rows = connection.execute(select).mappings()
    return {tuple(row[name] for name in key): dict(row) for row in rows}


# --- comparing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A row that is new, gone, or another than it was."""

    table: str
    before: Row | None
    after: Row | None

    @property
    def row(self) -> Row:
        return self.after or self.before or {}

    @property
    def case_id(self) -> int:
        return int(self.row["id"] if self.table == "cases" else self.row["case_id"])

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def columns(self) -> frozenset[str]:
        """Which columns are others than they were."""
        before, after = self.before or {}, self.after or {}
        return frozenset(name for name in self.row if before.get(name) != after.get(name))

    def is_by(self, someone: Someone) -> bool:
        return bool(self.row.get("author_id") == someone.id)


def changes(before: Content, after: Content) -> list[Change]:
    """What has become of the cases' files."""
    return _changes(_OF_CASES, before, after)


def changes_of_hubs(before: Content, after: Content) -> list[Change]:
    """What has become of absences, hand-overs and settings."""
    return _changes(_OF_HUBS, before, after)


def _changes(tables: Iterable[sa.Table], before: Content, after: Content) -> list[Change]:
    found = []
    for table in tables:
        was, now = before.tables[table.name], after.tables[table.name]
        if was is now:
            continue
        for key in dict.fromkeys([*was, *now]):
            change = Change(table.name, was.get(key), now.get(key))
            if change.columns - _TRACES.get(table.name, frozenset()):
                found.append(change)
    return found


def new_rows(before: Content, after: Content, table: str) -> list[Row]:
    return [row for key, row in after.tables[table].items() if key not in before.tables[table]]
