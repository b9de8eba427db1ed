"""How complete a stage is, in figures that a person understands, and what it still cannot do without. No I/O.

A stage is counted in points, each one thing that a person sees and can do something about: an answer, a side of the
triangle, a rule about the actions. A point that is not there yet leaves a gap; a gap that is needed blocks the stage, the
others nudge.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from osara_store import equality
from osara_store.case_file import CaseFile, Task
from osara_store.schema import Stage, TaskState
from osara_store.stages import TRIANGLE, Field, Part, fields_of
from osara_store.states import GATES, Move

IsEnforcement = Callable[[str], bool]  # of a power, by its id


@dataclass(frozen=True)
class Completeness:
    """How many of the stage's points are answered; what is missing, by id; and what helps most now, if anything.

    An id is the name of a field, or one of `two_sources`, `victim_side`, `offender_side`, `location_side`, `no_actions`,
    `action_owner_and_date`, `two_agencies_or_reason`, `not_only_enforcement`, `equality` and `implementation`.
    """

    answered: int
    of: int
    missing: tuple[str, ...]
    next_best: str | None


@dataclass(frozen=True)
class _Gap:
    id: str
    needed: bool = True


_Point = Callable[[CaseFile, IsEnforcement], _Gap | None]

_LEAST_SOURCES: Final = 2
_COUNTED_WITH_ACTIONS: Final = frozenset({"one_agency_because"})

# What nudges, the most helpful first.
_WORTH: Final = (
    "different",
    "objective_kind",
    "baseline_period",
    "who_is_affected",
    "community_voice",
    "earlier_cases",
    "period_from",
    "period_to",
    "evidence_against",
    "evidence_for",
    "victim_guardian",
    "offender_handler",
    "location_manager",
    "why",
    "tried",
    "where",
    "when",
    "who",
    "what",
    "how",
    "displacement_risk",
    "plan",
    "same_period",
    "victim_view",
    "displacement",
    "worked",
    "measured_on",
    "costs",
)


def of(file: CaseFile, stage: Stage, is_enforcement: IsEnforcement) -> Completeness:
    """How complete a stage is in the present cycle."""
    points = _POINTS[stage]
    gaps = [gap for point in points if (gap := point(file, is_enforcement))]
    missing = tuple(dict.fromkeys(gap.id for gap in gaps if gap.needed))
    nudges = sorted((gap.id for gap in gaps if not gap.needed), key=_WORTH.index)
    return Completeness(len(points) - len(gaps), len(points), missing, next(iter((*missing, *nudges)), None))


def gate(file: CaseFile, move: Move, is_enforcement: IsEnforcement) -> tuple[str, ...]:
    """All that is missing before the case may make this move, by id; `risk` is a risk assessment."""
    stages = GATES.get(move, ())
    missing = tuple(each for stage in stages for each in of(file, stage, is_enforcement).missing)
    return ("risk", *missing) if move is Move.TRIAGE and not _was_assessed(file) else missing


def _was_assessed(file: CaseFile) -> bool:
    """An override says what somebody thinks of an assessment; it is none."""
    return any(risk.instrument != "override" for risk in file.risks)


def _answer(field: Field) -> _Point:
    gap = _Gap(field.name, field.required)
    return lambda file, _: None if file.answer(field.name).strip() else gap


def _two_sources(file: CaseFile, _: IsEnforcement) -> _Gap | None:
    lines = {line.strip() for line in file.answer("sources").splitlines()} - {""}
    return None if len(lines) >= _LEAST_SOURCES else _Gap("two_sources")


def _side(name: str) -> _Point:
    """A side needs what is known of it, or why it has none; it is whole with the one who could look after it."""
    side = TRIANGLE[name]

    def point(file: CaseFile, _: IsEnforcement) -> _Gap | None:
        if file.answer(side.not_applicable).strip():
            return None
        if not file.answer(side.features).strip():
            return _Gap(f"{name}_side")
        return None if file.answer(side.controller).strip() else _Gap(side.controller, needed=False)

    return point


def _actions(file: CaseFile) -> list[Task]:
    """What is to be done in this cycle."""
    given_up = (TaskState.CANCELLED, TaskState.MOVED)
    return [task for task in file.tasks if task.cycle == file.case.cycle and task.state not in given_up]


def _any_action(file: CaseFile, _: IsEnforcement) -> _Gap | None:
    return None if _actions(file) else _Gap("no_actions")


def _owner_and_date(file: CaseFile, _: IsEnforcement) -> _Gap | None:
    """What was declined has no owner. The date is always there: a task cannot be made without one."""
    owned = (task.owner.strip() and task.state is not TaskState.DECLINED for task in _actions(file))
    return None if all(owned) else _Gap("action_owner_and_date")


def _two_agencies(file: CaseFile, _: IsEnforcement) -> _Gap | None:
    agencies = {task.agency_id for task in _actions(file)}
    explained = file.answer("one_agency_because").strip()
    return None if len(agencies) > 1 or explained else _Gap("two_agencies_or_reason")


def _not_only_enforcement(file: CaseFile, is_enforcement: IsEnforcement) -> _Gap | None:
    other = (task for task in _actions(file) if not (task.power and is_enforcement(task.power)))
    return None if any(other) else _Gap("not_only_enforcement")


def _equality(file: CaseFile, is_enforcement: IsEnforcement) -> _Gap | None:
    """An action that enforces may have come with another case, or before its power was one that enforces."""
    enforces = any(task.power and is_enforcement(task.power) for task in _actions(file))
    return _Gap(equality.MISSING) if enforces and equality.unanswered(file) else None


def _of_actions(point: _Point) -> _Point:
    """Where there is no action, that is what is missing, whatever else could be said of one."""
    return lambda file, is_enforcement: _any_action(file, is_enforcement) or point(file, is_enforcement)


def _implementation(file: CaseFile, _: IsEnforcement) -> _Gap | None:
    """Of every action of this cycle it must be known whether it was done; one that was cancelled says why."""
    planned = [
        task for task in file.tasks if task.cycle == file.case.cycle and task.state is not TaskState.MOVED
    ]
    is_known = bool(planned) and all(task.is_settled for task in planned)
    return None if is_known else _Gap("implementation")


def _answers(part: Part) -> Iterator[_Point]:
    """The answers of a page. How sure one is counts with the answer itself."""
    for field in fields_of(part):
        if field.name == "sources":
            yield _two_sources
        elif not field.is_grade and field.name not in _COUNTED_WITH_ACTIONS:
            yield _answer(field)


_POINTS: Final[Mapping[Stage, tuple[_Point, ...]]] = {
    Stage.OBJECTIVE: tuple(_answers(Part.OBJECTIVE)),
    Stage.SCANNING: tuple(_answers(Part.SCANNING)),
    Stage.ANALYSIS: (*_answers(Part.PICTURE), *map(_side, TRIANGLE), *_answers(Part.HYPOTHESIS)),
    Stage.RESPONSE: (
        _any_action,
        _of_actions(_owner_and_date),
        _of_actions(_two_agencies),
        _of_actions(_not_only_enforcement),
        _of_actions(_equality),
        *_answers(Part.RESPONSE),
    ),
    Stage.ASSESSMENT: (_implementation, *_answers(Part.ASSESSMENT)),
}
