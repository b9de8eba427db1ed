"""The card that tells a hub's manager once a month how the reviews went, agency by agency."""

from collections.abc import Iterable, Mapping
from datetime import date

from cards import case_pieces, dates, parts, texts_reviews
from cards.elements import Strict
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store.directory import Hub
from osara_store.review_summary import Tally


def summary(
    hub: Hub, month: str, tallies: Iterable[Tally], names: Mapping[str, str], marking: str
) -> CardJson:
    """`month` is YYYY-MM; `names` are those of the agencies, by id. Who has most overdue comes first."""
    ordered = sorted(tallies, key=lambda each: (-each.overdue, names.get(each.agency_id, each.agency_id)))
    first = date.fromisoformat(f"{month}-01")
    rows = {names.get(each.agency_id, each.agency_id): _counted(each) for each in ordered}
    overdue = sum(each.overdue for each in ordered)
    total = texts_reviews.counted(
        sum(each.due for each in ordered), sum(each.done for each in ordered), overdue
    )
    body: list[Strict] = [
        parts.heading(texts_reviews.summary_title(hub.name)),
        parts.quiet(as_typed(marking)),
        parts.paragraph(texts_reviews.in_month(f"{dates.MONTHS[first.month - 1]} {first.year}"), "Medium"),
        case_pieces.alarm(total) if overdue else parts.paragraph(total, "Small"),
        parts.facts(rows),
    ]
    return parts.card(body, [parts.my_work_opener()])


def _counted(tally: Tally) -> str:
    return texts_reviews.counted(tally.due, tally.done, tally.overdue)
