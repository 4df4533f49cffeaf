"""What accounts that act together come to is counted by account, in whatever order it is given; kind words are heard as kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.judgement import AT_ONCE, Assessment, Campaign, Harm, Severity, Urgency
from parapet.patterns.campaigns import Chains, Voice, of_the_same_people, told
from parapet.patterns.copies import carried, content
from parapet.patterns.kindness import speaks_for_her
from parapet.triage.context import act_together, by_words_alone, in_campaign, is_against_her

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
BARE = Assessment({Harm.INSULT: 0.1}, 0.1, frozenset(), Severity.NONE, Urgency.NONE, (), "en", False, (), "m")
ATTACK = Campaign(20, 8, 6, 7, 8, 3, 4, 0, frozenset({Harm.REPUTATION}), NOON, NOON)

VOICES = st.lists(
    st.builds(
        Voice,
        item=st.integers(1, 10**6),
        account=st.none() | st.tuples(st.sampled_from(["x", "mail"]), st.integers(1, 9)),
        sent_at=st.integers(0, 900).map(lambda minutes: NOON + timedelta(minutes=minutes)),
        assessed=st.booleans(),
        harms=st.frozensets(st.sampled_from(list(Harm)), max_size=2),
        close=st.booleans(),
        kind=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda voice: voice.item,
)


@given(voices=VOICES, order=st.randoms(use_true_random=False))
def test_the_order_in_which_messages_come_changes_nothing(voices: list[Voice], order: object) -> None:
    mixed = voices[:]
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert told(mixed) == told(voices)


@given(voices=VOICES)
def test_counts_are_of_accounts_and_never_contradict_one_another(voices: list[Voice]) -> None:
    found = told(voices)
    accounts = {voice.account for voice in voices} - {None}
    if found is None:
        assert not accounts
        return
    assert found.accounts == len(accounts) and found.messages == len(voices)
    assert max(found.repeated, found.at_once, found.heard) <= found.accounts
    assert found.abusive <= found.close <= found.heard and found.abusive + found.kind <= found.accounts
    assert bool(found.harms) == bool(found.abusive)
    window = max(
        len({v.account for v in voices if v.account and start.sent_at <= v.sent_at <= start.sent_at + AT_ONCE})
        for start in voices
        if start.account
    )
    assert found.at_once == window


@given(voices=VOICES, loud=st.integers(0, 39), times=st.integers(1, 30))
def test_one_account_is_one_voice_however_often_it_writes(voices: list[Voice], loud: int, times: int) -> None:
    """Nobody makes a campaign of abuse alone."""
    before = told(voices)
    if before is None:
        return
    voice = voices[loud % len(voices)]
    more = [evolve(voice, item=10**7 + n) for n in range(times)]
    after = told(voices + more)
    assert after is not None and (after.accounts, after.abusive, after.kind, after.heard) == (
        before.accounts,
        before.abusive,
        before.kind,
        before.heard,
    )
    assert after.repeated - before.repeated <= 1


@given(pairs=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=40), order=st.randoms(use_true_random=False))
def test_chains_are_the_same_in_whatever_order_they_are_joined(pairs: list[tuple[int, int]], order: object) -> None:
    def chained(joins: list[tuple[int, int]]) -> set[frozenset[int]]:
        chains = Chains()
        for one, other in joins:
            chains.join(one, other)
        found = chains.members()
        assert all(first == min(items) for first, items in found.items())
        return {frozenset(items) for items in found.values()}

    mixed = pairs[:]
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert chained(mixed) == chained(pairs)


def test_its_harms_are_those_of_most_of_what_is_abusive_by_account() -> None:
    """Who sends two texts, of which one incites, has not incited with both; who sends forty counts as one."""
    both, one = frozenset({Harm.REPUTATION, Harm.INCITEMENT}), frozenset({Harm.REPUTATION})
    voices = [Voice(2 * n + m, ("x", n), NOON, True, (both, one)[m if n else 0], True, False) for n in range(4) for m in range(2)]
    loud = [Voice(100 + n, ("x", 9), NOON, True, frozenset({Harm.INSULT}), True, False) for n in range(40)]
    found = told([*voices, *loud])
    assert found is not None and found.harms == {Harm.REPUTATION, Harm.INCITEMENT}, "two and a half of five incite"
    found = told([*voices[2:], *loud])
    assert found is not None and found.harms == {Harm.REPUTATION}


def test_texts_hang_together_by_the_people_who_sent_them() -> None:
    crowd = frozenset(range(10))
    texts = {1: crowd, 2: frozenset(range(5, 20)), 3: frozenset(range(6, 30)), 4: frozenset(range(40, 50))}
    assert set(of_the_same_people(texts, 5)) == {(1, 2), (2, 3)}


@pytest.mark.parametrize(
    ("change", "against"),
    [
        ({}, True),
        ({"accounts": 4, "repeated": 4, "at_once": 4, "heard": 4}, False),  # too few
        ({"repeated": 4}, False),  # most sent one each: a wave of people
        ({"accounts": 13, "heard": 13, "abusive": 5}, False),  # fewer than half of them sent several
        ({"at_once": 4}, False),  # never many at once
        ({"abusive": 1}, False),  # one may be anybody's slip
        ({"heard": 4}, False),  # most wait to be judged
        ({"abusive": 2, "heard": 8}, True),
        ({"abusive": 2, "heard": 9, "accounts": 9}, False),  # fewer than a quarter
        ({"abusive": 1, "close": 6}, True),  # mild, and nearly all of it
        ({"abusive": 0, "close": 8}, False),  # nothing is abusive
        ({"kind": 1}, True),
        ({"kind": 2}, False),  # friends act together too
    ],
)
def test_when_accounts_that_act_together_attack(change: dict[str, int], against: bool) -> None:
    campaign = evolve(ATTACK, **change)
    assert is_against_her(campaign) is against
    said = in_campaign(BARE, campaign, friendly=False)
    assert (said.harms, said.severity) == ((ATTACK.harms, Severity.LOW) if against else (frozenset(), Severity.NONE))
    assert said.campaign == campaign
    assert act_together(campaign) or not against


def test_a_campaign_changes_no_word_that_is_abusive_and_none_that_is_kind() -> None:
    worse = evolve(BARE, harms=frozenset({Harm.THREAT}), severity=Severity.HIGH, urgency=Urgency.SAME_DAY)
    assert in_campaign(worse, ATTACK, friendly=False) == evolve(worse, campaign=ATTACK)
    assert in_campaign(BARE, ATTACK, friendly=True) == evolve(BARE, campaign=ATTACK)
    unsure = evolve(BARE, abstain=True, reason=("abstain:close",))
    raised = in_campaign(unsure, evolve(ATTACK, harms=frozenset({Harm.DOXING})), friendly=False)
    assert (raised.severity, raised.urgency) == (Severity.MEDIUM, Urgency.WATCH)
    assert raised.reason == ("context:campaign", "abstain:close")
    assert by_words_alone(raised) == unsure, "and what the words alone say can be had again"


@pytest.mark.parametrize(
    "text",
    [
        "thank you for speaking up", "so sorry you get this", "i reported it for you", "we stand with you", "don't let them win",
        "merci de tenir bon", "ne lachez pas", "toute la garderie vous appuie", "j' ai signale ces commentaires", "personne ne merite ca",
    ],
)  # fmt: skip
def test_kind_words_are_heard(text: str) -> None:
    assert speaks_for_her(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "thanks for nothing", "never thank this clinic", "why is this person still licensed", "i respectfully disagree with the trial",
        "aucun merci pour ca", "cessez de dire merci", "pourquoi ce permis est il encore valide", "report her to the college today",
    ],
)  # fmt: skip
def test_others_are_not(text: str) -> None:
    assert not speaks_for_her(text.split())


def test_a_short_text_says_what_it_says_with_its_page_and_hashtag() -> None:
    text = "Each time a cheque clears. Owned! #OurCall HTTPS://www.Page.example/who-1?s=4"
    assert carried(text) == ("#ourcall", "/page.example/who-1")
    assert carried("page(.)example/who-1.") == ("/page.example/who-1",)
    short, own = ["cheque", "clears", "owned", "doctors"], ["cheque", "clears", "owned", "doctors", "schools", "parents"]
    assert not content(short) and {word[2:] for word in content([*short, *carried(text)])} >= {"#ourcall", "/page.example/who-1"}
    assert content([*own, *carried(text)]) == content(own), "where its words are enough, they alone count"
    assert not content(["cheque", "#a", "#b", "#c", "#d", "#e", "#f"]), "a row of hashtags says nothing"
