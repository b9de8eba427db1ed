"""Does this look like something we already have? Places, people and references, brought to one spelling each.

Only hashes leave this module: the store learns that two referrals agree, not what they say.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from osara_store.referral import Referral

_POSTCODE = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9][a-z]{2})\b")
_NUMBER = re.compile(r"\b[0-9]+[a-z]?\b")
_APOSTROPHES = re.compile("['\u2018\u2019`]")
_NOT_A_WORD = re.compile(r"[^\w]+|_")
_AFTER_A_NAME = re.compile("[,;(\\[{]|\\s[-\u2013\u2014]\\s")
_HUB_REFERENCE = re.compile(r"\b([a-z]{2,5})[- ]([0-9]{4})[- ]([0-9]{4,})\b")
_DIGIT = re.compile(r"\d")
_JOINTS = str.maketrans("", "", "/._-")
_TOKEN = re.compile(r"[a-z0-9][a-z0-9/._-]*[a-z0-9]")

# fmt: off
_SHORT_FORMS = {
    "avenue": "ave", "av": "ave", "close": "cl", "court": "ct", "crescent": "cres", "drive": "dr",
    "gardens": "gdns", "grove": "gr", "house": "hse", "lane": "ln", "park": "pk", "place": "pl", "road": "rd",
    "saint": "st", "square": "sq", "street": "st", "terrace": "terr",
}
_SAY_NOTHING_OF_A_PLACE = frozenset([
    "a", "an", "and", "at", "behind", "beside", "by", "corner", "in", "junction", "near", "next", "no", "number",
    "of", "off", "on", "opposite", "outside", "the", "to",
])
_TITLES = frozenset(["cllr", "dr", "insp", "miss", "mr", "mrs", "ms", "mx", "pc", "pcso", "rev", "sgt"])
# A line with one of these tells of people without naming anybody.
_NOBODY_BY_NAME = frozenset([
    "adults", "boys", "children", "customers", "elderly", "everyone", "families", "family", "females", "girls",
    "group", "groups", "kids", "lads", "local", "males", "many", "men", "neighbour", "neighbours", "nobody", "none",
    "not", "of", "older", "other", "others", "parents", "people", "person", "public", "residents", "several", "some",
    "staff", "teenagers", "tenants", "the", "unknown", "various", "visitors", "women", "youth", "youths",
])
# fmt: on
_FEWEST_WORDS_OF_A_NAME = 2
_FEWEST_WORDS_OF_A_PLACE = 2
# Beside a postcode, a text this long names its place by itself; a shorter one ("12 High Street") may be in any town.
_FEWEST_WORDS_BESIDE_A_POSTCODE = 4
_FEWEST_CHARACTERS_OF_A_REFERENCE = 6
_FEWEST_DIGITS_OF_A_REFERENCE = 3


def keys_to_keep(referral: Referral, agency_id: str, reference: str) -> frozenset[str]:
    """Under these keys a case is found again."""
    return _hashed([*_of_matter(referral, agency_id), f"case:{_compact(reference)}", *_distinctive(referral)])


def keys_to_find(referral: Referral, agency_id: str) -> frozenset[str]:
    """A case kept under any of these looks like this referral."""
    return _hashed([*_of_matter(referral, agency_id), *_mentioned(referral)])


def affected_keys(referral: Referral) -> frozenset[str]:
    """One key for each person named as affected: the same person has the same key in every referral."""
    return _hashed(f"person:{person}" for person in people(referral.affected))


def reference_key(reference: str) -> str:
    """Under this key a case is found by those who mention its reference."""
    return next(iter(_hashed([f"case:{_compact(reference)}"])))


def _hashed(keys: Iterable[str]) -> frozenset[str]:
    return frozenset(hashlib.blake2b(key.encode(), digest_size=16).hexdigest() for key in keys)


def _of_matter(referral: Referral, agency_id: str) -> Iterator[str]:
    for place in places(referral.where):
        yield f"place:{place}"
    for person in people(f"{referral.affected}\n{referral.involved}"):
        yield f"person:{person}"
    own = _compact(referral.own_reference)
    if own:
        yield f"own:{agency_id}:{own}"


def _distinctive(referral: Referral) -> Iterator[str]:
    """The partner's own reference, where it is long enough to mean one thing to every agency."""
    own = _compact(referral.own_reference)
    if _is_distinctive(own):
        yield f"reference:{own}"


def _mentioned(referral: Referral) -> Iterator[str]:
    text = plain(f"{referral.what}\n{referral.tried}\n{referral.wanted}\n{referral.own_reference}")
    for hub, year, number in _HUB_REFERENCE.findall(text):
        yield f"case:{hub}{year}{number}"
    for token in _TOKEN.findall(text):
        compact = token.translate(_JOINTS)
        if _is_distinctive(compact):
            yield f"reference:{compact}"


def _is_distinctive(reference: str) -> bool:
    if len(reference) < _FEWEST_CHARACTERS_OF_A_REFERENCE:
        return False
    return len(_DIGIT.findall(reference)) >= _FEWEST_DIGITS_OF_A_REFERENCE


def places(where: str) -> frozenset[str]:
    """A postcode with the numbers beside it, or else the words that name the place."""
    spaced = _spaced(where)
    postcode = _POSTCODE.search(spaced)
    if postcode is None:
        return _named_place(spaced, _FEWEST_WORDS_OF_A_PLACE)
    rest = f"{spaced[: postcode.start()]} {spaced[postcode.end() :]}"
    numbers = ",".join(_NUMBER.findall(rest))
    by_postcode = f"{postcode[1]}{postcode[2]} {numbers}".strip()
    return _named_place(rest, _FEWEST_WORDS_BESIDE_A_POSTCODE) | {by_postcode}


def _named_place(spaced: str, fewest_words: int) -> frozenset[str]:
    words = [_SHORT_FORMS.get(word, word) for word in spaced.split() if word not in _SAY_NOTHING_OF_A_PLACE]
    return frozenset({" ".join(words)} if len(words) >= fewest_words else ())


def people(lines: str) -> frozenset[str]:
    """The names in a text that describes one person a line, name first."""
    return frozenset(name for name in map(_name, lines.splitlines()) if name)


def _name(line: str) -> str:
    words = _spaced(_AFTER_A_NAME.split(line.strip(), maxsplit=1)[0]).split()
    while words and words[0] in _TITLES:
        words = words[1:]
    if len(words) < _FEWEST_WORDS_OF_A_NAME or not _NOBODY_BY_NAME.isdisjoint(words):
        return ""
    return " ".join(words)


def plain(text: str) -> str:
    """Small letters without accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _spaced(text: str) -> str:
    """Words with one space between them; "St. John's" is "st johns"."""
    return _NOT_A_WORD.sub(" ", _APOSTROPHES.sub("", plain(text))).strip()


def _compact(text: str) -> str:
    return _NOT_A_WORD.sub("", plain(text))
