"""Near copies are found through small edits, in any order, by numbers that only a key makes; other texts are not."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations
from time import process_time

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.sample import TRUTH

from parapet.patterns.copies import LEAST_WORDS, Sketch, alike, content, sketches, without_what_varies
from parapet.triage.normalise import normalise
from parapet.triage.words import read_disguised, tokens

LETTERS = "bcdfghjklmnpqrtvwz"
WORDS = st.text(LETTERS, min_size=4, max_size=6)


def keyed(word: str, key: bytes = b"one") -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8, key=key).digest(), "big")


def sketch(words: Sequence[str], key: bytes = b"one") -> Sketch | None:
    [found] = sketches([words], lambda word: keyed(word, key))
    return found


def of_text(text: str) -> Sketch | None:
    bare = without_what_varies(text)
    return sketch(tokens(normalise(bare, read_disguised).text).words)


def copies(one: Sketch | None, other: Sketch | None) -> bool:
    """As they are found: by a band in common, then by their marks."""
    if one is None or other is None or not any(a == b for a, b in zip(one.bands, other.bands, strict=True)):
        return False
    return alike([(one, other)])[0]


TEXT = "Write to the college now: this doctor of Rivercrest endangers children with untested filters, and nobody stops the clinic"


def test_names_links_tags_emoji_case_and_disguise_change_nothing() -> None:
    same = of_text(TEXT)
    for other in (
        TEXT.upper(),
        TEXT + " 😡😡 #StopTheClinic #Now https://far.example/a/b?c=1 @someone@far.example",
        TEXT.replace("Write", "@her.bsky.test Write") + " far(.)example/page",
        TEXT.replace("children", "ch1ldren").replace("college", "cоllege"),
        TEXT.replace("endangers", "e n d a n g e r s"),
    ):
        assert copies(same, of_text(other)), other
    swapped = TEXT.replace("Rivercrest", "Alderbrook").replace("nobody", "no one").replace("children", "kids")
    assert copies(same, of_text(swapped))


def test_one_not_turns_it_around() -> None:
    assert not copies(of_text(TEXT), of_text(TEXT.replace("Write", "Do not write")))
    french = "Écrivez au collège : cette clinique de Rivière met les enfants en danger avec ses filtres jamais éprouvés"
    assert not copies(of_text(french), of_text(french.replace("Écrivez", "N’écrivez pas")))


def test_who_quotes_and_says_as_much_of_his_own_copies_nothing() -> None:
    reply = " That message came to forty families yesterday evening; here are seven reasons our hospital trusts her measurements"
    assert not copies(of_text(TEXT), of_text(TEXT + reply))


def test_short_texts_are_nobody_s() -> None:
    assert of_text("Thank you so much doctor, please keep going, you are wonderful") is None
    assert sketch([f"word{letter}" for letter in "abcde"]) is None
    assert len(content([f"word{letter}" for letter in "abcdef"])) == LEAST_WORDS


@settings(max_examples=30, deadline=None)
@given(words=st.lists(WORDS, min_size=LEAST_WORDS, max_size=60, unique=True), data=st.data())
def test_order_and_repetition_do_not_matter(words: list[str], data: st.DataObject) -> None:
    again = data.draw(st.permutations([*words, *words[:3]]))
    assert sketch(again) == sketch(words)


@settings(max_examples=60, deadline=None)
@given(words=st.lists(WORDS, min_size=10, max_size=40, unique=True), edits=st.data())
def test_one_word_in_ten_swapped_is_still_a_copy(words: list[str], edits: st.DataObject) -> None:
    changed = list(words)
    for n in range(len(words) // 10):
        changed[edits.draw(st.integers(0, len(words) - 1))] = f"swap{LETTERS[n]}"
    assert copies(sketch(words), sketch(changed))


@settings(max_examples=40, deadline=None)
@given(
    one=st.lists(WORDS, min_size=LEAST_WORDS, max_size=40, unique=True),
    other=st.lists(WORDS, min_size=LEAST_WORDS, max_size=40, unique=True),
)
def test_other_words_are_no_copy(one: list[str], other: list[str]) -> None:
    assume(len({*one} & {*other}) * 4 < len({*one} | {*other}))
    assert not copies(sketch(one), sketch(other))


@settings(max_examples=20, deadline=None)
@given(words=st.lists(WORDS, min_size=LEAST_WORDS, max_size=20, unique=True))
def test_another_key_gives_other_numbers(words: list[str]) -> None:
    one, other = sketch(words), sketch(words, b"another")
    assert one is not None and other is not None
    assert not {*one.bands} & {*other.bands} and all(0 <= band < 2**63 for band in one.bands)


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.lists(WORDS, max_size=12), max_size=20))
def test_many_at_once_are_as_each_alone(texts: list[list[str]]) -> None:
    assert list(sketches(texts, keyed)) == [sketch(words) for words in texts]


def test_in_the_sample_what_agrees_is_of_one_kind() -> None:
    """Of 150,000 pairs of different kinds to one advocate, three agree; one of them says the same and judges it otherwise."""
    messages = [each for each in json.loads(TRUTH.read_text())["messages"] if each["text"]]
    found = [of_text(each["text"]) for each in messages]
    by_band: dict[tuple[str, int, int], list[int]] = defaultdict(list)
    for n, each in enumerate(found):
        for place, band in enumerate(each.bands if each else ()):
            by_band[messages[n]["advocate"], place, band].append(n)
    candidates = sorted({pair for held in by_band.values() for pair in combinations(held, 2)})
    pairs = [(found[a], found[b]) for a, b in candidates]
    agree = [pair for pair, same in zip(candidates, alike(pairs), strict=True) if same]  # type: ignore[arg-type]
    kinds = Counter(messages[a]["kind"] == messages[b]["kind"] for a, b in agree)
    assert kinds[False] <= 3 and kinds[True] > 2_500
    assert sum(messages[a]["abusive"] != messages[b]["abusive"] for a, b in agree) <= 1
    campaign = [(a, b) for a, b in agree if messages[a]["campaign"] and messages[b]["campaign"]]
    assert len(campaign) > 1_000 and all(messages[a]["campaign"] == messages[b]["campaign"] for a, b in campaign)


def test_no_text_takes_its_length_squared() -> None:
    for unit in ("a", "a-", "a.", "a@", "@", "#a", "x:/", "a[.]", "a.b/", "w "):
        began = process_time()
        without_what_varies(unit * 200_000)
        assert process_time() - began < 2
