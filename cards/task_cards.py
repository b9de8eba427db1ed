"""The tasks of a case: who does what until when, and how it went."""

from collections.abc import Mapping
from typing import Any

from cards import case_fields, case_pieces, dates, parts, texts, texts_case, verbs, words
from cards.case_forms import (
    MOST_LINE,
    MOST_NAME,
    MOST_WHY,
    NO_POWER,
    agencies_on_offer,
    powers_on_offer,
)
from cards.case_view import CaseView, Typed, top
from cards.elements import Action as Button
from cards.elements import Strict
from cards.escape import as_typed
from cards.pages import on_pages, turning
from cards.parts import CardJson
from osara_store.case_file import Task
from osara_store.directory import Agency
from osara_store.policy import Action
from osara_store.schema import TaskState
from osara_store.tasks import NewTask


def may_record(view: CaseView, task: Task) -> bool:
    """Those who work the case may say how any task went, and an agency how its own did."""
    if task.state is TaskState.MOVED:
        return False
    is_own = task.agency_id == view.actor.agency.id
    return Action.RECORD_TASK in view.can or (is_own and Action.RECORD_OWN_TASK in view.can)


def is_overdue(view: CaseView, task: Task) -> bool:
    return task.state is TaskState.OPEN and task.due_on < view.today


def in_order(view: CaseView) -> list[Task]:
    """What is still to be done first, soonest first; then the rest, newest first."""
    to_do = [task for task in view.file.tasks if task.state is TaskState.OPEN]
    rest = [task for task in view.file.tasks if task.state is not TaskState.OPEN]
    return [*sorted(to_do, key=lambda task: (task.due_on, task.n)), *reversed(rest)]


# --- the list --------------------------------------------------------------------------------------------------------


def tasks(view: CaseView, page: int = 0) -> CardJson:
    head = top(view, texts_case.TASKS_TITLE)
    if not view.file.tasks:
        head.append(parts.paragraph(texts_case.NO_TASKS, "Medium"))
    add = view.button(texts_case.ADD_TASK, verbs.TASK_OPEN, name="add", main=True)
    ways_on = [*([add] if Action.ADD_TASK in view.can else []), case_pieces.to_case(view)]
    return on_pages(
        head,
        [_line(view, task) for task in in_order(view)],
        page,
        lambda number, more: [*ways_on, *turning(view, verbs.TASKS_OPEN, number, more=more)],
    )


def _line(view: CaseView, task: Task) -> Strict:
    found = _buttons(view, task)
    return case_pieces.block(*told(view, task), *([case_pieces.buttons(*found)] if found else []))


def told(view: CaseView, task: Task) -> list[Strict]:
    """A task as it stands: what, who, until when, how, and what came of it."""
    title = texts_case.task_title(task.n)
    day = dates.day(task.due_on)
    found: list[Strict] = [parts.paragraph(f"**{title}:** {as_typed(task.intervention)}")]
    if is_overdue(view, task):
        found.append(case_pieces.alarm(texts_case.task_overdue(day)))
    who = texts.BETWEEN.join([words.TASK_STATE[task.state], *_who(view, task), texts_case.due_on(day)])
    found.append(parts.quiet(who))
    if how := _how(view, task):
        found.append(parts.quiet(texts.BETWEEN.join(how)))
    reasons = {texts_case.RATIONALE: task.rationale, texts_case.PROPORTIONALITY: task.proportionality}
    found += [
        parts.paragraph(texts_case.labelled(label, as_typed(reason)), "Small")
        for label, reason in {**reasons, texts_case.OUTCOME: task.outcome}.items()
        if reason
    ]
    return found


def _who(view: CaseView, task: Task) -> list[str]:
    return [as_typed(view.agency(task.agency_id)), as_typed(task.owner) or texts_case.NO_NAME]


def _how(view: CaseView, task: Task) -> list[str]:
    """Side, term, power and where it came from, as far as they are known."""
    power = view.directory.power(task.power)
    return [
        *([words.SIDE[task.side]] if task.side in words.SIDE else []),
        *([texts_case.TERMS[task.term]] if task.term in texts_case.TERMS else []),
        *([as_typed(power.name if power else task.power)] if task.power else []),
        *([as_typed(texts_case.came_with(task.origin))] if task.origin else []),
    ]


def _buttons(view: CaseView, task: Task) -> list[Button]:
    """Each with the task's number, because every line has the same ones."""
    found = []
    if may_record(view, task):
        record = view.button(
            texts_case.record_task(task.n), verbs.TASK_RECORD_OPEN, name=f"record-{task.n}", n=task.n
        )
        found.append(record)
    if Action.ADD_TASK in view.can and task.state is TaskState.OPEN:
        change = view.button(
            texts_case.change_task(task.n), verbs.TASK_OPEN, name=f"change-{task.n}", n=task.n
        )
        found.append(change)
    return found


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
        *case_fields.choice(typed, "agency_id", t.TASK_AGENCY, _agencies(view, known)),
        *case_fields.text(typed, "owner", t.TASK_OWNER, most=MOST_NAME),
        *case_fields.day(typed, "due_on", t.TASK_DUE),
        *case_fields.choice(typed, "side", t.TASK_SIDE, t.SIDES),
        *case_fields.choice(typed, "term", t.TASK_TERM, t.TERMS),
        *case_fields.choice(typed, "power", t.TASK_POWER, _powers(view, known)),
        *_why(typed),
    ]
    about: dict[str, Any] = {} if known is None else {"n": known.n, "version": known.version}
    save = view.button(t.SAVE, verbs.TASK_SAVE, main=True, **about)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.TASKS_OPEN)])


def _why(typed: Typed) -> list[Strict]:
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


def _agencies(view: CaseView, known: Task | None) -> Mapping[str, str]:
    """By name, those outside last: they get no case data, so somebody has to tell them."""
    found = [
        (agency_id, view.directory.agency(agency_id)) for agency_id in agencies_on_offer(view.hub, known)
    ]
    found.sort(key=lambda each: (_is_outside(each[1]), view.agency(each[0])))
    return {agency_id: _agency(view, agency_id, agency) for agency_id, agency in found}


def _agency(view: CaseView, agency_id: str, agency: Agency | None) -> str:
    name = view.agency(agency_id)
    return texts_case.outside(name) if _is_outside(agency) else name


def _is_outside(agency: Agency | None) -> bool:
    return agency is not None and agency.outside


def _powers(view: CaseView, known: Task | None) -> Mapping[str, str]:
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
    return case_fields.form(typed or Typed.nothing(), lambda form: _record(view, task, form))


def _record(view: CaseView, task: Task, typed: Typed) -> CardJson:
    t = texts_case
    body: list[Strict] = [
        *top(view, t.record_task(task.n)),
        parts.paragraph(as_typed(task.intervention), "Medium"),
        parts.quiet(texts.BETWEEN.join([*_who(view, task), t.due_on(dates.day(task.due_on))])),
        *case_fields.check_these(typed),
        *case_fields.question(typed, "state", t.RECORD_STATE, t.STATES_TO_RECORD),
        *case_fields.text(
            typed, "outcome", t.RECORD_OUTCOME, most=MOST_WHY, lines=True, example=t.RECORD_EXAMPLE
        ),
    ]
    save = view.button(t.SAVE, verbs.TASK_RECORD, main=True, n=task.n, version=task.version)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.TASKS_OPEN)])
