"""The questions of the stages, each with an example and with what answering it is good for.

All examples tell one invented story, the back stairs of Heron Court, from the first count to the closing: whoever reads
them page by page sees a record grow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Question:
    """One question.

    `name` is what it is called within a sentence, such as "the baseline"; `helps` is the sentence after "Next best".
    """

    name: str
    ask: str
    example: str
    helps: str


OBJECTIVE: Final[Mapping[str, Question]] = {
    "different": Question(
        "what will be different",
        "What will be different when this has worked?",
        "Residents of Heron Court use the back stairs in the evening again, and nobody shouts at them.",
        "It keeps everybody working towards the same picture.",
    ),
    "objective_kind": Question(
        "the kind of change",
        "What kind of change is that?",
        "There is less of it",
        "Not every problem can be stopped. Saying which change you want keeps the target honest.",
    ),
    "measure": Question(
        "the measure",
        "What will you count to see whether it works?",
        "calls about the stairs in four weeks",
        "One thing that can be counted shows every partner whether it is working.",
    ),
    "baseline": Question(
        "the baseline",
        "What is that number now, before you start?",
        "14",
        "Without a number from before, nobody can say afterwards whether it worked.",
    ),
    "baseline_period": Question(
        "the baseline's period",
        "Which weeks is that number from?",
        "four weeks, 4 to 31 May",
        "You will count over the same length of time again, or the two numbers cannot be compared.",
    ),
    "target": Question(
        "the target",
        "What number are you aiming for?",
        "4",
        "A number agreed now saves an argument later about whether it was enough.",
    ),
    "target_date": Question(
        "the target date",
        "By when?",
        "30 September",
        "A date tells everybody when to look at the numbers, and when to change the plan.",
    ),
}

SCANNING: Final[Mapping[str, Question]] = {
    "statement": Question(
        "the problem statement",
        "What is the problem, in two or three sentences?",
        "Most evenings five or six teenagers gather on the back stairs of Heron Court, shout at residents and leave litter.",
        "Everybody then works on the same problem, not on their own idea of it.",
    ),
    "sources": Question(
        "the sources",
        "Where do you know it from? One source a line, two at least",
        "Police: 8 calls from 4 to 31 May\nLandlord: 6 complaints in the same weeks",
        "Two sources show that it is more than one person's view.",
    ),
    "how_often": Question(
        "how often it happens",
        "How often does it happen, and when most?",
        "five evenings a week, Fridays worst",
        "It shows how much effort the problem is worth, and what to compare with later.",
    ),
    "period_from": Question(
        "the first day looked at",
        "First day",
        "4 May",
        "A count means little without the days that it covers.",
    ),
    "period_to": Question(
        "the last day looked at",
        "Last day",
        "31 May",
        "A count means little without the days that it covers.",
    ),
    "who_is_affected": Question(
        "who is affected",
        "Who is affected, and how?",
        "Eleven households on those stairs, most over 60. Two people use walking frames and have no other way out.",
        "It shows who needs help first, and whether age, disability or the like play a part.",
    ),
    "repeat_check": Question(
        "the repeat check",
        "Has it happened before, to the same people or in the same place?",
        "Yes, in the same place",
        "A problem that comes back has beaten an answer before. It helps to know which.",
    ),
    "earlier_cases": Question(
        "the earlier cases",
        "Which earlier or related cases are there?",
        "The same stairs two years ago: patrols helped as long as they lasted.",
        "What was learnt then need not be learnt again.",
    ),
    "community_voice": Question(
        "the community's voice",
        "What do the people who live with it say?",
        "Residents at the coffee morning: mend the gate; we do not want anybody arrested.",
        "They often know the cause, and what would help, better than any list of calls.",
    ),
}

PICTURE: Final[Mapping[str, Question]] = {
    "who": Question(
        "who is involved",
        "Who is involved, on every side?",
        "Five or six teenagers of 14 to 16, two from the next block. Shouted at: residents who come home alone.",
        "It shows whom nobody has spoken to yet.",
    ),
    "what": Question(
        "what happens",
        "What exactly happens?",
        "Shouting, blocking the stairs, smoking cannabis. Nobody has been hurt.",
        "'Anti-social behaviour' can be twenty things, and each has its own answer.",
    ),
    "where": Question(
        "where it happens",
        "Where exactly?",
        "The covered landing above the bin store: dry, dark and not seen from the street.",
        "The exact spot often gives away what makes it so handy.",
    ),
    "when": Question(
        "when it happens",
        "When does it happen, and when not?",
        "From 7 to 10, Fridays worst. Never on Tuesdays, when the youth club is open.",
        "The times when it does not happen are the best clue to the cause.",
    ),
    "why": Question(
        "why it happens there",
        "Why them, why there, why now?",
        "Nowhere else is dry and free since the Friday club stopped in March.",
        "Once you know what they get out of it, you can take that away or offer it elsewhere.",
    ),
    "how": Question(
        "how it is done",
        "How do they do it, and what makes it easy?",
        "They come in by the back gate. Its lock broke in April.",
        "What makes it easy can often be made harder within days.",
    ),
    "tried": Question(
        "what was tried",
        "What has been tried, and what came of it?",
        "Patrols on six Fridays: quiet while there, loud again within the hour. Letters to all tenants: no change.",
        "It saves doing again what did not work, and shows what nearly did.",
    ),
}

TRIANGLE: Final[Mapping[str, Question]] = {
    "victim_features": Question(
        "what makes the victim a target",
        "Why them?",
        "older people, alone after dark",
        "What makes somebody a target can often be changed without asking anything of the offender.",
    ),
    "victim_guardian": Question(
        "the missing guardian",
        "Is a guardian missing?",
        "the caretaker's evening round was cut",
        "Harm is rarer where somebody looks out for people.",
    ),
    "victim_not_applicable": Question(
        "why there is no victim side",
        "Or why there is no victim",
        "litter that harms no one person",
        "Saying why a side is empty shows that it was not forgotten.",
    ),
    "offender_features": Question(
        "what draws the offender",
        "What draws them?",
        "bored, together, and nobody watching",
        "What draws them can be taken away, or offered somewhere better.",
    ),
    "offender_handler": Question(
        "the missing handler",
        "Is a handler missing?",
        "the Friday youth worker has gone",
        "Most people listen to somebody: a parent, a coach, a probation officer.",
    ),
    "offender_not_applicable": Question(
        "why there is no offender side",
        "Or why there is no offender",
        "the noise comes from a machine",
        "Saying why a side is empty shows that it was not forgotten.",
    ),
    "location_features": Question(
        "what makes the place easy",
        "What makes it easy?",
        "dry and dark, and the gate is broken",
        "A place is often the quickest thing to change.",
    ),
    "location_manager": Question(
        "the missing manager",
        "Is a manager missing?",
        "the landlord ordered a repair; nobody checked",
        "Every place belongs to somebody who can make rules for it.",
    ),
    "location_not_applicable": Question(
        "why there is no location side",
        "Or why there is no place",
        "it all happens by telephone",
        "Saying why a side is empty shows that it was not forgotten.",
    ),
}

HYPOTHESIS: Final[Mapping[str, Question]] = {
    "hypothesis": Question(
        "the hypothesis",
        "In one or two sentences: why does it keep happening?",
        "The broken gate leads to a dry, dark place on evenings without a club. Shut it, open a club, and most stay away.",
        "A reason that could turn out wrong tells you what to do first. Without one, you are guessing.",
    ),
    "evidence_for": Question(
        "the evidence for it",
        "What speaks for it?",
        "No calls on Tuesdays, when the club is open. Calls tripled in the week after the lock broke.",
        "It shows the partners why their action should work.",
    ),
    "evidence_against": Question(
        "the evidence against it",
        "What speaks against it?",
        "There were three calls in March, when the lock still worked.",
        "Finding what does not fit is cheaper now than after three months of work.",
    ),
}

RESPONSE: Final[Mapping[str, Question]] = {
    "plan": Question(
        "the plan",
        "In short: what will be done first, and what after that?",
        "This week the gate and a lamp. Then a Friday club, and a number to ring. Letters only if that is not enough.",
        "Each partner sees how their own action fits in with the others.",
    ),
    "one_agency_because": Question(
        "why one agency is enough",
        "If only one agency acts: why is that enough?",
        "only the landlord can change locks",
        "Most problems that come back need more than one agency. If yours does not, say why.",
    ),
    "displacement_risk": Question(
        "where it might move to",
        "Where might it move to, and who would notice?",
        "The park shelter is the next dry place. The park ranger looks in on Fridays and tells the hub.",
        "A problem that only moves has not been solved, so somebody should be watching.",
    ),
}

EQUALITY: Final[Mapping[str, Question]] = {
    "equality_characteristic": Question(
        "disability and other characteristics",
        "Does the person have a disability, or another protected characteristic, that matters here?",
        "He has a learning disability, says his support worker. Nothing else is known.",
        "Whoever does not ask can do somebody wrong without knowing it.",
    ),
    "equality_link": Question(
        "the link to what they do",
        "Has that anything to do with what they do, or with how a power would hit them?",
        "He cannot say no to the group. A letter alone would not reach him: he does not read well.",
        "What somebody cannot help calls for support before it calls for force.",
    ),
    "less_drastic_tried": Question(
        "the gentler ways that were tried",
        "What gentler ways were tried or thought about, and why are they not enough?",
        "Two visits and a tenancy support worker since May. He asks for somebody who tells them to go.",
        "A court asks for this first.",
    ),
    "equality_proportionate": Question(
        "why it is fair",
        "Why is using a power fair, given what it would mean for them?",
        "Eight homes lose their sleep. The warning costs him nothing if the visits stop, and is explained to him in person.",
        "It weighs what the power does to one person against what the problem does to the others.",
    ),
    "equality_decided_by": Question(
        "who decided",
        "Who decided that, and when?",
        "The housing manager, 3 July",
        "A decision without a name cannot be asked about.",
    ),
}

ASSESSMENT: Final[Mapping[str, Question]] = {
    "measure_value": Question(
        "the new number",
        "What is the number now?",
        "6",
        "Counted in the same way as the baseline, it says whether this worked.",
    ),
    "measured_on": Question(
        "the day of the count",
        "On which day did you count?",
        "30 September",
        "Whoever reads it later knows how long the effect had lasted.",
    ),
    "same_period": Question(
        "the same weeks of another year",
        "What was it in the same weeks of another year?",
        "11 calls in September last year, so it is more than the season.",
        "Some problems go down every winter. The same weeks of another year show whether this is only the season.",
    ),
    "victim_view": Question(
        "the view of those affected",
        "What do the people affected say now?",
        "Three households asked: two use the stairs in the evening again, one still waits until morning.",
        "Fewer calls can also mean that people have given up calling.",
    ),
    "displacement": Question(
        "whether it has moved",
        "Has it moved somewhere else?",
        "Two calls from the park shelter in July, none since.",
        "A problem that has only moved is still a problem, for somebody else.",
    ),
    "costs": Question(
        "the cost",
        "What did it cost, in money and in hours?",
        "Gate and lamp £640, club £1,200. Officers: 14 hours, where patrols had taken 30.",
        "The next hub with this problem can show its managers what it takes.",
    ),
    "worked": Question(
        "what worked",
        "What worked, and what would you not do again?",
        "The gate: calls halved within a week. The number for residents was rung once.",
        "It is the part of the record that helps the next case.",
    ),
    "decision": Question(
        "the decision",
        "What now?",
        "Run Response again: right cause, other actions",
        "It tells every partner whether to carry on, change course or stop.",
    ),
}

CLOSURE: Final[Mapping[str, Question]] = {
    "complainant_contacted": Question(
        "contact with whoever reported it",
        "Has whoever reported it heard from you how it went?",
        "Yes",
        "People who hear nothing think that nothing was done.",
    ),
    "complainant_note": Question(
        "what they said",
        "When and how, and what did they say?",
        "Rung on 3 December. She uses the stairs again, and will ring us if it comes back.",
        "Their word says more about the result than the number does.",
    ),
    "outcome": Question(
        "the outcome",
        "How do things stand, all in all?",
        "Much better",
        "It is what the hub reports of all its cases together.",
    ),
    "closing_summary": Question(
        "the closing summary",
        "In three sentences: what was wrong, what was done, what has changed?",
        "Teenagers met on the back stairs. Gate, lamp and a club brought calls from 14 to 3. The landlord checks weekly.",
        "Whoever meets this problem again in two years reads this first.",
    ),
}

QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        **OBJECTIVE,
        **SCANNING,
        **PICTURE,
        **TRIANGLE,
        **HYPOTHESIS,
        **RESPONSE,
        **EQUALITY,
        **ASSESSMENT,
        **CLOSURE,
    }
)
