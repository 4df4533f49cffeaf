"""A judgement in its context: never milder, one step graver at most, and with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.judgement import (
    BY_COPIES,
    BY_PASSING_ON,
    BY_SAME_WORDS,
    Assessment,
    Copies,
    Harm,
    History,
    Indicator,
    Sent,
    Severity,
    Urgency,
)
from parapet.triage.context import DAY, MANY_ACCOUNTS, MONTH, WEEK, among_copies, in_context, passing_on

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HARMS = st.frozensets(st.sampled_from(Harm))


def alone(
    harms: frozenset[Harm],
    severity: Severity,
    urgency: Urgency = Urgency.NONE,
    reason: Sequence[str] = (),
    *,
    abstain: bool = False,
) -> Assessment:
    indicator = Indicator("tribunal", "x", 0, 1, Urgency.SAME_DAY)
    return Assessment(dict.fromkeys(Harm, 0.5), 0.5, harms, severity, urgency, (indicator,), "en", abstain, tuple(reason), "m@0")


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    """As triage makes them: a severity exactly when there is harm."""
    harms = draw(HARMS)
    severity = draw(st.sampled_from(list(Severity)[1:])) if harms else Severity.NONE
    abstain = draw(st.booleans())
    reason = [
        *draw(st.lists(st.sampled_from(["rule:tribunal", "model:insult"]), unique=True)),
        *(["abstain:close"] if abstain else []),
    ]
    return alone(harms, severity, draw(st.sampled_from(Urgency)), reason, abstain=abstain)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Any that can be: each span holds the shorter ones."""
    spans, held = [], Sent()
    for _ in range(4):
        grave = held.grave + draw(st.integers(0, 12))
        abusive = max(held.abusive, grave) + draw(st.integers(0, 12))
        held = Sent(max(held.messages, abusive) + draw(st.integers(0, 30)), abusive, grave)
        spans.append(held)
    day, week, month, ever = spans
    return History(draw(st.booleans()), ever, day, week, month, NOON if ever.messages else None)


@given(said=assessments(), history=histories())
def test_context_never_lowers_and_only_weighs(said: Assessment, history: History) -> None:
    after = in_context(said, history)
    assert after.urgency >= said.urgency
    assert said.severity <= after.severity <= said.severity + 1
    assert (after.severity is Severity.CRITICAL) == (said.severity is Severity.CRITICAL), "critical is of the words"
    assert (after.harms, after.probabilities, after.abusive) == (said.harms, said.probabilities, said.abusive)
    assert (after.indicators, after.lang, after.abstain, after.model) == (said.indicators, said.lang, said.abstain, said.model)
    assert after.history == history
    told = [code for code in after.reason if code.startswith("context:")]
    assert [code for code in after.reason if code not in told] == list(said.reason)
    assert said.abstain == bool(after.reason and after.reason[-1].startswith("abstain:"))
    if not told:
        assert (after.severity, after.urgency) == (said.severity, said.urgency), "what changed has a reason"


@given(history=histories(), reason=st.sampled_from([(), ("abstain:language",)]))
def test_what_is_not_abusive_is_never_more_than_watched(history: History, reason: tuple[str, ...]) -> None:
    after = in_context(alone(frozenset(), Severity.NONE, reason=reason, abstain=bool(reason)), history)
    assert after.severity is Severity.NONE
    assert after.urgency <= (Urgency.WATCH if history.by_platform else Urgency.NONE), "an address is anybody's to write"


def past(*sent: tuple[timedelta, int, int]) -> History:
    """Each: how long before; 0 harmless, 1 abusive, 2 grave; how many."""

    def within(most: timedelta) -> Sent:
        held = [(harm, many) for ago, harm, many in sent if ago <= most]
        return Sent(*(sum(many for harm, many in held if harm >= least) for least in range(3)))

    first = NOON - max(ago for ago, _, _ in sent) if sent else None
    return History(True, within(DAY * 9_999), within(DAY), within(WEEK), within(MONTH), first)


INSULT = alone(frozenset({Harm.INSULT}), Severity.LOW, Urgency.WATCH, ["model:insult"])
THREAT = alone(frozenset({Harm.THREAT}), Severity.MEDIUM, Urgency.WATCH, ["model:threat"])


@pytest.mark.parametrize(
    ("said", "history", "codes"),
    [
        (INSULT, past(), []),
        (INSULT, past((20 * DAY, 1, 2), (2 * DAY, 2, 2)), ["context:rising"]),
        (THREAT, past((20 * DAY, 1, 2), (2 * DAY, 2, 1), (3 * DAY, 0, 1)), ["context:rising"]),
        (INSULT, past((90 * DAY, 0, 1), (2 * DAY, 2, 2)), ["context:rising"]),
        (INSULT, past((2 * DAY, 2, 2)), []),  # sudden is not rising: there is nothing before it
        (INSULT, past((20 * DAY, 1, 2), (2 * DAY, 1, 2)), []),  # more often, no graver
        (INSULT, past((20 * DAY, 1, 12), (2 * DAY, 2, 2)), []),  # graver, no more often
        (INSULT, past((20 * DAY, 2, 3), (2 * DAY, 2, 2)), []),  # it was as grave before
        (INSULT, past((HOUR, 1, 2), (HOUR, 0, 7)), ["context:fixation"]),
        (INSULT, past((HOUR, 1, 2), (HOUR, 0, 6)), []),
        (INSULT, past((HOUR, 1, 1), (HOUR, 0, 60)), []),  # friends write often, and may be sharp once
        (INSULT, past((3 * DAY, 1, 24)), ["context:fixation"]),
        (INSULT, past((20 * DAY, 1, 49)), ["context:fixation"]),
        (INSULT, past((20 * DAY, 1, 48)), []),
        (INSULT, past((40 * DAY, 1, 150)), []),  # long ago
        (INSULT, past((20 * DAY, 1, 1), (HOUR, 2, 9)), ["context:rising", "context:fixation"]),
    ],
)
def test_what_a_pattern_is(said: Assessment, history: History, codes: list[str]) -> None:
    after = in_context(said, history)
    assert [code for code in after.reason if code.startswith("context:")] == codes
    assert after.urgency is (Urgency.SAME_DAY if codes else said.urgency)
    assert after.severity == said.severity + ("context:rising" in codes)


def test_kind_words_after_many_abusive_ones_are_watched() -> None:
    kind = alone(frozenset(), Severity.NONE)
    assert in_context(kind, past((20 * DAY, 1, 5))).reason == ("context:goes_on",)
    assert in_context(kind, past((20 * DAY, 1, 5))).urgency is Urgency.WATCH
    assert in_context(kind, past((20 * DAY, 1, 4), (20 * DAY, 0, 90))).urgency is Urgency.NONE
    assert in_context(kind, past((40 * DAY, 1, 90))).urgency is Urgency.NONE


@given(harms=HARMS, severity=st.sampled_from(Severity))
def test_a_raised_severity_does_not_make_the_next_one_graver(harms: frozenset[Harm], severity: Severity) -> None:
    said = alone(harms, severity)
    after = in_context(said, past((20 * DAY, 1, 2), (2 * DAY, 2, 9)))
    assert after.harms == said.harms
    assert (after.severity > Severity.NONE) == (said.severity > Severity.NONE)


@given(said=assessments(), passed=HARMS, wordless=st.booleans())
def test_what_is_passed_on_never_makes_milder(said: Assessment, passed: frozenset[Harm], wordless: bool) -> None:
    after = passing_on(said, passed, wordless=wordless)
    assert after.harms >= said.harms and after.severity >= said.severity and after.urgency >= said.urgency
    assert after.harms <= said.harms | passed
    if not wordless:
        assert after.harms <= said.harms | {Harm.DOXING}, "of a quotation, its own words decide, but for private facts"
    assert (BY_PASSING_ON in after.reason) == (after.harms != said.harms)
    if Harm.DOXING in after.harms - said.harms:
        assert after.severity >= Severity.HIGH and after.urgency >= Urgency.SAME_DAY
    assert after.severity <= max(said.severity, Severity.HIGH)
    assert passing_on(after, passed, wordless=wordless) == after
    assert BY_PASSING_ON not in after.as_said(said.verdict).reason
    theirs = evolve(said, reason=(BY_SAME_WORDS,))
    assert passing_on(theirs, passed, wordless=wordless) == theirs, "a person judged these words"


@st.composite
def copies(draw: st.DrawFn) -> Copies:
    """Any that can be."""
    abusive = draw(st.integers(0, 12))
    others = abusive + draw(st.integers(0, 8))
    harms = draw(st.frozensets(st.sampled_from(Harm), min_size=1)) if abusive else frozenset()
    return Copies(others + draw(st.integers(0, 2)), others, abusive, harms, NOON)


@given(said=assessments(), history=st.none() | histories(), around=copies())
def test_copies_never_lower_and_say_only_what_most_of_them_say(said: Assessment, history: History | None, around: Copies) -> None:
    before = said if history is None else in_context(said, history)
    after = among_copies(before, around)
    assert after.copies == around and after.history == before.history
    assert (after.probabilities, after.abusive, after.indicators, after.abstain) == (
        before.probabilities, before.abusive, before.indicators, before.abstain,
    )  # fmt: skip
    if BY_COPIES not in after.reason:
        assert (after.verdict, after.reason) == (before.verdict, before.reason)
        return
    assert said.severity is Severity.NONE and around.accounts >= MANY_ACCOUNTS
    assert 3 * around.abusive >= 2 * around.others >= 2 * (MANY_ACCOUNTS - 1)
    assert after.harms == around.harms and Severity.LOW <= after.severity <= Severity.MEDIUM
    assert after.urgency >= max(before.urgency, Urgency.WATCH)
    assert said.abstain == bool(after.reason and after.reason[-1].startswith("abstain:"))
    assert BY_COPIES not in after.as_said(before.verdict).reason, "what a person says is not her copies'"


@pytest.mark.parametrize(
    ("accounts", "others", "abusive", "raised"),
    [(5, 4, 3, True), (4, 4, 4, False), (5, 3, 3, False), (7, 6, 4, True), (8, 7, 4, False)],
)
def test_how_many_copies_are_enough(accounts: int, others: int, abusive: int, raised: bool) -> None:
    around = Copies(accounts, others, abusive, frozenset({Harm.REPUTATION}), NOON)
    after = among_copies(alone(frozenset(), Severity.NONE), around)
    assert (after.severity, BY_COPIES in after.reason) == ((Severity.LOW, True) if raised else (Severity.NONE, False))
    grave = among_copies(alone(frozenset(), Severity.NONE), Copies(9, 8, 8, frozenset({Harm.THREAT}), NOON))
    assert grave.severity is Severity.MEDIUM
