"""What waits in somebody's name: tasks, questions, whom to ask after, lists of restricted cases, meetings and reviews.

A task is in the name that stands on it, in its agency. Where none stands there, or nobody of the agency has that name, it is
with those who were sent its card.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from osara_store.directory import Actor, Directory, Hub
from osara_store.lost_people import Owner, in_one_spelling
from osara_store.schema import (
    MeetingState,
    ReviewState,
    TaskState,
    case_access,
    cases,
    information_requests,
    meeting_people,
    meetings,
    review_prompts,
    reviews,
    signposts,
    task_cards,
    tasks,
)
from osara_store.states import OPEN
from osara_store.visibility import IS_HIDDEN, seen_by

Ids = tuple[str, str]  # tenant and object id


class PieceKind(StrEnum):
    """In the order in which they are handed over: who has to read a restricted case comes on its list first."""

    ACCESS = "access"
    TASK = "task"
    REQUEST = "request"
    SIGNPOST = "signpost"
    MEETING = "meeting"
    REVIEW = "review"


# What somebody has to do. To be on a list is nothing to do, and to a meeting one is invited by mail as well.
_TO_DO: Final = frozenset({PieceKind.TASK, PieceKind.REQUEST, PieceKind.SIGNPOST, PieceKind.REVIEW})
_ORDER: Final = {kind: place for place, kind in enumerate(PieceKind)}


@dataclass(frozen=True)
class Piece:
    """One thing that waits. `n` tells it from others of its kind in the case.

    It belongs to whoever has the `name` in the agency, and to the `people`.
    """

    kind: PieceKind
    case_id: int
    n: int
    restricted: bool
    agency_id: str
    name: str
    people: tuple[Ids, ...]

    @property
    def waits(self) -> bool:
        """Whether it stands still without them."""
        return self.kind in _TO_DO

    def is_of(self, owner: Owner) -> bool:
        is_named = bool(self.name) and self.agency_id == owner.agency_id and owner.is_called(self.name)
        return is_named or (owner.ids in self.people and self.agency_id in {"", owner.agency_id})


def _waiting(kind: PieceKind, columns: tuple[Any, ...], table: sa.FromClause, *which: Any) -> sa.Select[Any]:
    """Rows about open cases of a hub, as far as the viewer may see them: case, restricted, then the columns."""
    return (
        sa.select(sa.literal(kind.value), cases.c.id, cases.c.restricted, *columns)
        .join_from(table, cases, cases.c.id == table.c.case_id)
        .where(
            cases.c.hub_id == sa.bindparam("of_hub"),
            cases.c.state.in_(OPEN),
            cases.c.erased_at.is_(None),
            ~IS_HIDDEN,
            *which,
        )
    )


_NONE: Final = sa.literal("")
_OPEN_TASK: Final = tasks.c.state == TaskState.OPEN
_REQUESTS: Final = _waiting(
    PieceKind.REQUEST,
    (information_requests.c.n, information_requests.c.agency_id, _NONE, information_requests.c.told),
    information_requests,
    information_requests.c.replied_at.is_(None),
)
_SIGNPOSTS: Final = _waiting(
    PieceKind.SIGNPOST,
    (signposts.c.n, signposts.c.chaser_agency_id, signposts.c.chaser, sa.null()),
    signposts,
    signposts.c.chased_at.is_(None),
)
_OF_AGENCIES: Final = (
    (_REQUESTS, information_requests.c.agency_id),
    (_SIGNPOSTS, signposts.c.chaser_agency_id),
)
_TASKS: Final = _waiting(PieceKind.TASK, (tasks.c.n, tasks.c.agency_id, tasks.c.owner), tasks, _OPEN_TASK)
_CARDS: Final = (
    _waiting(PieceKind.TASK, (task_cards.c.n, task_cards.c.tenant, task_cards.c.person), task_cards)
    .join(tasks, sa.and_(tasks.c.case_id == task_cards.c.case_id, tasks.c.n == task_cards.c.n))
    .where(_OPEN_TASK)
)
# By another name: whether the viewer is on the list is a question of its own.
_LISTED: Final = case_access.alias("listed")
_LISTS: Final = _waiting(
    PieceKind.ACCESS,
    (sa.literal(0), _LISTED.c.tenant, _LISTED.c.person),
    _LISTED,
    cases.c.restricted,
)
_MEETINGS: Final = (
    _waiting(
        PieceKind.MEETING,
        (meeting_people.c.n, meeting_people.c.tenant, meeting_people.c.person),
        meeting_people,
    )
    .join(
        meetings,
        sa.and_(meetings.c.case_id == meeting_people.c.case_id, meetings.c.n == meeting_people.c.n),
    )
    .where(meetings.c.state.in_([MeetingState.LOOKING, MeetingState.OFFERED, MeetingState.BOOKED]))
)
_REVIEWS: Final = (
    _waiting(
        PieceKind.REVIEW,
        (review_prompts.c.n, review_prompts.c.tenant, review_prompts.c.person),
        review_prompts,
    )
    .join(reviews, sa.and_(reviews.c.case_id == review_prompts.c.case_id, reviews.c.n == review_prompts.c.n))
    .where(reviews.c.state == ReviewState.DUE)
)
_OF_ONE_EACH: Final = ((_LISTS, _LISTED), (_MEETINGS, meeting_people), (_REVIEWS, review_prompts))


def pieces(
    connection: sa.Connection, directory: Directory, hub: Hub, viewer: Actor, owner: Owner | None = None
) -> list[Piece]:
    """Everything that waits in the hub's open cases, as far as the viewer may see it, case by case.

    With an `owner` it is what belongs to them alone.
    """
    look = _Look(connection, directory, hub, viewer, owner)
    found = [*look.tasks(), *look.of_people(), *look.of_one_each()]
    own = found if owner is None else [piece for piece in found if piece.is_of(owner)]
    return sorted(own, key=lambda piece: (piece.case_id, _ORDER[piece.kind], piece.n))


@dataclass(frozen=True)
class _Look:
    """A look at what waits; for one owner, only at the rows of their agency and at those about them."""

    connection: sa.Connection
    directory: Directory
    hub: Hub
    viewer: Actor
    owner: Owner | None

    def tasks(self) -> Iterator[Piece]:
        told: dict[tuple[int, int], list[Ids]] = defaultdict(list)
        for _, case_id, _, n, tenant, person in self._rows(_CARDS, agency=tasks.c.agency_id):
            told[case_id, n].append((tenant, person))
        known = {(each.agency.id, in_one_spelling(each.name)) for each in self.directory.people_of(self.hub)}
        for _, case_id, restricted, n, agency_id, name in self._rows(_TASKS, agency=tasks.c.agency_id):
            is_named = (agency_id, in_one_spelling(name)) in known
            people = () if is_named else tuple(told[case_id, n])
            yield Piece(PieceKind.TASK, case_id, n, restricted, agency_id, name.strip(), people)

    def of_people(self) -> Iterator[Piece]:
        for statement, agency in _OF_AGENCIES:
            rows = self._rows(statement, agency=agency)
            for kind, case_id, restricted, n, agency_id, name, told in rows:
                people = tuple((tenant, person) for tenant, person in told or ())
                yield Piece(PieceKind(kind), case_id, n, restricted, agency_id, name.strip(), people)

    def of_one_each(self) -> Iterator[Piece]:
        for statement, table in _OF_ONE_EACH:
            rows = self._rows(statement, person=table)
            for kind, case_id, restricted, n, tenant, person in rows:
                yield Piece(PieceKind(kind), case_id, n, restricted, "", "", ((tenant, person),))

    def _rows(
        self,
        statement: sa.Select[Any],
        *,
        agency: sa.Column[str] | None = None,
        person: sa.FromClause | None = None,
    ) -> Iterable[Any]:
        if self.owner is not None and agency is not None:
            statement = statement.where(agency == self.owner.agency_id)
        if self.owner is not None and person is not None:
            is_owner = (person.c.tenant == self.owner.tenant, person.c.person == self.owner.person)
            statement = statement.where(*is_owner)
        return self.connection.execute(statement, {"of_hub": self.hub.id, **seen_by(self.viewer)})


class Index:
    """The pieces by whom they belong to, for asking about many people."""

    def __init__(self, found: Iterable[Piece]) -> None:
        self._named: dict[tuple[str, str], list[Piece]] = defaultdict(list)
        self._told: dict[Ids, list[Piece]] = defaultdict(list)
        for piece in found:
            self._named[piece.agency_id, in_one_spelling(piece.name)].append(piece)
            for ids in piece.people:
                self._told[ids].append(piece)

    def of(self, owner: Owner) -> list[Piece]:
        named = self._named.get((owner.agency_id, in_one_spelling(owner.name)), [])
        found = dict.fromkeys((*named, *self._told.get(owner.ids, [])))
        return [piece for piece in found if piece.is_of(owner)]
