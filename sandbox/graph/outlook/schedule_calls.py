"""getSchedule: when people are free, as far as their calendars say, and when they work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.graph.outlook import problems
from sandbox.graph.outlook.calendar import Event
from sandbox.graph.outlook.calls import MailboxCall
from sandbox.graph.outlook.event_calls import action_parameters
from sandbox.graph.outlook.mailboxes import Mailbox, WorkingHours
from sandbox.graph.outlook.zones import Moment, shown
from sandbox.graph.wire import JsonObject, Response

MOST_SCHEDULES = 20
LONGEST_WINDOW = timedelta(days=62)
USUAL_INTERVAL, SHORTEST_INTERVAL, LONGEST_INTERVAL = 30, 5, 1440
UNRESOLVED = "5009"
# Working elsewhere counts as free here, though not in the items.
DIGITS = {"free": 0, "workingElsewhere": 0, "unknown": 0, "tentative": 1, "busy": 2, "oof": 3}


@dataclass(frozen=True)
class Asked:
    """Whose time is asked for, from when to when, in slots of which length."""

    schedules: list[str]
    start: datetime
    end: datetime
    interval: timedelta

    @classmethod
    def read(cls, given: JsonObject) -> Asked:
        schedules = given.get("schedules")
        if not isinstance(schedules, list) or not all(isinstance(one, str) for one in schedules):
            raise problems.unreadable()
        if len(schedules) > MOST_SCHEDULES:
            raise problems.too_many_schedules(MOST_SCHEDULES, len(schedules))
        start, end = Moment.read(given.get("starttime")).at, Moment.read(given.get("endtime")).at
        _check_window(start, end)
        return cls(schedules, start, end, _interval(given.get("availabilityviewinterval"), end - start))

    def slots(self) -> Iterator[tuple[datetime, datetime]]:
        start = self.start
        while start < self.end:
            yield start, min(start + self.interval, self.end)
            start += self.interval


def _check_window(start: datetime, end: datetime) -> None:
    if end <= start:
        raise problems.invalid_window()
    if end - start > LONGEST_WINDOW:
        raise problems.window_too_long(LONGEST_WINDOW.days, -(-(end - start) // timedelta(days=1)))


def _interval(given: Any, window: timedelta) -> timedelta:
    """Read the length of a slot; the documentation itself writes it as text once."""
    try:
        minutes = USUAL_INTERVAL if given is None else int(given)
    except (TypeError, ValueError) as error:
        raise problems.unreadable() from error
    interval = timedelta(minutes=minutes)
    if not SHORTEST_INTERVAL <= minutes <= LONGEST_INTERVAL or interval > window:
        raise problems.invalid_interval()
    return interval


def get_schedule(call: MailboxCall) -> Response:
    asked = Asked.read(action_parameters(call))
    body = {
        "@odata.context": f"{call.request.root}/$metadata#Collection(microsoft.graph.scheduleInformation)",
        "value": [_information(call, asked, address) for address in asked.schedules],
    }
    return Response(body=body, headers=call.preferences.applied)


def _information(call: MailboxCall, asked: Asked, address: str) -> JsonObject:
    mailbox = call.outlook.mailboxes.find(address)
    if mailbox is None:
        message = f"Unable to resolve e-mail address {address} to an Active Directory object."
        return {"scheduleId": address, "error": {"message": message, "responseCode": UNRESOLVED}}
    events = _taken(call, asked, mailbox)
    return {
        "scheduleId": address,
        "availabilityView": "".join(_digit(events, *slot) for slot in asked.slots()),
        "scheduleItems": [_item(event, call.preferences.zone) for event in events],
        "workingHours": _working_hours(mailbox.hours),
    }


def _taken(call: MailboxCall, asked: Asked, mailbox: Mailbox) -> list[Event]:
    found = call.outlook.calendar.between(mailbox.id, asked.start, asked.end)
    return [event for event in found if event.content["showAs"] != "free"]


def _digit(events: list[Event], start: datetime, end: datetime) -> str:
    """Sum a slot up: what takes somebody away furthest counts."""
    meanwhile = (event for event in events if event.start.at < end and event.end.at > start)
    return str(max((DIGITS[event.content["showAs"]] for event in meanwhile), default=0))


def _item(event: Event, zone: str) -> JsonObject:
    """Show when something is and no more: whether an app may know the subject is up to each calendar's owner."""
    return {
        "status": event.content["showAs"],
        "start": shown(event.start.at, zone),
        "end": shown(event.end.at, zone),
    }


def _working_hours(hours: WorkingHours) -> JsonObject:
    return {
        "daysOfWeek": list(hours.days),
        "startTime": f"{hours.start}:00.0000000",
        "endTime": f"{hours.end}:00.0000000",
        "timeZone": {"name": hours.zone},
    }
