"""Every card the product can show, each by a name that says when it is seen. People, places and numbers are invented.

`EVERY_CARD["the receipt, just sent"]()` gives the card as JSON. A new card gets its line here, and so all the checks.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from cards import information_cards, referral_form, texts
from cards.verbs import Surface
from cards.views import CaseLine, ChannelView, Due, FormView, ReceiptView, SentView
from osara_store.directory import Directory, Readers
from osara_store.policy import Action
from osara_store.schema import CaseState

LONDON: Final = ZoneInfo("Europe/London")

DIRECTORY: Final = Directory.model_validate(
    {
        "name": "Cumbria Local Focus Hubs",
        "timezone": "Europe/London",
        "marking": "OFFICIAL-SENSITIVE",
        "safeguarding": "Child or adult at risk: call the Safeguarding Hub on 03069 990 123 (an invented number).",
        "tenants": [{"id": "10000000-0000-4000-8000-000000000001", "name": "Hubs", "domain": "hubs.example"}],
        "categories": [
            {"id": "noise", "name": "Noise"},
            {"id": "rowdy", "name": "Rowdy or intimidating behaviour"},
            {"id": "neighbour", "name": "Neighbour dispute"},
            {"id": "cuckooing", "name": "Cuckooing (a home taken over by others)"},
            {"id": "other", "name": "Something else"},
        ],
        "agencies": [{"id": "northshore-homes", "name": "Northshore Homes", "sector": "housing"}],
        "hubs": [
            {
                "id": hub_id,
                "name": name,
                "team": f"19:{name}",
                "channel": f"19:{name}-referrals",
                "agencies": ["northshore-homes"],
            }
            for hub_id, name in {
                "ALL": "Allerdale",
                "BAR": "Barrow",
                "CAR": "Carlisle",
                "COP": "Copeland",
                "EDE": "Eden",
                "SLA": "South Lakeland",
            }.items()
        ],
    }
)
HUB: Final = DIRECTORY.hubs[0]

ANSWERS: Final[Mapping[str, str]] = {
    "danger": "no",
    "what": "Groups gather in the car park most evenings, shout at residents and throw bottles.\nIt started in June.",
    "category": "rowdy",
    "where": "Market Street car park, Workington",
    "since": "months",
    "frequency": "daily",
    "tried": "Two warning letters; the shop has moved its bins.",
    "wanted": "A joint visit and a plan for the summer holidays.",
    "affected": "Ann Example, 12 Market Street, tenant\nBob Example, shop owner",
    "involved": "Three young people, not known by name",
    "equality": "yes",
    "equality_note": "Ann uses a wheelchair and cannot avoid the car park.",
    "sharing_basis": "crime_and_disorder",
    "own_reference": "NH-4471",
}

NEW_FORM: Final = FormView(
    directory=DIRECTORY,
    hub=HUB,
    draft_id="5f0c1d9e7a8b4c0d9e1f2a3b4c5d6e7f",
    values={},
    surface=Surface.DIALOG,
    readers=Readers(agencies=17, people=41),
)
FILLED_FORM: Final = replace(NEW_FORM, values=ANSWERS)
IN_CHAT: Final = replace(FILLED_FORM, surface=Surface.CHAT)

WITH_FAULTS: Final = replace(
    NEW_FORM,
    values={
        "what": "Noise",
        "category": "gone",
        "where": "Market Street",
        "equality": "perhaps",
        "own_reference": "9" * 80,
    },
    errors={
        "danger": texts.MISSING["danger"],
        "what": texts.too_short(10),
        "since": texts.MISSING["since"],
        "sharing_basis": texts.MISSING["sharing_basis"],
        "own_reference": texts.too_long(60, 80),
    },
)
MUCH_TOO_LONG: Final = replace(
    NEW_FORM, values={**ANSWERS, "what": "Noise again. " * 9_000, "affected": "é\n" * 60_000}
)

RECEIPT: Final = ReceiptView(
    reference="ALL-2026-0001",
    hub_name=HUB.name,
    category="Rowdy or intimidating behaviour",
    submitted_at=datetime(2026, 11, 21, 14, 5, tzinfo=UTC),
    zone=LONDON,
    marking=DIRECTORY.marking,
    own_reference="NH-4471",
)
ADDRESS: Final = "https://hubs.example/sites/hubs/Lists/Cases/DispForm.aspx?ID=1&Source=(all cases)"
READING: Final = frozenset({Action.READ_CASE})
RECEIPT_IN_SHAREPOINT: Final = replace(RECEIPT, in_sharepoint=True, web_url=ADDRESS, can=READING)
# All that a receipt may ever be told; which of it is shown depends on the state.
RECEIPT_LATER: Final = replace(
    RECEIPT_IN_SHAREPOINT,
    moves=5,
    cycle=2,
    lead_agency="Northshore Homes",
    why="Which nights was it?\nHas the shop *called* the police?",
    outcome="much_better",
    goes_on_as="ALL-2026-0004",
    watch_until=date(2027, 11, 21),
)

CHANNEL: Final = ChannelView(
    "ALL-2026-0001",
    HUB.name,
    "Rowdy or intimidating behaviour",
    date(2026, 11, 21),
    marking=DIRECTORY.marking,
)
CHANNEL_LATER: Final = replace(
    CHANNEL,
    band="high",
    lead_agency="Northshore Homes",
    due=Due("initial_action", date(2026, 11, 24), overdue=True),
    cycle=2,
    moves=5,
    refreshed_for=("29:tom", "29:mona"),
)

LINES: Final = [
    CaseLine(
        "ALL-2026-0012",
        HUB.name,
        "Noise",
        datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        LONDON,
        own_reference="NH-4502",
    ),
    CaseLine(
        "ALL-2026-0001",
        HUB.name,
        "Cuckooing (a home taken over by others)",
        datetime(2026, 7, 1, 23, 30, tzinfo=UTC),
        LONDON,
        in_sharepoint=True,
        web_url=ADDRESS,
    ),
    CaseLine(
        "SLA-2026-0003",
        "South Lakeland",
        "Neighbour dispute",
        datetime(2026, 2, 3, 8, 0, tzinfo=UTC),
        LONDON,
        joined=True,
        in_sharepoint=True,
        web_url=ADDRESS,
        own_reference="NH-3990",
    ),
]


def _my_cases(
    lines: list[CaseLine], page: int = 0, surface: Surface = Surface.DIALOG, *, more: bool = False
) -> Any:
    return information_cards.my_cases(lines, page=page, more=more, surface=surface, marking=DIRECTORY.marking)


def _sent(**about: bool) -> Any:
    return referral_form.sent(SentView("ALL-2026-0001", HUB.name, Surface.DIALOG, **about))


EVERY_CARD: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "hub card": lambda: information_cards.hub_card(DIRECTORY, HUB),
    "chat menu": lambda: information_cards.chat_menu(DIRECTORY, [HUB]),
    "chat menu, several hubs": lambda: information_cards.chat_menu(DIRECTORY, DIRECTORY.hubs),
    "chat menu, no hub": lambda: information_cards.chat_menu(DIRECTORY, []),
    "help": lambda: information_cards.help_card(DIRECTORY, [HUB]),
    "help, no hub": lambda: information_cards.help_card(DIRECTORY, []),
    "choose a hub": lambda: referral_form.choose_hub(DIRECTORY.hubs, Surface.DIALOG),
    "choose a hub, very many": lambda: referral_form.choose_hub(DIRECTORY.hubs * 43, Surface.CHAT),
    "page one, new": lambda: referral_form.page_one(NEW_FORM),
    "page one, resumed": lambda: referral_form.page_one(replace(FILLED_FORM, note=texts.DRAFT_RESUMED)),
    "page one, in a chat": lambda: referral_form.page_one(IN_CHAT),
    "page one, with faults": lambda: referral_form.page_one(WITH_FAULTS),
    "page one, much too long": lambda: referral_form.page_one(MUCH_TOO_LONG),
    "warning": lambda: referral_form.safeguarding(FILLED_FORM),
    "warning, in a chat": lambda: referral_form.safeguarding(IN_CHAT),
    "page two, new": lambda: referral_form.page_two(NEW_FORM),
    "page two, filled in": lambda: referral_form.page_two(FILLED_FORM),
    "page two, in a chat": lambda: referral_form.page_two(IN_CHAT),
    "page two, with faults": lambda: referral_form.page_two(WITH_FAULTS),
    "page two, much too long": lambda: referral_form.page_two(MUCH_TOO_LONG),
    "look alike": lambda: referral_form.look_alike(FILLED_FORM, 2, 1),
    "look alike, one open": lambda: referral_form.look_alike(FILLED_FORM, 1, 0),
    "look alike, only earlier": lambda: referral_form.look_alike(IN_CHAT, 0, 3),
    "saved for later": lambda: referral_form.saved_for_later(FILLED_FORM),
    "sent": _sent,
    "sent, joined": lambda: _sent(joined=True),
    "sent, pressed twice": lambda: _sent(repeat=True),
    "sent, with changes": lambda: _sent(added=True),
    "receipt, just sent": lambda: information_cards.receipt(RECEIPT),
    "receipt, in SharePoint": lambda: information_cards.receipt(RECEIPT_IN_SHAREPOINT),
    "receipt, joined": lambda: information_cards.receipt(replace(RECEIPT, joined=True, own_reference="")),
    **{
        f"receipt, {state}": lambda state=state: information_cards.receipt(
            replace(RECEIPT_LATER, state=state)
        )
        for state in CaseState
    },
    "receipt, to be answered": lambda: information_cards.receipt(
        replace(RECEIPT_LATER, state=CaseState.RETURNED, can=READING | {Action.RESUBMIT, Action.WITHDRAW})
    ),
    "receipt, of a case that is restricted by now": lambda: information_cards.receipt(
        replace(RECEIPT_LATER, state=CaseState.SCANNING, hidden=True, can=frozenset())
    ),
    "channel card": lambda: information_cards.channel_card(CHANNEL),
    **{
        f"channel card, {state}": lambda state=state: information_cards.channel_card(
            replace(CHANNEL_LATER, state=state)
        )
        for state in CaseState
    },
    "channel card, restricted": lambda: information_cards.channel_card(
        replace(CHANNEL_LATER, restricted=True, state=CaseState.ANALYSIS)
    ),
    "channel card, for the coordinator": lambda: information_cards.channel_card(
        replace(CHANNEL, mine=READING | {Action.ASSESS_RISK, Action.TRIAGE})
    ),
    "channel card, for the manager": lambda: information_cards.channel_card(
        replace(CHANNEL_LATER, state=CaseState.CLOSURE_PROPOSED, mine=READING | {Action.CLOSE})
    ),
    "channel card, for somebody without an agreement": lambda: information_cards.channel_card(
        replace(CHANNEL_LATER, mine=frozenset())
    ),
    "my cases": lambda: _my_cases(LINES),
    "my cases, a middle page": lambda: _my_cases(LINES * 3, page=1, more=True),
    "my cases, in a chat": lambda: _my_cases(LINES, surface=Surface.CHAT, more=True),
    "my cases, none": lambda: _my_cases([]),
    "my cases, past the end": lambda: _my_cases([], page=4),
}
