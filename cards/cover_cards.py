"""Who is away or cannot be reached, how much waits in whose name, and handing it over."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cards import case_fields, case_pieces, dates, parts, people_fields, texts, texts_case, texts_cover, verbs
from cards.case_view import Typed
from cards.elements import Action, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store.cover import Line
from osara_store.directory import Actor, Hub
from osara_store.lost_people import Owner
from osara_store.owned import Piece, PieceKind


@dataclass(frozen=True)
class CoverView:
    """One hub's cover. `names` are those of agencies by id, and of people by tenant and object id."""

    hub: Hub
    marking: str
    agencies: Mapping[str, str]
    names: Mapping[tuple[str, str], str]
    surface: Surface
    note: str = ""

    def button(self, title: str, verb: str, **more: Any) -> Action:
        return parts.button(self.surface, title, verb, hub=self.hub.id, **more)


def cover(view: CoverView, lines: Sequence[Line], *, page: int, more: bool, term: str = "") -> CardJson:
    """A page of people; with a `term`, those who have that name."""
    t = texts_cover
    body: list[Strict] = [*_top(view, t.COVER_TITLE)]
    if lines:
        body.append(parts.paragraph(t.COVER_WHY, "Medium"))
    body += [_line(view, line) for line in lines]
    if not lines:
        nothing = t.FOUND_NOBODY if term else t.COVER_NO_MORE if page else t.COVER_NONE
        body.append(parts.paragraph(nothing, "Medium"))
    body += case_fields.text(Typed({"name": term}, {}), "name", t.FIND_LABEL, most=people_fields.MOST_NAME)
    turns = [
        case_fields.without_inputs(view.button(title, verbs.COVER_OPEN, name=name, page=to, of=term))
        for name, title, to, is_offered in (
            ("earlier", texts_case.PREVIOUS_PAGE, page - 1, page > 0),
            ("later", texts_case.NEXT_PAGE, page + 1, more),
        )
        if is_offered
    ]
    return parts.card(body, [view.button(t.FIND, verbs.COVER_FIND, main=True), *turns])


def _top(view: CoverView, title: str) -> list[Strict]:
    about = texts.BETWEEN.join((view.hub.name, view.marking))
    note: list[Strict] = [parts.notice(parts.paragraph(view.note), style="accent")] if view.note else []
    return [parts.heading(title), parts.quiet(as_typed(about)), *note]


def _line(view: CoverView, line: Line) -> Strict:
    owner = line.owner
    agency = view.agencies.get(owner.agency_id, owner.agency_id)
    told: list[Strict] = [parts.quiet(sentence) for sentence in _sentences(view, line)]
    if line.is_in_trouble and line.why:
        told.insert(0, case_pieces.alarm(texts_cover.REASONS[line.why]))
    return case_pieces.block(
        parts.paragraph(f"**{as_typed(owner.name)}**{texts.BETWEEN}{as_typed(agency)}"),
        parts.paragraph(texts_cover.waiting(line.waiting), "Small"),
        *told,
        case_pieces.buttons(*_ways(view, line)),
    )


def _sentences(view: CoverView, line: Line) -> list[str]:
    said = []
    if line.absence:
        days = texts_cover.from_to(dates.day(line.absence.first_day), dates.day(line.absence.last_day))
        deputy = texts_cover.stands_in(as_typed(line.deputy.name if line.deputy else ""))
        said.append(texts.BETWEEN.join((days, deputy)))
    if line.handover:
        said.append(_state(view, line))
    return said


def _state(view: CoverView, line: Line) -> str:
    handover = line.handover
    if handover is None:
        return ""
    if handover.trouble:
        return texts_cover.STOPPED[handover.trouble]
    to = as_typed(view.names.get((handover.successor_tenant, handover.successor_id), handover.successor_id))
    if handover.done_at is None:
        return texts_cover.going_on(to, handover.moved)
    return texts_cover.handed_over(to, handover.moved, dates.day(view.hub.today(handover.done_at)))


def _ways(view: CoverView, line: Line) -> list[Action]:
    owner = line.owner
    key = f"{owner.agency_id}-{owner.person}"
    about = {"tenant": owner.tenant, "person": owner.person}
    absence = texts_cover.CHANGE_ABSENCE if line.absence else texts_cover.ENTER_ABSENCE
    ways = [
        view.button(
            texts_cover.HAND_OVER, verbs.HANDOVER_OPEN, name=f"hand-{key}", agency=owner.agency_id, **about
        )
    ]
    if line.is_known:
        ways.append(view.button(absence, verbs.AWAY_OPEN, name=f"away-{key}", **about))
    return [case_fields.without_inputs(way) for way in ways]


# --- handing over ----------------------------------------------------------------------------------------------------


def handover(
    view: CoverView,
    owner: Owner,
    found: Sequence[Piece],
    successors: Sequence[Actor],
    typed: Typed | None = None,
) -> CardJson:
    """What there is in somebody's name, and who takes it over. The best successors come first."""
    form = typed or Typed.nothing()
    t = texts_cover
    body: list[Strict] = [
        *_top(view, t.handover_title(owner.name)),
        *case_fields.check_these(form),
        *_counted(found),
        parts.paragraph(t.HANDOVER_WHY, "Small"),
        *_successor(view, successors, form),
    ]
    if any(piece.kind is PieceKind.ACCESS for piece in found):
        body += case_fields.question(form, "lists", t.WITH_LISTS, t.LISTS)
    about = {"tenant": owner.tenant, "person": owner.person, "agency": owner.agency_id}
    do = view.button(t.HAND_OVER, verbs.HANDOVER_DO, main=True, **about)
    back = case_fields.without_inputs(view.button(t.TO_COVER, verbs.COVER_OPEN))
    return parts.card(body, [*([do] if successors else []), back])


def _counted(found: Sequence[Piece]) -> list[Strict]:
    if not found:
        return [parts.paragraph(texts_cover.NOTHING_TO_MOVE, "Medium")]
    counts = Counter(piece.kind for piece in found)
    return [
        parts.paragraph(f"- {texts_cover.piece(kind, counts[kind])}") for kind in PieceKind if counts[kind]
    ]


def _successor(view: CoverView, successors: Sequence[Actor], typed: Typed) -> list[Strict]:
    if not successors:
        return [parts.paragraph(texts_cover.NOBODY_POSSIBLE, "Medium")]
    titles = {
        people_fields.key_of(each): texts.BETWEEN.join(
            (each.name, view.agencies.get(each.agency.id, each.agency.id))
        )
        for each in successors
    }
    return people_fields.somebody(typed, "successor", texts_cover.SUCCESSOR, successors, titles, {})


def read_handover(data: Mapping[str, Any], successors: Sequence[Actor]) -> tuple[Actor, bool] | Typed:
    """Who takes over, and whether the lists of restricted cases go along; or the form as typed."""
    values = {name: str(data.get(name) or "") for name in ("successor", "lists")}
    chosen = people_fields.chosen(values["successor"], successors)
    if chosen is None:
        return Typed(values, {"successor": texts_cover.SUCCESSOR_MISSING})
    return chosen, values["lists"] == "yes"
