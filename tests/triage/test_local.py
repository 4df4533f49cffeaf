"""What is learned from corrections: it speaks near them, within its bounds, the same everywhere, and silences nothing grave."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.domain.judgement import Harm, Severity, Verdict
from parapet.triage import Request, Triage
from parapet.triage.local import MOST_MOVED, VOICE, VOTE_PARTS, Layer, Listening, Taught, learn, taught_heads
from parapet.triage.trial import FEWEST_TEXTS, Lesson, own_words, try_out
from parapet.triage.words import tokens

INSULT = Verdict(frozenset({Harm.INSULT}), Severity.MEDIUM)
WORDS = "you doctor are a pumpernickel clinic vaccine again shame teapot of the porridge on kill nobody thanks".split()
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)
said = st.lists(st.tuples(texts, st.booleans()), min_size=1, max_size=6)
SENTENCE = "Once again our beloved Doctor Pumpernickel brings us her porridge about the {}, pumpernickel that she is."
THINGS = "ferry library garden market harbour lecture seminar theatre airport museum bakery station river".split()


@cache
def judge() -> Triage:
    return Triage.load()


def taught(text: str, *, abuse: bool) -> Taught:
    ear = Listening()
    judge().with_local(ear).assess(text)
    heads = taught_heads(judge().model)
    wanted = [float(abuse and head in ("abusive", "insult", "medium")) for head in heads]
    return Taught(ear.features, ear.odds, np.array(wanted))


def layer_of(corrections: list[tuple[str, bool]]) -> Layer:
    return learn(judge().name, judge().model, [taught(text, abuse=abuse) for text, abuse in corrections])


def moves(layer: Layer, text: str) -> list[float]:
    return layer.moves(taught(text, abuse=False).features)


@settings(max_examples=25)
@given(said=said, text=texts, which=st.integers(0, 5))
def test_one_correction_moves_nothing_by_more_than_its_voice(said, text, which):
    without = [each for n, each in enumerate(said) if n != which % len(said)]
    rounding = len(said) / VOTE_PARTS + 1e-3
    for one, other in zip(moves(layer_of(said), text), moves(layer_of(without), text), strict=True):
        assert abs(one - other) <= VOICE + rounding


@settings(max_examples=10)
@given(said=said, text=texts)
def test_all_together_stay_within_the_bound_in_any_order(said, text):
    layer, turned = layer_of(said), layer_of(said[::-1])
    assert layer.to_bytes() == turned.to_bytes() and layer.name == turned.name
    assert max(map(abs, moves(layer, text))) <= MOST_MOVED


@settings(max_examples=10)
@given(said=said, text=texts)
def test_it_comes_back_from_its_bytes(said, text):
    layer = layer_of(said)
    read = Layer.from_bytes(layer.to_bytes())
    assert (read.name, read.base, moves(read, text)) == (layer.name, judge().name, moves(layer, text))


def test_a_hundred_times_the_same_word_goes_no_further_than_the_bound():
    layer = layer_of([("you doctor are a pumpernickel", True)] * 100)
    assert 0 < max(moves(layer, "you doctor are a pumpernickel")) <= MOST_MOVED


def test_what_has_nothing_in_common_is_not_moved():
    layer = layer_of([(SENTENCE.format(thing), True) for thing in THINGS])
    learned = judge().with_local(layer)
    assert learned.assess("¿Dónde está?") == evolve(judge().assess("¿Dónde está?"), model=judge().name + layer.name)


def test_alone_and_in_a_batch_it_says_the_same():
    learned = judge().with_local(layer_of([(SENTENCE.format(thing), True) for thing in THINGS]))
    asked = [Request(SENTENCE.format(n)) for n in range(20)]
    mixed = asked[:]
    random.Random(3).shuffle(mixed)
    together = dict(zip((r.text for r in mixed), learned.assess_many(mixed), strict=True))
    assert all(learned.assess(r.text) == together[r.text] for r in asked)
    assert together[SENTENCE.format(1)].model == learned.name and len(learned.name) <= 48, "the column holds no more"


@pytest.mark.parametrize(
    "text", ["I am going to kill you on Friday.", "I will be waiting outside your clinic with a gun tonight."]
)
def test_rules_and_what_is_critical_are_not_silenced(text):
    plain = judge().assess(text)
    assert plain.severity is Severity.CRITICAL
    quiet = judge().with_local(layer_of([(text, False)] * 50)).assess(text)
    assert (quiet.severity, quiet.harms, quiet.urgency) == (plain.severity, plain.harms, plain.urgency)
    assert quiet.abusive >= plain.abusive


def test_what_the_model_alone_calls_critical_is_not_lowered():
    model = judge().model
    layer = Layer(
        judge().name, taught_heads(model), [taught("porridge", abuse=False).features], np.full((1, 11), -4096, np.int64)
    )
    words = [tokens("")]  # the same features are given below, by hand
    grave = [9.0 if head in ("abusive", "critical") else -9.0 for head in model.heads]
    mild = [9.0 if head == "abusive" else -9.0 for head in model.heads]
    layer.moves = lambda features: [-4.0] * 11  # type: ignore[method-assign]
    assert layer.moved(model, grave, "en", words, ()) == grave
    moved = layer.moved(model, mild, "en", words, ())
    assert moved[model.heads.index("abusive")] < 9.0
    assert moved[model.heads.index("lang_fr")] == -9.0


def test_a_trial_that_helps_and_harms_nothing_passes():
    trial = try_out(judge(), [Lesson(Request(SENTENCE.format(thing)), INSULT) for thing in THINGS])
    assert trial.faults == () and trial.texts == len(THINGS) >= FEWEST_TEXTS
    assert trial.right_after > trial.right_before and trial.loss_after < trial.loss_before
    assert judge().with_local(trial.layer).assess(SENTENCE.format("opera")).severity is Severity.MEDIUM


def test_the_same_words_do_not_vouch_for_themselves():
    """One text corrected twenty times is one text, and what was learned from it is not asked of it."""
    trial = try_out(judge(), [Lesson(Request(SENTENCE.format("ferry")), INSULT)] * 20)
    assert trial.texts == 1 and {"few", "not_better"} <= set(trial.faults)
    assert trial.right_after == trial.right_before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("You are a PUMPERNICKEL!!", "you are a pumpernickel"),
        ("You are a pump\u200bernickel", "You are a pumpernickel"),
        ("> a quoted line\nYou are a pumpernickel", "You are a pumpernickel"),
        ("You «are» a pumpernickel…", "You are a pumpernickel."),
    ],
)
def test_the_same_own_words(one, other):
    assert own_words(Request(one)) == own_words(Request(other))


def test_other_words_are_others():
    assert own_words(Request("You are a pumpernickel 🙂")) != own_words(Request("You are a pumpernickel"))
    assert own_words(Request("You are a pumpernickel", subject="Hello")) != own_words(Request("You are a pumpernickel"))
