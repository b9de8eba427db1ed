"""The daily digest: what it says, in which order, and what a notification must never say."""

from dataclasses import replace
from typing import Any

import pytest

from cards import checks, digest_cards
from cards.digest_cards import MOST_LINES
from tests.unit.cards.every_quiet_card import FOR_A_MANAGER, LINES, LONGEST, digest, line
from tests.unit.cards.test_every_card import actions_of
from tests.unit.cards.test_referral_form import words_of


def titles(card: dict[str, Any]) -> list[str]:
    return [part["items"][0]["text"] for part in card["body"] if part["type"] == "Container"]


def test_things_stand_under_their_case_and_the_case_of_the_most_urgent_comes_first() -> None:
    card = digest(LINES)
    assert titles(card) == ["**ALL-2026-0001**", "**ALL-2026-0002**", "**ALL-2026-0003**"]
    first = next(part for part in card["body"] if part["type"] == "Container")
    assert "Task 2: Lock the yard gate at night" in words_of(first)
    assert "Task 4 was declined" in words_of(first)


def test_every_line_leads_to_where_it_is_done() -> None:
    ways = {
        (action["data"]["verb"], action["data"].get("case"), action["data"].get("n"))
        for action in actions_of(digest(LINES))
    }
    assert ways == {
        ("task.record_open", "ALL-2026-0001", 2),
        ("case.open", "ALL-2026-0002", 1),
        ("request.answer_open", "ALL-2026-0002", 3),
        ("task.reassign_open", "ALL-2026-0001", 4),
        ("pointer.open", "ALL-2026-0003", 1),
        ("task.record_open", "ALL-2026-0003", 5),
        ("work.mine", None, None),
    }


def test_a_manager_is_led_to_the_answers_and_not_to_answer_for_another_agency() -> None:
    verbs = [action["data"]["verb"] for action in actions_of(digest(FOR_A_MANAGER[:1]))]
    assert verbs == ["requests.tally", "work.mine"]


def test_the_card_is_marked_and_says_whose_work_is_covered() -> None:
    words = words_of(digest(LINES))
    assert "OFFICIAL-SENSITIVE" in words
    assert "For Priya Example, who is away." in words


def test_what_does_not_fit_is_counted() -> None:
    card = digest(LONGEST)
    shown = len(titles(card))
    assert 0 < shown < MOST_LINES
    assert checks.fits(card)
    assert f"And {len(LONGEST) - shown} more under **My work**." in words_of(card)


def test_no_more_lines_are_shown_than_anybody_reads() -> None:
    card = digest(tuple(line("task", n, 1, n) for n in range(1, 25)))
    assert len(titles(card)) == MOST_LINES
    assert "And 12 more under **My work**." in words_of(card)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (LINES, "6 things wait in 3 cases, 2 overdue"),
        (LINES[:3], "3 things wait in 2 cases, 2 overdue"),
        (LINES[-1:], "1 thing waits in 1 case"),
        ((line("lost", 0, 3, None),), "1 thing waits"),
        ((line("lost", 0, 3, None), line("retention", 0, 2, None)), "2 things wait"),
        ((LINES[-1], line("retention", 0, 2, None)), "1 thing waits in 1 case, 1 other thing waits"),
    ],
)
def test_a_notification_says_how_much_and_nothing_of_what(lines: tuple[Any, ...], said: str) -> None:
    assert digest_cards.summary(lines) == said


def test_names_and_tasks_are_shown_as_they_were_typed() -> None:
    typed = replace(LINES[0], what="**Mend** [this](http://x.example)")
    assert r"\*\*Mend\*\* \[this\]" in words_of(digest((typed,)))
