"""The pages of the stages, as somebody who fills in one twice a year meets them."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards import checks, clash_cards, stage_forms, texts, texts_clash, texts_coaching, texts_stages, verbs
from cards.stage_forms import OWN, TEXT, pick_of
from cards.texts_questions import QUESTIONS
from cards.verbs import Surface
from osara_store.case_file import CaseFile
from osara_store.policy import Action
from osara_store.schema import CaseState
from osara_store.stages import FIELD, TRIANGLE, Part, fields_of
from tests.unit.cards import stage_world as world
from tests.unit.cards.every_case_card_stages import (
    CLASHED,
    HALF,
    LONGEST,
    MISTAKES,
    clash,
    faulty,
    file_at,
    page,
    second_cycle,
)
from tests.unit.cards.rig import Renderer
from tests.unit.cards.stage_world import HELEN, PRIYA, READING, TOM, WRITING, answered, view
from tests.unit.cards.test_every_card import actions_of, parts_of
from tests.unit.cards.test_referral_form import buttons_of, words_of

Card = dict[str, Any]
every_part = pytest.mark.parametrize("part", Part)


def inputs_of(card: Card) -> dict[str, Card]:
    """Every input, in whatever it stands."""
    return {part["id"]: part for part in parts_of(card) if str(part.get("type", "")).startswith("Input.")}


def versions_of(card: Card) -> dict[str, int]:
    versions: dict[str, int] = buttons_of(card)["Save"]["data"]["versions"]
    return versions


def sent_back(card: Card, drawn: Mapping[str, Any]) -> dict[str, Any]:
    """What Teams sends when Save is pressed: the button's data, and every input that is not empty."""
    return {
        **{name: text for name, text in drawn["values"].items() if text},
        **buttons_of(card)["Save"]["data"],
    }


def after(card: Card, id_: str) -> Iterator[Card]:
    """What stands right below an input."""
    for whole in parts_of(card):
        for row in (whole.get("body"), whole.get("items")):
            ids = [part.get("id") for part in row or []]
            if id_ in ids:
                yield from row[ids.index(id_) + 1 :]


def new(part: Part) -> Card:
    return page(view(file_at(part, {})), part)


# --- what is asked ---------------------------------------------------------------------------------------------------


@every_part
def test_a_page_asks_every_question_of_its_part_in_order(part: Part, renderer: Renderer) -> None:
    order = [name for side in TRIANGLE.values() for name in side]
    expected = order if part is Part.TRIANGLE else [field.name for field in fields_of(part)]
    assert renderer.draw(new(part))["inputs"] == expected


@every_part
def test_each_input_asks_its_question_and_gives_an_example(part: Part) -> None:
    for name, shown in inputs_of(new(part)).items():
        if not FIELD[name].is_grade:
            assert shown["label"].removesuffix(texts_stages.NEEDED) == QUESTIONS[name].ask
        if FIELD[name].sort not in {"choice", "day"}:
            assert shown["placeholder"] == f"Example: {QUESTIONS[name].example}"


@every_part
def test_what_a_stage_cannot_do_without_is_marked(part: Part) -> None:
    marked = {
        name for name, shown in inputs_of(new(part)).items() if shown["label"].endswith(texts_stages.NEEDED)
    }
    assert marked == {field.name for field in fields_of(part) if field.required}


@every_part
def test_an_empty_page_can_be_saved_and_left(part: Part, renderer: Renderer) -> None:
    """Teams holds every button to a required input: nobody could save half a page, or leave it."""
    assert renderer.draw(new(part))["refused"] == []


@every_part
def test_the_client_holds_the_same_limits_as_the_server(part: Part) -> None:
    for name, shown in inputs_of(new(part)).items():
        in_words = FIELD[name].sort in {"text", "list", "short"}
        assert shown.get("maxLength") == (FIELD[name].most if in_words else None)


def test_the_triangle_is_entered_side_by_side_with_who_is_missing() -> None:
    rows = [part for part in parts_of(new(Part.TRIANGLE)) if part.get("type") == "ColumnSet"]
    beside = [[column["items"][0]["id"] for column in row["columns"]] for row in rows]
    assert beside == [[side.features, side.controller] for side in TRIANGLE.values()]


# --- what stands there -----------------------------------------------------------------------------------------------


@every_part
def test_a_page_that_is_saved_untouched_says_what_was_answered(part: Part, renderer: Renderer) -> None:
    file = file_at(part, world.EVERYTHING)
    card = page(view(file), part)
    written = stage_forms.read(part, sent_back(card, renderer.draw(card)))
    assert written.errors == {}
    assert written.right == {field.name: file.answer(field.name) for field in fields_of(part)}


def test_a_page_says_which_answers_it_showed() -> None:
    file = answered(file_at(Part.OBJECTIVE, {"baseline": "20", "target": "8"}), {"baseline": "22"})
    versions = versions_of(page(view(file), Part.OBJECTIVE))
    assert versions == {**dict.fromkeys(world.OBJECTIVE, 0), "baseline": 2, "target": 1}


def test_a_form_starts_with_what_the_referral_says_and_tells_so() -> None:
    card = new(Part.SCANNING)
    assert inputs_of(card)["statement"]["value"].startswith("Groups gather in the car park")
    assert inputs_of(card)["how_often"]["value"] == "Most days"
    assert next(after(card, "statement"))["text"] == texts_stages.FROM_THE_REFERRAL
    assert versions_of(card)["statement"] == 0


def test_what_the_referrer_would_like_is_not_taken_for_an_objective() -> None:
    assert next(after(new(Part.OBJECTIVE), "different"))["text"] == texts_stages.WANTED_BY_REFERRER


@pytest.mark.parametrize("answer", ["Cars meet on the upper deck.", ""])
def test_an_answer_takes_the_place_of_what_the_referral_says_even_an_emptied_one(answer: str) -> None:
    card = page(view(file_at(Part.SCANNING, {"statement": answer})), Part.SCANNING)
    assert inputs_of(card)["statement"].get("value", "") == answer
    assert next(after(card, "statement")).get("text") != texts_stages.FROM_THE_REFERRAL


# --- faults ----------------------------------------------------------------------------------------------------------


@every_part
def test_everything_that_was_typed_wrongly_stands_there_again_with_its_fault_right_below(part: Part) -> None:
    typed = faulty(part)
    card = page(view(file_at(part, HALF)), part, typed)
    for field in fields_of(part):
        shown = inputs_of(card)[field.name]
        if field.sort != "choice":
            assert shown["value"] == typed.values[field.name]
        assert next(after(card, field.name))["text"] == typed.errors[field.name]


def test_a_page_that_came_back_names_what_needs_a_look_and_leaves_the_rest_in_peace() -> None:
    card = page(view(file_at(Part.OBJECTIVE, {"measure": "Calls"})), Part.OBJECTIVE, MISTAKES)
    said = words_of(card)
    assert "**Please look at 2 answers:** the baseline and the target date. Everything else is saved." in said
    assert texts_stages.NEXT_BEST not in said
    assert inputs_of(card)["measure"]["value"] == "Calls"


def test_who_corrects_a_fault_has_not_seen_what_another_wrote_meanwhile() -> None:
    """Otherwise their correction would replace an answer that they never saw."""
    file = file_at(Part.OBJECTIVE, {"baseline": "19"})
    assert versions_of(page(view(file), Part.OBJECTIVE, MISTAKES))["baseline"] == 0


def test_a_day_that_no_calendar_shows_is_given_back_as_it_was_typed() -> None:
    card = page(view(file_at(Part.OBJECTIVE, {})), Part.OBJECTIVE, MISTAKES)
    shown = inputs_of(card)["target_date"]
    assert (shown["type"], shown["value"]) == ("Input.Text", "end of September")
    assert inputs_of(new(Part.OBJECTIVE))["target_date"]["type"] == "Input.Date"


# --- coaching --------------------------------------------------------------------------------------------------------


@every_part
def test_what_good_looks_like_and_an_example_are_a_press_away(part: Part) -> None:
    opened = {
        action["title"]: words_of(action["card"]) for action in actions_of(new(part)) if "card" in action
    }
    assert set(opened) == {texts_coaching.GOOD_BUTTON, texts_coaching.EXAMPLE_BUTTON}
    assert all(line in opened[texts_coaching.GOOD_BUTTON] for line in texts_coaching.GOOD[part])
    assert texts_coaching.STORY[part] in opened[texts_coaching.EXAMPLE_BUTTON]
    sides = {side.not_applicable for side in TRIANGLE.values()}
    for field in fields_of(part):
        if not field.is_grade and field.name not in {*sides, "one_agency_because"}:
            assert f"**{texts_stages.LABELS[field.name]}:**" in opened[texts_coaching.EXAMPLE_BUTTON]


def test_what_good_looks_like_is_a_list(renderer: Renderer) -> None:
    good = next(action["card"] for action in actions_of(new(Part.OBJECTIVE)) if action.get("id") == "good")
    drawn = renderer.draw(good)
    assert drawn["lists"] == 1
    assert drawn["texts"][0].splitlines() == list(texts_coaching.GOOD[Part.OBJECTIVE])


def test_a_page_says_how_complete_it_is_and_what_helps_most_now() -> None:
    said = words_of(page(view(file_at(Part.OBJECTIVE, HALF)), Part.OBJECTIVE))
    assert (
        "4 of 7 answered. Two more are needed before analysis can begin: the baseline and the target." in said
    )
    assert f"**Next best thing to add: the baseline.** {QUESTIONS['baseline'].helps}" in said


def test_the_closing_page_counts_its_own_answers() -> None:
    said = words_of(page(view(file_at(Part.CLOSURE, {"outcome": "solved"})), Part.CLOSURE))
    assert (
        "1 of 4 answered. Two more are needed before the case can close: "
        "contact with whoever reported it and the closing summary." in said
    )


def test_the_assessment_stands_beside_what_was_aimed_for_and_what_was_done() -> None:
    file = world.with_tasks(file_at(Part.ASSESSMENT, world.EVERYTHING), world.TASKS)
    said = words_of(page(view(file), Part.ASSESSMENT))
    assert "22 (The four weeks from 4 to 31 May 2026)" in str(page(view(file), Part.ASSESSMENT))
    assert "**From 22 to 11: 50% less. The target of 8 is not reached yet.**" in said
    assert "**Lights on the upper deck**: Northshore Homes, by 19 June 2026 (Open)" in said


def test_actions_of_an_earlier_cycle_are_not_taken_for_those_of_this_one() -> None:
    assert texts_stages.NO_ACTIONS in words_of(page(view(second_cycle(Part.RESPONSE)), Part.RESPONSE))


def test_many_actions_are_counted_rather_than_listed() -> None:
    tasks = [world.task(n, f"Patrol number {n}", "fell-police") for n in range(1, 14)]
    said = words_of(page(view(world.with_tasks(file_at(Part.RESPONSE, {}), tasks)), Part.RESPONSE))
    assert "Patrol number 10" in said
    assert "Patrol number 11" not in said
    assert texts_stages.more_actions(3) in said


# --- later cycles ----------------------------------------------------------------------------------------------------


def test_in_a_later_cycle_each_question_shows_what_stood_in_the_one_before() -> None:
    file = answered(file_at(Part.OBJECTIVE, world.OBJECTIVE), {"target": "5", "baseline": "22"}, cycle=2)
    card = page(view(world.in_state(file, CaseState.SCANNING, cycle=2)), Part.OBJECTIVE)
    assert next(after(card, "target"))["text"] == "In cycle 1: 8"
    assert next(after(card, "target_date"))["text"] == "In cycle 1: 30 September 2026"
    assert inputs_of(card)["target"]["value"] == "5"
    assert "value" not in inputs_of(card)["measure"]
    assert texts_stages.cycle_line(2) in words_of(card)


def test_what_has_stayed_the_same_is_not_told_twice() -> None:
    file = answered(file_at(Part.OBJECTIVE, world.OBJECTIVE), {"baseline": "22"}, cycle=2)
    card = page(view(world.in_state(file, CaseState.SCANNING, cycle=2)), Part.OBJECTIVE)
    assert "In cycle 1: 22" not in words_of(card)


def test_the_first_cycle_says_nothing_of_cycles() -> None:
    assert "cycle" not in words_of(page(view(file_at(Part.OBJECTIVE, HALF)), Part.OBJECTIVE))


# --- buttons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("surface", Surface)
@every_part
def test_a_page_has_one_main_button_which_saves(part: Part, surface: Surface) -> None:
    card = page(view(file_at(part, HALF), surface=surface), part)
    assert [action["title"] for action in card["actions"] if action.get("style") == "positive"] == ["Save"]
    data = buttons_of(card)["Save"]["data"]
    assert {name: data[name] for name in ("verb", "case", "seen", "part", "cycle")} == {
        "verb": verbs.STAGE_SAVE,
        "case": "ALL-2026-0001",
        "seen": 3,
        "part": part,
        "cycle": 1,
    }


@pytest.mark.parametrize(
    ("part", "following"),
    [
        (Part.OBJECTIVE, "scanning"),
        (Part.PICTURE, "triangle"),
        (Part.TRIANGLE, "hypothesis"),
        (Part.RESPONSE, "tasks"),
        (Part.ASSESSMENT, "tasks"),
    ],
)
def test_a_page_with_another_after_it_saves_and_goes_on(part: Part, following: str) -> None:
    actions = new(part)["actions"]
    data = next(action["data"] for action in actions if action["id"] == "save_and_go_on")
    assert data == {**actions[0]["data"], "next": following}


@pytest.mark.parametrize(
    ("part", "before"),
    [(Part.SCANNING, "objective"), (Part.TRIANGLE, "picture"), (Part.HYPOTHESIS, "triangle")],
)
def test_a_page_with_another_before_it_saves_and_goes_back(part: Part, before: str) -> None:
    actions = new(part)["actions"]
    data = next(action["data"] for action in actions if action["id"] == "save_and_go_back")
    assert data == {**actions[0]["data"], "next": before}
    to_read = page(view(file_at(part, HALF), can=READING), part)
    assert {"verb": verbs.STAGE_OPEN, "case": "ALL-2026-0001", "seen": 3, "part": before} in [
        action["data"] for action in to_read["actions"]
    ]


@every_part
def test_leaving_a_page_takes_nothing_along(part: Part) -> None:
    leave = new(part)["actions"][-1]
    assert leave["title"] == "Back without saving"
    assert leave["data"]["verb"] == verbs.CASE_OPEN
    assert leave["associatedInputs"] == "none"


# --- for those who only read -----------------------------------------------------------------------------------------


@every_part
def test_who_may_not_write_a_page_reads_it_and_is_asked_for_a_note(part: Part) -> None:
    file = file_at(part, world.EVERYTHING)
    card = page(view(file, actor=HELEN, can=READING), part)
    assert inputs_of(card) == {}
    assert texts_stages.WRITE_NOTE in buttons_of(card)
    assert not {verbs.STAGE_SAVE, verbs.STAGE_CHOOSE} & {action["data"]["verb"] for action in card["actions"]}
    for field in fields_of(part):
        if text := file.answer(field.name):
            assert words_of(
                {"text": texts_stages.said(field.name, text).splitlines()[0]}
            ).strip() in words_of(card)


def test_the_closing_page_is_written_by_those_who_may_write_the_closure() -> None:
    file = file_at(Part.CLOSURE, {})
    assert inputs_of(page(view(file, can=WRITING - {Action.WRITE_STAGE}), Part.CLOSURE))
    assert not inputs_of(page(view(file, can=WRITING - {Action.WRITE_CLOSURE}), Part.CLOSURE))


def test_who_may_not_even_write_a_note_is_offered_none() -> None:
    card = page(view(file_at(Part.SCANNING, HALF), can=frozenset({Action.READ_CASE})), Part.SCANNING)
    assert texts_stages.WRITE_NOTE not in buttons_of(card)
    assert texts_stages.READ_ONLY not in words_of(card)


def test_what_somebody_wrote_is_read_as_it_was_typed(renderer: Renderer) -> None:
    text = "**Not bold**, [no link](https://example.org) and <at>nobody</at>"
    card = page(view(file_at(Part.SCANNING, {"statement": text}), can=READING), Part.SCANNING)
    drawn = renderer.draw(card)
    assert text in drawn["texts"]
    assert drawn["links"] == []


# --- long texts ------------------------------------------------------------------------------------------------------


@every_part
def test_a_text_that_does_not_fit_is_never_cut_in_an_input(part: Part) -> None:
    file = file_at(part, LONGEST)
    card = page(view(file), part)
    shown = inputs_of(card)
    for name, element in shown.items():
        assert element["value"] == file.answer(name)
    openers = {
        action["data"]["field"] for action in actions_of(card) if action.get("id", "").startswith("open_")
    }
    assert openers | set(shown) == {field.name for field in fields_of(part)}
    assert set(versions_of(card)) == set(shown)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    part=st.sampled_from(Part),
    letters=st.lists(st.sampled_from('a"\\*é€😀\n'), min_size=4, max_size=4),
    share=st.floats(0.1, 1),
    can=st.sampled_from([WRITING, READING]),
)
def test_whatever_was_written_in_two_cycles_the_page_can_be_shown(
    part: Part, letters: list[str], share: float, can: frozenset[Action]
) -> None:
    def written(first: int) -> dict[str, str]:
        texts_of = [field for field in fields_of(part) if field.sort in {"text", "list", "short"}]
        return {
            field.name: "x" + letters[first + n % 2] * int((field.most - 2) * share) + "x"
            for n, field in enumerate(texts_of)
        }

    file = answered(file_at(part, written(0)), written(2), cycle=2)
    card = page(view(world.in_state(file, CaseState.ASSESSMENT, cycle=2), can=can), part)
    checks.check(card)
    for name, element in inputs_of(card).items():
        assert element.get("value", "") == file.answer(name, cycle=2)


def test_a_long_text_has_a_page_of_its_own() -> None:
    file = file_at(Part.SCANNING, LONGEST)
    card = page(view(file), Part.SCANNING, field="statement")
    assert inputs_of(card)["statement"]["value"] == file.answer("statement")
    assert list(inputs_of(card)) == ["statement"]
    assert versions_of(card) == {"statement": 1}
    assert buttons_of(card)["Save"]["data"]["field"] == "statement"
    assert card["actions"][-1]["data"] == {
        "verb": verbs.STAGE_OPEN,
        "case": "ALL-2026-0001",
        "seen": 3,
        "part": "scanning",
    }


def test_a_field_of_another_page_does_not_open() -> None:
    card = page(view(file_at(Part.SCANNING, HALF)), Part.SCANNING, field="closing_summary")
    assert len(inputs_of(card)) == len(fields_of(Part.SCANNING))


def test_only_a_text_far_beyond_its_limit_is_cut_and_the_person_told() -> None:
    typed = stage_forms.read(Part.SCANNING, {"statement": "Noise. " * 20_000, "versions": {"statement": 1}})
    card = page(view(file_at(Part.SCANNING, world.SCANNING)), Part.SCANNING, typed)
    assert len(inputs_of(card)["statement"]["value"]) > FIELD["statement"].most
    assert texts.CUT_TO_FIT in words_of(card)


# --- two people at once ----------------------------------------------------------------------------------------------


def test_a_page_says_where_texts_wait_and_leads_to_the_choice() -> None:
    card = page(view(CLASHED), Part.SCANNING)
    assert "about the problem statement, how often it happens and the repeat check." in words_of(card)
    choose = next(action for action in actions_of(card) if action.get("id") == "choose")
    assert choose["data"]["verb"] == verbs.STAGE_OPEN
    opened = page(view(CLASHED), Part.SCANNING, field=choose["data"]["field"])
    assert opened["body"][0]["text"] == texts_clash.TITLE
    assert inputs_of(card)["statement"]["value"] == world.SCANNING["statement"]


def test_who_only_reads_is_not_asked_to_choose() -> None:
    card = page(view(CLASHED, can=READING), Part.SCANNING, field="statement")
    assert card["body"][0]["text"] != texts_clash.TITLE


def test_all_texts_stand_side_by_side_with_who_wrote_them_and_when() -> None:
    said = words_of(clash(CLASHED, Part.SCANNING))
    assert world.SCANNING["statement"] in said
    assert "Young people with cars meet" in said
    assert "The car park is a meeting place" in said
    assert "Tom Roe, 3 June 2026, 13:05" in said
    assert "Priya Example, 3 June 2026, 13:05" in said
    assert texts_clash.YOURS in said
    assert "Yes, in the same place" in said


def choices_of(card: Card, name: str) -> dict[str, str]:
    return {choice["title"]: choice["value"] for choice in inputs_of(card)[pick_of(name)]["choices"]}


def test_each_text_can_be_chosen_or_a_new_one_written() -> None:
    card = clash(CLASHED, Part.SCANNING)
    assert choices_of(card, "statement") == {
        "Keep what Tom Roe wrote": TEXT + CLASHED.answer("statement"),
        "Use what Priya Example wrote": TEXT + "The car park is a meeting place for drivers after dark.",
        "Use mine": TEXT
        + "Young people with cars meet in the car park on most evenings. Residents feel unsafe.",
        "Use the text below": OWN,
    }
    assert list(choices_of(card, "repeat_check")) == ["Keep what Tom Roe wrote", "Use mine"]
    assert inputs_of(card)["statement"]["value"].splitlines() == [
        CLASHED.answer("statement"),
        "The car park is a meeting place for drivers after dark.",
        "Young people with cars meet in the car park on most evenings. Residents feel unsafe.",
    ]
    assert "repeat_check" not in inputs_of(card)


def test_the_choice_says_what_its_reader_has_seen() -> None:
    data = buttons_of(clash(CLASHED, Part.SCANNING))[texts_clash.CHOOSE]["data"]
    assert data["verb"] == verbs.STAGE_CHOOSE
    assert (data["part"], data["cycle"]) == ("scanning", 1)
    assert data["versions"] == {"statement": 3, "how_often": 1, "repeat_check": 1}


def test_who_wrote_neither_text_chooses_between_the_others() -> None:
    titles = list(choices_of(clash(CLASHED, Part.SCANNING, who=PRIYA), "how_often"))
    assert titles == ["Keep what Tom Roe wrote", "Use what Helen Doe wrote", "Use the text below"]
    assert texts_clash.USE_YOURS in choices_of(clash(CLASHED, Part.SCANNING, who=TOM), "how_often")


def test_a_choice_comes_back_as_the_text_that_was_chosen() -> None:
    card = clash(CLASHED, Part.SCANNING)
    data = buttons_of(card)[texts_clash.CHOOSE]["data"]
    picks = {pick_of(name): choices_of(card, name)["Use mine"] for name in data["versions"]}
    written = stage_forms.read_choice(Part.SCANNING, {**picks, **data})
    assert written.errors == {}
    assert written.right["repeat_check"] == "none_found"
    assert written.right["how_often"] == "Every Saturday, and two or three evenings in the week"


def test_whoever_chooses_nothing_is_asked_again_with_everything_kept() -> None:
    given = {"statement": "A text of my own.", "versions": {"statement": 3}}
    typed = stage_forms.read_choice(Part.SCANNING, given)
    card = clash(CLASHED, Part.SCANNING, typed=typed)
    assert inputs_of(card)["statement"]["value"] == "A text of my own."
    assert next(after(card, pick_of("statement")))["text"] == texts_clash.PLEASE_CHOOSE


def test_choosing_later_leaves_everything_as_it_is() -> None:
    later = buttons_of(clash(CLASHED, Part.SCANNING))[texts_clash.CHOOSE_LATER]
    assert later["data"]["verb"] == verbs.STAGE_OPEN
    assert later["associatedInputs"] == "none"


def test_what_there_is_no_room_for_waits_until_the_first_is_chosen() -> None:
    file = file_at(Part.SCANNING, LONGEST)
    theirs = {name: "é" * FIELD[name].most for name in ("statement", "sources", "who_is_affected")}
    file = answered(file, theirs, who=HELEN, standing=False)
    card = clash(file, Part.SCANNING)
    versions = buttons_of(card)[texts_clash.CHOOSE]["data"]["versions"]
    assert 1 <= len(versions) < 3
    assert texts_clash.MORE_LATER in words_of(card)
    for name in versions:
        assert set(choices_of(card, name).values()) == {TEXT + file.answer(name), TEXT + theirs[name], OWN}


def test_a_name_can_hold_nothing_that_is_more_than_a_name(renderer: Renderer) -> None:
    file: CaseFile = file_at(Part.SCANNING, {"how_often": "Daily"})
    named = world.person(9, "**Bob** [x](https://example.org)", "fell-police", TOM.roles["ALL"])
    file = answered(file, {"how_often": "Weekly"}, who=named, standing=False)
    drawn = renderer.draw(clash(file, Part.SCANNING))
    assert drawn["links"] == []
    assert "**Bob** [x](https://example.org), 3 June 2026, 13:05" in drawn["texts"]


def test_nothing_waits_on_a_page_where_nobody_clashed() -> None:
    assert clash_cards.waiting(view(CLASHED), Part.OBJECTIVE) == ()
