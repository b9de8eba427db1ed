"""An impatient finger, or a client that did not hear the answer, brings the same thing twice."""

from datetime import datetime, timedelta
from typing import Final, Protocol

from osara_store.directory import Actor

# Longer than any client keeps trying; shorter than it takes for the same thing to be true again.
_LATELY: Final = timedelta(minutes=10)


class Authored(Protocol):
    @property
    def author_tenant(self) -> str: ...
    @property
    def author_id(self) -> str: ...
    @property
    def at(self) -> datetime: ...


def just_now(what: Authored, actor: Actor, now: datetime) -> bool:
    """Whether this person wrote it so lately that the same again must be a repeat."""
    is_theirs = (what.author_tenant, what.author_id) == (actor.tenant, actor.object_id)
    return is_theirs and now - what.at < _LATELY
