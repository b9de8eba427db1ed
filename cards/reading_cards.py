"""The case file to be read: all that was written, what has happened, and the cycles side by side."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from cards import (
    case_pieces,
    dates,
    pages,
    parts,
    people_cards,
    risk_reading,
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
from osara_store import case_reviews
from osara_store.case_file import Answer, CaseMove, Entry
from osara_store.policy import Action
from osara_store.schema import Stage
from osara_store.stages import FIELDS, Field
from osara_store.states import Move


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
    view: CaseView, title: str, name: str, blocks: Sequence[Strict], page: int, nothing: str, **about: object
) -> CardJson:
    head = top(view, title)
    if not blocks:
        head.append(parts.paragraph(nothing, "Medium"))
    back = view.button(texts_case.BACK_TO_CASE, verbs.CASE_OPEN, name="back")

    def actions(number: int, more: bool) -> list[Button]:
        return [
            *pages.turning(view, verbs.CASE_READ, number, more=more, section=name, **about),
            back,
        ]

    return pages.on_pages(head, blocks, page, actions)


# --- the whole file --------------------------------------------------------------------------------------------------


def _file(view: CaseView, page: int) -> CardJson:
    blocks = [_referral(view), *(block for stage in Stage for block in _stage(view, stage))]
    return _read(view, texts_case.READING_TITLE, "file", blocks, page, texts_case.NOTHING_YET)


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
    return case_pieces.block(parts.small_heading(texts_case.THE_REFERRAL), parts.facts(rows))


def _stage(view: CaseView, stage: Stage) -> list[Strict]:
    """The answers in the order of the form, then what else was written; the stage's name stands on the first of them."""
    told = [*_answers(view, stage), *_entries(view, stage)]
    headings: list[list[Strict]] = [[parts.small_heading(words.STAGE[stage])], *([[]] * (len(told) - 1))]
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
    for aside in asides:
        told.append(
            case_pieces.panel(
                parts.quiet(texts_case.WRITTEN_BESIDE),
                _text(texts_stages.said(field.name, aside.text)),
                _by(case_pieces.signed(view, aside.by)),
                style="warning",
            )
        )
    return told + _choosing(view, asides)


def _choosing(view: CaseView, asides: Sequence[Answer]) -> list[Strict]:
    if not asides or Action.WRITE_STAGE not in view.can:
        return []
    return [case_pieces.buttons(case_pieces.choose_between(view, asides[0].field))]


def _entries(view: CaseView, stage: Stage) -> Iterator[list[Strict]]:
    for entry in view.file.entries:
        if entry.stage is stage:
            yield [_label(_kind(view, entry)), _text(_said(view, entry)), _signed_entry(view, entry)]


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


def _history(view: CaseView, page: int) -> CardJson:
    """The moves of the case, newest first, with its links."""
    blocks = [_move(view, move) for move in reversed(view.file.moves)]
    blocks += [_link_reason(link_text, reason) for link_text, reason in case_pieces.links(view)]
    return _read(view, texts_case.HISTORY_TITLE, "history", blocks, page, texts_case.NO_HISTORY)


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


def _link_reason(link: str, reason: str) -> Strict:
    told: list[Strict] = [parts.paragraph(link)]
    return case_pieces.block(*told, *([parts.paragraph(as_typed(reason), "Small")] if reason else []))


# --- cycles side by side ---------------------------------------------------------------------------------------------

_MOST_OTHERS: Final = 3


def _cycles(view: CaseView, page: int, earlier: int) -> CardJson:
    """Every answer that either cycle has, the earlier one on the left."""
    now = view.case.cycle
    if now == 1:
        return _read(view, texts_case.CYCLES_TITLE, "cycles", [], 0, texts_case.NO_CYCLES)
    earlier = min(max(earlier, 1), now - 1)
    blocks: list[Strict] = [*_other_cycles(view, earlier)]
    blocks.append(_columns(_bold(texts_case.earlier_cycle(earlier)), _bold(texts_case.this_cycle(now))))
    for field in FIELDS:
        was, stands = view.file.answer(field.name, earlier), view.file.answer(field.name)
        if was or stands:
            blocks.append(_side_by_side(field, was, stands))
    return _read(
        view,
        texts_case.CYCLES_TITLE,
        "cycles",
        blocks,
        page,
        texts_case.NOTHING_YET,
        cycle=earlier,
    )


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


def _side_by_side(field: Field, was: str, stands: str) -> Strict:
    return case_pieces.block(
        _label(texts_stages.LABELS[field.name]), _columns(_half(field, was), _half(field, stands))
    )


def _half(field: Field, text: str) -> Strict:
    said = texts_stages.said(field.name, text) if text else texts_case.NOTHING_THERE
    return parts.paragraph(as_typed(said), "None")


def _bold(text: str) -> Strict:
    return parts.small_heading(text)


def _columns(left: Strict, right: Strict) -> ColumnSet:
    return ColumnSet(
        columns=[Column(items=[left], width="stretch"), Column(items=[right], width="stretch")],
        spacing="Small",
    )
