import pytest
from hypothesis import given
from hypothesis import strategies as st

from osara_store.search_text import MOST_WORDS, drawn, words_of

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(texts, texts)
def test_whatever_is_typed_of_a_text_is_found_in_what_was_drawn_of_it(text: str, other: str):
    assert all(word in drawn([other, text]) for word in words_of(text))


@given(texts)
def test_no_word_spans_two_texts(text: str):
    assert not any("\n" in word or " " in word for word in words_of(text))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Zo\u00eb  \u00c5NGSTR\u00d6M", "zoe angstrom"),
        ("Pat O\u2019Neil (rang\ntwice)", "pat oneil (rang twice)"),
        ("12 High St, CA14 1AB", "12 high st, ca14 1ab\nca141ab"),
        ("", ""),
    ],
)
def test_a_text_in_one_spelling(text, line):
    assert drawn([text]) == line


def test_a_term_is_read_without_what_stands_around_its_words_and_without_repeats():
    assert words_of(' "Roe, Jane" (roe) ALL-2026-0001. ') == ("roe", "jane", "all-2026-0001")


def test_a_long_term_is_cut():
    assert len(words_of(" ".join(f"w{n}" for n in range(100)))) == MOST_WORDS
