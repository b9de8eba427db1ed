"""Rate windows: how many calls in how many seconds, each window sliding."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence

from sandbox.teams.errors import Throttled
from sandbox.teams.limits import (
    FULL_ROSTER_WINDOWS,
    ROSTER_WINDOWS,
    SEND_WINDOWS,
    TENANT_WINDOWS,
    Limits,
)

Windows = Sequence[tuple[int, float]]


class Rates:
    """Counts calls by conversation and kind; a refused call counts for nothing."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def request(self) -> None:
        """Count one request of any kind against the tenant's limit."""
        self._take(("tenant", ""), TENANT_WINDOWS, 1)

    def send(self, conversation: str, cost: int = 1) -> None:
        """Count a message, or the creation of a conversation, against the limit of its conversation."""
        self._take(("send", conversation), SEND_WINDOWS, cost)

    def roster(self, conversation: str) -> None:
        self._take(("roster", conversation), ROSTER_WINDOWS, 1)

    def full_roster(self, conversation: str) -> None:
        """Count a call of the deprecated whole-roster method, which has a narrow limit of its own."""
        self._take(("full roster", conversation), FULL_ROSTER_WINDOWS, 1)

    def _take(self, key: tuple[str, str], windows: Windows, cost: int) -> None:
        if not self._limits.windows:
            return
        now = self._clock()
        calls = self._calls[key]
        _forget(calls, before=now - max(seconds for _, seconds in windows))
        wait = max(self._wait(calls, count, seconds, cost, now) for count, seconds in windows)
        if wait > 0:
            raise Throttled(wait)
        calls.extend([now] * cost)

    def _wait(self, calls: deque[float], count: int, seconds: float, cost: int, now: float) -> float:
        """Return how long until `cost` more calls fit into one window."""
        allowed = max(cost, int(count * self._limits.scale))
        in_the_way = allowed - cost + 1
        if len(calls) < in_the_way:
            return 0
        return calls[-in_the_way] + seconds - now


def _forget(calls: deque[float], before: float) -> None:
    while calls and calls[0] <= before:
        calls.popleft()
