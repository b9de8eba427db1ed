"""Where what is still missing is put right: a page of a stage, the tasks, or the risk; each with the button there."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from cards import texts_moves, texts_stages, verbs
from cards.case_view import CaseView
from cards.elements import Action
from osara_store.policy import Action as CaseAction
from osara_store.stages import Part


class Place(NamedTuple):
    """A card on which something can be put right, and what somebody must be allowed for that."""

    title: str
    verb: str
    needs: frozenset[CaseAction]
    about: tuple[tuple[str, str], ...] = ()

    def button(self, view: CaseView, *, title: str = "", name: str = "", main: bool = False) -> Action:
        there = name or ":".join((self.verb, *(value for _, value in self.about)))
        return view.button(title or self.title, self.verb, name=there, main=main, **dict(self.about))

    def is_open_to(self, view: CaseView) -> bool:
        return bool(self.needs & view.can)


RISK: Final = Place(
    texts_moves.TO_RISK, verbs.CASE_READ, frozenset({CaseAction.ASSESS_RISK}), (("section", "risk"),)
)
TASKS: Final = Place(
    texts_moves.TO_TASKS,
    verbs.TASKS_OPEN,
    frozenset({CaseAction.ADD_TASK, CaseAction.RECORD_TASK, CaseAction.RECORD_OWN_TASK}),
)


def page(part: Part) -> Place:
    name = texts_stages.PAGE[part]
    needs = CaseAction.WRITE_CLOSURE if part is Part.CLOSURE else CaseAction.WRITE_STAGE
    return Place(name[0].upper() + name[1:], verbs.STAGE_OPEN, frozenset({needs}), (("part", str(part)),))


# Ids of completeness and of the closing checklist that are no answers of a page.
_ELSEWHERE: Final[Mapping[str, tuple[Place, ...]]] = {
    "risk": (RISK,),
    "risk_reassessed": (RISK,),
    "tasks_closed": (TASKS,),
    "measure_reported": (page(Part.ASSESSMENT),),
    # One more agency is a task more; why one is enough stands on the page.
    "two_agencies_or_reason": (TASKS, page(Part.RESPONSE)),
}


def places_of(missing: str) -> tuple[Place, ...]:
    """Where it can be put right, the likeliest first; nowhere for what only somebody else can say."""
    if missing in _ELSEWHERE:
        return _ELSEWHERE[missing]
    if missing == "lead_agrees":
        return ()
    part = texts_stages.page_of(missing)
    return (page(part),) if part else (TASKS,)
