"""The cards of monthly reviews, each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from cards import case_cards, review_cards, review_forms, summary_cards, texts_reviews
from cards.case_view import Typed
from cards.review_cards import ReviewLine
from cards.verbs import Surface
from osara_store.case_file import CaseFile, Review
from osara_store.directory import Actor
from osara_store.review_dates import Rhythm
from osara_store.review_summary import Tally
from osara_store.schema import CaseState, ReviewState
from tests.unit.cards import page_world as world
from tests.unit.cards.page_world import IAN, MONA, NOW, PRIYA, TOM, view
from tests.unit.cards.stage_world import in_state

WIDE: Final = "愛" * 4_000
DUE_ON: Final = date(2026, 6, 2)
DUE: Final = Review(1, DUE_ON, ReviewState.DUE, DUE_ON, NOW, "", "", "", "", "", "", "", None)


def done(decision: str, risk: str = "same", comment: str = "Quiet since the gate was mended.") -> Review:
    """As Priya did it."""
    return replace(
        DUE,
        state=ReviewState.DONE,
        decision=decision,
        risk=risk,
        comment=comment,
        done_tenant=PRIYA.tenant,
        done_id=PRIYA.object_id,
        done_name=PRIYA.name,
        done_agency_id=PRIYA.agency.id,
        done_at=NOW,
    )


def reviewed(file: CaseFile, review: Review = DUE) -> CaseFile:
    return replace(file, reviews=(review,), rhythm=Rhythm(date(2026, 5, 2)))


def message(file: CaseFile, review: Review = DUE, actor: Actor = PRIYA, note: str = "") -> dict[str, Any]:
    seen = view(reviewed(file, review), actor, surface=Surface.CHAT, note=note)
    return review_cards.message(seen, review)


def form(typed: Typed | None = None, actor: Actor = MONA) -> dict[str, Any]:
    return review_cards.form(view(reviewed(world.RESPONSE), actor), 1, DUE_ON, typed)


def line(n: int, over: str = "") -> ReviewLine:
    due_on = DUE_ON + timedelta(days=n)
    return ReviewLine(f"ALL-2026-{n:04}", 1, 3, "Rowdy or intimidating behaviour", "high", due_on, over)


def several(*lines: ReviewLine) -> dict[str, Any]:
    return review_cards.several(lines, "Allerdale", "OFFICIAL-SENSITIVE")


def summary(*tallies: Tally) -> dict[str, Any]:
    names = {agency.id: agency.name for agency in world.AGENCIES}
    return summary_cards.summary(world.HUB, "2026-05", tallies, names, "OFFICIAL-SENSITIVE")


DONE_LINE: Final = texts_reviews.line_done("Priya Example", "continue")
CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "review, asked in a chat": lambda: message(world.RESPONSE),
    "review, asked for the first time": lambda: message(world.ACCEPTED),
    "review, closure is proposed": lambda: message(world.PROPOSED, actor=MONA),
    "review, done": lambda: message(world.RESPONSE, done("continue"), note=texts_reviews.THANKS),
    "review, done, as the manager sees it": lambda: message(world.RESPONSE, done("continue"), MONA),
    "review, done, the plan is changed and the risk is worse": lambda: message(
        world.RESPONSE, done("change", "worse")
    ),
    "review, done, to be run again": lambda: message(world.ASSESSMENT, done("change")),
    "review, done, closure is wanted": lambda: message(world.ASSESSMENT, done("propose", comment="")),
    "review, done, closure is wanted too soon": lambda: message(world.ACCEPTED, done("propose")),
    "review, lapsed": lambda: message(world.RESPONSE, replace(DUE, state=ReviewState.LAPSED)),
    "review, not theirs": lambda: message(world.RESPONSE, actor=IAN),
    "review, case ended": lambda: message(in_state(world.RESPONSE, CaseState.CLOSED)),
    "review, in a dialog": form,
    "review, nothing said": lambda: form(_typed({"decision": "continue"})),
    "review, much too long": lambda: form(Typed({"comment": WIDE, "risk_now": "same"}, {})),
    "review, second": lambda: review_cards.settled(
        view(
            reviewed(world.RESPONSE, done("continue")),
            MONA,
            note=texts_reviews.already_done(PRIYA.name, "3 June 2026"),
        ),
        done("continue"),
    ),
    "review, done, as long as can be": lambda: message(world.RESPONSE, done("change", "worse", WIDE[:300])),
    "reviews, several": lambda: several(
        line(1), line(2, DONE_LINE), line(3), line(4, texts_reviews.HAS_ENDED)
    ),
    "reviews, several, all done": lambda: several(line(1, DONE_LINE), line(2, DONE_LINE)),
    "reviews, many": lambda: several(*(line(n) for n in range(1, 41))),
    "reviews, the summary": lambda: summary(
        Tally("northshore-homes", 5, 3, 2), Tally("fell-police", 2, 2, 0)
    ),
    "reviews, the summary, all done": lambda: summary(Tally("fell-police", 2, 2, 0)),
    "overview, a review waits": lambda: _overview(reviewed(world.RESPONSE)),
    "overview, a review may be done early": lambda: _overview(
        replace(world.RESPONSE, rhythm=Rhythm(date(2026, 5, 9)))
    ),
    "overview, a review is to come": lambda: _overview(
        replace(world.RESPONSE, rhythm=Rhythm(date(2026, 6, 2))), TOM
    ),
}


def _typed(given: Mapping[str, object]) -> Typed:
    read = review_forms.read(given)
    assert isinstance(read, Typed)
    return read


def _overview(file: CaseFile, actor: Actor = PRIYA) -> dict[str, Any]:
    return case_cards.overview(view(file, actor))
