"""What must hold of every answer: it is one, it loses nothing, it tells nobody what they may not know, and it is true."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cards import texts, texts_moves, texts_progress, words
from osara_store.schema import CaseState
from tests.contract.bot.presses.content import Content, new_rows
from tests.contract.bot.presses.doings import case_of, doing_in_hub, doing_of, row_of
from tests.contract.bot.presses.house import Answered, Card, House, Json, shown_on
from tests.contract.bot.presses.in_hubs import may_in_hub_now
from tests.contract.bot.presses.keeping import NOT_TO_KEEP, REFUSED, carried
from tests.contract.bot.presses.people import AGENCIES, DIRECTORY, EVERYBODY, MARKING, Someone
from tests.contract.bot.presses.rules import Case, may
from tests.contract.bot.presses.writing import marks_in

MOST_BYTES: Final = 28 * 1024
LEADS_NOWHERE: Final = frozenset({texts.UNKNOWN_BUTTON, texts.NO_SUCH_CASE, texts.FORM_TOO_OLD})
REPEATED: Final = 3  # in the field, and on the buttons that turn the page


def state_word(case: Case) -> str:
    return words.STATE[CaseState(case["state"])]


def may_now(house: House, someone: Someone, doing: str, case: Case, content: Content) -> bool:
    hub = DIRECTORY.hub(case["hub_id"])
    assert hub is not None
    return may(someone, doing, case, content.listed(case["id"]), hub.today(house.clock.now()))


# --- it is an answer ----------------------------------------------------------------------------------------------------


def is_whole(house: House, answered: Answered) -> None:
    """A body that a client understands, no excuse for a fault of ours, and a card that Teams shows everywhere."""
    assert not house.faults.found, f"the bot failed: {house.faults.found[-1]}"
    assert answered.outcome["kind"] != "error", answered.outcome
    assert texts.OUR_FAULT not in json.dumps(answered.body, ensure_ascii=False)
    if answered.card is not None:
        is_fit(answered.card.json)


def is_fit(card: Json) -> None:
    size = len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode(errors="replace"))
    assert size <= MOST_BYTES, f"the card has {size} bytes"
    ids = list(_ids_in(card))
    assert len(ids) == len(set(ids)), f"ids are used twice: {sorted(x for x in ids if ids.count(x) > 1)}"


def _ids_in(part: Any) -> Iterator[str]:
    """Ids of elements and actions; what a button carries is no element."""
    if isinstance(part, list):
        for each in part:
            yield from _ids_in(each)
    if isinstance(part, dict):
        if "id" in part and "type" in part:
            yield part["id"]
        for name, each in part.items():
            if name != "data":
                yield from _ids_in(each)


# --- it tells nobody what they may not know --------------------------------------------------------------------------


def keeps_secrets(house: House, authors: Mapping[str, int], answered: Answered) -> None:
    someone = answered.press.someone
    for mark in _by_others(authors, answered):
        known = any(may_know(house, someone, mark, each) for each in (answered.after, answered.before))
        assert known, f"{someone} is shown {mark} of {_of(answered.after, mark)}"


def _by_others(authors: Mapping[str, int], answered: Answered) -> Iterator[str]:
    """The marks of others that an answer shows, but for what was asked of this person; what was searched for is only repeated."""
    found = marks_in(answered.body)
    searched = [answered.press.data.get(name, "") for name in NOT_TO_KEEP]
    repeated = [mark for mark in marks_in(searched) if found.count(mark) <= REPEATED]
    someone = answered.press.someone
    for mark in dict.fromkeys(found):
        own = authors[mark] == someone.n or mark in repeated
        if not own and not is_asked_of(someone, mark, answered.after):
            yield mark


def message_keeps_secrets(house: House, authors: Mapping[str, int], someone: Someone, card: Card) -> None:
    """The same for a card that the bot sends by itself."""
    for mark in dict.fromkeys(marks_in(card.json)):
        own = authors[mark] == someone.n or is_asked_of(someone, mark, house.content)
        assert own or may_know(house, someone, mark, house.content), (
            f"a message shows {someone} {mark} of {_of(house.content, mark)}"
        )


def is_asked_of(someone: Someone, mark: str, content: Content) -> bool:
    """A referrer reads what is asked of them, or who else can help, even where they may read nothing else."""
    for case_id in content.held_by.get(mark, ()):
        case, moves = content.cases[case_id], content.of_case("case_moves", case_id)
        is_theirs = case["agency_id"] == someone.agency and str(case["state"]) in {"returned", "signposted"}
        if is_theirs and mark in moves[-1]["reason"]:
            return True
    return False


def may_know(house: House, someone: Someone, mark: str, content: Content) -> bool:
    """Whether one of the files in which the text stands is theirs to read; of a link, none of its cases is kept from them."""
    holders = content.held_by.get(mark, frozenset())
    if any(may_now(house, someone, "read", content.cases[each], content) for each in holders):
        return True
    return any(
        any(may_now(house, someone, "read", content.cases[each], content) for each in pair)
        and not any(_is_kept_from(someone, content, each) for each in pair)
        for pair in content.links.get(mark, ())
    )


def _is_kept_from(someone: Someone, content: Content, case_id: int) -> bool:
    return content.cases[case_id]["restricted"] and someone.id not in content.listed(case_id)


def _of(content: Content, mark: str) -> str:
    holders = [content.cases[each] for each in content.held_by.get(mark, ())]
    return ", ".join(f"{case['reference']} ({case['state']})" for case in holders) or "no case's file"


def channel_is_for_everybody(card: Json) -> None:
    """No text that somebody typed, and no name of anybody."""
    _holds_nothing_typed(card)
    assert not _named_on(card)


def call_is_for_who_is_called(house: House, card: Json, agency: str, case: Case) -> None:
    """A call may name colleagues: those of the agency that is asked, who may open the case. Of a restricted one, no agency."""
    _holds_nothing_typed(card)
    for someone in _named_on(card):
        is_meant = someone.agency == agency and may_now(house, someone, "read", case, house.content)
        assert is_meant, f"{someone} is called about {case['reference']}"
    assert not case["restricted"] or AGENCIES[agency].name not in json.dumps(card, ensure_ascii=False)


def _holds_nothing_typed(card: Json) -> None:
    assert not marks_in(card), f"the channel is shown {marks_in(card)}"
    is_fit(card)


def _named_on(card: Json) -> list[Someone]:
    told = json.dumps(card, ensure_ascii=False)
    return [each for each in EVERYBODY if each.name in told]


# --- it is true -----------------------------------------------------------------------------------------------------------


def is_true(house: House, answered: Answered) -> None:
    if answered.card is not None:
        tells_the_truth(answered.card.json, answered.after)
        offers_only_what_may_be_done(house, answered.press.someone, answered.card, answered.after)


_TOP: Final = re.compile(rf"([A-Z]+-\d{{4}}-\d{{4,}}){texts.BETWEEN}(.+){texts.BETWEEN}{MARKING}")
_LINE: Final = re.compile(r"\*\*([A-Z]+-\d{4}-\d{4,})\*\*  ")


def tells_the_truth(card: Json, content: Content) -> None:
    """Wherever a card names a case with a state, that is its state; and its buttons count its moves rightly."""
    for reference, told in _claims(card):
        case = content.by_reference[reference]
        assert state_word(case) in told, f"{reference} is said to be at {told}, and is at {case['state']}"
    for data in carried(card):
        if "seen" in data:
            case = content.by_reference[data["case"]]
            assert data["seen"] == case["moves"], (
                f"a button of {data['case']} says {data}, and it made {case['moves']}"
            )


def tells_nothing_of_what_is_kept_from(someone: Someone, card: Json, content: Content) -> None:
    """Not even where a restricted case stands, to whom its list does not name."""
    for reference, told in _claims(card):
        case = content.by_reference[reference]
        assert not _is_kept_from(someone, content, case["id"]), f"{someone} is told {told} of {reference}"


def _claims(part: Any) -> Iterator[tuple[str, list[str]]]:
    """Each case that a card names together with its state, with the words among which the state must be."""
    if isinstance(part, list):
        for each in part:
            yield from _claims(each)
    if not isinstance(part, dict):
        return
    if part.get("type") == "TextBlock" and (found := _TOP.fullmatch(part["text"])):
        yield found[1], [found[2]]
    if part.get("type") == "Container":
        said = [each["text"] for each in part["items"] if each["type"] == "TextBlock"]
        line = _LINE.match(said[0]) if said else None
        if line:
            yield line[1], [word for text in said[1:] for word in text.split(texts.BETWEEN)]
    if part.get("type") == "FactSet":
        yield from _claims_of_facts({fact["title"]: fact["value"] for fact in part["facts"]})
    for each in part.values():
        yield from _claims(each)


def _claims_of_facts(facts: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    if texts.FACT_REFERENCE in facts and texts_progress.FACT_PROGRESS in facts:
        yield facts[texts.FACT_REFERENCE], [facts[texts_progress.FACT_PROGRESS].partition(" (")[0]]


def _leads_to_one_kept_from(someone: Someone, data: Json, content: Content) -> bool:
    """A merged case opens where it goes on. That this is restricted is told there, not on every card of the other."""
    if data.get("verb") != "case.open":
        return False
    case = case_of(data, content)
    return case["reference"] != data["case"] and _is_kept_from(someone, content, case["id"])


def offers_only_what_may_be_done(house: House, someone: Someone, card: Card, content: Content) -> None:
    for data in carried(card.json):
        doing = doing_in_hub(data, someone)
        if doing and "hub" in data:
            may_it = may_in_hub_now(house, someone, doing, data["hub"])
            assert may_it, f"a card offers {someone} to {doing} in {data['hub']}: {data}"
        if "case" not in data or _leads_to_one_kept_from(someone, data, content):
            continue
        case = case_of(data, content)
        doing = doing_of(data, someone, content, case)
        if data["verb"].startswith("request.answer"):
            asked = row_of(content, "information_requests", case, data)["agency_id"]
            assert asked == someone.agency, f"a card offers {someone} to answer for {asked}"
        if doing and not may_now(house, someone, doing, case, content):
            raise AssertionError(
                f"a card offers {someone} to {doing} in {case['reference']} ({case['state']}): {data}"
            )


def was_no_dead_end(answered: Answered) -> None:
    """A button of a card that was still true did what it said: it is not refused, and nothing is called stale.

    What leads into the hub at large, and not to one case or form, is the same for everybody.
    """
    data = answered.press.data
    is_about_hub = "hub" in data and doing_in_hub(data, answered.press.someone)
    if not ({"case", "draft"} & data.keys() or is_about_hub) or _leads_to_one_kept_from(
        answered.press.someone, data, answered.after
    ):
        return
    assert answered.said not in REFUSED | LEADS_NOWHERE, f"a fresh button was refused: {answered.said}"
    if answered.card is not None:
        shown = shown_on(answered.card.json)
        assert texts_moves.STALE not in shown, "a fresh card was called stale"
        assert not [text for text in shown if text.startswith("That is not possible now")]


# --- it is written down -------------------------------------------------------------------------------------------------


def is_written_down(authors: Mapping[str, int], answered: Answered, touched: frozenset[int]) -> None:
    """Whoever changes a case, or is shown what others wrote in it, has a row in the audit chain.

    A list of the cases that somebody has brought something to tells them the place only, and needs none.
    """
    someone = answered.press.someone
    rows = [row for row in new_rows(answered.before, answered.after, "audit") if row["person"] == someone.id]
    changed = {row["case_id"] for row in rows if row["action"] not in {"case.viewed", "cases.searched"}}
    assert touched <= changed, f"cases {touched - changed} changed without a row: {rows}"
    seen = {row["case_id"] for row in rows}
    if answered.press.verb in {"cases.mine", "cases.page"}:
        return
    for mark in _by_others(authors, answered):
        holders = answered.after.held_by.get(mark, frozenset()) | {
            each for pair in answered.after.links.get(mark, ()) for each in pair
        }
        assert holders & seen or None in seen, f"{someone} read {mark} without a row in the audit chain"
