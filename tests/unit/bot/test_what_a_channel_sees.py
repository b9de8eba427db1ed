"""What stands in a channel, or is sent from a search, is read by everybody there: no text, name or place may reach it."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import drawing
from bot.commands import searching
from bot.services import Ask, Services
from bot.turn import Result, Results, read_turn
from cards import meeting_cards, words
from osara_store.case_file import Access, Case, CaseClock, CaseFile, Contributor, Link
from osara_store.database import Database, upgrade
from osara_store.directory import Actor, Person
from osara_store.policy import Action
from osara_store.review_dates import Rhythm
from osara_store.schema import CaseState, LinkKind, MeetingState, case_access, cases
from tests.contract.store import world as store_world
from tests.contract.store.world import NOON, PRIYA, TOM
from tests.unit.bot.activities import in_chat
from tests.unit.cards import page_world
from tests.unit.cards.every_case_card_meetings import meeting
from tests.unit.cards.every_review_card import done
from tests.unit.cards.page_world import NOW
from tests.unit.cards.test_information_cards import SECRET

T = TypeVar("T")


class Clock:
    def now(self) -> datetime:
        return NOON


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = f"sqlite:///{tmp_path_factory.mktemp('channel') / 'hub.db'}"
    upgrade(found)
    return found


@pytest.fixture
async def services(address: str) -> AsyncIterator[Services]:
    database = Database.open(address)
    yield Services(page_world.DIRECTORY, database, Clock(), lambda: None)
    await database.close()


# --- a file with a secret in every text of it ------------------------------------------------------------------------

# All that a channel may be told of, and the names by which a file finds its own parts. Whatever field comes anew is a secret.
_TOLD = {
    Case: {"reference", "hub_id", "category", "lead_agency_id", "band"},
    CaseClock: {"kind", "band"},
}
_EVERYTHING = replace(
    page_world.PROPOSED,
    case=replace(
        page_world.PROPOSED.case,
        web_url="https://hubs.example/12 Market Street",
        equality_note="She uses a wheelchair.",
    ),
    contributors=(Contributor("t", "p", "Ann Example", "homes", NOW),),
    access=(Access("t", "p", "Ann Example"),),
    requests=(page_world.asked_for(1, "homes", "part", "Ann Example rang twice."),),
    signposts=(page_world.signpost(1, outcome="Ann Example goes there now."),),
    meetings=(meeting(reason="Ann Example is in court.", trouble="waiting"),),
    reviews=(done("change", "worse", "Ann Example is afraid."),),
    rhythm=Rhythm(NOW.date()),
    links=(Link(LinkKind.RELATED, True, 7, "ALL-2024-0031", "ALL", False, "The same flat.", NOW),),
)


def full_of(secret: str, part: T, numbers: Iterator[int]) -> T:
    """The same, with this secret in place of every text but those that a channel may be told."""
    told = _TOLD.get(type(part), set())
    changed = {
        field.name: _hidden(secret, getattr(part, field.name), numbers)
        for field in fields(part)  # type: ignore[arg-type]  # a record of the file
        if field.init and field.name not in told
    }
    return replace(part, **changed)  # type: ignore[type-var]  # as above


def _hidden(secret: str, value: Any, numbers: Iterator[int]) -> Any:
    if type(value) is str:  # an enumeration's member is one of our own words
        return f"{secret}{next(numbers)}"
    if isinstance(value, tuple):
        return tuple(_hidden(secret, each, numbers) for each in value)
    if isinstance(value, Mapping):
        return {_hidden(secret, key, numbers): _hidden(secret, each, numbers) for key, each in value.items()}
    return full_of(secret, value, numbers) if is_dataclass(value) else value


def test_the_file_is_full_of_secrets() -> None:
    """Or else the tests below would prove nothing."""
    file = full_of("αβγδ", _EVERYTHING, count())
    told = repr(file)
    assert told.count("αβγδ") > 200
    for private in ("Market", "Example", "Sample", "Roe", "NH-4471", "barrier", "Rung on", "ALL-2024-0031"):
        assert private in repr(_EVERYTHING)
        assert private not in told
    assert all(getattr(file, part.name) for part in fields(CaseFile) if part.init)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    secret=SECRET,
    state=st.sampled_from(CaseState),
    restricted=st.booleans(),
    cycle=st.integers(1, 9),
    mine=st.none() | st.frozensets(st.sampled_from(Action)),
)
async def test_no_text_of_a_file_reaches_the_channel_in_any_state(
    services: Services,
    secret: str,
    state: CaseState,
    restricted: bool,
    cycle: int,
    mine: frozenset[Action] | None,
) -> None:
    file = full_of(secret, _EVERYTHING, count())
    file = replace(file, case=replace(file.case, state=state, restricted=restricted, cycle=cycle))
    message = drawing.channel_message(services, file, now=NOW, refreshed_for=["29:tom"])
    own = drawing.channel_card(services, file, now=NOW, mine=mine)
    for told in (message, own):
        assert secret not in json.dumps(told, ensure_ascii=False)
    assert message["summary"]


@given(
    secret=SECRET,
    state=st.sampled_from(CaseState),
    meets=st.sampled_from(MeetingState),
    restricted=st.booleans(),
)
def test_no_text_of_a_file_reaches_the_agenda_of_a_meeting(
    secret: str, state: CaseState, meets: MeetingState, restricted: bool
) -> None:
    file = full_of(secret, _EVERYTHING, count())
    file = replace(file, case=replace(file.case, state=state, restricted=restricted))
    ahead = replace(file.meetings[0], state=meets)
    card = meeting_cards.agenda(file, ahead, page_world.DIRECTORY, page_world.HUB, NOW)
    assert secret not in json.dumps(card, ensure_ascii=False)
    assert "Join the call" not in json.dumps(card) or (meets is MeetingState.BOOKED and not restricted)


async def test_the_same_file_tells_its_referrer_what_was_written_for_them(services: Services) -> None:
    """The secrets would be seen: a card that may show one does."""
    moves = (replace(page_world.PROPOSED.moves[-1], end=CaseState.RETURNED, reason="Which αβγδ was it?"),)
    case = replace(_EVERYTHING.case, state=CaseState.RETURNED)
    referrer = Person(
        id=case.referrer_id,
        name="Priya",
        upn="p@x.example",
        agency=case.agency_id,
        tenant=case.referrer_tenant,
    )
    directory = page_world.DIRECTORY.model_copy(update={"people": (referrer,)})
    vars(directory).pop("_actors", None)  # a copy takes along who was looked up in the first
    message = drawing.receipt_message(
        replace(services, directory=directory),
        replace(_EVERYTHING, case=case, moves=moves),
        tenant=case.referrer_tenant,
        person=case.referrer_id,
        now=NOW,
    )
    assert "αβγδ" in json.dumps(message, ensure_ascii=False)
    assert "αβγδ" not in message["summary"]


@pytest.mark.parametrize("state", CaseState)
async def test_of_a_restricted_case_neither_card_nor_notification_tells_more_than_its_reference(
    services: Services, state: CaseState
) -> None:
    case = replace(_EVERYTHING.case, state=state, restricted=True)
    message = drawing.channel_message(services, replace(_EVERYTHING, case=case), now=NOW)
    assert message["summary"] == case.reference
    told = json.dumps(message["attachments"][0]["content"]["body"], ensure_ascii=False)
    for kept in ("Rowdy", "Medium", "Northshore", words.STATE[CaseState.CLOSURE_PROPOSED], "step"):
        assert kept not in told


# --- what a search sends ---------------------------------------------------------------------------------------------

PRIVATE = {
    "what": "Αλφα shouts at the gate every night.",
    "where": "12 Βητα Street, Workington",
    "tried": "Γαμμα wrote two letters.",
    "wanted": "A visit to Δελτα.",
    "affected": "Εψιλον Example\n Λαμδα Example",
    "involved": "Ητα Example",
    "equality_note": "Θητα uses a wheelchair.",
    "own_reference": "ΙΩΤΑ-44",
}
_GREEK = range(0x370, 0x400)


def private_in(told: str) -> list[str]:
    return [letter for letter in told if ord(letter) in _GREEK]


@pytest.fixture
async def found(tmp_path: Path) -> AsyncIterator[tuple[Services, str]]:
    """A hub with one case whose every text is Greek, and that case's reference."""
    address = f"sqlite:///{tmp_path / 'hub.db'}"
    upgrade(address)
    database = Database.open(address)
    referral = store_world.referral(**PRIVATE)
    sent = await database.write(lambda tx: store_world.submitted(tx, referral, of=store_world.ALL))
    yield Services(store_world.DIRECTORY, database, Clock(), lambda: None), sent.case.reference
    await database.close()


async def results(services: Services, actor: Actor, term: str) -> tuple[Result, ...]:
    """What the message extension's search shows this person, newest cases of their own where the term is empty."""
    value = {"commandId": "findCase", "parameters": [{"name": "q", "value": term}]}
    turn = read_turn(in_chat(type="invoke", name="composeExtension/query", value=value))
    answer = await searching.find_for_message(Ask(services, turn, actor, NOON))
    return answer.found if isinstance(answer, Results) else ()


async def put(services: Services, state: CaseState, listed: list[Actor] | None) -> None:
    """The one case in this state; restricted to these people, where they are given."""

    def work(tx: sa.Connection) -> None:
        tx.execute(sa.update(cases).values(state=state, restricted=listed is not None))
        tx.execute(sa.delete(case_access))
        for each in listed or []:
            row = {"case_id": 1, "tenant": each.tenant, "person": each.object_id, "name": each.name}
            tx.execute(sa.insert(case_access), {**row, "since": NOON})

    await services.database.write(work)


@pytest.mark.parametrize("state", CaseState)
async def test_no_result_of_a_search_holds_a_text_of_the_file(
    found: tuple[Services, str], state: CaseState
) -> None:
    services, reference = found
    for listed in (None, [TOM], [PRIYA], []):
        await put(services, state, listed)
        for actor in (TOM, PRIYA):
            for term in ("", reference, "Βητα", "εψιλον"):
                for result in await results(services, actor, term):
                    told = json.dumps([result.title, result.text, result.card], ensure_ascii=False)
                    assert private_in(told) == []


async def test_whoever_searches_by_a_private_word_finds_the_case_and_sends_a_card_without_it(
    found: tuple[Services, str],
) -> None:
    services, reference = found
    (result,) = await results(services, TOM, "Βητα street")
    assert (result.title, result.text) == (reference, "Noise · Submitted")
    assert "Submitted (step 1 of 7)" in json.dumps(result.card)


async def test_of_a_restricted_match_only_its_number_and_the_coordinator_are_told(
    found: tuple[Services, str],
) -> None:
    services, reference = found
    await put(services, CaseState.SCANNING, [TOM])
    (result,) = await results(services, store_world.SUE, reference)
    assert (result.title, result.text) == ("Restricted", "1 restricted match, ask the coordinator.")
    told = json.dumps(result.card)
    assert reference not in told
    assert "Noise" not in told


async def test_whoever_is_on_the_list_finds_it_and_sends_no_more_than_the_channel_reads(
    found: tuple[Services, str],
) -> None:
    services, reference = found
    await put(services, CaseState.SCANNING, [TOM])
    (result,) = await results(services, TOM, reference)
    assert result.title == reference
    told = json.dumps(result.card)
    assert "Noise" not in told
    assert "Scanning" not in told
