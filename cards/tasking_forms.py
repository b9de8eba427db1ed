"""What came back where a task was declined, put off or given to somebody else; and how one waits for another page."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import inputs, texts_case, texts_tasking
from cards.case_forms import MOST_LINE, MOST_NAME, MOST_WHY, Given, what_is_wrong
from cards.case_view import Typed
from osara_store.case_file import Task
from osara_store.tasking import Suggested

# An input that is empty does not travel, so that to suggest nobody is a choice of its own.
NOBODY: Final = "nobody"
_CARRIED: Final = (
    "intervention", "side", "agency_id", "owner", "due_on", "power", "term", "rationale", "proportionality", "reason",
)  # fmt: skip


def is_for_others(typed: Typed) -> bool:
    """Whether it was the form that gives a task to somebody else: that one alone asks for a reason."""
    return "reason" in typed.values


@dataclass(frozen=True)
class Declined:
    reason: str
    suggested: Suggested


@dataclass(frozen=True)
class MoreTime:
    due_on: date
    reason: str


@dataclass(frozen=True)
class GivenTo:
    agency_id: str
    owner: str
    reason: str


def read_decline(given: Given, agencies: Collection[str]) -> Declined | Typed:
    read = {
        "reason": inputs.text(given.get("reason"), MOST_WHY),
        "suggested_agency_id": inputs.choice(given.get("suggested_agency_id"), [NOBODY, *agencies]),
        "suggested_owner": inputs.line(given.get("suggested_owner"), MOST_NAME),
    }
    if wrong := what_is_wrong(read, {"reason": texts_tasking.REASON_MISSING}):
        return wrong
    agency_id = read["suggested_agency_id"].value
    instead = Suggested("" if agency_id == NOBODY else agency_id, read["suggested_owner"].value)
    return Declined(read["reason"].value, instead)


def read_extension(given: Given, task: Task, today: date) -> MoreTime | Typed:
    read = {
        "due_on": inputs.day(given.get("due_on")),
        "reason": inputs.line(given.get("reason"), MOST_LINE),
    }
    needed = {"due_on": texts_tasking.NOT_LATER, "reason": texts_tasking.REASON_MISSING}
    is_day = read["due_on"].value and not read["due_on"].fault
    due_on = date.fromisoformat(read["due_on"].value) if is_day else task.due_on
    too_soon = {"due_on": texts_tasking.NOT_LATER} if due_on <= task.due_on or due_on < today else {}
    if wrong := what_is_wrong(read, needed, too_soon):
        return wrong
    return MoreTime(due_on, read["reason"].value)


def read_reassignment(given: Given, agencies: Collection[str]) -> GivenTo | Typed:
    read = {
        "agency_id": inputs.choice(given.get("agency_id"), agencies),
        "owner": inputs.line(given.get("owner"), MOST_NAME),
        "reason": inputs.line(given.get("reason"), MOST_LINE),
    }
    needed = {
        "agency_id": texts_case.TASK_MISSING["agency_id"],
        "reason": texts_tasking.REASON_MISSING,
    }
    if wrong := what_is_wrong(read, needed):
        return wrong
    return GivenTo(**{name: each.value for name, each in read.items()})


# --- a task that waits while the equality questions are answered -----------------------------------------------------


def carried(n: int | None, typed: Mapping[str, str]) -> dict[str, object]:
    """The task as buttons carry it along; `typed` is its form as it was."""
    return {"n": n or 0, "typed": {name: typed[name] for name in _CARRIED if typed.get(name)}}


def carried_again(given: Given) -> tuple[int | None, Typed] | None:
    """What a button carried: the number of the task, if it is one that is changed, and what had been typed."""
    found = given.get("carried")
    typed = found.get("typed") if isinstance(found, dict) else None
    if not isinstance(found, dict) or not isinstance(typed, dict):
        return None
    n = found.get("n")
    values = {name: text for name, text in typed.items() if name in _CARRIED and isinstance(text, str)}
    return (n if isinstance(n, int) and not isinstance(n, bool) and n > 0 else None), Typed(values, {})
