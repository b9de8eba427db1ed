"""Letters from a hub's own mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph_sync.client import GraphClient


class Mail:
    """Sends from the mailboxes that it is given. Nothing is loaded or sent before the first call."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph

    async def send(self, mailbox: str, to: str, subject: str, text: str) -> None:
        """Send one letter to one person, so that nobody learns who else got it.

        Graph gives no number that would tell a letter from its repetition: if its answer is lost and this is called
        again, the letter arrives twice. A copy stays in Sent Items.

        Raises:
            GraphError: it was not taken; `session.outcome_of` says what that means for a message of the outbox.
        """
        builders = await self._graph.builders()
        from graph_sync.addresses import MailboxAddress  # noqa: PLC0415 - brings the SDK, which is loaded late

        message = {
            "subject": subject,
            "body": {"contentType": "text", "content": text},
            "toRecipients": [{"emailAddress": {"address": to}}],
        }
        await self._graph.call(MailboxAddress(builders, mailbox).send_mail(message))
