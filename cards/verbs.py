"""What a pressed button asks for. The bot answers these words and no others."""

from enum import StrEnum
from typing import Final


class Surface(StrEnum):
    """Where a card is shown: the same form stands in a dialog or in a chat message."""

    DIALOG = "dialog"
    CHAT = "chat"


class Page(StrEnum):
    """The page of the referral form that a button stands on."""

    HUB = "hub"
    ONE = "one"
    WARNING = "warning"
    TWO = "two"
    LOOK_ALIKE = "look_alike"
    SAVED = "saved"
    SENT = "sent"


REFER_OPEN: Final = "refer.open"
REFER_HUB: Final = "refer.hub"
REFER_NEXT: Final = "refer.next"
REFER_BACK: Final = "refer.back"
REFER_SAVE: Final = "refer.save"
REFER_WARNED: Final = "refer.warned"
REFER_SEND: Final = "refer.send"
REFER_JOIN: Final = "refer.join"
REFER_SEND_ANYWAY: Final = "refer.send_anyway"
CASES_MINE: Final = "cases.mine"
CASES_PAGE: Final = "cases.page"
HELP_OPEN: Final = "help.open"
