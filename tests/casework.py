"""Work on a case as people do it: from the card in the channel, from page to page, pressing only what is shown."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.driver import CardButton, Dialog, Person, buttons_in, texts_in, typed_values
from tests.running import Hub, until


@dataclass(frozen=True)
class Desk:
    """One person with one case in front of them."""

    person: Person
    reference: str

    @property
    def hub(self) -> Hub:
        return self.person.hub

    async def channel_card(self, text: str = "") -> tuple[str, dict[str, Any]]:
        """The case's card in the channel, once it shows the text."""
        channel = await self.person.channel(self.reference.split("-")[0])

        async def found() -> Any:
            cards = await self.person.bot_cards(channel)
            own = [each for each in cards if self.reference in texts_in(each["card"])]
            return next((each for each in own if text in texts_in(each["card"])), None)

        return channel, await until(found, 20, f"a channel card of {self.reference} with {text!r}")

    async def opens(self) -> Dialog:
        """Open the case from its card in the channel."""
        channel, card = await self.channel_card()
        return shown(await self.person.press_on(channel, card, "Open the case"))

    async def presses(
        self, dialog: Dialog, action: str, inputs: dict[str, str] | None = None, **more: Any
    ) -> Dialog:
        return shown(await self.person.press(dialog, action, inputs, **more))

    async def goes(self, *actions: str) -> Dialog:
        """From the overview through these buttons."""
        dialog = await self.opens()
        for action in actions:
            dialog = await self.presses(dialog, action)
        return dialog

    async def moves(self, move: str, reason: str = "", **inputs: str) -> Dialog:
        """Make a move from the overview; the form's own button has the same name as the door to it."""
        dialog = await self.goes(f"move-{move}")
        return await self.presses(dialog, "move.do", {**({"reason": reason} if reason else {}), **inputs})

    async def fills(self, stage: str, page: dict[str, str], part: str = "") -> Dialog:
        """Write a page of a stage and save it; without its fields on the first page, go on to the one that has them."""
        dialog = await self.goes(f"stage-{stage}")
        return await self.presses(dialog, "stage.save", page)

    def buttons(self, dialog: Dialog) -> list[CardButton]:
        return buttons_in(dialog.card)

    async def fills_part(self, stage: str, page: dict[str, str]) -> Dialog:
        """Write a page of a stage of several pages: leaf on, saving what stands there, to the one that has these fields."""
        dialog = await self.goes(f"stage-{stage}")
        wanted, leaf = next(iter(page)), "save_and_go_back"
        for _ in range(6):
            if wanted in typed_values(dialog.card):
                return await self.presses(dialog, "stage.save", page)
            if leaf not in [button.id for button in self.buttons(dialog)]:
                leaf = "save_and_go_on"
            dialog = await self.presses(dialog, leaf, typed_values(dialog.card))
        raise AssertionError(f"no page of {stage} asks for {wanted}")

    async def writes_note(self, text: str, grade: str = "fact", stage: str = "scanning") -> Dialog:
        form = await self.goes("note.open")
        return await self.presses(form, "note.save", {"text": text, "grade": grade, "stage": stage})

    async def asks(self, reason: str, *agencies: str) -> Dialog:
        """Ask these partners what they know."""
        form = await self.goes("request.open")
        return await self.presses(form, "request.ask", {"reason": reason, "agencies": ",".join(agencies)})

    async def adds_task(self, task: dict[str, str]) -> Dialog:
        form = await self.goes("tasks.open", "add")
        return await self.presses(form, "task.save", task)

    async def records_task(self, n: int, state: str, outcome: str) -> Dialog:
        form = await self.goes("tasks.open", f"record-{n}")
        return await self.presses(form, "task.record", {"state": state, "outcome": outcome})

    async def state(self) -> str:
        return (await self.opens()).shows


def shown(outcome: Any) -> Dialog:
    """A dialog; anything else is a failure that says what came instead."""
    assert isinstance(outcome, Dialog), outcome
    return outcome


async def travels(hub: Hub, moment: datetime) -> None:
    """Move the bot's clock."""
    async with hub.session.post(hub.bot_url + "/dev/clock", json={"now": moment.isoformat()}) as answer:
        assert answer.status == 200, await answer.text()


async def settled(hub: Hub) -> None:
    """Wait until no message waits for Graph or Teams any more."""

    async def quiet() -> bool:
        async with hub.session.get(hub.bot_url + "/metrics") as answer:
            page = await answer.text()
        waiting = [
            line for line in page.splitlines() if line.startswith("hub_outbox") and 'state="waiting"' in line
        ]
        return all(line.rsplit(" ", 1)[1] in {"0", "0.0"} for line in waiting)

    await until(quiet, 60, "the outbox to be empty")


# --- what people write -----------------------------------------------------------------------------------------------


def answers_to(form: Dialog, *, weekly: bool = False) -> dict[str, str]:
    """The mildest answers to whatever the questionnaire asks: no danger, nothing bad, once a week if so."""
    answers = {}
    for question in inputs_in(form.card):
        offered = [choice["value"] for choice in question.get("choices", [])]
        answers[question["id"]] = "no" if "no" in offered else offered[0]
        if weekly and "weekly" in offered:
            answers[question["id"]] = "weekly"
    return answers


def inputs_in(card: Any) -> list[dict[str, Any]]:
    """Every input of a card, in the order in which they stand."""
    if isinstance(card, list):
        return [each for part in card for each in inputs_in(part)]
    if not isinstance(card, dict):
        return []
    own = [card] if str(card.get("type", "")).startswith("Input.") else []
    return own + [each for part in card.values() for each in inputs_in(part)]


def objective(today: date) -> dict[str, str]:
    return {
        "different": "People walk through the yard at night without being shouted at.",
        "objective_kind": "reduce",
        "measure": "Calls a month about the yard",
        "baseline": "14",
        "baseline_period": "The four weeks before the referral",
        "target": "4",
        "target_date": (today + timedelta(days=200)).isoformat(),
    }


def scanning(today: date) -> dict[str, str]:
    return {
        "statement": "Groups of up to eight gather in the yard after dark and shout at passers-by.",
        "statement_grade": "fact",
        "sources": "Police: 9 calls\nLandlord: 5 complaints",
        "how_often": "Three evenings a week, Fridays worst",
        "period_from": (today - timedelta(days=30)).isoformat(),
        "period_to": today.isoformat(),
        "who_is_affected": "Six households and the night staff of the shop.",
        "repeat_check": "repeat_place",
        "earlier_cases": "The same yard three years ago.",
        "community_voice": "Residents: light the yard; do not move them on to the park.",
    }


def analysis(hypothesis: str = "The open yard draws them.") -> tuple[dict[str, str], ...]:
    picture = {
        "who": "Five to eight young adults.",
        "what": "Shouting, loud music, litter.",
        "where": "The loading bay behind the shop.",
        "when": "After nine, Fridays worst, never in the rain.",
        "why": "It is dry and nobody looks in.",
        "how": "They come through the gap beside the gate.",
        "tried": "Two letters; patrols in June.",
    }
    triangle = {
        "victim_features": "Residents have no other way home.",
        "victim_guardian": "No warden since spring.",
        "offender_features": "They know each other from the college.",
        "offender_handler": "The college has not been asked.",
        "location_features": "Dark, dry and open.",
        "location_manager": "The shop's owner lives far away.",
    }
    found = {
        "hypothesis": hypothesis,
        "hypothesis_grade": "assessment",
        "evidence_for": "Nobody gathers where the lamps are.",
        "evidence_against": "Two calls came from the lit side.",
    }
    return picture, triangle, found


def a_task(due: date, agency: str, intervention: str, side: str = "location") -> dict[str, str]:
    return {
        "intervention": intervention,
        "side": side,
        "agency_id": agency,
        "owner": "Duty officer",
        "due_on": due.isoformat(),
        "power": "none",
        "term": "long",
        "rationale": "It takes away what draws them.",
        "proportionality": "Nobody is stopped from passing.",
    }


def assessment(value: str, decision: str) -> dict[str, str]:
    return {
        "measure_value": value,
        "same_period": "12 in the same weeks of last year.",
        "victim_view": "The household at number one sleeps better.",
        "displacement": "Nothing new in the park.",
        "costs": "Gate 640 pounds, officers 14 hours.",
        "worked": "The planting.",
        "decision": decision,
    }
