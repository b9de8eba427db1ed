"""The lists and their columns."""

from typing import Any

import pytest

from graph_sync import words
from graph_sync.columns import Choice, Column, Day, Lines, Moment, Number, YesNo
from graph_sync.lists import ALL_LISTS, CASES, ListDefinition
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import CaseState, PersonRole, Stage

BUILT_IN = {"attachments", "modified", "created", "author", "editor", "contenttype", "id", "edit"}


def test_internal_names_never_change() -> None:
    """Views, flows and exports are built on them: a name may be added here, never altered."""
    assert {definition.name: [column.name for column in definition.columns] for definition in ALL_LISTS} == {
        "Cases": [
            "Title", "CaseReference", "Hub", "Category", "Status", "Location", "Since", "Frequency",
            "ImmediateDanger", "LeadAgency", "ReferredByAgency", "ReferredBy", "ReferredById", "OwnReference",
            "SharingBasis", "EqualityConsidered", "EqualityNote", "ReferredOn", "Marking",
        ],
        "OSARA entries": [
            "Title", "EntryKey", "CaseReference", "EntryNumber", "Stage", "EntryKind", "EntryText", "Agency",
            "WrittenBy", "WrittenOn", "Marking",
        ],
        "People": [
            "Title", "PersonKey", "CaseReference", "PersonNumber", "CaseRole", "PersonDescription", "Marking",
        ],
        "Partners": [
            "Title", "PartnerKey", "Sector", "Hubs", "OutsideOrganisation", "AgreementVersion",
            "AgreementSigned", "AgreementExpires",
        ],
    }  # fmt: skip


@pytest.mark.parametrize("definition", ALL_LISTS, ids=lambda definition: str(definition.name))
def test_a_list_fits_into_sharepoints_limits(definition: ListDefinition) -> None:
    names = [column.name for column in definition.own_columns]
    assert all(name.isascii() and name.isalnum() and name.lower() not in BUILT_IN for name in names)
    assert len(set(names)) == len(names)
    assert sum(column.definition()["indexed"] for column in definition.own_columns) <= 20
    assert definition.by_name[definition.key].unique


@pytest.mark.parametrize("definition", ALL_LISTS, ids=lambda definition: str(definition.name))
def test_a_list_is_declared_with_one_facet_a_column_and_unique_ones_indexed(
    definition: ListDefinition,
) -> None:
    columns = definition.definition()["columns"]
    assert "Title" not in [column["name"] for column in columns]
    for column in columns:
        assert len(column.keys() & {"text", "choice", "number", "boolean", "dateTime"}) == 1
        assert column["indexed"] or not column["enforceUniqueValues"]


@pytest.mark.parametrize(
    ("vocabulary", "values"),
    [
        (words.DANGER, Danger),
        (words.SINCE, Since),
        (words.FREQUENCY, Frequency),
        (words.EQUALITY, Equality),
        (words.SHARING_BASIS, SharingBasis),
        (words.STAGE, Stage),
        (words.PERSON_ROLE, PersonRole),
        (words.STATE, CaseState),
    ],
)
def test_every_value_of_the_case_file_has_a_word(vocabulary: dict[Any, str], values: Any) -> None:
    assert list(vocabulary) == list(values)
    assert len(set(vocabulary.values())) == len(vocabulary)


def test_texts_that_may_be_long_have_columns_of_several_lines() -> None:
    long = {"Location", "EqualityNote"}
    assert {column.name for column in CASES.columns if isinstance(column, Lines)} == long


@pytest.mark.parametrize(
    ("column", "ours", "theirs"),
    [
        (Column("A", "A"), "", None),
        (Column("A", "A"), " word ", "word"),
        (Lines("A", "A"), "one\ntwo", "one\r\ntwo"),
        (Number("A", "A"), 3, 3.0),
        (Number("A", "A"), None, ""),
        (YesNo("A", "A"), False, None),
        (Moment("A", "A"), "2026-03-02T12:00:00Z", "2026-03-02T12:00:00.000Z"),
        (Day("A", "A"), "2026-03-02T12:00:00Z", "2026-03-02T00:00:00Z"),
    ],
)
def test_a_value_is_the_same_after_its_way_through_sharepoint(column: Column, ours: Any, theirs: Any) -> None:
    assert column.same(ours, theirs)
    assert column.fingerprint(ours) == column.fingerprint(theirs)


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        (Column("A", "A"), "a", "A"),
        (Lines("A", "A"), "one\ntwo", "one two"),
        (Number("A", "A"), 3, 4),
        (YesNo("A", "A"), True, False),
        (Moment("A", "A"), "2026-03-02T12:00:00Z", "2026-03-02T12:00:01Z"),
        (Day("A", "A"), "2026-03-02T12:00:00Z", "2026-03-03T12:00:00Z"),
    ],
)
def test_different_values_are_told_apart(column: Column, one: Any, other: Any) -> None:
    assert not column.same(one, other)
    assert column.fingerprint(one) != column.fingerprint(other)


def test_a_fingerprint_does_not_show_the_value() -> None:
    assert "Jane" not in Column("A", "A").fingerprint("Jane Roe")


@pytest.mark.parametrize(
    ("column", "existing"),
    [
        (Column("A", "A"), {"number": {}}),
        (Column("A", "A"), {"text": {"allowMultipleLines": True}}),
        (Lines("A", "A"), {"text": {"allowMultipleLines": False}}),
        (Lines("A", "A"), {"text": {"allowMultipleLines": True, "textType": "richText"}}),
        (Choice("A", "A"), {"text": {}}),
        (Moment("A", "A"), {"text": {}}),
    ],
)
def test_a_column_of_the_wrong_kind_is_at_fault(column: Column, existing: dict[str, Any]) -> None:
    assert column.fault_of(existing)


def test_a_column_that_graph_does_not_describe_is_let_be() -> None:
    assert Column("A", "A").fault_of({"name": "A", "indexed": False}) is None


def test_a_column_is_repaired_only_where_it_falls_short() -> None:
    unique, plain = Column("A", "A", unique=True), Column("A", "A")
    assert unique.repair_of({"indexed": True}) == {"indexed": True, "enforceUniqueValues": True}
    assert unique.repair_of({"indexed": True, "enforceUniqueValues": True}) == {}
    assert plain.repair_of({"indexed": True}) == {}


def test_missing_choices_are_added_to_those_that_people_made() -> None:
    existing = {"choice": {"choices": ["Mine", "Yes"], "displayAs": "radioButtons"}}
    repair = Choice("A", "A", choices=("Yes", "No")).repair_of(existing)
    assert repair == {"choice": {"choices": ["Mine", "Yes", "No"], "displayAs": "radioButtons"}}
