"""Moving a case on: what each move asks for, what has to be there first, and the checklist for closing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cards import checks, move_cards, texts, texts_case, texts_moves, verbs, words
from cards.case_view import Typed
from osara_store import closing, completeness
from osara_store.directory import Actor
from osara_store.policy import Action
from osara_store.schema import CaseState, Stage, TaskState
from osara_store.states import ENDED, RERUN_TO, TRANSITIONS, Move, possible
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_moves import (
    AGREED,
    CARDS,
    NOT_READY,
    RETURNED,
    SCENES,
    WIDE,
    closure,
    gated,
    move,
    sentences,
)
from tests.unit.cards.page_world import (
    IAN,
    MONA,
    NOW,
    PRIYA,
    TOM,
    buttons_of,
    inputs_of,
    main_buttons,
    titles_of,
    view,
)
from tests.unit.cards.rig import Renderer
from tests.unit.cards.stage_world import in_state
from tests.unit.cards.test_referral_form import words_of

every_move = pytest.mark.parametrize("kind", Move)

# --- the form --------------------------------------------------------------------------------------------------------


@every_move
def test_the_scene_of_a_move_is_one_from_which_it_can_be_made(kind: Move) -> None:
    file, actor = SCENES[kind]
    assert kind in possible(file.case.state)
    assert Action(kind) in view(file, actor).can


@every_move
def test_a_move_says_what_it_does_and_asks_for_no_more_than_it_needs(kind: Move) -> None:
    card = move(kind)
    wanted = {Move.MERGE: {"into"}, Move.TRANSFER: {"to_hub"}}.get(kind, set())
    if TRANSITIONS[kind].needs_reason:
        wanted = wanted | {"reason"}
        assert texts_moves.REASON[kind] in words_of(card)
    assert texts_moves.MEANS[kind] in words_of(card)
    assert set(inputs_of(card)) == wanted


@every_move
def test_the_button_that_makes_a_move_carries_it_and_how_the_case_stood(kind: Move) -> None:
    file, _ = SCENES[kind]
    go = buttons_of(move(kind))[verbs.MOVE_DO]
    stage = {"stage": "response"} if kind is Move.RERUN else {}
    about = {"verb": verbs.MOVE_DO, "case": file.case.reference, "seen": file.case.moves}
    assert go["data"] == {**about, "move": str(kind), **stage}


@every_move
def test_whatever_ends_a_case_is_said_to_be_for_good(kind: Move) -> None:
    assert (texts_moves.FOR_GOOD in words_of(move(kind))) == (TRANSITIONS[kind].end in ENDED)


@every_move
def test_one_can_go_back_from_every_move_without_filling_anything_in(kind: Move) -> None:
    card = move(kind)
    back = buttons_of(card)["back"]
    assert back["data"]["verb"] == verbs.CASE_OPEN
    assert back["title"] == (texts_case.BACK_WITHOUT_SAVING if inputs_of(card) else texts.BACK)
    assert not inputs_of(card) or back["associatedInputs"] == "none"


@pytest.mark.parametrize("stage", RERUN_TO)
def test_running_a_stage_again_is_named_for_the_stage(stage: Stage) -> None:
    card = move(Move.RERUN, stage=stage)
    assert buttons_of(card)[verbs.MOVE_DO]["title"] == texts_moves.RERUN_STAGE[stage]
    assert move_cards.title_of(Move.RERUN, stage) == texts_moves.RERUN_STAGE[stage]
    assert move_cards.title_of(Move.RERUN) == words.MOVE[Move.RERUN]


def test_the_referrer_reads_what_they_were_asked_above_the_field_for_it(renderer: Renderer) -> None:
    drawn = renderer.draw(move(Move.RESUBMIT))["texts"]
    assert "The coordinator asks: Which nights was it?\nHas the shop *called* the police?" in drawn


def test_the_newest_question_is_the_one_that_is_shown() -> None:
    again = replace(RETURNED.moves[0], n=3, reason="And which shop?")
    file = replace(RETURNED, moves=(*RETURNED.moves, again))
    said = words_of(move_cards.move_form(view(file, PRIYA), Move.RESUBMIT, {}))
    assert "And which shop?" in said
    assert "Which nights" not in said


def test_closing_names_the_days_that_it_sets() -> None:
    said = words_of(move(Move.CLOSE))
    assert "Until 3 June 2027 the hub watches" in said
    assert "On 3 June 2032 the manager decides" in said


def test_a_review_date_that_was_set_before_stays() -> None:
    kept = replace(world.PROPOSED.case, retention_on=NOW.date() + timedelta(days=30))
    card = move_cards.move_form(view(replace(world.PROPOSED, case=kept), MONA), Move.CLOSE, {})
    assert "On 3 July 2026 the manager decides" in words_of(card)


def test_a_case_is_never_transferred_to_its_own_hub() -> None:
    offered = [choice["value"] for choice in inputs_of(move(Move.TRANSFER))["to_hub"]["choices"]]
    assert offered == ["BAR", "CAR", "COP", "EDE", "SLA"]


# --- a form that comes back ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", texts_moves.REASON)
def test_a_reason_that_was_typed_stands_in_the_form_again_with_its_fault_below(kind: Move) -> None:
    typed = Typed({"reason": "Too\nlong"}, {"reason": "Please shorten this."})
    body = move(kind, typed)["body"]
    place = next(n for n, part in enumerate(body) if part.get("id") == "reason")
    assert body[place]["value"] == "Too\nlong"
    assert body[place + 1]["text"] == "Please shorten this."


def test_what_was_chosen_for_a_merge_or_a_transfer_stands_there_again() -> None:
    merged = inputs_of(move(Move.MERGE, Typed({"into": "the flat", "reason": "Same flat."}, {})))
    moved = inputs_of(move(Move.TRANSFER, Typed({"to_hub": "COP", "reason": "Over the river."}, {})))
    assert (merged["into"]["value"], merged["reason"]["value"]) == ("the flat", "Same flat.")
    assert (moved["to_hub"]["value"], moved["reason"]["value"]) == ("COP", "Over the river.")


def test_a_reason_too_long_to_be_shown_is_cut_and_the_person_told() -> None:
    card = move(Move.RETURN, Typed({"reason": WIDE * 5}, {}))
    assert checks.fits(card)
    assert texts.CUT_TO_FIT in words_of(card)
    assert len(inputs_of(card)["reason"]["value"]) > 4_000


def test_a_reason_of_the_greatest_length_is_shown_whole() -> None:
    longest = ("愛" * 499 + "\n") * 2
    card = move(Move.TRANSFER, Typed({"reason": longest, "to_hub": "COP"}, {"reason": "x"}))
    assert inputs_of(card)["reason"]["value"] == longest
    assert texts.CUT_TO_FIT not in words_of(card)


@pytest.mark.parametrize("name", CARDS)
def test_no_input_stops_a_button(name: str, renderer: Renderer) -> None:
    assert renderer.draw(CARDS[name]())["refused"] == []
    assert not any("isRequired" in each for each in inputs_of(CARDS[name]()).values())


# --- what has to be there first --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "card", "ways"),
    [
        (Move.TRIAGE, lambda: gated(Move.TRIAGE, world.NEW), ["The risk"]),
        (
            Move.ANALYSE,
            lambda: gated(Move.ANALYSE, in_state(world.ACCEPTED, CaseState.SCANNING)),
            ["The objective", "The scanning"],
        ),
        (Move.RESPOND, lambda: gated(Move.RESPOND, world.ANALYSIS), ["The triangle", "Why it happens"]),
        (Move.ASSESS, lambda: gated(Move.ASSESS, world.RESPONSE), ["The tasks", "The equality questions"]),
        (Move.RERUN, lambda: gated(Move.RERUN, NOT_READY, PRIYA), ["The tasks", "The assessment"]),
        (
            Move.PROPOSE_CLOSURE,
            lambda: gated(Move.PROPOSE_CLOSURE, NOT_READY, PRIYA),
            ["The tasks", "The assessment"],
        ),
        (Move.CLOSE, lambda: gated(Move.CLOSE, world.PROPOSED, MONA), ["Closing the case"]),
    ],
)
def test_a_move_that_has_to_wait_leads_to_whatever_is_missing(kind: Move, card: Any, ways: list[str]) -> None:
    shown = card()
    assert verbs.MOVE_DO not in buttons_of(shown)
    assert not inputs_of(shown)
    assert titles_of(shown) == [*ways, "Back"]
    assert [button["title"] for button in main_buttons(shown)] == ways[:1]
    for way in ways[:-1]:
        assert f"**{way}:**" in words_of(shown)


def test_every_sentence_of_what_is_missing_is_shown() -> None:
    file = in_state(world.ACCEPTED, CaseState.SCANNING)
    missing = completeness.gate(file, Move.ANALYSE, world.DIRECTORY.is_enforcement)
    said = words_of(gated(Move.ANALYSE, file))
    assert len(missing) > 6
    assert all(sentence in said for sentence in sentences(missing).values())


def test_a_second_agency_or_why_one_is_enough_can_each_be_given() -> None:
    one = replace(world.RESPONSE, tasks=tuple(replace(each, owner="Sam") for each in world.TASKS[:1]))
    card = gated(Move.ASSESS, one)
    assert titles_of(card)[:2] == ["The tasks", "The response"]


def test_nobody_is_sent_to_a_page_that_they_may_not_write() -> None:
    card = gated(Move.ANALYSE, in_state(world.ACCEPTED, CaseState.SCANNING), IAN)
    assert titles_of(card) == ["Back"]


# --- the checklist ---------------------------------------------------------------------------------------------------


def ways_of(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The buttons beside the items, by item."""
    return {
        name.removeprefix("to-"): button["data"]
        for name, button in buttons_of(card).items()
        if name.startswith("to-")
    }


def test_whatever_is_still_open_has_its_way_to_where_it_is_done() -> None:
    ways = ways_of(closure(NOT_READY, PRIYA))
    assert {name: (data["verb"], data.get("part", data.get("section"))) for name, data in ways.items()} == {
        "measure_reported": (verbs.STAGE_OPEN, "assessment"),
        "tasks_closed": (verbs.TASKS_OPEN, None),
        "complainant_contacted": (verbs.STAGE_OPEN, "closure"),
        "risk_reassessed": (verbs.CASE_READ, "risk"),
        "outcome": (verbs.STAGE_OPEN, "closure"),
        "closing_summary": (verbs.STAGE_OPEN, "closure"),
    }


def test_what_is_done_needs_no_way_there() -> None:
    assert ways_of(closure(AGREED, MONA)) == {}
    assert set(ways_of(closure(world.PROPOSED, MONA))) == {"risk_reassessed"}


@pytest.mark.parametrize("actor", [PRIYA, TOM, IAN, MONA])
def test_a_way_is_offered_only_to_those_who_may_do_something_there(actor: Actor) -> None:
    can = view(NOT_READY, actor).can
    ways = set(ways_of(closure(NOT_READY, actor)))
    assert ("risk_reassessed" in ways) == (Action.ASSESS_RISK in can)
    assert ("outcome" in ways) == (Action.WRITE_CLOSURE in can)
    assert ("measure_reported" in ways) == (Action.WRITE_STAGE in can)
    assert "tasks_closed" in ways


def test_every_item_is_told_with_a_word_for_how_it_stands() -> None:
    said = words_of(closure(world.PROPOSED, PRIYA))
    for name, done in closing.checklist(world.PROPOSED).items:
        sentence = texts_moves.CHECKLIST[name]
        assert f"{'✓' if done else '○'} {sentence}" in said
    assert said.count("(still open)") == len(closing.checklist(world.PROPOSED).missing)
    assert "The lead agency agrees: Northshore Homes (still open)" in said


def test_every_item_has_its_sentence() -> None:
    assert set(texts_moves.CHECKLIST) == {name for name, _ in closing.checklist(world.PROPOSED).items}


def test_the_lead_agency_agrees_with_one_press_and_only_once() -> None:
    agree = buttons_of(closure(world.PROPOSED, PRIYA))[verbs.CLOSURE_AGREE]
    assert agree["data"]["seen"] == world.PROPOSED.case.moves
    assert verbs.CLOSURE_AGREE not in buttons_of(closure(AGREED, PRIYA))
    assert verbs.CLOSURE_AGREE not in buttons_of(closure(world.PROPOSED, TOM))


def test_the_manager_may_close_when_everything_is_done_and_send_it_back_at_any_time() -> None:
    early, ready = closure(world.PROPOSED, MONA), closure(AGREED, MONA)
    assert "open-close" not in buttons_of(early)
    assert texts_moves.CLOSE_LATER in words_of(early)
    assert buttons_of(ready)["open-close"]["data"]["move"] == "close"
    assert {"open-refuse_closure"} <= set(buttons_of(early)) & set(buttons_of(ready))


def test_closure_is_proposed_from_the_checklist() -> None:
    ready = in_state(world.PROPOSED, CaseState.ASSESSMENT)
    proposing = buttons_of(closure(ready, PRIYA))["open-propose_closure"]
    assert (proposing["data"]["verb"], proposing["data"]["move"]) == (verbs.MOVE_OPEN, "propose_closure")


def test_a_partner_reads_the_checklist_and_is_offered_no_decision() -> None:
    assert titles_of(closure(AGREED, IAN)) == ["Back"]


def test_a_task_that_is_still_open_is_beside_the_way_to_the_tasks() -> None:
    still = replace(AGREED, tasks=(replace(AGREED.tasks[0], state=TaskState.OPEN), *AGREED.tasks[1:]))
    assert set(ways_of(closure(still, TOM))) == {"tasks_closed"}
