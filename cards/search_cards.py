"""Searching: the words to look for, what was found, and how much is kept from this person."""

from collections.abc import Sequence

from cards import case_fields, parts, texts, texts_search, verbs
from cards.case_view import Typed
from cards.elements import Strict
from cards.escape import as_typed
from cards.information_cards import case_line
from cards.move_forms import MOST_TERM
from cards.parts import CardJson
from cards.verbs import Surface
from cards.views import CaseLine


def search(
    lines: Sequence[CaseLine],
    *,
    term: str,
    restricted: int,
    page: int,
    more: bool,
    surface: Surface,
    marking: str,
) -> CardJson:
    """The field to search in and, once something was searched for, what was found."""
    body: list[Strict] = [
        parts.heading(texts_search.TITLE),
        parts.quiet(as_typed(marking)),
        *case_fields.text(
            Typed({"term": term}, {}),
            "term",
            texts_search.LABEL,
            most=MOST_TERM,
            example=texts_search.EXAMPLE,
        ),
    ]
    if term:
        body += _found(lines, restricted, page, surface)
    actions = [parts.button(surface, texts_search.SEARCH, verbs.SEARCH_DO, main=True)]
    if term and page:
        actions.append(
            parts.button(surface, texts.NEWER, verbs.SEARCH_DO, name="newer", page=page - 1, of=term)
        )
    if term and more:
        actions.append(
            parts.button(surface, texts.OLDER, verbs.SEARCH_DO, name="older", page=page + 1, of=term)
        )
    return parts.card(body, actions)


def _found(lines: Sequence[CaseLine], restricted: int, page: int, surface: Surface) -> list[Strict]:
    found: list[Strict] = [case_line(line, surface) for line in lines]
    if not lines and page:
        found.append(parts.paragraph(texts_search.NO_MORE, "Medium"))
    elif not lines and not restricted:
        found.append(parts.paragraph(texts_search.NOTHING, "Medium"))
    if restricted:
        found.append(parts.notice(parts.paragraph(texts_search.restricted(restricted))))
    return found


def restricted_match(marking: str) -> CardJson:
    """Stands for matches that are kept from whoever searches."""
    return parts.card([parts.paragraph(texts_search.ASK_THE_COORDINATOR), parts.quiet(as_typed(marking))])
