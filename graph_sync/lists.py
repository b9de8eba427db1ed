"""The four lists of a hub's SharePoint site. Internal names are stable: views, exports and flows are built on them."""

from __future__ import annotations

from dataclasses import dataclass
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
        YesNo("OutsideOrganisation", "Outside organisation"),
        Column("AgreementVersion", "Agreement version"),
        Day("AgreementSigned", "Agreement signed"),
        Day("AgreementExpires", "Agreement expires", indexed=True),
    ),
)

CASE_LISTS: Final = (CASES, ENTRIES, PEOPLE)
ALL_LISTS: Final = (*CASE_LISTS, PARTNERS)
BY_NAME: Final = {definition.name: definition for definition in ALL_LISTS}
