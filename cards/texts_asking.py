"""What a person reads when the hub asks its partners: the form, the card of who is asked, and the answers."""

from collections.abc import Mapping, Sequence
from typing import Final

from cards.texts import BETWEEN, number_of
from osara_store.requests import IN_WORDS, Tally
from osara_store.schema import Reply

# --- asking ----------------------------------------------------------------------------------------------------------

ASK: Final = "Ask the partners"
ASK_MORE: Final = "Ask more partners"
ASK_WHY: Final = (
    "A named person of each agency gets a card with the place and the people, so that they can look them up. "
    "They answer in one tap."
)
ASK_WHOM: Final = "Whom do you ask?"
ASK_REASON: Final = "Why do they need to know?"
ASK_EXAMPLE: Final = "Example: to see who else knows the address before we visit"
ASK_NOW: Final = "Send"
ASK_NOBODY_LEFT: Final = "There is nobody left to ask: every agency that may be asked has been."
ASK_CHOOSE: Final = "Please choose at least one agency that is on the list."
ASK_REASON_MISSING: Final = "Please say why they need to know. They will read it."
ASK_RISK_FIRST: Final = "Please check the risk first: it sets by when they should answer."
ASKED: Final = "They have been asked."


def candidate(agency: str, people: int) -> str:
    """One agency of the form, with who will see what."""
    return f"{agency} ({number_of(people, 'person', 'people')} can read the case)"


def seen_by(agencies: int, people: int) -> str:
    """Whom those that are chosen already stand for."""
    return (
        f"Chosen already: {number_of(agencies, 'agency', 'agencies')} of the kinds that often know something, with "
        f"{number_of(people, 'person', 'people')} who can read the case."
    )


def still_silent(agencies: str) -> str:
    """The agencies come escaped."""
    return f"Asked, and not answered yet: {agencies}."


# --- the card of who is asked ----------------------------------------------------------------------------------------

QUESTION: Final = "What do you know about this?"
ABOUT: Final = "Who it is about"
WHY: Final = "Why they ask"
BY_WHEN: Final = "Answer by"
PROBLEM: Final = "Problem"
WHERE: Final = "Where"
NOBODY_NAMED: Final = "Nobody is named in the case yet."
WHO_SEES: Final = (
    "Your answer is seen by the partners who may read the case. Anybody of your agency may answer."
)
OPEN: Final = "Open the case"
CHANGE: Final = "Change my answer"
SAY_MORE: Final = "Say more"
GOES_ON: Final = (
    "This case was merged into another, in which the hub goes on. You find there what is still asked of you."
)
HANDED_ON: Final = "Another hub has taken this case over, and asks anew what it needs to know. Nothing more is asked of you here, thank you."
HAS_ENDED: Final = "This case has ended. Nothing more is asked of you, thank you."
NOT_FOR_YOU: Final = "This case is not open to you any more. The hub's coordinator can help you."
REPLIES: Final[Mapping[Reply, str]] = IN_WORDS  # as the file keeps them


def asked_by(name: str, agency: str, own: str) -> str:
    """All three come escaped."""
    return f"{name} ({agency}) asks **{own}**. Please look it up in your records, and press one button."


def more_people(count: int) -> str:
    return f"and {count} more: open the case to see them"


def person(role: str, description: str) -> str:
    """The description comes escaped."""
    return f"**{role}:** {description}"


def answered(reply: str, name: str, day: str) -> str:
    """The name comes escaped; it is empty once the case was erased."""
    return f"**{reply}**, {name}, {day}" if name else f"**{reply}**, {day}"


def request_summary(reference: str) -> str:
    """What the notification says; a reference names no one."""
    return f"{reference}: what do you know about this?"


# --- the call in the channel -----------------------------------------------------------------------------------------


ASKED_IN_CHANNEL: Final = "the hub asks what you know."
TASK_IN_CHANNEL: Final = "there is something for you to do."


def called(mentions: Sequence[str], agency: str) -> str:
    """Who is called in the channel: these by name, or else somebody of the agency, which comes escaped."""
    names = " or ".join(mentions) if mentions else "Somebody"
    return f"{names} of **{agency}**"


def call(who: str, reference: str, why: str) -> str:
    return f"{who}, please open {reference}: {why}"


# --- the card of whoever asked ---------------------------------------------------------------------------------------

CALL_BACK_TITLE: Final = "Please call back"
PART_TITLE: Final = "A partner can help"
CHANGED_TITLE: Final = "No call is needed"
I_HAVE_CALLED: Final = "I have called"
CALL_NOTE: Final = "What did they say? (optional; it goes into the file)"
CALL_EXAMPLE: Final = "Example: they know the family well and come to the meeting"
CALL_IS_WRITTEN_DOWN: Final = "Thank you: the call is in the file."
CALLED_BY_OTHERS: Final = (
    "This call has been seen to already. What you wrote is **not in the file**: you can add it as a note."
)
NOT_CALLED_YET: Final = "Nobody has called back yet"


def wants_a_call(name: str, agency: str, day: str) -> str:
    """Name and agency come escaped."""
    return f"{name} of **{agency}** answered on {day}: **please call me**."


def has_a_part(name: str, agency: str, day: str) -> str:
    """Name and agency come escaped."""
    return f"{name} of **{agency}** answered on {day}: **we have a part to play**."


def answered_otherwise(name: str, agency: str, day: str) -> str:
    """For one that wanted a call, or to play a part, before. Name and agency come escaped."""
    return f"{name} of **{agency}** changed the answer on {day}. The case has it."


def called_back(name: str, day: str) -> str:
    """The name comes escaped; it is empty once the case was erased."""
    return ", ".join(filter(None, ("**Called back**", name, day)))


def seen(name: str, day: str) -> str:
    """Somebody has opened the case on it; as above."""
    return ", ".join(filter(None, ("**Seen**", name, day)))


def call_back_summary(reference: str, reply: str) -> str:
    """What the notification says; it names no one."""
    wants = {Reply.CALL: "a partner asks to be called", Reply.PART: "a partner can help"}
    return f"{reference}: {wants.get(Reply(reply), 'an answer was changed')}"


# --- answering in the case -------------------------------------------------------------------------------------------

ANSWER_TITLE: Final = "Answer for your agency"
ANSWER: Final = "Answer"
ANSWER_REPLY: Final = "What do you know?"
ANSWER_NOTE: Final = "What should the hub know? (optional)"
ANSWER_EXAMPLE: Final = "Example: two visits since March; the tenant asks for help with the door"
ANSWER_SEEN: Final = "The partners who may read the case will see it, with your name and agency."
ANSWER_MISSING: Final = "Please choose an answer."
ANSWERED: Final = "Thank you: your answer is in the file."


def next_request(asker: str, day: str) -> str:
    """Both come escaped."""
    return f"{asker} asks what your agency knows about this. Please answer by {day}."


def next_late_request(asker: str, day: str) -> str:
    """Both come escaped."""
    return f"{asker} asks what your agency knows about this. An answer was due on {day}; a tap is enough."


# --- the tally -------------------------------------------------------------------------------------------------------

TALLY_TITLE: Final = "The partners' answers"
NOT_ASKED: Final = "Nobody has been asked yet."
SILENT: Final = "No answer yet"
CHANGED_BY: Final = "answered by"


def reminded_on(day: str) -> str:
    return f"Reminded on {day}"


def tally_button(tally: Tally) -> str:
    return f"Answers ({tally.replied} of {tally.asked})"


def counted(tally: Tally) -> str:
    return f"**{tally.replied} of {tally.asked}** partners have answered."


def replies(tally: Tally) -> str:
    """Only what there is."""
    found = {
        Reply.NOTHING: tally.nothing,
        Reply.SOMETHING: tally.something,
        Reply.PART: tally.part,
        Reply.CALL: tally.call,
    }
    return BETWEEN.join(f"{REPLIES[reply]}: {count}" for reply, count in found.items() if count)


def silent(tally: Tally) -> str:
    late = f", {tally.overdue} of them late" if tally.overdue else ""
    return f"{tally.silent} silent{late}"


def late_since(day: str) -> str:
    return f"{SILENT}, late since {day}"


def due_by(day: str) -> str:
    return f"{SILENT}, due by {day}"


# --- a refusal, told to the manager ----------------------------------------------------------------------------------

REFUSAL_TITLE: Final = "An agency was refused"
REFUSAL_ONCE: Final = "You are told once a day and agency."
REFUSAL_DO: Final = (
    "When the agreement is signed, put it into the hubs file: from that day its people see cases."
)
_UNSIGNED: Final = "it has not signed the sharing agreement"


def refused(agency: str, hub: str, expired: str) -> str:
    """Both come escaped; `expired` is the day on which the agreement ran out, empty where there is none."""
    why = f"its sharing agreement ran out on {expired}" if expired else _UNSIGNED
    return f"Somebody of **{agency}** wanted to see cases of the {hub} hub and was refused, because {why}."


def refused_until(agency: str, hub: str, signed: str) -> str:
    """An agreement that does not hold yet; both come escaped."""
    return f"Somebody of **{agency}** wanted to see cases of the {hub} hub and was refused: its agreement holds from {signed}."


def refusal_summary(hub: str) -> str:
    return f"{hub} hub: an agency was refused"
