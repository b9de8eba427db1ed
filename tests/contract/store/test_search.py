from datetime import timedelta

import pytest
import sqlalchemy as sa

from osara_store import cases, people, search
from osara_store.case_file import Access, case_file
from osara_store.directory import Actor
from osara_store.restricting import restrict
from osara_store.schema import AgeGroup, CaseState, PersonRole, case_search

from .casework import about, set_case
from .conftest import Store
from .world import (
    ALL,
    AMY,
    CAR,
    DIRECTORY,
    HELEN,
    IAN,
    MARK,
    NOON,
    NORA,
    PRIYA,
    RUTH,
    SUE,
    TOM,
    draft_of,
    referral,
    something_else,
    submitted,
)


def found(tx: sa.Connection, term: str, someone: Actor = PRIYA, limit: int = 10, offset: int = 0):
    return search.find(
        tx, directory=DIRECTORY, actor=someone, term=term, now=NOON, limit=limit, offset=offset
    )


def references(tx: sa.Connection, term: str, someone: Actor = PRIYA) -> list[str]:
    return [case.reference for case in found(tx, term, someone).cases]


@pytest.mark.parametrize(
    "term",
    [
        "ALL-2026-0001",
        "2026-0001",
        "all-2026",
        "nsh-2026-0042",
        "12 High Street",
        "workington",
        "CA14 1AB",
        "ca141ab",
        "Jane Roe",
        "roe, jane",
        "BLOGGS",
        "noise",
        "Noise workington roe",
        "  high\tstreet  ",
    ],
)
def test_a_case_is_found_by_reference_place_category_or_person(store: Store, term):
    with store.begin() as tx:
        submitted(tx)
        submitted(tx, something_else(category="nuisance"))

        assert references(tx, term)[-1:] == ["ALL-2026-0001"]


@pytest.mark.parametrize(
    "term", ["Maryport", "Jane Webb", "ALL-2026-00012", "music", "%", "_", "hi%street", "High/"]
)
def test_what_is_not_in_the_case_does_not_find_it(store: Store, term):
    """Nor does what was said of it: only places, people, categories and references are searched."""
    with store.begin() as tx:
        submitted(tx)

        assert references(tx, term) == []


@pytest.mark.parametrize("term", ["", "   ", " , ", "\x00"])
def test_a_term_without_a_word_finds_nothing(store: Store, term):
    with store.begin() as tx:
        submitted(tx)

        assert found(tx, term) == search.Found((), 0, more=False)


@pytest.mark.parametrize("term", ["100%", "a_b", "c/d", "back\\slash"])
def test_signs_that_mean_something_to_a_database_are_only_signs(store: Store, term):
    with store.begin() as tx:
        submitted(tx, referral(where="Flat 100% a_b c/d back\\slash"))
        submitted(tx, referral(where="Flat 1000 aXb cXd backslash"))

        assert references(tx, term) == ["ALL-2026-0001"]


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("Zoë Ångström", "zoe angstrom"),
        ("Zoe Angstrom", "ZOË ÅNGSTRÖM"),
        ("Pat O\u2019Neil", "o'neil"),
        ("Pat O'Neil", "oneil"),
        ("Łukasz STRASSE", "straße"),
    ],
)
def test_accents_capitals_and_apostrophes_make_no_difference_on_either_database(store: Store, written, term):
    with store.begin() as tx:
        submitted(tx, referral(affected=written))

        assert references(tx, term) == ["ALL-2026-0001"]


def test_a_term_that_no_database_could_hold_finds_nothing_and_breaks_nothing(store: Store):
    with store.begin() as tx:
        submitted(tx)

        assert references(tx, "Roe\x00 \ud800") == ["ALL-2026-0001"]
        assert references(tx, "word " * 400) == []


def test_newest_first_a_page_at_a_time(store: Store):
    with store.begin() as tx:
        for minute in range(5):
            submitted(tx, now=NOON + timedelta(minutes=minute))
        pages = [found(tx, "roe", limit=2, offset=offset) for offset in (0, 2, 4)]

    assert [[case.reference[-1] for case in page.cases] for page in pages] == [["5", "4"], ["3", "2"], ["1"]]
    assert [page.more for page in pages] == [True, True, False]


def test_a_case_is_found_in_the_hubs_one_serves_only(store: Store):
    with store.begin() as tx:
        submitted(tx)
        submitted(tx, someone=TOM, of=CAR)

        assert references(tx, "roe", PRIYA) == ["ALL-2026-0001"]
        assert references(tx, "roe", NORA) == ["CAR-2026-0001"]
        assert references(tx, "roe", TOM) == ["CAR-2026-0001", "ALL-2026-0001"]


@pytest.mark.parametrize("someone", [MARK, AMY], ids=["without an agreement", "with one that has run out"])
def test_nobody_searches_without_an_agreement_in_date(store: Store, someone):
    with store.begin() as tx:
        submitted(tx)

        assert found(tx, "roe", someone) == search.Found((), 0, more=False)


def test_a_voided_case_is_found_by_those_who_oversee_the_hub(store: Store):
    with store.begin() as tx:
        set_case(tx, submitted(tx).case.id, state=CaseState.VOIDED)

        assert [len(references(tx, "roe", one)) for one in (TOM, HELEN, RUTH, PRIYA, IAN)] == [1, 1, 1, 0, 0]


def test_restricted_cases_are_counted_for_everybody_who_is_not_on_their_list(store: Store):
    with store.begin() as tx:
        submitted(tx)
        for _ in range(2):
            case_id = submitted(tx).case.id
            names = [Access(one.tenant, one.object_id, one.name) for one in (TOM, SUE)]
            restrict(tx, actor=TOM, hub=ALL, case_id=case_id, people=names, reason="Afraid.", now=NOON)
        by_listed, by_others = found(tx, "roe", SUE), found(tx, "roe", HELEN)
        elsewhere, without_match = found(tx, "roe", NORA), found(tx, "webb", HELEN)

    assert (len(by_listed.cases), by_listed.restricted) == (3, 0)
    assert ([case.reference for case in by_others.cases], by_others.restricted) == (["ALL-2026-0001"], 2)
    assert (elsewhere.restricted, without_match.restricted) == (0, 0)


def test_somebody_added_to_the_file_is_found_at_once(store: Store):
    with store.begin() as tx:
        file = case_file(tx, submitted(tx).case.id)
        person = {
            "description": "Finn Gray, a lodger",
            "role": PersonRole.SUSPECT,
            "age_group": AgeGroup.ADULT,
        }
        people.add(tx, **about(file, IAN), **person, now=NOON)

        assert references(tx, "finn gray") == ["ALL-2026-0001"]


def test_what_came_with_a_join_is_found_too(store: Store):
    with store.begin() as tx:
        submitted(tx)
        added = referral(affected="Finn Gray", where="The flat above the shop", own_reference="CP-55")
        draft_id = draft_of(tx, TOM)
        cases.join(tx, actor=TOM, hub=ALL, draft_id=draft_id, referral=added, case_id=None, now=NOON)

        for term in ("gray", "above the shop", "cp-55", "high street"):
            assert references(tx, term) == ["ALL-2026-0001"]


def test_a_category_is_found_by_the_name_it_has_now(store: Store):
    renamed = DIRECTORY.model_copy(
        update={"categories": (DIRECTORY.categories[0].model_copy(update={"name": "Din and racket"}),)}
    )
    with store.begin() as tx:
        submitted(tx)
        by_name = search.find(tx, directory=renamed, actor=PRIYA, term="racket", now=NOON, limit=5, offset=0)

    assert [case.reference for case in by_name.cases] == ["ALL-2026-0001"]


def test_the_copy_of_names_goes_when_the_file_is_emptied(store: Store):
    with store.begin() as tx:
        file = case_file(tx, submitted(tx).case.id)
        set_case(tx, file.case.id, where="", own_reference="")
        tx.execute(sa.text("UPDATE case_people SET description = ''"))
        note = {"description": "x", "role": PersonRole.OTHER, "age_group": AgeGroup.ADULT}
        people.add(tx, **about(file, IAN), **note, now=NOON)

        assert references(tx, "roe") == []
        assert references(tx, "workington") == []
    (row,) = store.rows(case_search)
    assert row["text"] == "all-2026-0001\nx"


def test_a_search_takes_two_statements(store: Store):
    with store.begin() as tx:
        submitted(tx)
        asked: list[str] = []
        sa.event.listen(tx, "before_cursor_execute", lambda *event: asked.append(event[2]))
        found(tx, "jane roe workington")

    assert len(asked) == 2
