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
LACKING: Final = (
    "Something was missing, so nothing was done. Please open the form again; what you wrote is given back."
)
WHY_STALE: Final = (
    "The case had changed meanwhile. What you wrote is still here; please look again and press once more."
)

# What a move does, before it is made.
MEANS: Final[Mapping[Move, str]] = {
    Move.TRIAGE: "The hub takes this on. The referrer's card will say so.",
    Move.RETURN: "The referrer's card will ask for what you need. Write it so that they can answer.",
    Move.RESUBMIT: "What you add goes to the coordinator with your referral.",
    Move.SIGNPOST: (
        "The hub does not take this on, because somebody else can help better. "
        "The referrer will read what you write here."
    ),
    Move.WITHDRAW: "The hub stops working on this. What was written is kept.",
    Move.SHARE: (
        "Next, the partners with a signed agreement are asked what they know. "
        "Sharing is a choice, so say why it is needed."
    ),
    Move.SCAN: "Next, find out how big the problem is, and for whom.",
    Move.ANALYSE: "Next, work out why it keeps happening.",
    Move.RESPOND: "Next, agree who does what.",
    Move.ASSESS: "Next, see whether it worked.",
    Move.RERUN: "A new round begins. The earlier one stays as it is, beside the new one.",
    Move.PROPOSE_CLOSURE: "The hub manager is asked to close the case.",
    Move.REFUSE_CLOSURE: "The case goes back to assessment. What you write here stands in its history.",
    Move.CLOSE: "The case ends, and everybody who brought something to it is told.",
    Move.MERGE: (
        "Everything goes on in the other case: people, notes, and open tasks with their owners and dates. "
        "Both references lead there."
    ),
    Move.VOID: (
        "This was recorded by mistake. It is kept, but only the coordinator, the manager and the inspector "
        "can open it, and it counts for nothing."
    ),
    Move.TRANSFER: "The other hub gets a case of its own with all that is known. This one ends here.",
}
FOR_GOOD: Final = "**This cannot be undone.**"

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
    Move.WITHDRAW: "Example: the tenant has moved away, and it has stopped.",
    Move.SHARE: "Example: to see who else knows the address before we visit.",
    Move.RERUN: "Example: the lighting moved them to the park, so we have to look again.",
    Move.REFUSE_CLOSURE: "Example: nobody has spoken to the shop since the last visit.",
    Move.MERGE: "Example: the same group, in the next street.",
    Move.VOID: "Example: sent twice by accident.",
    Move.TRANSFER: "Example: the address lies on the other side of the river.",
}
REASON_MISSING: Final = "Please say why, in a few words."
_REASON_MISSING: Final[Mapping[Move, str]] = {
    Move.RETURN: "Please say what you need to know.",
    Move.RESUBMIT: "Please write what you can add. A sentence is enough.",
    Move.SIGNPOST: "Please say who can help, and how they are reached.",
    Move.REFUSE_CLOSURE: "Please say what is still to be done.",
    Move.VOID: "Please say what the mistake was.",
}
INTO: Final = "Which case does it go on as?"
INTO_EXAMPLE: Final = "Its reference, such as ALL-2026-0003"
TO_HUB: Final = "Which hub covers it?"
CHOOSE_HUB: Final = "Please choose a hub."
NOT_A_REFERENCE: Final = "Please write a reference such as ALL-2026-0003."
NO_SUCH_CASE: Final = "There is no case with this reference in this hub that you may open."
CANNOT_TAKE_IT: Final = "That is no open case of this hub that you may open. Please check the reference."
NOT_ITSELF: Final = "That is this case itself. Please write the other one's reference."
STILL_MISSING: Final = "Before that, this is needed"
THEN_MISSING: Final = "When that is there, come back to this button."
TO_RISK: Final = "The risk"
TO_TASKS: Final = "The tasks"


def reason_missing(move: Move) -> str:
    return _REASON_MISSING.get(move, REASON_MISSING)


def they_ask(question: str) -> str:
    """What the referrer was asked for; the question comes escaped."""
    return f"**The coordinator asks:** {question}"


def after_closing(watched_until: str, reviewed_on: str) -> str:
    return (
        f"Until {watched_until} the hub watches whether it comes back. "
        f"On {reviewed_on} the manager decides whether its record is kept."
    )


# --- closing ---------------------------------------------------------------------------------------------------------

CLOSURE_TITLE: Final = "Closing the case"
CLOSURE_WHY: Final = "A case can be closed when all of this is done. The hub manager decides."
CHECKLIST: Final[Mapping[str, str]] = {
    "measure_reported": "The result is measured",
    "tasks_closed": "Every task is finished or cancelled",
    "complainant_contacted": "The person who complained was spoken to",
    "risk_reassessed": "The risk was assessed again",
    "lead_agrees": "The lead agency agrees",
    "outcome": "The outcome is chosen",
    "closing_summary": "There is a closing summary",
}
CLOSURE_PAGE: Final = "The closing page"
CLOSURE_AGREE: Final = "We agree to closing"
CLOSURE_AGREED: Final = "Noted: the lead agency agrees to closing."
PROPOSE_EARLY: Final = (
    "Closure can be proposed once the assessment is complete. The rest can be done until the manager decides."
)
CLOSE_LATER: Final = "When everything above is done, you can close the case here."
GO_THERE: Final = "Go there"


def checklist_line(text: str, *, done: bool) -> str:
    return f"✓ {text}" if done else f"○ {text} (still open)"


def agreed_by(agency: str) -> str:
    """The item of the checklist about the lead agency, which comes escaped."""
    return f"The lead agency agrees: {agency}"


def go_to(item: str) -> str:
    """What a screen reader says of a button that leads to an item of the checklist."""
    return f"{GO_THERE}: {item}"


# --- managing --------------------------------------------------------------------------------------------------------

MANAGE_TITLE: Final = "Manage the case"
ENDING_TITLE: Final = "End it here"
ENDING_WHY: Final = "You are asked once more before anything happens."
CHANGE: Final = "Change"
LEAD_TITLE: Final = "Who leads"
LEAD_LABEL: Final = "Lead agency"
LEAD_CHOOSE: Final = "Please choose an agency."
LEAD_WHY: Final = "The lead agency owns the case and reviews it every month. Only agencies with a signed agreement can lead."
RELATE_TITLE: Final = "Related cases"
RELATE_WHY: Final = "Both cases will show the link, and each stays a case of its own."
RELATE_LABEL: Final = "The other case's reference"
RELATE_REASON: Final = "How do they belong together?"
RELATE_EXAMPLE: Final = "Example: the same group, in the next street."
RELATE_NONE: Final = "None linked"
RELATE_LINK: Final = "Link one"
ACCESS_TITLE: Final = "Who may open it"
ACCESS_WHY: Final = (
    "A restricted case opens only for the people chosen here. Everybody else is told that there is one restricted "
    "match, and to ask the coordinator."
)
ACCESS_EVERYBODY: Final = "Every partner of the hub with a signed agreement"
ACCESS_LABEL: Final = "People who may open it"
ACCESS_ALL: Final = "Open it to the hub's partners again"
ACCESS_RESTRICT: Final = "Restrict it to these people"
ACCESS_SAVE: Final = "Save the list"
ACCESS_REASON: Final = "Why?"
ACCESS_EXAMPLE: Final = "Example: a colleague of ours lives at the address."
ACCESS_NOBODY: Final = "Please keep yourself on the list, so that somebody can change it."
ACCESS_FIND: Final = "Somebody else? A part of their name or agency"
ACCESS_SHOW: Final = "Show them"
HOLD_TITLE: Final = "Legal hold"
HOLD_WHY: Final = "While a legal hold stands, nothing of this case may be erased, whatever its review date."
HOLD_STANDS: Final = "A hold stands"
HOLD_NONE: Final = "None"
HOLD_PLACE: Final = "Place the hold"
HOLD_RELEASE: Final = "Release the hold"
HOLD_REASON: Final = "Why?"
HOLD_EXAMPLE: Final = "Example: a civil claim, letter of 3 March."
SAVE: Final = "Save"


def people_on_the_list(count: int) -> str:
    return f"Restricted to {number_of(count, 'person', 'people')}"


def linked(count: int) -> str:
    return f"{count:,} linked" if count else RELATE_NONE


def not_all_shown(shown: int, of: int) -> str:
    return f"This list shows {shown:,} of {of:,} people, those chosen first."


# --- retention -------------------------------------------------------------------------------------------------------

RETENTION_TITLE: Final = "Retention reviews"
RETENTION_WHY: Final = (
    "These cases have reached their review date. Nothing is erased unless you decide so, with a reason."
)
RETENTION_NONE: Final = "No case has reached its review date."
RETENTION_NO_MORE: Final = "There are no more."
RETENTION_OPEN: Final = "Review"
RETENTION_FACT_ENDED: Final = "Ended"
RETENTION_FACT_REVIEW: Final = "Review date"
RETENTION_READ: Final = "Read the case"
RETENTION_DECISION: Final = "What is to happen?"
RETENTION_KEEP: Final = "Keep it until a later day"
RETENTION_ERASE: Final = "Erase what was written and who it concerns"
RETENTION_UNTIL: Final = "If it is kept: until when?"
RETENTION_REASON: Final = "Why?"
RETENTION_EXAMPLE: Final = "Example: two cases of the same address are still open."
RETENTION_LATER: Final = "Please choose a day after today."
RETENTION_CHOOSE: Final = "Please choose one."
RETENTION_DECIDE: Final = "Decide"
RETENTION_CHILD: Final = (
    "**It concerns somebody under 18.** Check your rules for records about children first."
)
RETENTION_HELD: Final = "It is under a legal hold, so it can only be kept."
RETENTION_EARLY: Final = "Its review date has not come yet, so it can only be kept."
RETENTION_CAME_BACK: Final = "**It came back:** a newer case is linked to it."
RETENTION_SURE_TITLE: Final = "Erase this case?"
RETENTION_SURE: Final = (
    "**This cannot be undone.** Every text, name and place of the case is erased, here and in SharePoint. "
    "Reference, dates and figures stay."
)
RETENTION_CONFIRM: Final = "Erase for good"
RETENTION_NOT_YET: Final = "Back without erasing"
RETENTION_KEPT: Final = "Kept. The next review date is set."
RETENTION_ERASED: Final = "Erased. The reference, dates and figures stay for the measures."
# What keeps a decision from being taken, and beside which input it is told.
RETENTION_LACKS: Final[Mapping[str, str]] = {
    "reason": REASON_MISSING,
    "until": "Please choose a day after today and after the review date that was set.",
    "retention_date": RETENTION_EARLY,
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
    due = number_of(count, "restricted case is", "restricted cases are")
    return f"{due} due as well. Ask those who may open them."


def review_since(on: str) -> str:
    return f"review since {on}"


ON_HOLD: Final = "legal hold"


# --- done ------------------------------------------------------------------------------------------------------------

_DONE: Final[Mapping[Move, str]] = {
    Move.TRIAGE: "Accepted. The referrer's card says so now.",
    Move.RETURN: "Returned. The referrer's card asks for what you need.",
    Move.RESUBMIT: "Sent to the coordinator again.",
    Move.SIGNPOST: "Signposted. The referrer's card says who can help.",
    Move.WITHDRAW: "Withdrawn. What was written is kept.",
    Move.SHARE: "Noted. The partners can be asked now.",
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
    """Why a move is impossible: where the case stands, and what is possible from there, each as its button has it."""
    moves = [words.MOVE[move] for move in possible(state)]
    stands = f"That is not possible now, because the case stands at '{words.STATE[state]}'."
    if not moves:
        return f"{stands} It has ended for good; if it starts again, refer it again."
    return f"{stands} What is possible from here: {_list_of(moves)}."


def _list_of(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} or {last}" if first else last
