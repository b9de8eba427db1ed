"""The words that stand in SharePoint for the answers of a referral, for a person who reads the list."""

from __future__ import annotations

from typing import Final

from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import CaseState, PersonRole, Stage

DANGER: Final = {Danger.YES: "Yes", Danger.NO: "No", Danger.UNSURE: "Not sure"}
SINCE: Final = {
    Since.DAYS: "Days",
    Since.WEEKS: "Weeks",
    Since.MONTHS: "Months",
    Since.YEAR: "About a year",
    Since.LONGER: "Longer than a year",
}
FREQUENCY: Final = {
    Frequency.ONCE: "Once",
    Frequency.MONTHLY: "Monthly",
    Frequency.WEEKLY: "Weekly",
    Frequency.DAILY: "Daily",
    Frequency.CONSTANT: "All the time",
}
EQUALITY: Final = {Equality.YES: "Yes", Equality.NO: "No", Equality.NOT_KNOWN: "Not known"}
SHARING_BASIS: Final = {
    SharingBasis.CRIME_AND_DISORDER: "Crime and disorder",
    SharingBasis.SAFEGUARDING: "Safeguarding",
    SharingBasis.PUBLIC_TASK: "Public task",
    SharingBasis.CONSENT: "Consent",
}
STAGE: Final = {
    Stage.OBJECTIVE: "Objective",
    Stage.SCANNING: "Scanning",
    Stage.ANALYSIS: "Analysis",
    Stage.RESPONSE: "Response",
    Stage.ASSESSMENT: "Assessment",
}
PERSON_ROLE: Final = {PersonRole.AFFECTED: "Affected", PersonRole.INVOLVED: "Involved"}
STATE: Final = {CaseState.SUBMITTED: "Submitted", CaseState.CLOSED: "Closed"}
