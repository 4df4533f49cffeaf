"""Words that stand by somebody: they are no abuse where only the models hear something, and they silence no rule."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.domain.judgement import Harm, Severity
from parapet.triage import PrivateFacts, Triage
from parapet.triage.kindness import MOST_WORDS, SHORT_WORDS, Kind, kindness
from parapet.triage.normalise import normalise
from parapet.triage.severity import DANGER, LOUD, OF_KIND_WORDS, SURE
from parapet.triage.severity import judge as weigh
from parapet.triage.words import read_disguised, tokens

KIND = (
    "I stand with you.",
    "You have our support, all of us.",
    "Both of you calm down, please.",
    "Je vous soutiens.",
    "Nous sommes avec vous.",
)
GRAVE = (
    "I will kill you.",
    "I will shoot you at the clinic.",
    "Je vais te tuer.",
    "We are going to burn your house down.",
)
THRESHOLDS = dict.fromkeys(("abusive", *Harm, "medium", "high", "critical"), 0.5)


@pytest.fixture(scope="module")
def judge() -> Triage:
    return Triage.load()


def read(text: str) -> Kind:
    return kindness([tokens(normalise(text, read_disguised).text)])


def heard(abusive: float, kind: Kind) -> tuple[Severity, bool, float, tuple[str, ...]]:
    said = {"abusive": abusive, **{str(h): abusive for h in Harm}, "medium": abusive, "high": abusive, "critical": abusive}
    verdict = weigh(said, THRESHOLDS, [], [], quoted_threat=False, knows_language=True, kind=kind)
    return verdict.severity, verdict.abstain, verdict.abusive, verdict.reason


@pytest.mark.parametrize("text", KIND)
def test_it_stands_by_her(text: str, judge: Triage) -> None:
    assert read(text) is Kind.SHORT
    said = judge.assess(text)
    assert not said.harms and said.severity is Severity.NONE


@pytest.mark.parametrize(
    "text",
    [
        "I stand with you at your door tonight.", "Standing with you until you resign.", "Both of you calm down or else.",
        "You have our support, you pathetic fraud.", "Je vous soutiens, menteuse.", "Nous sommes avec vous ce soir, devant la maison.",
        "Thank you for nothing.", "Thinking of you.", "A message about the clinic.",
    ],
)  # fmt: skip
def test_what_could_take_it_back_leaves_it_to_the_models(text: str) -> None:
    assert read(text) is Kind.NO


def test_how_loud_the_models_are_decides() -> None:
    assert heard(0.6, Kind.SHORT) == (Severity.NONE, False, OF_KIND_WORDS, ("kind",))
    assert heard(LOUD, Kind.SHORT) == (Severity.NONE, True, LOUD, ("abstain:kind",))
    assert heard(0.6, Kind.LONG) == (Severity.NONE, True, 0.6, ("abstain:kind",))
    assert heard(SURE, Kind.SHORT)[0] is Severity.CRITICAL and heard(0.6, Kind.NO)[0] is Severity.CRITICAL
    assert heard(DANGER / 2, Kind.SHORT)[3] == (), "nothing was heard, and nothing is said of it"


def test_length_counts() -> None:
    more = "and all of the ward says the same of it"
    said = KIND[0]
    while len(tokens(normalise(said, read_disguised).text).words) <= MOST_WORDS:
        assert read(said) is (Kind.SHORT if len(tokens(normalise(said, read_disguised).text).words) <= SHORT_WORDS else Kind.LONG)
        said += " " + more
    assert read(said) is Kind.NO


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(KIND),
    grave=st.sampled_from(GRAVE),
    first=st.booleans(),
    between=st.sampled_from([" ", "\n", "\n\n", " \u200b"]),
)
def test_no_kind_word_silences_a_rule(judge: Triage, kind: str, grave: str, first: bool, between: str) -> None:
    alone, both = judge.assess(grave), judge.assess(between.join([kind, grave] if first else [grave, kind]))
    assert alone.indicators and both.severity >= Severity.HIGH and not both.abstain
    assert "kind" not in both.reason


def test_her_private_facts_are_hers_in_kind_words_too(judge: Triage) -> None:
    facts = PrivateFacts.of(b"k" * 32, [("phone", "514 555-0147")])
    said = judge.assess("I stand with you. 514 555-0147", private=facts)
    assert said.harms == {Harm.DOXING} and said.severity is Severity.CRITICAL
