"""Every text a person reads, in plain British English. Short: most readers refer twice a year, between two other tasks.

Names of hubs, agencies and categories come from the configuration; nothing here names a real person or place.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from cards.verbs import Page
from osara_store.directory import Readers
from osara_store.policy import Reason
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since

# --- everywhere ------------------------------------------------------------------------------------------------------

EMERGENCY: Final = "**In danger now?** Call 999 first."
BETWEEN: Final = " · "

REFER: Final = "Refer"
MY_CASES: Final = "My cases"
HELP: Final = "Help"
NEXT: Final = "Next"
BACK: Final = "Back"
SEND: Final = "Send"
SAVE: Final = "Save for later"
JOIN: Final = "Join it"
SEND_ANYWAY: Final = "Send anyway"
CARRY_ON_NOW: Final = "Carry on now"
OPEN_CASE_FILE: Final = "Open in SharePoint"
NEWER: Final = "Newer"
OLDER: Final = "Older"


def number_of(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def hub_title(hub_name: str) -> str:
    return f"{hub_name} Local Focus Hub"


# --- hub card, menu and help -----------------------------------------------------------------------------------------

HUB_PURPOSE: Final = (
    "Does crime or anti-social behaviour keep coming back, and need more than one agency? "
    "Tell the hub, and the partners work on it together."
)
HUB_EFFORT: Final = "Any partner can refer. It takes about five minutes, and you can stop and come back."

MENU_TITLE: Final = "What would you like to do?"
MENU_NO_HUB: Final = "I could not find a hub for your organisation. Your hub's coordinator can put that right; until then, please call them."


def menu_hubs(hub_names: list[str]) -> str:
    match hub_names:
        case []:
            return MENU_NO_HUB
        case [only]:
            return f"I take referrals for the {only} hub."
        case _:
            return f"I take referrals for the hubs in {', '.join(hub_names[:-1])} and {hub_names[-1]}."


HELP_TITLE: Final = "How it works"
HELP_SECTIONS: Final[Mapping[str, str]] = {
    "To refer": (
        "Press **Refer**, answer two short pages and press **Send**. "
        "**Save for later** keeps what you have typed."
    ),
    "After that": "You get a card with a reference. It updates itself, so there is nothing to chase.",
    "Who can read it": (
        "Only partners of the hub who have signed the sharing agreement. "
        "The channel sees a reference, the kind of problem, how far it is, and which agency leads."
    ),
    "Other ways in": (
        "Type **refer**, **find**, **my cases** or **help** to me in a chat. "
        "On a message, choose **More options** and then **Refer this message**."
    ),
}

# --- the referral form -----------------------------------------------------------------------------------------------

CHOOSE_HUB_TITLE: Final = "Which hub is it for?"
CHOOSE_HUB_LABEL: Final = "The hub for the place where it happens"
CHOOSE_HUB_ERROR: Final = "Please choose a hub."

PAGE_TWO_TITLE: Final = "Who it concerns"
CHOOSE_ONE: Final = "Choose one"


def page_one_title(hub_name: str) -> str:
    return f"Refer to the {hub_name} hub"


def step(number: int, marking: str) -> str:
    return f"Page {number} of 2{BETWEEN}{marking}"


LABELS: Final[Mapping[str, str]] = {
    "danger": "Is anyone in immediate danger?",
    "what": "What is happening?",
    "category": "What kind of problem is it?",
    "where": "Where?",
    "since": "How long has it gone on?",
    "frequency": "How often does it happen?",
    "tried": "What has been tried? (optional)",
    "wanted": "What would you like the hub to do?",
    "affected": "Who is affected? (optional)",
    "involved": "Who is said to be causing it? (optional)",
    "equality": (
        "Might age, disability, race, religion, sex, sexual orientation or gender identity play a part?"
    ),
    "equality_note": "Anything to add about that? (optional)",
    "sharing_basis": "Why may this be shared with the partners?",
    "own_reference": "Your own reference (optional)",
}

# As an answer is named in the line that lists what still needs a look.
SHORT_LABELS: Final[Mapping[str, str]] = {
    "danger": "immediate danger",
    "what": "what is happening",
    "category": "kind of problem",
    "where": "where",
    "since": "how long",
    "frequency": "how often",
    "tried": "what has been tried",
    "wanted": "what you would like",
    "affected": "who is affected",
    "involved": "who is causing it",
    "equality": "whether age, disability or the like play a part",
    "equality_note": "what you added about that",
    "sharing_basis": "why it may be shared",
    "own_reference": "your own reference",
}

EXAMPLES: Final[Mapping[str, str]] = {
    "what": "Example: groups gather in the car park after dark, shout and throw bottles.",
    "where": "Street, building or area. Example: Market Street car park, Workington",
    "tried": "Example: two warning letters, extra patrols in June.",
    "wanted": "Example: a joint visit, and a plan for the summer.",
    "affected": "One person a line, name first. Example: Ann Example, 12 High Street, neighbour",
    "involved": "One person a line, name first, as far as you know",
    "equality_note": "Example: he uses a wheelchair and cannot avoid the gate.",
    "own_reference": "The number in your own system",
}

CHOICES: Final[Mapping[str, Mapping[str, str]]] = {
    "danger": {Danger.YES: "Yes", Danger.NO: "No", Danger.UNSURE: "Not sure"},
    "since": {
        Since.DAYS: "A few days",
        Since.WEEKS: "A few weeks",
        Since.MONTHS: "A few months",
        Since.YEAR: "About a year",
        Since.LONGER: "Longer than a year",
    },
    "frequency": {
        Frequency.ONCE: "It happened once",
        Frequency.MONTHLY: "About once a month",
        Frequency.WEEKLY: "About once a week",
        Frequency.DAILY: "Most days",
        Frequency.CONSTANT: "All the time",
    },
    "equality": {Equality.YES: "Yes", Equality.NO: "No", Equality.NOT_KNOWN: "Not known"},
    "sharing_basis": {
        SharingBasis.CRIME_AND_DISORDER: "To prevent crime or disorder",
        SharingBasis.SAFEGUARDING: "To protect a child or an adult at risk",
        SharingBasis.PUBLIC_TASK: "It is part of our public duty",
        SharingBasis.CONSENT: "The people concerned have agreed",
    },
}

DRAFT_RESUMED: Final = "Welcome back. This is what you had typed."
DRAFT_MISSING: Final = "The saved form had gone, so this is a new one with what you have just typed."
FORM_TOO_OLD: Final = "This form is no longer open. Please press Refer in the hub's channel to start again."
CUT_TO_FIT: Final = "Some of your text was too long to show in full. Please check where it ends."

READERS_TITLE: Final = "Who will be able to read this"
CHANNEL_SEES: Final = "The hub's channel will only see the reference, the kind of problem, how far it is, by when, and which agency leads."
EQUALITY_WHY: Final = "We ask this every time, so that everyone is treated fairly."


def readers(readers: Readers) -> str:
    agencies = number_of(readers.agencies, "agency of this hub", "agencies of this hub")
    people = number_of(readers.people, "person", "people")
    return f"{agencies} with a signed sharing agreement, {people}."


def check_these(fields: list[str]) -> str:
    """The line on top of a form that came back."""
    named = ", ".join(SHORT_LABELS[field] for field in fields)
    if len(fields) == 1:
        return f"**Please look at one answer:** {named}."
    return f"**Please look at {len(fields)} answers:** {named}."


# --- what is wrong with an answer ------------------------------------------------------------------------------------

MISSING: Final[Mapping[str, str]] = {
    "danger": "Please say whether anyone is in danger.",
    "what": "Please say what is happening.",
    "category": "Please choose the kind of problem.",
    "where": "Please say where it happens.",
    "since": "Please choose how long it has gone on.",
    "frequency": "Please choose how often it happens.",
    "wanted": "Please say what you would like the hub to do.",
    "equality": "Please choose an answer. 'Not known' is fine.",
    "sharing_basis": "Please choose why it may be shared.",
}
NO_LONGER_A_CHOICE: Final = "Your earlier choice is no longer on the list. Please choose again."
NOT_TEXT: Final = "This did not reach us as text. Please type it again."
CANNOT_BE_SHOWN: Final = "This holds a character that cannot be shown. Please type that part again."


def too_short(least: int) -> str:
    return f"Please write a little more: at least {least} characters."


def too_many_people(most: int) -> str:
    return f"Please name at most {most} people, one a line. You can describe the others together in one line."


def too_long(most: int, is_now: int) -> str:
    return f"Please shorten this: {most:,} characters at most, and it has {is_now:,}."


# --- between the pages -----------------------------------------------------------------------------------------------

WARNING_TITLE: Final = "Please call 999 now"
WARNING_FIRST: Final = (
    "If someone is in danger, or might be, the police can come straight away. The hub cannot."
)
WARNING_THEN: Final = (
    "Nothing you have typed is lost. When the call is made, or was not needed, carry on here."
)
WARNING_DONE: Final = "Carry on with the referral"

LOOK_ALIKE_JOIN: Final = (
    f"**{JOIN}** adds what you wrote to the newest open one. You become part of it and hear what happens."
)
LOOK_ALIKE_SEND: Final = f"**{SEND_ANYWAY}** makes a new case, if yours is something else."


def look_alike_title(open_matters: int, earlier: int) -> str:
    """Counts only: whose matters they are is for those who may read them."""
    if open_matters:
        return number_of(open_matters, "open matter looks alike", "open matters look alike")
    return number_of(earlier, "earlier matter looks alike", "earlier matters look alike")


def look_alike_why(open_matters: int, earlier: int) -> str:
    same = "The same place, person or reference is already known to the hub."
    if open_matters and earlier:
        also = number_of(earlier, "earlier one that is now closed", "earlier ones that are now closed")
        return f"{same} There is also {also}." if earlier == 1 else f"{same} There are also {also}."
    return same


SAVED_TITLE: Final = "Saved for later"


def saved(hub_name: str) -> str:
    return f"Your answers for the {hub_name} hub are kept, and only you can open them."


SAVED_HOW: Final = f"Press **{REFER}** whenever you like, and you carry on from here."

# --- sent, receipt, channel, my cases --------------------------------------------------------------------------------

SENT_NEXT: Final = (
    "Your receipt is on its way to your chat with me. The case file will be in the SharePoint list shortly."
)
SENT_JOINED_NEXT: Final = (
    "What you wrote is added to this case. Your receipt is on its way to your chat with me."
)
SENT_REPEAT: Final = "It is with the hub, as one case. Nothing is sent twice."
SENT_ADDED: Final = "What you changed has been added to this case."


def sent_title(hub_name: str) -> str:
    return f"Sent to the {hub_name} hub"


def joined_title(hub_name: str) -> str:
    return f"You have joined a case of the {hub_name} hub"


FACT_REFERENCE: Final = "Reference"
FACT_HUB: Final = "Hub"
FACT_CATEGORY: Final = "Problem"
FACT_SENT: Final = "Sent"
FACT_JOINED: Final = "Joined"
FACT_SUBMITTED: Final = "Submitted"
FACT_OWN_REFERENCE: Final = "Your\N{NO-BREAK SPACE}ref."  # in one piece on a phone
FACT_STATUS: Final = "Status"

STATUS_IN_SHAREPOINT: Final = "In the SharePoint list"

RECEIPT_UPDATES: Final = "This card updates itself."
RECEIPT_SOON: Final = "It will be in the SharePoint list shortly. This card updates itself."


def receipt_title(hub_name: str, *, joined: bool) -> str:
    return f"You joined a case of the {hub_name} hub" if joined else f"Your referral to the {hub_name} hub"


MY_CASES_TITLE: Final = "My cases"
MY_CASES_NONE: Final = (
    f"You have not referred anything yet. Press **{REFER}** to tell the hub about something."
)
MY_CASES_NO_MORE: Final = "There are no older ones."

# --- refusals --------------------------------------------------------------------------------------------------------

NO_HUB: Final = MENU_NO_HUB
REFUSALS: Final[Mapping[str, str]] = {
    Reason.NOT_THIS_HUB: (
        "Your organisation is not a partner of this hub. Its coordinator can tell you which hub covers the place."
    ),
    Reason.NO_AGREEMENT: (
        "Your organisation has not signed the hub's sharing agreement yet, so I cannot show you any cases. "
        "You can refer all the same. The hub manager can help with the agreement."
    ),
    Reason.AGREEMENT_OUT_OF_DATE: (
        "Your organisation's sharing agreement has run out, so I cannot show you any cases. "
        "You can refer all the same. The hub manager can help with renewing it."
    ),
    Reason.RESTRICTED: "This case opens only for named people. Please ask the hub's coordinator.",
    Reason.NOT_YOUR_PART: "That is for somebody else to do: the lead agency, the coordinator or the hub manager.",
    Reason.NOT_NOW: "That is not possible where the case stands now.",
    Reason.CASE_OF_ANOTHER_HUB: "This case belongs to another hub. Its coordinator can help you.",
}
NOT_ON_THE_LIST: Final = "I do not know you yet. Please ask the hub's coordinator to put you on the list of partners; until then, call them."
OUR_FAULT: Final = (
    "That did not work, and it is our fault, not yours. Nothing you sent before is lost. Please try again."
)
UNKNOWN_BUTTON: Final = (
    "This button is from an older card and does nothing any more. Type help to see what I can do."
)
NO_SUCH_CASE: Final = (
    "I could not find that. The card may be from an older case; search for the reference to be sure."
)
REFUSED_OTHERWISE: Final = "You cannot do this here. The hub's coordinator can help you."


def refusal(reason: str) -> str:
    """Why a request was refused, and who can help."""
    return REFUSALS.get(reason, REFUSED_OTHERWISE)


def not_a_hub(channel_id: str) -> str:
    """For whoever set the app up: what is missing, and what to write into the configuration."""
    return "This channel is not set up as a hub yet. An administrator can add it to the hub configuration" + (
        f" with the channel id {channel_id}." if channel_id else "."
    )


# --- titles and notifications ----------------------------------------------------------------------------------------

TITLE_MY_CASES: Final = MY_CASES_TITLE
TITLE_HELP: Final = HELP

_DIALOG_TITLES: Final[Mapping[Page, str]] = {
    Page.HUB: "Refer",
    Page.ONE: "Refer: what is happening",
    Page.WARNING: "Before anything else",
    Page.TWO: "Refer: who it concerns",
    Page.LOOK_ALIKE: "Before you send",
    Page.SAVED: "Saved",
    Page.SENT: "Sent",
}


def dialog_title(page: Page) -> str:
    return _DIALOG_TITLES[page]


class Kind(StrEnum):
    """What a message's notification is about."""

    HUB = "hub"
    MENU = "menu"
    HELP = "help"
    RECEIPT = "receipt"
    RECEIPT_IN_SHAREPOINT = "receipt_in_sharepoint"
    CHANNEL = "channel"
    FORM = "form"
    CASES = "cases"


_SUMMARIES: Final[Mapping[Kind, str]] = {
    Kind.HUB: "Refer a matter to the hub here",
    Kind.MENU: "What would you like to do?",
    Kind.HELP: "How referring works",
    Kind.RECEIPT: "The hub has your referral",
    Kind.RECEIPT_IN_SHAREPOINT: "Your referral is in the SharePoint list",
    Kind.CHANNEL: "New referral",
    Kind.FORM: "The form for your referral",
    Kind.CASES: "Your cases",
}


def summary_of(kind: Kind, reference: str = "") -> str:
    """What a notification says in place of "Sent a card". A reference names no one."""
    return f"{_SUMMARIES[kind]}: {reference}" if reference else _SUMMARIES[kind]
