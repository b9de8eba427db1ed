"""What a pressed button asks for. The bot answers these words and no others."""

from enum import StrEnum
from typing import Final


class Surface(StrEnum):
    """Where a card is shown: the same form stands in a dialog or in a chat message."""

    DIALOG = "dialog"
    CHAT = "chat"


class Page(StrEnum):
    """The page of the referral form that a button stands on."""

    HUB = "hub"
    ONE = "one"
    WARNING = "warning"
    TWO = "two"
    LOOK_ALIKE = "look_alike"
    SAVED = "saved"
    SENT = "sent"


REFER_OPEN: Final = "refer.open"
REFER_HUB: Final = "refer.hub"
REFER_NEXT: Final = "refer.next"
REFER_BACK: Final = "refer.back"
REFER_SAVE: Final = "refer.save"
REFER_WARNED: Final = "refer.warned"
REFER_SEND: Final = "refer.send"
REFER_JOIN: Final = "refer.join"
REFER_SEND_ANYWAY: Final = "refer.send_anyway"
CASES_MINE: Final = "cases.mine"
CASES_PAGE: Final = "cases.page"
HELP_OPEN: Final = "help.open"

# --- a case: every one of these buttons carries `case`, the reference -------------------------------------------------

CASE_OPEN: Final = "case.open"
CASE_READ: Final = "case.read"
CASE_COPY: Final = "case.copy"
CASE_REFRESH: Final = "case.refresh"
STAGE_OPEN: Final = "stage.open"
STAGE_SAVE: Final = "stage.save"
STAGE_CHOOSE: Final = "stage.choose"
NOTE_OPEN: Final = "note.open"
NOTE_SAVE: Final = "note.save"
PEOPLE_OPEN: Final = "people.open"
PERSON_OPEN: Final = "person.open"
PERSON_SAVE: Final = "person.save"
TASKS_OPEN: Final = "tasks.open"
TASK_OPEN: Final = "task.open"
TASK_SAVE: Final = "task.save"
TASK_RECORD_OPEN: Final = "task.record_open"
TASK_RECORD: Final = "task.record"
RISK_OPEN: Final = "risk.open"
RISK_SAVE: Final = "risk.save"
RISK_WARNED: Final = "risk.warned"
OVERRIDE_OPEN: Final = "override.open"
OVERRIDE_SAVE: Final = "override.save"
CLOCK_OPEN: Final = "clock.open"
CLOCK_MET: Final = "clock.met"
MOVE_OPEN: Final = "move.open"
MOVE_DO: Final = "move.do"
CLOSURE_OPEN: Final = "closure.open"
CLOSURE_AGREE: Final = "closure.agree"
MANAGE_OPEN: Final = "manage.open"
LEAD_OPEN: Final = "lead.open"
LEAD_SAVE: Final = "lead.save"
RELATE_OPEN: Final = "relate.open"
RELATE_SAVE: Final = "relate.save"
ACCESS_OPEN: Final = "access.open"
ACCESS_SAVE: Final = "access.save"
REVIEW_EXPLAINED: Final = "review.explained"
HOLD_OPEN: Final = "hold.open"
HOLD_SAVE: Final = "hold.save"
RETENTION_LIST: Final = "retention.list"
RETENTION_OPEN: Final = "retention.open"
RETENTION_DECIDE: Final = "retention.decide"
SEARCH_OPEN: Final = "search.open"
SEARCH_DO: Final = "search.do"
