"""Several people at one case, or kept from it: through the real programs, pressing only what a card shows."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from tests.casework import Desk, answers_to, inputs_in, objective, settled, shown, travels
from tests.driver import (
    DEV,
    HELEN,
    LEAH,
    PRIYA,
    TOM,
    Dialog,
    Person,
    a_referral,
    buttons_in,
    page_one,
    page_two,
    reference_in,
    texts_in,
    typed_values,
)
from tests.running import Hub, running_hub, until

UNSIGNED = "00000000-0000-4000-8000-000000000039"  # of an agency that has not signed the agreement

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    settings = {"HUB_DANGEROUSLY_SETTABLE_CLOCK": "on"}
    async with running_hub(tmp_path_factory.mktemp("several"), settings) as running:
        yield running


async def referred(hub: Hub, number: int, **changes: str) -> str:
    return reference_in(await Person(hub, PRIYA).refer(a_referral(number, **changes)))


async def triaged(hub: Hub, number: int) -> str:
    reference = await referred(hub, number)
    await accepts(Desk(Person(hub, TOM), reference))
    return reference


async def accepts(desk: Desk) -> None:
    form = await desk.goes("risk", "ask")
    await desk.presses(form, "risk.save", answers_to(form))
    await desk.moves("triage")


async def test_who_saves_second_sees_both_texts_and_nothing_is_lost(hub: Hub):
    reference = await triaged(hub, 101)
    priya, tom = (Desk(Person(hub, each), reference) for each in (PRIYA, TOM))
    first, second = await priya.goes("stage-objective"), await tom.goes("stage-objective")
    await priya.presses(
        first, "stage.save", objective(datetime.now(UTC).date()) | {"measure": "Calls to the landlord"}
    )
    asked = await tom.presses(second, "stage.save", {"measure": "Calls to the police"})
    assert "Calls to the landlord" in asked.shows
    assert "Calls to the police" in asked.shows
    assert "Priya Raman" in asked.shows

    # Until somebody chooses, what stood first stands; the other text waits in the file, for everybody to see.
    assert "Calls to the landlord" in (await priya.goes("stage-objective")).shows
    assert "Calls to the police" in (await priya.goes("file")).shows
    chosen = await tom.presses(
        asked, "stage.choose", {"measure_choice": "own", "measure": "Calls to police or landlord"}
    )
    assert "Calls to police or landlord" in typed_values(chosen.card)["measure"]
    whole = (await priya.goes("file")).shows
    assert "Calls to police or landlord" in whole


async def test_two_people_who_write_in_different_fields_do_not_meet(hub: Hub):
    reference = await triaged(hub, 102)
    priya, tom = (Desk(Person(hub, each), reference) for each in (PRIYA, TOM))
    first, second = await priya.goes("stage-objective"), await tom.goes("stage-objective")
    await priya.presses(first, "stage.save", {"measure": "Calls"})
    saved = await tom.presses(second, "stage.save", {"baseline": "14"})
    values = typed_values(saved.card)
    assert (values["measure"], values["baseline"]) == ("Calls", "14")


async def test_a_stale_card_never_acts_and_shows_what_is_true_now(hub: Hub):
    reference = await triaged(hub, 103)
    tom, helen = (Desk(Person(hub, each), reference) for each in (TOM, HELEN))
    old = await helen.goes("move-scan")
    await tom.moves("scan")
    now = await helen.presses(old, "move.do")
    assert "had changed" in now.shows
    assert "Scanning" in now.shows
    history = (await tom.goes("history")).shows
    assert history.count("Begin scanning") == 1


async def test_a_reason_typed_on_a_stale_card_is_given_back(hub: Hub):
    reference = await triaged(hub, 104)
    tom, helen = (Desk(Person(hub, each), reference) for each in (TOM, HELEN))
    old = await helen.goes("move-signpost")
    await tom.moves("scan")
    back = await helen.presses(old, "move.do", {"reason": "The noise team can measure it."})
    assert "The noise team can measure it." in typed_values(back.card).values()


async def test_a_returned_referral_is_sent_again_from_the_receipt(hub: Hub):
    reference = await referred(hub, 105)
    tom, priya = Desk(Person(hub, TOM), reference), Person(hub, PRIYA)
    await tom.moves("return", "Which nights was it?")
    chat = await priya.chat()

    async def asked() -> Any:
        card = await priya.card_with(chat, reference)
        return card if "Which nights was it?" in texts_in(card["card"]) else None

    receipt = await until(asked, 20, "the receipt to ask")
    form = shown(await priya.press_on(chat, receipt, "Send it again"))
    await priya.press(form, "move.do", {"reason": "Friday nights, mostly."})
    assert "Friday nights, mostly." in (await tom.goes("history")).shows


async def test_somebody_of_another_hub_and_an_agency_without_an_agreement_see_nothing(hub: Hub):
    reference = await referred(hub, 106)
    unsigned = Person(hub, UNSIGNED)
    tom = Person(hub, TOM)
    dialog = await Desk(tom, reference).opens()
    for stranger in (Person(hub, LEAH), unsigned):
        found = await stranger.search("Quayside Yard 106")
        assert reference not in found.shows
        assert "Quayside" not in found.shows
    channel, card = await Desk(unsigned, reference).channel_card()
    refused = await unsigned.press_on(channel, card, "Open the case")
    assert "agreement" in str(refused)
    assert "Quayside" not in str(refused)
    assert "Quayside" in dialog.shows


async def test_a_restricted_case_opens_for_its_list_and_is_a_number_for_everybody_else(hub: Hub):
    reference = await triaged(hub, 107)
    tom, helen = Desk(Person(hub, TOM), reference), Person(hub, HELEN)
    form = await tom.goes("manage.open", "access.open")
    only_tom = next(
        choice["value"]
        for part in inputs_in(form.card)
        for choice in part.get("choices", [])
        if TOM in choice["value"]
    )
    await tom.presses(form, "access.save", {"people": only_tom, "reason": "It concerns a colleague."})
    await settled(hub)

    found = await helen.search("Quayside Yard 107")
    assert reference not in found.shows
    assert "1 restricted match, ask the coordinator" in found.shows
    channel, card = await tom.channel_card("restricted")
    assert "Noise" not in texts_in(card["card"])
    refused = await helen.press_on(channel, card, "Open the case")
    assert "named people" in str(refused)
    assert "Quayside" in (await tom.opens()).shows

    open_rows = (
        str(await hub.items("Cases")) + str(await hub.items("OSARA entries")) + str(await hub.items("People"))
    )
    assert reference not in open_rows
    assert reference in str(await hub.items("Restricted Cases"))


async def test_a_search_from_a_message_sends_a_card_that_everybody_may_see(hub: Hub):
    reference = await triaged(hub, 108)
    tom = Person(hub, TOM)
    channel = await tom.channel("ALL")
    found = await tom.search("visitor unknown108", conversation=channel)
    assert reference in found.shows
    await tom.insert(found[0], channel)
    sent = (await Person(hub, DEV).messages(channel))[-1]
    shown_to_all = texts_in(sent["card"])
    assert reference in shown_to_all
    for private in ("Quayside", "Unknown108", "Priya"):
        assert private not in shown_to_all


async def test_the_search_dialog_finds_by_place_category_person_and_part_of_the_reference(hub: Hub):
    reference = await referred(hub, 109)
    dev = Person(hub, DEV)
    for term in ("quayside yard 109", "resident number109", reference[4:], f"noise {reference}"):
        channel, card = await dev.hub_card()
        asked = shown(await dev.press_on(channel, card, "Find a case"))
        found = shown(await dev.press(asked, "search.do", {"term": term}))
        assert reference in found.shows, term
        opened = shown(await dev.press(found, f"open-{reference}"))
        assert "Quayside Yard 109" in opened.shows


async def test_the_channels_card_offers_its_next_step_to_whoever_may_take_it(hub: Hub):
    reference = await referred(hub, 110)
    tom, dev = Person(hub, TOM), Person(hub, DEV)
    channel, card = await Desk(tom, reference).channel_card()
    for person, offered in ((tom, True), (dev, False)):
        seen = await person.refresh(channel, card)
        titles = [button.title for button in buttons_in(seen["card"])]
        assert ("Check the risk" in titles) is offered
        assert "Open the case" in titles


async def test_merged_cases_answer_to_both_references(hub: Hub):
    keeps, goes = await triaged(hub, 111), await triaged(hub, 112)
    await Desk(Person(hub, TOM), goes).fills("objective", {"measure": "Calls of the old case"})
    helen = Desk(Person(hub, HELEN), goes)
    form = await helen.goes("manage.open", "open-merge")
    merged = await helen.presses(form, "move.do", {"into": keeps, "reason": "The same yard."})
    assert keeps in merged.shows
    found = await Person(hub, TOM).search(goes)
    assert goes in found.shows
    old = await Desk(Person(hub, TOM), keeps).goes(f"old-{goes}")
    assert "Calls of the old case" in old.shows
    people = (await Desk(Person(hub, TOM), keeps).goes("people.open")).shows
    assert "Resident Number111" in people
    assert "Resident Number112" in people


async def test_a_third_report_of_one_victim_prompts_the_case_review(hub: Hub):
    victim = "Edith Example113, neighbour"
    for number in (113, 114, 115):
        sent = await refers_anyway(Person(hub, PRIYA), a_referral(number, affected=victim))
        reference = reference_in(sent)
    overview = await Desk(Person(hub, TOM), reference).opens()
    assert "Case Review" in overview.shows
    told = await Desk(Person(hub, TOM), reference).presses(overview, "review.explained")
    assert "explained" in told.shows.lower()


async def refers_anyway(person: Person, values: dict[str, str]) -> Dialog:
    dialog = await person.press(await person.open_form(), "Next", page_one(values))
    dialog = await person.press(dialog, "Send", page_two(values))
    if "Send as new" in dialog.shows or "looks alike" in dialog.shows or "look alike" in dialog.shows:
        dialog = await person.press(dialog, "refer.send_anyway")
    return shown(dialog)


async def test_a_case_that_ended_is_reviewed_when_its_day_comes_and_erased_only_on_a_second_word(hub: Hub):
    reference = await referred(hub, 116)
    await Desk(Person(hub, TOM), reference).moves("signpost", "The noise team can measure it.")
    await settled(hub)
    await travels(hub, datetime.now(UTC) + timedelta(days=7 * 366))
    helen = Person(hub, HELEN)
    await helen.says("retention")
    queue = await helen.card_with(await helen.chat(), "Retention reviews")
    outcome = await helen.press_on(await helen.chat(), queue, f"review-{reference}")
    review = (
        await helen.card_with(await helen.chat(), "What is to happen?")
        if outcome["kind"] == "card"
        else outcome
    )
    decided = {"decision": "erase", "reason": "Its time has come."}
    asked = await helen.press_on(await helen.chat(), review, "retention.decide", **decided)
    assert "for good" in texts_in(asked["card"])
    assert "Quayside" in str(await hub.items("Cases"))
    standing = await helen.card_with(await helen.chat(), "Erase for good")
    await helen.press_on(await helen.chat(), standing, "retention.decide", reason=decided["reason"])
    await settled(hub)

    async def blank() -> bool:
        rows = [row["fields"] for row in await hub.items("Cases") if reference in str(row)]
        return "Quayside Yard 116" not in str(rows)

    await until(blank, 20, "the case to be blank in SharePoint")
