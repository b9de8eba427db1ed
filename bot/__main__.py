"""The command line: `python -m bot` serves; the other words look after it."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot.hubs_file import HubsFileError
from bot.logs import set_up_logging
from bot.settings import Settings, SettingsError, read_settings
from osara_store.errors import StoreError

AddParser = Callable[..., argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a fault in the settings is one plain message and status 2, never a traceback."""
    asked = _parser().parse_args(arguments)
    set_up_logging()
    try:
        settings = read_settings()
        return _run(asked, settings)
    except (SettingsError, HubsFileError, StoreError) as fault:
        print(f"The hub bot cannot start: {fault}", file=sys.stderr)  # noqa: T201 for the person at the keyboard
        return 2
    except KeyboardInterrupt:
        return 0


def _run(asked: argparse.Namespace, settings: Settings) -> int:
    work: Coroutine[Any, Any, int]
    match asked.command:
        case "provision":
            from bot.provisioning import provision  # noqa: PLC0415 each command loads what it needs

            work = provision(settings)
        case "outbox":
            from bot.outbox_command import run_outbox_command  # noqa: PLC0415

            work = run_outbox_command(settings, asked)
        case "schedule":
            from bot.schedule_command import run_schedule_command  # noqa: PLC0415

            work = run_schedule_command(settings, asked)
        case "upgrade":
            from bot.upgrade_command import run_upgrade_command  # noqa: PLC0415

            work = run_upgrade_command(settings, asked)
        case "export":
            from bot.export_command import run_export_command  # noqa: PLC0415

            work = run_export_command(settings, asked)
        case "audit":
            from bot.audit_command import run_audit_command  # noqa: PLC0415

            work = run_audit_command(settings, asked)
        case _:
            from bot.serving import serve  # noqa: PLC0415

            work = serve(settings)
    return asyncio.run(work)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The Local Focus Hub bot.")
    commands = parser.add_subparsers(dest="command", title="commands", metavar="")
    commands.add_parser("serve", help="answer Teams (also without any word)")
    commands.add_parser("provision", help="make the SharePoint lists; may be repeated")
    upgrade = commands.add_parser("upgrade", help="tell how far the database's upgrade has come")
    upgrade.add_argument("--finish", action="store_true", help="its last step, once no older replica runs")
    _add_outbox(commands.add_parser)
    _add_schedule(commands.add_parser)
    _add_export(commands.add_parser)
    _add_audit(commands.add_parser)
    return parser


def _add_outbox(add: AddParser) -> None:
    outbox = add("outbox", help="look after messages that wait for Graph and Teams")
    words = outbox.add_subparsers(dest="word", required=True, metavar="list | requeue | discard")
    listing = words.add_parser("list", help="show messages that wait, are held or were given up")
    listing.add_argument("--state", choices=["waiting", "held", "dead", "sent", "discarded"])
    listing.add_argument("--limit", type=int, default=100)
    requeue = words.add_parser("requeue", help="try a held or given-up message again")
    requeue.add_argument("id", type=int)
    discard = words.add_parser("discard", help="give a message up for good")
    discard.add_argument("id", type=int)
    discard.add_argument("--reason", required=True, help="why; kept with the message")


def _add_schedule(add: AddParser) -> None:
    listing = add("schedule", help="show what is due when, and what ran")
    listing.add_argument("--limit", type=_at_least_one, default=100, help="how many of each; else 100")


def _add_export(add: AddParser) -> None:
    export = add("export", help="write one case as JSON and as a page to read")
    export.add_argument("reference", metavar="REF", help="such as ALL-2026-0001")
    export.add_argument(
        "--to", type=Path, default=Path(), metavar="FOLDER", help="where to; else the current folder"
    )
    export.add_argument("--overwrite", action="store_true", help="replace files that are there already")
    export.add_argument(
        "--restricted", action="store_true", help="even if only the people on a list may read it"
    )
    export.add_argument(
        "--as-written", action="store_true", help="of a merged case the old file, not the one it goes on in"
    )


def _add_audit(add: AddParser) -> None:
    audit = add("audit", help="check the record of who did what")
    words = audit.add_subparsers(dest="word", required=True, metavar="verify | list")
    words.add_parser("verify", help="walk every chain, and name the first row that does not fit")
    listing = words.add_parser("list", help="show who did what to a case")
    listing.add_argument("reference", metavar="REF", help="such as ALL-2026-0001")
    listing.add_argument("--limit", type=_at_least_one, default=100, help="how many of the newest; else 100")


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be a number from 1")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
