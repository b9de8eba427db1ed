"""The pages of the stages: what is asked, how complete it is, what helps most now, and what good looks like."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cards import (
    case_fields,
    checks,
    parts,
    stage_fields,
    texts,
    texts_clash,
    texts_coaching,
    texts_stages,
    texts_tasking,
    verbs,
)
from cards.case_view import CaseView, top
from cards.clash_cards import clash, waiting
from cards.elements import Action as Button
from cards.elements import ActionSet, Card, ShowCardAction, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.stage_context import context
from cards.stage_forms import Written
from cards.stage_page import StagePage
from cards.texts_questions import QUESTIONS
from osara_store.completeness import Completeness
from osara_store.policy import Action
from osara_store.stages import FIELD, ON_OCCASION, STAGE_OF, TRIANGLE, Field, Part, fields_of

__all__ = ["clash", "stage", "waiting"]

# Where "Save and go on" leads: another page, or the actions.
TASKS: Final = "tasks"
TASK: Final = "task"  # back to the task that waits for the page
_NEXT: Final[Mapping[Part, str]] = {
    Part.OBJECTIVE: Part.SCANNING,
    Part.PICTURE: Part.TRIANGLE,
    Part.TRIANGLE: Part.HYPOTHESIS,
    Part.RESPONSE: TASKS,
    Part.ASSESSMENT: TASKS,
}
# The page before, where a stage has several: the overview leads to the one with most need of somebody, wherever that is.
_BEFORE: Final[Mapping[Part, Part]] = {
    Part.SCANNING: Part.OBJECTIVE,
    Part.TRIANGLE: Part.PICTURE,
    Part.HYPOTHESIS: Part.TRIANGLE,
}


def stage(
    view: CaseView,
    part: Part,
    typed: Written | None,
    completeness: Completeness,
    field: str = "",
    *,
    carried: Mapping[str, Any] = MappingProxyType({}),
) -> CardJson:
    """One page of a stage: a form for those who may write it, and for everybody else a page to read.

    With a field it is that answer on a page of its own, or the choice between the texts that wait in it. `typed` is what
    came back with faults; all that was right in it is saved already. `carried` is a task that waits for the page.
    """
    page = StagePage(view, part, typed or Written({}, {}), carried=carried)
    if page.writes and field in page.unsettled:
        return clash(view, part, waiting(view, part), carried=carried)
    if field in FIELD and FIELD[field].part is part:
        return _fitted(page, lambda page: _alone(page, FIELD[field]))
    return _fitted(
        page, lambda page: _form(page, completeness) if page.writes else _reading(page, completeness)
    )


def _fitted(page: StagePage, draw: Callable[[StagePage], CardJson]) -> CardJson:
    card = draw(page)
    while not checks.fits(card):
        page = page.smaller()
        card = draw(page)
    return card


# --- to write --------------------------------------------------------------------------------------------------------


def _form(page: StagePage, completeness: Completeness) -> CardJson:
    body: list[Strict] = [
        *top(page.view, texts_stages.TITLE[page.part]),
        *_what_came_back(page),
        *_unsettled(page),
        parts.paragraph(_progress(page, completeness), "Medium"),
        *_next_best(page, completeness),
        *_cycle_line(page),
        _coaching(page.part),
        *context(page.view, page.part),
        *stage_fields.all_of(page),
    ]
    return parts.card(body, _buttons(page))


def _buttons(page: StagePage) -> list[Button]:
    if page.carried:
        save = _save(page, texts_tasking.SAVE_AND_TASK, page.fields, main=True, following=TASK, name="save")
        back = page.view.button(texts_tasking.BACK_TO_TASK, verbs.TASK_OPEN, name="back", **page.along)
        return [save, case_fields.without_inputs(back)]
    row = [_save(page, texts_stages.SAVE, page.fields, main=True)]
    following = _NEXT.get(page.part)
    if following == TASKS:
        row.append(_save(page, texts_stages.SAVE_AND_ACTIONS, page.fields, following=following))
    elif following:
        row.append(
            _save(page, texts_stages.save_and_go_on(Part(following)), page.fields, following=following)
        )
    before = _BEFORE.get(page.part)
    if before:
        title = texts_stages.save_and_go_back(before)
        row.append(_save(page, title, page.fields, following=before, name="save_and_go_back"))
    return [*row, case_fields.back_without_saving(page.view, verbs.CASE_OPEN)]


def _save(
    page: StagePage,
    title: str,
    fields: tuple[Field, ...],
    *,
    main: bool = False,
    following: str = "",
    alone: str = "",
    name: str = "save_and_go_on",
) -> Button:
    """A button that saves; it says which answers the page showed, of which cycle, and where to go afterwards."""
    data: dict[str, Any] = {"next": following} if following else {}
    if alone:
        data["field"] = alone
    return page.view.button(
        title,
        verbs.STAGE_SAVE,
        name=name if following else "",
        main=main,
        part=str(page.part),
        cycle=page.cycle,
        versions={field.name: page.version(field.name) for field in fields if field.name not in page.apart},
        **data,
        **page.along,
    )


def _alone(page: StagePage, field: Field) -> CardJson:
    back = page.view.button(
        texts_stages.BACK_TO_PAGE, verbs.STAGE_OPEN, name="back", part=str(page.part), **page.along
    )
    body: list[Strict] = [*top(page.view, texts_stages.TITLE[page.part]), *_what_came_back(page)]
    if not page.writes:
        return parts.card([*body, *_answer(page, field.name)], [back])
    body += stage_fields.one(page, field)
    save = _save(page, texts_stages.SAVE, (field,), main=True, alone=field.name)
    return parts.card(body, [save, case_fields.without_inputs(back)])


# --- to read ---------------------------------------------------------------------------------------------------------


def _reading(page: StagePage, completeness: Completeness) -> CardJson:
    answered = [field.name for field in page.fields if page.view.file.answer(field.name)]
    rest = [field.name for field in page.fields if not field.is_grade and field.name not in answered]
    body: list[Strict] = [
        *top(page.view, texts_stages.TITLE[page.part]),
        parts.paragraph(_progress(page, completeness), "Medium"),
        _coaching(page.part),
        *context(page.view, page.part),
        *(element for name in answered for element in _answer(page, name)),
        *([parts.quiet(texts_stages.not_answered(rest), "Large")] if rest else []),
        *([parts.quiet(texts_stages.READ_ONLY, "Medium")] if Action.WRITE_NOTE in page.view.can else []),
    ]
    return parts.card(body, _ways_on(page))


def _answer(page: StagePage, name: str) -> list[Strict]:
    """An answer with its name above it; of a long one the beginning."""
    title = parts.small_heading(texts_stages.LABELS[name])
    if name in page.apart:
        return [title, *stage_fields.beginning(page, name)]
    said = as_typed(texts_stages.said(name, page.view.file.answer(name)))
    return [title, parts.paragraph(said, "None")]


def _ways_on(page: StagePage) -> list[Button]:
    view, following = page.view, _NEXT.get(page.part)
    ways = [view.button(texts_stages.WRITE_NOTE, verbs.NOTE_OPEN)] if Action.WRITE_NOTE in view.can else []
    before = _BEFORE.get(page.part)
    if before:
        title = texts_stages.go_back(before)
        ways.append(view.button(title, verbs.STAGE_OPEN, name="go_back", part=str(before)))
    if following == TASKS:
        ways.append(view.button(texts_stages.OPEN_ACTIONS, verbs.TASKS_OPEN))
    elif following:
        title = texts_stages.go_on(Part(following))
        ways.append(view.button(title, verbs.STAGE_OPEN, part=following))
    return [*ways, view.back()]


# --- pieces ----------------------------------------------------------------------------------------------------------


def _what_came_back(page: StagePage) -> list[Strict]:
    """Where to look, on a page that came back."""
    if not page.faulty:
        return []
    lines = [parts.paragraph(texts_stages.check_these(page.faulty))]
    if page.is_cut:
        lines.append(parts.paragraph(texts.CUT_TO_FIT, "Small"))
    return [parts.notice(*lines, style="warning")]


def _unsettled(page: StagePage) -> list[Strict]:
    """Texts that wait beside what stands, and the way to choose."""
    if not page.unsettled:
        return []
    choose = page.view.button(
        texts_clash.CHOOSE_NOW,
        verbs.STAGE_OPEN,
        name="choose",
        part=str(page.part),
        field=page.unsettled[0],
        **(page.along if page.has_room else {}),
    )
    said = parts.notice(parts.paragraph(texts_clash.waiting(page.unsettled)), style="warning")
    return [said, ActionSet(actions=[case_fields.without_inputs(choose)], spacing="Small")]


def _progress(page: StagePage, completeness: Completeness) -> str:
    if page.part not in ON_OCCASION:
        return texts_stages.progress(completeness, STAGE_OF[page.part])
    empty = [field for field in page.fields if not page.view.file.answer(field.name)]
    missing = [field.name for field in empty if field.required]
    of = len(page.fields)
    return texts_stages.progress_of(of - len(empty), of, missing, texts_stages.WAITING_FOR_PAGE[page.part])


def _next_best(page: StagePage, completeness: Completeness) -> list[Strict]:
    if page.faulty or page.part in ON_OCCASION or completeness.next_best is None:
        return []
    said = texts_stages.next_best(completeness.next_best, page.part)
    return [parts.notice(parts.paragraph(said))]


def _cycle_line(page: StagePage) -> list[Strict]:
    return [parts.quiet(texts_stages.cycle_line(page.cycle), "Medium")] if page.earlier else []


def _coaching(part: Part) -> ActionSet:
    """What good looks like, and an example that grows from page to page: a press away, and out of the way."""
    return ActionSet(
        actions=[
            _opens(
                texts_coaching.GOOD_BUTTON, "good", [parts.paragraph(_bullets(texts_coaching.GOOD[part]))]
            ),
            _opens(texts_coaching.EXAMPLE_BUTTON, "example", _example(part)),
        ],
        spacing="Medium",
    )


_NEVER_IN_EXAMPLE: Final = frozenset(side.not_applicable for side in TRIANGLE.values()) | {
    "one_agency_because"
}
_WITH_EXAMPLE: Final = QUESTIONS.keys() - _NEVER_IN_EXAMPLE


def _example(part: Part) -> list[Strict]:
    story = parts.paragraph(f"{texts_coaching.STORY_TITLE} {texts_coaching.STORY[part]}")
    names = [field.name for field in fields_of(part) if field.name in _WITH_EXAMPLE]
    return [story, *(parts.paragraph(texts_stages.example_of(name), "Small") for name in names)]


def _bullets(lines: tuple[str, ...]) -> str:
    """A list in Markdown, with the line ends that every client takes for a list's."""
    return "\r".join(f"- {line}" for line in lines)


def _opens(title: str, name: str, body: list[Strict]) -> ShowCardAction:
    return ShowCardAction(id=name, title=title, card=Card(body=body))
