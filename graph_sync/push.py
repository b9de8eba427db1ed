"""Bringing case files into SharePoint: the outbox's messages for Graph in, an outcome for each out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from graph_sync import loading
from graph_sync.client import BATCH_LIMIT
from graph_sync.errors import Busy, ForeignAddress, GraphError, NotAllowed, NotFound
from graph_sync.session import Session, outcome_of
from osara_store.outbox import Outcome, Refused, TryLater

if TYPE_CHECKING:
    from graph_sync.client import GraphClient
    from graph_sync.site import Site
    from osara_store.clock import Clock
    from osara_store.database import Database
    from osara_store.directory import Directory
    from osara_store.outbox import Message

LOG = logging.getLogger(__name__)

NO_SUCH_CASE: Final = Refused("there is no such case")
OUT_OF_TIME: Final = TryLater(timedelta(0))


class CaseFilePusher:
    def __init__(
        self,
        graph: GraphClient,
        site: Site,
        database: Database,
        directory: Directory,
        clock: Clock,
        *,
        patience: float = 40.0,
    ) -> None:
        """Prepare to push.

        Args:
            graph: the Graph to write to.
            site: the site that has the lists.
            database: the case files, and the notes of what SharePoint holds.
            directory: the names that stand in SharePoint for our ids.
            clock: says when something was noted.
            patience: seconds after which no new call is begun; with the client's own limit on top, a push ends
                before the lease of its messages must.
        """
        self._graph = graph
        self._site = site
        self._database = database
        self._directory = directory
        self._clock = clock
        self._patience = patience

    async def push(self, messages: Sequence[Message]) -> list[Outcome]:
        """Bring the messages' cases into SharePoint; the outcomes keep the messages' order.

        A case that fails leaves the others alone. Where Graph asks for patience, nothing more is sent for any of them.
        """
        case_ids = list(dict.fromkeys(_case_of(message) for message in messages))
        run = _Run(asyncio.get_running_loop().time() + self._patience)
        # One page after the other: SharePoint's quota is a page every two seconds for the smallest tenants.
        for start in range(0, len(case_ids), BATCH_LIMIT):
            await self._push_page(case_ids[start : start + BATCH_LIMIT], run)
        if run.busy:
            LOG.warning("SharePoint has to wait %.0f seconds: %s", run.busy.after, run.busy.why)
        return [run.outcomes[_case_of(message)] for message in messages]

    async def _push_page(self, case_ids: list[int], run: _Run) -> None:
        try:
            run.check()
            lists = await self._site.case_lists()
        except GraphError as error:
            run.meet([error])
            run.outcomes |= dict.fromkeys(case_ids, outcome_of(error))
            return
        work = await self._database.read(lambda reading: loading.load(reading, case_ids, self._directory))
        sessions = [Session(part, lists) for part in work]
        await self._converse(sessions, run)
        run.outcomes |= dict.fromkeys(case_ids, NO_SUCH_CASE)
        run.outcomes |= {session.case_id: session.outcome for session in sessions if session.outcome}

    async def _converse(self, sessions: list[Session], run: _Run) -> None:
        """Let all cases go on in step, one request of each at a time, until every one has its outcome."""
        await self._note(sessions)
        while pending := [session for session in sessions if session.outcome is None]:
            if run.busy:
                _each(pending, run.busy)
            elif asyncio.get_running_loop().time() > run.deadline:
                for session in pending:
                    session.outcome = OUT_OF_TIME
            else:
                await self._exchange(pending)
                run.meet(session.error for session in pending)
                self._doubt_the_site(pending)

    async def _exchange(self, pending: list[Session]) -> None:
        """Put one question for each case, hear the answers, and note what they tell before anything else is asked."""
        asking = self._with_own_addresses(pending)
        requests = [session.request for session in asking if session.request]
        try:
            answers = await self._graph.send_all(requests)
        except GraphError as error:
            _each(asking, error)
            return
        for session, answer in zip(asking, answers, strict=True):
            session.hear(answer)
        await self._note(asking)

    async def _note(self, sessions: Iterable[Session]) -> None:
        stories = [session.take_story() for session in sessions if session.has_news]
        if stories:
            now = self._clock.now()
            await self._database.write(lambda tx: loading.note(tx, stories, now))

    def _with_own_addresses(self, sessions: list[Session]) -> list[Session]:
        """Leave out a case that was sent a link to somewhere else, so that it does not stop the others."""
        for session in sessions:
            if session.request and not self._graph.owns(session.request.url):
                session.fail(ForeignAddress("a link leads away from Graph's own address"))
        return [session for session in sessions if session.outcome is None]

    def _doubt_the_site(self, sessions: Iterable[Session]) -> None:
        """Look for the lists again after a refusal that may be meant for all of them."""
        if any(isinstance(session.error, NotFound | NotAllowed) for session in sessions):
            self._site.forget()


@dataclass
class _Run:
    """What the pages of one push share."""

    deadline: float
    busy: Busy | None = None
    outcomes: dict[int, Outcome] = field(default_factory=dict)

    def check(self) -> None:
        """Send nothing more once Graph has asked for patience."""
        if self.busy:
            raise self.busy

    def meet(self, errors: Iterable[GraphError | None]) -> None:
        """Heed a call for patience, the longest if there are several."""
        calls = [error for error in (self.busy, *errors) if isinstance(error, Busy)]
        self.busy = max(calls, key=lambda busy: busy.after, default=None)


def _case_of(message: Message) -> int:
    return int(message.payload["case_id"])


def _each(sessions: Iterable[Session], error: GraphError) -> None:
    for session in sessions:
        session.fail(error)
