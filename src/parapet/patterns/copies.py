"""Whether two texts are nearly the same words: one text sent by many accounts in small variations. Pure.

A text becomes a `Sketch`: numbers that are likely alike where the words are, and from which nobody reads a word who has not the key
of `keyed`. Only sketches are kept and compared (Broder, "On the resemblance and containment of documents", 1997).

What counts are the words that carry the content, each once, cut to their first letters so that endings do not matter. Not their
order: in a post of ten such words one that is swapped takes two pairs with it, and three threes. Names, numbers, links, hashtags
and emoji vary most, and are left out where they can be told. A "not" turns the rest around, so texts that deny differently often are no copies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

#: Fewer words of content are nobody's own: "Thank you, doctor, keep going" is what everybody writes.
LEAST_WORDS = 6
#: A text of fewer says what it says with the page that it sends people to, or with its hashtag: where it carries such, they count as words.
LEAST_BESIDE = 3
#: Two texts are copies when of all their words at least half are in both.
_MARKS = 64
_LEAST_MARKS = _MARKS // 2
#: Texts that agree in half their words share one of so many bands in four cases of five, in two thirds in 97 of 100.
BANDS = 6
_ROWS = 2
#: Longer texts are compared by their beginning.
MOST_CHARS = 20_000
_AT_ONCE, _PAIRS_AT_ONCE = 256, 8_192

_LETTERS = 6
_LEAST_LETTERS = 4
_MOST_DENIALS = 3
#: Links, also without "https" and with their dots in brackets; addresses, handles and hashtags. Every part is bounded: a text of one
#: long word must not take its length squared.
_AWAY = re.compile(
    r"(?<!\w)\w{2,8}:/\S+|(?<!\w)www\.\S+|(?<![\w.-])[\w-]{1,63}(?:(?:\.|[(\[{]\.[)\]}])[\w-]{1,63}){1,6}/\S*"
    r"|(?<![\w.+-])[\w.+-]{0,64}@[\w.-]{1,253}(?:@[\w.-]{1,253})?|#\w+"
)
_LINK = re.compile(r"(?<!\w)(?:\w{2,8}:/{1,2})?(?:www\.)?((?:[\w-]{1,63}\.){1,6}[\w-]{2,63}/[\w./-]{1,200})|(#\w{3,60})")
_BRACKETS = re.compile(r"[(\[{]\.[)\]}]")
_DENIALS = frozenset(
    "no not nor never none nobody nothing without cannot cant dont doesnt didnt isnt arent wasnt wont wouldnt shouldnt "
    "non pas jamais ni rien sans aucun aucune".split()
)
#: Words of four letters and more that say nothing by themselves.
_FILLING = frozenset(
    "about after again against also another because been before being both came come could does doing done down each even ever every "
    "from gets give gives goes going have having here hers herself himself however into itself just like made make makes many more most much must "
    "only onto other others over really said same says shall should since some such than that thats their theirs them themselves then there these "
    "they this those through today under until upon very want wants were what when where which while whom whose will with would your youre yours "
    "ainsi alors apres aussi autre autres avant avec avez avoir avons bien cela celle celles celui cependant ceux chaque chez comme dans depuis des dont "
    "elle elles encore entre etaient etait etes etre faire fait faites font juste leur leurs lors mais meme memes moins nous parce parmi peut peux "
    "plus pour pourquoi puis quand quel quelle quelles quels quelque sera seront sommes sont sous suis tous tout toute toutes tres une vers voici voila "
    "votre vous doctor docteur docteure".split()
)

#: The number of a word; 64 bits that only the holder of a key can make.
Keyed = Callable[[str], int]
_Numbers = NDArray[np.uint64]


@frozen
class Sketch:
    """What is kept of the words of one text.

    bands  BANDS numbers of 63 bits: texts that are copies have at least one in common, nearly always in the same place
    marks  _MARKS bytes: the share in which two texts agree is that of the words they have in common, give or take 0.06
    words  how many words of content it has, each counted once
    """

    bands: tuple[int, ...]
    marks: bytes
    words: int


def without_what_varies(text: str) -> str:
    """The beginning of `text` without links, addresses, handles and hashtags."""
    return _AWAY.sub(" ", text[:MOST_CHARS])


def carried(text: str) -> tuple[str, ...]:
    """The pages to which `text` sends people ("/host/path", without what is asked of them) and its hashtags ("#..."): in small letters, as words."""
    found = []
    for link, tag in _LINK.findall(_BRACKETS.sub(".", text[:MOST_CHARS])):
        found.append(tag.casefold() or f"/{link.casefold().rstrip('./-')}")
    return tuple(found)


def content(words: Iterable[str]) -> frozenset[str]:
    """Of a text's folded words, those that carry its content, shortened, each with how often the text denies; none for too few.

    Words as `carried` gives them count in a text that is short without them.
    """
    denials, found, beside = 0, set(), set()
    for word in words:
        if word in _DENIALS or word.endswith("n't"):
            denials += 1
        elif word[0] in "#/" and len(word) > 1:
            beside.add(word)
        elif len(word) >= _LEAST_LETTERS and word not in _FILLING and word.isalpha():
            found.add(word[:_LETTERS])
    if LEAST_BESIDE <= len(found) < LEAST_WORDS:
        found |= beside
    if len(found) < LEAST_WORDS:
        return frozenset()
    return frozenset(f"{min(denials, _MOST_DENIALS)} {word}" for word in found)


def sketches(texts: Iterable[Iterable[str]], keyed: Keyed) -> Iterator[Sketch | None]:
    """The sketch of each text, given as its own words, folded and in any order; None where it has too few of content."""
    waiting = iter(texts)
    while some := [content(words) for words in islice(waiting, _AT_ONCE)]:
        yield from _sketched(some, keyed)


def alike(pairs: Sequence[tuple[Sketch, Sketch]]) -> list[bool]:
    """For each pair, whether one is a copy of the other.

    Who adds half as many words again says something of his own: he may quote, and disagree.
    """
    found: list[bool] = []
    for start in range(0, len(pairs), _PAIRS_AT_ONCE):
        some = pairs[start : start + _PAIRS_AT_ONCE]
        one, other = (np.frombuffer(b"".join(pair[side].marks for pair in some), np.uint8) for side in range(2))
        agree = (one == other).reshape(-1, _MARKS).sum(axis=1) >= _LEAST_MARKS
        found += (
            near and 2 * max(a.words, b.words) <= 3 * min(a.words, b.words)
            for near, (a, b) in zip(agree.tolist(), some, strict=True)
        )
    return found


def _sketched(texts: Sequence[frozenset[str]], keyed: Keyed) -> Iterator[Sketch | None]:
    whole = [each for each in texts if each]
    if not whole:
        yield from (None for _ in texts)
        return
    numbers = np.array([keyed(word) for each in whole for word in each], dtype=np.uint64)
    starts = np.cumsum([0, *(len(each) for each in whole[:-1])])
    least = np.minimum.reduceat(_shuffled(numbers), starts, axis=1)
    marks = (least & np.uint64(255)).astype(np.uint8).T
    bands = _bands(least).T
    made = iter(zip(bands.tolist(), marks, whole, strict=True))
    for each in texts:
        if each:
            band, mark, words = next(made)
            yield Sketch(tuple(band), mark.tobytes(), len(words))
        else:
            yield None


def _stirred(numbers: _Numbers) -> _Numbers:
    """Each number as another, one to one, in which every bit hangs on every bit (the finalizer of SplitMix64)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


_STEP = np.uint64(0x9E3779B97F4A7C15)
_SEEDS = _stirred(np.arange(1, _MARKS + 1, dtype=np.uint64) * _STEP)[:, None]


def _shuffled(numbers: _Numbers) -> _Numbers:
    """(_MARKS, n): the numbers in _MARKS orders."""
    return _stirred(numbers[None, :] ^ _SEEDS)


def _bands(least: _Numbers) -> _Numbers:
    """(BANDS, n) from (_MARKS, n): each from _ROWS rows of its own."""
    rows = least[: BANDS * _ROWS].reshape(BANDS, _ROWS, -1)
    found = np.arange(1, BANDS + 1, dtype=np.uint64)[:, None] * _STEP
    for row in range(_ROWS):
        found = _stirred(found ^ rows[:, row])
    return found >> np.uint64(1)
