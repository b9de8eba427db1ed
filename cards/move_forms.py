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
_REFERENCE: Final = re.compile(r"[A-Z]{2,5}-\d{4}-\d{4,}")


def read_move(given: Given, move: Move, hubs: Collection[str]) -> Typed:
    """The reason, the case to merge into and the hub to transfer to, as far as the move asks for them."""
    read: dict[str, Read] = {}
    if move is Move.MERGE:
        read["into"] = _reference(given.get("into"))
    if move is Move.TRANSFER:
        read["to_hub"] = _chosen(given.get("to_hub"), hubs, texts_moves.CHOOSE_HUB)
    if TRANSITIONS[move].needs_reason:
        read["reason"] = _reason(given)
    return _typed(read)


def read_relation(given: Given) -> Typed:
    return _typed({"other": _reference(given.get("other")), "reason": _reason(given)})


def read_reason(given: Given) -> Typed:
    return _typed({"reason": _reason(given)})


def read_lead(given: Given, agencies: Collection[str]) -> Typed:
    return _typed({"agency": _chosen(given.get("agency"), agencies, texts_moves.LEAD_CHOOSE)})


def read_access(given: Given, offered: Collection[str]) -> Typed:
    """The chosen people, those no longer on offer left out."""
    people = given.get("people")
    named = people.split(",") if isinstance(people, str) else []
    chosen = ",".join(each for each in dict.fromkeys(named) if each in offered)
    fault = "" if chosen else texts_moves.ACCESS_NOBODY
    return _typed({"people": Read(chosen, fault), "reason": _reason(given)})


def read_retention(given: Given, on: date) -> Typed:
    """A decision about a case's keeping; kept until a day after this one."""
    decision = _chosen(given.get("decision"), ("keep", "erase"), texts_moves.RETENTION_CHOOSE)
    until = inputs.day(given.get("until"))
    if decision.value == "keep" and not until.fault and until.value <= on.isoformat():
        until = Read(until.value, texts_moves.RETENTION_LATER)
    return _typed({"decision": decision, "until": until, "reason": _reason(given)})


def day_of(typed: Typed, name: str) -> date:
    """A day that was read without a fault."""
    return date.fromisoformat(typed.values[name])


def read_term(given: Given) -> str:
    """What is searched for."""
    return inputs.line(given.get("term"), MOST_TERM).value[:MOST_TERM]


MOST_TERM: Final = 100


def _reason(given: Given) -> Read:
    read = inputs.text(given.get("reason"), MOST_REASON)
    return Read("", texts_moves.REASON_MISSING) if not read.value else read


def _reference(given: object) -> Read:
    read = inputs.line(given, MOST_REFERENCE)
    written = read.value.upper().replace(" ", "")
    if read.fault or not _REFERENCE.fullmatch(written):
        return Read(read.value, read.fault or texts_moves.NOT_A_REFERENCE)
    return Read(written)


def _chosen(given: object, offered: Collection[str], otherwise: str) -> Read:
    value = given if isinstance(given, str) else ""
    return Read(value) if value in offered else Read("", otherwise)


def _typed(read: Mapping[str, Read]) -> Typed:
    return Typed(
        {name: each.value for name, each in read.items()},
        {name: each.fault for name, each in read.items() if each.fault},
    )
