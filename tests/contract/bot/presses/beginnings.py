"""Where an example begins: at a place on the walk of one case, in a database of its own."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from tests.contract.bot.presses.house import House
from tests.contract.bot.presses.judging import Judge
from tests.contract.bot.presses.walk import Walk, the_mildest
from tests.contract.bot.presses.writing import Pen

Authors = dict[str, int]


class Beginnings(Protocol):
    def open(self, name: str) -> tuple[House, Authors]:
        """A house with a case that has come so far, and whose hand each text in it is from."""
        ...


@dataclass(frozen=True)
class _Kept:
    file: Path
    moment: datetime
    authors: Authors


@dataclass(frozen=True)
class OnSqlite:
    """Walked once; each example gets a copy of the file as it was there. `done` counts what the walk pressed and which moves it made."""

    home: Path
    kept: Mapping[str, _Kept]
    done: Counter[str]
    _numbers: "count[int]"

    @classmethod
    def walked(cls, empty: Path, home: Path) -> "OnSqlite":
        walking = home / "walking.db"
        shutil.copy(empty, walking)
        house, pen, kept = House.open(f"sqlite:///{walking}"), Pen(the_mildest), {}
        judge = Judge(house, pen.authors)
        for name in Walk(judge, pen):
            file = home / f"{name}.db"
            _back_up(walking, file)
            kept[name] = _Kept(file, house.clock.moment, dict(pen.authors))
        house.close()
        return cls(home, kept, judge.done, count(1))

    def open(self, name: str) -> tuple[House, Authors]:
        kept, file = self.kept[name], self.home / f"example {next(self._numbers)}.db"
        shutil.copy(kept.file, file)
        return House.open(f"sqlite:///{file}", kept.moment), dict(kept.authors)


def _back_up(source: Path, target: Path) -> None:
    """A copy of the file alone would lack what its journal still holds."""
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close()
    new.close()
