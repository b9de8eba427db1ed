"""Our bot, as it is deployed, in front of the sandbox; and the referrals that are pressed at it.

Every press is a whole referral sent by another person: opened and filled in before the clock starts, so that the clock
sees the one press that stores a case. Places differ, or the bot would rightly ask whether they are the same matter.
"""

import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from bench import load
from bench.activities import press
from bench.processes import Program, free_port

PROJECT = Path(__file__).parent.parent
CONFIGURATION = PROJECT / "deploy" / "hubs.cumbria.yaml"
AGENCY = "northshore-homes"
HUB = "ALL"
REFERENCE = re.compile(rb"ALL-\d{4}-\d{4,}")
DRAFT = re.compile(r'"draft": ?"([0-9a-f]+)"')
AN_HOUR = 3600
NO_BOT = "http://127.0.0.1:9/"  # this sandbox is asked for its tokens and never speaks to a bot


class NotStoredError(Exception):
    """A press was answered, but not with the reference of a new case: the bench is out of step with the bot."""


@dataclass
class Sandbox:
    """A running tenant on this machine: where it is, and the environment that points a bot at it."""

    base: str
    bot_environment: dict[str, str]
    people: list[str]

    @property
    def service_url(self) -> str:
        return f"{self.base}/teams/"

    async def channel_token(self) -> str:
        body = {"claims": {"serviceurl": self.service_url}}
        return str((await self._control("identity/channel-token", body))["token"])

    async def nothing_can_be_sent(self) -> None:
        """Graph and Teams say "not for an hour", so that the clock sees presses and not what follows from them."""
        for target in ("graph", "teams"):
            fault = {"target": target, "kind": "throttle", "retry_after": AN_HOUR}
            await self._control("faults", fault)

    async def _control(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        async with (
            aiohttp.ClientSession(raise_for_status=True) as session,
            session.post(f"{self.base}/control/{path}", json=body) as answer,
        ):
            said: dict[str, Any] = await answer.json()
        return said


@asynccontextmanager
async def sandbox(folder: Path, people: int) -> AsyncIterator[Sandbox]:
    hubs, ids = write_hubs(folder / "hubs.yaml", people)
    ready = folder / "ready.json"
    command = [sys.executable, "-m", "sandbox", "--data", str(folder / "tenant"), "--hubs", str(hubs)]
    command += ["--port", "0", "--login-port", "0", "--bot-url", NO_BOT, "--ready-file", str(ready)]
    with Program(command, folder / "sandbox.log") as program:
        await program.has_written(ready)
        told = json.loads(ready.read_text())
        yield Sandbox(told["base"], told["bot_environment"], ids)


def write_hubs(place: Path, people: int) -> tuple[Path, list[str]]:
    """The demo's hubs with as many more officers as there are presses at once: a person has one draft a hub."""
    hubs = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    ids = [f"00000000-0000-4000-9000-{number:012d}" for number in range(people)]
    hubs["people"] += [
        {"id": each, "name": f"Officer {number}", "upn": f"officer{number}@hubs.example", "agency": AGENCY}
        for number, each in enumerate(ids)
    ]
    place.write_text(yaml.safe_dump(hubs, sort_keys=False), encoding="utf-8")
    return place, ids


@dataclass
class Bot:
    """Our bot's process. `checks_tokens` is how it is deployed; without, it does what the other bots do."""

    sandbox: Sandbox
    port: int
    checks_tokens: bool
    numbers: Iterator[int] = field(default_factory=count)

    async def burst(self) -> load.Burst:
        """One referral from everybody, ready to send; only the sending is timed."""
        token = await self.sandbox.channel_token() if self.checks_tokens else ""
        sends = await self._filled_in(token)
        done = await load.press(self.port, sends)
        stored = {match.group() for body in done.bodies if (match := REFERENCE.search(body))}
        if len(stored) != len(sends):
            odd = next(body for body in done.bodies if not REFERENCE.search(body))
            raise NotStoredError(f"{len(stored)} of {len(sends)} stored; for example: {odd[:2000].decode()}")
        return done

    async def _filled_in(self, token: str) -> list[bytes]:
        def request(person: str, name: str, data: dict[str, Any]) -> bytes:
            return load.as_request(press(name, self.sandbox.service_url, person, data), token=token)

        people = self.sandbox.people
        opener = {"verb": "refer.open", "hub": HUB}
        opened = await load.press(self.port, [request(person, "task/fetch", opener) for person in people])
        drafts = dict(zip(people, map(draft_of, opened.bodies), strict=True))
        first = [(person, page_one(draft, next(self.numbers))) for person, draft in drafts.items()]
        await load.press(self.port, [request(person, "task/submit", page) for person, page in first])
        return [request(person, "task/submit", page_two(draft)) for person, draft in drafts.items()]


def draft_of(body: bytes) -> str:
    found = DRAFT.search(body.decode())
    if not found:
        raise NotStoredError(f"no form was opened: {body[:2000].decode()}")
    return found.group(1)


def page_one(draft: str, number: int) -> dict[str, str]:
    return {
        "verb": "refer.next",
        "draft": draft,
        "page": "one",
        "hub": HUB,
        "danger": "no",
        "what": "Loud music and shouting at night, three or four times a week, and litter in the shared yard.",
        "category": "noise",
        "where": f"{in_words(number)} Yard, Workington",
        "since": "months",
        "frequency": "weekly",
        "tried": "Two visits and a warning letter.",
        "wanted": "A joint visit and a plan that the neighbours know about.",
    }


def page_two(draft: str) -> dict[str, str]:
    return {
        "verb": "refer.send",
        "draft": draft,
        "page": "two",
        "hub": HUB,
        "affected": "",
        "involved": "",
        "equality": "no",
        "equality_note": "",
        "sharing_basis": "public_task",
        "own_reference": "",
    }


def in_words(number: int) -> str:
    """A name of its own for every number, made of letters, as place names are."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in f"{number:06d}")
    return f"{letters[:3]}holme {letters[3:]}by".title()


@asynccontextmanager
async def bot(tenant: Sandbox, folder: Path, *, checks_tokens: bool) -> AsyncIterator[Bot]:
    port = free_port()
    environment = {
        **os.environ,
        **tenant.bot_environment,
        "HUB_DATABASE_URL": f"sqlite:///{folder / f'bot-{port}.db'}",
        "PORT": str(port),
        "HUB_DANGEROUSLY_ALLOW_UNAUTHENTICATED": "off" if checks_tokens else "on",
    }
    with Program([sys.executable, "-m", "bot"], folder / f"bot-{port}.log", environment) as program:
        await program.listening(port)
        yield Bot(tenant, port, checks_tokens)
