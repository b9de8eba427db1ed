"""What a person reads on the pages of the stages: titles, choices, how complete a stage is and what helps most now.

The questions themselves are in `texts_questions`, and what good answers look like is in `texts_coaching`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from cards import dates, texts_progress
from cards.texts_questions import QUESTIONS
from osara_store.completeness import Completeness
from osara_store.schema import Stage
from osara_store.stages import FIELD, Part, Sort, parts_of

# --- pages -----------------------------------------------------------------------------------------------------------

TITLE: Final[Mapping[Part, str]] = {
    Part.OBJECTIVE: "Objective: what will be different?",
    Part.SCANNING: "Scanning: what is the problem?",
    Part.PICTURE: "Analysis 1 of 3: the whole picture",
    Part.TRIANGLE: "Analysis 2 of 3: the triangle",
    Part.HYPOTHESIS: "Analysis 3 of 3: why it happens",
    Part.RESPONSE: "Response: what will be done?",
    Part.EQUALITY: "Before a power enforces",
    Part.ASSESSMENT: "Assessment: did it work?",
    Part.CLOSURE: "Before the case closes",
}
# A page as it is named within a sentence.
PAGE: Final[Mapping[Part, str]] = {
    Part.OBJECTIVE: "the objective",
    Part.SCANNING: "the scanning",
    Part.PICTURE: "the whole picture",
    Part.TRIANGLE: "the triangle",
    Part.HYPOTHESIS: "why it happens",
    Part.RESPONSE: "the response",
    Part.EQUALITY: "the equality questions",
    Part.ASSESSMENT: "the assessment",
    Part.CLOSURE: "before the case closes",
}

SAVE: Final = "Save"
NEEDED: Final = " (needed)"
READ_ONLY: Final = (
    "You can read this page. If you know something about it, write a note: it goes into the case file."
)
WRITE_NOTE: Final = "Write a note"
FROM_THE_REFERRAL: Final = "From the referral. Change it as you like; it counts once you save."
WANTED_BY_REFERRER: Final = (
    "This is what the referrer would like done. Write what will then be different for people."
)
OPEN_ON_ITS_OWN: Final = "Open on its own"
TOO_LONG_FOR_PAGE: Final = "The whole text is too long to stand here. Save this page before you open it."
BACK_TO_PAGE: Final = "Back to the page without saving"
SAVE_AND_ACTIONS: Final = "Save and go to the actions"
OPEN_ACTIONS: Final = "Open the actions"
ACTIONS_TITLE: Final = "The actions"
AIM_TITLE: Final = "What was aimed for"
NO_ACTIONS: Final = "None is agreed yet."
NEXT_BEST: Final = "Next best thing to add"


def save_and_go_on(part: Part) -> str:
    return f"Save and go on to {PAGE[part]}"


def save_and_go_back(part: Part) -> str:
    return f"Save and go back to {PAGE[part]}"


def go_back(part: Part) -> str:
    return f"Back to {PAGE[part]}"


def go_on(part: Part) -> str:
    return f"Go on to {PAGE[part]}"


def cycle_line(cycle: int) -> str:
    return f"This is cycle {cycle}. What was written in cycle {cycle - 1} stands below each question."


def in_cycle(cycle: int, said: str) -> str:
    """What was said is escaped already."""
    return f"In cycle {cycle}: {said}"


def not_answered(fields: Sequence[str]) -> str:
    return f"Not answered yet: {named(fields)}."


def cut(text: str, most: int) -> str:
    """The beginning of a text, for reading only."""
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


def action_line(intervention: str, agency: str, day: str, state: str) -> str:
    """Names and texts come escaped."""
    return f"**{intervention}**: {agency}, by {day} ({state})"


def more_actions(count: int) -> str:
    return f"and {count} more"


# --- answers ---------------------------------------------------------------------------------------------------------

GRADE: Final[Mapping[str, str]] = {
    "fact": "Fact: seen or recorded",
    "assessment": "Assessment: what we make of it",
    "intelligence": "Intelligence: told to us, not confirmed",
}
CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "objective_kind": {
        "eliminate": "It stops",
        "reduce": "There is less of it",
        "less_serious": "It is less serious",
        "handle_better": "We deal with it better",
        "hand_over": "Somebody better placed takes it on",
    },
    "repeat_check": {
        "none_found": "We looked, and found nothing earlier",
        "repeat_victim": "Yes, to the same people",
        "repeat_place": "Yes, in the same place",
        "repeat_person": "Yes, by the same people",
    },
    "decision": {
        "rerun_objective": "Run Objective again: aim for something else",
        "rerun_scanning": "Run Scanning again: the problem has changed",
        "rerun_analysis": "Run Analysis again: it was another cause",
        "rerun_response": "Run Response again: right cause, other actions",
        "propose_closure": "Propose closure: it worked, or no more can be done",
    },
    "complainant_contacted": {"yes": "Yes", "could_not_reach": "We tried, and could not reach them"},
    "outcome": texts_progress.OUTCOME,
    **{field.name: GRADE for field in FIELD.values() if field.is_grade},
}


PERIOD_ASK: Final = "Which days does that cover?"
# What a side of the triangle is about, and who could look after it.
SIDE_ASK: Final[Mapping[str, str]] = {
    "victim": "Whoever is harmed. A guardian looks out for them: a neighbour, a warden, a number to ring.",
    "offender": "Whoever does it. A handler has influence over them: a parent, a coach, a probation officer.",
    "location": "Where it happens. A manager looks after the place: its owner, a caretaker, the staff.",
}


def example(field: str) -> str:
    """As it stands in an empty input."""
    return f"Example: {QUESTIONS[field].example}"


def example_of(field: str) -> str:
    """The example as it stands among those of its page, on one line."""
    joined = "; ".join(QUESTIONS[field].example.splitlines())
    return f"**{LABELS[field]}:** {joined[0].upper()}{joined[1:]}"


def grade_ask(field: str) -> str:
    return f"How sure is {_graded(field)}?"


def _graded(field: str) -> str:
    """The answer that a grade is about."""
    return QUESTIONS[field.removesuffix("_grade")].name


def _name(field: str) -> str:
    return f"how sure {_graded(field)} is" if FIELD[field].is_grade else QUESTIONS[field].name


# An answer as it is named within a sentence, such as "the baseline".
NAMES: Final[Mapping[str, str]] = {field: _name(field) for field in FIELD}


def _label(name: str) -> str:
    plain = name.removeprefix("the ")
    return plain[0].upper() + plain[1:]


# An answer as it is named before it, such as "Baseline".
LABELS: Final[Mapping[str, str]] = {field: _label(name) for field, name in NAMES.items()}


def said(field: str, text: str) -> str:
    """An answer as it reads: a choice in its own words, a day written out. Not escaped."""
    if field in CHOICES:
        return CHOICES[field].get(text, text)
    if FIELD[field].sort is Sort.DAY and text:
        return dates.day(date.fromisoformat(text))
    return text


# --- how complete a stage is -----------------------------------------------------------------------------------------

# What is missing and is no answer of its own: its name, and what it is good for.
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "two_sources": ("two sources", QUESTIONS["sources"].helps),
    "victim_side": ("the victim's side", QUESTIONS["victim_features"].helps),
    "offender_side": ("the offender's side", QUESTIONS["offender_features"].helps),
    "location_side": ("the location's side", QUESTIONS["location_features"].helps),
    "no_actions": (
        "a first action",
        "A plan begins when somebody has agreed to do something by a certain day.",
    ),
    "action_owner_and_date": (
        "an owner and a date for every action",
        "An action that belongs to nobody does not get done.",
    ),
    "two_agencies_or_reason": (
        "a second agency, or why one is enough",
        QUESTIONS["one_agency_because"].helps,
    ),
    "not_only_enforcement": (
        "an action besides enforcement",
        "Enforcement alone seldom lasts: something else has to change, too.",
    ),
    "equality": (
        "the equality questions",
        "A power that enforces has to be fair to the person it is used on, and somebody has to have decided so.",
    ),
    "implementation": (
        "what became of every action",
        "A plan that was not carried out cannot have failed. So this comes before the numbers.",
    ),
    "risk": ("a risk assessment", "It decides how soon things have to happen."),
}
_PAGE_OF_RULE: Final[Mapping[str, Part]] = {
    "two_sources": Part.SCANNING,
    "victim_side": Part.TRIANGLE,
    "offender_side": Part.TRIANGLE,
    "location_side": Part.TRIANGLE,
    "equality": Part.EQUALITY,
}
# What has to wait until a stage holds what it needs.
_WAITING: Final[Mapping[Stage, str]] = {
    Stage.OBJECTIVE: "before analysis can begin",
    Stage.SCANNING: "before analysis can begin",
    Stage.ANALYSIS: "before the response can begin",
    Stage.RESPONSE: "before the assessment can begin",
    Stage.ASSESSMENT: "before the case can go round again or close",
}
# What waits for the pages that are asked for on occasion.
WAITING_FOR_PAGE: Final[Mapping[Part, str]] = {
    Part.EQUALITY: "before a power that enforces can be used",
    Part.CLOSURE: "before the case can close",
}
_ALL_PAGES: Final = "All three pages together"
_NUMBERS: Final = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def name_of(missing: str) -> str:
    """What is missing, by its id, as it is named within a sentence."""
    return NAMES[missing] if missing in NAMES else _RULES[missing][0]


def page_of(missing: str) -> Part | None:
    """The page on which it is put right; None where that is not on a page but among the actions."""
    return FIELD[missing].part if missing in FIELD else _PAGE_OF_RULE.get(missing)


def named(missing: Sequence[str]) -> str:
    """Such as "the baseline, the target and the target date"."""
    *first, last = map(name_of, missing)
    return f"{', '.join(first)} and {last}" if first else last


def progress(completeness: Completeness, stage: Stage) -> str:
    """Such as "5 of 7 answered. Two more are needed before analysis can begin: the baseline and the target date."."""
    counted = progress_of(completeness.answered, completeness.of, completeness.missing, _WAITING[stage])
    return f"{_ALL_PAGES}: {_lowered(counted)}" if len(parts_of(stage)) > 1 else counted


def progress_of(answered: int, of: int, missing: Sequence[str], waiting: str) -> str:
    if answered == of:
        return f"All {of} answered."
    if not answered:
        return f"Nothing is complete yet. {_needed(missing, waiting)}"
    return f"{answered} of {of} answered. {_needed(missing, waiting, more=' more')}"


def _lowered(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _needed(missing: Sequence[str], waiting: str, more: str = "") -> str:
    if not missing:
        return f"Nothing{more} is needed {waiting}."
    count = len(missing)
    number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
    return f"{number}{more} {'is' if count == 1 else 'are'} needed {waiting}: {named(missing)}."


def next_best(missing: str, page: Part | None = None) -> str:
    """What to add next, and what it is good for; where it is, if it is not on this page."""
    name, helps = _name_and_help(missing)
    on = page_of(missing)
    elsewhere = "" if page is None or on is None or on is page else f" It is on the page '{PAGE[on]}'."
    return f"**{NEXT_BEST}: {name}.** {helps}{elsewhere}"


def _name_and_help(missing: str) -> tuple[str, str]:
    if missing in _RULES:
        return _RULES[missing]
    return QUESTIONS[missing].name, QUESTIONS[missing].helps


# --- what came back --------------------------------------------------------------------------------------------------

NOT_A_NUMBER: Final = "Please write one number here, such as 14 or 12.5, and nothing else."
NOT_A_DAY: Final = "Please write the day like this: 30/09/2026."
ENDS_BEFORE_IT_BEGINS: Final = "This day is before the first one. Please check both."
NOTHING_CHANGED: Final = "Nothing was changed, so nothing was saved."
_NAMED_AT_MOST: Final = 4
_REST_IS_SAVED: Final = "Everything else is saved."


def check_these(fields: Sequence[str]) -> str:
    """The line on top of a page that came back. What is right has been saved."""
    if len(fields) == 1:
        return f"**Please look at one answer:** {named(fields)}. {_REST_IS_SAVED}"
    if len(fields) > _NAMED_AT_MOST:
        return f"**Please look at {len(fields)} answers.** Below each stands what to change. {_REST_IS_SAVED}"
    return f"**Please look at {len(fields)} answers:** {named(fields)}. {_REST_IS_SAVED}"


def saved(changed: Sequence[str]) -> str:
    """What has just been kept."""
    if not changed:
        return NOTHING_CHANGED
    if len(changed) > _NAMED_AT_MOST:
        return f"Saved: {len(changed)} answers."
    return f"Saved: {named(changed)}."


# --- before and after ------------------------------------------------------------------------------------------------


def compared(baseline: str, now: str, percent: int | None) -> str:
    """What became of the number; the percentage is negative where it went down."""
    if percent is None:
        return f"From {baseline} to {now}."
    if percent == 0:
        return f"Still about {baseline}." if baseline != now else f"Still {now}, as at the start."
    return f"From {baseline} to {now}: {abs(percent)}% {'more' if percent > 0 else 'less'}."


def against_target(target: str, *, reached: bool) -> str:
    return f"The target of {target} is {'reached' if reached else 'not reached yet'}."
