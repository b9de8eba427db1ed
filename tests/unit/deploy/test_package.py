"""The app package, against Microsoft's published manifest schema and the rules that schema leaves out."""

import json
import struct
import subprocess
import sys
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from deploy.package.build import AppSettings, PackageError, manifest, project_version, write_package
from deploy.package.icons import ACCENT, colour_icon, outline_icon
from sandbox.teams.searching import PARAMETER

PROJECT = Path(__file__).parents[3]
SCHEMAS = PROJECT / "tests/manifest_rig/node_modules/@microsoft/app-manifest/build/json-schemas/teams"
SETTINGS = AppSettings(
    bot_id="20000000-0000-4000-8000-000000000001",
    app_id="30000000-0000-4000-8000-000000000001",
    developer="Allerdale Council",
    website="https://hubs.example",
    privacy="https://hubs.example/privacy",
    terms="https://hubs.example/terms",
)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    place = tmp_path_factory.mktemp("package") / "app.zip"
    write_package(SETTINGS, place)
    with zipfile.ZipFile(place) as opened:
        yield opened


def read_png(data: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and rows of a PNG, with every chunk's checksum verified; only what our own writer makes."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,), kind = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert checksum == zlib.crc32(kind + body)
        chunks[kind], at = body, at + 12 + length
    width, height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (depth, colour) == (8, 6)
    raw, stride = zlib.decompress(chunks[b"IDAT"]), 1 + width * 4
    return width, height, [raw[row * stride + 1 : (row + 1) * stride] for row in range(height)]


def test_the_manifest_follows_microsofts_schema():
    made = manifest(SETTINGS)
    file = SCHEMAS / f"v{made['manifestVersion']}" / "MicrosoftTeams.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8-sig"))
    jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker()).validate(made)


def test_the_schema_would_notice_a_wrong_manifest():
    made = manifest(SETTINGS)
    made["bots"][0]["scopes"] = ["village"]
    file = SCHEMAS / f"v{made['manifestVersion']}" / "MicrosoftTeams.schema.json"
    schema = json.loads(file.read_text(encoding="utf-8-sig"))
    assert not jsonschema.Draft4Validator(schema).is_valid(made)


def test_an_app_for_teams_says_that_it_supports_channel_features():
    """From manifest 1.25 on Teams refuses the upload without it, which the schema does not say."""
    made = manifest(SETTINGS)
    assert "team" in made["bots"][0]["scopes"]
    assert made["supportsChannelFeatures"] == "tier1"


def commands() -> dict[str, Any]:
    return {command["id"]: command for command in manifest(SETTINGS)["composeExtensions"][0]["commands"]}


def test_both_commands_to_refer_open_a_dialog_of_the_bot():
    actions = [command for command in commands().values() if command["type"] == "action"]
    found = {command["id"]: (command["context"], command["fetchTask"]) for command in actions}
    assert found == {"referMessage": (["message"], True), "refer": (["compose", "commandBox"], True)}


def test_the_search_lists_something_before_a_word_is_typed_and_takes_one_parameter():
    search = commands()["findCase"]
    assert (search["type"], search["initialRun"]) == ("query", True)
    assert search["context"] == ["compose", "commandBox"]
    assert [(each["name"], each["inputType"]) for each in search["parameters"]] == [("q", "text")]


def test_the_sandbox_names_the_parameter_as_the_manifest_does():
    assert commands()["findCase"]["parameters"][0]["name"] == PARAMETER


def test_a_sent_case_card_can_talk_to_the_bot_in_a_team():
    """Microsoft asks for the same bot in both, with a team scope, for a card with Action.Execute from a search."""
    made = manifest(SETTINGS)
    assert made["bots"][0]["botId"] == made["composeExtensions"][0]["botId"]
    assert "team" in made["bots"][0]["scopes"]


def test_the_ids_and_the_version_are_the_given_ones():
    made = manifest(SETTINGS)
    assert (made["id"], made["version"]) == (SETTINGS.app_id, project_version())
    assert {made["bots"][0]["botId"], made["composeExtensions"][0]["botId"]} == {SETTINGS.bot_id}


def test_a_name_with_quotes_stays_one_value():
    made = manifest(replace(SETTINGS, developer='The "Hub" $team'))
    assert made["developer"]["name"] == 'The "Hub" $team'


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"bot_id": "hub-bot"}, "bot_id"),
        ({"app_id": ""}, "app_id"),
        ({"website": "http://hubs.example"}, "website"),
        ({"privacy": "hubs.example"}, "privacy"),
        ({"terms": ""}, "terms"),
        ({"developer": "x" * 33}, "developer"),
        ({"developer": ""}, "developer"),
    ],
)
def test_a_setting_that_teams_would_refuse_is_named(change, named):
    with pytest.raises(PackageError, match=f"^{named} must be"):
        manifest(replace(SETTINGS, **change))


def test_the_zip_holds_the_manifest_and_its_icons_at_its_root(package):
    made = json.loads(package.read("manifest.json"))
    assert sorted(package.namelist()) == sorted(["manifest.json", *made["icons"].values()])


def test_the_same_settings_make_the_same_bytes(tmp_path):
    for name in ("one.zip", "two.zip"):
        write_package(SETTINGS, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_the_colour_icon_is_192_pixels_and_filled_to_its_edges(package):
    width, height, rows = read_png(package.read("color.png"))
    assert (width, height) == (192, 192)
    assert {row[3::4] for row in rows} == {b"\xff" * 192}
    assert f"#{rows[0][:3].hex()}".upper() == ACCENT


def test_the_colour_icons_symbol_keeps_to_the_part_teams_never_crops():
    background = colour_icon()[0][0]
    drawn = [
        (column, row)
        for row, line in enumerate(colour_icon())
        for column, pixel in enumerate(line)
        if pixel != background
    ]
    assert all(36 <= column < 156 and 36 <= row < 156 for column, row in drawn)


def test_the_outline_icon_is_32_pixels_of_white_on_nothing(package):
    width, height, rows = read_png(package.read("outline.png"))
    assert (width, height) == (32, 32)
    pixels = {bytes(row[at : at + 4]) for row in rows for at in range(0, len(row), 4)}
    assert {pixel[:3] for pixel in pixels} == {b"\xff\xff\xff"}
    assert {0, 255} < {pixel[3] for pixel in pixels}, "neither empty, full, nor without smooth edges"
    assert all(pixel[3] == 0 for pixel in outline_icon()[0])


def test_the_command_takes_its_ids_from_the_environment(tmp_path):
    place = tmp_path / "app.zip"
    command = [sys.executable, "-m", "deploy.package", "--out", place]
    environment = {"MicrosoftAppId": SETTINGS.bot_id[:-1] + "7"}
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(place) as opened:
        made = json.loads(opened.read("manifest.json"))
    assert made["id"] == made["bots"][0]["botId"] == environment["MicrosoftAppId"]
    assert done.stdout == f"Wrote {place}\n"
