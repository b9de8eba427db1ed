"""Operations on the events of a mailbox."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from sandbox.graph import errors, paging
from sandbox.graph.outlook import bodies, problems
from sandbox.graph.outlook.calendar import Event
from sandbox.graph.outlook.calls import MailboxCall
from sandbox.graph.outlook.drafts import Draft
from sandbox.graph.outlook.zones import shown
from sandbox.graph.shapes import select
from sandbox.graph.wire import JsonObject, Response

PAGE, LARGEST_PAGE = 10, 1000
KEPT_BACK = frozenset({"joinUrl", "singleValueExtendedProperties"})
OF_EXTENDED = re.compile(
    r"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id eq '(?P<id>(?:[^']|'')+)' "
    r"and \1/value eq '(?P<value>(?:[^']|'')*)'\s*\)",
    re.IGNORECASE,
)
OF_UID = re.compile(r"iCalUId eq '(?P<uid>[^']+)'")


# Reading


def get_events(call: MailboxCall) -> Response:
    call.options.allow(("$select", "$filter", "$top", "$skip"))
    found = _filtered(call, call.outlook.calendar.of_mailbox(call.mailbox.id))
    first, size = _skip(call.options["$skip"]), min(call.options.top or PAGE, LARGEST_PAGE)
    following = (
        {"@odata.nextLink": paging.link(call.request, **{"$skip": str(first + size)})}
        if len(found) > first + size
        else {}
    )
    value = [select(_shape(call, event), call.options) for event in found[first : first + size]]
    body = {"@odata.context": call.context("events"), **following, "value": value}
    return Response(body=body, headers=call.preferences.applied)


def _skip(text: str | None) -> int:
    if text is not None and not paging.COUNT.fullmatch(text):
        raise errors.bad_request(f"Invalid value '{text}' for $skip query option found.")
    return int(text or 0)


def _filtered(call: MailboxCall, events: list[Event]) -> list[Event]:
    wanted = (call.options["$filter"] or "").strip()
    if not wanted:
        return events
    if wanted.startswith("transactionId"):
        raise problems.not_filterable("transactionId")
    if uid := OF_UID.fullmatch(wanted):
        return [event for event in events if event.uid == uid["uid"]]
    if extended := OF_EXTENDED.fullmatch(wanted):
        one = {name: extended[name].replace("''", "'") for name in ("id", "value")}
        return [event for event in events if one in event.content["singleValueExtendedProperties"]]
    raise errors.not_supported(f"The filter '{wanted}' on events")


def get_event(call: MailboxCall) -> Response:
    call.options.allow(("$select",))
    return _answer(call, call.event, HTTPStatus.OK)


def _answer(call: MailboxCall, event: Event, status: HTTPStatus) -> Response:
    body = {"@odata.context": call.context("events/$entity"), **select(_shape(call, event), call.options)}
    return Response(status, body, {"ETag": event.etag, **call.preferences.applied})


def _shape(call: MailboxCall, event: Event) -> JsonObject:
    event_id = event.lasting_id if call.preferences.lasting_ids else event.id
    join_url = event.content["joinUrl"]
    content = {name: value for name, value in event.content.items() if name not in KEPT_BACK}
    return {
        "@odata.etag": event.etag,
        "id": event_id,
        "createdDateTime": event.created,
        "lastModifiedDateTime": event.modified,
        "changeKey": event.change_key,
        **({"transactionId": event.transaction_id} if event.transaction_id else {}),
        "originalStartTimeZone": event.start.zone,
        "originalEndTimeZone": event.end.zone,
        "iCalUId": event.uid,
        "hasAttachments": False,
        **content,
        "bodyPreview": bodies.preview(event.content["body"]),
        "isOrganizer": event.is_organizer,
        "isDraft": False,
        "seriesMasterId": None,
        "type": "singleInstance",
        "webLink": f"https://outlook.office365.com/owa/?itemid={quote(event_id)}&exvsurl=1&path=/calendar/item",
        "onlineMeetingUrl": None,
        "recurrence": None,
        "start": shown(event.start.at, call.preferences.zone),
        "end": shown(event.end.at, call.preferences.zone),
        "location": _location(event.content["location"]),
        "organizer": {"emailAddress": event.content["organizer"]},
        "onlineMeeting": None if join_url is None else {"joinUrl": join_url},
    }


def _location(given: JsonObject) -> JsonObject:
    name: Any = given["displayName"]
    return {"displayName": name, "locationType": "default", "uniqueId": name, "uniqueIdType": "private"}


# Writing


def create_event(call: MailboxCall) -> Response:
    call.options.allow(())
    draft = Draft.read(call.request.json_object())
    with call.outlook.transaction():
        made = call.outlook.meetings.make(call.mailbox, draft, call.web_root)
    return _answer(call, made, HTTPStatus.CREATED)


def change_event(call: MailboxCall) -> Response:
    call.options.allow(())
    event = call.event
    call.check_unchanged()
    draft = Draft.read(call.request.json_object())
    if draft.transaction_id not in (None, event.transaction_id):
        raise problems.validation_failed()
    with call.outlook.transaction():
        after = call.outlook.meetings.change(call.mailbox, event, draft, call.web_root)
    return _answer(call, after, HTTPStatus.OK)


def delete_event(call: MailboxCall) -> Response:
    event = call.event
    call.check_unchanged()
    with call.outlook.transaction():
        call.outlook.meetings.delete(call.mailbox, event)
    return Response(HTTPStatus.NO_CONTENT)


def cancel_event(call: MailboxCall) -> Response:
    parameters = action_parameters(call)
    comment = parameters.get("comment") or ""
    if not isinstance(comment, str):
        raise problems.unreadable()
    with call.outlook.transaction():
        call.outlook.meetings.cancel(call.mailbox, call.event, comment)
    return Response(HTTPStatus.ACCEPTED)


def action_parameters(call: MailboxCall) -> JsonObject:
    """Return what an action is given; the names of its parameters may be written large or small."""
    given = {} if call.request.body is None else call.request.json_object()
    return {name.casefold(): value for name, value in given.items()}
