"""What a person reads when partners are to meet about a case: arranging it, its agenda, and what is written down there."""

from collections.abc import Mapping
from typing import Final

from cards.texts import BETWEEN, number_of
from osara_store import meeting_words
from osara_store.schema import Attendance, MeetingState

# --- arranging -------------------------------------------------------------------------------------------------------

ARRANGE: Final = "Arrange a meeting"
ARRANGE_WHY: Final = (
    "The hub's calendar looks for times at which most of them are free. You choose one, and everybody is invited with a "
    "link to the Teams meeting."
)
ARRANGE_WITHOUT_MAILBOX: Final = (
    "Your hub has no mailbox, so no times can be looked for and nothing is put into calendars. You set the time; everybody "
    "gets it as a card in Teams."
)
WHO: Final = "Who should come?"
WHO_ELSE: Final = "Somebody else, by name (optional, one a line)"
WHO_TICKED: Final = "Ticked are those with a part to play. You are invited anyway."
HOW_LONG: Final = "How long?"
FIRST_DAY: Final = "Not before"
LAST_DAY: Final = "Not after"
ASK_NOW: Final = "Look for times"
ASK_NOW_WITHOUT_MAILBOX: Final = "Go on"
NOBODY_TO_INVITE: Final = "There is nobody else who may read this case, so there is nobody to invite."
ONLY_READERS: Final = "Only people who may read this case can be invited."
LOOKING_NOW: Final = "I am looking for times. They will be on your card in the chat with me in a moment."

PEOPLE_MISSING: Final = "Please choose at least one person."
DAYS_WRONG: Final = "Please choose days from today on, the last not before the first, at most 60 days apart."
CHOOSE_TIME: Final = "Please choose one of the times."


def too_many(most: int) -> str:
    return f"Please choose at most {most} people."


def no_such_person(name: str) -> str:
    """The name comes escaped."""
    return f"Nobody of that name may read this case: {name}."


def more_people(count: int) -> str:
    return f"{number_of(count, 'more person', 'more people')} may come: write their names below."


def person(name: str, agency: str) -> str:
    return f"{name}, {agency}"


def length(minutes: int) -> str:
    return f"{minutes} minutes"


# --- choosing a time -------------------------------------------------------------------------------------------------

TITLE: Final = "Case meeting"
TIMES: Final = "Times that suit most people"
BOOK: Final = "Book this time"
OTHER_TIME: Final = "Another time"
TYPE_A_TIME: Final = "Set a time"
DAY: Final = "Which day?"
TIME: Final = "At what time?"
TIME_WRONG: Final = "Please write a time such as 14:30."
TIME_GONE: Final = "This time has gone by."
TIME_LEFT_OUT: Final = "At this time the clocks are put forward: it does not exist. Please choose another."
SET: Final = "Set this time"
BOOKED: Final = "The time is set. Everybody is told."
CHANGED_MEANWHILE: Final = "The meeting has changed meanwhile. This is how it stands now."


WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def labelled_time(when: str) -> str:
    return f"It was to be on {when}."


def slot(day: str, can_come: int, perhaps: int, unknown: int, invited: int) -> str:
    """A time, with who can come of those invited. Nothing is known of people whose calendars cannot be read."""
    known = invited - unknown
    said = [f"{can_come} of {known} can come" if known else "nobody's calendar can be read"]
    if perhaps:
        said.append(f"{perhaps} perhaps")
    if unknown and known:
        said.append(f"{unknown} not known")
    return f"{day}: {', '.join(said)}"


TROUBLE: Final[Mapping[str, str]] = {
    meeting_words.NO_MAILBOX: "Your hub has no mailbox, so no invitations go out. Please set up the call yourselves.",
    meeting_words.NO_TIMES: "No time was found in these days. Set one yourself, or call this off and try other days.",
    meeting_words.NO_LINK: (
        "The meeting is in the calendars, but without a link to Teams: the hub's mailbox has no licence for it. "
        "Please set up the call yourselves."
    ),
    meeting_words.NOT_OPEN: (
        "The hub's mailbox cannot be opened, so nothing goes into calendars for now. "
        "Please tell whoever looks after the bot, and tell people the time yourselves."
    ),
    meeting_words.REFUSED: "Outlook did not take this. Please tell people the time yourselves.",
    meeting_words.WAITING: "Outlook cannot be reached for now. I keep trying; you can set a time meanwhile.",
}

# --- the meeting as it stands ----------------------------------------------------------------------------------------

STATE: Final[Mapping[MeetingState, str]] = {
    MeetingState.LOOKING: "Looking for times",
    MeetingState.OFFERED: "Waiting for you to choose a time",
    MeetingState.BOOKED: "Arranged",
    MeetingState.HELD: "Held",
    MeetingState.CANCELLED: "Called off",
}
# As somebody reads it who has not arranged it.
STATE_FOR_OTHERS: Final = {**STATE, MeetingState.OFFERED: "A time is being chosen"}
WHEN: Final = "When"
STANDS: Final = "State"
HOW_LONG_FACT: Final = "How long"
INVITED: Final = "Invited"
WHY: Final = "Why"
BY: Final = "Arranged by"
JOIN: Final = "Join the call"
OPEN_CASE: Final = "Open the case"
OPEN: Final = "Open the meeting"
MOVE: Final = "Move it"
CALL_OFF: Final = "Call it off"
NO_LINK_YET: Final = "The link to the call will be here in a moment."


def reference_title(reference: str) -> str:
    return f"Case meeting about {reference}"


def summary(reference: str, when: str) -> str:
    """What a notification says: no one is named."""
    return (
        BETWEEN.join((f"Case meeting about {reference}", when)) if when else f"Case meeting about {reference}"
    )


def button(day: str) -> str:
    return f"Meeting on {day}" if day else "Meeting (no time yet)"


NOT_FOR_YOU: Final = "This case is not open to you any more. The hub's coordinator can help you."
CALLED_OFF: Final = "This meeting is called off."
WAS_HELD: Final = "This meeting was held. Thank you."
CASE_ENDED: Final = "The case has ended."
FOR_FEW: Final = "This meeting is for those alone who are invited."

# --- the agenda ------------------------------------------------------------------------------------------------------

AGENDA: Final = "What is on"
OBJECTIVE: Final = "Objective"
ANSWERS: Final = "Partners' answers"
TRIANGLE: Final = "Why it happens"
OPEN_TASKS: Final = "Tasks"
OBJECTIVE_COMPLETE: Final = "complete"
TRIANGLE_COMPLETE: Final = "all three sides are answered"
NOBODY_ASKED: Final = "nobody was asked"
NO_TASKS: Final = "none yet"


def objective(answered: int, of: int) -> str:
    return f"{answered} of {of} answered"


def answers(replied: int, asked: int) -> str:
    return f"{replied} of {asked} have answered"


def sides_missing(sides: str) -> str:
    return f"still to be answered: {sides}"


def tasks(still_open: int, overdue: int) -> str:
    late = f", {overdue} overdue" if overdue else ""
    return f"{still_open} open{late}"


# --- at the meeting --------------------------------------------------------------------------------------------------

ATTENDANCE: Final = "Who came?"
ATTENDANCE_SAVED: Final = "It is written down who came."
ATTENDED: Final[Mapping[Attendance, str]] = {
    Attendance.CAME: "Came",
    Attendance.APOLOGIES: "Sent apologies",
    Attendance.ABSENT: "Was missing",
}
NOT_NOTED: Final = "Not noted yet"
NOTE: Final = "Add a note"
NOTE_TEXT: Final = "What was said?"
NOTE_EXAMPLE: Final = "Example: the wardens see the gate open on Fridays; the shop closes it on other days"
NOTE_SAVED: Final = "The note is in the analysis."
DECIDE: Final = "Add a decision"
DECIDE_TITLE: Final = "What is to be done?"
DECIDE_WHY: Final = "It becomes a task at once, and somebody of the agency gets a card about it."
END: Final = "The meeting is over"
ENDED: Final = "The meeting is written down, and its clock has stopped."
CAME_MISSING: Final = "Please note who came first."
STARTS_LATER: Final = (
    "From an hour before it begins you can write down here who came, what was said and what is decided."
)
SAVE: Final = "Save"


def decided(told: str) -> str:
    return f"The decision is a task now. {told}"


# --- moving and calling off ------------------------------------------------------------------------------------------

MOVE_TITLE: Final = "Move the meeting"
MOVED: Final = "The meeting is moved. Everybody is told, and the calendar follows."
CANCEL_TITLE: Final = "Call the meeting off"
CANCELLED: Final = "The meeting is called off. Everybody is told, and the calendar follows."
REASON: Final = "Why?"
REASON_EXAMPLE: Final = "Example: the housing officer is in court that morning"
REASON_MISSING: Final = "Please say why. Those invited will read it."

NEXT_ARRANGE: Final = "The partners should meet about this case, and no meeting is arranged."
NEXT_NOW: Final = "The case meeting is now: note who comes, what is said and what is decided."

# --- what goes into calendars: the reference, and nothing that tells of anybody ---------------------------------------


def invitation(reference: str, hub: str) -> str:
    return (
        f"Case meeting about {reference}, {hub} Local Focus Hub.\n\n"
        "What is on the agenda is in Teams, in your chat with the Local Focus Hub. Please write nothing about the case here: "
        "invitations are read in many places."
    )


def cancellation(reference: str) -> str:
    return f"The case meeting about {reference} is called off. More is in Teams."
