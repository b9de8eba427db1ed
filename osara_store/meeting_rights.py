"""Who loses the right to hear of a case by a date, or by the hubs file, drops out of its meeting although nobody touches the case.

Changes of a case tell calendar and cards themselves. That an agreement has run out, or that somebody has left, nothing
tells: so it is looked for, and cards and invitation are drawn anew as soon as it is noticed.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final
from zlib import crc32

import sqlalchemy as sa

from osara_store import outbox, outgoing
from osara_store.case_file import case_of
from osara_store.directory import Directory, Hub
from osara_store.outbox import Envelope, Kind
from osara_store.policy import Action, may
from osara_store.schema import Instant, MeetingState, cases, meeting_people, meetings
from osara_store.states import OPEN

_AHEAD: Final = (
    sa.select(cases.c.hub_id, cases.c.id, meetings.c.n, meeting_people.c.tenant, meeting_people.c.person)
    .join_from(meetings, cases, cases.c.id == meetings.c.case_id)
    .join(
        meeting_people,
        sa.and_(meeting_people.c.case_id == meetings.c.case_id, meeting_people.c.n == meetings.c.n),
    )
    .where(
        meetings.c.state == MeetingState.BOOKED,
        meetings.c.ends_at > sa.bindparam("now", type_=Instant),
        cases.c.state.in_(sorted(OPEN)),
    )
    .order_by(cases.c.id, meetings.c.n, meeting_people.c.tenant, meeting_people.c.person)
)
_Ids = tuple[str, str]


def follow(tx: sa.Connection, directory: Directory, now: datetime) -> None:
    """Have every meeting that lies ahead go on without those of its invited who may be shown no case of the hub now.

    Once for the same people, however often this is called.
    """
    lost: dict[tuple[str, int, int], list[_Ids]] = defaultdict(list)
    for hub_id, case_id, n, *ids in tx.execute(_AHEAD, {"now": now}):
        hub = directory.hub(hub_id)
        if hub is not None and not _may_be_shown(directory, hub, (ids[0], ids[1]), now):
            lost[hub_id, case_id, n].append((ids[0], ids[1]))
    for (hub_id, case_id, n), people in lost.items():
        outbox.put(tx, _without(tx, directory.hub(hub_id), case_id, n, people), now)


def _may_be_shown(directory: Directory, hub: Hub, ids: _Ids, now: datetime) -> bool:
    actor = directory.actor(*ids)
    return actor is not None and may(actor, Action.SEE_OWN_WORK, hub, on=hub.today(now)).allowed


def _without(
    tx: sa.Connection, hub: Hub | None, case_id: int, n: int, people: list[_Ids]
) -> Iterator[Envelope]:
    """What shows the meeting to them, and the calendar. The key tells whom it is drawn without."""
    case = case_of(tx, case_id)
    found = [outgoing.meeting_card(case, n, *each) for each in people]
    if hub is not None and hub.mailbox:
        found.append(outgoing.in_calendar(case, n, Kind.MEETING_BOOK))
    who = f"without-{crc32(repr(people).encode()):08x}"
    for envelope in found:
        yield replace(envelope, key=f"{envelope.key}:{who}")
