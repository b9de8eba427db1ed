"""The monthly review of a case accepted on a 31st, over half a year: through the real programs, with a clock that travels.

Priya's agency leads, Helen manages the hub, Ruth is its inspector. In 2028 the last days of the months are Tuesday 29
February, Friday 31 March, and Sunday 30 April before the bank holiday of 1 May.
"""

import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import yaml

from tests.casework import Desk, answers_to, settled, shown, travels
from tests.driver import HELEN, PRIYA, TOM, Person, a_referral, reference_in, texts_in
from tests.running import HUBS, Hub, running_hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

RUTH = "00000000-0000-4000-8000-000000000007"
LONDON = ZoneInfo("Europe/London")
ASKED = "How is the risk now, as you see it?"
CONTINUE, CHANGE, PROPOSE = "review-continue", "review-change", "review-propose"


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2028, month, day, hour, minute, tzinfo=LONDON)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    """The demo's hubs, with agreements that hold for longer."""
    folder = tmp_path_factory.mktemp("reviews")
    file: dict[str, Any] = yaml.safe_load(HUBS.read_text())
    for agency in file["agencies"]:
        if "agreement" in agency:
            agency["agreement"] |= {"expires": "2036-03-31"}
    path = Path(folder) / "hubs.yaml"
    path.write_text(json.dumps(file, default=str))  # JSON is YAML, too
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    async with running_hub(folder, settings, hubs=path) as running:
        yield running


async def accepted(hub: Hub, number: int) -> str:
    """A case of Priya's, its risk checked, that Tom has accepted."""
    found = reference_in(await Person(hub, PRIYA).refer(a_referral(number)))
    tom = Desk(Person(hub, TOM), found)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form))
    await tom.moves("triage")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reference(hub: Hub) -> str:
    """A case of high risk, accepted on 31 January."""
    await travels(hub, at(1, 31, 10))
    found = await accepted(hub, 61)
    tom = Desk(Person(hub, TOM), found)
    form = await tom.goes("risk", "override.open")
    await tom.presses(form, "override.save", {"band": "high", "reason": "He has been seen with a knife."})
    await settled(hub)
    return found


# --- what people see -------------------------------------------------------------------------------------------------


async def cards_of(hub: Hub, person: str, *texts: str) -> list[dict[str, Any]]:
    """Every card in somebody's chat that shows all of these texts."""
    someone = Person(hub, person)
    cards = await someone.bot_cards(await someone.chat())
    return [card for card in cards if all(text in texts_in(card["card"]) for text in texts)]


async def counts(hub: Hub, *texts: str) -> list[int]:
    """How many such cards Priya and Helen have."""
    await settled(hub)
    return [len(await cards_of(hub, each, *texts)) for each in (PRIYA, HELEN)]


async def have(hub: Hub, expected: list[int], *texts: str) -> None:
    async def so_it_is() -> bool:
        return [len(await cards_of(hub, each, *texts)) for each in (PRIYA, HELEN)] == expected

    await until(so_it_is, 30, f"{expected} cards with {texts}")
    assert await counts(hub, *texts) == expected


async def presses(hub: Hub, person: str, reference: str, button: str, **inputs: str) -> Any:
    (card,) = await cards_of(hub, person, reference, ASKED)
    someone = Person(hub, person)
    return await someone.press_on(await someone.chat(), card, button, **inputs)


# --- the first month -------------------------------------------------------------------------------------------------


async def test_both_are_asked_at_nine_on_the_last_day_of_february(hub: Hub, reference: str):
    await travels(hub, at(2, 29, 8, 55))
    assert await counts(hub, reference, ASKED) == [0, 0]
    await travels(hub, at(2, 29))
    await have(hub, [1, 1], reference, ASKED)

    (card,) = await cards_of(hub, PRIYA, reference, ASKED)
    said = texts_in(card["card"])
    assert "29 February 2028" in said
    assert "Since it was accepted on 31 January 2028" in said


async def test_one_press_too_few_and_what_was_typed_is_kept(hub: Hub, reference: str):
    await presses(hub, PRIYA, reference, CONTINUE, comment="Quiet since the visit.")
    (card,) = await cards_of(hub, PRIYA, reference, "Please say how the risk is now.")
    assert "Quiet since the visit." in texts_in(card["card"])


async def test_the_lead_continues_and_the_managers_card_says_so(hub: Hub, reference: str):
    await presses(hub, PRIYA, reference, CONTINUE, comment="Quiet since the visit.", risk_now="same")
    await have(hub, [1, 1], reference, "Continue", "Priya Raman", "Quiet since the visit.")
    assert await counts(hub, ASKED) == [0, 0]

    overview = await Desk(Person(hub, HELEN), reference).opens()
    assert "next on 31 March 2028" in overview.shows


async def test_it_stands_in_the_file_and_in_sharepoint(hub: Hub, reference: str):
    file = await Desk(Person(hub, HELEN), reference).goes("file")
    assert "Quiet since the visit." in file.shows
    rows = [row["fields"] for row in await hub.items("OSARA entries")]
    said = {row["EntryText"] for row in rows if row.get("EntryKind") == "Monthly review"}
    assert said == {"Continue\nRisk: the same\nQuiet since the visit."}


# --- back on the 31st ------------------------------------------------------------------------------------------------


async def test_in_march_it_is_the_31st_again_after_the_clocks_have_changed(hub: Hub, reference: str):
    await travels(hub, at(3, 31, 8, 55))
    assert await counts(hub, reference, ASKED) == [0, 0]
    await travels(hub, at(3, 31))
    await have(hub, [1, 1], reference, ASKED)


async def test_whoever_is_second_is_told_who_was_first(hub: Hub, reference: str):
    helen = Desk(Person(hub, HELEN), reference)
    form = await helen.goes("monthly.open")
    await presses(hub, PRIYA, reference, CHANGE, risk_now="worse", comment="They are back.")
    second = await helen.presses(form, PROPOSE, {"risk_now": "better", "comment": "All done, I think."})

    assert "Priya Raman has done this review already, on 31 March 2028." in second.shows
    assert "Change the plan" in second.shows
    assert "They are back." in second.shows
    assert "All done, I think." in second.shows  # given back


async def test_who_finds_the_risk_worse_goes_on_to_check_it(hub: Hub, reference: str):
    (card,) = await cards_of(hub, PRIYA, reference, "They are back.")
    priya = Person(hub, PRIYA)
    form = shown(await priya.press_on(await priya.chat(), card, "Check the risk again"))
    assert answers_to(form)


async def test_the_manager_gets_one_summary_of_the_month(hub: Hub, reference: str):
    await travels(hub, at(4, 3))  # 1 April is a Saturday
    await have(hub, [0, 1], "Monthly reviews of Allerdale", "March 2028", "1 due, 1 done, none overdue")


# --- nobody does it --------------------------------------------------------------------------------------------------


async def reminded(hub: Hub, person: str, text: str) -> None:
    async def told() -> bool:
        return bool(await cards_of(hub, person, text))

    await until(told, 30, f"a digest with {text!r}")


async def test_a_review_that_nobody_does_is_chased_and_goes_to_manager_and_inspector(
    hub: Hub, reference: str
):
    await travels(hub, at(5, 1, 12))
    assert await counts(hub, reference, ASKED) == [0, 0]  # a Sunday, then a bank holiday
    await travels(hub, at(5, 2))
    await have(hub, [1, 1], reference, ASKED)

    await travels(hub, at(5, 9, 9))
    for person in (PRIYA, HELEN):
        await reminded(hub, person, "The monthly review has not been done")
    missed = "Nobody has done the monthly review"
    await travels(hub, at(5, 22, 12))
    assert not await cards_of(hub, HELEN, missed)
    await travels(hub, at(5, 23, 9))
    await reminded(hub, HELEN, missed)
    assert not await cards_of(hub, RUTH, missed)
    await travels(hub, at(5, 30, 9))
    await reminded(hub, RUTH, missed)


async def test_when_the_next_one_comes_the_old_prompt_acts_no_more(hub: Hub, reference: str):
    await travels(hub, at(5, 31))
    await have(hub, [1, 1], reference, "There is a newer message.")
    await have(hub, [1, 1], reference, ASKED, "31 May 2028")


# --- a standstill ----------------------------------------------------------------------------------------------------


async def test_after_six_weeks_down_there_is_one_prompt(hub: Hub, reference: str):
    await presses(hub, PRIYA, reference, CONTINUE, risk_now="same")
    await settled(hub)
    await hub.kill_bot()
    await hub.start_bot()
    await travels(hub, at(8, 2, 11))

    await have(hub, [1, 1], reference, ASKED, "31 July 2028")
    assert await counts(hub, reference, "30 June 2028", ASKED) == [0, 0]
    await hub.kill_bot()
    await hub.start_bot()
    await travels(hub, at(8, 2, 12))
    assert await counts(hub, reference, ASKED) == [1, 1]


async def test_a_case_that_ends_falls_silent(hub: Hub, reference: str):
    helen = Desk(Person(hub, HELEN), reference)
    form = await helen.goes("manage.open", "Void")
    await helen.presses(form, "move.do", {"reason": "Entered twice."})

    await have(hub, [0, 0], ASKED)
    await have(hub, [0, 0], "They are back.")
    await travels(hub, at(8, 31, 12) + timedelta(days=1))
    assert await counts(hub, ASKED) == [0, 0]


async def test_what_was_missed_in_several_cases_comes_in_one_message(hub: Hub):
    await travels(hub, at(9, 4, 10))
    references = [await accepted(hub, number) for number in (62, 63, 64)]
    await settled(hub)
    await hub.kill_bot()
    await hub.start_bot()
    await travels(hub, at(11, 20, 10))

    await have(hub, [1, 1], "Monthly reviews", *references, "3 reviews wait for you.")
    assert await counts(hub, ASKED) == [0, 0]
    (card,) = await cards_of(hub, PRIYA, "3 reviews wait for you.")
    priya = Person(hub, PRIYA)
    form = shown(await priya.press_on(await priya.chat(), card, f"review-{references[1]}"))
    shown(await priya.press(form, CONTINUE, {"risk_now": "same"}))
    await have(hub, [1, 1], "2 reviews wait for you.", "Done by Priya Raman: Continue")
