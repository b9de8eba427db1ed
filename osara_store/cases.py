"""How a referral becomes a case, joins one, or turns out to be one already.

Each command is one transaction. It holds the draft first, so that two devices, an impatient finger and a client that
tries again all end in the same case; where there is a case already, it holds that next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from osara_store import audit, contributions, drafts, matching, outbox, outgoing
from osara_store.case_file import (
    Case,
    CaseFile,
    CasePerson,
    Contributor,
    Entry,
    by_reference,
    case_file,
    case_of,
    cases_of,
    fill,
)
from osara_store.contributions import Contribution, Remark
from osara_store.directory import Actor, Hub
from osara_store.errors import CaseNotFound, DraftNotFound, NotAllowed
from osara_store.numbers import next_reference
from osara_store.policy import Action, Ruling, may
from osara_store.referral import Referral
from osara_store.schema import CaseState, case_people, cases, contributors, entries, match_keys
from osara_store.statements import PerDatabase
from osara_store.states import OPEN

__all__ = [
    "Case",
    "CaseFile",
    "CasePerson",
    "Contributor",
    "Entry",
    "LookAlikes",
    "Submitted",
    "by_reference",
    "case_file",
    "case_of",
    "cases_of",
    "is_same_matter",
    "join",
    "look_alikes",
    "submit",
]

Outcome = Literal["new", "repeat", "added"]


@dataclass(frozen=True)
class Submitted:
    """Where a referral went: into a new case, nowhere (the case holds it already), or into a case that was there."""

    case: Case
    outcome: Outcome


@dataclass(frozen=True)
class LookAlikes:
    """How many cases of the hub share a place, a person or a reference with a referral."""

    open: int
    earlier: int
    newest_open_case_id: int | None


_ADD_CASE = sa.insert(cases).returning(cases.c.id)
_ADD_PEOPLE = sa.insert(case_people)
_ADD_ENTRIES = sa.insert(entries)
_ADD_KEYS = PerDatabase(match_keys, lambda insert: insert.on_conflict_do_nothing())
_ADD_CONTRIBUTOR = PerDatabase(contributors, lambda insert: insert.on_conflict_do_nothing())
# Changing the case's row first makes others wait: without that, ids would not tell the order of events.
_NEXT_VERSION = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("this_case"))
    .values(version=cases.c.version + 1)
    .returning(*cases.c)
)
_SIMILAR = (
    sa.select(cases.c.id, cases.c.state)
    .where(
        cases.c.id.in_(
            sa.select(match_keys.c.case_id).where(
                match_keys.c.hub_id == sa.bindparam("hub_id"),
                match_keys.c.key.in_(sa.bindparam("keys", expanding=True)),
            )
        )
    )
    .order_by(cases.c.id.desc())
)


def submit(
    tx: sa.Connection, *, actor: Actor, hub: Hub, draft_id: str, referral: Referral, now: datetime
) -> Submitted:
    """Make a case of the referral; the same matter in the same draft again never makes a second one."""
    draft = _hold_draft(tx, draft_id, actor, hub, may(actor, Action.REFER, hub, on=hub.today(now)))
    sending = _Sending(tx, actor, hub, draft, referral, now)
    if draft.case_id is not None and is_same_matter(tx, draft, hub, referral, actor):
        return sending.again(draft.case_id)
    return sending.as_new_case()


def join(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    draft_id: str,
    referral: Referral,
    case_id: int | None,
    now: datetime,
) -> Submitted:
    """Add the referral to an open case that looks alike: the one named, or else the newest.

    Where none is open any more, because it was closed meanwhile, the referral becomes a case of its own.
    """
    draft = _hold_draft(tx, draft_id, actor, hub, may(actor, Action.JOIN, hub, on=hub.today(now)))
    sending = _Sending(tx, actor, hub, draft, referral, now)
    if draft.case_id is not None and is_same_matter(tx, draft, hub, referral, actor):
        return sending.again(draft.case_id)
    candidates = _open_ones(_similar(tx, hub, referral, actor))
    if case_id is not None and case_id not in candidates:
        raise CaseNotFound  # an id that came with a button must not open the door to any case of the hub
    if not candidates:
        return sending.as_new_case()
    return sending.into(candidates[0] if case_id is None else case_id, "case.joined")


def is_same_matter(
    tx: sa.Connection, draft: drafts.Draft, hub: Hub, referral: Referral, actor: Actor
) -> bool:
    """Whether these answers are about the case that the draft was sent as: the same ones, or ones that look like it.

    A form can stay open long after it was sent. What is typed into it then may be another matter altogether, with other
    people, who have no place in the first one's file.
    """
    if draft.case_id is None:
        return False
    if contributions.digest(referral) in draft.sent:
        return True
    return any(case_id == draft.case_id for case_id, _ in _similar(tx, hub, referral, actor))


def look_alikes(tx: sa.Connection, hub: Hub, referral: Referral, actor: Actor) -> LookAlikes:
    similar = _similar(tx, hub, referral, actor)
    open_ones = _open_ones(similar)
    return LookAlikes(len(open_ones), len(similar) - len(open_ones), next(iter(open_ones), None))


def _similar(
    tx: sa.Connection, hub: Hub, referral: Referral, actor: Actor
) -> Sequence[sa.Row[int, CaseState]]:
    keys = sorted(matching.keys_to_find(referral, actor.agency.id))
    return tx.execute(_SIMILAR, {"hub_id": hub.id, "keys": keys}).all()


def _open_ones(similar: Sequence[sa.Row[int, CaseState]]) -> list[int]:
    return [case_id for case_id, state in similar if state in OPEN]


def _hold_draft(tx: sa.Connection, draft_id: str, actor: Actor, hub: Hub, ruling: Ruling) -> drafts.Draft:
    if not ruling.allowed:
        raise NotAllowed(ruling.reason)
    draft = drafts.hold(tx, draft_id, actor)
    if draft.hub_id != hub.id:
        raise DraftNotFound
    return draft


@dataclass(frozen=True)
class _Sending:
    """One press of Send or Join, with the draft it holds."""

    tx: sa.Connection
    actor: Actor
    hub: Hub
    draft: drafts.Draft
    referral: Referral
    now: datetime

    def as_new_case(self) -> Submitted:
        case = self._open_case()
        self._keep(CaseFile(case, (), (), ()), contributions.whole(self.referral))
        self._finish(
            case, "case.submitted", [outgoing.push(case), self._receipt(case), outgoing.channel_card(case)]
        )
        return Submitted(case, "new")

    def again(self, case_id: int) -> Submitted:
        """What comes again unchanged is only repeated; what was changed is added, so that nothing typed is lost."""
        if contributions.digest(self.referral) in self.draft.sent:
            return Submitted(case_of(self.tx, case_id), "repeat")
        return self.into(case_id, "case.added_to")

    def into(self, case_id: int, action: str) -> Submitted:
        file = fill(self.tx, Case(*self.tx.execute(_NEXT_VERSION, {"this_case": case_id}).one()))
        case = file.case
        self._keep(file, contributions.beyond(file, self.referral, self.actor))
        self._keep_contributor(case)
        self._finish(case, action, [outgoing.push(case), self._receipt(case)])
        return Submitted(case, "added")

    def _open_case(self) -> Case:
        row: dict[str, Any] = {
            "reference": next_reference(self.tx, self.hub, self.now),
            "hub_id": self.hub.id,
            "state": CaseState.SUBMITTED,
            **{name: getattr(self.referral, name) for name in contributions.ANSWERS_OF_CASE},
            "agency_id": self.actor.agency.id,
            "referrer_tenant": self.actor.tenant,
            "referrer_id": self.actor.object_id,
            "referrer_name": self.actor.name,
            "submitted_at": self.now,
            "version": 1,
            "lead_agency_id": self.actor.agency.id,
            "cycle": 1,
            "moves": 0,
            "band": "",
            "restricted": False,
            "legal_hold": False,
        }
        return Case(id=self.tx.execute(_ADD_CASE, row).scalar_one(), **row)

    def _keep(self, file: CaseFile, contribution: Contribution) -> None:
        """Write what the file does not hold yet, numbered on from what it does."""
        people = [
            {"case_id": file.case.id, "n": n, "role": role, "description": description}
            for n, (role, description) in enumerate(contribution.people, len(file.people) + 1)
        ]
        remarks = [
            self._entry(file.case, n, remark)
            for n, remark in enumerate(contribution.remarks, len(file.entries) + 1)
        ]
        if people:
            self.tx.execute(_ADD_PEOPLE, people)
        if remarks:
            self.tx.execute(_ADD_ENTRIES, remarks)

    def _entry(self, case: Case, n: int, remark: Remark) -> dict[str, Any]:
        return {
            "case_id": case.id,
            "n": n,
            "stage": remark.stage,
            "kind": remark.kind,
            "text": remark.text,
            "agency_id": self.actor.agency.id,
            "author_name": self.actor.name,
            "at": self.now,
            "author_tenant": self.actor.tenant,
            "author_id": self.actor.object_id,
            "cycle": case.cycle,
            "grade": "",
        }

    def _keep_contributor(self, case: Case) -> None:
        if (case.referrer_tenant, case.referrer_id) != (self.actor.tenant, self.actor.object_id):
            row = {
                "case_id": case.id,
                "tenant": self.actor.tenant,
                "person": self.actor.object_id,
                "name": self.actor.name,
                "agency_id": self.actor.agency.id,
                "since": self.now,
            }
            self.tx.execute(_ADD_CONTRIBUTOR.on(self.tx), row)

    def _receipt(self, case: Case) -> outbox.Envelope:
        return outgoing.receipt(case, self.actor.tenant, self.actor.object_id, str(case.version))

    def _finish(self, case: Case, action: str, messages: Sequence[outbox.Envelope]) -> None:
        """All that goes with any change by a referral: keys to find it by, audit, messages, and the draft's end."""
        keys = sorted(matching.keys_to_keep(self.referral, self.actor.agency.id, case.reference))
        rows = [{"hub_id": case.hub_id, "key": key, "case_id": case.id} for key in keys]
        self.tx.execute(_ADD_KEYS.on(self.tx), rows)
        audit.record(
            self.tx,
            hub_id=case.hub_id,
            actor=self.actor,
            action=action,
            case_id=case.id,
            detail={"reference": case.reference, "version": case.version, "draft": self.draft.id},
            now=self.now,
        )
        outbox.put(self.tx, messages, self.now)
        drafts.close(self.tx, self.draft, case.id, contributions.digest(self.referral), self.now)
