"""What comes back from the forms of moves, management, retention and search."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import move_cards, move_forms, texts, texts_moves
from osara_store.states import TRANSITIONS, Move

HUBS = ("BAR", "COP")
TODAY = date(2026, 6, 3)
with_reason = pytest.mark.parametrize("move", [move for move in Move if TRANSITIONS[move].needs_reason])

# --- moves -----------------------------------------------------------------------------------------------------------


@with_reason
def test_a_reason_is_tidied_and_kept(move: Move) -> None:
    given_back = {"into": "ALL-2026-0003", "to_hub": "COP", "reason": "  Two\r\nlines \n"}
    typed = move_forms.read_move(given_back, move, HUBS)
    assert typed.values["reason"] == "Two\nlines"
    assert typed.errors == {}


@with_reason
@pytest.mark.parametrize("reason", [None, "", "  \n "])
def test_a_missing_reason_is_asked_for_in_the_words_of_the_move(move: Move, reason: str | None) -> None:
    typed = move_forms.read_move({"reason": reason}, move, HUBS)
    assert typed.errors["reason"] == texts_moves.reason_missing(move)


@pytest.mark.parametrize("move", [move for move in Move if not TRANSITIONS[move].needs_reason])
def test_a_move_that_needs_nothing_takes_nothing(move: Move) -> None:
    typed = move_forms.read_move({"reason": "x", "into": "y", "to_hub": "z"}, move, HUBS)
    assert (typed.values, typed.errors) == ({}, {})


def test_a_reason_that_is_too_long_or_cannot_be_shown_is_given_back_as_typed() -> None:
    long = "x" * (move_cards.MOST_REASON + 1)
    assert move_forms.read_reason({"reason": long}).values["reason"] == long
    assert move_forms.read_reason({"reason": long}).errors["reason"] == texts.too_long(1000, 1001)
    assert move_forms.read_reason({"reason": "a\x07b"}).values["reason"] == "a\x07b"
    assert move_forms.read_reason({"reason": "a\x07b"}).errors["reason"] == texts.CANNOT_BE_SHOWN
    assert move_forms.read_reason({"reason": ["no text"]}).errors["reason"] == texts.NOT_TEXT


@pytest.mark.parametrize("hub", ["COP", "ALL", "", None, 7])
def test_a_case_goes_to_a_hub_that_is_there(hub: object) -> None:
    typed = move_forms.read_move({"to_hub": hub, "reason": "x"}, Move.TRANSFER, HUBS)
    assert ("to_hub" in typed.errors) == (hub != "COP")
    assert typed.values["to_hub"] == ("COP" if hub == "COP" else "")


@pytest.mark.parametrize(
    "written",
    [
        *("ALL-2026-0003", "all-2026-0003", " ALL 2026-0003 ", "ALL\u20132026\u20130003", "all-2026-3"),
        *("ALL/2026/0003", "ALL2026-003", "ALL_2026_0003", "A L L - 2026 - 0003"),
    ],
)
def test_a_reference_is_understood_however_it_was_written(written: str) -> None:
    typed = move_forms.read_relation({"other": written, "reason": "x"})
    assert typed.values["other"] == "ALL-2026-0003"
    assert typed.errors == {}


@pytest.mark.parametrize("written", ["", "the flat", "ALL-26-3", "2026-0003", "ALL-2026-", "ALL-2026-0003-1"])
def test_what_is_no_reference_is_given_back_as_typed(written: str) -> None:
    typed = move_forms.read_move({"into": written, "reason": "x"}, Move.MERGE, HUBS)
    assert typed.values["into"] == written
    assert typed.errors == {"into": texts_moves.NOT_A_REFERENCE}


@given(reason=st.text(min_size=1).filter(str.strip), into=st.text())
def test_nothing_that_was_typed_is_lost_to_a_fault(reason: str, into: str) -> None:
    typed = move_forms.read_move({"reason": reason, "into": into}, Move.MERGE, HUBS)
    if "into" in typed.errors and texts.CANNOT_BE_SHOWN not in typed.errors.values():
        assert "".join(typed.values["into"].split()) == "".join(into.split())
    if "reason" in typed.errors:
        assert typed.values["reason"].strip()


# --- who leads, and who may open it ----------------------------------------------------------------------------------


def test_a_lead_is_one_of_those_who_may() -> None:
    assert move_forms.read_lead({"agency": "homes"}, ["homes"]).values == {"agency": "homes"}
    assert move_forms.read_lead({"agency": "gone"}, ["homes"]).errors == {"agency": texts_moves.LEAD_CHOOSE}


def test_the_people_chosen_are_taken_once_each_and_only_those_on_offer() -> None:
    typed = move_forms.read_access({"people": "t:2,t:9,t:1,t:2", "reason": "x"}, ["t:1", "t:2"])
    assert typed.values["people"] == "t:2,t:1"
    assert typed.errors == {}


@pytest.mark.parametrize("people", [None, "", "t:9", 5])
def test_a_list_of_nobody_is_a_fault_beside_the_list(people: object) -> None:
    typed = move_forms.read_access({"people": people, "reason": "Why not."}, ["t:1"])
    assert typed.errors == {"people": texts_moves.ACCESS_NOBODY}
    assert typed.values["reason"] == "Why not."


def test_looking_somebody_up_finds_no_fault_with_what_is_not_there_yet() -> None:
    typed = move_forms.read_looking_up({"looking_up": True, "people": "t:1", "who": " smith "}, ["t:1"])
    assert typed is not None
    assert typed.values == {"people": "t:1", "who": "smith", "reason": ""}
    assert typed.errors == {}


def test_a_form_opened_for_the_first_time_has_looked_nobody_up() -> None:
    assert move_forms.read_looking_up({"case": "ALL-2026-0001"}, ["t:1"]) is None


# --- retention -------------------------------------------------------------------------------------------------------


def test_keeping_needs_a_later_day_and_a_reason() -> None:
    typed = move_forms.read_retention({"decision": "keep", "until": "2026-06-04", "reason": "Open."}, TODAY)
    assert typed.errors == {}
    assert move_forms.day_of(typed, "until") == date(2026, 6, 4)
    for until in (None, "2026-06-03", "2020-01-01"):
        typed = move_forms.read_retention({"decision": "keep", "until": until}, TODAY)
        assert typed.errors == {
            "until": texts_moves.RETENTION_LATER,
            "reason": texts_moves.REASON_MISSING,
        }


def test_erasing_asks_for_no_day_whatever_stands_in_the_field() -> None:
    for until in (None, "soon", "2020-01-01"):
        typed = move_forms.read_retention({"decision": "erase", "until": until, "reason": "Done."}, TODAY)
        assert typed.errors == {}


def test_no_decision_is_no_decision() -> None:
    typed = move_forms.read_retention({"decision": "burn", "until": "2030-01-01", "reason": "x"}, TODAY)
    assert typed.errors == {"decision": texts_moves.RETENTION_CHOOSE}
    assert typed.values["until"] == "2030-01-01"


# --- search ----------------------------------------------------------------------------------------------------------


def test_a_term_is_one_line_of_a_hundred_characters_at_most() -> None:
    assert move_forms.read_term({"term": "  market \n street "}) == "market street"
    assert move_forms.read_term({"term": "x" * 500}) == "x" * 100
    assert move_forms.read_term({}) == ""
    assert move_forms.read_term({"term": 7}) == ""
