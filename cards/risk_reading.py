"""How serious a case is, why, and what follows from it: the result of an assessment, and everything before it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cards import (
    case_due,
    case_pieces,
    clock_cards,
    dates,
    parts,
    texts,
    texts_risk,
    verbs,
    words,
)
from cards.case_view import CaseView, top
from cards.elements import Action as Button
from cards.elements import Card, Fact, FactSet, ShowCardAction, Strict, TextBlock
from cards.escape import as_typed
from cards.pages import on_pages, turning
from cards.parts import CardJson
from cards.risk_pages import Asked, offered
from osara_store import risk
from osara_store.assessing import Instrument
from osara_store.case_file import CaseClock, RiskAssessment
from osara_store.instruments import Band, Flag, Question, Questionnaire
from osara_store.policy import Action
from osara_store.risk import QuestionnaireResult

_COLOUR: Final[Mapping[str, str]] = {Band.HIGH: "Attention", Band.MEDIUM: "Warning", Band.STANDARD: "Good"}
_MOST_COUNTED: Final = 3


def newest(view: CaseView, instrument: str) -> RiskAssessment | None:
    return next((each for each in reversed(view.file.risks) if each.instrument == instrument), None)


# --- the result ------------------------------------------------------------------------------------------------------


def result(view: CaseView) -> CardJson:
    """What the assessment that was just made came to."""
    body: list[Strict] = [*top(view, texts_risk.RESULT_TITLE), *_band(view)]
    if view.file.risks:
        body += _why(view, view.file.risks[-1])
    body += _clocks(view)
    return parts.card(
        body,
        [
            case_pieces.to_case(view, main=True),
            view.button(texts_risk.RISK_TITLE, verbs.CASE_READ, section="risk"),
        ],
    )


def _band(view: CaseView) -> list[Strict]:
    """The band in large letters, and what it is made of."""
    band = view.case.band
    if not band:
        return [parts.paragraph(texts_risk.NOT_ASSESSED, "Medium")]
    found: list[Strict] = [
        TextBlock(text=words.BAND[band], size="ExtraLarge", weight="Bolder", color=_COLOUR[band], wrap=True),
        parts.facts(
            {texts_risk.INSTRUMENT[each.instrument]: _came_to(view, each) for each in _counting(view)}
        ),
    ]
    if view.file.risks and view.file.risks[-1].instrument == Instrument.OVERRIDE:
        found.append(parts.quiet(texts_risk.OVERRIDDEN, "Small"))
    elif len(_counting(view)) > 1:
        found.append(parts.quiet(texts_risk.THE_HIGHER, "Small"))
    return found


def _counting(view: CaseView) -> list[RiskAssessment]:
    """The newest of each instrument, and an override if nothing came after it."""
    last = view.file.risks[-1:]
    over = [each for each in last if each.instrument == Instrument.OVERRIDE]
    instruments = (Instrument.QUESTIONNAIRE, Instrument.JUDGEMENT)
    return [*over, *(each for name in instruments if (each := newest(view, name)))]


def _came_to(view: CaseView, assessment: RiskAssessment) -> str:
    """Not escaped: such as "High, 27 of 43 points"."""
    band = words.BAND[assessment.band]
    if assessment.score is None:
        return band
    asked = _asked(view, assessment)
    points = (
        texts_risk.points(assessment.score, asked.highest)
        if asked
        else texts_risk.points_only(assessment.score)
    )
    return f"{band}, {points}"


def _asked(view: CaseView, assessment: RiskAssessment) -> Questionnaire | None:
    """The questions that were answered; None where the hub has changed them since."""
    asked = view.directory.risk_of(view.hub).questionnaire
    is_same = assessment.version == f"{asked.id} {asked.version}"
    is_kept = bool(assessment.answers)  # they go when a case is erased
    return asked if is_same and is_kept and assessment.instrument == Instrument.QUESTIONNAIRE else None


# --- why -------------------------------------------------------------------------------------------------------------


def _why(view: CaseView, assessment: RiskAssessment) -> list[Strict]:
    """What raised it, what counts most and what is not known; or the reason that somebody gave."""
    found: list[Strict] = [*_since_last_time(view, assessment)]
    if assessment.reason:
        found += [
            parts.small_heading(texts_risk.REASON),
            parts.paragraph(as_typed(assessment.reason), "None"),
        ]
    asked = _asked(view, assessment)
    if asked is None:
        return found
    came = risk.assess_questionnaire(asked, assessment.answers)
    items = {item.id: item for item in asked.everything_asked}
    found += _raised(assessment, items, came)
    found += _listed(texts_risk.WHAT_COUNTS, _heaviest(asked, assessment.answers))
    unknown = [as_typed(items[name].text) for name in came.not_known]
    found += _listed(texts_risk.NOT_KNOWN_TITLE, unknown, texts_risk.NOT_KNOWN_HOW)
    return found


def _since_last_time(view: CaseView, assessment: RiskAssessment) -> list[Strict]:
    before = [
        each for each in view.file.risks if each.instrument == assessment.instrument and each.n < assessment.n
    ]
    if not before:
        return []
    last = before[-1]
    day = dates.day(view.hub.today(last.by.at))
    return [parts.paragraph(texts_risk.last_time(_came_to(view, last), day), "Medium")]


def _raised(
    assessment: RiskAssessment, items: Mapping[str, Asked], came: QuestionnaireResult
) -> list[Strict]:
    """The answers that ask for a band of their own, whatever the points."""
    names = dict.fromkeys([*came.always_high, *came.because])
    raised = [
        texts_risk.asks_for(
            _said(items[name], assessment.answers[name]),
            words.BAND[items[name].floor(assessment.answers[name])],
        )
        for name in names
    ]
    return _listed(texts_risk.WHAT_RAISED, raised, texts_risk.RAISED_HOW)


def _heaviest(asked: Questionnaire, answers: Mapping[str, str]) -> list[str]:
    """The answers that count most, "not known" aside."""
    known = [
        (question.points[answers[question.id]], question)
        for question in asked.questions
        if answers[question.id] in {answer.id for answer in question.answers}
    ]
    most = sorted(known, key=lambda each: -each[0])[:_MOST_COUNTED]
    return [
        texts_risk.counts(_said(question, answers[question.id]), points)
        for points, question in most
        if points
    ]


def _said(item: Question | Flag, answer: str) -> str:
    return texts_risk.answered(as_typed(item.text), as_typed(offered(item).get(answer, answer)))


def _listed(title: str, lines: Sequence[str], how: str = "") -> list[Strict]:
    if not lines:
        return []
    told: list[Strict] = [parts.small_heading(title)]
    if how:
        told.append(parts.quiet(how))
    return [*told, *(parts.paragraph(line, "Small") for line in lines)]


# --- clocks ----------------------------------------------------------------------------------------------------------


def _clocks(view: CaseView) -> list[Strict]:
    running = [case_due.line(view, case_due.of_clock(view, clock)) for clock in case_due.running(view)]
    met = [_met(view, clock) for clock in view.file.clocks if clock.met_at and not clock.replaced_at]
    told = [*running, *met]
    return [parts.small_heading(texts_risk.CLOCKS_TITLE), *told] if told else []


def _met(view: CaseView, clock: CaseClock) -> Strict:
    name = words.CLOCK.get(clock.kind, clock.kind)
    when = dates.moment(clock.met_at or clock.due_at, view.hub.zone)
    if clock.met_at and clock.met_at > clock.due_at:
        return parts.paragraph(
            texts_risk.clock_met_late(name, when, dates.moment(clock.due_at, view.hub.zone)), "Small"
        )
    return parts.paragraph(texts_risk.clock_met_at(name, when), "Small")


def _replaced(view: CaseView, clock: CaseClock) -> Strict:
    zone = view.hub.zone
    due, when = dates.moment(clock.due_at, zone), dates.moment(clock.replaced_at or clock.due_at, zone)
    name = words.CLOCK.get(clock.kind, clock.kind)
    return case_pieces.block(parts.paragraph(texts_risk.clock_replaced(name, due, when)))


# --- everything about the risk ---------------------------------------------------------------------------------------


def everything(view: CaseView, page: int = 0) -> CardJson:
    """The band and the clocks as they stand, what can be done about them, and all that was said before."""
    head = [*top(view, texts_risk.RISK_TITLE), *_band(view), *_clocks(view), *_to_do(view)]
    before = [clock for clock in view.file.clocks if clock.replaced_at]
    blocks: list[Strict] = [_assessment(view, each) for each in reversed(view.file.risks)]
    blocks += [_replaced(view, clock) for clock in reversed(before)]
    if blocks:
        head.append(parts.small_heading(texts_risk.EARLIER))
    return on_pages(
        head,
        blocks,
        page,
        lambda number, more: [
            case_pieces.to_case(view),
            *turning(view, verbs.CASE_READ, number, more=more, section="risk"),
        ],
    )


def _to_do(view: CaseView) -> list[Strict]:
    found: list[Strict] = []
    if Action.ASSESS_RISK in view.can:
        found += [
            parts.paragraph(texts_risk.WHICH_INSTRUMENT, "Medium"),
            case_pieces.buttons(*_instruments(view)),
        ]
    others = list(_other_buttons(view))
    return [*found, case_pieces.buttons(*others)] if others else found


def _instruments(view: CaseView) -> list[Button]:
    """The first assessment of a case is what matters most on this page."""
    is_first = not view.case.band
    ask, judge = Instrument.QUESTIONNAIRE, Instrument.JUDGEMENT
    return [
        view.button(
            texts_risk.ASSESS_VICTIM, verbs.RISK_OPEN, name="ask", main=is_first, instrument=str(ask)
        ),
        view.button(texts_risk.ASSESS_PLACE, verbs.RISK_OPEN, name="judge", instrument=str(judge)),
    ]


def _other_buttons(view: CaseView) -> list[Button]:
    found = []
    if Action.OVERRIDE_RISK in view.can and view.case.band:
        found.append(view.button(texts_risk.OVERRIDE, verbs.OVERRIDE_OPEN))
    if Action.MEET_CLOCK in view.can and clock_cards.stoppable(view):
        found.append(view.button(texts_risk.STOP_A_CLOCK, verbs.CLOCK_OPEN))
    return found


def _assessment(view: CaseView, assessment: RiskAssessment) -> Strict:
    """One line of the history; all that was answered is a press away."""
    name = texts_risk.INSTRUMENT[assessment.instrument]
    items: list[Strict] = [
        parts.paragraph(f"**{_came_to(view, assessment)}**{texts.BETWEEN}{name}"),
        parts.quiet(case_pieces.signed(view, assessment.by)),
    ]
    if assessment.reason:
        items.append(parts.paragraph(as_typed(assessment.reason), "Small"))
    if rows := _answers(view, assessment):
        items.append(case_pieces.buttons(_unfolded(assessment, rows)))
    elif assessment.instrument == Instrument.QUESTIONNAIRE:
        items.append(parts.quiet(texts_risk.OTHER_VERSION, "Small"))
    return case_pieces.block(*items)


def _answers(view: CaseView, assessment: RiskAssessment) -> dict[str, str]:
    """What was asked, with what was answered; not escaped."""
    answers: Mapping[str, Any] = assessment.answers
    if assessment.instrument == Instrument.JUDGEMENT:
        titles = {prompt.id: prompt.title for prompt in view.directory.risk_of(view.hub).judgement.prompts}
        return {titles.get(name, name): str(note) for name, note in answers.items()}
    asked = _asked(view, assessment)
    if asked is None:
        return {}
    return {
        item.text: offered(item).get(answers[item.id], str(answers[item.id]))
        for item in asked.everything_asked
    }


def _unfolded(assessment: RiskAssessment, rows: Mapping[str, str]) -> Button:
    told = FactSet(facts=[Fact(title=as_typed(asked), value=as_typed(said)) for asked, said in rows.items()])
    return ShowCardAction(id=f"answers-{assessment.n}", title=texts_risk.THE_ANSWERS, card=Card(body=[told]))
