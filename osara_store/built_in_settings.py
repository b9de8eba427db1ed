"""What holds where hubs.yaml says nothing: the two risk instruments and the powers, in the form in which the file gives them.

These are defaults of ours and no national rules: a force loads its own questionnaire, and a hub's lawyers say which
powers are in force.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

_MEDIUM: Final = "medium"


def _question(question_id: str, text: str, *answers: tuple[str, int, str], **more: object) -> dict[str, Any]:
    return {
        "id": question_id,
        "text": text,
        "answers": [{"id": choice, "points": points, "label": label} for choice, points, label in answers],
        **more,
    }


# Worded to be read out to somebody on the telephone. Between them the worst answers make 43 points.
_QUESTIONS: Final = (
    _question(
        "how-often",
        "How often does this happen?",
        ("once", 0, "It has happened once"),
        ("now-and-then", 1, "Less than once a month"),
        ("monthly", 2, "About once a month"),
        ("weekly", 3, "About once a week"),
        ("most-days", 4, "Most days"),
        ("every-day", 5, "Every day"),
    ),
    _question(
        "earlier",
        "Is it linked to anything that happened before?",
        ("no", 0, "No, it stands alone"),
        ("yes", 2, "Yes, it follows earlier incidents"),
    ),
    _question(
        "getting-worse",
        "Is it happening more often, or becoming more serious?",
        ("no", 0, "No, it is about the same or easing off"),
        ("yes", 3, "Yes, it is getting worse"),
    ),
    _question(
        "offender",
        "Do you know who is doing it?",
        ("no", 0, "No"),
        ("by-sight", 1, "By sight, or I have an idea"),
        ("known", 2, "Yes, I know them"),
    ),
    _question(
        "intimidation",
        "Do they, or people around them, frighten or threaten you?",
        ("no", 0, "No"),
        ("uneasy", 2, "I feel uneasy near them"),
        ("frightened", 4, "They have tried to frighten me"),
        ("threatened", 6, "They have threatened me or my household"),
    ),
    _question(
        "told-others",
        "Have you told anybody else about it, such as the council, a landlord or the police?",
        ("no", 0, "No, nobody else"),
        ("being-dealt-with", 0, "Yes, and they are dealing with it"),
        ("nothing-came", 0, "Yes, but nothing came of it"),
    ),
    _question(
        "targeted",
        "Do you think it is aimed at somebody in particular?",
        ("no", 0, "No, it could have been anybody"),
        ("area", 1, "At this street or area"),
        ("group", 3, "At a group that I belong to"),
        ("household", 4, "At me or my household"),
    ),
    _question(
        "who-you-are",
        "Could it be because of who you are: your race, religion, disability, sexuality, sex, gender or age?",
        ("no", 0, "No"),
        ("yes", 3, "Yes, or it may be"),
        at_least={"yes": _MEDIUM},
    ),
    _question(
        "harder-to-cope",
        "Does anything make it harder for you to cope, such as illness, disability, age or living alone?",
        ("no", 0, "No"),
        ("yes", 3, "Yes"),
    ),
    _question(
        "effect",
        "How much does it affect your daily life?",
        ("none", 0, "Not at all"),
        ("little", 1, "A little"),
        ("fair", 2, "A fair amount"),
        ("lot", 3, "A lot"),
        ("everything", 5, "It affects everything I do"),
    ),
    _question(
        "health",
        "Has your health suffered because of it?",
        ("no", 0, "No"),
        ("body-or-mind", 2, "Yes, my physical or my mental health"),
        ("body-and-mind", 3, "Yes, both"),
    ),
    _question(
        "professional-help",
        "Is a professional helping you, such as a support worker, a nurse or a social worker?",
        ("yes", 0, "Yes"),
        ("no", 1, "No"),
    ),
    _question(
        "friends-and-family",
        "Do you have friends or family to turn to?",
        ("yes", 0, "Yes, close by or often in touch"),
        ("few", 2, "A few, now and then"),
        ("nobody", 3, "Nobody"),
    ),
    _question(
        "others",
        "How many other people does it trouble?",
        ("none", 0, "Nobody else"),
        ("one", 1, "One other"),
        ("two", 2, "Two others"),
        ("more", 3, "Three or more"),
    ),
)

QUESTIONNAIRE: Final[Mapping[str, Any]] = {
    "id": "victim",
    "version": "2026.1",
    "questions": _QUESTIONS,
    "flags": (
        {"id": "violence-now", "text": "Is anybody threatening violence now?"},
        {"id": "weapon", "text": "Has a weapon been seen, used or threatened?"},
        {"id": "self-harm", "text": "Is there concern that somebody may harm themselves?"},
        {"id": "child-at-risk", "text": "Is a child being harmed, or in danger of it?"},
    ),
    "medium_from": 15,
    "high_from": 24,
}

JUDGEMENT: Final[Mapping[str, Any]] = {
    "id": "place",
    "version": "2026.1",
    "prompts": (
        {"id": "threat", "title": "Threat", "text": "What is happening here, and who or what is behind it?"},
        {"id": "harm", "title": "Harm", "text": "Who has been harmed so far, and how badly?"},
        {"id": "risk", "title": "Risk", "text": "How likely is more harm, how soon, and how serious?"},
        {
            "id": "investigation",
            "title": "Investigation",
            "text": "What is known, what is not, and what can be found out now?",
        },
        {
            "id": "vulnerability",
            "title": "Vulnerability",
            "text": "Who is least able to protect themselves, and why?",
        },
        {
            "id": "engagement",
            "title": "Engagement",
            "text": "Who has been spoken to, what do they want, and who is still to be reached?",
        },
    ),
}

# The Anti-social Behaviour, Crime and Policing Act 2014 came into force in two steps.
_ACT_OF_2014: Final = date(2014, 10, 20)
_INJUNCTIONS: Final = date(2015, 3, 23)


def _enforcement(power_id: str, name: str, owner: str, **more: object) -> dict[str, Any]:
    return {"id": power_id, "name": name, "kind": "enforcement", "owner": owner, **more}


def _support(power_id: str, name: str, owner: str = "any") -> dict[str, Any]:
    return {"id": power_id, "name": name, "kind": "supportive", "owner": owner}


POWERS: Final[Sequence[Mapping[str, Any]]] = (
    _enforcement(
        "community-protection-warning", "Community protection warning", "any", effective_from=_ACT_OF_2014
    ),
    _enforcement(
        "community-protection-notice", "Community protection notice", "any", effective_from=_ACT_OF_2014
    ),
    _enforcement("civil-injunction", "Civil injunction", "any", effective_from=_INJUNCTIONS),
    _enforcement(
        "criminal-behaviour-order", "Criminal behaviour order", "police", effective_from=_ACT_OF_2014
    ),
    _enforcement("closure-power", "Closure notice or order", "any", effective_from=_ACT_OF_2014),
    _enforcement(
        "public-spaces-protection-order",
        "Public spaces protection order",
        "council",
        effective_from=_ACT_OF_2014,
    ),
    _enforcement("dispersal", "Dispersal", "police", effective_from=_ACT_OF_2014),
    _enforcement(
        "absolute-ground-for-possession",
        "Possession on the absolute ground",
        "housing",
        effective_from=_ACT_OF_2014,
    ),
    _enforcement("possession", "Possession on another ground", "housing"),
    _enforcement("tenancy-warning", "Warning about a tenancy", "housing"),
    _enforcement("noise-abatement-notice", "Noise abatement notice", "council"),
    _enforcement("fixed-penalty", "Fixed penalty notice", "any"),
    _enforcement("licence-review", "Review of a premises licence", "any"),
    _enforcement("prosecution", "Arrest or prosecution", "police"),
    # Off until a hub's lawyers have said from which day it may be used there.
    _enforcement("respect-order", "Respect order", "any", enabled=False),
    _support("acceptable-behaviour-agreement", "Acceptable behaviour agreement"),
    _support("mediation", "Mediation"),
    _support("restorative-justice", "Restorative justice"),
    _support("target-hardening", "Target hardening (locks, lights, doors)"),
    _support("environmental-improvement", "Environmental improvement", "council"),
    _support("tenancy-support", "Tenancy support", "housing"),
    _support("mental-health-support", "Referral for mental health support"),
    _support("substance-misuse-support", "Referral for help with drugs or alcohol"),
    _support("youth-diversion", "Youth diversion"),
    _support("parenting-support", "Parenting and family support"),
    _support("victim-support", "Support for the victim"),
    _support("safeguarding-referral", "Safeguarding referral"),
    _support("fire-safety-visit", "Home fire safety visit", "fire"),
)


def _task(
    intervention: str, side: str, sector: str, days: int, power: str = "", term: str = "quick"
) -> dict[str, Any]:
    return {
        "intervention": intervention,
        "side": side,
        "sector": sector,
        "days": days,
        "power": power,
        "term": term,
    }


_KNOWN: Final = _task(
    "Speak to everybody who reported it, and leave a number to ring", "victim", "police", 7, "victim-support"
)
_LOOK: Final = _task("Go and look at the place, at the hours when it happens", "location", "council", 7)
_TALK: Final = _task("Talk to those who do it, and say what happens next", "offender", "police", 14)
_FIX: Final = _task(
    "Put right what makes it easy: light, locks, sight lines",
    "location",
    "council",
    42,
    "environmental-improvement",
    "long",
)
_LEAVE_IT: Final = _task("Offer mediation to both sides", "offender", "housing", 21, "mediation")
_HOME: Final = _task(
    "Visit the tenant, and see what support would help", "offender", "housing", 14, "tenancy-support"
)
_YOUNG: Final = _task(
    "Offer the young people something to do at those hours",
    "offender",
    "education",
    42,
    "youth-diversion",
    "long",
)
_HELP: Final = _task(
    "Offer help with drink or drugs", "offender", "health", 21, "substance-misuse-support", "long"
)
_SAFE: Final = _task("Make the home safe", "victim", "fire", 14, "fire-safety-visit")

# The actions that usually help with a kind of problem, by the ids of the demo's categories; "" is any other.
USUAL_TASKS: Final[Mapping[str, Sequence[Mapping[str, Any]]]] = {
    "noise": (_KNOWN, _HOME, _LEAVE_IT),
    "rowdy": (_KNOWN, _LOOK, _YOUNG, _FIX),
    "neighbour": (_KNOWN, _HOME, _LEAVE_IT),
    "drugs": (_KNOWN, _HOME, _HELP, _FIX),
    "drinking": (_LOOK, _HELP, _FIX),
    "fire": (_SAFE, _YOUNG, _FIX),
    "cuckooing": (_KNOWN, _HOME, _HELP, _SAFE),
    "": (_KNOWN, _LOOK, _TALK, _FIX),
}
