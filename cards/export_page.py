"""A case as one page to read or to print: nothing on it is loaded from elsewhere, and nothing on it runs."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from html import escape
from typing import Final

from cards import case_document, texts_export
from cards.document import Document, Line, Section
from cards.page_style import STYLE
from osara_store.case_file import CaseFile
from osara_store.directory import Directory

# Whatever somebody typed, a browser that knows this runs no script, loads nothing and tells nobody.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(file: CaseFile, directory: Directory, now: datetime) -> str:
    """The whole case as HTML, as of `now` (UTC). The marking stands at the top and bottom of every printed page."""
    document = case_document.of(file, directory, now)
    return "\n".join(_page(document))


def _page(document: Document) -> Iterator[str]:
    title = escape(texts_export.page_title(document.reference, document.marking))
    yield '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">'
    yield f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    yield _marking(document, "top")
    # A table, because its head and foot keep room for the marking on every page that a printer makes of it.
    yield '<table class="sheet" role="presentation"><thead><tr><td class="room"></td></tr></thead>'
    yield '<tfoot><tr><td class="room"></td></tr></tfoot><tbody><tr><td><main>'
    yield from _head(document)
    for n, section in enumerate(document.sections, 1):
        yield from _section(section, n)
    yield "</main></td></tr></tbody></table>"
    yield _marking(document, "bottom")
    yield "</body>\n</html>\n"


def _marking(document: Document, where: str) -> str:
    """On paper the reference stands beside it, because sheets get parted."""
    reference = f"<span>{escape(document.reference)}</span>"
    return f'<p class="marking {where}">{escape(document.marking)}{reference}</p>'


def _head(document: Document) -> Iterator[str]:
    yield f"<header><h1>{escape(document.reference)}</h1>"
    yield f'<p class="title">{escape(document.title)}</p><p class="about">{escape(document.as_of)}</p>'
    for notice in document.notices:
        yield f'<p class="notice">{escape(notice)}</p>'
    yield '<dl class="facts">'
    yield from _lines(document.facts)
    yield "</dl></header>"
    yield f'<nav aria-label="{escape(texts_export.CONTENTS)}"><ul>'
    for n, section in enumerate(document.sections, 1):
        yield f'<li><a href="#part-{n}">{escape(section.title)}</a></li>'
    yield "</ul></nav>"


def _section(section: Section, n: int) -> Iterator[str]:
    yield f'<section aria-labelledby="part-{n}"><h2 id="part-{n}">{escape(section.title)}</h2>'
    if section.by:
        yield f'<p class="about">{escape(texts_export.by_most(section.by))}</p>'
    yield "<dl>"
    yield from _lines(section.lines, section.by)
    yield "</dl></section>"


def _lines(lines: Iterable[Line], by: str = "") -> Iterator[str]:
    for line in lines:
        yield from _line(line.label, line, by)


def _line(label: str, line: Line, by: str) -> Iterator[str]:
    """Line breaks between inline elements show as blanks: what belongs to a line stands beside its label."""
    yield f"<div><dt>{escape(label)}</dt>\n<dd>"
    if line.text:
        yield f'<p class="text">{escape(line.text)}</p>'
    if beside := "; ".join(line.beside(by)):
        yield f'<p class="about">{escape(beside)}</p>'
    if line.under:
        yield "<dl>"
        for each in line.under:
            yield from _line(each.lead, each, "")
        yield "</dl>"
    yield "</dd></div>"
