"""`make package`: the zip that an administrator uploads in the Teams admin centre. Settings as arguments or environment."""

import argparse
import os
import sys
from pathlib import Path

from deploy.package.build import AppSettings, PackageError, write_package

DEMO_BOT = "20000000-0000-4000-8000-000000000001"
PLACE = Path("build/local-focus-hub.zip")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m deploy.package", description=__doc__)
    setting = os.environ.get
    bot = setting("MicrosoftAppId", DEMO_BOT)
    parser.add_argument("--bot-id", default=bot, help="the bot's Entra application id (MicrosoftAppId)")
    parser.add_argument(
        "--app-id", default=setting("HUB_APP_ID"), help="the app's own id; the bot's unless given"
    )
    parser.add_argument("--developer", default=setting("HUB_APP_DEVELOPER", "Local Focus Hub"))
    parser.add_argument("--website", default=setting("HUB_APP_WEBSITE", "https://hubs.example"))
    parser.add_argument("--privacy", default=setting("HUB_APP_PRIVACY", "https://hubs.example/privacy"))
    parser.add_argument("--terms", default=setting("HUB_APP_TERMS", "https://hubs.example/terms"))
    parser.add_argument("--out", type=Path, default=PLACE, help=f"where to write it; {PLACE} unless given")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    settings = AppSettings(
        bot_id=given.bot_id,
        app_id=given.app_id or given.bot_id,
        developer=given.developer,
        website=given.website,
        privacy=given.privacy,
        terms=given.terms,
    )
    try:
        write_package(settings, given.out)
    except PackageError as error:
        say(f"The app package was not made: {error}.")
        return 1
    say(f"Wrote {given.out}")
    if given.bot_id == DEMO_BOT:
        say("It carries the demo's bot id. For a tenant set MicrosoftAppId and see docs/tenant.md.")
    return 0


def say(line: str) -> None:
    print(line)  # noqa: T201 - for the person at the keyboard


if __name__ == "__main__":
    sys.exit(main())
