"""What a person reads on a case's overview, its pages to read, and the forms for notes, people, tasks and risk."""

from collections.abc import Mapping
from typing import Final

from cards.texts import number_of
from osara_store.referral import Danger
from osara_store.schema import CaseState, LinkKind, PersonRole, Stage, TaskState
from osara_store.states import Move

# --- everywhere ------------------------------------------------------------------------------------------------------

SAVE: Final = "Save"
BACK_WITHOUT_SAVING: Final = "Back without saving"
BACK_TO_CASE: Final = "Back to the case"
NEXT_PAGE: Final = "Next page"
PREVIOUS_PAGE: Final = "Previous page"
NO_NAME: Final = "Nobody named"
CHOOSE: Final = "Please choose one."
TYPED_LABEL: Final = "What you typed"


def look_at(faults: int) -> str:
    return f"**Not saved yet.** Please look at {number_of(faults, 'answer', 'answers')} below."


def page_of(page: int, pages: int) -> str:
    return f"Page {page} of {pages}"


def write_at_least(least: int) -> str:
    return f"Please say why, in {least} characters or more."


# --- the overview: where it stands -----------------------------------------------------------------------------------

RISK: Final = "Risk"
LEAD: Final = "Lead"
REFERRED: Final = "Referred"
CYCLE: Final = "Cycle"
OPEN_TO: Final = "Open to"
WATCHED: Final = "Watched"
NOBODY_LEADS: Final = "Nobody yet"

STANDING: Final[Mapping[CaseState, str]] = {
    CaseState.SUBMITTED: "new, not accepted yet",
    CaseState.RETURNED: "back with the referrer, who was asked for more",
    CaseState.TRIAGED: "accepted, and its risk is checked",
    CaseState.SHARING: "the partners are being asked",
    CaseState.SCANNING: "scanning: what is the problem?",
    CaseState.ANALYSIS: "analysis: why does it happen?",
    CaseState.RESPONSE: "response: who does what?",
    CaseState.ASSESSMENT: "assessment: did it work?",
    CaseState.CLOSURE_PROPOSED: "closure is proposed",
    CaseState.CLOSED: "This case is closed.",
    CaseState.SIGNPOSTED: "This case has ended: somebody else could help better.",
    CaseState.WITHDRAWN: "This case has ended: it was withdrawn.",
    CaseState.MERGED: "This case has ended: it goes on in another one.",
    CaseState.VOIDED: "This case was a mistake and counts for nothing.",
    CaseState.TRANSFERRED: "This case has ended here: another hub has taken it.",
}
DANGER: Final[Mapping[Danger, str]] = {
    Danger.YES: "**The referrer says that somebody is in immediate danger.** If nobody has called 999, call now.",
    Danger.UNSURE: "**The referrer is not sure whether somebody is in immediate danger.** Please find out first.",
}
RESTRICTED: Final = "**Restricted.** Only the people on its list can open this case."
ON_HOLD: Final = "**Legal hold.** Nothing of this case may be erased."
ERASED: Final = "The texts and names of this case were erased when its time to be kept was over."


def read_as_it_was(reference: str) -> str:
    return f"Read {reference} as it was"


def step(number: int, of: int, words: str) -> str:
    return f"**Step {number} of {of}:** {words}"


def yours(agency: str) -> str:
    return f"{agency} (your agency)"


def referred(name: str, agency: str, day: str) -> str:
    """The name is empty once the case was erased."""
    return f"{day}, by {name}, {agency}" if name else f"{day}, by {agency}"


def closed_on(day: str) -> str:
    return f"This case was closed on {day}."


def cycle(number: int) -> str:
    return f"{number} (the earlier ones stay readable)"


def watched(day: str) -> str:
    return f"until {day}, in case it comes back"


def people_on_the_list(count: int) -> str:
    return number_of(count, "person", "people")


# --- what is due -----------------------------------------------------------------------------------------------------

DUE: Final = "Due"


def due_by(what: str, when: str, days: int) -> str:
    """So many days from today. `what` comes escaped."""
    away = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
    return f"**{what}:** {away}, {when}"


def overdue(what: str, when: str, days: int) -> str:
    """So many days ago. `what` comes escaped."""
    long = f"{number_of(days, 'day', 'days')} overdue" if days else "overdue"
    return f"{what}: {long}, since {when}"


def and_more(count: int) -> str:
    return f"and {count} more"


def task_in_short(number: int, agency: str) -> str:
    """The agency comes escaped."""
    return f"Task {number}, {agency}"


# --- links, and what waits for a choice ------------------------------------------------------------------------------

LINK: Final[Mapping[tuple[LinkKind, bool], str]] = {
    (LinkKind.RELATED, True): "Related to {}",
    (LinkKind.RELATED, False): "Related to {}",
    (LinkKind.MERGED_INTO, True): "Merged into {}",
    (LinkKind.MERGED_INTO, False): "{} was merged into this",
    (LinkKind.RE_REFERRAL_OF, True): "It came back: earlier it was {}, which had been closed",
    (LinkKind.RE_REFERRAL_OF, False): "It came back as {}",
    (LinkKind.TRANSFERRED_TO, True): "Transferred to {}",
    (LinkKind.TRANSFERRED_TO, False): "Taken over from {}",
}
RESTRICTED_CASE: Final = "a restricted case (ask the coordinator)"


def asides(count: int) -> str:
    texts = number_of(count, "text was", "texts were")
    return (
        f"**{texts} written at the same time as another.** Nothing is lost: please choose what should stand."
    )


# --- the ASB Case Review ---------------------------------------------------------------------------------------------

WE_EXPLAINED_IT: Final = "We have explained it"
REVIEW_EXPLAINED: Final = "Noted: the case review was explained today."


REVIEW: Final[Mapping[str, str]] = {
    "explain": (
        "**ASB Case Review.** A victim in this case has reported {} times lately. "
        "Please explain their right to a case review."
    ),
    "threshold": (
        "**ASB Case Review.** A victim in this case has reported {} times lately, so the threshold may be met. "
        "Please explain the review, and consider asking for it."
    ),
}


def review_explained_on(day: str) -> str:
    return f"It was explained on {day}."


# --- what to do next -------------------------------------------------------------------------------------------------

NEXT: Final = "Next"
NEXT_RISK: Final = "How serious is it? The answer sets by when things are due."
NEXT_ACCEPT: Final = "The risk is checked. Accept the referral, or choose below what else should happen."
NEXT_RESUBMIT: Final = "The hub has asked you for more. Add it, and send the referral again."
NEXT_SHARE: Final = "Ask the partners who has a part to play."
NEXT_SCAN: Final = "When the replies are in, begin scanning."
NEXT_CHECKLIST: Final = "Closing is proposed. Look through the checklist."
NEXT_PROPOSE: Final = "The assessment says it can close. Look through the checklist and propose it."
NEXT_RERUN: Final = "The assessment says to go round again. A new cycle begins; this one stays readable."
NEXT_NOTE: Final = "Do you know something about this? A short note helps everybody."
NEXT_RETENTION: Final = "Its time to be kept is over. Keep it longer, or erase it?"
WRITE_IT_DOWN: Final = "Write it down"
CHECK_RISK: Final = "Check the risk"
OPEN_CHECKLIST: Final = "Open the checklist"
OPEN_RETENTION: Final = "Decide"
OPEN_TASKS: Final = "Open the tasks"
SAY_HOW_IT_WENT: Final = "Say how it went"
NEXT_MOVE: Final[Mapping[Move, str]] = {
    Move.ANALYSE: "Objective and scanning hold what they need. Work out why it keeps happening.",
    Move.RESPOND: "The analysis holds what it needs. Agree who does what.",
    Move.ASSESS: "The plan holds what it needs. When the actions are under way, see whether it works.",
}


def next_own_task(number: int, intervention: str, when: str, *, overdue: bool) -> str:
    """The intervention comes escaped."""
    due = f"It was due on {when}." if overdue else f"It is due on {when}."
    return f"Your agency has task {number}: {intervention}. {due} How did it go?"


def next_clock(what: str) -> str:
    return f"**{what}:** overdue. Has it happened? Then write it down, and the clock stops."


def fill_in(page: str) -> str:
    return f"Go on with {page}"


# --- stages and the groups of buttons --------------------------------------------------------------------------------

STAGES: Final = "The stages"
DECIDE_TITLE: Final = "Decide"
WORK_TITLE: Final = "Work on it"
READ_TITLE: Final = "Read it"

READ_ALL: Final = "The whole file"
READ_HISTORY: Final = "History"
READ_CYCLES: Final = "Earlier cycles"
COPY: Final = "Copy for my system"
ADD_NOTE: Final = "Add a note"
MANAGE: Final = "Manage"
CHECKLIST: Final = "Closing checklist"


def people_button(count: int) -> str:
    return f"People ({count})"


def tasks_button(still_open: int) -> str:
    return f"Tasks ({still_open} open)" if still_open else "Tasks"


def stage_progress(answered: int, of: int, needed: int, *, now: bool) -> str:
    counted = f"All {of} answered" if answered == of else f"{answered} of {of} answered"
    still = f"{counted}, {needed} still needed" if needed else counted
    return f"**Now.** {still}" if now else still


# --- given back ------------------------------------------------------------------------------------------------------

GIVEN_BACK_TITLE: Final = "This was not saved"
GIVEN_BACK: Final = (
    "Here is what you typed, so that nothing is lost. "
    "Copy what you need, then go back to the case as it is now."
)

# --- reading ---------------------------------------------------------------------------------------------------------

READING_TITLE: Final = "The whole file"
HISTORY_TITLE: Final = "What has happened"
CYCLES_TITLE: Final = "Cycles side by side"
THE_REFERRAL: Final = "The referral"
NO_HISTORY: Final = "The case has made no move yet."
NO_CYCLES: Final = "There is only one cycle so far."
WRITTEN_BESIDE: Final = "Written at the same time, and not chosen yet"
CHOOSE_WHICH: Final = "Choose which stands"
LEFT_EMPTY: Final = "(emptied)"
NOTHING_THERE: Final = "-"

REFERRAL: Final[Mapping[str, str]] = {
    "category": "Problem",
    "where": "Where",
    "since": "Going on for",
    "frequency": "How often",
    "danger": "In danger",
    "sharing_basis": "Shared because",
    "equality": "Equality",
    "equality_note": "About that",
    "own_reference": "Their reference",
    "referrer": "Referred by",
    "submitted": "Referred on",
}

# What an entry is, where it is not an answer to a stage's question.
ENTRY: Final[Mapping[str, str]] = {
    "note": "Note",
    "statement": "As it was reported",
    "wanted": "What the referrer would like",
    "tried": "What had been tried",
    "reply": "Answer to the hub",
    "call_back": "Called back",
    "task": "Task",
    "clock": "Clock",
    "meeting": "Case meeting",
    "meeting_note": "Said at a case meeting",
    "case_review_explained": "ASB Case Review explained on",
    "closure_agreed": "Closing",
    "monthly_review": "Monthly review",
    "lead_changed": "Lead agency",
    "restricted": "Restricted, because",
    "unrestricted": "Opened to the hub again, because",
    "where": "Somebody who joined says: where",
    "category": "Somebody who joined says: kind of problem",
    "since": "Somebody who joined says: how long",
    "frequency": "Somebody who joined says: how often",
    "danger": "Somebody who joined says: danger",
    "sharing_basis": "Somebody who joined says: why it may be shared",
    "equality": "Somebody who joined says: equality",
    "equality_note": "Somebody who joined says: about equality",
    "own_reference": "Reference of somebody who joined",
}
ENTRY_OTHERWISE: Final = "Written down"


def in_cycle(kind: str, number: int) -> str:
    return f"{kind} (cycle {number})"


def moved(move: str, start: str, end: str) -> str:
    return f"**{move}:** {start} → {end}"


def this_cycle(number: int) -> str:
    return f"Cycle {number} (now)"


def earlier_cycle(number: int) -> str:
    return f"Cycle {number}"


def beside(number: int) -> str:
    return f"Show cycle {number}"


# --- notes -----------------------------------------------------------------------------------------------------------

NOTE_TITLE: Final = "Add a note"
NOTE_WHY: Final = "Everybody who may read the case will see it, with your name and agency."
NOTE_TEXT: Final = "What do you know?"
NOTE_EXAMPLE: Final = "Example: we moved the bins on Monday, and nobody has gathered there since."
NOTE_STAGE: Final = "What is it about?"
NOTE_GRADE: Final = "How sure is it?"
NOTE_MISSING: Final = "Please write the note."
NOTE_STAGES: Final[Mapping[Stage, str]] = {
    Stage.OBJECTIVE: "What should be different",
    Stage.SCANNING: "What is happening",
    Stage.ANALYSIS: "Why it happens",
    Stage.RESPONSE: "What is being done",
    Stage.ASSESSMENT: "How it is going",
}
GRADES: Final[Mapping[str, str]] = {
    "fact": "Fact: seen, or on record",
    "assessment": "Assessment: your opinion",
    "intelligence": "Intelligence: heard from others, not confirmed",
}
PERSON_SAVED: Final = "That is saved."
NOTE_SAVED: Final = "Your note is in the file."

# --- people ----------------------------------------------------------------------------------------------------------

PEOPLE_TITLE: Final = "People"
NO_PEOPLE: Final = "Nobody is named in this case yet."
ADD_PERSON: Final = "Add a person"
PERSON_TITLE: Final = "Add a person"
MARK_TITLE: Final = "What is this person to the case?"
MARK_WHY: Final = "What was said before stays in the case's records."
PERSON_DESCRIPTION: Final = "Who is it? (the name first)"
PERSON_EXAMPLE: Final = "Ann Example, 12 High Street, neighbour"
PERSON_ROLE: Final = "Role in this case"
PERSON_AGE: Final = "Age"
PERSON_MISSING: Final = "Please say who it is: a name, or how they can be told from others."
MARK: Final = "Change"
ROLES: Final[Mapping[PersonRole, str]] = {
    PersonRole.VICTIM: "Victim",
    PersonRole.SUSPECT: "Suspect",
    PersonRole.WITNESS: "Witness",
    PersonRole.OTHER: "Other",
}


def mark(number: int) -> str:
    return f"{MARK} person {number}"


# --- tasks -----------------------------------------------------------------------------------------------------------

TASKS_TITLE: Final = "Tasks"
NO_TASKS: Final = "No task yet. A good plan has tasks for two agencies or more, each with an owner and a day."
ADD_TASK: Final = "Add a task"
TASK_TITLE: Final = "Add a task"
CHANGE_TASK_TITLE: Final = "Change the task"
TASK_INTERVENTION: Final = "What will be done?"
TASK_INTERVENTION_EXAMPLE: Final = "Example: fit a gate at the back of the shops"
TASK_SIDE: Final = "Which side of the problem does it work on?"
SIDES: Final[Mapping[str, str]] = {
    "victim": "The victim",
    "offender": "The person causing it",
    "location": "The place",
}
TASK_AGENCY: Final = "Which agency does it?"
TASK_OWNER: Final = "Who there? (a name, once it is known)"
TASK_DUE: Final = "By when?"
TASK_POWER: Final = "Is a power used?"
NO_POWER: Final = "None"
TASK_TERM: Final = "Quick fix or long term?"
TERMS: Final[Mapping[str, str]] = {"quick": "Quick fix", "long": "Long term"}
TASK_RATIONALE: Final = "Why this? (optional)"
TASK_RATIONALE_EXAMPLE: Final = "Example: they come in through the back, out of sight of the street."
TASK_PROPORTIONALITY: Final = "Is it fair, and is there a gentler way? (needed when a power enforces)"
TASK_PROPORTIONALITY_EXAMPLE: Final = (
    "Example: two warnings and mediation came first; he has support at home."
)
RATIONALE: Final = "Why"
PROPORTIONALITY: Final = "Why it is fair"
OUTCOME: Final = "What came of it"
TASK_MISSING: Final[Mapping[str, str]] = {
    "intervention": "Please say what will be done.",
    "side": "Please choose a side of the problem.",
    "agency_id": "Please choose the agency.",
    "due_on": "Please give the day by which it should be done.",
    "power": "Please choose a power, or None.",
    "rationale": "This power enforces. Please say why it is used.",
    "proportionality": "This power enforces. Please say why it is fair, and what gentler ways came first.",
}
NOT_A_DAY_FOR_A_TASK: Final = "This day has gone. Please choose today or a later one."
TASK_SAVED: Final = "The task is saved."
TASK_CHANGED_MEANWHILE: Final = (
    "Somebody changed this task meanwhile, so nothing is saved yet. What you typed is below: "
    "please compare it with the list, and save it if it still holds."
)
TASK_RECORDED: Final = "That is written down."
RECORD_STATE: Final = "Is it done?"
STATES_TO_RECORD: Final[Mapping[TaskState, str]] = {
    TaskState.DONE: "Done",
    TaskState.PARTLY: "Partly done",
    TaskState.NOT_DONE: "Not done",
    TaskState.OPEN: "Still going on",
    TaskState.CANCELLED: "Cancelled: no longer needed",
}
RECORD_OUTCOME: Final = "What came of it?"
RECORD_EXAMPLE: Final = "Example: fitted on 3 June. Two calls in the month before, none since."
RECORD_MISSING: Final = "Please choose how it went."
WORDS_MISSING: Final[Mapping[TaskState, str]] = {
    TaskState.OPEN: "Please say in a line how it is getting on.",
    TaskState.CANCELLED: "Please say why it is no longer needed.",
}


def task_title(number: int) -> str:
    return f"Task {number}"


def change_task(number: int) -> str:
    return f"Change task {number}"


def record_task(number: int) -> str:
    return f"How did task {number} go?"


def due_on(day: str) -> str:
    return f"due {day}"


def task_overdue(day: str) -> str:
    return f"Overdue since {day}"


def labelled(label: str, text: str) -> str:
    """The text comes escaped."""
    return f"**{label}:** {text}"


def outside(agency: str) -> str:
    """Outside organisations get nothing by themselves."""
    return f"{agency} (outside: please tell them)"


def enforces(power: str) -> str:
    return f"{power} (enforces)"


def came_with(origin: str) -> str:
    return f"came with {origin}"
