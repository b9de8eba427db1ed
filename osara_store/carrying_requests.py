"""What partners were asked goes along when a case is merged into another or handed to another hub.

With a merge the questions go on: whoever was asked has the same card, now about the other case, and answers there. An agency
that owes both cases an answer owes one. Another hub asks anew, so only what was answered goes there, and nobody is written
to about it again.
"""

from typing import Any, Final

import sqlalchemy as sa

from osara_store import conversations, outgoing
from osara_store.case_file import CaseFile, InformationRequest
from osara_store.schema import information_requests

_OF_CASE: Final = (
    sa.select(information_requests)
    .where(information_requests.c.case_id == sa.bindparam("this_case"))
    .order_by(information_requests.c.n)
)
_ADD: Final = sa.insert(information_requests)


def onto(tx: sa.Connection, old: CaseFile, into: CaseFile) -> None:
    """Onto what another case has asked, under numbers of its own, with the cards that stand about it."""
    owed = {request.agency_id for request in into.requests if request.is_open}
    going = {request.n for request in old.requests if not (request.is_open and request.agency_id in owed)}
    start = max((request.n for request in into.requests), default=0) + 1
    numbers = {n: new for new, n in enumerate(sorted(going), start)}
    _add(tx, old, into.case.id, numbers)
    for request in old.requests:
        if request.n in numbers:
            _take_cards_along(tx, old.case.id, request, into.case.id, numbers[request.n])


def answered(tx: sa.Connection, old: CaseFile, new: CaseFile) -> None:
    """Into a case of another hub, numbered as they were."""
    numbers = {request.n: request.n for request in old.requests if not request.is_open}
    _add(tx, old, new.case.id, numbers, told=[], callers=None)


def _add(tx: sa.Connection, old: CaseFile, case_id: int, numbers: dict[int, int], **changed: Any) -> None:
    rows = [
        {**row, **changed, "case_id": case_id, "n": numbers[row["n"]]}
        for row in tx.execute(_OF_CASE, {"this_case": old.case.id}).mappings()
        if row["n"] in numbers
    ]
    if rows:
        tx.execute(_ADD, rows)


def _take_cards_along(
    tx: sa.Connection, old_id: int, request: InformationRequest, new_id: int, n: int
) -> None:
    """Every card that stands about a request stands about the new one from now on, and is drawn anew in its place."""
    keys = [
        (outgoing.request_call_key(old_id, request.n), outgoing.request_call_key(new_id, n)),
        *(
            (outgoing.request_key(old_id, request.n, *each), outgoing.request_key(new_id, n, *each))
            for each in request.told
        ),
        *(
            (outgoing.call_back_key(old_id, request.n, *each), outgoing.call_back_key(new_id, n, *each))
            for each in request.callers
        ),
    ]
    for key, new_key in keys:
        conversations.rename_posted(tx, key, new_key)
