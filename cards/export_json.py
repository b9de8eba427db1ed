"""A case as JSON, for another system to read. The keys are a promise: docs/export-format.md says what each holds."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from cards import texts_export, texts_stages
from cards.document import Source
from osara_store.case_file import (
    Access,
    Answer,
    By,
    CaseClock,
    CaseFile,
    CaseMove,
    CasePerson,
    Contributor,
    Entry,
    InformationRequest,
    Invited,
    Link,
    Meeting,
    Review,
    RiskAssessment,
    Signpost,
    Task,
)
from osara_store.directory import Directory
from osara_store.stages import FIELD

FORMAT: Final = "local-focus-hub case"
VERSION: Final = (
    1  # rises when a key is taken away or comes to mean something else; new keys do not change it
)

Json = dict[str, Any]


def export_json(file: CaseFile, directory: Directory, now: datetime) -> Json:
    """Everything in the file as of `now` (UTC): also the answers that were replaced, and those that wait for a choice."""
    source = Source(file, directory, now)
    return {
        "format": FORMAT,
        "version": VERSION,
        "marking": texts_export.marking(directory.marking, restricted=file.case.restricted),
        "exported_at": _time(now),
        "case": _case(source),
        "people": [_person(each) for each in file.people],
        "risk_assessments": [_risk(each) for each in file.risks],
        "clocks": [_clock(each) for each in file.clocks],
        "answers": [_answer(source, each) for each in file.answers],
        "tasks": [_task(each) for each in file.tasks],
        "signposts": [_signpost(each) for each in file.signposts],
        "entries": [_entry(each) for each in file.entries],
        "requests": [_request(each) for each in file.requests],
        "meetings": [_meeting(each) for each in file.meetings],
        "reviews": [_review(each) for each in file.reviews],
        "moves": [_move(each) for each in file.moves],
        "links": [_link(each) for each in file.links],
        "access": [_access(each) for each in file.access],
        "contributors": [_contributor(each) for each in file.contributors],
        "names": _names(source),
    }


def _case(source: Source) -> Json:
    case = source.case
    return {
        "reference": case.reference,
        "hub": case.hub_id,
        "state": case.state,
        "cycle": case.cycle,
        "band": case.band or None,
        "lead_agency": case.lead_agency_id or None,
        "restricted": case.restricted,
        "legal_hold": case.legal_hold,
        "category": case.category,
        "where": case.where,
        "since": case.since,
        "frequency": case.frequency,
        "danger": case.danger,
        "sharing_basis": case.sharing_basis,
        "equality": case.equality,
        "equality_note": case.equality_note,
        "own_reference": case.own_reference,
        "referrer": {
            "name": case.referrer_name,
            "agency": case.agency_id,
            "tenant": case.referrer_tenant,
            "person": case.referrer_id,
        },
        "submitted_at": _time(case.submitted_at),
        "closed_at": _time(case.closed_at),
        "watch_until": _day(case.watch_until),
        "retention_on": _day(case.retention_on),
        "erased_at": _time(case.erased_at),
        "sharepoint": case.web_url,
    }


def _person(person: CasePerson) -> Json:
    return {
        "n": person.n,
        "description": person.description,
        "role": person.role,
        "first_role": person.said_role,
        "age_group": person.age_group,
    }


def _risk(risk: RiskAssessment) -> Json:
    return {
        "n": risk.n,
        "cycle": risk.cycle,
        "instrument": risk.instrument,
        "instrument_version": risk.version,
        "answers": dict(risk.answers),
        "score": risk.score,
        "band": risk.band,
        "reason": risk.reason,
        "by": _by(risk.by),
    }


def _clock(clock: CaseClock) -> Json:
    return {
        "n": clock.n,
        "kind": clock.kind,
        "band": clock.band or None,
        "started_at": _time(clock.started_at),
        "due_at": _time(clock.due_at),
        "met_at": _time(clock.met_at),
        "replaced_at": _time(clock.replaced_at),
    }


def _answer(source: Source, answer: Answer) -> Json:
    return {
        "cycle": answer.cycle,
        "stage": FIELD[answer.field].stage if answer.field in FIELD else None,
        "field": answer.field,
        "n": answer.n,
        "status": _status(source, answer),
        "text": answer.text,
        "by": _by(answer.by),
    }


def _status(source: Source, answer: Answer) -> str:
    if source.file.standing.get((answer.cycle, answer.field)) is answer:
        return "current"
    return "waiting" if answer in source.waiting(answer.cycle, answer.field) else "earlier"


def _task(task: Task) -> Json:
    return {
        "n": task.n,
        "cycle": task.cycle,
        "state": task.state,
        "intervention": task.intervention,
        "side": task.side or None,
        "agency": task.agency_id,
        "owner": task.owner,
        "due_on": _day(task.due_on),
        "power": task.power or None,
        "rationale": task.rationale,
        "proportionality": task.proportionality,
        "term": task.term or None,
        "outcome": task.outcome,
        "origin": task.origin or None,
        "accepted_at": _time(task.accepted_at),
        "numbers": dict(task.numbers),
        "suggested_agency": task.suggested_agency_id or None,
        "suggested_owner": task.suggested_owner,
        "by": _by(task.by),
    }


def _signpost(signpost: Signpost) -> Json:
    return {
        "n": signpost.n,
        "organisation": signpost.agency_id,
        "reason": signpost.reason,
        "chaser_agency": signpost.chaser_agency_id,
        "chaser": signpost.chaser,
        "chase_on": _day(signpost.chase_on),
        "chased_at": _time(signpost.chased_at),
        "outcome": signpost.outcome,
        "by": _by(signpost.by),
    }


def _request(request: InformationRequest) -> Json:
    replied = request.replied_at and _signed(
        request.replied_name,
        request.agency_id,
        request.replied_tenant,
        request.replied_id,
        request.replied_at,
    )
    return {
        "n": request.n,
        "agency": request.agency_id,
        "reason": request.reason,
        "due_at": _time(request.due_at),
        "reply": request.reply or None,
        "note": request.note,
        "replied_by": replied,
        "heard": request.heard_at and {"name": request.heard_by, "at": _time(request.heard_at)},
        "by": _by(request.by),
    }


def _meeting(meeting: Meeting) -> Json:
    return {
        "n": meeting.n,
        "cycle": meeting.cycle,
        "state": meeting.state,
        "starts_at": _time(meeting.starts_at),
        "ends_at": _time(meeting.ends_at),
        "join_url": meeting.join_url or None,
        "reason": meeting.reason,
        "held_at": _time(meeting.held_at),
        "invited": [_invited(each) for each in meeting.people],
        "by": _by(meeting.by),
    }


def _invited(invited: Invited) -> Json:
    return {
        "name": invited.name,
        "agency": invited.agency_id,
        "tenant": invited.tenant,
        "person": invited.person,
        "attendance": invited.attendance,
    }


def _review(review: Review) -> Json:
    done = review.done_at and _signed(
        review.done_name, review.done_agency_id, review.done_tenant, review.done_id, review.done_at
    )
    return {
        "n": review.n,
        "due_on": _day(review.due_on),
        "state": review.state,
        "prompted_at": _time(review.prompted_at),
        "decision": review.decision or None,
        "risk": review.risk or None,
        "comment": review.comment,
        "done_by": done,
    }


def _entry(entry: Entry) -> Json:
    return {
        "n": entry.n,
        "cycle": entry.cycle,
        "stage": entry.stage,
        "kind": entry.kind,
        "grade": entry.grade or None,
        "text": entry.text,
        "by": _signed(entry.author_name, entry.agency_id, entry.author_tenant, entry.author_id, entry.at),
    }


def _move(move: CaseMove) -> Json:
    return {
        "n": move.n,
        "move": move.move,
        "from": move.start,
        "to": move.end,
        "cycle": move.cycle,
        "reason": move.reason,
        "by": _by(move.by),
    }


def _link(link: Link) -> Json:
    """Of a restricted case only that there is one: this may be read by people who are not on its list."""
    return {
        "kind": link.kind,
        "direction": "to" if link.forward else "from",
        "restricted": link.other_restricted,
        "reference": None if link.other_restricted else link.other_reference,
        "reason": None if link.other_restricted else link.reason,
        "at": _time(link.at),
    }


def _access(access: Access) -> Json:
    return {"name": access.name, "tenant": access.tenant, "person": access.person}


def _contributor(contributor: Contributor) -> Json:
    return _signed(
        contributor.name, contributor.agency_id, contributor.tenant, contributor.person, contributor.since
    )


def _by(by: By) -> Json:
    return _signed(by.author_name, by.author_agency_id, by.author_tenant, by.author_id, by.at)


def _signed(name: str, agency: str, tenant: str, person: str, at: datetime) -> Json:
    return {"name": name, "agency": agency, "tenant": tenant, "person": person, "at": _time(at)}


def _time(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat() if at else None


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


# --- what the ids stand for ------------------------------------------------------------------------------------------


def _names(source: Source) -> Mapping[str, Mapping[str, str]]:
    """Of every id that is ours to give and that the file uses, the name that it has now."""
    file, case = source.file, source.case
    return {
        "hubs": {case.hub_id: source.hub_name},
        "categories": {case.category: source.category(case.category)},
        "agencies": {each: source.agency(each) for each in sorted(set(_agencies(file)))},
        "powers": {each: source.power(each) for each in sorted({task.power for task in file.tasks} - {""})},
        "fields": {each.field: texts_stages.LABELS.get(each.field, each.field) for each in file.answers},
    }


def _agencies(file: CaseFile) -> Iterator[str]:
    yield from {file.case.agency_id, file.case.lead_agency_id} - {""}
    for task in file.tasks:
        yield from filter(None, (task.agency_id, task.suggested_agency_id))
    for signpost in file.signposts:
        yield from (signpost.agency_id, signpost.chaser_agency_id)
    yield from (request.agency_id for request in file.requests)
    yield from (each.agency_id for meeting in file.meetings for each in meeting.people)
    yield from filter(None, (review.done_agency_id for review in file.reviews))
    yield from (entry.agency_id for entry in file.entries)
    yield from (contributor.agency_id for contributor in file.contributors)
    yield from (by.author_agency_id for by in _signatures(file))


def _signatures(file: CaseFile) -> Iterator[By]:
    yield from (each.by for each in file.answers)
    yield from (each.by for each in file.tasks)
    yield from (each.by for each in file.signposts)
    yield from (each.by for each in file.risks)
    yield from (each.by for each in file.requests)
    yield from (each.by for each in file.meetings)
    yield from (each.by for each in file.moves)
