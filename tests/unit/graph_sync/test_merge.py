"""Two sides, one item, nothing lost."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph_sync.lists import CASES
from graph_sync.merge import Clash, changed, edits, fingerprints, is_ours_changed, merge, overwritten

VALUES = st.sampled_from(["", "one", "two", "three"])
NAMES = ("Location", "OwnReference", "Status")
ITEMS = st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES))


def base_of(**fields: Any) -> dict[str, str]:
    return fingerprints(CASES, fields)


def test_what_only_we_changed_is_written() -> None:
    merged = merge(CASES, {"Status": "Closed"}, base_of(Status="Submitted"), {"Status": "Submitted"})
    assert merged.write == {"Status": "Closed"}
    assert merged.base == base_of(Status="Closed")
    assert not merged.clashes


def test_what_only_they_changed_stays_and_is_still_to_be_pulled() -> None:
    merged = merge(CASES, {"Status": "Submitted"}, base_of(Status="Submitted"), {"Status": "Closed"})
    assert not merged.write
    assert not merged.clashes
    assert merged.theirs == ["Status"]
    assert merged.base == base_of(Status="Submitted")


def test_the_same_change_on_both_sides_is_agreement() -> None:
    merged = merge(CASES, {"Status": "Closed"}, base_of(Status="Submitted"), {"Status": "Closed"})
    assert not merged.write
    assert not merged.clashes
    assert merged.base == base_of(Status="Closed")


def test_different_changes_of_one_field_are_both_kept() -> None:
    merged = merge(CASES, {"Location": "ours"}, base_of(Location="before"), {"Location": "theirs"})
    assert not merged.write
    assert merged.clashes == [Clash("Location", "ours", "theirs")]


def test_a_clash_is_not_fought_over_again() -> None:
    ours = {"Location": "ours"}
    merged = merge(CASES, ours, base_of(Location="before"), {"Location": "theirs"})
    assert changed(CASES, ours, merged.base) == {}


def test_a_field_that_is_new_to_us_counts_as_empty_before() -> None:
    assert merge(CASES, {"Marking": "SECRET"}, {}, {}).write == {"Marking": "SECRET"}
    assert merge(CASES, {"Marking": "SECRET"}, {}, {"Marking": "OPEN"}).clashes


def test_only_changed_fields_are_to_be_written() -> None:
    ours = {"Status": "Closed", "Location": "here"}
    assert changed(CASES, ours, base_of(Status="Submitted", Location="here")) == {"Status": "Closed"}


def test_a_field_that_is_new_to_us_and_empty_is_not_written() -> None:
    """A column that a new version brings must not touch every item that has nothing to say in it."""
    assert changed(CASES, {"WatchUntil": None, "LegalHold": False, "Cycle": 1}, {}) == {"Cycle": 1}


def test_what_is_erased_here_is_erased_there_whatever_it_was() -> None:
    merged = overwritten(
        CASES, {"Location": "", "Status": "Closed"}, {"Location": "theirs", "Status": "Closed"}
    )
    assert merged.write == {"Location": ""}
    assert merged.base == base_of(Location="", Status="Closed")
    assert not merged.clashes


@given(ours=ITEMS, before=ITEMS, theirs=ITEMS)
def test_an_edit_is_what_somebody_else_made_of_a_field(
    ours: dict[str, str], before: dict[str, str], theirs: dict[str, str]
) -> None:
    base = fingerprints(CASES, before)
    found = {edit.field: edit for edit in edits(CASES, ours, base, theirs)}
    assert set(found) == {name for name in NAMES if theirs[name] not in {before[name], ours[name]}}
    assert all(edit.theirs == theirs[name] for name, edit in found.items())
    assert all(
        is_ours_changed(CASES, base, edit) == (ours[name] != before[name]) for name, edit in found.items()
    )


@given(ours=ITEMS, before=ITEMS, theirs=ITEMS)
def test_no_change_of_either_side_is_ever_lost(
    ours: dict[str, str], before: dict[str, str], theirs: dict[str, str]
) -> None:
    merged = merge(CASES, ours, fingerprints(CASES, before), theirs)
    clashing = {clash.field for clash in merged.clashes}
    for name in NAMES:
        shown = merged.write.get(name, theirs[name])
        if ours[name] != before[name]:
            assert shown == ours[name] or name in clashing
        if theirs[name] != before[name]:
            assert shown == theirs[name]


@given(ours=ITEMS, before=ITEMS, theirs=ITEMS)
def test_after_a_merge_there_is_nothing_left_to_write(
    ours: dict[str, str], before: dict[str, str], theirs: dict[str, str]
) -> None:
    merged = merge(CASES, ours, fingerprints(CASES, before), theirs)
    assert changed(CASES, ours, merged.base) == {}
