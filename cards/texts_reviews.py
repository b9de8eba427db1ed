"""What a person reads about the monthly review of a case: the prompt, what became of it, and the managers' summary."""

from collections.abc import Mapping
from typing import Final

from cards.texts import number_of
from osara_store.reviews import IN_WORDS, RISK_IN_WORDS
from osara_store.schema import ReviewDecision, ReviewState, RiskNow

# --- the prompt ------------------------------------------------------------------------------------------------------

TITLE: Final = "Monthly review"
PROBLEM: Final = "Problem"
WHERE: Final = "Where"
RISK: Final = "Risk"
LEAD: Final = "Lead agency"
DUE: Final = "Review due"
RISK_NOW: Final = "How is the risk now, as you see it?"
RISKS: Final[Mapping[RiskNow, str]] = RISK_IN_WORDS  # as the file keeps them
RISK_MISSING: Final = "Please say how the risk is now."
COMMENT: Final = "One line for the file (optional)"
EXAMPLE: Final = "Example: quiet since the gate was mended; the family would like one more visit"
DECISIONS: Final[Mapping[ReviewDecision, str]] = IN_WORDS
OPEN: Final = "Open the case"
DO: Final = "Do the monthly review"
ALONE: Final = "The lead agency was not asked: it has no sharing agreement in date."


def since_last(day: str) -> str:
    return f"Since the last review on {day}"


def since_accepted(day: str) -> str:
    return f"Since it was accepted on {day}"


# --- what changed ----------------------------------------------------------------------------------------------------

NOTHING: Final = "Nothing was written or moved."


def moved(states: str) -> str:
    return f"It moved on: {states}"


def tasks(done: int, still_open: int) -> str:
    said = [f"{number_of(done, 'task', 'tasks')} finished"] if done else []
    if not said:
        return f"{number_of(still_open, 'task', 'tasks')} still open"
    return ", ".join([*said, f"{still_open} still open" if still_open else "none open"]).capitalize()


def overdue(count: int) -> str:
    return f"{number_of(count, 'task', 'tasks')} overdue"


def notes(count: int) -> str:
    return number_of(count, "note", "notes")


def replies(count: int, waiting: int) -> str:
    said = [f"{number_of(count, 'partner', 'partners')} answered"] if count else []
    if not said:
        return f"{number_of(waiting, 'partner has', 'partners have')} still to answer"
    return ", ".join([*said, *([f"{waiting} still to answer"] if waiting else [])]).capitalize()


def meetings(count: int) -> str:
    return f"{number_of(count, 'case meeting', 'case meetings')} held"


def band_changed(before: str, now: str) -> str:
    return f"Risk: {before} → {now}"


def assessed(count: int) -> str:
    return f"Risk assessed {number_of(count, 'time', 'times')}, with the same result"


# --- what became of it -----------------------------------------------------------------------------------------------

THANKS: Final = "Saved, thank you. It is in the file."
CHECK_RISK: Final = "Check the risk again"
WHY_CHECK_RISK: Final = "You said the risk has changed: please check it again, so that the band is right."
LAPSED: Final = "Nobody did this review before the next one came. There is a newer message."
HAS_ENDED: Final = "This case has ended. There is nothing more to review, thank you."
NOT_YOURS: Final = "This review is not yours to do any more. The hub's coordinator can help you."
NOT_FROM_HERE: Final = "Closing is proposed from the assessment, so the case has to get there first. What you decided is in the file."
CHANGE_TASKS: Final = "Tasks"


NOT_DONE: Final[Mapping[str, str]] = {
    ReviewState.DUE: "Not done yet",
    ReviewState.LAPSED: "Nobody did it before the next one came",
}
COMMENT_AS_READ: Final = "Comment"


def done(decision: str, name: str, agency: str, day: str) -> str:
    """The name and the agency come escaped; the name is empty once the case was erased."""
    who = ", ".join(filter(None, (name, agency, day)))
    return f"**{DECISIONS.get(ReviewDecision(decision), decision)}** ({who})"


def risk_was(risk: str) -> str:
    return f"Risk: {RISKS[RiskNow(risk)].lower()}"


def already_done(name: str, day: str) -> str:
    """The name comes escaped."""
    return f"{name} has done this review already, on {day}. Nothing of yours was saved; this is what they decided."


YOU_WROTE: Final = "What you wrote, if you want to add it as a note:"


def next_on(day: str) -> str:
    return f"The next review is due on {day}."


def go_on_with(stage: str) -> str:
    return f"Go on with {stage.lower()}"


def card_summary(reference: str) -> str:
    """What the notification says; a reference names no one."""
    return f"{reference}: monthly review"


# --- several in one message ------------------------------------------------------------------------------------------

TITLE_OF_SEVERAL: Final = "Monthly reviews"
NONE_LEFT: Final = "Nothing of this waits for you any more. Thank you."
LINE_DONE: Final = "Done"
LINE_ENDED: Final = "The case has ended"
LINE_NOT_YOURS: Final = "Not yours to do any more"
LINE_LAPSED: Final = "Not done before the next one came"


def waiting(count: int) -> str:
    waits = "waits" if count == 1 else "wait"
    return f"{number_of(count, 'review', 'reviews')} {waits} for you. Each takes under a minute."


def line_due(day: str) -> str:
    return f"Due on {day}"


def line_done(name: str, decision: str) -> str:
    """The name comes escaped."""
    said = DECISIONS.get(ReviewDecision(decision), decision)
    return f"{LINE_DONE} by {name}: {said}" if name else f"{LINE_DONE}: {said}"


def and_more(count: int) -> str:
    return f"And {count} more under **My work**."


def several_summary(count: int) -> str:
    return f"{number_of(count, 'monthly review', 'monthly reviews')}"


# --- in the case and under My work -----------------------------------------------------------------------------------


def fact_next(day: str) -> str:
    return f"next on {day}"


def fact_waits(day: str) -> str:
    return f"was due on {day}"


def may_be_done(day: str) -> str:
    return f"The monthly review is due on {day}. Done now, it counts for that month."


def waits_since(day: str) -> str:
    return f"The monthly review has been waiting since {day}."


WORK: Final = "Monthly review"

# --- the managers' summary -------------------------------------------------------------------------------------------


def summary_title(hub: str) -> str:
    return f"Monthly reviews of {hub}"


def in_month(month: str) -> str:
    return f"Reviews that came due in {month}, by who leads the cases now."


def counted(due: int, done: int, overdue: int) -> str:
    return f"{due} due, {done} done, {overdue or 'none'} overdue"


def summary_summary(hub: str) -> str:
    return f"{hub} hub: last month's reviews"
