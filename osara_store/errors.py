"""What can go wrong in the store. A docstring is the message where the raiser gives none.

StoreError
├── NotAllowed            policy said no; `reason` is the key of a text
├── NotFound
│   ├── DraftNotFound
│   └── CaseNotFound
├── NotCommitted          the database did not take the write: nothing was kept, try again
├── DatabaseClosed
├── DatabaseUnreachable
├── DatabaseInUse
├── DatabaseTooNew
└── DatabaseNotSupported
"""


class StoreError(Exception):
    """The case file could not do this."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


class NotAllowed(StoreError):
    """This person may not do this."""

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


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


class DatabaseNotSupported(StoreError):
    """Only a SQLite file or a PostgreSQL server can hold the case file."""
