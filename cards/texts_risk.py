"""What a person reads where the risk of a case is assessed and its clocks are told."""

from collections.abc import Mapping
from typing import Final

from cards.texts import number_of

SAY_WHETHER: Final = "Please answer this one. Not known is fine."

# --- risk ------------------------------------------------------------------------------------------------------------

RISK_TITLE: Final = "Risk and clocks"
INSTRUMENT: Final[Mapping[str, str]] = {
    "questionnaire": "Victim questionnaire",
    "judgement": "Judgement of a place",
    "override": "Override",
}
QUESTIONNAIRE_TITLE: Final = "Victim questionnaire"
QUESTIONNAIRE_HOW: Final = (
    "Read the questions out as they stand. **Not known** is a fair answer: it counts a little, and the result "
    "names it. A question left out counts as not known."
)
DANGER_TITLE: Final = "First: is anybody in danger?"
QUESTIONS_TITLE: Final = "Then the questions"
NOT_KNOWN: Final = "Not known"
YES: Final = "Yes"
NO: Final = "No"
NEXT_QUESTIONS: Final = "Next questions"

JUDGEMENT_TITLE: Final = "Judgement of a place or a community's problem"
JUDGEMENT_HOW: Final = "Think through six things; a line each is enough. Then choose the band and say why."
JUDGEMENT_BAND: Final = "Your judgement"
REASON: Final = "Why?"
JUDGEMENT_EXAMPLE: Final = (
    "Example: three injuries in a month, children on their way to school, and it spreads."
)
NO_LONGER_ASKED: Final = "The questions have changed since you opened this page. Please check your answers."

OVERRIDE_TITLE: Final = "Set the band by hand"
OVERRIDE_HOW: Final = (
    "It holds until the risk is next assessed. What the instruments said stays in the history."
)
OVERRIDE_EXAMPLE: Final = "Example: both have moved away; PC Roe saw the empty flat on Monday."
OVERRIDE_BAND: Final = "The band should be"
OVERRIDE: Final = "Set the band by hand"

BANDS: Final[Mapping[str, str]] = {
    "standard": "Standard",
    "medium": "Medium",
    "high": "High",
}

WARNING_TITLE: Final = "Before anything else: is somebody safe?"
WARNING_WHY: Final = "You answered that there is danger, or that nobody can rule it out:"
WARNING_999: Final = "If it is happening now, call 999. The hub cannot come straight away; the police can."
WARNING_KEPT: Final = "Your answers are saved. When the call is made, or was not needed, go on to the result."
WARNING_DONE: Final = "Show the result"

RESULT_TITLE: Final = "The risk"
NOT_ASSESSED: Final = "The risk has not been assessed yet."
THE_HIGHER: Final = "The band of the case is the higher of the two."
OVERRIDDEN: Final = "It was set by hand, until the risk is next assessed."
WHAT_RAISED: Final = "What raised it"
RAISED_HOW: Final = "Whatever the points, these ask for a band of their own."
WHAT_COUNTS: Final = "What counts most"
NOT_KNOWN_TITLE: Final = "Not known yet"
NOT_KNOWN_HOW: Final = "Finding these out makes the band more certain."
CLOCKS_TITLE: Final = "By when"
EARLIER: Final = "Every assessment so far"
THE_ANSWERS: Final = "The answers"
ASSESS_VICTIM: Final = "Ask the victim"
ASSESS_PLACE: Final = "Judge a place"
WHICH_INSTRUMENT: Final = (
    f"**{ASSESS_VICTIM}** for people who suffer from it. **{ASSESS_PLACE}** for a place or a community. "
    "Where both are done, the higher counts."
)
STOP_A_CLOCK: Final = "Stop a clock"
OTHER_VERSION: Final = "Its questions have changed since, so the answers are not shown here."


def points(score: int, highest: int) -> str:
    return f"{score} of {highest} points"


def points_only(score: int) -> str:
    return number_of(score, "point", "points")


def last_time(came_to: str, day: str) -> str:
    return f"Last time it was {came_to} ({day})."


def asks_for(answered: str, band: str) -> str:
    return f"{answered}: at least {band}"


def answered(question: str, answer: str) -> str:
    """Both come escaped."""
    return f"{question} **{answer}**"


def counts(answered: str, points: int) -> str:
    return f"{answered} ({number_of(points, 'point', 'points')})"


def prompt(title: str, text: str) -> str:
    return f"{title}: {text}"


def clock_met_at(what: str, when: str) -> str:
    return f"**{what}:** met {when}"


def clock_met_late(what: str, when: str, due: str) -> str:
    return f"**{what}:** met {when}, after it was due ({due})"


def clock_replaced(what: str, due: str, when: str) -> str:
    return f"**{what}:** was due {due}; reckoned anew {when}"


# --- stopping a clock ------------------------------------------------------------------------------------------------

CLOCK_TITLE: Final = "What has happened?"
CLOCK_WHICH: Final = "Which of these?"
CLOCK_NOTE: Final = "What was done?"
CLOCK_EXAMPLE: Final = "Example: PC visited both flats on Monday evening."
CLOCK_NOTE_MISSING: Final = "Please say in a line what was done."
NO_CLOCK: Final = "No clock is running."
CLOCK_DONE: Final[Mapping[str, str]] = {
    "risk_check": "The risk was checked",
    "initial_action": "The initial action was taken",
    "information": "The partners have replied",
    "meeting": "The case meeting was held",
}
