"""The whole of a case as a document to read, the same for the page and for the text to copy."""

from collections.abc import Iterator
from datetime import datetime

from cards import texts_export, words
from cards.document import Document, Line, Source, filled
from cards.document_sections import sections
from osara_store.case_file import CaseFile
from osara_store.directory import Directory
from osara_store.schema import LinkKind


def of(file: CaseFile, directory: Directory, now: datetime) -> Document:
    """The document as of `now` (UTC); days and times in it are the hub's."""
    source, case = Source(file, directory, now), file.case
    return Document(
        marking=texts_export.marking(directory.marking, restricted=case.restricted),
        reference=case.reference,
        title=source.category(case.category),
        as_of=texts_export.as_of(source.moment(now)),
        notices=tuple(_notices(source)),
        facts=filled(_facts(source)),
        sections=tuple(sections(source)),
    )


def _notices(source: Source) -> Iterator[str]:
    case = source.case
    if case.restricted:
        yield texts_export.RESTRICTED
    if case.legal_hold:
        yield texts_export.ON_HOLD
    if case.erased_at:
        yield texts_export.erased(source.day(case.erased_at))
    for link in source.file.links:
        if link.kind is LinkKind.MERGED_INTO and link.forward and not link.other_restricted:
            yield texts_export.goes_on_in(link.other_reference)


def _facts(source: Source) -> Iterator[Line]:
    case = source.case
    yield Line(texts_export.STATE, words.STATE[case.state])
    yield Line(texts_export.BAND, words.BAND.get(case.band, case.band))
    yield Line(texts_export.LEAD, source.agency(case.lead_agency_id))
    yield Line(texts_export.HUB, source.hub_name)
    yield Line(texts_export.CYCLE, str(case.cycle))
    yield Line(texts_export.REFERRED, source.day(case.submitted_at))
    yield Line(texts_export.CLOSED, source.day(case.closed_at))
    yield Line(texts_export.WATCHED, source.day(case.watch_until))
    yield Line(texts_export.REVIEWED, source.day(case.retention_on))
