"""What a case is searched by, in one spelling: small letters, no accents, no apostrophes, so that both databases agree.

The copy of a file is drawn anew whenever the file changes: it holds no name that the file does not hold any more.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import sqlalchemy as sa

from osara_store.case_file import CaseFile
from osara_store.matching import plain
from osara_store.schema import case_search
from osara_store.statements import PerDatabase

# A search with more words than this is about as narrow as it can be.
MOST_WORDS: Final = 8

_APOSTROPHES = re.compile("['\u2018\u2019`]")
_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ([0-9][a-z]{2})\b")
_AROUND_A_WORD: Final = '.,;:!?()[]{}"\u201c\u201d'
# What a referral that joined the case said of these is kept as entries.
_SAID_OTHERWISE: Final = frozenset({"where", "own_reference"})
_KEEP = PerDatabase(
    case_search,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["case_id"],
        set_={"category": insert.excluded.category, "text": insert.excluded.text},
    ),
)


def drawn(texts: Iterable[str]) -> str:
    """The texts as one, a line each. A postcode is there with its space and without."""
    lines = [_in_one_spelling(text) for text in texts if text]
    joined = (f"{before}{after}" for line in lines for before, after in _POSTCODE.findall(line))
    return "\n".join((*lines, *joined))


def words_of(term: str) -> tuple[str, ...]:
    """The words somebody searches for; a case is found by all of them, in any order, each anywhere within a word."""
    # What no text can hold, no database can be asked for.
    sound = term.encode("utf-8", "ignore").decode().replace("\0", " ")
    words = (word.strip(_AROUND_A_WORD) for word in _in_one_spelling(sound).split())
    return tuple(dict.fromkeys(word for word in words if word))[:MOST_WORDS]


def keep(tx: sa.Connection, file: CaseFile) -> None:
    """Draw the case's text from the file as it now is."""
    case = file.case
    row = {
        "case_id": case.id,
        "hub_id": case.hub_id,
        "category": case.category,
        "text": drawn(_searched(file)),
    }
    tx.execute(_KEEP.on(tx), row)


def has_changed(before: CaseFile, after: CaseFile) -> bool:
    return before.case.category != after.case.category or [*_searched(before)] != [*_searched(after)]


def _searched(file: CaseFile) -> Iterator[str]:
    case = file.case
    yield from (case.reference, case.own_reference, case.where)
    yield from (person.description for person in file.people)
    yield from (entry.text for entry in file.entries if entry.kind in _SAID_OTHERWISE)


def _in_one_spelling(text: str) -> str:
    return _APOSTROPHES.sub("", " ".join(plain(text).split()))
