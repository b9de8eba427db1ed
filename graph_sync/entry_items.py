"""The rows of the OSARA entries list: everything that was written into a case file, stage by stage and cycle by cycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from graph_sync import words
from graph_sync.items import Copyist, DesiredItem, moment
from osara_store.stages import FIELD

if TYPE_CHECKING:
    from osara_store.case_file import Answer, By, CaseFile, CaseMove, Entry


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about keeping a case file; `until` is the day of the next review."""

    n: int
    decision: str
    until: date | None
    reason: str
    by: By


def entry_items(file: CaseFile, decisions: Iterable[Decision], copyist: Copyist) -> Iterator[DesiredItem]:
    """What people added, then the stages' answers, then the reasons for what was done with the case."""
    yield from (_entry_item(entry, copyist) for entry in file.entries)
    yield from (_answer_item(file, answer, copyist) for answer in file.standing.values())
    yield from (_aside_item(answer, copyist) for answer in file.answers if not answer.standing)
    yield from (_move_item(move, copyist) for move in file.moves)
    yield from (_decision_item(file, decision, copyist) for decision in decisions)


def _entry_item(entry: Entry, copyist: Copyist) -> DesiredItem:
    stage = words.STAGE[entry.stage]
    fields = {
        "EntryNumber": entry.n,
        "Stage": stage,
        "EntryKind": words.readable(entry.kind),
        "EntryText": entry.text,
        "Agency": copyist.names.agency(entry.agency_id),
        "WrittenBy": entry.author_name,
        "WrittenOn": moment(entry.at),
        "Cycle": entry.cycle,
        "Grade": words.word(words.GRADE, entry.grade),
    }
    return copyist.item(copyist.lists.entries, f"-E{entry.n:03d}", f"{stage} {entry.n}", fields)


def _answer_item(file: CaseFile, answer: Answer, copyist: Copyist) -> DesiredItem:
    """One row for each field and cycle, in which a newer answer takes the place of the one before."""
    grade = file.answer(f"{answer.field}_grade", answer.cycle)
    fields = _answered(answer, copyist, words.word(words.FIELD, answer.field), grade)
    suffix = f"-C{answer.cycle}-{answer.field}"
    return copyist.item(copyist.lists.entries, suffix, _title_of(answer), fields)


def _aside_item(answer: Answer, copyist: Copyist) -> DesiredItem:
    """What somebody wrote who had not seen the newest answer: a row of its own, so that it replaces nothing."""
    kind = f"{words.word(words.FIELD, answer.field)} {words.WRITTEN_BESIDE}"
    fields = _answered(answer, copyist, kind, grade="")
    suffix = f"-C{answer.cycle}-{answer.field}-B{answer.n:03d}"
    return copyist.item(copyist.lists.entries, suffix, f"{_title_of(answer)} {words.WRITTEN_BESIDE}", fields)


def _title_of(answer: Answer) -> str:
    return f"Cycle {answer.cycle} {words.word(words.FIELD, answer.field)}"


def _answered(answer: Answer, copyist: Copyist, kind: str, grade: str) -> dict[str, Any]:
    field = FIELD.get(answer.field)
    return {
        "EntryNumber": None,
        "Stage": words.STAGE[field.stage] if field else None,
        "EntryKind": kind,
        "EntryText": words.answer(answer.field, answer.text),
        **copyist.signed(answer.by),
        "Cycle": answer.cycle,
        "Grade": words.word(words.GRADE, grade),
    }


def _move_item(move: CaseMove, copyist: Copyist) -> DesiredItem:
    kind = f"From {words.STATE[move.start]} to {words.STATE[move.end]}"
    fields = _reasoned(move.n, kind, move.reason, move.by, move.cycle, copyist)
    return copyist.item(copyist.lists.entries, f"-M{move.n:03d}", f"Move {move.n}", fields)


def _decision_item(file: CaseFile, decision: Decision, copyist: Copyist) -> DesiredItem:
    until = f" until {decision.until.isoformat()}" if decision.until else ""
    kind = f"{words.word(words.RETENTION, decision.decision)}{until}"
    fields = _reasoned(decision.n, kind, decision.reason, decision.by, file.case.cycle, copyist)
    return copyist.item(copyist.lists.entries, f"-D{decision.n:03d}", f"Decision {decision.n}", fields)


def _reasoned(n: int, kind: str, reason: str, by: By, cycle: int, copyist: Copyist) -> dict[str, Any]:
    """Why something was done with the case; that belongs to no stage."""
    return {
        "EntryNumber": n,
        "Stage": None,
        "EntryKind": kind,
        "EntryText": reason,
        **copyist.signed(by),
        "Cycle": cycle,
        "Grade": "",
    }
