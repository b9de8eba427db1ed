"""The daily digest: what is new, once, at the right time, and never to somebody whom it is not for."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa

from osara_store import absences, changing_settings, conversations, digests
from osara_store.directory import Actor, Directory
from osara_store.hub_preferences import HubPreferences
from osara_store.nudges import Nudge, Step
from osara_store.outbox import Kind
from osara_store.preferences import PersonPreferences, hub_preferences
from osara_store.schema import CaseState, TaskState, case_access, information_requests, nudges, outbox
from osara_store.schema import schedule as schedule_table
from osara_store.schema import tasks as task_table

from .casework import set_case, worked
from .conftest import Store
from .digesting import HUBS, due_of, last_told, morning, planned, run_all, runs_told
from .test_requests import accepted, ask, meet
from .test_tasking import decline
from .test_tasks import GATE, LATER, add, record
from .world import ALL, HELEN, IAN, NOON, NORA, PRIYA, RUTH, TENANT, TOM, hubs_file, person_id

DUE = GATE.due_on  # Friday 20 March 2026


def _with_another() -> Directory:
    """The council has somebody more, whom the bot has never met."""
    file = hubs_file()
    for agency in file["agencies"]:
        if "agreement" in agency:
            agency["agreement"]["expires"] = "2036-03-31"
    somebody = {"id": person_id(20), "name": "Lena Moss", "upn": "lena@hubs.example", "agency": "council"}
    file["people"].append(somebody)
    return Directory.model_validate(file)


WITH_ANOTHER = _with_another()
LENA = WITH_ANOTHER.actor(TENANT, person_id(20))


def steps(found: list[Nudge]) -> list[tuple[str, str]]:
    return [(nudge.kind, nudge.step) for nudge in found]


def waits(tx: sa.Connection, band: str = "medium", due_on: date = DUE, **changes):
    """A task of the council, of whom the bot met Ian only once it was given: no card told him of it."""
    file = add(tx, worked(tx, band=band, **changes), task=replace(GATE, due_on=due_on))
    meet(tx, IAN)
    return file


# --- what is told, and how often -------------------------------------------------------------------------------------


def test_a_task_is_told_when_new_soon_late_and_a_week_later_and_never_again(store: Store):
    told: list[tuple[date, str]] = []
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        for n in range(60):
            day = morning(2026, 3, 3) + timedelta(days=n, hours=1)
            before = len(told)
            run_all(tx, day)
            found = tx.execute(
                sa.select(nudges.c.step).where(
                    nudges.c.person == IAN.object_id, nudges.c.run_at > day - timedelta(hours=20)
                )
            ).scalars()
            told += [(day.date(), step) for step in found]
            assert len(told) <= before + 1

    assert told == [
        (date(2026, 3, 3), Step.NEW),
        (date(2026, 3, 18), Step.SOON),
        (date(2026, 3, 23), Step.OVERDUE),  # the 21st is a Saturday
        (date(2026, 3, 27), Step.AGAIN),
    ]
    assert len(runs_told(store, IAN)) == 4


def test_without_anything_new_there_is_no_digest(store: Store):
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        run_all(tx, morning(2026, 3, 4))
        run_all(tx, morning(2026, 3, 5))

    assert runs_told(store, IAN) == [morning(2026, 3, 3)]


def test_what_a_card_of_its_own_has_told_is_no_news(store: Store):
    with store.begin() as tx:
        meet(tx, IAN)
        add(tx, worked(tx))
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        assert last_told(tx, IAN, morning(2026, 3, 3)) == []
        run_all(tx, morning(2026, 3, 18))
        assert steps(last_told(tx, IAN, morning(2026, 3, 18))) == [("task", Step.SOON)]


@pytest.mark.parametrize(("band", "is_sent_at_once"), [("medium", False), ("high", True)])
def test_one_that_is_made_up_for_in_the_night_waits_for_the_morning_unless_it_breaks_through(
    store: Store, band: str, is_sent_at_once: bool
):
    night = datetime(2026, 3, 5, 2, tzinfo=UTC)
    with store.begin() as tx:
        waits(tx, band=band)
        planned(tx, LATER)
        run_all(tx, night)

    [row] = store.rows(outbox, outbox.c.kind == Kind.DIGEST)
    assert row["due_at"] == (night if is_sent_at_once else morning(2026, 3, 5, time(8)))


def test_one_that_somebody_wants_in_quiet_hours_comes_then(store: Store):
    with store.begin() as tx:
        waits(tx)
        wanted = PersonPreferences(digest_at=time(20))
        changing_settings.change_own(tx, directory=HUBS, actor=IAN, wanted=wanted, now=LATER)
        run_all(tx, morning(2026, 3, 2, time(20)))

    [row] = store.rows(outbox, outbox.c.kind == Kind.DIGEST)
    assert row["due_at"] == morning(2026, 3, 2, time(20))


def test_what_is_new_is_told_however_much_has_been_overdue_for_long(store: Store):
    with store.begin() as tx:
        file = waits(tx, due_on=date(2026, 3, 3))
        row = tx.execute(sa.select(task_table)).one()._asdict()
        tx.execute(sa.insert(task_table), [{**row, "n": n} for n in range(2, 700)])
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 17))
        add(tx, file, task=GATE)
        run_all(tx, morning(2026, 3, 18))
        found = last_told(tx, IAN, morning(2026, 3, 18))

    assert [(nudge.n, nudge.step) for nudge in found] == [(700, Step.SOON)]


@pytest.mark.parametrize("deputy", [None, LENA])
def test_while_the_contact_is_away_and_nobody_who_can_be_reached_stands_in_a_colleague_is_reminded(
    store: Store, deputy: Actor | None
):
    with store.begin() as tx:
        meet(tx, HELEN)
        ask(tx, accepted(tx), "council")
        meet(tx, IAN)
        absences.away(
            tx,
            directory=WITH_ANOTHER,
            actor=HELEN,
            person=HELEN,
            first_day=date(2026, 3, 3),
            last_day=date(2026, 3, 30),
            deputy=deputy,
            hub=ALL,
            now=NOON,
        )
        planned(tx, LATER, WITH_ANOTHER)
        run_all(tx, morning(2026, 3, 6), WITH_ANOTHER)

        found = last_told(tx, IAN, morning(2026, 3, 6), WITH_ANOTHER)
        assert steps(found) == [("request", Step.REMINDER)]


def test_a_clock_that_had_run_ahead_keeps_nobody_from_their_digest(store: Store):
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        tx.execute(
            sa.update(schedule_table).values(due_at=morning(2036, 3, 3), next_try_at=morning(2036, 3, 3))
        )
        planned(tx, LATER)
        assert due_of(tx, IAN) == morning(2026, 3, 3)


def test_six_weeks_without_a_run_make_one_digest(store: Store):
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        back = morning(2026, 4, 14) + timedelta(hours=5)
        run_all(tx, back)
        assert steps(last_told(tx, IAN, back)) == [("task", Step.AGAIN)]
        assert due_of(tx, IAN) == morning(2026, 4, 15)
        run_all(tx, morning(2026, 4, 15))

    assert runs_told(store, IAN) == [morning(2026, 3, 3)]


def test_a_day_that_was_moved_is_a_new_day_to_be_reminded_of(store: Store):
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 18))
        tx.execute(sa.update(task_table).values(due_on=date(2026, 4, 17)))
        run_all(tx, morning(2026, 3, 19))
        assert len(runs_in(tx)) == 1  # it is not new, and the new day is far
        run_all(tx, morning(2026, 4, 15))
        assert steps(last_told(tx, IAN, morning(2026, 4, 15))) == [("task", Step.SOON)]


def runs_in(tx: sa.Connection) -> set[datetime]:
    return set(tx.scalars(sa.select(nudges.c.run_at).where(nudges.c.person == IAN.object_id)))


def test_an_unanswered_request_is_reminded_of_once_and_that_is_kept(store: Store):
    with store.begin() as tx:
        meet(tx, HELEN)
        ask(tx, accepted(tx), "council")  # due on Monday 9 March
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 5))
        assert steps(last_told(tx, HELEN, morning(2026, 3, 5))) == [("request", Step.REMINDER)]
        assert tx.scalar(sa.select(information_requests.c.reminded_at)) == morning(2026, 3, 5)
        run_all(tx, morning(2026, 3, 10))
        run_all(tx, morning(2026, 3, 13))
        about = nudges.c.subject.startswith("request:")
        told = tx.scalars(sa.select(nudges.c.step).where(about, nudges.c.step != Step.NEW))
        assert list(told) == [Step.REMINDER]


def test_the_manager_hears_of_what_is_late_for_a_working_week(store: Store):
    with store.begin() as tx:
        add(tx, worked(tx))
        meet(tx, HELEN)
        tx.execute(sa.update(task_table).values(owner=IAN.name, agency_id="police"))
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 26))
        early = [nudge for nudge in last_told(tx, HELEN, morning(2026, 3, 26)) if nudge.kind == "task"]
        run_all(tx, morning(2026, 3, 27))
        found = last_told(tx, HELEN, morning(2026, 3, 27))

    assert early == []
    assert steps([nudge for nudge in found if nudge.kind == "task"]) == [("task", Step.ESCALATED)]


def test_who_leads_and_who_coordinates_hear_of_what_was_declined_and_of_clocks(store: Store):
    with store.begin() as tx:
        decline(tx, add(tx, worked(tx)))
        for someone in (TOM, PRIYA):
            meet(tx, someone)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        for someone in (TOM, PRIYA):
            told = steps(last_told(tx, someone, morning(2026, 3, 3)))
            assert sorted(told) == [("clock", Step.SOON), ("declined", Step.NEW)]


# --- to whom ---------------------------------------------------------------------------------------------------------


def test_an_agencys_matter_reminds_whom_it_names_and_nobody_else(store: Store):
    with store.begin() as tx:
        add(tx, worked(tx), task=replace(GATE, owner="ian  PETRIE"))
        for someone in (HELEN, IAN):
            meet(tx, someone)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))

    assert [len(runs_told(store, someone)) for someone in (HELEN, IAN)] == [0, 1]


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.VOIDED, CaseState.RETURNED])
def test_a_case_that_ended_or_stands_still_says_nothing(store: Store, state: CaseState):
    with store.begin() as tx:
        file = waits(tx)
        set_case(tx, file.case.id, state=state)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 27))

    assert runs_told(store, IAN) == []


def test_what_is_settled_before_it_is_sent_is_left_out(store: Store):
    with store.begin() as tx:
        file = waits(tx)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        record(tx, file, state=TaskState.DONE)
        assert last_told(tx, IAN, morning(2026, 3, 3)) == []


def test_of_a_restricted_case_only_those_on_its_list_hear(store: Store):
    with store.begin() as tx:
        file = waits(tx)
        set_case(tx, file.case.id, restricted=True)
        meet(tx, HELEN)
        tx.execute(sa.update(task_table).values(owner=IAN.name))
        row = {"tenant": TENANT, "person": HELEN.object_id, "name": HELEN.name, "since": NOON}
        tx.execute(sa.insert(case_access), {"case_id": file.case.id, **row})
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        assert last_told(tx, IAN, morning(2026, 3, 3)) == []
        # Ian is named, but may not know: it is Helen who hears of it.
        assert steps(last_told(tx, HELEN, morning(2026, 3, 3))) == [("task", Step.NEW)]


def test_an_agency_whose_agreement_ran_out_hears_of_no_case_though_it_was_told_before(store: Store):
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        after = ended("council")
        assert digests.told_in(tx, after, of(after, IAN), morning(2026, 3, 3), morning(2026, 3, 3)) == []
        run_all(tx, morning(2026, 3, 24), after)

    assert runs_told(store, IAN) == [morning(2026, 3, 3)]


def ended(agency_id: str) -> Directory:
    file = HUBS.model_dump(mode="json", exclude_none=True)
    for agency in file["agencies"]:
        if agency["id"] == agency_id:
            agency["agreement"]["expires"] = "2026-03-02"
    return Directory.model_validate(file)


def of(directory: Directory, someone: Actor) -> Actor:
    found = directory.actor(someone.tenant, someone.object_id)
    assert found is not None
    return found


def test_nobody_has_a_digest_planned_before_the_bot_has_met_them(store: Store):
    with store.begin() as tx:
        meet(tx, IAN)
        meet(tx, NORA, unreachable=True)
        planned(tx, LATER)
        assert due_of(tx, IAN) == morning(2026, 3, 3)
        assert [due_of(tx, someone) for someone in (HELEN, NORA)] == [None, None]
        meet(tx, HELEN)
        planned(tx, LATER)
        assert due_of(tx, HELEN) == morning(2026, 3, 3)


def test_who_took_the_app_away_hears_it_all_once_they_are_back(store: Store):
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        key = conversations.person_key(IAN.tenant, IAN.object_id)
        conversations.mark_unreachable(tx, key, "the app was removed", LATER)
        run_all(tx, morning(2026, 3, 24))
        meet(tx, IAN)
        run_all(tx, morning(2026, 3, 25))

    assert runs_told(store, IAN) == [morning(2026, 3, 25)]


def test_who_has_left_the_directory_has_no_digest_any_more(store: Store):
    file = HUBS.model_dump(mode="json", exclude_none=True)
    file["people"] = [person for person in file["people"] if person["id"] != IAN.object_id]
    without = Directory.model_validate(file)
    with store.begin() as tx:
        waits(tx)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3), without)
        assert due_of(tx, IAN) is None
        planned(tx, morning(2026, 3, 3))
        planned(tx, morning(2026, 3, 3), without)
        assert due_of(tx, IAN) is None

    assert runs_told(store, IAN) == []


def test_while_somebody_is_away_their_deputy_hears_whose_it_is(store: Store):
    with store.begin() as tx:
        add(tx, worked(tx), task=replace(GATE, owner=IAN.name))
        for someone in (HELEN, IAN):
            meet(tx, someone)
        away = {"first_day": date(2026, 3, 3), "last_day": date(2026, 3, 10)}
        absences.away(tx, directory=HUBS, actor=IAN, person=IAN, deputy=HELEN, hub=ALL, now=LATER, **away)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        found = last_told(tx, HELEN, morning(2026, 3, 3))
        assert [(nudge.kind, nudge.on_behalf_of) for nudge in found] == [("task", IAN.name)]
        assert last_told(tx, IAN, morning(2026, 3, 3)) == []
        run_all(tx, morning(2026, 3, 11))
        assert steps(last_told(tx, IAN, morning(2026, 3, 11))) == [("task", Step.NEW)]


def test_a_deputy_hears_of_no_restricted_case_on_whose_list_they_are_not(store: Store):
    with store.begin() as tx:
        file = add(tx, worked(tx), task=replace(GATE, owner=IAN.name))
        set_case(tx, file.case.id, restricted=True)
        row = {"tenant": TENANT, "person": IAN.object_id, "name": IAN.name, "since": NOON}
        tx.execute(sa.insert(case_access), {"case_id": file.case.id, **row})
        for someone in (HELEN, IAN):
            meet(tx, someone)
        away = {"first_day": date(2026, 3, 3), "last_day": date(2026, 3, 10)}
        absences.away(tx, directory=HUBS, actor=IAN, person=IAN, deputy=HELEN, hub=ALL, now=LATER, **away)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        assert [nudge.subject for nudge in digests.waiting(tx, HUBS, HELEN, morning(2026, 3, 3))] == []
        run_all(tx, morning(2026, 3, 11))
        assert steps(last_told(tx, IAN, morning(2026, 3, 11))) == [("task", Step.NEW)]


@pytest.mark.parametrize(
    "change",
    [{"state": CaseState.CLOSED}, {"state": CaseState.VOIDED}, {"restricted": True}],
    ids=["closed", "voided", "restricted"],
)
def test_whatever_a_source_says_a_case_is_told_only_of_while_it_goes_on_and_to_who_may_read_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
):
    with store.begin() as tx:
        file = waits(tx)
        (found,) = digests.waiting(tx, HUBS, IAN, morning(2026, 3, 3))
        monkeypatch.setattr(digests, "SOURCES", (lambda *_: [found],))
        assert digests.waiting(tx, HUBS, IAN, morning(2026, 3, 3)) == [found]
        assert digests.waiting(tx, HUBS, NORA, morning(2026, 3, 3)) == []  # of another hub
        after = ended("council")
        assert digests.waiting(tx, after, of(after, IAN), morning(2026, 3, 3)) == []
        set_case(tx, file.case.id, **change)
        assert digests.waiting(tx, HUBS, IAN, morning(2026, 3, 3)) == []


# --- what one wants to hear, and when --------------------------------------------------------------------------------


def test_on_a_day_off_only_what_is_of_high_risk_comes(store: Store):
    saturday = morning(2026, 3, 21)
    with store.begin() as tx:
        for band in ("high", "standard"):
            add(tx, worked(tx, band=band))
        meet(tx, IAN)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 20))
        run_all(tx, saturday)
        assert [nudge.band for nudge in last_told(tx, IAN, saturday)] == ["high"]
        run_all(tx, morning(2026, 3, 23))
        assert [nudge.band for nudge in last_told(tx, IAN, morning(2026, 3, 23))] == ["standard"]


def test_who_wants_urgent_things_only_hears_of_what_is_late_or_of_high_risk(store: Store):
    with store.begin() as tx:
        for band in ("standard", "high"):
            add(tx, worked(tx, band=band))
        meet(tx, IAN)
        wanted = PersonPreferences(digest="urgent")
        changing_settings.change_own(tx, directory=HUBS, actor=IAN, wanted=wanted, now=LATER)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 3))
        assert [nudge.band for nudge in last_told(tx, IAN, morning(2026, 3, 3))] == ["high"]
        run_all(tx, morning(2026, 3, 23))
        told = last_told(tx, IAN, morning(2026, 3, 23))
        assert {(nudge.band, nudge.step) for nudge in told} == {
            ("standard", Step.OVERDUE),
            ("high", Step.OVERDUE),
        }


def test_changing_the_time_plans_the_digest_anew(store: Store):
    with store.begin() as tx:
        for someone in (IAN, TOM):
            meet(tx, someone)
        planned(tx, LATER)
        own = PersonPreferences(digest_at=time(16, 30))
        changing_settings.change_own(tx, directory=HUBS, actor=IAN, wanted=own, now=LATER)
        assert due_of(tx, IAN) == datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
        of_hub = hub_preferences(tx, ALL).model_copy(update={"digest_at": time(7)})
        changing_settings.change_hub(tx, directory=HUBS, actor=HELEN, hub=ALL, wanted=of_hub, now=LATER)
        assert due_of(tx, TOM) == datetime(2026, 3, 3, 7, tzinfo=UTC)
        assert due_of(tx, IAN) == datetime(2026, 3, 2, 16, 30, tzinfo=UTC)  # his own time stands


def test_half_past_eight_stays_half_past_eight_over_both_clock_changes(store: Store):
    with store.begin() as tx:
        meet(tx, IAN)
        planned(tx, LATER)
        for before, after in (
            (datetime(2026, 3, 28, 8, 30, tzinfo=UTC), datetime(2026, 3, 29, 7, 30, tzinfo=UTC)),
            (datetime(2026, 10, 24, 7, 30, tzinfo=UTC), datetime(2026, 10, 25, 8, 30, tzinfo=UTC)),
        ):
            run_all(tx, before - timedelta(minutes=1))
            assert due_of(tx, IAN) == before
            run_all(tx, before)
            assert due_of(tx, IAN) == after


def test_a_hub_may_want_its_digest_every_day(store: Store):
    with store.begin() as tx:
        waits(tx, due_on=date(2026, 3, 13))
        every = HubPreferences(digest_days="every")
        changing_settings.change_hub(tx, directory=HUBS, actor=HELEN, hub=ALL, wanted=every, now=LATER)
        planned(tx, LATER)
        run_all(tx, morning(2026, 3, 13))
        run_all(tx, morning(2026, 3, 14))
        assert steps(last_told(tx, IAN, morning(2026, 3, 14))) == [("task", Step.OVERDUE)]


def test_whom_the_bot_has_met_is_asked_only_for_hubs_in_which_something_waits(store: Store):
    """An agency may serve hundreds of hubs with thousands of people, and each of them has a digest every day."""
    file = hubs_file()
    more = [
        {**file["hubs"][1], "id": f"Q{letter}", "team": letter, "channel": letter} for letter in "ABCDEFGH"
    ]
    directory = Directory.model_validate({**file, "hubs": [*file["hubs"], *more]})
    ruth = directory.actor(TENANT, RUTH.object_id)
    assert ruth is not None
    asked: list[str] = []
    with store.begin() as tx:
        meet(tx, RUTH)
        sa.event.listen(tx, "before_cursor_execute", lambda *args: asked.append(args[2]))
        digests.waiting(tx, directory, ruth, LATER)

    assert [statement for statement in asked if "FROM conversations" in statement] == []
