"""Managing a case: what can be changed and how it is now, related cases, the access list and legal hold."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cards import checks, managing_cards, texts, texts_moves, verbs
from cards.case_view import Typed
from osara_store.case_file import CaseFile, Link
from osara_store.directory import Actor
from osara_store.policy import Action
from osara_store.schema import LinkKind
from osara_store.states import Move
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_moves import (
    ON_HOLD,
    PEOPLE,
    RESTRICTED,
    STARS,
    WIDE,
    access,
    crowd,
)
from tests.unit.cards.page_world import IAN, MONA, NOW, PRIYA, RUTH, TOM, buttons_of, inputs_of, view
from tests.unit.cards.test_referral_form import words_of

# --- the doors -------------------------------------------------------------------------------------------------------

DOORS = {
    Action.CHANGE_LEAD: verbs.LEAD_OPEN,
    Action.RELATE: verbs.RELATE_OPEN,
    Action.RESTRICT: verbs.ACCESS_OPEN,
    Action.HOLD_LEGALLY: verbs.HOLD_OPEN,
    **{Action(move): f"open-{move}" for move in (Move.MERGE, Move.TRANSFER, Move.VOID, Move.WITHDRAW)},
}


@pytest.mark.parametrize("actor", [PRIYA, TOM, IAN, MONA, RUTH])
@pytest.mark.parametrize("file", [world.NEW, world.SCANNING, world.CLOSED])
def test_only_what_a_person_may_change_has_a_door(file: CaseFile, actor: Actor) -> None:
    seen = view(file, actor)
    offered = set(buttons_of(managing_cards.manage(seen))) - {"back"}
    assert offered == {DOORS[action] for action in seen.can & set(DOORS)}


def test_each_door_says_how_it_is_now() -> None:
    said = words_of(managing_cards.manage(view(world.SCANNING, MONA)))
    for now in ("Northshore Homes", "None linked", texts_moves.ACCESS_EVERYBODY, "None"):
        assert now in said
    related = Link(LinkKind.RELATED, False, 8, "ALL-2026-0009", "ALL", False, "The same flat.", NOW)
    case = replace(RESTRICTED.case, legal_hold=True, lead_agency_id="")
    later = words_of(managing_cards.manage(view(replace(RESTRICTED, case=case, links=(related,)), MONA)))
    for now in ("Nobody yet", "1 linked", "Restricted to 2 people", "A hold stands"):
        assert now in later


def test_a_screen_reader_hears_what_each_change_is_about() -> None:
    buttons = buttons_of(managing_cards.manage(view(world.SCANNING, MONA)))
    assert [button["tooltip"] for button in buttons.values() if "tooltip" in button] == [
        "Change: Who leads",
        "Link one: Related cases",
        "Change: Who may open it",
        "Change: Legal hold",
    ]


# --- who leads -------------------------------------------------------------------------------------------------------


def test_only_agencies_with_an_agreement_that_is_in_date_may_lead() -> None:
    assert managing_cards.may_lead(view(world.SCANNING)) == [
        "allerdale-council",
        "fell-police",
        "northshore-homes",
    ]
    after = datetime(2036, 4, 1, tzinfo=UTC)
    assert managing_cards.may_lead(view(world.SCANNING, now=after)) == []


def test_the_lead_of_now_is_chosen_already_and_the_button_says_so() -> None:
    card = managing_cards.lead(view(world.SCANNING))
    assert inputs_of(card)["agency"]["value"] == "northshore-homes"
    assert buttons_of(card)[verbs.LEAD_SAVE]["data"]["was"] == "northshore-homes"


# --- related cases ---------------------------------------------------------------------------------------------------


def test_what_was_typed_about_a_related_case_stands_there_again_with_its_faults() -> None:
    typed = Typed({"other": "the flat", "reason": ""}, {"other": "No reference.", "reason": "Say why."})
    card = managing_cards.relate(view(world.SCANNING), typed)
    assert inputs_of(card)["other"]["value"] == "the flat"
    assert "No reference." in words_of(card)
    assert "Say why." in words_of(card)
    assert "**Not saved yet.** Please look at 2 answers below." in words_of(card)


def test_overlong_texts_about_a_related_case_are_cut_and_the_person_told() -> None:
    card = managing_cards.relate(view(world.SCANNING), Typed({"other": STARS * 5, "reason": WIDE * 5}, {}))
    assert checks.fits(card)
    assert texts.CUT_TO_FIT in words_of(card)


# --- who may open it -------------------------------------------------------------------------------------------------


def offered_in(card: dict[str, object]) -> list[str]:
    return [choice["value"] for choice in inputs_of(card)["people"]["choices"]]


def test_those_chosen_come_first_then_everybody_by_name() -> None:
    card = access(world.SCANNING)
    names = [choice["title"].partition(",")[0] for choice in inputs_of(card)["people"]["choices"]]
    assert names == ["Tom Roe", "Mona Manager", "Ian Petrie", "Priya Example"]
    assert inputs_of(card)["people"]["value"].split(",") == offered_in(card)[:2]


def test_a_case_that_is_open_to_all_can_only_be_restricted() -> None:
    buttons = buttons_of(access(world.SCANNING))
    assert buttons[verbs.ACCESS_SAVE]["data"]["restricted"] is True
    assert "unrestrict" not in buttons


def test_a_restricted_case_can_be_opened_to_all_again() -> None:
    buttons = buttons_of(access(RESTRICTED))
    assert buttons[verbs.ACCESS_SAVE]["title"] == texts_moves.ACCESS_SAVE
    assert buttons["unrestrict"]["data"]["restricted"] is False


def test_where_everybody_is_shown_nobody_has_to_be_looked_up() -> None:
    assert set(inputs_of(access(world.SCANNING))) == {"people", "reason"}


def test_a_big_hub_shows_those_chosen_and_how_to_find_the_others() -> None:
    people = crowd(400)
    chosen = list(people)[300:303]
    card = access(world.SCANNING, Typed({"people": ",".join(chosen)}, {}), people)
    shown = offered_in(card)
    assert checks.fits(card)
    assert shown[:3] == chosen
    assert 20 < len(shown) < 100
    assert texts_moves.not_all_shown(len(shown), 400) in words_of(card)
    assert buttons_of(card)[verbs.ACCESS_OPEN]["data"]["looking_up"] is True


def test_looking_somebody_up_keeps_those_chosen_and_the_reason() -> None:
    people = crowd(400)
    chosen = list(people)[:2]
    typed = Typed({"people": ",".join(chosen), "who": "PERSON 377", "reason": "A colleague."}, {})
    card = access(world.SCANNING, typed, people)
    assert offered_in(card) == [*chosen, list(people)[377]]
    assert inputs_of(card)["people"]["value"] == ",".join(chosen)
    assert inputs_of(card)["reason"]["value"] == "A colleague."
    assert inputs_of(card)["who"]["value"] == "PERSON 377"


def test_a_reason_far_too_long_costs_nobody_their_place_on_the_list() -> None:
    chosen = list(PEOPLE)[:3]
    typed = Typed({"people": ",".join(chosen), "reason": WIDE * 5}, {})
    card = access(RESTRICTED, typed)
    assert checks.fits(card)
    assert inputs_of(card)["people"]["value"].split(",") == chosen
    assert texts.CUT_TO_FIT in words_of(card)


def test_a_choice_of_somebody_who_is_no_longer_offered_is_left_out() -> None:
    card = access(RESTRICTED, Typed({"people": "x:gone"}, {}))
    assert "value" not in inputs_of(card)["people"]


# --- legal hold ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("file", "on"), [(world.CLOSED, True), (ON_HOLD, False)])
def test_a_hold_is_placed_where_there_is_none_and_released_where_there_is(file: CaseFile, on: bool) -> None:
    card = managing_cards.hold(view(file, MONA))
    assert buttons_of(card)[verbs.HOLD_SAVE]["data"]["on"] is on
    assert (texts_moves.HOLD_STANDS in words_of(card)) is not on


def test_the_reason_of_a_hold_stands_there_again() -> None:
    card = managing_cards.hold(view(world.CLOSED, MONA), Typed({"reason": "A claim."}, {"reason": "x"}))
    assert inputs_of(card)["reason"]["value"] == "A claim."
