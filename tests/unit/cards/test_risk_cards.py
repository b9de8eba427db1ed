"""Assessing the risk: dangers first, "not known" everywhere, a warning before a result, and all of it kept to be read."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from cards import (
    case_forms,
    checks,
    clock_cards,
    risk_cards,
    risk_pages,
    risk_reading,
    texts,
    texts_risk,
    verbs,
)
from cards.case_view import Typed
from cards.risk_pages import ANSWER
from osara_store.assessing import Instrument
from osara_store.case_file import CaseFile
from osara_store.directory import Directory
from osara_store.instruments import NO, NOT_KNOWN, Band, Flag, Questionnaire, RiskSettings
from osara_store.schema import CaseState
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_pages import BOTH, BY_HAND, DANGER, OLD_QUESTIONS, REASSESSED
from tests.unit.cards.page_world import (
    IAN,
    NOW,
    PRIYA,
    RUTH,
    TOM,
    WORRIED,
    buttons_of,
    facts_of,
    inputs_of,
    main_buttons,
    parts_of,
    titles_of,
    view,
)
from tests.unit.cards.rig import Renderer
from tests.unit.cards.stage_world import in_state
from tests.unit.cards.test_referral_form import words_of

ASKING: Final = world.QUESTIONNAIRE


def lines_of(card: dict[str, Any]) -> list[str]:
    return [part["text"] for part in parts_of(card) if part.get("type") == "TextBlock"]


def below(card: dict[str, Any], title: str) -> list[str]:
    """The lines under a heading, to the next one."""
    blocks = [part for part in parts_of(card) if part.get("type") == "TextBlock"]
    start = next(n for n, block in enumerate(blocks) if block["text"] == title)
    found = []
    for block in blocks[start + 1 :]:
        if block.get("weight") == "Bolder" and block.get("color") != "Attention":
            break
        found.append(block["text"])
    return found


# --- the questionnaire -----------------------------------------------------------------------------------------------


def test_dangers_are_asked_first_with_999_above_them() -> None:
    card = risk_cards.questionnaire(view(world.NEW))
    asked = [name.removeprefix(ANSWER) for name in inputs_of(card)]
    flags = [flag.id for flag in ASKING.flags]
    assert asked == [*flags, *(question.id for question in ASKING.questions)]
    lines = lines_of(card)
    assert lines.index(texts.EMERGENCY) == lines.index(texts_risk.DANGER_TITLE) + 1


def test_every_answer_is_offered_and_not_known_with_each_of_them() -> None:
    card = risk_cards.questionnaire(view(world.NEW))
    for question in ASKING.questions:
        offered = [choice["value"] for choice in inputs_of(card)[f"{ANSWER}{question.id}"]["choices"]]
        assert offered == [*(answer.id for answer in question.answers), NOT_KNOWN]
    for flag in ASKING.flags:
        offered = [choice["value"] for choice in inputs_of(card)[f"{ANSWER}{flag.id}"]["choices"]]
        assert offered == ["yes", "no", NOT_KNOWN]


def test_nothing_is_answered_beforehand(renderer: Renderer) -> None:
    assert set(renderer.draw(risk_cards.questionnaire(view(world.NEW)))["values"].values()) == {""}


def test_what_was_answered_stays_when_a_danger_was_left_out(renderer: Renderer) -> None:
    given = {"answer-how-often": "weekly", "answer-weapon": "no", "questions": ASKING.version}
    read = case_forms.read_risk(given, ASKING)
    assert isinstance(read, Typed)
    drawn = renderer.draw(risk_cards.questionnaire(view(world.NEW), read))
    assert drawn["values"]["answer-how-often"] == "weekly"
    assert drawn["values"]["answer-weapon"] == "no"
    assert drawn["texts"].count(texts_risk.SAY_WHETHER) == len(ASKING.flags) - 1


def test_the_save_button_says_which_questions_were_asked() -> None:
    data = buttons_of(risk_cards.questionnaire(view(world.NEW)))[verbs.RISK_SAVE]["data"]
    assert (data["instrument"], data["questions"]) == ("questionnaire", ASKING.version)


def long_questionnaire(questions: int) -> Questionnaire:
    """A force's own, much longer than the built-in one."""
    asked = [
        {
            "id": f"question-{n}",
            "text": f"{n}. " + "Has anything of this kind happened to you? " * 4,
            "answers": [
                {
                    "id": f"{points}-times",
                    "points": points,
                    "label": f"{points} times, as far as I can remember",
                }
                for points in range(6)
            ],
        }
        for n in range(questions)
    ]
    flags = [{"id": f"danger-{n}", "text": f"Is there danger of kind {n}?"} for n in range(8)]
    return Questionnaire.model_validate(
        {
            "id": "force",
            "version": "9",
            "questions": asked,
            "flags": flags,
            "medium_from": 15,
            "high_from": 24,
        }
    )


LONG: Final = long_questionnaire(120)
LONG_HUB: Final[Directory] = world.DIRECTORY.model_copy(update={"risk": RiskSettings(questionnaire=LONG)})


def test_a_questionnaire_of_any_length_is_answered_page_by_page_and_nothing_is_lost() -> None:
    """Pressing only what the card offers, with the last answer given to every question."""
    wanted = {item.id: [*risk_pages.offered(item)][-2] for item in LONG.everything_asked}
    typed, pages = None, 0
    while not isinstance(typed, Mapping):
        card = risk_cards.questionnaire(view(world.NEW, directory=LONG_HUB), typed)
        assert checks.fits(card)
        save = buttons_of(card)[verbs.RISK_SAVE]
        inputs = {name: wanted[name.removeprefix(ANSWER)] for name in inputs_of(card)}
        typed = case_forms.read_risk({**save["data"], **inputs}, LONG)
        pages += 1
    assert pages > 2
    assert typed == wanted


def test_a_fault_on_a_later_page_keeps_what_was_answered_before() -> None:
    first = case_forms.read_risk(
        {
            "questions": "9",
            "page": 0,
            **{f"{ANSWER}{flag.id}": NO for flag in LONG.flags},
            f"{ANSWER}question-0": "3-times",
        },
        LONG,
    )
    assert isinstance(first, Typed)
    card = risk_cards.questionnaire(view(world.NEW, directory=LONG_HUB), first)
    data = buttons_of(card)[verbs.RISK_SAVE]["data"]
    question = next(iter(inputs_of(card)))
    again = case_forms.read_risk({**data, question: "gone"}, LONG)
    assert isinstance(again, Typed)
    assert again.values[f"{ANSWER}question-0"] == "3-times"
    assert again.values["page"] == "1"
    assert set(again.errors) == {question}


def test_the_pages_ask_everything_once_and_the_dangers_first() -> None:
    asked = [item for page in risk_pages.pages(LONG) for item in page]
    assert asked == [*LONG.flags, *LONG.questions]
    assert all(isinstance(item, Flag) for item in asked[: len(LONG.flags)])


def test_the_built_in_questions_fit_on_one_page() -> None:
    assert len(risk_pages.pages(ASKING)) == 1


# --- judgement and override ------------------------------------------------------------------------------------------


def test_a_judgement_asks_for_six_thoughts_a_band_and_a_reason() -> None:
    names = list(inputs_of(risk_cards.judgement(view(world.NEW))))
    prompts = [f"note-{prompt.id}" for prompt in world.DIRECTORY.risk.judgement.prompts]
    assert names == [*prompts, "band", "reason"]
    assert len(prompts) == 6


def test_an_override_says_how_long_it_holds() -> None:
    card = risk_cards.override(view(world.CHECKED))
    assert texts_risk.OVERRIDE_HOW in words_of(card)
    assert list(inputs_of(card)) == ["band", "reason"]


@pytest.mark.parametrize("build", [risk_cards.questionnaire, risk_cards.judgement, risk_cards.override])
def test_every_form_leads_back_to_the_risk_without_taking_anything_along(build: Any) -> None:
    back = buttons_of(build(view(world.CHECKED)))["back"]
    assert back["associatedInputs"] == "none"
    assert (back["data"]["verb"], back["data"]["section"]) == (verbs.CASE_READ, "risk")


# --- the warning -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "warns"),
    [
        (world.CALM, False),
        (WORRIED, False),
        *(({**world.CALM, flag.id: "yes"}, True) for flag in ASKING.flags),
        *(({**world.CALM, flag.id: NOT_KNOWN}, True) for flag in ASKING.flags),
    ],
)
def test_a_danger_that_is_there_or_cannot_be_ruled_out_warns(answers: dict[str, str], warns: bool) -> None:
    file = world.asked(world.NEW, answers)
    assert risk_cards.needs_warning(view(file), file.risks[-1]) is warns


def test_a_judgement_warns_of_nothing_it_did_not_ask() -> None:
    assert not risk_cards.needs_warning(view(BOTH), BOTH.risks[-1])


def test_the_warning_names_999_and_the_hubs_own_number_before_anything_else() -> None:
    card = risk_cards.warning(view(DANGER), DANGER.risks[-1])
    first = words_of(card["body"][0])
    assert "999" in first
    assert "03069 990 123" in first


def test_the_warning_names_what_was_answered_and_leads_to_the_result() -> None:
    card = risk_cards.warning(view(DANGER), DANGER.risks[-1])
    said = words_of(card)
    assert "Has a weapon been seen, used or threatened? **Yes**" in said
    assert "Is a child being harmed, or in danger of it? **Not known**" in said
    assert "violence" not in said
    (button,) = buttons_of(card).values()
    assert (button["data"]["verb"], button["data"]["instrument"]) == (verbs.RISK_WARNED, "questionnaire")


def test_the_warning_shows_no_band_yet() -> None:
    card = risk_cards.warning(view(DANGER), DANGER.risks[-1])
    assert not {"High", "Medium", "Standard"} & set(lines_of(card))


# --- the result ------------------------------------------------------------------------------------------------------


def test_the_result_tells_the_band_and_what_each_instrument_came_to() -> None:
    card = risk_reading.result(view(BOTH))
    assert lines_of(card)[2] == "High"
    assert facts_of(card) == {
        "Victim questionnaire": "Medium, 22 of 43 points",
        "Judgement of a place": "High",
    }
    assert texts_risk.THE_HIGHER in words_of(card)


def test_the_result_tells_what_raised_it_whatever_the_points() -> None:
    raised = below(risk_reading.result(view(DANGER)), texts_risk.WHAT_RAISED)
    assert "Has a weapon been seen, used or threatened? **Yes**: at least High" in raised


def test_a_danger_is_named_even_where_the_points_alone_make_it_high() -> None:
    worst = {question.id: question.answers[-1].id for question in ASKING.questions}
    file = world.asked(world.NEW, {**world.CALM, **worst, "weapon": "yes"})
    raised = below(risk_reading.result(view(file)), texts_risk.WHAT_RAISED)
    assert "Has a weapon been seen, used or threatened? **Yes**: at least High" in raised


def test_an_answer_that_asks_for_a_band_is_named_even_where_the_points_would_not() -> None:
    file = world.asked(world.NEW, {**world.CALM, "who-you-are": "yes"})
    (_, raised) = below(risk_reading.result(view(file)), texts_risk.WHAT_RAISED)
    assert raised.endswith("**Yes, or it may be**: at least Medium")


def test_the_result_tells_what_counts_most_with_its_points() -> None:
    counted = below(risk_reading.result(view(world.CHECKED)), texts_risk.WHAT_COUNTS)
    assert [line.rpartition("(")[2] for line in counted] == ["6 points)", "4 points)", "3 points)"]


def test_the_result_names_what_is_not_known() -> None:
    unknown = below(risk_reading.result(view(world.CHECKED)), texts_risk.NOT_KNOWN_TITLE)
    assert unknown[1:] == [
        "Do you think it is aimed at somebody in particular?",
        "Do you have friends or family to turn to?",
    ]


def test_calm_answers_raise_nothing_and_leave_nothing_open() -> None:
    lines = lines_of(risk_reading.result(view(world.asked(world.NEW, world.CALM))))
    assert not {texts_risk.WHAT_RAISED, texts_risk.WHAT_COUNTS, texts_risk.NOT_KNOWN_TITLE} & set(lines)


def test_the_result_tells_what_clocks_run_and_until_when() -> None:
    file = world.asked(world.NEW, WORRIED, days_ago=0)
    clocks = below(risk_reading.result(view(file)), texts_risk.CLOCKS_TITLE)
    assert "**Initial action:** in 5 days, 8 June 2026, 17:00" in clocks
    assert sum("Case meeting" in line for line in clocks) == 1


def test_a_reassessment_is_compared_with_the_last_time() -> None:
    assert "Last time it was High, 22 of 43 points (26 May 2026)." in lines_of(
        risk_reading.result(view(REASSESSED))
    )


def test_a_band_set_by_hand_says_so_and_why() -> None:
    card = risk_reading.result(view(BY_HAND))
    assert lines_of(card)[2] == "Medium"
    assert texts_risk.OVERRIDDEN in words_of(card)
    assert BY_HAND.risks[-1].reason in words_of(card)


def test_an_override_does_not_count_once_there_is_a_newer_assessment() -> None:
    card = risk_reading.result(
        view(world.judged(BY_HAND, Band.HIGH, "It began again on Friday.", days_ago=0))
    )
    assert "Override" not in facts_of(card)
    assert texts_risk.OVERRIDDEN not in words_of(card)


def test_the_way_on_is_back_to_the_case() -> None:
    (main,) = main_buttons(risk_reading.result(view(DANGER)))
    assert main["data"]["verb"] == verbs.CASE_OPEN


# --- everything about the risk ---------------------------------------------------------------------------------------


def everything(file: CaseFile, actor: Any = TOM, page: int = 0) -> dict[str, Any]:
    return risk_reading.everything(view(file, actor), page)


def test_every_assessment_ever_made_is_there_newest_first_with_author_and_reason() -> None:
    lines = lines_of(everything(BY_HAND))
    order = ["**Medium** · Override", "**High** · Judgement of a place"]
    places = [lines.index(line) for line in [*order, "**Medium, 22 of 43 points** · Victim questionnaire"]]
    assert places == sorted(places)
    assert "Tom Roe · Fell Police · 2 June 2026" in lines
    assert "Injuries, and it spreads." in lines


def test_all_that_was_answered_is_a_press_away() -> None:
    card = everything(BOTH)
    answers = facts_of(buttons_of(card)["answers-1"]["card"])
    assert answers["How often does this happen?"] == "Most days"
    assert answers["Do you think it is aimed at somebody in particular?"] == "Not known"
    assert len(answers) == len(ASKING.everything_asked)
    assert facts_of(buttons_of(card)["answers-2"]["card"])["Harm"] == "One cut hand on 30 May."


def test_answers_to_questions_that_have_changed_since_are_not_put_to_other_questions() -> None:
    card = everything(OLD_QUESTIONS)
    assert texts_risk.OTHER_VERSION in words_of(card)
    assert "22 points" in words_of(card)
    assert "answers-1" not in buttons_of(card)


def test_clocks_that_were_met_late_or_reckoned_anew_stay_to_be_read() -> None:
    file = world.clock(world.SCANNING, "information", replaced_at=NOW)
    file = world.clock(file, "initial_action", met_at=NOW - timedelta(days=1))
    said = words_of(everything(file))
    assert "**Initial action:** met 2 June 2026, 14:05, after it was due (29 May 2026, 17:00)" in said
    assert "**Partners' replies:** was due 2 June 2026, 17:00; reckoned anew 3 June 2026, 14:05" in said
    assert "**Risk check:** met 26 May 2026, 14:05" in said


def test_no_clock_runs_in_a_case_that_has_ended() -> None:
    assert "overdue" not in words_of(everything(in_state(world.SCANNING, CaseState.WITHDRAWN)))


def test_the_first_assessment_is_the_main_button_and_later_ones_are_not() -> None:
    (main,) = main_buttons(everything(world.NEW))
    assert (main["data"]["verb"], main["data"]["instrument"]) == (verbs.RISK_OPEN, Instrument.QUESTIONNAIRE)
    assert main_buttons(everything(world.CHECKED)) == []


@pytest.mark.parametrize(
    ("file", "actor", "offered"),
    [
        (world.NEW, TOM, {"ask", "judge"}),
        (world.CHECKED, TOM, {"ask", "judge", verbs.OVERRIDE_OPEN, verbs.CLOCK_OPEN}),
        (world.SCANNING, PRIYA, {"ask", "judge", verbs.CLOCK_OPEN}),
        (world.SCANNING, IAN, set()),
        (world.SCANNING, RUTH, set()),
        (in_state(world.SCANNING, CaseState.CLOSED), TOM, set()),
    ],
)
def test_each_person_is_offered_what_they_may_do_about_the_risk(
    file: CaseFile, actor: Any, offered: set[str]
) -> None:
    buttons = set(buttons_of(everything(file, actor))) - {"back"}
    assert {name for name in buttons if not name.startswith("answers-")} == offered


def test_a_long_history_goes_on_pages_and_no_assessment_is_left_out() -> None:
    file = world.NEW
    for n in range(30):
        file = world.asked(file, WORRIED, days_ago=40 - n)
    found, page = set(), 0
    while True:
        card = everything(file, page=page)
        assert checks.fits(card)
        found |= {name for name in buttons_of(card) if name.startswith("answers-")}
        if "next" not in buttons_of(card):
            break
        page = buttons_of(card)["next"]["data"]["page"]
    assert len(found) == 30


# --- stopping a clock ------------------------------------------------------------------------------------------------


def test_the_clock_that_is_due_first_is_chosen_already(renderer: Renderer) -> None:
    card = clock_cards.clock(view(world.SCANNING))
    assert renderer.draw(card)["values"]["clock"] == "initial_action"
    assert [choice["value"] for choice in inputs_of(card)["clock"]["choices"]] == [
        "initial_action",
        "information",
        "meeting",
    ]


def test_the_risk_check_is_not_stopped_by_hand() -> None:
    assert "risk_check" not in clock_cards.stoppable(view(world.asked(world.NEW, WORRIED)))


def test_where_no_clock_runs_there_is_nothing_to_save() -> None:
    card = clock_cards.clock(view(world.NEW))
    assert texts_risk.NO_CLOCK in words_of(card)
    assert titles_of(card) == ["Back without saving"]


def test_a_clock_that_was_met_cannot_be_stopped_again() -> None:
    file = world.clock(world.SCANNING, "meeting", met_at=NOW)
    assert "meeting" not in clock_cards.stoppable(view(replace(file)))
