"""Which ways of writing the same thing are seen as the same, and which other things are not."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from osara_store.matching import keys_to_find, keys_to_keep, people, places
from tests.contract.store.world import referral, something_else

WORDS = st.text(string.ascii_lowercase, min_size=3, max_size=9)
NAMES = st.lists(st.text(string.ascii_letters + "éüñ", min_size=2, max_size=9), min_size=2, max_size=3)
GAPS = st.sampled_from([" ", "  ", ", ", ". ", " - ", ",", "\n"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 High Street, Workington CA14 1AB", "12, HIGH ST WORKINGTON ca141ab"),
        ("12 High Street CA14 1AB", "Flat above the shop at 12 High St, CA141AB"),
        ("12 High Street, Workington", "near 12 the High St., Workington"),
        ("12 High Street, Workington", "12 High Street, Workington CA14 1AB"),
        ("Moorclose Road, Workington", "moorclose rd workington"),
        ("St. John's Court, Workington", "Saint Johns Ct, Workington"),
        ("St John’s Court, Workington", "st john's court workington"),  # noqa: RUF001 - as a phone types it
        ("Corner of Park Lane and Mill Avenue", "Junction of Park Ln and Mill Ave"),
        ("Café Corner, Kendal", "outside Cafe Corner Kendal"),
        ("Flat 3, 12 High Street CA14 1AB", "flat 3 12 high st ca14 1ab"),
    ],
)
def test_the_same_place_written_otherwise(one, other):
    assert places(one) & places(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 High Street, Workington CA14 1AB", "14 High Street, Workington CA14 1AB"),
        ("12 High Street CA14 1AB", "12 High Street CA15 8AB"),
        ("12 High Street, Workington", "12 High Street, Maryport"),
        ("Flat 3, 12 High Street CA14 1AB", "Flat 4, 12 High Street CA14 1AB"),
        ("12a High Street CA14 1AB", "12 High Street CA14 1AB"),
        ("Workington", "Workington"),
    ],
    ids=["number", "postcode", "town", "flat", "letter", "a whole town is no place"],
)
def test_another_place(one, other):
    assert not places(one) & places(other)


@given(st.lists(WORDS, min_size=2, max_size=5), st.data())
def test_case_gaps_and_little_words_make_no_other_place(words: list[str], data: st.DataObject):
    def written() -> str:
        parts = []
        for word in words:
            little = data.draw(st.sampled_from(["", "the ", "near ", "The "]))
            parts.append(little + data.draw(st.sampled_from([word, word.upper(), word.title()])))
        return data.draw(GAPS).join(parts)

    assert places(written()) == places(written())


@given(st.integers(1, 999), WORDS, st.sampled_from(["CA14 1AB", "LA9 4DQ", "CA1 2XY"]), GAPS, GAPS)
def test_a_number_and_a_postcode_name_a_place_however_they_are_set(number, street, postcode, one, other):
    assume(street not in {"the", "near"})
    written = f"{number} {street} street{one}{postcode}"
    otherwise = f"{number}{other}{street.upper()} St{other}{postcode.replace(' ', '').lower()}"

    assert places(written) & places(otherwise)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Jane Roe", "jane roe"),
        ("  JANE   ROE, 34, next door", "jane roe"),
        ("Jane Roe (she rang twice)", "jane roe"),
        ("Jane Roe [flat 3]", "jane roe"),
        ("Jane Roe - neighbour", "jane roe"),
        ("Mrs Jane Roe", "jane roe"),
        ("Dr. Zoë O'Neill; GP", "zoe oneill"),
        ("Mary-Jane Roe", "mary jane roe"),
    ],
)
def test_the_name_stands_before_the_first_comma_or_bracket(line, name):
    assert people(line) == {name}


@pytest.mark.parametrize(
    "line",
    [
        "Jane",
        "Mr Roe",
        "",
        "  ",
        "Roe, Jane",
        "(no name given)",
        "Elderly residents",
        "Several youths",
        "Not known",
    ],
)
def test_a_line_without_a_first_and_a_last_name_names_nobody(line):
    assert people(line) == set()


@given(NAMES, st.data())
def test_case_accents_spacing_and_remarks_make_no_other_person(words: list[str], data: st.DataObject):
    def written() -> str:
        title = data.draw(st.sampled_from(["", "Mr ", "Ms. "]))
        remark = data.draw(st.sampled_from(["", ", next door", " (rang twice)", " - neighbour"]))
        cased = [data.draw(st.sampled_from([word, word.upper(), word.lower()])) for word in words]
        return title + data.draw(st.sampled_from([" ", "  "])).join(cased) + remark

    assert people(written()) == people(written())


def test_one_person_a_line():
    assert people("Jane Roe\nHarold Roe, her father\n\nunknown\nFinn Gray") == {
        "jane roe",
        "harold roe",
        "finn gray",
    }


@pytest.mark.parametrize(
    "text",
    ["See ALL-2026-0042.", "same as all-2026-0042", "(ALL 2026 0042)", "like ALL-2026-0042, I think"],
)
def test_our_own_reference_is_seen_in_a_text(text):
    kept = keys_to_keep(something_else(), "homes", "ALL-2026-0042")

    assert kept & keys_to_find(referral(what=f"Again. {text}"), "police")


def test_a_partners_reference_is_seen_in_a_text_if_it_is_long_enough_to_be_one():
    def recognised(own: str, text: str) -> bool:
        kept = keys_to_keep(something_else(own_reference=own), "homes", "ALL-2026-0042")
        return bool(kept & keys_to_find(referral(what=f"Again. {text}", own_reference=""), "police"))

    assert recognised("NSH/2026/0099", "Their file is nsh-2026-0099.")
    assert not recognised("2026", "It began in 2026.")
    assert not recognised("noise", "It is the noise.")


def test_keys_give_no_word_of_the_referral_away():
    keys = keys_to_keep(referral(), "homes", "ALL-2026-0001")

    assert all(len(key) == 32 and set(key) <= set("0123456789abcdef") for key in keys)


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_at_all_gives_keys(where: str, lines: str):
    for found in (places(where), people(lines)):
        assert all(key.strip() == key and key for key in found)
