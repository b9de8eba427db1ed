"""The overview as each person sees it: where the case stands, what is late, and the one thing to do next."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import pytest

from cards import case_cards, next_steps, texts_case, texts_risk, verbs
from cards.verbs import Surface
from osara_store import closing
from osara_store.case_file import CaseFile, Link
from osara_store.case_reviews import ReviewPrompt
from osara_store.directory import Actor
from osara_store.policy import Action
from osara_store.referral import Danger
from osara_store.schema import CaseState, LinkKind, TaskState
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_pages import CARDS, ERASED, LINKED
from tests.unit.cards.page_world import (
    HUB,
    IAN,
    MONA,
    NOW,
    PRIYA,
    RUTH,
    TOM,
    buttons_of,
    facts_of,
    main_buttons,
    titles_of,
    view,
)
from tests.unit.cards.rig import Renderer
from tests.unit.cards.stage_world import answered, in_state
from tests.unit.cards.test_referral_form import words_of

OVERVIEWS: Final = [name for name in CARDS if name.startswith("case, ")]
EVERY_STAGE_OF_A_CASE: Final = {
    "new": world.NEW,
    "checked": world.CHECKED,
    "returned": in_state(world.CHECKED, CaseState.RETURNED),
    "accepted": world.ACCEPTED,
    "sharing": in_state(world.ACCEPTED, CaseState.SHARING),
    "scanning": world.SCANNING,
    "analysis": world.ANALYSIS,
    "response": world.RESPONSE,
    "assessment": world.ASSESSMENT,
    "proposed": world.PROPOSED,
    "closed": world.CLOSED,
    "withdrawn": in_state(world.ACCEPTED, CaseState.WITHDRAWN),
    "merged": in_state(world.ACCEPTED, CaseState.MERGED),
    "voided": in_state(world.ACCEPTED, CaseState.VOIDED),
}


def overview(file: CaseFile, actor: Actor = TOM, **about: Any) -> dict[str, Any]:
    return case_cards.overview(view(file, actor, **about))


def in_time(file: CaseFile) -> CaseFile:
    """The same with nothing late: no clock runs, and every open task is due tomorrow."""
    met = tuple(replace(clock, met_at=clock.started_at) for clock in file.clocks)
    tasks = tuple(replace(task, due_on=NOW.date() + timedelta(days=1)) for task in file.tasks)
    return replace(file, clocks=met, tasks=tasks)


# --- where it stands -------------------------------------------------------------------------------------------------


def test_the_overview_tells_where_the_case_stands_in_dots_and_in_words() -> None:
    said = words_of(overview(world.SCANNING))
    assert "● ● ● ○ ○ ○ ○" in said
    assert "**Step 3 of 7:** scanning" in said


def test_what_matters_first_comes_first() -> None:
    said = words_of(overview(world.SCANNING))
    order = ["Market Street car park", "Step 3 of 7", "Lead", "Due", "Next", "The stages", "Read it"]
    places = [said.index(words) for words in order]
    assert places == sorted(places)


def test_the_overview_names_risk_lead_and_referrer() -> None:
    facts = facts_of(overview(world.SCANNING))
    assert facts["Risk"] == "Medium"
    assert facts["Lead"] == "Northshore Homes"
    assert facts["Referred"] == "25 May 2026, by Priya Example, Northshore Homes"


def test_people_of_the_lead_agency_read_that_it_is_theirs() -> None:
    assert facts_of(overview(world.SCANNING, PRIYA))["Lead"] == "Northshore Homes (your agency)"


def test_a_later_cycle_is_told() -> None:
    assert "Cycle" not in facts_of(overview(world.SCANNING))
    assert facts_of(overview(world.SECOND_CYCLE))["Cycle"].startswith("2")


def test_the_reason_of_the_last_move_is_told_so_that_a_referrer_knows_what_is_asked() -> None:
    asked = replace(world.ACCEPTED.moves[-1], reason="Which nights was it?")
    returned = replace(in_state(world.CHECKED, CaseState.RETURNED), moves=(asked,))
    assert "**Why:** Which nights was it?" in words_of(overview(returned, PRIYA))
    assert "**Why:**" not in words_of(overview(world.ACCEPTED))


def test_a_closed_case_says_when_it_was_closed_what_came_of_it_and_until_when_it_is_watched() -> None:
    card = overview(world.CLOSED, MONA)
    assert "closed on 3 June 2026" in words_of(card)
    assert facts_of(card)["Outcome"] == "Much better"
    assert facts_of(card)["Watched"].startswith("until 3 June 2027")


@pytest.mark.parametrize("state", CaseState)
def test_every_state_is_told_in_words(state: CaseState) -> None:
    assert texts_case.STANDING[state]
    case_cards.overview(view(in_state(world.SCANNING, state), MONA))


def test_a_restricted_case_and_a_legal_hold_are_plain_to_see() -> None:
    card = CARDS["case, restricted and on hold"]()
    assert texts_case.RESTRICTED in words_of(card)
    assert texts_case.ON_HOLD in words_of(card)
    assert facts_of(card)["Open to"] == "2 people"


def test_an_erased_case_names_nobody() -> None:
    said = words_of(overview(ERASED, MONA))
    assert texts_case.ERASED in said
    assert "Priya" not in said


def test_the_overview_says_in_a_few_lines_what_it_is_about() -> None:
    assert "Groups gather in the car park most evenings" in words_of(overview(world.NEW))
    assert world.SCANNING.answer("statement") in words_of(overview(world.SCANNING))
    long = answered(world.SCANNING, {"statement": "It goes on and on. " * 60})
    assert "It goes on and on. It goes" in words_of(overview(long))
    assert len(words_of(overview(long))) < len(words_of(overview(world.SCANNING))) + 240


@pytest.mark.parametrize("danger", [Danger.YES, Danger.UNSURE])
def test_danger_that_a_referrer_told_of_stands_on_top_until_it_is_assessed(danger: Danger) -> None:
    told = replace(world.NEW, case=replace(world.NEW.case, danger=danger))
    assert overview(told)["body"][2]["style"] == "attention"
    assert texts_case.DANGER[danger] in words_of(overview(told))
    assert texts_case.DANGER[danger] not in words_of(overview(world.asked(told, world.CALM)))
    assert texts_case.DANGER[danger] not in words_of(overview(world.NEW))


# --- what is due -----------------------------------------------------------------------------------------------------


def test_what_is_late_is_said_to_be_overdue_and_stands_first() -> None:
    said = words_of(overview(world.SCANNING))
    late = said.index("Initial action: 5 days overdue, since 29 May 2026, 17:00")
    assert late < said.index("Partners' replies: 1 day overdue") < said.index("**Case meeting:** in 6 days")


def test_something_due_earlier_today_is_overdue_too() -> None:
    file = world.clock(world.SCANNING, "meeting", due_at=NOW - timedelta(minutes=5))
    assert "Case meeting: overdue, since 3 June 2026, 14:00" in words_of(overview(file))


def test_what_is_due_today_and_tomorrow_is_said_so() -> None:
    file = world.clock(world.SCANNING, "meeting", due_at=NOW + timedelta(hours=2))
    assert "**Case meeting:** today" in words_of(overview(file))
    assert "**Case meeting:** tomorrow" in words_of(overview(file, now=NOW - timedelta(days=1)))


def test_tasks_are_due_among_the_clocks() -> None:
    assert "Task 4, Fell Police: 4 days overdue, since 30 May 2026" in words_of(overview(world.RESPONSE))


def test_no_more_than_a_few_things_that_are_due_are_told_and_the_rest_is_counted() -> None:
    assert "and 1 more" in words_of(overview(world.RESPONSE))


def test_nothing_is_due_in_a_case_that_has_ended() -> None:
    assert "overdue" not in words_of(overview(in_state(world.RESPONSE, CaseState.WITHDRAWN)))


def test_a_clock_that_was_met_or_reckoned_anew_is_not_due() -> None:
    met = world.clock(world.SCANNING, "initial_action", met_at=NOW)
    anew = world.clock(met, "information", replaced_at=NOW)
    assert "overdue" not in words_of(overview(anew))


# --- what to do next -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OVERVIEWS)
def test_an_overview_has_at_most_one_main_button(name: str) -> None:
    assert len(main_buttons(CARDS[name]())) <= 1


def next_of(file: CaseFile, actor: Actor = TOM, **about: Any) -> tuple[str, dict[str, Any]] | None:
    step = next_steps.next_step(view(file, actor, **about))
    return None if step is None else (step.verb, dict(step.about))


CLEAR: Final = in_time(world.SCANNING)


@pytest.mark.parametrize(
    ("file", "actor", "expected"),
    [
        (world.NEW, TOM, (verbs.CASE_READ, {"section": "risk"})),
        (in_time(world.CHECKED), TOM, (verbs.MOVE_OPEN, {"move": "triage"})),
        (in_state(world.CHECKED, CaseState.RETURNED), PRIYA, (verbs.MOVE_OPEN, {"move": "resubmit"})),
        (in_time(world.ACCEPTED), TOM, (verbs.REQUEST_OPEN, {})),
        (in_state(in_time(world.ACCEPTED), CaseState.SHARING), TOM, (verbs.MOVE_OPEN, {"move": "scan"})),
        (CLEAR, TOM, (verbs.STAGE_OPEN, {"part": "scanning"})),
        (CLEAR, PRIYA, (verbs.STAGE_OPEN, {"part": "scanning"})),
        (CLEAR, IAN, (verbs.NOTE_OPEN, {})),
        (answered(CLEAR, {"target": ""}), TOM, (verbs.STAGE_OPEN, {"part": "objective"})),
        (in_state(in_time(world.ANALYSIS), CaseState.SCANNING), TOM, (verbs.MOVE_OPEN, {"move": "analyse"})),
        (in_time(world.ANALYSIS), TOM, (verbs.STAGE_OPEN, {"part": "triangle"})),
        (in_state(in_time(world.RESPONSE), CaseState.ANALYSIS), TOM, (verbs.MOVE_OPEN, {"move": "respond"})),
        (replace(in_time(world.RESPONSE), tasks=()), PRIYA, (verbs.TASK_OPEN, {})),
        (in_time(world.RESPONSE), PRIYA, (verbs.TASKS_OPEN, {})),  # an owner is missing
        (in_time(world.RESPONSE), IAN, (verbs.TASK_RECORD_OPEN, {"n": 3})),
        (in_time(world.ASSESSMENT), TOM, (verbs.MOVE_OPEN, {"move": "rerun", "stage": "response"})),
        (in_time(replace(world.ASSESSMENT, tasks=world.TASKS)), TOM, (verbs.TASKS_OPEN, {})),
        (
            in_time(answered(world.ASSESSMENT, {"decision": ""})),
            TOM,
            (verbs.STAGE_OPEN, {"part": "assessment"}),
        ),
        (
            in_time(answered(world.ASSESSMENT, {"decision": "propose_closure"})),
            PRIYA,
            (verbs.CLOSURE_OPEN, {}),
        ),
        (world.PROPOSED, MONA, (verbs.CLOSURE_OPEN, {})),
        (world.PROPOSED, PRIYA, (verbs.CLOSURE_OPEN, {})),
        (world.CLOSED, MONA, None),
        (in_state(world.CHECKED, CaseState.VOIDED), RUTH, None),
    ],
)
def test_the_next_best_thing_is_the_one_for_this_person(
    file: CaseFile, actor: Actor, expected: tuple[str, dict[str, Any]] | None
) -> None:
    assert next_of(file, actor) == expected


def test_once_the_lead_agency_has_agreed_its_people_are_not_asked_again() -> None:
    agreed = replace(
        world.PROPOSED.entries[0], n=99, kind=closing.ENTRY, agency_id="northshore-homes", at=NOW
    )
    file = in_time(replace(world.PROPOSED, entries=(*world.PROPOSED.entries, agreed)))
    assert next_of(file, PRIYA) == (verbs.NOTE_OPEN, {})
    assert next_of(file, MONA) == (verbs.CLOSURE_OPEN, {})


def test_a_late_clock_comes_before_the_stage() -> None:
    assert next_of(world.SCANNING) == (verbs.CLOCK_OPEN, {})
    assert next_of(world.SCANNING, IAN) == (verbs.NOTE_OPEN, {})


def test_a_late_risk_check_leads_to_the_risk_and_not_to_its_clock() -> None:
    assert next_of(world.NEW, MONA) == (verbs.CASE_READ, {"section": "risk"})


def test_ones_own_late_task_comes_first() -> None:
    assert next_of(world.RESPONSE) == (verbs.TASK_RECORD_OPEN, {"n": 4})


def test_the_review_of_keeping_a_case_comes_up_on_its_day_and_not_before() -> None:
    on_the_day = NOW.replace(year=2032)
    assert next_of(world.CLOSED, MONA, now=on_the_day - timedelta(days=1)) is None
    assert next_of(world.CLOSED, MONA, now=on_the_day) == (verbs.RETENTION_OPEN, {})
    assert next_of(world.CLOSED, TOM, now=on_the_day) is None
    assert world.CLOSED.case.retention_on == date(2032, 6, 3)


def test_the_next_step_says_why() -> None:
    said = words_of(overview(CLEAR))
    assert "two sources" in said
    assert "Go on with the scanning" in titles_of(overview(CLEAR))


# --- only what the policy allows -------------------------------------------------------------------------------------

NEEDS: Final = {
    verbs.NOTE_OPEN: {Action.WRITE_NOTE},
    verbs.REQUEST_OPEN: {Action.ASK_PARTNERS},
    verbs.REQUEST_ANSWER_OPEN: {Action.ANSWER_REQUEST},
    verbs.MEETING_FORM: {Action.ARRANGE_MEETING},
    verbs.STAGE_OPEN: {Action.WRITE_STAGE},
    verbs.TASK_OPEN: {Action.ADD_TASK},
    verbs.TASK_RECORD_OPEN: {Action.RECORD_TASK, Action.RECORD_OWN_TASK},
    verbs.CLOCK_OPEN: {Action.MEET_CLOCK},
    verbs.REVIEW_EXPLAINED: {Action.EXPLAIN_CASE_REVIEW},
    verbs.RETENTION_OPEN: {Action.DECIDE_RETENTION},
    verbs.CLOSURE_OPEN: {Action.WRITE_CLOSURE, Action.AGREE_CLOSURE, Action.PROPOSE_CLOSURE, Action.CLOSE},
    verbs.MANAGE_OPEN: {
        *(Action.CHANGE_LEAD, Action.RELATE, Action.RESTRICT, Action.HOLD_LEGALLY),
        *(Action.MERGE, Action.VOID, Action.TRANSFER),
    },
}
READ_ONLY: Final = {verbs.CASE_READ, verbs.CASE_COPY, verbs.TASKS_OPEN, verbs.PEOPLE_OPEN}


@pytest.mark.parametrize("actor", [TOM, PRIYA, IAN, MONA, RUTH], ids=lambda actor: actor.name)
@pytest.mark.parametrize("name", EVERY_STAGE_OF_A_CASE)
def test_a_card_offers_only_what_the_policy_allows(name: str, actor: Actor) -> None:
    seen = view(EVERY_STAGE_OF_A_CASE[name], actor)
    prompt = ReviewPrompt(3, "threshold", None)
    for button in buttons_of(case_cards.overview(seen, prompt)).values():
        verb, about = button["data"]["verb"], button["data"]
        if verb == verbs.MOVE_OPEN:
            assert Action(about["move"]) in seen.can
        elif verb not in READ_ONLY:
            assert NEEDS[verb] & seen.can, verb


@pytest.mark.parametrize("name", EVERY_STAGE_OF_A_CASE)
def test_every_button_says_which_case_it_is_about_and_how_far_it_had_come(name: str) -> None:
    file = EVERY_STAGE_OF_A_CASE[name]
    for button in buttons_of(overview(file, MONA)).values():
        assert button["data"]["case"] == "ALL-2026-0001"
        assert button["data"]["seen"] == file.case.moves


def test_in_a_chat_every_button_is_one_that_a_message_can_have() -> None:
    card = overview(world.SCANNING, surface=Surface.CHAT)
    assert {button["type"] for button in buttons_of(card).values()} == {"Action.Execute"}


def test_moves_onwards_stand_before_the_others() -> None:
    moves = [
        button["data"]["move"]
        for key, button in buttons_of(overview(world.ACCEPTED)).items()
        if "move-" in key
    ]
    assert moves == ["scan", "return", "signpost"]


def test_to_run_a_stage_again_is_offered_where_the_assessment_says_so() -> None:
    assert "Run the response again" in titles_of(overview(world.ASSESSMENT))
    closing = answered(world.ASSESSMENT, {"decision": "propose_closure"})
    assert not [title for title in titles_of(overview(closing)) if title.startswith("Run ")]


# --- the stages ------------------------------------------------------------------------------------------------------


def test_each_stage_tells_how_complete_it_is() -> None:
    said = words_of(overview(world.SCANNING))
    assert "**Now.** All 7 answered" in said
    assert "**Now.** 1 of 9 answered, 3 still needed" in said
    assert "0 of 13 answered, 4 still needed" in said


def test_a_stage_opens_on_the_page_that_needs_somebody() -> None:
    buttons = buttons_of(overview(world.ANALYSIS))
    assert buttons["stage-analysis"]["data"]["part"] == "triangle"
    assert buttons["stage-objective"]["data"]["part"] == "objective"


def test_partners_see_the_stages_and_open_none() -> None:
    card = overview(world.SCANNING, IAN)
    assert "1 of 9 answered" in words_of(card)
    assert not [key for key in buttons_of(card) if key.startswith("stage-")]


def test_before_a_referral_is_accepted_its_stages_are_no_matter() -> None:
    assert texts_case.STAGES not in words_of(overview(world.CHECKED))


def test_open_tasks_and_people_are_counted_on_their_buttons() -> None:
    assert {"Tasks (2 open)", "People (3)"} <= set(titles_of(overview(world.RESPONSE)))
    done = replace(
        world.RESPONSE, tasks=tuple(replace(task, state=TaskState.DONE) for task in world.RESPONSE.tasks)
    )
    assert "Tasks" in titles_of(overview(done))


def test_a_case_in_sharepoint_is_a_press_away() -> None:
    card = CARDS["case, in SharePoint"]()
    assert buttons_of(card)["sharepoint"]["url"] == "https://hubs.example/1"


# --- what waits ------------------------------------------------------------------------------------------------------


def test_the_second_report_of_a_victim_asks_to_explain_the_case_review() -> None:
    card = case_cards.overview(view(world.SCANNING), ReviewPrompt(2, "explain", None))
    assert "reported 2 times lately. Please explain" in words_of(card)
    assert verbs.REVIEW_EXPLAINED in buttons_of(card)


def test_the_third_says_that_the_threshold_may_be_met() -> None:
    card = case_cards.overview(view(world.SCANNING), ReviewPrompt(3, "threshold", date(2026, 5, 1)))
    assert "threshold may be met" in words_of(card)
    assert "explained on 1 May 2026" in words_of(card)


def test_who_only_reads_sees_the_prompt_without_a_button() -> None:
    card = case_cards.overview(view(world.SCANNING, RUTH), ReviewPrompt(3, "threshold", None))
    assert "ASB Case Review" in words_of(card)
    assert verbs.REVIEW_EXPLAINED not in buttons_of(card)


def test_on_the_day_it_was_explained_nobody_is_asked_again() -> None:
    card = case_cards.overview(view(world.SCANNING), ReviewPrompt(2, "explain", NOW.date()))
    assert "explained on 3 June 2026" in words_of(card)
    assert verbs.REVIEW_EXPLAINED not in buttons_of(card)


@pytest.mark.parametrize("prompt", [None, ReviewPrompt(1, None, None)])
def test_without_enough_reports_nothing_is_said_of_a_case_review(prompt: ReviewPrompt | None) -> None:
    assert "Case Review" not in words_of(case_cards.overview(view(world.SCANNING), prompt))


def test_texts_that_wait_for_a_choice_are_told_and_a_press_away() -> None:
    card = overview(world.CLASHED)
    assert "1 text was written at the same time as another" in words_of(card)
    assert buttons_of(card)["choose-statement"]["data"]["part"] == "scanning"
    assert buttons_of(card)["choose-statement"]["data"]["field"] == "statement"


def test_who_may_not_choose_is_told_that_texts_wait() -> None:
    card = overview(world.CLASHED, IAN)
    assert "1 text was written at the same time as another" in words_of(card)
    assert "choose-statement" not in buttons_of(card)


def test_a_link_is_told_and_a_restricted_case_is_not_named() -> None:
    said = words_of(overview(LINKED))
    assert "earlier it was ALL-2024-0031" in said
    assert "ALL-2026-0009" not in said
    assert texts_case.RESTRICTED_CASE in said


@pytest.mark.parametrize("kind", LinkKind)
@pytest.mark.parametrize("forward", [True, False])
def test_every_kind_of_link_has_words_that_name_the_other_case(kind: LinkKind, forward: bool) -> None:
    link = Link(kind, forward, 7, "ALL-2026-0077", HUB.id, False, "", NOW)
    assert "ALL-2026-0077" in words_of(overview(replace(world.SCANNING, links=(link,))))


# --- given back ------------------------------------------------------------------------------------------------------


def test_what_could_not_be_taken_is_given_back_word_for_word(renderer: Renderer) -> None:
    typed = {"reason": "Because of *the* lights.\nAnd the gate.", "statement": "It is the barrier."}
    drawn = renderer.draw(case_cards.given_back(view(world.CLOSED), typed))
    assert drawn["values"] == typed
    assert texts_case.GIVEN_BACK in drawn["texts"]


def test_choices_and_what_buttons_carry_are_not_given_back_as_texts() -> None:
    typed = {
        "stage": "scanning",
        "grade": "fact",
        "answer-how-often": "weekly",
        "note": "It was us.",
        "move": "void",
    }
    card = case_cards.given_back(view(world.CLOSED), typed)
    assert list(world.inputs_of(card)) == ["note"]


def test_what_is_given_back_does_not_travel_with_the_way_back() -> None:
    (back,) = buttons_of(case_cards.given_back(view(world.CLOSED), {"note": "It was us."})).values()
    assert back["associatedInputs"] == "none"


def test_a_place_is_shown_as_it_was_typed(renderer: Renderer) -> None:
    file = replace(world.SCANNING, case=replace(world.SCANNING.case, where="<at>Flat</at> *4*, {{DATE(x)}}"))
    assert "<at>Flat</at> *4*, {{DATE(x)}}" in renderer.draw(overview(file))["texts"]


def test_the_risk_is_a_press_away_for_everybody() -> None:
    assert texts_risk.RISK_TITLE in titles_of(overview(world.SCANNING, IAN))
