"""What is written down while people sit together: who came, what was said, and that the meeting is over.

What is decided there is a task, planned as any (`tasks.add`).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from osara_store import case_clocks, changing, meetings
from osara_store.case_file import CaseFile, Meeting
from osara_store.changing import Held
from osara_store.contributing import enter, welcome
from osara_store.directory import Actor, Hub
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.meeting_people import Key
from osara_store.meeting_words import whom
from osara_store.policy import Action, Reason
from osara_store.repeats import just_now
from osara_store.schema import Attendance, MeetingState, Stage
from osara_store.schema import meeting_people as people_table
from osara_store.stages import GRADES

NOTE: Final = "meeting_note"  # the kind of entry that holds what was said there
# People come early, and a coordinator opens the page before they do.
EARLY: Final = timedelta(hours=1)

_NOTE_ATTENDANCE: Final = (
    sa.update(people_table)
    .where(
        people_table.c.case_id == sa.bindparam("this_case"),
        people_table.c.n == sa.bindparam("this_n"),
        people_table.c.tenant == sa.bindparam("of_tenant"),
        people_table.c.person == sa.bindparam("of_person"),
    )
    .values(attendance=sa.bindparam("noted"))
)


def attend(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    attendance: Mapping[Key, Attendance],
    now: datetime,
) -> CaseFile:
    """Note who came, who sent apologies and who was missing; it may be put right until the meeting has ended.

    Raises:
        NotFound: there is no such meeting.
        Stale: it has been called off or has ended.
        NotAllowed: it has not begun.
        Incomplete: somebody is named who was not invited (`people`).
    """
    held, known = _hold_begun(tx, actor=actor, hub=hub, case_id=case_id, n=n, now=now)
    noted = {(each.tenant, each.person): each.attendance for each in known.people}
    if not set(attendance) <= set(noted):
        raise Incomplete(("people",))
    changed = {key: how for key, how in attendance.items() if noted[key] is not how}
    if not changed:
        return held.file
    terms = {"this_case": case_id, "this_n": n}
    tx.execute(
        _NOTE_ATTENDANCE,
        [
            {**terms, "of_tenant": tenant, "of_person": person, "noted": how.value}
            for (tenant, person), how in changed.items()
        ],
    )
    return held.finish("case.meeting_attended", {"meeting": n}, receipts=False, channel=False)


def note(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    n: int,
    text: str,
    grade: str,
    now: datetime,
) -> CaseFile:
    """Write into the analysis what was said. The same again within minutes is only a repeat.

    Raises:
        NotFound, Stale, NotAllowed: as for `attend`.
        Incomplete: the `text` is blank.
        ValueError: there is no such grade.
    """
    if grade not in GRADES:
        raise ValueError(f"there is no grade {grade!r}")
    held, _ = _hold_begun(tx, actor=actor, hub=hub, case_id=case_id, n=n, now=now)
    if not text.strip():
        raise Incomplete(("text",))
    said = f"Meeting {n}: {text}"
    same = (
        entry for entry in held.file.entries if (entry.kind, entry.text, entry.grade) == (NOTE, said, grade)
    )
    if any(just_now(entry, actor, now) for entry in same):
        return held.file
    entry = enter(held, Stage.ANALYSIS, NOTE, said, grade)
    welcome(held)
    return held.finish("case.meeting_noted", {"meeting": n, "entry": entry}, receipts=False, channel=False)


def end(tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, n: int, now: datetime) -> CaseFile:
    """The meeting was held: its clock is met. The same again is only a repeat.

    Raises:
        NotFound, Stale, NotAllowed: as for `attend`.
        Incomplete: it is not noted of anybody that they came (`attendance`).
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.RUN_MEETING, now=now)
    known = meetings.find(held.file, n)
    if known.state is MeetingState.HELD:
        return held.file
    _require_begun(known, now)
    if not any(each.attendance is Attendance.CAME for each in known.people):
        raise Incomplete(("attendance",))
    meetings.write(held, n, state=MeetingState.HELD, held_at=now)
    enter(held, Stage.ANALYSIS, meetings.KIND, "\n".join((f"Meeting {n} held", *whom(known.people))))
    case_clocks.meeting_held(held)
    return meetings.tell(held, "case.meeting_held", n, channel=True)


def has_begun(meeting: Meeting, now: datetime) -> bool:
    """Whether it may be written down what goes on there."""
    at = meeting.starts_at
    return meeting.state is MeetingState.BOOKED and at is not None and now >= at - EARLY


def _hold_begun(tx: sa.Connection, *, n: int, now: datetime, **common: Any) -> tuple[Held, Meeting]:
    held, known = meetings.hold_booked(tx, n=n, now=now, **common)
    _require_begun(known, now)
    return held, known


def _require_begun(meeting: Meeting, now: datetime) -> None:
    if meeting.state is not MeetingState.BOOKED:
        raise Stale
    if not has_begun(meeting, now):
        raise NotAllowed(Reason.NOT_NOW)
