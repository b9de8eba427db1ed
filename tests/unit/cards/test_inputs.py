"""One input at a time: what people write for a number or a day is understood, or given back with a kind sentence."""

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cards import dates, inputs, texts, texts_stages
from cards.inputs import Read


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("14", "14"),
        (" 14 ", "14"),
        ("14.", "14"),
        ("12.5", "12.5"),
        (".5", "0.5"),
        ("007", "7"),
        ("1,200", "1200"),
        ("1,234,567.80", "1234567.80"),
        ("£1,200.50", "1200.50"),
        ("£ 40", "40"),
        ("40%", "40"),
        ("40 %", "40"),
        ("1 200", "1200"),
        ("1\N{NO-BREAK SPACE}200", "1200"),
        ("-3", "-3"),
        ("-0", "0"),
        ("nil", "0"),
        ("None", "0"),
        ("zero", "0"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_number_is_understood_as_people_write_it(typed: str, number: str) -> None:
    assert inputs.number(typed, 20) == Read(number)


@pytest.mark.parametrize("sent", [14, 14.0, 12.5])
def test_a_number_may_come_as_a_number(sent: float) -> None:
    assert float(inputs.number(sent, 20).value) == sent


@pytest.mark.parametrize(
    "typed",
    [
        "about 14",
        "14 calls",
        "10 to 12",
        "1,5",
        "12,00",
        "1.2.3",
        "£",
        "%",
        ".",
        "-",
        "²",
        "٣",
        "1e5",
        "9" * 21,
        "about fourteen calls a month, or fifteen",
    ],
)
def test_what_is_no_single_number_is_given_back_as_it_was_typed(typed: str) -> None:
    assert inputs.number(typed, 20) == Read(typed, texts_stages.NOT_A_NUMBER)


@pytest.mark.parametrize(
    "typed",
    [
        "2026-09-30",
        "30/09/2026",
        "30/9/26",
        "30.9.2026",
        "30-09-2026",
        "30 9 2026",
        "30 September 2026",
        "30th September 2026",
        "30 Sept 2026",
        "30 sep 26",
        " 30  September, 2026 ",
    ],
)
def test_a_day_is_understood_as_people_here_write_it(typed: str) -> None:
    assert inputs.day(typed) == Read("2026-09-30")


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "end of September",
            "September 2026",
            "30 September",
            "31/06/2026",
            "09/30/2026",
            "0/1/2026",
            "30/9/226",
        ),
        *("30/09/0226", "1/1/2101", "30 ma 2026", "30 septembre 2026", "tomorrow", "2026-13-01"),
    ],
)
def test_what_is_no_day_is_given_back_as_it_was_typed(typed: str) -> None:
    assert inputs.day(typed) == Read(typed, texts_stages.NOT_A_DAY)


@given(on=st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_is_understood_in_every_way_of_writing_it(on: date) -> None:
    for typed in (f"{on:%d/%m/%Y}", f"{on.day}.{on.month}.{on.year}", dates.day(on), dates.day(on).upper()):
        assert inputs.day(typed) == Read(on.isoformat())


def test_a_text_keeps_its_lines_and_loses_only_the_blanks_around_it() -> None:
    assert inputs.text("  One\r\nTwo\rThree\x0bFour\n\n  Five\n ", 100) == Read(
        "One\nTwo\nThree\nFour\n\n  Five"
    )


def test_a_line_is_one_line() -> None:
    assert inputs.line("  calls\n about   the stairs ", 100) == Read("calls about the stairs")


@pytest.mark.parametrize("read", [inputs.text, inputs.line])
def test_a_text_that_is_too_long_is_kept_and_says_by_how_much(read: Any) -> None:
    assert read("x" * 31, 30) == Read("x" * 31, texts.too_long(30, 31))
    assert read("x" * 30, 30) == Read("x" * 30)


@pytest.mark.parametrize("sent", [["a"], {"a": 1}, 5, True])
def test_what_is_no_text_is_refused(sent: object) -> None:
    assert inputs.text(sent, 30) == Read("", texts.NOT_TEXT)


@pytest.mark.parametrize("typed", ["Bell \x07 rang", "Half \ud800 a character", "Zero \0"])
def test_a_character_that_cannot_be_shown_is_pointed_out(typed: str) -> None:
    read = inputs.text(typed, 30)
    assert read.fault == texts.CANNOT_BE_SHOWN
    read.value.encode()


def test_a_choice_is_one_of_those_offered_or_none() -> None:
    assert inputs.choice("yes", ["yes", "no"]) == Read("yes")
    assert inputs.choice(None, ["yes", "no"]) == Read("")
    assert inputs.choice("gone", ["yes", "never"]) == Read("gone", texts.NO_LONGER_A_CHOICE)


@given(typed=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example("£1,200.50")
@example("30/9/26")
def test_what_was_understood_once_is_understood_the_same_again(typed: str) -> None:
    for read in (lambda text: inputs.number(text, 20), inputs.day, lambda text: inputs.text(text, 40)):
        first = read(typed)
        if not first.fault:
            assert read(first.value) == first
