"""The words that stand in SharePoint for what the case file keeps by id, for a person who reads the lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import (
    AgeGroup,
    CaseState,
    LinkKind,
    MeetingState,
    PersonRole,
    Reply,
    Stage,
    TaskState,
)
from osara_store.stages import Grade

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
STATE: Final = {
    CaseState.SUBMITTED: "Submitted",
    CaseState.TRIAGED: "Risk checked",
    CaseState.SHARING: "Asking the partners",
    CaseState.SCANNING: "Scanning",
    CaseState.ANALYSIS: "Analysis",
    CaseState.RESPONSE: "Response",
    CaseState.ASSESSMENT: "Assessment",
    CaseState.CLOSURE_PROPOSED: "Closure proposed",
    CaseState.CLOSED: "Closed",
    CaseState.RETURNED: "Returned to the referrer",
    CaseState.SIGNPOSTED: "Signposted",
    CaseState.WITHDRAWN: "Withdrawn",
    CaseState.MERGED: "Merged",
    CaseState.VOIDED: "Voided",
    CaseState.TRANSFERRED: "Transferred",
}
STAGE: Final = {
    Stage.OBJECTIVE: "Objective",
    Stage.SCANNING: "Scanning",
    Stage.ANALYSIS: "Analysis",
    Stage.RESPONSE: "Response",
    Stage.ASSESSMENT: "Assessment",
}
PERSON_ROLE: Final = {
    PersonRole.AFFECTED: "Affected",
    PersonRole.INVOLVED: "Involved",
    PersonRole.VICTIM: "Victim",
    PersonRole.SUSPECT: "Suspect",
    PersonRole.WITNESS: "Witness",
    PersonRole.OTHER: "Other",
}
AGE_GROUP: Final = {
    AgeGroup.ADULT: "18 or over",
    AgeGroup.CHILD: "Under 18",
    AgeGroup.NOT_KNOWN: "Age not known",
}
TASK_STATE: Final = {
    TaskState.OPEN: "Open",
    TaskState.DECLINED: "Declined",
    TaskState.DONE: "Done",
    TaskState.PARTLY: "Partly done",
    TaskState.NOT_DONE: "Not done",
    TaskState.CANCELLED: "Cancelled",
    TaskState.MOVED: "Moved with the case",
}

MEETING_STATE: Final = {
    MeetingState.LOOKING: "Looking for times",
    MeetingState.OFFERED: "A time is being chosen",
    MeetingState.BOOKED: "Arranged",
    MeetingState.HELD: "Held",
    MeetingState.CANCELLED: "Called off",
}
REPLY: Final[Mapping[str, str]] = {
    "": "No answer yet",
    Reply.NOTHING: "Nothing held",
    Reply.SOMETHING: "We hold something",
    Reply.PART: "We have a part to play",
    Reply.CALL: "Please call me",
}

# What follows is kept as plain text. A word that is not here is told by `word`.
BAND: Final = {"": "Not assessed yet", "standard": "Standard", "medium": "Medium", "high": "High"}
GRADE: Final[Mapping[str, str]] = {
    Grade.FACT: "Fact",
    Grade.ASSESSMENT: "Assessment",
    Grade.INTELLIGENCE: "Intelligence",
}
SIDE: Final = {"victim": "Victim", "offender": "Offender", "location": "Location"}
TERM: Final = {"quick": "Quick fix", "long": "Long term"}
INSTRUMENT: Final = {
    "questionnaire": "Victim questionnaire",
    "judgement": "Structured judgement",
    "override": "Override",
}
RISK_ANSWER: Final = {"yes": "Yes", "no": "No", "not_known": "Not known"}
RETENTION: Final = {
    "keep": "Retention: keep",
    "erase": "Retention: erase",
    "hold": "Legal hold set",
    "release": "Legal hold lifted",
}

# How the other case stands to this one, and what is told where the link reads from the other case.
LINK: Final = {
    LinkKind.RELATED: ("related to this case", "related to this case"),
    LinkKind.MERGED_INTO: ("this case was merged into it", "was merged into this case"),
    LinkKind.RE_REFERRAL_OF: ("this case is its return", "is a return of this case"),
    LinkKind.TRANSFERRED_TO: ("this case goes on there", "this case began there"),
}
HIDDEN_CASE: Final = "A restricted case"

WRITTEN_BESIDE: Final = "(written beside)"

FIELD: Final = {
    "different": "What will be different",
    "objective_kind": "Kind of objective",
    "measure": "Measure",
    "baseline": "Baseline",
    "baseline_period": "Period of the baseline",
    "target": "Target",
    "target_date": "Target date",
    "statement": "Problem statement",
    "statement_grade": "Problem statement: how sure",
    "sources": "Sources",
    "how_often": "How often it happens",
    "period_from": "Period from",
    "period_to": "Period to",
    "who_is_affected": "Who is affected",
    "repeat_check": "Repeat check",
    "earlier_cases": "Earlier and related cases",
    "community_voice": "Voice of the community",
    "who": "Who",
    "what": "What",
    "where": "Where",
    "when": "When",
    "why": "Why",
    "how": "How",
    "tried": "What was tried",
    "victim_features": "Victim: features",
    "victim_guardian": "Victim: missing guardian",
    "offender_features": "Offender: features",
    "offender_handler": "Offender: missing handler",
    "location_features": "Location: features",
    "location_manager": "Location: missing manager",
    "victim_not_applicable": "Victim: not applicable because",
    "offender_not_applicable": "Offender: not applicable because",
    "location_not_applicable": "Location: not applicable because",
    "hypothesis": "Hypothesis",
    "hypothesis_grade": "Hypothesis: how sure",
    "evidence_for": "Evidence for it",
    "evidence_for_grade": "Evidence for it: how sure",
    "evidence_against": "Evidence against it",
    "evidence_against_grade": "Evidence against it: how sure",
    "plan": "Plan",
    "one_agency_because": "Why one agency alone",
    "displacement_risk": "Risk of displacement",
    "equality_characteristic": "Equality: disability and other characteristics",
    "equality_link": "Equality: link to what they do",
    "less_drastic_tried": "Equality: gentler ways tried",
    "equality_proportionate": "Equality: why it is fair",
    "equality_decided_by": "Equality: who decided",
    "measure_value": "Measure now",
    "measured_on": "Measured on",
    "same_period": "Compared with the same period before",
    "victim_view": "The victim's view",
    "displacement": "Displacement",
    "costs": "Costs",
    "worked": "What worked",
    "decision": "Decision",
    "complainant_contacted": "Complainant contacted",
    "complainant_note": "What the complainant said",
    "outcome": "Outcome",
    "closing_summary": "Closing summary",
}

# What stands for the choices of a field.
CHOICE: Final[Mapping[str, Mapping[str, str]]] = {
    "objective_kind": {
        "eliminate": "End it",
        "reduce": "Reduce it",
        "less_serious": "Make it less serious",
        "handle_better": "Handle it better",
        "hand_over": "Hand it over",
    },
    "statement_grade": GRADE,
    "repeat_check": {
        "none_found": "Nothing found",
        "repeat_victim": "Repeat victim",
        "repeat_place": "Repeat place",
        "repeat_person": "Repeat person",
    },
    "hypothesis_grade": GRADE,
    "evidence_for_grade": GRADE,
    "evidence_against_grade": GRADE,
    "decision": {
        "rerun_objective": "Run Objective again",
        "rerun_scanning": "Run Scanning again",
        "rerun_analysis": "Run Analysis again",
        "rerun_response": "Run Response again",
        "propose_closure": "Propose closure",
    },
    "complainant_contacted": {"yes": "Yes", "could_not_reach": "Could not be reached"},
    "outcome": {
        "solved": "Solved",
        "much_better": "Much better",
        "a_little_better": "A little better",
        "no_change": "No change",
        "worse": "Worse",
    },
}


def word(vocabulary: Mapping[str, str], value: str) -> str:
    """The word for an id; one without a word is made readable, so that it never keeps a case out of SharePoint."""
    return vocabulary.get(value) or readable(value)


def readable(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").capitalize()


def answer(field: str, text: str) -> str:
    """What somebody answered: a choice by its label, anything else word for word."""
    return CHOICE.get(field, {}).get(text, text)
