"""The answers of the stages. Many people may write at once, and no text is ever lost.

A form says which answer it showed in each field. Who has seen all that is written there may replace it. A text by somebody
who has not is kept beside what stands, as an aside, and that person is shown both; an aside waits until somebody who has
seen it chooses.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

import sqlalchemy as sa

from osara_store import changing
from osara_store.case_file import Answer, CaseFile
from osara_store.changing import Held
from osara_store.directory import Actor, Hub
from osara_store.errors import Stale
from osara_store.policy import Action
from osara_store.schema import answers
from osara_store.stages import FIELD, Part
from osara_store.suggestions import suggestion

__all__ = ["Clash", "Saved", "choose", "earlier", "save", "suggestion"]


@dataclass(frozen=True)
class Clash:
    """What somebody typed without having seen all that was written in the field.

    `theirs` stands; `others` wait beside it, each by somebody else than whoever typed `mine`. Those not seen yet come first,
    so that a page too short for all of them leads on to the rest.
    """

    field: str
    mine: str
    theirs: Answer
    others: tuple[Answer, ...] = ()

    @property
    def seen(self) -> int:
        """The version to choose against, for a page that shows all of these."""
        return max(each.n for each in (self.theirs, *self.others))


@dataclass(frozen=True)
class Saved:
    """The file as it now is, the fields that got a new answer, and those where a choice has to be made."""

    file: CaseFile
    changed: tuple[str, ...]
    clashes: tuple[Clash, ...]


_ADD = sa.insert(answers)
_ACTION: Final[Mapping[Part, Action]] = {
    part: Action.WRITE_CLOSURE if part is Part.CLOSURE else Action.WRITE_STAGE for part in Part
}


def save(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    part: Part,
    cycle: int,
    typed: Mapping[str, str],
    versions: Mapping[str, int],
    now: datetime,
) -> Saved:
    """Take what came back in a form of one part.

    `versions` holds, for each field, the number of the newest answer that the form showed; 0 where there was none. What
    was left as shown changes nothing. A field that is not in `typed` was not on the form.

    Raises:
        Stale: the form is of another cycle; earlier cycles are for reading only.
        ValueError: a field is of another part.
    """
    if strangers := {name for name in typed if FIELD[name].part is not part}:
        raise ValueError(f"no fields of {part}: {sorted(strangers)}")
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=_ACTION[part], now=now)
    return _write(held, cycle, typed, versions, choosing=False)


def choose(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    cycle: int,
    chosen: Mapping[str, str],
    versions: Mapping[str, int],
    now: datetime,
) -> Saved:
    """Take what somebody settled on after a clash; `versions` are `Clash.seen` of the page that showed it to them.

    What waited beside the answer is settled with it, also where the choice is what stood already. If somebody wrote
    meanwhile, it is a clash again.

    Raises:
        Stale: the page is of another cycle.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.READ_CASE, now=now)
    for action in {_ACTION[FIELD[name].part] for name in chosen}:
        held.also_may(action)
    return _write(held, cycle, chosen, versions, choosing=True)


def earlier(file: CaseFile, cycle: int) -> Mapping[str, str]:
    """What stood in a cycle, by field; only what is not empty."""
    return {
        field: answer.text for (of, field), answer in file.standing.items() if of == cycle and answer.text
    }


def _write(
    held: Held, cycle: int, typed: Mapping[str, str], versions: Mapping[str, int], *, choosing: bool
) -> Saved:
    if cycle != held.case.cycle:
        raise Stale
    attempts = [
        _Attempt(held, _Sheet.of(held.file, field), field, text, versions.get(field, 0), choosing)
        for field, text in typed.items()
    ]
    clashes = tuple(attempt.clash for attempt in attempts if attempt.clash)
    rows = [row for attempt in attempts for row in attempt.rows()]
    if not rows:
        return Saved(held.file, (), clashes)
    held.tx.execute(_ADD, rows)
    changed = tuple(row["field"] for row in rows if row["standing"])
    beside = tuple(row["field"] for row in rows if not row["standing"])
    detail = {"cycle": cycle, "fields": changed, "beside": beside}
    return Saved(held.finish("case.answered", detail, receipts=False, channel=False), changed, clashes)


@dataclass(frozen=True)
class _Sheet:
    """All that was ever written in one field of the present cycle, oldest first."""

    rows: tuple[Answer, ...]

    @classmethod
    def of(cls, file: CaseFile, field: str) -> "_Sheet":
        here = (file.case.cycle, field)
        return cls(tuple(row for row in file.answers if (row.cycle, row.field) == here))

    @cached_property
    def standing(self) -> Answer | None:
        return next((row for row in reversed(self.rows) if row.standing), None)

    @property
    def text(self) -> str:
        return self.standing.text if self.standing else ""

    @cached_property
    def waiting(self) -> tuple[Answer, ...]:
        """The asides that nobody has chosen about."""
        newest = self.standing.n if self.standing else 0
        return tuple(row for row in self.rows if row.n > newest)


@dataclass(frozen=True)
class _Attempt:
    """One person's text for one field, against all that was written there before it."""

    held: Held
    sheet: _Sheet
    field: str
    text: str
    version: int
    choosing: bool

    @cached_property
    def clash(self) -> Clash | None:
        standing = self.sheet.standing
        if standing is None or self._is_idle or not self._unseen:
            return None
        others = (row for row in self.sheet.waiting if not self._is_own(row))
        unseen_first = sorted(others, key=lambda row: row.n <= self._seen)
        return Clash(self.field, self.text, standing, tuple(unseen_first))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The row to add, if any: the new answer, or an aside where it clashes."""
        if self._is_idle or (self.clash and self._is_there):
            return
        yield self.held.signed(
            cycle=self.held.case.cycle,
            field=self.field,
            n=len(self.sheet.rows) + 1,
            standing=self.clash is None,
            text=self.text,
        )

    @cached_property
    def _shown(self) -> Answer | None:
        """What the form showed. A number that no answer has counts as having seen nothing."""
        return next((row for row in self.sheet.rows if row.n == self.version), None)

    @property
    def _seen(self) -> int:
        return self._shown.n if self._shown else 0

    @property
    def _unseen(self) -> bool:
        """Whether something counts that the person has not seen.

        They know an aside of their own. An answer of their own may have been written on another device, while this one
        still showed what was there before.
        """
        asides = (row for row in self.sheet.waiting if not self._is_own(row))
        return any(row.n > self._seen for row in (self.sheet.standing, *asides) if row)

    @property
    def _is_idle(self) -> bool:
        """Whether there is nothing in it to keep and nothing to choose about."""
        stands = self.text == self.sheet.text
        if self.choosing:
            return stands and not self.sheet.waiting
        return stands or self._is_untouched

    @property
    def _is_untouched(self) -> bool:
        if self._shown:
            return self.text == self._shown.text
        # A suggestion that nobody touched is an answer only while there is none.
        suggested = suggestion(self.held.file, self.field) if self.sheet.standing else ""
        return self.text in {"", suggested}

    @property
    def _is_there(self) -> bool:
        """Whether the text that clashes is kept already: it stands, or an impatient press brought it before."""
        since = (row for row in self.sheet.rows if row.n > self._seen and self._is_own(row))
        return self.text == self.sheet.text or any(row.text == self.text for row in since)

    def _is_own(self, row: Answer) -> bool:
        return row.by.is_by(self.held.actor)
