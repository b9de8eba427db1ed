import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import assessing, moves
from osara_store.assessing import band_of
from osara_store.case_file import CaseFile
from osara_store.directory import Directory
from osara_store.errors import Incomplete, NotAllowed, Stale
from osara_store.instruments import NOT_KNOWN, Band
from osara_store.policy import Reason
from osara_store.schema import CaseState
from osara_store.states import Move

from .casework import about, audited, messages, set_case, worked
from .conftest import Store
from .world import ALL, DIRECTORY, HELEN, IAN, NOON, PRIYA, RUTH, TOM, hubs_file

LATER = NOON + timedelta(hours=1)
QUESTIONNAIRE = DIRECTORY.risk_of(ALL).questionnaire
# Nothing is the matter: to every question the answer that counts least, and no danger.
CALM = {
    question.id: min(question.answers, key=lambda answer: answer.points).id
    for question in QUESTIONNAIRE.questions
} | {flag.id: "no" for flag in QUESTIONNAIRE.flags}


def questioned(tx: sa.Connection, file: CaseFile, answers, who=TOM, now=LATER, directory=DIRECTORY, **named):
    return assessing.assess(
        tx,
        **about(file, who),
        directory=directory,
        instrument=named.pop("instrument", "questionnaire"),
        answers=answers,
        band=named.pop("band", ""),
        reason=named.pop("reason", ""),
        now=now,
    )


def judged(tx: sa.Connection, file: CaseFile, band, who=TOM, reason="Nobody is in danger from it.", **named):
    return questioned(
        tx,
        file,
        {"harm": "A window was broken"},
        who,
        instrument="judgement",
        band=band,
        reason=reason,
        **named,
    )


def overridden(
    tx: sa.Connection, file: CaseFile, band, who=TOM, reason="He was seen with a knife.", now=LATER
):
    return assessing.override(tx, **about(file, who), directory=DIRECTORY, band=band, reason=reason, now=now)


def test_a_questionnaire_makes_the_band_of_the_case_from_its_answers(store: Store):
    with store.begin() as tx:
        file = questioned(tx, worked(tx, CaseState.SUBMITTED), {**CALM, "weapon": "yes"})

    [kept] = file.risks
    assert (kept.n, kept.instrument, kept.version, kept.cycle) == (1, "questionnaire", "victim 2026.1", 1)
    assert (kept.score, kept.band, file.case.band) == (0, "high", "high")
    assert kept.answers == {**CALM, "weapon": "yes"}
    assert (kept.by.author_name, kept.by.author_agency_id, kept.by.at) == ("Tom Airey", "police", LATER)


def test_what_nobody_answered_is_kept_as_not_known_and_is_not_nothing(store: Store):
    with store.begin() as tx:
        file = questioned(tx, worked(tx), {})

    [kept] = file.risks
    assert set(kept.answers.values()) == {NOT_KNOWN}
    assert set(kept.answers) == set(CALM)
    assert file.case.band == "medium"


def test_a_judgement_keeps_its_band_its_reason_and_what_was_noted(store: Store):
    with store.begin() as tx:
        file = judged(tx, worked(tx), "medium", reason="  Children play in the yard. ")

    [kept] = file.risks
    assert (kept.instrument, kept.version, kept.score) == ("judgement", "place 2026.1", None)
    assert (kept.band, kept.reason) == ("medium", "Children play in the yard.")
    assert kept.answers == {"harm": "A window was broken"}


def test_the_band_is_the_higher_of_the_newest_of_each_instrument(store: Store):
    bands = []
    with store.begin() as tx:
        file = worked(tx)
        for assess in (
            lambda: questioned(tx, file, CALM),
            lambda: judged(tx, file, "high"),
            lambda: judged(tx, file, "medium"),
            lambda: questioned(tx, file, {**CALM, "self-harm": "yes"}),
            lambda: questioned(tx, file, CALM),
        ):
            now = assess()
            bands.append(now.case.band)
            assert band_of(now) == now.case.band

    assert bands == ["standard", "high", "medium", "high", "medium"]
    assert [kept.n for kept in now.risks] == [1, 2, 3, 4, 5]


def test_an_override_holds_until_the_next_assessment(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        judged(tx, file, "medium")
        raised = overridden(tx, file, "high")
        assessed = questioned(tx, file, CALM)

    assert (raised.case.band, band_of(raised)) == ("high", Band.HIGH)
    assert (raised.risks[-1].instrument, raised.risks[-1].reason) == ("override", "He was seen with a knife.")
    assert (assessed.case.band, band_of(assessed)) == ("medium", Band.MEDIUM)


def test_an_override_may_lower_the_band_with_its_reason(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        judged(tx, file, "high")
        lowered = overridden(tx, file, "standard", HELEN, "He is in prison until June.")

    assert lowered.case.band == "standard"


def test_a_case_that_nobody_assessed_has_no_band(store: Store):
    with store.begin() as tx:
        file = worked(tx)

    assert (band_of(file), file.case.band) == (None, "")


@pytest.mark.parametrize(
    ("band", "reason", "missing"),
    [
        ("", "Nobody is in danger.", ("band",)),
        ("severe", "Nobody is in danger.", ("band",)),
        ("high", "  ", ("reason",)),
        ("high", "knife", ("reason",)),
        ("", "", ("band", "reason")),
    ],
)
@pytest.mark.parametrize("command", [judged, overridden])
def test_a_chosen_band_needs_to_be_one_and_to_be_explained(store: Store, command, band, reason, missing):
    with store.begin() as tx:
        file = worked(tx)
    with pytest.raises(Incomplete) as refusal, store.begin() as tx:
        command(tx, file, band, reason=reason)

    assert refusal.value.missing == missing


@pytest.mark.parametrize("answers", [{"shoe-size": "9"}, {"how-often": "hourly"}, {"weapon": "perhaps"}])
def test_a_form_of_another_questionnaire_is_out_of_date(store: Store, answers):
    with store.begin() as tx:
        file = worked(tx)
    with pytest.raises(Stale), store.begin() as tx:
        questioned(tx, file, answers)


def test_a_note_at_no_prompt_is_out_of_date(store: Store):
    with store.begin() as tx, pytest.raises(Stale):
        questioned(
            tx,
            worked(tx),
            {"weather": "Fine"},
            instrument="judgement",
            band="high",
            reason="There is danger.",
        )


@pytest.mark.parametrize("instrument", ["override", "dice", ""])
def test_nothing_is_assessed_by_anything_else(store: Store, instrument):
    with store.begin() as tx, pytest.raises(ValueError, match="nothing is assessed by"):
        questioned(tx, worked(tx), {}, instrument=instrument, band="high", reason="There is danger.")


def test_the_hubs_own_instrument_is_used_and_named(store: Store):
    """Its questions and thresholds count, not the built-in ones."""
    file = hubs_file()
    file["risk"] = {
        "questionnaire": {
            "id": "short",
            "version": "3",
            "questions": [
                {
                    "id": "often",
                    "text": "How often?",
                    "answers": [
                        {"id": "seldom", "label": "Seldom", "points": 1},
                        {"id": "daily", "label": "Daily", "points": 6},
                    ],
                }
            ],
            "flags": [],
            "medium_from": 3,
            "high_from": 5,
        }
    }
    with store.begin() as tx:
        assessed = questioned(tx, worked(tx), {"often": "daily"}, directory=Directory.model_validate(file))

    assert (assessed.risks[0].version, assessed.risks[0].score, assessed.case.band) == ("short 3", 6, "high")


@pytest.mark.parametrize(
    ("state", "someone", "reason"),
    [
        (CaseState.SUBMITTED, PRIYA, Reason.NOT_NOW),
        (CaseState.SCANNING, IAN, Reason.NOT_YOUR_PART),
        (CaseState.SCANNING, RUTH, Reason.NOT_YOUR_PART),
        (CaseState.CLOSED, TOM, Reason.NOT_NOW),
    ],
    ids=lambda value: getattr(value, "name", value),
)
def test_who_may_not_assess_does_not(store: Store, state, someone, reason):
    with store.begin() as tx:
        file = worked(tx, state)
    with pytest.raises(NotAllowed) as refusal, store.begin() as tx:
        judged(tx, file, "high", someone)

    assert refusal.value.reason == reason


def test_the_lead_agency_assesses_but_does_not_override(store: Store):
    with store.begin() as tx:
        file = judged(tx, worked(tx), "high", PRIYA)
    with pytest.raises(NotAllowed), store.begin() as tx:
        overridden(tx, file, "standard", PRIYA)

    assert file.case.band == "high"


def test_the_same_assessment_at_once_again_is_only_a_repeat(store: Store):
    with store.begin() as tx:
        file = judged(tx, worked(tx), "high")
    told = messages(store)
    with store.begin() as tx:
        again = judged(tx, file, "high", now=LATER + timedelta(seconds=3))

    assert len(again.risks) == 1
    assert messages(store) == told


def test_the_same_assessment_is_one_of_its_own_once_the_case_has_moved(store: Store):
    with store.begin() as tx:
        file = judged(tx, worked(tx, CaseState.TRIAGED), "high")
        told = {"move": Move.SCAN, "seen": file.case.moves, "reason": "", "now": LATER + timedelta(seconds=2)}
        moves.move(tx, **about(file, TOM), directory=DIRECTORY, **told)
        again = judged(tx, file, "high", now=LATER + timedelta(seconds=5))

    assert len(again.risks) == 2


def test_the_same_by_somebody_else_or_later_is_an_assessment_of_its_own(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        judged(tx, file, "high")
        judged(tx, file, "high", HELEN)
        later = judged(tx, file, "high", HELEN, now=LATER + timedelta(days=28))

    assert [kept.by.author_name for kept in later.risks] == ["Tom Airey", "Helen Ashby", "Helen Ashby"]


def test_audit_tells_of_an_assessment_without_what_was_answered(store: Store):
    with store.begin() as tx:
        file = judged(tx, worked(tx), "high", reason="Joe Bloggs threatened her.")

    action, detail = audited(store)[-1]
    assert action == "case.risk_assessed"
    assert json.loads(detail) == {
        "reference": "ALL-2026-0001",
        "version": file.case.version,
        "instrument": "judgement",
        "band": "high",
    }


def test_sharepoint_and_the_channel_are_told_of_an_assessment_and_referrers_are_not(store: Store):
    with store.begin() as tx:
        file = worked(tx)
    before = len(messages(store))
    with store.begin() as tx:
        judged(tx, file, "high")

    assert [kind for kind, _ in messages(store)[before:]] == ["case.push", "card.channel"]


def test_an_assessment_is_of_the_cycle_in_which_it_was_made_and_counts_beyond_it(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        judged(tx, file, "high")
        set_case(tx, file.case.id, cycle=2)
        second = questioned(tx, file, CALM)

    assert [(kept.cycle, kept.band) for kept in second.risks] == [(1, "high"), (2, "standard")]
    assert second.case.band == "high"
