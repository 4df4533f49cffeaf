"""What a reply risks: signs with the words that say so, in both languages; and nothing of it is invented or lost."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.domain.judgement import Assessment, Severity, Urgency
from parapet.domain.replies import Concern, Risk, Where, not_found
from parapet.triage import Triage
from parapet.triage.private import PrivateFacts
from parapet.triage.reply import risks_of
from parapet.triage.reply.guard import _compiled

UNHARMED = Assessment({}, 0.0, frozenset(), Severity.NONE, Urgency.NONE, (), "en", False, (), "none")
FACTS = PrivateFacts.of(b"k" * 32, [("home", "12 Quiet Lane"), ("phone", "514 555-0147")])


@cache
def judge() -> Triage:
    return Triage.load()


def look(
    reply: str, where: Where = Where.MAIL, *, private: PrivateFacts | None = None, threatened: bool = False
) -> tuple[Risk, ...]:
    return risks_of(reply, where, judged=judge().assess(reply), private=private, threatened=threatened)


def signs(reply: str, where: Where = Where.MAIL) -> set[str]:
    return {f"{risk.concern}.{risk.code}" for risk in look(reply, where) if risk.words}


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("As your doctor I told you otherwise.", "confidentiality.patient_is"),
        ("You were never my patient.", "confidentiality.patient_not"),
        ("When you came to the clinic you were rude to the nurse.", "confidentiality.visit"),
        ("Your own biopsy results say otherwise.", "confidentiality.results"),
        ("I prescribed you exactly what the guideline says.", "confidentiality.care"),
        ("Your mother was in good hands on our unit.", "confidentiality.relative"),
        ("Your last visit was on March 3.", "confidentiality.date"),
        ("The insulin was explained to you twice.", "confidentiality.told"),
        ("Say it to my face.", "engagement.dare"),
        ("Everyone please report this account.", "engagement.audience"),
        ("You will hear from my lawyer.", "engagement.legal"),
        ("I deleted your comment.", "evidence.delete"),
        ("I've blocked you.", "evidence.block"),
        ("I made a mistake that day.", "evidence.admit"),
        ("The police know about you.", "evidence.plans"),
        ("Leave my daughter out of it.", "private.family"),
        ("I live on Elm.", "private.whereabouts"),
        ("Write to ada@home.example instead.", "private.contact"),
        ("En tant que médecin, comme j’étais votre médecin, je sais.", "confidentiality.patient_is"),
        ("Vous n’avez jamais été ma patiente.", "confidentiality.patient_not"),
        ("Lors de votre dernière visite, vous étiez en retard.", "confidentiality.visit"),
        ("Je vous ai vue à l’urgence.", "confidentiality.visit"),
        ("Les résultats? Vos résultats d’analyse sont normaux.", "confidentiality.results"),
        ("Je vous ai prescrit ce qu’il fallait.", "confidentiality.care"),
        ("Votre père a reçu tous les soins.", "confidentiality.relative"),
        ("Votre dossier dit le contraire, le 3 mars.", "confidentiality.date"),
        ("C’est moi qui ai fait la coloscopie, vous étiez d’accord.", "confidentiality.told"),
        ("Prouvez-le donc! Prouvez donc.", "engagement.dare"),
        ("Signalez ce compte, tous.", "engagement.audience"),
        ("Mon avocate vous écrira.", "engagement.legal"),
        ("J’ai supprimé votre commentaire.", "evidence.delete"),
        ("Je vous ai bloqué.", "evidence.block"),
        ("C’est ma faute, je suis désolée.", "evidence.admit"),
        ("J’ai des captures d’écran.", "evidence.plans"),
        ("Laissez ma fille tranquille.", "private.family"),
        ("J’habite sur la rue des Érables.", "private.whereabouts"),
    ],
)
def test_each_sign_is_found_with_its_words(reply: str, expected: str) -> None:
    assert expected in signs(reply)


@pytest.mark.parametrize(
    "reply",
    [
        "Vaccines are studied for years, and their effects are reported to Health Canada.",
        "We take every concern seriously. Please call the office.",
        "Ask your family doctor which vaccine fits.",
        "Thank you for the question. The study is linked below.",
        "Les vaccins sont étudiés pendant des années.",
        "Nous prenons chaque préoccupation au sérieux. Appelez le cabinet.",
        "If you have questions, book an appointment at the clinic.",
        "You asked why the guideline changed: the evidence did.",
        "Si vous avez des questions, prenez rendez-vous à la clinique.",
        "Merci de votre question. L’étude se trouve ci-dessous.",
    ],
)
def test_a_plain_answer_has_no_sign(reply: str) -> None:
    assert signs(reply) == set()


def test_every_reply_risks_something_and_a_threat_is_said_first() -> None:
    for where, codes in (
        (Where.POST, {"reach"}), (Where.REVIEW, {"reach", "review"}), (Where.MAIL, {"contact"}), (Where.MESSAGE, {"contact"}),
    ):  # fmt: skip
        assert {risk.code for risk in look("Thank you.", where)} == codes
    first, *_ = look("I saw you. Thank you.", Where.REVIEW, threatened=True)
    assert (first.concern, first.code) == (Concern.ENGAGEMENT, "threat")
    assert not_found(look("Thank you.", Where.REVIEW)) == (Concern.EVIDENCE, Concern.TONE, Concern.PRIVATE)


def test_one_insult_in_a_polite_reply_is_named_and_a_word_said_to_nobody_is_not() -> None:
    polite = "You idiot. As your doctor I saw your daughter on March 3 and her biopsy results were fine."
    assert ("word", "idiot") in {(risk.code, risk.words) for risk in look(polite, Where.POST) if risk.concern is Concern.TONE}
    assert not [r for r in look("The idiot light of my car came on.", Where.POST) if r.concern is Concern.TONE]


def test_her_own_insult_and_threat_are_told_as_a_strangers_would_be() -> None:
    found = [
        risk for risk in look("You are a pathetic idiot. I will kill you on Friday.", Where.POST) if risk.concern is Concern.TONE
    ]
    assert {"insult", "threat", "threat_to_life"} <= {risk.detail for risk in found}
    assert {"pathetic", "idiot"} <= {risk.words for risk in found}


def test_her_own_private_facts_are_found_in_any_spelling() -> None:
    found = [risk for risk in look("Come to 12 QUIET  lane, or call (514) 555.0147", private=FACTS) if risk.code == "known"]
    assert [(risk.detail, risk.words) for risk in found] == [("home", "12 QUIET  lane"), ("phone", "(514) 555.0147")]


#: What people type, what machines send, and words that the signs look for.
_PIECES = (
    "your results my patient I saw you votre dossier 12 Quiet Lane March 3 k1ll a@b.co ’ \u202e \u200b \ud800 ﬁ İ #YourChart 😀"
)
PIECES = st.sampled_from([*_PIECES.split(), "\n", "12 Quiet Lane"])


@settings(max_examples=150)
@given(
    reply=st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=40).map(" ".join)),
    where=st.sampled_from(Where),
    threatened=st.booleans(),
)
def test_the_answer_holds_no_more_than_the_words_she_gave(reply: str, where: Where, threatened: bool) -> None:
    for risk in risks_of(reply, where, judged=UNHARMED, private=FACTS, threatened=threatened):
        assert risk.words == reply[risk.start : risk.end]
        assert 0 <= risk.start <= risk.end <= len(reply)
        assert bool(risk.words) == (risk.end > risk.start)


def test_it_stays_quick_on_what_is_made_to_be_slow() -> None:
    """Gaps are bounded: ten times the text is not a hundred times the work."""
    took = []
    for times in (1, 10):
        hostile = "your last medical " * 100 * times + "i we my our " * 100 * times
        began = time.perf_counter()
        risks_of(hostile, Where.POST, judged=judge().assess("x"))
        took.append(time.perf_counter() - began)
    assert took[1] < 60 * took[0] + 1


def test_every_sign_can_be_met() -> None:
    """A pattern that names no word of its own would stand for everything."""
    assert all(needs for _sign, _expression, needs in _compiled())
    assert len({(sign.concern, sign.code) for sign, *_ in _compiled()}) == 15
