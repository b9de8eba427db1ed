"""getSchedule: whose time, taken by what, and when they work."""

from typing import Any

import pytest

from tests.contract.sandbox_graph.rig import HUB, PRIYA, TOM, Answer, Sandbox, asked, at

SCHEDULE = f"/users/{HUB}/calendar/getSchedule"


async def schedule(sandbox: Sandbox, *addresses: str, **given: Any) -> Answer:
    headers = given.pop("headers", None)
    body = {
        "schedules": addresses or [TOM],
        "startTime": at("09:00"),
        "endTime": at("12:00"),
        "availabilityViewInterval": 30,
        **given,
    }
    return await sandbox.ask("POST", SCHEDULE, body, headers=headers)


async def view(sandbox: Sandbox, **given: Any) -> str:
    return str((await schedule(sandbox, **given)).value[0]["availabilityView"])


async def test_a_calendar_without_events_is_free(sandbox: Sandbox) -> None:
    [tom] = (await schedule(sandbox)).value

    assert tom == {
        "scheduleId": TOM,
        "availabilityView": "000000",
        "scheduleItems": [],
        "workingHours": {
            "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "startTime": "09:00:00.0000000",
            "endTime": "17:00:00.0000000",
            "timeZone": {"name": "GMT Standard Time"},
        },
    }


@pytest.mark.parametrize(
    ("shown_as", "digit"),
    [("free", "0"), ("workingElsewhere", "0"), ("tentative", "1"), ("busy", "2"), ("oof", "3")],
)
async def test_events_take_time_as_they_are_shown(sandbox: Sandbox, shown_as: str, digit: str) -> None:
    await sandbox.booked(TOM, showAs=shown_as)
    assert await view(sandbox) == f"00{digit}{digit}00"


async def test_what_takes_somebody_furthest_away_counts(sandbox: Sandbox) -> None:
    await sandbox.booked(TOM, showAs="tentative", end=at("11:30"))
    await sandbox.booked(TOM, showAs="oof", end=at("10:30"))
    assert await view(sandbox) == "003110"


async def test_a_slot_that_is_taken_in_part_is_taken(sandbox: Sandbox) -> None:
    await sandbox.booked(TOM, start=at("10:20"), end=at("10:40"))
    assert await view(sandbox) == "002200"
    assert await view(sandbox, availabilityViewInterval=60) == "020"
    assert await view(sandbox, availabilityViewInterval="15") == "000002200000"


async def test_an_invitation_without_an_answer_is_tentative_and_free_once_cancelled(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, attendees=asked(TOM))
    assert await view(sandbox) == "001100"
    await sandbox.ask("POST", f"/users/{HUB}/events/{made['id']}/cancel", {})
    assert await view(sandbox) == "000000"


async def test_items_are_in_the_zone_that_is_preferred_and_tell_no_subject(sandbox: Sandbox) -> None:
    day = "2026-07-07"
    await sandbox.booked(TOM, start=at("09:00", day=day), end=at("10:00", day=day))

    answer = await schedule(
        sandbox,
        startTime=at("09:00", "Europe/London", day),
        endTime=at("12:00", "Europe/London", day),
        headers={"Prefer": 'outlook.timezone="GMT Standard Time"'},
    )

    [tom] = answer.value
    assert tom["availabilityView"] == "002200"
    [item] = tom["scheduleItems"]
    assert item == {
        "status": "busy",
        "start": {"dateTime": "2026-07-07T10:00:00.0000000", "timeZone": "GMT Standard Time"},
        "end": {"dateTime": "2026-07-07T11:00:00.0000000", "timeZone": "GMT Standard Time"},
    }


async def test_working_hours_are_as_they_were_set(sandbox: Sandbox) -> None:
    hours = {"days": ["monday"], "start": "07:30", "end": "12:00", "zone": "Europe/London"}
    await sandbox.control("PATCH", f"/mailboxes/{TOM}", {"working_hours": hours})

    [tom] = (await schedule(sandbox)).value

    assert tom["workingHours"]["daysOfWeek"] == ["monday"]
    assert (tom["workingHours"]["startTime"], tom["workingHours"]["timeZone"]) == (
        "07:30:00.0000000",
        {"name": "Europe/London"},
    )


async def test_who_is_not_known_is_told_beside_the_others(sandbox: Sandbox) -> None:
    answer = await schedule(sandbox, PRIYA, "someone@elsewhere.example")

    priya, other = answer.value
    assert priya["availabilityView"] == "000000"
    assert other.keys() == {"scheduleId", "error"}
    assert other["error"]["responseCode"] == "5009"


async def test_another_closed_mailbox_can_be_asked_for_through_ones_own(sandbox: Sandbox) -> None:
    """An access policy limits whose mailbox the app works in; free and busy is for everybody in the organisation."""
    await sandbox.control("PATCH", f"/mailboxes/{TOM}", {"open_to_apps": False})
    assert await view(sandbox) == "000000"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"endTime": at("09:00")}, "ErrorInvalidTimeInterval"),
        ({"endTime": at("09:01", day="2027-01-04")}, "ErrorTimeIntervalTooBig"),
        ({"availabilityViewInterval": 4}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": 1441}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": 181}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": "often"}, "UnableToDeserializePostBody"),
        ({"schedules": [f"a{n}@hubs.example" for n in range(21)]}, "ErrorMailboxDataArrayTooBig"),
        ({"schedules": None}, "UnableToDeserializePostBody"),
        ({"startTime": at("09:00", "nowhere")}, "TimeZoneNotSupportedException"),
        ({"startTime": None}, "UnableToDeserializePostBody"),
    ],
)
async def test_what_exchange_refuses_is_refused_with_its_code(
    sandbox: Sandbox, given: dict[str, Any], code: str
) -> None:
    answer = await schedule(sandbox, **given)
    assert (answer.status, answer.code) == (400, code)


async def test_twenty_people_and_sixty_two_days_are_taken(sandbox: Sandbox) -> None:
    answer = await schedule(
        sandbox,
        *[f"a{n}@hubs.example" for n in range(19)],
        TOM,
        endTime=at("09:00", day="2027-01-04"),
        availabilityViewInterval=1440,
    )
    assert len(answer.value) == 20
    assert answer.value[-1]["availabilityView"] == "0" * 62


async def test_parameters_may_be_written_large(sandbox: Sandbox) -> None:
    body = {"Schedules": [TOM], "StartTime": at("09:00"), "EndTime": at("10:00")}
    answer = await sandbox.ask("POST", SCHEDULE, body)
    assert answer.value[0]["availabilityView"] == "00"
