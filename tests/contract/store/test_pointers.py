"""Organisations outside are pointed to and never told anything; somebody of the hub asks how it went."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from osara_store import pointers
from osara_store.case_file import CaseFile
from osara_store.errors import Incomplete, NotAllowed, NotFound
from osara_store.pointers import NewSignpost
from osara_store.policy import Reason

from .casework import about, audited, messages, worked
from .conftest import Store
from .test_tasking import met
from .test_tasks import LATER
from .world import DIRECTORY, HELEN, IAN, PRIYA, SUE, TOM

KITCHEN = NewSignpost("kitchen", "Hot meals on weekdays", "council", "Ian Petrie", date(2026, 3, 20))


def add(tx: sa.Connection, file: CaseFile, someone=TOM, now=LATER, **changes) -> CaseFile:
    signpost = replace(KITCHEN, **changes)
    return pointers.add(tx, directory=DIRECTORY, **about(file, someone), signpost=signpost, now=now)


def chased(tx: sa.Connection, file: CaseFile, someone=IAN, n=1, outcome="He eats there") -> CaseFile:
    return pointers.chased(tx, **about(file, someone), n=n, outcome=outcome, now=LATER)


def test_where_somebody_was_pointed_is_kept_with_who_asks_and_when(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx))

    [known] = file.signposts
    assert NewSignpost(*(getattr(known, name) for name in NewSignpost.__dataclass_fields__)) == KITCHEN
    assert (known.n, known.chased_at, known.outcome, known.by.author_name) == (1, None, "", "Tom Airey")
    assert file.entries[-1].text.splitlines() == [
        "Signpost 1: kitchen",
        "Hot meals on weekdays",
        "Asks how it went: council, Ian Petrie, 20 March 2026",
    ]


@pytest.mark.parametrize(
    ("wrong", "missing"),
    [
        ({"agency_id": "council"}, "agency_id"),
        ({"agency_id": "nobody"}, "agency_id"),
        ({"reason": " "}, "reason"),
        ({"chaser_agency_id": "kitchen"}, "chaser_agency_id"),
        ({"chaser_agency_id": "unsigned"}, "chaser_agency_id"),
        ({"chase_on": LATER.date() - timedelta(days=1)}, "chase_on"),
    ],
)
def test_only_an_organisation_outside_is_pointed_to_and_only_a_partner_asks(store: Store, wrong, missing):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(Incomplete) as refusal:
            add(tx, file, **wrong)

    assert refusal.value.missing == (missing,)


def test_the_same_within_minutes_is_a_repeat(store: Store):
    with store.begin() as tx:
        file = add(tx, add(tx, worked(tx)))
        later = add(tx, file, now=LATER + timedelta(days=1), chase_on=date(2026, 3, 20))

    assert (len(file.signposts), len(later.signposts)) == (1, 2)


def test_nothing_goes_to_anybody_outside_and_nobody_is_told_but_sharepoint(store: Store):
    with store.begin() as tx:
        met(tx, IAN, HELEN, TOM, PRIYA)
        file = worked(tx)
    before = len(messages(store))
    with store.begin() as tx:
        chased(tx, add(tx, file))

    assert {kind for kind, _ in messages(store)[before:]} == {"case.push"}
    assert all("kitchen" not in str(each) for each in messages(store))


def test_whoever_asked_says_how_it_went_and_then_it_is_settled(store: Store):
    with store.begin() as tx:
        file = chased(tx, add(tx, worked(tx)))
        with pytest.raises(NotAllowed) as refusal:
            chased(tx, file)

    assert (file.signposts[0].chased_at, file.signposts[0].outcome) == (LATER, "He eats there")
    assert refusal.value.reason == Reason.NOT_NOW


@pytest.mark.parametrize(("someone", "may"), [(IAN, True), (TOM, True), (PRIYA, True), (SUE, True)])
def test_the_agency_that_asks_says_so_or_whoever_works_the_case(store: Store, someone, may):
    with store.begin() as tx:
        file = add(tx, worked(tx))
        assert bool(chased(tx, file, someone).signposts[0].outcome) is may


def test_an_agency_says_nothing_for_another_and_nothing_without_words(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx), chaser_agency_id="police", chaser="")
        with pytest.raises(NotAllowed) as refusal:
            chased(tx, file, IAN)
        with pytest.raises(Incomplete):
            chased(tx, file, TOM, outcome=" ")
        with pytest.raises(NotFound):
            chased(tx, file, TOM, n=2)

    assert refusal.value.reason == Reason.NOT_YOUR_PART


def test_the_audit_names_the_number_only(store: Store):
    with store.begin() as tx:
        chased(tx, add(tx, worked(tx)))

    assert [action for action, _ in audited(store)[1:]] == ["case.signposted_outside", "case.signpost_chased"]
    assert all(word not in str(audited(store)) for word in ("kitchen", "meals", "eats", "Petrie"))
