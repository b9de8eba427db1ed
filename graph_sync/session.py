"""One case's turn at the push: its conversation, the request it waits for, and how it ended."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from graph_sync.errors import BadRequest, Busy, ForeignAddress, GraphError
from graph_sync.notebook import News, Work
from graph_sync.rows import Address
from graph_sync.talk import CaseTalk
from graph_sync.wire import Answer, Request
from osara_store.outbox import Failed, Outcome, Refused, Sent, TryLater


def outcome_of(error: GraphError, where: str = "") -> Outcome:
    """Decide what an error means for the message: whether another try makes sense, and who has to wait."""
    why = f"{where}: {error.why}" if where else error.why
    match error:
        case Busy():
            return TryLater(timedelta(seconds=error.after))
        case BadRequest() | ForeignAddress():
            return Refused(why)
        case _:
            return Failed(why)


@dataclass(frozen=True, slots=True)
class Story:
    """What is to be noted of a case.

    `web_url` is where it can be read, once all of it is there, and `erased` its reference, once none of its texts is.
    """

    case_id: int
    news: News
    web_url: str = ""
    erased: str = ""


class Session:
    """Runs a case's conversation one answer at a time, and keeps its misfortunes to itself."""

    def __init__(self, work: Work, lists: Mapping[str, Address]) -> None:
        self.case_id = work.case_id
        self.talk = CaseTalk(work, lists)
        self._erased = work.reference if work.is_erased else ""
        self.request: Request | None = None
        self.outcome: Outcome | None = None
        self.error: GraphError | None = None
        self._steps = self.talk.talk()
        self._advance(None)

    @property
    def is_done(self) -> bool:
        return isinstance(self.outcome, Sent)

    @property
    def has_news(self) -> bool:
        """Whether something has to be noted in the store before the next request may go out."""
        return bool(self.talk.notes.news or (self.is_done and (self.talk.web_url or self._erased)))

    def take_story(self) -> Story:
        news = self.talk.notes.take_news()
        if not self.is_done:
            return Story(self.case_id, news)
        return Story(self.case_id, news, self.talk.web_url, self._erased)

    def hear(self, answer: Answer) -> None:
        self._advance(answer)

    def fail(self, error: GraphError) -> None:
        self.error = error
        self.outcome = outcome_of(error, self.talk.notes.where)

    def _advance(self, answer: Answer | None) -> None:
        try:
            # A generator that has just been made takes nothing but None.
            self.request = self._steps.send(answer)  # type: ignore[arg-type]
        except StopIteration:
            self.outcome = Sent()
        except GraphError as error:
            self.fail(error)
        except Exception as error:  # noqa: BLE001 - one odd case must not hold up the other nineteen
            self.outcome = Failed(f"{self.talk.notes.where}: {_place_of(error)}")


def _place_of(error: Exception) -> str:
    """Name a programming error and its line, without its message, which may hold what a person wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
