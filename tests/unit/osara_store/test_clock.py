import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from osara_store.clock import SettableClock, SystemClock


def test_the_time_is_aware_and_in_utc():
    for clock in (SystemClock(), SettableClock()):
        assert clock.now().tzinfo is UTC
        assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_clock_that_was_set_goes_on_ticking_from_there():
    clock = SettableClock()
    clock.set(datetime(2027, 1, 31, 9, tzinfo=timezone(timedelta(hours=1))))
    first = clock.now()
    time.sleep(0.01)

    assert timedelta() <= first - datetime(2027, 1, 31, 8, tzinfo=UTC) < timedelta(seconds=5)
    assert clock.now() > first


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="with a zone"):
        SettableClock().set(datetime(2027, 1, 31, 9))  # noqa: DTZ001 - the fault under test
