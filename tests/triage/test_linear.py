"""The quick ways of the first stage: many parts at once, and looks that spare work, say what the plain ways say."""

from __future__ import annotations

import hashlib
import re
import tracemalloc
from collections.abc import Sequence
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.triage import normalise as normalising
from parapet.triage import private
from parapet.triage.features import MAX_PARTS, buckets, buckets_of_many
from parapet.triage.indicators import Hit, find_hits, rules_en, rules_fr
from parapet.triage.indicators.pattern import compile_pattern
from parapet.triage.linear import log_odds_of_many, slices
from parapet.triage.model import Model
from parapet.triage.normalise import normalise
from parapet.triage.parts import _STOP
from parapet.triage.private import PrivateFacts
from parapet.triage.words import _TOKEN, Tokens, read_disguised, tokens

NASTY = [
    "",
    " ",
    "'",
    "a",
    "ab",
    "\x00",
    "\ud800",
    "\udfff\ud800 kill",
    "e" + "\u0301" * 300,
    "가" * 700,
    "🔫" * 600,
    "ﷺ" * 50,
    "i will kill you " * 400,
    "x" * 5_000,
    "t'es une honte, j'ai honte, we'll see",
]
#: What disguises are made of, and what lies at the edges of the patterns that look for them.
_SIGNS = st.text(st.sampled_from("aaabkli1!@$|(+0-9*#_€£¡¢.' \n\t\r\"`’>…ßﷺ가🔫тuе\u0301\u200b\x00\x1c\ud800éK"), max_size=80)
_TEXTS = st.text(max_size=120) | st.sampled_from(NASTY) | _SIGNS
_MARKS = st.lists(st.sampled_from(["channel:mail", "channel:review", "stars:1", "stars:5"]) | st.text(max_size=5), max_size=3)
_PARTS = st.lists(st.tuples(_TEXTS.map(tokens), _MARKS), max_size=12)


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


def plain(model: Model, parts: Sequence[tuple[Tokens, Sequence[str]]]) -> list[list[str]]:
    return [[odds.hex() for odds in model.log_odds(buckets(said, marks))] for said, marks in parts]


@settings(max_examples=80, deadline=None)
@given(_PARTS, st.randoms())
def test_many_parts_have_the_log_odds_that_each_has_alone_in_any_order(model, parts, chance):
    assert [[odds.hex() for odds in row] for row in log_odds_of_many(model, parts)] == plain(model, parts)
    chance.shuffle(parts)
    assert [[odds.hex() for odds in row] for row in log_odds_of_many(model, parts)] == plain(model, parts)


@settings(max_examples=80, deadline=None)
@given(_PARTS)
def test_many_parts_have_the_features_that_each_has_alone(parts):
    alone = [buckets(said, marks) for said, marks in parts]
    for group, rows in enumerate(buckets_of_many(parts)):
        edges = np.cumsum(rows.counts)[:-1]
        assert rows.found.dtype == np.int64 and len(rows.counts) == len(parts)
        together = np.split(rows.found, edges) if parts else []
        assert [row.tolist() for row in together] == [one[group].tolist() for one in alone]


def test_more_parts_than_a_slice_holds(model):
    parts = [(tokens(f"you are number {n}, doctor"), ("channel:mail",) if n % 3 else ()) for n in range(700)]
    parts[300:300] = [(tokens(text), ()) for text in NASTY]
    assert [[odds.hex() for odds in row] for row in log_odds_of_many(model, parts)] == plain(model, parts)


def test_more_parts_than_fit_into_the_number_of_a_part_are_refused():
    with pytest.raises(ValueError, match="parts at once"):
        buckets_of_many([(tokens(""), ())] * (MAX_PARTS + 1))


def test_the_last_part_that_has_a_number_has_its_features():
    last = tokens("you are a fool, doctor")
    for rows, alone in zip(buckets_of_many([(tokens(""), ())] * (MAX_PARTS - 1) + [(last, ())]), buckets(last), strict=True):
        assert rows.found.tolist() == alone.tolist()
        assert rows.counts.tolist() == [0] * (MAX_PARTS - 1) + [len(alone)]


def test_ten_times_as_many_long_parts_take_no_more_memory(model):
    long = tokens("one would rather not read all of this again " * 45)

    def peak(parts: int) -> int:
        tracemalloc.start()
        log_odds_of_many(model, ((long, ()) for _ in range(parts)))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(40)
    few = peak(40)
    assert peak(400) < few * 1.25
    assert few < 20_000_000


@given(st.lists(st.text(max_size=30)), st.integers(1, 5), st.integers(1, 60))
def test_slices_keep_order_and_bounds(texts, most, chars):
    cut = list(slices(texts, len, most, chars))
    assert [text for some in cut for text in some] == texts
    for some in cut:
        assert 1 <= len(some) <= most
        assert len(some) == 1 or sum(map(len, some)) <= chars


def test_hashes_are_those_on_record():
    """They are part of the artefact's format: with other hashes its weights belong to other words."""
    digest = hashlib.sha256()
    for text, marks in (
        ("you are a fool, doctor", ()),
        ("t'es une honte, j'ai honte", ("channel:review", "stars:1")),
        ("", ("channel:mail",)),
        ("a", ()),
        ("abc", ()),
        ("я люблю тебя 🙏", ()),
        ("\ud800 kill you 'll be", ("stars:5",)),
        ("i will kill you " * 200, ()),
    ):
        for group in buckets(tokens(text), marks):
            digest.update(repr(group.tolist()).encode())
    assert digest.hexdigest() == "2b690dbc1aa0ef8c5497fdb3355ceaa9345a552b106e6706388c64e808926c48"


@settings(max_examples=200, deadline=None)
@given(_SIGNS | st.text(max_size=120))
def test_a_look_before_the_work_changes_nothing(text):
    quick = normalise(text, read_disguised)
    always, any_letters = re.compile(""), SimpleNamespace(isdisjoint=lambda _: False)
    looks = {"_THRICE": always, "_THREE_APART": always, "_SIGN_IN_WORD": always, "_FOLDED": always, "_OTHER_LETTERS": any_letters}
    with pytest.MonkeyPatch.context() as patch:
        for name, look in looks.items():
            patch.setattr(normalising, name, look)
        assert normalise(text, read_disguised) == quick


@given(st.text(st.sampled_from("..!?…\"'») \n\ta"), max_size=60))
def test_stops_looked_for_once_a_run_are_those_looked_for_everywhere(text):
    everywhere = re.compile(r"[.!?…]+[\"'»”)\]]*\s+|\n\s*\n|\n")
    assert [m.span() for m in _STOP.finditer(text)] == [m.span() for m in everywhere.finditer(text)]


_FACTS = PrivateFacts.of(b"k" * 32, [("phone", "514 555-0147"), ("home", "27 Alder Crescent"), ("school", "Alder")])


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from("27 alder crescent 514-555-0147 (514) 5550147 514 555 0147 ! is".split()), max_size=9).map(" ".join)
)
def test_private_facts_are_those_found_by_looking_at_every_word(text):
    said = tokens(text)
    plain = [(word, *span) for word, span in zip(said.words, said.spans, strict=True) if word[0].isalnum()]
    everywhere = [
        (kind, run[0][1], run[-1][2])
        for at in range(len(plain))
        for kind, fact in (("school", ["alder"]), ("home", ["27", "alder", "crescent"]))
        for run in [plain[at : at + len(fact)]]
        if [word for word, _, _ in run] == fact
    ]
    found = _FACTS.find(said)
    assert [one for one in found if one[0] != "phone"] == everywhere
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private, "_FOUR_DIGITS", re.compile(""))
        assert _FACTS.find(said) == found


@settings(max_examples=150, deadline=None)
@given(_TEXTS)
def test_every_token_lies_where_it_says_and_nothing_but_gaps_between(text):
    at = 0
    found = tokens(text)
    assert found.spans == [match.span() for match in _TOKEN.finditer(text)]
    for word, (start, end) in zip(found.words, found.spans, strict=True):
        said = text[start:end]
        assert word == (said.removesuffix("'") or "'")
        assert not text[at:start].replace("_", "").strip()
        at = end
    assert not text[at:].replace("_", "").strip()


_RULES = [(rule, compile_pattern(pattern)) for rule in (*rules_en.RULES, *rules_fr.RULES) for pattern in rule.patterns]
_NEEDED = sorted({word for _, (_, needs) in _RULES for words in needs for word in words})


@st.composite
def _worded(draw: st.DrawFn) -> str:
    """Words of rules in a row: those of one pattern, in their order, and some of others between."""
    _, (_, needs) = draw(st.sampled_from(_RULES))
    row: list[str] = []
    for words in needs:
        row += draw(st.lists(st.sampled_from(_NEEDED), max_size=2))
        row.append(draw(st.sampled_from(sorted(words))))
    return " ".join(draw(st.permutations(row)) * draw(st.integers(1, 3)))


@settings(max_examples=80, deadline=None)
@given(_worded())
def test_rules_found_by_their_words_are_those_found_by_trying_all(text):
    words = tokens(text)
    line = f" {' '.join(words.words)} "
    tried = [
        Hit(rule, first := line.count(" ", 0, match.start()) - 1, first + match.group().count(" ") + 1)
        for rule, (expression, _) in _RULES
        for match in expression.finditer(line)
    ]
    assert find_hits(words) == tried
