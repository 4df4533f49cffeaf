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
        ("You left the house at 6:40, late for you", "presence_at_home"),
        ("I watched from my car while you were unloading the groceries", "presence_at_home"),
        ("I know you swim at the Larch Street pool", "knows_home_or_family"),
        ("You walk to the bus alone", "knows_home_or_family"),
        ("The surgeon lives at 9 Tamarack Drive", "private_facts_published"),
        ("Hang all the doctors who pushed this", "wish_of_death"),
        ("Je suis au coin de ta rue", "presence_at_home"),
        ("Il faudrait pendre tous les médecins", "wish_of_death"),
        ("J'ai fumé une cigarette pendant que vous pelletiez", "presence_at_home"),
        ("Je sais que vous nagez le mardi", "knows_home_or_family"),
        ("Ses filles descendent de l'autobus à quatre heures", "knows_home_or_family"),
        ("Mon couteau est prêt", "weapon_with_target"),
        ("Je vais te flinguer", "threat_to_life"),
        ("J'ai pus rien à perdre", "last_resort"),
        ("Le docteur dort au 9 de la rue Perrin", "private_facts_published"),
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
        "You left me on hold for an hour",
        "She lives alone and needs a home visit",
        "I left my umbrella in your waiting room",
        "I know you take new patients in June",
        "You were kind when I was unloading the groceries and fell",
        "The police think that he will be there, and so will the mayor",
        "The clinic at 1350 Marlowe Avenue opens at nine",
        "The patient was followed home by a nurse",
        "Je sais que vous prenez de nouveaux patients",
        "Je suis au coin de la rue de l'hôpital, où est l'entrée?",
        "Le couteau du chirurgien est prêt",
        "La clinique est au 9, rue Perrin",
        "Ma mère vit seule et descend mal les marches",
        "Vos enfants sont beaux",
        "My phone number is 250 555 0110, please call me about my results",
        "I hope your mother is feeling better",
        "I hope your kids get well soon",
        "You have until Friday to submit your abstract",
        "You have 48 hours to collect your prescription",
        "We have your address on file from last year",
        "Nice to see you back from sick leave",
        "I'll find you another appointment",
        "Watch your back when you lift",
        "Don't kill yourself over this deadline",
        "The doctors' trial opened in Nuremberg in 1946",
        "The doctors hang their coats by the door",
        "Il faut tuer la bactérie avant les symptômes",
        "You will be at the conference on Monday and so will I",
        "I followed your advice to the letter",
        "I followed you to your new clinic",
        "I know you run a busy clinic",
        "You left my mother alone for three hours",
        "My home phone is 902 555 0163",
        "My father lives at 14 Elm Street and needs a home visit",
        "Sorry to see you leave",
        "I left cookies on your porch",
        "Je sais que vous partez bientôt à la retraite",
        "Ma mère habite au 12, rue Perrin",
        "Mon numéro de maison : 450 555-0118",
        "Le traitement, je l'ai suivi jusqu'au bout",
        "J'aiguise mes couteaux avant de cuisiner",
        "Vos enfants rentrent à l'école",
        "On va pas vous faire mal",
        "J'ai laissé des tomates sur votre galerie",
        "Va te reposer, docteure, on va te remplacer demain",
        "Ça va vous aider",
        "Allez vous faire vacciner",
        "Je vais vous prendre un rendez-vous",
        "On va vous faire parvenir les résultats",
        "Je vais vous trouver une place",
        "J'espère que votre fille va mieux",
        "Je vous ai vue à la télé hier",
        "Je vous attends à l'accueil",
        "Faites attention à vous",
        "Dernier avis: votre facture",
        "Je viens vendredi pour mon rendez-vous",
        "Reposez-vous après votre garde",
        "Vous ne verrez pas l'effet avant un mois",
        "Il vous reste 3 jours pour répondre",
        "Le gars qui a brûlé la clinique a eu six ans",
        "Quelqu'un sait où elle pratique?",
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


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, you do your job well",
        "Please transfer my file to Dr. Petrakis",
        "Everyone please write to the minister about this ward",
        "We should renew our licence to practise",
        "Tout le monde est invité à la clinique samedi",
        "La panne a laissé tout le monde à la chandelle",
        "Signalez le faux compte",
        "Donnez-lui une chaise",
    ],
)
def test_no_rule_at_all_fires_on_plain_work(text: str) -> None:
    assert not codes(text)


def test_what_comes_next_can_be_excluded() -> None:
    expression, needs = compile_pattern("i find you !a|some")
    assert needs == (frozenset({"i"}), frozenset({"find"}), frozenset({"you"}))
    assert expression.search(" i find you alone ")
    assert expression.search(" i find you ")
    assert expression.search(" i find you another ")
    assert not expression.search(" i find you a surgeon ")
