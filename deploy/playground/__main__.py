"""`make playground`: sandbox, bot and Microsoft 365 Agents Playground, until Ctrl-C. See docs/playground.md."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import yaml

from deploy.playground.children import Child, ChildError, child
from deploy.playground.config import NotEnoughPeopleError, configuration

PROJECT = Path(__file__).resolve().parents[2]
CLIENT = PROJECT / "deploy/playground/node_modules/.bin/agentsplayground"
CONFIG_NAME = ".m365agentsplayground.yml"
LOOK_SECONDS = 0.5


def main() -> int:
    given = arguments()
    signal.signal(signal.SIGTERM, stop)
    try:
        with ExitStack() as stack:
            keep_running(start(given, stack))
    except (ChildError, NotEnoughPeopleError) as why:
        say(f"The Playground is not running: {why}")
        return 1
    except KeyboardInterrupt:
        return 0


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - for the person at the keyboard


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.playground", description=__doc__)
    parser.add_argument("--hub", default="ALL", help="the hub whose team is shown")
    parser.add_argument("--hubs", type=Path, default=PROJECT / "deploy/hubs.cumbria.yaml")
    parser.add_argument("--data", type=Path, default=PROJECT / "data/playground")
    parser.add_argument("--port", type=int, default=56150, help="of the Playground")
    parser.add_argument("--bot-port", type=int, default=3978)
    parser.add_argument("--sandbox-port", type=int, default=8700)
    parser.add_argument("--login-port", type=int, default=8743)
    return parser.parse_args()


def stop(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def start(given: argparse.Namespace, stack: ExitStack) -> list[Child]:
    for port in (given.port, given.bot_port):
        refuse_a_taken(port)
    hubs = yaml.safe_load(given.hubs.read_text(encoding="utf-8"))
    data = given.data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    sandbox, environment, page = start_sandbox(given, data, stack)
    bot = start_bot(environment, data, stack)
    made = configuration(hubs, given.hub, environment["MicrosoftAppId"])
    client = start_client(given, made, data, stack)
    who, where = made["currentUser"]["name"], made["team"]["name"]
    say(f"Open http://127.0.0.1:{given.port}/ : you are {who}, in {where}.")
    say(f"The SharePoint lists are in {page} (Ctrl-C here ends everything).")
    return [sandbox, bot, client]


def refuse_a_taken(port: int) -> None:
    """The Playground would quietly choose another port than the one we print."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        raise ChildError(f"port {port} is taken. Stop the other program, or choose another port.") from None


def start_sandbox(
    given: argparse.Namespace, data: Path, stack: ExitStack
) -> tuple[Child, dict[str, str], str]:
    """The tenant that the bot writes to, and the environment of a bot that takes requests without tokens."""
    ready = data / "ready.json"
    ready.unlink(missing_ok=True)
    bot_url = f"http://127.0.0.1:{given.bot_port}/api/messages"
    ports = ["--port", str(given.sandbox_port), "--login-port", str(given.login_port), "--bot-url", bot_url]
    files = ["--data", str(data), "--hubs", str(given.hubs.resolve()), "--ready-file", str(ready)]
    command = [sys.executable, "-m", "sandbox", *ports, *files]
    sandbox = stack.enter_context(child("sandbox", command, os.environ, folder=PROJECT, logs=data))
    sandbox.wait_for(ready)
    told = json.loads(ready.read_text(encoding="utf-8"))
    environment = {
        **os.environ,
        **told["bot_environment"],
        "HUB_DATABASE_URL": f"sqlite:///{data / 'hub.db'}",
        "HUB_DANGEROUSLY_ALLOW_UNAUTHENTICATED": "on",
        "PORT": str(given.bot_port),
    }
    return sandbox, environment, str(told["base"])


def start_bot(environment: Mapping[str, str], data: Path, stack: ExitStack) -> Child:
    command = [sys.executable, "-m", "bot"]
    lists = subprocess.run(  # noqa: S603 - our own command, and no shell
        [*command, "provision"],
        cwd=PROJECT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if lists.returncode:
        raise ChildError(f"The lists could not be made.\n{lists.stderr}")
    return stack.enter_context(child("bot", command, environment, folder=PROJECT, logs=data))


def start_client(given: argparse.Namespace, made: dict[str, Any], data: Path, stack: ExitStack) -> Child:
    """The Playground reads its configuration from the folder it is started in; JSON is YAML too."""
    (data / CONFIG_NAME).write_text(json.dumps(made, indent=2), encoding="utf-8")
    endpoint = f"http://127.0.0.1:{given.bot_port}/api/messages"
    command = [str(CLIENT), "start", "-e", endpoint, "-c", "msteams", "-p", str(given.port), "--dt"]
    environment = {**os.environ, "TEAMSAPPTESTER_BROWSER": "none"}
    return stack.enter_context(child("playground", command, environment, folder=data, logs=data))


def keep_running(children: list[Child]) -> NoReturn:
    while True:
        for each in children:
            each.still_runs()
        time.sleep(LOOK_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
