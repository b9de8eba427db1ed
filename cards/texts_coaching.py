"""What good looks like, page by page, and where the example's story stands when a page is reached."""

from collections.abc import Mapping
from typing import Final

from osara_store.stages import Part

GOOD_BUTTON: Final = "What good looks like"
EXAMPLE_BUTTON: Final = "See an example"

GOOD: Final[Mapping[Part, tuple[str, ...]]] = {
    Part.OBJECTIVE: (
        "It says what will be different for people, not what agencies will do.",
        "One number, counted in the same way before and after.",
        "A date that leaves the actions time to work.",
        "'Less of it' or 'less serious' are honest aims. Not every problem can be stopped.",
    ),
    Part.SCANNING: (
        "It names a behaviour, a place, people and times. 'Youth nuisance' names none of these.",
        "Two sources that do not copy each other.",
        "It says who is harmed, and whether age, disability or the like play a part.",
        "It leaves the cause open: that is for the analysis.",
    ),
    Part.PICTURE: (
        "Somebody has gone to look at the place, at the hours when it happens.",
        "It says when and where it does **not** happen, too.",
        "Answers come from records and from people who were asked, not from memory.",
        "A gap is written down as a gap: 'not known yet' is a good answer.",
    ),
    Part.TRIANGLE: (
        "All three sides are answered. Take one side away, and the problem shrinks.",
        "It says who is missing: to look out for the victim, to influence the offender, to look after the place.",
        "'Missing' can mean gone, unable, or never asked.",
        "It names things that can be changed.",
    ),
    Part.HYPOTHESIS: (
        "It says why, in words that could turn out to be wrong.",
        "It fits the hours and places where nothing happens, too.",
        "Something stands under 'against'. Nothing there usually means that nobody looked.",
        "It points at something that a partner can change.",
    ),
    Part.RESPONSE: (
        "Each action has one named owner and a date.",
        "The actions touch two sides of the triangle, and more than one agency.",
        "Enforcement alone seldom lasts: something changes in the place, or for the people, too.",
        "Something helps this week, and something lasts.",
    ),
    Part.EQUALITY: (
        "It names what is known of the person the power is used on, and says so where nothing is.",
        "Somebody who knows them was asked: a support worker, a doctor, the family.",
        "It says what was tried first, and why that was not enough.",
        "One named person decided, and on which day.",
    ),
    Part.ASSESSMENT: (
        "First: were the actions carried out? Then: did they work?",
        "Counted in the same way, over as many weeks, as the baseline.",
        "The people affected were asked, not only the figures.",
        "'It did not work' is a good result, if the next step follows from it.",
    ),
    Part.CLOSURE: (
        "Whoever reported it hears from you before the case closes.",
        "Somebody who never saw the case understands the summary.",
        "It says who keeps an eye on it from now on.",
    ),
}

STORY_TITLE: Final = "**Heron Court, an invented case.**"
STORY: Final[Mapping[Part, str]] = {
    Part.OBJECTIVE: "Residents complain about the back stairs of their flats.",
    Part.SCANNING: "So far: 14 calls in four weeks are to become 4 by the end of September.",
    Part.PICTURE: "So far: police and landlord both have it on record, and it has come back after two years.",
    Part.TRIANGLE: "So far: it happens on a dry, dark landing, and never on the night of the youth club.",
    Part.HYPOTHESIS: "So far: on each side of the triangle somebody is missing, and the gate is open.",
    Part.RESPONSE: (
        "So far: the open gate and the empty Fridays seem to bring them there. The actions agreed: the landlord mends"
        " gate and lamp by 5 June (location), the youth service opens a Friday club by 3 July (offender), and the police"
        " give residents a number to ring by 12 June (victim)."
    ),
    Part.EQUALITY: (
        "So far: one tenant lets the group in, night after night. The landlord thinks of a warning about his tenancy."
    ),
    Part.ASSESSMENT: "So far: gate and lamp are mended, the club has run for twelve Fridays, and the number is known.",
    Part.CLOSURE: (
        "So far: 6 calls were still more than the 4 aimed for, so the response was run again, with the club open on"
        " Saturdays as well. In November there were 3 calls."
    ),
}
