from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from osara_store import case_reviews, cases
from osara_store.case_file import case_file
from osara_store.case_reviews import ReviewPrompt
from osara_store.case_settings import CaseReviewRules
from osara_store.errors import NotAllowed
from osara_store.schema import CaseState, victim_reports

from .casework import about, audited, set_case, worked
from .conftest import Store
from .world import ALL, CAR, HELEN, IAN, NOON, PRIYA, SUE, TOM, draft_of, referral, something_else, submitted

RULES = CaseReviewRules()


def reported(tx: sa.Connection, day: int = 0, who: str = "Olive Webb", **named) -> int:
    """The id of the case that a referral became so many days after the first of March."""
    answers = something_else(affected=who, where=f"Somewhere else {day}", own_reference="")
    return submitted(tx, answers, now=NOON + timedelta(days=day), **named).case.id


def prompted(tx: sa.Connection, case_id: int, rules: CaseReviewRules = RULES) -> ReviewPrompt:
    return case_reviews.prompt(tx, case_file(tx, case_id), rules)


def test_the_first_report_prompts_nothing_the_second_to_explain_the_third_that_it_may_be_due(store: Store):
    with store.begin() as tx:
        found = [prompted(tx, reported(tx, day)) for day in (0, 40, 80)]

    assert found == [
        ReviewPrompt(1, None, None),
        ReviewPrompt(2, "explain", None),
        ReviewPrompt(3, "threshold", None),
    ]


def test_the_same_person_is_recognised_however_their_name_is_written(store: Store):
    with store.begin() as tx:
        reported(tx, 0, "Mrs Olive Webb (rang twice)")

        assert prompted(tx, reported(tx, 1, "olive webb, number 9")).reports == 2


def test_another_person_or_another_hub_does_not_count(store: Store):
    with store.begin() as tx:
        reported(tx, 0, "Finn Gray")
        reported(tx, 1, someone=TOM, of=CAR)

        assert prompted(tx, reported(tx, 2)).reports == 1


def test_whoever_is_only_involved_has_not_reported(store: Store):
    with store.begin() as tx:
        submitted(tx, something_else(affected="", involved="Olive Webb"))

        assert prompted(tx, reported(tx, 2)).reports == 1


@pytest.mark.parametrize(("days", "reports"), [(184, 2), (185, 1)], ids=["its last day", "the day after"])
def test_reports_count_within_six_months(store: Store, days, reports):
    """From 2 March to 2 September."""
    with store.begin() as tx:
        reported(tx)

        assert prompted(tx, reported(tx, days)).reports == reports


def test_a_prompt_does_not_fade_because_the_victim_was_quiet_and_came_back_years_later(store: Store):
    with store.begin() as tx:
        first, second, much_later = reported(tx, 0), reported(tx, 10), reported(tx, 1000)

        assert [prompted(tx, case_id).reports for case_id in (first, second, much_later)] == [2, 2, 1]


def test_several_victims_in_one_case_count_for_themselves(store: Store):
    with store.begin() as tx:
        reported(tx, 0, "Olive Webb")
        reported(tx, 1, "Finn Gray")

        assert prompted(tx, reported(tx, 2, "Olive Webb\nFinn Gray")).reports == 2


def test_a_hub_has_its_own_thresholds(store: Store):
    rules = CaseReviewRules(window_months=1, explain_at=1, threshold_at=2)
    with store.begin() as tx:
        first = reported(tx)

        assert prompted(tx, first, rules).kind == "explain"
        assert prompted(tx, reported(tx, 20), rules).kind == "threshold"
        assert prompted(tx, reported(tx, 60), rules).reports == 1


def test_a_report_joined_to_a_case_counts_and_a_second_press_does_not(store: Store):
    with store.begin() as tx:
        case = submitted(tx).case
        draft_id = draft_of(tx, SUE)
        joining = {"actor": SUE, "hub": ALL, "draft_id": draft_id, "case_id": None, "now": NOON}
        for tried in ("", "", "A word with him."):
            cases.join(tx, referral=referral(tried=tried), **joining)

        assert prompted(tx, case.id).reports == 2


def test_what_comes_again_from_a_form_left_open_after_its_case_was_closed_is_a_second_report(store: Store):
    with store.begin() as tx:
        draft_id = draft_of(tx)
        sending = {"actor": PRIYA, "hub": ALL, "draft_id": draft_id, "now": NOON}
        first = cases.submit(tx, referral=referral(), **sending).case
        set_case(tx, first.id, state=CaseState.CLOSED)
        second = cases.submit(tx, referral=referral(tried="It began again."), **sending).case

        assert second.id != first.id
        assert prompted(tx, second.id).reports == 2


def test_only_a_hash_of_the_name_is_kept(store: Store):
    with store.begin() as tx:
        reported(tx)

    (row,) = store.rows(victim_reports)
    assert "webb" not in str(row).casefold()


def test_it_is_written_down_that_a_review_was_explained(store: Store):
    late_in_the_evening = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # 1 July in the hub
    with store.begin() as tx:
        file = worked(tx)
        file = case_reviews.explained(tx, **about(file, SUE), now=late_in_the_evening)
        found = prompted(tx, file.case.id)

    assert (file.entries[-1].kind, file.entries[-1].author_name) == ("case_review_explained", "Sue Bell")
    assert found.explained_on == date(2026, 7, 1)
    assert audited(store)[-1][0] == "case.review_explained"


def test_explaining_it_twice_on_one_day_is_written_down_once_and_on_another_day_again(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        for day in (0, 0, 1):
            file = case_reviews.explained(tx, **about(file, TOM), now=NOON + timedelta(days=day))

        assert [entry.text for entry in file.entries if entry.kind == "case_review_explained"] == [
            "2026-03-02",
            "2026-03-03",
        ]
        assert prompted(tx, file.case.id).explained_on == date(2026, 3, 3)


def test_a_partner_who_does_not_work_the_case_does_not_explain_it(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        with pytest.raises(NotAllowed):
            case_reviews.explained(tx, **about(file, IAN), now=NOON)


def test_a_closed_case_is_not_written_into(store: Store):
    with store.begin() as tx:
        file = worked(tx)
        set_case(tx, file.case.id, state=CaseState.CLOSED)
        with pytest.raises(NotAllowed):
            case_reviews.explained(tx, **about(file, HELEN), now=NOON)
