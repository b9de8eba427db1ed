"""Who may do what, and when: a second opinion, written from what the hub was promised and not from the bot's own policy."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from tests.contract.bot.presses.people import Someone

Case = Mapping[Any, Any]  # a row of `cases`
Listed = frozenset[str]  # the object ids of those who may open a restricted case

# --- states ----------------------------------------------------------------------------------------------------------

WORKED: Final = frozenset(
    {"triaged", "information_sharing", "scanning", "analysis", "response", "assessment"}
)
TO_THE_END: Final = WORKED | {"closure_proposed"}
BEFORE_CLOSING: Final = TO_THE_END | {"submitted"}
OPEN: Final = BEFORE_CLOSING | {"returned"}
ENDED: Final = frozenset({"closed", "signposted", "withdrawn", "merged", "voided", "transferred"})
EVER: Final = OPEN | ENDED
CHECKING: Final = frozenset({"assessment", "closure_proposed"})

# --- people ----------------------------------------------------------------------------------------------------------

ANYBODY: Final = frozenset({"partner"})
RUNNING: Final = frozenset({"coordinator", "manager"})
WORKING: Final = RUNNING | {"lead"}
MANAGER: Final = frozenset({"manager"})


class Permit(NamedTuple):
    who: frozenset[str]
    when: frozenset[str]


MAY: Final[Mapping[str, tuple[Permit, ...]]] = {
    "read": (Permit(ANYBODY, EVER - {"voided"}), Permit(RUNNING | {"inspector"}, frozenset({"voided"}))),
    "note": (Permit(ANYBODY, OPEN),),
    "name somebody": (Permit(ANYBODY, OPEN),),
    "mark somebody": (Permit(WORKING, OPEN),),
    "assess the risk": (Permit(RUNNING, BEFORE_CLOSING), Permit(WORKING, TO_THE_END)),
    "override the band": (Permit(RUNNING, BEFORE_CLOSING),),
    "stop a clock": (Permit(WORKING, BEFORE_CLOSING),),
    "ask the partners": (
        Permit(RUNNING, frozenset({"triaged", "information_sharing", "scanning", "analysis"})),
    ),
    "answer a request": (Permit(ANYBODY, TO_THE_END),),
    # Whoever was told that somebody waits for a call says that they called; for them, whoever works the case.
    "call back": (Permit(ANYBODY, OPEN),),
    "call back for others": (Permit(WORKING, BEFORE_CLOSING),),
    # Once the partners are asked, there is something to meet about; what was arranged is held, moved or called off.
    "arrange a meeting": (Permit(WORKING, WORKED - {"triaged"}),),
    "run a meeting": (Permit(WORKING, TO_THE_END - {"triaged"}),),
    "review monthly": (Permit(MANAGER | {"lead"}, TO_THE_END),),
    "write a stage": (Permit(WORKING, WORKED),),
    "write the closing page": (Permit(WORKING, CHECKING),),
    "plan a task": (Permit(WORKING, WORKED),),
    "record a task": (Permit(WORKING, TO_THE_END),),
    "record an own task": (Permit(ANYBODY, TO_THE_END),),
    "point outside": (Permit(WORKING, WORKED),),
    "ask how it went outside": (Permit(WORKING, TO_THE_END),),
    "ask how an own one went": (Permit(ANYBODY, TO_THE_END),),
    "agree to closing": (Permit(frozenset({"lead"}), frozenset({"closure_proposed"})),),
    "change the lead": (Permit(RUNNING, OPEN),),
    "relate": (Permit(WORKING, OPEN | {"closed"}),),
    "restrict": (Permit(RUNNING, EVER),),
    "explain the case review": (Permit(WORKING, OPEN),),
    "hold legally": (Permit(MANAGER, EVER),),
    "decide on keeping": (Permit(MANAGER, ENDED),),
    "triage": (Permit(RUNNING, frozenset({"submitted"})),),
    "return": (Permit(RUNNING, frozenset({"submitted", "triaged"})),),
    "resubmit": (Permit(frozenset({"referrer"}), frozenset({"returned"})),),
    "signpost": (Permit(RUNNING, frozenset({"submitted", "triaged", "information_sharing"})),),
    "withdraw": (
        Permit(
            MANAGER | {"referrer"},
            frozenset({"submitted", "triaged", "returned", "information_sharing", "scanning"}),
        ),
    ),
    "share": (Permit(RUNNING, frozenset({"triaged"})),),
    "scan": (Permit(RUNNING, frozenset({"triaged", "information_sharing"})),),
    "analyse": (Permit(WORKING, frozenset({"scanning"})),),
    "respond": (Permit(WORKING, frozenset({"analysis"})),),
    "assess": (Permit(WORKING, frozenset({"response"})),),
    "rerun": (Permit(WORKING, frozenset({"assessment"})),),
    "propose_closure": (Permit(MANAGER | {"lead"}, frozenset({"assessment"})),),
    "refuse_closure": (Permit(MANAGER, frozenset({"closure_proposed"})),),
    "close": (Permit(MANAGER, frozenset({"closure_proposed"})),),
    "merge": (Permit(MANAGER, OPEN),),
    "void": (Permit(MANAGER, EVER - {"voided", "merged", "transferred"}),),
    "transfer": (Permit(MANAGER, OPEN),),
}
# What is done in a hub and to no case: who may, and whether their agency needs an agreement for it.
MAY_IN_HUB: Final[Mapping[str, tuple[frozenset[str], bool]]] = {
    "be away": (ANYBODY, False),
    "enter an absence": (MANAGER, True),
    "see cover": (MANAGER, True),
    "set the hub": (MANAGER, False),
}
# What a referrer does to their own referral shows them nothing of the case, so it needs no agreement.
_OWN_REFERRAL: Final = frozenset({"resubmit", "withdraw"})

# Once a case is erased, there is nothing left in it to be held or decided on.
_WITH_WORDS: Final = frozenset({"hold legally", "decide on keeping"})

# Where each move leads; a re-run, to the state of its stage.
LEADS_TO: Final[Mapping[str, frozenset[str]]] = {
    "triage": frozenset({"triaged"}),
    "return": frozenset({"returned"}),
    "resubmit": frozenset({"submitted"}),
    "signpost": frozenset({"signposted"}),
    "withdraw": frozenset({"withdrawn"}),
    "share": frozenset({"information_sharing"}),
    "scan": frozenset({"scanning"}),
    "analyse": frozenset({"analysis"}),
    "respond": frozenset({"response"}),
    "assess": frozenset({"assessment"}),
    "rerun": frozenset({"scanning", "analysis", "response"}),
    "propose_closure": frozenset({"closure_proposed"}),
    "refuse_closure": frozenset({"assessment"}),
    "close": frozenset({"closed"}),
    "merge": frozenset({"merged"}),
    "void": frozenset({"voided"}),
    "transfer": frozenset({"transferred"}),
}
NEEDS_A_REASON: Final = frozenset(
    {"return", "resubmit", "signpost", "withdraw", "share", "rerun", "refuse_closure", "merge", "void", "transfer"}
)  # fmt: skip
# Answers without which the move may not be made.
NEEDS_ANSWERS: Final[Mapping[str, tuple[str, ...]]] = {
    "analyse": (
        *("measure", "baseline", "target", "target_date"),
        *("statement", "sources", "how_often", "repeat_check"),
    ),
    "respond": ("hypothesis",),
    "rerun": ("measure_value", "decision"),
    "propose_closure": ("measure_value", "decision"),
    "close": ("measure_value", "complainant_contacted", "outcome", "closing_summary"),
}


def parts_of(someone: Someone, case: Case) -> frozenset[str]:
    """Everything that somebody is to a case."""
    hub_id = case["hub_id"]
    if not someone.serves(hub_id):
        return frozenset()
    also = {"referrer": case["agency_id"], "lead": case["lead_agency_id"]}
    own = {part for part, agency in also.items() if agency == someone.agency}
    return frozenset({"partner", *own, *([someone.roles[hub_id]] if hub_id in someone.roles else [])})


def may_in_hub(someone: Someone, doing: str, hub_id: str, on: date) -> bool:
    who, needs_agreement = MAY_IN_HUB[doing]
    own = {"partner", someone.roles.get(hub_id, "partner")} if someone.serves(hub_id) else set()
    return bool(who & own) and (someone.is_agreed(on) or not needs_agreement)


def may(someone: Someone, doing: str, case: Case, listed: Listed, on: date) -> bool:
    own = parts_of(someone, case)
    if not own or (case["restricted"] and someone.id not in listed):
        return False
    if case["erased_at"] is not None and doing in _WITH_WORDS:
        return False
    if not someone.is_agreed(on) and not (doing in _OWN_REFERRAL and "referrer" in own):
        return False
    return any(permit.who & own and str(case["state"]) in permit.when for permit in MAY[doing])
