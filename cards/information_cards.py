"""Cards that tell: the hub's card, help, the receipt, the line in the channel, and a person's own cases."""

from collections.abc import Iterator, Sequence
from typing import Final

from cards import (
    dates,
    parts,
    texts,
    texts_cover,
    texts_moves,
    texts_search,
    texts_settings,
    texts_tasking,
    verbs,
    words,
)
from cards import texts_progress as progress
from cards.elements import Action, ActionSet, Container, ExecuteAction, Refresh, Strict
from cards.escape import as_typed, link
from cards.parts import CardJson
from cards.verbs import Surface
from cards.views import CaseLine, ChannelView, Due, ReceiptView
from osara_store.directory import Directory, Hub
from osara_store.policy import Action as CaseAction
from osara_store.schema import CaseState
from osara_store.states import ENDED, OPEN, Move

# --- the way in ------------------------------------------------------------------------------------------------------


def hub_card(directory: Directory, hub: Hub) -> CardJson:
    """Stands in the hub's channel: what the hub is, and its buttons."""
    body: list[Strict] = [
        parts.heading(texts.hub_title(hub.name)),
        parts.quiet(as_typed(directory.name)),
        parts.paragraph(texts.HUB_PURPOSE, "Medium"),
        parts.paragraph(texts.HUB_EFFORT, "Small"),
        parts.paragraph(texts.EMERGENCY, "Small"),
    ]
    ways_in = [
        parts.refer_opener(hub.id),
        parts.my_work_opener(hub.id),
        parts.my_cases_opener(hub.id),
        parts.search_opener(hub.id),
        parts.settings_opener(hub.id),
        parts.help_opener(hub.id),
    ]
    return parts.card(body, ways_in)


def chat_menu(directory: Directory, hubs: Sequence[Hub], *, manages: bool = False) -> CardJson:
    """The answer to anything the bot does not understand, and to a first hello; managers have a row of buttons more."""
    body: list[Strict] = [
        parts.heading(texts.MENU_TITLE),
        parts.quiet(as_typed(directory.name)),
        parts.paragraph(as_typed(texts.menu_hubs([hub.name for hub in hubs])), "Small"),
    ]
    if not hubs:
        return parts.card(body, [parts.button(Surface.CHAT, texts.HELP, verbs.HELP_OPEN)])
    body.append(parts.paragraph(texts.EMERGENCY, "Small"))
    body.append(ActionSet(actions=[_away()], spacing="Medium"))
    if manages:
        body.append(_for_managers())
    return parts.card(
        body,
        [
            parts.button(Surface.CHAT, texts.REFER, verbs.REFER_OPEN, main=True),
            parts.button(Surface.CHAT, texts_tasking.WORK_TITLE, verbs.WORK_MINE),
            parts.button(Surface.CHAT, texts.MY_CASES, verbs.CASES_MINE),
            parts.button(Surface.CHAT, texts_search.TITLE, verbs.SEARCH_OPEN),
            parts.button(Surface.CHAT, texts_settings.OPEN, verbs.MINE_OPEN),
            parts.button(Surface.CHAT, texts.HELP, verbs.HELP_OPEN),
        ],
    )


def _away() -> Action:
    return parts.button(Surface.CHAT, texts_cover.AWAY_TITLE, verbs.AWAY_OPEN)


def _for_managers() -> ActionSet:
    """A row of their own: Teams shows six buttons in one."""
    ways = [
        parts.button(Surface.CHAT, texts_cover.COVER_TITLE, verbs.COVER_OPEN),
        parts.button(Surface.CHAT, texts_moves.RETENTION_TITLE, verbs.RETENTION_LIST),
    ]
    return ActionSet(actions=ways, spacing="Medium")


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
    has_ended = view.state in ENDED
    body: list[Strict] = [
        parts.quiet(as_typed(texts.receipt_title(view.hub_name, joined=view.joined))),
        parts.reference(view.reference),
        parts.quiet(as_typed(view.marking)),
        parts.facts(_receipt_facts(view)),
        parts.small_heading(progress.ENDED_TITLE if has_ended else progress.WHAT_NOW_TITLE),
        parts.paragraph(progress.happening(view.state, view.cycle), "Small"),
        *_written_for_you(view),
        *(parts.paragraph(text, "Small") for text in _what_to_do(view)),
    ]
    if not view.in_sharepoint:
        body.append(parts.quiet(texts.RECEIPT_SOON, "Medium"))
    elif not has_ended:
        body.append(parts.quiet(texts.RECEIPT_UPDATES, "Medium"))
    return parts.card(body, _receipt_buttons(view))


def _receipt_facts(view: ReceiptView) -> dict[str, str]:
    """Of a case that was restricted meanwhile, only how far it has come."""
    sent = texts.FACT_JOINED if view.joined else texts.FACT_SENT
    is_closed = view.state is CaseState.CLOSED
    facts = {
        texts.FACT_STATUS: progress.progress(view.state, progress.status(view.state)),
        progress.FACT_OUTCOME: progress.OUTCOME.get(view.outcome, "") if is_closed else "",
        progress.FACT_GOES_ON_AS: view.goes_on_as if view.state in _ELSEWHERE else "",
        progress.FACT_LEAD: view.lead_agency if view.state in OPEN else "",
        texts.FACT_CATEGORY: view.category,
        sent: dates.moment(view.submitted_at, view.zone),
        texts.FACT_OWN_REFERENCE: view.own_reference,
        progress.FACT_FILE: texts.STATUS_IN_SHAREPOINT if view.in_sharepoint else "",
    }
    return {title: facts[title] for title in (texts.FACT_STATUS, sent)} if view.hidden else facts


_ELSEWHERE: Final = frozenset({CaseState.MERGED, CaseState.TRANSFERRED})
_MAY_COME_BACK: Final = frozenset({CaseState.CLOSED, CaseState.WITHDRAWN})


def _what_to_do(view: ReceiptView) -> Iterator[str]:
    if view.hidden:
        yield progress.RESTRICTED_BY_NOW
    elif view.state is CaseState.RETURNED and CaseAction.RESUBMIT in view.can:
        yield progress.ANSWER_BY_RESUBMITTING
    elif view.state in OPEN:
        yield progress.NOTHING_TO_DO
    if view.state is CaseState.CLOSED and view.watch_until is not None:
        yield progress.watched_until(dates.day(view.watch_until))
    if view.state in _MAY_COME_BACK:
        yield progress.REFER_AGAIN


def _written_for_you(view: ReceiptView) -> list[Strict]:
    """What somebody wrote with the last move for the referrer to read; of other moves it is not for them."""
    if view.hidden or not view.why or view.state not in progress.WRITTEN_FOR_YOU:
        return []
    title = parts.paragraph(f"**{progress.WRITTEN_FOR_YOU[view.state]}**")
    return [parts.notice(title, parts.paragraph(as_typed(view.why), "Small"))]


def _receipt_buttons(view: ReceiptView) -> list[Action]:
    found = []
    if CaseAction.RESUBMIT in view.can:
        found.append(_move_opener(view, Move.RESUBMIT, main=True))
    if CaseAction.READ_CASE in view.can:
        found.append(parts.case_opener(progress.OPEN_CASE, verbs.CASE_OPEN, case=view.reference))
        if view.in_sharepoint and view.web_url:
            found.append(parts.open_case_file(view.web_url))
    if CaseAction.WITHDRAW in view.can:
        found.append(_move_opener(view, Move.WITHDRAW))
    return [*found, parts.my_cases_opener()]


def _move_opener(view: ReceiptView, move: Move, *, main: bool = False) -> Action:
    return parts.case_opener(
        words.MOVE[move],
        verbs.MOVE_OPEN,
        name=f"open-{move}",
        main=main,
        case=view.reference,
        seen=view.moves,
        move=str(move),
    )


def channel_card(view: ChannelView) -> CardJson:
    """Everybody in the channel sees this one, so it names no person and no place."""
    body = _restricted(view) if view.restricted else _told_to_all(view)
    own = _my_next_step(view)
    if own is not None:
        body.append(parts.quiet(progress.only_you(own.title), "Small"))
    buttons = [*([own] if own is not None else []), *_opening(view)]
    return parts.card(body, buttons, refresh=_channel_refresh(view))


def _restricted(view: ChannelView) -> list[Strict]:
    return [
        parts.heading(view.reference),
        *_marking(view),
        parts.paragraph(progress.CHANNEL_RESTRICTED, "Small"),
    ]


def _told_to_all(view: ChannelView) -> list[Strict]:
    return [
        parts.heading(progress.CHANNEL_TITLES.get(view.state, progress.CHANNEL_TITLE_OPEN)),
        *_marking(view),
        parts.facts(_channel_facts(view)),
        parts.quiet(progress.CHANNEL_THREAD, "Medium"),
    ]


def _marking(view: ChannelView) -> list[Strict]:
    return [parts.quiet(as_typed(view.marking))] if view.marking else []


def _opening(view: ChannelView) -> list[Action]:
    if view.mine is not None and CaseAction.READ_CASE not in view.mine:
        return []
    return [parts.case_opener(progress.OPEN_CASE, verbs.CASE_OPEN, case=view.reference)]


# What takes a case on, by the state from which it does. How an assessment goes on is for its file to say.
_FORWARD: Final = (Move.RESUBMIT, Move.TRIAGE, Move.SHARE, Move.SCAN, Move.ANALYSE, Move.RESPOND, Move.ASSESS)
_DECIDING: Final = frozenset({CaseAction.AGREE_CLOSURE, CaseAction.CLOSE})


def _my_next_step(view: ChannelView) -> Action | None:
    """The one step that takes the case on, for whoever may take it."""
    mine = view.mine or frozenset()
    if not view.band and CaseAction.ASSESS_RISK in mine:
        return _step(view, progress.CHECK_RISK, verbs.RISK_OPEN)
    if mine & _DECIDING:
        return _step(view, progress.CHECKLIST, verbs.CLOSURE_OPEN)
    move = next((move for move in _FORWARD if CaseAction(move) in mine), None)
    return _step(view, words.MOVE[move], verbs.MOVE_OPEN, move=str(move)) if move else None


def _step(view: ChannelView, title: str, verb: str, **about: str) -> Action:
    return parts.case_opener(title, verb, main=True, case=view.reference, seen=view.moves, **about)


def _channel_facts(view: ChannelView) -> dict[str, str]:
    word = words.STATE[view.state]
    return {
        texts.FACT_REFERENCE: view.reference,
        texts.FACT_HUB: view.hub_name,
        texts.FACT_CATEGORY: view.category,
        progress.FACT_PROGRESS: progress.progress(view.state, word),
        progress.FACT_ROUND: str(view.cycle) if view.cycle > 1 else "",
        progress.FACT_BAND: words.BAND[view.band] if view.state in OPEN else "",
        progress.FACT_DUE: _due(view.due) if view.due and view.state in OPEN else "",
        progress.FACT_LEAD: view.lead_agency,
        texts.FACT_SUBMITTED: dates.day(view.submitted_on),
    }


def _due(due: Due) -> str:
    return progress.due(words.CLOCK[due.clock], dates.day(due.on), overdue=due.overdue)


def _channel_refresh(view: ChannelView) -> Refresh:
    """Those who work on the case see it as it is for them; Teams refreshes it by itself for no others."""
    action = ExecuteAction(verb=verbs.CASE_REFRESH, data={"verb": verbs.CASE_REFRESH, "case": view.reference})
    return Refresh(action=action, user_ids=list(view.refreshed_for))


# --- my cases --------------------------------------------------------------------------------------------------------


def my_cases(lines: Sequence[CaseLine], *, page: int, more: bool, surface: Surface, marking: str) -> CardJson:
    """What the person has referred or joined, newest first, a page at a time."""
    body: list[Strict] = [parts.heading(texts.MY_CASES_TITLE), parts.quiet(as_typed(marking))]
    body += [case_line(line, surface) for line in lines]
    if not lines:
        body.append(parts.paragraph(texts.MY_CASES_NO_MORE if page else texts.MY_CASES_NONE, "Medium"))
    return parts.card(body, _turning(page, surface, more=more) or _first_referral(lines, surface))


def case_line(line: CaseLine, surface: Surface) -> Container:
    """One case of a list, with what may be shown of it to whoever asked."""
    sent = texts.FACT_JOINED if line.joined else texts.FACT_SENT
    about = [
        as_typed(line.hub_name),
        words.STATE[line.state],
        *([words.BAND[line.band]] if line.band else []),
        f"{sent} {dates.day(line.submitted_at.astimezone(line.zone).date())}",
        *([link(progress.OPEN_IN_SHAREPOINT, line.web_url)] if line.in_sharepoint and line.web_url else []),
    ]
    items: list[Strict] = [
        parts.paragraph(f"**{as_typed(line.reference)}**  {as_typed(line.category)}"),
        *([parts.quiet(as_typed(line.where))] if line.where else []),
        parts.quiet(texts.BETWEEN.join(about)),
        *(
            [parts.quiet(f"{texts.FACT_OWN_REFERENCE}: {as_typed(line.own_reference)}")]
            if line.own_reference
            else []
        ),
    ]
    if line.openable:
        opening = parts.button(
            surface, progress.OPEN_CASE, verbs.CASE_OPEN, name=f"open-{line.reference}", case=line.reference
        )
        opening.tooltip = progress.open_case(line.reference)
        items.append(ActionSet(actions=[opening]))
    return Container(items=items, separator=True, spacing="Medium")


def _turning(page: int, surface: Surface, *, more: bool) -> list[Action]:
    turns = []
    if page:
        turns.append(parts.button(surface, texts.NEWER, verbs.CASES_PAGE, name="newer", page=page - 1))
    if more:
        turns.append(parts.button(surface, texts.OLDER, verbs.CASES_PAGE, name="older", page=page + 1))
    return turns


def _first_referral(lines: Sequence[CaseLine], surface: Surface) -> list[Action]:
    return [] if lines else [parts.button(surface, texts.REFER, verbs.REFER_OPEN, main=True)]
