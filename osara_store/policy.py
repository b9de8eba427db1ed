"""May this person do this? The one place that answers, for every command, query and card."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from osara_store.directory import Actor, Hub


class Action(StrEnum):
    OPEN_HUB_CARD = "open_hub_card"
    REFER = "refer"
    JOIN = "join"
    SEE_OWN_CASES = "see_own_cases"


class Reason(StrEnum):
    """Keys of the texts that explain a ruling."""

    ALLOWED = "allowed"
    NOT_THIS_HUB = "not_this_hub"
    NO_AGREEMENT = "no_agreement"
    AGREEMENT_OUT_OF_DATE = "agreement_out_of_date"
    CASE_OF_ANOTHER_HUB = "case_of_another_hub"


@dataclass(frozen=True)
class Ruling:
    allowed: bool
    reason: str


class OfHub(Protocol):
    """As much of a case as the rules look at."""

    @property
    def hub_id(self) -> str: ...


@dataclass(frozen=True)
class _Question:
    actor: Actor
    hub: Hub
    case: OfHub | None
    on: date


_Rule = Callable[[_Question], Reason | None]


def _serves_the_hub(question: _Question) -> Reason | None:
    return None if question.actor.role_in(question.hub) else Reason.NOT_THIS_HUB


def _agreement_in_date(question: _Question) -> Reason | None:
    agency = question.actor.agency
    if agency.may_receive(question.on):
        return None
    return Reason.NO_AGREEMENT if agency.agreement is None else Reason.AGREEMENT_OUT_OF_DATE


def _case_is_of_the_hub(question: _Question) -> Reason | None:
    case = question.case
    return None if case is None or case.hub_id == question.hub.id else Reason.CASE_OF_ANOTHER_HUB


# Anybody who serves the hub may ask it for help and tell it of a matter; to be shown anything of a case, even that it is
# there to be joined, an agency needs a signed agreement that is in date.
_RULES: dict[Action, tuple[_Rule, ...]] = {
    Action.OPEN_HUB_CARD: (_serves_the_hub,),
    Action.REFER: (_serves_the_hub,),
    Action.JOIN: (_serves_the_hub, _agreement_in_date, _case_is_of_the_hub),
    Action.SEE_OWN_CASES: (_serves_the_hub, _agreement_in_date, _case_is_of_the_hub),
}


def may(actor: Actor, action: Action, hub: Hub, *, case: OfHub | None = None, on: date) -> Ruling:
    """Say whether the actor may do this in the hub (and to the case) on that day, and why not."""
    question = _Question(actor, hub, case, on)
    for rule in _RULES[action]:
        reason = rule(question)
        if reason is not None:
            return Ruling(allowed=False, reason=reason)
    return Ruling(allowed=True, reason=Reason.ALLOWED)
