"""What somebody was sent in their own chat, each to be drawn as it is now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection

from bot import digest_message, for_meetings, for_partners, for_reviews
from bot.services import Services
from osara_store import outgoing
from tests.contract.bot.presses.content import Content, Row
from tests.contract.bot.presses.doings import was_told
from tests.contract.bot.presses.people import Someone
from tests.unit.bot import activities


@dataclass(frozen=True)
class Sent:
    """A message and the key under which it stands once it was sent; a digest is never drawn anew, and has none.

    `draw` wants a connection and `services`, and returns the message, or None where nothing is to be shown.
    """

    key: str
    draw: Callable[..., Any]


def to(someone: Someone, content: Content) -> Iterator[Sent]:
    to_them: dict[str, Any] = {"tenant": activities.TENANT, "person": someone.id}

    def about(row: Row, key_of: Callable[..., str], draw: Callable[..., Any]) -> Sent:
        this = {"case_id": row["case_id"], "n": row["n"], **to_them}
        return Sent(key_of(**this), partial(draw, **this))

    for row in content.rows("information_requests"):
        if [activities.TENANT, someone.id] in row["told"]:
            yield about(row, outgoing.request_key, for_partners.request_message)
        if was_told(row, someone):
            yield about(row, outgoing.call_back_key, for_partners.call_back_message)
    for row in content.rows("task_cards"):
        if row["person"] == someone.id:
            yield about(row, for_partners.task_key, for_partners.task_message)
    for row in content.rows("meetings"):
        if someone.id in content.meant_for(row):
            yield about(row, for_meetings.card_key, for_meetings.personal)
    yield from _of_days(someone, content, to_them)


def _of_days(someone: Someone, content: Content, to_them: dict[str, Any]) -> Iterator[Sent]:
    """What tells of several cases at once: the months to be reviewed, and the newest digest."""
    prompts = [row for row in content.rows("review_prompts") if row["person"] == someone.id]
    for hub_id, day in dict.fromkeys((row["hub_id"], row["day"]) for row in prompts):
        payload = {"hub_id": hub_id, "day": day.isoformat(), **to_them}
        draw = partial(for_reviews.review_message, payload=payload)
        yield Sent(for_reviews.review_key(payload), draw)
    runs = [row["run_at"] for row in content.rows("nudges") if row["person"] == someone.id]
    if runs:
        payload = {"run": max(runs).isoformat(), **to_them}
        yield Sent("", partial(_digest, payload=payload))


def _digest(tx: Connection, services: Services, payload: dict[str, Any]) -> Any:
    drawn = digest_message.digest_message(tx, services, payload)
    return drawn and drawn.message
