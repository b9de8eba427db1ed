"""From what a person did to the command that answers it."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from bot.commands import (
    asking,
    assessing_risk,
    case_files,
    contributing,
    covering,
    installing,
    looking,
    managing,
    meeting,
    moving,
    pointing,
    referring,
    reviewing,
    searching,
    settings,
    stages,
    talking,
    tasking,
    working,
)
from bot.logs import where_it_failed
from bot.people import Acquaintances
from bot.services import Ask, Services
from bot.turn import Answer, Kind, Say, Turn, error_body, invoke_body
from cards import texts, verbs

log = logging.getLogger(__name__)

Command = Callable[[Ask], Awaitable[Answer]]

# The names of the message extension's commands, as the app manifest has them.
EXTENSION_REFER: Final = "refer"
EXTENSION_REFER_MESSAGE: Final = "referMessage"
EXTENSION_FIND: Final = "findCase"

COMMANDS: Final[dict[str, Command]] = {
    EXTENSION_REFER: referring.open_form,
    EXTENSION_REFER_MESSAGE: referring.open_from_message,
    verbs.REFER_OPEN: referring.open_form,
    verbs.REFER_HUB: referring.open_form,
    verbs.REFER_NEXT: referring.next_page,
    verbs.REFER_WARNED: referring.warned,
    verbs.REFER_BACK: referring.back,
    verbs.REFER_SAVE: referring.save_for_later,
    verbs.REFER_SEND: referring.send,
    verbs.REFER_SEND_ANYWAY: referring.send_anyway,
    verbs.REFER_JOIN: referring.join,
    verbs.CASES_MINE: looking.my_cases,
    verbs.CASES_PAGE: looking.my_cases,
    verbs.WORK_MINE: working.my_work,
    verbs.HELP_OPEN: looking.show_help,
    verbs.MINE_OPEN: settings.open_mine,
    verbs.MINE_SAVE: settings.save_mine,
    verbs.HUBSET_OPEN: settings.open_hub,
    verbs.HUBSET_SAVE: settings.save_hub,
    EXTENSION_FIND: searching.find_for_message,
    verbs.SEARCH_OPEN: searching.open_search,
    verbs.SEARCH_DO: searching.do_search,
    verbs.CASE_OPEN: case_files.open_case,
    verbs.CASE_READ: case_files.read_section,
    verbs.CASE_COPY: case_files.copy,
    verbs.CASE_REFRESH: case_files.refresh_channel_card,
    verbs.STAGE_OPEN: stages.open_stage,
    verbs.STAGE_SAVE: stages.save_stage,
    verbs.STAGE_CHOOSE: stages.choose,
    verbs.NOTE_OPEN: contributing.open_note,
    verbs.NOTE_SAVE: contributing.save_note,
    verbs.PEOPLE_OPEN: contributing.open_people,
    verbs.PERSON_OPEN: contributing.open_person,
    verbs.PERSON_SAVE: contributing.save_person,
    verbs.TASKS_OPEN: contributing.open_tasks,
    verbs.TASK_OPEN: contributing.open_task,
    verbs.TASK_SAVE: contributing.save_task,
    verbs.TASK_RECORD_OPEN: contributing.open_record,
    verbs.TASK_RECORD: contributing.record_task,
    verbs.TASK_ACCEPT: tasking.accept,
    verbs.TASK_DECLINE_OPEN: tasking.open_decline,
    verbs.TASK_DECLINE: tasking.decline,
    verbs.TASK_EXTEND_OPEN: tasking.open_extension,
    verbs.TASK_EXTEND: tasking.extend,
    verbs.TASK_REASSIGN_OPEN: tasking.open_reassignment,
    verbs.TASK_REASSIGN: tasking.reassign,
    verbs.TEMPLATES_OPEN: tasking.open_usual,
    verbs.TEMPLATES_ADD: tasking.add_usual,
    verbs.POINTER_OPEN: pointing.open_form,
    verbs.POINTER_SAVE: pointing.save,
    verbs.POINTER_CHASED: pointing.say_how_it_went,
    verbs.RISK_OPEN: assessing_risk.open_risk,
    verbs.RISK_SAVE: assessing_risk.save_risk,
    verbs.RISK_WARNED: assessing_risk.after_warning,
    verbs.OVERRIDE_OPEN: assessing_risk.open_override,
    verbs.OVERRIDE_SAVE: assessing_risk.save_override,
    verbs.CLOCK_OPEN: assessing_risk.open_clock,
    verbs.CLOCK_MET: assessing_risk.stop_clock,
    verbs.REQUEST_OPEN: asking.open_form,
    verbs.REQUEST_ASK: asking.ask_partners,
    verbs.REQUEST_ANSWER_OPEN: asking.open_answer,
    verbs.REQUEST_ANSWER: asking.answer,
    verbs.REQUESTS_TALLY: asking.show_tally,
    verbs.REQUEST_CALLED: asking.have_called,
    verbs.REQUEST_SEEN: asking.have_seen,
    verbs.MEETING_FORM: meeting.open_form,
    verbs.MEETING_ARRANGE: meeting.arrange,
    verbs.MEETING_OPEN: meeting.open_meeting,
    verbs.MEETING_CHOOSE: meeting.choose,
    verbs.MEETING_TIME_OPEN: meeting.open_time,
    verbs.MEETING_TIME: meeting.set_time,
    verbs.MEETING_CANCEL_OPEN: meeting.open_cancel,
    verbs.MEETING_CANCEL: meeting.cancel,
    verbs.MEETING_ATTENDANCE_OPEN: meeting.open_attendance,
    verbs.MEETING_ATTENDANCE: meeting.note_attendance,
    verbs.MEETING_NOTE_OPEN: meeting.open_note,
    verbs.MEETING_NOTE: meeting.write_note,
    verbs.MEETING_DECIDE_OPEN: meeting.open_decision,
    verbs.MEETING_DECIDE: meeting.decide,
    verbs.MEETING_END: meeting.end,
    verbs.MONTHLY_OPEN: reviewing.open_review,
    verbs.MONTHLY_SAVE: reviewing.save,
    verbs.MOVE_OPEN: moving.open_move,
    verbs.MOVE_DO: moving.do_move,
    verbs.CLOSURE_OPEN: moving.open_closure,
    verbs.CLOSURE_AGREE: moving.agree_to_closure,
    verbs.MANAGE_OPEN: managing.open_manage,
    verbs.LEAD_OPEN: managing.open_lead,
    verbs.LEAD_SAVE: managing.save_lead,
    verbs.RELATE_OPEN: managing.open_relate,
    verbs.RELATE_SAVE: managing.save_relation,
    verbs.ACCESS_OPEN: managing.open_access,
    verbs.ACCESS_SAVE: managing.save_access,
    verbs.HOLD_OPEN: managing.open_hold,
    verbs.HOLD_SAVE: managing.save_hold,
    verbs.REVIEW_EXPLAINED: managing.explained_case_review,
    verbs.RETENTION_LIST: managing.retention_queue,
    verbs.RETENTION_OPEN: managing.open_retention,
    verbs.RETENTION_DECIDE: managing.decide_retention,
    verbs.AWAY_OPEN: covering.open_away,
    verbs.AWAY_SAVE: covering.save_away,
    verbs.AWAY_END: covering.end_away,
    verbs.COVER_OPEN: covering.open_cover,
    verbs.COVER_FIND: covering.find,
    verbs.HANDOVER_OPEN: covering.open_handover,
    verbs.HANDOVER_DO: covering.hand_over,
}


# A client refreshes cards by itself, on every device: that may show something, but never do anything.
MAY_COME_BY_ITSELF: Final = frozenset(
    {verbs.CASES_MINE, verbs.CASES_PAGE, verbs.HELP_OPEN, verbs.CASE_REFRESH}
)


class Router:
    """Answers every turn. Whatever goes wrong inside, the person gets a sentence and the log gets the place."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._acquaintances = Acquaintances(services)

    async def handle(self, turn: Turn) -> dict[str, Any] | None:
        """The body of an invoke's answer; None for everything else."""
        match turn.kind:
            case Kind.INVOKE:
                return await self._invoke(turn)
            case Kind.MESSAGE:
                await talking.hear(self._services, turn)
            case Kind.INSTALLATION | Kind.CONVERSATION_UPDATE:
                await installing.installation_changed(self._services, turn)
            case Kind.OTHER:
                pass
        return None

    async def _invoke(self, turn: Turn) -> dict[str, Any] | None:
        try:
            return invoke_body(turn, await self._answer(turn))
        except Exception as fault:  # noqa: BLE001 the person must get an answer
            log.error("%s failed: %s", turn.verb or turn.name, where_it_failed(fault))
            return error_body(turn, texts.OUR_FAULT)

    async def _answer(self, turn: Turn) -> Answer:
        command = COMMANDS.get(turn.verb)
        if command is None or (turn.automatic and turn.verb not in MAY_COME_BY_ITSELF):
            return Say(texts.UNKNOWN_BUTTON)
        actor = self._services.directory.actor(turn.tenant, turn.person_id)
        if actor is None:
            return Say(texts.NOT_ON_THE_LIST)
        await self._acquaintances.met(turn)
        return await command(Ask(self._services, turn, actor, self._services.clock.now()))
