"""Sentences that tell of one person's care: somebody, something of medicine, and that it happened.

No list of phrases holds all the ways to say that. One of the three alone, or two, is how physicians speak to the public: "book an
appointment", "the vaccine was studied"; all three in one sentence tell of a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from parapet.triage.normalise import fold_word
from parapet.triage.reply.placed import Placed
from parapet.triage.words import vocabulary

_STOPS = frozenset(".!?;")
#: Besides those of the concepts YOU and THEM. French "le", "la" and "les" are articles far more often.
_WHO = "person woman man lady gentleman guy girl boy child kid baby newborn bebe madame monsieur dame femme homme enfant personne individu"
_NOT_WHO = "ya u they them their cette ce t s"
#: Besides those of the concepts CLINICAL, ILLNESS and VISITED: what is done, given, found or written in care, and where.
_CARE = (
    "ecg ekg mri ct scan ultrasound xray biopsy bloodwork labs swab chart charts file records consent form referral triage discharge "
    "antibiotics medication medications meds pill pills prescription refill insulin morphine opioid opioids injection shot iv drip stitches cast "
    "opioide opioides pharmacist pharmacien pharmacienne "
    "sling crutches rash fever cough fracture bleeding miscarriage pregnancy labour labor delivery birth caesarean allergy allergies asthma "
    "depression anxiety adhd autism addiction withdrawal detox eczema diabetes hypertension cholesterol migraine seizure seizures diagnosis "
    "exam examination procedure operation anesthetic anaesthetic treatment therapy consultation checkup screening bed ward floor unit icu er "
    "clinic hospital office reception nurse nurses resident residents paramedic paramedics receptionist admission ambulance pain protocol "
    "radiographie radio irm echographie biopsie prelevement prise bilan dossier fiche consentement formulaire conge sortie antibiotiques "
    "medicament medicaments pilule pilules insuline piqure injection points platre attelle bequilles eruption fievre toux fracture "
    "saignement grossesse accouchement naissance cesarienne allergie allergies asthme depression anxiete dependance sevrage eczema diabete "
    "migraine convulsions examen intervention operation anesthesie traitement therapie consultation depistage lit etage unite urgence urgences "
    "clinique hopital cabinet bureau infirmiere infirmieres infirmier residente secretaire ambulance ambulanciers douleur protocole soins"
)
#: Examinations, operations and illnesses by their endings: "colonoscopy", « appendicectomie ».
_CARE_ENDS = re.compile(
    r"[a-z]{3,}(?:scopy|scopie|scopies|graphy|graphie|gram|gramme|ectomy|ectomie|plasty|plastie|itis|osis|emia|emie|therapy|therapie)"
)
_NOT_ENDED = frozenset(
    "photography photographie diagram telegram programme gramme academie program geography geographie diagramme bibliographie".split()
)
#: Of the concepts, what the public is spoken to about.
_NOT_CARE = (
    "vaccine vaccines vaccination vaccin vaccins virus patients cells bacteria cellules bacteries covid grippe flu waiting visit"
)
_PAST = (
    "was were had did came saw gave told left went took sent got met said knew brought felt fell began lay sat thought wrote read paid "
    "spoke been seen given taken done spoken shown born"
)
_PAST_EN = re.compile(r"[a-z]{2,}ed")
#: "told", "waited" in French: what was (imparfait), and what has been: a form of "avoir" or "être" before a participle.
_WAS_FR = re.compile(r"[a-z]{2,}(?:ait|ais|iez|aient)|etait|etais|etiez|etaient")
_NOT_PAST = frozenset("need feed seed speed exceed indeed proceed mais jamais fait francais lait parfait used".split())
_HAVE_FR = frozenset("ai as a avons avez ont suis es est sommes etes sont".split())
_DONE_FR = re.compile(r"[a-z]{2,}(?:e|es|ee|ees|i|is|ie|it|ite|u|us|ue|ues)")
#: What may follow French "à", "es" or "est" and is no participle.
_NOT_DONE = frozenset(
    "le de une ce que tres du qui si cette notre quelque chaque plusieurs entre contre toute autre domicile".split()
)
_BETWEEN = frozenset("pas jamais moi bien tout meme deja ete vous nous plus".split())


def told(text: str, words: Sequence[Placed]) -> Iterator[tuple[int, int]]:
    """From where to where in a normalised text each such sentence has its three signs; offsets of `text`."""
    for sentence in _sentences(text, words):
        who = [token for token in sentence if token.word in _who()]
        care = [token for token in sentence if _is_care(token.word)]
        if who and care and _happened(sentence):
            near = min(((a, b) for a in who[:20] for b in care[:20]), key=lambda pair: abs(pair[0].start - pair[1].start))
            yield min(token.start for token in near), max(token.end for token in near)


def _sentences(text: str, words: Sequence[Placed]) -> Iterator[list[Placed]]:
    found: list[Placed] = []
    for before, token in pairwise([Placed("", 0, 0), *words]):
        if before.word in _STOPS or "\n" in text[before.end : token.start]:
            yield found
            found = []
        found.append(token)
    yield found


def _happened(sentence: Sequence[Placed]) -> bool:
    said = [token.word for token in sentence]
    for at, word in enumerate(said):
        if word in _NOT_PAST:
            continue
        if word in _past() or _PAST_EN.fullmatch(word) or _WAS_FR.fullmatch(word):
            return True
        if word in _HAVE_FR:
            following = [w for w in said[at + 1 : at + 4] if w not in _BETWEEN]
            if following and _DONE_FR.fullmatch(following[0]) and following[0] not in _NOT_DONE | _who():
                return True
    return False


def _is_care(word: str) -> bool:
    return word in _care() or (word not in _NOT_ENDED and _CARE_ENDS.fullmatch(word) is not None)


@cache
def _who() -> frozenset[str]:
    concepts = vocabulary().concepts
    return (concepts["YOU"] | concepts["THEM"] | _folded(_WHO)) - _folded(_NOT_WHO)


@cache
def _care() -> frozenset[str]:
    concepts = vocabulary().concepts
    return (concepts["CLINICAL"] | concepts["ILLNESS"] | concepts["VISITED"] | _folded(_CARE)) - _folded(_NOT_CARE)


@cache
def _past() -> frozenset[str]:
    return _folded(_PAST)


def _folded(said: str) -> frozenset[str]:
    return frozenset(map(fold_word, said.split()))
