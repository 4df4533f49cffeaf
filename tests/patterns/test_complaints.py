"""Letters of complaint: what they say of themselves, in both languages; and whose passages stand in whose."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sample import SAMPLE

from parapet.domain.regulators import READ_ON, REGULATORS, RULES, answer_due
from parapet.patterns.complaint_rules import OF_CAMPAIGN, OF_CARE
from parapet.patterns.complaint_rules import RULES as EXPRESSIONS
from parapet.patterns.complaints import calls_to_complain, codes, folded, reads_as_care, signs, split, stated_days
from parapet.patterns.passages import nearly_the_same, share, shared

#: Written for these tests; nobody in them exists.
CARE = {
    "en": (
        "To the Registrar\n\nRe: care of my daughter\n\nMy daughter was seen by Dr. Example on 3 March with a fever and a rash. She was given an "
        "antibiotic, and nobody asked about her allergy. Two days later she was admitted with swelling.\n\nPlease explain why no allergy was looked "
        "for. I enclose the discharge summary.\n\nRobin Sample"
    ),
    "fr": (
        "Madame la registraire,\n\nMa mère a été examinée à la clinique par la Dre Exemple le 3 mars pour des douleurs et de la fièvre. On lui a "
        "prescrit un antibiotique sans prise de sang.\n\nJ’aimerais comprendre pourquoi. Je joins le résumé du dossier et on peut me joindre au "
        "555-0100.\n\nCamille Exemple"
    ),
}
CAMPAIGN = {
    "en": (
        "To the College\n\nI have never been treated by this doctor, but I have read her posts and seen the interview. I demand that her licence be "
        "revoked and that she make a public apology. Thousands of parents are signing this same letter."
    ),
    "fr": (
        "Au Collège des médecins,\n\nJe n’ai jamais été soigné par ce médecin, mais j’ai lu ses publications et vu l’entrevue. J’exige sa radiation "
        "et des excuses publiques. Des milliers de parents envoient cette même lettre."
    ),
}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_complaint_about_care_is_told_from_a_campaign(lang: str) -> None:
    care, campaign = codes(CARE[lang]), codes(CAMPAIGN[lang])
    assert reads_as_care(care, alike=False) and not care & {"says_no_patient", "says_many", "about_speech", "asks_punishment"}, (
        care
    )
    assert not reads_as_care(campaign, alike=False) and not campaign & OF_CARE, campaign
    assert {"says_no_patient", "says_many", "about_speech", "asks_punishment"} <= campaign
    # Whoever lends a campaign the words of a patient is many letters, and many letters are not one visit.
    assert not reads_as_care(care, alike=True)
    # And whoever asks for a suspension after bad care is still heard as somebody who was there.
    assert reads_as_care(
        codes(CARE[lang] + (" I want him suspended." if lang == "en" else " Je veux sa suspension.")), alike=False
    )


@pytest.mark.parametrize(
    "text",
    [
        "I was not treated with respect when my father saw Dr. Example on 3 March, and he was not seen for six hours.",
        "My son was seen on 2026-03-03. He has never been the same.",
        "Mon père a été vu le 3 mars et il n’a pas été examiné par le médecin avant midi.",
    ],
)
def test_a_patient_who_was_badly_seen_is_not_read_as_no_patient(text: str) -> None:
    assert "says_no_patient" not in codes(text) and "says_patient" in codes(text)


def test_the_sample_has_one_of_each() -> None:
    letters = {name: (SAMPLE / "complaint" / f"letter-{name}.txt").read_text() for name in ("50043", "58155")}
    assert not reads_as_care(codes(letters["50043"]), alike=False) and codes(letters["50043"]) >= OF_CAMPAIGN
    assert reads_as_care(codes(letters["58155"]), alike=False) and codes(letters["58155"]) >= OF_CARE
    assert not nearly_the_same(letters["50043"], letters["58155"]) and not shared(letters["50043"], letters["58155"])
    assert len(split(letters["50043"])) == 4 and split(letters["58155"])[0].startswith("My father, aged 71")


def test_allegations_come_one_by_one() -> None:
    numbered = "Madame,\n\nJe reproche ceci :\n\n1. Elle a dit que les masques protègent.\n2) Elle refuse de répondre.\n\nSalutations\n\nC. Exemple"
    assert split(numbered) == ("Elle a dit que les masques protègent.", "Elle refuse de répondre.")
    wrapped = "To the Registrar, College\nRe: Complaint\nDr. Example told lies about\nfilters. She refused to answer my call.\nRobin Sample"
    assert split(wrapped) == ("Dr. Example told lies about filters.", "She refused to answer my call.")
    assert split("") == () == split("\n\n")


@pytest.mark.parametrize(
    "text",
    [
        "File a complaint today: she breaches informed consent. Form letter here https://x.example/a",
        "Everyone, please report this doctor to the College!",
        "send a complaint right now",
        "Portez plainte au Collège dès maintenant, lettre type ici.",
        "Il faut déposer une plainte contre elle.",
    ],
)
def test_a_call_to_complain_is_found(text: str) -> None:
    hit = calls_to_complain(text)
    assert hit is not None and 0 <= hit.start < hit.end <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "She answered every complaint in the meeting with patience.",
        "The hospital has received a complaint about parking.",
        "Sa plainte a été traitée avec soin.",
        "Thank you, doctor. The college of arts was lovely today.",
    ],
)
def test_talk_of_complaints_is_no_call(text: str) -> None:
    assert calls_to_complain(text) is None


def test_what_the_letter_itself_gives_is_read() -> None:
    assert stated_days("You have 30 days to respond.") == 30 == stated_days("Vous avez 30 jours pour répondre.")
    assert stated_days("Please reply within 21 days of this letter.") == 21
    assert stated_days("She was ill for 30 days.") is None is stated_days("You have 900 days to respond.")


def test_each_place_has_its_rule_and_its_source() -> None:
    assert len(REGULATORS) == 13 and all(each.days for each in REGULATORS.values())
    assert all(each.url.startswith("http") or not each.own_rule for each in REGULATORS.values())
    assert READ_ON.year == 2026 and all(rule.source.en and rule.source.fr and rule.says.fr for rule in RULES)
    friday = date(2026, 9, 18)
    assert answer_due(REGULATORS["ON"], friday) == date(2026, 10, 18)
    assert answer_due(REGULATORS["SK"], friday) == date(2026, 10, 8), "fourteen days on which offices are open"


words = st.lists(
    st.sampled_from("posts filters children college consent parents demand licence careful north water seven".split()),
    max_size=40,
)


@given(words, words, words)
def test_a_passage_stands_in_both_word_by_word(before: list[str], middle: list[str], after: list[str]) -> None:
    text, other = " ".join(before + middle), " ".join(middle + after)
    flat = " ".join(folded(other).split())
    for passage in shared(text, other):
        assert folded(text[passage.start : passage.end]) in flat
        assert passage.words >= 6 and 0 <= passage.start < passage.end <= len(text)
    assert 0 <= share(text, other) <= 1 and share(text, text) in (0.0, 1.0)


@given(st.text(max_size=400))
def test_no_text_is_too_odd_to_read(text: str) -> None:
    assert len(folded(text)) == len(text)
    for sign in signs(text):
        assert 0 <= sign.start < sign.end <= len(text) and sign.code in {*EXPRESSIONS, "dated_event", "clinical_detail"}
    split(text), calls_to_complain(text), stated_days(text)


def test_a_long_hostile_letter_is_read_in_a_time_that_grows_with_its_length() -> None:
    """Not measured: a rule that went through it over and over would not come back."""
    for piece in (
        "my father ",
        "demand ",
        "a complaint ",
        "report this doctor ",
        "1. ",
        "have never ",
        "ne suis pas ",
        "\n\n",
        "Dr. A",
    ):
        text = piece * (60_000 // len(piece))
        signs(text), calls_to_complain(text), split(text), shared(text, text)
