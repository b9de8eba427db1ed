"""Sending to Teams: the outbound port, in plain JSON over the Bot Connector's REST interface.

One client a service URL, one pool of connections, one token for all. Nothing is retried here: the outbox decides, and
the error says whether trying again makes sense.

    ConnectorError
    ├── Throttled        429; wait `after`
    ├── Passing          412, or no answer at all: then the message may have arrived
    │   └── Away         401, 502, 503, 504, no token, or nobody can be reached; wait `after`
    ├── Gone             404; the message or conversation is no longer there
    ├── Forbidden        403; `code` says why (for instance the app is not installed for this person)
    └── Rejected         anything else, 500 included; sending the same again cannot help

Each method is one request. None sends a text together with an attachment: Teams would make two messages of it, count both,
and tell the id of neither.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import aiohttp

log = logging.getLogger(__name__)

MESSAGE_LIMIT_BYTES = 80 * 1024
SEND_SECONDS = 20
LONGEST_WAIT_SECONDS = 3600
UNREACHABLE_SECONDS = 15
NOT_ACCEPTED_SECONDS = 300
TokenSource = Callable[[], Awaitable[str]]


class ConnectorError(Exception):
    """Sending failed. The message holds the status and Microsoft's code, never content."""


class Throttled(ConnectorError):
    """Teams asks us to wait."""

    def __init__(self, after: timedelta) -> None:
        super().__init__(f"throttled for {after.total_seconds():.0f} s")
        self.after = after


class Passing(ConnectorError):
    """A passing trouble with this message; where Teams fell silent, it may have been posted all the same."""


class Away(Passing):
    """Teams cannot take anything just now: what was not sent waits for `after`, however long it goes on."""

    def __init__(self, what: str, after: timedelta) -> None:
        super().__init__(what)
        self.after = after


class Gone(ConnectorError):
    """The message or the conversation is no longer there."""


class Forbidden(ConnectorError):
    """Teams does not let us send there; `code` is Teams' own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"forbidden: {code}")
        self.code = code


class Rejected(ConnectorError):
    """Teams will never accept this."""


@dataclass(frozen=True)
class Sent:
    """Where a message now stands. `conversation_id` carries the thread when one was started."""

    conversation_id: str
    activity_id: str


class Connector:
    """The Teams conversations behind one service URL."""

    def __init__(self, service_url: str, session: aiohttp.ClientSession, token: TokenSource | None) -> None:
        self.service_url = service_url
        self._base = service_url.rstrip("/") + "/v3/conversations"
        self._session, self._token = session, token

    async def send(self, conversation_id: str, activity: dict[str, Any]) -> Sent:
        """Post a message; give it the thread's id to answer in that thread."""
        answer = await self._call("POST", f"/{_quoted(conversation_id)}/activities", activity)
        return Sent(conversation_id, str(answer.get("id", "")))

    async def update(self, conversation_id: str, activity_id: str, activity: dict[str, Any]) -> Sent:
        """Replace one of the bot's own messages."""
        path = f"/{_quoted(conversation_id)}/activities/{_quoted(activity_id)}"
        await self._call("PUT", path, activity | {"id": activity_id})
        return Sent(conversation_id, activity_id)

    async def new_thread(self, channel_id: str, activity: dict[str, Any]) -> Sent:
        """Start a thread in a channel."""
        body = {"isGroup": True, "channelData": {"channel": {"id": channel_id}}, "activity": activity}
        answer = await self._call("POST", "", body)
        return Sent(str(answer.get("id", "")), str(answer.get("activityId", "")))

    async def direct_conversation(self, *, user_id: str, tenant: str, bot_id: str) -> str:
        """The id of the bot's own chat with a person of our tenant."""
        body = {
            "isGroup": False,
            "bot": {"id": bot_id},
            "members": [{"id": user_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        answer = await self._call("POST", "", body)
        return str(answer.get("id", ""))

    async def _call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        check_size(body)
        check_counts_once(body.get("activity", body))
        headers = {"Authorization": f"Bearer {await self._token()}"} if self._token else {}
        timeout = aiohttp.ClientTimeout(total=SEND_SECONDS)
        # What we send names people: it goes where Teams' signed address says, and follows no redirect elsewhere.
        request = self._session.request(
            method, self._base + path, json=body, headers=headers, timeout=timeout, allow_redirects=False
        )
        try:
            async with request as answer:
                return await _read(answer)
        except aiohttp.ClientConnectorError:
            raise Away("Teams cannot be reached", retry_after("", UNREACHABLE_SECONDS)) from None
        except (aiohttp.ClientError, TimeoutError):
            raise Passing("Teams did not answer") from None


class Connectors:
    """One connector a service URL, made when first needed."""

    def __init__(self, session: aiohttp.ClientSession, token: TokenSource | None) -> None:
        self._session, self._token = session, token
        self._known: dict[str, Connector] = {}

    def at(self, service_url: str) -> Connector:
        if service_url not in self._known:
            self._known[service_url] = Connector(service_url, self._session, self._token)
        return self._known[service_url]


def check_size(activity: dict[str, Any]) -> None:
    """Refuse what Teams would refuse: it counts a message in UTF-16.

    Raises:
        Rejected: the message is too big.
    """
    size = len(json.dumps(activity, ensure_ascii=False).encode("utf-16-le"))
    if size > MESSAGE_LIMIT_BYTES:
        raise Rejected(f"the message has {size} bytes, Teams takes {MESSAGE_LIMIT_BYTES}")


def check_counts_once(activity: dict[str, Any]) -> None:
    """Refuse what Teams would split in two.

    Raises:
        Rejected: the message has a text and an attachment.
    """
    if activity.get("text") and activity.get("attachments"):
        raise Rejected("a text and an attachment are two messages to Teams: send one of them")


def _quoted(part: str) -> str:
    return quote(part, safe="")


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    content = await _json(answer)
    if answer.status < 300:  # noqa: PLR2004 the successes
        return content
    code = _code(content)
    match answer.status:
        case 429:
            raise Throttled(retry_after(answer.headers.get("Retry-After", "")))
        case 401:  # our registration or secret is wrong: nothing is lost while somebody puts that right
            log.error("Teams does not accept the bot's token: %s", code or "no reason given")
            raise Away("HTTP 401", timedelta(seconds=NOT_ACCEPTED_SECONDS))
        case 502 | 503 | 504:
            after = retry_after(answer.headers.get("Retry-After", ""), UNREACHABLE_SECONDS)
            raise Away(f"HTTP {answer.status}", after)
        case 412:
            raise Passing(f"HTTP {answer.status}")
        case 404:
            raise Gone(code)
        case 403:
            raise Forbidden(code)
        case status:
            raise Rejected(f"HTTP {status} {code}".strip())


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        content = await answer.json(content_type=None)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _code(content: dict[str, Any]) -> str:
    """Microsoft's word for the fault; only a short plain word is let through to logs and rows."""
    error = content.get("error")
    code = error.get("code") if isinstance(error, dict) else content.get("errorCode")
    return re.sub(r"[^A-Za-z0-9]", "", str(code or ""))[:60]


def retry_after(header: str, default: float = 5) -> timedelta:
    """How long a Retry-After header asks us to wait; a missing or odd one counts as `default` seconds."""
    seconds = float(header) if re.fullmatch(r"\s*[0-9]{1,9}\s*", header) else default
    return timedelta(seconds=min(max(seconds, 1), LONGEST_WAIT_SECONDS))
