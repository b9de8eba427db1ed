"""A case that leaves the system: the page to read, and the JSON for another system."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cards.export_json import export_json
from cards.export_page import page
from osara_store.case_file import Access, Answer, CaseFile, Contributor, Link
from osara_store.instruments import Band
from osara_store.schema import CaseState, LinkKind, ReviewState, Stage
from osara_store.stages import FIELDS
from tests.unit.cards import page_world as world
from tests.unit.cards.every_review_card import DUE, done
from tests.unit.cards.page_world import DIRECTORY, IAN, NOW, TOM
from tests.unit.cards.stage_world import EVERYTHING, answered, by

DOCUMENTED = (Path(__file__).parents[3] / "docs/export-format.md").read_text(encoding="utf-8")
VOID = {"meta"}
HOSTILE = [
    "<script>alert(1)</script>",
    "</style></p></main><img src=x onerror=alert(1)>",
    '"><a href="https://evil.example">',
    "&lt;b&gt; &amp; <!-- ",
    "{{DATE(2026)}} **bold** [x](https://evil.example)",
]
RESTRICTED = replace(
    world.SCANNING,
    case=replace(world.SCANNING.case, restricted=True),
    access=(Access(TOM.tenant, TOM.object_id, TOM.name),),
    links=(
        Link(LinkKind.RE_REFERRAL_OF, True, 7, "ALL-2024-0031", "ALL", False, "The same flat.", NOW),
        Link(LinkKind.RELATED, False, 8, "ALL-2026-0009", "ALL", True, "A secret reason.", NOW),
    ),
)
FULL = replace(
    world.judged(
        answered(world.SECOND_CYCLE, {"plan": "Rather lights."}, cycle=2, who=IAN, standing=False),
        Band.HIGH,
        "Bad.",
    ),
    links=RESTRICTED.links,
    access=RESTRICTED.access,
    contributors=(Contributor(IAN.tenant, IAN.object_id, IAN.name, IAN.agency.id, NOW),),
)


class Reader(HTMLParser):
    """What a browser makes of the page: its tags in their order, and every text that a person sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.unclosed: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.unclosed and self.unclosed[-1] != "style" and data.strip():
            self.texts.append(data)

    def attributes(self, name: str) -> list[str | None]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]


def read(file: CaseFile) -> Reader:
    return Reader(page(file, DIRECTORY, NOW))


# --- the page --------------------------------------------------------------------------------------------------------


def test_the_page_shows_every_answer_of_every_cycle():
    texts = read(answered(world.SECOND_CYCLE, EVERYTHING, cycle=1)).texts

    for field in FIELDS:
        if field.name in EVERYTHING and field.sort in {"text", "short", "list"}:
            assert EVERYTHING[field.name] in texts, field.name
    assert "Objective, cycle 1" in texts
    assert "Objective, cycle 2" in texts


def test_the_marking_stands_above_and_below_and_again_on_every_sheet():
    html = page(world.SCANNING, DIRECTORY, NOW)
    reader = Reader(html)
    [top, bottom] = [n for n, text in enumerate(reader.texts) if text == "OFFICIAL-SENSITIVE"]

    assert top < reader.texts.index("The referral") < bottom
    assert bottom == len(reader.texts) - 2  # after it, there is only the reference
    print_style = html[html.index("@media print") :]
    assert re.search(r"\.marking, \.marking\.top \{ position: fixed;", print_style)
    assert [tag for tag, _ in reader.tags if tag in {"thead", "tfoot"}] == ["thead", "tfoot"]


def test_a_restricted_case_says_so_in_its_marking_and_hides_other_restricted_cases():
    reader = read(RESTRICTED)

    assert reader.texts.count("OFFICIAL-SENSITIVE - RESTRICTED CASE") == 2
    assert "ALL-2024-0031" in reader.texts
    assert "a restricted case (ask the coordinator)" in reader.texts
    assert "ALL-2026-0009" not in " ".join(reader.texts)
    assert "A secret reason." not in reader.texts


def test_an_erased_case_says_so():
    erased = replace(world.CLOSED, case=replace(world.CLOSED.case, erased_at=NOW))
    assert any("were erased on 3 June 2026" in text for text in read(erased).texts)


def test_nothing_is_loaded_from_elsewhere_and_nothing_runs():
    reader = read(FULL)

    assert {tag for tag, _ in reader.tags} & {
        "script",
        "img",
        "link",
        "iframe",
        "form",
        "object",
        "base",
    } == set()
    assert reader.attributes("src") == []
    assert all(href is not None and href.startswith("#part-") for href in reader.attributes("href"))
    assert not [name for _, attributes in reader.tags for name in attributes if name.startswith("on")]
    assert any("default-src 'none'" in (content or "") for content in reader.attributes("content"))
    assert "url(" not in page(FULL, DIRECTORY, NOW)
    assert "@import" not in page(FULL, DIRECTORY, NOW)


def test_the_page_is_whole_and_its_contents_lead_to_its_sections():
    reader = read(FULL)

    assert reader.unclosed == []
    ids = [found for found in reader.attributes("id") if found]
    assert len(ids) == len(set(ids))
    assert [f"#{found}" for found in ids] == reader.attributes("href")


@settings(max_examples=60, deadline=None)
@given(typed=st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_whatever_somebody_typed_is_only_text(typed: str):
    plain = {tag for tag, _ in read(hostile("x")).tags}
    reader = read(hostile(typed))

    assert {tag for tag, _ in reader.tags} == plain
    assert len(reader.tags) == len(read(hostile("x")).tags)
    assert "".join(reader.texts).count(typed) >= 8 or not typed.strip()


def hostile(typed: str) -> CaseFile:
    """The same words wherever a person can put any."""
    file = answered(FULL, {"statement": typed}, cycle=2)
    file = world.note(file, Stage.ANALYSIS, typed)
    return replace(
        file,
        case=replace(file.case, where=typed, own_reference=typed, referrer_name=typed, equality_note=typed),
        people=tuple(replace(person, description=typed) for person in file.people),
        tasks=tuple(replace(task, intervention=typed, owner=typed, outcome=typed) for task in file.tasks),
        moves=tuple(replace(move, reason=typed) for move in file.moves),
        risks=tuple(replace(risk, reason=typed) for risk in file.risks),
    )


def test_a_case_whose_hub_has_left_the_configuration_is_still_shown():
    gone = replace(
        world.CHECKED, case=replace(world.CHECKED.case, hub_id="OLD", category="gone", agency_id="away")
    )
    texts = read(gone).texts

    assert "OLD" in texts
    assert "gone" in texts
    assert "As it stood on 3 June 2026, 14:05" in texts


# --- the JSON --------------------------------------------------------------------------------------------------------


def exported(file: CaseFile) -> dict[str, Any]:
    """As another program gets it."""
    found: dict[str, Any] = json.loads(json.dumps(export_json(file, DIRECTORY, NOW)))
    return found


def test_the_json_is_plain_json():
    assert exported(FULL) == export_json(FULL, DIRECTORY, NOW)


def keys_of(value: Any, within: str = "") -> Iterator[str]:
    """Every key that is ours to name; `answers` to a questionnaire and `names` are keyed by ids."""
    if isinstance(value, list):
        for each in value:
            yield from keys_of(each, within)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            if key != "names" and not (within == "risk_assessments" and key == "answers"):
                yield from keys_of(each, key)


def test_every_key_is_documented():
    for key in {*keys_of(exported(FULL)), *exported(FULL)["names"]}:
        assert f"`{key}`" in DOCUMENTED, key


def test_every_documented_list_is_there_even_if_it_is_empty():
    assert exported(world.NEW).keys() == exported(FULL).keys()
    assert exported(world.NEW)["case"].keys() == exported(FULL)["case"].keys()


def test_the_case_says_where_it_stands():
    case = exported(world.CLOSED)["case"]

    assert (case["reference"], case["hub"], case["state"], case["cycle"]) == (
        "ALL-2026-0001",
        "ALL",
        "closed",
        1,
    )
    assert case["submitted_at"] == "2026-05-25T13:05:00+00:00"
    assert (case["watch_until"], case["retention_on"]) == ("2027-06-03", "2032-06-03")
    assert case["referrer"]["name"] == "Priya Example"
    assert case["erased_at"] is None


def test_an_answer_counts_waits_or_was_replaced():
    file = answered(world.SCANNING, {"why": "First."})
    file = answered(file, {"why": "Beside, and not chosen."}, who=IAN, standing=False)
    file = answered(file, {"why": "Chosen."})
    file = answered(file, {"why": "Beside the chosen one."}, who=IAN, standing=False)
    said = {each["text"]: each["status"] for each in exported(file)["answers"] if each["field"] == "why"}

    assert said == {
        "First.": "earlier",
        "Beside, and not chosen.": "earlier",
        "Chosen.": "current",
        "Beside the chosen one.": "waiting",
    }


def test_an_answer_says_its_stage_and_who_wrote_it():
    [target] = [each for each in exported(world.SCANNING)["answers"] if each["field"] == "target"]

    assert target["stage"] == "objective"
    assert target["text"] == "8"
    assert target["by"] == {
        "name": "Tom Roe",
        "agency": "fell-police",
        "tenant": TOM.tenant,
        "person": TOM.object_id,
        "at": "2026-06-03T12:05:00+00:00",
    }


def test_a_request_says_who_has_called_back():
    waiting = world.asked_for(1, "allerdale-council", "call")
    called = replace(waiting, n=2, heard_at=NOW, heard_by=TOM.name)
    found = exported(replace(world.SHARING, requests=(waiting, called)))["requests"]

    assert [each["heard"] for each in found] == [
        None,
        {"name": "Tom Roe", "at": NOW.isoformat()},
    ]
    assert {*keys_of(found)} <= {*re.findall(r"`(\w+)`", DOCUMENTED)}


def test_an_answer_to_a_field_that_is_gone_is_kept():
    old = Answer(1, "weather", 1, True, "Fog.", by(TOM))
    [found] = exported(replace(world.NEW, answers=(old,)))["answers"]
    assert (found["field"], found["stage"], found["text"]) == ("weather", None, "Fog.")


def test_of_a_restricted_case_that_is_linked_only_that_there_is_one():
    known, hidden = exported(RESTRICTED)["links"]

    assert (known["reference"], known["direction"]) == ("ALL-2024-0031", "to")
    assert (hidden["reference"], hidden["reason"], hidden["restricted"]) == (None, None, True)
    assert "RESTRICTED" in exported(RESTRICTED)["marking"]


def test_every_id_of_the_configuration_that_is_used_has_its_name():
    found = exported(FULL)
    used = {each["agency"] for each in found["tasks"]} | {each["by"]["agency"] for each in found["answers"]}

    assert used | {found["case"]["lead_agency"]} <= found["names"]["agencies"].keys()
    assert found["names"]["agencies"]["fell-police"] == "Fell Police"
    assert found["names"]["powers"] == {"dispersal": DIRECTORY.power("dispersal").name}  # type: ignore[union-attr]
    assert found["names"]["hubs"] == {"ALL": "Allerdale"}
    assert found["names"]["categories"] == {"rowdy": "Rowdy or intimidating behaviour"}
    assert found["names"]["fields"]["target"] == "Target"


def test_rows_keep_their_order():
    moves = exported(world.PROPOSED)["moves"]

    assert [move["n"] for move in moves] == list(range(1, len(moves) + 1))
    assert all(first["to"] == second["from"] for first, second in pairwise(moves))
    assert moves[-1]["to"] == CaseState.CLOSURE_PROPOSED


def test_monthly_reviews_stand_in_both_with_what_was_decided_and_what_nobody_did():
    file = replace(
        world.RESPONSE,
        reviews=(replace(DUE, state=ReviewState.LAPSED), replace(done("change", "worse"), n=2)),
    )
    lapsed, kept = exported(file)["reviews"]
    assert (lapsed["state"], lapsed["decision"], lapsed["done_by"]) == ("lapsed", None, None)
    assert (kept["n"], kept["due_on"], kept["decision"], kept["risk"]) == (2, "2026-06-02", "change", "worse")
    assert kept["done_by"]["name"] == "Priya Example"

    shown = " ".join(read(file).texts)
    assert "Nobody did it before the next one came" in shown
    assert "Change the plan" in shown
    assert "Quiet since the gate was mended." in shown
