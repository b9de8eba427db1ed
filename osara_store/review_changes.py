"""What went on in a case since it was last reviewed, as the file tells it. No I/O."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from osara_store import assessing
from osara_store.case_file import CaseFile, CaseMove
from osara_store.schema import TaskState


@dataclass(frozen=True)
class Changes:
    """`since` is UTC; `is_first` says that there was no review before, so that it is the day of acceptance.

    `band_before` and `band_now` are empty where nobody had assessed the risk.
    """

    since: datetime
    is_first: bool
    moves: tuple[CaseMove, ...]
    tasks_done: int
    tasks_open: int
    tasks_overdue: int
    notes: int
    replies: int
    replies_waiting: int
    meetings: int
    assessments: int
    band_before: str
    band_now: str


def since_last_review(file: CaseFile, today: date) -> Changes:
    """`today` is a day of the hub: what was due before it is overdue."""
    last = max((each.done_at for each in file.reviews if each.done_at), default=None)
    since = last or _accepted(file)
    tasks = [task for task in file.tasks if task.state is not TaskState.MOVED]
    still_open = [task for task in tasks if not task.is_settled]
    return Changes(
        since=since,
        is_first=last is None,
        moves=tuple(move for move in file.moves if move.by.at > since),
        tasks_done=_count(task.is_settled and task.by.at > since for task in tasks),
        tasks_open=len(still_open),
        tasks_overdue=_count(task.due_on < today for task in still_open),
        notes=_count(entry.kind == "note" and entry.at > since for entry in file.entries),
        replies=_count(bool(each.replied_at and each.replied_at > since) for each in file.requests),
        replies_waiting=_count(each.is_open for each in file.requests),
        meetings=_count(bool(each.held_at and each.held_at > since) for each in file.meetings),
        assessments=_count(assessing.is_assessment(each) and each.by.at > since for each in file.risks),
        band_before=_band(file, since),
        band_now=file.case.band,
    )


def _accepted(file: CaseFile) -> datetime:
    """When work on it began; a case without a move began with its referral."""
    return file.moves[0].by.at if file.moves else file.case.submitted_at


def _band(file: CaseFile, at: datetime) -> str:
    """The band that the assessments of that time came to."""
    earlier = tuple(each for each in file.risks if each.by.at <= at)
    return assessing.band_of(replace(file, risks=earlier)) or ""


def _count(found: Iterable[bool]) -> int:
    return sum(found)
