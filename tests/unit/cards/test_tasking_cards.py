"""What the cards of tasking show, offer and read."""

from dataclasses import replace
from typing import Any

import pytest

from cards import (
    checks,
    pointer_cards,
    stage_cards,
    tasking_cards,
    tasking_forms,
    texts_case,
    texts_tasking,
    verbs,
    work_cards,
)
from cards.case_view import Typed
from cards.tasking_forms import Declined, GivenTo, MoreTime
from cards.verbs import Surface
from osara_store import completeness
from osara_store.schema import CaseState, Stage
from osara_store.stages import Part
from osara_store.tasking import Suggested
from tests.unit.cards import every_case_card_tasking as cards
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_stages import CLASHED, clash, clash_of_long_texts
from tests.unit.cards.every_case_card_tasking import DECLINED, LIGHTS, TAKEN, equality, message, with_task
from tests.unit.cards.page_world import (
    IAN,
    NOW,
    PRIYA,
    RUTH,
    TOM,
    buttons_of,
    inputs_of,
    titles_of,
    view,
)
from tests.unit.cards.stage_world import EQUALITY, answered
from tests.unit.cards.test_referral_form import words_of

TODAY = NOW.date()

# --- the card in somebody's chat -------------------------------------------------------------------------------------


def test_a_new_task_is_taken_on_by_one_press_and_everything_else_opens_a_dialog() -> None:
    buttons = buttons_of(message(LIGHTS))
    assert list(buttons) == [
        verbs.TASK_ACCEPT,
        verbs.TASK_RECORD_OPEN,
        verbs.TASK_EXTEND_OPEN,
        verbs.TASK_DECLINE_OPEN,
        verbs.CASE_OPEN,
    ]
    assert buttons[verbs.TASK_ACCEPT]["type"] == "Action.Execute"
    assert (buttons[verbs.TASK_ACCEPT]["data"]["n"], buttons[verbs.TASK_ACCEPT]["data"]["version"]) == (3, 1)
    others = [button for verb, button in buttons.items() if verb != verbs.TASK_ACCEPT]
    assert all(button["data"]["msteams"] == {"type": "task/fetch"} for button in others)


def test_what_was_taken_on_is_not_taken_on_again() -> None:
    assert verbs.TASK_ACCEPT not in buttons_of(message(TAKEN))
    assert texts_tasking.TAKEN_ON in words_of(message(TAKEN))


@pytest.mark.parametrize(
    "card",
    [
        lambda: message(LIGHTS, PRIYA),
        lambda: message(LIGHTS, state=CaseState.CLOSED),
        lambda: tasking_cards.message(replace(view(with_task(LIGHTS), IAN), can=frozenset()), LIGHTS),
    ],
    ids=["somebody else's", "case ended", "not open to them"],
)
def test_a_card_that_is_over_shows_nothing_of_the_case_and_offers_nothing(card: Any) -> None:
    said = words_of(card())
    assert "ALL-2026-0001" in said
    assert not buttons_of(card())
    for private in ("Lights", "Market Street", "Sam Sample", "19 June"):
        assert private not in said


# --- the forms -------------------------------------------------------------------------------------------------------


def test_giving_a_task_to_others_begins_with_whom_they_suggest() -> None:
    inputs = inputs_of(tasking_cards.reassign(view(with_task(DECLINED)), DECLINED))
    assert inputs["agency_id"]["value"] == "northshore-homes"
    assert inputs["owner"]["value"] == "Priya Example"


def test_who_declines_does_not_suggest_themselves() -> None:
    inputs = inputs_of(tasking_cards.decline(view(world.RESPONSE, IAN), LIGHTS))
    values = [choice["value"] for choice in inputs["suggested_agency_id"]["choices"]]
    assert values == ["nobody", "fell-police", "northshore-homes"]


def test_declining_needs_a_reason_and_nothing_else() -> None:
    agencies = ["fell-police"]
    assert tasking_forms.read_decline({"reason": "No keys"}, agencies) == Declined(
        "No keys", Suggested("", "")
    )
    said = {"reason": "No keys", "suggested_agency_id": "fell-police", "suggested_owner": " Tom  Roe "}
    assert tasking_forms.read_decline(said, agencies) == Declined(
        "No keys", Suggested("fell-police", "Tom Roe")
    )
    for wrong in ({}, {"reason": " "}, {"reason": "x", "suggested_agency_id": "gone"}):
        assert isinstance(tasking_forms.read_decline(wrong, agencies), Typed)


@pytest.mark.parametrize("day", ["", "2026-06-19", "2026-06-01", "31 June"])
def test_more_time_is_a_day_after_the_one_that_was_agreed(day: str) -> None:
    read = tasking_forms.read_extension({"due_on": day, "reason": "Parts are late"}, LIGHTS, TODAY)
    assert isinstance(read, Typed)
    assert list(read.errors) == ["due_on"]


def test_more_time_is_read_as_people_write_days() -> None:
    read = tasking_forms.read_extension({"due_on": "1 July 2026", "reason": "Late"}, LIGHTS, TODAY)
    assert isinstance(read, MoreTime)
    assert read.due_on.isoformat() == "2026-07-01"


def test_giving_a_task_to_others_needs_an_agency_on_offer_and_a_reason() -> None:
    good = {"agency_id": "fell-police", "owner": "", "reason": "They hold the keys"}
    assert tasking_forms.read_reassignment(good, ["fell-police"]) == GivenTo(
        "fell-police", "", "They hold the keys"
    )
    for wrong in ({**good, "agency_id": "warm-kitchen"}, {**good, "reason": ""}):
        assert isinstance(tasking_forms.read_reassignment(wrong, ["fell-police"]), Typed)


# --- a task that waits while the questions are answered --------------------------------------------------------------


def test_a_task_that_waits_comes_along_with_every_button_and_comes_back_whole() -> None:
    buttons = buttons_of(equality({}, cards.WAITING))
    for name in ("save", "back"):
        again = tasking_forms.carried_again(buttons[name]["data"])
        assert again is not None
        assert again[0] is None
        assert again[1].values["intervention"] == "Lights on the upper deck"
        assert again[1].values["due_on"] == "2026-06-19"


def test_a_task_that_waits_comes_along_where_two_people_wrote_at_once() -> None:
    for name in ("stage.choose", "back"):
        again = tasking_forms.carried_again(
            buttons_of(clash(CLASHED, Part.SCANNING, carried=cards.WAITING))[name]["data"]
        )
        assert again is not None
        assert again[1].values["intervention"] == "Lights on the upper deck"


def test_a_task_that_waits_comes_along_to_a_choice_and_to_a_long_answer() -> None:
    said = dict.fromkeys(EQUALITY, "A long answer. " * 90)
    seen = view(answered(answered(world.RESPONSE, said), {"equality_link": "No."}, who=IAN, standing=False))
    complete = completeness.of(seen.file, Stage.RESPONSE, seen.directory.is_enforcement)
    card = stage_cards.stage(seen, Part.EQUALITY, None, complete, carried=cards.WAITING)
    carrying = {name for name, each in buttons_of(card).items() if "carried" in each.get("data", {})}
    assert {"choose", "save", "back"} <= carrying
    alone = stage_cards.stage(
        seen, Part.EQUALITY, None, complete, "equality_decided_by", carried=cards.WAITING
    )
    assert "carried" in buttons_of(alone)["back"]["data"]
    chosen = stage_cards.stage(seen, Part.EQUALITY, None, complete, "equality_link", carried=cards.WAITING)
    assert "carried" in buttons_of(chosen)["stage.choose"]["data"]


def test_texts_as_long_as_they_may_be_leave_no_room_for_a_task() -> None:
    """They are kept nowhere else, where the task can be written again."""
    card = clash_of_long_texts(cards.WIDEST)
    assert checks.fits(card)


@pytest.mark.parametrize(
    "given", [{}, {"carried": 1}, {"carried": {"n": 1}}, {"carried": {"n": "x", "typed": []}}]
)
def test_a_button_that_carries_no_task_brings_none(given: dict[str, Any]) -> None:
    assert tasking_forms.carried_again(given) is None


def test_only_what_a_task_has_is_taken_from_what_a_button_carried() -> None:
    given = {"carried": {"n": True, "typed": {"owner": "Sam", "case": "ALL-2026-0009", "side": 7}}}
    again = tasking_forms.carried_again(given)
    assert again is not None
    assert (again[0], dict(again[1].values)) == (None, {"owner": "Sam"})


def test_without_a_task_the_questions_are_a_page_like_any_other() -> None:
    assert titles_of(equality({}, {}))[-2:] == ["Save", "Back without saving"]


# --- help from outside, and my work ----------------------------------------------------------------------------------


def test_only_organisations_outside_can_be_pointed_to_and_only_partners_ask() -> None:
    inputs = inputs_of(pointer_cards.point(view(world.RESPONSE)))
    assert [choice["value"] for choice in inputs["agency_id"]["choices"]] == ["warm-kitchen"]
    assert "warm-kitchen" not in [choice["value"] for choice in inputs["chaser_agency_id"]["choices"]]
    assert inputs["chaser_agency_id"]["value"] == TOM.agency.id


def test_a_signpost_says_what_is_missing_beside_each_input() -> None:
    read = pointer_cards.read_point({"chase_on": "2020-01-01"}, view(world.RESPONSE))
    assert isinstance(read, Typed)
    assert set(read.errors) == {"agency_id", "reason", "chaser_agency_id", "chase_on"}
    assert read.errors["chase_on"] == texts_case.NOT_A_DAY_FOR_A_TASK


@pytest.mark.parametrize(("actor", "may"), [(IAN, True), (TOM, True), (RUTH, True)])
def test_the_agency_that_asks_says_how_it_went_and_whoever_works_the_case(actor: Any, may: bool) -> None:
    mine = world.signpost(chaser_agency_id=actor.agency.id)
    assert pointer_cards.may_chase(view(world.RESPONSE, actor), mine) is may
    assert not pointer_cards.may_chase(view(world.RESPONSE, actor), replace(mine, chased_at=NOW))


def test_each_line_of_my_work_leads_to_where_it_is_done() -> None:
    card = work_cards.work(
        cards.LINES, page=0, more=False, surface=Surface.DIALOG, marking="OFFICIAL-SENSITIVE"
    )
    buttons = buttons_of(card)
    assert buttons["task-ALL-2026-0002-2"]["data"]["verb"] == verbs.TASK_RECORD_OPEN
    assert buttons["declined-ALL-2026-0004-4"]["data"]["verb"] == verbs.TASK_REASSIGN_OPEN
    assert buttons["request-ALL-2026-0003-3"]["data"]["verb"] == verbs.REQUEST_ANSWER_OPEN
    assert "3 days overdue" in words_of(card)
    assert "The Warm Kitchen" in words_of(card)
