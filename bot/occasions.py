"""What there is to do when a date comes: who does it, and who sees to it that it is planned."""

from collections.abc import Mapping, Sequence

from bot.services import Services
from osara_store import (
    absences,
    digests,
    handing_over,
    lost_people,
    meeting_rights,
    review_asking,
    review_summary,
)
from osara_store.schedule import Handler, Occasion, Planner


def handlers(services: Services) -> Mapping[str, Handler]:
    """Who runs each occasion. One that is not here is left to a replica that knows it."""
    directory = services.directory
    return {
        Occasion.DIGEST: lambda tx, due, now: digests.run(tx, directory, due, now),
        Occasion.REVIEW: lambda tx, due, now: review_asking.ask(tx, directory, due, now),
        Occasion.SUMMARY: lambda tx, due, now: review_summary.tell(tx, directory, due, now),
        Occasion.HANDOVER: lambda tx, due, now: handing_over.go_on(tx, directory, due, now),
    }


def planners(services: Services) -> Sequence[Planner]:
    """Who plans what should be in the schedule, at the start and every hour."""
    directory = services.directory
    return (
        digests.planner(directory),
        lambda tx, now: review_asking.plan(tx, directory, now),
        lambda tx, now: review_summary.plan(tx, directory, now),
        lambda tx, now: lost_people.note_everybody(tx, directory, now),
        absences.forget_old,
        lambda tx, now: meeting_rights.follow(tx, directory, now),
    )
