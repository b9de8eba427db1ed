"""The schema's history. Alembic runs it; these names let a start that has nothing to do leave Alembic out.

Each script is one of two sorts. A *before* script only adds, and every column that it adds to a table has a default: a
program of the version before goes on working, so a new replica applies it at its start. An *after* script does what has
to wait until no older program runs; it says AFTER in its first line and raises what a program has to know.
"""

from typing import Final

HEAD: Final = "0008"
BEFORE: Final = "0007"  # the newest that a start applies while others may be at work
AFTER: Final = ("0008",)
