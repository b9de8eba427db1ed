"""The people in a case, and what the hub makes of them. Nothing said of a person is ever written over."""

from dataclasses import replace
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from osara_store import changing
from osara_store.case_file import CaseFile, CasePerson
from osara_store.changing import Held
from osara_store.contributing import welcome
from osara_store.directory import Actor, Hub
from osara_store.errors import Incomplete, NotFound
from osara_store.policy import Action
from osara_store.schema import AgeGroup, PersonRole, case_people, person_marks

_ADD_PERSON: Final = sa.insert(case_people)
_ADD_MARK: Final = sa.insert(person_marks)
_MARKS: Final = sa.select(sa.func.count()).where(
    person_marks.c.case_id == sa.bindparam("case_id"), person_marks.c.person_n == sa.bindparam("person_n")
)


def add(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    description: str,
    role: PersonRole,
    age_group: AgeGroup,
    now: datetime,
) -> CaseFile:
    """Add a person, name first; whoever does so is a contributor from then on.

    Somebody who is in the file with the same description, role and age already is not added a second time.

    Raises:
        Incomplete: the description is empty.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ADD_PERSON, now=now)
    if not description.strip():
        raise Incomplete(("description",))
    n = len(held.file.people) + 1
    person = CasePerson(n, role, description, age_group)
    if any(replace(known, n=n) == person for known in held.file.people):
        return held.file
    tx.execute(_ADD_PERSON, {"case_id": case_id, "n": n, "role": role, "description": description})
    _mark(held, n, role, age_group)
    welcome(held)
    return held.finish("case.person_added", {"person": n}, receipts=False, channel=False)


def mark(
    tx: sa.Connection,
    *,
    actor: Actor,
    hub: Hub,
    case_id: int,
    person_n: int,
    role: PersonRole,
    age_group: AgeGroup,
    now: datetime,
) -> CaseFile:
    """Say what a person is to the case, and of what age; what was said before stays in the history.

    Raises:
        NotFound: there is no such person in the file.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.MARK_PERSON, now=now)
    person = next((each for each in held.file.people if each.n == person_n), None)
    if person is None:
        raise NotFound
    if (person.role, person.age_group) == (role, age_group):
        return held.file
    _mark(held, person_n, role, age_group)
    return held.finish("case.person_marked", {"person": person_n}, receipts=False, channel=False)


def _mark(held: Held, person_n: int, role: PersonRole, age_group: AgeGroup) -> None:
    before = held.tx.execute(_MARKS, {"case_id": held.case.id, "person_n": person_n}).scalar_one()
    held.tx.execute(_ADD_MARK, held.signed(person_n=person_n, n=before + 1, role=role, age_group=age_group))
