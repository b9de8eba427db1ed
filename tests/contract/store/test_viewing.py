import json

import pytest

from osara_store import links, viewing
from osara_store.case_file import Access
from osara_store.errors import CaseNotFound, NotAllowed
from osara_store.policy import Action, Reason
from osara_store.restricting import restrict
from osara_store.schema import CaseState, audit

from .casework import about, set_case, worked
from .conftest import Store
from .world import (
    ALL,
    AMY,
    DIRECTORY,
    HELEN,
    IAN,
    MARK,
    NOON,
    NORA,
    PRIYA,
    RUTH,
    TOM,
    something_else,
    submitted,
)


def opened(tx, someone, reference="ALL-2026-0001", **named):
    return viewing.open_case(
        tx, actor=someone, hub_of=DIRECTORY.hub, reference=reference, what="overview", now=NOON, **named
    )


def merged(tx):
    """The second case merged into the first."""
    first, second = worked(tx), worked(tx)
    links.merge(
        tx,
        **about(second, HELEN),
        directory=DIRECTORY,
        seen=second.case.moves,
        into=first.case.reference,
        reason="The same matter.",
        now=NOON,
    )
    return first.case, second.case


def test_an_opened_case_is_its_file_and_what_this_person_may_do_to_it(store: Store):
    with store.begin() as tx:
        file = worked(tx, CaseState.SCANNING)
        by_partner, by_coordinator = opened(tx, IAN), opened(tx, TOM)

    assert by_partner.file == file
    assert by_partner.hub == ALL
    assert {Action.READ_CASE, Action.WRITE_NOTE} <= by_partner.can
    assert Action.WRITE_STAGE not in by_partner.can
    assert {Action.WRITE_STAGE, Action.ANALYSE} <= by_coordinator.can
    assert Action.CLOSE not in by_coordinator.can


def test_every_look_is_written_down_with_who_looked_at_what(store: Store):
    with store.begin() as tx:
        case = worked(tx).case
        opened(tx, IAN)

    row = store.rows(audit)[-1]
    assert (row["action"], row["case_id"], row["person"]) == ("case.viewed", case.id, IAN.object_id)
    assert json.loads(row["detail"]) == {"reference": "ALL-2026-0001", "what": "overview"}


@pytest.mark.parametrize(
    ("someone", "reason"),
    [
        (NORA, Reason.NOT_THIS_HUB),
        (MARK, Reason.NO_AGREEMENT),
        (AMY, Reason.AGREEMENT_OUT_OF_DATE),
    ],
    ids=["of another hub", "without an agreement", "with one that has run out"],
)
def test_whoever_may_not_read_a_case_sees_nothing_of_it(store: Store, someone, reason):
    with store.begin() as tx:
        worked(tx)
        with pytest.raises(NotAllowed) as refused:
            opened(tx, someone)

    assert refused.value.reason == reason


def test_a_voided_case_is_opened_only_by_those_who_oversee_the_hub(store: Store):
    with store.begin() as tx:
        worked(tx, CaseState.VOIDED)

        assert {opened(tx, someone).file.case.state for someone in (TOM, HELEN, RUTH)} == {CaseState.VOIDED}
        with pytest.raises(NotAllowed):
            opened(tx, PRIYA)


def test_a_reference_that_leads_nowhere_is_not_found(store: Store):
    with store.begin() as tx:
        worked(tx)
        assert viewing.find(tx, "ALL-2026-0002") is None
        with pytest.raises(CaseNotFound):
            opened(tx, TOM, "ALL-2026-0002")
        with pytest.raises(CaseNotFound):
            viewing.open_case(
                tx, actor=TOM, hub_of=lambda _: None, reference="ALL-2026-0001", what="overview", now=NOON
            )


def test_a_merged_reference_leads_to_the_case_it_goes_on_in_however_often_it_was_merged(store: Store):
    with store.begin() as tx:
        first, second = merged(tx)
        third = worked(tx)
        links.merge(
            tx,
            actor=HELEN,
            hub=ALL,
            case_id=first.id,
            directory=DIRECTORY,
            seen=first.moves,
            into=third.case.reference,
            reason="All one matter.",
            now=NOON,
        )
        found = viewing.find(tx, second.reference)

        assert found is not None
        assert found.reference == third.case.reference
        assert opened(tx, TOM, second.reference).file.case == found


def test_a_merged_file_can_still_be_read_as_it_was_written(store: Store):
    with store.begin() as tx:
        _first, second = merged(tx)
        viewed = opened(tx, TOM, second.reference, as_written=True)
        written = viewing.find_as_written(tx, second.reference)

    assert viewed.file.case == written
    assert written is not None
    assert (written.reference, written.state) == (second.reference, CaseState.MERGED)
    assert [entry.text for entry in viewed.file.entries][:1] == ["Quiet nights for the neighbours."]


def test_of_a_restricted_case_that_is_linked_others_learn_only_that_there_is_one(store: Store):
    with store.begin() as tx:
        open_one = worked(tx)
        secret = submitted(tx, something_else()).case
        relating = {**about(open_one, TOM), "other": secret.reference, "reason": "The same family."}
        links.relate(tx, **relating, now=NOON)
        people = [Access(TOM.tenant, TOM.object_id, TOM.name)]
        restrict(tx, actor=TOM, hub=ALL, case_id=secret.id, people=people, reason="A witness.", now=NOON)
        (hidden,) = opened(tx, HELEN).file.links
        (shown,) = opened(tx, TOM).file.links

    assert (hidden.other_restricted, hidden.other_reference, hidden.reason) == (True, "", "")
    assert (shown.other_reference, shown.reason) == (secret.reference, "The same family.")


def test_links_to_cases_that_are_not_restricted_are_shown(store: Store):
    with store.begin() as tx:
        file, other = worked(tx), submitted(tx, something_else()).case
        set_case(tx, other.id, restricted=False)
        links.relate(tx, **about(file, TOM), other=other.reference, reason="Same yard.", now=NOON)
        (link,) = opened(tx, IAN).file.links

    assert (link.other_reference, link.reason) == (other.reference, "Same yard.")
