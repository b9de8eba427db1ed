"""Tasks: who does what until when, plainly what is late, and how it went."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from cards import checks, dates, task_cards, task_list, texts_case, verbs
from cards.case_view import Typed
from osara_store.case_settings import Power
from osara_store.schema import CaseState, TaskState
from osara_store.tasks import NUMBERS
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_pages import EVERYTHING_WRONG, many_tasks
from tests.unit.cards.page_world import (
    IAN,
    NOW,
    PRIYA,
    RUTH,
    buttons_of,
    inputs_of,
    parts_of,
    titles_of,
    view,
)
from tests.unit.cards.rig import Renderer
from tests.unit.cards.stage_world import in_state
from tests.unit.cards.test_referral_form import words_of

# --- the list --------------------------------------------------------------------------------------------------------


def test_what_is_still_to_be_done_comes_first_and_the_most_urgent_on_top() -> None:
    assert [task.n for task in task_cards.in_order(view(world.RESPONSE))] == [4, 3, 2, 1]


def test_a_task_tells_what_who_when_and_how() -> None:
    said = words_of(task_list.tasks(view(world.RESPONSE)))
    assert "**Task 3:** Lights on the upper deck" in said
    assert "Not taken on yet · Allerdale Council · Sam Sample · due 19 June 2026" in said
    assert "Location · Quick fix · Dispersal" in said
    assert "**Why it is fair:** Talks came first; two evenings only." in said


def test_a_late_task_is_said_to_be_overdue() -> None:
    said = words_of(task_list.tasks(view(world.RESPONSE)))
    assert said.count("Overdue since") == 1
    assert "Overdue since 30 May 2026" in said


def test_a_task_is_not_late_on_its_day_and_not_once_it_is_done() -> None:
    on_the_day = replace(world.TASKS[2], due_on=NOW.date())
    done = replace(world.TASKS[0], due_on=NOW.date() - timedelta(days=9))
    said = words_of(task_list.tasks(view(replace(world.RESPONSE, tasks=(on_the_day, done)))))
    assert "Overdue" not in said


def test_whoever_works_the_case_may_record_every_task_and_change_what_is_open() -> None:
    buttons = set(buttons_of(task_list.tasks(view(world.RESPONSE))))
    assert {"record-1", "record-2", "record-3", "record-4", "change-3", "change-4"} <= buttons
    assert "change-1" not in buttons


def test_an_agency_answers_for_its_own_tasks_and_no_others() -> None:
    buttons = buttons_of(task_list.tasks(view(world.RESPONSE, IAN)))
    assert list(buttons) == ["accept-3", "decline-3", "record-3", "extend-3", "back"]


def test_what_was_taken_on_says_since_when_and_may_still_be_declined() -> None:
    taken = replace(world.TASKS[2], accepted_at=NOW)
    card = task_list.tasks(view(replace(world.RESPONSE, tasks=(taken,)), IAN))
    assert f"Taken on {dates.day(NOW.date())}" in words_of(card)
    assert list(buttons_of(card)) == ["decline-3", "record-3", "extend-3", "back"]


def test_what_was_declined_says_why_who_else_and_is_given_to_somebody_by_whoever_plans() -> None:
    declined = replace(
        world.TASKS[2],
        state=TaskState.DECLINED,
        outcome="We hold no keys.",
        suggested_agency_id="fell-police",
        suggested_owner="Tom Roe",
    )
    card = task_list.tasks(view(replace(world.RESPONSE, tasks=(declined,))))
    assert "**Why not:** We hold no keys." in words_of(card)
    assert "**Suggested instead:** Tom Roe, Fell Police" in words_of(card)
    assert {"reassign-3", "record-3"} <= set(buttons_of(card))
    assert not {"change-3", "extend-3"} & set(buttons_of(card))


def test_what_came_of_tasks_is_added_up_on_top() -> None:
    counted = (
        replace(world.TASKS[0], numbers={"visits": 3, "arrests": 0}),
        replace(world.TASKS[2], numbers={"visits": 4, "warnings": 1}),
    )
    card = task_list.tasks(view(replace(world.RESPONSE, tasks=counted)))
    assert "**So far:** Visits: 7 · Warnings: 1" in words_of(card)
    assert "**Numbers:** Visits 3" in words_of(card)


def test_a_task_that_moved_with_its_case_is_done_with_here() -> None:
    gone = replace(world.TASKS[2], state=TaskState.MOVED)
    buttons = buttons_of(task_list.tasks(view(replace(world.RESPONSE, tasks=(gone,)))))
    assert list(buttons) == [verbs.TEMPLATES_OPEN, "point", "add", "back"]


def test_a_task_that_came_with_another_case_says_so() -> None:
    came = replace(world.TASKS[2], origin="ALL-2026-0003 task 2")
    assert "came with ALL-2026-0003 task 2" in words_of(
        task_list.tasks(view(replace(world.RESPONSE, tasks=(came,))))
    )


def test_a_case_without_tasks_says_what_a_good_plan_has() -> None:
    assert texts_case.NO_TASKS in words_of(task_list.tasks(view(world.SCANNING)))


def test_in_a_closed_case_tasks_are_for_reading() -> None:
    closed = in_state(world.RESPONSE, CaseState.CLOSED)
    assert titles_of(task_list.tasks(view(closed, RUTH))) == ["Back to the case"]


def test_very_many_tasks_go_on_pages_and_none_is_left_out() -> None:
    page, said = 0, ""
    while True:
        card = task_list.tasks(view(many_tasks(60)), page)
        assert checks.fits(card)
        said += words_of(card)
        if "next" not in buttons_of(card):
            break
        page = buttons_of(card)["next"]["data"]["page"]
    assert [n for n in range(1, 60) if f"**Task {n}:**" not in said] == []


# --- planning --------------------------------------------------------------------------------------------------------


def choices_of(card: dict[str, object], name: str) -> dict[str, str]:
    return {choice["value"]: choice["title"] for choice in inputs_of(card)[name]["choices"]}


def test_a_new_task_offers_the_agencies_that_may_read_the_case_and_nobody_outside() -> None:
    assert choices_of(task_cards.task(view(world.RESPONSE)), "agency_id") == {
        "allerdale-council": "Allerdale Council",
        "fell-police": "Fell Police",
        "northshore-homes": "Northshore Homes",
    }


def test_powers_are_offered_with_none_first_then_what_supports_then_what_enforces() -> None:
    powers = choices_of(task_cards.task(view(world.RESPONSE)), "power")
    kinds = ["enforces" in title for title in powers.values()]
    assert next(iter(powers)) == "none"
    assert kinds == sorted(kinds)
    assert powers["mediation"] == "Mediation"
    assert powers["dispersal"] == "Dispersal (enforces)"


def test_a_power_that_is_not_in_force_is_not_offered() -> None:
    assert "respect-order" not in choices_of(task_cards.task(view(world.RESPONSE)), "power")


def test_a_power_that_is_no_longer_in_force_stays_with_the_task_that_has_it(renderer: Renderer) -> None:
    off = world.DIRECTORY.model_copy(
        update={"powers": (Power(id="dispersal", name="Dispersal", kind="enforcement", enabled=False),)}
    )
    drawn = renderer.draw(task_cards.task(view(world.RESPONSE, directory=off), 4))
    assert drawn["values"]["power"] == "dispersal"


def test_a_task_to_change_starts_with_what_it_holds(renderer: Renderer) -> None:
    card = task_cards.task(view(world.RESPONSE), 4)
    values = renderer.draw(card)["values"]
    assert values["intervention"] == "Dispersal on the two Saturdays of the fair"
    assert values["due_on"] == "2026-05-30"
    assert values["proportionality"] == "Talks came first; two evenings only."
    data = buttons_of(card)[verbs.TASK_SAVE]["data"]
    assert (data["n"], data["version"]) == (4, 1)


def test_a_new_task_carries_no_number() -> None:
    assert not {"n", "version"} & set(
        buttons_of(task_cards.task(view(world.RESPONSE)))[verbs.TASK_SAVE]["data"]
    )


def test_what_was_typed_stays_and_each_fault_is_told_below_its_input() -> None:
    card = task_cards.task(view(world.RESPONSE), None, EVERYTHING_WRONG)
    elements = [part for part in parts_of(card) if part.get("type", "").startswith(("Input", "TextBlock"))]
    below = {
        first["id"]: second.get("text")
        for first, second in pairwise(elements)
        if first["type"].startswith("Input")
    }
    assert {name: below[name] for name in EVERYTHING_WRONG.errors} == dict(EVERYTHING_WRONG.errors)
    assert inputs_of(card)["intervention"]["value"] == "x" * 300


def test_a_plan_that_somebody_was_quicker_with_comes_back_as_typed(renderer: Renderer) -> None:
    typed = task_cards.typed_again(replace(world.TASKS[2], intervention="Lights, and a camera"))
    values = renderer.draw(task_cards.task(view(world.RESPONSE), 3, typed))["values"]
    assert values["intervention"] == "Lights, and a camera"
    assert values["due_on"] == "2026-06-19"
    assert values["power"] == "none"


@pytest.mark.parametrize("n", [None, 0, 99])
def test_a_number_that_no_task_has_finds_none(n: int | None) -> None:
    assert task_cards.find(view(world.RESPONSE), n) is None


# --- how it went -----------------------------------------------------------------------------------------------------


def test_how_it_went_shows_the_task_and_asks_for_words_and_numbers() -> None:
    task = replace(world.TASKS[2], numbers={"visits": 3})
    card = task_cards.record(view(world.RESPONSE, IAN), task)
    assert "Lights on the upper deck" in words_of(card)
    assert list(inputs_of(card)) == ["state", "outcome", *NUMBERS]
    assert inputs_of(card)["visits"]["value"] == "3"
    assert list(choices_of(card, "state")) == ["done", "partly", "not_done", "open", "cancelled"]
    data = buttons_of(card)[verbs.TASK_RECORD]["data"]
    assert (data["n"], data["version"]) == (3, 1)


def test_what_was_typed_about_how_it_went_is_kept(renderer: Renderer) -> None:
    typed = Typed({"state": "cancelled", "outcome": ""}, {"outcome": texts_case.NOTE_MISSING})
    drawn = renderer.draw(task_cards.record(view(world.RESPONSE), world.TASKS[2], typed))
    assert drawn["values"]["state"] == "cancelled"
    assert texts_case.NOTE_MISSING in drawn["texts"]


def test_the_lead_may_record_everything_while_closing_is_proposed() -> None:
    proposed = replace(world.PROPOSED, tasks=(replace(world.TASKS[2], due_on=date(2026, 6, 1)),))
    assert "record-3" in buttons_of(task_list.tasks(view(proposed, PRIYA)))
