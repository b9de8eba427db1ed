"""Carries outbox rows to Teams and to SharePoint.

What a message says is drawn when it is sent, by the rules that hold then; `posting` sees where it belongs.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from bot import digest_message, drawing, for_meetings, for_partners, for_reviews
from bot.commands import case_files, covering, looking, managing, referring, searching, settings, working
from bot.connector import Away, Connectors, Forbidden, Gone, Passing, Rejected, Throttled
from bot.drawing import Activity
from bot.posting import Posting
from bot.replies import REPLY_KIND, Reply, turn_of
from bot.services import Ask, Services
from bot.turn import Answer, Turn
from cards import texts, texts_cover, texts_moves, texts_search, texts_settings, texts_tasking
from osara_store import call_backs, calling, cases, outbox, outgoing, requests
from osara_store.case_file import Case
from osara_store.outbox import (
    Envelope,
    Failed,
    Kind,
    Message,
    Outcome,
    Refused,
    TryLater,
    Unreachable,
)

Deliver = Callable[[Mapping[str, Any]], Awaitable[Outcome]]

_REPLIES: Mapping[Reply, tuple[Callable[[Ask], Awaitable[Answer]], str]] = {
    Reply.REFER: (referring.open_form, texts.summary_of(texts.Kind.FORM)),
    Reply.CASES: (looking.my_cases, texts.summary_of(texts.Kind.CASES)),
    Reply.WORK: (working.my_work, texts_tasking.WORK_TITLE),
    Reply.FIND: (searching.open_search, texts_search.TITLE),
    Reply.RETENTION: (managing.retention_queue, texts_moves.RETENTION_TITLE),
    Reply.SETTINGS: (settings.open_mine, texts_settings.TITLE),
    Reply.AWAY: (covering.open_away, texts_cover.AWAY_TITLE),
    Reply.COVER: (covering.open_cover, texts_cover.COVER_TITLE),
    Reply.HELP: (looking.show_help, texts.summary_of(texts.Kind.HELP)),
    Reply.WELCOME: (looking.show_help, texts.summary_of(texts.Kind.HELP)),
    Reply.MENU: (looking.show_menu, texts.summary_of(texts.Kind.MENU)),
}
# Of nobody in particular; everything else is somebody's own.
_FOR_ANYBODY = frozenset({Reply.HELP, Reply.WELCOME, Reply.MENU})


class Pusher(Protocol):
    """Writes case files to SharePoint."""

    async def push(self, messages: Sequence[Message]) -> Sequence[Outcome]: ...


class ToSharePoint:
    """Case files to SharePoint, twenty at a time when there is a backlog."""

    service = outbox.Service.GRAPH.value
    batch = 20
    parallel = 2

    def __init__(self, pusher: Pusher) -> None:
        self._pusher = pusher

    async def deliver(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        return await self._pusher.push(messages)


class ToTeams:
    """Cards and replies to Teams, one message at a time, several conversations side by side."""

    service = outbox.Service.TEAMS.value
    batch = 1
    parallel = 8

    def __init__(self, services: Services, connectors: Connectors) -> None:
        self._services, self._connectors = services, connectors
        self._posting = Posting(services, connectors)
        self._by_kind: dict[str, Deliver] = {
            Kind.HUB_CARD: self._hub_card,
            Kind.CHANNEL_CARD: self._channel_card,
            Kind.RECEIPT: self._receipt,
            Kind.REQUEST_CARD: self._request_card,
            Kind.REQUEST_CALL: self._request_call,
            Kind.TASK_CALL: self._task_call,
            Kind.CALL_BACK: self._call_back,
            Kind.REFUSAL: self._refusal,
            Kind.DIGEST: self._digest,
            Kind.REVIEW: self._review,
            Kind.SUMMARY: self._summary,
            Kind.TASK: self._task_card,
            Kind.MEETING_CARD: self._meeting_card,
            Kind.MEETING_AGENDA: self._meeting_agenda,
            REPLY_KIND: self._reply,
        }

    async def deliver(self, messages: Sequence[Message]) -> Sequence[Outcome]:
        return [await self._deliver(message) for message in messages]

    async def _deliver(self, message: Message) -> Outcome:
        deliver = self._by_kind.get(message.kind)
        if (
            deliver is None
        ):  # a newer version's, beside which this one runs: it is tried again until that one has it
            return Failed("this version knows no such message")
        try:
            return await deliver(message.payload)
        except (Throttled, Away) as wait:
            return TryLater(wait.after)
        except Passing as trouble:
            return Failed(str(trouble))
        except Forbidden as refusal:
            return Unreachable(f"Forbidden {refusal}")
        except (Gone, Rejected) as refusal:
            return Refused(f"{type(refusal).__name__} {refusal}")

    # --- one method a kind of message ---------------------------------------------------------------------------------

    async def _hub_card(self, payload: Mapping[str, Any]) -> Outcome:
        hub = self._services.directory.hub(payload["hub_id"])
        if hub is None:
            return Refused("the hub is no longer in the configuration")
        return await self._posting.in_channel(
            hub.id, f"hub:{hub.id}", drawing.hub_message(self._services, hub)
        )

    async def _channel_card(self, payload: Mapping[str, Any]) -> Outcome:
        services, case_id = self._services, payload["case_id"]
        message, hub_id = await services.database.read(
            lambda tx: case_files.channel_card(tx, services, case_id)
        )
        return await self._posting.in_channel(hub_id, f"channel:{case_id}", message)

    async def _receipt(self, payload: Mapping[str, Any]) -> Outcome:
        tenant, person = payload["tenant"], payload["person"]
        file = await self._services.database.read(lambda tx: cases.case_file(tx, payload["case_id"]))
        now = self._services.clock.now()
        message = drawing.receipt_message(self._services, file, tenant=tenant, person=person, now=now)
        return await self._posting.to_person(
            tenant, person, f"receipt:{file.case.id}:{tenant}:{person}", message
        )

    async def _request_card(self, payload: Mapping[str, Any]) -> Outcome:
        services, tenant, person = self._services, payload["tenant"], payload["person"]
        case_id, n = payload["case_id"], payload["n"]
        key = outgoing.request_key(case_id, n, tenant, person)
        message = await services.database.read(
            lambda tx: for_partners.request_message(tx, services, case_id, n, tenant=tenant, person=person)
        )
        if message is None:
            return outbox.Sent()
        outcome = await self._posting.to_person_if_reached(tenant, person, key, message)
        if isinstance(outcome, Unreachable):
            now = services.clock.now()
            await services.database.write(lambda tx: requests.call_if_out_of_reach(tx, case_id, n, now))
        return outcome

    async def _call_back(self, payload: Mapping[str, Any]) -> Outcome:
        services, tenant, person = self._services, payload["tenant"], payload["person"]
        case_id, n = payload["case_id"], payload["n"]
        message = await services.database.read(
            lambda tx: for_partners.call_back_message(tx, services, case_id, n, tenant=tenant, person=person)
        )
        outcome: Outcome = outbox.Sent()
        if message is not None:
            key = outgoing.call_back_key(case_id, n, tenant, person)
            outcome = await self._posting.to_person_if_reached(tenant, person, key, message)
        now, directory = services.clock.now(), services.directory
        await services.database.write(
            lambda tx: call_backs.tell_another_if_needed(tx, directory, case_id, n, now)
        )
        return outcome

    async def _request_call(self, payload: Mapping[str, Any]) -> Outcome:
        case_id, n = payload["case_id"], payload["n"]
        draw = partial(for_partners.call_message, services=self._services, case_id=case_id, n=n)
        plain = partial(outgoing.request_call, n=n, named=False)
        return await self._call(payload, outgoing.request_call_key(case_id, n), draw, plain)

    async def _task_call(self, payload: Mapping[str, Any]) -> Outcome:
        case_id, agency_id, on = payload["case_id"], payload["agency_id"], payload["on"]
        draw = partial(
            for_partners.task_call_message, services=self._services, case_id=case_id, agency_id=agency_id
        )
        plain = partial(outgoing.task_call, agency_id=agency_id, on=on, named=False)
        return await self._call(payload, f"task-call:{case_id}:{agency_id}:{on}", draw, plain)

    async def _call(
        self,
        payload: Mapping[str, Any],
        key: str,
        draw: Callable[..., tuple[Activity | None, str]],
        plain: Callable[[Case], Envelope],
    ) -> Outcome:
        """A call under the case's card. Where Teams takes no mention, as of who is not in the channel, it names nobody."""
        case_id, named, database = payload["case_id"], payload.get("named", True), self._services.database
        message, hub_id = await database.read(lambda tx: draw(tx, named=named))
        if message is None:
            return outbox.Sent()
        try:
            return await self._posting.under(f"channel:{case_id}", hub_id, key, message)
        except Rejected:
            if not named:
                raise
            now = self._services.clock.now()
            await database.write(lambda tx: outbox.put(tx, [plain(cases.case_of(tx, case_id))], now))
            return outbox.Sent()

    async def _task_card(self, payload: Mapping[str, Any]) -> Outcome:
        services, tenant, person = self._services, payload["tenant"], payload["person"]
        case_id, n = payload["case_id"], payload["n"]
        message = await services.database.read(
            lambda tx: for_partners.task_message(tx, services, case_id, n, tenant=tenant, person=person)
        )
        if message is None:
            return outbox.Sent()
        key = for_partners.task_key(case_id, n, tenant, person)
        outcome = await self._posting.to_person_if_reached(tenant, person, key, message)
        if isinstance(outcome, Unreachable):
            now, directory = services.clock.now(), services.directory
            await services.database.write(
                lambda tx: calling.call_for_task_if_out_of_reach(tx, directory, case_id, n, now)
            )
        return outcome

    async def _meeting_card(self, payload: Mapping[str, Any]) -> Outcome:
        services, tenant, person = self._services, payload["tenant"], payload["person"]
        about = {"case_id": payload["case_id"], "n": payload["n"], "tenant": tenant, "person": person}
        message = await services.database.read(lambda tx: for_meetings.personal(tx, services, **about))
        if message is None:
            return outbox.Sent()
        return await self._posting.to_person(tenant, person, for_meetings.card_key(**about), message)

    async def _meeting_agenda(self, payload: Mapping[str, Any]) -> Outcome:
        services, case_id, n = self._services, payload["case_id"], payload["n"]
        message, hub_id = await services.database.read(
            lambda tx: for_meetings.agenda(tx, services, case_id, n)
        )
        if message is None:
            return outbox.Sent()
        return await self._posting.under(
            f"channel:{case_id}", hub_id, for_meetings.agenda_key(case_id, n), message
        )

    async def _refusal(self, payload: Mapping[str, Any]) -> Outcome:
        message = for_partners.refusal_message(self._services, payload)
        if message is None:
            return Refused("the agency or the hub is no longer in the configuration")
        key = for_partners.refusal_key(payload)
        return await self._posting.to_person(payload["tenant"], payload["person"], key, message)

    async def _digest(self, payload: Mapping[str, Any]) -> Outcome:
        drawn = await self._services.database.read(
            lambda tx: digest_message.digest_message(tx, self._services, payload)
        )
        if drawn.left_out:
            await self._services.database.write(
                lambda tx: digest_message.note_left_out(tx, self._services, payload, drawn)
            )
        if drawn.message is None:
            return outbox.Sent()
        key = digest_message.digest_key(payload)
        return await self._posting.to_person(payload["tenant"], payload["person"], key, drawn.message)

    async def _review(self, payload: Mapping[str, Any]) -> Outcome:
        message = await self._services.database.read(
            lambda tx: for_reviews.review_message(tx, self._services, payload)
        )
        if message is None:
            return outbox.Sent()
        return await self._posting.to_person(
            payload["tenant"], payload["person"], for_reviews.review_key(payload), message
        )

    async def _summary(self, payload: Mapping[str, Any]) -> Outcome:
        message = await self._services.database.read(
            lambda tx: for_reviews.summary_message(tx, self._services, payload)
        )
        if message is None:
            return outbox.Sent()
        return await self._posting.to_person(
            payload["tenant"], payload["person"], for_reviews.summary_key(payload), message
        )

    async def _reply(self, payload: Mapping[str, Any]) -> Outcome:
        turn = turn_of(payload)
        message = await self._reply_message(Reply(payload["reply"]), turn)
        await self._connectors.at(turn.service_url).send(turn.conversation_id, message)
        return outbox.Sent()

    async def _reply_message(self, reply: Reply, turn: Turn) -> Activity:
        services = self._services
        actor = services.directory.actor(turn.tenant, turn.person_id)
        if reply is Reply.NOT_A_HUB:
            return drawing.text_message(texts.not_a_hub(turn.channel_id))
        if actor is None:
            return drawing.text_message(texts.NOT_ON_THE_LIST)
        return await self._reply_to(Ask(services, turn, actor, services.clock.now()), reply)

    async def _reply_to(self, ask: Ask, reply: Reply) -> Activity:
        """Nothing of anybody's own belongs in a channel: there, the hub card's buttons lead to it."""
        hub = ask.services.directory.hub_of_channel(ask.turn.channel_id)
        if not ask.turn.is_personal and reply not in _FOR_ANYBODY:
            if hub is not None:
                return drawing.hub_message(ask.services, hub)
            reply = Reply.MENU
        command, summary = _REPLIES[reply]
        return drawing.answer_message(await command(ask), summary)
