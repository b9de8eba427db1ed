"""The ids that Teams gives to people, chats and threads.

A person's `29:` id and the id of their chat with the bot differ from bot to bot in Teams; here they are derived from
both, so that they are the same after a restart.
"""

from __future__ import annotations

import base64
import hashlib

THREAD_MARK = ";messageid="


def user_id(app_id: str, person_id: str) -> str:
    return f"29:1{_opaque('user', app_id, person_id)}"


def chat_id(app_id: str, person_id: str) -> str:
    return f"a:1{_opaque('chat', app_id, person_id)}"


def in_thread(channel_id: str, root: int) -> str:
    """Name the thread of a channel that begins with message `root`."""
    return f"{channel_id}{THREAD_MARK}{root}"


def split_thread(conversation_id: str) -> tuple[str, str | None]:
    """Part a conversation id into the conversation and, where it names one, the thread's first message."""
    conversation, mark, root = conversation_id.partition(THREAD_MARK)
    return conversation, root if mark else None


def _opaque(*parts: str) -> str:
    digest = hashlib.sha384("|".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()
