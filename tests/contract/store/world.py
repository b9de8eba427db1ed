"""An invented hub, its people, and referrals to try things with."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from osara_store import cases, drafts
from osara_store.cases import Submitted
from osara_store.directory import Actor, Directory, Hub
from osara_store.referral import Referral

TENANT = "10000000-0000-4000-8000-000000000001"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def person_id(n: int) -> str:
    return f"00000000-0000-4000-8000-{n:012d}"


def hubs_file() -> dict[str, Any]:
    """What a reader of hubs.yaml hands to the directory."""

    def signed(expires: str = "2027-03-31") -> dict[str, str]:
        return {"version": "2026.1", "signed": "2026-01-12", "expires": expires}

    return {
        "name": "Cumbria Local Focus Hubs",
        "timezone": "Europe/London",
        "marking": "OFFICIAL-SENSITIVE",
        "safeguarding": "Call 0300 000 0000.",
        "tenants": [{"id": TENANT, "name": "Cumbria hubs", "domain": "hubs.example"}],
        "categories": [{"id": "noise", "name": "Noise"}, {"id": "nuisance", "name": "Nuisance"}],
        "agencies": [
            {"id": "homes", "name": "Northshore Homes", "sector": "housing", "agreement": signed()},
            {"id": "police", "name": "Cumbria Police", "sector": "police", "agreement": signed()},
            {
                "id": "college",
                "name": "Lakes College",
                "sector": "education",
                "agreement": signed(expires="2026-02-28"),
            },
            {"id": "unsigned", "name": "Fellside Youth", "sector": "charity"},
            {
                "id": "kitchen",
                "name": "Open Kitchen",
                "sector": "charity",
                "outside": True,
                "agreement": signed(),
            },
            {"id": "council", "name": "Allerdale Council", "sector": "council", "agreement": signed()},
            {"id": "border", "name": "Border Homes", "sector": "housing", "agreement": signed()},
        ],
        "hubs": [
            {
                "id": "ALL",
                "name": "Allerdale",
                "team": "team-all",
                "channel": "channel-all",
                "agencies": ["homes", "police", "college", "unsigned", "kitchen", "council"],
            },
            {
                "id": "CAR",
                "name": "Carlisle",
                "team": "team-car",
                "channel": "channel-car",
                "agencies": ["police", "border"],
            },
        ],
        "people": [
            {"id": person_id(1), "name": "Priya Raman", "upn": "priya@hubs.example", "agency": "homes"},
            {
                "id": person_id(2),
                "name": "Tom Airey",
                "upn": "tom@hubs.example",
                "agency": "police",
                "roles": {"ALL": "coordinator"},
            },
            {"id": person_id(3), "name": "Sue Bell", "upn": "sue@hubs.example", "agency": "homes"},
            {"id": person_id(4), "name": "Mark Dunne", "upn": "mark@hubs.example", "agency": "unsigned"},
            {"id": person_id(5), "name": "Amy Stone", "upn": "amy@hubs.example", "agency": "college"},
            {
                "id": person_id(6),
                "name": "Helen Ashby",
                "upn": "helen@hubs.example",
                "agency": "council",
                "roles": {"ALL": "manager"},
            },
            {
                "id": person_id(7),
                "name": "Ruth Lowther",
                "upn": "ruth@hubs.example",
                "agency": "police",
                "roles": {"ALL": "inspector"},
            },
            {"id": person_id(8), "name": "Ian Petrie", "upn": "ian@hubs.example", "agency": "council"},
            {
                "id": person_id(9),
                "name": "Nora Graham",
                "upn": "nora@hubs.example",
                "agency": "border",
                "roles": {"CAR": "manager"},
            },
        ],
    }


DIRECTORY = Directory.model_validate(hubs_file())


def actor(n: int) -> Actor:
    found = DIRECTORY.actor(TENANT, person_id(n))
    assert found is not None
    return found


def hub(hub_id: str) -> Hub:
    found = DIRECTORY.hub(hub_id)
    assert found is not None
    return found


PRIYA, TOM, SUE, MARK, AMY = (actor(n) for n in range(1, 6))
# The manager, the inspector, a colleague of the manager's with no part of his own, and the manager of the other hub.
# Sue is a colleague of Priya's, so she is of the lead agency of whatever Priya refers.
HELEN, RUTH, IAN, NORA = (actor(n) for n in range(6, 10))
ALL, CAR = hub("ALL"), hub("CAR")


def _hub_ids() -> Iterator[str]:
    for letters in itertools.product("ABCDEFGHIJKLMNOPQRSTUVWXYZ", repeat=5):
        yield "".join(letters)


_unused = _hub_ids()


def unused_hub(timezone: str = "Europe/London") -> Hub:
    """A hub that no test has written to, so that examples in one database do not meet."""
    return ALL.model_copy(update={"id": next(_unused), "timezone": timezone})


def at_home_in(of: Hub, someone: Actor = PRIYA) -> Actor:
    """The same person, with a part in this hub too."""
    return Actor(
        someone.tenant,
        someone.object_id,
        someone.name,
        someone.agency,
        {**someone.roles, of.id: someone.roles["ALL"]},
    )


def referral(**changes: Any) -> Referral:
    answers = {
        "danger": "no",
        "what": "Loud music until three in the morning, most nights.",
        "category": "noise",
        "where": "12 High Street, Workington CA14 1AB",
        "since": "weeks",
        "frequency": "daily",
        "tried": "Two letters and a visit.",
        "wanted": "Quiet nights for the neighbours.",
        "affected": "Jane Roe, next door\nHarold Roe",
        "involved": "Joe Bloggs (tenant)",
        "equality": "no",
        "sharing_basis": "public_task",
        "own_reference": "NSH-2026-0042",
    }
    return Referral.model_validate({**answers, **changes})


def something_else(**changes: Any) -> Referral:
    """A referral with no place, person or reference in common with the usual one."""
    return referral(
        **{
            "what": "Bins set alight behind the shops.",
            "where": "Harbour Car Park, Maryport CA15 8AB",
            "affected": "Olive Webb",
            "involved": "",
            "own_reference": "NSH-2026-0099",
            **changes,
        }
    )


def draft_of(tx: sa.Connection, someone: Actor = PRIYA, of: Hub = ALL, now: datetime = NOON) -> str:
    return drafts.open_draft(tx, someone, of.id, now).id


def submitted(
    tx: sa.Connection,
    answers: Referral | None = None,
    someone: Actor = PRIYA,
    of: Hub = ALL,
    now: datetime = NOON,
) -> Submitted:
    """A referral from a fresh draft."""
    return cases.submit(
        tx,
        actor=someone,
        hub=of,
        draft_id=draft_of(tx, someone, of, now),
        referral=answers or referral(),
        now=now,
    )


class TooLateError(Exception):
    """What goes wrong after the work is done and before it is committed."""


def fail_after(work: Callable[..., object], *arguments: Any, **named: Any) -> None:
    work(*arguments, **named)
    raise TooLateError
