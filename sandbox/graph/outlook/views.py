"""Mailboxes as the page and tests see them, and what an administrator sets for them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from http import HTTPStatus
from typing import Annotated, Any

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from sandbox.graph.errors import Problem
from sandbox.graph.outlook import bodies
from sandbox.graph.outlook.calendar import Event
from sandbox.graph.outlook.calls import Outlook
from sandbox.graph.outlook.mailboxes import Mailbox, WorkingHours
from sandbox.graph.outlook.zones import zone_of

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _known_day(day: str) -> str:
    if day not in DAYS:
        raise ValueError(f"a day is one of {', '.join(DAYS)}")
    return day


def _known_zone(name: str) -> str:
    try:
        zone_of(name)
    except Problem as problem:
        raise ValueError(problem.message) from problem
    return name


class _Hours(BaseModel):
    model_config = ConfigDict(extra="forbid")

    days: tuple[Annotated[str, AfterValidator(_known_day)], ...] = WorkingHours.days
    start: Clock = WorkingHours.start
    end: Clock = WorkingHours.end
    zone: Annotated[str, AfterValidator(_known_zone)] = WorkingHours.zone


class _Settings(BaseModel):
    """What `PATCH /control/mailboxes/{address}` may change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    has_teams: bool | None = None
    open_to_apps: bool | None = None
    working_hours: _Hours | None = None

    def over(self, mailbox: Mailbox) -> Mailbox:
        hours = (
            mailbox.hours if self.working_hours is None else WorkingHours(**self.working_hours.model_dump())
        )
        return replace(
            mailbox,
            has_teams=mailbox.has_teams if self.has_teams is None else self.has_teams,
            open_to_apps=mailbox.open_to_apps if self.open_to_apps is None else self.open_to_apps,
            hours=hours,
        )


class Views:
    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/client/mailboxes", self.all),
            web.get("/client/mailboxes/{address}", self.one),
            web.patch("/control/mailboxes/{address}", self.set),
            web.get("/l/meetup-join/{meeting:.*}", self.join),
        ]

    async def all(self, _: web.Request) -> web.Response:
        return web.json_response([self._summary(mailbox) for mailbox in self._outlook.mailboxes.all()])

    def _summary(self, mailbox: Mailbox) -> dict[str, Any]:
        return {
            "address": mailbox.address,
            "name": mailbox.name,
            "kind": mailbox.kind,
            "has_teams": mailbox.has_teams,
            "open_to_apps": mailbox.open_to_apps,
            "working_hours": asdict(mailbox.hours),
            "events": len(self._outlook.calendar.of_mailbox(mailbox.id)),
            "messages": len(self._outlook.post.of_mailbox(mailbox)),
        }

    async def one(self, request: web.Request) -> web.Response:
        mailbox = self._mailbox(request)
        events = self._outlook.calendar.of_mailbox(mailbox.id)
        messages = self._outlook.post.of_mailbox(mailbox)
        return web.json_response(
            {
                **self._summary(mailbox),
                "events": [_event(event) for event in events],
                "messages": [asdict(message) for message in messages],
            }
        )

    async def set(self, request: web.Request) -> web.Response:
        mailbox = self._mailbox(request)
        try:
            settings = _Settings.model_validate_json(await request.read())
        except ValidationError as error:
            return web.json_response({"error": error.errors()[0]["msg"]}, status=HTTPStatus.BAD_REQUEST)
        self._outlook.mailboxes.change(settings.over(mailbox))
        return web.json_response(self._summary(self._mailbox(request)))

    async def join(self, _: web.Request) -> web.Response:
        return web.Response(text="In Microsoft 365 the Teams meeting would open here.\n")

    def _mailbox(self, request: web.Request) -> Mailbox:
        found = self._outlook.mailboxes.find(request.match_info["address"])
        if found is None:
            complaint = json.dumps({"error": "There is no such mailbox."})
            raise web.HTTPNotFound(text=complaint, content_type="application/json")
        return found


def _event(event: Event) -> dict[str, Any]:
    content = event.content
    return {
        "id": event.id,
        "uid": event.uid,
        "subject": content["subject"],
        "start": event.start.at.isoformat(),
        "end": event.end.at.isoformat(),
        "shown_as": content["showAs"],
        "organizer": content["organizer"]["address"],
        "is_organizer": event.is_organizer,
        "is_cancelled": event.is_cancelled,
        "attendees": event.attendees,
        "join_url": content["joinUrl"],
        "transaction_id": event.transaction_id,
        "body": bodies.preview(content["body"]),
    }
