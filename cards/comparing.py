"""Before and after, in words: the number that was to change, beside what it was at the start and what was aimed for."""

from decimal import Decimal, InvalidOperation

from cards import texts_stages
from osara_store.case_file import CaseFile


def result(file: CaseFile) -> str:
    """Such as "From 14 to 6: 57% less. The target of 4 is not reached yet."; empty while there is nothing to compare."""
    baseline, now, target = (_number(file.answer(name)) for name in ("baseline", "measure_value", "target"))
    if baseline is None or now is None:
        return ""
    said = texts_stages.compared(_plain(baseline), _plain(now), _percent(baseline, now))
    if target is None or target == baseline:
        return said
    reached = now <= target if target < baseline else now >= target
    return f"{said} {texts_stages.against_target(_plain(target), reached=reached)}"


def _percent(baseline: Decimal, now: Decimal) -> int | None:
    """Of nothing there is no percentage."""
    return round((now - baseline) * 100 / abs(baseline)) if baseline else None


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _plain(number: Decimal) -> str:
    return f"{number:f}"
