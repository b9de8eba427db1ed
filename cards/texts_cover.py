"""What a person reads about being away, standing in, and handing over."""

from collections.abc import Mapping
from typing import Final

from cards.texts import number_of
from osara_store import handing_over
from osara_store.lost_people import Why
from osara_store.owned import PieceKind

# --- being away ------------------------------------------------------------------------------------------------------

AWAY_TITLE: Final = "I am away"
AWAY_WHY: Final = (
    "While you are away, what is new goes to your deputy, and you get no daily digest. "
    "What you have stays yours: your deputy hears of it in their own digest."
)
AWAY_WHY_OTHER: Final = (
    "While somebody is away, what is new goes to their deputy, and they get no daily digest. "
    "What they have stays theirs: their deputy hears of it."
)
FIRST_DAY: Final = "First day away"
LAST_DAY: Final = "Last day away"
DEPUTY: Final = "Who stands in?"
NO_DEPUTY: Final = "Nobody (the hub's manager is told)"
NONE_POSSIBLE: Final = "Nobody else of the agency can stand in: only people of the same agency answer for it. The hub's manager is told."
NAME_EXAMPLE: Final = "First and last name, as in Teams"
SAVE_AWAY: Final = "Save"
BACK_TODAY: Final = "Back today"
TAKE_OUT: Final = "Take it out"
AWAY_ENDED: Final = "Saved. What is new comes here again."
FIRST_DAY_MISSING: Final = "Please give the first day."
LAST_DAY_WRONG: Final = (
    "Please give the last day: not before the first, not in the past, and at most a year after it."
)
DEPUTY_WRONG: Final = "Please choose somebody of the same agency, by their full name."


def or_nobody(question: str) -> str:
    return f"{question} Leave it empty for nobody."


def away_title(name: str) -> str:
    return f"{name} is away"


def away_saved(deputy: str) -> str:
    """The name comes escaped."""
    if deputy:
        return f"Saved. What is new goes to {deputy} meanwhile."
    return "Saved. Nobody stands in, so the hub's manager is told."


def from_to(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def stands_in(name: str) -> str:
    """The name comes escaped."""
    return f"{name} stands in" if name else "Nobody stands in"


# --- cover -----------------------------------------------------------------------------------------------------------

COVER_TITLE: Final = "Cover"
COVER_WHY: Final = (
    "People who are away, and people whom nothing reaches any more while something waits in their name."
)
COVER_NONE: Final = "Everybody in whose name something waits can be reached, and nobody is away."
COVER_NO_MORE: Final = "Nobody more."
FIND_LABEL: Final = "Somebody else: a name, or part of it"
FIND: Final = "Find"
FOUND_NOBODY: Final = "Nobody of this hub has that name."
HAND_OVER: Final = "Hand over"
ENTER_ABSENCE: Final = "Enter an absence"
CHANGE_ABSENCE: Final = "Change the absence"
REASONS: Final[Mapping[Why, str]] = {
    Why.LEFT: "Not on the hub's list of people any more",
    Why.UNREACHABLE: "Has removed the app, has left the team, or Teams does not let us write",
    Why.NEVER_MET: "Has never used the app, so nothing reaches them",
    Why.AWAY: "Is away, and nobody stands in",
}


def waiting(count: int) -> str:
    return f"{number_of(count, 'thing waits', 'things wait')} in their name" if count else "Nothing waits"


def going_on(name: str, moved: int) -> str:
    """The name comes escaped."""
    return f"Is being handed over to {name}: {number_of(moved, 'thing', 'things')} so far"


def handed_over(name: str, moved: int, day: str) -> str:
    """The name comes escaped."""
    return f"Handed over to {name} on {day}: {number_of(moved, 'thing', 'things')}"


STOPPED: Final[Mapping[str, str]] = {
    handing_over.HUB_GONE: "The hand-over stopped: the hub is not in the configuration any more.",
    handing_over.GIVER_MAY_NOT: "The hand-over stopped: whoever began it does not manage this hub any more. Begin it anew.",
    handing_over.SUCCESSOR_MAY_NOT: (
        "The hand-over stopped: whoever takes over may not be shown the hub's cases any more. Choose somebody else."
    ),
}

# --- handing over ----------------------------------------------------------------------------------------------------

HANDOVER_WHY: Final = (
    "Everything goes at once, and each thing has its line in the audit trail. "
    "Questions stay with the agency that was asked: only its people answer for it."
)
NOTHING_TO_MOVE: Final = "Nothing waits in their name that you can see."
SUCCESSOR: Final = "Who takes over?"
SUCCESSOR_MISSING: Final = "Please choose who takes over."
NOBODY_POSSIBLE: Final = "There is nobody in this hub who may take over."
WITH_LISTS: Final = "May they open the restricted cases on whose list this person is?"
LISTS: Final[Mapping[str, str]] = {
    "no": "No: what is in those cases stays where it is",
    "yes": "Yes: they take this person's place on the lists that you are on",
}
TO_COVER: Final = "Back to Cover"
PIECES: Final[Mapping[PieceKind, tuple[str, str]]] = {
    PieceKind.TASK: ("open task", "open tasks"),
    PieceKind.REQUEST: ("question to answer", "questions to answer"),
    PieceKind.SIGNPOST: ("organisation to ask how it went", "organisations to ask how it went"),
    PieceKind.MEETING: ("meeting to come", "meetings to come"),
    PieceKind.REVIEW: ("monthly review", "monthly reviews"),
    PieceKind.ACCESS: ("restricted case to open", "restricted cases to open"),
}


def handover_title(name: str) -> str:
    return f"Hand over from {name}"


def begun(name: str) -> str:
    """The name comes escaped."""
    return f"It goes to {name} now. That takes a moment; you need not wait."


def piece(kind: PieceKind, count: int) -> str:
    return number_of(count, *PIECES[kind])
