"""What stands inside quotation marks: somebody else's words, when the rest of the sentence says so."""

from __future__ import annotations

from parapet.triage.words import Tokens

#: Words outside the marks that make them a report: "he wrote", "I was told", "on m'a dit".
_FRAMES = frozenset(
    "said says told tells wrote writes called calls sent sends received got saying message messages comment comments reply email emails letter "
    "voicemail reads read shouting shouted yelled chanting headline quote quoted threat threats phrase words sign "
    "say type typed typing tell telling yell yells scream screams screamed note caption graffiti chant counts feedback debate argument opinion police "
    "dit disent ecrit ecrivent recu envoye traite traitee appelee appele crie criaient message messages commentaire commentaires courriel lettre "
    "lit titre cite menace menaces phrase mots pancarte dire dites disait ecrire crie criait hurle hurlait lancait courriels textos graffiti "
    "argument opinion debat police".split()
)
_LONGEST = 120


def quoted_tokens(tokens: Tokens) -> frozenset[int]:
    """Numbers of the tokens inside quotation marks that a reporting word outside them frames; empty when there is no such frame."""
    words = tokens.words
    if words.count('"') < 2 or _FRAMES.isdisjoint(tokens.distinct):
        return frozenset()
    marks = [n for n, word in enumerate(words) if word == '"']
    inside: set[int] = set()
    for begin, end in zip(marks[::2], marks[1::2], strict=False):
        if end - begin <= _LONGEST:
            inside.update(range(begin + 1, end))
    framed = any(word in _FRAMES for n, word in enumerate(words) if n not in inside)
    return frozenset(inside) if framed else frozenset()
