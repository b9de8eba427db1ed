"""The hub asks Allerdale's partners what they know: through the real programs, pressing only what a card shows.

The nineteen partners of the demo, one of them unsigned, and a twentieth that leads the case.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from osara_store import policy
from osara_store.directory import Directory
from osara_store.policy import Action
from osara_store.schema import CaseState
from tests.casework import Desk, answers_to, inputs_in, settled, shown
from tests.driver import (
    HELEN,
    TOM,
    Dialog,
    Person,
    a_referral,
    buttons_in,
    reference_in,
    texts_in,
    typed_values,
)
from tests.running import HUBS, Hub, running_hub, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNSIGNED = "seaward-youth"
OWEN = "00000000-0000-4000-8000-000000000039"  # of the unsigned agency
LEADING = "moss-bay-homes"
WENDY = "00000000-0000-4000-8000-000000000077"
VIC = "00000000-0000-4000-8000-000000000078"  # of Shopwatch, with an account in another tenant
ELSEWHERE = "00000000-0000-4000-8000-0000000000a2"
NADIA = "00000000-0000-4000-8000-000000000024"
RITA = "00000000-0000-4000-8000-000000000040"
WHY = "Zebrafinch: who else knows the household?"

# Words that stand in this case alone: wherever one of them is seen, somebody has been told of it.
SECRETS = ("Quokkastone", "Wombatsen", "Numbatsky", "Zebrafinch")
MATTER = {
    "where": "9 Quokkastone Row, Workington",
    "what": "Shouting in the stairwell. Mrs Wombatsen has heard it every night.",
    "affected": "Ada Wombatsen, number 9",
    "involved": "Lev Numbatsky, number 7",
}


def hubs_file() -> dict[str, Any]:
    """The demo's file, with every agreement renewed but the one that was never signed, and one agency more."""
    file: dict[str, Any] = yaml.safe_load(HUBS.read_text())
    agreement = {"version": "2026.1", "signed": "2026-01-12", "expires": "2036-03-31"}
    for agency in file["agencies"]:
        if "agreement" in agency:
            agency["agreement"] = agreement
    file["agencies"].append(
        {"id": LEADING, "name": "Moss Bay Homes", "sector": "housing", "agreement": agreement}
    )
    allerdale = next(hub for hub in file["hubs"] if hub["id"] == "ALL")
    allerdale["agencies"].append(LEADING)
    file["people"].append(
        {"id": WENDY, "name": "Wendy Platt", "upn": "wendy@hubs.example", "agency": LEADING}
    )
    file["tenants"].append({"id": ELSEWHERE, "name": "Shopwatch", "domain": "shopwatch.example"})
    vic = {"id": VIC, "name": "Vic Toring", "upn": "vic@shopwatch.example", "agency": "shopwatch"}
    file["people"].append({**vic, "tenant": ELSEWHERE})
    next(agency for agency in file["agencies"] if agency["id"] == "shopwatch")["deputy"] = VIC
    return file


FILE = hubs_file()
DIRECTORY = Directory.model_validate(FILE)
TENANT = FILE["tenants"][0]["id"]
PARTNERS = next(hub for hub in FILE["hubs"] if hub["id"] == "ALL")["agencies"]
AGENCY = {agency["id"]: agency for agency in FILE["agencies"]}
PEOPLE = {person["id"]: person for person in FILE["people"]}
ASKED = [agency for agency in PARTNERS if agency not in {UNSIGNED, LEADING}]
SILENT = ("westfield-school", "shopwatch")
KNOWS, HAS_A_PART = "northshore-homes", "open-door"
NIL = [agency for agency in ASKED if agency not in {*SILENT, KNOWS, HAS_A_PART}]


@dataclass(frozen=True)
class Facts:
    """As much of the case as the policy looks at."""

    hub_id: str = "ALL"
    state: CaseState = CaseState.SHARING
    agency_id: str = LEADING
    lead_agency_id: str = LEADING
    restricted: bool = False


def may_read(person: str) -> bool:
    """What the policy says of somebody and this case."""
    actor = DIRECTORY.actor(PEOPLE[person].get("tenant", TENANT), person)
    allerdale = DIRECTORY.hub("ALL")
    assert actor is not None
    assert allerdale is not None
    today = allerdale.today(datetime.now(UTC))
    return policy.may(actor, Action.READ_CASE, allerdale, case=Facts(), on=today).allowed


def people_of(agency: str) -> list[str]:
    return [person["id"] for person in FILE["people"] if person["agency"] == agency]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("asking")
    path = Path(folder) / "hubs.yaml"
    path.write_text(json.dumps(FILE, default=str))  # JSON is YAML, too
    async with running_hub(folder, {"HUB_ALLOWED_TENANTS": f"{TENANT},{ELSEWHERE}"}, hubs=path) as running:
        yield running


# --- what people see -------------------------------------------------------------------------------------------------


async def conversations_of(person: Person) -> list[str]:
    places = await person.places()
    channels = [channel["id"] for team in places["teams"] for channel in team["channels"]]
    return [*channels, *(chat["id"] for chat in places["chats"])]


async def told(person: Person) -> set[str]:
    """The case's own words in everything of the bot's that stands anywhere for this person to read."""
    seen = [
        json.dumps(message)
        for place in await conversations_of(person)
        for message in await person.messages(place)
        if message["from"]["bot"]
    ]
    return {secret for secret in SECRETS if any(secret in message for message in seen)}


async def who_was_told(hub: Hub) -> dict[str, set[str]]:
    """Everybody of every hub who can read something of the case in a message, and what."""
    found = {each: await told(Person(hub, each)) for each in PEOPLE}
    return {each: secrets for each, secrets in found.items() if secrets}


async def question_of(person: Person, reference: str) -> tuple[str, dict[str, Any]] | None:
    """The card that asks this person about the case, if one does."""
    chat = await person.chat()
    cards = [card for card in await person.bot_cards(chat) if reference in texts_in(card["card"])]
    asking = [card for card in cards if "What do you know about this?" in texts_in(card["card"])]
    return (chat, asking[-1]) if asking else None


async def asked_of(hub: Hub, agency: str, reference: str) -> tuple[Person, str, dict[str, Any]]:
    """Whoever of the agency was asked, with their card."""
    for each in people_of(agency):
        found = await question_of(Person(hub, each), reference)
        if found:
            return Person(hub, each), *found
    raise AssertionError(f"nobody of {agency} was asked")


async def answers(hub: Hub, agency: str, reference: str, button: str) -> Person:
    person, chat, card = await asked_of(hub, agency, reference)
    await person.press_on(chat, card, button)
    return person


# --- the story -------------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def reference(hub: Hub) -> str:
    """A case that Wendy's agency leads, accepted by Tom. Of Shopwatch, nobody has the app."""
    await hub.post("/client/uninstall", {"as": RITA, "where": "personal"})
    found = reference_in(await Person(hub, WENDY).refer(a_referral(1, **MATTER)))
    tom = Desk(Person(hub, TOM), found)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form))
    await tom.moves("triage")
    return found


async def test_only_agencies_that_may_be_asked_are_on_offer_the_likely_ones_ticked(hub: Hub, reference: str):
    form = await Desk(Person(hub, TOM), reference).goes("request.open")
    (asked,) = [each for each in inputs_in(form.card) if each["id"] == "agencies"]

    assert sorted(choice["value"] for choice in asked["choices"]) == sorted(ASKED)
    ticked = asked["value"].split(",")
    assert {AGENCY[agency]["sector"] for agency in ticked} == {"housing", "council"}  # it is noise
    assert "Open Door Allerdale (2 people can read the case)" in form.shows


async def test_an_agency_without_an_agreement_cannot_be_asked_whatever_comes_back(hub: Hub, reference: str):
    tom = Desk(Person(hub, TOM), reference)
    form = await tom.goes("request.open")
    again = await tom.presses(
        form,
        "request.ask",
        {"reason": WHY, "agencies": f"open-door,{UNSIGNED}"},
        skip_client_checks=True,
    )
    assert "Please choose at least one agency that is on the list." in again.shows
    assert WHY in typed_values(again.card)["reason"]
    assert await who_was_told(hub) == {}


async def test_nineteen_partners_are_asked_and_the_coordinator_sees_the_count(hub: Hub, reference: str):
    tom = Desk(Person(hub, TOM), reference)
    asked = await tom.asks(WHY, *ASKED)
    assert "They have been asked." in asked.shows
    await settled(hub)

    everybody_told = await who_was_told(hub)
    received = {each: (each in everybody_told, may_read(each)) for each in PEOPLE}
    assert [each for each, (was_told, may) in received.items() if was_told and not may] == []
    assert {PEOPLE[each]["agency"] for each in everybody_told} == {*ASKED} - {"shopwatch"}
    assert set().union(*everybody_told.values()) == {*SECRETS}

    for agency in NIL:
        await answers(hub, agency, reference, "Nothing held")
    await answers(hub, HAS_A_PART, reference, "We have a part to play")
    overview = (await tom.opens()).shows
    assert "**15 of 18** partners have answered." in overview
    assert "Nothing held: 14 · We have a part to play: 1" in overview
    assert "3 silent" in overview


async def test_a_second_tap_says_more_and_every_answer_stays(hub: Hub, reference: str):
    await answers(hub, KNOWS, reference, "We hold something")
    await settled(hub)
    person, chat, card = await asked_of(hub, KNOWS, reference)
    form = shown(await person.press_on(chat, card, "Say more"))
    assert typed_values(form.card)["reply"] == "something"
    after = await person.press(
        form, "request.answer", {"reply": "something", "note": "Two visits since March."}
    )
    assert "your answer is in the file" in shown(after).shows

    tally = (await Desk(Person(hub, TOM), reference).goes("requests.tally")).shows
    assert "Two visits since March." in tally
    first, second = (tally.index(AGENCY[agency]["name"]) for agency in SILENT)
    assert max(first, second) < min(
        tally.index(AGENCY[agency]["name"]) for agency in ASKED if agency not in SILENT
    )
    assert tally.index(AGENCY[KNOWS]["name"]) < tally.index(AGENCY[NIL[0]]["name"])
    rows = [row for row in await hub.items("Information requests") if reference in str(row)]
    assert len(rows) == 18


async def test_an_answer_is_changed_on_the_card(hub: Hub, reference: str):
    agency = NIL[-1]
    person, chat, card = await asked_of(hub, agency, reference)
    form = shown(await person.press_on(chat, card, "Change my answer"))
    await person.press(form, "request.answer", {"reply": "call"})
    await settled(hub)
    _, card = await question_of(person, reference) or ("", {})
    assert "Please call me" in texts_in(card)
    file = (await Desk(Person(hub, TOM), reference).goes("file")).shows
    assert "Nothing held" in file


async def test_whoever_asked_hears_at_once_that_somebody_wants_a_call_and_says_that_they_called(
    hub: Hub, reference: str
):
    tom = Person(hub, TOM)
    chat = await tom.chat()
    helps = await tom.card_with(chat, "we have a part to play")
    await tom.press_on(chat, helps, "Open the case")
    wanted = await tom.card_with(chat, "please call me")
    assert AGENCY[NIL[-1]]["name"] in texts_in(wanted["card"])
    assert wanted["notification"] == f"{reference}: a partner asks to be called"
    for card in (helps, wanted):
        assert not [secret for secret in SECRETS if secret in json.dumps(card)]
    await tom.press_on(chat, wanted, "I have called", note="They come to the meeting.")
    await settled(hub)

    assert (await tom.card_with(chat, "**Called back**, PC Tom Airey"))["id"] == wanted["id"]
    assert (await tom.card_with(chat, "**Seen**, PC Tom Airey"))["id"] == helps["id"]
    file = (await Desk(tom, reference).goes("file")).shows
    assert "They come to the meeting." in file


async def test_where_nobody_can_be_written_to_the_channel_calls_and_mentions_who_speaks_for_them(
    hub: Hub, reference: str
):
    rita, vic = Person(hub, RITA), Person(hub, VIC)
    channel = await rita.channel("ALL")

    async def call() -> Any:
        cards = await rita.bot_cards(channel)
        return next((each for each in cards if "of **Shopwatch" in texts_in(each["card"])), None)

    card = await until(call, 20, "the call")
    assert "<at>Rita Caine</at> or <at>Vic Toring</at> of **Shopwatch" in texts_in(card["card"])
    notified = {each: await notification(Person(hub, each), channel, card) for each in (RITA, VIC, OWEN, TOM)}
    news = f"{reference}: what do you know about this?"
    assert notified == {RITA: news, VIC: news, OWEN: None, TOM: None}
    case_card = next(
        each for each in await rita.bot_cards(channel) if "In progress" in texts_in(each["card"])
    )
    assert card["root"] == case_card["root"]
    assert not [secret for secret in SECRETS if secret in json.dumps(card)]
    opened = shown(await vic.press_on(channel, card, "Open the case"))
    answering = shown(await vic.press(opened, "next"))
    after = shown(await vic.press(answering, "request.answer", {"reply": "nothing"}))
    assert "your answer is in the file" in after.shows


async def notification(person: Person, channel: str, card: dict[str, Any]) -> str | None:
    """What somebody's Teams tells them of a message in the channel."""
    (seen,) = [each for each in await person.messages(channel) if each["id"] == card["id"]]
    news: str | None = seen["notification"]
    return news


async def test_after_a_merge_the_card_goes_on_and_is_answered_in_the_case_that_goes_on(
    hub: Hub, reference: str
):
    other = reference_in(await Person(hub, WENDY).refer(a_referral(2)))
    tom = Desk(Person(hub, TOM), other)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form))
    await tom.moves("triage")
    await tom.asks("Is it the same yard?", HAS_A_PART)
    await settled(hub)
    person, chat, card = await asked_of(hub, HAS_A_PART, other)

    helen = Desk(Person(hub, HELEN), other)
    form = await helen.goes("manage.open", "open-merge")
    await helen.presses(form, "move.do", {"into": reference, "reason": "The same yard."})
    await settled(hub)
    (goes_on,) = [each for each in await person.bot_cards(chat) if each["id"] == card["id"]]
    assert reference in texts_in(goes_on["card"])
    assert "Is it the same yard?" in texts_in(goes_on["card"])
    await person.press_on(chat, goes_on, "Nothing held")
    tally = (await Desk(Person(hub, TOM), reference).goes("requests.tally")).shows
    assert f"**{AGENCY[HAS_A_PART]['name']}**\n**Nothing held**" in tally


async def test_a_case_that_goes_to_another_hub_asks_nothing_more_of_those_who_were_asked(hub: Hub):
    other = reference_in(await Person(hub, WENDY).refer(a_referral(3)))
    tom = Desk(Person(hub, TOM), other)
    form = await tom.goes("risk", "ask")
    await tom.presses(form, "risk.save", answers_to(form))
    await tom.moves("triage")
    await tom.asks("Who knows the yard?", HAS_A_PART, KNOWS)
    await settled(hub)
    await answers(hub, KNOWS, other, "We hold something")
    person, chat, card = await asked_of(hub, HAS_A_PART, other)

    helen = Desk(Person(hub, HELEN), other)
    form = await helen.goes("manage.open", "open-transfer")
    await helen.presses(form, "move.do", {"to_hub": "CAR", "reason": "They moved to Carlisle."})
    await settled(hub)
    (ended,) = [each for each in await person.bot_cards(chat) if each["id"] == card["id"]]
    assert "Another hub has taken this case over, and asks anew" in texts_in(ended["card"])
    assert [button.title for button in buttons_in(ended["card"])] == []


async def test_the_unsigned_agency_learns_nothing_by_any_road_and_the_manager_is_told_once(
    hub: Hub, reference: str
):
    owen = Person(hub, OWEN)
    channel, card = await Desk(owen, reference).channel_card()
    roads = [
        await owen.press_on(channel, card, "Open the case"),
        await owen.press_on(*await owen.hub_card(), "My cases"),
        await owen.press_on(*await owen.hub_card(), "Find a case"),
        (await owen.search(reference)).text,
        (await owen.search("Quokkastone")).text,
    ]
    for answer in roads:
        said = answer.shows if isinstance(answer, Dialog) else str(answer)
        assert "has not signed the hub's sharing agreement" in said
        assert not [secret for secret in SECRETS if secret in said]
    for word in ("find Quokkastone", "cases", "find"):
        await owen.says(word)
    await settled(hub)
    assert await told(owen) == set()

    helen = Person(hub, HELEN)
    news = [
        card
        for card in await helen.bot_cards(await helen.chat())
        if "An agency was refused" in texts_in(card["card"])
    ]
    (card,) = news
    assert "Seaward Youth Service" in texts_in(card["card"])
    assert reference not in json.dumps(card)
    assert not [secret for secret in SECRETS if secret in json.dumps(card)]


async def test_when_the_case_ends_no_card_tells_anything_of_it_any_more(hub: Hub, reference: str):
    nadia = Person(hub, NADIA)
    tom = Desk(Person(hub, TOM), reference)
    await tom.moves("signpost", "The noise team can measure it.")
    await settled(hub)

    assert await who_was_told(hub) == {}
    cards = [texts_in(each["card"]) for each in await nadia.bot_cards(await nadia.chat())]
    (ended,) = [card for card in cards if reference in card]
    assert "Nothing more is asked of you" in ended
