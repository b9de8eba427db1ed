"""What the page about quiet says is what holds."""

import re
from datetime import time
from typing import Any

from cards import texts_asking, texts_digest, texts_settings, texts_tasking
from cards.settings_cards import hub, mine
from cards.verbs import Surface
from osara_store.agreements import AgreementStep
from osara_store.hub_preferences import LATEST_SOON, HubPreferences
from osara_store.preferences import PersonPreferences
from osara_store.work_nudges import AGAIN_AFTER_DAYS, ESCALATED_AFTER_WORKING_DAYS
from tests.casework import inputs_in
from tests.contract.store.world import ALL

from .test_docs_tell_the_truth import ROOT, bold, table

QUIET = (ROOT / "docs/quiet.md").read_text()
HUBS_FILE = (ROOT / "docs/hubs-file.md").read_text()
USUAL = HubPreferences()


def shown(value: object) -> str:
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def test_the_keys_of_the_hubs_file_are_all_there_with_what_holds_without_them():
    rows = table(HUBS_FILE, "When does the bot speak up by itself?")
    said = {
        key: value
        for row in rows
        for key, value in zip(
            re.findall(r"`(\w+)`", row["key of `notices`"]),
            row["if left out"].replace("`", "").split(", "),
            strict=True,
        )
    }
    assert said == {name: shown(getattr(USUAL, name)) for name in HubPreferences.model_fields}
    assert f"up to {LATEST_SOON}" in HUBS_FILE


def test_the_page_names_what_holds_where_no_manager_says_otherwise():
    rows = table(QUIET, "What does a manager set?")
    assert [row["without you"] for row in rows] == [
        "8:30",
        "working days",
        "18:00 to 8:00",
        "2",
        "lead agency and manager, 9:00",
    ]
    assert (
        HubPreferences(
            digest_at=time(8, 30),
            digest_days="working",
            quiet_from=time(18),
            quiet_until=time(8),
            soon_days=2,
            reviews_to="both",
            reviews_at=time(9),
        )
        == USUAL
    )
    assert len(inputs_in(hub(ALL, USUAL, surface=Surface.DIALOG))) == len(HubPreferences.model_fields)


def test_the_days_of_the_reminders_are_those_of_the_rules():
    assert (AGAIN_AFTER_DAYS, ESCALATED_AFTER_WORKING_DAYS, USUAL.soon_days) == (7, 5, 2)
    assert "two working days before it is due; the day after; a week after, for the last time" in QUIET
    assert "overdue by five working days, for managers" in QUIET
    assert [str(step) for step in AgreementStep] == ["in_60_days", "in_30_days", "in_7_days", "ended"]
    assert "60, 30 and 7 days before, and when it has ended" in QUIET


def test_a_person_chooses_among_the_half_hours_that_the_page_names():
    card: Any = mine(PersonPreferences(), USUAL.digest_at, [], surface=Surface.DIALOG)
    times = [choice["value"] for choice in inputs_in(card)[0]["choices"]][1:]
    assert (times[0], times[1], times[-1]) == ("06:00", "06:30", "20:00")
    assert "Any half hour from 6:00 to 20:00" in QUIET


def test_what_stands_in_bold_stands_on_a_card():
    on_cards = {
        texts_settings.OPEN,
        texts_settings.DIGEST_AT,
        texts_settings.DIGEST,
        texts_tasking.WORK_TITLE,
    }
    assert bold(QUIET) <= on_cards


def test_the_example_of_a_notification_is_one():
    assert f'"{texts_digest.summary(2, 3, 0, 1)}"' in QUIET
    assert "**Answers** says when" in (ROOT / "docs/asking-partners.md").read_text()
    assert texts_asking.reminded_on("5 March") == "Reminded on 5 March"
