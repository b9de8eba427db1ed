"""The pages of the stages, each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cards import clash_cards, stage_cards, stage_forms
from cards.case_view import CaseView
from cards.stage_forms import Written
from cards.verbs import Surface
from osara_store import completeness
from osara_store.case_file import CaseFile
from osara_store.schema import CaseState
from osara_store.stages import FIELD, STAGE_OF, Part, fields_of
from tests.unit.cards import stage_world as world
from tests.unit.cards.stage_world import HELEN, READING, TOM, answered, in_state, view

STATE_OF: Final[Mapping[Part, CaseState]] = {
    Part.OBJECTIVE: CaseState.SCANNING,
    Part.SCANNING: CaseState.SCANNING,
    Part.PICTURE: CaseState.ANALYSIS,
    Part.TRIANGLE: CaseState.ANALYSIS,
    Part.HYPOTHESIS: CaseState.ANALYSIS,
    Part.RESPONSE: CaseState.RESPONSE,
    Part.EQUALITY: CaseState.RESPONSE,
    Part.ASSESSMENT: CaseState.ASSESSMENT,
    Part.CLOSURE: CaseState.CLOSURE_PROPOSED,
}
# The answers of a page, as far as a person had got after ten minutes.
HALF: Final = {name: text for n, (name, text) in enumerate(world.EVERYTHING.items()) if n % 2 == 0}


# As long as each text may be, in letters that take four bytes.
def longest(letter: str) -> dict[str, str]:
    return {
        name: letter * field.most
        if field.sort in {"text", "list", "short"}
        else world.EVERYTHING.get(name, "")
        for name, field in FIELD.items()
    }


LONGEST: Final = longest("😀")


def file_at(part: Part, said: Mapping[str, str]) -> CaseFile:
    return in_state(answered(world.NEW_FILE, said), STATE_OF[part])


def second_cycle(part: Part) -> CaseFile:
    """The same page the second time round, half of it answered anew."""
    file = answered(world.with_tasks(world.NEW_FILE, world.TASKS), world.EVERYTHING)
    anew = {field.name: HALF[field.name] for field in fields_of(part) if field.name in HALF}
    later = {name: text if FIELD[name].choices else f"{text} Still so." for name, text in anew.items()}
    later = {
        name: anew[name] if FIELD[name].sort in {"day", "number"} else text for name, text in later.items()
    }
    return in_state(answered(file, later, cycle=2, who=HELEN), STATE_OF[part], cycle=2)


def page(seen: CaseView, part: Part, typed: Written | None = None, field: str = "") -> dict[str, Any]:
    complete = completeness.of(seen.file, STAGE_OF[part], is_enforcement=lambda _: False)
    return stage_cards.stage(seen, part, typed, complete, field)


def faulty(part: Part) -> Written:
    """Every input of the page filled in wrongly."""
    wrong = {
        "text": "x" * 1501,
        "list": "y\n" * 800,
        "short": "z" * 201,
        "choice": "gone",
        "number": "about £14",
        "day": "31 June",
    }
    given = {field.name: wrong[field.sort] for field in fields_of(part)}
    return stage_forms.read(part, {**given, "versions": dict.fromkeys(given, 0)})


MISTAKES: Final = stage_forms.read(
    Part.OBJECTIVE,
    {
        **world.OBJECTIVE,
        "baseline": "about 22",
        "target_date": "end of September",
        "versions": dict.fromkeys(world.OBJECTIVE, 0),
    },
)
CLASHED: Final = answered(
    answered(
        file_at(Part.SCANNING, world.SCANNING),
        {
            "statement": "Young people with cars meet in the car park on most evenings. Residents feel unsafe.",
            "how_often": "Every Saturday, and two or three evenings in the week",
            "repeat_check": "none_found",
        },
        who=HELEN,
        standing=False,
    ),
    {"statement": "The car park is a meeting place for drivers after dark."},
    who=world.PRIYA,
    standing=False,
)


def clash(
    file: CaseFile,
    part: Part,
    *,
    who: Any = HELEN,
    surface: Surface = Surface.DIALOG,
    typed: Written | None = None,
    carried: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    seen = view(file, actor=who, surface=surface)
    return clash_cards.clash(seen, part, clash_cards.waiting(seen, part), typed, carried=carried)


def clash_of_long_texts(carried: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    file = file_at(Part.SCANNING, LONGEST)
    for who, letter in ((HELEN, "😎"), (world.PRIYA, "😴")):
        theirs = {name: longest(letter)[name] for name in ("statement", "sources", "who_is_affected")}
        file = answered(file, theirs, who=who, standing=False)
    return clash(file, Part.SCANNING, carried=carried)


def _of_each_part(
    title: str, build: Callable[[Part], dict[str, Any]]
) -> dict[str, Callable[[], dict[str, Any]]]:
    return {f"{part}, {title}": lambda part=part: build(part) for part in Part}


CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    **_of_each_part("new", lambda part: page(view(file_at(part, {})), part)),
    **_of_each_part("half filled in", lambda part: page(view(file_at(part, HALF)), part)),
    **_of_each_part(
        "all filled in",
        lambda part: page(view(world.with_tasks(file_at(part, world.EVERYTHING), world.TASKS)), part),
    ),
    **_of_each_part("second cycle", lambda part: page(view(second_cycle(part)), part)),
    **_of_each_part("everything wrong", lambda part: page(view(file_at(part, HALF)), part, faulty(part))),
    **_of_each_part("as long as can be", lambda part: page(view(file_at(part, LONGEST)), part)),
    **_of_each_part(
        "second cycle, as long as can be",
        lambda part: page(
            view(in_state(answered(file_at(part, LONGEST), longest("😎"), cycle=2), STATE_OF[part], cycle=2)),
            part,
        ),
    ),
    **_of_each_part("to read", lambda part: page(view(file_at(part, HALF), actor=HELEN, can=READING), part)),
    **_of_each_part(
        "to read, as long as can be",
        lambda part: page(view(file_at(part, LONGEST), actor=HELEN, can=READING), part),
    ),
    "objective, with two mistakes": lambda: page(
        view(file_at(Part.OBJECTIVE, {}), note="Saved: 5 answers."), Part.OBJECTIVE, MISTAKES
    ),
    "objective, in a chat": lambda: page(
        view(file_at(Part.OBJECTIVE, HALF), surface=Surface.CHAT), Part.OBJECTIVE
    ),
    "scanning, with texts that wait": lambda: page(view(CLASHED), Part.SCANNING),
    "clash, for one who wrote": lambda: clash(CLASHED, Part.SCANNING),
    "clash, for one who did not": lambda: clash(CLASHED, Part.SCANNING, who=TOM),
    "clash, in a chat": lambda: clash(CLASHED, Part.SCANNING, surface=Surface.CHAT),
    "clash, nothing chosen": lambda: clash(
        CLASHED,
        Part.SCANNING,
        typed=stage_forms.read_choice(Part.SCANNING, {"versions": {"statement": 1, "how_often": 1}}),
    ),
    "clash, as long as can be": clash_of_long_texts,
    "statement on its own": lambda: page(
        view(file_at(Part.SCANNING, LONGEST)), Part.SCANNING, field="statement"
    ),
    "statement on its own, much too long": lambda: page(
        view(file_at(Part.SCANNING, LONGEST)),
        Part.SCANNING,
        stage_forms.read(Part.SCANNING, {"statement": "😀" * 50_000, "versions": {"statement": 1}}),
        "statement",
    ),
    "statement on its own, to read": lambda: page(
        view(file_at(Part.SCANNING, LONGEST), can=READING), Part.SCANNING, field="statement"
    ),
}
