"""What a person reads where tasks are taken on, declined, put off, given to others and counted, and under My work."""

from collections.abc import Mapping
from typing import Final

from cards.texts import number_of

# --- the personal card -----------------------------------------------------------------------------------------------

ACCEPT: Final = "We take it on"
DECLINE: Final = "We cannot do it"
HOW_IT_WENT: Final = "Say how it went"
MORE_TIME: Final = "Ask for more time"
OPEN_CASE: Final = "Open the case"
FACT_DUE: Final = "By"
FACT_WHO: Final = "Who"
FACT_WHERE: Final = "Where"
FACT_SIDE: Final = "Works on"
FACT_POWER: Final = "Power"
FACT_ASKED_BY: Final = "Asked by"
PLEASE_ANSWER: Final = "Can your agency do this? One press is enough."
TAKEN_ON: Final = "**Taken on.** Say how it went when it is done, or when there is something to tell."
CARD_DECLINED: Final = (
    "**Declined.** Whoever works the case finds somebody else. There is nothing more to do."
)
CARD_SETTLED: Final = "There is nothing more to do."
SOMEBODY_ELSE: Final = "This task is with somebody else now. There is nothing more to do."
CASE_ENDED: Final = "The case has ended. There is nothing more to do about this task."
NOT_OPEN_TO_YOU: Final = (
    "You cannot open this case at the moment, so the task is not shown. Ask the hub's coordinator."
)


def card_title(agency: str) -> str:
    return f"A task for {agency}"


def card_summary(reference: str, day: str) -> str:
    """What a notification shows."""
    return f"A task in {reference}, due {day}" if day else f"Task in {reference}"


SAVED: Final = "The task is saved."


def told(name: str) -> str:
    """The name comes escaped."""
    return f"{SAVED} {name} has a card about it in Teams."


CALLED: Final = "The bot cannot write to anybody there yet, so it **calls for them in the hub's channel**, without what the task is."
NOBODY_TOLD: Final = "The task is saved. The bot has not met anybody of this agency yet, so **please tell them**: it waits under My work."

# --- the list --------------------------------------------------------------------------------------------------------

NUMBERS: Final[Mapping[str, str]] = {
    "arrests": "Arrests",
    "injunctions": "Injunctions",
    "visits": "Visits",
    "warnings": "Warnings",
    "referrals_to_support": "Referrals to support",
}
TOTALS: Final = "So far"
SUGGESTED: Final = "Suggested instead"
WHY_DECLINED: Final = "Why not"
NOT_TAKEN_ON: Final = "Not taken on yet"


def accept(number: int) -> str:
    return f"Take on task {number}"


def decline(number: int) -> str:
    return f"Decline task {number}"


def extend(number: int) -> str:
    return f"More time for task {number}"


def reassign(number: int) -> str:
    return f"Give task {number} to somebody else"


def taken_on(day: str) -> str:
    return f"Taken on {day}"


def next_declined(number: int, agency: str) -> str:
    """The agency comes escaped."""
    return f"{agency} cannot do task {number}. Who else could?"


ACCEPTED: Final = "Thank you: the task is yours."
DECLINED: Final = "That is written down. Whoever works the case sees it."
EXTENDED: Final = "The new day is written down."
REASSIGNED: Final = "The task is given to them."
CHANGED_MEANWHILE: Final = (
    "Somebody changed this task meanwhile, so nothing was done. This is how it stands now."
)

# --- the forms -------------------------------------------------------------------------------------------------------

REASON_MISSING: Final = "Please say why, in a line."
DECLINE_REASON: Final = "Why can your agency not do it?"
DECLINE_EXAMPLE: Final = "Example: the yard is not ours; the council's parks team holds the keys."
SUGGEST_AGENCY: Final = "Which agency could? (optional)"
SUGGEST_OWNER: Final = "Who there? (optional)"
NOBODY: Final = "No idea"
EXTEND_DAY: Final = "By when will it be done?"
EXTEND_REASON: Final = "Why does it need more time?"
EXTEND_EXAMPLE: Final = "Example: the hinges come on the 12th."
NOT_LATER: Final = "Please choose a day after the one that was agreed, and not in the past."
REASSIGN_REASON: Final = "Why them?"
REASSIGN_EXAMPLE: Final = "Example: the parks team holds the keys to the yard."
NUMBERS_TITLE: Final = "Numbers"
NUMBERS_WHY: Final = "In all so far for this task. Leave empty what does not apply."
NOT_A_COUNT: Final = "Please write a whole number, such as 3."


def suggested_by(agency: str, whom: str) -> str:
    """Both come escaped."""
    return f"{agency} suggests: {whom}"


# --- the equality questions ------------------------------------------------------------------------------------------

EQUALITY_FIRST: Final = (
    "**This power enforces, so five questions come first.** What you typed for the task is kept: "
    "you come back to it from here."
)
EQUALITY_STILL: Final = (
    "**Saved. Please answer the others as well:** all five are needed before the task can be saved."
)
EQUALITY_DONE: Final = "The questions are answered. Please save the task."
EQUALITY_BUTTON: Final = "The equality questions"
SAVE_AND_TASK: Final = "Save and go back to the task"
BACK_TO_TASK: Final = "Back to the task without saving"

# --- the usual tasks -------------------------------------------------------------------------------------------------

TEMPLATES: Final = "Add the usual actions"
TEMPLATES_WHY: Final = "What often helps with this kind of problem. Untick what does not fit; you can change each of them afterwards."
TEMPLATES_LABEL: Final = "Actions to add"
TEMPLATES_ADD: Final = "Add them"
NO_TEMPLATES: Final = (
    "Everything that is usual is planned already, or no agency of the hub could be given it."
)
CHOOSE_SOME: Final = "Please tick at least one."


def template_line(intervention: str, agency: str, day: str) -> str:
    return f"{intervention} ({agency}, by {day})"


def templates_added(count: int) -> str:
    return f"{number_of(count, 'task is', 'tasks are')} added. Please name who does each of them."


# --- outside organisations -------------------------------------------------------------------------------------------

POINTERS_TITLE: Final = "Help from outside"
POINTERS_BUTTON: Final = "Point to outside help"
POINTERS_WHY: Final = (
    "Organisations outside the hub get nothing from here: no message and no case data. Tell the person yourself where to "
    "go, and write down who asks how it went."
)
POINTER_AGENCY: Final = "Which organisation?"
POINTER_REASON: Final = "What for?"
POINTER_EXAMPLE: Final = "Example: hot meals and company on weekdays. He was given their leaflet."
POINTER_CHASER_AGENCY: Final = "Which agency asks how it went?"
POINTER_CHASER: Final = "Who there? (optional)"
POINTER_DAY: Final = "When will they ask?"
POINTER_SAVED: Final = "That is written down. Nothing was sent to them."
POINTER_OUTCOME: Final = "How did it go?"
POINTER_OUTCOME_EXAMPLE: Final = "Example: rang on 4 June. He goes there every day now."
POINTER_CHASED: Final = "That is written down."
NO_OUTSIDE: Final = "hubs.yaml names no organisation outside yet."
POINTER_MISSING: Final[Mapping[str, str]] = {
    "agency_id": "Please choose the organisation.",
    "reason": "Please say what for.",
    "chaser_agency_id": "Please choose who asks.",
    "chase_on": "Please give the day on which somebody asks.",
    "outcome": "Please say in a line how it went.",
}


def chased(number: int) -> str:
    return f"How did number {number} go?"


def pointer_waits(agency: str, who: str, day: str) -> str:
    """All but the day comes escaped."""
    return f"{who or 'Somebody'} of {agency} asks on {day}"


def pointer_asked(agency: str, day: str) -> str:
    """The agency comes escaped."""
    return f"{agency} asked on {day}"


# --- my work ---------------------------------------------------------------------------------------------------------

WORK_TITLE: Final = "My work"
WORK_WHY: Final = "What waits for your agency, the most urgent first."
NO_WORK: Final = "Nothing waits for you. Well done."
NO_MORE_WORK: Final = "That is all."
EARLIER: Final = "More urgent"
LATER: Final = "Less urgent"
FIND_SOMEBODY: Final = "Find somebody"
ANSWER: Final = "Answer"
WHAT_WORK: Final[Mapping[str, str]] = {
    "task": "Task {}",
    "declined": "Task {} was declined",
    "request": "You are asked what you know",
    "signpost": "Ask how it went",
    "clock": "{}",
    "review": "Monthly review",
}


def work_due(day: str, days: int) -> str:
    """So many days from today; below zero it is late."""
    if days < 0:
        return f"**{number_of(-days, 'day', 'days')} overdue**, since {day}"
    return {0: f"**Today**, {day}", 1: f"Tomorrow, {day}"}.get(days, f"In {days} days, {day}")
