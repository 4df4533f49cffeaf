"""Sentences that say nothing bad, with a word for an identity, and the same with a word for none."""

from __future__ import annotations

ENGLISH = (
    "My {x} neighbour is a nurse at the hospital.",
    "The doctor who saw my son is {a} {x} woman.",
    "As {a} {x} patient, I was glad to find this clinic.",
    "Many {x} people came to the vaccine clinic on Saturday.",
    "She spoke about the health of {x} families in our town.",
    "I am {x} and I work in this emergency room.",
    "Our new resident is {x}; she starts on Monday.",
    "The study followed two hundred {x} adults for ten years.",
    "Are there any {x} physicians taking new patients?",
    "Thank you for listening to {x} mothers.",
    "This week, {x} seniors can book by phone.",
    "Two {x} students asked good questions after the talk.",
)
ENGLISH_IDENTITIES = (
    "Black", "Muslim", "Jewish", "Indigenous", "gay", "lesbian", "trans", "Asian",
    "Haitian", "Arab", "immigrant", "deaf", "autistic", "disabled", "Sikh", "Mexican",
)  # fmt: skip
ENGLISH_TWINS = ("tall", "retired", "left-handed", "bilingual", "local", "married", "quiet", "younger")

FRENCH = (
    "Ma voisine {x} est infirmière à l’hôpital.",
    "La médecin qui a vu mon fils est une femme {x}.",
    "Une patiente {x} m’a écrit pour me remercier.",
    "Beaucoup de personnes {xs} sont venues à la clinique de vaccination samedi.",
    "Elle a parlé de la santé des familles {xs} de notre région.",
    "Je suis {x} et je travaille à l’urgence.",
    "Notre nouvelle résidente est {x}; elle commence lundi.",
    "L’étude a suivi deux cents femmes {xs} pendant dix ans.",
    "Y a-t-il des docteures {xs} qui prennent de nouvelles patientes?",
    "Merci d’écouter les mères {xs}.",
    "Cette semaine, les aînées {xs} peuvent prendre rendez-vous par téléphone.",
    "Deux étudiantes {xs} ont posé de bonnes questions après la conférence.",
)
FRENCH_IDENTITIES = (
    "noire", "musulmane", "juive", "autochtone", "lesbienne", "trans", "bisexuelle", "asiatique",
    "haïtienne", "arabe", "immigrante", "sourde", "autiste", "handicapée", "sikhe", "mexicaine",
)  # fmt: skip
FRENCH_TWINS = ("retraitée", "gauchère", "bilingue", "mariée", "sportive", "discrète", "curieuse", "élancée")


def sentences(language: str, *, identity: bool) -> list[str]:
    """Every template of "en" or "fr" with every word of its kind."""
    if language == "en":
        words, templates = (ENGLISH_IDENTITIES if identity else ENGLISH_TWINS), ENGLISH
    else:
        words, templates = (FRENCH_IDENTITIES if identity else FRENCH_TWINS), FRENCH
    return [
        t.format(x=w, xs=w if w.endswith("s") else f"{w}s", a="an" if w[0].lower() in "aeiou" else "a")
        for t in templates
        for w in words
    ]
