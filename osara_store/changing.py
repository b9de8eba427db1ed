"""How any change of a case begins and ends: hold the case, check the rules, change it, then tell audit and outbox.

Every command of a case goes through here, in one transaction, so that none can forget a part of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from osara_store import audit, meeting_messages, outbox, outgoing, review_messages, search_text, task_messages
from osara_store.case_file import Case, CaseFile, access_list, case_of, fill
from osara_store.directory import Actor, Hub
from osara_store.errors import CaseNotFound, NotAllowed, Stale
from osara_store.policy import CASE_ACTIONS, Action, Reason, Ruling, may
from osara_store.schema import cases
from osara_store.states import ENDED

# Changing the case's row first makes others wait: without that, ids would not tell the order of events.
_HOLD = (
    sa.update(cases)
    .where(cases.c.id == sa.bindparam("this_case"))
    .values(version=cases.c.version + 1)
    .returning(*cases.c)
)


@dataclass(frozen=True)
class Held:
    """A case in the hands of one person, within one transaction."""

    tx: sa.Connection
    actor: Actor
    hub: Hub
    file: CaseFile
    now: datetime

    @property
    def case(self) -> Case:
        return self.file.case

    def signed(self, **values: Any) -> dict[str, Any]:
        """A row of this case with its author and time."""
        return {
            "case_id": self.case.id,
            **values,
            "author_tenant": self.actor.tenant,
            "author_id": self.actor.object_id,
            "author_name": self.actor.name,
            "author_agency_id": self.actor.agency.id,
            "at": self.now,
        }

    def also_may(self, action: Action) -> None:
        """Raise NotAllowed unless the actor may do this, too."""
        require(self.file, self.actor, self.hub, action, self.now)

    def is_reader(self, somebody: Actor) -> bool:
        """Whether another person may read the case."""
        return _ruling(self.file, somebody, self.hub, Action.READ_CASE, self.now).allowed

    def change(self, **values: Any) -> None:
        """Set columns of the case's own row."""
        self.tx.execute(sa.update(cases).where(cases.c.id == self.case.id).values(**values))

    def finish(self, action: str, detail: Mapping[str, object], *, receipts: bool, channel: bool) -> CaseFile:
        """Write what was done into the audit chain and tell SharePoint and, where asked, receipts and channel card.

        The detail holds ids and names of fields only. Returns the file as it now is.
        """
        file = fill(self.tx, case_of(self.tx, self.case.id))
        case = file.case
        if search_text.has_changed(self.file, file):
            search_text.keep(self.tx, file)
        audit.record(
            self.tx,
            hub_id=case.hub_id,
            actor=self.actor,
            action=action,
            case_id=case.id,
            detail={"reference": case.reference, "version": case.version, **detail},
            now=self.now,
        )
        messages = [outgoing.push(case), *outgoing.request_cards(self.file, file)]
        messages += outgoing.call_backs(self.file, file)
        if receipts:
            messages += outgoing.receipts(file)
        if channel:
            messages.append(outgoing.channel_card(case))
        if _readers(self.file) != _readers(file):
            task_messages.renew_all(self.tx, case, self.now)
            review_messages.renew_all(self.tx, case, self.now)
            meeting_messages.renew(self, file)
        outbox.put(self.tx, messages, self.now)
        return file


def hold(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    action: Action,
    now: datetime,
    seen: int | None = None,
) -> Held:
    """Hold the case for this actor and action.

    `seen` is the number of moves the case had made when the person looked; None where that does not matter.

    Raises:
        CaseNotFound: there is no such case in the hub.
        NotAllowed: the policy says no.
        Stale: the case has moved since, or was erased and is no longer written in.
    """
    row = tx.execute(_HOLD, {"this_case": case_id}).one_or_none()
    if row is None or Case(*row).hub_id != hub.id:
        raise CaseNotFound
    file = fill(tx, Case(*row))
    held = Held(tx, actor, hub, file, now)
    has_moved = seen is not None and seen != file.case.moves
    if has_moved or _is_over(file, action):
        held.also_may(Action.READ_CASE)
        raise Stale
    held.also_may(action)
    return held


def _readers(file: CaseFile) -> tuple[bool, bool, frozenset[tuple[str, str]]]:
    """What decides who may be shown something of the case in a card of their own."""
    return file.case.state in ENDED, file.case.restricted, listed(file)


def _is_over(file: CaseFile, action: Action) -> bool:
    """An erased case is read and nothing else: whatever was written into it would stay for ever."""
    return file.case.erased_at is not None and action is not Action.READ_CASE


def _ruling(file: CaseFile, actor: Actor, hub: Hub, action: Action, now: datetime) -> Ruling:
    if _is_over(file, action):
        return Ruling(allowed=False, reason=Reason.NOT_NOW)
    return may(actor, action, hub, case=file.case, listed=listed(file), on=hub.today(now))


def listed(file: CaseFile) -> frozenset[tuple[str, str]]:
    """Those who may open the case where it is restricted, as the policy wants them."""
    return frozenset((each.tenant, each.person) for each in file.access)


def allowed(tx: sa.Connection, case: Case, actor: Actor, hub: Hub, action: Action, now: datetime) -> bool:
    """Whether the actor may do this to a case that is only read."""
    names = frozenset((each.tenant, each.person) for each in access_list(tx, case.id))
    return may(actor, action, hub, case=case, listed=names, on=hub.today(now)).allowed


def allowed_actions(file: CaseFile, actor: Actor, hub: Hub, now: datetime) -> frozenset[Action]:
    """All that the policy lets the actor do to the case now."""
    return frozenset(action for action in CASE_ACTIONS if _ruling(file, actor, hub, action, now).allowed)


def require(file: CaseFile, actor: Actor, hub: Hub, action: Action, now: datetime) -> None:
    """Raise NotAllowed unless the actor may do this to a case that is only read."""
    ruling = _ruling(file, actor, hub, action, now)
    if not ruling.allowed:
        raise NotAllowed(ruling.reason)
