from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import cases, notes, restricting
from osara_store.case_file import Access, CaseFile, case_file
from osara_store.cases import LookAlikes
from osara_store.directory import Actor
from osara_store.errors import CaseNotFound, Incomplete, NotAllowed
from osara_store.policy import Reason
from osara_store.schema import CaseState, Stage, case_access
from osara_store.schema import cases as cases_table

from .casework import about, audited, messages, worked
from .conftest import Store
from .world import ALL, HELEN, IAN, NOON, PRIYA, SUE, TOM, draft_of, referral, submitted

LATER = NOON + timedelta(hours=1)


def listed(*people: Actor) -> list[Access]:
    return [Access(one.tenant, one.object_id, one.name) for one in people]


def restricted(tx: sa.Connection, file: CaseFile, *people: Actor, who: Actor = TOM, **named) -> CaseFile:
    """Restricted to these people; Tom is always one of them."""
    arguments = {"people": listed(TOM, *people), "reason": "A witness is afraid.", "now": LATER, **named}
    return restricting.restrict(tx, **about(file, who), **arguments)


def noted(tx: sa.Connection, file: CaseFile, someone: Actor) -> CaseFile:
    note = {"stage": Stage.SCANNING, "text": "Seen again.", "grade": "", "now": LATER}
    return notes.write(tx, **about(file, someone), **note)


def test_only_those_on_the_list_can_work_with_a_restricted_case(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE)
        noted(tx, file, SUE)
        for someone in (IAN, HELEN, PRIYA):
            with pytest.raises(NotAllowed) as refused:
                noted(tx, file, someone)
            assert refused.value.reason == Reason.RESTRICTED

    assert file.case.restricted
    assert {access.name for access in file.access} == {"Tom Airey", "Sue Bell"}


def test_the_reason_is_kept_in_the_file_and_stays_out_of_the_audit_chain(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE)

    assert (file.entries[-1].kind, file.entries[-1].text) == ("restricted", "A witness is afraid.")
    assert audited(store)[-1] == (
        "case.restricted",
        '{"people":2,"reference":"ALL-2026-0001","version":2}',
    )


def test_sharepoint_and_the_channel_are_told_and_receipts_are_drawn_anew(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        restricted(tx, file)

    assert [kind for kind, _ in messages(store)[3:]] == ["case.push", "card.receipt", "card.channel"]


@pytest.mark.parametrize("someone", [PRIYA, SUE, IAN], ids=["referrer", "lead agency", "partner"])
def test_only_coordinator_and_manager_restrict(store: Store, someone):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(NotAllowed) as refused:
            restricted(tx, file, someone, who=someone)

    assert refused.value.reason == Reason.NOT_YOUR_PART


def test_whoever_restricts_stays_on_the_list_so_that_somebody_can_change_it(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(Incomplete) as refused:
            restricted(tx, file, people=listed(SUE, HELEN), reason=" ")

    assert refused.value.missing == ("people", "reason")


def test_a_new_list_takes_the_place_of_the_old_and_keeps_since_when_the_others_are_on_it(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE)
        file = restricted(tx, file, HELEN, now=LATER + timedelta(days=1))

    assert {access.name for access in file.access} == {"Tom Airey", "Helen Ashby"}
    assert {row["name"]: row["since"] for row in store.rows(case_access)} == {
        "Tom Airey": LATER,
        "Helen Ashby": LATER + timedelta(days=1),
    }


def test_naming_somebody_twice_puts_them_on_the_list_once(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE, SUE)

    assert len(file.access) == 2


def test_a_case_is_opened_to_everybody_again_with_a_reason(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE)
        with pytest.raises(Incomplete):
            restricting.unrestrict(tx, **about(file, TOM), reason="", now=LATER)
        with pytest.raises(NotAllowed):
            restricting.unrestrict(tx, **about(file, HELEN), reason="It is over.", now=LATER)
        file = restricting.unrestrict(tx, **about(file, TOM), reason="It is over.", now=LATER)
        noted(tx, file, IAN)

    assert (file.case.restricted, file.access) == (False, ())
    assert (file.entries[-1].kind, file.entries[-1].text) == ("unrestricted", "It is over.")


def test_opening_a_case_that_is_open_changes_nothing(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        again = restricting.unrestrict(tx, **about(file, TOM), reason="It is over.", now=LATER)

    assert again.entries == file.entries
    assert len(audited(store)) == 1


def joined(tx: sa.Connection, someone: Actor, case_id: int | None = None):
    draft_id = draft_of(tx, someone)
    return cases.join(
        tx, actor=someone, hub=ALL, draft_id=draft_id, referral=referral(), case_id=case_id, now=LATER
    )


def test_a_restricted_look_alike_is_counted_as_that_and_cannot_be_joined(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE)

        assert cases.look_alikes(tx, ALL, referral(), IAN) == LookAlikes(0, 0, None, restricted=1)
        with pytest.raises(CaseNotFound):
            joined(tx, IAN, file.case.id)
        assert joined(tx, IAN).outcome == "new"


def test_those_on_the_list_join_a_restricted_case_like_any_other(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE)

        assert cases.look_alikes(tx, ALL, referral(), SUE) == LookAlikes(1, 0, file.case.id)
        assert joined(tx, SUE).case.id == file.case.id


def test_a_restricted_case_that_has_ended_is_not_told_of_as_an_earlier_one(store: Store):
    with store.begin() as tx:
        file = restricted(tx, worked(tx), SUE)
        tx.execute(
            sa.update(cases_table).where(cases_table.c.id == file.case.id).values(state=CaseState.CLOSED)
        )

        assert cases.look_alikes(tx, ALL, referral(), IAN) == LookAlikes(0, 0, None, restricted=1)


def test_what_the_referrer_adds_to_a_case_restricted_meanwhile_goes_into_that_case(store: Store):
    """A second case of it would not be restricted."""
    with store.begin() as tx:
        draft_id = draft_of(tx, PRIYA)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "now": LATER}
        case = cases.submit(tx, referral=referral(), **sending).case
        restricted(tx, case_file(tx, case.id))
        again = cases.submit(tx, referral=referral(tried="A third letter."), **sending)

    assert (again.outcome, again.case.id) == ("added", case.id)


def test_my_cases_leave_out_restricted_ones_unless_i_am_listed_or_referred_them(store: Store):
    with store.begin() as tx:
        file = noted(tx, noted(tx, worked(tx), IAN), SUE)
        restricted(tx, file, SUE)
        of_ian, of_sue, of_priya = (cases.cases_of(tx, one, None, 10, 0) for one in (IAN, SUE, PRIYA))

    assert of_ian == []
    assert [case.where for case in of_sue] == ["12 High Street, Workington CA14 1AB"]
    (own,) = of_priya
    assert (own.reference, own.restricted) == ("ALL-2026-0001", True)
    assert (own.where, own.category, own.own_reference, own.band) == ("", "", "", "")


def test_an_unrestricted_case_of_mine_is_whole(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case

        assert cases.cases_of(tx, PRIYA, None, 10, 0) == [case]
