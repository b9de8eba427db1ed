"""What a person reads who sets when the bot speaks up by itself."""

from collections.abc import Mapping
from typing import Final

TITLE: Final = "My settings"
WHY: Final = (
    "Once a day I tell you what is new for you, in one message, and only if there is something. Everything else waits under "
    "**My work**."
)
DIGEST_AT: Final = "When shall it come?"
DIGEST: Final = "What shall it tell you?"
DIGESTS: Final[Mapping[str, str]] = {
    "all": "Everything that is new for me",
    "urgent": "Only what is overdue or of high risk",
}
AS_THE_HUB: Final = "hub"
SAVE: Final = "Save"
SAVED: Final = "Saved."
OPEN: Final = "Settings"

HUB_WHY: Final = (
    "These hold for everybody of this hub. Each person can choose another time for their own digest. All times are the "
    "hub's own."
)
HUB_DIGEST_AT: Final = "When does the daily digest come?"
HUB_DIGEST_DAYS: Final = "On which days?"
DIGEST_DAYS: Final[Mapping[str, str]] = {
    "working": "Working days only; on days off, what is of high risk",
    "every": "Every day",
}
QUIET_FROM: Final = "Quiet hours begin at"
QUIET_UNTIL: Final = "and end at"
QUIET_WHY: Final = "New cards wait until quiet hours are over, unless the case is of high risk. The same time twice means no quiet hours."
SOON_DAYS: Final = "Remind people before something is due"
REVIEWS_TO: Final = "Who is asked for the monthly review?"
REVIEW_PEOPLE: Final[Mapping[str, str]] = {
    "both": "The lead agency and the hub manager",
    "lead": "The lead agency",
    "manager": "The hub manager",
}
REVIEWS_AT: Final = "At what time?"


def as_the_hub(time: str) -> str:
    return f"As my hub: {time}"


def hub_title(hub_name: str) -> str:
    return f"Settings of {hub_name}"


def days_before(count: int) -> str:
    match count:
        case 0:
            return "On the day itself"
        case 1:
            return "1 working day before"
        case _:
            return f"{count} working days before"
