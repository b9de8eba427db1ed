"""A task is declined, put off, or given to somebody else; and the card of its own that stands in a person's chat."""

from collections.abc import Iterator, Mapping

from cards import (
    case_fields,
    dates,
    parts,
    task_cards,
    tasking_forms,
    texts,
    texts_case,
    texts_tasking,
    verbs,
    words,
)
from cards.case_forms import MOST_LINE, MOST_NAME, MOST_WHY
from cards.case_view import CaseView, Typed, top
from cards.elements import Action as Button
from cards.elements import Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.tasking_forms import NOBODY
from osara_store.case_file import Task
from osara_store.policy import Action
from osara_store.schema import TaskState
from osara_store.states import ENDED

# --- the forms -------------------------------------------------------------------------------------------------------


def decline(view: CaseView, task: Task, typed: Typed | None = None) -> CardJson:
    """Why not, and who could instead."""
    nobody = Typed({"suggested_agency_id": NOBODY}, {})
    return case_fields.form(typed or nobody, lambda form: _decline(view, task, form))


def _decline(view: CaseView, task: Task, typed: Typed) -> CardJson:
    t = texts_tasking
    others = {
        agency_id: name
        for agency_id, name in task_cards.agencies(view).items()
        if agency_id != task.agency_id
    }
    body = [
        *_about(view, task, t.decline(task.n), typed),
        *case_fields.text(
            typed, "reason", t.DECLINE_REASON, most=MOST_WHY, lines=True, example=t.DECLINE_EXAMPLE
        ),
        *case_fields.choice(typed, "suggested_agency_id", t.SUGGEST_AGENCY, {NOBODY: t.NOBODY, **others}),
        *case_fields.text(typed, "suggested_owner", t.SUGGEST_OWNER, most=MOST_NAME),
    ]
    return _with_save(view, task, body, verbs.TASK_DECLINE)


def extend(view: CaseView, task: Task, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or Typed.nothing(), lambda form: _extend(view, task, form))


def _extend(view: CaseView, task: Task, typed: Typed) -> CardJson:
    t = texts_tasking
    body = [
        *_about(view, task, t.extend(task.n), typed),
        *case_fields.day(typed, "due_on", t.EXTEND_DAY),
        *case_fields.text(typed, "reason", t.EXTEND_REASON, most=MOST_LINE, example=t.EXTEND_EXAMPLE),
    ]
    return _with_save(view, task, body, verbs.TASK_EXTEND)


def reassign(view: CaseView, task: Task, typed: Typed | None = None) -> CardJson:
    """It begins with whom the agency suggests that declined it."""
    suggested = Typed({"agency_id": task.suggested_agency_id, "owner": task.suggested_owner}, {})
    return case_fields.form(typed or suggested, lambda form: _reassign(view, task, form))


def _reassign(view: CaseView, task: Task, typed: Typed) -> CardJson:
    t = texts_tasking
    body = [
        *_about(view, task, t.reassign(task.n), typed),
        *case_fields.choice(typed, "agency_id", texts_case.TASK_AGENCY, task_cards.agencies(view)),
        *case_fields.text(typed, "owner", texts_case.TASK_OWNER, most=MOST_NAME),
        *case_fields.text(typed, "reason", t.REASSIGN_REASON, most=MOST_LINE, example=t.REASSIGN_EXAMPLE),
    ]
    return _with_save(view, task, body, verbs.TASK_REASSIGN)


def waited(view: CaseView, n: int | None, typed: Typed) -> CardJson:
    """The form that waited for the equality questions, as it was: a task's own, or that of giving one to others."""
    task = task_cards.find(view, n)
    if task is not None and tasking_forms.is_for_others(typed):
        return reassign(view, task, typed)
    return task_cards.task(view, n, typed)


def _about(view: CaseView, task: Task, title: str, typed: Typed) -> list[Strict]:
    return [*top(view, title), *task_cards.told(view, task), *case_fields.check_these(typed)]


def _with_save(view: CaseView, task: Task, body: list[Strict], verb: str) -> CardJson:
    save = view.button(texts_case.SAVE, verb, main=True, n=task.n, version=task.version)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.TASKS_OPEN)])


# --- the card in somebody's chat -------------------------------------------------------------------------------------


def message(view: CaseView, task: Task) -> CardJson:
    """The task for one person of the agency that has it. It is drawn anew when something changes, and says when it is over."""
    head: list[Strict] = [
        parts.heading(texts_tasking.card_title(view.agency(view.actor.agency.id))),
        parts.quiet(as_typed(texts.BETWEEN.join((view.case.reference, view.directory.marking)))),
    ]
    if over := _over(view, task):
        return parts.card([*head, parts.paragraph(over, "Medium")])
    if view.note:
        head.append(parts.notice(parts.paragraph(view.note), style="accent"))
    body = [*head, *_content(view, task), parts.paragraph(_stands(task), "Medium")]
    return parts.card(body, list(_buttons(view, task)))


def emptied(reference: str) -> CardJson:
    """What is left of such a card for whoever has handed the task over, or is not on the list of people any more."""
    return parts.card([parts.heading(reference), parts.paragraph(texts_tasking.SOMEBODY_ELSE, "Small")])


def is_theirs(view: CaseView, task: Task) -> bool:
    """Whether the person may be shown the task on a card of their own."""
    return not _over(view, task)


def _over(view: CaseView, task: Task) -> str:
    """Why the card shows nothing of the case any more, if so."""
    if view.case.state in ENDED:
        return texts_tasking.CASE_ENDED
    if Action.READ_CASE not in view.can:
        return texts_tasking.NOT_OPEN_TO_YOU
    if task.agency_id != view.actor.agency.id:
        return texts_tasking.SOMEBODY_ELSE
    return ""


def _content(view: CaseView, task: Task) -> list[Strict]:
    power = view.directory.power(task.power)
    facts: Mapping[str, str] = {
        texts_tasking.FACT_DUE: dates.day(task.due_on),
        texts_tasking.FACT_WHO: task.owner,
        texts_tasking.FACT_WHERE: view.case.where,
        texts_tasking.FACT_SIDE: words.SIDE.get(task.side, ""),
        texts_tasking.FACT_POWER: power.name if power else task.power,
    }
    why = [parts.paragraph(as_typed(task.rationale), "Small")] if task.rationale else []
    return [parts.paragraph(f"**{as_typed(task.intervention)}**", "Medium"), parts.facts(facts), *why]


def _stands(task: Task) -> str:
    if task.state is TaskState.DECLINED:
        return texts_tasking.CARD_DECLINED
    if task.is_settled:
        return f"**{words.TASK_STATE[task.state]}.** {texts_tasking.CARD_SETTLED}"
    return texts_tasking.TAKEN_ON if task.accepted_at else texts_tasking.PLEASE_ANSWER


def _buttons(view: CaseView, task: Task) -> Iterator[Button]:
    """Taking it on is one press; whatever asks something opens a dialog."""
    if task.state is TaskState.OPEN and task_cards.may_record(view, task):
        is_ours = task.accepted_at is not None
        if not is_ours:
            yield view.button(
                texts_tasking.ACCEPT, verbs.TASK_ACCEPT, main=True, n=task.n, version=task.version
            )
        yield _opener(view, task, texts_tasking.HOW_IT_WENT, verbs.TASK_RECORD_OPEN, main=is_ours)
        yield _opener(view, task, texts_tasking.MORE_TIME, verbs.TASK_EXTEND_OPEN)
        yield _opener(view, task, texts_tasking.DECLINE, verbs.TASK_DECLINE_OPEN)
    yield parts.case_opener(texts_tasking.OPEN_CASE, verbs.CASE_OPEN, case=view.case.reference)


def _opener(view: CaseView, task: Task, title: str, verb: str, *, main: bool = False) -> Button:
    case = view.case
    return parts.case_opener(title, verb, main=main, case=case.reference, seen=case.moves, n=task.n)
