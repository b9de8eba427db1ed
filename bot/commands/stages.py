"""The stages of a case: opening a page, saving it, and choosing where two people wrote at once."""

from collections.abc import Mapping
from typing import Any

from bot.commands.at_hand import AtHand, about_case
from bot.services import Ask
from bot.turn import Answer, ShowCard
from cards import stage_cards, stage_forms, texts_stages
from cards.case_view import Typed
from osara_store import answers, completeness
from osara_store.answers import Saved
from osara_store.stages import STAGE_OF, Part


async def open_stage(ask: Ask) -> Answer:
    """One page of a stage as it stands, or one field of it on its own."""
    return await about_case(ask, lambda at_hand: _page(at_hand, _part(ask)))


async def save_stage(ask: Ask) -> Answer:
    """Keep what was typed, field by field; a fault keeps only its own field back."""
    part = _part(ask)
    typed = stage_forms.read(part, ask.turn.data)
    return await about_case(ask, lambda at_hand: _save(at_hand, part, typed), typed.values)


async def choose(ask: Ask) -> Answer:
    """What the person settled on after two had written at once."""
    part = _part(ask)
    typed = stage_forms.read_choice(part, ask.turn.data)
    return await about_case(ask, lambda at_hand: _choose(at_hand, part, typed), typed.values)


def _part(ask: Ask) -> Part:
    said = ask.turn.said("part")
    return Part(said) if said in set(Part) else Part.OBJECTIVE


def _page(at_hand: AtHand, part: Part, note: str = "", typed: Typed | None = None) -> Answer:
    view = at_hand.view(f"stage {part}", note)
    progress = completeness.of(view.file, STAGE_OF[part], at_hand.is_enforcement)
    alone = at_hand.ask.turn.said("field") if typed is None else ""
    return ShowCard(stage_cards.stage(view, part, typed, progress, field=alone), view.case.reference)


def _save(at_hand: AtHand, part: Part, typed: Typed) -> Answer:
    data = at_hand.ask.turn.data
    saved = answers.save(
        at_hand.tx,
        actor=at_hand.ask.actor,
        hub=at_hand.hub,
        case_id=at_hand.case.id,
        part=part,
        cycle=_number(data.get("cycle")),
        typed=_right_ones(typed),
        versions=_versions(data),
        now=at_hand.ask.now,
    )
    return _after(at_hand, part, saved, typed)


def _choose(at_hand: AtHand, part: Part, typed: Typed) -> Answer:
    data = at_hand.ask.turn.data
    saved = answers.choose(
        at_hand.tx,
        actor=at_hand.ask.actor,
        hub=at_hand.hub,
        case_id=at_hand.case.id,
        cycle=_number(data.get("cycle")),
        chosen=_right_ones(typed),
        versions=_versions(data),
        now=at_hand.ask.now,
    )
    return _after(at_hand, part, saved, typed)


def _after(at_hand: AtHand, part: Part, saved: Saved, typed: Typed) -> Answer:
    if saved.clashes:
        view = at_hand.view(f"stage {part}")
        return ShowCard(stage_cards.clash(view, part, saved.clashes), view.case.reference)
    if typed.errors:
        return _page(at_hand, part, texts_stages.SAVED_BUT, typed)
    return _page(at_hand, part, texts_stages.SAVED)


def _right_ones(typed: Typed) -> Mapping[str, str]:
    return {name: text for name, text in typed.values.items() if name not in typed.errors}


def _versions(data: Mapping[str, Any]) -> Mapping[str, int]:
    given = data.get("versions")
    return {name: _number(n) for name, n in given.items()} if isinstance(given, dict) else {}


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
