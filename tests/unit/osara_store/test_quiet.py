"""When it is quiet, and when that ends."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osara_store.hub_preferences import HubPreferences
from osara_store.quiet import quiet_ends
from osara_store.working_days import WorkingDays

LONDON = ZoneInfo("Europe/London")
DAYS = WorkingDays.of("ENG", [date(2026, 10, 30)])
USUAL = HubPreferences()


def ends(now: datetime, hub: HubPreferences = USUAL) -> datetime:
    return quiet_ends(hub, DAYS, LONDON, now.astimezone(UTC)).astimezone(LONDON)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(3, 12), at(3, 12)),  # a Tuesday
        (at(3, 17, 59), at(3, 17, 59)),
        (at(3, 18), at(4, 8)),
        (at(4, 7, 59), at(4, 8)),
        (at(4, 8), at(4, 8)),
        (at(6, 19), at(9, 8)),  # over the weekend
        (at(7, 12), at(9, 8)),
        (at(2, 19, month=4), at(7, 8, month=4)),  # over Easter
        (at(28, 12), at(30, 8)),  # over the change of the clocks in March
        (at(29, 19, month=10), at(2, 8, month=11)),  # over a day that the hubs file names
    ],
)
def test_nights_and_days_off_are_quiet_until_the_next_working_morning(now: datetime, until: datetime) -> None:
    assert ends(now) == until


def test_a_hub_that_works_every_day_is_quiet_at_night_only() -> None:
    every = HubPreferences(digest_days="every")
    assert ends(at(7, 12), every) == at(7, 12)
    assert ends(at(7, 19), every) == at(8, 8)


def test_the_same_time_twice_is_no_quiet_at_all_but_on_days_off() -> None:
    never = HubPreferences(quiet_from=time(0), quiet_until=time(0))
    assert ends(at(3, 23), never) == at(3, 23)
    assert ends(at(7, 12), never) == at(9, 0)


def test_quiet_hours_can_lie_within_a_day() -> None:
    midday = HubPreferences(quiet_from=time(12), quiet_until=time(13, 30))
    assert ends(at(3, 12, 30), midday) == at(3, 13, 30)
    assert ends(at(3, 23), midday) == at(3, 23)
    assert ends(at(7, 12, 30), midday) == at(9, 0)


times = st.times().map(lambda found: found.replace(second=0, microsecond=0))


@settings(max_examples=60, deadline=None)
@given(
    hub=st.builds(
        HubPreferences, quiet_from=times, quiet_until=times, digest_days=st.sampled_from(["working", "every"])
    ),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone follows
)
def test_quiet_ends_as_soon_as_it_may_and_not_before(hub: HubPreferences, now: datetime) -> None:
    """Looked at minute by minute, by a rule written down once more."""

    def is_quiet(moment: datetime) -> bool:
        local = moment.astimezone(LONDON)
        if hub.digest_days == "working" and not DAYS.is_working_day(local.date()):
            return True
        clock = local.strftime("%H:%M")
        since, until = f"{hub.quiet_from:%H:%M}", f"{hub.quiet_until:%H:%M}"
        return clock >= since and clock < until if since <= until else clock >= since or clock < until

    found, looked = quiet_ends(hub, DAYS, LONDON, now), now
    while is_quiet(looked) and looked < found + timedelta(minutes=1):
        looked = (looked + timedelta(minutes=1)).replace(second=0, microsecond=0)
    assert not is_quiet(found)
    assert found == looked
