"""What stands on a case that leaves the system: as a page, as plain text to copy, and on the card that holds that text."""

from collections.abc import Mapping
from typing import Final

from osara_store.schema import LinkKind

# --- the case as a document ------------------------------------------------------------------------------------------

RESTRICTED_MARKING: Final = "RESTRICTED CASE"
RESTRICTED: Final = "Restricted. Only the people on its list may read this."
ON_HOLD: Final = "Legal hold. Nothing of this case may be erased."

STATE: Final = "State"
BAND: Final = "Risk"
LEAD: Final = "Lead agency"
HUB: Final = "Hub"
CYCLE: Final = "Cycle"
REFERRED: Final = "Referred"
CLOSED: Final = "Closed"
WATCHED: Final = "Watched until"
REVIEWED: Final = "Kept until the review on"

REFERRAL_TITLE: Final = "The referral"
PEOPLE_TITLE: Final = "People"
RISK_TITLE: Final = "Risk"
CLOCKS_TITLE: Final = "Clocks"
TASKS_TITLE: Final = "Tasks"
MEETINGS_TITLE: Final = "Case meetings"
REVIEWS_TITLE: Final = "Monthly reviews"
ENTRIES_TITLE: Final = "Notes and other entries"
HISTORY_TITLE: Final = "What has happened"
LINKS_TITLE: Final = "Other cases"
READERS_TITLE: Final = "Who may open it"
CONTRIBUTORS_TITLE: Final = "Who has added to it"

RESULT: Final = "Result so far"
RECKONED: Final = "reckoned from the answers"
ANSWERS: Final = "Answers"
NOTED: Final = "Noted"
WHY: Final = "Why"
QUESTIONS_CHANGED: Final = "The questions have changed since; these are the answers' own names."

TASK: Final[Mapping[str, str]] = {
    "who": "Who",
    "due": "Due",
    "side": "Side",
    "term": "Term",
    "power": "Power",
    "rationale": "Why this",
    "proportionality": "Why it is fair",
    "outcome": "What came of it",
    "numbers": "Numbers",
    "origin": "Came with",
}
STILL_RUNNING: Final = "not met yet"
NOT_STOPPED: Final = "not met before the case ended"
RELATED: Final[Mapping[tuple[LinkKind, bool], str]] = {
    (LinkKind.RELATED, True): "Related",
    (LinkKind.RELATED, False): "Related",
    (LinkKind.MERGED_INTO, True): "Merged into",
    (LinkKind.MERGED_INTO, False): "Was merged into this",
    (LinkKind.RE_REFERRAL_OF, True): "It came back: it was",
    (LinkKind.RE_REFERRAL_OF, False): "It came back as",
    (LinkKind.TRANSFERRED_TO, True): "Transferred to",
    (LinkKind.TRANSFERRED_TO, False): "Taken over from",
}
NAME_ERASED: Final = "(name erased)"
NOT_KNOWN_ANY_MORE: Final = "not in the hubs file any more"


def marking(marking: str, *, restricted: bool) -> str:
    return f"{marking} - {RESTRICTED_MARKING}" if restricted else marking


def as_of(moment: str) -> str:
    return f"As it stood on {moment}"


def erased(day: str) -> str:
    return (
        f"Its texts and names were erased on {day}, when its time to be kept was over. This is what is left."
    )


def goes_on_in(reference: str) -> str:
    return f"This case was merged, and goes on in {reference}."


def by(name: str, agency: str, day: str) -> str:
    """Who wrote something, for whom and when; a name that was erased leaves no gap."""
    return f"{name} ({agency}), {day}" if name else f"{agency}, {day}"


def by_most(signature: str) -> str:
    return f"By {signature}, where nobody else is named."


def stage_title(stage: str, cycle: int, *, only: bool) -> str:
    return stage if only else f"{stage}, cycle {cycle}"


def meeting(number: int, state: str) -> str:
    return f"Meeting {number}: {state.lower()}"


def entry(kind: str, stage: str, cycle: int, *, only: bool) -> str:
    return f"{kind}, {stage_title(stage, cycle, only=only)}"


def said_at_first(role: str) -> str:
    return f"first named as: {role}"


def task(number: int, state: str) -> str:
    return f"Task {number} ({state})"


def due(moment: str, said: str) -> str:
    return f"due {moment}, {said}"


def met(moment: str, *, late: bool) -> str:
    return f"met late, {moment}" if late else f"met {moment}"


def reckoned_anew(moment: str) -> str:
    return f"reckoned anew {moment}"


def clock(name: str, band: str) -> str:
    return f"{name} ({band})" if band else name


def moved(start: str, end: str) -> str:
    return f"From {start} to {end}"


# --- the page --------------------------------------------------------------------------------------------------------

CONTENTS: Final = "On this page"


def page_title(reference: str, title: str) -> str:
    return f"{reference}: {title}"


# --- the card --------------------------------------------------------------------------------------------------------

COPY_HOW: Final = (
    "Press into the text, select all of it (**Ctrl+A**) and copy it (**Ctrl+C**). "
    "On a phone, hold a finger on it, then **Select all** and **Copy**."
)
COPY_CARE: Final = "The marking goes with it: wherever you paste it, it is still a case file."
COPY_TEXT: Final = "The case as plain text"
NEXT_PART: Final = "Next part"
PREVIOUS_PART: Final = "Previous part"


def copy_part(part: int, parts: int) -> str:
    return f"**Part {part} of {parts}.** It is too long for one card: copy each part after the other."


def part_line(reference: str, marking: str, part: int, parts: int) -> str:
    """The first line of every part but the first, which may be pasted by itself."""
    return f"{marking}: {reference}, part {part} of {parts}"
