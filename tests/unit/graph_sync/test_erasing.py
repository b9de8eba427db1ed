"""A case whose texts were erased is blank in SharePoint, too, whatever had been written there and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_sync.lists import CASE_LISTS, ORDINARY, RESTRICTED
from osara_store.case_file import CaseFile
from osara_store.outbox import Sent
from tests.contract.store.world import NOON
from tests.unit.graph_sync.files import FULL
from tests.unit.graph_sync.server import Notes, Server, Told, attempt, converse, desired_keys

WHOLE = replace(FULL, case=replace(FULL.case, synced_at=NOON))
REFERENCE = WHOLE.case.reference
SECRETS = (
    "High Street", "NSH-42", "Priya", "Tom", "Jane", "Joe", "cap", "Music", "music", "Quiet", "limiter", "asked", "fitted",
    "house", "came back", "phone", "landlord", "Every day",
)  # fmt: skip


def nobody(by: Any) -> Any:
    return replace(by, author_tenant="", author_id="", author_name="")


def erased(file: CaseFile = WHOLE) -> CaseFile:
    """The file as the erasure leaves it: texts and names blank, dates, states and agencies kept."""
    case = replace(
        file.case, where="", own_reference="", equality_note="", referrer_name="",
        legal_hold=False, erased_at=NOON,
    )  # fmt: skip
    blank = {"intervention": "", "owner": "", "rationale": "", "proportionality": "", "outcome": ""}
    return replace(
        file,
        case=case,
        people=tuple(replace(each, description="") for each in file.people),
        entries=tuple(replace(each, text="", author_name="") for each in file.entries),
        answers=tuple(replace(each, text="", by=nobody(each.by)) for each in file.answers),
        tasks=tuple(replace(each, **blank, by=nobody(each.by)) for each in file.tasks),
        risks=tuple(replace(each, answers={}, reason="", by=nobody(each.by)) for each in file.risks),
        meetings=tuple(
            replace(
                each,
                reason="",
                join_url="",
                by=nobody(each.by),
                people=tuple(replace(one, name="") for one in each.people),
            )
            for each in file.meetings
        ),
        requests=tuple(
            replace(each, reason="", note="", replied_name="", by=nobody(each.by)) for each in file.requests
        ),
        moves=tuple(replace(each, reason="", by=nobody(each.by)) for each in file.moves),
        links=tuple(replace(each, reason="") for each in file.links),
    )


def texts(server: Server) -> str:
    rows = (row for name in CASE_LISTS for row in server.rows[name.name].values())
    return "\n".join(str(value) for row in rows for value in row.fields.values())


def assert_blank(server: Server) -> None:
    assert not [secret for secret in SECRETS if secret in texts(server)]


def test_the_texts_go_and_the_rows_stay() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, WHOLE)
    assert all(secret in texts(server) for secret in SECRETS)
    assert converse(server, notes, erased()).outcome == Sent()
    assert_blank(server)
    assert server.keys() == sorted(desired_keys(WHOLE))
    _, row = server.row("Cases", REFERENCE)
    assert (row.fields["Status"], row.fields["Band"], row.fields["ReferredByAgency"]) == (
        "Closed", "Medium", "Northshore Homes",
    )  # fmt: skip


@pytest.mark.parametrize("pushes_between", [0, 1])
def test_what_somebody_wrote_into_our_rows_goes_too_and_is_not_kept_as_a_conflict(
    pushes_between: int,
) -> None:
    """Also where it had been left alone by earlier pushes."""
    server, notes, told = Server(), Notes(), Told()
    converse(server, notes, WHOLE)
    row_id, _ = server.row("Cases", REFERENCE)
    server.change("Cases", row_id, {"EqualityNote": "Jane is deaf", "Location": "Jane's garden"})
    for _ in range(pushes_between):
        converse(server, notes, replace(WHOLE, case=replace(WHOLE.case, own_reference="NEW")))
    assert converse(server, notes, erased(), told).outcome == Sent()
    assert_blank(server)
    assert told.clashes == []


def test_rows_that_people_made_by_hand_are_blanked() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, WHOLE)
    made = {"CaseReference": REFERENCE, "Title": "Jane rang", "Intervention": "Ring Jane", "TaskNumber": 9}
    row_id = server.add("Tasks", {**made, "TaskKey": "by hand"})
    converse(server, notes, erased())
    assert_blank(server)
    left = server.rows["Tasks"][row_id].fields
    assert left == {"CaseReference": REFERENCE, "Title": REFERENCE, "TaskKey": "by hand"}


def test_a_second_push_of_an_erased_case_changes_nothing() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, WHOLE)
    converse(server, notes, erased())
    server.asked.clear()
    converse(server, notes, erased())
    assert {asked.partition(" ")[0] for asked in server.asked} == {"GET"}


def test_what_somebody_types_into_a_case_that_was_erased_goes_with_its_next_push() -> None:
    server, notes = Server(), Notes()
    converse(server, notes, WHOLE)
    converse(server, notes, erased())
    row_id, _ = server.row("People", f"{REFERENCE}-P001")
    server.change("People", row_id, {"PersonDescription": "Jane again"})
    converse(server, notes, erased())
    assert_blank(server)


def test_what_is_erased_and_moved_at_once_leaves_no_text_anywhere() -> None:
    server, notes, told = Server(), Notes(), Told()
    converse(server, notes, WHOLE)
    row_id, _ = server.row("People", f"{REFERENCE}-P001")
    server.change("People", row_id, {"PersonDescription": "Jane of number 14"})
    server.add("Tasks", {"CaseReference": REFERENCE, "Intervention": "Ring Jane"})
    restricted = replace(WHOLE, case=replace(WHOLE.case, restricted=True))
    assert converse(server, notes, erased(restricted), told).outcome == Sent()
    assert not any(server.rows[each.name] for each in ORDINARY)
    assert any(server.rows[each.name] for each in RESTRICTED)
    assert "Jane" not in texts(server)
    assert told.clashes == []


LUCK = st.sampled_from(["fine", "fine", "fine", "lost", "failed", "dies"])


@settings(deadline=None, max_examples=60)
@given(fortunes=st.lists(LUCK, max_size=60), attempts=st.integers(1, 4))
def test_whatever_fails_an_erased_case_ends_up_blank(fortunes: list[str], attempts: int) -> None:
    server, notes = Server(), Notes()
    converse(server, notes, WHOLE)
    luck = iter(fortunes + ["fine"] * 1000)
    for _ in range(attempts):
        attempt(server, notes, erased(), luck)
    assert converse(server, notes, erased()).outcome == Sent()
    assert_blank(server)
