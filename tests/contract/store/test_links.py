import pytest

from osara_store.case_file import case_file
from osara_store.errors import Incomplete, NotAllowed
from osara_store.policy import Reason
from osara_store.schema import LinkKind

from .casework import audited, messages, worked
from .conftest import Store
from .linking import file_of, related, restricted
from .world import (
    CAR,
    HELEN,
    IAN,
    TOM,
    something_else,
    submitted,
)


def test_related_cases_show_in_both_files_with_the_reason(store: Store):
    with store.begin() as tx:
        one, other = worked(tx), file_of(tx, answers=something_else())
        here = related(tx, one, other.case.reference)
        there = case_file(tx, other.case.id)

    (link,), (back,) = here.links, there.links
    assert (link.kind, link.forward, link.other_reference) == (LinkKind.RELATED, True, other.case.reference)
    assert (back.kind, back.forward, back.other_reference) == (LinkKind.RELATED, False, one.case.reference)
    assert link.reason == back.reason == "One family."


def test_both_cases_are_audited_and_go_to_sharepoint(store: Store):
    with store.begin() as tx:
        one, other = worked(tx), file_of(tx, answers=something_else())
        related(tx, one, other.case.reference)

    assert [action for action, _ in audited(store)[2:]] == ["case.related", "case.related"]
    pushed = [payload["case_id"] for kind, payload in messages(store)[6:] if kind == "case.push"]
    assert sorted(pushed) == [one.case.id, other.case.id]
    assert "One family" not in str(audited(store)) + str(messages(store))


def test_a_reference_may_be_typed_in_small_letters(store: Store):
    with store.begin() as tx:
        one, _other = worked(tx), file_of(tx, answers=something_else())

        assert len(related(tx, one, " all-2026-0002 ").links) == 1


def test_relating_twice_from_either_side_is_relating_once(store: Store):
    with store.begin() as tx:
        one, other = worked(tx), file_of(tx, answers=something_else())
        for _ in range(2):
            related(tx, one, other.case.reference)
            related(tx, other, one.case.reference)

        assert len(case_file(tx, one.case.id).links) == 1


def test_another_reason_for_a_link_that_is_there_is_kept_beside_the_first(store: Store):
    with store.begin() as tx:
        one, other = worked(tx), file_of(tx, answers=something_else())
        related(tx, one, other.case.reference)
        for _ in range(2):
            related(tx, other, one.case.reference, reason="The same car was seen.")
        (link,) = case_file(tx, one.case.id).links

    assert link.reason == "One family.\nThe same car was seen."


@pytest.mark.parametrize("other", ["ALL-2026-0001", "ALL-2026-0099", "CAR-2026-0001", "nothing", ""])
def test_a_case_is_related_to_another_case_of_its_hub_only(store: Store, other):
    with store.begin() as tx:
        file = worked(tx)
        submitted(tx, someone=TOM, of=CAR)
        with pytest.raises(Incomplete) as refused:
            related(tx, file, other)

    assert refused.value.missing == ("other",)


def test_relating_needs_a_reason_and_a_part_in_the_case(store: Store):
    with store.begin() as tx:
        one, other = worked(tx), file_of(tx, answers=something_else())
        with pytest.raises(Incomplete) as refused:
            related(tx, one, other.case.reference, reason=" ")
        with pytest.raises(NotAllowed):
            related(tx, one, other.case.reference, IAN)

    assert refused.value.missing == ("reason",)


def test_nobody_relates_a_case_to_a_restricted_one_they_may_not_open(store: Store):
    with store.begin() as tx:
        one, other = worked(tx), restricted(tx, file_of(tx, answers=something_else()), HELEN)
        with pytest.raises(NotAllowed) as refused:
            related(tx, one, other.case.reference)

    assert refused.value.reason == Reason.RESTRICTED
