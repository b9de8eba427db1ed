"""The retention reviews: which cases are due, what a decision needs, and the second question before erasing."""

from dataclasses import replace
from datetime import date

import pytest

from cards import checks, retention_cards, texts, texts_moves, verbs
from cards.case_view import Typed
from cards.verbs import Surface
from osara_store.case_file import CaseFile, Link
from osara_store.schema import CaseState, LinkKind
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_moves import (
    ERASING,
    ON_HOLD,
    SIX_YEARS_ON,
    WIDE,
    WITH_CHILD,
    queue,
    review,
)
from tests.unit.cards.page_world import NOW, buttons_of, facts_of, inputs_of, titles_of
from tests.unit.cards.test_referral_form import words_of

# --- the queue -------------------------------------------------------------------------------------------------------


def test_every_case_that_is_due_has_its_own_review() -> None:
    reviews = [
        each["data"]["case"] for name, each in buttons_of(queue(3)).items() if name.startswith("review")
    ]
    assert reviews == ["ALL-2020-0001", "ALL-2020-0002", "ALL-2020-0003"]


def test_a_case_that_never_closed_is_told_as_it_ended_and_a_legal_hold_is_named() -> None:
    case = replace(
        world.CLOSED.case,
        state=CaseState.WITHDRAWN,
        closed_at=None,
        retention_on=date(2032, 6, 3),
        legal_hold=True,
    )
    card = retention_cards.retention_queue(
        world.HUB, [case], page=0, more=False, out_of_sight=0, surface=Surface.DIALOG, marking=""
    )
    assert "Withdrawn · review since 3 June 2032 · legal hold" in words_of(card)


@pytest.mark.parametrize(
    ("page", "more", "turns"),
    [
        (0, False, {}),
        (0, True, {"Next page": 1}),
        (1, True, {"Previous page": 0, "Next page": 2}),
        (2, False, {"Previous page": 1}),
    ],
)
def test_the_queue_is_turned_a_page_at_a_time(page: int, more: bool, turns: dict[str, int]) -> None:
    actions = queue(2, page=page, more=more).get("actions", [])
    assert {action["title"]: action["data"]["page"] for action in actions} == turns
    assert all(action["data"]["hub"] == "ALL" for action in actions)


def test_restricted_cases_that_are_due_are_counted_and_not_shown() -> None:
    assert "1 restricted case is due as well. Ask those who may open them." in words_of(
        queue(1, out_of_sight=1)
    )
    assert "2 restricted cases are due as well." in words_of(queue(0, out_of_sight=2))


def test_an_empty_queue_and_a_page_beyond_its_end_say_so() -> None:
    assert texts_moves.RETENTION_NONE in words_of(queue(0))
    assert texts_moves.RETENTION_NO_MORE in words_of(queue(0, page=2))


# --- one case --------------------------------------------------------------------------------------------------------


def choices_of(card: dict[str, object]) -> list[str]:
    return [choice["value"] for choice in inputs_of(card)["decision"]["choices"]]


def test_a_review_shows_what_helps_to_decide_and_the_way_to_the_case() -> None:
    card = review(world.CLOSED)
    assert facts_of({"body": card["body"][2]}) == {
        "Problem": "Rowdy or intimidating behaviour",
        "Ended": "Closed, 3 June 2026",
        "Outcome": "Much better",
        "Risk": "Medium",
        "Review date": "3 June 2032",
    }
    assert titles_of(card) == ["Decide", "Read the case", "Back"]
    assert buttons_of(card)[verbs.CASE_OPEN]["associatedInputs"] == "none"
    assert buttons_of(card)["back"]["data"]["hub"] == "ALL"


@pytest.mark.parametrize(
    ("file", "now", "why"),
    [(ON_HOLD, SIX_YEARS_ON, texts_moves.RETENTION_HELD), (world.CLOSED, NOW, texts_moves.RETENTION_EARLY)],
)
def test_what_may_not_be_erased_yet_can_only_be_kept(file: CaseFile, now: object, why: str) -> None:
    card = review(file, now=now)
    assert choices_of(card) == ["keep"]
    assert why in words_of(card)


def test_what_is_due_can_be_kept_or_erased() -> None:
    assert choices_of(review(world.CLOSED)) == ["keep", "erase"]
    on_the_day = replace(world.CLOSED.case, retention_on=SIX_YEARS_ON.date())
    assert choices_of(review(replace(world.CLOSED, case=on_the_day))) == ["keep", "erase"]


@pytest.mark.parametrize("confirm", [False, True])
def test_a_case_about_a_child_is_flagged_every_time(confirm: bool) -> None:
    assert texts_moves.RETENTION_CHILD in words_of(review(WITH_CHILD, ERASING, confirm=confirm))
    assert texts_moves.RETENTION_CHILD not in words_of(review(world.CLOSED, ERASING, confirm=confirm))


def test_a_case_whose_matter_came_back_says_so() -> None:
    back = Link(LinkKind.RE_REFERRAL_OF, False, 7, "ALL-2027-0031", "ALL", False, "", NOW)
    of = replace(back, forward=True)
    assert texts_moves.RETENTION_CAME_BACK in words_of(review(replace(world.CLOSED, links=(back,))))
    assert texts_moves.RETENTION_CAME_BACK not in words_of(review(replace(world.CLOSED, links=(of,))))


def test_deciding_does_not_confirm_anything_yet() -> None:
    decide = buttons_of(review(world.CLOSED))[verbs.RETENTION_DECIDE]
    assert decide["data"]["confirmed"] is False


def test_erasing_is_asked_about_a_second_time_with_the_reason_kept() -> None:
    card = review(world.CLOSED, ERASING, confirm=True)
    erase = buttons_of(card)[verbs.RETENTION_DECIDE]
    assert (erase["title"], erase["data"]["confirmed"], erase["data"]["decision"]) == (
        "Erase for good",
        True,
        "erase",
    )
    assert erase["style"] == "destructive"
    assert texts_moves.RETENTION_SURE in words_of(card)
    assert inputs_of(card)["reason"]["value"] == "Nothing has come back."
    back = buttons_of(card)["back"]
    assert (back["data"]["verb"], back["associatedInputs"]) == (verbs.RETENTION_OPEN, "none")


def test_what_was_decided_and_typed_stands_there_again_with_its_faults() -> None:
    typed = Typed(
        {"decision": "keep", "until": "2020-01-01", "reason": "Two open cases."},
        {"until": texts_moves.RETENTION_LATER},
    )
    card = review(world.CLOSED, typed)
    assert {name: each.get("value") for name, each in inputs_of(card).items()} == dict(typed.values)
    assert texts_moves.RETENTION_LATER in words_of(card)


@pytest.mark.parametrize("confirm", [False, True])
def test_an_overlong_reason_is_cut_and_the_person_told(confirm: bool) -> None:
    card = review(world.CLOSED, Typed({"reason": WIDE * 5}, {}), confirm=confirm)
    assert checks.fits(card)
    assert texts.CUT_TO_FIT in words_of(card)


def test_every_lack_that_the_store_may_name_is_told_beside_an_input() -> None:
    assert set(texts_moves.RETENTION_LACKS) == set(texts_moves.WHERE_TOLD)
    assert set(texts_moves.WHERE_TOLD.values()) <= set(inputs_of(review(world.CLOSED)))
