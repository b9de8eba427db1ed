"""The cards of being away and of handing over, each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

from cards import away_cards, cover_cards, texts_cover
from cards.away_cards import AwayView
from cards.case_view import Typed
from cards.cover_cards import CoverView
from cards.verbs import Surface
from osara_store import handing_over
from osara_store.absences import Absence
from osara_store.case_file import By
from osara_store.cover import Line
from osara_store.directory import Actor
from osara_store.handing_over import Handover
from osara_store.lost_people import Owner, Why
from osara_store.owned import Piece, PieceKind
from tests.contract.store.world import ALL, DIRECTORY, HELEN, IAN, MARK, PRIYA, SUE, TENANT, TOM

TODAY: Final = date(2026, 3, 2)
NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
WIDE: Final = "😀" * 200
NAMES: Final = {(each.tenant, each.object_id): each.name for each in DIRECTORY.people_of(ALL)}


def absence(
    person: Actor, deputy: Actor | None, first: date = TODAY, last: date = date(2026, 3, 6)
) -> Absence:
    ids = (deputy.tenant, deputy.object_id) if deputy else ("", "")
    return Absence(person.tenant, person.object_id, first, last, *ids)


AWAY: Final = AwayView(
    person=PRIYA,
    is_own=True,
    hub=ALL,
    today=TODAY,
    marking=DIRECTORY.marking,
    known=(),
    deputies=(SUE,),
    names=NAMES,
    surface=Surface.CHAT,
)
AWAY_TWICE: Final = replace(
    AWAY,
    known=(absence(PRIYA, SUE), absence(PRIYA, None, date(2026, 4, 3), date(2026, 4, 3))),
    note=texts_cover.away_saved(SUE.name),
)
AWAY_OF_IAN: Final = replace(AWAY, person=IAN, is_own=False, deputies=(HELEN,), surface=Surface.DIALOG)
MANY: Final = tuple(
    replace(SUE, object_id=f"{SUE.object_id[:-4]}{n:04d}", name=f"Person {n}") for n in range(150)
)

COVER: Final = CoverView(
    hub=ALL,
    marking=DIRECTORY.marking,
    agencies={agency.id: agency.name for agency in DIRECTORY.agencies},
    names=NAMES,
    surface=Surface.CHAT,
)


def owner(actor: Actor) -> Owner:
    return Owner(actor.tenant, actor.object_id, actor.agency.id, actor.name)


def handed(**changes: Any) -> Handover:
    by = By(HELEN.tenant, HELEN.object_id, HELEN.name, "council", NOON)
    return replace(
        Handover(
            "ALL",
            IAN.tenant,
            IAN.object_id,
            "council",
            IAN.name,
            TENANT,
            HELEN.object_id,
            False,
            3,
            None,
            "",
            by,
        ),
        **changes,
    )


LOST: Final = Line(owner(IAN), Why.UNREACHABLE, 4, None, None, None)
GONE: Final = Line(owner(TOM), Why.LEFT, 1, None, None, None, is_known=False)
UNCOVERED: Final = Line(owner(MARK), Why.AWAY, 2, absence(MARK, None), None, None)
COVERED: Final = Line(owner(PRIYA), None, 5, absence(PRIYA, SUE), SUE, None)
LINES: Final = (LOST, GONE, UNCOVERED, COVERED)
GOING_ON: Final = replace(LOST, handover=handed())
DONE: Final = replace(LOST, owner=owner(SUE), why=None, waiting=0, handover=handed(done_at=NOON))
STOPPED: Final = replace(GONE, handover=handed(trouble=handing_over.SUCCESSOR_MAY_NOT))
WIDEST: Final = tuple(
    replace(LOST, owner=Owner(TENANT, f"{IAN.object_id}{n}", "council", WIDE), absence=absence(IAN, None))
    for n in range(8)
)


def pieces(*kinds: PieceKind) -> tuple[Piece, ...]:
    return tuple(Piece(kind, 1, n, False, "council", IAN.name, ()) for n, kind in enumerate(kinds, 1))


EVERY_KIND: Final = pieces(*PieceKind, PieceKind.TASK, PieceKind.TASK)


def cover(
    *lines: Line, view: CoverView = COVER, page: int = 0, more: bool = False, term: str = ""
) -> dict[str, Any]:
    return cover_cards.cover(view, lines, page=page, more=more, term=term)


def handover(
    *found: Piece, to: tuple[Actor, ...] = (HELEN, TOM), typed: Typed | None = None, view: CoverView = COVER
) -> dict[str, Any]:
    return cover_cards.handover(view, owner(IAN), found, to, typed)


CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "away, nothing entered": lambda: away_cards.away(AWAY),
    "away, two entered": lambda: away_cards.away(AWAY_TWICE),
    "away, without dates": lambda: away_cards.away(
        AWAY,
        Typed(
            {"first_day": "", "last_day": "", "deputy": ""},
            {
                "first_day": texts_cover.FIRST_DAY_MISSING,
                "last_day": texts_cover.LAST_DAY_WRONG,
                "deputy": texts_cover.DEPUTY_WRONG,
            },
        ),
    ),
    "away, nobody to stand in": lambda: away_cards.away(replace(AWAY, person=MARK, deputies=())),
    "away, many to stand in": lambda: away_cards.away(replace(AWAY, deputies=MANY)),
    "away, of somebody else": lambda: away_cards.away(AWAY_OF_IAN),
    "cover, nobody": cover,
    "cover, everybody in trouble": lambda: cover(*LINES),
    "cover, handed over": lambda: cover(
        GOING_ON, DONE, STOPPED, view=replace(COVER, note=texts_cover.begun("Helen"))
    ),
    "cover, a second page": lambda: cover(LOST, page=1, more=True),
    "cover, beyond the last page": lambda: cover(page=2),
    "cover, found": lambda: cover(COVERED, term="priya", view=replace(COVER, surface=Surface.DIALOG)),
    "cover, found nobody": lambda: cover(term="nobody"),
    "cover, as wide as can be": lambda: cover(*WIDEST, page=1, more=True),
    "hand over": lambda: handover(*EVERY_KIND),
    "hand over, nothing": handover,
    "hand over, nobody chosen": lambda: handover(
        *EVERY_KIND,
        typed=Typed({"successor": "", "lists": "yes"}, {"successor": texts_cover.SUCCESSOR_MISSING}),
    ),
    "hand over, nobody to take over": lambda: handover(*EVERY_KIND, to=()),
    "hand over, many to choose from": lambda: handover(
        *EVERY_KIND, to=MANY, view=replace(COVER, surface=Surface.DIALOG)
    ),
}
