"""The cards of tasking, each by a name that says when it is seen."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from cards import (
    pointer_cards,
    stage_cards,
    task_cards,
    task_list,
    tasking_cards,
    tasking_forms,
    template_cards,
    texts_tasking,
    work_cards,
)
from cards.case_view import Typed
from cards.verbs import Surface
from cards.work_cards import WorkLine
from osara_store import completeness, task_templates
from osara_store.case_file import CaseFile, Task
from osara_store.schema import CaseState, Stage, TaskState
from osara_store.stages import Part
from osara_store.work import Item
from tests.unit.cards import page_world as world
from tests.unit.cards.page_world import IAN, NOW, PRIYA, view
from tests.unit.cards.stage_world import EQUALITY, answered, in_state

LIGHTS: Final = world.TASKS[2]  # of the council, where Ian is
TAKEN: Final = replace(LIGHTS, accepted_at=NOW)
DECLINED: Final = replace(
    LIGHTS,
    state=TaskState.DECLINED,
    outcome="The lights belong to the operator of the car park; we hold no keys.",
    suggested_agency_id="northshore-homes",
    suggested_owner="Priya Example",
)
COUNTED: Final = replace(LIGHTS, state=TaskState.DONE, numbers={"visits": 4, "warnings": 1}, outcome="Done.")
WIDE: Final = "愛" * 4_000


def with_task(task: Task, **changes: Any) -> CaseFile:
    return replace(world.RESPONSE, tasks=(*world.TASKS[:2], task, *world.TASKS[3:]), **changes)


def message(
    task: Task, actor: Any = IAN, state: CaseState = CaseState.RESPONSE, note: str = ""
) -> dict[str, Any]:
    file = in_state(with_task(task), state)
    return tasking_cards.message(view(file, actor, surface=Surface.CHAT, note=note), task)


WAITING: Final = tasking_forms.carried(None, task_cards.typed_again(LIGHTS).values)
WIDEST: Final = tasking_forms.carried(
    3,
    {
        **task_cards.typed_again(LIGHTS).values,
        "intervention": WIDE[:200],
        "rationale": WIDE[:1000],
        "proportionality": WIDE[:1000],
    },
)


def equality(said: Mapping[str, str], carried: Mapping[str, Any], note: str = "") -> dict[str, Any]:
    seen = view(answered(world.RESPONSE, said), note=note)
    complete = completeness.of(seen.file, Stage.RESPONSE, seen.directory.is_enforcement)
    return stage_cards.stage(seen, Part.EQUALITY, None, complete, carried=carried)


def usual(file: CaseFile, fault: str = "") -> dict[str, Any]:
    seen = view(file)
    offered = task_templates.offered(seen.file, seen.directory, seen.hub, seen.today)
    return template_cards.usual(seen, offered, fault)


def item(kind: str, n: int, what: str, days: int, band: str = "high") -> WorkLine:
    due = NOW.date() + timedelta(days=days)
    made = Item(kind, f"ALL-2026-000{n}", "ALL", "noise", band, 4, n, what, due)
    return WorkLine(made, "Allerdale", "Noise", "The Warm Kitchen", NOW.date())


LINES: Final = (
    item("clock", 1, "initial_action", -3),
    item("task", 2, "Mend the barrier and check it every Friday", -1),
    item("request", 3, "", 0),
    item("declined", 4, "Lights on the upper deck", 1, "medium"),
    item("signpost", 5, "warm-kitchen", 5, ""),
)


def work(lines: tuple[WorkLine, ...], page: int = 0, surface: Surface = Surface.DIALOG) -> dict[str, Any]:
    return work_cards.work(lines, page=page, more=page == 0, surface=surface, marking="OFFICIAL-SENSITIVE")


CARDS: Final[Mapping[str, Callable[[], dict[str, Any]]]] = {
    "task message, new": lambda: message(LIGHTS),
    "task message, just taken on": lambda: message(TAKEN, note=texts_tasking.ACCEPTED),
    "task message, declined": lambda: message(DECLINED),
    "task message, done": lambda: message(COUNTED),
    "task message, somebody else's now": lambda: message(LIGHTS, PRIYA),
    "task message, case ended": lambda: message(LIGHTS, state=CaseState.CLOSED),
    "task message, as long as can be": lambda: message(
        replace(LIGHTS, intervention=WIDE[:200], rationale=WIDE[:1000], owner=WIDE[:100])
    ),
    "task, decline": lambda: tasking_cards.decline(view(world.RESPONSE, IAN), LIGHTS),
    "task, decline without a reason": lambda: tasking_cards.decline(
        view(world.RESPONSE, IAN),
        LIGHTS,
        Typed({"suggested_owner": "Sam"}, {"reason": texts_tasking.REASON_MISSING}),
    ),
    "task, more time": lambda: tasking_cards.extend(view(world.RESPONSE, IAN), LIGHTS),
    "task, give to whom they suggest": lambda: tasking_cards.reassign(view(with_task(DECLINED)), DECLINED),
    "task, how it went, with numbers": lambda: task_cards.record(view(world.RESPONSE, IAN), COUNTED),
    "tasks, declined and counted": lambda: task_list.tasks(
        view(replace(with_task(DECLINED), tasks=(DECLINED, replace(COUNTED, n=9))))
    ),
    "tasks, with help from outside": lambda: task_list.tasks(
        view(
            with_task(
                TAKEN,
                signposts=(
                    world.signpost(1),
                    world.signpost(2, chased_at=NOW, outcome="He goes there daily."),
                    world.signpost(3, chase_on=NOW.date() - timedelta(days=2), chaser=""),
                ),
            )
        )
    ),
    "equality, a task waits": lambda: equality({}, WAITING, texts_tasking.EQUALITY_FIRST),
    "equality, a task waits, as long as can be": lambda: equality(
        dict.fromkeys(EQUALITY, "😀" * 1500), WIDEST
    ),
    "usual actions": lambda: usual(world.RESPONSE),
    "usual actions, none ticked": lambda: usual(world.RESPONSE, texts_tasking.CHOOSE_SOME),
    "usual actions, nothing left": lambda: template_cards.usual(view(world.RESPONSE), {}),
    "outside help": lambda: pointer_cards.point(view(world.RESPONSE)),
    "outside help, how it went": lambda: pointer_cards.chase(view(world.RESPONSE), world.signpost()),
    "my work": lambda: work(LINES),
    "my work, in a chat, second page": lambda: work(LINES[:2], 1, Surface.CHAT),
    "my work, nothing": lambda: work(()),
    "my work, as long as can be": lambda: work(tuple(item("task", n, WIDE[:200], n) for n in range(1, 9))),
}
