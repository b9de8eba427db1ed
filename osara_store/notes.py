"""What anybody of the hub writes into a case file."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import changing
from osara_store.case_file import CaseFile, Entry
from osara_store.contributing import enter, welcome
from osara_store.directory import Actor, Hub
from osara_store.errors import Incomplete
from osara_store.policy import Action
from osara_store.repeats import just_now
from osara_store.schema import Stage
from osara_store.stages import GRADES

_KIND: Final = "note"


def write(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    stage: Stage,
    text: str,
    grade: str,
    now: datetime,
) -> CaseFile:
    """Add a note to a stage; whoever writes one is a contributor from then on, with a receipt of the case.

    The grade says how sure the note is; empty where nobody said. The same note again within minutes is only a repeat.

    Raises:
        Incomplete: the note is empty.
        ValueError: there is no such grade.
    """
    if grade not in {"", *GRADES}:
        raise ValueError(f"there is no grade {grade!r}")
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.WRITE_NOTE, now=now)
    if not text.strip():
        raise Incomplete(("text",))
    same = (entry for entry in held.file.entries if _says(entry, stage, text, grade))
    if any(just_now(entry, actor, now) for entry in same):
        return held.file
    n = enter(held, stage, _KIND, text, grade)
    welcome(held)
    return held.finish("case.noted", {"entry": n, "stage": stage}, receipts=False, channel=False)


def _says(entry: Entry, stage: Stage, text: str, grade: str) -> bool:
    return (entry.kind, entry.stage, entry.text, entry.grade) == (_KIND, stage, text, grade)
