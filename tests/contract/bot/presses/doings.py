"""What each button is the beginning of, in the words of the rules, and which case it is about.

These are the verbs that the machine knows. A button with any other verb is looked at (it must fit, tell the truth and keep
secrets like all there is on a card) and is not pressed: whoever adds a verb may add it here, and what it is to the rules.
"""

from collections.abc import Mapping
from typing import Any, Final

from tests.contract.bot.presses.content import Content, Row
from tests.contract.bot.presses.people import Someone
from tests.contract.bot.presses.rules import Case

Json = dict[str, Any]
_READS: Final = "read"

# About no case yet, or only leading around in one.
_LEADS_AROUND: Final = frozenset(
    {
        *("refer.open", "refer.hub", "refer.next", "refer.back", "refer.save", "refer.warned", "refer.send"),
        *("refer.join", "refer.send_anyway", "cases.mine", "cases.page", "help.open", "work.mine"),
        *("search.open", "search.do", "retention.list", "manage.open", "mine.open", "mine.save"),
    }
)
_DOING: Final[Mapping[str, str]] = {
    "case.open": _READS,
    "case.read": _READS,
    "case.copy": _READS,
    "people.open": _READS,
    "tasks.open": _READS,
    "requests.tally": _READS,
    "stage.open": _READS,
    "closure.open": _READS,
    "risk.warned": _READS,
    "note.open": "note",
    "note.save": "note",
    "risk.open": "assess the risk",
    "risk.save": "assess the risk",
    "override.open": "override the band",
    "override.save": "override the band",
    "clock.open": "stop a clock",
    "clock.met": "stop a clock",
    "request.open": "ask the partners",
    "request.ask": "ask the partners",
    "request.answer_open": "answer a request",
    "request.answer": "answer a request",
    "request.seen": _READS,
    "meeting.form": "arrange a meeting",
    "meeting.arrange": "arrange a meeting",
    "meeting.choose": "arrange a meeting",
    "meeting.open": _READS,
    "meeting.cancel_open": "run a meeting",
    "meeting.cancel": "run a meeting",
    "meeting.attendance_open": "run a meeting",
    "meeting.attendance": "run a meeting",
    "meeting.note_open": "run a meeting",
    "meeting.note": "run a meeting",
    "meeting.decide_open": "plan a task",
    "meeting.decide": "plan a task",
    "meeting.end": "run a meeting",
    "monthly.open": "review monthly",
    "monthly.save": "review monthly",
    "task.open": "plan a task",
    "task.save": "plan a task",
    "task.reassign_open": "plan a task",
    "task.reassign": "plan a task",
    "templates.open": "plan a task",
    "templates.add": "plan a task",
    "pointer.save": "point outside",
    "closure.agree": "agree to closing",
    "lead.open": "change the lead",
    "lead.save": "change the lead",
    "relate.open": "relate",
    "relate.save": "relate",
    "access.open": "restrict",
    "access.save": "restrict",
    "hold.open": "hold legally",
    "hold.save": "hold legally",
    "review.explained": "explain the case review",
    "retention.open": "decide on keeping",
    "retention.decide": "decide on keeping",
}
# About a hub and no case.
_IN_HUB: Final[Mapping[str, str]] = {
    "hubset.open": "set the hub",
    "hubset.save": "set the hub",
    "cover.open": "see cover",
    "cover.find": "see cover",
    "handover.open": "see cover",
    "handover.do": "see cover",
}
_OF_AN_ABSENCE: Final = frozenset({"away.open", "away.save", "away.end"})
_OF_A_MOVE: Final = frozenset({"move.open", "move.do"})
_OF_A_STAGE: Final = frozenset({"stage.save", "stage.choose"})
_OF_A_PERSON: Final = frozenset({"person.open", "person.save"})
# What is said of a task that was given to somebody: for their agency, or by those who work the case.
_OF_A_TASK: Final = frozenset(
    f"task.{name}"
    for name in ("record_open", "record", "accept", "decline_open", "decline", "extend_open", "extend")
)
_OF_A_POINTER: Final = frozenset({"pointer.open", "pointer.chased"})
_OF_A_CALL: Final = frozenset({"request.called"})
_OF_A_TIME: Final = frozenset({"meeting.time_open", "meeting.time"})

KNOWN: Final = frozenset(_DOING).union(
    _LEADS_AROUND,
    _IN_HUB,
    _OF_AN_ABSENCE,
    _OF_A_MOVE,
    _OF_A_STAGE,
    _OF_A_PERSON,
    _OF_A_TASK,
    _OF_A_POINTER,
    _OF_A_CALL,
    _OF_A_TIME,
)


def doing_of(data: Json, someone: Someone, content: Content, case: Case) -> str:  # noqa: PLR0911 one a sort of button
    """What a button begins; nothing for one that only leads around, or that is not known."""
    verb = data.get("verb", "")
    if verb in _OF_A_MOVE:
        return str(data["move"])
    if verb in _OF_A_STAGE:
        return "write the closing page" if data["part"] == "closure" else "write a stage"
    if verb in _OF_A_PERSON:
        return "mark somebody" if data.get("n") else "name somebody"
    if verb in _OF_A_TASK:
        own = row_of(content, "tasks", case, data)["agency_id"] == someone.agency
        return "record an own task" if own else "record a task"
    if verb in _OF_A_POINTER:
        if "n" not in data:
            return "point outside"
        own = row_of(content, "signposts", case, data)["chaser_agency_id"] == someone.agency
        return "ask how an own one went" if own else "ask how it went outside"
    if verb in _OF_A_CALL:
        told = was_told(row_of(content, "information_requests", case, data), someone)
        return "call back" if told else "call back for others"
    if verb in _OF_A_TIME:
        is_booked = row_of(content, "meetings", case, data)["state"] == "booked"
        return "run a meeting" if is_booked else "arrange a meeting"
    return _DOING.get(verb, "")


def doing_in_hub(data: Json, someone: Someone) -> str:
    """What a button begins that is about a hub; nothing for any other."""
    verb = data.get("verb", "")
    if verb in _OF_AN_ABSENCE:
        return "be away" if data.get("person", someone.id) == someone.id else "enter an absence"
    return _IN_HUB.get(verb, "")


def was_told(request: Row, someone: Someone) -> bool:
    """Whether this person was told of an answer that wants somebody."""
    return someone.id in {person for _, person in request["callers"] or ()}


def row_of(content: Content, table: str, case: Case, data: Json) -> Row:
    """The task, request or pointer that a button names by its number."""
    (row,) = (row for row in content.of_case(table, case["id"]) if row["n"] == data["n"])
    return row


def case_of(data: Json, content: Content) -> Case:
    """The case that a button is about: where one was merged, the one that it goes on in.

    But each is kept for as long as its own review says, and may be read as it was.
    """
    named, verb = content.by_reference[data["case"]], data.get("verb", "")
    is_itself = verb.startswith("retention.") or (verb == "case.read" and data.get("as_written") is True)
    return named if is_itself else content.going_on(named)
