"""The cards of case meetings, each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from cards import case_cards, meeting_cards, meeting_pages, texts_meetings
from cards.case_view import CaseView, Typed
from cards.verbs import Surface
from osara_store import meeting_words
from osara_store.case_file import CaseFile, Invited, Meeting, MeetingSlot
from osara_store.directory import Actor, Directory
from osara_store.schema import Attendance, CaseState, MeetingState
from tests.unit.cards import page_world as world
from tests.unit.cards.page_world import AGENCIES, HUB, IAN, MONA, NOW, PRIYA, TOM, view
from tests.unit.cards.stage_world import by, in_state

WIDE: Final = "愛" * 4_000
HOUR: Final = timedelta(hours=1)
START: Final = NOW + timedelta(days=3)
PEOPLE: Final = tuple(
    Invited(each.tenant, each.object_id, each.name, each.agency.id) for each in (IAN, PRIYA, TOM)
)
SLOTS: Final = tuple(MeetingSlot(START + n * HOUR, START + (n + 1) * HOUR, 3 - n, n, n % 2) for n in range(3))


def meeting(**changes: Any) -> Meeting:
    """Tom arranges one, and its time is set."""
    made = Meeting(
        1,
        MeetingState.BOOKED,
        1,
        60,
        date(2026, 6, 4),
        date(2026, 6, 18),
        (),
        START,
        START + HOUR,
        0,
        "event",
        "https://teams.example/l/meetup-join/1",
        "",
        "",
        None,
        by(TOM),
        PEOPLE,
    )
    return replace(made, **changes)


NO_TIME: Final[Mapping[str, Any]] = {"starts_at": None, "ends_at": None, "event_id": "", "join_url": ""}
LOOKING: Final = meeting(state=MeetingState.LOOKING, **NO_TIME)
OFFERED: Final = meeting(state=MeetingState.OFFERED, slots=SLOTS, **NO_TIME)
NO_TIMES: Final = replace(OFFERED, slots=(), trouble=meeting_words.NO_TIMES)
BOOKED: Final = meeting()
BEGUN: Final = meeting(starts_at=NOW, ends_at=NOW + HOUR)
NOTED: Final = replace(
    BEGUN,
    people=(
        replace(PEOPLE[0], attendance=Attendance.APOLOGIES),
        replace(PEOPLE[1], attendance=Attendance.CAME),
        PEOPLE[2],
    ),
)
HELD: Final = replace(NOTED, state=MeetingState.HELD, held_at=NOW)
CALLED_OFF: Final = meeting(state=MeetingState.CANCELLED, reason="The landlord has mended the lift.")
CROWD: Final = tuple(
    Invited(TOM.tenant, f"00000000-0000-4000-8000-{n:012d}", WIDE[:120], "allerdale-council")
    for n in range(30)
)
FULL: Final = meeting(
    people=CROWD, reason=WIDE[:200], starts_at=NOW, ends_at=NOW + HOUR, trouble=meeting_words.NOT_OPEN
)


def with_meeting(made: Meeting, file: CaseFile = world.ANALYSIS) -> CaseFile:
    return replace(file, meetings=(made,))


def page(
    made: Meeting, actor: Actor = TOM, note: str = "", file: CaseFile = world.ANALYSIS
) -> dict[str, Any]:
    return meeting_cards.page(view(with_meeting(made, file), actor, note=note), made)


def message(
    made: Meeting, actor: Actor = IAN, note: str = "", file: CaseFile = world.ANALYSIS
) -> dict[str, Any]:
    seen = view(with_meeting(made, file), actor, surface=Surface.CHAT, note=note)
    return meeting_cards.message(seen, made)


def agenda(made: Meeting, file: CaseFile = world.ANALYSIS) -> dict[str, Any]:
    return meeting_cards.agenda(with_meeting(made, file), made, world.DIRECTORY, HUB, NOW)


def person(number: int, name: str, agency: str) -> dict[str, str]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "name": name,
        "upn": f"p{number}@hubs.example",
        "agency": agency,
    }


def hub_of(people: list[dict[str, str]], mailbox: str | None = "hub.all@hubs.example") -> Directory:
    """The usual hub with these people, and with a mailbox unless told otherwise."""
    hub = {**HUB.model_dump(mode="json"), "mailbox": mailbox}
    file = {
        **world.DIRECTORY.model_dump(mode="json"),
        "agencies": [agency.model_dump(mode="json") for agency in AGENCIES],
        "hubs": [hub],
        "people": people,
    }
    return Directory.model_validate(file)


FEW: Final = hub_of(
    [
        person(1, "Priya Example", "northshore-homes"),
        {**person(2, "Tom Roe", "fell-police"), "roles": {"ALL": "coordinator"}},  # type: ignore[dict-item]
        person(4, "Ian Petrie", "allerdale-council"),
    ]
)
MANY: Final = hub_of([person(n, f"{n} {WIDE[:100]}", "allerdale-council") for n in range(10, 80)])


def arranging(directory: Directory = FEW, file: CaseFile = world.ANALYSIS) -> CaseView:
    return view(file, TOM, directory=directory)


def decided(power: str, errors: Mapping[str, str]) -> dict[str, Any]:
    typed = Typed({"intervention": "Warn him in writing", "power": power}, errors)
    return meeting_pages.decide(view(with_meeting(BEGUN)), BEGUN, typed)


CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "meeting, arrange": lambda: meeting_pages.arrange(arranging()),
    "meeting, arrange, with many people": lambda: meeting_pages.arrange(arranging(MANY)),
    "meeting, arrange, without a mailbox": lambda: meeting_pages.arrange(
        arranging(hub_of([person(4, "Ian Petrie", "allerdale-council")], mailbox=None))
    ),
    "meeting, arrange, nobody to invite": lambda: meeting_pages.arrange(arranging(hub_of([]))),
    "meeting, arrange, come back": lambda: meeting_pages.arrange(
        arranging(MANY),
        Typed(
            {"names": WIDE, "minutes": "60", "first_day": "2026-06-04"},
            {"people": texts_meetings.PEOPLE_MISSING, "last_day": texts_meetings.DAYS_WRONG},
        ),
    ),
    "meeting, looking": lambda: page(LOOKING, note=texts_meetings.LOOKING_NOW),
    "meeting, times on offer": lambda: page(OFFERED),
    "meeting, times on offer, for a partner": lambda: page(OFFERED, IAN),
    "meeting, no time chosen": lambda: meeting_cards.page(
        view(with_meeting(OFFERED)), OFFERED, texts_meetings.CHOOSE_TIME
    ),
    "meeting, no times": lambda: page(NO_TIMES),
    "meeting, booked": lambda: page(BOOKED, note=texts_meetings.BOOKED),
    "meeting, booked, for a partner": lambda: page(BOOKED, IAN),
    "meeting, without a link": lambda: page(meeting(join_url="", trouble=meeting_words.NO_LINK)),
    "meeting, now": lambda: page(BEGUN),
    "meeting, attendance noted": lambda: page(NOTED, note=texts_meetings.ATTENDANCE_SAVED),
    "meeting, held": lambda: page(HELD, note=texts_meetings.ENDED),
    "meeting, called off": lambda: page(CALLED_OFF, MONA),
    "meeting, as full as can be": lambda: page(FULL),
    "meeting, set a time": lambda: meeting_pages.time(view(with_meeting(OFFERED)), OFFERED),
    "meeting, move": lambda: meeting_pages.time(view(with_meeting(BOOKED)), BOOKED),
    "meeting, move, come back": lambda: meeting_pages.time(
        view(with_meeting(BOOKED)),
        BOOKED,
        Typed({"day": "2026-06-05", "time": "25:00"}, {"time": texts_meetings.TIME_WRONG}),
    ),
    "meeting, call off": lambda: meeting_pages.cancel(view(with_meeting(BOOKED)), BOOKED),
    "meeting, who came": lambda: meeting_pages.attendance(view(with_meeting(NOTED)), NOTED),
    "meeting, who came, of many": lambda: meeting_pages.attendance(view(with_meeting(FULL)), FULL),
    "meeting, note": lambda: meeting_pages.note(view(with_meeting(BEGUN)), BEGUN),
    "meeting, note, come back": lambda: meeting_pages.note(
        view(with_meeting(BEGUN)), BEGUN, Typed({"text": WIDE * 9}, {"grade": "Choose."})
    ),
    "meeting, decision": lambda: meeting_pages.decide(view(with_meeting(BEGUN)), BEGUN),
    "meeting, decision with a power": lambda: decided("civil-injunction", {"rationale": "Why?"}),
    "meeting message, looking": lambda: message(LOOKING, TOM),
    "meeting message, times on offer": lambda: message(OFFERED, TOM),
    "meeting message, no times": lambda: message(NO_TIMES, TOM),
    "meeting message, just booked": lambda: message(BOOKED, TOM, texts_meetings.BOOKED),
    "meeting message, invited": lambda: message(BOOKED),
    "meeting message, moved": lambda: message(meeting(reason="The housing officer is in court.")),
    "meeting message, as full as can be": lambda: message(FULL),
    "meeting message, called off": lambda: message(CALLED_OFF),
    "meeting message, held": lambda: message(HELD),
    "meeting message, case ended": lambda: message(BOOKED, file=in_state(world.ANALYSIS, CaseState.CLOSED)),
    "meeting message, not open to them any more": lambda: message(BOOKED, file=restricted()),
    "meeting agenda": lambda: agenda(BOOKED),
    "meeting agenda, with tasks and answers": lambda: agenda(
        BOOKED, replace(world.RESPONSE, requests=world.SHARING.requests)
    ),
    "meeting agenda, called off": lambda: agenda(CALLED_OFF),
    "meeting agenda, held": lambda: agenda(HELD),
    "meeting agenda, restricted since": lambda: agenda(BOOKED, restricted()),
    "case, a meeting ahead": lambda: case_cards.overview(view(with_meeting(BOOKED))),
    "case, a meeting now": lambda: case_cards.overview(view(with_meeting(BEGUN))),
}  # fmt: skip


def restricted() -> CaseFile:
    return replace(world.ANALYSIS, case=replace(world.ANALYSIS.case, restricted=True))
