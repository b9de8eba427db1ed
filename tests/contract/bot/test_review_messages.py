"""What stands in somebody's chat about monthly reviews: drawn when it is sent, and only what they may see then."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from bot import for_reviews
from bot.occasions import handlers, planners
from bot.services import Services
from bot.worker import Bell
from cards import texts_reviews
from osara_store import conversations, leading, restricting, schedule
from osara_store.case_file import Access, CaseFile
from osara_store.clock import SettableClock
from osara_store.database import Database
from osara_store.directory import Actor, Directory
from osara_store.schema import CaseState, review_prompts
from tests.contract.store.casework import about, set_case
from tests.contract.store.test_reviews import APRIL, MAY, accepted, complete, meet, runs
from tests.contract.store.world import ALL, DIRECTORY, HELEN, PRIYA, RUTH, TENANT, TOM, hubs_file
from tests.driver import buttons_in, texts_in

T = TypeVar("T")
SECRET = "12 High Street"


@dataclass
class Chat:
    """The messages of one hub, as they would be drawn now."""

    database: Database
    services: Services

    async def do(self, work: Callable[[Connection], T]) -> T:
        return await self.database.write(work)

    async def told(self, someone: Actor, when: datetime = APRIL) -> dict[str, Any] | None:
        payload = {
            "hub_id": "ALL",
            "day": ALL.today(when).isoformat(),
            "tenant": someone.tenant,
            "person": someone.object_id,
        }
        return await self.do(lambda tx: for_reviews.review_message(tx, self.services, payload))

    async def shows(self, someone: Actor, when: datetime = APRIL) -> str:
        message = await self.told(someone, when)
        assert message is not None
        return texts_in(message["attachments"][0]["content"])

    async def stands(self, someone: Actor, when: datetime = APRIL) -> None:
        """The message has been posted."""
        key = f"review:ALL:{ALL.today(when)}:{someone.tenant}:{someone.object_id}"
        await self.do(
            lambda tx: conversations.note_posted(
                tx, key, conversation_id="a:1", service_url="https://t/", activity_id="1", now=when
            )
        )


@pytest.fixture
def chat(database: Database) -> Chat:
    return _chat(database, DIRECTORY, APRIL)


def _chat(database: Database, directory: Directory, now: datetime) -> Chat:
    clock = SettableClock()
    clock.set(now)
    return Chat(database, Services(directory, database, clock, Bell().ring))


def asked(tx: Connection) -> CaseFile:
    file = accepted(tx)
    runs(tx, APRIL)
    return file


async def test_one_review_is_asked_for_as_a_form_with_what_to_know_the_case_by(chat: Chat):
    file = await chat.do(asked)
    message = await chat.told(PRIYA)

    assert message is not None
    assert message["summary"] == f"{file.case.reference}: monthly review"
    shown = await chat.shows(PRIYA)
    assert SECRET in shown
    assert texts_reviews.RISK_NOW in shown


async def test_several_of_one_day_are_a_list_and_what_is_done_says_who_did_it(chat: Chat):
    files = await chat.do(lambda tx: [accepted(tx) for _ in range(3)])
    await chat.do(lambda tx: runs(tx, APRIL))
    await chat.do(lambda tx: complete(tx, files[1]))
    message = await chat.told(HELEN)

    assert message is not None
    card = message["attachments"][0]["content"]
    assert message["summary"] == "2 monthly reviews"
    assert [button.title for button in buttons_in(card)].count(texts_reviews.DO) == 2
    assert all(file.case.reference in texts_in(card) for file in files)
    assert "Done by Priya Raman: Continue" in texts_in(card)
    assert SECRET not in texts_in(card)


async def test_where_somebody_has_done_it_the_other_ones_message_says_so(chat: Chat):
    file = await chat.do(asked)
    await chat.do(lambda tx: complete(tx, file, comment="Quiet."))
    shown = await chat.shows(HELEN)

    assert "Priya Raman" in shown
    assert "Quiet." in shown
    assert texts_reviews.RISK_NOW not in shown


async def test_when_the_next_one_comes_the_old_message_has_nothing_left(chat: Chat):
    file = await chat.do(asked)
    await chat.stands(PRIYA)
    await chat.do(lambda tx: runs(tx, MAY))
    assert (await chat.shows(PRIYA)).splitlines() == [file.case.reference, texts_reviews.LAPSED]


@pytest.mark.parametrize("change", ["ended", "restricted", "led by another"])
async def test_what_stands_loses_its_content_and_what_does_not_is_never_sent(chat: Chat, change: str):
    file = await chat.do(asked)

    def happens(tx: Connection) -> None:
        if change == "ended":
            set_case(tx, file.case.id, state=CaseState.CLOSED)
        elif change == "restricted":
            people = [Access(TENANT, each.object_id, each.name) for each in (TOM, RUTH)]
            restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=APRIL)
        else:
            leading.change_lead(tx, **about(file, TOM), directory=DIRECTORY, agency_id="police", now=APRIL)

    await chat.do(happens)
    assert await chat.told(PRIYA) is None
    await chat.stands(PRIYA)
    shown = await chat.shows(PRIYA)
    assert shown.splitlines()[0] == file.case.reference
    assert len(shown.splitlines()) == 2


async def test_nothing_goes_to_an_agency_whose_agreement_ran_out_since(database: Database):
    outdated = hubs_file()
    outdated["agencies"][0]["agreement"]["expires"] = "2026-04-03"
    later = _chat(database, Directory.model_validate(outdated), APRIL + timedelta(days=2))
    await later.do(asked)

    assert await later.told(PRIYA) is None
    assert "no sharing agreement in date" in await later.shows(HELEN)


async def test_whoever_left_the_configuration_is_told_nothing(database: Database):
    without = hubs_file()
    without["people"] = [each for each in without["people"] if each["id"] != PRIYA.object_id]
    later = _chat(database, Directory.model_validate(without), APRIL)
    await later.do(asked)
    assert await later.told(PRIYA) is None


async def test_the_bot_plans_and_runs_reviews_and_summaries(chat: Chat):
    await chat.do(lambda tx: meet(tx, HELEN))
    file = await chat.do(accepted)

    def a_day(tx: Connection) -> set[str]:
        for planner in planners(chat.services):
            planner(tx, APRIL)
        while schedule.run_one(tx, handlers(chat.services), APRIL):
            pass
        return {f"{row.occasion} {row.subject}" for row in schedule.due_rows(tx, limit=500)}

    planned = await chat.do(a_day)
    assert f"review {file.case.id}" in planned
    assert f"summary ALL:{TENANT}:{HELEN.object_id}" in planned
    assert texts_reviews.RISK_NOW in await chat.shows(HELEN)


async def test_the_summary_goes_to_who_manages_the_hub_and_to_nobody_else(chat: Chat):
    await chat.do(asked)
    payload = {"hub_id": "ALL", "month": "2026-04", "tenant": TENANT, "person": HELEN.object_id}
    drawn = await chat.do(lambda tx: for_reviews.summary_message(tx, chat.services, payload))
    assert drawn is not None
    shown = texts_in(drawn["attachments"][0]["content"])
    assert "April 2026" in shown
    assert "Northshore Homes\n1 due, 0 done, 1 overdue" in shown

    payload["person"] = PRIYA.object_id
    assert await chat.do(lambda tx: for_reviews.summary_message(tx, chat.services, payload)) is None


async def test_a_message_of_which_everything_was_handed_over_says_so_and_shows_nothing(chat: Chat):
    await chat.do(asked)
    await chat.stands(PRIYA)
    await chat.do(lambda tx: tx.execute(sa.delete(review_prompts)))
    assert (await chat.shows(PRIYA)).splitlines() == [texts_reviews.TITLE, texts_reviews.NOT_YOURS]


async def test_whoever_is_on_the_list_of_a_restricted_case_goes_on_seeing_it(chat: Chat):
    file = await chat.do(asked)
    people = [Access(TENANT, each.object_id, each.name) for each in (TOM, PRIYA)]
    await chat.do(
        lambda tx: restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=APRIL)
    )
    assert SECRET in await chat.shows(PRIYA)
    assert await chat.told(HELEN) is None
