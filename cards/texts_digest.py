"""What a person reads in their daily digest."""

from collections.abc import Mapping
from typing import Final

from cards.texts import BETWEEN, number_of

TITLE: Final = "What is new for you"
NO_CASE: Final = "Beside the cases"
NEW: Final = "**New**"
ESCALATED: Final = "Late for a working week, and nobody has seen to it."
TO_TALLY: Final = "Answers"
WHAT: Final[Mapping[str, str]] = {
    "task": "Task {n}: {what}",
    "declined": "Task {n} was declined: {what}",
    "request": "You are asked what you know",
    "signpost": "Ask {what} how it went",
    "clock": "{what}",
    "review": "The monthly review has not been done",
    "missed_review": "Nobody has done the monthly review. {what} leads the case",
    "agreement": "The sharing agreement of {what}",
    "retention": "Closed cases to be kept or not: {n}",
    "lost": "Nothing reaches {what}. Waiting in that name: {n}",
    "uncovered": "{what} is away and nobody stands in. Waiting in that name: {n}",
}
AGREEMENT: Final[Mapping[bool, str]] = {
    False: "It runs out on {}. After that the agency is shown no case. A new one goes into the hubs file.",
    True: "It ran out on {}. The agency is shown no case until a new one stands in the hubs file.",
}
ASKED: Final = "{what} has not answered yet"


def summary(cases: int, in_cases: int, others: int, overdue: int) -> str:
    """How much there is, without saying what: it stands in the notification, too."""
    said = []
    if in_cases:
        waits = "thing waits" if in_cases == 1 else "things wait"
        said.append(f"{in_cases} {waits} in {number_of(cases, 'case', 'cases')}")
    if others:
        beside = "other " if in_cases else ""
        waits = "waits" if others == 1 else "wait"
        said.append(f"{number_of(others, f'{beside}thing', f'{beside}things')} {waits}")
    if overdue:
        said.append(f"{overdue} overdue")
    return ", ".join(said)


def instead_of(name: str) -> str:
    """The name comes escaped."""
    return f"For {name}, who is away."


def and_more(count: int) -> str:
    return f"And {count} more under **My work**."


def about(*parts: str) -> str:
    return BETWEEN.join(part for part in parts if part)
