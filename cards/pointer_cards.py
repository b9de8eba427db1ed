"""Help from outside the hub: whom somebody was pointed to, who asks how it went, and what came of it."""

from collections.abc import Mapping
from datetime import date

from cards import case_fields, case_pieces, dates, inputs, parts, task_cards, texts_case, texts_tasking, verbs
from cards.case_forms import MOST_LINE, MOST_NAME, MOST_WHY, Given, what_is_wrong
from cards.case_view import CaseView, Typed, top
from cards.elements import Action as Button
from cards.elements import Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store import pointers
from osara_store.case_file import Signpost
from osara_store.pointers import NewSignpost
from osara_store.policy import Action


def may_chase(view: CaseView, signpost: Signpost) -> bool:
    if signpost.chased_at is not None:
        return False
    is_own = signpost.chaser_agency_id == view.actor.agency.id
    return Action.CHASE in view.can or (is_own and Action.CHASE_OWN in view.can)


def panel(view: CaseView) -> list[Strict]:
    """The signposts of a case, as they stand below its tasks."""
    found = view.file.signposts
    if not found:
        return []
    return [parts.small_heading(texts_tasking.POINTERS_TITLE), *(_line(view, each) for each in found)]


def _line(view: CaseView, signpost: Signpost) -> Strict:
    title = f"**{signpost.n}. {as_typed(view.agency(signpost.agency_id))}:** {as_typed(signpost.reason)}"
    items: list[Strict] = [parts.paragraph(title), _who_asks(view, signpost)]
    if signpost.outcome:
        said = texts_case.labelled(texts_case.OUTCOME, as_typed(signpost.outcome))
        items.append(parts.paragraph(said, "Small"))
    if may_chase(view, signpost):
        items.append(case_pieces.buttons(_to_chase(view, signpost)))
    return case_pieces.block(*items)


def _who_asks(view: CaseView, signpost: Signpost) -> Strict:
    if signpost.chased_at is not None:
        day = dates.day(view.hub.today(signpost.chased_at))
        return parts.quiet(texts_tasking.pointer_asked(as_typed(view.agency(signpost.chaser_agency_id)), day))
    waits = texts_tasking.pointer_waits(
        as_typed(view.agency(signpost.chaser_agency_id)),
        as_typed(signpost.chaser),
        dates.day(signpost.chase_on),
    )
    return case_pieces.alarm(waits) if signpost.chase_on < view.today else parts.quiet(waits)


def _to_chase(view: CaseView, signpost: Signpost) -> Button:
    n = signpost.n
    return view.button(texts_tasking.chased(n), verbs.POINTER_OPEN, name=f"chase-{n}", n=n)


# --- the forms -------------------------------------------------------------------------------------------------------


def point(view: CaseView, typed: Typed | None = None) -> CardJson:
    """Somebody is pointed to an organisation outside. It begins with one's own agency asking how it went."""
    own = Typed({"chaser_agency_id": view.actor.agency.id, "chaser": view.actor.name}, {})
    return case_fields.form(typed or own, lambda form: _point(view, form))


def _point(view: CaseView, typed: Typed) -> CardJson:
    t = texts_tasking
    outside = organisations(view)
    why = parts.paragraph(t.POINTERS_WHY if outside else t.NO_OUTSIDE, "Medium")
    body: list[Strict] = [*top(view, t.POINTERS_TITLE), why, *case_fields.check_these(typed)]
    back = case_fields.back_without_saving(view, verbs.TASKS_OPEN)
    if not outside:
        return parts.card(body, [back])
    body += [
        *case_fields.choice(typed, "agency_id", t.POINTER_AGENCY, outside),
        *case_fields.text(
            typed, "reason", t.POINTER_REASON, most=MOST_WHY, lines=True, example=t.POINTER_EXAMPLE
        ),
        *case_fields.choice(typed, "chaser_agency_id", t.POINTER_CHASER_AGENCY, task_cards.agencies(view)),
        *case_fields.text(typed, "chaser", t.POINTER_CHASER, most=MOST_NAME),
        *case_fields.day(typed, "chase_on", t.POINTER_DAY),
    ]
    return parts.card(body, [view.button(texts_case.SAVE, verbs.POINTER_SAVE, main=True), back])


def organisations(view: CaseView) -> Mapping[str, str]:
    found = pointers.organisations(view.directory)
    return {agency_id: view.agency(agency_id) for agency_id in sorted(found, key=view.agency)}


def chase(view: CaseView, signpost: Signpost, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or Typed.nothing(), lambda form: _chase(view, signpost, form))


def _chase(view: CaseView, signpost: Signpost, typed: Typed) -> CardJson:
    t = texts_tasking
    body = [
        *top(view, t.chased(signpost.n)),
        parts.paragraph(
            f"**{as_typed(view.agency(signpost.agency_id))}:** {as_typed(signpost.reason)}", "Medium"
        ),
        _who_asks(view, signpost),
        *case_fields.check_these(typed),
        *case_fields.text(
            typed, "outcome", t.POINTER_OUTCOME, most=MOST_LINE, example=t.POINTER_OUTCOME_EXAMPLE
        ),
    ]
    save = view.button(texts_case.SAVE, verbs.POINTER_CHASED, main=True, n=signpost.n)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.TASKS_OPEN)])


# --- what came back --------------------------------------------------------------------------------------------------


def read_point(given: Given, view: CaseView) -> NewSignpost | Typed:
    read = {
        "agency_id": inputs.choice(given.get("agency_id"), list(organisations(view)) or [""]),
        "reason": inputs.text(given.get("reason"), MOST_WHY),
        "chaser_agency_id": inputs.choice(given.get("chaser_agency_id"), list(task_cards.agencies(view))),
        "chaser": inputs.line(given.get("chaser"), MOST_NAME),
        "chase_on": inputs.day(given.get("chase_on")),
    }
    t = texts_tasking.POINTER_MISSING
    needed = {name: t[name] for name in ("agency_id", "reason", "chaser_agency_id", "chase_on")}
    day = read["chase_on"]
    has_gone = bool(day.value) and not day.fault and date.fromisoformat(day.value) < view.today
    gone = {"chase_on": texts_case.NOT_A_DAY_FOR_A_TASK} if has_gone else {}
    if wrong := what_is_wrong(read, needed, gone):
        return wrong
    said = {name: each.value for name, each in read.items()}
    return NewSignpost(chase_on=date.fromisoformat(said.pop("chase_on")), **said)


def read_outcome(given: Given) -> str | Typed:
    read = {"outcome": inputs.line(given.get("outcome"), MOST_LINE)}
    return what_is_wrong(read, {"outcome": texts_tasking.POINTER_MISSING["outcome"]}) or read["outcome"].value
