"""What the cards of a case meeting say, and to whom they offer what."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from cards import case_cards, meeting_cards, meeting_pages, texts_meetings, verbs
from cards.case_view import CaseView
from osara_store.case_file import Meeting
from osara_store.directory import Actor
from tests.driver import texts_in
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_meetings import (
    BEGUN,
    BOOKED,
    CALLED_OFF,
    FEW,
    HELD,
    LOOKING,
    MANY,
    NOTED,
    OFFERED,
    START,
    agenda,
    arranging,
    hub_of,
    meeting,
    message,
    page,
    restricted,
    with_meeting,
)
from tests.unit.cards.page_world import (
    IAN,
    MONA,
    NOW,
    PRIYA,
    RUTH,
    TOM,
    buttons_of,
    inputs_of,
    titles_of,
    view,
)

RUNNING = {
    verbs.MEETING_ATTENDANCE_OPEN,
    verbs.MEETING_NOTE_OPEN,
    verbs.MEETING_DECIDE_OPEN,
    verbs.MEETING_END,
}
CHANGING = {verbs.MEETING_TIME_OPEN, verbs.MEETING_CANCEL_OPEN}


def verbs_of(card: dict[str, Any]) -> set[str]:
    return {button["data"]["verb"] for button in buttons_of(card).values() if "data" in button}


def people_ticked(view: CaseView) -> list[str]:
    asked = inputs_of(meeting_pages.arrange(view))["people"]
    ticked = (asked.get("value") or "").split(",")
    return [choice["title"] for choice in asked["choices"] if choice["value"] in ticked]


def test_those_with_a_part_to_play_are_ticked_and_the_search_ends_when_they_should_have_met():
    card = meeting_pages.arrange(arranging())
    assert people_ticked(arranging()) == ["Priya Example, Northshore Homes"]
    asked = inputs_of(card)
    assert (asked["first_day"]["value"], asked["last_day"]["value"]) == ("2026-06-04", "2026-06-09")


def test_an_agency_that_has_a_part_to_play_is_ticked():
    file = replace(world.ANALYSIS, requests=(world.asked_for(1, "allerdale-council", "part"),))
    assert "Ian Petrie, Allerdale Council" in people_ticked(arranging(FEW, file))


def test_of_a_crowd_the_form_lists_some_and_asks_for_the_names_of_others():
    card = meeting_pages.arrange(arranging(MANY))
    assert len(inputs_of(card)["people"]["choices"]) == meeting_pages.MOST_OFFERED
    assert "names" in inputs_of(card)
    assert "30 more people may come" in texts_in(card)


def test_a_hub_without_a_mailbox_says_that_nothing_goes_into_calendars():
    directory = hub_of(
        [{"id": IAN.object_id, "name": "Ian", "upn": "i@h.example", "agency": IAN.agency.id}], None
    )
    shows = texts_in(meeting_pages.arrange(arranging(directory)))
    assert "nothing is put into calendars" in shows
    assert texts_meetings.ASK_NOW not in shows


@pytest.mark.parametrize("actor", [TOM, MONA, PRIYA], ids=lambda actor: actor.name)
def test_whoever_works_the_case_chooses_moves_and_calls_off(actor: Actor):
    assert "slot" in inputs_of(page(OFFERED, actor))
    assert verbs_of(page(OFFERED, actor)) >= {verbs.MEETING_CHOOSE, *CHANGING}
    assert verbs_of(page(BOOKED, actor)) >= CHANGING
    assert not RUNNING & verbs_of(page(BOOKED, actor))


@pytest.mark.parametrize("actor", [IAN, RUTH], ids=lambda actor: actor.name)
def test_others_read_what_stands_and_are_offered_nothing(actor: Actor):
    for made in (LOOKING, OFFERED, BOOKED, BEGUN, NOTED, HELD, CALLED_OFF):
        card = page(made, actor)
        assert verbs_of(card) == {verbs.CASE_OPEN}
        assert not inputs_of(card)


def test_at_the_meeting_what_goes_on_can_be_written_down_and_it_ends_once_somebody_came():
    assert verbs_of(page(BEGUN)) & RUNNING == RUNNING - {verbs.MEETING_END}
    assert verbs_of(page(NOTED)) & RUNNING == RUNNING
    assert not verbs_of(page(HELD)) & (RUNNING | CHANGING)


def test_a_time_that_has_gone_by_is_not_on_offer():
    late = view(with_meeting(OFFERED), now=START + timedelta(minutes=1))
    choices = inputs_of(meeting_cards.page(late, OFFERED))["slot"]["choices"]
    assert len(choices) == 2


def test_a_time_says_how_many_can_come_and_what_is_not_known():
    choices = [choice["title"] for choice in inputs_of(page(OFFERED))["slot"]["choices"]]
    assert choices[0].endswith(": 3 of 3 can come")
    assert choices[1].endswith(": 2 of 2 can come, 1 perhaps, 1 not known")
    assert choices[0].startswith("Saturday 6 June 2026")


def test_the_agenda_in_the_channel_names_nobody_and_nothing_personal():
    shows = texts_in(agenda(BOOKED, replace(world.RESPONSE, requests=world.SHARING.requests)))
    names = [each.name for each in (TOM, IAN, PRIYA)] + [each.description for each in world.PEOPLE]
    assert not [name for name in (*names, world.RESPONSE.case.where) if name in shows]
    assert "0 of 1 have answered" in shows
    assert "2 open, 1 overdue" in shows


def test_a_restricted_case_has_neither_time_nor_link_in_the_channel():
    card = agenda(BOOKED, restricted())
    assert titles_of(card) == []
    assert "2026" not in texts_in(card).replace(world.ANALYSIS.case.reference, "")


def test_the_card_of_whoever_is_invited_has_the_link_and_the_agenda():
    card = message(BOOKED)
    assert titles_of(card) == ["Join the call", "Open the meeting", "Open the case"]
    assert "What is on" in texts_in(card)


@pytest.mark.parametrize("made", [CALLED_OFF, HELD])
def test_a_meeting_that_is_over_leaves_a_card_without_content(made: Meeting):
    card = message(made)
    assert titles_of(card) == []
    assert PRIYA.name not in texts_in(card)


def test_the_overview_leads_to_the_meeting_or_to_arranging_one():
    assert verbs.MEETING_FORM in verbs_of(case_cards.overview(view(world.ANALYSIS)))
    ahead = case_cards.overview(view(with_meeting(BOOKED)))
    assert "Meeting on 6 June 2026" in titles_of(ahead)
    assert verbs.MEETING_FORM not in verbs_of(ahead)
    assert verbs.MEETING_FORM not in verbs_of(case_cards.overview(view(world.ANALYSIS, IAN)))


def test_a_meeting_that_goes_on_now_comes_first_for_who_writes_it_down():
    assert texts_meetings.NEXT_NOW in texts_in(case_cards.overview(view(with_meeting(BEGUN))))
    assert texts_meetings.NEXT_NOW not in texts_in(case_cards.overview(view(with_meeting(BEGUN), IAN)))


def test_where_the_partners_should_have_met_arranging_is_the_next_step():
    met = world.clock(world.ANALYSIS, "initial_action", met_at=NOW)
    answered = world.clock(met, "information", met_at=NOW)
    late = world.clock(answered, "meeting", due_at=NOW - timedelta(days=1))
    assert texts_meetings.NEXT_ARRANGE in texts_in(case_cards.overview(view(late)))
    assert texts_meetings.NEXT_ARRANGE not in texts_in(case_cards.overview(view(with_meeting(BOOKED, late))))


def test_trouble_with_the_calendar_is_said_in_words():
    for word, sentence in texts_meetings.TROUBLE.items():
        assert sentence in texts_in(page(meeting(trouble=word)))
