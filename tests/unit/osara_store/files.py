"""Case files made up for rules that only read."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from osara_store.case_file import Answer, By, Case, CaseFile, Task
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from osara_store.schema import CaseState, TaskState

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOMEBODY = By("tenant", "somebody", "Priya Raman", "homes", NOON)


def a_case(**changes: Any) -> Case:
    values: dict[str, Any] = {
        "id": 1,
        "reference": "ALL-2026-0001",
        "hub_id": "ALL",
        "state": CaseState.SCANNING,
        "category": "noise",
        "where": "12 High Street, Workington",
        "since": Since.WEEKS,
        "frequency": Frequency.DAILY,
        "danger": Danger.NO,
        "agency_id": "homes",
        "referrer_tenant": "tenant",
        "referrer_id": "somebody",
        "referrer_name": "Priya Raman",
        "own_reference": "",
        "sharing_basis": SharingBasis.PUBLIC_TASK,
        "equality": Equality.NO,
        "equality_note": "",
        "submitted_at": NOON,
        "version": 1,
        "lead_agency_id": "homes",
    }
    return Case(**{**values, **changes})


def a_file(answers: Mapping[str, str] | None = None, *, case: Case | None = None, **parts: Any) -> CaseFile:
    """A file in which these answers stand in the present cycle."""
    case = case or a_case()
    standing = (
        Answer(case.cycle, field, 1, standing=True, text=text, by=SOMEBODY)
        for field, text in (answers or {}).items()
    )
    return CaseFile(
        case, **{"people": (), "entries": (), "contributors": (), "answers": tuple(standing), **parts}
    )


def a_task(n: int = 1, **changes: Any) -> Task:
    values: dict[str, Any] = {
        "n": n,
        "cycle": 1,
        "state": TaskState.OPEN,
        "intervention": "Mend the gate",
        "side": "location",
        "agency_id": "homes",
        "owner": "Sam Lee",
        "due_on": date(2026, 3, 20),
        "power": "",
        "rationale": "",
        "proportionality": "",
        "term": "quick",
        "outcome": "",
        "origin": "",
        "accepted_at": None,
        "numbers": {},
        "suggested_agency_id": "",
        "suggested_owner": "",
        "version": 1,
        "by": SOMEBODY,
    }
    return Task(**{**values, **changes})
