"""What the pages for coordinators and managers say is what the rules and the cards say."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from cards import texts_stages, words
from osara_store import completeness, review_dates, review_nudges
from osara_store.case_settings import ClockRules
from osara_store.directory import Actor, Agency, Agreement, Role
from osara_store.hub_preferences import HubPreferences
from osara_store.instruments import Band
from osara_store.policy import CASE_ACTIONS, Action, Capacity, may
from osara_store.schema import CaseState
from osara_store.states import ENDED, GATES, OPEN, RERUN_TO, TRANSITIONS, Move
from tests.contract.store.world import ALL, TENANT, person_id

from .files import a_case, a_file, a_task

ROOT = Path(__file__).parents[3]
WORKING = (ROOT / "docs/working-a-case.md").read_text()
MANAGING = (ROOT / "docs/managing-cases.md").read_text()
TASKING = (ROOT / "docs/tasking.md").read_text()
ASKING = (ROOT / "docs/asking-partners.md").read_text()
REVIEWING = (ROOT / "docs/monthly-reviews.md").read_text()
MEETING = (ROOT / "docs/case-meetings.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

Row = dict[str, str]
STATES = {word: state for state, word in words.STATE.items()}
MOVES = {word: move for move, word in words.MOVE.items()}
PEOPLE = {
    "everybody": Capacity.PARTNER,
    "referrer's agency": Capacity.REFERRER,
    "lead agency": Capacity.LEAD,
    "coordinator": Capacity.COORDINATOR,
    "manager": Capacity.MANAGER,
    "inspector": Capacity.INSPECTOR,
}
DOINGS = {
    "read the case": [Action.READ_CASE],
    "read a voided case": [Action.READ_CASE],
    "add a note or a person": [Action.WRITE_NOTE, Action.ADD_PERSON],
    "say what a person is to the case, explain the case review": [
        Action.MARK_PERSON,
        Action.EXPLAIN_CASE_REVIEW,
    ],
    "assess the risk of a new referral": [Action.ASSESS_RISK],
    "assess the risk": [Action.ASSESS_RISK],
    "set the band by hand": [Action.OVERRIDE_RISK],
    "arrange a meeting, set its time": [Action.ARRANGE_MEETING],
    "move a meeting, call it off, write down what goes on there": [Action.RUN_MEETING],
    "stop a clock": [Action.MEET_CLOCK],
    "do the monthly review": [Action.COMPLETE_REVIEW],
    "ask the partners": [Action.ASK_PARTNERS],
    "answer for an agency that was asked": [Action.ANSWER_REQUEST],
    "write in the stages, plan tasks": [Action.WRITE_STAGE, Action.ADD_TASK],
    "say how a task of one's own agency went": [Action.RECORD_OWN_TASK],
    "say how any task went": [Action.RECORD_TASK],
    "point to an organisation outside": [Action.POINT_OUTSIDE],
    "say how it went there, for one's own agency": [Action.CHASE_OWN],
    "say how it went there, for any": [Action.CHASE],
    "write the closing page": [Action.WRITE_CLOSURE],
    "agree to closing": [Action.AGREE_CLOSURE],
    "change who leads": [Action.CHANGE_LEAD],
    "link a related case": [Action.RELATE],
    "choose who may open it": [Action.RESTRICT],
    "place or release a legal hold": [Action.HOLD_LEGALLY],
    "decide whether it is kept": [Action.DECIDE_RETENTION],
    "hand over what is in somebody's name": [Action.HAND_OVER],
}


# --- reading the pages -----------------------------------------------------------------------------------------------


def table(page: str, heading: str) -> list[Row]:
    """The first table below a heading."""
    below = page.split(f"# {heading}\n", 1)[1].splitlines()
    start = next(n for n, line in enumerate(below) if line.startswith("|"))
    end = next((n for n, line in enumerate(below[start:], start) if not line.startswith("|")), len(below))
    head, _, *rows = (cells(line) for line in below[start:end])
    return [dict(zip(head, row, strict=True)) for row in rows]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().removeprefix("|").removesuffix("|").split("|")]


def listed(cell: str) -> list[str]:
    return re.split(r", | or | and ", cell)


def people_in(cell: str) -> set[Capacity]:
    return {PEOPLE[name] for name in listed(cell)}


def states_in(cell: str) -> set[CaseState]:
    """Such as "any but Voided", "any open, Closed" or "from Risk checked to Assessment"."""
    if cell.startswith("any but "):
        return set(CaseState) - states_in(cell.removeprefix("any but "))
    if cell.startswith("from "):
        every_one = list(CaseState)
        first, last = (every_one.index(STATES[word]) for word in cell.removeprefix("from ").split(" to "))
        return set(every_one[first : last + 1])
    groups = {"any": set(CaseState), "any open": set(OPEN), "any that has ended": set(ENDED)}
    return {state for word in listed(cell) for state in groups.get(word) or {STATES[word]}}


def bold(page: str) -> set[str]:
    return {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", page, re.DOTALL)} - {"bold"}


# --- asking the rules ------------------------------------------------------------------------------------------------


def allowed(action: Action) -> set[tuple[Capacity, CaseState]]:
    """Who may do it in which state, for everybody who is just this one thing to a case."""
    found = set()
    for capacity in Capacity:
        role = Role(capacity) if capacity in set(Role) else Role.PARTNER
        agreement = Agreement(version="1", signed=date(2026, 1, 1), expires=date(2026, 12, 31))
        agency = Agency(id="own", name="Own", sector="council", agreement=agreement)
        actor = Actor(TENANT, person_id(1), "Jo Lowe", agency, {"ALL": role})
        for state in CaseState:
            case = a_case(
                state=state,
                agency_id="own" if capacity is Capacity.REFERRER else "other",
                lead_agency_id="own" if capacity is Capacity.LEAD else "other",
            )
            if may(actor, action, ALL, case=case, on=date(2026, 3, 2)).allowed:
                found.add((capacity, state))
    return found


def said(who: set[Capacity], when: set[CaseState]) -> set[tuple[Capacity, CaseState]]:
    """Everybody is a partner, so what partners may do, all the others may."""
    every_one = set(Capacity) if Capacity.PARTNER in who else who
    return {(capacity, state) for capacity in every_one for state in when}


# --- who may do what -------------------------------------------------------------------------------------------------

MOVES_TABLE = table(WORKING, "Who moves a case on, and from where to where?")
DOINGS_TABLE = table(WORKING, "Who may do what else?")


def test_every_move_has_its_line():
    assert sorted(row["button"] for row in MOVES_TABLE) == sorted(MOVES)


@pytest.mark.parametrize("row", MOVES_TABLE, ids=lambda row: row["button"])
def test_the_table_of_moves_is_the_one_that_is_kept_to(row: Row):
    move = MOVES[row["button"]]
    transition = TRANSITIONS[move]
    ends = {transition.end} if transition.end else set(RERUN_TO.values())

    assert states_in(row["from"]) == transition.start
    assert states_in(row["to"]) == ends
    assert allowed(Action(move)) == said(people_in(row["who"]), set(transition.start))


@pytest.mark.parametrize("row", MOVES_TABLE, ids=lambda row: row["button"])
def test_the_table_of_moves_says_what_each_asks_for(row: Row):
    move = MOVES[row["button"]]
    asked = {
        "a reason": TRANSITIONS[move].needs_reason,
        "what is needed": move in GATES or move is Move.TRIAGE,
        "the checklist": move is Move.CLOSE,
    }

    assert {name for name, is_asked in asked.items() if is_asked} == set(
        filter(None, listed(row["asks for"]))
    )


def test_the_table_of_doings_is_the_policy():
    told: dict[Action, set[tuple[Capacity, CaseState]]] = {}
    for row in DOINGS_TABLE:
        for action in DOINGS[row["what"]]:
            pairs = said(people_in(row["who"]), states_in(row["while the case is"]))
            told.setdefault(action, set()).update(pairs)

    assert told == {action: allowed(action) for action in CASE_ACTIONS if action not in set(Move)}


def test_a_manager_may_do_whatever_a_coordinator_may():
    assert "A manager may do whatever a coordinator may." in WORKING
    for action in CASE_ACTIONS:
        who = allowed(action)
        assert {state for capacity, state in who if capacity is Capacity.COORDINATOR} <= {
            state for capacity, state in who if capacity is Capacity.MANAGER
        }


# --- what is needed --------------------------------------------------------------------------------------------------


def needed_for(move: Move) -> set[str]:
    """In words, all that can be missing: of a case with nothing in it, and of one with a single poor action."""
    files = [a_file(), a_file(tasks=(a_task(owner="", power="injunction"),))]
    return {
        texts_stages.name_of(name)
        for file in files
        for name in completeness.gate(file, move, lambda power: power == "injunction")
    }


@pytest.mark.parametrize("move", [Move.TRIAGE, *GATES])
def test_the_page_names_all_that_is_needed_before_a_move(move: Move):
    rows = table(WORKING, "What is needed before the next stage?")
    (needed,) = [row["this must be there"] for row in rows if words.MOVE[move] in bold(row["to press"])]
    said_of_it = needed.replace(" (or why there is none)", "").replace(" (where a power enforces)", "")

    # One of the names has a comma in it.
    assert sorted(re.split(r", (?!or )", said_of_it)) == sorted(needed_for(move))


# --- monthly reviews -------------------------------------------------------------------------------------------------


def test_the_page_names_the_days_after_which_a_missed_review_is_chased():
    told = [row["days after somebody was asked"] for row in table(REVIEWING, "What if nobody does it?")]
    reminders = review_nudges.OVERDUE_AFTER, review_nudges.AGAIN_AFTER, review_nudges.MANAGER_AFTER
    bands = {band: ClockRules().of(band).escalate_after_days for band in Band}

    assert told[:3] == [str(each.days) for each in reminders]
    assert told[3] == f"{bands[Band.HIGH]} for high risk, {bands[Band.MEDIUM]} for medium"
    assert bands[Band.STANDARD] is None
    assert f"up to {review_dates.EARLY.days} days before its day" in REVIEWING
    assert f"at {HubPreferences().reviews_at:%H:%M} of the hub's own clock" in REVIEWING


# --- words and links -------------------------------------------------------------------------------------------------


def texts_of_the_cards() -> str:
    kept_in_the_file = [ROOT / "osara_store/reviews.py"]  # the words for what was decided
    own = [ROOT / "cards/words.py", ROOT / "cards/texts.py", *sorted(ROOT.glob("cards/texts_*.py"))]
    modules = [*own, *kept_in_the_file]
    return "\n".join(module.read_text() for module in modules)


@pytest.mark.parametrize(
    "page",
    [WORKING, MANAGING, ASKING, TASKING, MEETING, REVIEWING],
    ids=["working", "managing", "asking", "tasking", "meeting", "reviewing"],
)
def test_every_word_in_bold_stands_on_a_card(page: str):
    texts = texts_of_the_cards()

    assert [phrase for phrase in sorted(bold(page)) if f'"{phrase}' not in texts] == []


def links_in(page: str) -> Iterator[str]:
    prose = re.sub(r"```.*?```", "", page, flags=re.DOTALL)
    yield from re.findall(r"\]\(([^)\s]+)\)", prose)
    yield from re.findall(r'<img src="([^"]+)"', prose)


def anchors_of(page: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True  # what is elsewhere is not for a test to ask
    name, _, anchor = unquote(link).partition("#")
    target = page.parent / name if name else page
    return target.exists() and (not anchor or anchor in anchors_of(target.read_text()))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path):
    assert [link for link in links_in(page.read_text()) if not leads_somewhere(page, link)] == []
