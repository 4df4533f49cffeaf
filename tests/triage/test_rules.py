"""The little language of rules, and that every rule can be reached and none fires on kindness."""

from __future__ import annotations

import pytest

from parapet.triage.indicators import find_hits, rules_en, rules_fr
from parapet.triage.indicators.pattern import compile_pattern
from parapet.triage.normalise import normalise
from parapet.triage.words import read_disguised, tokens


def codes(text: str) -> set[str]:
    return {hit.rule.code for hit in find_hits(tokens(normalise(text, read_disguised).text))}


@pytest.mark.parametrize("rules", [rules_en.RULES, rules_fr.RULES])
def test_every_pattern_compiles_and_has_words_to_look_for(rules: tuple[object, ...]) -> None:
    for rule in rules:
        for pattern in rule.patterns:  # type: ignore[attr-defined]
            _, needs = compile_pattern(pattern)
            assert all(needs)


def test_both_languages_know_the_same_indicators() -> None:
    assert {r.code for r in rules_en.RULES} == {r.code for r in rules_fr.RULES}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I will kill you", "threat_to_life"),
        ("I have a rifle for you", "weapon_with_target"),
        ("I am outside your house right now", "presence_at_home"),
        ("We know when you finish work", "presence_at_work"),
        ("I know where you live", "knows_home_or_family"),
        ("Your kids are next, they will pay", "threat_to_family"),
        ("You have until Friday", "stated_date"),
        ("You left me no choice", "last_resort"),
        ("I will rape you", "sexual_violence"),
        ("I will break your jaw", "harm_intended"),
        ("I hope you die", "wish_of_death"),
        ("The gallows are waiting for you", "tribunal"),
        ("Does anyone know where she lives", "doxing_call_to_act"),
        ("She lives at 27 Fenwick Street", "private_facts_published"),
        ("Everybody report her to the college", "call_to_pile_on"),
        ("You will lose your licence", "licence_campaign"),
        ("You blocked me so here is my new account", "new_channel_after_block"),
        ("You can't ignore me forever", "fixation"),
        ("Tu m'as bloquée, voici mon autre compte", "new_channel_after_block"),
        ("Tu pourras pas m'ignorer longtemps", "fixation"),
        ("Je vais te tuer", "threat_to_life"),
        ("J'ai un fusil pour toi", "weapon_with_target"),
        ("Je suis devant chez toi", "presence_at_home"),
        ("On sait quand tu finis", "presence_at_work"),
        ("Je sais où tu habites", "knows_home_or_family"),
        ("Pense à tes enfants", "threat_to_family"),
        ("Tu as jusqu'à demain", "stated_date"),
        ("Dernier avertissement", "last_resort"),
        ("Tu mérites de te faire violer", "sexual_violence"),
        ("Je vais te casser les jambes", "harm_intended"),
        ("J'espère que tu vas crever", "wish_of_death"),
        ("Nuremberg vous attend", "tribunal"),
        ("Quelqu'un sait où elle habite", "doxing_call_to_act"),
        ("Elle habite au 48 rue des Pruches", "private_facts_published"),
        ("Inondez sa page", "call_to_pile_on"),
        ("Tu vas perdre ton permis", "licence_campaign"),
    ],
)
def test_a_rule_hears_its_plainest_form(text: str, code: str) -> None:
    assert code in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "Smoking will kill you",
        "This joke killed me, you killed it",
        "He was shot twice and survived",
        "The college will review your licence application",
        "See you on Friday at the clinic",
        "I'll wait for you by the front desk",
        "Everybody please sign the petition for more beds",
        "My kids go to school near the clinic",
        "Le tabac va tuer la moitié des fumeurs",
        "On se voit vendredi à la clinique",
        "Mon permis de conduire est expiré",
        "Pensez à vos vaccins",
    ],
)
def test_no_grave_rule_fires_on_what_only_sounds_alike(text: str) -> None:
    hits = find_hits(tokens(normalise(text, read_disguised).text))
    assert not [hit.rule.code for hit in hits if hit.rule.grave]


@pytest.mark.parametrize("bad", ["..", "#", "word* .."])
def test_a_pattern_without_a_word_to_look_for_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="no word"):
        compile_pattern(bad)
