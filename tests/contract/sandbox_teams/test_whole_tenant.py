"""Everything together: the page, the lists, faults, and who may reach the sandbox."""

from http import HTTPStatus
from pathlib import Path

import pytest

from sandbox import static
from tests.contract.sandbox_teams.hubs import CHANNEL
from tests.contract.sandbox_teams.rig import Rig, message, token_for


async def test_the_page_and_its_files_are_served(
    fresh: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<title>Teams</title>")
    (tmp_path / "node_modules" / "lib").mkdir(parents=True)
    (tmp_path / "node_modules" / "lib" / "a.js").write_text("1")
    monkeypatch.setattr(static, "PAGE", tmp_path)
    monkeypatch.setattr(static, "LIBRARIES", tmp_path / "node_modules")

    page, script = await fresh.request("GET", "/"), await fresh.request("GET", "/node_modules/lib/a.js")

    assert (page.status, page.body) == (200, "<title>Teams</title>")
    assert script.body == "1"
    assert "javascript" in script.headers["Content-Type"]
    assert (await fresh.request("GET", "/absent.js")).status == 404


async def test_without_its_libraries_the_page_says_what_to_do(
    fresh: Rig, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(static, "LIBRARIES", tmp_path / "nothing")

    answered = await fresh.request("GET", "/")

    assert answered.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert "npm ci" in answered.body


async def test_files_outside_the_page_are_out_of_reach(fresh: Rig) -> None:
    for path in ("/../app.py", "/%2e%2e/app.py", "/..%2fapp.py", "//etc/passwd", "/%00"):
        async with fresh.session.get(fresh.sandbox.base + path) as answer:
            assert answer.status == 404


async def test_only_this_machines_own_names_are_answered(fresh: Rig) -> None:
    async with fresh.session.get(
        fresh.sandbox.base + "/client/people", headers={"Host": "evil.example"}
    ) as answer:
        assert answer.status == 421
    async with fresh.session.get(
        fresh.sandbox.base + "/client/people", headers={"Host": "localhost"}
    ) as answer:
        assert answer.status == 200


async def test_the_lists_are_shown_with_their_rows(fresh: Rig) -> None:
    token = await token_for(fresh.sandbox, "https://graph.microsoft.com")
    headers = {"Authorization": f"Bearer {token}"}
    lists = "/graph/v1.0/sites/localhost:/sites/hubs:/lists"
    body = {
        "displayName": "Cases",
        "columns": [{"name": "Hub", "text": {}}],
        "list": {"template": "genericList"},
    }
    made = await fresh.request("POST", lists, body, headers=headers)
    row = {"fields": {"Title": "ALP-2026-0001", "Hub": "ALP"}}
    await fresh.request("POST", f"{lists}/{made.body['id']}/items", row, headers=headers)

    views = await fresh.get("/client/lists")
    rows = await fresh.get("/client/lists/Cases/items")

    assert [(view["name"], view["title"], view["count"]) for view in views] == [("Cases", "Cases", 1)]
    assert "Hub" in [column["name"] for column in views[0]["columns"]]
    assert rows[0]["fields"]["Hub"] == "ALP"
    assert (await fresh.request("GET", "/client/lists/Nothing/items")).status == 404


async def test_faults_of_the_connector_come_in_its_own_shape_and_are_recorded(rig: Rig) -> None:
    await rig.post("/control/faults", target="teams", kind="throttle", retry_after=7, times=1)

    refused, passed = await rig.send(CHANNEL, message()), await rig.send(CHANNEL, message())

    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "Throttled", "7")
    assert passed.status == 201
    seen = (await rig.request("GET", "/control/requests", params={"target": "teams"})).body["requests"]
    assert [entry["status"] for entry in seen] == [429, 201]
    assert seen[1]["authorised"] is True
