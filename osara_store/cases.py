"""How a referral becomes a case, joins one, or turns out to be one already.

Each command is one transaction. It holds the draft first, so that two devices, an impatient finger and a client that
tries again all end in the same case; where there is a case already, it holds that next.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal

import sqlalchemy as sa

from osara_store import (
    audit,
    case_reviews,
    contributions,
    drafts,
    matching,
    outbox,
    outgoing,
    search_text,
)
from osara_store.alike import Alike, LookAlikes, is_same_matter, joinable, look_alikes, similar, watched
from osara_store.case_clocks import start_risk_check
from osara_store.case_file import (
    Case,
    CaseFile,
    CasePerson,
    Contributor,
    Entry,
    by_reference,
    case_file,
    case_of,
    fill,
    surviving,
)
from osara_store.case_settings import ClockRules
from osara_store.contributions import Contribution, Remark
from osara_store.directory import Actor, Hub
from osara_store.errors import CaseNotFound, DraftNotFound, NotAllowed
from osara_store.numbers import next_reference
from osara_store.policy import Action, Ruling, may
from osara_store.referral import Referral
from osara_store.schema import (
    CaseState,
    LinkKind,
    case_links,
    case_people,
    cases,
    contributors,
    entries,
    match_keys,
)
from osara_store.search import cases_of
from osara_store.statements import PerDatabase
from osara_store.states import OPEN
from osara_store.visibility import IS_HIDDEN, seen_by

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
BUILT_IN: Final = ClockRules()


@dataclass(frozen=True)
class Submitted:
    """Where a referral went: into a new case, nowhere (the case holds it already), or into a case that was there."""

    case: Case
    outcome: Outcome


_ADD_CASE = sa.insert(cases).returning(cases.c.id)
_ADD_PEOPLE = sa.insert(case_people)
_ADD_ENTRIES = sa.insert(entries)
_ADD_KEYS = PerDatabase(match_keys, lambda insert: insert.on_conflict_do_nothing())
_ADD_CONTRIBUTOR = PerDatabase(contributors, lambda insert: insert.on_conflict_do_nothing())
# Changing the case's row first makes others wait: without that, ids would not tell the order of events. The state is asked
# for in the same breath, because the case may be closed while this waits for it.
_HOLD_OWN = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("this_case"), cases.c.state.in_(sorted(OPEN)))
    .values(version=cases.c.version + 1)
    .returning(*cases.c)
)
_HOLD_TO_JOIN = _HOLD_OWN.where(~IS_HIDDEN)
_HOLD_CLOSED = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("this_case"), cases.c.state == CaseState.CLOSED)
    .values(version=cases.c.version + 1)
    .returning(*cases.c)
)
_ADD_LINK = sa.insert(case_links)


def submit(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    draft_id: str,
    referral: Referral,
    now: datetime,
    rules: ClockRules = BUILT_IN,
    alike: LookAlikes | None = None,
) -> Submitted:
    """Make a case of the referral; the same matter in the same draft again never makes a second one.

    `rules` are the hub's clocks: with the case starts the time by which its risk must be checked. `alike` is what
    `look_alikes` found in this same transaction; without it, look-alikes are looked up here.
    """
    draft = _hold_draft(tx, draft_id, actor, hub, may(actor, Action.REFER, hub, on=hub.today(now)))
    found = alike.found if alike else None
    sending = _Sending(tx, actor, hub, draft, referral, now, rules, found)
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
    rules: ClockRules = BUILT_IN,
) -> Submitted:
    """Add the referral to an open case that looks alike: the one named, or else the newest.

    Where none is open any more, because it was closed meanwhile, the referral becomes a case of its own.
    """
    draft = _hold_draft(tx, draft_id, actor, hub, may(actor, Action.JOIN, hub, on=hub.today(now)))
    found = similar(tx, hub, referral, actor)
    sending = _Sending(tx, actor, hub, draft, referral, now, rules, found)
    if draft.case_id is not None and is_same_matter(tx, draft, hub, referral, actor):
        return sending.again(draft.case_id)
    if case_id is None:
        return sending.into_one_of(joinable(found))
    if not any(each.case_id == case_id and not each.is_hidden for each in found):
        raise CaseNotFound  # an id that came with a button must not open the door to any case of the hub
    return sending.into_one_of([case_id])


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
    rules: ClockRules
    found: Sequence[Alike] | None  # None: not looked for yet

    def as_new_case(self) -> Submitted:
        earlier = self._hold_what_came_back()
        case = self._open_case()
        search_text.keep(self.tx, self._keep(CaseFile(case, (), (), ()), contributions.whole(self.referral)))
        start_risk_check(self.tx, case_id=case.id, hub=self.hub, rules=self.rules, now=self.now)
        messages = [outgoing.push(case), self._receipt(case), outgoing.channel_card(case)]
        if earlier is None:
            self._finish(case, "case.submitted", messages)
        else:
            self._link_to(case, earlier)
            messages.append(outgoing.push(earlier))
            self._finish(case, "case.submitted", messages, re_referral_of=earlier.reference)
        return Submitted(case, "new")

    def again(self, case_id: int) -> Submitted:
        """What comes again unchanged is only repeated; what was changed is added, so that nothing typed is lost.

        A case that has ended takes in nothing more: then it is a case of its own.
        """
        case = surviving(self.tx, case_of(self.tx, case_id))
        if contributions.digest(self.referral) in self.draft.sent:
            return Submitted(case, "repeat")
        held = self.tx.execute(_HOLD_OWN, {"this_case": case.id}).one_or_none()
        return self._into(Case(*held), "case.added_to") if held else self.as_new_case()

    def into_one_of(self, case_ids: Iterable[int]) -> Submitted:
        """Into the first of these that can still be joined."""
        for case_id in case_ids:
            terms = {"this_case": case_id, **seen_by(self.actor)}
            held = self.tx.execute(_HOLD_TO_JOIN, terms).one_or_none()
            if held:
                return self._into(Case(*held), "case.joined")
        return self.as_new_case()

    def _into(self, case: Case, action: str) -> Submitted:
        file = fill(self.tx, case)
        added = self._keep(file, contributions.beyond(file, self.referral, self.actor))
        if search_text.has_changed(file, added):
            search_text.keep(self.tx, added)
        self._keep_contributor(case)
        self._finish(case, action, [outgoing.push(case), self._receipt(case)])
        return Submitted(case, "added")

    def _hold_what_came_back(self) -> Case | None:
        """The closed case whose matter this is, if it is still watched. Whoever refers is told nothing of it."""
        found = self.found
        if found is None:
            found = similar(self.tx, self.hub, self.referral, self.actor)
        case_id = watched(found, self.hub.today(self.now))
        if case_id is None:
            return None
        row = self.tx.execute(_HOLD_CLOSED, {"this_case": case_id}).one_or_none()
        return Case(*row) if row else None

    def _link_to(self, case: Case, earlier: Case) -> None:
        row = {
            "case_id": case.id,
            "other_id": earlier.id,
            "kind": LinkKind.RE_REFERRAL_OF,
            "reason": "",
            "author_tenant": self.actor.tenant,
            "author_id": self.actor.object_id,
            "author_name": self.actor.name,
            "author_agency_id": self.actor.agency.id,
            "at": self.now,
        }
        self.tx.execute(_ADD_LINK, row)

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

    def _keep(self, file: CaseFile, contribution: Contribution) -> CaseFile:
        """Write what the file does not hold yet, numbered on from what it does; the file with it."""
        of_case = {"case_id": file.case.id}
        people = tuple(
            CasePerson(n, role, description)
            for n, (role, description) in enumerate(contribution.people, len(file.people) + 1)
        )
        remarks = tuple(
            self._entry(file.case, n, remark)
            for n, remark in enumerate(contribution.remarks, len(file.entries) + 1)
        )
        if people:
            rows = [
                {**of_case, "n": one.n, "role": one.role, "description": one.description} for one in people
            ]
            self.tx.execute(_ADD_PEOPLE, rows)
        if remarks:
            self.tx.execute(_ADD_ENTRIES, [{**of_case, **vars(remark)} for remark in remarks])
        return replace(file, people=(*file.people, *people), entries=(*file.entries, *remarks))

    def _entry(self, case: Case, n: int, remark: Remark) -> Entry:
        return Entry(
            n,
            remark.stage,
            remark.kind,
            remark.text,
            self.actor.agency.id,
            self.actor.name,
            self.now,
            self.actor.tenant,
            self.actor.object_id,
            case.cycle,
        )

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

    def _finish(self, case: Case, action: str, messages: Sequence[outbox.Envelope], **detail: object) -> None:
        """All that goes with any change by a referral: what it is found and counted by, audit, messages, the draft's end."""
        keys = sorted(matching.keys_to_keep(self.referral, self.actor.agency.id, case.reference))
        rows = [{"hub_id": case.hub_id, "key": key, "case_id": case.id} for key in keys]
        self.tx.execute(_ADD_KEYS.on(self.tx), rows)
        case_reviews.note_reports(
            self.tx,
            hub_id=case.hub_id,
            case_id=case.id,
            draft_id=self.draft.id,
            referral=self.referral,
            now=self.now,
        )
        audit.record(
            self.tx,
            hub_id=case.hub_id,
            actor=self.actor,
            action=action,
            case_id=case.id,
            detail={"reference": case.reference, "version": case.version, "draft": self.draft.id, **detail},
            now=self.now,
        )
        outbox.put(self.tx, messages, self.now)
        drafts.close(self.tx, self.draft, case.id, contributions.digest(self.referral), self.now)
