"""What is taken out of a case when it is erased: every text that a person typed, and every name.

Rows stay, so that what was done when, and by which agency, can still be counted. What stands in another case's file is
that case's own, and goes with it.
"""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa

from osara_store.changing import Held
from osara_store.schema import (
    answers,
    case_access,
    case_links,
    case_moves,
    case_people,
    contributors,
    drafts,
    entries,
    information_requests,
    match_keys,
    meeting_people,
    meetings,
    person_marks,
    retention_decisions,
    reviews,
    risk_assessments,
    signposts,
    sync_conflicts,
    tasks,
    victim_reports,
)
from osara_store.stages import FIELDS, Sort

_AUTHOR: Final = "author_name"
_WORDS: Final[Mapping[sa.Table, tuple[str, ...]]] = {
    answers: (_AUTHOR,),
    case_access: ("name",),
    case_links: ("reason", _AUTHOR),
    case_moves: ("reason", _AUTHOR),
    case_people: ("description",),
    contributors: ("name",),
    entries: ("text", _AUTHOR),
    information_requests: ("reason", "note", "replied_name", "heard_by", _AUTHOR),
    meeting_people: ("name",),
    meetings: ("join_url", "reason", _AUTHOR),
    person_marks: (_AUTHOR,),
    retention_decisions: ("reason", _AUTHOR),
    reviews: ("comment", "done_name"),
    risk_assessments: ("reason", _AUTHOR),
    signposts: ("reason", "chaser", "outcome", _AUTHOR),
    tasks: ("intervention", "owner", "rationale", "proportionality", "outcome", "suggested_owner", _AUTHOR),
}
_OF_THE_CASE: Final = ("where", "own_reference", "referrer_name", "equality_note")
# Found and counted by these, and typed into those: neither is of any use to a case without words.
_DROPPED: Final = (match_keys, victim_reports, drafts)
_COUNTED: Final = sorted(field.name for field in FIELDS if field.sort in {Sort.CHOICE, Sort.NUMBER, Sort.DAY})


def _is_of(table: sa.Table) -> sa.ColumnElement[bool]:
    return table.c.case_id == sa.bindparam("this_case")


_STATEMENTS: Final = (
    *(
        sa.update(table).where(_is_of(table)).values(dict.fromkeys(names, ""))
        for table, names in _WORDS.items()
    ),
    sa.update(answers).where(_is_of(answers), answers.c.field.not_in(_COUNTED)).values(text=""),
    sa.update(risk_assessments).where(_is_of(risk_assessments)).values(answers={}),
    *(sa.delete(table).where(_is_of(table)) for table in _DROPPED),
)
# What SharePoint and this file disagreed about is kept under the case's reference, or one that begins with it.
_FORGET_CONFLICTS: Final = sa.delete(sync_conflicts).where(
    sa.or_(
        sync_conflicts.c.key == sa.bindparam("reference", type_=sa.Text),
        sync_conflicts.c.key.startswith(sa.bindparam("prefix", type_=sa.Text)),
    )
)


def erase(held: Held) -> None:
    """Take every text and name out of a held case. Whether that may be done is for the caller to know."""
    for statement in _STATEMENTS:
        held.tx.execute(statement, {"this_case": held.case.id})
    reference = held.case.reference
    held.tx.execute(_FORGET_CONFLICTS, {"reference": reference, "prefix": f"{reference}-"})
    held.change(**dict.fromkeys(_OF_THE_CASE, ""), erased_at=held.now)
