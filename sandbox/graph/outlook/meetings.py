"""What becomes of a meeting in everybody's calendar when its organizer makes, moves or cancels it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sandbox.graph.outlook import bodies, problems
from sandbox.graph.outlook.calendar import Calendar, Event, new_token, new_uid
from sandbox.graph.outlook.drafts import DEFAULTS, NEVER, Draft
from sandbox.graph.outlook.mailboxes import Mailbox, Mailboxes
from sandbox.graph.outlook.post import Kind, Letter, Post
from sandbox.graph.wire import JsonObject

TEAMS = "teamsForBusiness"
OFFLINE: JsonObject = {"isOnlineMeeting": False, "onlineMeetingProvider": "unknown", "joinUrl": None}


class Meetings:
    def __init__(self, mailboxes: Mailboxes, calendar: Calendar, post: Post) -> None:
        self._mailboxes = mailboxes
        self._calendar = calendar
        self._post = post

    def make(self, organizer: Mailbox, draft: Draft, web_root: str) -> Event:
        """Make an event, unless the same request has made it already: then that one is the answer.

        Raises:
            Problem: another request has used up this transactionId, or what is asked for cannot be.
        """
        earlier = (
            self._calendar.of_transaction(organizer.id, draft.transaction_id)
            if draft.transaction_id
            else None
        )
        if earlier is None:
            return self._make(organizer, draft, web_root)
        if earlier.asked != draft.asked:
            raise problems.duplicate_transaction()
        return earlier

    def _make(self, organizer: Mailbox, draft: Draft, web_root: str) -> Event:
        start, end = draft.times()
        content = {**DEFAULTS, **draft.content, **_online(organizer, draft.content, web_root)}
        content |= {
            "body": bodies.as_html(content["body"], content["joinUrl"]),
            "isCancelled": False,
            "organizer": organizer.email,
            "responseStatus": {"response": "organizer", "time": NEVER},
        }
        made = self._calendar.add(
            Event(
                token=new_token(),
                mailbox=organizer.id,
                uid=new_uid(),
                start=start,
                end=end,
                content=content,
                transaction_id=draft.transaction_id,
                asked=draft.asked,
            )
        )
        self._invite(organizer, made, made.attendees)
        return made

    def change(self, mailbox: Mailbox, event: Event, draft: Draft, web_root: str) -> Event:
        """Change an event; if it is the organizer's own, the others hear of it.

        Raises:
            Problem: what is asked for cannot be.
        """
        start, end = draft.times(event.start, event.end)
        changes = {name: value for name, value in draft.content.items() if name not in OFFLINE}
        if "body" in changes:
            changes["body"] = bodies.as_html(changes["body"])
        content = {**event.content, **changes}
        content |= _still_online(mailbox, content, draft.content, web_root)
        after = self._calendar.change(replace(event, start=start, end=end, content=content))
        if after.is_organizer:
            self._tell_of_change(mailbox, event, after, only_attendees=_only_attendees(draft))
        return after

    def _tell_of_change(
        self, organizer: Mailbox, before: Event, after: Event, *, only_attendees: bool
    ) -> None:
        was, now = _by_key(before.attendees), _by_key(after.attendees)
        self._uninvite(organizer, after, [was[key] for key in was.keys() - now], comment="")
        self._invite(organizer, after, [now[key] for key in now if key not in was])
        if only_attendees:
            return
        stayed = [now[key] for key in now if key in was]
        for copy in self._copies(after, stayed):
            self._calendar.change(replace(copy, start=after.start, end=after.end, content=_copied(after)))
        self._write(organizer, after, stayed, "meetingUpdate", bodies.preview(after.content["body"]))

    def cancel(self, mailbox: Mailbox, event: Event, comment: str) -> None:
        """Cancel a meeting and tell everybody.

        Raises:
            Problem: somebody else has organized it.
        """
        if not event.is_organizer:
            raise problems.not_the_organizer()
        self._uninvite(mailbox, event, event.attendees, comment)
        self._calendar.remove(event)

    def delete(self, mailbox: Mailbox, event: Event) -> None:
        """Take an event out of a calendar: cancelled if it is the organizer's, declined without a word if not."""
        if event.is_organizer:
            self._uninvite(mailbox, event, event.attendees, comment="")
        self._calendar.remove(event)

    # The others

    def _invite(self, organizer: Mailbox, event: Event, addresses: Iterable[str]) -> None:
        asked = list(addresses)
        for guest in self._mailboxes_of(organizer, asked):
            self._calendar.add(_copy_for(guest, event))
        self._write(organizer, event, asked, "meetingRequest", bodies.preview(event.content["body"]))

    def _uninvite(self, organizer: Mailbox, event: Event, addresses: Iterable[str], comment: str) -> None:
        """Leave the meeting in their calendars, struck out, as Outlook does."""
        asked = list(addresses)
        for copy in self._copies(event, asked):
            struck = {
                "isCancelled": True,
                "showAs": "free",
                "subject": f"Canceled: {copy.content['subject']}",
            }
            self._calendar.change(replace(copy, content={**copy.content, **struck}))
        self._write(organizer, event, asked, "meetingCancelled", comment)

    def _copies(self, event: Event, addresses: Iterable[str]) -> list[Event]:
        ids = {mailbox.id for address in addresses if (mailbox := self._mailboxes.find(address))}
        return [
            copy for copy in self._calendar.copies(event) if copy.mailbox in ids and not copy.is_cancelled
        ]

    def _mailboxes_of(self, organizer: Mailbox, addresses: Iterable[str]) -> list[Mailbox]:
        found = {mailbox.id: mailbox for address in addresses if (mailbox := self._mailboxes.find(address))}
        return [mailbox for mailbox in found.values() if mailbox.id != organizer.id]

    def _write(
        self, organizer: Mailbox, event: Event, addresses: Iterable[str], kind: Kind, text: str
    ) -> None:
        to = tuple(addresses)
        if to:
            self._post.send(organizer, Letter(event.content["subject"], text, to, kind), keep=False)


def _by_key(addresses: Iterable[str]) -> dict[str, str]:
    """Return addresses by what they are compared by: large and small letters are the same."""
    return {address.casefold(): address for address in addresses}


def _copy_for(guest: Mailbox, event: Event) -> Event:
    """Return the meeting as it stands in the calendar of somebody who is asked to come."""
    return replace(
        event,
        token=new_token(),
        mailbox=guest.id,
        content=_copied(event),
        is_organizer=False,
        transaction_id=None,
        asked="",
    )


def _copied(event: Event) -> JsonObject:
    """Return a meeting's content as it stands with somebody who has not answered yet."""
    shown = event.content["showAs"]
    return {
        **event.content,
        "showAs": shown if shown == "free" else "tentative",
        "responseStatus": {"response": "notResponded", "time": NEVER},
        "singleValueExtendedProperties": [],
    }


def _only_attendees(draft: Draft) -> bool:
    return draft.start is None and draft.end is None and draft.content.keys() == {"attendees"}


def _online(mailbox: Mailbox, wanted: dict[str, Any], web_root: str) -> JsonObject:
    """Say what becomes of the wish to meet online; where it cannot be, Graph answers 201 all the same."""
    provider = wanted.get("onlineMeetingProvider", "unknown")
    possible = mailbox.has_teams and provider in (TEAMS, "unknown")
    if not wanted.get("isOnlineMeeting") or not possible:
        return OFFLINE
    return {"isOnlineMeeting": True, "onlineMeetingProvider": TEAMS, "joinUrl": _join_url(web_root)}


def _still_online(mailbox: Mailbox, content: JsonObject, wanted: dict[str, Any], web_root: str) -> JsonObject:
    """Once online, a meeting stays so whatever is sent, until somebody takes the link out of its text."""
    join_url = content["joinUrl"]
    if join_url is not None:
        return {} if bodies.has_link(content["body"], join_url) else OFFLINE
    became = _online(mailbox, wanted, web_root)
    return {**became, "body": bodies.with_link(content["body"], became["joinUrl"])}


def _join_url(web_root: str) -> str:
    name = base64.urlsafe_b64encode(secrets.token_bytes(27)).decode()
    return f"{web_root}/l/meetup-join/19%3ameeting_{name}%40thread.v2/0"
