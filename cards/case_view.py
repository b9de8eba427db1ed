"""What every card of a case is drawn from, and the pieces that all of them share."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cards import parts, texts, verbs, words
from cards.elements import Action as Button
from cards.elements import Strict
from cards.escape import as_typed
from cards.verbs import Surface
from osara_store.case_file import Case, CaseFile
from osara_store.directory import Actor, Directory, Hub
from osara_store.policy import Action
from osara_store.schema import CaseState


@dataclass(frozen=True)
class CaseView:
    """A case as one person sees it, at one moment.

    `can` is what the policy lets them do now: a card offers that and nothing else. `note` is a sentence for the top of the
    card: what was just done, or what had changed meanwhile. `now` is UTC; days are shown in the hub's zone.
    """

    directory: Directory
    hub: Hub
    file: CaseFile
    actor: Actor
    can: frozenset[Action]
    surface: Surface
    now: datetime
    note: str = ""

    @property
    def case(self) -> Case:
        return self.file.case

    @property
    def today(self) -> date:
        return self.hub.today(self.now)

    @property
    def category(self) -> str:
        category = self.directory.category(self.case.category)
        return category.name if category else self.case.category

    def agency(self, agency_id: str) -> str:
        """An agency's name; one that has left the configuration keeps its id."""
        agency = self.directory.agency(agency_id)
        return agency.name if agency else agency_id

    def button(self, title: str, verb: str, *, name: str = "", main: bool = False, **data: object) -> Button:
        """A button about this case. It carries how many moves the case had made, so that a stale card shows."""
        if self.case.state is CaseState.MERGED:
            data["as_written"] = True  # its reference leads to the case in which it goes on
        return parts.button(
            self.surface,
            title,
            verb,
            name=name,
            main=main,
            case=self.case.reference,
            seen=self.case.moves,
            **data,
        )

    def back(self) -> Button:
        """Back to the overview, from a card without inputs."""
        return self.button(texts.BACK, verbs.CASE_OPEN, name="back")


@dataclass(frozen=True)
class Typed:
    """What came back in a form, as typed, and what is wrong with it by field."""

    values: Mapping[str, str]
    errors: Mapping[str, str]

    @classmethod
    def nothing(cls) -> "Typed":
        return cls({}, {})


def top(view: CaseView, title: str) -> list[Strict]:
    """Title, reference with marking and state, and the note if there is one."""
    case = view.case
    about = texts.BETWEEN.join((case.reference, words.STATE[case.state], view.directory.marking))
    found: list[Strict] = [parts.heading(title), parts.quiet(as_typed(about))]
    if view.note:
        found.append(parts.notice(parts.paragraph(view.note), style="accent"))
    return found


def fault(typed: Typed, field: str) -> list[Any]:
    """The sentence under an input that was not right."""
    sentence = typed.errors.get(field)
    return [parts.fault(sentence)] if sentence else []
