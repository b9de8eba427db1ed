"""A fault in hubs.yaml is told with its line, so that whoever edits the file finds it."""

from datetime import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.hubs_file import HubsFileError, read_hubs_file
from osara_store.directory import Directory
from tests.running import HUBS

GOOD = """\
name: Cumbria Local Focus Hubs
timezone: Europe/London
marking: OFFICIAL-SENSITIVE
safeguarding: "Call 0300 000 0000 (invented)."
tenants:
  - {id: 10000000-0000-4000-8000-000000000001, name: Cumbria hubs, domain: hubs.example}
categories:
  - {id: noise, name: Noise}
agencies:
  - id: homes
    name: Northshore Homes
    sector: housing
    agreement: {version: "2026.1", signed: 2026-01-12, expires: 2027-03-31}
  - id: police
    name: Cumbria Police
    sector: police
hubs:
  - id: ALL
    name: Allerdale
    team: "19:allerdale-team@thread.tacv2"
    channel: "19:allerdale-referrals@thread.tacv2"
    agencies:
      - homes
      - police
people:
  - id: 00000000-0000-4000-8000-000000000001
    name: Priya Raman
    upn: priya.raman@hubs.example
    agency: homes
"""


def line_of(text: str, part: str) -> int:
    """The number, from 1, of the line that holds this part."""
    return next(n for n, line in enumerate(text.splitlines(), start=1) if part in line)


def read(tmp_path: Path, content: str | bytes) -> Directory:
    path = tmp_path / "hubs.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_hubs_file(path)


def refused(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(HubsFileError) as refusal:
        read(tmp_path, content)
    return str(refusal.value)


def spoilt(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_the_shipped_demo_file_reads() -> None:
    directory = read_hubs_file(HUBS)
    assert [hub.id for hub in directory.hubs] == ["CAR", "EDE", "ALL", "COP", "BAR", "SLA"]
    assert directory.people


def test_what_the_file_says_is_what_the_bot_knows(tmp_path: Path) -> None:
    directory = read(tmp_path, GOOD)
    hub = directory.hub("ALL")
    assert hub is not None
    assert hub.agencies == ("homes", "police")
    assert directory.actor(directory.tenants[0].id, "00000000-0000-4000-8000-000000000001") is not None


@pytest.mark.parametrize(
    ("old", "new", "line_with", "words"),
    [
        ("    sector: police\n", "    sector: police\n    colour: blue\n", "colour", "colour"),
        ("marking: OFFICIAL-SENSITIVE", "marking:\n  - OFFICIAL", "marking:", "marking"),
        ("marking:", "markings:", "markings", "markings"),
        ("    upn: priya.raman@hubs.example\n", "", "- id: 00000000", "upn"),
        ("    sector: housing\n", "    sector: shops\n", "sector: shops", "sector"),
        ("    agency: homes", "    agency: northshore", "agency: northshore", "'northshore'"),
        ("      - police\n", "      - fire\n", "- fire", "'fire'"),
        ("timezone: Europe/London", "timezone: Europe/Workington", "timezone", "Europe/Workington"),
        ("id: ALL", "id: allerdale", "id: allerdale", "id"),
        ("id: 10000000-0000-4000-8000-000000000001", "id: hubs.example", "id: hubs.example", "id"),
        ("signed: 2026-01-12", "signed: 2026-02-30", "signed: 2026-02-30", ""),
        ("expires: 2027-03-31", "expires: 2025-03-31", "expires: 2025-03-31", "expires"),
        (
            "    agencies:\n      - homes\n      - police\n",
            "    agencies: homes\n",
            "agencies: homes",
            "agencies",
        ),
        ("name: Cumbria Police", "name: [Cumbria, Police]", "name: [Cumbria", "name"),
        ("    agency: homes", "    agency: homes\n    roles: {CAR: manager}", "roles", "'CAR'"),
        ("    agency: homes", "    agency: homes\n    roles: {ALL: boss}", "roles", "ALL"),
    ],
)
def test_a_fault_names_its_line_and_what_is_wrong(
    tmp_path: Path, old: str, new: str, line_with: str, words: str
) -> None:
    content = spoilt(old, new)
    sentence = refused(tmp_path, content)
    assert f"line {line_of(content, line_with)}" in sentence
    assert words in sentence
    assert sentence.endswith(".")


SETTINGS = """\
clocks:
  high: {initial_action: 1, meeting: 5}
  end_of_day: 16:30
  extra_holidays: [2026-12-24]
case_review: {explain_at: 2}
retention:
  watch_months: 12
powers:
  - {id: mediation, enabled: false}
  - id: warden
    name: Street warden
    kind: supportive
risk:
  questionnaire:
    id: ours
    version: "2026.1"
    questions:
      - id: worse
        text: Is it getting worse?
        answers:
          - {id: still, label: "No"}
          - {id: more, label: "Yes", points: 3}
        at_least: {more: medium}
    flags:
      - {id: weapon, text: "Is there a weapon?"}
    medium_from: 1
    high_from: 3
"""


def test_the_settings_of_a_case_are_read(tmp_path: Path) -> None:
    directory = read(tmp_path, GOOD + SETTINGS)
    mediation, warden = directory.power("mediation"), directory.power("warden")
    assert directory.clocks.end_of_day == time(16, 30)
    assert directory.risk.questionnaire.highest == 3
    assert mediation is not None
    assert not mediation.enabled
    assert warden is not None
    assert warden.kind == "supportive"


@pytest.mark.parametrize(
    ("old", "new", "line_with", "words"),
    [
        (
            "meeting: 5",
            "meeting: 15",
            "meeting: 15",
            "clocks.high.meeting: high may not wait longer than medium",
        ),
        ("end_of_day: 16:30", "end_of_day: half past four", "half past", "clocks.end_of_day"),
        ("end_of_day: 16:30", "end_of_day: 25:00", "25:00", 'write the time in quotes, such as "17:00"'),
        ("[2026-12-24]", "[2026-12-32]", "2026-12-32", "value cannot be read"),
        ("explain_at: 2", "explain_at: 7", "explain_at", "must be explained by report 3"),
        ("watch_months: 12", "watch_months: none", "watch_months", "retention.watch_months"),
        ("kind: supportive", "kind: nice", "kind: nice", "powers.1.kind"),
        ("    kind: supportive\n", "", "id: warden", "powers.1.kind"),
        ('label: "No"', "label: No", "label: No", "answers.0.label"),
        ("{more: medium}", "{worse: medium}", "worse: medium", "there is no answer 'worse'"),
        ("points: 3", "points: 3.5", "points: 3.5", "answers.1.points"),
        ("id: weapon", "id: worse", "{id: worse", "used by a question too"),
        ("high_from: 3", "high_from: 4", "high_from", "nothing could ever be high"),
        ("    high_from: 3\n", "", "questionnaire:", "high_from"),
        ("id: ours", "id: victim", "  version:", "another questionnaire is victim 2026.1"),
    ],
)
def test_a_fault_in_the_settings_of_a_case_names_its_line_too(
    tmp_path: Path, old: str, new: str, line_with: str, words: str
) -> None:
    content = GOOD + SETTINGS
    assert content.count(old) == 1
    content = content.replace(old, new)
    sentence = refused(tmp_path, content)
    last = max(n for n, line in enumerate(content.splitlines(), start=1) if line_with in line)
    assert f"line {last}" in sentence
    assert words in sentence


def test_a_hubs_own_setting_names_its_line(tmp_path: Path) -> None:
    content = spoilt("      - police\n", "      - police\n    clocks:\n      high: {meeting: 25}\n")
    sentence = refused(tmp_path, content)
    assert (
        f"line {line_of(content, 'meeting: 25')}, hubs.0.clocks.high.meeting: high may not wait" in sentence
    )


def test_a_key_that_is_given_twice_is_told_at_its_second_line(tmp_path: Path) -> None:
    content = spoilt("    sector: police\n", "    sector: police\n    name: Another\n")
    sentence = refused(tmp_path, content)
    assert f"line {line_of(content, 'Another')}" in sentence
    assert "'name' is given twice" in sentence


def test_an_agency_that_a_hub_names_twice_is_told_at_its_second_line(tmp_path: Path) -> None:
    content = spoilt("      - police\n", "      - homes\n")
    sentence = refused(tmp_path, content)
    assert f"line {line_of(content, '      - homes') + 1}" in sentence
    assert "named twice" in sentence


def test_every_fault_is_told_at_once_each_on_a_line_of_its_own(tmp_path: Path) -> None:
    content = spoilt("    agency: homes", "    agency: shop").replace("      - police\n", "      - fire\n")
    about_fire, about_shop = refused(tmp_path, content).splitlines()
    assert f"line {line_of(content, '- fire')}" in about_fire
    assert f"line {line_of(content, 'agency: shop')}" in about_shop


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("name: a: b\n", 1),
        ("name: Cumbria\n\ttimezone: Europe/London\n", 2),
        ("name: Cumbria\nhubs: [\n", 3),
        ('name: Cumbria\nmarking: "never closed\n', 3),
        ("name: Cumbria\n---\nname: Carlisle\n", 2),
        ("name: Cumbria\nhubs: *nowhere\n", 2),
        ("name: Cumbria\nhubs: !hub 5\n", 2),
    ],
)
def test_what_is_no_yaml_is_told_with_its_line(tmp_path: Path, content: str, line: int) -> None:
    assert f"line {line}:" in refused(tmp_path, content)


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing yet\n"])
def test_an_empty_file_is_called_empty(tmp_path: Path, content: str) -> None:
    assert "the file is empty" in refused(tmp_path, content)


@pytest.mark.parametrize("content", ["just words\n", "- a\n- list\n", "5\n"])
def test_a_file_that_holds_something_else_altogether_is_refused(tmp_path: Path, content: str) -> None:
    assert "line 1, the whole file" in refused(tmp_path, content)


@pytest.mark.parametrize("content", [b"\xff\xfen\x00a\x00", b"name: Caf\xe9\n"])
def test_a_file_that_is_not_utf8_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    assert "cannot be read" in refused(tmp_path, content)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("name: Cumbria\x07\n", id="a control character"),
        pytest.param("? [a, b]\n: c\n", id="a list as a key"),
        pytest.param("? {a: b}\n: c\n", id="a mapping as a key"),
        pytest.param("name: &loop [*loop]\n", id="a list that holds itself"),
        pytest.param("name: !!timestamp soon\n", id="a time that is none"),
        pytest.param("name: !!bool maybe\n", id="a truth that is none"),
        pytest.param("name: !!int ''\n", id="a number that is none"),
        pytest.param("1: one\n", id="a number as a key"),
        pytest.param("[" * 3000, id="very deep"),
    ],
)
def test_odd_yaml_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    assert str(tmp_path) in refused(tmp_path, content)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(HubsFileError, match="cannot be read"):
        read_hubs_file(tmp_path / "no.yaml")


def test_a_file_from_windows_reads(tmp_path: Path) -> None:
    """Notepad puts a byte order mark first and ends lines with two characters."""
    assert read(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()).hub("ALL") is not None


_lines = st.lists(st.sampled_from(GOOD.splitlines()), max_size=30).map("\n".join)
_yamlish = st.text(st.sampled_from("ab: -[]{}\n\t'\"&*!|>?#,~1"), max_size=60)


def read_or_refused(tmp_path: Path, content: str) -> Directory | str:
    try:
        return read(tmp_path, content)
    except HubsFileError as refusal:
        return str(refusal)


@given(st.one_of(_lines, _yamlish))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_gives_a_directory_or_sentences(tmp_path: Path, content: str) -> None:
    found = read_or_refused(tmp_path, content)
    if isinstance(found, str):
        assert all(line.startswith(str(tmp_path)) for line in found.splitlines())
