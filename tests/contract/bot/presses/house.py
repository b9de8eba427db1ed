"""The hub in one process: a real database, the real router, a clock in the hand, and presses as Teams would bring them."""

import asyncio
import logging
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from bot import drawing, for_meetings, for_partners
from bot.commands import case_files, looking
from bot.router import Router
from bot.services import Ask, Services
from bot.turn import read_turn
from cards import texts
from osara_store import audit, cases, engines
from osara_store.database import Database
from sandbox.teams import answers, inputs
from sandbox.teams.cards import SENDERS, Button, read
from tests.contract.bot.presses import by_itself, content, sent
from tests.contract.bot.presses.content import NOTHING, Content, Row
from tests.contract.bot.presses.people import DIRECTORY, NOON, Someone
from tests.contract.bot.presses.sending import CHAT, sent_by
from tests.unit.bot import activities

Json = dict[str, Any]
# Between two presses of one person: nobody reads a card in less.
A_WHILE: Final = timedelta(seconds=20)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, moment: datetime = NOON) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True)
class Card:
    """A card in front of somebody: in a dialog or as a message, in a hub's channel (its id) or in their own chat.

    `drawn_at` is how often the hub had changed by then: as long as it has not changed again, the card must be true.
    `is_own` says that it was drawn for this one person.
    """

    json: Json
    place: str
    in_dialog: bool
    drawn_at: int
    is_own: bool = True

    @property
    def buttons(self) -> list[Button]:
        """Those that ask the bot; what a ShowCard holds is one more press away."""
        return [
            each
            for each in read(self.json).buttons
            if each.type in SENDERS and each.enabled and not each.hidden
        ]

    def button(self, name: str) -> Button:
        found = next((each for each in self.buttons if each.id == name), None)
        assert found is not None, (
            f"no button {name!r} among {[each.id for each in self.buttons]}: {shown_on(self.json)}"
        )
        return found

    def has(self, name: str) -> bool:
        return any(each.id == name for each in self.buttons)


def verb_of(button: Button) -> str:
    data = button.action.get("data") or {}
    return str(button.action.get("verb") or data.get("verb") or "")


@dataclass(frozen=True)
class Press:
    """A button and what stands in the inputs at that moment; `data` is what travels."""

    someone: Someone
    card: Card
    button: Button
    typed: Mapping[str, Any]

    @property
    def data(self) -> Json:
        return inputs.merged(self.button.action.get("data"), inputs.values(self.button.inputs, self.typed))

    @property
    def verb(self) -> str:
        return verb_of(self.button)

    @property
    def activity(self) -> Json:
        return sent_by(self.someone, self.card.place, **self._invoke())

    def _invoke(self) -> Json:
        data = self.data
        if self.button.type == "Action.Execute":
            if self.card.in_dialog:
                raise AssertionError(
                    f"{self.button.id!r} is an Action.Execute in a dialog, which Teams does not send"
                )
            action = {"type": "Action.Execute", "id": self.button.id, "verb": self.verb, "data": data}
            return {"name": "adaptiveCard/action", "value": {"action": action, "trigger": "manual"}}
        if self.card.in_dialog:
            return {"name": "task/submit", "value": {"data": data, "context": {"theme": "default"}}}
        if data.get("msteams") != {"type": "task/fetch"}:
            raise AssertionError(f"{self.button.id!r} on a message would be sent as an empty message")
        return {"name": "task/fetch", "value": {"data": data, "context": {"theme": "default"}}}

    def __str__(self) -> str:
        where = "in a dialog" if self.card.in_dialog else f"in {self.card.place}"
        typed = {name: _short(value) for name, value in self.typed.items()}
        about = {name: _short(value) for name, value in (self.button.action.get("data") or {}).items()}
        about = {name: value for name, value in about.items() if name not in {"verb", "msteams"}}
        return f"{self.someone} presses {self.button.title!r} ({self.verb} {about}) {where}, having typed {typed}"


@dataclass(frozen=True)
class Answered:
    """What a press came back with: the body as it travels, what a client makes of it, and the database before and after."""

    press: Press
    body: Json | None
    outcome: Json
    before: Content
    after: Content
    card: Card | None

    @property
    def said(self) -> str:
        """The sentence that came instead of a card."""
        return str(self.outcome.get("text", ""))

    def __str__(self) -> str:
        if self.card is None:
            return f"{self.outcome['kind']}: {self.said}"
        return f"{self.outcome['kind']}: {' | '.join(shown_on(self.card.json))[:200]}"


def _short(value: Any) -> Any:
    text = str(value)
    return value if len(text) <= 80 else f"{text[:60]}… ({len(text)} characters)"


def shown_on(part: Any) -> list[str]:
    """Every text block of a card, in reading order."""
    if isinstance(part, list):
        return [text for each in part for text in shown_on(each)]
    if not isinstance(part, dict):
        return []
    own = [str(part["text"])] if part.get("type") == "TextBlock" else []
    return own + [text for each in part.values() for text in shown_on(each)]


class _Faults(logging.Handler):
    """What the router tells the log, with the last places where it went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(f"{record.getMessage()}\n{traceback.format_exc(limit=-4)}")


# --- the house -------------------------------------------------------------------------------------------------------


@dataclass
class House:
    """`changed` counts up with everything that may make a card untrue."""

    url: str
    clock: Clock
    database: Database
    services: Services
    router: Router
    looking: sa.Engine
    runner: asyncio.Runner
    changed: int = 0
    faults: _Faults = field(default_factory=_Faults)
    hanging: dict[Someone, dict[str, sent.Sent]] = field(default_factory=dict)

    @classmethod
    def open(cls, url: str, moment: datetime = NOON) -> "House":
        clock, database = Clock(moment), Database.open(url)
        services = Services(DIRECTORY, database, clock, lambda: None)
        looking_on = engines.engine_for(engines.parse(url), read_only=True)
        house = cls(url, clock, database, services, Router(services), looking_on, asyncio.Runner())
        house.content = house.look()
        logging.getLogger("bot.router").addHandler(house.faults)
        return house

    def close(self) -> None:
        logging.getLogger("bot.router").removeHandler(self.faults)
        self.runner.run(self.database.close())
        self.runner.close()
        self.looking.dispose()

    # --- looking ---------------------------------------------------------------------------------------------------

    content: Content = field(default=NOTHING)

    def look(self) -> Content:
        with self.looking.connect() as connection:
            return content.look(connection, self.content)

    def read(self, work: Callable[[sa.Connection], Any]) -> Any:
        with self.looking.connect() as connection:
            return work(connection)

    def broken_chain(self) -> Any:
        return self.read(audit.verify)

    # --- time ------------------------------------------------------------------------------------------------------

    def pass_time(self, span: timedelta) -> None:
        """With all that happens because a date comes."""
        self.clock.moment += span
        self.runner.run(by_itself.whatever_is_due(self.services))
        self._looks_again()

    def hear_of_the_calendar(self, tidings: by_itself.Tidings) -> None:
        """What the hub's calendar answers about every meeting that waits for it."""
        self.runner.run(by_itself.the_calendar_answers(self.services, self.content, tidings))
        self._looks_again()

    def _looks_again(self) -> None:
        self.content = self.look()
        self.changed += 1

    # --- pressing --------------------------------------------------------------------------------------------------

    def press(self, *presses: Press) -> list[Answered]:
        """Bring these presses to the bot, several at the same time."""
        self.clock.moment += A_WHILE
        before = self.content
        bodies = self.runner.run(self._all([each.activity for each in presses]))
        self.content = self.look()
        if content.changes(before, self.content) or content.changes_of_hubs(before, self.content):
            self.changed += 1
        return [self._answered(*each, before) for each in zip(presses, bodies, strict=True)]

    async def _all(self, pressed: list[Json]) -> list[Json | None]:
        return await asyncio.gather(*(self.router.handle(read_turn(each)) for each in pressed))

    def _answered(self, press: Press, body: Json | None, before: Content) -> Answered:
        name = press.activity["name"]
        reading = {
            "adaptiveCard/action": answers.execute_answer,
            "task/fetch": answers.fetch_answer,
            "task/submit": answers.submit_answer,
        }[name]
        outcome = reading(body, 200)
        return Answered(press, body, outcome, before, self.content, self._card_of(press, outcome))

    def _card_of(self, press: Press, outcome: Json) -> Card | None:
        if outcome["kind"] == "card":
            return Card(outcome["card"], press.card.place, in_dialog=False, drawn_at=self.changed)
        if outcome["kind"] != "dialog":
            return None
        return Card(outcome["dialog"]["card"], press.card.place, in_dialog=True, drawn_at=self.changed)

    def search(self, someone: Someone, term: str) -> Json | None:
        """The message extension's search, in the person's own chat."""
        parameters = [{"name": "q", "value": term}] if term else [{"name": "initialRun", "value": "true"}]
        options = {"skip": 0, "count": 25}
        value = {"commandId": "findCase", "parameters": parameters, "queryOptions": options}
        return self._bring(someone, CHAT, name="composeExtension/query", value=value)

    def refresh(self, someone: Someone, card: Card) -> Json | None:
        """What a client does by itself with a card that has a refresh."""
        action = card.json["refresh"]["action"]
        value = {"action": action, "trigger": "automatic"}
        return self._bring(someone, card.place, name="adaptiveCard/action", value=value)

    def _bring(self, someone: Someone, place: str, **invoke: Any) -> Json | None:
        body = self.runner.run(self.router.handle(read_turn(sent_by(someone, place, **invoke))))
        self.content = self.look()
        return body

    # --- cards that the bot sends by itself ------------------------------------------------------------------------

    def hub_card(self, hub_id: str) -> Card:
        hub = DIRECTORY.hub(hub_id)
        assert hub is not None
        return self._posted(drawing.hub_message(self.services, hub), hub_id, is_own=False)

    def channel_card(self, case_id: int) -> Card:
        message, hub_id = self.read(lambda tx: case_files.channel_card(tx, self.services, case_id))
        return self._posted(message, hub_id, is_own=False)

    def receipt(self, someone: Someone, case_id: int) -> Card:
        file = self.read(lambda tx: cases.case_file(tx, case_id))
        message = drawing.receipt_message(
            self.services, file, tenant=activities.TENANT, person=someone.id, now=self.clock.now()
        )
        return self._posted(message, CHAT)

    def messages(self, someone: Someone) -> Iterator[Card]:
        """Everything that hangs in somebody's own chat."""
        for case in self.content.cases.values():
            contributors = {row["person"] for row in self.content.of_case("contributors", case["id"])}
            if someone.id in contributors | {case["referrer_id"]}:
                yield self.receipt(someone, case["id"])
        yield from self.personal_cards(someone)

    def personal_cards(self, someone: Someone) -> Iterator[Card]:
        """What somebody was sent; what hangs there once goes on to be drawn, whatever becomes of the reason."""
        hanging = self.hanging.setdefault(someone, {})
        for each in ({new.key: new for new in sent.to(someone, self.content)} | hanging).values():
            if message := self.read(partial(each.draw, services=self.services)):
                if each.key and each.key not in hanging:
                    hanging[each.key] = each
                    self.runner.run(by_itself.it_hangs(self.services, each.key))
                yield self._posted(message, CHAT)

    def calls(self) -> Iterator[tuple[Row, Card]]:
        """Each request for which the channel calls, because the bot could write to nobody, with the call."""
        yield from self._in_channel("information_requests", for_partners.call_message)

    def agendas(self) -> Iterator[tuple[Row, Card]]:
        """Each case meeting that lies ahead, with its agenda in the channel."""
        yield from self._in_channel("meetings", for_meetings.agenda)

    def _in_channel(self, table: str, draw: Callable[..., Any]) -> Iterator[tuple[Row, Card]]:
        for row in self.content.rows(table):
            about = {"case_id": row["case_id"], "n": row["n"]}
            message, hub_id = self.read(partial(draw, services=self.services, **about))
            if message:
                yield row, self._posted(message, hub_id, is_own=False)

    def menu(self, someone: Someone) -> Card | None:
        """What somebody gets who types a word to the bot; nothing for whom it does not know."""
        turn = read_turn(sent_by(someone, CHAT, type="message", text="hello", textFormat="plain"))
        actor = DIRECTORY.actor(turn.tenant, turn.person_id)
        if actor is None:
            return None
        answer = self.runner.run(looking.show_menu(Ask(self.services, turn, actor, self.clock.now())))
        return self._posted(drawing.answer_message(answer, texts.MENU_TITLE), CHAT, is_own=False)

    def _posted(self, message: Json, place: str, *, is_own: bool = True) -> Card:
        (attachment,) = message["attachments"]
        return Card(attachment["content"], place, in_dialog=False, drawn_at=self.changed, is_own=is_own)
