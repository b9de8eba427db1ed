"""Case meetings in a hub's own mailbox: a time that suits, an event with a Teams link, moved and cancelled with it.

Every call raises `GraphError`; `session.outcome_of` says what that means for a message of the outbox.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from graph_sync import schedules
from graph_sync.errors import Duplicate, MeetingGone
from graph_sync.free_time import OfficeHours, Search, Slot, Window
from graph_sync.schedules import moment, read_moment
from graph_sync.wire import Json, Request
from osara_store.working_days import WorkingDays

if TYPE_CHECKING:
    from graph_sync.addresses import MailboxAddress
    from graph_sync.client import GraphClient

MARK: Final = "String {5d0c9f3e-7a41-4d0b-9a57-2f6f0c1f4b7e} Name HubMeeting"
"""The extended property in which an event carries its transaction: by `transactionId` itself Graph finds nothing."""
TEAMS: Final = "teamsForBusiness"
NO_SUCH_ITEM: Final = "erroritemnotfound"
MOST_SLOTS: Final = 6


@dataclass(frozen=True, slots=True)
class Booked:
    """An event as it stands now.

    `join_url` is None where the mailbox cannot meet in Teams: Graph makes the event all the same. `changed` is False
    when everything stood there already, from an earlier try whose answer was lost.
    """

    event_id: str
    join_url: str | None
    changed: bool


class Calendar:
    """Works in the mailboxes that it is given. Nothing is loaded or sent before the first call."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    async def free_slots(
        self,
        mailbox: str,
        people: Sequence[str],
        window: Window,
        length: timedelta,
        zone: ZoneInfo,
        working_days: WorkingDays,
        *,
        office: OfficeHours | None = None,
        most: int = MOST_SLOTS,
    ) -> list[Slot]:
        """Find times to meet, those first at which most people can come.

        Args:
            mailbox: the hub's, which asks: what it may see of the others is what colleagues may see.
            people: their addresses, in any number.
            window: when to meet, at most 61 days.
            length: how long the meeting takes.
            zone: the hub's, for office hours and people's working hours.
            working_days: the days on which the hub works.
            office: between which times of day.
            most: how many to return; fewer if there are no more.
        """
        asked = list(dict.fromkeys(people))
        address = await self._address(mailbox)
        requests = [address.schedules(question) for question in schedules.questions(asked, window)]
        answers = [answer.expect() for answer in await self._graph.send_all(requests)]
        search = Search(window, length, zone, working_days, office or OfficeHours())
        # Bank holidays are loaded at first use, and many people take a while to reckon with: not on the event loop.
        return await asyncio.to_thread(search.best, schedules.read(asked, answers), most)

    async def book(
        self,
        mailbox: str,
        transaction_id: str,
        subject: str,
        start: datetime,
        end: datetime,
        attendees: Sequence[str],
        body: str,
    ) -> Booked:
        """Have a meeting stand in the calendar, once however often this is called, and invite people to it.

        Args:
            mailbox: the hub's, which becomes the organizer.
            transaction_id: names the meeting for good.
            subject: a reference and nothing personal: it shows in every calendar, and on phones.
            start: with its zone; a `ZoneInfo` is what invitations will show.
            end: likewise.
            attendees: the addresses of everybody.
            body: the text of the invitation.
        """
        address = await self._address(mailbox)
        wanted = _event(subject, start, end, attendees)
        found = await self._find(address, transaction_id)
        if found is None:
            try:
                made = await self._graph.call(address.create(_new(wanted, transaction_id, body)))
                return _booked(made, changed=True)
            except Duplicate:
                # Somebody made it between our two calls, or is about to: the next try will find it.
                found = await self._find(address, transaction_id)
                if found is None:
                    raise
        return await self._bring_to(address, found, wanted)

    async def standing(self, mailbox: str, transaction_id: str) -> str | None:
        """The id of the event of this name, if it stands in the calendar: for whoever never heard that it was made."""
        found = await self._find(await self._address(mailbox), transaction_id)
        return str(found["id"]) if found else None

    async def move(self, mailbox: str, event_id: str, start: datetime, end: datetime) -> Booked:
        """Have a meeting at another time; Exchange tells everybody.

        Raises:
            MeetingGone: somebody has taken it out of the calendar.
        """
        address = await self._address(mailbox)
        found = await self._read(address, event_id)
        return await self._bring_to(address, found, {"start": moment(start), "end": moment(end)})

    async def cancel(self, mailbox: str, event_id: str, comment: str) -> bool:
        """Cancel a meeting and tell everybody why; False if it was gone already."""
        address = await self._address(mailbox)
        try:
            found = await self._read(address, event_id)
            # Without anybody to tell there is nothing to cancel, only to delete.
            ending = address.cancel(event_id, comment) if found.get("attendees") else address.delete(event_id)
            await self._ask(ending)
        except MeetingGone:
            return False
        return True

    async def _address(self, mailbox: str) -> MailboxAddress:
        builders = await self._graph.builders()
        from graph_sync.addresses import MailboxAddress  # noqa: PLC0415 - brings the SDK, which is loaded late

        return MailboxAddress(builders, mailbox)

    async def _read(self, address: MailboxAddress, event_id: str) -> Json:
        found = await self._ask(address.read(event_id))
        if found.get("isCancelled"):
            raise MeetingGone("the meeting has been cancelled in Outlook")
        return found

    async def _ask(self, request: Request) -> Json:
        """Ask for something to do with an event that has been in the calendar."""
        answer = await self._graph.send(request)
        if answer.says(NO_SUCH_ITEM):
            raise MeetingGone("the meeting is not in the calendar any more", status=answer.status)
        return answer.expect()

    async def _find(self, address: MailboxAddress, transaction_id: str) -> Json | None:
        page = await self._graph.call(address.find(MARK, transaction_id))
        return next((event for event in page.get("value", []) if not event.get("isCancelled")), None)

    async def _bring_to(self, address: MailboxAddress, found: Json, wanted: Json) -> Booked:
        """Change what differs, and nothing else: of the text never, for Exchange keeps the link to Teams in it."""
        changes = {name: value for name, value in wanted.items() if not _same(name, found.get(name), value)}
        if not changes:
            return _booked(found, changed=False)
        return _booked(await self._ask(address.update(str(found["id"]), changes)), changed=True)


def _event(subject: str, start: datetime, end: datetime, attendees: Sequence[str]) -> Json:
    return {
        "subject": subject,
        "start": moment(start),
        "end": moment(end),
        "attendees": [
            {"emailAddress": {"address": address}, "type": "required"} for address in dict.fromkeys(attendees)
        ],
    }


def _new(event: Json, transaction_id: str, body: str) -> Json:
    return {
        **event,
        "body": {"contentType": "text", "content": body},
        "isOnlineMeeting": True,
        "onlineMeetingProvider": TEAMS,
        # Nobody reads the hub's mailbox for proposals.
        "allowNewTimeProposals": False,
        "transactionId": transaction_id,
        "singleValueExtendedProperties": [{"id": MARK, "value": transaction_id}],
    }


def _booked(event: Json, *, changed: bool) -> Booked:
    online = event.get("onlineMeeting") if event.get("isOnlineMeeting") else None
    join_url = online.get("joinUrl") if isinstance(online, dict) else None
    return Booked(str(event["id"]), join_url or None, changed)


def _same(name: str, found: Any, wanted: Any) -> bool:
    if name in ("start", "end"):
        return read_moment(found) == _instant(wanted)
    if name == "attendees":
        return _addresses(found) == _addresses(wanted)
    return bool(found == wanted)


def _instant(wanted: Json) -> datetime:
    return datetime.fromisoformat(wanted["dateTime"]).replace(tzinfo=ZoneInfo(wanted["timeZone"]))


def _addresses(attendees: Any) -> set[str]:
    return {str(one.get("emailAddress", {}).get("address")).lower() for one in attendees or ()}
