"""Everything that can go wrong between this service and Graph.

GraphError
├── Busy             Graph as a whole cannot take work now: everything for it waits
│   ├── Throttled       429
│   ├── Unavailable     502, 503, 504, or nobody answers
│   ├── SignInFailed    no token for Graph could be had
│   └── NotProvisioned  the site, or a list that this program writes to, is not there for us
├── Conflict         412: somebody changed the item since we last read it
├── Duplicate        an item with this unique key is there already
├── NotFound         404, 410
│   └── MeetingGone     somebody has taken the event out of the calendar
├── NotAllowed       401, 403
├── ServerFault      the other 5xx, and what passes by itself (408, 409, 423, 424)
├── BadRequest       what will be refused again however often it is asked
└── ForeignAddress   a link that leads away from Graph's own host

A message holds status, codes and request id only: Graph's own sentences may repeat what a person wrote.
"""

from __future__ import annotations

DEFAULT_WAIT = 30.0
"""Seconds to leave Graph alone when it asks for patience without saying how long."""


class GraphError(Exception):
    """A call to Graph did not do what was asked."""

    def __init__(self, why: str, *, status: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


class Busy(GraphError):
    """Graph as a whole cannot take work now."""

    def __init__(self, why: str, *, status: int = 0, after: float = DEFAULT_WAIT) -> None:
        super().__init__(why, status=status)
        self.after = after


class Throttled(Busy):
    """We asked too much; Graph says when to come back."""


class Unavailable(Busy):
    """Graph cannot be reached, or says that it is overloaded."""


class SignInFailed(Busy):
    """No token for Graph: without one no call can succeed."""


class NotProvisioned(Busy):
    """The SharePoint site, or a list that this program writes to, is not there for us."""


class Conflict(GraphError):
    """The item has changed since we last read it."""


class Duplicate(GraphError):
    """An item with the same unique value exists already."""


class NotFound(GraphError):
    """No such site, list or item."""


class MeetingGone(NotFound):
    """The event is no longer in the calendar: somebody has cancelled or deleted it in Outlook."""


class NotAllowed(GraphError):
    """The token is not accepted, or lacks the permission."""


class ServerFault(GraphError):
    """Graph failed inside; the same request may succeed later."""


class BadRequest(GraphError):
    """Graph understood, and will refuse the same request again."""


class ForeignAddress(GraphError):
    """A link leads to a host that must not see our token."""
