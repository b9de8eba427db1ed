"""Reading cards, whatever they hold."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from sandbox.teams import cards
from sandbox.teams.cards import ACTIONS, CHILDREN, ELEMENTS

KEYS = some.sampled_from(
    [*CHILDREN, "type", "id", "actions", "card", "fallback", "selectAction", "isVisible"]
)
TYPES = some.sampled_from(sorted(ELEMENTS | ACTIONS))
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5) | TYPES,
    lambda parts: some.lists(parts, max_size=4) | some.dictionaries(KEYS, parts, max_size=5),
    max_leaves=40,
)


@given(some.dictionaries(KEYS | some.just("targetElements"), JSON, max_size=8))
def test_no_card_is_too_odd_to_be_read(content: dict[str, Any]) -> None:
    face = cards.read(content | {"type": "AdaptiveCard", "version": "1.5"})

    assert all(button.type in ACTIONS for button in face.buttons)
    assert all(input_.id for input_ in face.inputs.values())


def test_buttons_stand_in_reading_order() -> None:
    content = {
        "type": "AdaptiveCard",
        "body": [
            {"type": "ActionSet", "actions": [{"type": "Action.Submit", "title": "First"}]},
            {"type": "Container", "selectAction": {"type": "Action.Submit", "title": "Second"}},
        ],
        "actions": [{"type": "Action.Submit", "title": "Third"}],
    }

    assert [button.title for button in cards.read(content).buttons] == ["First", "Second", "Third"]
