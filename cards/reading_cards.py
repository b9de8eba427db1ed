"""The case file to be read: all that was written, what has happened, and the cycles side by side."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from cards import (
    case_pieces,
    dates,
    pages,
    parts,
    people_cards,
    risk_reading,
    task_cards,
    texts,
    texts_case,
    texts_stages,
    verbs,
    words,
)
from cards.case_view import CaseView, top
from cards.elements import Action as Button
from cards.elements import Column, ColumnSet, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store import case_clocks, case_reviews, closing
from osara_store.case_file import Answer, CaseMove, Entry
from osara_store.policy import Action
from osara_store.schema import Stage
from osara_store.stages import FIELDS, Field
from osara_store.states import Move

SECTIONS: Final = ("file", "people", "risk", "history", "cycles")


def section(view: CaseView, name: str, page: int = 0, cycle: int | None = None) -> CardJson:
    """One section of the file; an unknown name is the file itself. `cycle` is the earlier one to stand beside this."""
    match name:
        case "people":
            return people_cards.people(view, page)
        case "risk":
            return risk_reading.everything(view, page)
        case "history":
            return _history(view, page)
        case "cycles":
            return _cycles(view, page, cycle or view.case.cycle - 1)
        case _:
            return _file(view, page)


def _read(
    view: CaseView, name: str, head: list[Strict], blocks: Sequence[Strict], page: int, **about: Any
) -> CardJson:
    """One page of a section; the head stands on each."""

    def actions(number: int, more: bool) -> list[Button]:
        turns = pages.turning(view, verbs.CASE_READ, number, more=more, section=name, **about)
        return [*turns, case_pieces.to_case(view)]

    return pages.on_pages(head, blocks, page, actions)


def _nothing(sentence: str) -> Strict:
    return parts.paragraph(sentence, "Medium")


# --- the whole file --------------------------------------------------------------------------------------------------


def _file(view: CaseView, page: int) -> CardJson:
    blocks = [_referral(view), *(block for stage in Stage for block in _stage(view, stage))]
    return _read(view, "file", top(view, texts_case.READING_TITLE), blocks, page)


def _referral(view: CaseView) -> Strict:
    case = view.case
    said = {
        "category": view.category,
        "where": case.where,
        "since": texts.CHOICES["since"][case.since],
        "frequency": texts.CHOICES["frequency"][case.frequency],
        "danger": texts.CHOICES["danger"][case.danger],
        "sharing_basis": texts.CHOICES["sharing_basis"][case.sharing_basis],
        "equality": texts.CHOICES["equality"][case.equality],
        "equality_note": case.equality_note,
        "own_reference": case.own_reference,
        "referrer": f"{case.referrer_name}, {view.agency(case.agency_id)}",
        "submitted": dates.moment(case.submitted_at, view.hub.zone),
    }
    rows = {texts_case.REFERRAL[name]: text for name, text in said.items()}
    return case_pieces.block(parts.heading(texts_case.THE_REFERRAL), parts.facts(rows))


def _stage(view: CaseView, stage: Stage) -> list[Strict]:
    """The answers in the order of the form, then what else was written; the stage's name stands on the first of them."""
    told = [*_answers(view, stage), *_tasks(view, stage), *_entries(view, stage)]
    headings: list[list[Strict]] = [[parts.heading(words.STAGE[stage])], *([[]] * (len(told) - 1))]
    return [case_pieces.block(*heading, *items) for heading, items in zip(headings, told, strict=False)]


def _answers(view: CaseView, stage: Stage) -> Iterator[list[Strict]]:
    """A grade stands with the answer that it is about."""
    for field in FIELDS:
        if field.stage is stage and not field.is_grade:
            standing = view.file.standing.get((view.case.cycle, field.name))
            asides = [each for each in view.file.asides if each.field == field.name]
            if (standing and standing.text) or asides:
                yield _answer(view, field, standing, asides)


def _answer(view: CaseView, field: Field, standing: Answer | None, asides: Sequence[Answer]) -> list[Strict]:
    told: list[Strict] = [_label(texts_stages.LABELS[field.name])]
    if standing:
        grade = view.file.answer(f"{field.name}_grade")
        told.append(_text(texts_stages.said(field.name, standing.text)))
        told.append(_by(case_pieces.signed(view, standing.by), grade))
    return [*told, *(_aside(view, field, aside) for aside in asides), *_choosing(view, asides)]


def _aside(view: CaseView, field: Field, aside: Answer) -> Strict:
    return case_pieces.panel(
        parts.quiet(texts_case.WRITTEN_BESIDE),
        _text(texts_stages.said(field.name, aside.text)),
        _by(case_pieces.signed(view, aside.by)),
        style="warning",
    )


def _choosing(view: CaseView, asides: Sequence[Answer]) -> list[Strict]:
    if not asides or Action.WRITE_STAGE not in view.can:
        return []
    return [case_pieces.buttons(case_pieces.choose_between(view, asides[0].field))]


def _tasks(view: CaseView, stage: Stage) -> Iterator[list[Strict]]:
    """The tasks as they stand; how they came to be so is in the history."""
    if stage is Stage.RESPONSE:
        yield from (task_cards.told(view, task) for task in view.file.tasks)


def _entries(view: CaseView, stage: Stage) -> Iterator[list[Strict]]:
    for entry in view.file.entries:
        if entry.stage is stage and entry.kind not in _HAPPENED:
            yield _entry(view, entry)


def _entry(view: CaseView, entry: Entry) -> list[Strict]:
    return [_label(_kind(view, entry)), _text(_said(view, entry)), _signed_entry(view, entry)]


def _kind(view: CaseView, entry: Entry) -> str:
    """An entry of an earlier cycle says so."""
    kind = texts_case.ENTRY.get(entry.kind, texts_case.ENTRY_OTHERWISE)
    return texts_case.in_cycle(kind, entry.cycle) if entry.cycle != view.case.cycle else kind


def _said(view: CaseView, entry: Entry) -> str:
    """Its text as it reads: a choice that somebody who joined made in its own words, a day written out."""
    if entry.kind in texts.CHOICES:
        return texts.CHOICES[entry.kind].get(entry.text, entry.text)
    if entry.kind == "category":
        category = view.directory.category(entry.text)
        return category.name if category else entry.text
    if entry.kind == case_reviews.EXPLAINED:
        return dates.day(date.fromisoformat(entry.text))
    return entry.text


def _signed_entry(view: CaseView, entry: Entry) -> Strict:
    day = dates.day(view.hub.today(entry.at))
    return _by(case_pieces.signature(view, entry.author_name, entry.agency_id, day), entry.grade)


def _label(label: str) -> Strict:
    return parts.paragraph(f"**{as_typed(label)}**", "Small")


def _text(text: str) -> Strict:
    return parts.paragraph(as_typed(text) or texts_case.LEFT_EMPTY, "None")


def _by(signature: str, grade: str = "") -> Strict:
    return parts.quiet(
        texts.BETWEEN.join([signature, *([words.GRADE[grade]] if grade in words.GRADE else [])])
    )


# --- what has happened -----------------------------------------------------------------------------------------------


# Entries that say what somebody did, rather than what is known.
_HAPPENED: Final = frozenset({"task", case_clocks.ENTRY, closing.ENTRY, case_reviews.EXPLAINED})


def _history(view: CaseView, page: int) -> CardJson:
    """What was done with the case, newest first, and how it stands to others."""
    entries = [entry for entry in view.file.entries if entry.kind in _HAPPENED]
    happened = [
        *((move.by.at, _move(view, move)) for move in view.file.moves),
        *((entry.at, case_pieces.block(*_entry(view, entry))) for entry in entries),
    ]
    newest_first = sorted(happened, key=lambda each: each[0], reverse=True)
    blocks = [_link(text, reason) for text, reason in case_pieces.links(view)]
    blocks += [block for _, block in newest_first]
    none = [] if blocks else [_nothing(texts_case.NO_HISTORY)]
    return _read(view, "history", [*top(view, texts_case.HISTORY_TITLE), *none], blocks, page)


def _move(view: CaseView, move: CaseMove) -> Strict:
    known = move.move in set(Move)
    name = words.MOVE[Move(move.move)] if known else as_typed(move.move)
    told: list[Strict] = [
        parts.paragraph(texts_case.moved(name, words.STATE[move.start], words.STATE[move.end])),
        parts.quiet(case_pieces.signed(view, move.by)),
    ]
    if move.reason:
        told.append(parts.paragraph(as_typed(move.reason), "Small"))
    return case_pieces.block(*told)


def _link(link: str, reason: str) -> Strict:
    told: list[Strict] = [parts.paragraph(link)]
    return case_pieces.block(*told, *([parts.paragraph(as_typed(reason), "Small")] if reason else []))


# --- cycles side by side ---------------------------------------------------------------------------------------------

_MOST_OTHERS: Final = 3


def _cycles(view: CaseView, page: int, earlier: int) -> CardJson:
    """Every answer that either cycle has, the earlier one on the left."""
    now, head = view.case.cycle, top(view, texts_case.CYCLES_TITLE)
    if now == 1:
        return _read(view, "cycles", [*head, _nothing(texts_case.NO_CYCLES)], [], 0)
    earlier = min(max(earlier, 1), now - 1)
    names = (texts_case.earlier_cycle(earlier), texts_case.this_cycle(now))
    head += [*_other_cycles(view, earlier), _columns(*([parts.small_heading(name)] for name in names))]
    blocks = [
        _side_by_side(view, field, earlier)
        for field in FIELDS
        if not field.is_grade and (view.file.answer(field.name, earlier) or view.file.answer(field.name))
    ]
    return _read(view, "cycles", head, blocks, page, cycle=earlier)


def _other_cycles(view: CaseView, shown: int) -> list[Strict]:
    """The newest of the other earlier cycles, each a press away."""
    others = [cycle for cycle in range(view.case.cycle - 1, 0, -1) if cycle != shown][:_MOST_OTHERS]
    if not others:
        return []
    row = [
        view.button(
            texts_case.beside(cycle), verbs.CASE_READ, name=f"cycle-{cycle}", section="cycles", cycle=cycle
        )
        for cycle in others
    ]
    return [case_pieces.buttons(*row)]


def _side_by_side(view: CaseView, field: Field, earlier: int) -> Strict:
    columns = _columns(_half(view, field, earlier), _half(view, field, view.case.cycle))
    return case_pieces.block(_label(texts_stages.LABELS[field.name]), columns)


def _half(view: CaseView, field: Field, cycle: int) -> list[Strict]:
    """What stands in one cycle, with how sure it is."""
    text = view.file.answer(field.name, cycle)
    grade = view.file.answer(f"{field.name}_grade", cycle)
    said = texts_stages.said(field.name, text) if text else texts_case.NOTHING_THERE
    sure: list[Strict] = [parts.quiet(words.GRADE[grade])] if text and grade in words.GRADE else []
    return [parts.paragraph(as_typed(said), "None"), *sure]


def _columns(left: list[Strict], right: list[Strict]) -> ColumnSet:
    return ColumnSet(
        columns=[Column(items=left, width="stretch"), Column(items=right, width="stretch")], spacing="Small"
    )
