"""Text of users is read as it was typed, in Microsoft's renderer with Markdown on."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cards.elements import Card, Fact, FactSet, TextBlock
from cards.escape import as_typed, link
from tests.unit.cards.rig import Renderer

# Much of what Markdown, mentions and card functions are made of, between ordinary letters of several scripts.
SPECIAL = st.sampled_from(
    [*list("*_~`[]()<>#+-=.!|\\&;{}:/\"'@1 9\n"), "**", "<at>", "</at>", "](", "{{DATE(", "&lt;", "1. "]
)
TYPED = (
    st.lists(SPECIAL | st.characters(exclude_categories=["C", "Z"]), max_size=40)
    .map("".join)
    .filter(str.strip)
)


def drawn_with(renderer: Renderer, typed: str) -> dict[str, Any]:
    shown = as_typed(typed)
    return renderer.draw(
        Card(
            body=[TextBlock(text=shown, wrap=True), FactSet(facts=[Fact(title="Name", value=shown)])]
        ).render()
    )


def as_read(text: str) -> list[str]:
    """Words are what counts: blanks at the edges of lines and empty lines are no text."""
    return text.split()


@given(typed=TYPED)
@example(typed="<at>Everyone</at> and <b>bold</b>")
@example(typed="[click me](https://example.org) ![x](y)")
@example(typed="**loud** _soft_ ~~gone~~ `code` ***")
@example(typed="1. first\n2) second\n- third\n+ fourth\n# fifth\n> sixth\n---\n===")
@example(typed="{{DATE(2026-02-14T06:08:39Z,LONG)}} &lt; &#42; \\* a\\")
@example(typed="[a]: https://example.org\n[a]")
@example(typed="    four blanks")
@settings(deadline=None, max_examples=250)
def test_a_text_is_read_as_it_was_typed(renderer: Renderer, typed: str) -> None:
    drawn = drawn_with(renderer, typed)
    in_a_block, _, in_a_fact = drawn["texts"]
    assert as_read(typed) == as_read(in_a_block) == as_read(in_a_fact)
    assert (drawn["formatted"], drawn["links"], drawn["lists"]) == ([], [], 0)


@given(typed=TYPED)
def test_no_mention_survives(typed: str) -> None:
    assert "<at>" not in as_typed(f"<at>{typed}</at>")


@pytest.mark.parametrize(
    "typed", ["Ann O'Neil-Smith", "12 High Street, flat 3.", "NH-4471", "a/b: 10.5 + 3 = 13.5 #1"]
)
def test_ordinary_text_is_left_alone(typed: str) -> None:
    assert as_typed(typed) == typed


def test_a_link_keeps_its_address_whatever_is_in_it(renderer: Renderer) -> None:
    address = "https://hubs.example/Lists/Cases (2)/DispForm.aspx?ID=1&x=[y]"
    drawn = renderer.draw(Card(body=[TextBlock(text=link("Open [it]", address))]).render())
    assert drawn["texts"] == ["Open [it]"]
    assert drawn["links"] == ["https://hubs.example/Lists/Cases%20%282%29/DispForm.aspx?ID=1&x=%5By%5D"]
