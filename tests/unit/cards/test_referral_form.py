"""The form as a housing officer sees it: what is asked, what is said, and what a button takes along."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from cards import forms, referral_form, texts, verbs
from cards.verbs import Surface
from cards.views import FormView, SentView
from osara_store.directory import Readers
from osara_store.referral import Danger, Equality, Frequency, SharingBasis, Since
from tests.unit.cards.every_card import (
    ANSWERS,
    DIRECTORY,
    FILLED_FORM,
    HUB,
    IN_CHAT,
    MUCH_TOO_LONG,
    NEW_FORM,
    WITH_FAULTS,
)
from tests.unit.cards.rig import Renderer

Card = dict[str, Any]


def inputs_of(card: Card) -> dict[str, Card]:
    return {part["id"]: part for part in card["body"] if part["type"].startswith("Input.")}


def words_of(value: Any) -> str:
    """All that can be read on a card, apart from what stands in its inputs."""
    if isinstance(value, list):
        return "\n".join(words_of(part) for part in value)
    if not isinstance(value, dict):
        return ""
    own = [str(value[key]) for key in ("text", "title", "label", "placeholder") if key in value]
    return "\n".join([*own, *(words_of(inner) for inner in value.values())])


def buttons_of(card: Card) -> Mapping[str, Card]:
    return {action["title"]: action for action in card["actions"]}


def test_the_first_page_asks_eight_things_and_danger_first() -> None:
    assert tuple(inputs_of(referral_form.page_one(NEW_FORM))) == forms.PAGE_ONE
    assert forms.PAGE_ONE[0] == "danger"
    assert len(forms.PAGE_ONE) <= 8


def test_999_stands_above_everything_else_on_the_first_page() -> None:
    assert "999" in words_of(referral_form.page_one(NEW_FORM)["body"][0])


def test_the_second_page_asks_the_private_things() -> None:
    assert tuple(inputs_of(referral_form.page_two(NEW_FORM))) == forms.PAGE_TWO


def test_the_second_page_says_who_will_read_it_before_anything_is_typed() -> None:
    body = referral_form.page_two(NEW_FORM)["body"]
    first_input = next(place for place, part in enumerate(body) if part["type"].startswith("Input."))
    said = words_of(body[:first_input])
    assert "17 agencies of this hub with a signed sharing agreement, 41 people." in said
    assert texts.CHANNEL_SEES in said


def test_one_agency_and_one_person_are_counted_in_the_singular() -> None:
    card = referral_form.page_two(replace(NEW_FORM, readers=Readers(agencies=1, people=1)))
    assert "1 agency of this hub with a signed sharing agreement, 1 person." in words_of(card)


@pytest.mark.parametrize("build", [referral_form.page_one, referral_form.page_two])
def test_the_marking_is_on_both_pages(build: Any) -> None:
    assert DIRECTORY.marking in words_of(build(NEW_FORM))


@pytest.mark.parametrize("build", [referral_form.page_one, referral_form.page_two])
def test_what_was_typed_stands_in_the_form_again(build: Any, renderer: Renderer) -> None:
    drawn = renderer.draw(build(FILLED_FORM))
    assert drawn["values"] == {field: ANSWERS[field] for field in drawn["inputs"]}


def test_an_answer_that_is_wrong_stands_there_too_with_its_fault_right_under_it() -> None:
    body = referral_form.page_one(WITH_FAULTS)["body"]
    place = next(place for place, part in enumerate(body) if part.get("id") == "what")
    assert body[place]["value"] == "Noise"
    assert body[place + 1]["text"] == texts.too_short(10)


def test_a_form_that_came_back_names_on_top_what_needs_a_look() -> None:
    card = referral_form.page_one(WITH_FAULTS)
    assert (
        "**Please look at 4 answers:** immediate danger, what is happening, kind of problem, how long."
        in words_of(card)
    )


def test_a_choice_that_is_no_longer_offered_is_dropped_and_the_person_told() -> None:
    card = referral_form.page_one(replace(FILLED_FORM, values={**ANSWERS, "category": "gone"}))
    place = next(place for place, part in enumerate(card["body"]) if part.get("id") == "category")
    assert "value" not in card["body"][place]
    assert card["body"][place + 1]["text"] == texts.NO_LONGER_A_CHOICE
    assert "**Please look at one answer:** kind of problem." in words_of(card)


def test_the_client_holds_the_same_limits_as_the_server() -> None:
    inputs = {**inputs_of(referral_form.page_one(NEW_FORM)), **inputs_of(referral_form.page_two(NEW_FORM))}
    for field, shown in inputs.items():
        if shown["type"] == "Input.Text":
            assert shown["maxLength"] == forms.most_characters(field)


@pytest.mark.parametrize(
    ("field", "choices"),
    [
        ("danger", Danger),
        ("since", Since),
        ("frequency", Frequency),
        ("equality", Equality),
        ("sharing_basis", SharingBasis),
        ("category", [category.id for category in DIRECTORY.categories]),
    ],
)
def test_every_choice_of_the_referral_is_offered(field: str, choices: Any) -> None:
    inputs = {**inputs_of(referral_form.page_one(NEW_FORM)), **inputs_of(referral_form.page_two(NEW_FORM))}
    assert sorted(choice["value"] for choice in inputs[field]["choices"]) == sorted(map(str, choices))


def test_only_the_danger_question_stops_a_half_filled_form_from_being_saved(renderer: Renderer) -> None:
    """Teams holds Save and Back to every required input: any other would cost the person what they typed."""
    assert renderer.draw(referral_form.page_one(NEW_FORM))["refused"] == ["danger"]
    assert renderer.draw(referral_form.page_two(NEW_FORM))["refused"] == []


@pytest.mark.parametrize(
    ("build", "titles"),
    [
        (referral_form.page_one, ["Next", "Save for later"]),
        (referral_form.page_two, ["Back", "Send", "Save for later"]),
        (referral_form.safeguarding, ["Carry on with the referral", "Back"]),
        (lambda form: referral_form.look_alike(form, 2, 0), ["Join it", "Send anyway", "Back"]),
        (lambda form: referral_form.look_alike(form, 0, 2), ["Send anyway", "Back"]),
        (referral_form.saved_for_later, ["Carry on now"]),
    ],
)
@pytest.mark.parametrize("form", [FILLED_FORM, IN_CHAT], ids=["dialog", "chat"])
def test_a_page_has_its_buttons_and_each_names_the_draft_and_the_hub(
    build: Any, titles: list[str], form: FormView
) -> None:
    card = build(form)
    assert list(buttons_of(card)) == titles
    for action in card["actions"]:
        assert action["data"] | {"draft": form.draft_id, "hub": "ALL"} == action["data"]


@pytest.mark.parametrize(
    "build", [referral_form.page_one, referral_form.page_two, referral_form.safeguarding]
)
def test_a_dialog_answers_by_submit_and_a_chat_by_execute(build: Any) -> None:
    assert {action["type"] for action in build(FILLED_FORM)["actions"]} == {"Action.Submit"}
    assert {action["type"] for action in build(IN_CHAT)["actions"]} == {"Action.Execute"}


def test_a_button_carries_nothing_of_what_was_typed() -> None:
    for build in (referral_form.page_one, referral_form.page_two, referral_form.safeguarding):
        for action in build(FILLED_FORM)["actions"]:
            assert set(action["data"]) == {"verb", "draft", "hub", "page"}


def test_the_warning_says_999_and_whom_to_call_for_safeguarding() -> None:
    said = words_of(referral_form.safeguarding(FILLED_FORM))
    assert "999" in said
    assert DIRECTORY.safeguarding in said


@pytest.mark.parametrize(
    ("open_matters", "earlier", "title"),
    [
        (2, 0, "2 open matters look alike"),
        (1, 0, "1 open matter looks alike"),
        (0, 1, "1 earlier matter looks alike"),
        (0, 3, "3 earlier matters look alike"),
    ],
)
def test_look_alikes_are_told_as_counts(open_matters: int, earlier: int, title: str) -> None:
    assert referral_form.look_alike(FILLED_FORM, open_matters, earlier)["body"][0]["text"] == title


def test_the_look_alike_page_repeats_nothing_of_what_was_typed() -> None:
    said = words_of(referral_form.look_alike(FILLED_FORM, 2, 1))
    assert not any(
        ANSWERS[field] in said for field in ("what", "where", "affected", "involved", "own_reference")
    )


def test_a_text_far_beyond_its_limit_is_cut_so_that_the_form_can_be_shown() -> None:
    for card, field in (
        (referral_form.page_one(MUCH_TOO_LONG), "what"),
        (referral_form.page_two(MUCH_TOO_LONG), "affected"),
    ):
        shown = inputs_of(card)[field]["value"]
        assert len(shown) > 4_000
        assert MUCH_TOO_LONG.values[field].startswith(shown)
        assert texts.CUT_TO_FIT in words_of(card)


def test_a_resumed_form_says_welcome_back() -> None:
    assert texts.DRAFT_RESUMED in words_of(
        referral_form.page_one(replace(FILLED_FORM, note=texts.DRAFT_RESUMED))
    )


def test_a_hub_is_chosen_by_its_id() -> None:
    card = referral_form.choose_hub(DIRECTORY.hubs, Surface.DIALOG)
    assert [choice["value"] for choice in inputs_of(card)["hub"]["choices"]] == [
        hub.id for hub in DIRECTORY.hubs
    ]
    assert buttons_of(card)["Next"]["data"]["verb"] == verbs.REFER_HUB


def test_a_message_to_refer_is_carried_to_the_form_past_the_choice_of_a_hub() -> None:
    card = referral_form.choose_hub(DIRECTORY.hubs, Surface.DIALOG, message="Loud again. " * 1_000)
    assert buttons_of(card)["Next"]["data"]["message"] == ("Loud again. " * 1_000)[:4_000]


def test_the_answer_to_send_gives_the_reference_and_promises_only_what_is_true() -> None:
    said = words_of(referral_form.sent(SentView("ALL-2026-0001", HUB.name, Surface.DIALOG)))
    assert "ALL-2026-0001" in said
    assert "will be in the SharePoint list shortly" in said


def test_sending_the_same_form_again_is_told_apart_from_a_new_case() -> None:
    again = words_of(referral_form.sent(SentView("ALL-2026-0001", HUB.name, Surface.DIALOG, repeat=True)))
    changed = words_of(referral_form.sent(SentView("ALL-2026-0001", HUB.name, Surface.DIALOG, added=True)))
    assert texts.SENT_REPEAT in again
    assert texts.SENT_ADDED in changed
