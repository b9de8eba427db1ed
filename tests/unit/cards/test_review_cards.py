"""The monthly review as somebody sees it: what changed is told, and a press says all the rest."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cards import review_cards, review_forms, texts_reviews
from cards.case_view import Typed
from cards.review_forms import Reviewed
from cards.verbs import Surface
from osara_store import review_changes
from osara_store.case_file import CaseFile, CaseMove
from osara_store.directory import Actor
from osara_store.review_dates import Rhythm
from osara_store.schema import CaseState, ReviewDecision, RiskNow, TaskState
from tests.driver import buttons_in, texts_in
from tests.unit.cards import page_world as world
from tests.unit.cards.every_review_card import DUE, DUE_ON, done, line, message, reviewed, several
from tests.unit.cards.page_world import IAN, MONA, NOW, PRIYA, TOM, view
from tests.unit.cards.stage_world import by, entry, in_state, task

MONTH_AGO = NOW - timedelta(days=30)


def titles(card: Mapping[str, Any]) -> list[str]:
    return [button.title for button in buttons_in(dict(card))]


def changed(file: CaseFile) -> str:
    shown = review_cards.form(view(file, PRIYA), 1, DUE_ON)
    return texts_in(shown)


# --- what changed ----------------------------------------------------------------------------------------------------


def test_it_tells_what_happened_since_the_last_review_and_nothing_from_before():
    tom = by(TOM, minutes_ago=60)
    long_ago = by(TOM, minutes_ago=60 * 24 * 40)
    last = replace(done("continue"), done_at=MONTH_AGO)
    file = replace(
        world.RESPONSE,
        reviews=(last, replace(DUE, n=2)),
        moves=(
            CaseMove(1, "scan", CaseState.TRIAGED, CaseState.SCANNING, 1, "", long_ago),
            CaseMove(2, "analyse", CaseState.SCANNING, CaseState.ANALYSIS, 1, "", tom),
            CaseMove(3, "respond", CaseState.ANALYSIS, CaseState.RESPONSE, 1, "", tom),
        ),
        tasks=(
            replace(task(1, "Lights", "fell-police"), state=TaskState.DONE, by=tom),
            replace(task(2, "Gate", "fell-police"), state=TaskState.DONE, by=long_ago),
            replace(task(3, "Visit", "fell-police"), due_on=NOW.date() - timedelta(days=1)),
            task(4, "Letter", "fell-police"),
        ),
        entries=tuple(
            replace(entry(n, "note", "x"), at=at) for n, at in ((1, tom.at), (2, tom.at), (3, long_ago.at))
        ),
    )
    found = review_changes.since_last_review(file, NOW.date())

    assert [move.n for move in found.moves] == [2, 3]
    counted = (found.tasks_done, found.tasks_open, found.tasks_overdue, found.notes)
    assert counted == (1, 2, 1, 2)
    said = changed(file)
    assert "Since the last review on 4 May 2026" in said
    assert "It moved on: Scanning → Analysis → Response" in said
    assert "1 task finished, 2 still open" in said
    assert "1 task overdue" in said
    assert "2 notes" in said


def test_a_new_band_is_told_with_the_one_before():
    calm = world.asked(world.RESPONSE, world.CALM, days_ago=40)
    last = replace(done("continue"), done_at=MONTH_AGO)
    worried = replace(world.asked(calm, world.WORRIED, days_ago=2), reviews=(last,))
    found = review_changes.since_last_review(worried, NOW.date())

    assert (found.band_before, found.band_now) == ("standard", worried.case.band)
    assert "Risk: Standard → " in changed(worried)


def test_where_nothing_happened_it_says_so():
    quiet = replace(
        world.RESPONSE, moves=(), tasks=(), entries=(), requests=(), meetings=(), risks=(), clocks=()
    )
    quiet = replace(quiet, case=replace(quiet.case, band=""))
    assert texts_reviews.NOTHING in changed(quiet)
    assert "Since it was accepted on 25 May 2026" in changed(quiet)


# --- what may be pressed ---------------------------------------------------------------------------------------------


def test_three_buttons_one_line_and_the_risk_are_all_there_is():
    card = message(world.RESPONSE)
    assert titles(card) == ["Continue", "Change the plan", "Propose closure", "Open the case"]
    inputs = [part for part in card["body"] if part["type"].startswith("Input.")]
    assert [part["id"] for part in inputs] == ["risk_now", "comment"]


def test_closure_that_is_proposed_already_is_not_proposed_again():
    assert "Propose closure" not in titles(message(world.PROPOSED, actor=MONA))


def test_a_managers_card_says_why_nobody_of_the_lead_agency_was_asked():
    seen = view(reviewed(world.RESPONSE), MONA, now=datetime(2036, 4, 1, 12, tzinfo=UTC))
    assert texts_reviews.ALONE not in texts_in(message(world.RESPONSE, actor=MONA))
    assert texts_reviews.ALONE in texts_in(review_cards.form(seen, 1, DUE_ON))


@pytest.mark.parametrize(
    ("file", "review", "expected"),
    [
        (world.RESPONSE, done("continue"), ["Open the case"]),
        (world.RESPONSE, done("continue", "worse"), ["Check the risk again", "Open the case"]),
        (world.RESPONSE, done("change"), ["Go on with response", "Tasks", "Open the case"]),
        (
            in_state(world.ASSESSMENT, CaseState.ASSESSMENT),
            done("propose"),
            ["Propose closure", "Open the case"],
        ),
        (world.ACCEPTED, done("propose"), ["Open the case"]),
        (world.PROPOSED, done("propose"), ["Open the checklist", "Open the case"]),
    ],
)
def test_whoever_did_it_is_led_to_what_follows_from_it(file, review, expected):
    assert titles(message(file, review)) == expected


def test_the_other_one_sees_who_what_and_when_and_nothing_to_press_but_the_case():
    card = message(world.RESPONSE, done("change", "worse"), MONA)
    said = texts_in(card)
    assert "Change the plan" in said
    assert "Priya Example, Northshore Homes, 3 June 2026" in said
    assert "Risk: worse" in said
    assert titles(card) == ["Open the case"]


def test_an_assessment_that_says_what_to_run_again_leads_there():
    card = message(world.ASSESSMENT, done("change"))
    assert any(title.startswith("Run ") for title in titles(card))


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (lambda: message(in_state(world.RESPONSE, CaseState.CLOSED)), texts_reviews.HAS_ENDED),
        (lambda: message(world.RESPONSE, actor=IAN), texts_reviews.NOT_YOURS),
        (lambda: message(world.RESPONSE, done("continue"), _stranger()), texts_reviews.NOT_YOURS),
    ],
    ids=["ended", "not theirs", "no agreement"],
)
def test_what_may_not_be_shown_any_more_leaves_the_reference_and_why(card, why):
    assert texts_in(card()).splitlines() == ["ALL-2026-0001", why]


def _stranger() -> Actor:
    return replace(IAN, agency=IAN.agency.model_copy(update={"agreement": None}))


# --- the form read back ----------------------------------------------------------------------------------------------


def test_a_press_is_read_as_what_it_says():
    given = {"decision": "change", "risk_now": "worse", "comment": " They\nare back. "}
    assert review_forms.read(given) == Reviewed(ReviewDecision.CHANGE, RiskNow.WORSE, "They are back.")


def test_without_a_word_about_the_risk_everything_comes_back_with_what_is_missing():
    read = review_forms.read({"decision": "continue", "comment": "Quiet."})
    assert isinstance(read, Typed)
    assert (read.values["comment"], read.errors) == ("Quiet.", {"risk_now": texts_reviews.RISK_MISSING})


@pytest.mark.parametrize("given", [{}, {"decision": "close"}, {"decision": 3, "risk_now": "same"}])
def test_a_button_that_there_is_not_is_no_review(given):
    assert isinstance(review_forms.read(given), Typed)


def test_a_comment_that_is_too_long_comes_back():
    read = review_forms.read({"decision": "continue", "risk_now": "same", "comment": "x" * 301})
    assert isinstance(read, Typed)
    assert "comment" in read.errors


# --- several in one message, and in the case -------------------------------------------------------------------------


def test_what_waits_comes_first_each_with_its_button():
    card = several(line(3), line(1, "Done by Priya: Continue"), line(2))
    references = [part for part in texts_in(card).splitlines() if part.startswith("**ALL")]
    assert references == ["**ALL-2026-0002**", "**ALL-2026-0003**", "**ALL-2026-0001**"]
    assert titles(card) == [texts_reviews.DO, texts_reviews.DO, "My work"]
    assert "2 reviews wait for you." in texts_in(card)


def test_a_long_list_says_how_many_more_there_are():
    assert "And 28 more under **My work**." in texts_in(several(*(line(n) for n in range(1, 41))))


def test_a_dialog_leads_back_without_saving():
    card = review_cards.form(view(reviewed(world.RESPONSE), PRIYA, surface=Surface.DIALOG), 1, DUE_ON)
    assert titles(card)[-1] == "Back without saving"
    assert card["actions"][-1]["associatedInputs"] == "none"


def test_the_case_says_when_the_next_review_is_and_offers_it_when_it_waits_or_is_near():
    waits = view(reviewed(world.RESPONSE), PRIYA)
    assert review_cards.fact(waits) == "was due on 2 June 2026"
    assert texts_reviews.DO in texts_in([part.render() for part in review_cards.panel(waits)])
    assert review_cards.panel(view(reviewed(world.RESPONSE), IAN)) == []
    near = view(replace(world.RESPONSE, rhythm=Rhythm(date(2026, 5, 17))), PRIYA)
    assert review_cards.fact(near) == "next on 17 June 2026"
    assert review_cards.panel(near)
    far = view(replace(world.RESPONSE, rhythm=Rhythm(date(2026, 5, 18))), PRIYA)
    assert review_cards.panel(far) == []
    ended = view(in_state(reviewed(world.RESPONSE), CaseState.CLOSED), PRIYA)
    assert review_cards.fact(ended) == ""
