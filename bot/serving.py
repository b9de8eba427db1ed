"""Serves the bot until it is told to stop."""

import asyncio
import logging
import signal

from aiohttp import web

from bot.settings import Settings
from bot.wiring import running_bot

log = logging.getLogger(__name__)

FINISH_SECONDS = 10


async def serve(settings: Settings) -> int:
    """Listen, answer, and on SIGTERM or Ctrl-C finish what is under way."""
    for switch in settings.dangerous_switches:
        log.warning("%s is on: for one machine only, never for real work", switch)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running_bot(settings) as app:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=FINISH_SECONDS)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            log.info("listening on http://%s:%s", settings.host, settings.port)
            await stop.wait()
        finally:
            await runner.cleanup()
    log.info("stopped")
    return 0
