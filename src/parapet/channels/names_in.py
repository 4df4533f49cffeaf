"""Which people a text names: as names, whole, in whatever spelling; never inside another word. For streams that are everybody's.

    names_in = finder({"doctor": ["Dr. Jane Quinn Doe"]})
    names_in("So says @JaneDoe, MD") == {"doctor"}

Text and names are brought to one spelling: case, accents, full width and other compatibility forms, letters of other alphabets that are
drawn like Latin ones, marks and hidden characters; what is no letter and no digit parts words. Then all names are looked for at once, in
one pass, however many there are (Aho and Corasick, 1975). Letters of scripts that part no words by spaces count as words by themselves.

A name stands for its usual forms: with and without the names in the middle, with their initials, the family name first, as one word as in
hashtags. An initial for the first name, or a family name alone, names nobody by itself: it counts beside a title or a degree only.

What is not undone: misspellings, letters replaced by digits, letters spaced out, nicknames. Those are lines of their own. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping
from itertools import islice, product
from typing import Any, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from attrs import frozen

from parapet.triage.confusables import ALWAYS, OTHER_ALPHABETS

Key = TypeVar("Key", bound=Hashable)

#: Of a text, so much is read: an article has less, and who writes more hides nothing by it but what comes after.
MAX_CHARS = 200_000
#: Words of a name that count, and spellings of it: a name is typed by a person, who may be anybody.
MAX_WORDS, MAX_SPELLINGS = 8, 8

TITLES = frozenset(
    "dr dre doctor docteur docteure doc doktor prof professor professeur professeure pr mr mrs ms mme mlle mx sir dame nurse".split()
)
DEGREES = frozenset("md phd mbbs mbchb frcpc frcsc frcp frcs frca ccfp fcfp facp facs mph msc mhsc dds dmd pharmd psyd".split())
TITLED = TITLES | DEGREES
_DOTTED = frozenset({("m", "d"), ("ph", "d")})
#: They belong to the family name that follows.
_PARTICLES = frozenset(
    "de du des da do dos del della di van von der den ter ten la le el al bin ibn ben st saint ste sainte mac mc".split()
)
_APOSTROPHES = re.compile("['’‘ʼ＇`´]")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})
#: The names that need no second look: ASCII letters, spaces, and full stops.
_SIMPLE = re.compile(r"[A-Za-z. ]{1,300}")
_NOBODY: frozenset[Any] = frozenset()
_ALONE = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x9FFF), (0xA000, 0xA4CF),
    (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


def _folded(code: int) -> str:
    """What a character is read as: letters and digits, "" for what is not seen, " " for all else."""
    char = chr(code)
    if any(first <= code <= last for first, last in _ALONE):
        return f" {unicodedata.normalize('NFKC', char)} " if unicodedata.category(char)[0] in "LNM" else " "
    if char.isspace():
        return " "
    said = []
    for each in ALWAYS.get(char, unicodedata.normalize("NFKD", char).casefold()):
        each = OTHER_ALPHABETS.get(each, ALWAYS.get(each, each))
        kind = unicodedata.category(each[0])
        if kind[0] in "LN":
            said.append(each)
        elif kind not in ("Mn", "Me", "Mc", "Cf", "Cc"):
            said.append(" ")
    return "".join(said)


class _Table(dict[int, str]):
    """For `str.translate`: learns each character when it first meets it. Bounded by the size of Unicode."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(code)
        return folded


_PLAIN = {code: _folded(code) for code in range(128)}
_TABLE = _Table(_PLAIN)
#: The same for bytes: what each becomes, and those that go.
_BYTES = bytes(ord(_PLAIN.get(code) or " ") for code in range(256))
_GONE = bytes(code for code, folded in _PLAIN.items() if not folded)


def spelt(text: str) -> str:
    """In one spelling: words with one space around each."""
    text = text[:MAX_CHARS]
    if text.isascii():  # most of what is written, and several times as quick
        return f" {b' '.join(text.encode('ascii').translate(_BYTES, _GONE).split()).decode('ascii')} "
    return f" {' '.join(unicodedata.normalize('NFC', text).translate(_TABLE).split())} "


def finder(people: Mapping[Key, Iterable[str]]) -> Callable[[str], frozenset[Key]]:
    """What tells which of `people` a text names. Building takes some seconds for a million forms; the answer is a function."""
    return _Names(people).found_in


class _Names:
    """All forms of all names, as one automaton."""

    def __init__(self, people: Mapping[Key, Iterable[str]]) -> None:
        self._keys: list[Hashable] = list(people)
        #: Of a term: whose it is, by place among the keys, twice that and one more where it counts beside a title only.
        owners: dict[str, int] = {}
        others: dict[str, list[int]] = {}
        for number, names in enumerate(people.values()):
            for form, beside in _forms_of_all(names).items():
                term, owner = f" {form} ", 2 * number + beside
                if owners.setdefault(term, owner) != owner:
                    others.setdefault(term, []).append(owner)
        terms = sorted(owners)  # neighbours in the automaton are made one after another: a third of the time
        self._owners = [owners[term] for term in terms]
        self._shared = {at: others[term] for at, term in enumerate(terms) if term in others} if others else {}
        self._automaton = AhoCorasick(
            terms, matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA, store_patterns=False
        )

    def found_in(self, text: str) -> frozenset[Any]:
        """Who is named in `text`."""
        words = spelt(text)
        hits = self._automaton.find_matches_as_indexes(words, overlapping=True)
        if not hits:
            return _NOBODY
        found: set[Hashable] = set()
        for place, start, end in hits:
            for owner in (self._owners[place], *self._shared.get(place, ())):
                if not owner % 2 or _is_titled(words, start, end):
                    found.add(self._keys[owner // 2])
        return frozenset(found)


def _forms_of_all(names: Iterable[str]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for name in names:
        for form, beside in _forms(name).items():
            found[form] = found.get(form, True) and beside
    return found


@frozen
class Form:
    """One way to write a name. `beside`: it counts beside a title or a degree only."""

    words: str
    beside: bool = False


def forms_of(name: str) -> tuple[Form, ...]:
    """The usual ways to write the name of a person; none for one that holds no letter.

    "Doe, Jane" is read as "Jane Doe". Titles and degrees around it are left out.
    """
    return tuple(Form(words, beside) for words, beside in _forms(name).items())


def _forms(name: str) -> dict[str, bool]:
    """The same, by words."""
    if _SIMPLE.fullmatch(name):  # most are, and there may be many
        plain = name.lower().replace(".", " ").split()
        while plain and plain[0] in TITLES:
            del plain[0]
        if 1 < len(plain) <= MAX_WORDS and TITLED.isdisjoint(plain):
            return _arranged(tuple(plain))
    family, comma, given = name[:300].partition(",")
    given_words, is_titled = _words_of(given)
    if comma and given_words:
        name = f"{given} {family}"
    words, titled_too = _words_of(name)
    if not words:
        return {}
    if len(words) == 1:
        return dict.fromkeys((spelt(each).strip() for each in words[0]), is_titled or titled_too)
    forms: dict[str, bool] = {}
    for spelling in islice(product(*words), MAX_SPELLINGS):
        for joined, beside in _arranged(spelling).items():
            form = spelt(joined).strip()  # in some scripts what was joined falls apart again
            forms[form] = forms.get(form, True) and beside
    return forms


def is_one_name(name: str) -> bool:
    """Whether it is a single word without a title, which means many people, or a thing."""
    words, is_titled = _words_of(name.replace(",", " "))
    parts_none = any(len(each) == 1 and ord(each) > 0x2E7F for each in spelt(name).split())
    return len(words) < 2 and not is_titled and not parts_none and "." not in name.strip(". ")


def _words_of(name: str) -> tuple[list[tuple[str, ...]], bool]:
    """Each word in its spellings; and whether a title or a degree stood beside them."""
    said = name.replace(",", " ").split()[: 3 * MAX_WORDS]
    bare = [spelt(each).split() for each in said]
    kept = [at for at, words in enumerate(bare) if words and "".join(words) not in TITLED]
    # A name may be a title in itself ("Do"): what stands between others is one.
    first, last = (kept[0], kept[-1]) if kept else (0, -1)
    words = [_spellings(said[at]) for at in range(first, last + 1) if bare[at]]
    is_titled = any(bare[at] for at in (*range(first), *range(last + 1, len(said)))) if kept else False
    return words[:MAX_WORDS], is_titled


def _spellings(word: str) -> tuple[str, ...]:
    """With what parts it inside as a space, and as nothing; umlauts as one letter and as two."""
    composed = unicodedata.normalize("NFC", word)
    with_umlauts = composed.lower().translate(_UMLAUTS)
    found = [spelt(each).split() for spelling in (composed, with_umlauts) for each in (spelling, _APOSTROPHES.sub("", spelling))]
    return tuple(dict.fromkeys((*(" ".join(words) for words in found), *("".join(words) for words in found[::2]))))


def _arranged(words: tuple[str, ...]) -> dict[str, bool]:
    """The forms of one spelling. The first word is the first name; particles go with the family name."""
    first = words[0]
    if ord(first[0]) > 0x2E7F and any(len(word) == 1 for word in first.split()):
        return {" ".join(words): False}  # such names have no initials, and their order is settled
    at = len(words) - 1
    while at > 1 and words[at - 1] in _PARTICLES:
        at -= 1
    family, initial, weak = " ".join(words[at:]), first[0], len(first) == 1
    found = {f"{first} {family}": weak, f"{family} {first}": weak}
    found.setdefault(f"{initial} {family}", True)
    found.setdefault(f"{family} {initial}", True)
    if at > 1:
        middles = words[1:at]
        for middle in (" ".join(middles), " ".join([word[0] for word in middles])):
            found[f"{first} {middle} {family}"] = weak
            found.setdefault(f"{initial} {middle} {family}", True)
    if not weak:
        found["".join((first, *words[at:])).replace(" ", "")] = False
        if at > 1:
            found["".join(words).replace(" ", "")] = False
    return found


def _is_titled(words: str, start: int, end: int) -> bool:
    """Whether a title goes before, or a degree follows."""
    before = words[max(0, start - 20) : start].rpartition(" ")[2]
    after = words[end : end + 20].split(" ", 2)
    return before in TITLES or after[0] in DEGREES or tuple(after[:2]) in _DOTTED
