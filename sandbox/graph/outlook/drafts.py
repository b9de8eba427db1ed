"""What a request says of an event: read property by property, and refused as Exchange would."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.graph import errors
from sandbox.graph.outlook import problems
from sandbox.graph.outlook.zones import Moment, zone_of
from sandbox.graph.wire import JsonObject

ADDRESS = re.compile(r"[^@\s;,<>]+@[^@\s;,<>]+")
EXTENDED_ID = re.compile(
    r"(?:String|Integer|Boolean|SystemTime|Double) (?:\{[0-9a-fA-F-]{36}\} (?:Name \S.*|Id 0x[0-9a-fA-F]+)|0x[0-9a-fA-F]+)"
)
MOST_ATTENDEES = 500
NEVER = "0001-01-01T00:00:00Z"
DEFAULTS: JsonObject = {
    "subject": "",
    "body": {"contentType": "html", "content": ""},
    "importance": "normal",
    "sensitivity": "normal",
    "showAs": "busy",
    "isAllDay": False,
    "categories": [],
    "responseRequested": True,
    "allowNewTimeProposals": True,
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 15,
    "hideAttendees": False,
    "location": {"displayName": ""},
    "attendees": [],
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
    "singleValueExtendedProperties": [],
}
READ_ONLY = frozenset(
    {
        "bodyPreview",
        "changeKey",
        "createdDateTime",
        "hasAttachments",
        "iCalUId",
        "id",
        "isCancelled",
        "isDraft",
        "isOrganizer",
        "lastModifiedDateTime",
        "onlineMeeting",
        "onlineMeetingUrl",
        "organizer",
        "originalEndTimeZone",
        "originalStart",
        "originalStartTimeZone",
        "responseStatus",
        "seriesMasterId",
        "type",
        "webLink",
    }
)
"""Taken and not heeded, as the documentation's own examples have them in requests."""
MISSING_HERE = frozenset(
    {"attachments", "extensions", "locations", "multiValueExtendedProperties", "recurrence"}
)
"""What events have at Microsoft and not here."""


@dataclass(frozen=True)
class Draft:
    """The properties that a request gives; `asked` is all of it in one fixed spelling."""

    content: JsonObject = field(default_factory=dict)
    start: Moment | None = None
    end: Moment | None = None
    transaction_id: str | None = None
    asked: str = ""

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> Draft:
        given = {name: value for name, value in body.items() if "@odata." not in name}
        content = {name: _read(name, value) for name, value in given.items() if name not in _APART}
        return cls(
            content={name: value for name, value in content.items() if name not in READ_ONLY},
            start=Moment.read(given["start"]) if "start" in given else None,
            end=Moment.read(given["end"]) if "end" in given else None,
            transaction_id=_text(given["transactionId"]) if given.get("transactionId") else None,
            asked=json.dumps(given, sort_keys=True),
        )

    def times(self, start: Moment | None = None, end: Moment | None = None) -> tuple[Moment, Moment]:
        """Return when the event is, with what the request leaves out taken from how it stands."""
        start, end = self.start or start, self.end or end
        if start is None or end is None or end.at < start.at:
            raise problems.validation_failed()
        if self.content.get("isAllDay") and not (_is_midnight(start) and _is_midnight(end)):
            raise problems.validation_failed()
        return start, end


_APART = frozenset({"start", "end", "transactionId"})


def _is_midnight(moment: Moment) -> bool:
    local: datetime = moment.at.astimezone(zone_of(moment.zone))
    return (local.hour, local.minute, local.second) == (0, 0, 0)


def _read(name: str, value: Any) -> Any:
    if name in READ_ONLY or (name == "recurrence" and value is None):
        return None
    if name in MISSING_HERE:
        raise errors.not_supported(f"The property '{name}' of an event")
    reader = READERS.get(name)
    if reader is None:
        raise problems.unknown_property(name, "event")
    return reader(value)


# One reader for each kind of value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise problems.unreadable()
    return value


def _texts(value: Any) -> list[str]:
    return [_text(one) for one in _list(value)]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise problems.unreadable()
    return value


def _object(value: Any) -> JsonObject:
    if not isinstance(value, dict):
        raise problems.unreadable()
    return value


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise problems.unreadable()
    return value


def _minutes(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise problems.unreadable()
    return value


def _one_of(*names: str) -> Callable[[Any], str]:
    spelt = {name.casefold(): name for name in names}

    def read(value: Any) -> str:
        found = spelt.get(_text(value).casefold())
        if found is None:
            raise problems.unreadable()
        return found

    return read


content_type = _one_of("text", "html")


def body(value: Any) -> JsonObject:
    """Read an itemBody."""
    given = _object(value)
    return {
        "contentType": content_type(given.get("contentType", "text")),
        "content": _text(given.get("content", "")),
    }


def _location(value: Any) -> JsonObject:
    return {"displayName": _text(_object(value).get("displayName", ""))}


def recipient(value: Any) -> JsonObject:
    """Read the emailAddress of a recipient.

    Raises:
        Problem: it has none, or nobody could be written to at it.
    """
    given = _object(_object(value).get("emailAddress"))
    address = _text(given.get("address", ""))
    if not ADDRESS.fullmatch(address):
        raise problems.unresolved_recipient(address)
    return {"name": _text(given.get("name") or address), "address": address}


_attendee_type = _one_of("required", "optional", "resource")


def _attendees(value: Any) -> list[JsonObject]:
    given = _list(value)
    if len(given) > MOST_ATTENDEES:
        raise problems.validation_failed()
    return [
        {
            "type": _attendee_type(_object(one).get("type", "required")),
            "status": {"response": "none", "time": NEVER},
            "emailAddress": recipient(one),
        }
        for one in given
    ]


def _extended(value: Any) -> list[JsonObject]:
    found = [{"id": _text(_object(one).get("id")), "value": _text(one.get("value"))} for one in _list(value)]
    if not all(EXTENDED_ID.fullmatch(one["id"]) for one in found):
        raise problems.validation_failed()
    return found


READERS: Mapping[str, Callable[[Any], Any]] = {
    "allowNewTimeProposals": _boolean,
    "attendees": _attendees,
    "body": body,
    "categories": _texts,
    "hideAttendees": _boolean,
    "importance": _one_of("low", "normal", "high"),
    "isAllDay": _boolean,
    "isOnlineMeeting": _boolean,
    "isReminderOn": _boolean,
    "location": _location,
    "onlineMeetingProvider": _one_of("unknown", "teamsForBusiness", "skypeForBusiness", "skypeForConsumer"),
    "reminderMinutesBeforeStart": _minutes,
    "responseRequested": _boolean,
    "sensitivity": _one_of("normal", "personal", "private", "confidential"),
    "showAs": _one_of("free", "tentative", "busy", "oof", "workingElsewhere", "unknown"),
    "singleValueExtendedProperties": _extended,
    "subject": _text,
}
