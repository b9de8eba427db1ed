"""The usual actions for a kind of problem, to be added to a case at once."""

from collections.abc import Mapping, Sequence

from cards import case_fields, dates, parts, texts_tasking, verbs
from cards.case_view import CaseView, top
from cards.elements import Choice, ChoiceInput, Strict
from cards.parts import CardJson
from osara_store.tasks import NewTask


def usual(view: CaseView, offered: Mapping[str, NewTask], fault: str = "") -> CardJson:
    """All are ticked, until somebody has unticked them all and is told so."""
    why = texts_tasking.TEMPLATES_WHY if offered else texts_tasking.NO_TEMPLATES
    body: list[Strict] = [*top(view, texts_tasking.TEMPLATES), parts.paragraph(why, "Medium")]
    back = case_fields.back_without_saving(view, verbs.TASKS_OPEN)
    if not offered:
        return parts.card(body, [back])
    body.append(_list(view, offered, () if fault else tuple(offered)))
    if fault:
        body.append(parts.fault(fault))
    return parts.card(body, [view.button(texts_tasking.TEMPLATES_ADD, verbs.TEMPLATES_ADD, main=True), back])


def _list(view: CaseView, offered: Mapping[str, NewTask], ticked: Sequence[str]) -> ChoiceInput:
    lines = {
        number: texts_tasking.template_line(
            task.intervention, view.agency(task.agency_id), dates.day(task.due_on)
        )
        for number, task in offered.items()
    }
    return ChoiceInput(
        id="usual",
        label=texts_tasking.TEMPLATES_LABEL,
        choices=[Choice(title=line, value=number) for number, line in lines.items()],
        value=",".join(ticked) or None,
        style="expanded",
        wrap=True,
        is_multi_select=True,
        spacing="Large",
    )
