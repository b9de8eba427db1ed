"""What can go wrong in the store. A docstring is the message where the raiser gives none.

StoreError
├── NotAllowed            policy said no; `reason` is the key of a text
├── NotFound
│   ├── DraftNotFound
│   └── CaseNotFound
├── Impossible            no such move from this state; knows both
├── Stale                 the case has moved on since the person looked
├── Incomplete            names what is missing
├── NotCommitted          the database did not take the write: nothing was kept, try again
├── DatabaseClosed
├── DatabaseUnreachable
├── DatabaseInUse
├── DatabaseTooNew
├── UpgradeUnfinished
├── OlderReplicas         names those that still run
└── DatabaseNotSupported
"""

from collections.abc import Sequence


class StoreError(Exception):
    """The case file could not do this."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class NotAllowed(StoreError):
    """This person may not do this."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class Impossible(StoreError):
    """The case cannot make this move from where it stands."""

    def __init__(self, state: str, move: str) -> None:
        super().__init__()
        self.state, self.move = state, move


class Stale(StoreError):
    """The case has changed since this was looked at."""


class Incomplete(StoreError):
    """Something has to be filled in first."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__()
        self.missing = missing


class NotFound(StoreError):
    """There is no such thing, or it belongs to somebody else."""


class DraftNotFound(NotFound):
    """There is no such draft, or it belongs to somebody else."""


class CaseNotFound(NotFound):
    """There is no such case."""


class NotCommitted(StoreError):
    """The database did not accept the write, so nothing of it was kept."""


class DatabaseClosed(StoreError):
    """The database has been closed."""


class DatabaseUnreachable(StoreError):
    """The database cannot be opened."""


class DatabaseInUse(StoreError):
    """Another process is using this database."""


class DatabaseTooNew(StoreError):
    """This database was made by a newer version of this program. Start that version, or restore a backup."""


class UpgradeUnfinished(StoreError):
    """The upgrade before this one is not finished: stop every older replica, then run `python -m bot upgrade --finish`."""


class OlderReplicas(StoreError):
    """Replicas of an older version still use this database."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"Replicas of an older version still use this database: {', '.join(names)}. Stop them first. One that was "
            "killed is forgotten after two minutes."
        )


class DatabaseNotSupported(StoreError):
    """Only a SQLite file or a PostgreSQL server can hold the case file."""
