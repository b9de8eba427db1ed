"""What a person reads when a case moves on, closes, is merged, handed on or kept: one sentence for each thing."""

from collections.abc import Iterable, Mapping
from typing import Final

from cards import words
from cards.texts import number_of
from osara_store.schema import CaseState, Stage
from osara_store.states import Move, possible

STALE: Final = (
    "This case had changed since you opened that card, so nothing was done. This is how it stands now."
)
WHY_STALE: Final = (
    "The case had changed meanwhile. What you wrote is still here; please look again and press once more."
)

# What a move does, before it is made.
MEANS: Final[Mapping[Move, str]] = {
    Move.TRIAGE: "The hub takes this on. The referrer is told so.",
    Move.RETURN: "The referrer is asked for more, on their card. Say what you need in words that they can answer.",
    Move.RESUBMIT: "What you add goes to the coordinator with the referral.",
    Move.SIGNPOST: "The hub does not take this on, because somebody else can help better. Say who and how; the referrer reads it.",
    Move.WITHDRAW: "The hub stops. What was written is kept.",
    Move.SHARE: "The partners with a signed agreement are asked what they know. Sharing is a choice, so say why it is needed.",
    Move.SCAN: "Next, find out how big the problem is, and for whom.",
    Move.ANALYSE: "Next, work out why it keeps happening. Objective and scanning have to be complete.",
    Move.RESPOND: "Next, agree who does what. The analysis has to be complete.",
    Move.ASSESS: "Next, see whether it worked. Every action needs an owner and a date.",
    Move.RERUN: "A new round begins. The earlier one stays as it is, and stands beside it.",
    Move.PROPOSE_CLOSURE: "The hub manager is asked to close the case. The checklist shows what is still open.",
    Move.REFUSE_CLOSURE: "The case goes back to assessment. Say what is still to be done.",
    Move.CLOSE: "The case ends. The hub watches for a year whether it comes back.",
    Move.MERGE: "Everything goes on in the other case: people, notes and open actions with their owners and days.",
    Move.VOID: "This was recorded by mistake. It is kept, but only coordinator, manager and inspector can open it.",
    Move.TRANSFER: "The other hub gets a case of its own with all that is known. This one ends here.",
}

RERUN_STAGE: Final[Mapping[Stage, str]] = {
    Stage.OBJECTIVE: "Run the objective again",
    Stage.SCANNING: "Run scanning again",
    Stage.ANALYSIS: "Run the analysis again",
    Stage.RESPONSE: "Run the response again",
}

REASON: Final[Mapping[Move, str]] = {
    Move.RETURN: "What do you need to know?",
    Move.RESUBMIT: "What can you add?",
    Move.SIGNPOST: "Who can help better, and how are they reached?",
    Move.WITHDRAW: "Why is it withdrawn?",
    Move.SHARE: "Why do the partners need to know?",
    Move.RERUN: "Why is it run again?",
    Move.REFUSE_CLOSURE: "What is still to be done?",
    Move.MERGE: "Why do they belong together?",
    Move.VOID: "What was the mistake?",
    Move.TRANSFER: "Why does the other hub cover it?",
}
REASON_EXAMPLE: Final[Mapping[Move, str]] = {
    Move.RETURN: "Example: which nights was it, and has the shop called the police?",
    Move.RESUBMIT: "Example: it is mostly Friday nights. The shop has called twice.",
    Move.SIGNPOST: "Example: the council's noise team, 03069 990 456, can measure it.",
    Move.SHARE: "Example: to see who else knows the address before we visit.",
    Move.RERUN: "Example: the lighting moved them to the park, so we have to look again.",
    Move.REFUSE_CLOSURE: "Example: nobody has spoken to the shop since the last visit.",
}
REASON_MISSING: Final = "Please say why, in a few words."
INTO: Final = "Which case does it go on as?"
INTO_EXAMPLE: Final = "Its reference, such as ALL-2026-0003"
TO_HUB: Final = "Which hub covers it?"
CHOOSE_HUB: Final = "Please choose a hub."
NOT_A_REFERENCE: Final = "Please write a reference such as ALL-2026-0003."
NO_SUCH_CASE: Final = "There is no case with this reference in this hub that you may open."
NOT_ITSELF: Final = "That is this case itself. Please write the other one's reference."
ENDED_CASE: Final = "That case has ended, so nothing can go on there."
NOTHING_MISSING: Final = "Everything that is needed is there."
STILL_MISSING: Final = "Before that, this is needed"
THEN_MISSING: Final = "When that is there, come back to this button."
OPEN_THE_PAGE: Final = "Fill it in"
GO_ON: Final = "Go on"

# --- closing ---------------------------------------------------------------------------------------------------------

CLOSURE_TITLE: Final = "Closing the case"
CLOSURE_WHY: Final = (
    "A case is closed when all of this is done. It is looked at once more by the manager, who decides."
)
CHECKLIST: Final[Mapping[str, str]] = {
    "measure_reported": "The result is measured",
    "tasks_closed": "Every action is finished or cancelled",
    "complainant_contacted": "The person who complained was spoken to",
    "risk_reassessed": "The risk was assessed again",
    "lead_agrees": "The lead agency agrees",
    "outcome": "The outcome is chosen",
    "closing_summary": "There is a closing summary",
}
CLOSURE_FILL_IN: Final = "Fill in the closing page"
CLOSURE_AGREE: Final = "We agree to closing"
CLOSURE_AGREED: Final = "Noted: the lead agency agrees to closing."
DONE: Final = "Done"
OPEN: Final = "Still open"


def checklist_line(text: str, *, done: bool) -> str:
    return f"{'✓' if done else '○'} {text}{'' if done else ' (still open)'}"


# --- managing --------------------------------------------------------------------------------------------------------

MANAGE_TITLE: Final = "Manage the case"
LEAD_TITLE: Final = "Who leads"
LEAD_LABEL: Final = "Lead agency"
LEAD_CHOOSE: Final = "Please choose an agency."
LEAD_WHY: Final = "The lead agency owns the case and does its monthly review. Only agencies with a signed agreement can lead."
RELATE_TITLE: Final = "Link a related case"
RELATE_LABEL: Final = "The other case's reference"
RELATE_REASON: Final = "How do they belong together?"
ACCESS_TITLE: Final = "Who may open it"
ACCESS_WHY: Final = (
    "A restricted case opens only for the people chosen here. For everybody else it is one restricted match, "
    "with the advice to ask the coordinator. It lies in SharePoint lists of its own."
)
ACCESS_LABEL: Final = "People who may open it"
ACCESS_ALL: Final = "Open it to the hub's partners again"
ACCESS_RESTRICT: Final = "Restrict it to these people"
ACCESS_REASON: Final = "Why?"
ACCESS_NOBODY: Final = "Please choose at least yourself and a coordinator or manager of the hub."
HOLD_TITLE: Final = "Legal hold"
HOLD_WHY: Final = (
    "While a legal hold stands, nothing of this case may be erased, whatever its retention date."
)
HOLD_PLACE: Final = "Place the hold"
HOLD_RELEASE: Final = "Release the hold"
HOLD_REASON: Final = "Why?"
SAVE: Final = "Save"

RETENTION_TITLE: Final = "Retention reviews"
RETENTION_WHY: Final = (
    "These cases have reached their review date. Nothing is erased unless you decide so, with a reason."
)
RETENTION_NONE: Final = "No case has reached its review date."
RETENTION_OPEN: Final = "Review"
RETENTION_DECISION: Final = "What is to happen?"
RETENTION_KEEP: Final = "Keep it until a later day"
RETENTION_ERASE: Final = "Erase what was written and who it concerns"
RETENTION_UNTIL: Final = "Keep it until"
RETENTION_REASON: Final = "Why?"
RETENTION_LATER: Final = "Please choose a day after today."
RETENTION_CHOOSE: Final = "Please choose one."
RETENTION_DECIDE: Final = "Decide"
RETENTION_CHILD: Final = "It concerns somebody under 18: check your rules for records about children first."
RETENTION_HELD: Final = "It is under a legal hold, so it can only be kept."
RETENTION_SURE: Final = "This erases every text, name and place of the case, here and in SharePoint, for good. Reference, dates and figures stay."
RETENTION_CONFIRM: Final = "Erase for good"
RETENTION_KEPT: Final = "Kept. The next review date is set."
RETENTION_ERASED: Final = "Erased. The reference, dates and figures stay for the measures."
# What keeps a decision from being taken, and beside which input it is told.
RETENTION_LACKS: Final[Mapping[str, str]] = {
    "reason": REASON_MISSING,
    "until": "Please choose a day after today and after the review date that was set.",
    "retention_date": "Its review date has not come yet, so it can only be kept.",
    "legal_hold": RETENTION_HELD,
}
WHERE_TOLD: Final[Mapping[str, str]] = {
    "reason": "reason",
    "until": "until",
    "retention_date": "decision",
    "legal_hold": "decision",
}


def out_of_sight(count: int) -> str:
    """Restricted cases that are due, for a manager who is not on their lists."""
    return f"{number_of(count, 'restricted case is', 'restricted cases are')} due as well. Ask those who may open them."


def retention_line(closed_on: str, review_on: str) -> str:
    return f"Closed {closed_on}, review since {review_on}"


# --- done ------------------------------------------------------------------------------------------------------------

_DONE: Final[Mapping[Move, str]] = {
    Move.TRIAGE: "Accepted. The referrer's card says so now.",
    Move.RETURN: "The referrer's card asks for what you need.",
    Move.RESUBMIT: "Sent to the coordinator again.",
    Move.SIGNPOST: "Signposted. The referrer's card says who can help.",
    Move.WITHDRAW: "Withdrawn. What was written is kept.",
    Move.SHARE: "The partners can now be asked.",
    Move.SCAN: "Scanning has begun.",
    Move.ANALYSE: "Analysis has begun.",
    Move.RESPOND: "Response has begun.",
    Move.ASSESS: "Assessment has begun.",
    Move.RERUN: "A new round has begun. The earlier one stays readable.",
    Move.PROPOSE_CLOSURE: "Closure is proposed. The hub manager decides.",
    Move.REFUSE_CLOSURE: "Back to assessment.",
    Move.CLOSE: "The case is closed.",
    Move.MERGE: "Merged. This is the case in which it goes on.",
    Move.VOID: "Voided. Nothing was deleted.",
    Move.TRANSFER: "Transferred. This case ends here.",
}
CLOCK_STOPPED: Final = "Written down, and that clock has stopped."
LEAD_CHANGED: Final = "The lead agency has changed."
RELATED: Final = "The two cases are linked."
RESTRICTED: Final = "Only the people chosen may open it now."
UNRESTRICTED: Final = "The hub's partners may open it again."
HELD: Final = "The legal hold stands."
RELEASED: Final = "The legal hold is released."


def done(move: Move) -> str:
    return _DONE[move]


def now_part_of(reference: str) -> str:
    return f"It goes on as {reference}."


def not_from_here(state: CaseState) -> str:
    """Why a move is impossible: where the case stands, and what is possible from there."""
    moves = [words.MOVE[move] for move in possible(state)]
    stands = f"That is not possible now: the case stands at '{words.STATE[state]}'."
    if not moves:
        return f"{stands} Nothing more can be done with it; a new referral is linked to it by itself."
    return f"{stands} From here it can go on by: {_list_of(moves)}."


def _list_of(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} or {last}" if first else last
