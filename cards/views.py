"""What a card shows, handed in by the caller: nothing here looks anything up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cards.verbs import Surface
from osara_store.directory import Directory, Hub, Readers


@dataclass(frozen=True)
class FormView:
    """A referral being written: what was typed so far, and what is still wrong with it."""

    directory: Directory
    hub: Hub
    draft_id: str
    values: Mapping[str, str]
    surface: Surface
    readers: Readers
    errors: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class SentView:
    """What the sender reads at the moment of sending.

    `repeat` says that this form had been sent before, `added` that it had and that its answers have changed since.
    """

    reference: str
    hub_name: str
    surface: Surface
    joined: bool = False
    repeat: bool = False
    added: bool = False


@dataclass(frozen=True)
class ReceiptView:
    """The sender's own card, which is drawn again whenever something happens to the case."""

    reference: str
    hub_name: str
    category: str
    submitted_at: datetime
    zone: ZoneInfo
    marking: str
    joined: bool = False
    in_sharepoint: bool = False
    web_url: str = ""
    own_reference: str = ""


@dataclass(frozen=True)
class ChannelView:
    """All that a whole channel may see of a case. There is no field for anything else, on purpose."""

    reference: str
    hub_name: str
    category: str
    submitted_on: date


@dataclass(frozen=True)
class CaseLine:
    """One line of "My cases"."""

    reference: str
    hub_name: str
    category: str
    submitted_at: datetime
    zone: ZoneInfo
    joined: bool = False
    in_sharepoint: bool = False
    web_url: str = ""
    own_reference: str = ""
