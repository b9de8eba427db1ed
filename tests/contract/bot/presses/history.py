"""What must hold of the database after every step, and of what one press has done to it."""

from collections.abc import Iterable
from typing import Any, Final

from tests.contract.bot.presses import rules
from tests.contract.bot.presses.checks import may_now
from tests.contract.bot.presses.content import Change, Content, changes, changes_of_hubs, new_rows
from tests.contract.bot.presses.doings import was_told
from tests.contract.bot.presses.house import Answered, House
from tests.contract.bot.presses.people import EVERYBODY, Someone
from tests.contract.bot.presses.rules import Case
from tests.contract.bot.presses.what_it_was import doings_of
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
    doings = doings_of(change)
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
    if doing == "call back":
        known = before.of_case("information_requests", case["id"])
        told = [row["n"] for row in known if was_told(row, someone)]
        is_told = change.row["n"] in told if change.table == "information_requests" else bool(told)
        return is_told and may_now(house, someone, doing, case, before)
    return may_now(house, someone, doing, case, before)


def _could_join(house: House, someone: Someone, case: Case, before: Content) -> bool:
    """Anybody of the hub adds to their own referral; to another's, whoever may read it."""
    is_open = str(case["state"]) in rules.OPEN
    contributors = {row["person"] for row in before.of_case("contributors", case["id"])}
    is_own = someone.id in contributors | {case["referrer_id"]} and someone.serves(case["hub_id"])
    return is_open and (is_own or may_now(house, someone, "note", case, before))


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
    twice += [change.row for change in changes_of_hubs(before, after)]
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
