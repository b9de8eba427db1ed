"""What follows from the answers, for the built-in questionnaire and for any other that the settings accept."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from osara_store.instruments import NO, NOT_KNOWN, YES, Band, Flag, Questionnaire, RiskSettings
from osara_store.risk import (
    RiskFault,
    RiskRefused,
    UnknownAnswer,
    assess_judgement,
    assess_questionnaire,
    band_of,
    combined,
    dangers,
    judgement_faults,
)

SETTINGS = RiskSettings()
VICTIM = SETTINGS.questionnaire

BEST = {
    **{question.id: min(question.points, key=question.points.__getitem__) for question in VICTIM.questions},
    **{flag.id: NO for flag in VICTIM.flags},
}
WORST = {
    **BEST,
    **{question.id: max(question.points, key=question.points.__getitem__) for question in VICTIM.questions},
}


@st.composite
def questions(draw, place: int) -> dict:
    worth = {
        f"a{n}": points for n, points in enumerate(draw(st.lists(st.integers(0, 6), min_size=2, max_size=5)))
    }
    not_known = draw(st.integers(min(1, max(worth.values())), max(worth.values())))
    from_points, least = draw(st.integers(1, 6)), draw(st.sampled_from(Band))
    ordered = {
        answer: least for answer, points in {**worth, NOT_KNOWN: not_known}.items() if points >= from_points
    }
    anyhow = st.dictionaries(st.sampled_from([*worth, NOT_KNOWN]), st.sampled_from(Band), max_size=2)
    return {
        "id": f"q{place}",
        "text": "Is it so?",
        "answers": [{"id": answer, "label": answer, "points": points} for answer, points in worth.items()],
        "not_known": not_known,
        "at_least": draw(st.just(ordered) | anyhow),
    }


def accepted(file: dict) -> Questionnaire | None:
    try:
        return Questionnaire.model_validate(file)
    except ValidationError:
        return None


@st.composite
def questionnaire_files(draw) -> dict:
    """What somebody might write, sensible or not."""
    asked = [draw(questions(place)) for place in range(draw(st.integers(1, 4)))]
    most = sum(max(answer["points"] for answer in question["answers"]) for question in asked)
    medium_from = draw(st.integers(1, max(1, most - 1)))
    flags = [
        {"id": f"f{n}", "text": "Is it dangerous?", "not_known": draw(st.sampled_from(Band))}
        for n in range(draw(st.integers(0, 2)))
    ]
    return {
        "id": "any",
        "version": "1",
        "questions": asked,
        "flags": flags,
        "medium_from": medium_from,
        "high_from": draw(st.integers(medium_from + 1, max(medium_from + 1, most))),
    }


sensible = questionnaire_files().map(accepted).filter(lambda found: found is not None)
questionnaires = sensible | sensible | sensible | st.just(VICTIM)


def possible(asked) -> list[str]:
    return [YES, NO, NOT_KNOWN] if isinstance(asked, Flag) else list(asked.points)


@st.composite
def answered(draw) -> tuple[Questionnaire, dict[str, str]]:
    """Any questionnaire with answers to some of it."""
    questionnaire = draw(questionnaires)
    answers = {
        asked.id: draw(st.sampled_from(possible(asked)))
        for asked in questionnaire.everything_asked
        if draw(st.integers(0, 9))
    }
    return questionnaire, answers


def badness(asked, answer: str) -> int:
    return [NO, NOT_KNOWN, YES].index(answer) if isinstance(asked, Flag) else asked.points[answer]


@given(answered())
@settings(max_examples=300)
def test_a_worse_answer_never_lowers_the_band(filled):
    questionnaire, answers = filled
    for asked in questionnaire.everything_asked:
        ranks: dict[int, list[int]] = {}
        for answer in possible(asked):
            result = assess_questionnaire(questionnaire, {**answers, asked.id: answer})
            ranks.setdefault(badness(asked, answer), []).append(result.band.rank)
        better_to_worse = [ranks[bad] for bad in sorted(ranks)]
        assert all(max(better) <= min(worse) for better, worse in pairwise(better_to_worse))


@given(questionnaires)
def test_every_total_has_exactly_one_band(questionnaire):
    medium, high = questionnaire.medium_from, questionnaire.high_from
    for total in range(questionnaire.highest + 1):
        ranges = {
            Band.STANDARD: total < medium,
            Band.MEDIUM: medium <= total < high,
            Band.HIGH: total >= high,
        }
        assert [band for band, holds in ranges.items() if holds] == [band_of(questionnaire, total)]


@given(questionnaires)
def test_every_band_can_be_reached_by_the_score(questionnaire):
    assert {band_of(questionnaire, total) for total in range(questionnaire.highest + 1)} == set(Band)


@given(answered())
def test_the_score_lies_between_nothing_and_the_worst_answers_together(filled):
    questionnaire, answers = filled
    assert 0 <= assess_questionnaire(questionnaire, answers).score <= questionnaire.highest


@given(answered(), st.data())
def test_not_known_is_not_zero(filled, data):
    questionnaire, answers = filled
    asked = data.draw(st.sampled_from(questionnaire.questions))
    unknown = assess_questionnaire(questionnaire, {**answers, asked.id: NOT_KNOWN}).score
    for answer, points in asked.points.items():
        score = assess_questionnaire(questionnaire, {**answers, asked.id: answer}).score
        assert unknown - score == asked.points[NOT_KNOWN] - points
        assert unknown > score or points > 0 or asked.worst == 0


@given(answered())
def test_what_was_left_out_or_left_empty_counts_as_not_known(filled):
    questionnaire, answers = filled
    left_out = {asked.id for asked in questionnaire.everything_asked} - answers.keys()
    result = assess_questionnaire(questionnaire, answers)

    assert result == assess_questionnaire(questionnaire, answers | dict.fromkeys(left_out, NOT_KNOWN))
    assert result == assess_questionnaire(questionnaire, answers | dict.fromkeys(left_out, ""))
    assert left_out <= set(result.not_known)


@given(answered())
def test_the_band_is_the_scores_unless_something_named_asks_for_more(filled):
    questionnaire, answers = filled
    result = assess_questionnaire(questionnaire, answers)
    by_score = band_of(questionnaire, result.score)

    for asked in questionnaire.everything_asked:
        assert result.band.rank >= asked.floor(answers.get(asked.id, NOT_KNOWN)).rank
    assert (result.band.rank > by_score.rank) == bool(result.because)
    assert result.band.rank >= by_score.rank
    assert not result.always_high or result.band is Band.HIGH


def test_the_best_answers_make_nothing_and_the_worst_make_43():
    best, worst = assess_questionnaire(VICTIM, BEST), assess_questionnaire(VICTIM, WORST)
    assert (best.score, best.band, worst.score, worst.band) == (0, Band.STANDARD, 43, Band.HIGH)


def test_nothing_known_at_all_is_medium():
    result = assess_questionnaire(VICTIM, {})

    assert (result.score, result.band) == (23, Band.MEDIUM)
    assert result.not_known == tuple(asked.id for asked in VICTIM.everything_asked)


@pytest.mark.parametrize("flag", [flag.id for flag in VICTIM.flags])
def test_a_danger_is_always_high(flag):
    result = assess_questionnaire(VICTIM, {**BEST, flag: YES})
    assert (result.score, result.band) == (0, Band.HIGH)
    assert (result.always_high, result.because) == ((flag,), (flag,))


@pytest.mark.parametrize("flag", [flag.id for flag in VICTIM.flags])
def test_a_danger_that_nobody_can_rule_out_is_at_least_medium(flag):
    result = assess_questionnaire(VICTIM, {**BEST, flag: NOT_KNOWN})
    assert (result.band, result.because, result.always_high) == (Band.MEDIUM, (flag,), ())


def test_a_link_to_who_somebody_is_makes_at_least_medium():
    linked = assess_questionnaire(VICTIM, {**BEST, "who-you-are": "yes"})
    unknown = assess_questionnaire(VICTIM, {**BEST, "who-you-are": NOT_KNOWN})

    assert (linked.score, linked.band, linked.because) == (3, Band.MEDIUM, ("who-you-are",))
    assert (unknown.score, unknown.band, unknown.because) == (3, Band.STANDARD, ())


def test_what_the_score_has_reached_alone_is_not_named_as_a_cause():
    assert assess_questionnaire(VICTIM, {**WORST, "weapon": YES}).because == ()


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"how-often": "hourly"}, "'how-often' has no such answer"),
        ({"weapon": "a knife"}, "'weapon' has no such answer"),
        ({"shoe-size": "9"}, "'shoe-size' is not asked here"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_without_repeating_it(answers, message):
    with pytest.raises(UnknownAnswer) as refused:
        assess_questionnaire(VICTIM, answers)
    assert str(refused.value) == message


def test_dangers_are_told_while_nothing_else_is_answered():
    answers = {"weapon": YES, "self-harm": NOT_KNOWN, "child-at-risk": NO}
    assert dangers(VICTIM, answers) == ("weapon", "self-harm")
    assert dangers(VICTIM, {}) == ()


@pytest.mark.parametrize(
    ("band", "rationale", "faults"),
    [
        ("high", "Fires in the stairwell", ()),
        ("", "Fires in the stairwell", (RiskFault.BAND_MISSING,)),
        ("severe", "Fires in the stairwell", (RiskFault.BAND_MISSING,)),
        ("high", "   because   ", (RiskFault.REASON_SHORT,)),
        ("", "", (RiskFault.BAND_MISSING, RiskFault.REASON_SHORT)),
    ],
)
def test_a_judgement_needs_a_band_and_a_reason(band, rationale, faults):
    assert judgement_faults(band, rationale) == faults


def test_a_judgement_is_the_chosen_band_with_what_was_noted():
    result = assess_judgement(
        SETTINGS.judgement, band="medium", rationale=" Two fires in a month. ", notes={"harm": "Nobody hurt"}
    )
    assert (result.band, result.rationale, result.notes) == (
        Band.MEDIUM,
        "Two fires in a month.",
        {"harm": "Nobody hurt"},
    )


def test_a_judgement_without_its_reason_is_refused_with_what_is_missing():
    with pytest.raises(RiskRefused) as refused:
        assess_judgement(SETTINGS.judgement, band="high", rationale="bad", notes={})
    assert refused.value.faults == (RiskFault.REASON_SHORT,)


def test_a_note_must_belong_to_a_prompt():
    with pytest.raises(UnknownAnswer, match="'mood' is not asked here"):
        assess_judgement(
            SETTINGS.judgement, band="high", rationale="Two fires in a month", notes={"mood": ""}
        )


maybe = st.none() | st.sampled_from(Band)


@given(maybe, maybe)
def test_the_band_of_a_case_is_the_higher_of_the_two(first, second):
    found = combined(first, second)
    assert found == combined(second, first)
    if first is None or second is None:
        assert found == (first or second)
    else:
        assert found in {first, second}
        assert found.rank == max(first.rank, second.rank)


@given(maybe, maybe, st.sampled_from(Band))
def test_an_override_wins_over_both(first, second, override):
    assert combined(first, second, override) is override
