"""What one page of a stage shows at one moment: whose texts, in which version, and what must stand on a page of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

from cards import texts
from cards.case_view import CaseView
from cards.stage_forms import Written
from osara_store import answers
from osara_store.case_file import Answer
from osara_store.policy import Action
from osara_store.stages import FIELD, Field, Part, fields_of

# A text this short never has to give way to the others.
_SHORT: Final = 200
# How much of an earlier cycle's text is quoted, and how much where room is scarce.
_QUOTED: Final = 240
_QUOTED_AT_LEAST: Final = 80


@dataclass(frozen=True)
class StagePage:
    """`apart` are the fields whose texts are too long to stand here: they are shown in part, and open on their own.

    `carried` is a half-written task that waits for this page, and comes `along` with every button of it; with those that open
    a field on its own only where there is room. `quoted` is how many characters of an earlier cycle's text are shown;
    `is_cut` says that a text which was too long anyway could not be given back whole.
    """

    view: CaseView
    part: Part
    typed: Written
    apart: frozenset[str] = frozenset()
    quoted: int = _QUOTED
    is_cut: bool = False
    carried: Mapping[str, Any] = field(default_factory=dict)
    has_room: bool = True

    @property
    def along(self) -> dict[str, Any]:
        """What every button of the page takes along."""
        return {"carried": dict(self.carried)} if self.carried else {}

    @property
    def writes(self) -> bool:
        needed = Action.WRITE_CLOSURE if self.part is Part.CLOSURE else Action.WRITE_STAGE
        return needed in self.view.can

    @property
    def cycle(self) -> int:
        return self.view.case.cycle

    @property
    def fields(self) -> tuple[Field, ...]:
        return fields_of(self.part)

    @cached_property
    def faulty(self) -> tuple[str, ...]:
        """In the order of the form."""
        return tuple(field.name for field in self.fields if field.name in self.typed.errors)

    @cached_property
    def unsettled(self) -> tuple[str, ...]:
        """Where texts wait beside what stands."""
        return tuple(dict.fromkeys(each.field for each in self.view.file.asides if self._is_here(each.field)))

    @cached_property
    def earlier(self) -> Mapping[str, str]:
        """What stood in the cycle before, where it is not what stands now."""
        found = answers.earlier(self.view.file, self.cycle - 1)
        return {name: text for name, text in found.items() if text != self.view.file.answer(name)}

    def text(self, name: str) -> str:
        """What stands in an input: a faulty text as it came back, else what is answered, else what is suggested."""
        if name in self.typed.errors:
            return self.typed.values.get(name, "")
        standing = self._standing(name)
        return standing.text if standing else self._suggested(name)

    def is_suggested(self, name: str) -> bool:
        return name not in self.typed.errors and not self._standing(name) and bool(self._suggested(name))

    def version(self, name: str) -> int:
        """The answer that its reader has seen: who only corrects a fault has seen no newer one."""
        if name in self.typed.errors:
            return self.typed.versions.get(name, 0)
        standing = self._standing(name)
        return standing.n if standing else 0

    def smaller(self) -> "StagePage":
        """The same page with less on it; only a text that is too long to be kept is ever cut in its input."""
        if self.quoted > _QUOTED_AT_LEAST and self.earlier:
            return replace(self, quoted=_QUOTED_AT_LEAST)
        whole = [name for name in self._not_apart() if len(self.text(name)) > _SHORT]
        if whole:
            return replace(self, apart=self.apart | {max(whole, key=self._size)})
        if self.along and self.has_room:
            return replace(self, has_room=False)
        longest = max(self.faulty, key=self._size)
        text = self.typed.values[longest]
        values = {**self.typed.values, longest: text[: len(text) // 2]}
        return replace(self, typed=replace(self.typed, values=values), is_cut=True)

    def _not_apart(self) -> Iterator[str]:
        kept = {*self.apart, *self.faulty}
        return (field.name for field in self.fields if field.name not in kept)

    def _size(self, name: str) -> int:
        return len(self.text(name).encode())

    def _is_here(self, name: str) -> bool:
        return FIELD[name].part is self.part

    def _standing(self, name: str) -> Answer | None:
        return self.view.file.standing.get((self.cycle, name))

    def _suggested(self, name: str) -> str:
        suggested = answers.suggestion(self.view.file, name)
        return texts.CHOICES["frequency"].get(suggested, suggested) if name == "how_often" else suggested
