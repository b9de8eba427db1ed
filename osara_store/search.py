"""Finding cases: by reference, place, category or person, and one's own. The policy decides what is found.

A case is found by every word of the term, in any order, each anywhere within a word, in small letters without accents. A
restricted case is found by those on its list; for everybody else it is only counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from osara_store.case_file import Case
from osara_store.directory import Actor, Directory, Hub
from osara_store.matching import plain
from osara_store.policy import Action, may
from osara_store.schema import CaseState, case_access, case_search, cases, contributors
from osara_store.search_text import words_of
from osara_store.visibility import IS_HIDDEN, seen_by

_ESCAPE: Final = "/"
_NO_WILDCARDS: Final = str.maketrans({sign: f"{_ESCAPE}{sign}" for sign in (_ESCAPE, "%", "_")})


@dataclass(frozen=True)
class Found:
    """A page of cases, newest first, and whether there is another; beside them, how many restricted ones match."""

    cases: tuple[Case, ...]
    restricted: int
    more: bool


@dataclass(frozen=True)
class _Voided:
    """As much of a voided case as the policy looks at."""

    hub_id: str
    state: CaseState = CaseState.VOIDED
    agency_id: str = ""
    lead_agency_id: str = ""
    restricted: bool = False


# Newest first is by id: a walk back along the key can stop when the page is full.
_PAGE = (
    sa.select(*cases.c)
    .join_from(case_search, cases, cases.c.id == case_search.c.case_id)
    .order_by(case_search.c.case_id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("skipped", type_=sa.Integer))
)
# Restricted cases are few, and each has its list: that is where counting them begins.
_COUNT = (
    sa.select(sa.func.count())
    .select_from(sa.join(case_search, cases, cases.c.id == case_search.c.case_id))
    .where(cases.c.id.in_(sa.select(case_access.c.case_id)))
)
_MAY_BE_READ = sa.and_(
    case_search.c.hub_id.in_(sa.bindparam("hub_ids", expanding=True)),
    sa.or_(
        cases.c.state != CaseState.VOIDED,
        case_search.c.hub_id.in_(sa.bindparam("hub_ids_with_voided", expanding=True)),
    ),
)

# Two lists put together, because a database can use an index for each but seldom for "one or the other".
_BROUGHT_BY_PERSON = sa.union(
    sa.select(cases.c.id).where(
        cases.c.referrer_tenant == sa.bindparam("viewer_tenant"),
        cases.c.referrer_id == sa.bindparam("viewer_id"),
    ),
    sa.select(contributors.c.case_id).where(
        contributors.c.tenant == sa.bindparam("viewer_tenant"),
        contributors.c.person == sa.bindparam("viewer_id"),
    ),
)
_IS_OWN = sa.and_(
    cases.c.referrer_tenant == sa.bindparam("viewer_tenant"),
    cases.c.referrer_id == sa.bindparam("viewer_id"),
)
_OF_PERSON = (
    sa.select(*cases.c, IS_HIDDEN)
    .where(
        cases.c.hub_id.in_(sa.bindparam("hub_ids", expanding=True)),
        cases.c.id.in_(_BROUGHT_BY_PERSON),
        sa.or_(~IS_HIDDEN, _IS_OWN),
    )
    .order_by(cases.c.submitted_at.desc(), cases.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("skipped", type_=sa.Integer))
)


def find(
    connection: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    term: str,
    now: datetime,
    limit: int,
    offset: int,
) -> Found:
    """What the actor may find in the hubs where they may search; nothing for a term without a word in it."""
    words, hubs = words_of(term), _searchable(directory, actor, now)
    if not words or not hubs:
        return Found((), 0, more=False)
    terms = {
        "hub_ids": [hub.id for hub in hubs],
        "hub_ids_with_voided": [hub.id for hub in hubs if _may_read_voided(actor, hub, now)],
        **seen_by(actor),
        **_patterns(directory, words),
    }
    page, restricted = _statements(len(words))
    rows = connection.execute(page, {**terms, "most": limit + 1, "skipped": offset}).all()
    found = tuple(Case(*row) for row in rows[:limit])
    return Found(found, connection.execute(restricted, terms).scalar_one(), more=len(rows) > limit)


def cases_of(connection: sa.Connection, actor: Actor, hub: Hub | None, limit: int, offset: int) -> list[Case]:
    """Cases the actor referred or added to, newest first, in this hub or in every hub their agency serves.

    Of a restricted case they may not open, they are given the reference only, and that only if they referred it.
    """
    terms = {
        "hub_ids": sorted(actor.roles) if hub is None else [hub.id],
        **seen_by(actor),
        "most": limit,
        "skipped": offset,
    }
    rows = connection.execute(_OF_PERSON, terms)
    return [_reference_only(Case(*row[:-1])) if row[-1] else Case(*row[:-1]) for row in rows]


def _reference_only(case: Case) -> Case:
    return replace(case, category="", where="", own_reference="", equality_note="", band="", web_url=None)


def _searchable(directory: Directory, actor: Actor, now: datetime) -> list[Hub]:
    return [
        hub for hub in directory.hubs_of(actor) if may(actor, Action.SEARCH, hub, on=hub.today(now)).allowed
    ]


def _may_read_voided(actor: Actor, hub: Hub, now: datetime) -> bool:
    return may(actor, Action.READ_CASE, hub, case=_Voided(hub.id), on=hub.today(now)).allowed


@cache
def _statements(words: int) -> tuple[sa.Select[Any], sa.Select[int]]:
    """The page and the count for so many words."""
    matches = [_matches(n) for n in range(words)]
    page = _PAGE.where(_MAY_BE_READ, *matches, ~IS_HIDDEN)
    return page, _COUNT.where(_MAY_BE_READ, *matches, IS_HIDDEN)


def _matches(n: int) -> sa.ColumnElement[bool]:
    return sa.or_(
        case_search.c.text.like(sa.bindparam(f"word_{n}"), escape=_ESCAPE),
        case_search.c.category.in_(sa.bindparam(f"categories_{n}", expanding=True)),
    )


def _patterns(directory: Directory, words: tuple[str, ...]) -> Mapping[str, object]:
    patterns: dict[str, object] = {}
    for n, word in enumerate(words):
        patterns[f"word_{n}"] = f"%{word.translate(_NO_WILDCARDS)}%"
        patterns[f"categories_{n}"] = _categories(directory, word)
    return patterns


def _categories(directory: Directory, word: str) -> list[str]:
    """The ids of the categories with this word in their name or id: a name can be changed in the configuration."""
    return [each.id for each in directory.categories if word in plain(f"{each.id} {each.name}")]
