"""Puts the house together: the one module that knows every implementation."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aiohttp
import sqlalchemy as sa
from aiohttp import web
from azure.core.exceptions import AzureError
from sqlalchemy.exc import SQLAlchemyError

from bot.adapter import HubAdapter, HubAuthentication
from bot.calendar_deliveries import ToCalendar
from bot.channel_tokens import GOVERNMENT_ISSUER, PUBLIC_ISSUER, ChannelKeys, ChannelTokens
from bot.connector import Away, Connectors, TokenSource
from bot.deliveries import ToSharePoint, ToTeams
from bot.http import Probe, add_settable_clock, application
from bot.hubs_file import read_hubs_file
from bot.logs import where_it_failed
from bot.metrics import metrics_page
from bot.occasions import handlers, planners
from bot.roll_call import RollCall
from bot.router import Router
from bot.services import Services
from bot.settings import PUBLIC_LOGIN, Settings, SettingsError
from bot.timekeeper import Timekeeper
from bot.worker import Bell, Delivery, Worker
from graph_sync.calendar import Calendar
from graph_sync.client import GraphClient
from graph_sync.credentials import credential_for
from graph_sync.push import CaseFilePusher
from graph_sync.site import Site
from osara_store.clock import SettableClock, SystemClock
from osara_store.database import Database, upgrade

log = logging.getLogger(__name__)

CHANNEL_SCOPE = "https://api.botframework.com/.default"
GOVERNMENT_SCOPE = "https://api.botframework.us/.default"
PROBE_SECONDS = 5
NO_TOKEN_WAIT = timedelta(seconds=30)
# Together shorter than the time-out of a delivery, which is shorter than the lease of its messages.
GRAPH_CALL_SECONDS = 15
PUSH_SECONDS = 30


@dataclass(frozen=True)
class Outside:
    """What the bot leans on beyond its own database."""

    credential: Any
    graph: GraphClient
    session: aiohttp.ClientSession


@contextlib.asynccontextmanager
async def outside(settings: Settings) -> AsyncIterator[Outside]:
    """Connections to Microsoft, closed at the end. Nothing is sent before it is needed."""
    credential = credential_for(
        settings.app_type,
        settings.app_id,
        settings.app_password,
        settings.app_tenant,
        settings.channel_login_url if settings.channel_login_url != PUBLIC_LOGIN else None,
    )
    graph = GraphClient(credential, settings.graph_url, timeout=GRAPH_CALL_SECONDS)
    async with aiohttp.ClientSession() as session:
        try:
            yield Outside(credential, graph, session)
        finally:
            await graph.close()
            await credential.close()


@contextlib.asynccontextmanager
async def running_bot(settings: Settings) -> AsyncIterator[web.Application]:
    """The bot with its worker at work, ready to be served."""
    directory = read_hubs_file(settings.config)
    clock = SettableClock() if settings.settable_clock else SystemClock()
    async with outside(settings) as parts, _database(settings) as database:
        bell = Bell()
        services = Services(directory, database, clock, bell.ring)
        connectors = Connectors(parts.session, _token_source(settings, parts.credential))
        deliveries: list[Delivery] = [
            _to_sharepoint(settings, services, parts),
            ToTeams(services, connectors),
            ToCalendar(services, Calendar(parts.graph)),
        ]
        keys = _keys(settings, parts)
        worker = Worker(database, clock, bell, deliveries)
        app = application(
            _adapter(settings, services, keys, connectors).answer,
            _probes(parts, database, keys, settings),
            lambda: metrics_page(database, clock, worker.under_way),
        )
        if isinstance(clock, SettableClock):
            add_settable_clock(app, clock, bell.ring, worker.standing_still)
        timekeeper = Timekeeper(database, clock, bell, handlers(services), planners(services))
        async with (
            _working(RollCall(database, clock)),
            _working(worker),
            _working(timekeeper),
            _knowing_the_holidays(services),
        ):
            yield app


@contextlib.asynccontextmanager
async def _knowing_the_holidays(services: Services) -> AsyncIterator[None]:
    """The first question about a bank holiday loads a large library: ask one now, so that no referral waits for it."""

    def ask() -> None:
        for hub in services.directory.hubs:
            services.directory.clocks_of(hub).working_days.is_working_day(hub.today(services.clock.now()))

    asked = asyncio.create_task(asyncio.to_thread(ask))
    try:
        yield
    finally:
        await asked


@contextlib.asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """The upgraded database, held so that no second process works on the same SQLite file."""
    database = await asyncio.to_thread(open_database, settings.database_url, exclusive=True)
    try:
        yield database
    finally:
        await database.close()


def open_database(url: str, *, exclusive: bool) -> Database:
    """Open and upgrade the database.

    Raises:
        SettingsError: it cannot be had. Neither driver's own message is shown: it can hold the address's password.
    """
    with database_faults():
        database = Database.open(url, exclusive=exclusive)
        if not upgrade(url, alone=database.is_sole_user):
            log.warning("the database's upgrade waits to be finished; see python -m bot upgrade")
    return database


@contextlib.contextmanager
def database_faults() -> Iterator[None]:
    """Tell plainly that the database cannot be had."""
    try:
        yield
    except (SQLAlchemyError, OSError) as fault:
        why = type(fault).__name__
        raise SettingsError(f"HUB_DATABASE_URL: the database cannot be opened ({why}).") from None


@contextlib.asynccontextmanager
async def _working(part: Worker | Timekeeper | RollCall) -> AsyncIterator[None]:
    task = asyncio.create_task(part.run())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def _to_sharepoint(settings: Settings, services: Services, parts: Outside) -> ToSharePoint:
    site = Site(parts.graph, settings.site)
    pusher = CaseFilePusher(
        parts.graph, site, services.database, services.directory, services.clock, patience=PUSH_SECONDS
    )
    return ToSharePoint(pusher)


def _token_source(settings: Settings, credential: Any) -> TokenSource | None:
    """Where tokens for the channel come from; none where nobody checks them."""
    if settings.allow_unauthenticated:
        return None
    scope = GOVERNMENT_SCOPE if settings.government_cloud else CHANNEL_SCOPE

    async def token() -> str:
        try:
            return str((await credential.get_token(scope)).token)
        except AzureError as fault:
            raise Away(f"no token for Teams: {type(fault).__name__}", NO_TOKEN_WAIT) from None

    return token


def _keys(settings: Settings, parts: Outside) -> ChannelKeys | None:
    return None if settings.allow_unauthenticated else ChannelKeys(settings.channel_openid_url, parts.session)


def _adapter(
    settings: Settings, services: Services, keys: ChannelKeys | None, connectors: Connectors
) -> HubAdapter:
    issuer = GOVERNMENT_ISSUER if settings.government_cloud else PUBLIC_ISSUER
    tokens = ChannelTokens(keys, app_id=settings.app_id, issuer=issuer) if keys else None
    return HubAdapter(
        HubAuthentication(tokens, connectors),
        handle=Router(services).handle,
        allowed_tenants=settings.allowed_tenants,
    )


def _probes(
    parts: Outside, database: Database, keys: ChannelKeys | None, settings: Settings
) -> dict[str, Probe]:
    async def database_answers() -> bool:
        return bool(await database.read(lambda tx: tx.execute(sa.text("SELECT 1")).scalar()))

    async def graph_answers() -> bool:
        return bool(await parts.graph.get(f"/sites/{settings.site}"))

    async def token_comes() -> bool:
        source = _token_source(settings, parts.credential)
        return source is None or bool(await source())

    async def keys_known() -> bool:
        return keys is None or await keys.ready()

    named = {"database": database_answers, "graph": graph_answers, "token": token_comes, "keys": keys_known}
    return {name: _within_time(name, probe) for name, probe in named.items()}


def _within_time(name: str, probe: Probe) -> Probe:
    async def answers() -> bool:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                return await probe()
        except Exception as fault:  # noqa: BLE001 whatever it is, the thing cannot be reached
            log.warning("%s is not reachable: %s", name, where_it_failed(fault))
            return False

    return answers
