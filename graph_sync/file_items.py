"""The rows of the other lists of a case file: its people, its tasks, its risk assessments and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph_sync import words
from graph_sync.items import Copyist, DesiredItem, day, moment, moment_if
from graph_sync.risk_answers import lines_of
from osara_store.meeting_words import ATTENDANCE

if TYPE_CHECKING:
    from osara_store.case_file import (
        CasePerson,
        InformationRequest,
        Invited,
        Meeting,
        RiskAssessment,
        Task,
    )
    from osara_store.instruments import RiskSettings


def person_item(person: CasePerson, copyist: Copyist) -> DesiredItem:
    role = words.PERSON_ROLE[person.role]
    fields = {
        "PersonNumber": person.n,
        "CaseRole": role,
        "PersonDescription": person.description,
        "AgeGroup": words.AGE_GROUP[person.age_group],
    }
    return copyist.item(copyist.lists.people, f"-P{person.n:03d}", f"{role} {person.n}", fields)


# The column of each number that comes of tasks.
_NUMBERS = {
    "arrests": "Arrests",
    "injunctions": "Injunctions",
    "visits": "Visits",
    "warnings": "Warnings",
    "referrals_to_support": "ReferralsToSupport",
}


def task_item(task: Task, copyist: Copyist) -> DesiredItem:
    names = copyist.names
    fields = {
        "TaskNumber": task.n,
        "Cycle": task.cycle,
        "TaskStatus": words.TASK_STATE[task.state],
        "Intervention": task.intervention,
        "TriangleSide": words.word(words.SIDE, task.side),
        "OwningAgency": names.agency(task.agency_id),
        "TaskOwner": task.owner,
        "DueOn": day(task.due_on),
        "PowerUsed": names.power(task.power),
        "Rationale": task.rationale,
        "Proportionality": task.proportionality,
        "Term": words.word(words.TERM, task.term),
        "TaskOutcome": task.outcome,
        "AcceptedOn": moment_if(task.accepted_at),
        "SuggestedAgency": names.agency(task.suggested_agency_id) if task.suggested_agency_id else "",
        "SuggestedOwner": task.suggested_owner,
        **{column: task.numbers.get(kind) for kind, column in _NUMBERS.items()},
        "MovedFrom": task.origin,
        **copyist.signed(task.by),
    }
    return copyist.item(copyist.lists.tasks, f"-T{task.n:03d}", f"Task {task.n}", fields)


def request_item(request: InformationRequest, copyist: Copyist) -> DesiredItem:
    fields = {
        "RequestNumber": request.n,
        "AskedAgency": copyist.names.agency(request.agency_id),
        "Reason": request.reason,
        "AnswerDue": moment(request.due_at),
        "Reply": words.word(words.REPLY, request.reply),
        "ReplyNote": request.note,
        "RepliedBy": request.replied_name,
        "RepliedOn": moment_if(request.replied_at),
        **copyist.signed(request.by),
    }
    return copyist.item(copyist.lists.requests, f"-Q{request.n:03d}", f"Request {request.n}", fields)


def meeting_item(meeting: Meeting, copyist: Copyist) -> DesiredItem:
    fields = {
        "MeetingNumber": meeting.n,
        "Cycle": meeting.cycle,
        "MeetingStatus": words.MEETING_STATE[meeting.state],
        "StartsOn": moment_if(meeting.starts_at),
        "EndsOn": moment_if(meeting.ends_at),
        "Invited": "\n".join(_invited(each, copyist) for each in meeting.people),
        "JoinLink": meeting.join_url,
        "Reason": meeting.reason,
        "HeldOn": moment_if(meeting.held_at),
        **copyist.signed(meeting.by),
    }
    return copyist.item(copyist.lists.meetings, f"-G{meeting.n:03d}", f"Meeting {meeting.n}", fields)


def _invited(invited: Invited, copyist: Copyist) -> str:
    """Who it is, for which agency, and what was noted of them; of a case that was erased, no name."""
    who = ", ".join(filter(None, (invited.name, copyist.names.agency(invited.agency_id))))
    return f"{who}: {ATTENDANCE[invited.attendance].lower()}" if invited.attendance else who


def risk_item(risk: RiskAssessment, copyist: Copyist) -> DesiredItem:
    fields = {
        "RiskNumber": risk.n,
        "Cycle": risk.cycle,
        "Instrument": words.word(words.INSTRUMENT, risk.instrument),
        "InstrumentVersion": risk.version,
        "Score": risk.score,
        "Band": words.word(words.BAND, risk.band),
        "Answers": "\n".join(lines_of(risk, _settings(copyist))),
        "Reason": risk.reason,
        **copyist.signed(risk.by),
    }
    return copyist.item(copyist.lists.risks, f"-R{risk.n:03d}", f"Risk assessment {risk.n}", fields)


def _settings(copyist: Copyist) -> RiskSettings | None:
    hub = copyist.directory.hub(copyist.case.hub_id)
    return copyist.directory.risk_of(hub) if hub else None
