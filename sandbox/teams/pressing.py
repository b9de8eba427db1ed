"""A press of a button: what the client allows, what it sends, and what it makes of the answer.

A client presses only what it shows. A button or input that is not on the card, as this person sees it now, is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from sandbox.teams import answers, buttons, inputs
from sandbox.teams.activities import Activities, Invoke
from sandbox.teams.answers import Outcome, Reading, read_answer
from sandbox.teams.cards import Button, Card, Face
from sandbox.teams.delivery import BotLine, Reply
from sandbox.teams.errors import Refusal
from sandbox.teams.invoking import Invoker
from sandbox.teams.messages import Message
from sandbox.teams.places import Place
from sandbox.teams.requests import dig
from sandbox.teams.shown import Command, Dialog, new_dialog_id
from sandbox.teams.toggles import Stage, Surface
from sandbox.teams.world import World
from sandbox.tenant import Person

THEME = {"theme": "default"}
SENT_WITH_EXECUTE = ("type", "title", "id", "verb", "data")


@dataclass(frozen=True)
class Press:
    """What was pressed. `action` is an action's id, its title, or its place on the card.

    `after_toggle` names the toggles that were pressed since the card was drawn, by a client that remembers them itself.
    """

    action: str
    typed: Mapping[str, Any] = field(default_factory=dict)
    skip_client_checks: bool = False
    times: int = 1
    after_toggle: Sequence[str] | None = None


@dataclass(frozen=True)
class Pressed:
    """A button that was found on the card, and the data that its press sends."""

    button: Button
    data: Any


@dataclass(frozen=True)
class Spot:
    """A message on somebody's screen."""

    person: Person
    place: Place
    message: Message


Keep = Callable[[Outcome], Outcome]
"""Puts an outcome on the person's screen and returns it, completed."""


class Presser:
    """Presses buttons and opens dialogs for people."""

    def __init__(self, world: World, line: BotLine, activities: Activities, invoker: Invoker) -> None:
        self._world = world
        self._line = line
        self._activities = activities
        self._invoker = invoker

    # On a message

    async def on_message(self, spot: Spot, press: Press) -> list[Outcome]:
        card = self._world.shown.card(spot.message, spot.person)
        if card is None:
            raise Refusal("This message has no card.")
        surface = (spot.person.id, str(spot.message.id))
        pressed = self._pressed(surface, card, press)
        match pressed.button.type:
            case "Action.Execute":
                invoke = _execution(spot, pressed.button.action | {"data": pressed.data}, trigger="manual")
                keep = self._keep_view(spot)
                return await self._invoke(spot.person, invoke, answers.execute_answer, keep, press.times)
            case "Action.Submit":
                return await self._submit(spot, pressed.data, press.times)
            case _:
                return [_without_bot(pressed.button)]

    async def _submit(self, spot: Spot, data: Any, times: int) -> list[Outcome]:
        kind = dig(data, "msteams", "type")
        if kind == "task/fetch":
            return await self._fetch(spot, data, times)
        if kind is not None:
            raise _not_here(f"a button of the type {kind!r}")
        if not spot.message.by_bot:
            return await self._invoke(spot.person, _click(spot, data), answers.click_answer, _as_it_is, times)
        activity = self._activities.submitted(spot.person, spot.place, spot.message, data)
        replies = await self._line.deliver(activity, self._world.limits.invoke_seconds, times=times)
        return [_sent(reply) for reply in replies]

    async def _fetch(self, spot: Spot, data: Any, times: int) -> list[Outcome]:
        message = spot.message
        value = {"data": data, "context": THEME}
        invoke = Invoke("task/fetch", value, spot.place, message.root, reply_to=message.id)
        keep = self._keep_dialog(_new_dialog(spot.person, spot.place, message, None))
        return await self._invoke(spot.person, invoke, answers.fetch_answer, keep, times)

    async def refresh(self, spot: Spot, *, trigger: str) -> Outcome:
        """Ask for the card anew, as a client does by itself or from the message's menu."""
        action = dig(self._world.shown.card(spot.message, spot.person), "refresh", "action")
        if not isinstance(action, dict):
            raise Refusal("This message has no card that can be refreshed.")
        self._world.shown.set_view(spot.message, spot.person, None)
        invoke = _execution(spot, action, trigger=trigger)
        keep = self._keep_if_unchanged(spot)
        return (await self._invoke(spot.person, invoke, answers.execute_answer, keep))[0]

    # In a dialog

    async def in_dialog(self, person: Person, place: Place, dialog: Dialog, press: Press) -> list[Outcome]:
        pressed = self._pressed((person.id, dialog.id), dialog.card, press)
        if pressed.button.type == "Action.Execute":
            raise _not_here("an Action.Execute in a dialog")
        if pressed.button.type != "Action.Submit":
            return [_without_bot(pressed.button)]
        invoke = _submission(place, dialog, pressed.data)
        keep = self._keep_dialog(dialog)
        return await self._invoke(person, invoke, answers.submit_answer, keep, press.times)

    async def extension(
        self, person: Person, place: Place, command: Command, message: Message | None
    ) -> Outcome:
        """Use the app's message extension, on a message or beside the compose box."""
        dialog = _new_dialog(person, place, message, command)
        value = {**command.value, "context": THEME}
        invoke = Invoke("composeExtension/fetchTask", value, place, dialog.root)
        keep = self._keep_dialog(dialog)
        return (await self._invoke(person, invoke, answers.fetch_answer, keep))[0]

    # What stands on the screen

    def _pressed(self, surface: Surface, card: Card, press: Press) -> Pressed:
        """Find the button on the card as this person has it before them, and put its data together."""
        stage = self._stage(surface, card, press)
        face = stage.face(card)
        button = buttons.find(card, face, press.action)
        data = _data(stage, face, button, press)
        if button.type == buttons.TOGGLE:
            self._world.toggles.keep(surface, card, stage.after(face, button))
        return Pressed(button, data)

    def _stage(self, surface: Surface, card: Card, press: Press) -> Stage:
        if press.after_toggle is None:
            return self._world.toggles.on(surface, card)
        return buttons.after_toggles(card, press.after_toggle)

    # To the bot and back

    async def _invoke(
        self, person: Person, invoke: Invoke, reading: Reading, keep: Keep, times: int = 1
    ) -> list[Outcome]:
        return [keep(outcome) for outcome in await self._invoker.ask(person, invoke, reading, times)]

    def _keep_view(self, spot: Spot) -> Keep:
        """The card of an answer replaces the message's card for this person only, until the bot edits it."""

        def keep(outcome: Outcome) -> Outcome:
            if outcome["kind"] == "card":
                self._world.shown.set_view(spot.message, spot.person, outcome["card"])
                self._world.announce_to(spot.person, spot.message)
            return outcome

        return keep

    def _keep_if_unchanged(self, spot: Spot) -> Keep:
        """The answer to a refresh is worth nothing once the message was edited: the client asks again."""
        keep_view = self._keep_view(spot)

        def keep(outcome: Outcome) -> Outcome:
            now = self._world.messages.find(spot.place.id, spot.message.id)
            if now == spot.message:
                return keep_view(outcome)
            self._world.announce_to(spot.person, spot.message)
            return outcome

        return keep

    def _keep_dialog(self, dialog: Dialog) -> Keep:
        def keep(outcome: Outcome) -> Outcome:
            if outcome["kind"] == "dialog":
                self._world.shown.open_dialog(replace(dialog, content=outcome["dialog"]))
                return {"kind": "dialog", "dialog": {"id": dialog.id} | outcome["dialog"]}
            if outcome["kind"] in {"closed", "dialog_message"}:
                self._world.shown.close_dialog(dialog.id)
            return outcome

        return keep


def _execution(spot: Spot, action: Card, *, trigger: str) -> Invoke:
    """Make the invoke of an Action.Execute on a message."""
    sent = {key: action[key] for key in SENT_WITH_EXECUTE if action.get(key) is not None}
    value = {"action": sent, "trigger": trigger}
    message = spot.message
    return Invoke("adaptiveCard/action", value, spot.place, message.root, reply_to=message.id)


def _click(spot: Spot, data: Any) -> Invoke:
    """Make the invoke of an Action.Submit on a card that a person sent from a search: no message goes to the bot."""
    message = spot.message
    return Invoke("composeExtension/onCardButtonClicked", data, spot.place, message.root, reply_to=message.id)


def _submission(place: Place, dialog: Dialog, data: Any) -> Invoke:
    """Make the invoke of a dialog's button."""
    if dialog.command:
        value = {**dialog.command.value, "data": data, "context": THEME}
        return Invoke("composeExtension/submitAction", value, place, dialog.root)
    value = {"data": data, "context": THEME}
    return Invoke("task/submit", value, place, dialog.root, reply_to=dialog.message)


def _new_dialog(person: Person, place: Place, message: Message | None, command: Command | None) -> Dialog:
    root, message_id = (message.root, message.id) if message else (None, None)
    return Dialog(new_dialog_id(), person.id, place.id, root, message_id, command, {})


def _data(stage: Stage, face: Face, button: Button, press: Press) -> Any:
    """Return what the button sends: its own data, and what its inputs hold.

    Raises:
        Refusal: something was typed where nothing can be typed, or the client's own checks stop it.
    """
    strangers = [id_ for id_ in press.typed if not stage.takes(face, id_)]
    if strangers:
        raise Refusal(f"The card shows no input {strangers[0]!r}.", fields=strangers)
    held = inputs.values(button.inputs, press.typed)
    faulty = [] if press.skip_client_checks else inputs.faulty(button.inputs, held)
    if faulty:
        sentence = "Some answers are missing or cannot be sent as they are."
        raise Refusal(sentence, status=HTTPStatus.UNPROCESSABLE_ENTITY, fields=faulty)
    return inputs.merged(button.action.get("data"), held)


def _without_bot(button: Button) -> Outcome:
    """Answer for buttons with which the client deals alone."""
    if button.type == "Action.OpenUrl":
        return {"kind": "link", "url": button.action.get("url", "")}
    return {"kind": "opened" if button.type == "Action.ShowCard" else "toggled"}


def _as_it_is(outcome: Outcome) -> Outcome:
    return outcome


def _sent(reply: Reply) -> Outcome:
    """A plain Action.Submit shows nothing by itself, unless the bot could not take it."""
    return {"kind": "sent"} if reply.ok else read_answer(reply, lambda *_: {"kind": "sent"})


def _not_here(what: str) -> Refusal:
    return Refusal(f"The sandbox does not support {what}.", status=HTTPStatus.NOT_IMPLEMENTED)
