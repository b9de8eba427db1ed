"""How often made-up key ids may make us ask for keys: a burst at once, then one at a time."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channel_tokens import RefreshAllowance


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_burst_is_allowed_at_once_and_no_more() -> None:
    allowance = RefreshAllowance(burst=3, seconds_each=30, now=Clock())
    assert [allowance.take() for _ in range(5)] == [True, True, True, False, False]


def test_one_more_is_allowed_after_each_span() -> None:
    clock = Clock()
    allowance = RefreshAllowance(burst=1, seconds_each=30, now=clock)
    assert allowance.take()
    clock.seconds += 29
    assert not allowance.take()
    clock.seconds += 1
    assert allowance.take()


def test_a_long_rest_saves_up_no_more_than_a_burst() -> None:
    clock = Clock()
    allowance = RefreshAllowance(burst=2, seconds_each=30, now=clock)
    clock.seconds += 24 * 3600
    assert [allowance.take() for _ in range(4)] == [True, True, False, False]


def test_asking_in_vain_does_not_put_off_the_next_chance() -> None:
    clock = Clock()
    allowance = RefreshAllowance(burst=1, seconds_each=30, now=clock)
    assert allowance.take()
    for _ in range(29):
        clock.seconds += 1
        assert not allowance.take()
    clock.seconds += 1.001
    assert allowance.take()


@given(
    burst=st.integers(1, 10),
    each=st.integers(1, 60),
    waits=st.lists(st.integers(0, 300), max_size=60),
)
def test_no_span_of_time_sees_more_than_a_burst_and_one_for_each_wait(
    burst: int, each: int, waits: list[int]
) -> None:
    clock = Clock()
    allowance = RefreshAllowance(burst, each, now=clock)
    taken: list[float] = []
    for wait in waits:
        clock.seconds += wait
        if allowance.take():
            taken.append(clock.seconds)
    for first, start in enumerate(taken):
        for last, end in enumerate(taken[first:], start=first):
            assert last - first + 1 <= burst + (end - start) / each + 1e-6


@given(burst=st.integers(1, 10), each=st.integers(1, 60), before=st.lists(st.integers(0, 300), max_size=30))
def test_after_a_whole_span_there_is_always_one(burst: int, each: int, before: list[int]) -> None:
    clock = Clock()
    allowance = RefreshAllowance(burst, each, now=clock)
    for wait in before:
        clock.seconds += wait
        allowance.take()
    clock.seconds += each + 1e-3
    assert allowance.take()
