"""What a caller prefers of an answer: its time zone, and ids that last."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.graph.outlook.zones import zone_of

ZONE = re.compile(r'outlook\.timezone\s*=\s*"([^"]*)"', re.IGNORECASE)
LASTING = re.compile(r'IdType\s*=\s*"ImmutableId"', re.IGNORECASE)
DEFAULT_ZONE = "UTC"


@dataclass(frozen=True)
class Preferences:
    """The `Prefer` headers as far as Outlook heeds them; others are left out of `applied`, as the standard has it."""

    zone: str = DEFAULT_ZONE
    lasting_ids: bool = False

    @classmethod
    def read(cls, stated: Sequence[str]) -> Preferences:
        text = ",".join(stated)
        zone = ZONE.search(text)
        if zone is not None:
            zone_of(zone[1])
        return cls(zone[1] if zone else DEFAULT_ZONE, LASTING.search(text) is not None)

    @property
    def applied(self) -> dict[str, str]:
        """The header that says which of them were heeded."""
        zone = [] if self.zone == DEFAULT_ZONE else [f'outlook.timezone="{self.zone}"']
        ids = ['IdType="ImmutableId"'] if self.lasting_ids else []
        return {"Preference-Applied": ", ".join([*zone, *ids])} if zone or ids else {}
