"""The cards that tell: what they hold, and what they must never hold."""

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import dates, information_cards, texts, verbs
from cards.texts import Kind
from cards.verbs import Page, Surface
from cards.views import ChannelView
from osara_store.policy import Reason
from osara_store.referral import Referral
from tests.unit.cards.every_card import (
    ADDRESS,
    ANSWERS,
    CHANNEL,
    DIRECTORY,
    EVERY_CARD,
    HUB,
    LINES,
    LONDON,
    RECEIPT,
    RECEIPT_IN_SHAREPOINT,
)
from tests.unit.cards.rig import Renderer
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
            ("My cases", verbs.CASES_MINE),
            ("Help", verbs.HELP_OPEN),
        )
    ]


def test_the_menu_works_in_a_chat_without_dialogs() -> None:
    card = information_cards.chat_menu(DIRECTORY, [HUB])
    assert {action["type"] for action in card["actions"]} == {"Action.Execute"}
    assert list(buttons_of(card)) == ["Refer", "My cases", "Help"]


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


def test_a_receipt_says_what_was_sent_and_when_in_the_hubs_own_time() -> None:
    in_summer = replace(RECEIPT, submitted_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    assert facts_of(information_cards.receipt(in_summer)) == {
        "Status": "Submitted",
        "Problem": "Rowdy or intimidating behaviour",
        "Sent": "2 July 2026, 00:30",
        texts.FACT_OWN_REFERENCE: "NH-4471",
    }


def test_a_receipt_turns_to_the_sharepoint_list_once_the_case_is_there() -> None:
    before, after = information_cards.receipt(RECEIPT), information_cards.receipt(RECEIPT_IN_SHAREPOINT)
    assert facts_of(before)["Status"] == "Submitted"
    assert "shortly" in words_of(before)
    assert "Open the case file" not in buttons_of(before)
    assert facts_of(after)["Status"] == "In the SharePoint list"
    assert "shortly" not in words_of(after)
    assert buttons_of(after)["Open the case file"]["url"] == ADDRESS


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
    "name", ["receipt, just sent", "receipt, in SharePoint", "my cases", "my cases, none"]
)
def test_the_marking_is_on_what_belongs_to_a_case(name: str) -> None:
    assert DIRECTORY.marking in words_of(EVERY_CARD[name]())


# --- channel ---------------------------------------------------------------------------------------------------------


def test_the_channel_reads_reference_hub_problem_and_date() -> None:
    assert facts_of(information_cards.channel_card(CHANNEL)) == {
        "Reference": "ALL-2026-0001",
        "Hub": "Allerdale",
        "Problem": "Rowdy or intimidating behaviour",
        "Submitted": "21 November 2026",
    }


def test_a_channel_card_cannot_even_be_given_anything_else() -> None:
    assert [field.name for field in fields(ChannelView)] == [
        "reference",
        "hub_name",
        "category",
        "submitted_on",
    ]


# Long enough, and of letters that stand in no text of ours.
SECRET = st.text(st.characters(min_codepoint=0x3B1, max_codepoint=0x3C9), min_size=4, max_size=30)
PRIVATE = ("what", "where", "tried", "wanted", "affected", "involved", "equality_note", "own_reference")


@given(private=st.fixed_dictionaries(dict.fromkeys(PRIVATE, SECRET)), on=st.dates())
def test_a_channel_card_holds_nothing_of_what_where_and_who(private: dict[str, str], on: date) -> None:
    referral = Referral.model_validate({**ANSWERS, **private, "what": f"It is {private['what']}"})
    category = DIRECTORY.category(referral.category)
    assert category is not None
    card = information_cards.channel_card(ChannelView("ALL-2026-0001", HUB.name, category.name, on))
    drawn = json.dumps(card, ensure_ascii=False)
    assert not any(text in drawn for text in private.values())


@given(reference=SECRET, hub=SECRET, category=SECRET, on=st.dates())
def test_two_channel_cards_differ_in_nothing_but_what_a_channel_may_see(
    reference: str, hub: str, category: str, on: date
) -> None:
    card = information_cards.channel_card(ChannelView(reference, hub, category, on))
    told = facts_of(card)
    assert list(told.values()) == [reference, hub, category, dates.day(on)]
    other = information_cards.channel_card(CHANNEL)
    assert [part for part in card["body"] if part["type"] != "FactSet"] == [
        part for part in other["body"] if part["type"] != "FactSet"
    ]


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
