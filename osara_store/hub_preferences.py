"""When a hub's bot speaks up by itself: the digest, the quiet hours, and the prompts for reviews.

The hubs file may set them under `notices`; the hub's manager sets them otherwise on a card, which counts from then on. The
defaults are ours and no national rules. Times of day are the hub's own.
"""

from datetime import time
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from osara_store.setting import Setting


def as_time(given: object) -> object:
    """YAML reads an unquoted 17:00 as 17 times 60 and nothing."""
    if not isinstance(given, int):
        return given
    if not 0 <= given < 24 * 60:
        raise ValueError('write the time in quotes, such as "17:00"')
    return time(*divmod(given, 60))


def _local(given: time) -> time:
    if given.tzinfo is not None:
        raise ValueError("leave the time zone out: it is the hub's own")
    return given.replace(second=0, microsecond=0)


TimeOfDay = Annotated[time, BeforeValidator(as_time), AfterValidator(_local)]
LATEST_SOON: Final = 10


class HubPreferences(Setting):
    """What a hub has set, or has by default.

    Quiet hours that begin when they end are none. On days off there is a digest only of what cannot wait, unless
    `digest_days` says every; and then those days are not quiet as a whole, either.
    """

    digest_at: TimeOfDay = time(8, 30)
    digest_days: Literal["working", "every"] = "working"
    quiet_from: TimeOfDay = time(18)
    quiet_until: TimeOfDay = time(8)
    soon_days: Annotated[int, Field(ge=0, le=LATEST_SOON)] = 2  # working days before something is due
    reviews_to: Literal["lead", "manager", "both"] = "both"
    reviews_at: TimeOfDay = time(9)
