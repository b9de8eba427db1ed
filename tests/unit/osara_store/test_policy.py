from dataclasses import dataclass
from datetime import date

import pytest

from osara_store.policy import Action, Reason, Ruling, may
from tests.contract.store.world import ALL, AMY, CAR, MARK, PRIYA, TOM

MARCH = date(2026, 3, 2)
OF_CASES = [Action.JOIN, Action.SEE_OWN_CASES]


@dataclass(frozen=True)
class SomeCase:
    hub_id: str


@pytest.mark.parametrize("action", list(Action))
def test_a_partner_with_an_agreement_may_do_everything_in_their_own_hub(action):
    assert may(PRIYA, action, ALL, on=MARCH) == Ruling(allowed=True, reason=Reason.ALLOWED)


@pytest.mark.parametrize("action", list(Action))
def test_nobody_may_do_anything_in_a_hub_their_agency_does_not_serve(action):
    assert may(PRIYA, action, CAR, on=MARCH) == Ruling(allowed=False, reason=Reason.NOT_THIS_HUB)


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize(
    ("someone", "reason"), [(MARK, Reason.NO_AGREEMENT), (AMY, Reason.AGREEMENT_OUT_OF_DATE)]
)
def test_without_an_agreement_in_date_a_matter_can_be_told_but_no_case_be_seen(someone, reason, action):
    ruling = may(someone, action, ALL, on=MARCH)

    assert ruling.allowed == (action not in OF_CASES)
    assert ruling.reason == (reason if action in OF_CASES else Reason.ALLOWED)


def test_an_agreement_counts_on_its_last_day_and_not_on_the_next():
    rulings = [
        may(AMY, Action.JOIN, ALL, on=date(2026, 2, 28)),
        may(AMY, Action.JOIN, ALL, on=date(2026, 3, 1)),
    ]

    assert [ruling.allowed for ruling in rulings] == [True, False]


@pytest.mark.parametrize("action", OF_CASES)
def test_a_case_is_reached_through_its_own_hub_only(action):
    assert may(TOM, action, ALL, case=SomeCase("ALL"), on=MARCH).allowed
    assert may(TOM, action, ALL, case=SomeCase("CAR"), on=MARCH) == Ruling(
        allowed=False, reason=Reason.CASE_OF_ANOTHER_HUB
    )
