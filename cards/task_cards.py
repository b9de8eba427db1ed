"""The tasks of a case: who does what until when, and how it went."""

from collections.abc import Mapping
from typing import Any

from cards import case_fields, case_pieces, dates, parts, texts, texts_case, texts_tasking, verbs, words
from cards.case_forms import (
    MOST_DIGITS,
    MOST_LINE,
    MOST_NAME,
    MOST_WHY,
    NO_POWER,
    powers_on_offer,
)
from cards.case_view import CaseView, Typed, top
from cards.elements import Column, ColumnSet, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store import tasks as store
from osara_store.case_file import Task
from osara_store.policy import Action
from osara_store.schema import TaskState
from osara_store.tasks import NUMBERS, NewTask


def may_record(view: CaseView, task: Task) -> bool:
    """Those who work the case may say how any task went, and an agency how its own did."""
    if task.state is TaskState.MOVED:
        return False
    is_own = task.agency_id == view.actor.agency.id
    return Action.RECORD_TASK in view.can or (is_own and Action.RECORD_OWN_TASK in view.can)


def is_overdue(view: CaseView, task: Task) -> bool:
    return not task.is_settled and task.due_on < view.today


def in_order(view: CaseView) -> list[Task]:
    """What is still to be done first, soonest first; then the rest, newest first."""
    to_do = [task for task in view.file.tasks if not task.is_settled]
    rest = [task for task in view.file.tasks if task.is_settled]
    return [*sorted(to_do, key=lambda task: (task.due_on, task.n)), *reversed(rest)]


# --- one of them -----------------------------------------------------------------------------------------------------


def told(view: CaseView, task: Task) -> list[Strict]:
    """A task as it stands: what, who, until when, how, and what came of it."""
    title = texts_case.task_title(task.n)
    day = dates.day(task.due_on)
    found: list[Strict] = [parts.paragraph(f"**{title}:** {as_typed(task.intervention)}")]
    if is_overdue(view, task):
        found.append(case_pieces.alarm(texts_case.task_overdue(day)))
    stands = [_state(view, task), *who(view, task), texts_case.due_on(day)]
    found.append(parts.quiet(texts.BETWEEN.join(stands)))
    if ways := how(view, task):
        found.append(parts.quiet(texts.BETWEEN.join(ways)))
    found += [
        parts.paragraph(texts_case.labelled(label, as_typed(text)), "Small")
        for label, text in _texts(view, task).items()
        if text
    ]
    return found


def _texts(view: CaseView, task: Task) -> Mapping[str, str]:
    is_declined = task.state is TaskState.DECLINED
    numbers = (f"{texts_tasking.NUMBERS[kind]} {n}" for kind in NUMBERS if (n := task.numbers.get(kind)))
    return {
        texts_case.RATIONALE: task.rationale,
        texts_case.PROPORTIONALITY: task.proportionality,
        (texts_tasking.WHY_DECLINED if is_declined else texts_case.OUTCOME): task.outcome,
        texts_tasking.SUGGESTED: suggested(view, task),
        texts_tasking.NUMBERS_TITLE: ", ".join(numbers),
    }


def suggested(view: CaseView, task: Task) -> str:
    """Who should have it instead, as whoever declined it says; not escaped."""
    agency = view.agency(task.suggested_agency_id) if task.suggested_agency_id else ""
    return ", ".join(filter(None, (task.suggested_owner, agency)))


def _state(view: CaseView, task: Task) -> str:
    if task.state is not TaskState.OPEN:
        return words.TASK_STATE[task.state]
    if task.accepted_at is None:
        return texts_tasking.NOT_TAKEN_ON
    return texts_tasking.taken_on(dates.day(view.hub.today(task.accepted_at)))


def who(view: CaseView, task: Task) -> list[str]:
    return [as_typed(view.agency(task.agency_id)), as_typed(task.owner) or texts_case.NO_NAME]


def how(view: CaseView, task: Task) -> list[str]:
    """Side, term, power and where it came from, as far as they are known."""
    power = view.directory.power(task.power)
    return [
        *([words.SIDE[task.side]] if task.side in words.SIDE else []),
        *([texts_case.TERMS[task.term]] if task.term in texts_case.TERMS else []),
        *([as_typed(power.name if power else task.power)] if task.power else []),
        *([as_typed(texts_case.came_with(task.origin))] if task.origin else []),
    ]


# --- planning one ----------------------------------------------------------------------------------------------------


def task(view: CaseView, n: int | None = None, typed: Typed | None = None) -> CardJson:
    """The form for a new task; with a number, for changing one."""
    known = find(view, n)
    return case_fields.form(typed or _standing(known), lambda form: _form(view, known, form))


def find(view: CaseView, n: int | None) -> Task | None:
    return next((each for each in view.file.tasks if each.n == n), None)


def _standing(known: Task | None) -> Typed:
    return Typed({"power": NO_POWER}, {}) if known is None else typed_again(known)


def typed_again(planned: Task | NewTask) -> Typed:
    """A plan as it stands in the form."""
    names = ("intervention", "side", "agency_id", "owner", "term", "rationale", "proportionality")
    values = {name: str(getattr(planned, name)) for name in names}
    return Typed({**values, "due_on": planned.due_on.isoformat(), "power": planned.power or NO_POWER}, {})


def _form(view: CaseView, known: Task | None, typed: Typed) -> CardJson:
    t = texts_case
    body: list[Strict] = [
        *top(view, t.TASK_TITLE if known is None else t.CHANGE_TASK_TITLE),
        *case_fields.check_these(typed),
        *case_fields.text(
            typed,
            "intervention",
            t.TASK_INTERVENTION,
            most=MOST_LINE,
            example=t.TASK_INTERVENTION_EXAMPLE,
        ),
        *case_fields.choice(
            typed, "agency_id", t.TASK_AGENCY, agencies(view, known.agency_id if known else "")
        ),
        *case_fields.text(typed, "owner", t.TASK_OWNER, most=MOST_NAME),
        *case_fields.day(typed, "due_on", t.TASK_DUE),
        *case_fields.choice(typed, "side", t.TASK_SIDE, t.SIDES),
        *case_fields.choice(typed, "term", t.TASK_TERM, t.TERMS),
        *case_fields.choice(typed, "power", t.TASK_POWER, powers(view, known)),
        *reasons(typed),
    ]
    about: dict[str, Any] = {} if known is None else {"n": known.n, "version": known.version}
    save = view.button(t.SAVE, verbs.TASK_SAVE, main=True, **about)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.TASKS_OPEN)])


def reasons(typed: Typed) -> list[Strict]:
    """What a power asks for besides."""
    t = texts_case
    return [
        *case_fields.text(
            typed,
            "rationale",
            t.TASK_RATIONALE,
            most=MOST_WHY,
            lines=True,
            example=t.TASK_RATIONALE_EXAMPLE,
        ),
        *case_fields.text(
            typed,
            "proportionality",
            t.TASK_PROPORTIONALITY,
            most=MOST_WHY,
            lines=True,
            example=t.TASK_PROPORTIONALITY_EXAMPLE,
        ),
    ]


def agencies(view: CaseView, had: str = "") -> Mapping[str, str]:
    """Who can be given a task, by name, and who had it already."""
    found = store.agencies_on_offer(view.directory, view.hub, view.today, had)
    return {agency_id: view.agency(agency_id) for agency_id in sorted(found, key=view.agency)}


def powers(view: CaseView, known: Task | None = None) -> Mapping[str, str]:
    """None first, then what supports, then what enforces."""
    found = [
        (name, view.directory.power(name)) for name in powers_on_offer(view.directory, view.today, known)
    ]
    support = {name: power.name for name, power in found if power and power.kind == "supportive"}
    enforce = {
        name: texts_case.enforces(power.name) for name, power in found if power and name not in support
    }
    gone = {name: name for name, power in found if power is None}
    return {NO_POWER: texts_case.NO_POWER, **support, **enforce, **gone}


# --- how it went -----------------------------------------------------------------------------------------------------


def record(view: CaseView, task: Task, typed: Typed | None = None) -> CardJson:
    counted = Typed({kind: str(number) for kind, number in task.numbers.items()}, {})
    return case_fields.form(typed or counted, lambda form: _record(view, task, form))


def _record(view: CaseView, task: Task, typed: Typed) -> CardJson:
    t = texts_case
    body: list[Strict] = [
        *top(view, t.record_task(task.n)),
        parts.paragraph(as_typed(task.intervention), "Medium"),
        parts.quiet(texts.BETWEEN.join([*who(view, task), t.due_on(dates.day(task.due_on))])),
        *case_fields.check_these(typed),
        *case_fields.question(typed, "state", t.RECORD_STATE, t.STATES_TO_RECORD),
        *case_fields.text(
            typed, "outcome", t.RECORD_OUTCOME, most=MOST_WHY, lines=True, example=t.RECORD_EXAMPLE
        ),
        *_numbers(typed),
    ]
    save = view.button(t.SAVE, verbs.TASK_RECORD, main=True, n=task.n, version=task.version)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.TASKS_OPEN)])


def _numbers(typed: Typed) -> list[Strict]:
    """Two side by side, as on a phone they are short enough."""
    asked = [
        Column(items=case_fields.text(typed, kind, label, most=MOST_DIGITS), width="stretch")
        for kind, label in texts_tasking.NUMBERS.items()
    ]
    rows = [ColumnSet(columns=asked[n : n + 2], spacing="Medium") for n in range(0, len(asked), 2)]
    title = parts.small_heading(texts_tasking.NUMBERS_TITLE)
    return [title, parts.quiet(texts_tasking.NUMBERS_WHY), *rows]
