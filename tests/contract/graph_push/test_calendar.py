"""Case meetings in the hub's mailbox: a time that suits, booked once, moved and cancelled for everybody."""

import asyncio
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from aiohttp import web

from graph_sync.calendar import Calendar
from graph_sync.client import GraphClient
from graph_sync.errors import (
    BadRequest,
    Duplicate,
    GraphError,
    MeetingGone,
    NotAllowed,
    NotFound,
    SignInFailed,
    Throttled,
    Unavailable,
)
from graph_sync.free_time import OfficeHours, Slot, Window
from graph_sync.session import outcome_of
from osara_store.outbox import Failed, Refused, TryLater
from osara_store.working_days import WorkingDays
from tests.contract.graph_push.hostile import serving
from tests.contract.graph_push.office import HOUR, LONDON, REFERENCE, Office, utc
from tests.contract.graph_push.rig import credential_of
from tests.contract.sandbox_graph.rig import HUB, PRIYA, TOM, at

ELSEWHERE = "someone@elsewhere.example"


def hours(slots: list[Slot]) -> list[str]:
    return [f"{slot.start:%d %H:%M}" for slot in slots]


# A time that suits


async def test_with_everybody_free_the_earliest_hours_come_first(office: Office) -> None:
    slots = await office.free(PRIYA, TOM, most=3)

    assert hours(slots) == ["03 09:00", "03 10:00", "03 11:00"]
    assert slots[0] == Slot(utc("09:00"), utc("10:00"), can_come=(PRIYA, TOM))


async def test_times_at_which_more_people_can_come_come_first(office: Office) -> None:
    await office.sandbox.booked(TOM, start=at("09:00"), end=at("15:30"))
    await office.sandbox.booked(PRIYA, start=at("15:30"), end=at("16:00"), showAs="tentative")

    first, second, *_ = await office.free(PRIYA, TOM)

    assert (first.start, first.can_come) == (utc("16:00"), (PRIYA, TOM))
    assert (second.start, second.can_come, second.cannot) == (utc("09:00"), (PRIYA,), (TOM,))


async def test_what_is_tentative_counts_less_than_free_and_more_than_taken(office: Office) -> None:
    await office.sandbox.booked(TOM, start=at("09:00"), end=at("12:00"))
    await office.sandbox.booked(TOM, start=at("12:00"), end=at("17:00"), showAs="tentative")

    slots = await office.free(TOM, most=8)

    assert hours(slots)[:5] == ["03 12:00", "03 13:00", "03 14:00", "03 15:00", "03 16:00"]
    assert {slot.perhaps for slot in slots[:5]} == {(TOM,)}
    assert {slot.cannot for slot in slots[5:]} == {(TOM,)}


async def test_somebody_whose_calendar_cannot_be_read_is_told_apart(office: Office) -> None:
    [slot] = await office.free(TOM, ELSEWHERE, most=1)
    assert (slot.can_come, slot.unknown) == ((TOM,), (ELSEWHERE,))


async def test_only_the_hubs_working_days_are_offered(office: Office) -> None:
    """From Christmas Eve, a Thursday that the hub takes off, over bank holidays and a weekend to the Tuesday."""
    window = Window(utc("09:00", "2026-12-24"), utc("17:00", "2026-12-30"))
    slots = await office.free(
        PRIYA, window=window, working_days=WorkingDays.of("ENG", [date(2026, 12, 24)]), most=100
    )
    assert {slot.start.date() for slot in slots} == {date(2026, 12, 29), date(2026, 12, 30)}


async def test_nobody_is_expected_outside_their_own_working_hours(office: Office) -> None:
    mornings = {"days": ["tuesday"], "start": "10:00", "end": "12:00"}
    await office.sandbox.control("PATCH", f"/mailboxes/{TOM}", {"working_hours": mornings})
    window = Window(utc("09:00"), utc("17:00", "2026-11-04"))

    slots = await office.free(TOM, window=window, most=20)

    assert hours([slot for slot in slots if slot.can_come]) == ["03 10:00", "03 11:00"]


async def test_working_hours_are_read_by_the_hubs_clock_whatever_their_zone(office: Office) -> None:
    never_set_up = {"start": "08:00", "end": "17:00", "zone": "Pacific Standard Time"}
    await office.sandbox.control("PATCH", f"/mailboxes/{TOM}", {"working_hours": never_set_up})
    assert (await office.free(TOM, most=1))[0].can_come == (TOM,)


async def test_office_hours_are_the_hubs_own_time_in_summer_too(office: Office) -> None:
    window = Window(utc("00:00", "2026-07-07"), utc("23:45", "2026-07-07"))
    slots = await office.free(PRIYA, window=window, most=100)
    assert (slots[0].start, slots[-1].end) == (utc("08:00", "2026-07-07"), utc("16:00", "2026-07-07"))


async def test_the_offices_hours_can_be_others(office: Office) -> None:
    early = OfficeHours(time(8), time(9, 30))
    window = Window(utc("00:00"), utc("23:00"))
    slots = await office.free(ELSEWHERE, window=window, office=early, most=5)
    assert hours(slots) == ["03 08:00"]


async def test_no_time_before_the_window_is_offered(office: Office) -> None:
    slots = await office.free(PRIYA, window=Window(utc("10:07"), utc("13:10")), most=5)
    assert hours(slots) == ["03 10:30", "03 11:30"]


async def test_many_people_are_asked_for_twenty_at_a_time(office: Office) -> None:
    people = [f"partner{n}@elsewhere.example" for n in range(44)]
    await office.forget_requests()

    [slot] = await office.free(*people, TOM, PRIYA, TOM, most=1)

    assert len(slot.unknown) == 44
    assert slot.can_come == (TOM, PRIYA)
    asked_for = [request for request in await office.requests() if request.endswith("/getSchedule")]
    assert asked_for == [f"POST /graph/v1.0/users/{HUB}/calendar/getSchedule"] * 3


async def test_without_anybody_the_hubs_own_hours_are_offered(office: Office) -> None:
    assert hours(await office.free(most=2)) == ["03 09:00", "03 10:00"]


async def test_sixty_one_days_are_one_window(office: Office) -> None:
    window = Window(utc("09:07"), utc("09:07") + timedelta(days=61))
    assert hours(await office.free(TOM, window=window, most=1)) == ["03 09:30"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (utc("09:00"), utc("09:00")),
        (utc("09:00"), utc("09:01") + timedelta(days=61)),
        (utc("09:00").replace(tzinfo=None), utc("10:00").replace(tzinfo=None)),
    ],
)
def test_a_window_that_is_none_is_refused(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="window"):
        Window(start, end)


# Booked once


async def test_a_meeting_is_booked_with_its_link_and_people_are_invited(office: Office) -> None:
    booked = await office.book()

    [event] = await office.events()
    assert booked.changed
    assert booked.join_url == event["join_url"]
    assert booked.join_url is not None
    assert (event["subject"], event["attendees"]) == (REFERENCE, [PRIYA, TOM])
    assert (event["start"], event["end"]) == ("2026-11-03T10:00:00+00:00", "2026-11-03T11:00:00+00:00")
    assert event["body"].startswith("Agenda: the case.")
    [invitation] = await office.messages(PRIYA)
    assert invitation["kind"] == "meetingRequest"


async def test_a_meeting_is_shown_in_the_zone_it_was_given_in(office: Office) -> None:
    start = utc("09:00", "2026-07-07").astimezone(LONDON)
    booked = await office.book(start=start, end=start + HOUR)

    event = (await office.sandbox.get(f"/users/{HUB}/events/{booked.event_id}")).body

    assert event["id"] != booked.event_id, "a lasting id is not the usual one"
    assert event["originalStartTimeZone"] == "Europe/London"
    assert event["start"]["dateTime"] == "2026-07-07T09:00:00.0000000"
    assert event["allowNewTimeProposals"] is False


async def test_booking_again_changes_nothing(office: Office) -> None:
    first = await office.book()
    again = await office.book()

    assert (again.event_id, again.join_url, again.changed) == (first.event_id, first.join_url, False)
    assert len(await office.events()) == 1
    assert len(await office.messages(PRIYA)) == 1


async def test_a_meeting_whose_answer_was_lost_is_found_at_the_next_try(office: Office) -> None:
    hasty = office.hasty()
    await office.sandbox.fault("hold_answer", seconds=1.4, match="POST .*/events$", times=1)

    with pytest.raises(Unavailable) as lost:
        await office.book(hasty)
    found = await office.book(hasty)

    assert isinstance(outcome_of(lost.value), TryLater)
    assert found.join_url is not None
    assert not found.changed
    assert len(await office.events()) == 1
    await hasty._graph.close()


async def test_two_who_book_at_once_make_one_meeting(office: Office) -> None:
    booked = await asyncio.gather(*(office.book() for _ in range(5)))

    assert len({one.event_id for one in booked}) == 1
    assert len(await office.events()) == 1
    assert len(await office.messages(TOM)) == 1


async def test_booking_again_with_other_people_invites_only_them(office: Office) -> None:
    first = await office.book(attendees=[PRIYA])

    again = await office.book(attendees=[PRIYA.upper(), TOM, TOM])

    assert (again.event_id, again.changed) == (first.event_id, True)
    assert len(await office.messages(PRIYA)) == len(await office.messages(TOM)) == 1
    assert again.join_url == first.join_url


async def test_a_transaction_that_was_used_for_something_else_is_no_second_meeting(office: Office) -> None:
    await office.sandbox.booked(HUB, transactionId="meeting-1")

    with pytest.raises(Duplicate) as refused:
        await office.book()

    assert isinstance(outcome_of(refused.value), Failed)
    assert len(await office.events()) == 1


async def test_a_mailbox_without_teams_books_a_meeting_without_a_link(office: Office) -> None:
    await office.sandbox.control("PATCH", f"/mailboxes/{HUB}", {"has_teams": False})
    booked = await office.book()
    assert booked.join_url is None
    assert len(await office.events()) == 1


async def test_a_quote_in_a_transaction_is_no_way_into_the_filter(office: Office) -> None:
    first = await office.book(transaction_id="it's")
    assert (await office.book(transaction_id="it's")).event_id == first.event_id


# Moved and cancelled


async def test_a_move_is_told_to_everybody_and_leaves_the_link(office: Office) -> None:
    booked = await office.book()

    moved = await office.calendar.move(HUB, booked.event_id, utc("14:00"), utc("15:00"))

    assert (moved.event_id, moved.join_url, moved.changed) == (booked.event_id, booked.join_url, True)
    [event] = await office.events(PRIYA)
    assert event["start"] == "2026-11-03T14:00:00+00:00"
    assert [message["kind"] for message in await office.messages(PRIYA)] == [
        "meetingUpdate",
        "meetingRequest",
    ]


async def test_a_move_to_where_the_meeting_stands_tells_nobody(office: Office) -> None:
    start = utc("09:00", "2026-07-07")
    booked = await office.book(start=start, end=start + HOUR)

    same = start.astimezone(LONDON)
    moved = await office.calendar.move(HUB, booked.event_id, same, same + HOUR)

    assert not moved.changed
    assert len(await office.messages(PRIYA)) == 1


async def test_a_meeting_can_become_longer(office: Office) -> None:
    booked = await office.book()
    assert (await office.calendar.move(HUB, booked.event_id, utc("10:00"), utc("12:00"))).changed
    [event] = await office.events()
    assert (event["start"], event["end"]) == ("2026-11-03T10:00:00+00:00", "2026-11-03T12:00:00+00:00")


async def test_a_meeting_that_somebody_deleted_cannot_be_moved(office: Office) -> None:
    booked = await office.book()
    await office.sandbox.ask("DELETE", f"/users/{HUB}/events/{booked.event_id}")
    with pytest.raises(MeetingGone):
        await office.calendar.move(HUB, booked.event_id, utc("14:00"), utc("15:00"))


async def test_a_cancelled_meeting_tells_everybody_why(office: Office) -> None:
    booked = await office.book()

    assert await office.calendar.cancel(HUB, booked.event_id, "The case was closed.")

    assert await office.events() == []
    [event] = await office.events(PRIYA)
    assert event["is_cancelled"]
    last = (await office.messages(PRIYA))[0]
    assert (last["kind"], last["content"]) == ("meetingCancelled", "The case was closed.")


async def test_cancelling_again_changes_nothing(office: Office) -> None:
    booked = await office.book()
    await office.calendar.cancel(HUB, booked.event_id, "once")

    assert not await office.calendar.cancel(HUB, booked.event_id, "twice")

    assert len(await office.messages(PRIYA)) == 2


async def test_a_meeting_of_nobody_is_deleted(office: Office) -> None:
    booked = await office.book(attendees=[])
    assert await office.calendar.cancel(HUB, booked.event_id, "")
    assert await office.events() == []


# What goes wrong


async def test_the_hubs_mailbox_is_all_that_is_asked_for(office: Office) -> None:
    """An access policy for the hub's mailbox alone is enough for everything that we do."""
    for address in (PRIYA, TOM):
        await office.sandbox.control("PATCH", f"/mailboxes/{address}", {"open_to_apps": False})

    [slot] = await office.free(PRIYA, TOM, most=1)
    booked = await office.book(start=slot.start, end=slot.end)
    await office.calendar.move(HUB, booked.event_id, utc("14:00"), utc("15:00"))
    await office.calendar.cancel(HUB, booked.event_id, "over")

    assert slot.can_come == (PRIYA, TOM)


@pytest.mark.parametrize(
    ("kind", "settings", "error", "outcome"),
    [
        ("throttle", {"retry_after": 17}, Throttled, TryLater(timedelta(seconds=17))),
        ("unavailable", {"retry_after": 4}, Unavailable, TryLater(timedelta(seconds=4))),
        ("down", {}, Unavailable, TryLater(timedelta(seconds=10))),
    ],
)
async def test_a_graph_that_is_busy_is_left_alone(
    office: Office, kind: str, settings: dict[str, Any], error: type[GraphError], outcome: TryLater
) -> None:
    await office.sandbox.fault(kind, **settings)
    await office.forget_requests()

    with pytest.raises(error) as caught:
        await office.book()

    assert outcome_of(caught.value) == outcome
    assert len(await office.requests()) == 1


async def test_one_page_of_people_that_is_throttled_stops_the_search(office: Office) -> None:
    await office.sandbox.fault("throttle", retry_after=5, times=1, match="/getSchedule$")
    with pytest.raises(Throttled):
        await office.free(*(f"partner{n}@elsewhere.example" for n in range(50)))


async def test_a_mailbox_outside_the_policy_is_tried_again(office: Office) -> None:
    await office.sandbox.control("PATCH", f"/mailboxes/{HUB}", {"open_to_apps": False})
    with pytest.raises(NotAllowed) as refused:
        await office.book()
    assert outcome_of(refused.value) == Failed(refused.value.why)
    assert "Graph answered 403 erroraccessdenied" in refused.value.why


async def test_a_mailbox_that_is_not_there_is_no_meeting_that_is_gone(office: Office) -> None:
    with pytest.raises(NotFound) as refused:
        await office.calendar.cancel("nobody@hubs.example", "AAMkADa=", "over")
    assert not isinstance(refused.value, MeetingGone)


async def test_an_address_that_is_none_is_refused_and_told_to_nobody(office: Office) -> None:
    with pytest.raises(BadRequest) as refused:
        await office.book(attendees=["Jane Roe"])
    assert isinstance(outcome_of(refused.value), Refused)
    assert "Jane" not in refused.value.why
    assert await office.events() == []


async def test_a_wrong_secret_signs_nobody_in(office: Office) -> None:
    async with credential_of(office.sandbox, "another-invented-secret") as credential:
        graph = GraphClient(credential, office.sandbox.root)
        with pytest.raises(SignInFailed):
            await office.book(Calendar(graph))
        await graph.close()


async def test_times_without_a_zone_are_refused_before_anything_is_sent(office: Office) -> None:
    await office.forget_requests()
    with pytest.raises(ValueError, match="zone"):
        await office.book(start=utc("10:00").replace(tzinfo=None))
    assert await office.requests() == []


# Odd answers


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"availabilityView": None, "workingHours": None},
        {"availabilityView": "00"},
        {"error": {"responseCode": "5009"}},
    ],
)
async def test_a_schedule_that_says_too_little_leaves_somebody_unknown(
    office: Office, told: dict[str, Any]
) -> None:
    [slot] = await slots_told(office, told)
    assert slot.unknown == (TOM,)


@pytest.mark.parametrize(
    "hours_told",
    [
        None,
        {},
        {"daysOfWeek": [], "startTime": "09:00:00", "endTime": "17:00:00"},
        {"daysOfWeek": ["tuesday"], "startTime": "soon", "endTime": "17:00:00.0000000"},
        {"daysOfWeek": ["tuesday"], "startTime": "17:00:00", "endTime": "09:00:00"},
    ],
)
async def test_odd_working_hours_are_not_held_against_anybody(office: Office, hours_told: Any) -> None:
    [slot] = await slots_told(office, {"availabilityView": "0" * 40, "workingHours": hours_told})
    assert slot.can_come == (TOM,)


async def test_a_digit_that_nobody_knows_counts_as_taken(office: Office) -> None:
    [slot] = await slots_told(office, {"availabilityView": "9" * 40})
    assert slot.cannot == (TOM,)


async def slots_told(office: Office, told: dict[str, Any]) -> list[Slot]:
    """Search with a Graph that says this and nothing else of Tom."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({"value": [{"scheduleId": TOM, **told}]})

    async with serving(answer) as base, credential_of(office.sandbox) as credential:
        graph = GraphClient(credential, f"{base}/v1.0")
        office.calendar = Calendar(graph)
        found = await office.free(TOM, most=1)
        await graph.close()
    return found


async def test_our_marks_stay_out_of_what_people_see(office: Office) -> None:
    await office.book(transaction_id="case-17-meeting-2")
    [event] = await office.events(PRIYA)
    assert "case-17" not in f"{event['subject']} {event['body']}"
    assert event["transaction_id"] is None
