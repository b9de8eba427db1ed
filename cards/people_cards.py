"""The people in a case, each with what they are to it and of what age."""

from typing import Any

from cards import case_fields, case_pieces, parts, texts, texts_case, verbs, words
from cards.case_forms import MOST_DESCRIPTION
from cards.case_view import CaseView, Typed, top
from cards.elements import Action as Button
from cards.elements import Column, ColumnSet, Strict
from cards.escape import as_typed
from cards.pages import on_pages, turning
from cards.parts import CardJson
from osara_store.case_file import CasePerson
from osara_store.policy import Action
from osara_store.schema import AgeGroup


def people(view: CaseView, page: int = 0) -> CardJson:
    """Everybody named, in the order in which they were."""
    head = top(view, texts_case.PEOPLE_TITLE)
    if not view.file.people:
        head.append(parts.paragraph(texts_case.NO_PEOPLE, "Medium"))
    lines = [_person(view, person) for person in view.file.people]
    add = view.button(texts_case.ADD_PERSON, verbs.PERSON_OPEN, name="add", main=True)
    ways_on = [*([add] if Action.ADD_PERSON in view.can else []), case_pieces.to_case(view)]
    return on_pages(
        head,
        lines,
        page,
        lambda number, more: [*ways_on, *turning(view, verbs.PEOPLE_OPEN, number, more=more)],
    )


def _person(view: CaseView, person: CasePerson) -> Strict:
    about = [words.PERSON_ROLE[person.role], words.AGE_GROUP[person.age_group]]
    said = [parts.paragraph(as_typed(person.description)), parts.quiet(texts.BETWEEN.join(about))]
    if Action.MARK_PERSON not in view.can:
        return case_pieces.block(*said)
    columns = [
        Column(items=said, width="stretch", verticalContentAlignment="Center"),
        Column(items=[case_pieces.buttons(_mark(view, person))], width="auto"),
    ]
    return ColumnSet(columns=columns, separator=True, spacing="Medium")


def _mark(view: CaseView, person: CasePerson) -> Button:
    """Named for the person in what a screen reader says, because every line has one."""
    button = view.button(texts_case.MARK, verbs.PERSON_OPEN, name=f"mark-{person.n}", n=person.n)
    button.tooltip = texts_case.mark(person.n)
    return button


# --- adding and marking ----------------------------------------------------------------------------------------------


def person(view: CaseView, n: int | None = None, typed: Typed | None = None) -> CardJson:
    """The form for a new person; with a number, for what somebody already named is to the case."""
    known = next((each for each in view.file.people if each.n == n), None)
    return case_fields.form(typed or _standing(known), lambda form: _form(view, known, form))


def _standing(known: CasePerson | None) -> Typed:
    if known is None:
        return Typed({"age_group": AgeGroup.NOT_KNOWN}, {})
    return Typed({"role": known.role, "age_group": known.age_group}, {})


def _form(view: CaseView, known: CasePerson | None, typed: Typed) -> CardJson:
    about: dict[str, Any] = {} if known is None else {"n": known.n}
    body: list[Strict] = [
        *_who(view, known),
        *case_fields.check_these(typed),
        *(_description(typed) if known is None else []),
        *case_fields.choice(typed, "role", texts_case.PERSON_ROLE, texts_case.ROLES),
        *case_fields.choice(typed, "age_group", texts_case.PERSON_AGE, words.AGE_GROUP),
    ]
    save = view.button(texts_case.SAVE, verbs.PERSON_SAVE, main=True, **about)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.PEOPLE_OPEN)])


def _who(view: CaseView, known: CasePerson | None) -> list[Strict]:
    if known is None:
        return top(view, texts_case.PERSON_TITLE)
    return [
        *top(view, texts_case.MARK_TITLE),
        parts.paragraph(as_typed(known.description), "Medium"),
        parts.quiet(texts_case.MARK_WHY),
    ]


def _description(typed: Typed) -> list[Strict]:
    return case_fields.text(
        typed,
        "description",
        texts_case.PERSON_DESCRIPTION,
        most=MOST_DESCRIPTION,
        example=texts_case.PERSON_EXAMPLE,
    )
