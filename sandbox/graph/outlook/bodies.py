"""The text of events: HTML, whatever was sent, with the invitation to join below it where a meeting is online."""

from __future__ import annotations

import html
import re
from typing import Any

TAG = re.compile(r"<[^>]+>")
LONGEST_PREVIEW = 255


def as_html(body: dict[str, Any], join_url: str | None = None) -> dict[str, str]:
    """Return a body as Exchange keeps it."""
    text = str(body["content"])
    inside = text if body["contentType"] == "html" else html.escape(text).replace("\n", "<br>\r\n")
    return with_link({"contentType": "html", "content": _whole(inside)}, join_url)


def _whole(inside: str) -> str:
    if "<html" in inside.casefold():
        return inside
    return f"<html>\r\n<head>\r\n</head>\r\n<body>\r\n{inside}\r\n</body>\r\n</html>\r\n"


def with_link(body: dict[str, str], join_url: str | None) -> dict[str, str]:
    """Put the way into the online meeting below a text; whoever takes it out again ends the meeting online."""
    if join_url is None:
        return body
    blob = f'<div class="me-email-text"><a href="{html.escape(join_url)}">Join the meeting now</a></div>\r\n'
    content = body["content"]
    at = content.casefold().rfind("</body>")
    return {**body, "content": content[:at] + blob + content[at:] if at >= 0 else content + blob}


def has_link(body: dict[str, str], join_url: str) -> bool:
    return join_url in html.unescape(body["content"])


def preview(body: dict[str, str]) -> str:
    """Return the beginning of the text without its markup."""
    lines = html.unescape(TAG.sub("", body["content"])).split("\n")
    return "\r\n".join(line.strip() for line in lines if line.strip())[:LONGEST_PREVIEW]
