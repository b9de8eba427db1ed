"""What people type: well, carelessly or not at all. Every free text holds a mark of its own, by which it is found again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Protocol, TypeVar

from sandbox.teams.cards import Button, Input
from tests.contract.bot.presses.content import MARK

T = TypeVar("T")
Typed = dict[str, Any]
SHORTEST_TEXT: Final = 12  # where less can be typed, a count is asked for


class Chooser(Protocol):
    """Decides what somebody does: by chance, or always the first."""

    def __call__(self, options: Sequence[T]) -> T: ...


def the_first(options: Sequence[T]) -> T:
    return options[0]


@dataclass
class Pen:
    """Writes. `authors` knows whose hand each mark is from; `references` are what can be written of other cases."""

    choose: Chooser
    authors: dict[str, int] = field(default_factory=dict)
    today: date = date.min
    references: tuple[str, ...] = ()
    hand: int = 0  # whose hand holds it now

    def mark(self) -> str:
        mark = f"zq{len(self.authors) + 1:05d}x"
        self.authors[mark] = self.hand
        return mark

    # --- a whole form ----------------------------------------------------------------------------------------------

    def well(self, button: Button) -> Typed:
        """Everything filled in that is empty, as it should be."""
        empty = [each for each in button.inputs.values() if not each.element.get("value")]
        return {each.id: self.right(each) for each in empty}

    def anew(self, button: Button) -> Typed:
        """Everything written over."""
        return {each.id: self.right(each) for each in button.inputs.values()}

    def carelessly(self, button: Button) -> Typed:
        """Some things left as they are, some emptied, some written anew, some wrongly."""
        ways: Mapping[str, Callable[[Input], Any] | None] = {
            "left": None,
            "right": self.right,
            "wrong": self.wrong,
            "emptied": lambda _: "",
        }
        chosen = [(each, ways[self.choose(tuple(ways))]) for each in button.inputs.values()]
        return {each.id: write(each) for each, write in chosen if write}

    # --- one input -------------------------------------------------------------------------------------------------

    def right(self, asked: Input) -> Any:
        match asked.element["type"]:
            case "Input.ChoiceSet":
                return self._chosen(asked)
            case _ if asked.id in _SPECIAL:
                return _SPECIAL[asked.id](self)
            case "Input.Date":
                return self._day_to_come()
            case "Input.Time":
                return self.choose(("10:00", "23:45"))
            case _:
                return self.text(asked)

    def wrong(self, asked: Input) -> Any:
        match asked.element["type"]:
            case "Input.ChoiceSet":
                return "no such choice"
            case "Input.Date":
                return self.choose(("not a day", "1066-10-14"))
            case "Input.Time":
                return self.choose(("noon", "25:00", "01:30"))
            case _:
                most = asked.element.get("maxLength")
                too_long = (most + 40, 20_000) if most else ()
                ways = (
                    lambda: f"{self.mark()} \x07 rang the bell",
                    lambda: f"{self.mark()} half a character \ud83d",
                    *((lambda length=length: self._long(length)) for length in too_long),
                )
                return self.choose(ways)()

    def text(self, asked: Input) -> str:
        """As people write, and as people do who try things out."""
        most = min(asked.element.get("maxLength", 200), 4000)
        if most < SHORTEST_TEXT:
            return self.choose(("3", "0", "a few"))
        lines = asked.element.get("isMultiline")
        ways = (
            lambda: f"{self.mark()} They shout in the yard.",
            lambda: f"{self.mark()} **bold** <at>all</at> {{{{DATE(2026)}}}} \\ [x](y) 'quoted' & more",
            lambda: f"{self.mark()} Ünïcödé 🦔 \N{RIGHT-TO-LEFT OVERRIDE}desrever",
            lambda: self._long(most),
            *((lambda: f"- {self.mark()} first\n\n1. {self.mark()} second\r\n# third",) if lines else ()),
        )
        return self.choose(ways)()[:most]

    def _long(self, characters: int) -> str:
        text = f"{self.mark()} "
        return (text + "längere Wörter " * (characters // 14 + 1))[: characters - 1] + "."

    def _chosen(self, asked: Input) -> str:
        offered = [str(choice["value"]) for choice in asked.element["choices"]]
        if not asked.element.get("isMultiSelect"):
            return self.choose(offered)
        standing = [each for each in str(asked.element.get("value", "")).split(",") if each]
        return ",".join(dict.fromkeys([*standing, self.choose(offered)]))

    def _day_to_come(self) -> str:
        return (self.today + timedelta(days=self.choose((14, 60, 400)))).isoformat()

    def _day_gone(self) -> str:
        return (self.today - timedelta(days=self.choose((30, 3)))).isoformat()

    def _number(self) -> str:
        return self.choose(("14", "£1,200.50", "40 %", "nil"))

    def _count(self) -> str:
        return self.choose(("", "3", "nil"))

    def _where(self) -> str:
        """Few places, so that referrals look alike."""
        place = self.choose(("12 High Street, Workington CA14 1AB", "Harbour Car Park, Maryport CA15 8AB"))
        return f"{place} {self.mark()}"

    def _named(self, *names: str) -> str:
        return f"{self.choose(names)}, {self.mark()}"

    def _another_case(self) -> str:
        return self.choose((*self.references, "ALL-2026-9999", "the other one"))

    def looked_for(self) -> str:
        written = tuple(self.authors)[:40]
        return self.choose((*self.references, *written, "High Street", "noise", "Roe", "%", "_"))

    def _sources(self) -> str:
        return f"{self.mark()} police: 9 calls\n{self.mark()} landlord: 5 complaints"


# What came of a task, in numbers.
_COUNTED: Final = ("arrests", "injunctions", "visits", "warnings", "referrals_to_support")
_SPECIAL: Final[Mapping[str, Callable[[Pen], str]]] = {
    "where": Pen._where,
    "affected": lambda pen: pen._named("Jane Roe", "Olive Webb", "Ann Example"),
    "involved": lambda pen: pen._named("Joe Bloggs", "Sid Webb"),
    "sources": Pen._sources,
    "baseline": Pen._number,
    "target": Pen._number,
    "measure_value": Pen._number,
    **dict.fromkeys(_COUNTED, Pen._count),
    "target_date": Pen._day_to_come,
    "period_from": lambda pen: (pen.today - timedelta(days=40)).isoformat(),
    "period_to": Pen._day_gone,
    "measured_on": Pen._day_gone,
    "into": Pen._another_case,
    "other": Pen._another_case,
    "term": Pen.looked_for,
}


def marks_in(value: Any) -> list[str]:
    """Every mark in whatever a value holds."""
    if isinstance(value, str):
        return MARK.findall(value)
    if isinstance(value, Mapping):
        return [mark for part in value.values() for mark in marks_in(part)]
    if isinstance(value, list):
        return [mark for part in value for mark in marks_in(part)]
    return []
