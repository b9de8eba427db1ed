"""The strict elements: what they refuse, and what they become."""

import inspect
from typing import Any

import pytest

from cards import elements
from cards.elements import (
    Card,
    ChoiceInput,
    Container,
    Strict,
    SubmitAction,
    TextBlock,
    TextInput,
    UnknownProperty,
)

ELEMENTS = [
    element
    for element in vars(elements).values()
    if inspect.isclass(element) and issubclass(element, Strict) and element is not Strict
]


@pytest.mark.parametrize("element", ELEMENTS, ids=[element.__name__ for element in ELEMENTS])
def test_an_unknown_property_is_refused_when_an_element_is_made(element: type[Strict]) -> None:
    with pytest.raises(UnknownProperty, match="has no property 'colour'"):
        element(colour="red")


@pytest.mark.parametrize("element", ELEMENTS, ids=[element.__name__ for element in ELEMENTS])
def test_an_unknown_property_is_refused_when_it_is_set_later(element: type[Strict]) -> None:
    made = element()
    with pytest.raises(UnknownProperty, match=element.__name__):
        made.colour = "red"


def test_the_refusal_lists_what_there_is() -> None:
    with pytest.raises(UnknownProperty, match=r"TextInput has no property 'maxLenght'; it has .*max_length"):
        TextInput(maxLenght=3)


def test_a_property_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(TypeError, match="maxLength"):
        TextInput(max_length="many")


def test_a_property_that_is_none_is_left_out() -> None:
    assert TextBlock(text="Hello", color=None).render() == {"type": "TextBlock", "text": "Hello"}


def test_an_input_carries_the_names_of_the_schema() -> None:
    rendered = TextInput(
        id="where", label="Where?", max_length=300, is_multiline=True, is_required=True
    ).render()
    assert rendered == {
        "type": "Input.Text",
        "id": "where",
        "label": "Where?",
        "maxLength": 300,
        "isMultiline": True,
        "isRequired": True,
    }


def test_a_card_renders_everything_in_it_as_plain_json() -> None:
    card = Card(
        body=[Container(items=[ChoiceInput(id="hub", choices=[elements.Choice(title="Eden", value="EDE")])])],
        actions=[SubmitAction(title="Next", data={"verb": "refer.hub"})],
    ).render()
    choice: dict[str, Any] = card["body"][0]["items"][0]
    assert choice["choices"] == [{"title": "Eden", "value": "EDE"}]
    assert card["actions"] == [{"type": "Action.Submit", "title": "Next", "data": {"verb": "refer.hub"}}]
    assert card["version"] == "1.5"
