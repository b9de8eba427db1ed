"""`python -m bot provision`: makes the SharePoint lists with the rights of whoever runs it."""

import sys

from bot.hubs_file import read_hubs_file
from bot.settings import Settings
from bot.wiring import outside
from graph_sync.errors import GraphError
from graph_sync.provision import provision as provision_site
from graph_sync.site import Site


async def provision(settings: Settings) -> int:
    """Make what is missing and say so; status 1 when something is left to an administrator."""
    directory = read_hubs_file(settings.config)
    async with outside(settings) as parts:
        try:
            report = await provision_site(parts.graph, Site(parts.graph, settings.site), directory)
        except GraphError as fault:
            print(f"SharePoint did not take it: {fault}", file=sys.stderr)  # noqa: T201
            return 1
    print(*report.lines(), sep="\n")  # noqa: T201 the command's output
    return 0 if report.is_ready else 1
