"""A case as plain text, to be pasted into a partner's own system, and the card that it is copied from.

Such systems are old: lines are short, and the marks that word processors like become those of a keyboard. Whatever people
wrote is indented, so that it cannot pass for a heading.
"""

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cards import case_document, case_fields, checks, parts, texts_case, texts_export, verbs
from cards.case_view import CaseView, top
from cards.document import Document, Line, Section
from cards.elements import Action, Strict, TextInput
from cards.parts import CardJson

WIDTH: Final = 96  # characters in a line, at most
_INDENT: Final = "  "
_BETWEEN_BLOCKS: Final = "\n\n"
_TYPOGRAPHY: Final = str.maketrans(
    {
        "\N{LEFT SINGLE QUOTATION MARK}": "'",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{LEFT DOUBLE QUOTATION MARK}": '"',
        "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
        "\N{EN DASH}": "-",
        "\N{EM DASH}": "-",
        "\N{NON-BREAKING HYPHEN}": "-",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{BULLET}": "-",
        "\N{RIGHTWARDS ARROW}": "->",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
        "\N{SOFT HYPHEN}": "",
    }
)


def of(view: CaseView) -> str:
    """Everything of the case, in the order in which it is read."""
    return _text(_document(view))


def card(view: CaseView, page: int = 0) -> CardJson:
    """The text, ready to be selected and copied: one part of it where a card cannot hold all. Past the end is the last."""
    document = _document(view)
    found = _parts(document, _room(view, document))
    number = max(0, min(page, len(found) - 1))
    return _card(view, found[number], number, len(found))


def _document(view: CaseView) -> Document:
    return case_document.of(view.file, view.directory, view.now)


# --- the text --------------------------------------------------------------------------------------------------------


def _text(document: Document) -> str:
    return _BETWEEN_BLOCKS.join(_blocks(document))


def _blocks(document: Document) -> Iterator[str]:
    yield "\n".join(_head(document))
    for section in document.sections:
        yield "\n".join(_section(section))


def _head(document: Document) -> Iterator[str]:
    for text in (document.marking, document.reference, document.title, document.as_of, *document.notices):
        yield from _wrapped(text, "", "")
    yield from _lines(document.facts)


def _section(section: Section) -> Iterator[str]:
    title = _plain(section.title).upper()
    yield title
    yield "-" * len(title)
    if section.by:
        yield from _wrapped(texts_export.by_most(section.by), "", "")
    yield from _lines(section.lines, section.by)


def _lines(lines: Iterable[Line], by: str = "", indent: str = "") -> Iterator[str]:
    """The lines, and indented below each what belongs to it. Every line that a person wrote after the first is indented."""
    inner = indent + _INDENT
    for line in lines:
        said = line.text.splitlines()
        beside = "; ".join(line.beside(by))
        if len(said) > 1:
            said.insert(0, "")
        yield from _wrapped(f"{line.lead} {said[0] if said else ''}", indent, inner)
        for each in (*said[1:], f"[{beside}]" if beside else ""):
            yield from _wrapped(each, inner, inner)
        yield from _lines(line.under, indent=inner)


def _wrapped(text: str, first: str, then: str) -> list[str]:
    return textwrap.wrap(
        _plain(text), WIDTH, initial_indent=first, subsequent_indent=then, break_on_hyphens=False
    )


def _plain(text: str) -> str:
    return text.translate(_TYPOGRAPHY)


# --- as much of it as a card can hold --------------------------------------------------------------------------------


def _parts(document: Document, room: int) -> list[str]:
    """The text in parts of at most so many bytes each, cut between lines."""
    found = list(_filled(_text(document).split("\n"), room))
    heads = ("", *(_part_line(document, n, len(found)) for n in range(2, len(found) + 1)))
    return [f"{head}{part}" for head, part in zip(heads, found, strict=True)]


def _part_line(document: Document, part: int, of_parts: int) -> str:
    line = texts_export.part_line(document.reference, document.marking, part, of_parts)
    return _plain(line) + _BETWEEN_BLOCKS


def _filled(lines: Iterable[str], room: int) -> Iterator[str]:
    """The lines in their order, gathered for as long as there is room."""
    gathered: list[str] = []
    left = room
    for line in lines:
        size = _bytes_of(line)
        if gathered and size > left:
            yield "\n".join(gathered)
            gathered, left = [], room
        gathered.append(line)
        left -= size
    yield "\n".join(gathered)


def _bytes_of(line: str) -> int:
    """As JSON has it: the quotes around it are as long as the line break that takes their place."""
    return len(json.dumps(line, ensure_ascii=False).encode(errors="replace"))


def _room(view: CaseView, document: Document) -> int:
    """Bytes of text for which a card has room, beside the frame of one that stands in the midst of very many."""
    midst, many = 9_998, 9_999
    frame = _card(view, _part_line(document, midst, many), midst, many + 1)
    return checks.MOST_BYTES - checks.size_of(frame)


def _card(view: CaseView, text: str, number: int, of_parts: int) -> CardJson:
    body: list[Strict] = [*top(view, texts_case.COPY)]
    if of_parts > 1:
        body.append(parts.paragraph(texts_export.copy_part(number + 1, of_parts), "Medium"))
    body += [
        parts.paragraph(texts_export.COPY_HOW, "Medium"),
        TextInput(id="copy", label=texts_export.COPY_TEXT, value=text, is_multiline=True, spacing="Medium"),
        parts.quiet(texts_export.COPY_CARE, "Small"),
    ]
    return parts.card(body, [case_fields.without_inputs(each) for each in _buttons(view, number, of_parts)])


def _buttons(view: CaseView, number: int, of_parts: int) -> Sequence[Action]:
    found = [view.button(texts_case.BACK_TO_CASE, verbs.CASE_OPEN, name="back")]
    if number:
        found.append(
            view.button(texts_export.PREVIOUS_PART, verbs.CASE_COPY, name="previous", page=number - 1)
        )
    if number + 1 < of_parts:
        found.append(
            view.button(texts_export.NEXT_PART, verbs.CASE_COPY, name="next", main=True, page=number + 1)
        )
    return found
