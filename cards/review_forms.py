"""What came back in the form of a monthly review: the checked answers, or everything as typed with each fault."""

from collections.abc import Mapping
from dataclasses import dataclass

from cards import inputs, texts_reviews
from cards.case_view import Typed
from osara_store.reviews import MOST_COMMENT
from osara_store.schema import ReviewDecision, RiskNow


@dataclass(frozen=True)
class Reviewed:
    decision: ReviewDecision
    risk: RiskNow
    comment: str


def read(given: Mapping[str, object]) -> Reviewed | Typed:
    """Which button was pressed, and what stood in the two inputs."""
    decision = inputs.choice(given.get("decision"), [str(each) for each in ReviewDecision])
    risk = inputs.choice(given.get("risk_now"), [str(each) for each in RiskNow])
    comment = inputs.line(given.get("comment"), MOST_COMMENT)
    errors = {
        "risk_now": risk.fault or ("" if risk.value else texts_reviews.RISK_MISSING),
        "comment": comment.fault,
    }
    if any(errors.values()) or decision.fault or not decision.value:
        values = {"risk_now": risk.value, "comment": comment.value}
        return Typed(values, {name: fault for name, fault in errors.items() if fault})
    return Reviewed(ReviewDecision(decision.value), RiskNow(risk.value), comment.value)
