"""Times that suit most people, whatever calendars say."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_sync.free_time import GRAIN, OfficeHours, Schedule, Search, Slot, Window
from osara_store.working_days import WorkingDays

LONDON = ZoneInfo("Europe/London")
OFFICE = OfficeHours(time(9), time(17))
WORKING_DAYS = WorkingDays()
# The weekend at which clocks go back is among them.
STARTS = st.datetimes(datetime(2026, 10, 20), datetime(2026, 10, 28), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
VIEWS = st.text("0012349", min_size=0, max_size=400)


@settings(deadline=None)  # bank holidays are loaded at first use
@given(
    start=STARTS,
    days=st.integers(1, 4),
    minutes=st.sampled_from([15, 30, 45, 60, 100, 240]),
    views=st.lists(VIEWS, max_size=4),
    most=st.integers(1, 8),
)
def test_what_is_offered_is_possible_apart_and_best_first(
    start: datetime, days: int, minutes: int, views: list[str], most: int
) -> None:
    search = Search(Window(start, start + timedelta(days=days)), timedelta(minutes=minutes), LONDON, WORKING_DAYS, OFFICE)  # fmt: skip
    schedules = [Schedule(str(person), view) for person, view in enumerate(views)]

    slots = search.best(schedules, most)

    assert slots == search.best(schedules, 10_000)[:most]
    for slot in slots:
        _is_possible(slot, search)
        _fits_the_views(slot, search, views)
    in_order = sorted(slots, key=lambda slot: slot.start)
    assert all(one.end <= other.start for one, other in pairwise(in_order))
    ranks = [(len(slot.can_come), len(slot.perhaps)) for slot in slots]
    assert ranks == sorted(ranks, reverse=True)


def _is_possible(slot: Slot, search: Search) -> None:
    start, end = slot.start.astimezone(LONDON), slot.end.astimezone(LONDON)
    assert search.window.start <= slot.start
    assert slot.end <= search.window.end
    assert slot.end - slot.start == search.length
    assert OFFICE.start <= start.time() < end.time() <= OFFICE.end
    assert WORKING_DAYS.is_working_day(start.date())


def _fits_the_views(slot: Slot, search: Search, views: list[str]) -> None:
    """Look quarter by quarter at what every person has then."""
    begin, _ = search.window.rounded()
    quarters = [
        place
        for place in range(10_000)
        if begin + place * GRAIN < slot.end and begin + (place + 1) * GRAIN > slot.start
    ]
    for person, view in enumerate(views):
        name = str(person)
        seen = {view[place] for place in quarters if place < len(view)}
        if quarters[-1] >= len(view):
            assert name in slot.unknown
        elif seen & set("239"):
            assert name in slot.cannot
        else:
            assert name in (slot.perhaps if "1" in seen else slot.can_come)


def test_equally_good_times_are_spread_over_the_days() -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    search = Search(
        Window(monday, monday + timedelta(days=3)), timedelta(hours=1), LONDON, WORKING_DAYS, OFFICE
    )
    everybody_is_free = [Schedule("0", "0" * 300)]

    slots = search.best(everybody_is_free, 4)

    assert [(slot.start.day, slot.start.hour) for slot in slots] == [(2, 9), (3, 9), (4, 9), (2, 10)]


def test_the_window_reaches_out_to_whole_quarters_of_an_hour() -> None:
    window = Window(datetime(2026, 7, 7, 9, 7, 3, tzinfo=LONDON), datetime(2026, 7, 7, 17, 0, tzinfo=LONDON))
    assert window.rounded() == (
        datetime(2026, 7, 7, 8, 0, tzinfo=UTC),
        datetime(2026, 7, 7, 16, 0, tzinfo=UTC),
    )
