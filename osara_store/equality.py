"""No power enforces before somebody has thought about equality: five questions, answered in the cycle it is used in."""

from typing import Final

from osara_store.case_file import CaseFile
from osara_store.directory import Directory
from osara_store.errors import Incomplete
from osara_store.stages import Part, fields_of

MISSING: Final = "equality"  # the id of the gap


def unanswered(file: CaseFile) -> tuple[str, ...]:
    """The questions that nobody has answered yet in the present cycle."""
    return tuple(field.name for field in fields_of(Part.EQUALITY) if not file.answer(field.name).strip())


def require(file: CaseFile, directory: Directory, power: str) -> None:
    """Let a power be planned.

    Raises:
        Incomplete: it enforces, and the questions are not all answered.
    """
    if directory.is_enforcement(power) and unanswered(file):
        raise Incomplete((MISSING,))
