"""Cards that were drawn before a case was merged, and what is done to a case that was.

Both references lead to the case that goes on. Yet a task, a version or a number of moves on a card is of the case that the
card was drawn for: it must never befall the other.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.turn import read_turn
from cards import texts, texts_moves
from osara_store import changing, viewing
from osara_store.case_file import CaseFile, case_file
from osara_store.schema import CaseState
from tests.contract.bot.presses.house import House, shown_on
from tests.contract.bot.presses.people import HELEN, NORA, PRIYA, TOM, Someone
from tests.contract.store import linking, walking
from tests.contract.store.world import something_else
from tests.unit.bot import activities

OLD, GOES_ON = "ALL-2026-0001", "ALL-2026-0002"
SEVEN_YEARS = timedelta(days=7 * 366)
Send = Callable[..., str]


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = House.open(database_url)
    yield opened
    opened.close()


@pytest.fixture
def send(house: House) -> Send:
    """Press a button that carries this, and read what comes back."""

    def send(someone: Someone, verb: str, reference: str = OLD, **data: Any) -> str:
        value = {"data": {"verb": verb, "case": reference, **data}, "context": {"theme": "default"}}
        activity = activities.submitted({}) | {"value": value}
        activity["from"] = {**activity["from"], "aadObjectId": someone.id}
        return _read(house.runner.run(house.router.handle(read_turn(activity))))

    return send


def _read(body: Any) -> str:
    found = body["task"]["value"]
    return (
        found if isinstance(found, str) else " | ".join([found["title"], *shown_on(found["card"]["content"])])
    )


def write(house: House, work: Callable[[sa.Connection], Any]) -> Any:
    return house.runner.run(house.database.write(work))


def file_of(house: House, case_id: int) -> CaseFile:
    found: CaseFile = house.read(lambda tx: case_file(tx, case_id))
    return found


def two_cases_at_response(tx: sa.Connection) -> tuple[CaseFile, CaseFile]:
    """Each with a task of its own, and as many moves behind it as the other."""
    found = []
    for answers in (None, something_else()):
        walk = walking.Walk(tx, answers=answers).to(CaseState.RESPONSE)
        walk.plan()
        found.append(walk.file)
    return found[0], found[1]


@pytest.fixture
def merged(house: House) -> tuple[CaseFile, CaseFile]:
    """The two, as they stood before the first was merged into the second."""
    old, goes_on = write(house, two_cases_at_response)
    assert (old.case.reference, goes_on.case.reference) == (OLD, GOES_ON)
    assert old.case.moves == goes_on.case.moves
    write(house, lambda tx: linking.merged(tx, old, goes_on))
    return old, goes_on


STALE_PRESSES: dict[str, tuple[Someone, dict[str, Any]]] = {
    "task.record": (PRIYA, {"n": 1, "version": 1, "state": "done", "outcome": "The lock is on."}),
    "task.save": (
        PRIYA,
        {
            "n": 1,
            "version": 1,
            "intervention": "Another lock",
            "side": "location",
            "agency_id": "homes",
            "due_on": "2090-01-01",
            "power": "none",
            "term": "quick",
        },
    ),
    "stage.save": (
        PRIYA,
        {"part": "hypothesis", "cycle": 1, "versions": {"hypothesis": 1}, "hypothesis": "It is the lamp."},
    ),
    "stage.choose": (
        PRIYA,
        {
            "part": "hypothesis",
            "cycle": 1,
            "versions": {"hypothesis": 1},
            "hypothesis_choice": "own",
            "hypothesis": "It is the lamp.",
        },
    ),
    "person.save": (TOM, {"n": 1, "role": "suspect", "age_group": "child"}),
    "note.save": (PRIYA, {"text": "Quiet on Friday.", "stage": "scanning", "grade": "fact"}),
    "move.do": (HELEN, {"move": "void", "reason": "Entered twice."}),
    "lead.save": (HELEN, {"was": "homes", "agency": "police"}),
    "hold.save": (HELEN, {"on": True, "reason": "The coroner asked."}),
    "access.save": (HELEN, {"restricted": True, "people": "", "reason": "They are afraid."}),
    "override.save": (TOM, {"band": "high", "reason": "It is far worse than it looks."}),
    "clock.met": (TOM, {"clock": "meeting", "note": "We met on Monday."}),
    "review.explained": (TOM, {}),
}


@pytest.mark.parametrize("verb", STALE_PRESSES)
def test_what_is_done_on_a_card_of_a_merged_case_never_befalls_the_one_that_goes_on(
    house: House, send: Send, merged: tuple[CaseFile, CaseFile], verb: str
) -> None:
    before, after_merging = (file_of(house, each.case.id) for each in merged)
    someone, data = STALE_PRESSES[verb]
    seen = merged[0].case.moves
    if verb == "access.save":
        data = {**data, "people": f"{activities.TENANT}:{HELEN.id}"}
    said = send(someone, verb, seen=seen, **data)

    assert texts_moves.STALE in said
    assert GOES_ON in said
    assert [file_of(house, each.case.id) for each in merged] == [before, after_merging]


def test_a_card_of_a_merged_case_still_opens_the_one_that_goes_on(
    send: Send, merged: tuple[CaseFile, CaseFile]
) -> None:
    assert merged
    assert send(PRIYA, "case.open").startswith(GOES_ON)


def test_keeping_a_merged_case_is_decided_about_that_case_and_no_other(
    house: House, send: Send, merged: tuple[CaseFile, CaseFile]
) -> None:
    old, goes_on = merged
    house.clock.moment += SEVEN_YEARS

    assert OLD in send(HELEN, "retention.open", seen=old.case.moves + 1)
    erasing = {"decision": "erase", "reason": "Nothing came of it.", "confirmed": True}
    assert texts_moves.RETENTION_ERASED in send(HELEN, "retention.decide", **erasing)
    assert file_of(house, old.case.id).case.erased_at is not None
    assert file_of(house, goes_on.case.id).case.erased_at is None
    assert send(PRIYA, "case.open").startswith(GOES_ON)


def test_nobody_of_another_hub_refreshes_a_card_by_its_reference(
    send: Send, merged: tuple[CaseFile, CaseFile]
) -> None:
    assert merged
    assert send(NORA, "case.refresh", GOES_ON) == texts.NO_SUCH_CASE
    assert GOES_ON in send(PRIYA, "case.refresh", GOES_ON)


@pytest.mark.parametrize("verb", ["task.record", "task.save", "lead.save", "clock.met"])
def test_a_case_is_held_before_the_look_at_it_is_written_down(
    house: House, send: Send, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Whoever writes a look down holds up the hub's audit chain; two people who take the two in another order wait for ever."""
    old, _ = write(house, two_cases_at_response)
    order: list[str] = []
    hold, look = changing.hold, viewing.open_case
    monkeypatch.setattr(changing, "hold", lambda *a, **k: (order.append("hold"), hold(*a, **k))[1])
    monkeypatch.setattr(viewing, "open_case", lambda *a, **k: (order.append("look"), look(*a, **k))[1])
    someone, data = STALE_PRESSES[verb]
    send(someone, verb, seen=old.case.moves, **data)

    assert order == ["hold", "look"]
