"""User text in a card: it must be read as it was typed, whatever it holds.

Text blocks and facts are Markdown, `<at>..</at>` in them is a mention, and `{{DATE(..)}}` a date function. A backslash
takes the meaning from the one character that gives each of them theirs. Inputs show plain text and need none of this.
"""

import re
from typing import Final
from urllib.parse import quote

_ANYWHERE: Final = re.compile(r"[\\`*_\[\]<>{&~]")
_LIST_OR_HEADING: Final = re.compile(r"^(?:-(?=[-\s]|$)|\+(?=\s|$)|#(?=[#\s]|$)|\d{1,9}(?=[.)](?:\s|$)))")
# What may stand in an address as it is; brackets and blanks would end a Markdown link early.
_ADDRESS: Final = "/:?#@!$&'*+,;=%-._~"


def as_typed(text: str) -> str:
    """The text for a text block or fact; each line is a paragraph, because Teams joins lines otherwise."""
    return "\n\n".join(_line(line) for line in text.splitlines() if line.strip())


def _line(line: str) -> str:
    safe = _ANYWHERE.sub(r"\\\g<0>", " ".join(line.split()))
    return _LIST_OR_HEADING.sub(_at_start, safe)


def _at_start(start: re.Match[str]) -> str:
    """A number keeps its digits: the dot after it is what makes a list."""
    found = start.group()
    return f"{found}\\" if found.isdigit() else f"\\{found}"


def link(title: str, address: str) -> str:
    """A Markdown link, for places where a button would be too much."""
    return f"[{as_typed(title)}]({quote(address, safe=_ADDRESS)})"


def without_marks(text: str) -> str:
    """The text without the characters that mean something: for what must stand unescaped, such as a name in a mention."""
    return " ".join(_ANYWHERE.sub(" ", text).split())
