import json
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from osara_store import links, moves, notes, people, retention
from osara_store.case_file import CaseFile, case_file
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.policy import Reason
from osara_store.schema import (
    AgeGroup,
    CaseState,
    PersonRole,
    Stage,
    case_access,
    drafts,
    match_keys,
    metadata,
    retention_decisions,
    sync_conflicts,
    victim_reports,
)
from osara_store.stages import FIELD, Part, Sort
from osara_store.states import OPEN, Move

from .casework import about, audited, messages, set_case, worked
from .conftest import Store
from .linking import restricted
from .walking import Walk
from .world import (
    ALL,
    AMY,
    CAR,
    DIRECTORY,
    HELEN,
    IAN,
    NOON,
    NORA,
    PRIYA,
    TOM,
    TooLateError,
    fail_after,
    something_else,
    submitted,
)

S = CaseState
DAY = date(2026, 3, 2)  # of NOON, in the hub
PAST = DAY - timedelta(days=1)


def ended(tx: sa.Connection, state: CaseState = S.CLOSED, on: date | None = DAY, **changes) -> CaseFile:
    return worked(tx, state, retention_on=on, **changes)


def decide(tx: sa.Connection, file: CaseFile, decision="erase", who=HELEN, **changes) -> CaseFile:
    named = {"until": None, "reason": "Nothing came back in six years.", "now": NOON, **changes}
    return retention.decide(tx, **about(file, who), decision=decision, **named)


def hold(tx: sa.Connection, file: CaseFile, who=HELEN, *, on=True, reason="An inquest.") -> CaseFile:
    return retention.hold_legally(tx, **about(file, who), on=on, reason=reason, now=NOON)


def due(tx: sa.Connection, who=HELEN, hub=ALL, on=DAY, limit=10, offset=0) -> list[int]:
    return [case.id for case in retention.due(tx, actor=who, hub=hub, on=on, limit=limit, offset=offset)]


def listed(tx: sa.Connection, file: CaseFile, someone) -> None:
    row = {"tenant": someone.tenant, "person": someone.object_id, "name": someone.name, "since": NOON}
    tx.execute(sa.insert(case_access), {"case_id": file.case.id, **row})


# --- the queue -------------------------------------------------------------------------------------------------------


def test_the_queue_holds_ended_cases_whose_day_has_come_the_longest_due_first(store: Store):
    with store.begin() as tx:
        today = ended(tx)
        before = ended(tx, S.WITHDRAWN, PAST)
        ended(tx, S.CLOSED, DAY + timedelta(days=1))
        worked(tx, S.RESPONSE, retention_on=PAST)
        ended(tx, S.CLOSED, None)
        held = ended(tx, S.VOIDED, PAST, legal_hold=True)
        ended(tx, S.CLOSED, PAST, erased_at=NOON)

        assert due(tx) == [before.case.id, held.case.id, today.case.id]


def test_the_queue_comes_in_pages(store: Store):
    with store.begin() as tx:
        expected = [ended(tx).case.id for _ in range(5)]
        pages = [due(tx, limit=2, offset=offset) for offset in (0, 2, 4, 6)]

    assert pages == [expected[:2], expected[2:4], expected[4:], []]


def test_the_queue_holds_cases_of_its_own_hub_only(store: Store):
    with store.begin() as tx:
        ended(tx)

        assert due(tx, NORA, CAR) == []


def test_a_restricted_case_is_in_the_queue_of_who_is_on_its_list_and_counted_for_others(store: Store):
    with store.begin() as tx:
        seen = ended(tx, restricted=True)
        listed(tx, seen, HELEN)
        unseen = ended(tx, restricted=True)
        listed(tx, unseen, TOM)
        ended(tx, S.CLOSED, DAY + timedelta(days=1), restricted=True)

        assert due(tx) == [seen.case.id]
        assert retention.due_out_of_sight(tx, actor=HELEN, hub=ALL, on=DAY) == 1


@pytest.mark.parametrize(
    ("someone", "reason"),
    [
        (TOM, Reason.NOT_YOUR_PART),
        (IAN, Reason.NOT_YOUR_PART),
        (NORA, Reason.NOT_THIS_HUB),
        (AMY, Reason.AGREEMENT_OUT_OF_DATE),
    ],
    ids=lambda value: getattr(value, "name", value),
)
@pytest.mark.parametrize(
    "query", [due, lambda tx, who: retention.due_out_of_sight(tx, actor=who, hub=ALL, on=DAY)]
)
def test_the_queue_is_for_the_hubs_manager(store: Store, query, someone, reason):
    with store.begin() as tx, pytest.raises(NotAllowed) as refusal:
        query(tx, someone)

    assert refusal.value.reason == reason


# --- keeping ---------------------------------------------------------------------------------------------------------


def test_a_case_is_kept_until_another_review_with_the_reason(store: Store):
    with store.begin() as tx:
        file = decide(
            tx, ended(tx), "keep", until=date(2028, 1, 1), reason="The family moved next door again."
        )

    assert (file.case.retention_on, file.case.erased_at) == (date(2028, 1, 1), None)
    [row] = store.rows(retention_decisions)
    assert (row["n"], row["decision"], row["until"], row["reason"], row["author_name"], row["at"]) == (
        1,
        "keep",
        date(2028, 1, 1),
        "The family moved next door again.",
        "Helen Ashby",
        NOON,
    )


def test_decisions_are_kept_one_after_the_other(store: Store):
    with store.begin() as tx:
        file = ended(tx)
        decide(tx, file, "keep", until=date(2027, 1, 1))
        hold(tx, file)
        hold(tx, file, on=False, reason="The inquest is over.")

    assert [(row["n"], row["decision"]) for row in store.rows(retention_decisions)] == [
        (1, "keep"),
        (2, "hold"),
        (3, "release"),
    ]


@pytest.mark.parametrize("until", [None, PAST, DAY, date(2029, 12, 31), date(2030, 1, 1)])
def test_a_review_is_never_brought_forward(store: Store, until):
    with store.begin() as tx:
        file = ended(tx, on=date(2030, 1, 1))
        with pytest.raises(Incomplete) as refusal:
            decide(tx, file, "keep", until=until)

    assert refusal.value.missing == ("until",)


def test_a_day_to_keep_a_case_until_lies_after_today_in_the_hub(store: Store):
    """Half past eleven in the evening of the 30th of June is the 1st of July in London."""
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    with store.begin() as tx, pytest.raises(Incomplete):
        decide(tx, ended(tx), "keep", until=date(2026, 7, 1), now=late)


# --- legal hold ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.SUBMITTED, S.RESPONSE, S.CLOSED, S.MERGED])
def test_a_case_is_held_legally_in_any_state(store: Store, state):
    with store.begin() as tx:
        file = hold(tx, worked(tx, state))
        released = hold(tx, file, on=False, reason="The inquest is over.")

    assert (file.case.legal_hold, released.case.legal_hold) == (True, False)


def test_a_hold_that_is_there_already_is_not_noted_again(store: Store):
    with store.begin() as tx:
        file = hold(tx, ended(tx))
    told = messages(store)
    with store.begin() as tx:
        hold(tx, file)

    assert store.count(retention_decisions) == 1
    assert messages(store) == told


@pytest.mark.parametrize("someone", [TOM, PRIYA, IAN], ids=lambda actor: actor.name)
def test_only_the_manager_decides_or_holds(store: Store, someone):
    with store.begin() as tx:
        file = ended(tx)
    for command in (hold, lambda tx, file, who: decide(tx, file, who=who)):
        with pytest.raises(NotAllowed) as refusal, store.begin() as tx:
            command(tx, file, someone)
        assert refusal.value.reason == Reason.NOT_YOUR_PART


@pytest.mark.parametrize("command", [hold, decide])
def test_neither_is_done_without_a_reason(store: Store, command):
    with store.begin() as tx, pytest.raises(Incomplete) as refusal:
        command(tx, ended(tx), reason=" ")

    assert refusal.value.missing == ("reason",)


# --- erasing ---------------------------------------------------------------------------------------------------------

# What people typed into the case that is erased, and who they were.
SECRETS = (
    "Jane Roe",
    "Joe Bloggs",
    "12 High Street",
    "NSH-2026-0042",
    "Loud music until three",
    "Two letters and a visit",
    "Quiet nights for the neighbours",
    "Wheelchair user",
    "His brother was seen",
    "Vera Moss",
    "Wednesdays, says Jane",
    "Thin walls",
    "Boyfriend at number 9",
    "Knife in the kitchen",
    "Fitted by Pete",
    "A lock on the yard gate",
    "The lock is fitted",
    "Somebody was hurt",
    "Nobody is in danger from it",
    "The mother asked us",
    "Same family as before",
    "An inquest into Joe",
    "Typed and sent",
    "Priya Raman",
    "Tom Airey",
    "Ian Petrie",
    "Helen Ashby",
)


def with_everything(tx: sa.Connection) -> CaseFile:
    """A closed case with something of somebody's in every place that can hold it."""
    walk = Walk(tx)
    walk.wait()
    notes.write(**walk.by, actor=IAN, stage=Stage.SCANNING, text="His brother was seen there.", grade="fact")
    people.add(
        **walk.by, actor=TOM, description="Vera Moss, aunt", role=PersonRole.WITNESS, age_group=AgeGroup.ADULT
    )
    people.mark(**walk.by, actor=TOM, person_n=1, role=PersonRole.VICTIM, age_group=AgeGroup.CHILD)
    walk.assess(notes="Somebody was hurt")
    walk.move(Move.TRIAGE)
    walk.move(Move.SHARE, reason="The mother asked us to.")
    walk.to(S.SCANNING)
    walk.fill(Part.OBJECTIVE)
    walk.fill(Part.SCANNING, how_often="Wednesdays, says Jane")
    walk.move(Move.ANALYSE)
    walk.fill(Part.TRIANGLE, victim_features="Thin walls", offender_not_applicable="Boyfriend at number 9")
    walk.to(S.RESPONSE)
    walk.plan(rationale="Knife in the kitchen", proportionality="Fitted by Pete, nobody is put out")
    walk.to(S.CLOSED)
    beside(tx, walk)
    walk.wait(days=1)
    return walk.file


def beside(tx: sa.Connection, walk: Walk) -> None:
    """What is kept around a case."""
    other = submitted(tx, something_else(), IAN).case
    links.relate(**walk.by, actor=TOM, other=other.reference, reason="Same family as before.")
    for on in (True, False):
        retention.hold_legally(**walk.by, actor=HELEN, on=on, reason="An inquest into Joe.")
    listed(tx, walk.file, IAN)
    key = walk.case.reference
    conflict = {"list": "OSARA", "field": "Text", "ours": "Jane Roe", "theirs": "x", "at": NOON}
    tx.execute(
        sa.insert(sync_conflicts), [{**conflict, "key": name} for name in (key, f"{key}-C1-how_often")]
    )
    tx.execute(
        sa.update(drafts).where(drafts.c.case_id == walk.id).values({"values": {"what": "Typed and sent"}})
    )
    set_case(tx, walk.id, equality_note="Wheelchair user", retention_on=walk.now.date())


# These hold ids and names of fields only, which is tested where they are written.
WITHOUT_TEXT = {"outbox", "audit", "audit_heads"}


def all_kept_of(store: Store, file: CaseFile) -> dict[str, list[str]]:
    """Every row that belongs to the case, or to none, by the name of its table."""
    return {
        table.name: [str(dict(row)) for row in store.rows(table) if belongs(row, table, file.case.id)]
        for table in metadata.sorted_tables
        if table.name not in WITHOUT_TEXT
    }


def belongs(row: sa.RowMapping, table: sa.Table, case_id: int) -> bool:
    if table.name == "cases":
        return row["id"] == case_id
    return "case_id" not in table.c or row["case_id"] == case_id


def found_in(kept: dict[str, list[str]]) -> set[str]:
    whole = "\n".join(row for rows in kept.values() for row in rows)
    return {secret for secret in SECRETS if secret in whole}


def erased_from(store: Store) -> tuple[CaseFile, CaseFile]:
    """A case with everything in it, and what is left of it."""
    with store.begin() as tx:
        before = with_everything(tx)
    with store.begin() as tx:
        return before, decide(tx, before, now=NOON + timedelta(days=300), reason="Its time has come.")


def test_no_word_and_no_name_of_an_erased_case_is_left_anywhere(store: Store):
    with store.begin() as tx:
        before = with_everything(tx)
    assert found_in(all_kept_of(store, before)) == set(SECRETS)

    with store.begin() as tx:
        decide(tx, before, now=NOON + timedelta(days=300), reason="Its time has come.")
    kept = all_kept_of(store, before)
    *earlier, last = kept.pop("retention_decisions")

    assert found_in(kept | {"earlier": earlier}) == set()
    assert "Its time has come." in last
    assert "Helen Ashby" in last


def test_an_erased_case_keeps_what_the_measures_count(store: Store):
    before, after = erased_from(store)

    kept = (
        "reference",
        "hub_id",
        "state",
        "category",
        "since",
        "frequency",
        "danger",
        "equality",
        "agency_id",
    )
    kept += ("lead_agency_id", "submitted_at", "closed_at", "cycle", "moves", "band", "watch_until")
    assert [getattr(after.case, name) for name in kept] == [getattr(before.case, name) for name in kept]
    assert after.case.erased_at == NOON + timedelta(days=300)
    assert [(move.start, move.move, move.end, move.by.at) for move in after.moves] == [
        (move.start, move.move, move.end, move.by.at) for move in before.moves
    ]
    assert [(task.agency_id, task.state, task.power, task.side, task.due_on) for task in after.tasks] == [
        (task.agency_id, task.state, task.power, task.side, task.due_on) for task in before.tasks
    ]
    assert [(risk.band, risk.score, risk.instrument) for risk in after.risks] == [
        (risk.band, risk.score, risk.instrument) for risk in before.risks
    ]
    assert after.clocks == before.clocks
    assert len(after.entries) == len(before.entries)


def test_of_the_answers_choices_numbers_and_days_stay_and_all_that_was_written_goes(store: Store):
    before, after = erased_from(store)

    written = {Sort.TEXT, Sort.SHORT, Sort.LIST}
    assert {answer.field for answer in before.answers} >= {"outcome", "baseline", "target_date", "statement"}
    for was, now in zip(before.answers, after.answers, strict=True):
        assert now.text == ("" if FIELD[now.field].sort in written else was.text), now.field


def test_an_erased_case_is_found_by_nothing_and_counts_for_nobody(store: Store):
    before, _ = erased_from(store)

    for table in (match_keys, victim_reports, drafts):
        assert [row for row in store.rows(table) if row["case_id"] == before.case.id] == []
        assert store.count(table) > 0, "those of another case stay"
    assert store.count(sync_conflicts) == 0


def test_nothing_of_another_case_is_erased(store: Store):
    with store.begin() as tx:
        before = with_everything(tx)
        [link] = before.links
        other = case_file(tx, link.other_id)
    with store.begin() as tx:
        decide(tx, before, now=NOON + timedelta(days=300))
        after = case_file(tx, link.other_id)

    assert (after.case, after.entries, after.people) == (other.case, other.entries, other.people)


def test_sharepoint_and_everybody_who_holds_a_card_are_told_of_an_erasure_and_audit_without_the_reason(
    store: Store,
):
    with store.begin() as tx:
        file = ended(tx)
    before = len(messages(store))
    with store.begin() as tx:
        after = decide(tx, file, reason="Joe has moved.")

    assert [kind for kind, _ in messages(store)[before:]] == ["case.push", "card.receipt"]
    action, detail = audited(store)[-1]
    assert (action, json.loads(detail)) == (
        "case.retention_decided",
        {"reference": "ALL-2026-0001", "version": after.case.version, "decision": "erase"},
    )


@pytest.mark.parametrize(
    ("changes", "lacking"),
    [
        ({"retention_on": DAY + timedelta(days=1)}, ("retention_date",)),
        ({"retention_on": None}, ("retention_date",)),
        ({"legal_hold": True}, ("legal_hold",)),
        ({"legal_hold": True, "retention_on": None}, ("retention_date", "legal_hold")),
    ],
)
def test_nothing_is_erased_before_its_day_or_under_hold(store: Store, changes, lacking):
    with store.begin() as tx:
        file = worked(tx, S.CLOSED, **{"retention_on": DAY, **changes})
    with pytest.raises(Incomplete) as refusal, store.begin() as tx:
        decide(tx, file)

    assert refusal.value.missing == lacking
    with store.begin() as tx:
        assert case_file(tx, file.case.id) == file


@pytest.mark.parametrize("state", [state for state in S if state in OPEN])
def test_no_open_case_is_erased(store: Store, state):
    with store.begin() as tx:
        file = ended(tx, state)
    with pytest.raises(NotAllowed) as refusal, store.begin() as tx:
        decide(tx, file)

    assert refusal.value.reason == Reason.NOT_NOW


@pytest.mark.parametrize(
    "command", [decide, hold, lambda tx, file: decide(tx, file, "keep", until=date(2030, 1, 1))]
)
def test_what_was_erased_is_not_decided_about_again(store: Store, command):
    with store.begin() as tx:
        file = decide(tx, ended(tx))
    with pytest.raises(Stale), store.begin() as tx:
        command(tx, file)


@pytest.mark.parametrize(
    "write",
    [
        lambda tx, file, other: links.relate(
            tx, **about(file, PRIYA), other=other.case.reference, reason="Jane Roe again.", now=NOON
        ),
        lambda tx, file, other: links.relate(
            tx, **about(other, TOM), other=file.case.reference, reason="Jane Roe again.", now=NOON
        ),
        lambda tx, file, _: restricted(tx, file, HELEN),
        lambda tx, file, _: moves.move(
            tx,
            **about(file, HELEN),
            directory=DIRECTORY,
            move=Move.VOID,
            seen=file.case.moves,
            reason="Jane Roe never lived there.",
            now=NOON,
        ),
    ],
    ids=["related", "related from the other", "restricted", "voided"],
)
def test_nothing_is_written_into_an_erased_case_where_it_would_stay_for_ever(store: Store, write):
    with store.begin() as tx:
        file, other = decide(tx, ended(tx)), case_file(tx, submitted(tx, something_else()).case.id)
    with pytest.raises((Stale, NotAllowed, Incomplete)), store.begin() as tx:
        write(tx, file, other)


def test_an_erased_case_repeats_nothing_of_its_neighbours_nor_they_in_sharepoint_of_it(store: Store):
    with store.begin() as tx:
        file, other = ended(tx), case_file(tx, submitted(tx, something_else()).case.id)
        links.relate(tx, **about(other, TOM), other=file.case.reference, reason="Jane Roe again.", now=NOON)
    before = len(messages(store))
    with store.begin() as tx:
        erased = decide(tx, file)
        kept = case_file(tx, other.case.id)

    pushed = {payload["case_id"] for kind, payload in messages(store)[before:] if kind == "case.push"}
    assert [link.reason for link in erased.links] == [""]
    assert [link.reason for link in kept.links] == ["Jane Roe again."]
    assert pushed >= {file.case.id, other.case.id}


def test_a_restricted_case_is_erased_by_nobody_who_is_not_on_its_list(store: Store):
    with store.begin() as tx, pytest.raises(NotAllowed) as refusal:
        decide(tx, ended(tx, restricted=True))

    assert refusal.value.reason == Reason.RESTRICTED


def test_an_erasure_that_fails_halfway_erases_nothing(store: Store):
    with store.begin() as tx:
        file = ended(tx)
    with pytest.raises(TooLateError), store.begin() as tx:
        fail_after(decide, tx, file)
    with store.begin() as tx:
        assert case_file(tx, file.case.id) == file


# --- children --------------------------------------------------------------------------------------------------------


def test_a_case_concerns_a_child_if_anybody_in_it_is_marked_as_one(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        marked = people.mark(
            tx,
            **about(file, TOM),
            person_n=1,
            role=PersonRole.VICTIM,
            age_group=AgeGroup.CHILD,
            now=NOON,
        )

    assert not retention.concerns_child(file)
    assert retention.concerns_child(marked)


def test_whether_a_case_concerned_a_child_is_known_after_its_erasure(store: Store):
    _, after = erased_from(store)

    assert retention.concerns_child(after)
