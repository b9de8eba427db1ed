"""Events of a mailbox: made once, read in any time zone, moved and cancelled in everybody's calendar."""

from typing import Any

import pytest

from tests.contract.sandbox_graph.rig import HUB, PRIYA, TOM, Answer, Sandbox, asked, at, running

TEAMS = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
MARK = "String {66f5a359-4659-4830-9070-00047ec6ac6e} Name Mark"


def of(event: dict[str, Any], mailbox: str = HUB) -> str:
    return f"/users/{mailbox}/events/{event['id']}"


async def events_of(sandbox: Sandbox, address: str) -> list[dict[str, Any]]:
    return list((await sandbox.mailbox(address))["events"])


# Making and reading


async def test_an_event_reads_back_as_it_was_made(sandbox: Sandbox) -> None:
    made = await sandbox.booked(
        HUB,
        body={"contentType": "text", "content": "Agenda: a < b\nsecond line"},
        location={"displayName": "Town hall"},
        attendees=asked(PRIYA),
    )

    read = (await sandbox.get(of(made))).body

    assert read == made
    assert (read["subject"], read["showAs"], read["type"]) == ("ALL-2026-0001", "busy", "singleInstance")
    assert read["body"]["contentType"] == "html"
    assert "a &lt; b<br>" in read["body"]["content"]
    assert read["bodyPreview"].startswith("Agenda: a < b")
    assert read["location"]["displayName"] == "Town hall"
    assert read["organizer"] == {"emailAddress": {"name": "Allerdale Local Focus Hub", "address": HUB}}
    assert read["attendees"][0]["emailAddress"]["address"] == PRIYA
    assert read["attendees"][0]["status"]["response"] == "none"
    assert (read["isOnlineMeeting"], read["onlineMeetingProvider"], read["onlineMeeting"]) == (
        False,
        "unknown",
        None,
    )
    assert read["start"] == {"dateTime": "2026-11-03T10:00:00.0000000", "timeZone": "UTC"}
    assert "transactionId" not in read


@pytest.mark.parametrize("name", ["h", HUB, HUB.upper()])
@pytest.mark.parametrize("calendar", ["events", "calendar/events"])
async def test_a_mailbox_goes_by_id_and_address_and_its_calendar_by_two_names(
    sandbox: Sandbox, name: str, calendar: str
) -> None:
    made = await sandbox.booked(HUB)

    found = await sandbox.get(f"/users/{name}/{calendar}")

    assert [event["id"] for event in found.value] == [made["id"]]


async def test_events_come_in_pages(sandbox: Sandbox) -> None:
    for hour in range(8, 20):
        await sandbox.booked(HUB, subject=str(hour), start=at(f"{hour:02}:00"), end=at(f"{hour:02}:30"))

    first = await sandbox.get(f"/users/{HUB}/events?$select=subject")
    second = await sandbox.get(first.body["@odata.nextLink"])
    last = await sandbox.get(f"/users/{HUB}/events?$top=3&$skip=10&$select=subject")

    assert [event["subject"] for event in first.value + second.value] == [str(hour) for hour in range(8, 20)]
    assert "@odata.nextLink" not in second.body
    assert [event["subject"] for event in last.value] == ["18", "19"]
    assert first.value[0].keys() == {"@odata.etag", "subject"}


async def test_events_are_found_by_an_extended_property_and_by_their_uid(sandbox: Sandbox) -> None:
    marked = await sandbox.booked(HUB, singleValueExtendedProperties=[{"id": MARK, "value": "it's"}])
    await sandbox.booked(HUB)
    chosen = f"singleValueExtendedProperties/any(ep: ep/id eq '{MARK}' and ep/value eq 'it''s')"

    by_mark = await sandbox.get(f"/users/{HUB}/events?$filter={chosen}")
    by_uid = await sandbox.get(f"/users/{HUB}/events?$filter=iCalUId eq '{marked['iCalUId']}'")

    assert [event["id"] for event in by_mark.value] == [marked["id"]]
    assert [event["id"] for event in by_uid.value] == [marked["id"]]
    assert "singleValueExtendedProperties" not in marked


async def test_events_cannot_be_found_by_their_transaction(sandbox: Sandbox) -> None:
    answer = await sandbox.get(f"/users/{HUB}/events?$filter=transactionId eq 'a'")
    assert (answer.status, answer.code) == (400, "ErrorInvalidProperty")


# Made once


async def test_the_same_request_again_is_answered_with_the_same_event(sandbox: Sandbox) -> None:
    first = await sandbox.booked(HUB, transactionId="t1", attendees=asked(PRIYA))
    again = await sandbox.book(HUB, attendees=asked(PRIYA), transactionId="t1")

    assert again.status == 201
    assert again.body == first
    assert first["transactionId"] == "t1"
    assert len(await events_of(sandbox, HUB)) == len(await events_of(sandbox, PRIYA)) == 1
    assert len((await sandbox.mailbox(PRIYA))["messages"]) == 1


async def test_another_request_with_the_same_transaction_is_refused(sandbox: Sandbox) -> None:
    await sandbox.booked(HUB, transactionId="t1")
    other = await sandbox.book(HUB, transactionId="t1", subject="another")

    assert (other.status, other.code) == (400, "ErrorDuplicateTransactionId")
    assert len(await events_of(sandbox, HUB)) == 1


async def test_a_transaction_counts_in_its_own_mailbox_only(sandbox: Sandbox) -> None:
    await sandbox.booked(HUB, transactionId="t1")
    assert (await sandbox.book(TOM, transactionId="t1")).status == 201


async def test_a_transaction_cannot_be_given_later(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, transactionId="t1")

    changed = await sandbox.ask("PATCH", of(made), {"transactionId": "t2"})

    assert (changed.status, changed.code) == (400, "ErrorPropertyValidationFailure")


# Online


async def test_a_meeting_is_online_where_it_is_asked_for(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, **TEAMS, body={"contentType": "text", "content": "Agenda"})

    assert (made["isOnlineMeeting"], made["onlineMeetingProvider"]) == (True, "teamsForBusiness")
    join_url = made["onlineMeeting"]["joinUrl"]
    assert join_url.startswith(f"{sandbox.base}/l/meetup-join/19%3ameeting_")
    assert join_url in made["body"]["content"]
    async with sandbox.session.get(join_url) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "wish",
    [
        {"isOnlineMeeting": True, "onlineMeetingProvider": "skypeForBusiness"},
        {"isOnlineMeeting": False, "onlineMeetingProvider": "teamsForBusiness"},
        {"onlineMeetingProvider": "teamsForBusiness"},
    ],
)
async def test_what_cannot_be_online_is_made_all_the_same_and_says_so(
    sandbox: Sandbox, wish: dict[str, Any]
) -> None:
    made = await sandbox.booked(HUB, **wish)
    assert (made["isOnlineMeeting"], made["onlineMeetingProvider"], made["onlineMeeting"]) == (
        False,
        "unknown",
        None,
    )


async def test_a_mailbox_without_teams_makes_meetings_without_a_link(sandbox: Sandbox) -> None:
    await sandbox.control("PATCH", f"/mailboxes/{HUB}", {"has_teams": False})

    made = await sandbox.booked(HUB, **TEAMS)

    assert (made["isOnlineMeeting"], made["onlineMeeting"]) == (False, None)


async def test_a_meeting_stays_online_until_its_link_is_taken_out_of_the_text(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, **TEAMS)

    insisted = await sandbox.ask("PATCH", of(made), {"isOnlineMeeting": False})
    kept = await sandbox.ask("PATCH", of(made), {"body": insisted.body["body"], "subject": "new"})
    lost = await sandbox.ask("PATCH", of(made), {"body": {"contentType": "text", "content": "Agenda"}})

    assert insisted.body["onlineMeeting"] == kept.body["onlineMeeting"] == made["onlineMeeting"]
    assert (lost.body["isOnlineMeeting"], lost.body["onlineMeeting"]) == (False, None)


async def test_a_meeting_can_become_online_later(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB)
    after = await sandbox.ask("PATCH", of(made), TEAMS)
    assert after.body["onlineMeeting"]["joinUrl"] in after.body["body"]["content"]


# Time zones


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("UTC", "2026-07-07T10:00:00"),
        ("GMT Standard Time", "2026-07-07T09:00:00"),
        ("Europe/London", "2026-07-07T09:00:00"),
        ("Pacific Standard Time", "2026-07-07T17:00:00"),
        ("W. Europe Standard Time", "2026-07-07T08:00:00"),
    ],
)
async def test_a_time_is_understood_in_its_zone_by_both_kinds_of_name(
    sandbox: Sandbox, zone: str, utc: str
) -> None:
    day = "2026-07-07"
    made = await sandbox.booked(HUB, start=at("10:00", zone, day), end=at("11:00", zone, day))

    assert made["start"] == {"dateTime": f"{utc}.0000000", "timeZone": "UTC"}
    assert made["originalStartTimeZone"] == made["originalEndTimeZone"] == zone


@pytest.mark.parametrize("zone", ["GMT Standard Time", "Europe/London"])
async def test_an_answer_is_in_the_zone_that_is_preferred(sandbox: Sandbox, zone: str) -> None:
    made = await sandbox.booked(HUB, start=at("09:00", day="2026-07-07"), end=at("10:00", day="2026-07-07"))

    answer = await sandbox.get(of(made), headers={"Prefer": f'outlook.timezone="{zone}"'})

    assert answer.body["start"] == {"dateTime": "2026-07-07T10:00:00.0000000", "timeZone": zone}
    assert answer.headers["Preference-Applied"] == f'outlook.timezone="{zone}"'


@pytest.mark.parametrize("zone", ["Greenwich Mean Time", "", "Europe/Nowhere"])
async def test_a_zone_that_nobody_knows_is_refused(sandbox: Sandbox, zone: str) -> None:
    made = await sandbox.book(HUB, start=at("10:00", zone))
    read = await sandbox.get(f"/users/{HUB}/events", headers={"Prefer": f'outlook.timezone="{zone}"'})

    for answer in (made, read):
        assert (answer.status, answer.code) == (400, "TimeZoneNotSupportedException")
        assert answer.message.endswith(f"'{zone}'.")
    assert await events_of(sandbox, HUB) == []


# What is refused


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"end": at("09:00")}, "ErrorPropertyValidationFailure"),
        ({"start": {"dateTime": "tomorrow", "timeZone": "UTC"}}, "ErrorPropertyValidationFailure"),
        ({"start": {"dateTime": "2026-13-03T10:00:00", "timeZone": "UTC"}}, "ErrorPropertyValidationFailure"),
        (
            {"start": {"dateTime": "2026-11-03T10:00:00Z", "timeZone": "UTC"}},
            "ErrorPropertyValidationFailure",
        ),
        ({"isAllDay": True}, "ErrorPropertyValidationFailure"),
        ({"attendees": asked("nobody")}, "ErrorInvalidRecipients"),
        ({"attendees": asked(*(f"a{n}@b.example" for n in range(501)))}, "ErrorPropertyValidationFailure"),
        ({"attendees": None}, "UnableToDeserializePostBody"),
        ({"isOnlineMeeting": "yes"}, "UnableToDeserializePostBody"),
        ({"showAs": "away"}, "UnableToDeserializePostBody"),
        ({"Subject": "large"}, "RequestBodyRead"),
        ({"event": {}}, "RequestBodyRead"),
        ({"singleValueExtendedProperties": [{"id": "Mark", "value": "a"}]}, "ErrorPropertyValidationFailure"),
    ],
)
async def test_what_exchange_refuses_is_refused_with_its_code(
    sandbox: Sandbox, properties: dict[str, Any], code: str
) -> None:
    answer = await sandbox.book(HUB, **properties)

    assert (answer.status, answer.code) == (400, code)
    assert await events_of(sandbox, HUB) == []


async def test_an_event_without_times_is_refused(sandbox: Sandbox) -> None:
    answer = await sandbox.ask("POST", f"/users/{HUB}/events", {"subject": "a"})
    assert (answer.status, answer.code) == (400, "ErrorPropertyValidationFailure")


async def test_what_the_sandbox_lacks_says_so(sandbox: Sandbox) -> None:
    recurring = await sandbox.book(HUB, recurrence={"pattern": {"type": "weekly"}})
    filtered = await sandbox.get(f"/users/{HUB}/events?$filter=subject eq 'a'")

    assert [recurring.status, filtered.status] == [501, 501]
    assert (await sandbox.book(HUB, recurrence=None)).status == 201


async def test_read_only_properties_are_not_heeded(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, id="mine", isOrganizer=False, iCalUId="mine")
    assert made["isOrganizer"] is True
    assert "mine" not in (made["id"], made["iCalUId"])


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/users/nobody@hubs.example/events", 404, "ErrorInvalidUser"),
        (f"/users/{HUB}/events/AAMkADnothing=", 404, "ErrorItemNotFound"),
        (f"/users/{HUB}/events/17", 400, "ErrorInvalidIdMalformed"),
    ],
)
async def test_what_is_not_there_is_told_as_exchange_tells_it(
    sandbox: Sandbox, path: str, status: int, code: str
) -> None:
    answer = await sandbox.get(path)
    assert (answer.status, answer.code) == (status, code)


async def test_an_event_belongs_to_its_mailbox(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB)
    assert (await sandbox.get(of(made, TOM))).code == "ErrorItemNotFound"


# Who may


@pytest.mark.parametrize(
    ("roles", "allowed"),
    [
        ([], []),
        (["Sites.FullControl.All"], []),
        (["Calendars.ReadBasic.All"], ["schedule"]),
        (["Calendars.Read"], ["read", "schedule"]),
        (["Calendars.ReadWrite"], ["read", "write", "schedule"]),
        (["Mail.Send"], ["send"]),
    ],
)
async def test_the_roles_in_the_token_decide(sandbox: Sandbox, roles: list[str], allowed: list[str]) -> None:
    sandbox.identity.roles = roles
    window = {"schedules": [TOM], "startTime": at("09:00"), "endTime": at("17:00")}
    letter = {"message": {"toRecipients": [{"emailAddress": {"address": TOM}}]}}
    tried: dict[str, Answer] = {
        "read": await sandbox.get(f"/users/{HUB}/events"),
        "write": await sandbox.book(HUB),
        "schedule": await sandbox.ask("POST", f"/users/{HUB}/calendar/getSchedule", window),
        "send": await sandbox.ask("POST", f"/users/{HUB}/sendMail", letter),
    }

    assert [name for name, answer in tried.items() if answer.status < 300] == allowed
    refused = [answer for answer in tried.values() if answer.status >= 300]
    assert {(answer.status, answer.code) for answer in refused} <= {(403, "ErrorAccessDenied")}


async def test_an_access_policy_keeps_the_app_out_of_other_mailboxes(sandbox: Sandbox) -> None:
    await sandbox.control("PATCH", f"/mailboxes/{TOM}", {"open_to_apps": False})

    answer = await sandbox.book(TOM)

    assert (answer.status, answer.code, answer.message) == (
        403,
        "ErrorAccessDenied",
        "Access to OData is disabled.",
    )
    assert (await sandbox.book(HUB)).status == 201


# Changing


async def test_every_change_gives_another_change_key(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB)

    after = await sandbox.ask("PATCH", of(made), {"subject": "new"})

    assert after.status == 200
    assert after.body["subject"] == "new"
    assert after.body["changeKey"] != made["changeKey"]
    assert after.body["@odata.etag"] == f'W/"{after.body["changeKey"]}"'
    assert (after.body["id"], after.body["iCalUId"]) == (made["id"], made["iCalUId"])


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_change_on_condition_is_refused_when_somebody_was_faster(
    sandbox: Sandbox, method: str
) -> None:
    made = await sandbox.booked(HUB)
    stale = {"If-Match": made["@odata.etag"]}
    await sandbox.ask("PATCH", of(made), {"subject": "new"}, headers=stale)

    late = await sandbox.ask(
        method, of(made), {"subject": "late"} if method == "PATCH" else None, headers=stale
    )

    assert (late.status, late.code) == (412, "ErrorIrresolvableConflict")
    assert (await sandbox.get(of(made))).body["subject"] == "new"


async def test_a_lasting_id_names_the_event_as_well(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB)
    headers = {"Prefer": 'IdType="ImmutableId", outlook.timezone="Europe/London"'}

    lasting = await sandbox.get(of(made), headers=headers)

    assert lasting.body["id"] != made["id"]
    assert lasting.body["start"]["timeZone"] == "Europe/London"
    assert (await sandbox.get(of(lasting.body))).body["id"] == made["id"]


# Everybody's calendar


async def test_who_is_asked_finds_the_meeting_in_their_calendar_and_an_invitation(sandbox: Sandbox) -> None:
    made = await sandbox.booked(
        HUB, attendees=asked(PRIYA, TOM, "someone@elsewhere.example"), body={"content": "Agenda"}
    )

    priya = await sandbox.mailbox(PRIYA)

    [event], [message] = priya["events"], priya["messages"]
    assert (event["uid"], event["is_organizer"], event["shown_as"]) == (made["iCalUId"], False, "tentative")
    assert (message["kind"], message["sender"], message["content"]) == ("meetingRequest", HUB, "Agenda")
    assert message["to"] == [PRIYA, TOM, "someone@elsewhere.example"]
    copy = (await sandbox.get(f"/users/{PRIYA}/events")).value[0]
    assert copy["id"] != made["id"]
    assert (copy["isOrganizer"], copy["responseStatus"]["response"]) == (False, "notResponded")


async def test_a_move_is_seen_in_every_calendar(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, attendees=asked(PRIYA))

    await sandbox.ask("PATCH", of(made), {"start": at("14:00"), "end": at("15:00")})

    [event] = await events_of(sandbox, PRIYA)
    assert event["start"] == "2026-11-03T14:00:00+00:00"
    kinds = [message["kind"] for message in (await sandbox.mailbox(PRIYA))["messages"]]
    assert kinds == ["meetingUpdate", "meetingRequest"]


async def test_a_change_of_attendees_is_told_only_to_those_it_concerns(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, attendees=asked(PRIYA))

    await sandbox.ask("PATCH", of(made), {"attendees": asked(PRIYA, TOM)})
    await sandbox.ask("PATCH", of(made), {"attendees": asked(PRIYA)})

    kinds = {
        address: [message["kind"] for message in (await sandbox.mailbox(address))["messages"]]
        for address in (PRIYA, TOM)
    }
    assert kinds == {PRIYA: ["meetingRequest"], TOM: ["meetingCancelled", "meetingRequest"]}
    assert [event["is_cancelled"] for event in await events_of(sandbox, TOM)] == [True]


async def test_a_cancelled_meeting_is_gone_and_struck_out_for_the_others(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, attendees=asked(PRIYA))

    answer = await sandbox.ask("POST", f"{of(made)}/cancel", {"Comment": "The case is closed."})

    assert (answer.status, answer.body) == (202, None)
    assert (await sandbox.get(of(made))).code == "ErrorItemNotFound"
    assert (await sandbox.ask("POST", f"{of(made)}/cancel", {})).status == 404
    priya = await sandbox.mailbox(PRIYA)
    [event] = priya["events"]
    assert (event["is_cancelled"], event["shown_as"]) == (True, "free")
    assert event["subject"] == "Canceled: ALL-2026-0001"
    assert (priya["messages"][0]["kind"], priya["messages"][0]["content"]) == (
        "meetingCancelled",
        "The case is closed.",
    )


async def test_only_the_organizer_can_cancel(sandbox: Sandbox) -> None:
    await sandbox.booked(HUB, attendees=asked(PRIYA))
    [copy] = (await sandbox.get(f"/users/{PRIYA}/events")).value

    answer = await sandbox.ask("POST", f"{of(copy, PRIYA)}/cancel", {})

    assert answer.status == 400
    assert (
        answer.message == "Your request can't be completed. You need to be an organizer to cancel a meeting."
    )


async def test_deleting_cancels_for_all_at_the_organizers_and_for_one_at_a_guests(sandbox: Sandbox) -> None:
    made = await sandbox.booked(HUB, attendees=asked(PRIYA, TOM))
    [copy] = (await sandbox.get(f"/users/{PRIYA}/events")).value

    assert (await sandbox.ask("DELETE", of(copy, PRIYA))).status == 204
    assert await events_of(sandbox, PRIYA) == []
    assert [event["is_cancelled"] for event in await events_of(sandbox, TOM)] == [False]

    assert (await sandbox.ask("DELETE", of(made))).status == 204
    assert await events_of(sandbox, HUB) == []
    assert [event["is_cancelled"] for event in await events_of(sandbox, TOM)] == [True]


# Around it


async def test_events_work_in_a_batch(sandbox: Sandbox) -> None:
    body = {"subject": "a", "start": at("10:00"), "end": at("11:00")}
    part = {"id": "1", "method": "POST", "url": f"/users/{HUB.replace('@', '%40')}/events", "body": body}

    answer = await sandbox.ask(
        "POST", "/$batch", {"requests": [{**part, "headers": {"Content-Type": "application/json"}}]}
    )

    assert [one["status"] for one in answer.body["responses"]] == [201]


async def test_calendars_messages_and_settings_outlive_a_restart(sandbox: Sandbox, data: Any) -> None:
    made = await sandbox.booked(HUB, attendees=asked(PRIYA), transactionId="t1")
    await sandbox.control("PATCH", f"/mailboxes/{HUB}", {"has_teams": False})
    before = [await sandbox.mailbox(address) for address in (HUB, PRIYA)]

    async with running(data) as again:
        assert [await again.mailbox(address) for address in (HUB, PRIYA)] == before
        assert (await again.book(HUB, attendees=asked(PRIYA), transactionId="t1")).body["id"] == made["id"]


async def test_a_mailbox_that_is_not_there_and_a_setting_that_is_none_are_told(sandbox: Sandbox) -> None:
    assert await sandbox.mailbox("nobody@hubs.example") == {"error": "There is no such mailbox."}
    told = await sandbox.control("PATCH", f"/mailboxes/{HUB}", {"working_hours": {"zone": "nowhere"}})
    assert "'nowhere'" in told["error"]


async def test_everybody_and_every_hub_has_a_mailbox(sandbox: Sandbox) -> None:
    async with sandbox.session.get(f"{sandbox.base}/client/mailboxes") as response:
        found = {one["address"]: one["kind"] for one in await response.json()}
    assert found == {HUB: "shared", PRIYA: "user", TOM: "user"}
