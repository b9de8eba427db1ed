"""The risk of a case as it is assessed and assessed again. Every assessment stays; the newest of each instrument counts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from osara_store import case_clocks, changing, quiet, review_messages, risk
from osara_store.case_file import CaseFile, RiskAssessment
from osara_store.changing import Held
from osara_store.directory import Actor, Directory, Hub
from osara_store.errors import Incomplete, Stale
from osara_store.instruments import NOT_KNOWN, Band, Questionnaire, RiskSettings, StructuredJudgement
from osara_store.policy import Action
from osara_store.repeats import just_now
from osara_store.risk import RiskFault
from osara_store.schema import risk_assessments


class Instrument(StrEnum):
    """How somebody came to a band."""

    QUESTIONNAIRE = "questionnaire"
    JUDGEMENT = "judgement"
    OVERRIDE = "override"  # over what the other two say, until one of them is used again


@dataclass(frozen=True)
class _Finding:
    """An assessment before it has its number, author and time."""

    instrument: Instrument
    version: str
    answers: Mapping[str, str]
    score: int | None
    band: Band
    reason: str

    def is_again(self, known: RiskAssessment) -> bool:
        mine = (self.instrument, self.version, self.answers, self.band, self.reason)
        return mine == (known.instrument, known.version, known.answers, known.band, known.reason)


_ADD = sa.insert(risk_assessments)
# A form's field for each thing that an assessment may lack.
_LACKS: Mapping[RiskFault, str] = {RiskFault.BAND_MISSING: "band", RiskFault.REASON_SHORT: "reason"}


def assess(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    instrument: str,
    answers: Mapping[str, str],
    band: str,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Assess the risk with the hub's questionnaire or by structured judgement, set the band, and let the clocks follow.

    The questionnaire makes its band from the answers and needs no reason; a judgement takes the band that was chosen, and
    `answers` are what was noted at its prompts. The same assessment again within minutes is only a repeat.

    Raises:
        Incomplete: a judgement lacks its `band` or a `reason` that explains it.
        Stale: the hub's instrument has changed since the form was shown, so that an answer means nothing any more.
        ValueError: there is no such instrument.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.ASSESS_RISK, now=now)
    try:
        finding = _find(directory.risk_of(hub), instrument, answers, band, reason)
    except risk.UnknownAnswer as unknown:
        raise Stale from unknown
    return _keep(held, directory, finding)


def override(
    tx: sa.Connection,
    *,
    directory: Directory,
    actor: Actor,
    hub: Hub,
    case_id: int,
    band: str,
    reason: str,
    now: datetime,
) -> CaseFile:
    """Set another band than the assessments say; it holds until the next one.

    Raises:
        Incomplete: the `band`, or a `reason` that explains it, is missing.
    """
    held = changing.hold(tx, actor=actor, hub=hub, case_id=case_id, action=Action.OVERRIDE_RISK, now=now)
    _require(band, reason)
    return _keep(held, directory, _Finding(Instrument.OVERRIDE, "", {}, None, Band(band), reason))


def band_of(file: CaseFile) -> Band | None:
    """The higher band of the newest questionnaire and the newest judgement; or the override, if it is newer than both."""
    return _band([(kept.instrument, kept.band) for kept in file.risks])


def is_assessment(kept: RiskAssessment) -> bool:
    """An override says what somebody thinks of an assessment; it is none."""
    return kept.instrument != Instrument.OVERRIDE


def _band(found: Sequence[tuple[str, str]]) -> Band | None:
    """What follows from every instrument that was used, with the band that it came to, oldest first."""
    newest = {instrument: Band(band) for instrument, band in found}
    is_overridden = bool(found) and found[-1][0] == Instrument.OVERRIDE
    return risk.combined(
        newest.get(Instrument.QUESTIONNAIRE),
        newest.get(Instrument.JUDGEMENT),
        newest[Instrument.OVERRIDE] if is_overridden else None,
    )


def _find(
    settings: RiskSettings, instrument: str, answers: Mapping[str, str], band: str, reason: str
) -> _Finding:
    if instrument == Instrument.QUESTIONNAIRE:
        return _by_questionnaire(settings.questionnaire, answers, reason)
    if instrument == Instrument.JUDGEMENT:
        return _by_judgement(settings.judgement, answers, band, reason)
    raise ValueError(f"nothing is assessed by {instrument!r}")


def _by_questionnaire(questionnaire: Questionnaire, answers: Mapping[str, str], reason: str) -> _Finding:
    result = risk.assess_questionnaire(questionnaire, answers)
    whole = {item.id: answers.get(item.id) or NOT_KNOWN for item in questionnaire.everything_asked}
    return _Finding(
        Instrument.QUESTIONNAIRE, _name(questionnaire), whole, result.score, result.band, reason.strip()
    )


def _by_judgement(
    judgement: StructuredJudgement, answers: Mapping[str, str], band: str, reason: str
) -> _Finding:
    _require(band, reason)
    result = risk.assess_judgement(judgement, band=band, rationale=reason, notes=answers)
    return _Finding(Instrument.JUDGEMENT, _name(judgement), result.notes, None, result.band, result.rationale)


def _require(band: str, reason: str) -> None:
    if faults := risk.judgement_faults(band, reason):
        raise Incomplete(tuple(_LACKS[fault] for fault in faults))


def _name(instrument: Questionnaire | StructuredJudgement) -> str:
    """Which instrument it was, for whoever reads the answers years later."""
    return f"{instrument.id} {instrument.version}"


def _is_repeat(held: Held, last: RiskAssessment) -> bool:
    """The same from the same person within minutes; unless the case has moved since, and so asks for it anew."""
    has_moved = any(move.by.at >= last.by.at for move in held.file.moves)
    return not has_moved and just_now(last.by, held.actor, held.now)


def _keep(held: Held, directory: Directory, finding: _Finding) -> CaseFile:
    known = held.file.risks
    if known and finding.is_again(known[-1]) and _is_repeat(held, known[-1]):
        return held.file
    held.tx.execute(_ADD, held.signed(n=len(known) + 1, cycle=held.case.cycle, **asdict(finding)))
    risks = [(each.instrument, each.band) for each in known]
    band = _band([*risks, (finding.instrument, finding.band)]) or finding.band
    held.change(band=band)
    if band is Band.HIGH:
        quiet.wake(held.tx, held.case.id, held.now)
        review_messages.wake(held.tx, held.case.id, held.now)
    if finding.instrument is not Instrument.OVERRIDE:
        case_clocks.risk_checked(held)
    case_clocks.follow(held, band, directory.clocks_of(held.hub))
    detail = {"instrument": finding.instrument, "band": band}
    return held.finish("case.risk_assessed", detail, receipts=False, channel=True)
