"""A case on its way between the ordinary and the restricted lists: whole, once, and with what people made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count, repeat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_sync.lists import ORDINARY, RESTRICTED, TWIN, CaseLists
from osara_store.case_file import CaseFile
from osara_store.outbox import Failed, Sent
from tests.contract.store.world import NOON
from tests.unit.graph_sync.files import FULL
from tests.unit.graph_sync.server import Notes, Server, Told, attempt, converse, desired_keys, note, session

FINE = repeat("fine")


def case(*, restricted: bool, **changes: Any) -> CaseFile:
    made = {"restricted": restricted, "synced_at": NOON, "retention_on": None, **changes}
    return replace(FULL, case=replace(FULL.case, **made))


OPEN, CLOSED_OFF = case(restricted=False), case(restricted=True)
KEYS = sorted(desired_keys(OPEN))
REFERENCE = OPEN.case.reference


def keys_in(server: Server, lists: CaseLists) -> list[str]:
    return sorted(row.fields[each.key] for each in lists for row in server.rows[each.name].values())


def assert_moved(server: Server, to: CaseLists) -> None:
    """All of the case is in one set of lists, and nothing of it in the other."""
    assert keys_in(server, to) == KEYS
    assert keys_in(server, RESTRICTED if to is ORDINARY else ORDINARY) == []


def standing() -> tuple[Server, Notes, Told]:
    """The case in the ordinary lists."""
    server, notes = Server(), Notes()
    assert converse(server, notes, OPEN).outcome == Sent()
    return server, notes, Told()


def edit(server: Server, name: str, key: str, **fields: Any) -> None:
    """Change an item as a person would, in SharePoint itself."""
    server.change(name, server.row(name, key)[0], fields)


# Moving


def test_a_restricted_case_leaves_the_ordinary_lists_and_an_opened_one_comes_back() -> None:
    server, notes, _ = standing()
    assert converse(server, notes, CLOSED_OFF).outcome == Sent()
    assert_moved(server, RESTRICTED)
    assert converse(server, notes, OPEN).outcome == Sent()
    assert_moved(server, ORDINARY)


def test_all_of_it_is_there_before_any_of_it_is_deleted_and_the_cases_row_goes_last() -> None:
    server, notes, _ = standing()
    server.asked.clear()
    converse(server, notes, CLOSED_OFF)
    writes = [asked for asked in server.asked if not asked.startswith("GET")]
    assert [asked.partition(" ")[0] for asked in writes] == ["POST"] * len(KEYS) + ["DELETE"] * len(KEYS)
    assert writes[-1] == "DELETE item Cases"


def test_once_it_has_moved_nothing_is_asked_any_more() -> None:
    server, notes, _ = standing()
    converse(server, notes, CLOSED_OFF)
    server.asked.clear()
    assert session(notes, CLOSED_OFF).outcome == Sent()
    assert not [name for name, _ in notes if name in {each.name for each in ORDINARY}]


def test_a_moved_case_is_read_at_its_new_address() -> None:
    server, notes, _ = standing()
    one = converse(server, notes, CLOSED_OFF)
    assert (
        one.talk.web_url
        == f"https://site.example/Restricted Cases/{server.row('Restricted Cases', REFERENCE)[0]}"
    )


def test_a_case_that_never_changed_is_not_looked_for_elsewhere() -> None:
    server = Server()
    converse(server, {}, case(restricted=False, version=1))
    assert not [asked for asked in server.asked if "Restricted" in asked]


def test_a_case_that_was_made_without_a_note_and_then_restricted_is_found_in_the_ordinary_lists() -> None:
    """The worst that a kill can leave behind: nothing here says that a name stands there."""
    server = Server()
    converse(server, {}, OPEN)
    notes = Notes()
    assert converse(server, notes, CLOSED_OFF).outcome == Sent()
    assert_moved(server, RESTRICTED)


def test_a_move_that_is_called_back_before_it_was_noted_leaves_nothing_in_the_restricted_lists() -> None:
    server, notes, _ = standing()
    attempt(server, notes, CLOSED_OFF, iter(["fine", "dies"]))
    assert keys_in(server, RESTRICTED) == [REFERENCE]
    assert converse(server, notes, OPEN).outcome == Sent()
    assert_moved(server, ORDINARY)


@pytest.mark.parametrize("requests", range(1, 70))
def test_wherever_a_move_is_killed_the_next_push_finishes_it(requests: int) -> None:
    server, notes, told = standing()
    edit(server, "People", f"{REFERENCE}-P001", PersonDescription="Jane Roe of number 14")
    attempt(server, notes, CLOSED_OFF, iter(["fine"] * requests + ["dies"] * 100), told)
    assert converse(server, notes, CLOSED_OFF, told).outcome == Sent()
    assert_moved(server, RESTRICTED)
    _, person = server.row("Restricted People", f"{REFERENCE}-P001")
    assert person.fields["PersonDescription"] == "Jane Roe of number 14"


# What people changed


def test_what_somebody_changed_before_the_move_is_carried_over_and_stays_their_change() -> None:
    server, notes, told = standing()
    edit(server, "Cases", REFERENCE, Location="the corner of Mill Lane")
    converse(server, notes, CLOSED_OFF, told)
    assert server.row("Restricted Cases", REFERENCE)[1].fields["Location"] == "the corner of Mill Lane"
    assert told.clashes == []

    converse(server, notes, case(restricted=True, where="14 High Street"), told)
    assert server.row("Restricted Cases", REFERENCE)[1].fields["Location"] == "the corner of Mill Lane"
    assert told.clashes == [(REFERENCE, "Location", "14 High Street", "the corner of Mill Lane")]


def test_what_was_changed_on_both_sides_before_the_move_is_kept_on_both() -> None:
    server, notes, told = standing()
    edit(server, "Cases", REFERENCE, Location="the corner of Mill Lane")
    converse(server, notes, case(restricted=True, where="14 High Street"), told)
    assert server.row("Restricted Cases", REFERENCE)[1].fields["Location"] == "the corner of Mill Lane"
    assert told.clashes == [(REFERENCE, "Location", "14 High Street", "the corner of Mill Lane")]


def test_what_only_we_changed_before_the_move_is_no_conflict() -> None:
    server, notes, told = standing()
    converse(server, notes, case(restricted=True, where="14 High Street"), told)
    assert server.row("Restricted Cases", REFERENCE)[1].fields["Location"] == "14 High Street"
    assert told.clashes == []


def test_a_word_that_the_other_lists_choices_lack_is_kept_as_a_conflict() -> None:
    """Somebody added a choice of their own to the ordinary list, and used it."""
    server, notes, told = standing()
    edit(server, "Cases", REFERENCE, Frequency="Every full moon")
    assert converse(server, notes, CLOSED_OFF, told).outcome == Sent()
    assert_moved(server, RESTRICTED)
    assert told.clashes == [(REFERENCE, "Frequency", "Daily", "Every full moon")]


def test_two_edits_of_the_two_rows_of_a_move_that_was_interrupted_are_both_kept() -> None:
    server, notes, told = standing()
    attempt(server, notes, CLOSED_OFF, iter(["fine"] * 5 + ["failed"]))
    edit(server, "Cases", REFERENCE, Location="the first")
    edit(server, "Restricted Cases", REFERENCE, Location="the second")
    converse(server, notes, CLOSED_OFF, told)
    assert server.row("Restricted Cases", REFERENCE)[1].fields["Location"] == "the second"
    assert told.clashes == [(REFERENCE, "Location", "the second", "the first")]


def test_an_edit_in_the_last_moment_before_the_deletion_stops_it() -> None:
    server, notes, told = standing()
    one = session(notes, CLOSED_OFF)
    while one.outcome is None:
        assert one.request
        if one.request.method == "DELETE" and one.request.url.startswith("People"):
            key = f"{REFERENCE}-P003"
            edit(server, "People", key, PersonDescription="A lad in a blue cap")
        one.hear(server.answer(one.request))
        note(notes, one)
    assert isinstance(one.outcome, Failed)
    assert converse(server, notes, CLOSED_OFF, told).outcome == Sent()
    assert_moved(server, RESTRICTED)
    _, person = server.row("Restricted People", f"{REFERENCE}-P003")
    assert person.fields["PersonDescription"] == "A lad in a blue cap"


# What people made, and took away


@pytest.mark.parametrize("key", [None, "my own key"])
def test_a_row_that_somebody_made_by_hand_for_the_case_comes_along_and_comes_back(key: str | None) -> None:
    server, notes, told = standing()
    made = {"CaseReference": REFERENCE, "EntryText": "Rang the school", "Title": "A call"}
    server.add("OSARA entries", {**made, **({"EntryKey": key} if key else {})})
    for to, file in ((RESTRICTED, CLOSED_OFF), (ORDINARY, OPEN), (RESTRICTED, CLOSED_OFF)):
        assert converse(server, notes, file, told).outcome == Sent()
        rows = [row.fields for row in server.rows[to.entries.name].values()]
        [found] = [row for row in rows if row.get("EntryText") == "Rang the school"]
        assert found["Title"] == "A call"
        assert not server.rows[TWIN[to.entries.name]]


def test_a_row_made_by_hand_is_copied_once_whatever_happens() -> None:
    server, notes, _ = standing()
    server.add(
        "Tasks", {"CaseReference": REFERENCE, "Intervention": "Ring the school", "TaskStatus": "Someday"}
    )
    told = Told()
    for dying_at in range(1, 60):
        attempt(server, notes, CLOSED_OFF, iter(["fine"] * dying_at + ["dies"] * 100), told)
    converse(server, notes, CLOSED_OFF, told)
    copies = [row.fields for row in server.rows["Restricted Tasks"].values() if "Intervention" in row.fields]
    assert [row["Intervention"] for row in copies].count("Ring the school") == 1
    assert ("TaskStatus", None, "Someday") in {clash[1:] for clash in told.clashes}


def test_a_row_whose_case_reference_somebody_changed_is_not_left_behind() -> None:
    server, notes, _ = standing()
    edit(server, "People", f"{REFERENCE}-P001", CaseReference="ALL-2026-0099")
    assert converse(server, notes, CLOSED_OFF).outcome == Sent()
    assert_moved(server, RESTRICTED)


def test_rows_that_were_deleted_by_hand_do_not_hold_up_the_move() -> None:
    server, notes, _ = standing()
    for name in ("Cases", "People"):
        server.rows[name].clear()
    assert converse(server, notes, CLOSED_OFF).outcome == Sent()
    assert_moved(server, RESTRICTED)
    assert session(notes, CLOSED_OFF).outcome == Sent()


def test_a_new_row_that_is_deleted_by_hand_in_the_midst_of_the_move_is_made_again() -> None:
    server, notes, _ = standing()
    edit(server, "People", f"{REFERENCE}-P001", PersonDescription="Jane Roe of number 14")
    attempt(server, notes, CLOSED_OFF, iter(["fine"] * (1 + len(KEYS)) + ["failed"]))
    assert sorted(KEYS) == keys_in(server, RESTRICTED)
    server.rows["Restricted People"].clear()
    assert isinstance(converse(server, notes, CLOSED_OFF).outcome, Failed)
    assert converse(server, notes, CLOSED_OFF).outcome == Sent()
    assert keys_in(server, ORDINARY) == []
    [person] = server.rows["Restricted People"].values()
    assert person.fields["PersonDescription"] == "Jane Roe of number 14"


# Whatever happens

LUCK = st.sampled_from(["fine", "fine", "fine", "lost", "failed", "throttled", "dies"])
PLACES = (("Cases", REFERENCE, "Location"), ("People", f"{REFERENCE}-P001", "PersonDescription"))


@dataclass
class Story:
    """A case that is moved, changed, edited and pushed; `lasting` is what people typed into SharePoint and left there."""

    fortunes: Iterator[str]
    server: Server = field(default_factory=Server)
    notes: Notes = field(default_factory=Notes)
    told: Told = field(default_factory=Told)
    file: CaseFile = OPEN
    lasting: set[str] = field(default_factory=set)
    numbers: Iterator[int] = field(default_factory=count)

    def push(self) -> None:
        attempt(self.server, self.notes, self.file, self.fortunes, self.told)

    def flip(self) -> None:
        self._change(restricted=not self.file.case.restricted)

    def rename(self) -> None:
        self._change(where=f"our street {next(self.numbers)}")

    def edit_case(self) -> None:
        self._edit(*PLACES[0])

    def edit_person(self) -> None:
        self._edit(*PLACES[1])

    def _change(self, **changes: Any) -> None:
        self.file = replace(self.file, case=replace(self.file.case, **changes))

    def _edit(self, name: str, key: str, column: str) -> None:
        """Type something new into every row that shows this item; a later text of the same row takes its place."""
        for list_name in (name, TWIN[name]):
            for row_id, row in self.server.rows[list_name].items():
                if key in row.fields.values():
                    text = f"their text {next(self.numbers)}"
                    self.lasting = (self.lasting - {row.fields.get(column)}) | {text}
                    self.server.change(list_name, row_id, {column: text})


STEPS: dict[str, Callable[[Story], None]] = {
    "push": Story.push,
    "flip": Story.flip,
    "rename": Story.rename,
    "edit case": Story.edit_case,
    "edit person": Story.edit_person,
}


@settings(deadline=None, max_examples=150)
@given(
    steps=st.lists(st.sampled_from(["push", "push", *STEPS]), max_size=25),
    fortunes=st.lists(LUCK, max_size=150),
)
def test_whatever_fails_a_case_ends_up_whole_in_one_place_and_no_edit_is_lost(
    steps: list[str], fortunes: list[str]
) -> None:
    story = Story(luck_of(fortunes))
    for step in steps:
        STEPS[step](story)
    story.fortunes = FINE
    for _ in range(3):
        story.push()
    assert_moved(story.server, RESTRICTED if story.file.case.restricted else ORDINARY)
    assert session(story.notes, story.file).outcome == Sent()
    shown = {
        str(text)
        for rows in story.server.rows.values()
        for row in rows.values()
        for text in row.fields.values()
    }
    kept = {str(value) for clash in story.told.clashes for value in clash[2:]}
    assert story.lasting <= shown | kept


def luck_of(fortunes: list[str]) -> Iterator[str]:
    yield from fortunes
    yield from FINE
