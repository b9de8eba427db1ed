"""The row of a case in the list of cases: where it stands, what is due, and how it is tied to others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from graph_sync import words
from graph_sync.items import Copyist, DesiredItem, day_if, moment, moment_if
from osara_store.schema import LinkKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osara_store.case_file import Case, CaseFile, Link

# The kinds of clock, by the beginning of their columns' names.
CLOCKS: Final = {
    "RiskCheck": "risk_check",
    "InitialAction": "initial_action",
    "Information": "information",
    "Meeting": "meeting",
}


def case_item(file: CaseFile, copyist: Copyist) -> DesiredItem:
    category = copyist.names.category(file.case.category)
    fields = {
        **_referral(file.case, copyist, category),
        "Band": words.word(words.BAND, file.case.band),
        "Cycle": file.case.cycle,
        **_clocks(file),
        **_ending(file),
        **_links(file),
        "Restricted": file.case.restricted,
        "AccessList": _access(file),
    }
    return copyist.item(copyist.lists.cases, "", category, fields)


def _referral(case: Case, copyist: Copyist, category: str) -> dict[str, Any]:
    names = copyist.names
    return {
        "Hub": names.hub(case.hub_id),
        "Category": category,
        "Status": words.STATE[case.state],
        "Location": case.where,
        "Since": words.SINCE[case.since],
        "Frequency": words.FREQUENCY[case.frequency],
        "ImmediateDanger": words.DANGER[case.danger],
        "LeadAgency": names.agency(case.lead_agency_id or case.agency_id),
        "ReferredByAgency": names.agency(case.agency_id),
        "ReferredBy": case.referrer_name,
        # Whoever knows the id finds the name in Entra.
        "ReferredById": "" if case.erased_at else case.referrer_id,
        "OwnReference": case.own_reference,
        "SharingBasis": words.SHARING_BASIS[case.sharing_basis],
        "EqualityConsidered": words.EQUALITY[case.equality],
        "EqualityNote": case.equality_note,
        "ReferredOn": moment(case.submitted_at),
    }


def _clocks(file: CaseFile) -> dict[str, str | None]:
    """When things are due and when they were done, by the clocks that were not started anew."""
    newest = {clock.kind: clock for clock in file.clocks if clock.replaced_at is None}
    told: dict[str, str | None] = {}
    for column, kind in CLOCKS.items():
        clock = newest.get(kind)
        told[f"{column}Due"] = moment(clock.due_at) if clock else None
        told[f"{column}Done"] = moment_if(clock.met_at) if clock else None
    return told


def _ending(file: CaseFile) -> dict[str, Any]:
    case = file.case
    return {
        "ClosedOn": moment_if(case.closed_at),
        "Outcome": words.answer("outcome", file.answer("outcome")),
        "WatchUntil": day_if(case.watch_until),
        "RetentionReviewOn": day_if(case.retention_on),
        "LegalHold": case.legal_hold,
        "ErasedOn": moment_if(case.erased_at),
    }


def _links(file: CaseFile) -> dict[str, str]:
    return {
        "ReReferralOf": _others(file, LinkKind.RE_REFERRAL_OF),
        "MergedInto": _others(file, LinkKind.MERGED_INTO),
        "TransferredTo": _others(file, LinkKind.TRANSFERRED_TO),
        "RelatedCases": "\n".join(_lines_of_links(file)),
    }


def _others(file: CaseFile, kind: LinkKind) -> str:
    """The cases to which this one stands in such a way."""
    return ", ".join(_name(file, link) for link in file.links if link.kind is kind and link.forward)


def _lines_of_links(file: CaseFile) -> Iterator[str]:
    for link in file.links:
        forward, backward = words.LINK[link.kind]
        line = f"{_name(file, link)}: {forward if link.forward else backward}"
        yield f"{line}. {link.reason}" if link.reason and not _is_hidden(file, link) else line


def _name(file: CaseFile, link: Link) -> str:
    return words.HIDDEN_CASE if _is_hidden(file, link) else link.other_reference


def _is_hidden(file: CaseFile, link: Link) -> bool:
    """Whoever reads the ordinary lists must not learn which case is restricted."""
    return link.other_restricted and not file.case.restricted


def _access(file: CaseFile) -> str:
    return "\n".join(each.name for each in file.access) if file.case.restricted else ""
