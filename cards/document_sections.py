"""The sections of a case as a document, each from the part of the file that it is about."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from cards import (
    comparing,
    dates,
    risk_pages,
    texts,
    texts_asking,
    texts_case,
    texts_export,
    texts_meetings,
    texts_reviews,
    texts_risk,
    texts_stages,
    texts_tasking,
    words,
)
from cards.document import Line, Section, Source, filled
from osara_store import case_reviews
from osara_store.assessing import Instrument
from osara_store.case_file import (
    Answer,
    CaseClock,
    CaseMove,
    CasePerson,
    Entry,
    InformationRequest,
    Invited,
    Link,
    Meeting,
    Review,
    RiskAssessment,
    Task,
)
from osara_store.schema import Reply, ReviewDecision, Stage
from osara_store.stages import FIELDS, Field
from osara_store.states import ENDED, Move


def sections(source: Source) -> Iterator[Section]:
    """All of them that hold anything: what came in, how serious it is, the work cycle by cycle, and what went on."""
    for section in (
        _section(texts_export.REFERRAL_TITLE, _referral(source)),
        _section(texts_export.PEOPLE_TITLE, map(_person, source.file.people)),
        _section(texts_export.RISK_TITLE, (_assessment(source, each) for each in source.file.risks)),
        _section(texts_export.CLOCKS_TITLE, (_clock(source, each) for each in source.file.clocks)),
        *(part for cycle in range(1, source.case.cycle + 1) for part in _cycle(source, cycle)),
        _section(texts_asking.TALLY_TITLE, (_request(source, each) for each in source.file.requests)),
        _section(texts_export.MEETINGS_TITLE, (_meeting(source, each) for each in source.file.meetings)),
        _section(texts_export.REVIEWS_TITLE, (_review(source, each) for each in source.file.reviews)),
        _section(texts_export.ENTRIES_TITLE, _entries(source)),
        _section(texts_export.HISTORY_TITLE, (_move(source, each) for each in source.file.moves)),
        _section(texts_export.LINKS_TITLE, (_link(source, each) for each in source.file.links)),
        _section(texts_export.READERS_TITLE, _readers(source)),
        _section(texts_export.CONTRIBUTORS_TITLE, _contributors(source)),
    ):
        if section.lines:
            yield section


def _section(title: str, lines: Iterable[Line]) -> Section:
    return Section(title, filled(lines))


# --- what came in ----------------------------------------------------------------------------------------------------


def _referral(source: Source) -> Iterator[Line]:
    case = source.case
    said = {
        "category": source.category(case.category),
        "where": case.where,
        "since": texts.CHOICES["since"][case.since],
        "frequency": texts.CHOICES["frequency"][case.frequency],
        "danger": texts.CHOICES["danger"][case.danger],
        "sharing_basis": texts.CHOICES["sharing_basis"][case.sharing_basis],
        "equality": texts.CHOICES["equality"][case.equality],
        "equality_note": case.equality_note,
        "own_reference": case.own_reference,
        "referrer": ", ".join(filter(None, (case.referrer_name, source.agency(case.agency_id)))),
        "submitted": source.moment(case.submitted_at),
    }
    for name, text in said.items():
        yield Line(texts_case.REFERRAL[name], text)
    for entry in source.file.entries:
        if _came_with_the_referral(source, entry):
            yield Line(_kind(entry), _said(source, entry))


def _came_with_the_referral(source: Source, entry: Entry) -> bool:
    return entry.at == source.case.submitted_at


def _person(person: CasePerson) -> Line:
    about = words.AGE_GROUP[person.age_group]
    if person.said_role is not person.role:
        about = "; ".join((about, texts_export.said_at_first(words.PERSON_ROLE[person.said_role])))
    return Line(words.PERSON_ROLE[person.role], person.description, about=about)


# --- how serious it is -----------------------------------------------------------------------------------------------


def _assessment(source: Source, assessment: RiskAssessment) -> Line:
    instrument = texts_risk.INSTRUMENT.get(assessment.instrument, assessment.instrument)
    why = Line(texts_export.WHY, assessment.reason)
    return Line(
        instrument,
        _came_to(source, assessment),
        source.signed(assessment.by),
        under=filled((why, _answers_to(source, assessment))),
    )


def _came_to(source: Source, assessment: RiskAssessment) -> str:
    band = words.BAND.get(assessment.band, assessment.band)
    if assessment.score is None:
        return band
    asked = source.risk.questionnaire
    if _is_of(assessment, f"{asked.id} {asked.version}"):
        return f"{band}, {texts_risk.points(assessment.score, asked.highest)}"
    return f"{band}, {texts_risk.points_only(assessment.score)}"


def _is_of(assessment: RiskAssessment, version: str) -> bool:
    return assessment.version == version


def _answers_to(source: Source, assessment: RiskAssessment) -> Line:
    """What was asked, with what was answered; in the ids of both where the questions have changed since."""
    answers: Mapping[str, Any] = assessment.answers
    if assessment.instrument == Instrument.JUDGEMENT:
        titles = {prompt.id: prompt.title for prompt in source.risk.judgement.prompts}
        noted = (Line(titles.get(name, name), str(note)) for name, note in answers.items())
        return Line(texts_export.NOTED, under=filled(noted))
    asked = source.risk.questionnaire
    if not _is_of(assessment, f"{asked.id} {asked.version}"):
        own_names = filled(Line(name, str(answer)) for name, answer in answers.items())
        return Line(
            texts_export.ANSWERS, texts_export.QUESTIONS_CHANGED if own_names else "", under=own_names
        )
    given = (
        Line(item.text, risk_pages.offered(item).get(answers[item.id], str(answers[item.id])))
        for item in asked.everything_asked
        if item.id in answers
    )
    return Line(texts_export.ANSWERS, under=filled(given))


def _clock(source: Source, clock: CaseClock) -> Line:
    name = texts_export.clock(words.CLOCK.get(clock.kind, clock.kind), _band_of(clock))
    return Line(name, texts_export.due(source.moment(clock.due_at), _ran(source, clock)))


def _band_of(clock: CaseClock) -> str:
    return words.BAND.get(clock.band, clock.band) if clock.band else ""


def _ran(source: Source, clock: CaseClock) -> str:
    if clock.replaced_at:
        return texts_export.reckoned_anew(source.moment(clock.replaced_at))
    if clock.met_at:
        return texts_export.met(source.moment(clock.met_at), late=clock.met_at > clock.due_at)
    return texts_export.NOT_STOPPED if source.case.state in ENDED else texts_export.STILL_RUNNING


# --- the work, cycle by cycle ----------------------------------------------------------------------------------------


def _cycle(source: Source, cycle: int) -> Iterator[Section]:
    only = source.has_one_cycle
    for stage in Stage:
        title = texts_export.stage_title(words.STAGE[stage], cycle, only=only)
        yield _section(title, _stage(source, cycle, stage))
        if stage is Stage.RESPONSE:
            tasks = (_task(source, task) for task in source.file.tasks if task.cycle == cycle)
            yield _section(texts_export.stage_title(texts_export.TASKS_TITLE, cycle, only=only), tasks)


def _stage(source: Source, cycle: int, stage: Stage) -> Iterator[Line]:
    """The answers in the order of the form; a grade stands with the answer that it is about."""
    for field in FIELDS:
        if field.stage is stage and not field.is_grade:
            yield _answer(source, cycle, field)
    if stage is Stage.ASSESSMENT and cycle == source.case.cycle:
        yield Line(texts_export.RESULT, comparing.result(source.file), texts_export.RECKONED)


def _answer(source: Source, cycle: int, field: Field) -> Line:
    label = texts_stages.LABELS[field.name]
    standing = source.file.standing.get((cycle, field.name))
    beside = tuple(_beside(source, field, each) for each in source.waiting(cycle, field.name))
    if standing is None:
        return Line(label, under=beside)
    text = texts_stages.said(field.name, standing.text)
    if beside:
        text = text or texts_case.LEFT_EMPTY
    grade = source.file.answer(f"{field.name}_grade", cycle)
    return Line(label, text, source.signed(standing.by), words.GRADE.get(grade, ""), beside)


def _beside(source: Source, field: Field, aside: Answer) -> Line:
    text = texts_stages.said(field.name, aside.text) or texts_case.LEFT_EMPTY
    return Line(texts_case.WRITTEN_BESIDE, text, source.signed(aside.by))


def _request(source: Source, request: InformationRequest) -> Line:
    """What an agency answered, and under it why and by when it was asked."""
    said = texts_asking.REPLIES[Reply(request.reply)] if request.reply else texts_asking.SILENT
    at, name = request.replied_at, request.replied_name
    why = Line(texts_asking.WHY, request.reason, source.signed(request.by))
    return Line(
        source.agency(request.agency_id),
        "\n".join(filter(None, (said, request.note))),
        ", ".join(filter(None, (name, source.moment(at)))) if at else "",
        about=f"{texts_asking.BY_WHEN} {source.moment(request.due_at)}",
        under=filled((why,)),
    )


def _meeting(source: Source, meeting: Meeting) -> Line:
    """When it was, and under it who was invited and what was noted of them."""
    invited = (_invited(source, each) for each in meeting.people)
    why = Line(texts_meetings.WHY, meeting.reason)
    return Line(
        texts_export.meeting(meeting.n, texts_meetings.STATE_FOR_OTHERS[meeting.state]),
        source.moment(meeting.starts_at) if meeting.starts_at else "",
        source.signed(meeting.by),
        under=filled((why, *invited)),
    )


def _invited(source: Source, invited: Invited) -> Line:
    said = texts_meetings.ATTENDED[invited.attendance] if invited.attendance else texts_meetings.NOT_NOTED
    return Line(invited.name or texts_export.NAME_ERASED, source.agency(invited.agency_id), about=said)


def _review(source: Source, review: Review) -> Line:
    """When it was due, and what was decided or that nobody did."""
    if review.done_at is None:
        return Line(source.day(review.due_on), texts_reviews.NOT_DONE[review.state])
    signed = source.agency(review.done_agency_id), source.moment(review.done_at)
    return Line(
        source.day(review.due_on),
        texts_reviews.DECISIONS[ReviewDecision(review.decision)],
        ", ".join(filter(None, (review.done_name, *signed))),
        about=texts_reviews.risk_was(review.risk),
        under=filled((Line(texts_reviews.COMMENT_AS_READ, review.comment),)),
    )


def _task(source: Source, task: Task) -> Line:
    said = {
        "who": ", ".join((source.agency(task.agency_id), task.owner or texts_case.NO_NAME)),
        "due": source.day(task.due_on),
        "side": words.SIDE.get(task.side, task.side),
        "term": texts_case.TERMS.get(task.term, task.term),
        "power": source.power(task.power),
        "rationale": task.rationale,
        "proportionality": task.proportionality,
        "outcome": task.outcome,
        "numbers": ", ".join(f"{texts_tasking.NUMBERS[kind]} {n}" for kind, n in task.numbers.items() if n),
        "origin": task.origin,
    }
    under = filled(Line(texts_export.TASK[name], text) for name, text in said.items())
    label = texts_export.task(task.n, words.TASK_STATE[task.state])
    return Line(label, task.intervention, source.signed(task.by), under=under)


# --- what else was written, and what went on -------------------------------------------------------------------------


def _entries(source: Source) -> Iterator[Line]:
    for entry in source.file.entries:
        if not _came_with_the_referral(source, entry):
            yield _entry(source, entry)


def _entry(source: Source, entry: Entry) -> Line:
    label = texts_export.entry(_kind(entry), words.STAGE[entry.stage], entry.cycle, only=source.has_one_cycle)
    signature = texts_export.by(entry.author_name, source.agency(entry.agency_id), source.day(entry.at))
    return Line(label, _said(source, entry), signature, words.GRADE.get(entry.grade, ""))


def _kind(entry: Entry) -> str:
    return texts_case.ENTRY.get(entry.kind, texts_case.ENTRY_OTHERWISE)


def _said(source: Source, entry: Entry) -> str:
    """Its text as it reads: a choice in its own words, a day written out."""
    if entry.kind in texts.CHOICES:
        return texts.CHOICES[entry.kind].get(entry.text, entry.text)
    if entry.kind == "category":
        return source.category(entry.text)
    if entry.kind == case_reviews.EXPLAINED and entry.text:
        return dates.day(date.fromisoformat(entry.text))
    return entry.text


_MOVES: Final[frozenset[str]] = frozenset(Move)


def _move(source: Source, move: CaseMove) -> Line:
    name = words.MOVE[Move(move.move)] if move.move in _MOVES else move.move
    text = texts_export.moved(words.STATE[move.start], words.STATE[move.end])
    why = filled((Line(texts_export.WHY, move.reason),))
    return Line(name, text, source.signed(move.by), under=why)


def _link(source: Source, link: Link) -> Line:
    """Of a restricted case only that there is one: this may be read by people who are not on its list."""
    other = texts_case.RESTRICTED_CASE if link.other_restricted else link.other_reference
    reason = "" if link.other_restricted else link.reason
    why = filled((Line(texts_export.WHY, reason),))
    return Line(texts_export.RELATED[(link.kind, link.forward)], other, about=source.day(link.at), under=why)


def _readers(source: Source) -> Iterator[Line]:
    for access in source.file.access:
        known = source.directory.actor(access.tenant, access.person)
        yield _named(access.name, known.agency.name if known else texts_export.NOT_KNOWN_ANY_MORE)


def _contributors(source: Source) -> Iterator[Line]:
    for each in source.file.contributors:
        yield _named(each.name, source.agency(each.agency_id), source.day(each.since))


def _named(name: str, agency: str, since: str = "") -> Line:
    return Line(name or texts_export.NAME_ERASED, agency, about=since)
