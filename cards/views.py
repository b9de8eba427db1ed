"""What a card shows, handed in by the caller: nothing here looks anything up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from cards.verbs import Surface
from osara_store.directory import Directory, Hub, Readers
from osara_store.policy import Action
from osara_store.schema import CaseState


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
    """The sender's own card, which is drawn again whenever something happens to the case.

    `why` is what was written for the referrer: what is still needed, or who can help instead. `goes_on_as` is the case
    that this one was merged into or transferred to. `hidden` says that the case is restricted and not for this person.
    """

    reference: str
    hub_name: str
    category: str
    submitted_at: datetime
    zone: ZoneInfo
    marking: str
    state: CaseState = CaseState.SUBMITTED
    moves: int = 0
    cycle: int = 1
    lead_agency: str = ""
    why: str = ""
    outcome: str = ""
    goes_on_as: str = ""
    watch_until: date | None = None
    hidden: bool = False
    joined: bool = False
    in_sharepoint: bool = False
    web_url: str = ""
    own_reference: str = ""
    can: frozenset[Action] = frozenset()


@dataclass(frozen=True)
class Due:
    """What is due next in a case, by the name of its clock."""

    clock: str
    on: date
    overdue: bool


@dataclass(frozen=True)
class ChannelView:
    """All that a whole channel may see of a case. There is no field for anything else, on purpose.

    Of a restricted case it is the reference alone.
    """

    reference: str
    hub_name: str
    category: str
    submitted_on: date
    state: CaseState = CaseState.SUBMITTED
    band: str = ""
    lead_agency: str = ""
    due: Due | None = None
    cycle: int = 1
    restricted: bool = False
    marking: str = ""
    moves: int = 0
    mine: frozenset[Action] | None = None  # what the one person it is drawn for may do; None for everybody
    refreshed_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseLine:
    """One line of a list of cases. `openable` says that the person may open it here."""

    reference: str
    hub_name: str
    category: str
    submitted_at: datetime
    zone: ZoneInfo
    state: CaseState = CaseState.SUBMITTED
    band: str = ""
    where: str = ""
    openable: bool = False
    joined: bool = False
    in_sharepoint: bool = False
    web_url: str = ""
    own_reference: str = ""
