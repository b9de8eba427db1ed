"""What the cards of being away and of handing over show, offer and read."""

from dataclasses import replace
from datetime import date
from typing import Any

from cards import away_cards, cover_cards, people_fields, texts_cover, verbs
from cards.away_cards import Entered
from cards.case_view import Typed
from osara_store.owned import PieceKind
from tests.contract.store.world import HELEN, IAN, SUE, TOM
from tests.driver import texts_in
from tests.unit.cards.every_cover_card import (
    AWAY,
    AWAY_OF_IAN,
    AWAY_TWICE,
    CARDS,
    EVERY_KIND,
    GONE,
    LOST,
    cover,
    handover,
)
from tests.unit.cards.test_every_card import parts_of

FRIDAY = {"first_day": "2026-03-02", "last_day": "2026-03-06"}


def buttons(card: dict[str, Any]) -> list[dict[str, Any]]:
    return [part for part in parts_of(card) if str(part.get("type", "")).startswith("Action.")]


def about(card: dict[str, Any], verb: str) -> dict[str, Any]:
    """What the first button of this verb carries."""
    return next(button["data"] for button in buttons(card) if button["data"]["verb"] == verb)


def verbs_of(card: dict[str, Any]) -> list[str]:
    return [button["data"]["verb"] for button in buttons(card)]


def test_an_absence_that_has_begun_ends_today_and_one_to_come_is_taken_out():
    card = away_cards.away(AWAY_TWICE)

    ending = [button for button in buttons(card) if button["data"]["verb"] == verbs.AWAY_END]
    assert [button["title"] for button in ending] == [texts_cover.BACK_TODAY, texts_cover.TAKE_OUT]
    assert [button["data"]["first"] for button in ending] == ["2026-03-02", "2026-04-03"]
    shown = texts_in(card)
    assert "2 March 2026 to 6 March 2026" in shown
    assert "Sue Bell stands in" in shown
    assert "Nobody stands in" in shown


def test_ones_own_form_names_nobody_and_that_of_somebody_else_names_them():
    own, others = away_cards.away(AWAY), away_cards.away(AWAY_OF_IAN)

    assert all("person" not in button["data"] for button in buttons(own))
    saving = about(others, verbs.AWAY_SAVE)
    assert (saving["tenant"], saving["person"]) == (IAN.tenant, IAN.object_id)


def test_in_a_large_agency_a_deputy_is_named_in_full():
    many = [replace(SUE, object_id=f"{n}", name=f"Person {n}") for n in range(150)]
    twins = [*many, replace(many[0], object_id="another")]

    read = away_cards.read({**FRIDAY, "deputy": " person  7 "}, many)
    assert isinstance(read, Entered)
    assert read.deputy == many[7]
    assert away_cards.read({**FRIDAY, "deputy": ""}, many) == Entered(read.first_day, read.last_day, None)
    assert isinstance(away_cards.read({**FRIDAY, "deputy": "Person 0"}, twins), Typed)


def test_what_was_entered_is_read_with_and_without_a_deputy():
    first, last = date(2026, 3, 2), date(2026, 3, 6)

    assert away_cards.read({**FRIDAY, "deputy": people_fields.key_of(SUE)}, [SUE]) == Entered(
        first, last, SUE
    )
    assert away_cards.read({**FRIDAY, "deputy": away_cards.NOBODY}, [SUE]) == Entered(first, last, None)
    assert away_cards.read(FRIDAY, []) == Entered(first, last, None)


def test_what_is_wrong_is_said_and_the_rest_kept():
    read = away_cards.read({"first_day": "soon", "last_day": "2026-03-06", "deputy": HELEN.object_id}, [SUE])

    assert isinstance(read, Typed)
    assert set(read.errors) == {"first_day", "deputy"}
    assert read.values["last_day"] == "2026-03-06"
    assert isinstance(away_cards.read(FRIDAY, [SUE]), Typed)  # nobody chosen


def test_cover_says_why_how_much_waits_and_offers_to_hand_over():
    card = cover(LOST)
    shown = texts_in(card)

    assert IAN.name in shown
    assert texts_cover.REASONS[LOST.why] in shown
    assert "4 things wait in their name" in shown
    hand = about(card, verbs.HANDOVER_OPEN)
    assert (hand["person"], hand["agency"], hand["hub"]) == (IAN.object_id, "council", "ALL")


def test_no_absence_is_entered_for_somebody_who_has_left():
    assert verbs.AWAY_OPEN in verbs_of(cover(LOST))
    assert verbs.AWAY_OPEN not in verbs_of(cover(GONE))


def test_what_there_is_is_counted_by_kind():
    shown = texts_in(handover(*EVERY_KIND))

    assert "3 open tasks" in shown
    assert "1 question to answer" in shown
    assert texts_cover.WITH_LISTS in shown


def test_lists_are_asked_about_only_where_there_are_any():
    without = tuple(piece for piece in EVERY_KIND if piece.kind is not PieceKind.ACCESS)

    assert texts_cover.WITH_LISTS not in texts_in(handover(*without))


def test_only_somebody_who_is_offered_takes_over():
    read = cover_cards.read_handover({"successor": people_fields.key_of(HELEN), "lists": "yes"}, [HELEN, TOM])

    assert read == (HELEN, True)
    for nobody in ({}, {"successor": people_fields.key_of(SUE)}):
        refused = cover_cards.read_handover(nobody, [HELEN, TOM])
        assert isinstance(refused, Typed)
        assert set(refused.errors) == {"successor"}


def test_a_name_is_shown_as_it_is_written():
    marked = replace(LOST, owner=replace(LOST.owner, name="Jo *Star* [x](y)"))

    assert "Jo \\*Star\\*" in texts_in(cover(marked))


def test_a_button_of_every_verb_of_cover_is_on_some_card():
    own = {verbs.AWAY_SAVE, verbs.AWAY_END, verbs.AWAY_OPEN, verbs.COVER_OPEN, verbs.COVER_FIND}
    offered = {verb for build in CARDS.values() for verb in verbs_of(build())}

    assert own | {verbs.HANDOVER_OPEN, verbs.HANDOVER_DO} <= offered
