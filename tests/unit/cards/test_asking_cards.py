"""Asking the partners: what is offered, what the asked person sees, and how the answers are counted."""

from dataclasses import replace
from typing import Any

import pytest

from cards import (
    asking_cards,
    asking_forms,
    call_back_cards,
    call_cards,
    case_cards,
    dates,
    mentions,
    next_steps,
    request_cards,
    texts_asking,
    verbs,
)
from cards.asking_forms import Answered, Asked
from cards.case_view import Typed
from cards.verbs import Surface
from osara_store.case_file import CaseFile
from osara_store.directory import Actor
from osara_store.schema import CaseState, Reply
from osara_store.states import ENDED
from tests.driver import texts_in
from tests.unit.cards import page_world as world
from tests.unit.cards.every_asking_card import ANSWERED, FULL, called, heard, replied, with_many_agencies
from tests.unit.cards.page_world import IAN, MONA, NOW, PRIYA, TOM, asked_for, buttons_of, inputs_of, view
from tests.unit.cards.stage_world import in_state


def personal(file: CaseFile, actor: Actor = IAN) -> dict[str, Any]:
    return request_cards.request(view(file, actor, surface=Surface.CHAT), file.requests[0])


def verbs_of(card: dict[str, Any]) -> list[str]:
    return [button["data"]["verb"] for button in buttons_of(card).values()]


def with_reply(reply: str, note: str = "") -> CaseFile:
    return replace(world.SHARING, requests=(asked_for(1, "allerdale-council", reply, note),))


# --- the card of who is asked ----------------------------------------------------------------------------------------


def test_it_says_who_asks_why_by_when_where_and_whom_it_is_about() -> None:
    said = texts_in(personal(world.SHARING))
    for told in ("Tom Roe", "Allerdale Council", "who else knows the address", "6 June 2026", "Ann Example"):
        assert told in said
    assert world.SHARING.case.where in said
    assert "OFFICIAL-SENSITIVE" in said


def test_four_buttons_answer_in_one_tap() -> None:
    buttons = [
        each for each in buttons_of(personal(world.SHARING)).values() if each["data"]["verb"] == verbs.REQUEST_ANSWER
    ]  # fmt: skip
    assert [button["data"]["reply"] for button in buttons] == [str(reply) for reply in Reply]
    assert {button["type"] for button in buttons} == {"Action.Execute"}
    assert {(button["data"]["n"], button["data"]["case"]) for button in buttons} == {(1, "ALL-2026-0001")}


@pytest.mark.parametrize("reply", list(Reply))
def test_once_answered_it_shows_the_answer_and_no_longer_the_people(reply: Reply) -> None:
    card = personal(with_reply(reply))
    said = texts_in(card)
    assert "Change my answer" in said
    assert verbs.REQUEST_ANSWER not in verbs_of(card)
    assert "Ann Example" not in said
    assert world.SHARING.case.where not in said


def test_who_holds_something_is_asked_for_a_word_until_there_is_one() -> None:
    assert "Say more" in texts_in(personal(with_reply("something")))
    assert "Say more" not in texts_in(personal(with_reply("something", "Two visits.")))
    assert "Say more" not in texts_in(personal(with_reply("nothing")))


def test_of_a_crowd_the_card_shows_some_and_how_many_more_there_are() -> None:
    said = texts_in(personal(FULL))
    assert "and 17 more: open the case to see them" in said


def test_an_emptied_card_has_the_reference_and_why_and_no_button() -> None:
    card = request_cards.emptied("ALL-2026-0001", texts_asking.HANDED_ON)
    assert "ALL-2026-0001" in texts_in(card)
    assert "asks anew" in texts_in(card)
    assert "actions" not in card


def test_the_call_in_the_channel_mentions_whom_it_calls() -> None:
    card = call_cards.request_call([IAN, TOM], "Harbour Surgeries", "ALL-2026-0003")
    assert card["body"][0]["text"] == (
        f"<at>{IAN.name}</at> or <at>{TOM.name}</at> of **Harbour Surgeries**, "
        "please open ALL-2026-0003: the hub asks what you know."
    )
    assert [entity["mentioned"] for entity in card["msteams"]["entities"]] == [
        {"id": each.object_id, "name": each.name} for each in (IAN, TOM)
    ]


def test_the_call_for_a_task_tells_that_there_is_one_and_no_more() -> None:
    said = texts_in(call_cards.task_call([IAN], "Harbour Surgeries", "ALL-2026-0003"))
    assert "please open ALL-2026-0003: there is something for you to do." in said


def test_where_nobody_may_be_mentioned_the_agency_is_called() -> None:
    card = call_cards.request_call([], "Harbour Surgeries", "ALL-2026-0003")
    assert texts_in(card).startswith("Somebody of **Harbour Surgeries**, please open")
    assert "msteams" not in card


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Mary O'Neill-Smith", "Mary O'Neill-Smith"),
        ("*Ann* [x](http://y)", "Ann x (http://y)"),
        ("Eve</at><at>Tom", "Eve /at at Tom"),
    ],
)
def test_a_name_in_a_mention_is_read_as_a_name_whatever_it_holds(name: str, drawn: str) -> None:
    (mention,) = mentions.of([replace(IAN, name=name)])
    assert mention.text == f"<at>{drawn}</at>"
    assert mention.entity()["text"] == mention.text
    assert mention.entity()["mentioned"] == {"id": IAN.object_id, "name": drawn}


def test_two_of_one_name_are_mentioned_by_a_text_each() -> None:
    found = mentions.of([IAN, replace(TOM, name=IAN.name)])
    assert [each.text for each in found] == [f"<at>{IAN.name}</at>", f"<at>{IAN.name} (2)</at>"]


# --- the card of whoever asked ---------------------------------------------------------------------------------------


def test_a_call_that_is_wanted_is_said_to_be_made_with_a_note_if_there_is_one() -> None:
    card = called(replied("call"))
    assert f"{IAN.name} of **Allerdale Council** answered on 2 June 2026: **please call me**." in texts_in(
        card
    )
    assert verbs_of(card) == [verbs.REQUEST_CALLED, verbs.CASE_OPEN]
    assert list(inputs_of(card)) == ["note"]


def test_a_part_to_play_asks_for_nothing_but_to_open_the_case() -> None:
    card = called(replied("part"))
    assert "**we have a part to play**" in texts_in(card)
    assert verbs_of(card) == [verbs.REQUEST_SEEN]
    assert inputs_of(card) == {}


@pytest.mark.parametrize(("reply", "said"), [("call", "**Called back**"), ("part", "**Seen**")])
def test_once_somebody_has_seen_to_it_the_card_says_who_and_asks_nothing(reply: str, said: str) -> None:
    card = called(heard(replied(reply)))
    assert f"{said}, {TOM.name}, 3 June 2026" in texts_in(card)
    assert verbs_of(card) == [verbs.CASE_OPEN]
    assert inputs_of(card) == {}


def test_whoever_wanted_a_call_and_wants_none_any_more_is_not_waited_for() -> None:
    card = called(replied("nothing"))
    assert "changed the answer" in texts_in(card)
    assert verbs_of(card) == [verbs.CASE_OPEN]


@pytest.mark.parametrize("reply", ["call", "part", "nothing"])
def test_the_card_of_whoever_asked_tells_nothing_of_the_case(reply: str) -> None:
    request = replace(replied(reply), note="Zebrafinch", reason="Zebrafinch")
    file = replace(world.SHARING, case=replace(world.SHARING.case, where="Zebrafinch", category="Zebrafinch"))
    seen = view(replace(file, requests=(request,)), TOM, surface=Surface.CHAT)
    assert "Zebrafinch" not in str(call_back_cards.call_back(seen, request))


def test_the_answers_say_whether_somebody_has_called() -> None:
    waiting, made = replied("call"), replace(heard(replied("call")), n=2, agency_id="fell-police")
    said = texts_in(asking_cards.tally(view(replace(world.SHARING, requests=(waiting, made)))))
    assert "Nobody has called back yet" in said
    assert f"**Called back**, {TOM.name}" in said


# --- asking ----------------------------------------------------------------------------------------------------------


def test_the_form_says_how_many_people_of_each_agency_can_read_the_case() -> None:
    said = texts_in(asking_cards.ask(with_many_agencies()))
    assert said.count("(1 person can read the case)") == 30


def test_the_form_keeps_what_was_chosen_and_written() -> None:
    typed = Typed({"agencies": "agency-3", "reason": "Because."}, {"agencies": "Please choose."})
    card = asking_cards.ask(with_many_agencies(), typed)
    values = {
        part["id"]: part.get("value")
        for part in world.parts_of(card)
        if str(part.get("type")).startswith("Input.")
    }
    assert values == {"agencies": "agency-3", "reason": "Because."}
    assert "Please choose." in texts_in(card)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"agencies": "homes,police", "reason": "Why"}, Asked(("homes", "police"), "Why")),
        ({"agencies": "homes,gone", "reason": "Why"}, Asked(("homes",), "Why")),
        ({"agencies": "gone", "reason": "Why"}, {"agencies"}),
        ({"agencies": ["homes"], "reason": "Why"}, {"agencies"}),
        ({"agencies": "homes"}, {"reason"}),
        ({"agencies": "homes", "reason": " "}, {"reason"}),
        ({"agencies": "homes", "reason": "x" * 1001}, {"reason"}),
        ({}, {"agencies", "reason"}),
    ],
)
def test_what_comes_back_from_the_form_is_checked(given: dict[str, Any], expected: Asked | set[str]) -> None:
    read = asking_forms.read_ask(given, ("homes", "police"))
    assert (set(read.errors) if isinstance(read, Typed) else read) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"reply": "nothing"}, Answered(Reply.NOTHING, "")),
        ({"reply": "part", "note": " On Tuesday. "}, Answered(Reply.PART, "On Tuesday.")),
        ({"reply": "perhaps"}, {"reply"}),
        ({"note": "On Tuesday."}, {"reply"}),
        ({"reply": "part", "note": "x" * 1001}, {"note"}),
    ],
)
def test_an_answer_is_checked(given: dict[str, Any], expected: Answered | set[str]) -> None:
    read = asking_forms.read_answer(given)
    assert (set(read.errors) if isinstance(read, Typed) else read) == expected


# --- in the case -----------------------------------------------------------------------------------------------------


def test_the_overview_counts_the_answers_and_says_plainly_what_is_late() -> None:
    said = texts_in(case_cards.overview(view(ANSWERED)))
    assert "**2 of 3** partners have answered." in said
    assert "Nothing held: 1 · We have a part to play: 1" in said
    assert "1 silent, 1 of them late" in said
    assert "partners have answered" not in texts_in(case_cards.overview(view(world.ACCEPTED)))


def test_the_tally_names_the_silent_first_and_the_nil_returns_last() -> None:
    said = texts_in(asking_cards.tally(view(ANSWERED)))
    places = [said.index(name) for name in ("Northshore Homes", "Allerdale Council", "Fell Police")]
    assert places == sorted(places)
    assert "We can visit with you on Tuesday." in said


def test_the_tally_says_when_somebody_silent_was_reminded() -> None:
    silent = replace(ANSWERED.requests[2], reminded_at=NOW)
    reminded = replace(ANSWERED, requests=(*ANSWERED.requests[:2], silent))
    assert f"Reminded on {dates.day(NOW.date())}" in texts_in(asking_cards.tally(view(reminded)))
    assert "Reminded on" not in texts_in(asking_cards.tally(view(ANSWERED)))


def test_only_who_runs_the_case_is_offered_to_ask_more() -> None:
    assert verbs.REQUEST_OPEN in verbs_of(asking_cards.tally(view(ANSWERED, TOM)))
    assert verbs.REQUEST_OPEN in verbs_of(asking_cards.tally(view(ANSWERED, MONA)))
    assert verbs.REQUEST_OPEN not in verbs_of(asking_cards.tally(view(ANSWERED, PRIYA)))


def test_what_ones_agency_is_asked_comes_before_everything_else() -> None:
    step = next_steps.next_step(view(world.SHARING, IAN))
    assert step is not None
    assert (step.verb, dict(step.about)) == (verbs.REQUEST_ANSWER_OPEN, {"n": 1})
    other = next_steps.next_step(view(world.SHARING, PRIYA))
    assert other is None or other.verb != verbs.REQUEST_ANSWER_OPEN


def test_an_answer_can_be_changed_from_the_case() -> None:
    card = case_cards.overview(view(ANSWERED, IAN))
    assert "Change my answer" in texts_in(card)
    assert "Change my answer" not in texts_in(case_cards.overview(view(ANSWERED, PRIYA)))


@pytest.mark.parametrize("state", sorted(ENDED))
def test_nothing_is_answered_where_the_case_has_ended(state: CaseState) -> None:
    file = in_state(ANSWERED, state)
    assert verbs.REQUEST_ANSWER_OPEN not in verbs_of(case_cards.overview(view(file, IAN)))
