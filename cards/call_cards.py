"""The calls in the hub's channel: for an agency that is asked something, or given a task, and cannot be written to.

Everybody of the hub reads them. They name colleagues, their agency and the case's reference.
"""

from collections.abc import Sequence

from cards import mentions, parts, texts_asking, verbs
from cards.escape import as_typed
from cards.parts import CardJson
from osara_store.directory import Actor


def request_call(people: Sequence[Actor], agency: str, reference: str) -> CardJson:
    """Without people, somebody of the agency is called for."""
    return _call(people, agency, reference, texts_asking.ASKED_IN_CHANNEL)


def task_call(people: Sequence[Actor], agency: str, reference: str) -> CardJson:
    """The same for a task: what it is, the case tells."""
    return _call(people, agency, reference, texts_asking.TASK_IN_CHANNEL)


def _call(people: Sequence[Actor], agency: str, reference: str, why: str) -> CardJson:
    named = mentions.of(people)
    who = texts_asking.called([each.text for each in named], as_typed(agency))
    opening = parts.case_opener(texts_asking.OPEN, verbs.CASE_OPEN, case=reference)
    card = parts.card([parts.paragraph(texts_asking.call(who, reference, why))], [opening])
    return mentions.on_card(card, named)
