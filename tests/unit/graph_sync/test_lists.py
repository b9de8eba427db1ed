"""The lists and their columns."""

from typing import Any

import pytest

from graph_sync import words
from graph_sync.columns import Choice, Column, Day, Lines, Moment, Number, YesNo
from graph_sync.lists import ALL_LISTS, CASES, ORDINARY, PARTNERS, RESTRICTED, TWIN, ListDefinition
from osara_store.instruments import Band
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import AgeGroup, CaseState, LinkKind, MeetingState, PersonRole, Stage, TaskState
from osara_store.stages import FIELDS, TRIANGLE, Field, Grade, Sort

BUILT_IN = {"attachments", "modified", "created", "author", "editor", "contenttype", "id", "edit"}


def test_internal_names_never_change() -> None:
    """Views, flows and exports are built on them: a name may be added here, never altered."""
    made = {
        definition.name: [column.name for column in definition.columns]
        for definition in (*ORDINARY, PARTNERS)
    }
    assert made == {
        "Cases": [
            "Title", "CaseReference", "Hub", "Category", "Status", "Location", "Since", "Frequency",
            "ImmediateDanger", "LeadAgency", "ReferredByAgency", "ReferredBy", "ReferredById", "OwnReference",
            "SharingBasis", "EqualityConsidered", "EqualityNote", "ReferredOn", "Band", "Cycle", "RiskCheckDue",
            "RiskCheckDone", "InitialActionDue", "InitialActionDone", "InformationDue", "InformationDone",
            "MeetingDue", "MeetingDone", "ClosedOn", "Outcome", "WatchUntil", "RetentionReviewOn", "LegalHold",
            "ErasedOn", "ReReferralOf", "MergedInto", "TransferredTo", "RelatedCases", "Restricted",
            "AccessList", "Marking",
        ],
        "OSARA entries": [
            "Title", "EntryKey", "CaseReference", "EntryNumber", "Stage", "EntryKind", "EntryText", "Agency",
            "WrittenBy", "WrittenOn", "Cycle", "Grade", "Marking",
        ],
        "People": [
            "Title", "PersonKey", "CaseReference", "PersonNumber", "CaseRole", "PersonDescription", "AgeGroup",
            "Marking",
        ],
        "Tasks": [
            "Title", "TaskKey", "CaseReference", "TaskNumber", "Cycle", "TaskStatus", "Intervention",
            "TriangleSide", "OwningAgency", "TaskOwner", "DueOn", "PowerUsed", "Rationale", "Proportionality",
            "Term", "TaskOutcome", "AcceptedOn", "SuggestedAgency", "SuggestedOwner", "Arrests", "Injunctions",
            "Visits", "Warnings", "ReferralsToSupport", "MovedFrom", "Agency", "WrittenBy", "WrittenOn", "Marking",
        ],
        "Risk assessments": [
            "Title", "RiskKey", "CaseReference", "RiskNumber", "Cycle", "Instrument", "InstrumentVersion",
            "Score", "Band", "Answers", "Reason", "Agency", "WrittenBy", "WrittenOn", "Marking",
        ],
        "Information requests": [
            "Title", "RequestKey", "CaseReference", "RequestNumber", "AskedAgency", "Reason", "AnswerDue", "Reply",
            "ReplyNote", "RepliedBy", "RepliedOn", "Agency", "WrittenBy", "WrittenOn", "Marking",
        ],
        "Meetings": [
            "Title", "MeetingKey", "CaseReference", "MeetingNumber", "Cycle", "MeetingStatus", "StartsOn", "EndsOn",
            "Invited", "JoinLink", "Reason", "HeldOn", "Agency", "WrittenBy", "WrittenOn", "Marking",
        ],
        "Partners": [
            "Title", "PartnerKey", "Sector", "Hubs", "Contact", "Deputy", "Members", "Tenant", "Powers",
            "OutsideOrganisation",
            "AgreementVersion", "AgreementSigned", "AgreementExpires",
        ],
    }  # fmt: skip


def test_restricted_cases_have_lists_of_their_own_that_are_alike_but_for_the_name() -> None:
    assert [definition.name for definition in RESTRICTED] == [
        "Restricted Cases", "Restricted OSARA entries", "Restricted People", "Restricted Tasks",
        "Restricted Risk assessments", "Restricted Information requests", "Restricted Meetings",
    ]  # fmt: skip
    for ordinary, restricted in zip(ORDINARY, RESTRICTED, strict=True):
        assert (restricted.key, restricted.columns) == (ordinary.key, ordinary.columns)
        assert TWIN[ordinary.name] == restricted.name
        assert TWIN[restricted.name] == ordinary.name
        assert restricted.definition()["displayName"] == restricted.name


def test_the_last_list_to_be_made_is_one_that_case_files_wait_for() -> None:
    """So a bot that runs while its site is provisioned anew never writes to columns that are not there yet."""
    assert ALL_LISTS[-1] in RESTRICTED


@pytest.mark.parametrize("definition", ALL_LISTS, ids=lambda definition: str(definition.name))
def test_a_list_fits_into_sharepoints_limits(definition: ListDefinition) -> None:
    names = [column.name for column in definition.own_columns]
    assert all(name.isascii() and name.isalnum() and name.lower() not in BUILT_IN for name in names)
    assert all(len(name) <= 32 for name in names)
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
        (words.AGE_GROUP, AgeGroup),
        (words.TASK_STATE, TaskState),
        (words.MEETING_STATE, MeetingState),
        (words.LINK, LinkKind),
        (words.BAND, ["", *Band]),
        (words.GRADE, Grade),
        (words.SIDE, TRIANGLE),
        (words.FIELD, [field.name for field in FIELDS]),
        (words.CHOICE, [field.name for field in FIELDS if field.sort is Sort.CHOICE]),
    ],
)
def test_every_value_of_the_case_file_has_a_word(vocabulary: dict[Any, str], values: Any) -> None:
    assert list(vocabulary) == list(values)
    told = [word for word in vocabulary.values() if isinstance(word, str)]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize(
    "field", [field for field in FIELDS if field.choices], ids=lambda field: str(field.name)
)
def test_every_choice_of_a_stage_has_a_label_of_its_own(field: Field) -> None:
    assert list(words.CHOICE[field.name]) == list(field.choices)
    assert len(set(words.CHOICE[field.name].values())) == len(field.choices)


def test_an_id_without_a_word_is_made_readable() -> None:
    assert words.word(words.BAND, "very_high") == "Very high"
    assert words.word(words.SIDE, "") == ""


def test_texts_that_may_be_long_have_columns_of_several_lines() -> None:
    long = {"Location", "EqualityNote", "RelatedCases", "AccessList"}
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


def test_a_choice_admits_its_own_words_only() -> None:
    assert Choice("A", "A", choices=("Yes", "No")).admits("Yes")
    assert Choice("A", "A", choices=("Yes", "No")).admits(None)
    assert not Choice("A", "A", choices=("Yes", "No")).admits("Now and then")
    assert Column("A", "A").admits("Now and then")


def test_missing_choices_are_added_to_those_that_people_made() -> None:
    existing = {"choice": {"choices": ["Mine", "Yes"], "displayAs": "radioButtons"}}
    repair = Choice("A", "A", choices=("Yes", "No")).repair_of(existing)
    assert repair == {"choice": {"choices": ["Mine", "Yes", "No"], "displayAs": "radioButtons"}}
