"""What came back in the forms of asking and answering: the checked answers, or everything as typed with each fault."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from cards import inputs, texts_asking
from cards.case_view import Typed
from cards.inputs import Read
from osara_store.schema import Reply

MOST_REASON: Final = 1000
MOST_NOTE: Final = 1000

Given = Mapping[str, object]


@dataclass(frozen=True)
class Asked:
    agencies: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Answered:
    reply: Reply
    note: str


def read_ask(given: Given, offered: Collection[str]) -> Asked | Typed:
    """`offered` are the agencies that may be asked; one that may be no longer is left out."""
    said = given.get("agencies")
    chosen = [name for name in said.split(",") if name in offered] if isinstance(said, str) else []
    reason = inputs.text(given.get("reason"), MOST_REASON)
    errors = {
        "agencies": "" if chosen else texts_asking.ASK_CHOOSE,
        "reason": _needed(reason, texts_asking.ASK_REASON_MISSING),
    }
    if any(errors.values()):
        return _typed({"agencies": ",".join(chosen), "reason": reason.value}, errors)
    return Asked(tuple(chosen), reason.value)


def read_answer(given: Given) -> Answered | Typed:
    reply = inputs.choice(given.get("reply"), [str(each) for each in Reply])
    note = inputs.text(given.get("note"), MOST_NOTE)
    errors = {"reply": _needed(reply, texts_asking.ANSWER_MISSING), "note": note.fault}
    if any(errors.values()):
        return _typed({"reply": reply.value, "note": note.value}, errors)
    return Answered(Reply(reply.value), note.value)


def read_call(given: Given) -> str | Typed:
    """The note on a call."""
    note = inputs.text(given.get("note"), MOST_NOTE)
    return _typed({"note": note.value}, {"note": note.fault}) if note.fault else note.value


def _needed(read: Read, missing: str) -> str:
    return read.fault or ("" if read.value else missing)


def _typed(values: Mapping[str, str], errors: Mapping[str, str]) -> Typed:
    return Typed(values, {name: fault for name, fault in errors.items() if fault})
