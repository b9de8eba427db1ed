"""Serves the bot until it is told to stop."""

import asyncio
import logging
import os
import signal

from aiohttp import web

from bot.settings import Settings, SettingsError
from bot.wiring import running_bot

log = logging.getLogger(__name__)

FINISH_SECONDS = 10


async def _listen(runner: web.AppRunner, settings: Settings) -> None:
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as fault:
        where = f"HOST {settings.host}, PORT {settings.port}"
        raise SettingsError(f"nothing can listen on {where}: {os.strerror(fault.errno or 0)}.") from None


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
            await _listen(runner, settings)
            log.info("listening on http://%s:%s", settings.host, settings.port)
            await stop.wait()
        finally:
            await runner.cleanup()
    log.info("stopped")
    return 0
