"""The cards of asking the partners, each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cards import asking_cards, call_back_cards, call_cards, case_cards, request_cards, texts_asking
from cards.case_view import CaseView, Typed
from cards.verbs import Surface
from osara_store.case_file import CaseFile, CasePerson, InformationRequest
from osara_store.directory import Actor, Agreement
from osara_store.schema import PersonRole
from tests.unit.cards import page_world as world
from tests.unit.cards.page_world import AGENCIES, HUB, IAN, NOW, TOM, asked_for, view

# As long as each text may be, in letters that take three bytes or have to be escaped.
WIDE: Final = "愛" * 4_000
STARS: Final = "*" * 4_000

ANSWERED: Final = replace(
    world.SHARING,
    requests=(
        asked_for(1, "allerdale-council", "part", "We can visit with you on Tuesday."),
        asked_for(2, "fell-police", "nothing"),
        asked_for(3, "northshore-homes", days=-1),
    ),
)
NEVER_ASKED: Final = replace(world.ACCEPTED, case=replace(world.ACCEPTED.case, category="noise"))
CROWD: Final = tuple(CasePerson(n, PersonRole.WITNESS, f"{n} {STARS[:290]}") for n in range(1, 30))
FULL: Final = replace(
    world.SHARING,
    case=replace(world.SHARING.case, where=WIDE[:300]),
    people=CROWD,
    requests=(replace(asked_for(1, "allerdale-council"), reason=WIDE[:1000]),),
)
MANY_ANSWERS: Final = replace(
    world.SHARING, requests=tuple(asked_for(n, f"agency-{n}", "part", WIDE[:1000]) for n in range(1, 30))
)


def personal(file: CaseFile, actor: Actor = IAN, **about: Any) -> dict[str, Any]:
    """The card that somebody gets in their own chat."""
    return request_cards.request(view(file, actor, surface=Surface.CHAT, **about), file.requests[0])


def replied(reply: str) -> InformationRequest:
    return asked_for(1, "allerdale-council", reply)


def heard(request: InformationRequest) -> InformationRequest:
    return replace(request, heard_at=NOW, heard_by=TOM.name)


def called(request: InformationRequest, typed: Typed | None = None, note: str = "") -> dict[str, Any]:
    """The card of whoever asked."""
    seen = view(replace(world.SHARING, requests=(request,)), TOM, surface=Surface.CHAT, note=note)
    return call_back_cards.call_back(seen, request, typed)


def answer(file: CaseFile, typed: Typed | None = None) -> dict[str, Any]:
    return asking_cards.answer(view(file, IAN), file.requests[0], typed)


def with_many_agencies() -> CaseView:
    """A hub of as many agencies as one could have, with names as long as they may be."""
    seen = view(NEVER_ASKED)
    agencies = [
        AGENCIES[2].model_copy(update={"id": f"agency-{n}", "name": f"{n} {'Borough ' * 15}"})
        for n in range(30)
    ]
    people = [
        {"id": f"00000000-0000-4000-8000-{n:012d}", "name": "P", "upn": "p@hubs.example", "agency": agency.id}
        for n, agency in enumerate(agencies, 100)
    ]
    hub = {**HUB.model_dump(mode="json"), "agencies": [agency.id for agency in agencies]}
    file = {
        **seen.directory.model_dump(mode="json"),
        "agencies": [agency.model_dump(mode="json") for agency in agencies],
        "hubs": [hub],
        "people": people,
    }
    directory = type(seen.directory).model_validate(file)
    return replace(seen, directory=directory, hub=directory.hubs[0])


CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "ask, with many agencies": lambda: asking_cards.ask(with_many_agencies()),
    "ask, nobody to ask": lambda: asking_cards.ask(view(NEVER_ASKED)),
    "ask, come back": lambda: asking_cards.ask(
        with_many_agencies(), Typed({"agencies": "agency-1", "reason": WIDE * 9}, {"agencies": "Choose."})
    ),
    "tally, some silent": lambda: asking_cards.tally(view(ANSWERED, TOM, note="They have been asked.")),
    "tally, nobody asked": lambda: asking_cards.tally(view(world.ACCEPTED)),
    "tally, long, first page": lambda: asking_cards.tally(view(MANY_ANSWERS)),
    "tally, long, last page": lambda: asking_cards.tally(view(MANY_ANSWERS), 99),
    "case, partners asked, for the coordinator": lambda: case_cards.overview(view(ANSWERED)),
    "case, partners asked, for who was asked": lambda: case_cards.overview(view(world.SHARING, IAN)),
    "answer": lambda: answer(world.SHARING),
    "answer, changing": lambda: answer(ANSWERED),
    "answer, come back": lambda: answer(ANSWERED, Typed({"reply": "", "note": WIDE * 9}, {"reply": "Choose."})),
    "request, to be answered": lambda: personal(world.SHARING),
    "request, as full as can be": lambda: personal(FULL),
    "request, answered with words": lambda: personal(ANSWERED, note="Thank you."),
    "request, answered without": lambda: personal(
        replace(world.SHARING, requests=(asked_for(1, "allerdale-council", "something"),))
    ),
    "request, too late to answer": lambda: personal(replace(world.CLOSED, requests=world.SHARING.requests)),
    "request, ended": lambda: request_cards.emptied("ALL-2026-0001", texts_asking.HAS_ENDED),
    "request, another hub asks anew": lambda: request_cards.emptied("ALL-2026-0001", texts_asking.HANDED_ON),
    "call back, waiting": lambda: called(replied("call")),
    "call back, come back": lambda: called(replied("call"), Typed({"note": WIDE * 9}, {"note": "Too long."})),
    "call back, called": lambda: called(heard(replied("call")), note="Thank you."),
    "call back, a part to play": lambda: called(replied("part")),
    "call back, a part to play, seen": lambda: called(heard(replied("part"))),
    "call back, answered otherwise since": lambda: called(replied("nothing")),
    "tally, calls wanted and made": lambda: asking_cards.tally(
        view(replace(ANSWERED, requests=(replied("call"), replace(heard(replied("call")), n=2))))
    ),
    "call in the channel": lambda: call_cards.request_call([IAN], "Harbour Surgeries", "ALL-2026-0003"),
    "call in the channel, for two": lambda: call_cards.request_call([IAN, TOM], "Fell Police", "ALL-2026-0003"),
    "call in the channel, without names": lambda: call_cards.request_call([], "Harbour Surgeries", "ALL-1"),
    "call in the channel, for a task": lambda: call_cards.task_call([TOM], "Fell Police", "ALL-2026-0003"),
    "refusal, never signed": lambda: request_cards.refusal(AGENCIES[3], HUB, NOW.date()),
    "refusal, run out": lambda: request_cards.refusal(
        AGENCIES[0].model_copy(
            update={
                "agreement": Agreement(version="1", signed=date(2025, 1, 1), expires=date(2026, 1, 1))
            }
        ),
        HUB,
        NOW.date(),
    ),
    "refusal, not yet": lambda: request_cards.refusal(
        AGENCIES[0].model_copy(
            update={"agreement": Agreement(version="1", signed=date(2027, 1, 1), expires=date(2028, 1, 1))}
        ),
        HUB,
        NOW.date(),
    ),
}  # fmt: skip
