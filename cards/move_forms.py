"""What came back from the forms that move, manage or keep a case: tidied, with a sentence for each fault."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from cards import inputs, texts_moves
from cards.case_view import Typed
from cards.inputs import Read
from cards.move_cards import MOST_REASON, MOST_REFERENCE
from osara_store.states import TRANSITIONS, Move

Given = Mapping[str, object]

MOST_TERM: Final = 100
_REFERENCE: Final = re.compile(r"([A-Z]{2,5})-?(\d{4})-(\d{1,9})", re.ASCII)
# What people and their keyboards write for the hyphens.
_HYPHENS: Final = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212/_", "-"))


def read_move(given: Given, move: Move, hubs: Collection[str]) -> Typed:
    """The reason, the case to merge into and the hub to transfer to, as far as the move asks for them."""
    read: dict[str, Read] = {}
    if move is Move.MERGE:
        read["into"] = _reference(given.get("into"))
    if move is Move.TRANSFER:
        read["to_hub"] = _chosen(given.get("to_hub"), hubs, texts_moves.CHOOSE_HUB)
    if TRANSITIONS[move].needs_reason:
        read["reason"] = _reason(given, texts_moves.reason_missing(move))
    return _typed(read)


def read_relation(given: Given) -> Typed:
    return _typed({"other": _reference(given.get("other")), "reason": _reason(given)})


def read_reason(given: Given) -> Typed:
    return _typed({"reason": _reason(given)})


def read_lead(given: Given, agencies: Collection[str]) -> Typed:
    return _typed({"agency": _chosen(given.get("agency"), agencies, texts_moves.LEAD_CHOOSE)})


def read_access(given: Given, offered: Collection[str]) -> Typed:
    """The chosen people, those no longer on offer left out."""
    chosen = _people(given, offered)
    fault = "" if chosen else texts_moves.ACCESS_NOBODY
    return _typed({"people": Read(chosen, fault), "reason": _reason(given), "who": _who(given)})


def read_looking_up(given: Given, offered: Collection[str]) -> Typed | None:
    """What stood in the form from which somebody was looked up; None where it is opened for the first time."""
    if given.get("looking_up") is not True:
        return None
    reason = inputs.text(given.get("reason"), MOST_REASON)
    return Typed({"people": _people(given, offered), "reason": reason.value, "who": _who(given).value}, {})


def read_retention(given: Given, on: date) -> Typed:
    """A decision about a case's keeping; kept until a day after this one."""
    decision = _chosen(given.get("decision"), ("keep", "erase"), texts_moves.RETENTION_CHOOSE)
    until = inputs.day(given.get("until"))
    if decision.value == "erase":
        until = Read(until.value)
    elif decision.value == "keep" and not until.fault and until.value <= on.isoformat():
        until = Read(until.value, texts_moves.RETENTION_LATER)
    return _typed({"decision": decision, "until": until, "reason": _reason(given)})


def day_of(typed: Typed, name: str) -> date:
    """A day that was read without a fault."""
    return date.fromisoformat(typed.values[name])


def read_term(given: Given) -> str:
    """What is searched for."""
    return inputs.line(given.get("term"), MOST_TERM).value[:MOST_TERM]


# --- pieces ----------------------------------------------------------------------------------------------------------


def _reason(given: Given, missing: str = texts_moves.REASON_MISSING) -> Read:
    read = inputs.text(given.get("reason"), MOST_REASON)
    return read if read.value or read.fault else Read("", missing)


def _reference(given: object) -> Read:
    """Such as ALL-2026-0003, however the hyphens, the letters and the zeros were written."""
    read = inputs.line(given, MOST_REFERENCE)
    found = _REFERENCE.fullmatch("".join(read.value.upper().translate(_HYPHENS).split()))
    if read.fault or found is None:
        return Read(read.value, read.fault or texts_moves.NOT_A_REFERENCE)
    hub, year, number = found.groups()
    return Read(f"{hub}-{year}-{number:0>4}")


def _chosen(given: object, offered: Collection[str], otherwise: str) -> Read:
    value = given if isinstance(given, str) else ""
    return Read(value) if value in offered else Read("", otherwise)


def _people(given: Given, offered: Collection[str]) -> str:
    people = given.get("people")
    named = people.split(",") if isinstance(people, str) else []
    return ",".join(each for each in dict.fromkeys(named) if each in offered)


def _who(given: Given) -> Read:
    """What people are looked up by is never at fault: too long, it finds nobody."""
    return Read(inputs.line(given.get("who"), MOST_TERM).value[:MOST_TERM])


def _typed(read: Mapping[str, Read]) -> Typed:
    return Typed(
        {name: each.value for name, each in read.items()},
        {name: each.fault for name, each in read.items() if each.fault},
    )
