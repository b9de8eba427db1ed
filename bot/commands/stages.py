"""The stages of a case: opening a page, saving it, and choosing where two people wrote at once."""

from collections.abc import Collection, Mapping
from typing import Any

from bot.commands.at_hand import AtHand, about_case, about_this_case, number
from bot.services import Ask
from bot.turn import Answer
from cards import (
    case_cards,
    stage_cards,
    stage_forms,
    task_list,
    tasking_cards,
    tasking_forms,
    texts_stages,
    texts_tasking,
)
from cards.stage_forms import Written
from osara_store import answers, completeness, equality
from osara_store.answers import Saved
from osara_store.stages import STAGE_OF, Part


async def open_stage(ask: Ask) -> Answer:
    """One page of a stage as it stands, or one answer of it on its own."""
    field = ask.turn.said("field")
    return await about_case(ask, lambda at_hand: page(at_hand, _part(ask), field=field))


async def save_stage(ask: Ask) -> Answer:
    """Keep what was typed, answer by answer; a fault keeps only its own answer back."""
    part = _part(ask)
    typed = stage_forms.read(part, ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _save(at_hand, part, typed), typed.values)


async def choose(ask: Ask) -> Answer:
    """What the person settled on after two had written at once."""
    part = _part(ask)
    typed = stage_forms.read_choice(part, ask.turn.data)
    return await about_this_case(ask, lambda at_hand: _choose(at_hand, part, typed), typed.values)


def _part(ask: Ask) -> Part:
    said = ask.turn.said("part")
    return Part(said) if said in set(Part) else Part.OBJECTIVE


def page(
    at_hand: AtHand,
    part: Part,
    note: str = "",
    typed: Written | None = None,
    field: str = "",
    carried: Mapping[str, Any] | None = None,
) -> Answer:
    """The page as it stands; `carried` is a task that waits for it, if not the one that came with the press."""
    carried = _carried(at_hand) if carried is None else carried
    view = at_hand.view(f"stage {part}", note)
    progress = completeness.of(view.file, STAGE_OF[part], at_hand.is_enforcement)
    return at_hand.show(stage_cards.stage(view, part, typed, progress, field, carried=carried))


def _carried(at_hand: AtHand) -> Mapping[str, Any]:
    """The task that came with the press and waits for the page, if one does."""
    waiting = tasking_forms.carried_again(at_hand.ask.turn.data)
    return tasking_forms.carried(waiting[0], waiting[1].values) if waiting else {}


def _save(at_hand: AtHand, part: Part, typed: Written) -> Answer:
    saved = answers.save(at_hand.tx, **_what(at_hand, typed), part=part, typed=typed.right)
    note = texts_stages.saved(saved.changed)
    if typed.errors:  # first, because only they would be lost: what clashed waits in the file
        alone = at_hand.ask.turn.said("field")
        return page(at_hand, part, note if saved.changed else "", typed, alone)
    if saved.clashes:
        return _clash(at_hand, part, saved, note)
    return _following(at_hand, part, note)


def _following(at_hand: AtHand, part: Part, note: str) -> Answer:
    """Where "Save and go on" leads: another page, the actions, or the same page."""
    said = at_hand.ask.turn.said("next")
    if said == stage_cards.TASK:
        return _back_to_task(at_hand, part)
    if said == stage_cards.TASKS:
        view = at_hand.view("tasks", note)
        return at_hand.show(task_list.tasks(view))
    return page(at_hand, Part(said) if said in set(Part) else part, note)


def _back_to_task(at_hand: AtHand, part: Part) -> Answer:
    """To the task that waited; but for as long as a question is open, it would only be refused again."""
    view = at_hand.view("task", texts_tasking.EQUALITY_DONE)
    waiting = tasking_forms.carried_again(at_hand.ask.turn.data)
    if waiting is None or equality.unanswered(view.file):
        return page(at_hand, part, texts_tasking.EQUALITY_STILL)
    return at_hand.show(tasking_cards.waited(view, *waiting))


def _choose(at_hand: AtHand, part: Part, typed: Written) -> Answer:
    """What is not chosen yet comes back; where somebody wrote again meanwhile, there is a new choice.

    With the last choice made, a task that waited for the page goes on.
    """
    saved = answers.choose(at_hand.tx, **_what(at_hand, typed), chosen=typed.right)
    note = texts_stages.saved(saved.changed)
    view = at_hand.view(f"stage {part}", note if saved.changed or not saved.clashes else "")
    anew = {each.field: each for each in (*stage_cards.waiting(view, part), *saved.clashes)}
    if settled := _settled_by_others(typed, anew):
        return at_hand.show(case_cards.given_back(view, settled))
    if anew:
        again = typed if typed.errors else None
        clashes = tuple(anew.values())
        return at_hand.show(stage_cards.clash(view, part, clashes, again, carried=_carried(at_hand)))
    return _back_to_task(at_hand, part) if _carried(at_hand) else page(at_hand, part, note)


def _settled_by_others(typed: Written, anew: Collection[str]) -> dict[str, str]:
    """Own words that could not be taken, for fields about which there is nothing to choose any more."""
    return {
        name: typed.values[name] for name in typed.errors if name not in anew and typed.values[name].strip()
    }


def _clash(at_hand: AtHand, part: Part, saved: Saved, note: str) -> Answer:
    view = at_hand.view(f"stage {part}", note if saved.changed else "")
    return at_hand.show(stage_cards.clash(view, part, saved.clashes, carried=_carried(at_hand)))


def _what(at_hand: AtHand, typed: Written) -> dict[str, Any]:
    cycle = number(at_hand.ask.turn.data.get("cycle"))
    return {**at_hand.common, "cycle": cycle, "versions": typed.versions}
