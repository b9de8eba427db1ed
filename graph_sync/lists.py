"""The lists of a hub's SharePoint site. Internal names are stable: views, exports and flows are built on them.

A restricted case stands in lists of its own, which are like the others in everything but their name and their readers.
SharePoint gives rights by list: what one row holds cannot be kept from somebody who may open the list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from graph_sync import words
from graph_sync.columns import Choice, Column, Day, Lines, Moment, Number, YesNo
from graph_sync.wire import Json


@dataclass(frozen=True)
class ListDefinition:
    """A list with the column whose unique value tells its items apart."""

    name: str
    description: str
    key: str
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @property
    def own_columns(self) -> tuple[Column, ...]:
        """The columns that we add; every list has a Title already."""
        return tuple(column for column in self.columns if column is not TITLE)

    def definition(self) -> Json:
        """Declare the list with all columns and indexes: they must be there before the first item."""
        return {
            "displayName": self.name,
            "description": self.description,
            "list": {"template": "genericList"},
            "columns": [column.definition() for column in self.own_columns],
        }

    def key_of(self, row: Json) -> str:
        """The key of an item as Graph shows it; empty where somebody made the item by hand and gave it none."""
        return str(row.get("fields", {}).get(self.key) or "")

    def restricted(self) -> ListDefinition:
        """The same list for restricted cases."""
        return replace(self, name=f"Restricted {self.name}", description=f"Restricted: {self.description}")


@dataclass(frozen=True)
class CaseLists:
    """The lists that a case file is spread over, the case's own row first."""

    cases: ListDefinition
    entries: ListDefinition
    people: ListDefinition
    tasks: ListDefinition
    risks: ListDefinition
    requests: ListDefinition
    meetings: ListDefinition

    def __iter__(self) -> Iterator[ListDefinition]:
        return iter(
            (self.cases, self.entries, self.people, self.tasks, self.risks, self.requests, self.meetings)
        )

    def restricted(self) -> CaseLists:
        return CaseLists(*(definition.restricted() for definition in self))


TITLE: Final = Column("Title", "Title")
CASE_REFERENCE: Final = "CaseReference"
MARKING: Final = Column("Marking", "Marking")

CASES: Final = ListDefinition(
    name="Cases",
    description="One row for each case of the hubs",
    key=CASE_REFERENCE,
    columns=(
        TITLE,
        Column(CASE_REFERENCE, "Case reference", unique=True),
        Column("Hub", "Hub", indexed=True),
        Column("Category", "Category", indexed=True),
        Column("Status", "Status", indexed=True),
        Lines("Location", "Location"),
        Choice("Since", "Since", choices=tuple(words.SINCE.values())),
        Choice("Frequency", "Frequency", choices=tuple(words.FREQUENCY.values())),
        Choice("ImmediateDanger", "Immediate danger", choices=tuple(words.DANGER.values())),
        Column("LeadAgency", "Lead agency", indexed=True),
        Column("ReferredByAgency", "Referred by agency"),
        Column("ReferredBy", "Referred by"),
        Column("ReferredById", "Referred by (id)"),
        Column("OwnReference", "Referrer's own reference"),
        Choice("SharingBasis", "Sharing basis", choices=tuple(words.SHARING_BASIS.values())),
        Choice("EqualityConsidered", "Equality considered", choices=tuple(words.EQUALITY.values())),
        Lines("EqualityNote", "Equality note"),
        Moment("ReferredOn", "Referred on", indexed=True),
        Column("Band", "Risk band", indexed=True),
        Number("Cycle", "Cycle"),
        Moment("RiskCheckDue", "Risk check due"),
        Moment("RiskCheckDone", "Risk check done"),
        Moment("InitialActionDue", "Initial action due", indexed=True),
        Moment("InitialActionDone", "Initial action done"),
        Moment("InformationDue", "Partners' replies due"),
        Moment("InformationDone", "Partners' replies done"),
        Moment("MeetingDue", "Case meeting due"),
        Moment("MeetingDone", "Case meeting done"),
        Moment("ClosedOn", "Closed on"),
        Column("Outcome", "Outcome", indexed=True),
        Day("WatchUntil", "Watched until"),
        Day("RetentionReviewOn", "Retention review on", indexed=True),
        YesNo("LegalHold", "Legal hold"),
        Moment("ErasedOn", "Texts erased on"),
        Column("ReReferralOf", "Re-referral of", indexed=True),
        Column("MergedInto", "Merged into"),
        Column("TransferredTo", "Transferred to"),
        Lines("RelatedCases", "Related cases"),
        YesNo("Restricted", "Restricted"),
        Lines("AccessList", "May open it"),
        MARKING,
    ),
)

ENTRIES: Final = ListDefinition(
    name="OSARA entries",
    description="What was written into the case files, by OSARA stage",
    key="EntryKey",
    columns=(
        TITLE,
        Column("EntryKey", "Entry key", unique=True),
        Column(CASE_REFERENCE, "Case reference", indexed=True),
        Number("EntryNumber", "Entry number"),
        Choice("Stage", "Stage", indexed=True, choices=tuple(words.STAGE.values())),
        Column("EntryKind", "Kind"),
        Lines("EntryText", "Text"),
        Column("Agency", "Agency"),
        Column("WrittenBy", "Written by"),
        Moment("WrittenOn", "Written on", indexed=True),
        Number("Cycle", "Cycle"),
        Column("Grade", "How sure"),
        MARKING,
    ),
)

PEOPLE: Final = ListDefinition(
    name="People",
    description="Personal data: who is affected by a case and who is involved",
    key="PersonKey",
    columns=(
        TITLE,
        Column("PersonKey", "Person key", unique=True),
        Column(CASE_REFERENCE, "Case reference", indexed=True),
        Number("PersonNumber", "Person number"),
        Choice("CaseRole", "Part in the case", choices=tuple(words.PERSON_ROLE.values())),
        Lines("PersonDescription", "Description"),
        Choice("AgeGroup", "Age group", choices=tuple(words.AGE_GROUP.values())),
        MARKING,
    ),
)

TASKS: Final = ListDefinition(
    name="Tasks",
    description="Who does what until when, and what came of it",
    key="TaskKey",
    columns=(
        TITLE,
        Column("TaskKey", "Task key", unique=True),
        Column(CASE_REFERENCE, "Case reference", indexed=True),
        Number("TaskNumber", "Task number"),
        Number("Cycle", "Cycle"),
        Choice("TaskStatus", "Status", indexed=True, choices=tuple(words.TASK_STATE.values())),
        Lines("Intervention", "Intervention"),
        Column("TriangleSide", "Side of the triangle"),
        Column("OwningAgency", "Owning agency", indexed=True),
        Column("TaskOwner", "Owner"),
        Day("DueOn", "Due on", indexed=True),
        Column("PowerUsed", "Power used", indexed=True),
        Lines("Rationale", "Rationale"),
        Lines("Proportionality", "Proportionality"),
        Column("Term", "Quick fix or long term"),
        Lines("TaskOutcome", "What came of it"),
        Moment("AcceptedOn", "Taken on"),
        Column("SuggestedAgency", "Suggested agency"),
        Column("SuggestedOwner", "Suggested owner"),
        Number("Arrests", "Arrests"),
        Number("Injunctions", "Injunctions"),
        Number("Visits", "Visits"),
        Number("Warnings", "Warnings"),
        Number("ReferralsToSupport", "Referrals to support"),
        Column("MovedFrom", "Moved from"),
        Column("Agency", "Agency"),
        Column("WrittenBy", "Written by"),
        Moment("WrittenOn", "Written on"),
        MARKING,
    ),
)

RISKS: Final = ListDefinition(
    name="Risk assessments",
    description="Every assessment of a case's risk, with its answers",
    key="RiskKey",
    columns=(
        TITLE,
        Column("RiskKey", "Risk assessment key", unique=True),
        Column(CASE_REFERENCE, "Case reference", indexed=True),
        Number("RiskNumber", "Assessment number"),
        Number("Cycle", "Cycle"),
        Column("Instrument", "Instrument"),
        Column("InstrumentVersion", "Version of the instrument"),
        Number("Score", "Score"),
        Column("Band", "Risk band", indexed=True),
        Lines("Answers", "Answers"),
        Lines("Reason", "Reason"),
        Column("Agency", "Agency"),
        Column("WrittenBy", "Written by"),
        Moment("WrittenOn", "Written on", indexed=True),
        MARKING,
    ),
)

REQUESTS: Final = ListDefinition(
    name="Information requests",
    description="What the partners were asked about a case, and what they answered",
    key="RequestKey",
    columns=(
        TITLE,
        Column("RequestKey", "Request key", unique=True),
        Column(CASE_REFERENCE, "Case reference", indexed=True),
        Number("RequestNumber", "Request number"),
        Column("AskedAgency", "Asked agency", indexed=True),
        Lines("Reason", "Reason"),
        Moment("AnswerDue", "Answer due", indexed=True),
        Choice("Reply", "Reply", indexed=True, choices=tuple(words.REPLY.values())),
        Lines("ReplyNote", "Note"),
        Column("RepliedBy", "Replied by"),
        Moment("RepliedOn", "Replied on"),
        Column("Agency", "Agency"),
        Column("WrittenBy", "Written by"),
        Moment("WrittenOn", "Written on"),
        MARKING,
    ),
)

MEETINGS: Final = ListDefinition(
    name="Meetings",
    description="Case meetings: when, who was invited and who came",
    key="MeetingKey",
    columns=(
        TITLE,
        Column("MeetingKey", "Meeting key", unique=True),
        Column(CASE_REFERENCE, "Case reference", indexed=True),
        Number("MeetingNumber", "Meeting number"),
        Number("Cycle", "Cycle"),
        Choice("MeetingStatus", "Status", indexed=True, choices=tuple(words.MEETING_STATE.values())),
        Moment("StartsOn", "Starts", indexed=True),
        Moment("EndsOn", "Ends"),
        Lines("Invited", "Invited"),
        Lines("JoinLink", "Link to the call"),
        Lines("Reason", "Why it was moved or called off"),
        Moment("HeldOn", "Held"),
        Column("Agency", "Agency"),
        Column("WrittenBy", "Written by"),
        Moment("WrittenOn", "Written on"),
        MARKING,
    ),
)

PARTNERS: Final = ListDefinition(
    name="Partners",
    description="The agencies of the hubs and their information-sharing agreements",
    key="PartnerKey",
    columns=(
        TITLE,
        Column("PartnerKey", "Partner key", unique=True),
        Column("Sector", "Sector", indexed=True),
        Lines("Hubs", "Hubs"),
        Column("Contact", "Contact"),
        Column("Deputy", "Deputy"),
        Lines("Members", "Members"),
        Column("Tenant", "Tenant"),
        Lines("Powers", "Powers"),
        YesNo("OutsideOrganisation", "Outside organisation"),
        Column("AgreementVersion", "Agreement version"),
        Day("AgreementSigned", "Agreement signed"),
        Day("AgreementExpires", "Agreement expires", indexed=True),
    ),
)

ORDINARY: Final = CaseLists(CASES, ENTRIES, PEOPLE, TASKS, RISKS, REQUESTS, MEETINGS)
RESTRICTED: Final = ORDINARY.restricted()

CASE_LISTS: Final = (*ORDINARY, *RESTRICTED)
# In the order in which they are made. The case files wait for the last of them, so they find every column there.
ALL_LISTS: Final = (*ORDINARY, PARTNERS, *RESTRICTED)
BY_NAME: Final = {definition.name: definition for definition in ALL_LISTS}


# The list that holds the same for cases of the other kind, by name.
TWIN: Final = {one.name: other.name for one, other in zip(CASE_LISTS, (*RESTRICTED, *ORDINARY), strict=True)}


def lists_of(*, restricted: bool) -> CaseLists:
    return RESTRICTED if restricted else ORDINARY
