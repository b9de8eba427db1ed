"""The ASB Case Review: when somebody who keeps reporting should hear of their right to one.

A report is a referral that names a person as affected. Reports are counted by the hash of the name, so that the same
person is counted whichever case the report went into.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

import sqlalchemy as sa

from osara_store import changing, matching
from osara_store.case_file import CaseFile
from osara_store.case_settings import CaseReviewRules
from osara_store.contributing import enter
from osara_store.directory import Actor, Hub
from osara_store.months import months_after
from osara_store.policy import Action
from osara_store.referral import Referral
from osara_store.schema import Stage, victim_reports
from osara_store.statements import PerDatabase

EXPLAINED: Final = "case_review_explained"  # the kind of entry; its text is the hub's date, YYYY-MM-DD


@dataclass(frozen=True)
class ReviewPrompt:
    """What to tell whoever works the case, from the most reports that one victim in it has made within the window.

    `explained_on` is the hub's day on which a victim last had the review explained; None if nobody has.
    """

    reports: int
    kind: Literal["explain", "threshold"] | None
    explained_on: date | None


@dataclass(frozen=True)
class _Report:
    case_id: int
    on: date


_NOTE = PerDatabase(victim_reports, lambda insert: insert.on_conflict_do_nothing())
_here = victim_reports.alias("here")
_REPORTS = (
    sa.select(victim_reports.c.key, victim_reports.c.case_id, victim_reports.c.at)
    .where(
        victim_reports.c.hub_id == sa.bindparam("hub_id"),
        victim_reports.c.key.in_(sa.select(_here.c.key).where(_here.c.case_id == sa.bindparam("this_case"))),
    )
    .order_by(victim_reports.c.at)
)


def note_reports(
    tx: sa.Connection, *, hub_id: str, case_id: int, draft_id: str, referral: Referral, now: datetime
) -> None:
    """Note that each person whom the referral names as affected has reported; the same referral again does not count."""
    rows = [
        {"hub_id": hub_id, "key": key, "draft_id": draft_id, "case_id": case_id, "at": now}
        for key in sorted(matching.affected_keys(referral))
    ]
    if rows:
        tx.execute(_NOTE.on(tx), rows)


def prompt(connection: sa.Connection, file: CaseFile, rules: CaseReviewRules) -> ReviewPrompt:
    """What the rules say of the victims in this case."""
    terms = {"hub_id": file.case.hub_id, "this_case": file.case.id}
    of_victim: dict[str, list[_Report]] = defaultdict(list)
    for key, case_id, at in connection.execute(_REPORTS, terms):
        of_victim[key].append(_Report(case_id, at.date()))
    reports = max((_most(all_of_one, file.case.id, rules) for all_of_one in of_victim.values()), default=0)
    return ReviewPrompt(reports, _kind(reports, rules), _explained_on(file))


def explained(tx: sa.Connection, *, actor: Actor, hub: Hub, case_id: int, now: datetime) -> CaseFile:
    """Write down that the right to a review was explained today."""
    held = changing.hold(
        tx, actor=actor, hub=hub, case_id=case_id, action=Action.EXPLAIN_CASE_REVIEW, now=now
    )
    today = hub.today(now)
    if _explained_on(held.file) == today:
        return held.file
    enter(held, Stage.SCANNING, EXPLAINED, today.isoformat())
    return held.finish("case.review_explained", {}, receipts=False, channel=False)


def _most(reports: Sequence[_Report], case_id: int, rules: CaseReviewRules) -> int:
    """The most reports, oldest first, in any one window that holds a report of this case."""
    windows = (_from(first, reports[n:], rules) for n, first in enumerate(reports))
    return max(len(window) for window in windows if any(report.case_id == case_id for report in window))


def _from(first: _Report, later: Iterable[_Report], rules: CaseReviewRules) -> list[_Report]:
    end = months_after(first.on, rules.window_months)
    return [report for report in later if report.on <= end]


def _kind(reports: int, rules: CaseReviewRules) -> Literal["explain", "threshold"] | None:
    if reports >= rules.threshold_at:
        return "threshold"
    return "explain" if reports >= rules.explain_at else None


def _explained_on(file: CaseFile) -> date | None:
    days = [entry.text for entry in file.entries if entry.kind == EXPLAINED and entry.text]
    return date.fromisoformat(max(days)) if days else None
