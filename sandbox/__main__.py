"""Starts the sandbox: `python -m sandbox --help`."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from sandbox import launcher
from sandbox.server import Options, StartError, running
from sandbox.teams.control import messaging_url
from sandbox.teams.errors import Refusal
from sandbox.tenant import TenantError

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: list[str]) -> int:
    try:
        return asyncio.run(_run(_options(arguments)))
    except (StartError, TenantError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the answer to whoever started it
        return 2


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A Microsoft 365 tenant on this machine, for the hub bot."
    )
    parser.add_argument(
        "--data", type=Path, default=ROOT / "data" / "sandbox", help="where everything is kept"
    )
    parser.add_argument(
        "--hubs", type=Path, default=ROOT / "deploy" / "hubs.cumbria.yaml", help="the hubs.yaml"
    )
    parser.add_argument("--port", type=int, default=8700, help="of the page and the services; 0 takes any")
    parser.add_argument("--login-port", type=int, default=8743, help="of the login service; 0 takes any")
    parser.add_argument(
        "--bot-url", type=_bot_url, default="http://127.0.0.1:3978", help="where the bot answers"
    )
    parser.add_argument(
        "--other-bot-url",
        dest="other_bots",
        type=_bot_url,
        action="append",
        default=[],
        help="where another replica of the bot answers; all of them take turns (may be repeated)",
    )
    parser.add_argument("--ready-file", type=Path, help="written with the addresses once everything answers")
    parser.add_argument(
        "--with-bot", action="store_true", help="start the bot, too, and install it everywhere"
    )
    given = parser.parse_args(arguments)
    if given.with_bot and given.other_bots:
        parser.error("--with-bot starts one bot; start several yourself, or see `make demo-replicas`")
    return Options(**vars(given) | {"other_bots": tuple(given.other_bots)})


def _bot_url(given: str) -> str:
    try:
        return messaging_url(given)
    except Refusal as refusal:
        raise argparse.ArgumentTypeError(refusal.sentence) from refusal


async def _run(options: Options) -> int:
    stop = asyncio.Event()
    for ending in ENDINGS:
        asyncio.get_running_loop().add_signal_handler(ending, stop.set)
    if options.with_bot:
        return await launcher.run(options, stop)
    async with running(options) as sandbox:
        if options.ready_file:
            sandbox.announce(options.ready_file)
        print(f"The sandbox answers at {sandbox.base}/ (Ctrl-C ends it).", flush=True)  # noqa: T201
        await stop.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
