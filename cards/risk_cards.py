"""Assessing the risk of a case: the two instruments, setting the band by hand, and the warning that comes before a result."""

from cards import case_fields, parts, texts, texts_case, texts_risk, verbs
from cards.case_forms import MOST_PROMPT, MOST_WHY
from cards.case_view import CaseView, Typed, top
from cards.elements import Container, Strict
from cards.escape import as_typed
from cards.parts import CardJson
from cards.risk_pages import ANSWER, NOTE, Asked, offered, pages
from osara_store import risk
from osara_store.assessing import Instrument
from osara_store.case_file import RiskAssessment
from osara_store.instruments import Flag, Questionnaire

_BACK_TO_RISK = {"section": "risk"}


def questionnaire(view: CaseView, typed: Typed | None = None) -> CardJson:
    """The hub's questions, dangers first; what a typed form holds says which of its pages this is."""
    return case_fields.form(typed or Typed.nothing(), lambda form: _questionnaire(view, form))


def _questionnaire(view: CaseView, typed: Typed) -> CardJson:
    asking = view.directory.risk_of(view.hub).questionnaire
    every_page = pages(asking)
    page = min(int(typed.values.get("page", "0")), len(every_page) - 1)
    body: list[Strict] = [
        *top(view, texts_risk.QUESTIONNAIRE_TITLE),
        parts.paragraph(texts_risk.QUESTIONNAIRE_HOW, "Medium"),
        *case_fields.check_these(typed),
        *case_fields.said_on_top(typed, "questions"),
        *_dangers(typed, every_page[page]),
        *_questions(typed, every_page[page]),
    ]
    if len(every_page) > 1:
        body.append(parts.quiet(texts_case.page_of(page + 1, len(every_page)), "Medium"))
    save = view.button(
        texts_case.SAVE if page + 1 == len(every_page) else texts_risk.NEXT_QUESTIONS,
        verbs.RISK_SAVE,
        main=True,
        instrument=str(Instrument.QUESTIONNAIRE),
        questions=asking.version,
        page=page,
        answered=_answered_elsewhere(typed, asking, every_page[page]),
    )
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.CASE_READ, **_BACK_TO_RISK)])


def _dangers(typed: Typed, asked: tuple[Asked, ...]) -> list[Strict]:
    flags = [item for item in asked if isinstance(item, Flag)]
    if not flags:
        return []
    items: list[Strict] = [parts.small_heading(texts_risk.DANGER_TITLE), parts.paragraph(texts.EMERGENCY)]
    for flag in flags:
        items += case_fields.question(typed, f"{ANSWER}{flag.id}", flag.text, offered(flag))
    return [Container(items=items, style="attention", bleed=True, spacing="Medium")]


def _questions(typed: Typed, asked: tuple[Asked, ...]) -> list[Strict]:
    found: list[Strict] = []
    for item in asked:
        if not isinstance(item, Flag):
            found += case_fields.choice(typed, f"{ANSWER}{item.id}", item.text, offered(item))
    return [parts.small_heading(texts_risk.QUESTIONS_TITLE), *found] if found else []


def _answered_elsewhere(typed: Typed, asking: Questionnaire, here: tuple[Asked, ...]) -> dict[str, str]:
    """What was answered on the other pages: the button carries it along."""
    names = (f"{ANSWER}{item.id}" for item in asking.everything_asked if item not in here)
    return {name: typed.values[name] for name in names if name in typed.values}


# --- judgement and override ------------------------------------------------------------------------------------------


def judgement(view: CaseView, typed: Typed | None = None) -> CardJson:
    """A band chosen for a place or a community's problem, after thinking through each prompt."""
    return case_fields.form(typed or Typed.nothing(), lambda form: _judgement(view, form))


def _judgement(view: CaseView, typed: Typed) -> CardJson:
    body: list[Strict] = [
        *top(view, texts_risk.JUDGEMENT_TITLE),
        parts.paragraph(texts_risk.JUDGEMENT_HOW, "Medium"),
        *case_fields.check_these(typed),
    ]
    for prompt in view.directory.risk_of(view.hub).judgement.prompts:
        label = texts_risk.prompt(prompt.title, prompt.text)
        body += case_fields.text(typed, f"{NOTE}{prompt.id}", label, most=MOST_PROMPT, lines=True)
    body += _band_and_why(typed, texts_risk.JUDGEMENT_BAND, texts_risk.JUDGEMENT_EXAMPLE)
    save = view.button(texts_case.SAVE, verbs.RISK_SAVE, main=True, instrument=str(Instrument.JUDGEMENT))
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.CASE_READ, **_BACK_TO_RISK)])


def override(view: CaseView, typed: Typed | None = None) -> CardJson:
    return case_fields.form(typed or Typed.nothing(), lambda form: _override(view, form))


def _override(view: CaseView, typed: Typed) -> CardJson:
    body: list[Strict] = [
        *top(view, texts_risk.OVERRIDE_TITLE),
        parts.paragraph(texts_risk.OVERRIDE_HOW, "Medium"),
        *case_fields.check_these(typed),
        *_band_and_why(typed, texts_risk.OVERRIDE_BAND, texts_risk.OVERRIDE_EXAMPLE),
    ]
    save = view.button(texts_case.SAVE, verbs.OVERRIDE_SAVE, main=True)
    return parts.card(body, [save, case_fields.back_without_saving(view, verbs.CASE_READ, **_BACK_TO_RISK)])


def _band_and_why(typed: Typed, label: str, example: str) -> list[Strict]:
    return [
        *case_fields.choice(typed, "band", label, texts_risk.BANDS),
        *case_fields.text(
            typed,
            "reason",
            texts_risk.REASON,
            most=MOST_WHY,
            lines=True,
            example=example,
        ),
    ]


# --- the warning -----------------------------------------------------------------------------------------------------


def needs_warning(view: CaseView, assessment: RiskAssessment) -> bool:
    """Whether somebody may be in danger now: then the warning is shown before the result."""
    return bool(_danger_of(view, assessment))


def warning(view: CaseView, assessment: RiskAssessment) -> CardJson:
    """The first thing that is shown after answers that tell of danger; they are saved by then."""
    found: list[Strict] = [
        parts.heading(texts_risk.WARNING_TITLE),
        parts.paragraph(texts_risk.WARNING_999, "Small"),
        parts.paragraph(as_typed(view.directory.safeguarding), "Small"),
    ]
    told: list[Strict] = [parts.paragraph(texts_risk.WARNING_WHY, "Large")]
    told += [parts.paragraph(said, "Small") for said in _danger_of(view, assessment)]
    told.append(parts.paragraph(texts_risk.WARNING_KEPT, "Large"))
    done = view.button(
        texts_risk.WARNING_DONE, verbs.RISK_WARNED, main=True, instrument=assessment.instrument
    )
    return parts.card([Container(items=found, style="attention", bleed=True), *told], [done])


def _danger_of(view: CaseView, assessment: RiskAssessment) -> list[str]:
    if assessment.instrument != Instrument.QUESTIONNAIRE:
        return []
    asking = view.directory.risk_of(view.hub).questionnaire
    found = set(risk.dangers(asking, assessment.answers))
    return [
        texts_risk.answered(as_typed(flag.text), offered(flag)[assessment.answers[flag.id]])
        for flag in asking.flags
        if flag.id in found
    ]
