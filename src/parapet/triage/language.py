"""Which language a short text is in: by its little words first, then by the model's reading of its letters. "" when nobody could tell."""

from __future__ import annotations

from collections.abc import Sequence

#: The little words of each language that is told apart. Those of English and French are the commonest words of what comes here.
LITTLE: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the a an of to and is are was were be been you your i i'm my it it's that this for with have has had not don't do does will would "
        "can could what when where who how why we they he she his her at by from as if or but so about there their them just get out up".split()
    ),
    "fr": frozenset(
        "le la les un une des du de et est sont etait vous votre vos je mon ma mes il elle ils elles que qui quoi pour avec dans sur pas ne "
        "ce cette ces c'est ca au aux ou mais donc plus tres tout tous toute nous on tu toi ton ta tes son sa ses leur leurs y ai as avez avons "
        "j l d n s qu c t m comme bien faire fait etre ete quand si par sans chez merci".split()
    ),
    "es": frozenset("el los las una unos y es son que en por para con no su sus lo al del pero como muy mas usted esta este ese yo".split()),
    "de": frozenset("der die das und ist sind nicht ich du sie wir ihr ein eine einen dem den zu mit auf fur von im auch wie aber".split()),
    "pt": frozenset("o os as um uma e nao que em por para com seu sua ao do da dos das mas como muito voce isso este".split()),
    "it": frozenset("il lo gli uno una e non che di per con sono sei sua suo del della dei ma come molto questo questa anche".split()),
    "nl": frozenset("de het een en is zijn niet ik je jij hij zij wij van op met voor dat dit maar ook als naar uit deze".split()),
}  # fmt: skip
_SPOKEN = ("en", "fr")
_OTHERS = tuple(name for name in LITTLE if name not in _SPOKEN)
_LITTLE_OF = {word: tuple(name for name in LITTLE if word in LITTLE[name]) for words in LITTLE.values() for word in words}


def language(words: Sequence[str], french_odds: float, declared: str = "") -> str:
    """ "en", "fr", or "" when unknown or another language.

    french_odds  the model's log-odds that the text is French rather than English
    declared     what the platform says; believed when the words do not tell
    """
    said = declared.strip().lower().replace("_", "-").split("-")[0]
    letters = [word for word in words if word[0].isalpha()]
    if not letters:
        return said if said in _SPOKEN else ""
    if sum(map(str.isascii, letters)) * 2 < len(letters):
        return ""
    counts = dict.fromkeys(LITTLE, 0)
    for word in letters:
        for name in _LITTLE_OF.get(word, ()):
            counts[name] += 1
    spoken = max(_SPOKEN, key=counts.__getitem__)
    other = max(_OTHERS, key=counts.__getitem__)
    if counts[other] > counts[spoken] + 1 and counts[other] * 5 >= len(letters):
        return ""
    gap = counts["fr"] - counts["en"]
    if abs(gap) >= 2 or (gap and len(letters) <= 4 and abs(french_odds) < 2):
        return "fr" if gap > 0 else "en"
    if said in _SPOKEN and abs(french_odds) < 3:
        return said
    if abs(french_odds) >= 0.5 or gap:
        return "fr" if french_odds + gap > 0 else "en"
    return said if said in _SPOKEN else ""
