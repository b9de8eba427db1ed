"""The field's own words for states, stages, bands and the like, as they stand on every card, list and export."""

from collections.abc import Mapping
from typing import Final

from osara_store.schema import AgeGroup, CaseState, PersonRole, Stage, TaskState
from osara_store.stages import Grade
from osara_store.states import Move

STATE: Final[Mapping[CaseState, str]] = {
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

# As on a button.
MOVE: Final[Mapping[Move, str]] = {
    Move.TRIAGE: "Accept",
    Move.RETURN: "Ask the referrer for more",
    Move.RESUBMIT: "Send it again",
    Move.SIGNPOST: "Signpost elsewhere",
    Move.WITHDRAW: "Withdraw",
    Move.SHARE: "Ask the partners",
    Move.SCAN: "Begin scanning",
    Move.ANALYSE: "Begin analysis",
    Move.RESPOND: "Begin response",
    Move.ASSESS: "Begin assessment",
    Move.RERUN: "Run again",
    Move.PROPOSE_CLOSURE: "Propose closure",
    Move.REFUSE_CLOSURE: "Not yet",
    Move.CLOSE: "Close the case",
    Move.MERGE: "Merge into another case",
    Move.VOID: "Void",
    Move.TRANSFER: "Transfer to another hub",
}

STAGE: Final[Mapping[Stage, str]] = {
    Stage.OBJECTIVE: "Objective",
    Stage.SCANNING: "Scanning",
    Stage.ANALYSIS: "Analysis",
    Stage.RESPONSE: "Response",
    Stage.ASSESSMENT: "Assessment",
}

BAND: Final[Mapping[str, str]] = {
    "": "Not assessed yet",
    "standard": "Standard",
    "medium": "Medium",
    "high": "High",
}

PERSON_ROLE: Final[Mapping[PersonRole, str]] = {
    PersonRole.AFFECTED: "Affected (as referred)",
    PersonRole.INVOLVED: "Involved (as referred)",
    PersonRole.VICTIM: "Victim",
    PersonRole.SUSPECT: "Suspect",
    PersonRole.WITNESS: "Witness",
    PersonRole.OTHER: "Other",
}

AGE_GROUP: Final[Mapping[AgeGroup, str]] = {
    AgeGroup.ADULT: "18 or over",
    AgeGroup.CHILD: "Under 18",
    AgeGroup.NOT_KNOWN: "Age not known",
}

GRADE: Final[Mapping[str, str]] = {
    Grade.FACT: "Fact",
    Grade.ASSESSMENT: "Assessment",
    Grade.INTELLIGENCE: "Intelligence",
}

TASK_STATE: Final[Mapping[TaskState, str]] = {
    TaskState.OPEN: "Open",
    TaskState.DECLINED: "Declined",
    TaskState.DONE: "Done",
    TaskState.PARTLY: "Partly done",
    TaskState.NOT_DONE: "Not done",
    TaskState.CANCELLED: "Cancelled",
    TaskState.MOVED: "Moved with the case",
}

SIDE: Final[Mapping[str, str]] = {"victim": "Victim", "offender": "Offender", "location": "Location"}

# Kinds of clock, by their name in the store.
CLOCK: Final[Mapping[str, str]] = {
    "risk_check": "Risk check",
    "initial_action": "Initial action",
    "information": "Partners' replies",
    "meeting": "Case meeting",
}
