"""How a case goes on, told to whoever referred it and to the hub's channel: plain words, and nothing personal."""

from collections.abc import Mapping
from typing import Final

from cards import words
from osara_store.schema import CaseState
from osara_store.states import OPEN

S = CaseState

# What is happening, for the referrer.
HAPPENING: Final[Mapping[CaseState, str]] = {
    S.SUBMITTED: "The hub's coordinator reads it, checks how urgent it is and asks the partners who can help.",
    S.TRIAGED: "The coordinator has read it, checked the risk and taken it on.",
    S.SHARING: "The partners are being asked what they know about it.",
    S.SCANNING: "The hub is finding out how big the problem is, and for whom.",
    S.ANALYSIS: "The partners are working out why it keeps happening.",
    S.RESPONSE: "There is a plan, and the partners are carrying it out.",
    S.ASSESSMENT: "The hub is checking whether the plan worked.",
    S.CLOSURE_PROPOSED: "It is proposed to close the case. The hub manager decides.",
    S.CLOSED: "The case is closed.",
    S.RETURNED: "The coordinator needs to know a little more before the hub can go on.",
    S.SIGNPOSTED: "Somebody else can help better than the hub can.",
    S.WITHDRAWN: "It was withdrawn, so the hub does nothing more.",
    S.MERGED: "It belongs together with another case and goes on there.",
    S.VOIDED: "It was recorded by mistake. The hub's coordinator can tell you more.",
    S.TRANSFERRED: "Another hub covers it and has taken it over.",
}

WHAT_NOW_TITLE: Final = "What happens now"
ENDED_TITLE: Final = "How it ended"
NOTHING_TO_DO: Final = "You may be asked for more. Otherwise there is nothing you need to do."
ANSWER_BY_RESUBMITTING: Final = "Press **Send it again** and write what you can add. A sentence is enough."
REFER_AGAIN: Final = "If it starts again, refer it again: the hub will see that it belongs together."
RESTRICTED_BY_NOW: Final = (
    "It opens only for named people by now, so this card tells no more. The hub's coordinator can."
)
# Above what was written for the referrer with the move that led there.
WRITTEN_FOR_YOU: Final[Mapping[CaseState, str]] = {
    S.RETURNED: "What the hub needs to know",
    S.SIGNPOSTED: "Who can help",
}

FACT_BAND: Final = "Risk"
FACT_LEAD: Final = "Led by"
FACT_DUE: Final = "Due"
FACT_PROGRESS: Final = "Progress"
FACT_OUTCOME: Final = "Outcome"
FACT_WHY: Final = "Why"
FACT_GOES_ON_AS: Final = "Goes on as"
FACT_ROUND: Final = "Round"
FACT_FILE: Final = "Case file"

CHECK_RISK: Final = "Check the risk"
CHECKLIST: Final = "Open the checklist"
OPEN_CASE: Final = "Open the case"
OPEN_IN_SHAREPOINT: Final = "Open in SharePoint"

OUTCOME: Final[Mapping[str, str]] = {
    "solved": "Solved",
    "much_better": "Much better",
    "a_little_better": "A little better",
    "no_change": "No change",
    "worse": "Worse",
}

CHANNEL_TITLES: Final[Mapping[CaseState, str]] = {
    S.SUBMITTED: "New referral",
    S.RETURNED: "Waiting for the referrer",
    S.SIGNPOSTED: "Signposted elsewhere",
    S.WITHDRAWN: "Withdrawn",
    S.MERGED: "Merged into another case",
    S.VOIDED: "Voided",
    S.TRANSFERRED: "Transferred to another hub",
    S.CLOSED: "Closed",
}
CHANNEL_TITLE_OPEN: Final = "In progress"
CHANNEL_RESTRICTED: Final = "This case is restricted. Ask the coordinator about it."
CHANNEL_THREAD: Final = "Talk about it in this thread, without names. Who and where is in the case file."

# The five stages of OSARA as the channel sees them: where the case stands, with a word for each step.
STEPS: Final = ("Submitted", "Risk checked", "Scanning", "Analysis", "Response", "Assessment", "Closed")
_STEP: Final[Mapping[CaseState, int]] = {
    S.SUBMITTED: 1,
    S.RETURNED: 1,
    S.TRIAGED: 2,
    S.SHARING: 2,
    S.SCANNING: 3,
    S.ANALYSIS: 4,
    S.RESPONSE: 5,
    S.ASSESSMENT: 6,
    S.CLOSURE_PROPOSED: 6,
    S.CLOSED: 7,
}


def step_of(state: CaseState) -> int | None:
    """How many of the seven steps are taken; None where the case went another way."""
    return _STEP.get(state)


def progress(state: CaseState, word: str) -> str:
    """Such as "Analysis (step 4 of 7)"."""
    step = step_of(state)
    return word if step is None else f"{word} (step {step} of {len(STEPS)})"


def status(state: CaseState) -> str:
    """The state as the referrer reads it: to them, returned means that something is wanted of them."""
    return "More is needed" if state is S.RETURNED else words.STATE[state]


def happening(state: CaseState, cycle: int) -> str:
    """What is happening and, while it does, how often the hub has begun."""
    return f"{HAPPENING[state]} {round_of(cycle)}".strip() if state in OPEN else HAPPENING[state]


def round_of(cycle: int) -> str:
    """Nothing for the first time round."""
    ordinals = {2: "second", 3: "third", 4: "fourth", 5: "fifth"}
    if cycle == 1:
        return ""
    return f"This is the {ordinals[cycle]} time round." if cycle in ordinals else f"This is round {cycle}."


def due(what: str, day: str, *, overdue: bool) -> str:
    return f"{what}: {'was due' if overdue else 'by'} {day}"


def only_you(title: str) -> str:
    """Below the card as one person sees it: which of its buttons is theirs."""
    return f"Only you see the button **{title}**."


def open_case(reference: str) -> str:
    """What a screen reader says of a button of a list."""
    return f"{OPEN_CASE} {reference}"


def watched_until(day: str) -> str:
    return f"The hub watches until {day} whether it comes back."


def channel_summary(reference: str, state: CaseState, word: str) -> str:
    """What the notification of a channel card says; a reference names no one."""
    return f"{reference}: {CHANNEL_TITLES.get(state, word)}"


def receipt_summary(reference: str, word: str) -> str:
    return f"Your referral {reference}: {word}"
