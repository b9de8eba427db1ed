"""What a stage's form starts with where nothing is answered yet: what the referral said."""

from collections.abc import Iterable
from typing import Final

from osara_store.case_file import CaseFile
from osara_store.schema import PersonRole
from osara_store.stages import FIELD

# The kind of entry in which a referral told what the field asks for.
_TOLD_AS: Final = {"different": "wanted", "statement": "statement", "tried": "tried"}
_SUFFERING: Final = frozenset({PersonRole.AFFECTED, PersonRole.VICTIM})


def suggestion(file: CaseFile, field: str) -> str:
    """The start of an answer, never longer than the answer may be; empty where the referral says nothing of it.

    A later cycle starts from what was referred in it, not from what the earlier ones dealt with.
    """
    return _that_fits(_remarks(file, field), FIELD[field].most)


def _remarks(file: CaseFile, field: str) -> list[str]:
    if field in _TOLD_AS:
        told = (entry for entry in file.entries if entry.cycle == file.case.cycle)
        return [entry.text for entry in told if entry.kind == _TOLD_AS[field]]
    if file.case.cycle > 1:
        return []
    if field == "how_often":
        return [str(file.case.frequency)]
    if field == "who_is_affected":
        return [person.description for person in file.people if person.role in _SUFFERING]
    return []


def _that_fits(remarks: Iterable[str], most: int) -> str:
    """As many remarks as fit; the first is cut between words if it must be. All of them stay in the file as entries."""
    kept = ""
    for remark in remarks:
        longer = f"{kept}\n{remark}" if kept else _cut(remark, most)
        if len(longer) > most:
            break
        kept = longer
    return kept


def _cut(remark: str, most: int) -> str:
    if len(remark) <= most:
        return remark
    words, space, _ = remark[: most - 1].rpartition(" ")
    return f"{words if space else remark[: most - 1]}…"
