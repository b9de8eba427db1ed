"""What a person reads where two people wrote at once, and has to choose which text stands."""

from collections.abc import Sequence
from typing import Final

from cards import texts_stages

TITLE: Final = "Two people wrote at once"
WHY: Final = "Nothing is lost: all of these texts are kept. Please choose what should stand from now on."
MORE_LATER: Final = "There are more to choose about. They come after this page."
YOURS: Final = "Your text"
USE_YOURS: Final = "Use mine"
USE_OWN: Final = "Use the text below"
CHOOSE: Final = "Save the choice"
CHOOSE_LATER: Final = "Choose later"
CHOOSE_NOW: Final = "Choose now"
EMPTIED: Final = "(emptied)"
PLEASE_CHOOSE: Final = "Please choose one of these."
PLEASE_WRITE: Final = "Please write the text that should stand, or choose another answer above."


def waiting(fields: Sequence[str]) -> str:
    """Told on a page where texts wait beside what stands."""
    return f"**Two people wrote at once** about {texts_stages.named(fields)}. Both texts are kept until somebody chooses."


def which(field: str) -> str:
    return f"Which answer should stand for {texts_stages.NAMES[field]}?"


def own(field: str) -> str:
    return f"A new text for {texts_stages.NAMES[field]} (used if you choose it above)"


# The names in these come escaped.


def by(name: str, moment: str) -> str:
    return f"{name}, {moment}"


def keep_theirs(name: str) -> str:
    return f"Keep what {name} wrote"


def use_theirs(name: str) -> str:
    return f"Use what {name} wrote"
