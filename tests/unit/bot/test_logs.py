"""The log: where something failed, never what a person typed."""

import logging
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import OneLine, where_it_failed
from tests.running import ROOT

SECRET = "Jane Roe of 12 High Street"


def raised(act: Callable[[], object]) -> BaseException:
    with pytest.raises(BaseException) as caught:  # noqa: PT011 any fault will do
        act()
    return caught.value


def fail_with(message: str) -> None:
    raise ValueError(message)


def fail_because(message: str) -> None:
    try:
        fail_with(message)
    except ValueError as cause:
        raise RuntimeError(f"because of {message}") from cause


@pytest.mark.parametrize("fail", [fail_with, fail_because])
def test_where_it_failed_names_the_kind_and_the_place_but_no_message(fail: Callable[[str], None]) -> None:
    fault = raised(lambda: fail(SECRET))
    place = where_it_failed(fault)
    assert type(fault).__name__ in place
    assert f"{fail.__name__} test_logs.py:" in place
    assert SECRET not in place
    assert "\n" not in place


def test_the_place_nearest_to_the_fault_comes_first() -> None:
    place = where_it_failed(raised(lambda: fail_with("x")))
    assert place.index("fail_with") < place.index("<lambda>")


def test_a_fault_that_was_never_raised_has_an_unknown_place() -> None:
    assert where_it_failed(KeyError(SECRET)) == "KeyError at an unknown place"


@given(st.text(min_size=1))
def test_a_message_never_gets_into_the_place(message: str) -> None:
    marked = f"«{message}»"
    assert marked not in where_it_failed(raised(lambda: fail_with(marked)))


def logged(message: str, *arguments: object) -> str:
    record = logging.LogRecord("bot", logging.WARNING, "here.py", 1, message, arguments, None)
    return OneLine("%(levelname)s %(message)s").format(record)


@pytest.mark.parametrize(
    "break_", ["\n", "\r\n", "\x00", "\x1b[31m", "\x7f", "\x85", "\x9b31m", "\u2028", "\u2029"]
)
def test_what_comes_from_outside_cannot_forge_a_line(break_: str) -> None:
    line = logged("refused %s", f"a token{break_}ERROR bot: all is lost")
    assert len(line.splitlines()) == 1
    assert not any(char in line for char in "\n\r\x00\x1b\x7f\x85\x9b\u2028\u2029")
    assert line.startswith("WARNING refused a token")


@given(st.text())
def test_a_record_is_one_printable_line_whatever_it_holds(text: str) -> None:
    assert len(logged("%s", text).splitlines()) == 1


def test_a_traceback_is_one_line_too() -> None:
    fault = raised(lambda: fail_with("first\nsecond"))
    record = logging.LogRecord(
        "aiohttp", logging.ERROR, "here.py", 1, "trouble", (), (type(fault), fault, fault.__traceback__)
    )
    assert "\n" not in OneLine("%(message)s").format(record)


def test_the_log_goes_to_standard_error_from_information_on() -> None:
    """In a process of its own: what it sets up is the whole process's."""
    program = (
        "import logging; from bot.logs import set_up_logging; set_up_logging();"
        "logging.getLogger('bot.worker').info('claimed %s', 3);"
        "logging.getLogger('bot.worker').debug('not this');"
        "logging.getLogger('msal').info('nor this')"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    (line,) = ran.stderr.splitlines()
    assert line.endswith("INFO bot.worker: claimed 3")
    assert ran.stdout == ""
