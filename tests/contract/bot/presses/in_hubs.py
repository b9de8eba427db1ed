"""What is done in a hub and to no case: absences, hand-overs and settings."""

from tests.contract.bot.presses.content import Change, changes_of_hubs, new_rows
from tests.contract.bot.presses.house import Answered, House
from tests.contract.bot.presses.people import CHANNELS, DIRECTORY, EVERYBODY, Someone
from tests.contract.bot.presses.rules import may_in_hub


def may_in_hub_now(house: House, someone: Someone, doing: str, hub_id: str) -> bool:
    hub = DIRECTORY.hub(hub_id)
    return hub is not None and may_in_hub(someone, doing, hub_id, hub.today(house.clock.now()))


def was_theirs_to_do(house: House, answered: Answered) -> None:
    """Whatever changed was theirs to change, and whoever changed it has a row in the audit chain."""
    someone, found = answered.press.someone, changes_of_hubs(answered.before, answered.after)
    for change in found:
        assert _may_in_hub(house, someone, change), f"{someone} changed {change.table}: {dict(change.row)}"
    rows = [row for row in new_rows(answered.before, answered.after, "audit") if row["person"] == someone.id]
    assert rows or not found, f"{[each.table for each in found]} changed without a row"


def _may_in_hub(house: House, someone: Someone, change: Change) -> bool:
    row = change.row
    match change.table:
        case "absences":
            is_own = row["person"] == someone.id
            return is_own or any(
                may_in_hub_now(house, someone, "enter an absence", hub_id)
                for hub_id in CHANNELS
                if any(each.id == row["person"] and each.serves(hub_id) for each in EVERYBODY)
            )
        case "person_settings":
            return bool(row["person"] == someone.id)
        case "hub_settings":
            return may_in_hub_now(house, someone, "set the hub", row["hub_id"])
        case _:
            return may_in_hub_now(house, someone, "see cover", row["hub_id"])
