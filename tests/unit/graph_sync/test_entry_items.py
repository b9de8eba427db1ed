"""Everything that was written into a case file, as rows of the OSARA entries list."""

from dataclasses import replace
from datetime import date

import pytest

from graph_sync.entry_items import Decision
from graph_sync.items import DesiredItem
from graph_sync.mapping import case_items
from osara_store.case_file import CaseFile
from osara_store.stages import FIELDS
from tests.contract.store.world import DIRECTORY
from tests.unit.graph_sync.files import BY_TOM, FILE, FULL, answer

KEEP = Decision(1, "keep", date(2033, 9, 18), "The court asked for it", BY_TOM)
HOLD = Decision(2, "hold", None, "An inquest is open", BY_TOM)


def rows(file: CaseFile = FULL) -> dict[str, DesiredItem]:
    found = case_items(file, DIRECTORY, (KEEP, HOLD))
    return {
        item.key.removeprefix("ALL-2026-0001-"): item for item in found if item.list.name == "OSARA entries"
    }


def told(key: str, *columns: str, file: CaseFile = FULL) -> tuple[object, ...]:
    fields = rows(file)[key].fields
    return tuple(fields[column] for column in columns)


def test_every_field_of_every_stage_has_its_row_in_its_stage() -> None:
    """One of each: the text, and a label that no other field has."""
    whole = replace(FILE, answers=tuple(answer(each.name, f"Said of {each.name}") for each in FIELDS))
    made = {each.name: rows(whole)[f"C1-{each.name}"].fields for each in FIELDS}
    for each in FIELDS:
        assert made[each.name]["EntryText"] == f"Said of {each.name}"
        assert made[each.name]["Stage"] == str(each.stage).capitalize()
    assert len({fields["EntryKind"] for fields in made.values()}) == len(FIELDS)


def test_a_newer_answer_takes_the_place_of_the_one_before() -> None:
    assert told("C1-statement", "EntryKind", "EntryText", "Cycle", "Stage") == (
        "Problem statement", "Music every night", 1, "Scanning",
    )  # fmt: skip


def test_each_cycle_keeps_its_own_answer() -> None:
    assert told("C2-statement", "EntryText", "Cycle") == ("It came back", 2)


def test_an_answer_says_who_gave_it_when_and_for_which_agency() -> None:
    assert told("C1-statement", "WrittenBy", "Agency", "WrittenOn") == (
        "Priya Raman", "Northshore Homes", "2026-03-02T12:00:00Z",
    )  # fmt: skip


def test_what_was_written_beside_an_answer_has_a_row_of_its_own() -> None:
    assert told("C1-statement-B003", "EntryKind", "EntryText", "WrittenBy") == (
        "Problem statement (written beside)", "Music, and shouting", "Tom Airey",
    )  # fmt: skip


def test_a_choice_is_told_by_its_label() -> None:
    assert told("C1-objective_kind", "EntryText") == ("Make it less serious",)


def test_how_sure_a_statement_is_stands_beside_it_in_its_own_cycle() -> None:
    assert told("C1-statement", "Grade") == ("Assessment",)
    assert told("C1-statement_grade", "EntryText") == ("Assessment",)
    assert told("C2-statement", "Grade") == ("",)


def test_a_note_tells_its_kind_cycle_and_how_sure_it_is() -> None:
    assert told("E003", "EntryKind", "EntryText", "Cycle", "Grade", "EntryNumber") == (
        "Case review explained", "Told her on the 'phone", 2, "Fact", 3,
    )  # fmt: skip
    assert told("E001", "EntryKind", "Cycle", "Grade") == ("Wanted", 1, "")


def test_the_reason_for_a_move_is_kept_with_where_it_led() -> None:
    assert told("M001", "EntryKind", "EntryText", "WrittenBy", "Cycle", "Stage") == (
        "From Submitted to Returned to the referrer", "Which house is it?", "Tom Airey", 1, None,
    )  # fmt: skip
    assert told("M002", "EntryKind", "Cycle") == ("From Assessment to Scanning", 2)


@pytest.mark.parametrize(
    ("key", "kind", "reason"),
    [
        ("D001", "Retention: keep until 2033-09-18", "The court asked for it"),
        ("D002", "Legal hold set", "An inquest is open"),
    ],
)
def test_a_decision_about_keeping_the_file_is_kept_with_its_reason(key: str, kind: str, reason: str) -> None:
    assert told(key, "EntryKind", "EntryText") == (kind, reason)
