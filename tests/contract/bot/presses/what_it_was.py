"""What each change of a case's file was, in the words of the rules: one of these, each allows it to whoever may do it."""

from collections.abc import Callable, Mapping
from typing import Final

from tests.contract.bot.presses.content import Change


def doings_of(change: Change) -> tuple[str, ...]:
    """Nothing for what anybody may do."""
    return _DOINGS[change.table](change)


_BY_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "note": ("note",),
    "task": ("plan a task", "record a task", "record an own task"),
    "reply": ("answer a request",),
    "call_back": ("call back", "call back for others"),
    "monthly_review": ("review monthly",),
    "meeting": ("run a meeting",),
    "meeting_note": ("run a meeting",),
    "clock": ("stop a clock",),
    "closure_agreed": ("agree to closing",),
    "lead_changed": ("change the lead",),
    "signpost": ("point outside", "ask how it went outside", "ask how an own one went"),
    "restricted": ("restrict",),
    "unrestricted": ("restrict",),
    "case_review_explained": ("explain the case review",),
}


def _of_entry(change: Change) -> tuple[str, ...]:
    return _BY_KIND.get(change.row["kind"], ("join",))


def _of_answer(change: Change) -> tuple[str, ...]:
    closing = {"complainant_contacted", "complainant_note", "outcome", "closing_summary"}
    return ("write the closing page",) if change.row["field"] in closing else ("write a stage",)


def _of_task(change: Change) -> tuple[str, ...]:
    """What is said of a task by those who have it; whatever else is planned."""
    said = {"state", "outcome", "accepted_at", "due_on", "numbers"}
    if change.is_new or not change.columns & said:
        return ("plan a task",)
    return ("plan a task", "record a task", "record an own task")


def _of_request(change: Change) -> tuple[str, ...]:
    if change.columns <= {"heard_at", "heard_by"}:
        return ("call back", "call back for others")
    is_reply = "replied_at" in change.columns and not change.is_new
    return ("answer a request",) if is_reply else ("ask the partners",)


def _of_meeting(change: Change) -> tuple[str, ...]:
    """Until it has a time it is arranged."""
    if change.is_new or (change.before or {})["state"] in {"looking", "offered"}:
        return ("arrange a meeting", "run a meeting")
    return ("run a meeting",)


def _of_signpost(change: Change) -> tuple[str, ...]:
    return ("point outside",) if change.is_new else ("ask how it went outside", "ask how an own one went")


def _of_risk(change: Change) -> tuple[str, ...]:
    return ("override the band",) if change.row["instrument"] == "override" else ("assess the risk",)


def _of_retention(change: Change) -> tuple[str, ...]:
    is_hold = change.row["decision"] in {"hold", "release"}
    return ("hold legally",) if is_hold else ("decide on keeping",)


_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "lead_agency_id": ("change the lead",),
    "band": ("assess the risk", "override the band"),
    "restricted": ("restrict",),
    "legal_hold": ("hold legally",),
    "retention_on": ("decide on keeping",),
    "erased_at": ("decide on keeping",),
}


def _of_case(change: Change) -> tuple[str, ...]:
    """Whatever else changes in a case's own row does so with a move or when it is erased."""
    (*named,) = (doings for column, doings in _COLUMNS.items() if column in change.columns)
    assert named or change.columns <= {"version"}, f"changed by nothing: {sorted(change.columns)}"
    return tuple(doing for doings in named for doing in doings)


def _erased_or(*doings: str) -> Callable[[Change], tuple[str, ...]]:
    """What goes away, or loses its words, does so when the case is erased."""
    return lambda change: doings if change.is_new else ("decide on keeping", *doings)


def _rows(of: Callable[[Change], tuple[str, ...]]) -> Callable[[Change], tuple[str, ...]]:
    """New rows are looked at; an old one changes only when the case is erased."""
    return lambda change: of(change) if change.is_new else ("decide on keeping",)


_ERASED: Final[Mapping[bool, tuple[str, ...]]] = {True: (), False: ("decide on keeping",)}
_DOINGS: Final[Mapping[str, Callable[[Change], tuple[str, ...]]]] = {
    "cases": _of_case,
    "case_people": _erased_or("name somebody", "join"),
    "person_marks": _erased_or("mark somebody", "name somebody"),
    "entries": _rows(_of_entry),
    "answers": _rows(_of_answer),
    "tasks": lambda change: (*_of_task(change), *_ERASED[change.is_new]),
    "task_cards": lambda _: ("plan a task", "decide on keeping"),
    "signposts": lambda change: (*_of_signpost(change), *_ERASED[change.is_new]),
    "information_requests": lambda change: (*_of_request(change), *_ERASED[change.is_new]),
    "reviews": _erased_or("review monthly"),
    "meetings": lambda change: (*_of_meeting(change), *_ERASED[change.is_new]),
    "meeting_people": _erased_or("arrange a meeting", "run a meeting"),
    "risk_assessments": _rows(_of_risk),
    "clocks": lambda _: (
        *("stop a clock", "assess the risk", "override the band", "answer a request", "run a meeting"),
    ),
    "case_moves": lambda _: ("decide on keeping",),
    "case_links": _erased_or("relate", "join"),
    "case_access": _erased_or("restrict"),
    "retention_decisions": _rows(_of_retention),
    "contributors": _erased_or("note", "name somebody", "join", "answer a request", "run a meeting"),
    "victim_reports": _erased_or("join"),
    "case_search": _erased_or("name somebody", "join", "note"),
}
