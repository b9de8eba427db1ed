"""Settings on cards: whatever a card sent back, only the manager sets anything for a hub; and a digest drawn when it is sent."""

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import aiohttp
import pytest
import sqlalchemy as sa

from bot.connector import Connectors
from bot.deliveries import ToTeams
from bot.digest_message import digest_key, digest_message
from bot.turn import read_turn
from cards import texts
from osara_store import digests, schedule
from osara_store.hub_preferences import HubPreferences
from osara_store.outbox import Kind, Message, Outcome, Sent
from osara_store.preferences import hub_preferences, person_preferences
from osara_store.schedule import Occasion
from osara_store.schema import CaseState, TaskState, cases, outbox
from osara_store.schema import tasks as task_table
from tests.contract.bot.presses.house import House, shown_on
from tests.contract.bot.presses.people import DIRECTORY, HELEN, IAN, NORA, PRIYA, TOM, Someone
from tests.contract.store import test_tasks as tasking
from tests.contract.store.casework import worked
from tests.contract.store.test_requests import meet
from tests.contract.store.world import ALL, TENANT
from tests.contract.store.world import IAN as IAN_OF_THE_COUNCIL
from tests.unit.bot import activities

Press = Callable[..., str]


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = House.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def press(house: House) -> Press:
    """Send what a button carries, whether it was ever shown or not, and read what comes back."""

    def press(someone: Someone, verb: str, **data: Any) -> str:
        value = {"data": {"verb": verb, **data}, "context": {"theme": "default"}}
        activity = activities.submitted({}) | {"value": value}
        activity["from"] = {**activity["from"], "aadObjectId": someone.id}
        body: Any = house.runner.run(house.router.handle(read_turn(activity)))
        found = body["task"]["value"]
        return found if isinstance(found, str) else " | ".join(shown_on(found["card"]["content"]))

    return press


def write(house: House, work: Callable[[sa.Connection], Any]) -> Any:
    return house.runner.run(house.database.write(work))


@pytest.mark.parametrize("someone", [TOM, PRIYA, IAN, NORA], ids=repr)
def test_nobody_but_the_manager_opens_or_changes_what_a_hub_has_set(
    house: House, press: Press, someone: Someone
) -> None:
    for verb in ("hubset.open", "hubset.save"):
        said = press(someone, verb, hub="ALL", digest_at="07:30")
        assert said in {texts.refusal("not_your_part"), texts.refusal("not_this_hub")}
    assert write(house, lambda tx: hub_preferences(tx, ALL)) == HubPreferences()


def test_the_manager_changes_one_thing_and_the_rest_stays(house: House, press: Press) -> None:
    assert "Saved." in press(HELEN, "hubset.save", hub="ALL", soon_days="4")
    assert write(house, lambda tx: hub_preferences(tx, ALL)) == HubPreferences(soon_days=4)


def test_what_is_no_choice_comes_back_with_a_word_and_nothing_is_kept(house: House, press: Press) -> None:
    said = press(HELEN, "hubset.save", hub="ALL", soon_days="400", digest_at="07:30")
    assert texts.NO_LONGER_A_CHOICE in said
    assert "Saved." not in said
    assert write(house, lambda tx: hub_preferences(tx, ALL)) == HubPreferences()


def test_ones_own_settings_are_ones_own(house: House, press: Press) -> None:
    press(TOM, "mine.save", digest_at="16:00", digest="urgent", tenant=TENANT, person=PRIYA.id)

    def both(tx: sa.Connection) -> list[Any]:
        return [person_preferences(tx, TENANT, each.id).digest_at for each in (TOM, PRIYA)]

    assert write(house, both) == [time(16), None]


@pytest.mark.parametrize("verb", ["away.open", "away.save", "away.end"])
def test_a_manager_sees_nothing_of_who_is_away_in_another_hub_whatever_a_button_names(
    house: House, press: Press, verb: str
) -> None:
    said = press(HELEN, verb, hub="ALL", tenant=TENANT, person=NORA.id, first_day="2020-01-01")
    assert said == texts.refusal("not_this_hub")
    assert NORA.name not in said


# --- a digest drawn when it is sent ----------------------------------------------------------------------------------


RUN = {Occasion.DIGEST: lambda tx, due, now: digests.run(tx, DIRECTORY, due, now)}


def digest_of_ian(house: House) -> dict[str, str]:
    """Give the council a task before the bot has met Ian, and run his digest the next morning."""

    def given(tx: sa.Connection) -> None:
        tasking.add(tx, worked(tx, band="high"))
        meet(tx, IAN_OF_THE_COUNCIL)
        digests.planner(DIRECTORY)(tx, house.clock.now())

    write(house, given)
    house.clock.moment += timedelta(days=1)
    write(house, lambda tx: schedule.run_one(tx, RUN, house.clock.now()))
    rows = write(house, lambda tx: list(tx.execute(sa.select(outbox).where(outbox.c.kind == Kind.DIGEST))))
    (row,) = rows
    assert row.key == digest_key(row.payload)
    assert set(row.payload) == {"tenant", "person", "run"}
    return dict(row.payload)


def test_a_notification_tells_how_much_and_the_card_what(house: House) -> None:
    payload = digest_of_ian(house)
    message = write(house, lambda tx: digest_message(tx, house.services, payload)).message
    assert message["summary"] == "1 thing waits in 1 case"
    said = " | ".join(shown_on(message["attachments"][0]["content"]))
    assert tasking.GATE.intervention in said
    assert "Jane Roe" not in said


def test_nothing_is_sent_where_all_has_been_settled_meanwhile(house: House) -> None:
    payload = digest_of_ian(house)
    write(house, lambda tx: tx.execute(sa.update(task_table).values(state=TaskState.DONE)))
    assert write(house, lambda tx: digest_message(tx, house.services, payload)).message is None


def test_what_a_digest_left_out_is_told_by_a_later_one_if_it_comes_to_wait_again(house: House) -> None:
    payload = digest_of_ian(house)

    def set_state(state: CaseState) -> None:
        write(house, lambda tx: tx.execute(sa.update(cases).values(state=state)))

    set_state(CaseState.RETURNED)
    assert deliver(house, payload) == Sent()
    set_state(CaseState.SCANNING)
    house.clock.moment += timedelta(days=1)
    write(house, lambda tx: schedule.run_one(tx, RUN, house.clock.now()))
    found = write(house, lambda tx: list(tx.scalars(sa.select(outbox.c.payload).order_by(outbox.c.id))))
    (later,) = [each for each in found if "run" in each and each != payload]
    assert write(house, lambda tx: digest_message(tx, house.services, later)).message is not None


def deliver(house: House, payload: dict[str, str]) -> Outcome:
    """As the worker does. Teams is not there: whatever were sent would fail."""
    message = Message(1, "key", "lane", "teams/person", Kind.DIGEST, payload, 1, "lease")

    async def token() -> str:
        return "token"

    async def work() -> Outcome:
        async with aiohttp.ClientSession() as session:
            (outcome,) = await ToTeams(house.services, Connectors(session, token)).deliver([message])
            return outcome

    return house.runner.run(work())


def test_nothing_is_sent_to_who_has_left_the_directory(house: House) -> None:
    payload = digest_of_ian(house) | {"person": "00000000-0000-4000-8000-999999999999"}
    assert write(house, lambda tx: digest_message(tx, house.services, payload)).message is None
