"""What a page shows of the other stages: the aim beside the result, and the actions beside the plan."""

from typing import Final

from cards import comparing, dates, parts, texts_stages, words
from cards.case_view import CaseView
from cards.elements import Strict
from cards.escape import as_typed
from osara_store.case_file import Task
from osara_store.schema import TaskState
from osara_store.stages import Part

_MOST_ACTIONS: Final = 10
_SHOWN_OF_ACTION: Final = 100


def context(view: CaseView, part: Part) -> list[Strict]:
    match part:
        case Part.RESPONSE:
            return _actions(view)
        case Part.ASSESSMENT:
            return [*_aim(view), *_actions(view)]
        case Part.CLOSURE:
            return _aim(view)
        case _:
            return []


def _aim(view: CaseView) -> list[Strict]:
    """What was to change, and how far it has."""
    said = view.file.answer
    rows = {
        texts_stages.LABELS["measure"]: said("measure"),
        texts_stages.LABELS["baseline"]: _with(said("baseline"), said("baseline_period")),
        texts_stages.LABELS["target"]: _with(
            said("target"), texts_stages.said("target_date", said("target_date"))
        ),
    }
    if not any(rows.values()):
        return []
    result = comparing.result(view.file)
    compared = [parts.paragraph(f"**{result}**", "Small")] if result else []
    return [parts.small_heading(texts_stages.AIM_TITLE), parts.facts(rows), *compared]


def _with(number: str, detail: str) -> str:
    return f"{number} ({detail})" if number and detail else number


def _actions(view: CaseView) -> list[Strict]:
    """The actions of this cycle, one a line."""
    actions = [
        task
        for task in view.file.tasks
        if task.cycle == view.case.cycle and task.state is not TaskState.MOVED
    ]
    lines = [parts.paragraph(_line(view, task), "Small") for task in actions[:_MOST_ACTIONS]]
    if len(actions) > _MOST_ACTIONS:
        lines.append(parts.quiet(texts_stages.more_actions(len(actions) - _MOST_ACTIONS), "Small"))
    none = [parts.quiet(texts_stages.NO_ACTIONS, "Small")]
    return [parts.small_heading(texts_stages.ACTIONS_TITLE), *(lines or none)]


def _line(view: CaseView, task: Task) -> str:
    return texts_stages.action_line(
        as_typed(texts_stages.cut(" ".join(task.intervention.split()), _SHOWN_OF_ACTION)),
        as_typed(view.agency(task.agency_id)),
        dates.day(task.due_on),
        words.TASK_STATE[task.state],
    )
