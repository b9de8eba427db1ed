"""The cards that tell: what they hold, and what they must never hold."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import dates, information_cards, texts, texts_progress, verbs
from cards.texts import Kind
from cards.verbs import Page, Surface
from cards.views import ChannelView
from osara_store.policy import Action, Reason
from osara_store.schema import CaseState
from osara_store.states import ENDED, OPEN
from tests.unit.cards.every_card import (
    ADDRESS,
    CHANNEL,
    CHANNEL_LATER,
    DIRECTORY,
    EVERY_CARD,
    HUB,
    LINES,
    LONDON,
    RECEIPT,
    RECEIPT_IN_SHAREPOINT,
    RECEIPT_LATER,
)
from tests.unit.cards.rig import Renderer
from tests.unit.cards.test_every_card import actions_of
from tests.unit.cards.test_referral_form import buttons_of, words_of


def facts_of(card: dict[str, Any]) -> Mapping[str, str]:
    return {
        fact["title"]: fact["value"]
        for part in card["body"]
        if part["type"] == "FactSet"
        for fact in part["facts"]
    }


# --- the way in ------------------------------------------------------------------------------------------------------


def test_the_hub_card_opens_dialogs_for_its_own_hub() -> None:
    card = information_cards.hub_card(DIRECTORY, HUB)
    assert [(action["title"], action["data"]) for action in card["actions"]] == [
        (title, {"msteams": {"type": "task/fetch"}, "verb": verb, "hub": "ALL"})
        for title, verb in (
            ("Refer", verbs.REFER_OPEN),
            ("My work", verbs.WORK_MINE),
            ("My cases", verbs.CASES_MINE),
            ("Find a case", verbs.SEARCH_OPEN),
            ("Settings", verbs.MINE_OPEN),
            ("Help", verbs.HELP_OPEN),
        )
    ]


def test_the_menu_works_in_a_chat_without_dialogs() -> None:
    card = information_cards.chat_menu(DIRECTORY, [HUB])
    assert {action["type"] for action in card["actions"]} == {"Action.Execute"}
    assert list(buttons_of(card)) == ["Refer", "My work", "My cases", "Find a case", "Settings", "Help"]


def test_only_managers_are_offered_the_retention_reviews() -> None:
    for manages in (True, False):
        card = information_cards.chat_menu(DIRECTORY, [HUB], manages=manages)
        assert ("Retention reviews" in [action["title"] for action in actions_of(card)]) is manages
        assert len(buttons_of(card)) <= 6


def test_somebody_without_a_hub_is_told_who_can_help_and_offered_nothing_that_would_fail() -> None:
    card = information_cards.chat_menu(DIRECTORY, [])
    assert texts.MENU_NO_HUB in words_of(card)
    assert list(buttons_of(card)) == ["Help"]


@pytest.mark.parametrize("name", ["hub card", "chat menu", "help", "page one, new", "warning"])
def test_999_is_named_wherever_somebody_may_come_in_need(name: str) -> None:
    assert "999" in words_of(EVERY_CARD[name]())


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.ALLOWED])
def test_every_refusal_has_its_own_text(reason: Reason) -> None:
    assert texts.refusal(reason) != texts.REFUSED_OTHERWISE


def test_an_unknown_refusal_still_says_who_can_help() -> None:
    assert texts.refusal("whatever") == texts.REFUSED_OTHERWISE


# --- receipt ---------------------------------------------------------------------------------------------------------


def receipt(**about: Any) -> dict[str, Any]:
    """A receipt that was told all there is to tell."""
    return information_cards.receipt(replace(RECEIPT_LATER, **about))


def test_a_receipt_says_what_was_sent_and_when_in_the_hubs_own_time() -> None:
    in_summer = replace(RECEIPT, submitted_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    assert facts_of(information_cards.receipt(in_summer)) == {
        "Status": "Submitted (step 1 of 7)",
        "Problem": "Rowdy or intimidating behaviour",
        "Sent": "2 July 2026, 00:30",
        texts.FACT_OWN_REFERENCE: "NH-4471",
    }


def test_a_receipt_turns_to_the_sharepoint_list_once_the_case_is_there() -> None:
    before, after = information_cards.receipt(RECEIPT), information_cards.receipt(RECEIPT_IN_SHAREPOINT)
    assert "Case file" not in facts_of(before)
    assert "shortly" in words_of(before)
    assert texts.OPEN_CASE_FILE not in buttons_of(before)
    assert facts_of(after)["Case file"] == "In the SharePoint list"
    assert "shortly" not in words_of(after)
    assert buttons_of(after)[texts.OPEN_CASE_FILE]["url"] == ADDRESS


def test_a_receipt_without_an_own_reference_leaves_the_line_out() -> None:
    assert texts.FACT_OWN_REFERENCE not in facts_of(
        information_cards.receipt(replace(RECEIPT, own_reference=""))
    )


def test_somebody_who_joined_reads_that_they_joined() -> None:
    card = information_cards.receipt(replace(RECEIPT, joined=True))
    assert "You joined a case of the Allerdale hub" in words_of(card)
    assert "Joined" in facts_of(card)


def test_an_own_reference_is_shown_as_it_was_typed(renderer: Renderer) -> None:
    card = information_cards.receipt(replace(RECEIPT, own_reference="<at>NH</at> [4](x) **71**"))
    assert "<at>NH</at> [4](x) **71**" in renderer.draw(card)["texts"]


@pytest.mark.parametrize(
    "name",
    [
        *("receipt, just sent", "receipt, in SharePoint", "my cases", "my cases, none", "channel card"),
        *("receipt, of a case that is restricted by now", "channel card, restricted"),
    ],
)
def test_the_marking_is_on_what_belongs_to_a_case(name: str) -> None:
    assert DIRECTORY.marking in words_of(EVERY_CARD[name]())


@pytest.mark.parametrize("state", CaseState)
def test_a_receipt_says_in_plain_words_what_happens_in_every_state(state: CaseState) -> None:
    said = words_of(receipt(state=state))
    assert texts_progress.HAPPENING[state] in said
    assert ("What happens now" in said) == (state in OPEN)
    assert ("How it ended" in said) == (state in ENDED)


@pytest.mark.parametrize("state", CaseState)
def test_what_was_written_with_a_move_is_shown_only_where_it_was_written_for_the_referrer(
    state: CaseState,
) -> None:
    shown = "Which nights was it?" in words_of(receipt(state=state))
    assert shown == (state in {CaseState.RETURNED, CaseState.SIGNPOSTED})


def test_what_was_written_for_the_referrer_is_read_as_it_was_typed(renderer: Renderer) -> None:
    drawn = renderer.draw(receipt(state=CaseState.SIGNPOSTED, why="*Ann* <at>x</at>\n1. Ring her"))
    assert "*Ann* <at>x</at>\n1. Ring her" in drawn["texts"]
    assert drawn["lists"] == 0


@pytest.mark.parametrize("state", CaseState)
def test_the_outcome_is_told_once_the_case_is_closed_and_not_before(state: CaseState) -> None:
    assert ("Outcome" in facts_of(receipt(state=state))) == (state is CaseState.CLOSED)


def test_a_closed_case_says_how_long_the_hub_watches_and_to_refer_again() -> None:
    said = words_of(receipt(state=CaseState.CLOSED))
    assert "The hub watches until 21 November 2027" in said
    assert texts_progress.REFER_AGAIN in said
    assert facts_of(receipt(state=CaseState.CLOSED))["Outcome"] == "Much better"


@pytest.mark.parametrize("state", CaseState)
def test_where_a_case_goes_on_is_told_of_one_that_was_merged_or_transferred(state: CaseState) -> None:
    goes_on = state in {CaseState.MERGED, CaseState.TRANSFERRED}
    assert ("Goes on as" in facts_of(receipt(state=state))) == goes_on


def test_how_often_the_hub_has_begun_is_told_while_it_works_on_it() -> None:
    assert "second time round" in words_of(receipt(state=CaseState.SCANNING))
    assert "second time round" not in words_of(receipt(state=CaseState.CLOSED))
    assert "time round" not in words_of(receipt(state=CaseState.SCANNING, cycle=1))


_OFFERS: Mapping[Action, str] = {
    Action.RESUBMIT: "open-resubmit",
    Action.WITHDRAW: "open-withdraw",
    Action.READ_CASE: "case.open",
}


@given(can=st.frozensets(st.sampled_from(Action)), state=st.sampled_from(CaseState), hidden=st.booleans())
def test_a_receipt_offers_what_its_owner_may_do_and_nothing_else(
    can: frozenset[Action], state: CaseState, hidden: bool
) -> None:
    buttons = {
        action["id"]: action for action in receipt(state=state, can=can, hidden=hidden).get("actions", [])
    }
    reading = {"open"} if Action.READ_CASE in can else set()
    assert set(buttons) == {_OFFERS[action] for action in can & set(_OFFERS)} | reading | {verbs.CASES_MINE}
    for name in ("open-resubmit", "open-withdraw"):
        assert buttons.get(name, {"data": {"seen": 5}})["data"]["seen"] == 5


def test_a_case_that_was_restricted_meanwhile_shows_only_how_far_it_has_come() -> None:
    card = receipt(state=CaseState.RETURNED, hidden=True, can=frozenset())
    assert facts_of(card) == {"Status": "More is needed (step 1 of 7)", "Sent": "21 November 2026, 14:05"}
    assert "Which nights" not in words_of(card)
    assert texts_progress.RESTRICTED_BY_NOW in words_of(card)


# --- channel ---------------------------------------------------------------------------------------------------------


def test_the_channel_reads_reference_hub_problem_progress_and_date() -> None:
    assert facts_of(information_cards.channel_card(CHANNEL)) == {
        "Reference": "ALL-2026-0001",
        "Hub": "Allerdale",
        "Problem": "Rowdy or intimidating behaviour",
        "Progress": "Submitted (step 1 of 7)",
        "Risk": "Not assessed yet",
        "Submitted": "21 November 2026",
    }


def test_the_channel_reads_how_serious_it_is_what_is_due_and_who_leads() -> None:
    facts = facts_of(information_cards.channel_card(replace(CHANNEL_LATER, state=CaseState.ANALYSIS)))
    assert facts["Progress"] == "Analysis (step 4 of 7)"
    assert facts["Risk"] == "High"
    assert facts["Due"] == "Initial action: was due 24 November 2026"
    assert facts["Led by"] == "Northshore Homes"
    assert facts["Round"] == "2"


@pytest.mark.parametrize("state", CaseState)
def test_nothing_is_due_in_the_channel_of_a_case_that_has_ended(state: CaseState) -> None:
    facts = facts_of(information_cards.channel_card(replace(CHANNEL_LATER, state=state)))
    assert ("Due" in facts) == ("Risk" in facts) == (state in OPEN)


def test_a_channel_card_cannot_even_be_given_anything_else() -> None:
    assert {field.name for field in fields(ChannelView)} == {
        *(
            "reference",
            "hub_name",
            "category",
            "submitted_on",
            "state",
            "band",
            "lead_agency",
            "due",
            "cycle",
        ),
        *("restricted", "marking", "moves", "mine", "refreshed_for"),
    }


# Long enough, and of letters that stand in no text of ours.
SECRET = st.text(st.characters(min_codepoint=0x3B1, max_codepoint=0x3C9), min_size=4, max_size=30)


@given(reference=SECRET, hub=SECRET, category=SECRET, on=st.dates())
def test_two_channel_cards_differ_in_nothing_but_what_a_channel_may_see(
    reference: str, hub: str, category: str, on: date
) -> None:
    card = information_cards.channel_card(
        ChannelView(reference, hub, category, on, marking=DIRECTORY.marking)
    )
    told = facts_of(card)
    assert [told[title] for title in ("Reference", "Hub", "Problem", "Submitted")] == [
        *(reference, hub, category),
        dates.day(on),
    ]
    other = information_cards.channel_card(CHANNEL)
    assert [part for part in card["body"] if part["type"] != "FactSet"] == [
        part for part in other["body"] if part["type"] != "FactSet"
    ]


@pytest.mark.parametrize("state", CaseState)
def test_of_a_restricted_case_the_channel_reads_its_reference_and_no_more(state: CaseState) -> None:
    plain = information_cards.channel_card(
        ChannelView("ALL-2026-0001", "", "", date(2026, 11, 21), restricted=True, marking=DIRECTORY.marking)
    )
    card = information_cards.channel_card(replace(CHANNEL_LATER, state=state, restricted=True))
    assert card["body"] == plain["body"]
    assert [action["title"] for action in card["actions"]] == ["Open the case"]


# What somebody may do who could take the case on, and the step that their card leads with.
STEPS = [
    (CaseState.SUBMITTED, "", {Action.ASSESS_RISK, Action.TRIAGE}, "Check the risk", verbs.RISK_OPEN),
    (CaseState.SUBMITTED, "high", {Action.ASSESS_RISK, Action.TRIAGE}, "Accept", verbs.MOVE_OPEN),
    (CaseState.RETURNED, "high", {Action.RESUBMIT, Action.WITHDRAW}, "Send it again", verbs.MOVE_OPEN),
    (CaseState.TRIAGED, "high", {Action.SHARE, Action.SCAN}, "Ask the partners", verbs.MOVE_OPEN),
    (CaseState.SHARING, "high", {Action.SCAN}, "Begin scanning", verbs.MOVE_OPEN),
    (CaseState.SCANNING, "high", {Action.ANALYSE}, "Begin analysis", verbs.MOVE_OPEN),
    (CaseState.ANALYSIS, "high", {Action.RESPOND}, "Begin response", verbs.MOVE_OPEN),
    (CaseState.RESPONSE, "high", {Action.ASSESS}, "Begin assessment", verbs.MOVE_OPEN),
    (CaseState.CLOSURE_PROPOSED, "high", {Action.AGREE_CLOSURE}, "Open the checklist", verbs.CLOSURE_OPEN),
    (CaseState.CLOSURE_PROPOSED, "high", {Action.CLOSE}, "Open the checklist", verbs.CLOSURE_OPEN),
]


@pytest.mark.parametrize(("state", "band", "mine", "title", "verb"), STEPS)
def test_whoever_may_take_the_case_on_is_shown_the_step_and_that_only_they_see_it(
    state: CaseState, band: str, mine: set[Action], title: str, verb: str
) -> None:
    view = replace(CHANNEL_LATER, state=state, band=band, mine=frozenset(mine | {Action.READ_CASE}))
    card = information_cards.channel_card(view)
    first, then = card["actions"]
    assert (first["title"], first["data"]["verb"], first["data"]["seen"]) == (title, verb, 5)
    assert then["title"] == "Open the case"
    assert f"Only you see the button **{title}**." in words_of(card)


@pytest.mark.parametrize("mine", [frozenset({Action.READ_CASE, Action.PROPOSE_CLOSURE}), frozenset(), None])
def test_whoever_may_not_take_it_on_sees_no_step_of_their_own(mine: frozenset[Action] | None) -> None:
    view = replace(CHANNEL_LATER, state=CaseState.ASSESSMENT, mine=mine)
    card = information_cards.channel_card(view)
    assert "Only you see" not in words_of(card)
    may_open = mine is None or Action.READ_CASE in mine
    assert [action["title"] for action in card.get("actions", [])] == ["Open the case"] * may_open


def test_a_channel_card_names_those_for_whom_it_is_drawn_anew_and_else_nobody() -> None:
    assert information_cards.channel_card(CHANNEL_LATER)["refresh"] == {
        "action": {
            "type": "Action.Execute",
            "verb": verbs.CASE_REFRESH,
            "data": {"verb": verbs.CASE_REFRESH, "case": "ALL-2026-0001"},
        },
        "userIds": ["29:tom", "29:mona"],
    }
    # Without the list, Teams would ask for everybody in a small conversation.
    assert information_cards.channel_card(CHANNEL)["refresh"]["userIds"] == []


# --- my cases --------------------------------------------------------------------------------------------------------


def test_my_cases_lead_to_their_case_files(renderer: Renderer) -> None:
    assert len(renderer.draw(EVERY_CARD["my cases"]())["links"]) == 2


@pytest.mark.parametrize(
    ("page", "more", "turns"),
    [(0, False, {}), (0, True, {"Older": 1}), (1, True, {"Newer": 0, "Older": 2}), (2, False, {"Newer": 1})],
)
def test_my_cases_are_turned_a_page_at_a_time(page: int, more: bool, turns: dict[str, int]) -> None:
    card = information_cards.my_cases(LINES, page=page, more=more, surface=Surface.DIALOG, marking="")
    assert {action["title"]: action["data"]["page"] for action in card.get("actions", [])} == turns


def test_a_case_of_a_list_is_opened_by_its_own_button_where_that_may_be() -> None:
    lines = [replace(LINES[0], openable=True), LINES[1]]
    card = information_cards.my_cases(lines, page=0, more=False, surface=Surface.DIALOG, marking="")
    buttons = [action for action in actions_of(card) if action["title"] == "Open the case"]
    assert [(each["data"]["case"], each["tooltip"]) for each in buttons] == [
        ("ALL-2026-0012", "Open the case ALL-2026-0012")
    ]


def test_somebody_without_cases_is_shown_how_to_begin() -> None:
    assert list(buttons_of(EVERY_CARD["my cases, none"]())) == ["Refer"]


# --- dates, titles and notifications ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 21, 14, 5, tzinfo=UTC), "21 November 2026, 14:05"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "29 March 2026, 00:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29 March 2026, 02:00"),
    ],
)
def test_a_time_is_shown_in_the_hubs_zone(at: datetime, shown: str) -> None:
    assert dates.moment(at, LONDON) == shown


@pytest.mark.parametrize("page", Page)
def test_every_page_has_a_title_for_its_dialog(page: Page) -> None:
    assert 0 < len(texts.dialog_title(page)) <= 40


@pytest.mark.parametrize("kind", Kind)
def test_a_notification_says_what_it_is_about_and_nothing_more(kind: Kind) -> None:
    assert texts.summary_of(kind)
    assert texts.summary_of(kind, "ALL-2026-0001") == f"{texts.summary_of(kind)}: ALL-2026-0001"
