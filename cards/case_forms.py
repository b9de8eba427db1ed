"""What came back in a case's forms: the checked answers, or everything as typed with a sentence for each fault.

The store has the last word on all of it; what is told here is told beside the input.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import inputs, texts_case, texts_risk, texts_tasking
from cards.case_view import Typed
from cards.inputs import Read
from cards.risk_pages import ANSWER, NOTE, Asked, offered, pages
from osara_store import risk, tasks
from osara_store.case_file import Task
from osara_store.clock_rules import ClockKind
from osara_store.directory import Directory, Hub
from osara_store.instruments import NOT_KNOWN, Band, Flag, Questionnaire, StructuredJudgement
from osara_store.risk import RiskFault
from osara_store.schema import AgeGroup, PersonRole, Stage, TaskState
from osara_store.stages import GRADES, TRIANGLE
from osara_store.tasks import NewTask

Given = Mapping[str, object]

MOST_NOTE: Final = 2000
MOST_DESCRIPTION: Final = 300
MOST_LINE: Final = 200
MOST_NAME: Final = 100
MOST_WHY: Final = 1000
MOST_PROMPT: Final = 600
MOST_DIGITS: Final = 6  # of a number, with a comma in it


@dataclass(frozen=True)
class NewNote:
    stage: Stage
    grade: str
    text: str


@dataclass(frozen=True)
class SaidOfPerson:
    """The description is empty where only the role and age of somebody already named were asked."""

    description: str
    role: PersonRole
    age_group: AgeGroup


@dataclass(frozen=True)
class HowItWent:
    """`numbers` are those that were filled in, by kind."""

    state: TaskState
    outcome: str
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class Judged:
    """What was noted, by the id of each prompt, with the chosen band and why."""

    notes: Mapping[str, str]
    band: Band
    reason: str


@dataclass(frozen=True)
class Override:
    band: Band
    reason: str


@dataclass(frozen=True)
class ClockMet:
    kind: ClockKind
    note: str


# --- notes and people ------------------------------------------------------------------------------------------------


def read_note(given: Given) -> NewNote | Typed:
    read = {
        "text": inputs.text(given.get("text"), MOST_NOTE),
        "stage": inputs.choice(given.get("stage"), [str(stage) for stage in Stage]),
        "grade": inputs.choice(given.get("grade"), GRADES),
    }
    needed = {"text": texts_case.NOTE_MISSING, "stage": texts_case.CHOOSE, "grade": texts_case.CHOOSE}
    if faulty := what_is_wrong(read, needed):
        return faulty
    return NewNote(Stage(read["stage"].value), read["grade"].value, read["text"].value)


def read_person(given: Given, *, is_new: bool) -> SaidOfPerson | Typed:
    read = {
        "role": inputs.choice(given.get("role"), [str(role) for role in texts_case.ROLES]),
        "age_group": inputs.choice(given.get("age_group"), [str(group) for group in AgeGroup]),
    }
    needed = {"role": texts_case.CHOOSE, "age_group": texts_case.CHOOSE}
    if is_new:
        read["description"] = inputs.line(given.get("description"), MOST_DESCRIPTION)
        needed["description"] = texts_case.PERSON_MISSING
    if faulty := what_is_wrong(read, needed):
        return faulty
    said = read["description"].value if is_new else ""
    return SaidOfPerson(said, PersonRole(read["role"].value), AgeGroup(read["age_group"].value))


# --- tasks -----------------------------------------------------------------------------------------------------------


def read_task(
    given: Given, directory: Directory, hub: Hub, on: date, was: Task | None = None
) -> NewTask | Typed:
    """`was` is the task before it is changed: what it holds may stay as it is, even if it is no longer on offer."""
    had = was.agency_id if was else ""
    read = {
        "intervention": inputs.line(given.get("intervention"), MOST_LINE),
        "side": inputs.choice(given.get("side"), list(TRIANGLE)),
        "agency_id": inputs.choice(given.get("agency_id"), tasks.agencies_on_offer(directory, hub, on, had)),
        "owner": inputs.line(given.get("owner"), MOST_NAME),
        "due_on": inputs.day(given.get("due_on")),
        "power": inputs.choice(given.get("power"), [NO_POWER, *powers_on_offer(directory, on, was)]),
        "term": inputs.choice(given.get("term"), list(texts_case.TERMS)),
        "rationale": inputs.text(given.get("rationale"), MOST_WHY),
        "proportionality": inputs.text(given.get("proportionality"), MOST_WHY),
    }
    needed = ["intervention", "side", "agency_id", "due_on"]
    if not read["power"].fault and _enforces(directory, read["power"].value):
        needed += ["rationale", "proportionality"]
    late = _gone_by(read["due_on"], on, was)
    if faulty := what_is_wrong(read, {name: texts_case.TASK_MISSING[name] for name in needed}, late):
        return faulty
    said = {name: each.value for name, each in read.items()}
    due_on, power = date.fromisoformat(said.pop("due_on")), said.pop("power")
    return NewTask(**said, due_on=due_on, power="" if power == NO_POWER else power)


# An input that is empty does not travel, so that no power is a choice of its own.
NO_POWER: Final = "none"


def powers_on_offer(directory: Directory, on: date, was: Task | None) -> list[str]:
    """The powers in force on that day, and the one that the task has already."""
    in_force = [power.id for power in directory.powers if power.available(on)]
    return list(dict.fromkeys([*in_force, *([was.power] if was and was.power else [])]))


def read_record(given: Given) -> HowItWent | Typed:
    read = {
        "state": inputs.choice(given.get("state"), [str(state) for state in texts_case.STATES_TO_RECORD]),
        "outcome": inputs.text(given.get("outcome"), MOST_WHY),
        **{kind: _count(given.get(kind)) for kind in tasks.NUMBERS},
    }
    needed = {"state": texts_case.RECORD_MISSING}
    state = read["state"].value
    if state in texts_case.WORDS_MISSING:
        needed["outcome"] = texts_case.WORDS_MISSING[TaskState(state)]
    if faulty := what_is_wrong(read, needed):
        return faulty
    counted = {kind: int(read[kind].value) for kind in tasks.NUMBERS if read[kind].value}
    return HowItWent(TaskState(read["state"].value), read["outcome"].value, counted)


def _count(given: object) -> Read:
    """A whole number; words for nothing are understood as everywhere."""
    read = inputs.number(given, len(str(tasks.MOST)))
    if read.fault or (read.value and not read.value.isdigit()):
        return Read(read.value, texts_tasking.NOT_A_COUNT)
    return read


def _enforces(directory: Directory, power_id: str) -> bool:
    power = directory.power(power_id)
    return power is not None and power.kind == "enforcement"


def _gone_by(day: Read, on: date, was: Task | None) -> Mapping[str, str]:
    """A day in the past is a slip, unless the task had it already."""
    if day.fault or not day.value:
        return {}
    due_on = date.fromisoformat(day.value)
    is_kept = was is not None and was.due_on == due_on
    return {} if due_on >= on or is_kept else {"due_on": texts_case.NOT_A_DAY_FOR_A_TASK}


# --- risk and clocks -------------------------------------------------------------------------------------------------


def read_risk(given: Given, questionnaire: Questionnaire) -> Mapping[str, str] | Typed:
    """The answers by the id of each question and flag; `Typed` where something is faulty or another page follows.

    A question left out is not known. A danger may not be left out: whether somebody is safe is never passed over.
    """
    every_page = pages(questionnaire)
    page = _page(given.get("page"), len(every_page))
    asked = every_page[page]
    read = {_answer(item): inputs.choice(given.get(_answer(item)), [*offered(item)]) for item in asked}
    earlier = _earlier_answers(given.get("answered"), questionnaire)
    dangers = {_answer(item): texts_risk.SAY_WHETHER for item in asked if isinstance(item, Flag)}
    is_old = given.get("questions") != questionnaire.version
    if faulty := what_is_wrong(read, dangers, {"questions": texts_risk.NO_LONGER_ASKED} if is_old else {}):
        return Typed({**earlier, **faulty.values, "page": str(page)}, faulty.errors)
    answers = earlier | {name: each.value for name, each in read.items() if each.value}
    if page + 1 < len(every_page):
        return Typed({**answers, "page": str(page + 1)}, {})
    return {item.id: answers.get(_answer(item), NOT_KNOWN) for item in questionnaire.everything_asked}


def _answer(item: Asked) -> str:
    return f"{ANSWER}{item.id}"


def read_judgement(given: Given, judgement: StructuredJudgement) -> Judged | Typed:
    notes = {
        prompt.id: inputs.text(given.get(f"{NOTE}{prompt.id}"), MOST_PROMPT) for prompt in judgement.prompts
    }
    read = {f"{NOTE}{name}": note for name, note in notes.items()} | _band_and_reason(given)
    if faulty := what_is_wrong(read, {}, _band_faults(read)):
        return faulty
    said = {name: note.value for name, note in notes.items() if note.value}
    return Judged(said, Band(read["band"].value), read["reason"].value)


def read_override(given: Given) -> Override | Typed:
    read = _band_and_reason(given)
    if faulty := what_is_wrong(read, {}, _band_faults(read)):
        return faulty
    return Override(Band(read["band"].value), read["reason"].value)


def read_clock(given: Given, running: Collection[str]) -> ClockMet | Typed:
    """`running` are the kinds of the clocks that may be stopped by hand."""
    read = {
        "clock": inputs.choice(given.get("clock"), [*running, ""]),
        "note": inputs.text(given.get("note"), MOST_WHY),
    }
    needed = {"clock": texts_case.CHOOSE, "note": texts_risk.CLOCK_NOTE_MISSING}
    if faulty := what_is_wrong(read, needed):
        return faulty
    return ClockMet(ClockKind(read["clock"].value), read["note"].value)


def _band_and_reason(given: Given) -> dict[str, Read]:
    return {
        "band": inputs.choice(given.get("band"), [str(band) for band in Band]),
        "reason": inputs.text(given.get("reason"), MOST_WHY),
    }


def _band_faults(read: Mapping[str, Read]) -> Mapping[str, str]:
    found = risk.judgement_faults(read["band"].value, read["reason"].value)
    told = {
        RiskFault.BAND_MISSING: ("band", texts_case.CHOOSE),
        RiskFault.REASON_SHORT: ("reason", texts_case.write_at_least(risk.SHORTEST_REASON)),
    }
    return dict(told[each] for each in found)


def _page(given: object, pages: int) -> int:
    return given if isinstance(given, int) and 0 <= given < pages else 0


def _earlier_answers(given: object, questionnaire: Questionnaire) -> dict[str, str]:
    """What was answered on the pages before, as the button brings it back: input like any other."""
    if not isinstance(given, dict):
        return {}
    return {
        _answer(item): answer
        for item in questionnaire.everything_asked
        if isinstance(answer := given.get(_answer(item)), str) and item.takes(answer)
    }


# --- pieces ----------------------------------------------------------------------------------------------------------


def what_is_wrong(
    read: Mapping[str, Read], needed: Mapping[str, str], otherwise: Mapping[str, str] | None = None
) -> Typed | None:
    """What is wrong, if anything: an input's own fault first, then what is needed and empty, then anything else."""
    missing = {name: sentence for name, sentence in needed.items() if not read[name].value}
    faults = {name: each.fault for name, each in read.items() if each.fault}
    errors = {**(otherwise or {}), **missing, **faults}
    return Typed({name: each.value for name, each in read.items()}, errors) if errors else None
