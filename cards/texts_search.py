"""What a person reads who searches for a case."""

from typing import Final

from cards.texts import number_of

TITLE: Final = "Find a case"
LABEL: Final = "Reference, place, kind of problem or name"
EXAMPLE: Final = "Example: ALL-2026-0012, Market Street, noise"
SEARCH: Final = "Search"
NOTHING: Final = "Nothing found. Try fewer words, or another spelling."
NO_MORE: Final = "There are no more."
RESTRICTED: Final = "Restricted"
ASK_THE_COORDINATOR: Final = "Some cases open only for named people. The hub's coordinator can tell you more."
TYPE_SOMETHING: Final = "Type a reference, a place, a kind of problem or a name."


def restricted(count: int) -> str:
    """How many matches are kept from whoever searches."""
    return f"{number_of(count, 'restricted match', 'restricted matches')}, ask the coordinator."
