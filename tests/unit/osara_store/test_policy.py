"""The whole table of who may do what: every capacity, every action, every state.

It is written out here a second time, so that no permit can change without somebody changing it in both places.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import pytest

from osara_store.directory import Actor, Agency, Agreement, Role
from osara_store.policy import CASE_ACTIONS, Action, Capacity, Reason, Ruling, capacities, may
from osara_store.schema import CaseState
from tests.contract.store.world import ALL, CAR, TENANT, person_id

MARCH = date(2026, 3, 2)

# P  everybody of the hub's agencies      L  the lead agency      C  coordinator      M  manager      I  inspector
# r  the referrer's agency, even while it has no agreement in date      .  nobody
TABLE = """
                     submitted
                     |   triaged
                     |   |   information_sharing
                     |   |   |   scanning
                     |   |   |   |   analysis
                     |   |   |   |   |   response
                     |   |   |   |   |   |   assessment
                     |   |   |   |   |   |   |   closure_proposed
                     |   |   |   |   |   |   |   |    closed
                     |   |   |   |   |   |   |   |    |   returned
                     |   |   |   |   |   |   |   |    |   |   signposted
                     |   |   |   |   |   |   |   |    |   |   |   withdrawn
                     |   |   |   |   |   |   |   |    |   |   |   |   merged
                     |   |   |   |   |   |   |   |    |   |   |   |   |   voided
                     |   |   |   |   |   |   |   |    |   |   |   |   |   |   transferred

read_case            P   P   P   P   P   P   P   P    P   P   P   P   P   CMI P
write_note           P   P   P   P   P   P   P   P    .   P   .   .   .   .   .
add_person           P   P   P   P   P   P   P   P    .   P   .   .   .   .   .
mark_person          LCM LCM LCM LCM LCM LCM LCM LCM  .   LCM .   .   .   .   .
assess_risk          CM  LCM LCM LCM LCM LCM LCM LCM  .   .   .   .   .   .   .
override_risk        CM  CM  CM  CM  CM  CM  CM  CM   .   .   .   .   .   .   .
meet_clock           LCM LCM LCM LCM LCM LCM LCM LCM  .   .   .   .   .   .   .
complete_review      .   LM  LM  LM  LM  LM  LM  LM   .   .   .   .   .   .   .
ask_partners         .   CM  CM  CM  CM  .   .   .    .   .   .   .   .   .   .
answer_request       .   P   P   P   P   P   P   P    .   .   .   .   .   .   .
arrange_meeting      .   .   LCM LCM LCM LCM LCM .    .   .   .   .   .   .   .
run_meeting          .   .   LCM LCM LCM LCM LCM LCM  .   .   .   .   .   .   .
write_stage          .   LCM LCM LCM LCM LCM LCM .    .   .   .   .   .   .   .
add_task             .   LCM LCM LCM LCM LCM LCM .    .   .   .   .   .   .   .
record_task          .   LCM LCM LCM LCM LCM LCM LCM  .   .   .   .   .   .   .
record_own_task      .   P   P   P   P   P   P   P    .   .   .   .   .   .   .
point_outside        .   LCM LCM LCM LCM LCM LCM .    .   .   .   .   .   .   .
chase                .   LCM LCM LCM LCM LCM LCM LCM  .   .   .   .   .   .   .
chase_own            .   P   P   P   P   P   P   P    .   .   .   .   .   .   .
write_closure        .   .   .   .   .   .   LCM LCM  .   .   .   .   .   .   .
agree_closure        .   .   .   .   .   .   .   L    .   .   .   .   .   .   .
change_lead          CM  CM  CM  CM  CM  CM  CM  CM   .   CM  .   .   .   .   .
relate               LCM LCM LCM LCM LCM LCM LCM LCM  LCM LCM .   .   .   .   .
restrict             CM  CM  CM  CM  CM  CM  CM  CM   CM  CM  CM  CM  CM  CM  CM
explain_case_review  LCM LCM LCM LCM LCM LCM LCM LCM  .   LCM .   .   .   .   .
hold_legally         M   M   M   M   M   M   M   M    M   M   M   M   M   M   M
decide_retention     .   .   .   .   .   .   .   .    M   .   M   M   M   M   M
hand_over            M   M   M   M   M   M   M   M    .   M   .   .   .   .   .

triage               CM  .   .   .   .   .   .   .    .   .   .   .   .   .   .
return               CM  CM  .   .   .   .   .   .    .   .   .   .   .   .   .
resubmit             .   .   .   .   .   .   .   .    .   r   .   .   .   .   .
signpost             CM  CM  CM  .   .   .   .   .    .   .   .   .   .   .   .
withdraw             rM  rM  rM  rM  .   .   .   .    .   rM  .   .   .   .   .
share                .   CM  .   .   .   .   .   .    .   .   .   .   .   .   .
scan                 .   CM  CM  .   .   .   .   .    .   .   .   .   .   .   .
analyse              .   .   .   LCM .   .   .   .    .   .   .   .   .   .   .
respond              .   .   .   .   LCM .   .   .    .   .   .   .   .   .   .
assess               .   .   .   .   .   LCM .   .    .   .   .   .   .   .   .
rerun                .   .   .   .   .   .   LCM .    .   .   .   .   .   .   .
propose_closure      .   .   .   .   .   .   LM  .    .   .   .   .   .   .   .
refuse_closure       .   .   .   .   .   .   .   M    .   .   .   .   .   .   .
close                .   .   .   .   .   .   .   M    .   .   .   .   .   .   .
merge                M   M   M   M   M   M   M   M    .   M   .   .   .   .   .
void                 M   M   M   M   M   M   M   M    M   M   M   M   .   .   .
transfer             M   M   M   M   M   M   M   M    .   M   .   .   .   .   .
"""

# What is asked of a hub and of no case: who may, and whether an agreement in date is needed.
HUB_TABLE = """
open_hub_card    P  no
refer            P  no
join             P  yes
see_own_cases    P  yes
see_own_work     P  yes
search           P  yes
see_retention    M  yes
set_hub          M  no
be_away          P  no
set_absence      M  yes
see_cover        M  yes
"""

LETTER = {
    "P": Capacity.PARTNER,
    "r": Capacity.REFERRER,
    "L": Capacity.LEAD,
    "C": Capacity.COORDINATOR,
    "M": Capacity.MANAGER,
    "I": Capacity.INSPECTOR,
}


def read_table() -> tuple[list[CaseState], dict[Action, list[str]]]:
    heading, body = TABLE.strip().split("\n\n", 1)
    states = [CaseState(line.replace("|", " ").strip()) for line in heading.splitlines()]
    rows = [line.split() for line in body.splitlines() if line.strip()]
    return states, {Action(name): cells for name, *cells in rows}


STATES, PERMITS = read_table()
HUB_PERMITS = {
    Action(name): (LETTER[who], agreement == "yes")
    for name, who, agreement in (line.split() for line in HUB_TABLE.strip().splitlines())
}
ROLES = {
    Capacity.COORDINATOR: Role.COORDINATOR,
    Capacity.MANAGER: Role.MANAGER,
    Capacity.INSPECTOR: Role.INSPECTOR,
}
SIGNED = Agreement(version="2026.1", signed=date(2026, 1, 12), expires=date(2027, 3, 31))
EXPIRED = Agreement(version="2025.1", signed=date(2025, 1, 12), expires=date(2026, 3, 1))
WITHOUT = {None: Reason.NO_AGREEMENT, EXPIRED: Reason.AGREEMENT_OUT_OF_DATE}
ALLOWED = Ruling(allowed=True, reason=Reason.ALLOWED)


@dataclass(frozen=True)
class SomeCase:
    state: CaseState = CaseState.SCANNING
    hub_id: str = "ALL"
    agency_id: str = "nobody"
    lead_agency_id: str = "nobody"
    restricted: bool = False


def somebody(role: Role = Role.PARTNER, agreement: Agreement | None = SIGNED, hub_id: str = "ALL") -> Actor:
    agency = Agency(id="own", name="Own", sector="council", agreement=agreement)
    return Actor(TENANT, person_id(1), "Jo Lowe", agency, {hub_id: role})


def as_one(*ways: Capacity, agreement: Agreement | None = SIGNED) -> tuple[Actor, SomeCase]:
    """Somebody who is all of this to a case, and the case."""
    role = next((ROLES[way] for way in ways if way in ROLES), Role.PARTNER)
    case = SomeCase(
        agency_id="own" if Capacity.REFERRER in ways else "nobody",
        lead_agency_id="own" if Capacity.LEAD in ways else "nobody",
    )
    return somebody(role, agreement), case


def rule(actor: Actor, action: Action, case: SomeCase, *listed: Actor, hub=ALL) -> Ruling:
    names = frozenset((each.tenant, each.object_id) for each in listed)
    return may(actor, action, hub, case=case, listed=names, on=MARCH)


def refused(reason: Reason) -> Ruling:
    return Ruling(allowed=False, reason=reason)


def expected(action: Action, state: CaseState, *ways: Capacity) -> Ruling:
    """What the table says of somebody who is all of this to the case, besides being a partner."""
    own = {Capacity.PARTNER, *ways}

    def names_them(cell: str) -> bool:
        return any(LETTER[letter] in own for letter in cell if letter != ".")

    row = PERMITS[action]
    if names_them(row[STATES.index(state)]):
        return ALLOWED
    return refused(Reason.NOT_NOW if any(map(names_them, row)) else Reason.NOT_YOUR_PART)


def every_way() -> Iterator[tuple[Capacity, ...]]:
    """Every set of capacities one person can have: one role at most, and of either agency, both or none."""
    ties = [tie for n in range(3) for tie in combinations((Capacity.REFERRER, Capacity.LEAD), n)]
    for role in ((), *((role,) for role in ROLES)):
        for tie in ties:
            yield (*role, *tie)


def needs_no_agreement(action: Action, state: CaseState, *ways: Capacity) -> bool:
    return "r" in PERMITS[action][STATES.index(state)] and Capacity.REFERRER in ways


def test_the_table_has_every_action_and_every_state_once():
    assert sorted(STATES) == sorted(CaseState)
    assert list(PERMITS) == list(CASE_ACTIONS)
    assert {len(row) for row in PERMITS.values()} == {len(CaseState)}
    assert set(PERMITS).isdisjoint(HUB_PERMITS)
    assert set(PERMITS) | set(HUB_PERMITS) == set(Action)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_who_may_do_this_to_a_case_in_which_state(action):
    for ways in every_way():
        actor, case = as_one(*ways)
        for state in CaseState:
            ruling = rule(actor, action, replace(case, state=state))
            assert ruling == expected(action, state, *ways), (ways, state)


@pytest.mark.parametrize("agreement", [None, EXPIRED], ids=["never signed", "out of date"])
@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_without_an_agreement_in_date_nothing_but_the_referrers_own_doings(action, agreement):
    for ways in every_way():
        actor, case = as_one(*ways, agreement=agreement)
        for state in CaseState:
            ruling = rule(actor, action, replace(case, state=state))
            if needs_no_agreement(action, state, *ways):
                assert ruling == ALLOWED, (ways, state)
            else:
                assert not ruling.allowed, (ways, state)


@pytest.mark.parametrize("agreement", [None, EXPIRED], ids=["never signed", "out of date"])
def test_the_reason_is_the_agreement_wherever_one_is_needed(agreement):
    for action in set(CASE_ACTIONS) - {Action.RESUBMIT, Action.WITHDRAW}:
        for ways in every_way():
            actor, case = as_one(*ways, agreement=agreement)
            assert rule(actor, action, case) == refused(WITHOUT[agreement]), (action, ways)


def test_a_manager_whose_agreement_ran_out_does_not_withdraw_the_referral_of_others():
    actor, case = as_one(Capacity.MANAGER, agreement=EXPIRED)

    assert rule(actor, Action.WITHDRAW, case) == refused(Reason.AGREEMENT_OUT_OF_DATE)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_nobody_of_an_agency_that_does_not_serve_the_hub_may_do_anything_to_its_cases(action):
    for role in Role:
        elsewhere = somebody(role, hub_id="CAR")
        for state in CaseState:
            case = SomeCase(state, agency_id="own", lead_agency_id="own")
            assert rule(elsewhere, action, case, elsewhere) == refused(Reason.NOT_THIS_HUB), (role, state)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_a_case_is_reached_through_its_own_hub_only(action):
    for role in Role:
        in_both = replace(somebody(role), roles={"ALL": role, "CAR": role})
        for state in CaseState:
            case = SomeCase(state, agency_id="own", lead_agency_id="own")
            ruling = rule(in_both, action, case, in_both, hub=CAR)
            assert ruling == refused(Reason.CASE_OF_ANOTHER_HUB), (role, state)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_a_role_in_one_hub_is_none_in_another(action):
    for role in set(Role) - {Role.PARTNER}:
        visiting = replace(somebody(), roles={"ALL": role, "CAR": Role.PARTNER})
        for state in CaseState:
            ruling = rule(visiting, action, SomeCase(state, hub_id="CAR"), hub=CAR)
            assert ruling == expected(action, state), (role, state)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_who_is_not_on_the_list_of_a_restricted_case_may_do_nothing_to_it(action):
    somebody_else = replace(somebody(), object_id=person_id(2))
    namesake = replace(somebody(), tenant=person_id(99))
    for ways in every_way():
        actor, case = as_one(*ways)
        for state in CaseState:
            ruling = rule(actor, action, replace(case, state=state, restricted=True), somebody_else, namesake)
            assert ruling == refused(Reason.RESTRICTED), (ways, state)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_who_is_on_the_list_may_do_what_they_might_without_it_and_no_more(action):
    for ways in every_way():
        actor, case = as_one(*ways)
        for state in CaseState:
            ruling = rule(actor, action, replace(case, state=state, restricted=True), actor)
            assert ruling == expected(action, state, *ways), (ways, state)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_the_list_helps_nobody_over_an_agreement(action):
    for agreement, reason in WITHOUT.items():
        actor, case = as_one(Capacity.MANAGER, Capacity.LEAD, agreement=agreement)
        assert rule(actor, action, replace(case, restricted=True), actor) == refused(reason)


@pytest.mark.parametrize("action", CASE_ACTIONS)
def test_an_action_of_a_case_needs_a_case(action):
    assert not may(somebody(Role.MANAGER), action, ALL, on=MARCH).allowed


@pytest.mark.parametrize("action", HUB_PERMITS)
def test_who_may_ask_this_of_a_hub(action):
    who, agreement_needed = HUB_PERMITS[action]
    for role in Role:
        allowed = who in {Capacity.PARTNER, Capacity(role)}
        own = ALLOWED if allowed else refused(Reason.NOT_YOUR_PART)
        assert may(somebody(role), action, ALL, on=MARCH) == own
        assert may(somebody(role), action, CAR, on=MARCH) == refused(Reason.NOT_THIS_HUB)
        for agreement, reason in WITHOUT.items():
            without = may(somebody(role, agreement), action, ALL, on=MARCH)
            assert without == (refused(reason) if agreement_needed else own)


@pytest.mark.parametrize("action", [Action.JOIN, Action.SEE_OWN_CASES, Action.SEARCH])
def test_what_is_found_in_a_hub_is_found_under_the_rules_of_its_case(action):
    actor = somebody()

    assert rule(actor, action, SomeCase()) == ALLOWED
    assert rule(actor, action, SomeCase(hub_id="CAR")) == refused(Reason.CASE_OF_ANOTHER_HUB)
    assert rule(actor, action, SomeCase(restricted=True)) == refused(Reason.RESTRICTED)
    assert rule(actor, action, SomeCase(restricted=True), actor) == ALLOWED


def test_an_agreement_counts_on_its_last_day_and_not_on_the_next():
    actor = somebody(agreement=EXPIRED)
    rulings = [may(actor, Action.JOIN, ALL, on=day) for day in (date(2026, 3, 1), date(2026, 3, 2))]

    assert [ruling.allowed for ruling in rulings] == [True, False]


def test_what_somebody_is_to_a_case_follows_from_their_role_and_their_agency():
    for ways in every_way():
        actor, case = as_one(*ways)
        assert capacities(actor, ALL, case) == {Capacity.PARTNER, *ways}
        assert capacities(actor, CAR, case) == frozenset()
        assert capacities(actor, ALL, replace(case, hub_id="CAR")) == frozenset()
