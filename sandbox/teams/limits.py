"""What Teams limits: rates, sizes, times. The values are Teams' own; tests may loosen or tighten them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MESSAGE_BYTES = 80 * 1024
"""Counted in UTF-16. Teams itself refuses at about 100 KB and advises 80: what passes here passes there."""

LONGEST_TEXT = 28_000
"""Characters that a person can type into one message."""

REFRESH_USERS = 60
"""How many people a card's `refresh` may list, and how many a conversation may have for a refresh of all."""

SEND_WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
ROSTER_WINDOWS = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
FULL_ROSTER_WINDOWS = ((5, 60.0),)
TENANT_WINDOWS = ((50, 1.0),)


class Limits(BaseModel):
    """The limits that tests may change, through /control/limits."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    windows: bool = True
    """Whether rate windows are enforced."""

    scale: float = Field(default=1.0, gt=0)
    """Multiplies what every rate window lets through."""

    write_seconds: float = Field(default=0, ge=0)
    """How long a write holds its conversation; another write meanwhile gets 412. 0: writes never meet."""

    refresh_after: float = Field(default=60, ge=0)
    """How many seconds after its last answer for this person a client refreshes a card by itself again."""

    invoke_seconds: float = Field(default=15, gt=0)
    """How long a client waits for the answer to a button or dialog."""

    extension_seconds: float = Field(default=5, gt=0)
    """How long a client waits for the answer to a message extension."""
