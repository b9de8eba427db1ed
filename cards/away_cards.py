"""Being away: from when to when, and who stands in; one's own, or as manager somebody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cards import case_fields, case_pieces, dates, parts, people_fields, texts, texts_cover, verbs
from cards.case_view import Typed
from cards.elements import Action, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.verbs import Surface
from osara_store.absences import Absence
from osara_store.directory import Actor, Hub

NOBODY = "nobody"


@dataclass(frozen=True)
class AwayView:
    """Whose absences, in which hub's days, and what is entered already; `deputies` are those who could stand in."""

    person: Actor
    is_own: bool
    hub: Hub
    today: date
    marking: str
    known: Sequence[Absence]
    deputies: Sequence[Actor]
    names: Mapping[tuple[str, str], str]
    surface: Surface
    note: str = ""


def away(view: AwayView, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or _first(view), lambda form: _away(view, form))


def _away(view: AwayView, typed: Typed) -> CardJson:
    t = texts_cover
    title = t.AWAY_TITLE if view.is_own else t.away_title(view.person.name)
    body: list[Strict] = [
        parts.heading(title),
        parts.quiet(as_typed(texts.BETWEEN.join((view.hub.name, view.marking)))),
        *([parts.notice(parts.paragraph(view.note), style="accent")] if view.note else []),
        *case_fields.check_these(typed),
        *(_known(view, absence) for absence in view.known),
        parts.paragraph(t.AWAY_WHY if view.is_own else t.AWAY_WHY_OTHER, "Medium"),
        *case_fields.day(typed, "first_day", t.FIRST_DAY),
        *case_fields.day(typed, "last_day", t.LAST_DAY),
        *_deputy(view, typed),
    ]
    actions = [_button(view, t.SAVE_AWAY, verbs.AWAY_SAVE, main=True)]
    if not view.is_own:
        to_cover = parts.button(view.surface, t.TO_COVER, verbs.COVER_OPEN, name="cover", hub=view.hub.id)
        actions.append(case_fields.without_inputs(to_cover))
    return parts.card(body, actions)


def _deputy(view: AwayView, typed: Typed) -> list[Strict]:
    if not view.deputies:
        return [
            parts.paragraph(texts_cover.NONE_POSSIBLE, "Medium"),
            *case_fields.said_on_top(typed, "deputy"),
        ]
    nobody = {NOBODY: texts_cover.NO_DEPUTY}
    return people_fields.somebody(typed, "deputy", texts_cover.DEPUTY, view.deputies, {}, nobody)


def _known(view: AwayView, absence: Absence) -> Strict:
    days = texts_cover.from_to(dates.day(absence.first_day), dates.day(absence.last_day))
    deputy = as_typed(view.names.get(absence.deputy, ""))
    first = absence.first_day.isoformat()
    title = texts_cover.BACK_TODAY if absence.first_day <= view.today else texts_cover.TAKE_OUT
    end = _button(view, title, verbs.AWAY_END, name=f"end-{first}", first=first)
    return case_pieces.block(
        parts.paragraph(f"**{days}**"),
        parts.quiet(texts_cover.stands_in(deputy)),
        case_pieces.buttons(case_fields.without_inputs(end)),
    )


def _button(view: AwayView, title: str, verb: str, **more: Any) -> Action:
    about: dict[str, Any] = (
        {} if view.is_own else {"tenant": view.person.tenant, "person": view.person.object_id}
    )
    return parts.button(view.surface, title, verb, hub=view.hub.id, **about, **more)


def _first(view: AwayView) -> Typed:
    """A new form begins with today, and with the deputy of the last time."""
    last = "/".join(view.known[-1].deputy) if view.known else ""
    return Typed({"first_day": view.today.isoformat(), "deputy": last}, {})


@dataclass(frozen=True)
class Entered:
    """What somebody entered: both days, and who stands in."""

    first_day: date
    last_day: date
    deputy: Actor | None


def read(data: Mapping[str, Any], deputies: Sequence[Actor]) -> Entered | Typed:
    """What was entered; or the form as typed with what is wrong with it."""
    values = {name: str(data.get(name) or "") for name in ("first_day", "last_day", "deputy")}
    first, last = day_of(values["first_day"]), day_of(values["last_day"])
    deputy = people_fields.chosen(values["deputy"], deputies)
    may_be_empty = not 0 < len(deputies) <= people_fields.MOST_OFFERED
    is_nobody = values["deputy"] == NOBODY or (may_be_empty and not values["deputy"].strip())
    errors = {
        "first_day": texts_cover.FIRST_DAY_MISSING if first is None else "",
        "last_day": texts_cover.LAST_DAY_WRONG if last is None else "",
        "deputy": texts_cover.DEPUTY_WRONG if deputy is None and not is_nobody else "",
    }
    errors = {name: sentence for name, sentence in errors.items() if sentence}
    if errors or first is None or last is None:
        return Typed(values, errors)
    return Entered(first, last, deputy)


def day_of(text: str) -> date | None:
    """A day in ISO format; None for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
