"""The elements our cards are made of: the adaptivecards library, completed and made strict.

Library version 0.4.1 knows no inputs and no actions, and drops a misspelt property without a word. Here every element
refuses what it does not have. A property set to None is left out, so that a card reads top to bottom without ifs.
"""
# mypy: disallow-subclassing-any=False
# (the library ships no types; which property an element has is checked when it is made)

import inspect
from typing import Any, ClassVar

import adaptivecards.containers
import adaptivecards.elements
from adaptivecards.adaptivecard import AdaptiveCard
from adaptivecards.baseobject import BareObject, Element, PropertyType

VERSION = "1.5"


class UnknownProperty(TypeError):
    """A card element was given a property that it does not have."""


class Strict(BareObject):
    """An element that takes its own properties and nothing else."""

    known: ClassVar[frozenset[str]] = frozenset()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.known = frozenset(
            name for name in dir(cls) if isinstance(inspect.getattr_static(cls, name), PropertyType)
        )

    def __init__(self, **properties: Any) -> None:
        for name in properties:
            self._must_know(name)
        super().__init__(**{name: value for name, value in properties.items() if value is not None})

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "_data":
            self._must_know(name)
        super().__setattr__(name, value)

    def _must_know(self, name: str) -> None:
        if name not in self.known:
            known = ", ".join(sorted(self.known))
            raise UnknownProperty(f"{type(self).__name__} has no property {name!r}; it has {known}")

    def render(self) -> dict[str, Any]:
        """The element and all that it holds as plain JSON, its type first."""
        data = {name: _plain(value) for name, value in self._data.items() if name != "type"}
        return {"type": self._data["type"], **data} if "type" in self._data else data


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.render() if isinstance(value, BareObject) else value


class Card(Strict, AdaptiveCard):
    version = PropertyType(type=str)
    refresh = PropertyType(type=BareObject)

    def __init__(self, **properties: Any) -> None:
        super().__init__()
        self.version = VERSION
        for name, value in properties.items():
            if value is not None:
                setattr(self, name, value)


# --- what is shown ---------------------------------------------------------------------------------------------------


class TextBlock(Strict, adaptivecards.elements.TextBlock):
    style = PropertyType(type=str)  # "heading" is read out as one


class Container(Strict, adaptivecards.containers.Container):
    pass


class ColumnSet(Strict, adaptivecards.containers.ColumnSet):
    pass


class Column(Strict, adaptivecards.containers.Column):
    pass


class ActionSet(Strict, adaptivecards.containers.ActionSet):
    """Buttons in the midst of a card."""


class FactSet(Strict, adaptivecards.containers.FactSet):
    pass


class Fact(Strict, adaptivecards.containers.Fact):
    pass


# --- what is filled in -----------------------------------------------------------------------------------------------


class Input(Strict, Element):
    """What every input has. Screen readers announce the label."""

    label = PropertyType(type=str)
    is_required = PropertyType(type=bool, key_name="isRequired")
    error_message = PropertyType(type=str, key_name="errorMessage")
    value = PropertyType(type=str)


class TextInput(Input):
    element_type = "Input.Text"
    placeholder = PropertyType(type=str)
    max_length = PropertyType(type=int, key_name="maxLength")
    is_multiline = PropertyType(type=bool, key_name="isMultiline")


class ChoiceInput(Input):
    element_type = "Input.ChoiceSet"
    placeholder = PropertyType(type=str)
    choices = PropertyType(type=list)
    style = PropertyType(type=str)
    wrap = PropertyType(type=bool)
    is_multi_select = PropertyType(type=bool, key_name="isMultiSelect")  # then `value` is a list with commas


class DateInput(Input):
    """A day from a calendar; its value is YYYY-MM-DD, and a client shows nothing of any other text."""

    element_type = "Input.Date"


class TimeInput(Input):
    """A time of day; its value is HH:MM."""

    element_type = "Input.Time"


class Choice(Strict):
    title = PropertyType(type=str)
    value = PropertyType(type=str)


# --- what is pressed -------------------------------------------------------------------------------------------------


class Action(Strict):
    action_type = "None"
    id = PropertyType(type=str)
    title = PropertyType(type=str)
    style = PropertyType(type=str)
    tooltip = PropertyType(type=str)

    def __init__(self, **properties: Any) -> None:
        super().__init__(**properties)
        self.set_data("type", self.action_type)


class SubmitAction(Action):
    action_type = "Action.Submit"
    data = PropertyType(type=dict)
    associated_inputs = PropertyType(type=str, key_name="associatedInputs")


class ExecuteAction(SubmitAction):
    action_type = "Action.Execute"
    verb = PropertyType(type=str)


class OpenUrlAction(Action):
    action_type = "Action.OpenUrl"
    url = PropertyType(type=str)


class ShowCardAction(Action):
    """Opens what it holds right below, and closes it again; the bot is not asked."""

    action_type = "Action.ShowCard"
    card = PropertyType(type=Card)


class Refresh(Strict):
    """How a card is drawn anew for each of these people, by their Teams user ids, at most sixty."""

    action = PropertyType(type=ExecuteAction)
    user_ids = PropertyType(type=list, key_name="userIds")
