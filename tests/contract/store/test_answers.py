from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import answers
from osara_store.answers import Clash, Saved
from osara_store.case_file import CaseFile, case_file
from osara_store.errors import CaseNotFound, NotAllowed, Stale
from osara_store.policy import Reason
from osara_store.referral import Referral
from osara_store.schema import CaseState
from osara_store.schema import answers as table
from osara_store.stages import FIELD, Part

from .casework import about, audited, messages, set_case, worked
from .conftest import Store
from .world import CAR, HELEN, IAN, NOON, PRIYA, RUTH, SUE, TOM, referral, submitted

LATER = NOON + timedelta(hours=1)


def save(
    tx: sa.Connection, file: CaseFile, someone=PRIYA, *, part=Part.SCANNING, cycle=1, versions=None, **typed
) -> Saved:
    """What came back in a form that showed these versions; nothing was there unless they say so."""
    return answers.save(
        tx,
        **about(file, someone),
        part=part,
        cycle=cycle,
        typed=typed,
        versions=versions or {},
        now=LATER,
    )


def choose(tx: sa.Connection, file: CaseFile, someone=PRIYA, *, cycle=1, versions=None, **chosen) -> Saved:
    return answers.choose(
        tx, **about(file, someone), cycle=cycle, chosen=chosen, versions=versions or {}, now=LATER
    )


def written(file: CaseFile, field: str = "sources") -> list[tuple[int, bool, str, str]]:
    return [
        (each.n, each.standing, each.text, each.by.author_name)
        for each in file.answers
        if each.field == field
    ]


def test_what_was_typed_stands_with_who_wrote_it_and_when(store: Store):
    with store.begin() as tx:
        saved = save(tx, worked(tx), sources="Calls\nDiary", how_often="daily")
        file = case_file(tx, saved.file.case.id)

    assert saved.changed == ("sources", "how_often")
    assert (file.answer("sources"), file.answer("how_often")) == ("Calls\nDiary", "daily")
    [answer] = [each for each in file.answers if each.field == "sources"]
    assert (answer.cycle, answer.n, answer.standing) == (1, 1, True)
    assert answer.by.is_by(PRIYA)
    assert (answer.by.author_agency_id, answer.by.at) == ("homes", LATER)
    assert saved.file == file


def test_saving_tells_audit_and_sharepoint_which_fields_but_not_what_they_say(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Jane Roe's diary").file

    action, detail = audited(store)[-1]
    assert action == "case.answered"
    assert '"fields":["sources"]' in detail
    assert messages(store)[-1] == ("case.push", {"case_id": file.case.id})
    assert all("Jane" not in str(told) for told in [*audited(store), *messages(store)])


def test_what_was_left_as_shown_changes_nothing(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
    told = len(audited(store)), len(messages(store))
    with store.begin() as tx:
        saved = save(tx, file, TOM, sources="Calls", period_from="", versions={"sources": 1})

    assert (saved.changed, saved.clashes) == ((), ())
    assert written(saved.file) == [(1, True, "Calls", "Priya Raman")]
    assert (len(audited(store)), len(messages(store))) == told


def test_who_has_seen_an_answer_may_replace_it_and_the_earlier_one_is_kept(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        saved = save(tx, file, TOM, sources="Calls\nDiary", versions={"sources": 1})

    assert saved.changed == ("sources",)
    assert saved.file.answer("sources") == "Calls\nDiary"
    assert written(saved.file) == [(1, True, "Calls", "Priya Raman"), (2, True, "Calls\nDiary", "Tom Airey")]


def test_an_answer_can_be_taken_back(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        saved = save(tx, file, sources="", versions={"sources": 1})

    assert saved.file.answer("sources") == ""
    assert written(saved.file)[0] == (1, True, "Calls", "Priya Raman")


def test_the_second_of_two_who_write_at_once_is_shown_both_texts(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        saved = save(tx, file, TOM, sources="Diary", how_often="weekly")

    assert saved.changed == ("how_often",)
    [theirs] = [each for each in file.answers if each.field == "sources"]
    assert saved.clashes == (Clash("sources", "Diary", theirs),)
    assert saved.file.answer("sources") == "Calls"
    assert [each.text for each in saved.file.asides] == ["Diary"]


def test_two_who_write_the_same_at_once_have_nothing_to_choose_about(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        saved = save(tx, file, TOM, sources="Calls")

    assert (saved.changed, saved.clashes) == ((), ())
    assert len(written(saved.file)) == 1


def test_a_field_that_somebody_else_changed_is_no_clash_for_who_did_not_touch_it(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        save(tx, file, TOM, sources="Calls\nDiary", versions={"sources": 1})
        saved = save(tx, file, SUE, sources="Calls", how_often="weekly", versions={"sources": 1})

    assert (saved.changed, saved.clashes) == (("how_often",), ())
    assert saved.file.answer("sources") == "Calls\nDiary"


def test_pressing_twice_writes_once(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        for _ in range(2):
            again = save(tx, file, sources="Calls")
            beside = save(tx, file, TOM, sources="Diary")

    assert (again.changed, again.clashes) == ((), ())
    assert [clash.mine for clash in beside.clashes] == ["Diary"]
    assert written(beside.file) == [(1, True, "Calls", "Priya Raman"), (2, False, "Diary", "Tom Airey")]


def test_ones_own_answer_from_another_device_is_not_overwritten_unseen(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Typed at the desk").file
        saved = save(tx, file, sources="Typed on the phone")

    assert saved.file.answer("sources") == "Typed at the desk"
    assert [clash.mine for clash in saved.clashes] == ["Typed on the phone"]


@pytest.mark.parametrize("version", [-1, 99])
def test_a_number_that_no_answer_has_counts_as_having_seen_nothing(store: Store, version):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        for _ in range(2):
            saved = save(tx, file, TOM, sources="Diary", versions={"sources": version})

    assert [clash.field for clash in saved.clashes] == ["sources"]
    assert len(written(saved.file)) == 2


def a_clash(tx: sa.Connection) -> Saved:
    file = save(tx, worked(tx), sources="Calls").file
    return save(tx, file, TOM, sources="Diary")


@pytest.mark.parametrize("settled", ["Calls", "Diary", "Calls\nDiary"])
def test_what_was_chosen_stands_and_nothing_waits_any_more(store: Store, settled):
    with store.begin() as tx:
        clash = a_clash(tx)
        seen = clash.clashes[0].seen
        saved = choose(tx, clash.file, TOM, sources=settled, versions={"sources": seen})

    assert (saved.changed, saved.clashes, saved.file.asides) == (("sources",), (), ())
    assert saved.file.answer("sources") == settled
    assert [text for _, _, text, _ in written(saved.file)] == ["Calls", "Diary", settled]


def test_choosing_twice_writes_once(store: Store):
    with store.begin() as tx:
        clash = a_clash(tx)
        for _ in range(2):
            saved = choose(tx, clash.file, TOM, sources="Calls", versions={"sources": 1})

    assert (saved.changed, saved.clashes) == ((), ())
    assert len(written(saved.file)) == 3


def test_a_choice_is_a_clash_again_if_somebody_wrote_meanwhile(store: Store):
    with store.begin() as tx:
        clash = a_clash(tx)
        save(tx, clash.file, SUE, sources="Survey", versions={"sources": 2})
        saved = choose(tx, clash.file, TOM, sources="Calls\nDiary", versions={"sources": 1})

    [again] = saved.clashes
    assert (again.mine, again.theirs.text, again.seen) == ("Calls\nDiary", "Survey", 3)
    assert saved.file.answer("sources") == "Survey"
    assert [each.text for each in saved.file.asides] == ["Calls\nDiary"]


def test_an_aside_that_nobody_has_chosen_about_is_shown_to_the_next_who_writes(store: Store):
    with store.begin() as tx:
        clash = a_clash(tx)
        saved = save(tx, clash.file, SUE, sources="Survey", versions={"sources": 1})
        [both] = saved.clashes
        assert (both.theirs.text, [each.text for each in both.others]) == ("Calls", ["Diary"])

        settled = choose(tx, saved.file, SUE, sources="All three", versions={"sources": both.seen})

    assert (settled.file.answer("sources"), settled.file.asides) == ("All three", ())


def test_keeping_what_stands_does_not_settle_an_aside_that_was_not_shown(store: Store):
    with store.begin() as tx:
        clash = a_clash(tx)
        save(tx, clash.file, SUE, sources="Survey")
        saved = choose(tx, clash.file, TOM, sources="Calls", versions={"sources": 1})

    assert [each.text for each in saved.clashes[0].others] == ["Survey"]
    assert [text for _, _, text, _ in written(saved.file)] == ["Calls", "Diary", "Survey"]
    assert [each.text for each in saved.file.asides] == ["Diary", "Survey"]


def test_many_who_wrote_at_once_are_read_a_few_at_a_time(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        for someone, text in ((TOM, "Diary"), (SUE, "Survey"), (HELEN, "Letters")):
            save(tx, file, someone, sources=text)
        [first] = save(tx, file, sources="All of it", versions={"sources": 1}).clashes
        shown = first.others[0]
        [rest] = choose(tx, file, sources="All of it", versions={"sources": shown.n}).clashes
        saved = choose(tx, file, sources="All of it", versions={"sources": rest.others[1].n})

    assert [each.text for each in first.others] == ["Diary", "Survey", "Letters"]
    assert [each.text for each in rest.others] == ["Survey", "Letters", "Diary"]
    assert (saved.file.answer("sources"), saved.file.asides) == ("All of it", ())


def test_a_form_of_an_earlier_cycle_is_stale(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls").file
        set_case(tx, file.case.id, cycle=2)
        for write in (save, choose):
            with pytest.raises(Stale):
                write(tx, file, sources="Diary", versions={"sources": 1})
        saved = save(tx, file, sources="Diary", cycle=2)

    assert saved.file.answer("sources") == "Diary"
    assert saved.file.answer("sources", cycle=1) == "Calls"
    assert answers.earlier(saved.file, 1) == {"sources": "Calls"}


def test_what_was_taken_back_is_nothing_that_stood_earlier(store: Store):
    with store.begin() as tx:
        file = save(tx, worked(tx), sources="Calls", how_often="daily").file
        saved = save(tx, file, sources="", versions={"sources": 1})

    assert answers.earlier(saved.file, 1) == {"how_often": "daily"}


def test_a_form_brings_answers_to_its_own_part_only(store: Store):
    with store.begin() as tx, pytest.raises(ValueError, match="hypothesis"):
        save(tx, worked(tx), hypothesis="They meet where it is lit")


@pytest.mark.parametrize("someone", [IAN, RUTH])
@pytest.mark.parametrize("write", [save, choose])
def test_the_stages_are_written_by_those_who_work_the_case(store: Store, someone, write):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(NotAllowed) as refusal:
            write(tx, file, someone, sources="Calls")

    assert refusal.value.reason == Reason.NOT_YOUR_PART
    assert store.count(table) == 0


@pytest.mark.parametrize("someone", [PRIYA, SUE, TOM, HELEN])
def test_lead_agency_coordinator_and_manager_write_the_stages(store: Store, someone):
    with store.begin() as tx:
        assert save(tx, worked(tx), someone, sources="Calls").changed == ("sources",)


@pytest.mark.parametrize("write", [save, choose])
def test_the_closing_questions_are_asked_once_the_case_is_assessed(store: Store, write):
    part = {"part": Part.CLOSURE} if write is save else {}
    with store.begin() as tx:
        file = worked(tx, CaseState.RESPONSE)
        with pytest.raises(NotAllowed) as refusal:
            write(tx, file, closing_summary="Quiet since June", **part)
        set_case(tx, file.case.id, state=CaseState.CLOSURE_PROPOSED)
        saved = write(tx, file, closing_summary="Quiet since June", **part)

    assert refusal.value.reason == Reason.NOT_NOW
    assert saved.changed == ("closing_summary",)


def test_a_case_is_written_to_through_its_own_hub_only(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(CaseNotFound):
            answers.save(
                tx,
                **{**about(file, TOM), "hub": CAR},
                part=Part.SCANNING,
                cycle=1,
                typed={"sources": "Calls"},
                versions={},
                now=LATER,
            )


def suggested(tx: sa.Connection, said: Referral, field: str) -> str:
    return answers.suggestion(case_file(tx, submitted(tx, said).case.id), field)


@pytest.mark.parametrize(
    ("field", "start"),
    [
        ("different", "Quiet nights for the neighbours."),
        ("statement", "Loud music until three in the morning, most nights."),
        ("tried", "Two letters and a visit."),
        ("how_often", "daily"),
        ("who_is_affected", "Jane Roe, next door\nHarold Roe"),
        ("sources", ""),
    ],
)
def test_a_form_starts_with_what_the_referral_said(store: Store, field, start):
    with store.begin() as tx:
        assert suggested(tx, referral(), field) == start


def test_a_suggestion_is_never_longer_than_its_answer_may_be(store: Store):
    most = FIELD["statement"].most
    with store.begin() as tx:
        start = suggested(tx, referral(what="noise " * 600), "statement")
        unbroken = suggested(tx, referral(what="x" * 3000), "statement")
        people = suggested(
            tx, referral(affected="\n".join(f"Person {n} {'x' * 80}" for n in range(20))), "who_is_affected"
        )

    assert most - 10 < len(start) <= most
    assert start.endswith("noise…")
    assert len(unbroken) == most
    assert len(people) <= most
    assert people.splitlines()[-1].endswith("x")


def test_a_later_cycle_does_not_start_with_what_the_first_one_dealt_with(store: Store):
    with store.begin() as tx:
        file = worked(tx, cycle=2)

    assert {answers.suggestion(file, field) for field in FIELD} == {""}


def test_a_suggestion_that_is_saved_is_an_answer(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        saved = save(tx, file, statement=answers.suggestion(file, "statement"))

    assert saved.changed == ("statement",)


def test_a_suggestion_that_nobody_touched_gives_way_to_what_somebody_wrote(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        save(tx, file, TOM, statement="Amplified music from number 12, 23:00 to 03:00.")
        saved = save(tx, file, statement=answers.suggestion(file, "statement"), sources="Calls")

    assert (saved.changed, saved.clashes) == (("sources",), ())
    assert saved.file.answer("statement") == "Amplified music from number 12, 23:00 to 03:00."
