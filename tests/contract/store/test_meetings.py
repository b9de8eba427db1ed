from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from osara_store import (
    absences,
    assessing,
    changing,
    erasing,
    links,
    meeting_calendar,
    meeting_minutes,
    meeting_people,
    meetings,
    moves,
    restricting,
)
from osara_store.case_file import Access, CaseFile, Meeting, MeetingSlot, case_file
from osara_store.directory import Actor
from osara_store.errors import Incomplete, NotAllowed, NotFound, Stale
from osara_store.meetings import NewMeeting
from osara_store.outbox import Kind
from osara_store.policy import Action, Reason
from osara_store.schema import Attendance, CaseState, MeetingState, clocks, outbox
from osara_store.states import Move

from .casework import about, audited, worked
from .conftest import Store
from .world import ALL, AMY, CAR, DIRECTORY, HELEN, IAN, MARK, NOON, PRIYA, RUTH, TENANT, TOM

HUB = ALL.model_copy(update={"mailbox": "hub.all@hubs.example"})
LATER = NOON + timedelta(hours=1)
MONDAY = date(2026, 3, 9)
START = datetime.fromisoformat("2026-03-10T10:00:00+00:00")
SOON = START - timedelta(minutes=5)
SLOTS = [
    MeetingSlot(START, START + timedelta(hours=1), 3, 0, 0),
    MeetingSlot(START + timedelta(hours=3), START + timedelta(hours=4), 2, 1, 0),
]
OTHER = datetime.fromisoformat("2026-03-12T14:30:00+00:00")


def key(someone: Actor) -> tuple[str, str]:
    return someone.tenant, someone.object_id


def plan(*people: Actor, **changes: Any) -> NewMeeting:
    usual: dict[str, Any] = {"minutes": 60, "first_day": MONDAY, "last_day": MONDAY + timedelta(days=11)}
    return NewMeeting(tuple(key(each) for each in people), **{**usual, **changes})


def common(file: CaseFile, who: Actor, hub=HUB) -> dict[str, Any]:
    return {**about(file, who), "hub": hub}


def arrange(
    tx: sa.Connection, file: CaseFile, *people: Actor, who=TOM, hub=HUB, now=LATER, **changes: Any
) -> CaseFile:
    asked = plan(*(people or (PRIYA, HELEN)), **changes)
    return meetings.arrange(tx, **common(file, who, hub), directory=DIRECTORY, meeting=asked, now=now)


def booked(tx: sa.Connection, state: CaseState = CaseState.ANALYSIS, *people: Actor, hub=HUB) -> CaseFile:
    """A meeting that stands in the calendar."""
    file = arrange(tx, worked(tx, state, band="medium", lead_agency_id="homes"), *people, hub=hub)
    file = meetings.choose(tx, **common(file, TOM, hub), n=1, start=START, now=LATER)
    stands(tx, file)
    return case_file(tx, file.case.id)


def stands(
    tx: sa.Connection, file: CaseFile, bookings: int = 0, join_url: str | None = "https://t.example/1"
) -> None:
    meeting_calendar.booked(
        tx, file.case.id, 1, bookings=bookings, event_id=f"event-{bookings}", join_url=join_url, now=LATER
    )


def meeting_of(tx: sa.Connection, file: CaseFile, n: int = 1) -> Meeting:
    return meetings.find(case_file(tx, file.case.id), n)


def sent(store: Store, *kinds: Kind) -> list[tuple[str, dict[str, Any]]]:
    return [(row["kind"], row["payload"]) for row in store.rows(outbox, outbox.c.kind.in_(kinds))]


def to_calendar(store: Store) -> list[str]:
    return [row["kind"] for row in store.rows(outbox, outbox.c.service == "calendar")]


def names(found: Sequence[Any]) -> list[str]:
    return [each.actor.name for each in found]


# --- whom to invite --------------------------------------------------------------------------------------------------


def test_only_people_who_may_read_the_case_can_be_invited_those_with_a_part_first(store: Store):
    with store.begin() as tx:
        file = worked(tx, lead_agency_id="homes")
        found = meeting_people.candidates(file, DIRECTORY, HUB, HELEN, LATER.date())

    assert [each.actor.name for each in found if each.is_suggested] == ["Priya Raman", "Tom Airey"]
    assert {AMY.name, MARK.name, HELEN.name}.isdisjoint(
        names(found)
    )  # out of date, never signed, invites herself
    assert IAN.name in names(found)


def test_of_a_restricted_case_only_those_on_its_list_can_be_invited(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, RUTH)]
        file = restricting.restrict(tx, **about(file, TOM), people=people, reason="A threat.", now=LATER)
        found = meeting_people.candidates(file, DIRECTORY, HUB, TOM, LATER.date())
        with pytest.raises(Incomplete) as refused:
            arrange(tx, file, PRIYA)

    assert names(found) == ["Ruth Lowther"]
    assert refused.value.missing == ("people",)


@pytest.mark.parametrize("someone", [AMY, MARK])
def test_whoever_is_of_an_agency_without_an_agreement_in_date_cannot_be_chosen(store: Store, someone: Actor):
    with store.begin() as tx, pytest.raises(Incomplete) as refused:
        arrange(tx, worked(tx), PRIYA, someone)

    assert refused.value.missing == ("people",)
    assert to_calendar(store) == []


def test_whoever_is_away_is_invited_and_their_deputy_too(store: Store):
    with store.begin() as tx:
        absences.away(
            tx,
            directory=DIRECTORY,
            actor=HELEN,
            person=HELEN,
            first_day=MONDAY,
            last_day=MONDAY,
            deputy=IAN,
            hub=HUB,
            now=NOON,
        )
        file = arrange(tx, worked(tx), HELEN)

    assert {each.name for each in file.meetings[0].people} == {TOM.name, HELEN.name, IAN.name}


# --- arranging -------------------------------------------------------------------------------------------------------


def test_arranging_writes_down_who_is_to_come_and_has_times_looked_for(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))

    (made,) = file.meetings
    assert (made.state, made.minutes, made.by.author_name) == (MeetingState.LOOKING, 60, TOM.name)
    assert {each.name for each in made.people} == {TOM.name, PRIYA.name, HELEN.name}
    assert to_calendar(store) == [Kind.MEETING_LOOK]
    assert audited(store)[-1][0] == "case.meeting_arranged"
    payloads = sent(store, Kind.MEETING_LOOK, Kind.MEETING_CARD, Kind.MEETING_AGENDA)
    assert TOM.name not in str(payloads)


def test_a_hub_without_a_mailbox_asks_nobodys_calendar(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx), hub=ALL)
        file = meetings.choose(tx, **common(file, TOM, ALL), n=1, start=START, now=LATER)

    assert (file.meetings[0].state, file.meetings[0].trouble) == (MeetingState.BOOKED, "no_mailbox")
    assert to_calendar(store) == []


def test_one_meeting_at_a_time_lies_ahead(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        with pytest.raises(NotAllowed) as refused:
            arrange(tx, file)

    assert refused.value.reason == Reason.NOT_NOW


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"minutes": 7}, "minutes"),
        ({"first_day": date(2026, 3, 1)}, "days"),
        ({"last_day": MONDAY - timedelta(days=1)}, "days"),
        ({"last_day": MONDAY + timedelta(days=61)}, "days"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(store: Store, changes: dict[str, Any], missing: str):
    with store.begin() as tx, pytest.raises(Incomplete) as refused:
        arrange(tx, worked(tx), **changes)

    assert refused.value.missing == (missing,)


def test_a_partner_with_no_part_in_it_and_anybody_before_the_partners_are_asked_cannot_arrange_one(
    store: Store,
):
    with store.begin() as tx:
        with pytest.raises(NotAllowed) as no_part:
            arrange(tx, worked(tx), PRIYA, who=IAN)
        with pytest.raises(NotAllowed) as too_soon:
            arrange(tx, worked(tx, CaseState.TRIAGED))

    assert (no_part.value.reason, too_soon.value.reason) == (Reason.NOT_YOUR_PART, Reason.NOT_NOW)


# --- its time --------------------------------------------------------------------------------------------------------


def test_the_times_found_are_on_offer_to_whoever_arranges_it(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        meeting_calendar.found(tx, file.case.id, 1, SLOTS, LATER)
        offered = meeting_of(tx, file)

    assert (offered.state, offered.slots) == (MeetingState.OFFERED, tuple(SLOTS))


def test_where_no_time_is_found_that_is_said(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        meeting_calendar.found(tx, file.case.id, 1, [], LATER)
        offered = meeting_of(tx, file)

    assert (offered.state, offered.trouble) == (MeetingState.OFFERED, "no_times")


def test_times_that_come_after_one_was_chosen_change_nothing(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        meetings.choose(tx, **common(file, TOM), n=1, start=OTHER, now=LATER)
        meeting_calendar.found(tx, file.case.id, 1, SLOTS, LATER)
        known = meeting_of(tx, file)

    assert (known.state, known.starts_at, known.slots) == (MeetingState.BOOKED, OTHER, ())


def test_choosing_a_time_books_it_and_tells_everybody_invited(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        file = meetings.choose(tx, **common(file, TOM), n=1, start=START, now=LATER)

    known = file.meetings[0]
    assert (known.state, known.starts_at, known.ends_at) == (
        MeetingState.BOOKED,
        START,
        START + timedelta(hours=1),
    )
    assert to_calendar(store) == [Kind.MEETING_LOOK, Kind.MEETING_BOOK]
    told = {payload["person"] for _, payload in sent(store, Kind.MEETING_CARD)}
    assert told == {TOM.object_id, PRIYA.object_id, HELEN.object_id}
    assert len(sent(store, Kind.MEETING_AGENDA)) == 2


def test_the_same_choice_again_is_a_repeat_and_another_one_is_too_late(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        meetings.choose(tx, **common(file, TOM), n=1, start=START, now=LATER)
        with pytest.raises(Stale):
            meetings.choose(tx, **common(file, HELEN), n=1, start=OTHER, now=LATER)

    assert to_calendar(store).count(Kind.MEETING_BOOK) == 1


def test_a_time_that_has_gone_by_cannot_be_chosen(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        with pytest.raises(Incomplete):
            meetings.choose(tx, **common(file, TOM), n=1, start=NOON, now=LATER)


def test_moving_follows_into_the_calendar_and_is_written_down_with_its_reason(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        args = {**common(file, PRIYA), "n": 1, "was": START, "start": OTHER, "now": LATER}
        with pytest.raises(Incomplete):
            meetings.move(tx, **args, reason=" ")
        file = meetings.move(tx, **args, reason="The hall is taken.")
        meetings.move(tx, **args, reason="The hall is taken.")  # the same press again
        with pytest.raises(Stale):
            meetings.move(tx, **{**args, "start": START + timedelta(days=1)}, reason="A third time.")

    assert (file.meetings[0].starts_at, file.meetings[0].reason) == (OTHER, "The hall is taken.")
    assert file.entries[-1].text == "Meeting 1 moved to 12 March 2026, 14:30\nThe hall is taken."
    assert to_calendar(store) == [Kind.MEETING_LOOK, Kind.MEETING_BOOK, Kind.MEETING_BOOK]


def test_calling_off_needs_a_reason_and_follows_into_the_calendar(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        with pytest.raises(Incomplete):
            meetings.cancel(tx, **common(file, TOM), n=1, reason="", now=LATER)
        for _ in range(2):
            file = meetings.cancel(tx, **common(file, TOM), n=1, reason="It is solved.", now=LATER)
        again = arrange(tx, file)

    assert file.meetings[0].state is MeetingState.CANCELLED
    assert to_calendar(store).count(Kind.MEETING_CANCEL) == 1
    assert again.meetings[1].n == 2


# --- what the calendar answers ---------------------------------------------------------------------------------------


def test_the_event_is_noted_once_with_its_link(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        version = file.case.version
        stands(tx, file)
        known = meeting_of(tx, file)

    assert (known.event_id, known.join_url, known.trouble) == ("event-0", "https://t.example/1", "")
    assert version > 1
    assert meeting_calendar.transaction_id(file.case, known) == f"{file.case.reference}-meeting-1-0"


def test_a_mailbox_without_teams_is_told_of(store: Store):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        file = meetings.choose(tx, **common(file, TOM), n=1, start=START, now=LATER)
        stands(tx, file, join_url=None)
        known = meeting_of(tx, file)

    assert (known.event_id, known.join_url, known.trouble) == ("event-0", "", "no_link")


def test_what_was_taken_out_of_the_calendar_is_booked_under_another_name_once(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        for _ in range(2):
            meeting_calendar.gone(tx, file.case.id, 1, bookings=0, now=LATER)
        stands(tx, file)  # the answer of a worker that was too late
        known = meeting_of(tx, file)

    assert (known.bookings, known.event_id, known.join_url) == (1, "", "")
    assert meeting_calendar.transaction_id(file.case, known).endswith("-meeting-1-1")


def test_trouble_that_stays_lets_a_time_be_typed_and_trouble_that_passes_does_not_stop_the_search(
    store: Store,
):
    with store.begin() as tx:
        file = arrange(tx, worked(tx))
        meeting_calendar.trouble(tx, file.case.id, 1, "waiting", LATER)
        passing = meeting_of(tx, file)
        meeting_calendar.trouble(tx, file.case.id, 1, "not_open", LATER)
        staying = meeting_of(tx, file)

    assert (passing.state, passing.trouble) == (MeetingState.LOOKING, "waiting")
    assert (staying.state, staying.trouble) == (MeetingState.OFFERED, "not_open")


# --- at the meeting --------------------------------------------------------------------------------------------------


def test_attendance_notes_and_the_end_meet_the_clock(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        assessing.override(
            tx,
            **about(file, TOM),
            directory=DIRECTORY,
            band="high",
            reason="It has become much worse.",
            now=LATER,
        )
        at = {**common(file, PRIYA), "n": 1, "now": SOON}
        came = {key(PRIYA): Attendance.CAME, key(HELEN): Attendance.APOLOGIES}
        meeting_minutes.attend(tx, **at, attendance=came)
        for _ in range(2):
            meeting_minutes.note(tx, **at, text="The gate is open on Fridays.", grade="fact")
        file = meeting_minutes.end(tx, **at)
        meeting_minutes.end(tx, **at)

    assert [(entry.stage, entry.kind, entry.grade, entry.text) for entry in file.entries[-2:]] == [
        ("analysis", "meeting_note", "fact", "Meeting 1: The gate is open on Fridays."),
        ("analysis", "meeting", "", "Meeting 1 held\nCame: Priya Raman\nApologies: Helen Ashby"),
    ]
    assert (file.meetings[0].state, file.meetings[0].held_at) == (MeetingState.HELD, SOON)
    met = [row["met_at"] for row in store.rows(clocks, clocks.c.kind == "meeting")]
    assert met == [SOON]
    assert [action for action, _ in audited(store)][-3:] == [
        "case.meeting_attended",
        "case.meeting_noted",
        "case.meeting_held",
    ]


def test_nothing_is_written_down_before_it_begins_nor_after_it_was_called_off(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        early = {**common(file, TOM), "n": 1, "now": START - timedelta(hours=2)}
        for work in (
            lambda: meeting_minutes.attend(tx, **early, attendance={}),
            lambda: meeting_minutes.note(tx, **early, text="Too soon.", grade="fact"),
            lambda: meeting_minutes.end(tx, **early),
        ):
            with pytest.raises(NotAllowed):
                work()
        meetings.cancel(tx, **common(file, TOM), n=1, reason="Solved.", now=LATER)
        with pytest.raises(Stale):
            meeting_minutes.note(tx, **{**early, "now": SOON}, text="Too late.", grade="fact")


def test_nobody_is_noted_who_was_not_invited_and_without_anybody_there_was_no_meeting(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        at = {**common(file, TOM), "n": 1, "now": SOON}
        with pytest.raises(Incomplete):
            meeting_minutes.attend(tx, **at, attendance={key(RUTH): Attendance.CAME})
        meeting_minutes.attend(tx, **at, attendance={key(HELEN): Attendance.ABSENT})
        with pytest.raises(Incomplete) as refused:
            meeting_minutes.end(tx, **at)
        with pytest.raises(NotFound):
            meeting_minutes.end(tx, **{**at, "n": 9})

    assert refused.value.missing == ("attendance",)


# --- what else happens to the case -----------------------------------------------------------------------------------


def test_a_case_that_ends_calls_its_meeting_off(store: Store):
    with store.begin() as tx:
        file = booked(tx, CaseState.SCANNING)
        moves.move(
            tx,
            **common(file, HELEN),
            directory=DIRECTORY,
            move=Move.VOID,
            seen=file.case.moves,
            reason="Made for practice.",
            now=LATER,
        )
        known = meeting_of(tx, file)

    assert known.state is MeetingState.CANCELLED
    assert to_calendar(store)[-1] == Kind.MEETING_CANCEL


def test_a_list_that_changes_has_the_invitation_and_the_cards_follow(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        people = [Access(TENANT, each.object_id, each.name) for each in (TOM, HELEN)]
        file = restricting.restrict(tx, **common(file, TOM), people=people, reason="A threat.", now=LATER)
        still = meeting_people.still_invited(file, file.meetings[0], DIRECTORY, HUB, LATER.date())
        left = {each.name for each in still}

    assert left == {TOM.name, HELEN.name}
    assert to_calendar(store)[-1] == Kind.MEETING_BOOK


def test_whoever_loses_their_agreement_is_not_invited_any_more(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        expired = date(2027, 4, 1)
        still = list(meeting_people.still_invited(file, file.meetings[0], DIRECTORY, HUB, expired))

    assert still == []


def test_a_transferred_case_takes_its_held_meetings_along_and_calls_the_other_off(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        at = {**common(file, TOM), "n": 1, "now": SOON}
        meeting_minutes.attend(tx, **at, attendance={key(TOM): Attendance.CAME})
        meeting_minutes.end(tx, **at)
        file = arrange(tx, case_file(tx, file.case.id), now=SOON, first_day=OTHER.date())
        new = links.transfer(
            tx,
            **common(file, HELEN),
            directory=DIRECTORY,
            seen=file.case.moves,
            to_hub=CAR.id,
            reason="They moved.",
            now=SOON,
        )
        old = case_file(tx, file.case.id)

    assert [(each.n, each.state) for each in new.meetings] == [(1, MeetingState.HELD)]
    assert {each.attendance for each in new.meetings[0].people} == {None, Attendance.CAME}
    assert [each.state for each in old.meetings] == [MeetingState.HELD, MeetingState.CANCELLED]


def test_a_meeting_that_has_begun_when_the_case_ends_is_not_called_off_nor_is_the_past_rewritten(
    store: Store,
):
    with store.begin() as tx:
        file = booked(tx, CaseState.SCANNING)
        void = {"directory": DIRECTORY, "move": Move.VOID, "seen": file.case.moves, "reason": "For practice."}
        moves.move(tx, **common(file, HELEN), **void, now=START + timedelta(hours=2))
        known = meeting_of(tx, file)

    assert known.state is MeetingState.BOOKED
    assert Kind.MEETING_CANCEL not in to_calendar(store)


def test_erasing_a_case_leaves_no_name_reason_or_link_in_its_meetings(store: Store):
    with store.begin() as tx:
        file = booked(tx)
        move = {"was": START, "start": OTHER, "reason": "Jane is ill."}
        meetings.move(tx, **common(file, TOM), n=1, **move, now=LATER)
        held = changing.hold(tx, **common(file, TOM), action=Action.READ_CASE, now=LATER)
        erasing.erase(held)
        known = meeting_of(tx, file)

    assert {each.name for each in known.people} == {""}
    assert (known.reason, known.join_url, known.by.author_name) == ("", "", "")
