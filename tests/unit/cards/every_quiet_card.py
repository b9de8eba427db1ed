"""The daily digest and the cards that set when it comes, each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any, Final

from cards import digest_cards, settings_cards, texts_settings
from cards.case_view import Typed
from cards.digest_cards import DigestLine
from cards.verbs import Surface
from osara_store.hub_preferences import HubPreferences
from osara_store.nudges import Nudge, Step
from osara_store.preferences import PersonPreferences
from tests.unit.cards.every_card import HUB

TODAY: Final = date(2026, 6, 10)
MARKING: Final = "OFFICIAL-SENSITIVE"
WIDE: Final = "愛" * 200
STARS: Final = "*" * 200


def line(kind: str, case: int, n: int = 1, days: int | None = 3, **changes: Any) -> DigestLine:
    """Something that is due in so many days, about the case of this number; 0 is no case."""
    about: dict[str, Any] = {
        "reference": f"ALL-2026-{case:04d}" if case else "",
        "category": "noise" if case else "",
        "band": "medium" if case else "",
        "due_on": None if days is None else TODAY + timedelta(days=days),
        "step": Step.SOON,
        "what": "Lock the yard gate at night",
        "urgent": False,
    }
    about |= changes
    nudge = Nudge(f"{kind}:{about['reference']}:{n}", kind=kind, hub_id="ALL", n=n, moves=4, **about)
    return DigestLine(nudge, "Allerdale", "Noise" if case else "", about["what"], TODAY)


LINES: Final = (
    line("task", 1, 2, -3, step=Step.OVERDUE, urgent=True),
    line("clock", 2, 1, -1, step=Step.OVERDUE, what="Initial action", band="high"),
    line("request", 2, 3, 0, step=Step.REMINDER, what="", on_behalf_of="Priya Example"),
    line("declined", 1, 4, 1, step=Step.NEW),
    line("signpost", 3, 1, 2, what="The Warm Kitchen"),
    line("task", 3, 5, 9, step=Step.NEW),
)
FOR_A_MANAGER: Final = (
    line("request", 1, 3, -9, step=Step.ESCALATED, what="Fell Police"),
    line("task", 1, 2, -8, step=Step.ESCALATED),
    line("missed_review", 2, 1, -30, step="missed", what="Northshore Homes"),
    line("review", 4, 2, -8, step=Step.AGAIN, what=""),
    line("agreement", 0, 0, -1, step="ended", what="Lakes College"),
    line("agreement", 0, 0, 30, step="in_30_days", what="Fell Police"),
    line("lost", 0, 3, None, step=Step.NEW, what="Sam Lee"),
    line("uncovered", 0, 2, None, step=Step.NEW, what="Jo Lowe"),
    line("retention", 0, 5, None, step=Step.SOON, what=""),
)
LONGEST: Final = tuple(
    replace(
        line("task", n, n, -n, what=text, step=Step.ESCALATED, on_behalf_of=text),
        hub_name=text,
        category=text,
    )
    for n, text in ((n, (WIDE, STARS)[n % 2]) for n in range(1, 61))
)


def digest(lines: tuple[DigestLine, ...]) -> dict[str, Any]:
    return digest_cards.digest(lines, MARKING)


def mine(own: PersonPreferences, managed: int = 0, surface: Surface = Surface.DIALOG, **more: Any) -> Any:
    return settings_cards.mine(own, time(8, 30), [HUB] * managed, surface=surface, **more)


def hub(now: HubPreferences, **more: Any) -> dict[str, Any]:
    return settings_cards.hub(HUB, now, surface=Surface.DIALOG, **more)


CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "digest": lambda: digest(LINES),
    "digest, for a manager": lambda: digest(FOR_A_MANAGER),
    "digest, one thing": lambda: digest(LINES[-1:]),
    "digest, much more than fits": lambda: digest(LONGEST),
    "digest, of many cases": lambda: digest(tuple(line("task", n, 1, n) for n in range(1, 25))),
    "my settings": lambda: mine(PersonPreferences()),
    "my settings, saved": lambda: mine(
        PersonPreferences(digest_at=time(16, 45), digest="urgent"), 1, note=texts_settings.SAVED
    ),
    "my settings, in a chat": lambda: mine(PersonPreferences(), 1, Surface.CHAT),
    "my settings, come back": lambda: mine(
        PersonPreferences(),
        typed=Typed({"digest_at": "25:00", "digest": "all"}, {"digest_at": "Choose another."}),
    ),
    "hub settings": lambda: hub(HubPreferences()),
    "hub settings, saved": lambda: hub(HubPreferences(quiet_from=time(20, 17)), note=texts_settings.SAVED),
    "hub settings, come back": lambda: hub(
        HubPreferences(), typed=Typed({"soon_days": "99"}, {"soon_days": "Choose another."})
    ),
}
