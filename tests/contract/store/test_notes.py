from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import notes
from osara_store.case_file import CaseFile, Entry
from osara_store.cases import cases_of
from osara_store.errors import Incomplete, NotAllowed
from osara_store.policy import Reason
from osara_store.schema import CaseState, Stage, entries

from .casework import about, audited, messages, worked
from .conftest import Store
from .world import AMY, IAN, NOON, PRIYA, TENANT, submitted

LATER = NOON + timedelta(hours=1)
TEXT = "Jane Roe rang: the music stopped at one."


def write(tx: sa.Connection, file: CaseFile, someone=IAN, *, text=TEXT, grade="fact", now=LATER) -> CaseFile:
    return notes.write(tx, **about(file, someone), stage=Stage.SCANNING, text=text, grade=grade, now=now)


def test_a_note_says_who_wrote_it_when_in_which_cycle_and_how_sure_they_are(store: Store):
    with store.begin() as tx:
        file = write(tx, worked(tx, cycle=2))

    assert file.entries[-1] == Entry(
        n=len(file.entries),
        stage=Stage.SCANNING,
        kind="note",
        text=TEXT,
        agency_id="council",
        author_name="Ian Petrie",
        at=LATER,
        author_tenant=TENANT,
        author_id=IAN.object_id,
        cycle=2,
        grade="fact",
    )


def test_whoever_writes_a_note_is_a_contributor_with_one_receipt(store: Store):
    with store.begin() as tx:
        file = write(tx, write(tx, worked(tx)), text="And at two the night after.")
        mine = cases_of(tx, IAN, None, 10, 0)

    assert [each.name for each in file.contributors] == ["Ian Petrie"]
    assert [case.id for case in mine] == [file.case.id]
    assert messages(store)[3:] == [
        ("card.receipt", {"case_id": file.case.id, "tenant": TENANT, "person": IAN.object_id}),
        ("case.push", {"case_id": file.case.id}),
        ("case.push", {"case_id": file.case.id}),
    ]


def test_the_referrer_who_writes_a_note_has_a_receipt_already(store: Store):
    with store.begin() as tx:
        file = write(tx, worked(tx), PRIYA)

    assert file.contributors == ()
    assert [kind for kind, _ in messages(store)[3:]] == ["case.push"]


def test_audit_and_messages_tell_of_a_note_without_its_text(store: Store):
    with store.begin() as tx:
        file = write(tx, worked(tx))

    action, detail = audited(store)[-1]
    assert action == "case.noted"
    assert f'"entry":{len(file.entries)}' in detail
    assert all("Jane" not in str(told) for told in [*audited(store), *messages(store)])


def test_the_same_note_within_minutes_is_a_repeat_and_on_another_day_it_is_not(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        counts = [
            len(write(tx, file, someone, text=text, now=NOON + after).entries)
            for someone, text, after in [
                (IAN, TEXT, timedelta()),
                (IAN, TEXT, timedelta(minutes=2)),
                (PRIYA, TEXT, timedelta(minutes=3)),
                (IAN, "Something else.", timedelta(minutes=4)),
                (IAN, TEXT, timedelta(days=1)),
            ]
        ]

    assert counts == [4, 4, 5, 6, 7]


@pytest.mark.parametrize("empty", ["", " \n "])
def test_an_empty_note_is_none(store: Store, empty):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(Incomplete) as refusal:
            write(tx, file, text=empty)

    assert refusal.value.missing == ("text",)


def test_a_note_may_say_nothing_of_how_sure_it_is_but_nothing_made_up(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        assert write(tx, file, grade="").entries[-1].grade == ""
        with pytest.raises(ValueError, match="rumour"):
            write(tx, file, grade="rumour")


def test_everybody_of_the_hub_may_write_while_the_case_is_open(store: Store):
    with store.begin() as tx:
        opened = submitted(tx).case
        closed = worked(tx, CaseState.CLOSED)
        write(tx, CaseFile(opened, (), (), ()))
        with pytest.raises(NotAllowed) as too_late:
            write(tx, closed)
        with pytest.raises(NotAllowed) as no_agreement:
            write(tx, closed, AMY)

    assert (too_late.value.reason, no_agreement.value.reason) == (
        Reason.NOT_NOW,
        Reason.AGREEMENT_OUT_OF_DATE,
    )
    assert len(store.rows(entries, entries.c.kind == "note")) == 1
