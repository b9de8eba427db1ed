"""What open clients hear about: new and changed messages, and changed lists."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Literal

EventType = Literal["message", "update", "list"]
Event = dict[str, str]
Queue = asyncio.Queue[Event | None]

LISTS_PAUSE = 0.2


class Events:
    """One queue for each open client; None in it means that the sandbox is closing."""

    def __init__(self) -> None:
        self._open: list[tuple[str, Queue]] = []
        self._lists_timer: asyncio.TimerHandle | None = None

    @contextmanager
    def listening(self, person_id: str) -> Iterator[Queue]:
        entry = (person_id, Queue())
        self._open.append(entry)
        try:
            yield entry[1]
        finally:
            self._open.remove(entry)

    def tell(self, people: Collection[str], type_: EventType, conversation: str) -> None:
        """Tell these people's clients that something happened in a conversation."""
        for person_id, queue in self._open:
            if person_id in people:
                queue.put_nowait({"type": type_, "conversation": conversation})

    def lists_changed(self) -> None:
        """Tell everybody of a change in the lists, but of many quick ones only once."""
        if self._lists_timer is None:
            self._lists_timer = asyncio.get_running_loop().call_later(LISTS_PAUSE, self._tell_of_lists)

    def _tell_of_lists(self) -> None:
        self._lists_timer = None
        for _, queue in self._open:
            queue.put_nowait({"type": "list"})

    def close(self) -> None:
        if self._lists_timer is not None:
            self._lists_timer.cancel()
        for _, queue in self._open:
            queue.put_nowait(None)
