"""What must hold of the database after every step, and of what one press has done to it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from tests.contract.bot.presses import rules
from tests.contract.bot.presses.checks import may_now
from tests.contract.bot.presses.content import Change, Content, changes, new_rows
from tests.contract.bot.presses.house import Answered, House
from tests.contract.bot.presses.people import EVERYBODY, Someone
from tests.contract.bot.presses.rules import Case
from tests.contract.bot.presses.writing import marks_in

# --- what one press did -----------------------------------------------------------------------------------------------


# What a case is found and counted by: that may change because another case did.
_COUNTED_BY: Final = frozenset({"victim_reports", "case_search"})


def was_theirs_to_do(house: House, answered: Answered) -> frozenset[int]:
    """Every change was one that this person could make to the case as it was. Returns the cases that changed."""
    someone, found = answered.press.someone, changes(answered.before, answered.after)
    moved = {
        change.case_id: str(change.row["move"])
        for change in found
        if change.table == "case_moves" and change.is_new and change.is_by(someone)
    }
    for change in found:
        case = answered.before.cases.get(change.case_id)
        if case is None or set(moved.values()) & {"merge", "transfer"}:
            continue  # a new case, or what one took over from another: the move itself is looked at below
        if moved.get(change.case_id) is None:
            _look_at(house, someone, change, case, answered.before)
    for case_id, move in moved.items():
        case = answered.before.cases[case_id]
        assert may_now(house, someone, move, case, answered.before), f"{someone} may not {move}"
    return frozenset(change.case_id for change in found if change.table not in _COUNTED_BY)


def _look_at(house: House, someone: Someone, change: Change, case: Case, before: Content) -> None:
    doings = _DOINGS[change.table](change)
    allowed = not doings or any(_may(house, someone, doing, case, before, change) for doing in doings)
    assert allowed, f"{someone} may not {' or '.join(doings)}, and changed {dict(change.row)}"
    if change.is_new and "author_id" in change.row:
        assert change.is_by(someone), f"{someone} wrote for somebody else: {dict(change.row)}"


def _may(house: House, someone: Someone, doing: str, case: Case, before: Content, change: Change) -> bool:
    if doing == "join":
        return _could_join(house, someone, case, before)
    if doing == "answer a request":
        is_asked = change.table != "information_requests" or change.row["agency_id"] == someone.agency
        return is_asked and may_now(house, someone, doing, case, before)
    if doing == "record an own task":
        known = before.of_case("tasks", case["id"])
        own = [row["n"] for row in known if row["agency_id"] == someone.agency]
        is_own = change.row["n"] in own if change.table == "tasks" else bool(own)
        return is_own and may_now(house, someone, doing, case, before)
    return may_now(house, someone, doing, case, before)


def _could_join(house: House, someone: Someone, case: Case, before: Content) -> bool:
    """Anybody of the hub adds to their own referral; to another's, whoever may read it."""
    is_open = str(case["state"]) in rules.OPEN
    contributors = {row["person"] for row in before.of_case("contributors", case["id"])}
    is_own = someone.id in contributors | {case["referrer_id"]} and someone.serves(case["hub_id"])
    return is_open and (is_own or may_now(house, someone, "note", case, before))


_BY_KIND: Final[Mapping[str, tuple[str, ...]]] = {
    "note": ("note",),
    "task": ("plan a task", "record a task", "record an own task"),
    "reply": ("answer a request",),
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
    is_reply = "replied_at" in change.columns and not change.is_new
    return ("answer a request",) if is_reply else ("ask the partners",)


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
    "risk_assessments": _rows(_of_risk),
    "clocks": lambda _: ("stop a clock", "assess the risk", "override the band", "answer a request"),
    "case_moves": lambda _: ("decide on keeping",),
    "case_links": _erased_or("relate", "join"),
    "case_access": _erased_or("restrict"),
    "retention_decisions": _rows(_of_retention),
    "contributors": _erased_or("note", "name somebody", "join", "answer a request"),
    "victim_reports": _erased_or("join"),
    "case_search": _erased_or("name somebody", "join", "note"),
}


# --- what always holds ------------------------------------------------------------------------------------------------


def holds(content: Content) -> None:
    assert not content.told, f"messages or audit rows hold {content.told}"
    for case in content.cases.values():
        _is_where_its_moves_led(content, case)
        _has_what_its_state_wants(content, case)
        _is_kept_from_others(content, case)


def _is_where_its_moves_led(content: Content, case: Case) -> None:
    """Each move began where the last one ended, led where the table says, and named its reason."""
    at, moves = "submitted", sorted(content.of_case("case_moves", case["id"]), key=lambda row: row["n"])
    cycle = None
    for n, move in enumerate(moves, 1):
        name, start, end = str(move["move"]), str(move["start"]), str(move["end"])
        assert (move["n"], start) == (n, at), f"{case['reference']} was at {at}: {dict(move)}"
        assert any(start in permit.when for permit in rules.MAY[name]), f"no {name} from {start}"
        assert end in rules.LEADS_TO[name], f"{name} led to {end}"
        needed = name in rules.NEEDS_A_REASON and case["erased_at"] is None
        assert move["reason"].strip() or not needed, f"{name} without a reason"
        assert cycle is None or move["cycle"] == cycle + (name == "rerun"), dict(move)
        at, cycle = end, move["cycle"]
    assert (str(case["state"]), case["moves"]) == (at, len(moves)), case["reference"]
    assert cycle in {None, case["cycle"]}


def _has_what_its_state_wants(content: Content, case: Case) -> None:
    state = str(case["state"])
    running = [
        clock
        for clock in content.of_case("clocks", case["id"])
        if clock["met_at"] is None and clock["replaced_at"] is None
    ]
    assert len({clock["kind"] for clock in running}) == len(running), f"two clocks of a kind: {running}"
    if state in rules.ENDED | {"returned"}:
        assert not running, f"{case['reference']} is {state}, and its clocks run"
    assert (case["retention_on"] is not None) == (state in rules.ENDED), f"{state}: {case['retention_on']}"
    was_closed = any(str(move["move"]) == "close" for move in content.of_case("case_moves", case["id"]))
    assert (case["closed_at"] is not None) == was_closed == (case["watch_until"] is not None)
    if state == "merged":
        assert content.going_on(case)["id"] != case["id"]
        assert all(str(task["state"]) != "open" for task in content.of_case("tasks", case["id"]))


def _is_kept_from_others(content: Content, case: Case) -> None:
    """A restricted case has somebody on its list who runs the hub; any other has no list."""
    listed = content.listed(case["id"])
    if not case["restricted"]:
        assert not listed
        return
    running = {each.id for each in EVERYBODY if each.roles.get(case["hub_id"]) in rules.RUNNING}
    assert listed & running, f"nobody who runs the hub may open {case['reference']}"


# --- from one moment to the next ----------------------------------------------------------------------------------------


def moved_rightly(before: Content, after: Content) -> None:
    """Whoever moved a case on had what the move needs; and what has ended stays so but for what the table says."""
    for change in changes(before, after):
        if change.table == "case_moves" and change.is_new and change.case_id in before.cases:
            _had_what_it_needs(before, change)


def _had_what_it_needs(before: Content, change: Change) -> None:
    case, move = before.cases[change.case_id], str(change.row["move"])
    for field in rules.NEEDS_ANSWERS.get(move, ()):
        assert before.answer(case, field).strip(), f"{move} without {field}"
    if move == "triage":
        assert _assessed(before, case), "accepted without a risk assessment"
    if move == "close":
        open_tasks = [row for row in before.of_case("tasks", case["id"]) if str(row["state"]) == "open"]
        assert not open_tasks, f"closed with open tasks: {open_tasks}"


def _assessed(content: Content, case: Case) -> bool:
    risks = content.of_case("risk_assessments", case["id"])
    return any(row["instrument"] != "override" for row in risks)


def nothing_has_gone(before: Content, after: Content, sent: Iterable[str]) -> None:
    """A text that stood in a file stands there still, unless the case was erased; and then nothing of it does."""
    erased = {
        case_id
        for case_id, case in after.cases.items()
        if case["erased_at"] is not None and before.cases.get(case_id, {}).get("erased_at") is None
    }
    for mark in before.in_files - after.in_files:
        holders = before.held_by.get(mark, frozenset()) | {
            each for pair in before.links.get(mark, ()) for each in pair
        }
        assert holders & erased, f"{mark} of {holders} has gone"
    kept = frozenset(sent)
    for mark, holders in after.held_by.items():
        assert mark in kept or not holders & erased, f"{mark} survived the erasing of {holders & erased}"
    for case_id in erased:
        assert not [row for row in after.rows("drafts") if row["case_id"] == case_id]


def sent_once(before: Content, after: Content) -> None:
    """However often one press is delivered, what it does is done once."""
    twice: list[Any] = [
        change.row
        for change in changes(before, after)
        if change.table not in {"cases", "clocks"} or change.columns - {"version"}
    ]
    assert not twice, f"the same press again changed {twice}"


def wrote_over_nothing_unseen(answered: Answered) -> None:
    """Another's answer is replaced only from a page that showed it; whatever else is written waits beside it."""
    versions = answered.press.data.get("versions") or {}
    for row in new_rows(answered.before, answered.after, "answers"):
        here = (row["case_id"], row["cycle"], row["field"])
        others = [
            each["n"]
            for each in answered.before.rows("answers")
            if (each["case_id"], each["cycle"], each["field"]) == here
            and each["standing"]
            and each["author_id"] != answered.press.someone.id
        ]
        if row["standing"] and others and row["author_id"] == answered.press.someone.id:
            shown = versions.get(row["field"], 0)
            assert shown >= max(others), f"{row['field']} was written over, and nobody had seen it: {row}"


def acted_on_what_was_shown(answered: Answered) -> None:
    """A card that others have overtaken neither moves its case nor changes a task."""
    data = answered.press.data
    for change in changes(answered.before, answered.after):
        if change.table == "case_moves" and change.is_new and data.get("verb") == "move.do":
            known = answered.before.cases.get(change.case_id, {})
            is_of_card = known.get("reference") == data["case"]
            assert not is_of_card or data["seen"] == known["moves"], f"a stale card moved {known}"
        if change.table == "tasks" and change.before and {"n", "version"} <= data.keys():
            is_of_card = change.before["n"] == data["n"]
            version = change.before["version"]
            assert not is_of_card or data["version"] == version, f"a stale card changed {change.before}"


def was_all_taken_along(answered: Answered) -> None:
    """A referral that was sent stands in a case's file, every answer of it."""
    sent = [row for row in answered.after.rows("drafts") if str(row["state"]) == "sent"]
    was_sent = {row["id"] for row in answered.before.rows("drafts") if str(row["state"]) == "sent"}
    for draft in sent:
        if draft["id"] not in was_sent:
            lost = set(marks_in(draft["values"])) - answered.after.in_files
            assert not lost, f"{lost} of the form are in no file"
