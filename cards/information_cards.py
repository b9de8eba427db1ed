"""Cards that tell: the hub's card, help, the receipt, the line in the channel, and a person's own cases."""

from collections.abc import Sequence

from cards import dates, parts, texts, verbs
from cards.elements import Action, Container, Strict
from cards.escape import as_typed, link
from cards.parts import CardJson
from cards.verbs import Surface
from cards.views import CaseLine, ChannelView, ReceiptView
from osara_store.directory import Directory, Hub

# --- the way in ------------------------------------------------------------------------------------------------------


def hub_card(directory: Directory, hub: Hub) -> CardJson:
    """Stands in the hub's channel: what the hub is, and three buttons."""
    body: list[Strict] = [
        parts.heading(texts.hub_title(hub.name)),
        parts.quiet(as_typed(directory.name)),
        parts.paragraph(texts.HUB_PURPOSE, "Medium"),
        parts.paragraph(texts.HUB_EFFORT, "Small"),
        parts.paragraph(texts.EMERGENCY, "Small"),
    ]
    ways_in = [parts.refer_opener(hub.id), parts.my_cases_opener(hub.id), parts.help_opener(hub.id)]
    return parts.card(body, ways_in)


def chat_menu(directory: Directory, hubs: Sequence[Hub]) -> CardJson:
    """The answer to anything the bot does not understand, and to a first hello."""
    body: list[Strict] = [
        parts.heading(texts.MENU_TITLE),
        parts.quiet(as_typed(directory.name)),
        parts.paragraph(as_typed(texts.menu_hubs([hub.name for hub in hubs])), "Small"),
    ]
    if not hubs:
        return parts.card(body, [parts.button(Surface.CHAT, texts.HELP, verbs.HELP_OPEN)])
    body.append(parts.paragraph(texts.EMERGENCY, "Small"))
    return parts.card(
        body,
        [
            parts.button(Surface.CHAT, texts.REFER, verbs.REFER_OPEN, main=True),
            parts.button(Surface.CHAT, texts.MY_CASES, verbs.CASES_MINE),
            parts.button(Surface.CHAT, texts.HELP, verbs.HELP_OPEN),
        ],
    )


def help_card(directory: Directory, hubs: Sequence[Hub]) -> CardJson:
    """The same in a chat and in a dialog: four short answers."""
    body: list[Strict] = [
        parts.heading(texts.HELP_TITLE),
        parts.quiet(as_typed(texts.menu_hubs([hub.name for hub in hubs]))),
    ]
    for title, text in texts.HELP_SECTIONS.items():
        body += [parts.small_heading(title), parts.paragraph(text, "None")]
    body.append(
        parts.notice(
            parts.paragraph(texts.EMERGENCY), parts.paragraph(as_typed(directory.safeguarding), "Small")
        )
    )
    return parts.card(body, [parts.refer_opener(), parts.my_cases_opener()] if hubs else None)


# --- one case --------------------------------------------------------------------------------------------------------


def receipt(view: ReceiptView) -> CardJson:
    """The sender's own card. It is drawn anew when something happens, so it always says how things stand."""
    body: list[Strict] = [
        parts.quiet(as_typed(texts.receipt_title(view.hub_name, joined=view.joined))),
        parts.reference(view.reference),
        parts.quiet(as_typed(view.marking)),
        parts.facts(
            {
                texts.FACT_STATUS: texts.STATUS_IN_SHAREPOINT
                if view.in_sharepoint
                else texts.STATUS_SUBMITTED,
                texts.FACT_CATEGORY: view.category,
                texts.FACT_JOINED if view.joined else texts.FACT_SENT: dates.moment(
                    view.submitted_at, view.zone
                ),
                texts.FACT_OWN_REFERENCE: view.own_reference,
            }
        ),
        parts.small_heading(texts.RECEIPT_NEXT_TITLE),
        parts.paragraph(texts.RECEIPT_NEXT_JOINED if view.joined else texts.RECEIPT_NEXT, "Small"),
        parts.quiet(texts.RECEIPT_UPDATES if view.in_sharepoint else texts.RECEIPT_SOON, "Medium"),
    ]
    actions = [parts.my_cases_opener()]
    if view.in_sharepoint and view.web_url:
        actions.insert(0, parts.open_case_file(view.web_url))
    return parts.card(body, actions)


def channel_card(view: ChannelView) -> CardJson:
    """Everybody in the channel sees this one, so it names no person, place or agency."""
    body: list[Strict] = [
        parts.heading(texts.CHANNEL_TITLE),
        parts.facts(
            {
                texts.FACT_REFERENCE: view.reference,
                texts.FACT_HUB: view.hub_name,
                texts.FACT_CATEGORY: view.category,
                texts.FACT_SUBMITTED: dates.day(view.submitted_on),
            }
        ),
        parts.quiet(texts.CHANNEL_DETAILS, "Medium"),
    ]
    return parts.card(body)


# --- my cases --------------------------------------------------------------------------------------------------------


def my_cases(lines: Sequence[CaseLine], *, page: int, more: bool, surface: Surface, marking: str) -> CardJson:
    """What the person has referred or joined, newest first, a page at a time."""
    body: list[Strict] = [parts.heading(texts.MY_CASES_TITLE), parts.quiet(as_typed(marking))]
    body += [_line(line) for line in lines]
    if not lines:
        body.append(parts.paragraph(texts.MY_CASES_NO_MORE if page else texts.MY_CASES_NONE, "Medium"))
    return parts.card(body, _turning(page, surface, more=more) or _first_referral(lines, surface))


def _line(line: CaseLine) -> Container:
    status = texts.STATUS_IN_SHAREPOINT if line.in_sharepoint else texts.STATUS_SUBMITTED
    if line.in_sharepoint and line.web_url:
        status = link(texts.OPEN_CASE_FILE, line.web_url)
    verb = texts.FACT_JOINED if line.joined else texts.FACT_SENT
    about = [
        as_typed(line.hub_name),
        f"{verb} {dates.day(line.submitted_at.astimezone(line.zone).date())}",
        status,
    ]
    return Container(
        items=[
            parts.paragraph(f"**{as_typed(line.reference)}**  {as_typed(line.category)}"),
            parts.quiet(texts.BETWEEN.join(about)),
            *(
                [parts.quiet(f"{texts.FACT_OWN_REFERENCE}: {as_typed(line.own_reference)}")]
                if line.own_reference
                else []
            ),
        ],
        separator=True,
        spacing="Medium",
    )


def _turning(page: int, surface: Surface, *, more: bool) -> list[Action]:
    turns = []
    if page:
        turns.append(parts.button(surface, texts.NEWER, verbs.CASES_PAGE, name="newer", page=page - 1))
    if more:
        turns.append(parts.button(surface, texts.OLDER, verbs.CASES_PAGE, name="older", page=page + 1))
    return turns


def _first_referral(lines: Sequence[CaseLine], surface: Surface) -> list[Action]:
    return [] if lines else [parts.button(surface, texts.REFER, verbs.REFER_OPEN, main=True)]
