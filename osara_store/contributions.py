"""What a referral brings to a case file: entries and people. No database here."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from osara_store.case_file import Case, CaseFile
from osara_store.directory import Actor
from osara_store.referral import Referral
from osara_store.schema import PersonRole, Stage


@dataclass(frozen=True)
class Remark:
    """An entry before it has its number, author and time."""

    stage: Stage
    kind: str
    text: str


@dataclass(frozen=True)
class Contribution:
    people: tuple[tuple[PersonRole, str], ...]
    remarks: tuple[Remark, ...]


# Answers that a case has once. Where somebody who joins it says otherwise, that is kept as an entry.
ANSWERS_OF_CASE = (
    "where",
    "category",
    "since",
    "frequency",
    "danger",
    "sharing_basis",
    "equality",
    "equality_note",
    "own_reference",
)


def digest(referral: Referral) -> str:
    """The same for the same answers."""
    return hashlib.sha256(referral.model_dump_json().encode()).hexdigest()


def whole(referral: Referral) -> Contribution:
    """What a new case starts with."""
    return Contribution(tuple(_people(referral)), tuple(_narrative(referral)))


def beyond(file: CaseFile, referral: Referral, actor: Actor) -> Contribution:
    """What the referral says that the file does not hold yet, or does not hold from this person."""
    known_people = {(person.said_role, person.description) for person in file.people}
    said = {
        Remark(entry.stage, entry.kind, entry.text)
        for entry in file.entries
        if (entry.author_tenant, entry.author_id) == (actor.tenant, actor.object_id)
    }
    remarks = (*_narrative(referral), *differences(file.case, referral))
    return Contribution(
        tuple(person for person in _people(referral) if person not in known_people),
        tuple(remark for remark in remarks if remark not in said),
    )


def _narrative(referral: Referral) -> Iterator[Remark]:
    yield Remark(Stage.OBJECTIVE, "wanted", referral.wanted)
    yield Remark(Stage.SCANNING, "statement", referral.what)
    if referral.tried:
        yield Remark(Stage.ANALYSIS, "tried", referral.tried)


def differences(case: Case, other: Referral | Case) -> Iterator[Remark]:
    """What another telling of the matter says otherwise than the case."""
    for name in ANSWERS_OF_CASE:
        answer = str(getattr(other, name))
        if answer and answer != getattr(case, name):
            yield Remark(Stage.SCANNING, name, answer)


def _people(referral: Referral) -> Iterator[tuple[PersonRole, str]]:
    for role, lines in (
        (PersonRole.AFFECTED, referral.affected),
        (PersonRole.INVOLVED, referral.involved),
    ):
        for line in lines.splitlines():
            if line.strip():
                yield role, line.strip()
