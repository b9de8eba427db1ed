"""What a good OSARA record holds, stage by stage: which answers there are, and which of them a stage cannot do without.

The words in which they are asked are in `cards`; what is asked for is here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Final, NamedTuple

from osara_store.schema import Stage


class Sort(StrEnum):
    """What kind of answer a field takes. Every answer is kept as text."""

    TEXT = "text"  # several lines
    SHORT = "short"  # one line
    LIST = "list"  # one thing a line
    CHOICE = "choice"
    NUMBER = "number"  # as a person writes it, "12" or "12.5"
    DAY = "day"  # YYYY-MM-DD


class Grade(StrEnum):
    """How sure a statement is: the law asks that police data tell facts from opinions."""

    FACT = "fact"
    ASSESSMENT = "assessment"
    INTELLIGENCE = "intelligence"


class Part(StrEnum):
    """One page of a stage's form."""

    OBJECTIVE = "objective"
    SCANNING = "scanning"
    PICTURE = "picture"
    TRIANGLE = "triangle"
    HYPOTHESIS = "hypothesis"
    RESPONSE = "response"
    EQUALITY = "equality"
    ASSESSMENT = "assessment"
    CLOSURE = "closure"


@dataclass(frozen=True)
class Field:
    """One answer. `required` blocks the stage until it is there; the rest nudges."""

    name: str
    part: Part
    sort: Sort = Sort.TEXT
    required: bool = False
    most: int = 1500
    choices: tuple[str, ...] = ()

    @property
    def stage(self) -> Stage:
        return STAGE_OF[self.part]

    @property
    def is_grade(self) -> bool:
        """Whether this only says how sure another answer is: the one named like it, without `_grade`."""
        return self.choices == GRADES


class Side(NamedTuple):
    """One side of the triangle: its fields for what is known, for who could look after it, and for why it has none."""

    features: str
    controller: str
    not_applicable: str


STAGE_OF: Final[Mapping[Part, Stage]] = MappingProxyType(
    {
        Part.OBJECTIVE: Stage.OBJECTIVE,
        Part.SCANNING: Stage.SCANNING,
        Part.PICTURE: Stage.ANALYSIS,
        Part.TRIANGLE: Stage.ANALYSIS,
        Part.HYPOTHESIS: Stage.ANALYSIS,
        Part.RESPONSE: Stage.RESPONSE,
        Part.EQUALITY: Stage.RESPONSE,
        Part.ASSESSMENT: Stage.ASSESSMENT,
        Part.CLOSURE: Stage.ASSESSMENT,
    }
)

GRADES: Final = tuple(str(grade) for grade in Grade)
_SHORT: Final = 200


def _text(name: str, part: Part, *, required: bool = False) -> Field:
    return Field(name, part, required=required)


def _short(name: str, part: Part, *, required: bool = False) -> Field:
    return Field(name, part, Sort.SHORT, required, _SHORT)


def _number(name: str, part: Part, *, required: bool = False) -> Field:
    return Field(name, part, Sort.NUMBER, required, 20)


def _day(name: str, part: Part, *, required: bool = False) -> Field:
    return Field(name, part, Sort.DAY, required, 10)


def _choice(name: str, part: Part, *choices: str, required: bool = False) -> Field:
    return Field(name, part, Sort.CHOICE, required, 60, choices)


def _grade(of: str, part: Part) -> Field:
    return _choice(f"{of}_grade", part, *GRADES)


_O, _S, _P, _T, _H = Part.OBJECTIVE, Part.SCANNING, Part.PICTURE, Part.TRIANGLE, Part.HYPOTHESIS
_R, _E, _A, _C = Part.RESPONSE, Part.EQUALITY, Part.ASSESSMENT, Part.CLOSURE

FIELDS: Final[tuple[Field, ...]] = (
    _text("different", _O),
    _choice("objective_kind", _O, "eliminate", "reduce", "less_serious", "handle_better", "hand_over"),
    _short("measure", _O, required=True),
    _number("baseline", _O, required=True),
    _short("baseline_period", _O),
    _number("target", _O, required=True),
    _day("target_date", _O, required=True),
    _text("statement", _S, required=True),
    _grade("statement", _S),
    Field("sources", _S, Sort.LIST, required=True),
    _short("how_often", _S, required=True),
    _day("period_from", _S),
    _day("period_to", _S),
    _text("who_is_affected", _S),
    _choice("repeat_check", _S, "none_found", "repeat_victim", "repeat_place", "repeat_person", required=True),
    _text("earlier_cases", _S),
    _text("community_voice", _S),
    _text("who", _P),
    _text("what", _P),
    _text("where", _P),
    _text("when", _P),
    _text("why", _P),
    _text("how", _P),
    _text("tried", _P),
    _text("victim_features", _T),
    _text("victim_guardian", _T),
    _text("offender_features", _T),
    _text("offender_handler", _T),
    _text("location_features", _T),
    _text("location_manager", _T),
    _short("victim_not_applicable", _T),
    _short("offender_not_applicable", _T),
    _short("location_not_applicable", _T),
    _text("hypothesis", _H, required=True),
    _grade("hypothesis", _H),
    _text("evidence_for", _H),
    _grade("evidence_for", _H),
    _text("evidence_against", _H),
    _grade("evidence_against", _H),
    _text("plan", _R),
    _text("one_agency_because", _R),
    _text("displacement_risk", _R),
    _text("equality_characteristic", _E, required=True),
    _text("equality_link", _E, required=True),
    _text("less_drastic_tried", _E, required=True),
    _text("equality_proportionate", _E, required=True),
    _short("equality_decided_by", _E, required=True),
    _number("measure_value", _A, required=True),
    _day("measured_on", _A),
    _text("same_period", _A),
    _text("victim_view", _A),
    _text("displacement", _A),
    _text("costs", _A),
    _text("worked", _A),
    _choice(
        "decision", _A, "rerun_objective", "rerun_scanning", "rerun_analysis", "rerun_response", "propose_closure",
        required=True,
    ),
    _choice("complainant_contacted", _C, "yes", "could_not_reach", required=True),
    _text("complainant_note", _C),
    _choice("outcome", _C, "solved", "much_better", "a_little_better", "no_change", "worse", required=True),
    _text("closing_summary", _C, required=True),
)  # fmt: skip

FIELD: Final[Mapping[str, Field]] = MappingProxyType({field.name: field for field in FIELDS})

# The controller is the one who may be missing: a guardian, a handler, a manager.
TRIANGLE: Final[Mapping[str, Side]] = MappingProxyType(
    {
        "victim": Side("victim_features", "victim_guardian", "victim_not_applicable"),
        "offender": Side("offender_features", "offender_handler", "offender_not_applicable"),
        "location": Side("location_features", "location_manager", "location_not_applicable"),
    }
)


@cache
def fields_of(part: Part) -> tuple[Field, ...]:
    return tuple(field for field in FIELDS if field.part is part)


# Pages that belong to a stage and are asked for only when something depends on them: to enforce, and to close.
ON_OCCASION: Final = frozenset({Part.EQUALITY, Part.CLOSURE})


@cache
def parts_of(stage: Stage) -> tuple[Part, ...]:
    """The pages of a stage in their order, those that are always filled in."""
    return tuple(
        part for part, its_stage in STAGE_OF.items() if its_stage is stage and part not in ON_OCCASION
    )
