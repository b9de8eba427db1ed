"""`python -m bot export`: one case as JSON and as a page to read, for whoever looks after the service.

That it was done is written into the audit chain before a file is. It works beside the running bot.
"""

import argparse
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.hubs_file import read_hubs_file
from bot.settings import Settings
from bot.wiring import open_database
from cards.export_json import export_json
from cards.export_page import page
from osara_store import audit, viewing
from osara_store.case_file import Case, CaseFile, case_file
from osara_store.clock import SystemClock
from osara_store.directory import Directory

PRIVATE = 0o600


class Refused(Exception):
    """Nothing was exported; the message says why and what to do."""


@dataclass(frozen=True)
class Wanted:
    """What was asked for at the keyboard."""

    reference: str
    folder: Path
    as_written: bool
    restricted: bool
    overwrite: bool

    def files_of(self, case: Case) -> tuple[Path, Path]:
        """The JSON file and the page."""
        return self.folder / f"{case.reference}.json", self.folder / f"{case.reference}.html"


async def run_export_command(settings: Settings, asked: argparse.Namespace) -> int:
    directory = read_hubs_file(settings.config)
    wanted = Wanted(
        asked.reference.strip().upper(),
        asked.to,
        as_written=asked.as_written,
        restricted=asked.restricted,
        overwrite=asked.overwrite,
    )
    now = SystemClock().now()
    database = open_database(settings.database_url, exclusive=False)
    try:
        file = await database.write(lambda tx: _take(tx, wanted, now))
        for line in (*_put(wanted, file, directory, now), *_notes(wanted, file.case, directory)):
            print(line)  # noqa: T201 this is the command's output
    except Refused as refusal:
        print(refusal)  # noqa: T201
        return 1
    finally:
        await database.close()
    return 0


def _take(tx: Connection, wanted: Wanted, now: datetime) -> CaseFile:
    """The file, and a row of audit without an actor: it is the program that was asked, not a person of a hub."""
    case = _find(tx, wanted)
    _check(wanted, case)
    detail = {"reference": case.reference, "asked": wanted.reference, "restricted": case.restricted}
    audit.record(
        tx, hub_id=case.hub_id, actor=None, action="case.exported", case_id=case.id, detail=detail, now=now
    )
    return case_file(tx, case.id)


def _find(tx: Connection, wanted: Wanted) -> Case:
    find = viewing.find_as_written if wanted.as_written else viewing.find
    case = find(tx, wanted.reference)
    if case is None:
        raise Refused(f"There is no case {wanted.reference}. Nothing was exported.")
    return case


def _check(wanted: Wanted, case: Case) -> None:
    if case.restricted and not wanted.restricted:
        raise Refused(
            f"{case.reference} is restricted to the people on its list. Add --restricted if you may export it all "
            "the same. Nothing was exported."
        )
    if not wanted.folder.is_dir():
        raise Refused(f"There is no folder {wanted.folder}. Nothing was exported.")
    there = [str(path) for path in wanted.files_of(case) if os.path.lexists(path)]
    if there and not wanted.overwrite:
        raise Refused(
            f"There already: {', '.join(there)}. Add --overwrite to replace it. Nothing was exported."
        )


# --- the files -------------------------------------------------------------------------------------------------------


def _put(wanted: Wanted, file: CaseFile, directory: Directory, now: datetime) -> Iterator[str]:
    as_json, as_page = wanted.files_of(file.case)
    content = json.dumps(export_json(file, directory, now), ensure_ascii=False, indent=2)
    yield _write(as_json, f"{content}\n")
    yield _write(as_page, page(file, directory, now))


def _write(path: Path, text: str) -> str:
    """Write a new file that only its owner can read, in place of one that was there, and say so."""
    is_there = os.path.lexists(path)
    try:
        path.unlink(missing_ok=True)
        # Made anew and private from the start: what stood there may have been readable for others, or a link elsewhere.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "w", encoding="utf-8") as sink:
            sink.write(text)
    except OSError as fault:
        raise Refused(f"{path} could not be written: {fault.strerror}.") from None
    return f"Replaced: {path}" if is_there else f"Written: {path}"


def _notes(wanted: Wanted, case: Case, directory: Directory) -> Iterator[str]:
    """What whoever holds the files should know of them."""
    if case.reference != wanted.reference:
        yield (
            f"{wanted.reference} was merged: this is {case.reference}, in which it goes on. "
            f"Add --as-written for {wanted.reference} as it was."
        )
    if case.erased_at:
        yield f"{case.reference} was erased: its texts and names are gone, and this is what is left."
    if case.restricted:
        yield f"RESTRICTED: only the people on the list of {case.reference} may read this."
    yield f"Marked {directory.marking}. Only you can open the files; delete them when they are no longer needed."
