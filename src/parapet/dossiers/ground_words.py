"""The ground in words: what each fact says, and by which rule it was found. For screens and documents alike, in English and French."""

from __future__ import annotations

from collections.abc import Mapping

from parapet.domain.ground import Fact
from parapet.dossiers import times

#: What each fact says. `.1` is said where it counts one.
FACT: Mapping[str, Mapping[str, str]] = {
    "en": {
        "says_no_patient": "The letter itself says that its writer was never the physician’s patient.",
        "states_never_patient": "The physician states that the writer was never a patient of theirs.",
        "call_before": (
            "Before the letter, others were asked to complain: {n} messages by {accounts} accounts, the first on {first}, "
            "{days} days before it was received."
        ),
        "call_before.1": (
            "Before the letter, others were asked to complain: 1 message, on {first}, {days} days before it was received."
        ),
        "near_identical": (
            "Nearly the same letter came {n} more times: up to {percent} % of the words stand in both, in the same order."
        ),
        "near_identical.1": "Nearly the same letter came once more: {percent} % of the words stand in both, in the same order.",
        "words_of_posts": "The letter repeats passages ({passages}), word by word, from {n} messages that others sent before it.",
        "words_of_posts.1": (
            "The letter repeats passages ({passages}), word by word, from a message that somebody sent before it."
        ),
        "same_page": "The letter sends its reader to the same page as {n} messages about the physician.",
        "same_page.1": "The letter sends its reader to the same page as a message about the physician.",
        "says_many": "The letter itself says that others send the same.",
        "timing": "In the {days} days before it was received, {n} messages of this case were sent.",
        "timing.1": "In the {days} days before it was received, 1 message of this case was sent.",
        "earlier_dismissed": (
            "Earlier complaints about the physician that were dismissed: {n}; of these from somebody of the same name: {same}."
        ),
        "says_elsewhere": "The letter itself says that its writer lives or works elsewhere.",
        "about_speech": "The letter is about what the physician said in public.",
        "speech": "What the physician said in public is in this file as it was: {n} exhibits.",
        "speech.1": "What the physician said in public is in this file as it was: 1 exhibit.",
        "asks_punishment": "The letter asks for a suspension, another penalty, or an apology.",
        "no_care_told": "The letter tells of no visit, no day of care, and no treatment.",
        "says_patient": "The letter says that its writer, or somebody close, was a patient.",
        "states_patient": "The physician states that the writer, or somebody close, was a patient.",
        "dated_event": "The letter names a day on which care was given.",
        "clinical_detail": "The letter tells in clinical detail what happened.",
        "asks_explanation": "The letter asks for an explanation, or that something be changed.",
        "offers_records": "The letter offers records, agrees to their release, or says how its writer can be reached.",
        "only_one": "No other letter in these words was found. Other letters about the physician in these records: {n}.",
        "no_call": "No message of this case calls on others to complain before the letter was received.",
        "earlier_upheld": (
            "Earlier complaints about the physician that were upheld, or ended with advice: {n}; of these from somebody of the "
            "same name: {same}."
        ),
        "own_tone": (
            "Of the physician’s own posts in this case, {n} were judged to be more than plain: a college may read them so."
        ),
        "own_tone.1": "Of the physician’s own posts in this case, 1 was judged to be more than plain: a college may read it so.",
    },
    "fr": {
        "says_no_patient": "La lettre dit elle-même que la personne qui l’écrit n’a jamais été soignée par le médecin.",
        "states_never_patient": "Le médecin déclare n’avoir jamais soigné la personne qui écrit.",
        "call_before": (
            "Avant la lettre, d’autres ont été invités à se plaindre : {n} messages de {accounts} comptes, le premier le "
            "{first}, {days} jours avant la réception."
        ),
        "call_before.1": (
            "Avant la lettre, d’autres ont été invités à se plaindre : 1 message, le {first}, {days} jours avant la réception."
        ),
        "near_identical": (
            "Presque la même lettre est arrivée {n} autres fois : jusqu’à {percent} % des mots figurent dans les deux, dans le "
            "même ordre."
        ),
        "near_identical.1": (
            "Presque la même lettre est arrivée une autre fois : {percent} % des mots figurent dans les deux, dans le même ordre."
        ),
        "words_of_posts": (
            "La lettre répète des passages ({passages}), mot à mot, de {n} messages envoyés par d’autres avant elle."
        ),
        "words_of_posts.1": (
            "La lettre répète des passages ({passages}), mot à mot, d’un message envoyé par quelqu’un d’autre avant elle."
        ),
        "same_page": "La lettre renvoie à la même page que {n} messages au sujet du médecin.",
        "same_page.1": "La lettre renvoie à la même page qu’un message au sujet du médecin.",
        "says_many": "La lettre dit elle-même que d’autres envoient la même.",
        "timing": "Dans les {days} jours avant sa réception, {n} messages de ce dossier ont été envoyés.",
        "timing.1": "Dans les {days} jours avant sa réception, 1 message de ce dossier a été envoyé.",
        "earlier_dismissed": (
            "Plaintes antérieures au sujet du médecin qui ont été rejetées : {n}; dont d’une personne du même nom : {same}."
        ),
        "says_elsewhere": "La lettre dit elle-même que la personne qui l’écrit vit ou travaille ailleurs.",
        "about_speech": "La lettre porte sur ce que le médecin a dit en public.",
        "speech": "Ce que le médecin a dit en public est joint tel quel : {n} pièces.",
        "speech.1": "Ce que le médecin a dit en public est joint tel quel : 1 pièce.",
        "asks_punishment": "La lettre demande une suspension, une autre sanction ou des excuses.",
        "no_care_told": "La lettre ne raconte ni visite, ni jour de soins, ni traitement.",
        "says_patient": "La lettre dit que la personne qui l’écrit, ou un proche, a reçu des soins du médecin.",
        "states_patient": "Le médecin déclare avoir soigné la personne qui écrit, ou un proche.",
        "dated_event": "La lettre nomme un jour où des soins ont été donnés.",
        "clinical_detail": "La lettre raconte en détail clinique ce qui s’est passé.",
        "asks_explanation": "La lettre demande une explication, ou que quelque chose change.",
        "offers_records": (
            "La lettre offre des documents, consent à leur communication ou dit comment joindre la personne qui l’écrit."
        ),
        "only_one": (
            "Aucune autre lettre dans ces mots n’a été trouvée. Autres lettres au sujet du médecin dans ces dossiers : {n}."
        ),
        "no_call": "Aucun message de ce dossier n’appelle à se plaindre avant la réception de la lettre.",
        "earlier_upheld": (
            "Plaintes antérieures au sujet du médecin qui ont été retenues, ou closes par un conseil : {n}; dont d’une personne "
            "du même nom : {same}."
        ),
        "own_tone": (
            "Parmi les publications du médecin dans ce dossier, {n} ont été jugées plus que neutres : un ordre peut les lire "
            "ainsi."
        ),
        "own_tone.1": (
            "Parmi les publications du médecin dans ce dossier, 1 a été jugée plus que neutre : un ordre peut la lire ainsi."
        ),
    },
}
#: By which rule it was found.
HOW: Mapping[str, Mapping[str, str]] = {
    "en": {
        "letter": "Words of the letter, by the rule “{code}”.",
        "stated": "As the physician states it. Nothing in these records proves it.",
        "records": "Compared by the program, by the rule “{code}”; the exhibits show it.",
        "absent": "The program looked for it and found none. That it was not found does not mean that there is none.",
        "earlier": "As it was recorded by hand. The decisions themselves are not part of these records.",
    },
    "fr": {
        "letter": "Mots de la lettre, d’après la règle «\u00a0{code}\u00a0».",
        "stated": "Selon sa déclaration. Rien dans ces dossiers ne le prouve.",
        "records": "Comparé par le programme, d’après la règle «\u00a0{code}\u00a0»; les pièces le montrent.",
        "absent": "Le programme a cherché et n’a rien trouvé. Cela ne veut pas dire qu’il n’y a rien.",
        "earlier": "Selon ce qui a été consigné à la main. Les décisions elles-mêmes ne font pas partie de ces dossiers.",
    },
}
_STATED = frozenset({"states_never_patient", "states_patient"})
_RECORDS = frozenset({"call_before", "near_identical", "words_of_posts", "same_page", "timing", "speech", "own_tone"})
_ABSENT = frozenset({"only_one", "no_call", "no_care_told"})
_EARLIER = frozenset({"earlier_dismissed", "earlier_upheld"})


def sentence(fact: Fact, lang: str) -> str:
    """What it says, in "en" or "fr"."""
    one = f"{fact.code}.1" if fact.numbers.get("n") == 1 else fact.code
    said = FACT[lang].get(one, FACT[lang][fact.code])
    days = {name: times.day(day, lang) for name, day in fact.days.items()}
    return said.format(**fact.numbers, **days)


def how(fact: Fact, lang: str) -> str:
    """By which rule it was found."""
    code = fact.code
    kind = (
        "stated"
        if code in _STATED
        else "records"
        if code in _RECORDS
        else "absent"
        if code in _ABSENT
        else "earlier"
        if code in _EARLIER
        else "letter"
    )
    return HOW[lang][kind].format(code=code)
