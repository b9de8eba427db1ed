"""A client that costs less than what it measures: HTTP/1.1 by hand over a few kept-alive connections.

Requests are made into bytes before the clock starts; while it runs there is only writing, waiting and reading.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

AT_ONCE = 16


class PressFailedError(Exception):
    """A press was not answered with 200 or 201; a figure with failures in it would be worth nothing."""


@dataclass(frozen=True)
class Burst:
    """What a burst of presses took: the whole of it, and each press from its writing to the last byte of its answer.

    Answers and waits stand in the order of the requests.
    """

    seconds: float
    waits: list[float]
    bodies: list[bytes]

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds


def as_request(activity: dict[str, Any], *, token: str = "") -> bytes:
    body = json.dumps(activity).encode()
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    head = (
        "POST /api/messages HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"{authorization}\r\n"
    )
    return head.encode() + body


async def press(port: int, requests: Sequence[bytes], at_once: int = AT_ONCE) -> Burst:
    """Sends them all, `at_once` at a time; the connections are open before the clock starts."""
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(at_once)]
    waiting = iter(enumerate(requests))
    waits, bodies = [0.0] * len(requests), [b""] * len(requests)

    async def worker(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for number, request in waiting:
            begun = time.perf_counter()
            writer.write(request)
            bodies[number] = await read_answer(reader)
            waits[number] = time.perf_counter() - begun

    begun = time.perf_counter()
    await asyncio.gather(*(worker(*line) for line in lines))
    seconds = time.perf_counter() - begun
    for _, writer in lines:
        writer.close()
    return Burst(seconds, waits, bodies)


async def read_answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    status = head[9:12]
    body = await reader.readexactly(content_length(head))
    if status not in (b"200", b"201", b"202"):
        raise PressFailedError(f"answered {status.decode()}: {body[:300].decode(errors='replace')}")
    return body


def content_length(head: bytes) -> int:
    """Nought when the head names none: neither side of this bench sends chunks."""
    lengths = (line[15:] for line in head.split(b"\r\n") if line[:15].lower() == b"content-length:")
    return int(next(lengths, b"0"))
