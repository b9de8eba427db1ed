"""Pieces that the pages of a case share: buttons in the midst of a card, what is late, and who wrote something."""

from collections.abc import Iterator

from cards import dates, texts, texts_case, verbs
from cards.case_view import CaseView
from cards.elements import Action, ActionSet, Container, Strict, TextBlock
from cards.escape import as_typed
from osara_store.case_file import By
from osara_store.stages import FIELD


def buttons(*row: Action) -> ActionSet:
    return ActionSet(actions=list(row), spacing="Small")


def to_case(view: CaseView, *, main: bool = False) -> Action:
    return view.button(texts_case.BACK_TO_CASE, verbs.CASE_OPEN, name="back", main=main)


def alarm(sentence: str) -> TextBlock:
    """What is late, in words and in a colour that nothing depends on."""
    return TextBlock(text=sentence, wrap=True, color="Attention", weight="Bolder", spacing="Small")


def panel(*items: Strict, style: str = "emphasis") -> Container:
    """A coloured box with more in it than text."""
    return Container(items=list(items), style=style, spacing="Medium")


def block(*items: Strict) -> Container:
    """One thing in a list."""
    return Container(items=list(items), separator=True, spacing="Medium")


def signed(view: CaseView, by: By) -> str:
    """Who wrote it, for which agency and on which day; escaped."""
    return signature(view, by.author_name, by.author_agency_id, dates.day(view.hub.today(by.at)))


def signature(view: CaseView, name: str, agency_id: str, day: str) -> str:
    return texts.BETWEEN.join([as_typed(name), as_typed(view.agency(agency_id)), day])


def choose_between(view: CaseView, field: str) -> Action:
    """To the page of the answer that two people wrote at once."""
    part = str(FIELD[field].part)
    return view.button(
        texts_case.CHOOSE_WHICH, verbs.STAGE_OPEN, name=f"choose-{field}", part=part, field=field
    )


def links(view: CaseView) -> Iterator[tuple[str, str]]:
    """How the case stands to others, escaped, each with the reason that was given.

    Of a restricted case only that there is one: who may open it finds it.
    """
    for link in view.file.links:
        other = texts_case.RESTRICTED_CASE if link.other_restricted else link.other_reference
        reason = "" if link.other_restricted else link.reason
        yield texts_case.LINK[(link.kind, link.forward)].format(as_typed(other)), reason
