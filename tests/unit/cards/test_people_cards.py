"""The people in a case: who they are to it, and who may say so."""

from dataclasses import replace

from cards import checks, people_cards, texts_case, verbs
from osara_store.case_file import CasePerson
from osara_store.schema import AgeGroup, CaseState, PersonRole
from tests.unit.cards import page_world as world
from tests.unit.cards.every_case_card_pages import crowd
from tests.unit.cards.page_world import IAN, RUTH, buttons_of, inputs_of, titles_of, view
from tests.unit.cards.rig import Renderer
from tests.unit.cards.stage_world import in_state
from tests.unit.cards.test_referral_form import words_of


def test_everybody_is_named_with_role_and_age() -> None:
    said = words_of(people_cards.people(view(world.SCANNING)))
    assert "Ann Example, 12 Market Street, tenant" in said
    assert "Affected (as referred) · Age not known" in said
    assert "Suspect · 18 or over" in said


def test_partners_may_add_somebody_and_mark_nobody() -> None:
    assert titles_of(people_cards.people(view(world.SCANNING, IAN))) == ["Add a person", "Back to the case"]


def test_who_works_the_case_may_say_what_each_person_is_to_it() -> None:
    buttons = buttons_of(people_cards.people(view(world.SCANNING)))
    assert [buttons[f"mark-{n}"]["data"]["n"] for n in (1, 2, 3)] == [1, 2, 3]
    assert len({buttons[f"mark-{n}"]["tooltip"] for n in (1, 2, 3)}) == 3


def test_who_may_only_read_gets_no_button_but_the_way_back() -> None:
    closed = in_state(world.SCANNING, CaseState.CLOSED)
    assert titles_of(people_cards.people(view(closed, RUTH))) == ["Back to the case"]


def test_a_case_without_people_says_so() -> None:
    assert texts_case.NO_PEOPLE in words_of(people_cards.people(view(replace(world.NEW, people=()))))


def test_a_crowd_goes_on_pages_and_nobody_is_left_out() -> None:
    file = crowd(80)
    page, said = 0, ""
    while True:
        card = people_cards.people(view(file), page)
        assert checks.fits(card)
        said += words_of(card)
        if "next" not in buttons_of(card):
            break
        page = buttons_of(card)["next"]["data"]["page"]
    assert page > 1
    assert [n for n in range(1, 80) if f"Person {n}," not in said] == []


def test_a_new_person_is_asked_for_by_name_role_and_age() -> None:
    card = people_cards.person(view(world.SCANNING, IAN))
    assert list(inputs_of(card)) == ["description", "role", "age_group"]
    assert "n" not in buttons_of(card)[verbs.PERSON_SAVE]["data"]


def test_only_a_referrer_says_affected_and_involved() -> None:
    roles = inputs_of(people_cards.person(view(world.SCANNING)))["role"]["choices"]
    assert [role["value"] for role in roles] == ["victim", "suspect", "witness", "other"]


def test_marking_shows_the_person_and_what_was_said_so_far(renderer: Renderer) -> None:
    card = people_cards.person(view(world.SCANNING), 2)
    drawn = renderer.draw(card)
    assert "A young man with a white van, not known by name" in drawn["texts"]
    assert drawn["values"] == {"role": "suspect", "age_group": "adult"}
    assert buttons_of(card)[verbs.PERSON_SAVE]["data"]["n"] == 2


def test_somebody_as_referred_has_no_role_chosen_beforehand(renderer: Renderer) -> None:
    assert renderer.draw(people_cards.person(view(world.SCANNING), 1))["values"]["role"] == ""


def test_a_name_is_shown_as_it_was_typed(renderer: Renderer) -> None:
    odd = CasePerson(1, PersonRole.WITNESS, "*Ann* <at>Example</at> {{x}}", AgeGroup.ADULT)
    drawn = renderer.draw(people_cards.people(view(replace(world.SCANNING, people=(odd,)))))
    assert "*Ann* <at>Example</at> {{x}}" in drawn["texts"]


def test_the_way_back_takes_nothing_along() -> None:
    buttons = buttons_of(people_cards.person(view(world.SCANNING)))
    assert buttons["back"]["associatedInputs"] == "none"
    assert buttons["back"]["data"]["verb"] == verbs.PEOPLE_OPEN
