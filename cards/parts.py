"""The pieces that cards share: headings, notices and buttons, so that all cards look and behave alike."""

from collections.abc import Mapping
from typing import Any

from cards import texts, texts_search, texts_settings, texts_tasking
from cards.elements import (
    Action,
    Card,
    Container,
    ExecuteAction,
    Fact,
    FactSet,
    OpenUrlAction,
    Refresh,
    Strict,
    SubmitAction,
    TextBlock,
)
from cards.escape import as_typed
from cards.verbs import CASES_MINE, HELP_OPEN, MINE_OPEN, REFER_OPEN, SEARCH_OPEN, WORK_MINE, Surface

CardJson = dict[str, Any]


def card(body: list[Strict], actions: list[Action] | None = None, refresh: Refresh | None = None) -> CardJson:
    return Card(body=body, actions=actions or None, refresh=refresh).render()


# --- text ------------------------------------------------------------------------------------------------------------


def heading(text: str) -> TextBlock:
    return TextBlock(text=as_typed(text), style="heading", size="Large", weight="Bolder", wrap=True)


def small_heading(text: str) -> TextBlock:
    return TextBlock(text=as_typed(text), weight="Bolder", wrap=True, spacing="Medium")


def paragraph(text: str, spacing: str | None = None) -> TextBlock:
    """A text of ours, which may use Markdown; a name in it is escaped by whoever puts it in."""
    return TextBlock(text=text, wrap=True, spacing=spacing)


def quiet(text: str, spacing: str = "None") -> TextBlock:
    return TextBlock(text=text, isSubtle=True, size="Small", wrap=True, spacing=spacing)


def reference(text: str) -> TextBlock:
    return TextBlock(text=as_typed(text), size="ExtraLarge", weight="Bolder", wrap=True, spacing="Small")


def fault(sentence: str) -> TextBlock:
    """What is wrong with the input above."""
    return TextBlock(
        text=sentence, wrap=True, spacing="Small", weight="Bolder", color="Attention", size="Small"
    )


def notice(*lines: TextBlock, style: str = "emphasis") -> Container:
    return Container(items=list(lines), style=style, spacing="Medium")


def emergency() -> Container:
    """The 999 line: plain words, and a colour that nothing depends on."""
    return Container(items=[paragraph(texts.EMERGENCY)], style="attention", bleed=True)


def facts(rows: Mapping[str, str]) -> FactSet:
    """A row for each text that is not empty, in the order given."""
    return FactSet(
        facts=[Fact(title=title, value=as_typed(value)) for title, value in rows.items() if value],
        spacing="Medium",
    )


# --- buttons ---------------------------------------------------------------------------------------------------------


def button(
    surface: Surface, title: str, verb: str, *, name: str = "", main: bool = False, **data: object
) -> Action:
    """A button that tells the bot its verb: a dialog sends it on by Submit, a chat message by Execute."""
    properties: dict[str, Any] = {
        "id": name or verb,  # verbs may repeat on a card, ids may not
        "title": title,
        "style": "positive" if main else None,
        "data": {"verb": verb, **data},
    }
    if surface is Surface.CHAT:
        return ExecuteAction(verb=verb, **properties)
    return SubmitAction(**properties)


def opener(title: str, verb: str, hub: str, *, main: bool = False) -> Action:
    """A button that opens a dialog; pressed in a dialog, it turns to the next page."""
    about = {"hub": hub} if hub else {}
    return SubmitAction(
        id=verb,
        title=title,
        style="positive" if main else None,
        data={"msteams": {"type": "task/fetch"}, "verb": verb, **about},
    )


def case_opener(title: str, verb: str, *, name: str = "", main: bool = False, **data: object) -> Action:
    """A button about a case that opens a dialog, wherever it stands."""
    return SubmitAction(
        id=name or verb,
        title=title,
        style="positive" if main else None,
        data={"msteams": {"type": "task/fetch"}, "verb": verb, **data},
    )


def refer_opener(hub: str = "") -> Action:
    return opener(texts.REFER, REFER_OPEN, hub, main=True)


def my_cases_opener(hub: str = "") -> Action:
    return opener(texts.MY_CASES, CASES_MINE, hub)


def my_work_opener(hub: str = "") -> Action:
    return opener(texts_tasking.WORK_TITLE, WORK_MINE, hub)


def search_opener(hub: str = "") -> Action:
    return opener(texts_search.TITLE, SEARCH_OPEN, hub)


def settings_opener(hub: str = "") -> Action:
    return opener(texts_settings.OPEN, MINE_OPEN, hub)


def help_opener(hub: str = "") -> Action:
    return opener(texts.HELP, HELP_OPEN, hub)


def open_case_file(address: str) -> Action:
    return OpenUrlAction(id="open", title=texts.OPEN_CASE_FILE, url=address)
