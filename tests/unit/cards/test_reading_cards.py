"""The file to be read: every text of it, word for word, with who wrote it, for whom, when and how sure."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards import checks, reading_cards, texts_case, texts_risk
from osara_store.case_file import CaseFile, Entry
from osara_store.directory import Actor
from osara_store.schema import CaseState, Stage
from osara_store.stages import FIELD
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_pages import ERASED, LINKED, STARS, WIDE
from tests.unit.cards.page_world import IAN, MONA, TOM, buttons_of, facts_of, parts_of, view
from tests.unit.cards.rig import Renderer
from tests.unit.cards.stage_world import answered, by, in_state
from tests.unit.cards.test_referral_form import words_of

MANY_PAGES = 40


def section(file: CaseFile, name: str, page: int = 0, actor: Actor = TOM, **about: Any) -> dict[str, Any]:
    return reading_cards.section(view(file, actor), name, page, **about)


def every_page(file: CaseFile, name: str, **about: Any) -> list[dict[str, Any]]:
    """All pages of a section, turned by its own buttons."""
    found = [section(file, name, **about)]
    while "next" in buttons_of(found[-1]):
        data = buttons_of(found[-1])["next"]["data"]
        found.append(section(file, data["section"], data["page"], cycle=data.get("cycle")))
        assert len(found) < MANY_PAGES
    return found


def lines_of(card: dict[str, Any]) -> list[str]:
    return [part["text"] for part in parts_of(card) if part.get("type") == "TextBlock"]


def entry(file: CaseFile, kind: str, text: str, stage: Stage = Stage.RESPONSE) -> CaseFile:
    told = by(IAN, minutes_ago=30)
    row = Entry(
        len(file.entries) + 1,
        stage,
        kind,
        text,
        IAN.agency.id,
        IAN.name,
        told.at,
        IAN.tenant,
        IAN.object_id,
    )
    return replace(file, entries=(*file.entries, row))


# --- the whole file --------------------------------------------------------------------------------------------------


def test_the_referral_stands_first_in_the_words_of_the_form() -> None:
    facts = facts_of(section(world.NEW, "file"))
    assert facts["Where"] == "Market Street car park, Workington"
    assert facts["Going on for"] == "A few months"
    assert facts["How often"] == "Most days"
    assert facts["Referred by"] == "Priya Example, Northshore Homes"


def test_every_answer_of_the_present_cycle_is_there_in_the_order_of_the_form(renderer: Renderer) -> None:
    (card,) = every_page(world.PROPOSED, "file")
    read = renderer.draw(card)["texts"]
    texts = [
        answer.text for answer in world.PROPOSED.answers if FIELD[answer.field].sort in {"text", "short"}
    ]
    assert set(texts) <= set(read)
    stages = [read.index(name) for name in ("Objective", "Scanning", "Analysis", "Response", "Assessment")]
    assert stages == sorted(stages)


def test_an_answer_is_signed_with_its_author_agency_day_and_grade() -> None:
    lines = lines_of(section(world.SCANNING, "file"))
    statement = lines.index("**Problem statement**")
    assert lines[statement + 2] == "Tom Roe · Fell Police · 3 June 2026 · Fact"


def test_choices_and_days_are_read_in_words() -> None:
    lines = lines_of(section(world.SCANNING, "file"))
    assert "There is less of it" in lines
    assert "30 September 2026" in lines


def test_a_note_tells_who_wrote_it_for_whom_when_and_how_sure_it_is() -> None:
    lines = lines_of(section(world.SCANNING, "file"))
    note = lines.index("**Note**")
    assert lines[note + 1].startswith("The lights on the upper deck")
    assert lines[note + 2] == "Ian Petrie · Allerdale Council · 3 June 2026 · Fact"


def test_what_the_referrer_wrote_says_so() -> None:
    lines = lines_of(section(world.NEW, "file"))
    assert {"**As it was reported**", "**What had been tried**", "**What the referrer would like**"} <= set(
        lines
    )


def test_an_answer_of_somebody_who_joined_reads_as_it_was_chosen() -> None:
    joined = entry(world.NEW, "frequency", "constant", Stage.SCANNING)
    joined = entry(joined, "category", "noise", Stage.SCANNING)
    lines = lines_of(section(joined, "file"))
    assert lines[lines.index("**Somebody who joined says: how often**") + 1] == "All the time"
    assert lines[lines.index("**Somebody who joined says: kind of problem**") + 1] == "Noise"


def test_a_text_written_beside_a_newer_answer_is_shown_as_such() -> None:
    card = section(world.CLASHED, "file")
    lines = lines_of(card)
    beside = lines.index(texts_case.WRITTEN_BESIDE)
    assert lines[beside + 1].startswith("Most nights there are fights")
    assert "Ian Petrie" in lines[beside + 2]
    assert "choose-statement" in buttons_of(card)
    assert "choose-statement" not in buttons_of(section(world.CLASHED, "file", actor=IAN))


def test_tasks_stand_in_the_file_as_they_are_and_their_story_in_the_history() -> None:
    file = entry(world.RESPONSE, "task", "Task 3\nDue on: 19 June 2026")
    assert "Due on: 19 June 2026" not in words_of(section(file, "file"))
    assert "**Task 3:** Lights on the upper deck" in words_of(section(file, "file"))
    assert "Due on: 19 June 2026" in words_of(section(file, "history"))


def test_a_note_of_an_earlier_cycle_says_so() -> None:
    lines = lines_of(section(in_state(world.SCANNING, CaseState.RESPONSE, cycle=2), "file"))
    assert "**Note (cycle 1)**" in lines


def test_an_erased_file_still_opens() -> None:
    assert "The referral" in words_of(section(ERASED, "file", actor=MONA))


@given(
    texts=st.lists(
        st.one_of(
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200),
            st.sampled_from([WIDE[:2000], STARS[:2000], "# 1. a\n- b", "x" * 4000]),
        ),
        min_size=1,
        max_size=25,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_text_is_read_once_whole_however_long_the_file_and_every_page_fits(texts: list[str]) -> None:
    file = replace(world.NEW, entries=())
    for number, text in enumerate(texts):
        file = world.note(file, Stage.ANALYSIS, f"n{number}: {text}")
    pages = every_page(file, "file")
    assert all(checks.fits(page) for page in pages)
    notes = [line for page in pages for line in lines_of(page) if line.startswith("n")]
    assert len(notes) == len(texts)
    alone = [
        lines_of(section(world.note(replace(world.NEW, entries=()), Stage.ANALYSIS, f"n{n}: {text}"), "file"))
        for n, text in enumerate(texts)
    ]
    assert notes == [next(line for line in lines if line.startswith("n")) for lines in alone]


def test_pages_say_which_they_are_and_turn_both_ways() -> None:
    file = world.ANALYSIS
    for _ in range(20):
        file = world.note(file, Stage.ANALYSIS, WIDE[:2000])
    first, second, *_ = every_page(file, "file")
    assert "Page 1 of" in words_of(first)
    assert "previous" not in buttons_of(first)
    assert buttons_of(second)["previous"]["data"]["page"] == 0


@pytest.mark.parametrize("page", [-3, 99])
def test_a_page_that_is_not_there_any_more_is_the_nearest_that_is(page: int) -> None:
    assert "The whole file" in words_of(section(world.SCANNING, "file", page))


def test_an_unknown_section_is_the_file() -> None:
    assert section(world.SCANNING, "secrets") == section(world.SCANNING, "file")


@pytest.mark.parametrize(
    ("name", "title"),
    [("people", "People"), ("risk", texts_risk.RISK_TITLE), ("history", "What has happened")],
)
def test_every_section_has_its_own_page(name: str, title: str) -> None:
    assert lines_of(section(world.SCANNING, name))[0] == title


# --- history ---------------------------------------------------------------------------------------------------------


def test_the_history_tells_every_move_with_its_reason_newest_first() -> None:
    lines = lines_of(section(world.SCANNING, "history"))
    assert lines.index("**Begin scanning:** Asking the partners → Scanning") < lines.index(
        "**Accept:** Submitted → Risk checked"
    )
    assert "To see who else knows the address before we visit." in lines


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("clock", "PC visited both flats.", "PC visited both flats."),
        ("case_review_explained", "2026-06-01", "1 June 2026"),
        ("closure_agreed", "The lead agency agrees.", "The lead agency agrees."),
    ],
)
def test_what_was_done_is_in_the_history_and_not_among_the_answers(kind: str, text: str, told: str) -> None:
    file = entry(world.SCANNING, kind, text)
    assert told in lines_of(section(file, "history"))
    assert told not in lines_of(section(file, "file"))


def test_links_are_in_the_history_and_a_restricted_case_is_not_named() -> None:
    said = words_of(section(LINKED, "history"))
    assert "ALL-2024-0031" in said
    assert "ALL-2026-0009" not in said
    assert "The same flat." not in said


def test_a_new_case_has_no_history_yet() -> None:
    assert texts_case.NO_HISTORY in words_of(section(world.NEW, "history"))


# --- cycles ----------------------------------------------------------------------------------------------------------


def columns_below(card: dict[str, Any], label: str) -> list[str]:
    """What stands in the two columns of a question."""
    for part in parts_of(card):
        items = part.get("items") or []
        if items and items[0].get("text") == f"**{label}**":
            return [column["items"][0]["text"] for column in items[1]["columns"]]
    raise AssertionError(f"{label} is not there")


def test_two_cycles_stand_side_by_side() -> None:
    card = section(world.SECOND_CYCLE, "cycles")
    assert columns_below(card, "Target") == ["8", "6"]
    assert columns_below(card, "Sources")[1] == "\\-"
    assert {"Cycle 1", "Cycle 2 (now)"} <= set(lines_of(card))


def test_with_three_cycles_the_last_one_stands_beside_this_and_the_other_is_a_press_away() -> None:
    third = answered(in_state(world.SECOND_CYCLE, CaseState.RESPONSE, cycle=3), {"target": "4"}, cycle=3)
    card = section(third, "cycles")
    assert columns_below(card, "Target") == ["6", "4"]
    about = buttons_of(card)["cycle-1"]["data"]
    assert columns_below(section(third, about["section"], cycle=about["cycle"]), "Target") == ["8", "4"]


@pytest.mark.parametrize("cycle", [-1, 0, 2, 7])
def test_a_cycle_that_cannot_stand_beside_this_is_the_nearest_that_can(cycle: int) -> None:
    assert columns_below(section(world.SECOND_CYCLE, "cycles", cycle=cycle), "Target") == ["8", "6"]


def test_the_names_of_the_cycles_stand_on_every_page() -> None:
    longest = {name: WIDE[: field.most] for name, field in FIELD.items() if field.sort == "text"}
    file = answered(answered(world.SECOND_CYCLE, longest), longest, cycle=2)
    pages = every_page(file, "cycles")
    assert len(pages) > 1
    assert all("Cycle 2 (now)" in lines_of(page) for page in pages)


def test_a_grade_stands_with_its_answer_in_each_cycle() -> None:
    lines = lines_of(section(world.SECOND_CYCLE, "cycles"))
    assert "Fact" in lines
    assert not [line for line in lines if "How sure" in line]


def test_with_one_cycle_there_is_nothing_to_compare() -> None:
    assert texts_case.NO_CYCLES in words_of(section(world.SCANNING, "cycles"))
