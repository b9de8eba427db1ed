"""The case as plain text to copy. Read as whoever pastes it would: what stands in it, and how."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards import checks, copy_text, texts_stages, verbs
from cards.escape import as_typed
from osara_store.case_file import Access, CaseFile, CaseMove, Contributor, Link
from osara_store.instruments import Band
from osara_store.schema import AgeGroup, CaseState, LinkKind, PersonRole, Stage, TaskState
from osara_store.stages import FIELDS
from tests.unit.cards import page_world as world
from tests.unit.cards.page_world import IAN, MONA, NOW, TOM, view
from tests.unit.cards.stage_world import EVERYTHING, answered, by

TYPED = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=400)


def copied(file: CaseFile) -> str:
    return copy_text.of(view(file))


def joined(text: str) -> str:
    """The text without its line breaks, to find in it what was wrapped."""
    return " ".join(text.split())


def section(text: str, title: str) -> str:
    """A section of the text, without its title."""
    [found] = [block for block in text.split("\n\n") if block.splitlines()[0] == title]
    return "\n".join(found.splitlines()[2:])


def value_in(card: dict[str, Any]) -> str:
    [asked] = [part for part in card["body"] if part["type"] == "Input.Text"]
    assert asked["isMultiline"]
    return str(asked["value"])


def buttons_of(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {action["id"]: action for action in card["actions"]}


# --- everything is in it ---------------------------------------------------------------------------------------------


def test_every_answer_stands_in_it_in_the_words_of_its_form():
    text = joined(copied(answered(world.RESPONSE, EVERYTHING)))

    for field in FIELDS:
        if field.name in EVERYTHING and not field.is_grade:
            label = texts_stages.LABELS[field.name]
            said = texts_stages.said(field.name, EVERYTHING[field.name])
            assert f"{label}: {joined(said)}" in text, field.name


def test_a_grade_stands_with_its_answer():
    assert "[Intelligence" in section(copied(answered(world.RESPONSE, EVERYTHING)), "ANALYSIS")


def test_it_begins_with_marking_reference_and_where_the_case_stands():
    head = copied(world.CLOSED).split("\n\n")[0].splitlines()

    assert head[:4] == [
        "OFFICIAL-SENSITIVE",
        "ALL-2026-0001",
        "Rowdy or intimidating behaviour",
        "As it stood on 3 June 2026, 14:05",
    ]
    assert head[4:] == [
        "State: Closed",
        "Risk: Medium",
        "Lead agency: Northshore Homes",
        "Hub: Allerdale",
        "Cycle: 1",
        "Referred: 25 May 2026",
        "Closed: 3 June 2026",
        "Watched until: 3 June 2027",
        "Kept until the review on: 3 June 2032",
    ]


def test_the_referral_stands_in_it_as_it_came_in():
    referral = joined(section(copied(world.SCANNING), "THE REFERRAL"))

    assert "Their reference: NH-4471" in referral
    assert "Where: Market Street car park, Workington" in referral
    assert "As it was reported: Groups gather in the car park" in referral
    assert "What the referrer would like: A joint visit" in referral


def test_each_cycle_stands_in_it_with_its_own_answers():
    text = copied(world.SECOND_CYCLE)

    assert "Target: 8" in section(text, "OBJECTIVE, CYCLE 1")
    assert "Target: 6" in section(text, "OBJECTIVE, CYCLE 2")
    assert text.index("ASSESSMENT, CYCLE 1") < text.index("OBJECTIVE, CYCLE 2")


def test_the_result_is_reckoned_from_the_answers():
    assert "From 22 to 11: 50% less." in joined(section(copied(world.ASSESSMENT), "ASSESSMENT"))


def test_people_have_their_role_and_age_and_what_they_were_called_at_first():
    marked = replace(
        world.PEOPLE[0],
        role=PersonRole.VICTIM,
        first_role=PersonRole.AFFECTED,
        age_group=AgeGroup.CHILD,
    )
    people = section(copied(replace(world.SCANNING, people=(marked,))), "PEOPLE")

    assert people.splitlines() == [
        "Victim: Ann Example, 12 Market Street, tenant",
        "  [Under 18; first named as: Affected (as referred)]",
    ]


def test_a_task_has_its_owner_day_power_reasons_and_outcome():
    used = replace(
        world.TASKS[3], state=TaskState.PARTLY, outcome="One of two evenings.", origin="ALL-2026-0003 task 2"
    )
    task = section(copied(replace(world.RESPONSE, tasks=(used,))), "TASKS")

    assert task.splitlines()[0] == "Task 4 (Partly done): Dispersal on the two Saturdays of the fair"
    assert [line.strip() for line in task.splitlines() if line.startswith("  ") and "[" not in line] == [
        "Who: Fell Police, Nobody named",
        "Due: 30 May 2026",
        "Side: Location",
        "Term: Quick fix",
        "Power: Dispersal",
        "Why this: The fair draws them.",
        "Why it is fair: Talks came first; two evenings only.",
        "What came of it: One of two evenings.",
        "Came with: ALL-2026-0003 task 2",
    ]


def test_both_instruments_stand_in_it_with_their_answers():
    risk = joined(
        section(copied(world.judged(world.CHECKED, Band.HIGH, "Injuries, and it spreads.")), "RISK")
    )

    assert "Victim questionnaire: Medium, 22 of 43 points" in risk
    assert "How often does this happen? Most days" in risk
    assert "Judgement of a place: High" in risk
    assert "Why: Injuries, and it spreads." in risk
    assert "Harm: One cut hand on 30 May." in risk


def test_answers_to_questions_that_have_changed_are_still_there():
    old = section(copied(world.asked(world.NEW, world.WORRIED, version="victim 2019.1")), "RISK")

    assert "how-often: most-days" in old
    assert "22 points" in old


def test_clocks_say_whether_they_were_met_in_time():
    late = world.clock(world.CHECKED, "initial_action", met_at=NOW)
    anew = world.clock(late, "meeting", replaced_at=NOW)
    clocks = section(copied(anew), "CLOCKS")

    assert "Initial action (Medium): due 29 May 2026, 17:00, met late, 3 June 2026, 14:05" in clocks
    assert "Partners' replies (Medium): due 2 June 2026, 17:00, not met yet" in clocks
    assert "Case meeting (Medium): due 9 June 2026, 17:00, reckoned anew 3 June 2026, 14:05" in joined(clocks)


def test_a_note_and_a_move_stand_in_it_with_their_reason_and_author():
    text = copied(world.SCANNING)

    note = joined(section(text, "NOTES AND OTHER ENTRIES"))
    assert note.startswith("Note, Scanning: The lights on the upper deck have been off since April")
    assert note.endswith("[Fact; Ian Petrie (Allerdale Council), 3 June 2026]")
    assert "Ask the partners: From Risk checked to Asking the partners" in section(text, "WHAT HAS HAPPENED")
    assert "  Why: To see who else knows the address" in section(text, "WHAT HAS HAPPENED")


def test_a_move_that_this_version_does_not_know_keeps_its_name():
    row = CaseMove(1, "paused", CaseState.SCANNING, CaseState.SCANNING, 1, "", by(TOM))
    assert "paused: From Scanning" in section(
        copied(replace(world.SCANNING, moves=(row,))), "WHAT HAS HAPPENED"
    )


def test_who_has_added_to_it_stands_in_it():
    added = Contributor(IAN.tenant, IAN.object_id, IAN.name, IAN.agency.id, NOW)
    told = section(copied(replace(world.SCANNING, contributors=(added,))), "WHO HAS ADDED TO IT")
    assert told.splitlines() == ["Ian Petrie: Allerdale Council", "  [3 June 2026]"]


def test_what_waits_for_a_choice_stands_beside_the_answer():
    scanning = joined(section(copied(world.CLASHED), "SCANNING"))

    assert "Problem statement: On most evenings" in scanning
    assert "Written at the same time, and not chosen yet: Most nights there are fights, too" in scanning
    assert "[Ian Petrie (Allerdale Council), 3 June 2026]" in scanning


# --- who wrote it ----------------------------------------------------------------------------------------------------


def test_who_wrote_most_of_a_section_is_said_once_and_others_by_name():
    file = answered(world.SCANNING, {"how_often": "Every night", "who_is_affected": "All of us"}, who=TOM)
    told = section(copied(answered(file, {"community_voice": "More lights"}, who=IAN)), "SCANNING")

    assert told.count("Tom Roe (Fell Police)") == 1
    assert "Community's voice: More lights\n  [Ian Petrie (Allerdale Council), 3 June 2026]" in told


def test_an_aside_names_its_author_even_if_they_wrote_most_of_the_section():
    file = answered(world.SCANNING, {"how_often": "Every night", "sources": "Police"}, who=TOM)
    told = section(copied(answered(file, {"sources": "Shop"}, who=TOM, standing=False)), "SCANNING")
    assert "chosen yet: Shop\n    [Tom Roe (Fell Police), 3 June 2026]" in told


# --- restricted, on hold, erased, merged -----------------------------------------------------------------------------


def test_a_restricted_case_says_so_in_its_marking_and_names_its_readers():
    file = replace(
        world.SCANNING,
        case=replace(world.SCANNING.case, restricted=True, legal_hold=True),
        access=(Access(TOM.tenant, TOM.object_id, TOM.name),),
    )
    text = copied(file)

    assert text.startswith("OFFICIAL-SENSITIVE - RESTRICTED CASE\n")
    assert "Legal hold. Nothing of this case may be erased." in text
    assert "Tom Roe" in section(text, "WHO MAY OPEN IT")


def test_of_a_restricted_case_that_is_linked_only_that_there_is_one():
    links = (
        Link(LinkKind.RE_REFERRAL_OF, True, 7, "ALL-2024-0031", "ALL", False, "The same flat.", NOW),
        Link(LinkKind.RELATED, False, 8, "ALL-2026-0009", "ALL", True, "A secret reason.", NOW),
    )
    text = copied(replace(world.SCANNING, links=links))

    assert "ALL-2024-0031" in section(text, "OTHER CASES")
    assert "The same flat." in section(text, "OTHER CASES")
    assert "a restricted case" in section(text, "OTHER CASES")
    assert "ALL-2026-0009" not in text
    assert "A secret reason." not in text


def test_a_merged_case_says_where_it_goes_on():
    link = Link(LinkKind.MERGED_INTO, True, 7, "ALL-2026-0009", "ALL", False, "The same matter.", NOW)
    head = copied(replace(world.SCANNING, links=(link,))).split("\n\n")[0]
    assert "This case was merged, and goes on in ALL-2026-0009." in head


def test_an_erased_case_says_so_and_shows_what_is_left():
    blank = replace(world.CLOSED.case, erased_at=NOW, where="", referrer_name="", own_reference="")
    answers = tuple(
        replace(each, text="", by=replace(each.by, author_name="")) if each.field != "target" else each
        for each in world.CLOSED.answers
    )
    text = copied(replace(world.CLOSED, case=blank, entries=(), people=(), answers=answers))

    assert "Its texts and names were erased on 3 June 2026" in text
    assert "Target: 8" in text
    assert "Market Street" not in text


# --- how it is written -----------------------------------------------------------------------------------------------


def test_what_a_word_processor_writes_becomes_plain():
    typed = (
        "\N{LEFT DOUBLE QUOTATION MARK}It\N{RIGHT SINGLE QUOTATION MARK}s worse \N{EN DASH} much worse"
        "\N{HORIZONTAL ELLIPSIS}\N{RIGHT DOUBLE QUOTATION MARK}, she said\N{NO-BREAK SPACE}twice"
    )
    assert '"It\'s worse - much worse...", she said twice' in copied(answered(world.SCANNING, {"why": typed}))


def test_names_keep_their_letters():
    assert "Siân Llŷr" in copied(answered(world.SCANNING, {"who": "Siân Llŷr"}))


@settings(max_examples=60, deadline=None)
@given(typed=TYPED)
def test_lines_are_short_and_what_people_typed_cannot_pass_for_a_heading(typed: str):
    file = world.note(world.SCANNING, Stage.SCANNING, f"x\n{typed}\n\nRISK\n----")
    text = copied(file)

    assert max(map(len, text.splitlines())) < 100
    assert text.count("\n\nRISK\n") == 1
    assert "\n  RISK\n  ----" in text


# --- the card --------------------------------------------------------------------------------------------------------


def test_the_card_holds_the_whole_text_and_sends_none_of_it_back():
    card = copy_text.card(view(world.SECOND_CYCLE))

    assert value_in(card) == copied(world.SECOND_CYCLE)
    assert list(buttons_of(card)) == ["back"]
    assert all(button["associatedInputs"] == "none" for button in card["actions"])


def crowded(text: str, notes: int) -> CaseFile:
    file = world.ANALYSIS
    for n in range(notes):
        file = world.note(file, Stage.ANALYSIS, f"{n}. {text}")
    return file


@pytest.mark.parametrize(
    ("letter", "notes"),
    [("a", 40), ("\N{CJK UNIFIED IDEOGRAPH-611B}", 30), ('"', 40), ("a b ", 90), ("a\n", 60)],
)
def test_a_long_text_comes_in_parts_that_fit_and_together_are_all_of_it(letter: str, notes: int):
    file = crowded((letter * 2000)[:2000], notes)
    cards = [copy_text.card(view(file), page) for page in range(20)]
    parts = [value_in(card) for card in cards if "next" in buttons_of(card)]
    parts.append(value_in(cards[-1]))

    assert len(parts) > 1
    assert all(checks.fits(card) for card in cards)
    rests = [part.split("\n\n", 1)[1] for part in parts[1:]]
    whole = copied(file).split()
    assert " ".join([parts[0], *rests]).split() == whole
    for n, part in enumerate(parts[1:], 2):
        assert part.startswith(f"OFFICIAL-SENSITIVE: ALL-2026-0001, part {n} of {len(parts)}\n")


def test_parts_are_full():
    """A person should not have to copy more often than they must."""
    file = crowded("word " * 390, 40)
    first, second = (copy_text.card(view(file), page) for page in (0, 1))
    assert min(checks.size_of(first), checks.size_of(second)) > checks.MOST_BYTES * 0.98


def test_the_buttons_turn_to_the_part_before_and_after():
    middle = buttons_of(copy_text.card(view(crowded("word " * 390, 40)), 1))

    assert middle["previous"]["data"]["page"] == 0
    assert middle["next"]["data"]["page"] == 2
    assert {middle[name]["data"]["verb"] for name in ("previous", "next")} == {verbs.CASE_COPY}
    assert middle["next"]["data"]["case"] == "ALL-2026-0001"
    assert all(button["associatedInputs"] == "none" for button in middle.values())


def test_a_part_past_the_end_is_the_last():
    file = view(crowded("word " * 390, 40))
    last = copy_text.card(file, 99)

    assert "next" not in buttons_of(last)
    assert value_in(copy_text.card(file, buttons_of(last)["previous"]["data"]["page"] + 1)) == value_in(last)


def test_the_card_says_the_marking_before_anything_is_copied():
    shown = json.dumps(copy_text.card(view(world.SCANNING, MONA))["body"][:2])
    assert as_typed("OFFICIAL-SENSITIVE") in shown


def test_a_day_in_the_hub_is_not_the_day_in_utc():
    """Half an hour before midnight in UTC it is already tomorrow in a British summer."""
    late = replace(world.SCANNING.case, submitted_at=NOW.replace(hour=23, minute=30))
    assert "Referred: 4 June 2026" in copied(replace(world.SCANNING, case=late))
