"""What came back from a stage's page, and from the page on which somebody chooses between two texts.

Each page says which answers it showed (`versions`), so that nothing is taken for emptied that was not on it: Teams does not
send an input that is empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cards import inputs, texts_clash, texts_stages
from cards.case_view import Typed
from cards.inputs import Read
from osara_store.stages import FIELD, Field, Part, Sort

# The choice of a text carries the text itself, and something before it, as an empty one could not be chosen.
OWN: Final = "own"
TEXT: Final = "text:"


@dataclass(frozen=True)
class Written(Typed):
    """What came back, tidied, or as it was typed where something is wrong with it.

    `versions` is the newest answer that the page had shown, by field: 0 where there was none. `picks` is what was pressed
    where somebody had to choose.
    """

    versions: Mapping[str, int] = field(default_factory=dict)
    picks: Mapping[str, str] = field(default_factory=dict)

    @property
    def right(self) -> dict[str, str]:
        """What can be kept: a fault keeps only its own field back."""
        return {name: text for name, text in self.values.items() if name not in self.errors}


def read(part: Part, given: Mapping[str, object]) -> Written:
    """The answers of a page, field by field."""
    versions = _shown(part, given)
    reads = {name: _read(FIELD[name], given.get(name)) for name in versions}
    return Written(
        values={name: read.value for name, read in reads.items()},
        errors={**_in_order(reads), **_faults(reads)},
        versions=versions,
    )


def read_choice(part: Part, given: Mapping[str, object]) -> Written:
    """The texts that somebody settled on."""
    versions = _shown(part, given)
    picks = {name: inputs.text(given.get(pick_of(name)), _MOST_OF_A_PICK).value for name in versions}
    reads = {name: _chosen(FIELD[name], picks[name], given.get(name)) for name in versions}
    return Written(
        values={name: read.value for name, read in reads.items()},
        errors=_faults(reads),
        versions=versions,
        picks=picks,
    )


def pick_of(field: str) -> str:
    """The id of the question which text should stand."""
    return f"{field}_choice"


# --- pieces ----------------------------------------------------------------------------------------------------------

_MOST_OF_A_PICK: Final = max(each.most for each in FIELD.values()) + len(TEXT)


def _shown(part: Part, given: Mapping[str, object]) -> dict[str, int]:
    versions = given.get("versions")
    if not isinstance(versions, dict):
        return {}
    return {
        name: number
        for name, number in versions.items()
        if name in FIELD
        and FIELD[name].part is part
        and isinstance(number, int)
        and not isinstance(number, bool)
    }


def _read(asked: Field, given: object) -> Read:
    match asked.sort:
        case Sort.TEXT | Sort.LIST:
            return inputs.text(given, asked.most)
        case Sort.SHORT:
            return inputs.line(given, asked.most)
        case Sort.CHOICE:
            return inputs.choice(given, asked.choices)
        case Sort.NUMBER:
            return inputs.number(given, asked.most)
        case Sort.DAY:
            return inputs.day(given)


def _chosen(asked: Field, pick: str, written: object) -> Read:
    if pick.startswith(TEXT):
        return _read(asked, pick.removeprefix(TEXT))
    own = _read(asked, written)
    if pick != OWN:
        return Read(own.value, texts_clash.PLEASE_CHOOSE)
    return own if own.value or own.fault else Read("", texts_clash.PLEASE_WRITE)


def _faults(reads: Mapping[str, Read]) -> dict[str, str]:
    return {name: read.fault for name, read in reads.items() if read.fault}


def _in_order(reads: Mapping[str, Read]) -> dict[str, str]:
    """A period that ends before it begins."""
    begins, ends = reads.get("period_from", Read("")), reads.get("period_to", Read(""))
    if begins.fault or ends.fault or not begins.value or not ends.value or begins.value <= ends.value:
        return {}
    return {"period_to": texts_stages.ENDS_BEFORE_IT_BEGINS}
