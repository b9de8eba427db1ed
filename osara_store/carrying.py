"""Taking what stands in one case file over into another; by whom and when it was written is kept.

It stays in the first file as well, but for open tasks, which go, and for what leads people to a file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from osara_store import carrying_requests, contributions
from osara_store.case_file import UNSETTLED, CaseFile
from osara_store.schema import (
    LinkKind,
    MeetingState,
    TaskState,
    answers,
    case_links,
    case_people,
    contributors,
    entries,
    match_keys,
    meeting_people,
    meetings,
    person_marks,
    risk_assessments,
    signposts,
    tasks,
    victim_reports,
)
from osara_store.statements import PerDatabase

Row = Mapping[Any, Any]  # by the names of the columns

# Kinds of entry that tell of a file's own doings: in another they would say nothing, or something untrue.
_OF_ONE_FILE: Final = frozenset(
    {
        *("task", "signpost", "clock", "meeting", "monthly_review"),
        *("closure_agreed", "lead_changed", "restricted", "unrestricted"),
    }
)

_ADD_NEW = {
    table: PerDatabase(table, lambda insert: insert.on_conflict_do_nothing())
    for table in (case_links, contributors, match_keys, victim_reports)
}
_ONE_REPORT: Final = ("key", "draft_id", "at")
_TAKE_BACK = sa.delete(victim_reports).where(
    victim_reports.c.hub_id == sa.bindparam("hub"),
    *(
        victim_reports.c[name] == sa.bindparam(f"the_{name}", type_=victim_reports.c[name].type)
        for name in _ONE_REPORT
    ),
)
_LINKS = sa.select(case_links).where(
    sa.or_(
        case_links.c.case_id == sa.bindparam("this_case"), case_links.c.other_id == sa.bindparam("this_case")
    )
)
_MOVE_TASKS = (
    sa.update(tasks)
    .where(tasks.c.case_id == sa.bindparam("this_case"), tasks.c.state.in_(UNSETTLED))
    .values(state=TaskState.MOVED, version=tasks.c.version + 1)
)


def whole(tx: sa.Connection, old: CaseFile, new: CaseFile) -> None:
    """Into an empty case of another hub: all that was written, numbered as it was, and what leads to it."""
    for table in (case_people, person_marks, entries, answers, risk_assessments, contributors, signposts):
        _add(tx, table, _to(new.case.id, _rows(tx, table, old.case.id)))
    _meetings(tx, old, new)
    _take_back_reports(tx, old, new.case.hub_id)
    for table in (match_keys, victim_reports):
        rows = _to(new.case.id, _rows(tx, table, old.case.id))
        _add(tx, table, [{**row, "hub_id": new.case.hub_id} for row in rows])
    planned = [row for row in _rows(tx, tasks, old.case.id) if row["state"] is not TaskState.MOVED]
    _add(tx, tasks, [_sent_on(row, old) for row in _to(new.case.id, planned)])
    tx.execute(_MOVE_TASKS, {"this_case": old.case.id})
    carrying_requests.answered(tx, old, new)
    _links(tx, old, new)


def _take_back_reports(tx: sa.Connection, old: CaseFile, hub_id: str) -> None:
    """A case that returns to a hub leaves there what counted for the file it had before: a report counts once."""
    made = [{name: row[name] for name in _ONE_REPORT} for row in _rows(tx, victim_reports, old.case.id)]
    if made:
        tx.execute(
            _TAKE_BACK, [{"hub": hub_id, **{f"the_{name}": one[name] for name in one}} for one in made]
        )


def onto(tx: sa.Connection, old: CaseFile, into: CaseFile) -> None:
    """Onto what another case holds: entries, people, open tasks, everybody to be told, and what leads to the case.

    The stages' answers and the risk are each case's own, so they stay where they are.
    """
    _entries(tx, old, into)
    _people(tx, old, into)
    _open_tasks(tx, old, into)
    _signposts(tx, old, into)
    carrying_requests.onto(tx, old, into)
    _contributors(tx, old, into)
    for table in (match_keys, victim_reports):
        _add(tx, table, _to(into.case.id, _rows(tx, table, old.case.id)))
        tx.execute(sa.delete(table).where(table.c.case_id == old.case.id))
    _links(tx, old, into)


def _entries(tx: sa.Connection, old: CaseFile, into: CaseFile) -> None:
    said = [row for row in _rows(tx, entries, old.case.id) if row["kind"] not in _OF_ONE_FILE]
    every_one = [*_said_otherwise(old, into), *said]
    start = len(into.entries) + 1
    rows = [
        {**row, "n": n, "cycle": into.case.cycle} for n, row in enumerate(_to(into.case.id, every_one), start)
    ]
    _add(tx, entries, rows)


def _said_otherwise(old: CaseFile, into: CaseFile) -> Iterator[Row]:
    """Where the old case's referral answered otherwise: in its own file that stands in the case, here it is an entry."""
    case = old.case
    for remark in contributions.differences(into.case, case):
        yield {
            **vars(remark),
            "agency_id": case.agency_id,
            "author_name": case.referrer_name,
            "at": case.submitted_at,
            "author_tenant": case.referrer_tenant,
            "author_id": case.referrer_id,
            "grade": "",
        }


def _people(tx: sa.Connection, old: CaseFile, into: CaseFile) -> None:
    """Everybody who is not there in the same words; what the hub made of them goes along, unless it did so there, too."""
    there = {(person.said_role, person.description): person for person in into.people}
    numbers: dict[int, int] = {}  # of those whose marks go along, here and there
    new: list[Row] = []
    for person in old.people:
        known = there.get((person.said_role, person.description))
        if known is None:
            numbers[person.n] = len(into.people) + len(new) + 1
            new.append({"n": numbers[person.n], "role": person.said_role, "description": person.description})
        elif known.first_role is None and known.n not in numbers.values():
            numbers[person.n] = known.n
    marks = [row for row in _rows(tx, person_marks, old.case.id) if row["person_n"] in numbers]
    renumbered = [{**row, "person_n": numbers[row["person_n"]]} for row in marks]
    _add(tx, case_people, _to(into.case.id, new))
    _add(tx, person_marks, _to(into.case.id, renumbered))


def _open_tasks(tx: sa.Connection, old: CaseFile, into: CaseFile) -> None:
    still_open = [row for row in _rows(tx, tasks, old.case.id) if row["state"] in UNSETTLED]
    start = max((task.n for task in into.tasks), default=0) + 1
    rows = [
        {**_sent_on(row, old), "n": n, "cycle": into.case.cycle, "version": 1}
        for n, row in enumerate(_to(into.case.id, still_open), start)
    ]
    _add(tx, tasks, rows)
    tx.execute(_MOVE_TASKS, {"this_case": old.case.id})


def _signposts(tx: sa.Connection, old: CaseFile, into: CaseFile) -> None:
    """Those after whom somebody has still to ask."""
    waiting = [row for row in _rows(tx, signposts, old.case.id) if row["chased_at"] is None]
    start = len(into.signposts) + 1
    _add(tx, signposts, [{**row, "n": n} for n, row in enumerate(_to(into.case.id, waiting), start)])


def _meetings(tx: sa.Connection, old: CaseFile, new: CaseFile) -> None:
    """Those that were held, with who came; one that lies ahead is called off with the case."""
    held = {each.n for each in old.meetings if each.state is MeetingState.HELD}
    for table in (meetings, meeting_people):
        rows = [row for row in _rows(tx, table, old.case.id) if row["n"] in held]
        _add(tx, table, _to(new.case.id, rows))


def _sent_on(row: Row, old: CaseFile) -> Row:
    return {**row, "origin": f"{old.case.reference} task {row['n']}"}


def _contributors(tx: sa.Connection, old: CaseFile, into: CaseFile) -> None:
    """Everybody who was told of the old case is told of the other, but for its referrer, who is anyway."""
    case = old.case
    referrer: Row = {
        "tenant": case.referrer_tenant,
        "person": case.referrer_id,
        "name": case.referrer_name,
        "agency_id": case.agency_id,
        "since": case.submitted_at,
    }
    every_one: list[Row] = [referrer, *_rows(tx, contributors, case.id)]
    told_anyway = (into.case.referrer_tenant, into.case.referrer_id)
    new = [row for row in every_one if (row["tenant"], row["person"]) != told_anyway]
    _add(tx, contributors, _to(into.case.id, new))


def _links(tx: sa.Connection, old: CaseFile, new: CaseFile) -> None:
    """What the old case is related to, and which closed case it was the return of."""
    known = {new.case.id, *(link.other_id for link in new.links)}
    rows = [
        {**row, "case_id": new.case.id, "other_id": other}
        for row, other in _others(tx, old.case.id)
        if other not in known
    ]
    _add(tx, case_links, rows)


def _others(tx: sa.Connection, case_id: int) -> Iterator[tuple[sa.RowMapping, int]]:
    """Every link that is worth having in another case as well, with the case at its other end."""
    for row in tx.execute(_LINKS, {"this_case": case_id}).mappings():
        leads_on = row["case_id"] == case_id
        if row["kind"] is LinkKind.RELATED or (row["kind"] is LinkKind.RE_REFERRAL_OF and leads_on):
            yield row, row["other_id"] if leads_on else row["case_id"]


def _rows(tx: sa.Connection, table: sa.Table, case_id: int) -> Sequence[sa.RowMapping]:
    """All that a table holds of a case, in the order of its key."""
    of_case = sa.select(table).where(table.c.case_id == case_id).order_by(*table.primary_key.columns)
    return tx.execute(of_case).mappings().all()


def _to(case_id: int, rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [{**row, "case_id": case_id} for row in rows]


def _add(tx: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    if rows:
        statement = _ADD_NEW[table].on(tx) if table in _ADD_NEW else sa.insert(table)
        tx.execute(statement, rows)
