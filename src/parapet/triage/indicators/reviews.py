"""What a low review is about: something that she said in public, where nothing in it tells of a visit.

A sign for a person to look at, and for a platform that takes down what is not about a visit. No proof that the review is false: who was
there may write of both, or of neither.
"""

from __future__ import annotations

from collections.abc import Iterable

from parapet.domain.judgement import Severity, Urgency
from parapet.triage.indicators.rule import Rule, rule
from parapet.triage.words import Tokens

#: At most so many stars are a low review.
LOW_STARS = 2
PUBLIC_WORDS: Rule = rule("review_of_public_words", Urgency.WATCH, "", Severity.NONE)

_PUBLIC = frozenset(
    "post posts posted tweet tweets tweeted tweeting video videos clip interview interviews tv television news newscast broadcast radio podcast article "
    "articles internet online twitter facebook tiktok youtube instagram bluesky mastodon thread threads speech speeches opinions "
    "publication publications entrevue entrevues tele televisee nouvelles reseaux gazouillis discours chronique emission medias media".split()
)
_MET = frozenset(
    "saw see seen heard hear watched watching read after because seeing hearing reading "
    "vu vue vus entendu entendue ecoute lu lue regarde apres".split()
)
#: Right before it: "on TV", "dans les nouvelles".
_IN = frozenset("on in from via about sur dans par".split())
#: "heard what was said", "after what he posted": words that were met, without the place.
_TOLD = frozenset("said says saying posted wrote tweeted dit dits ecrit publie declare".split())
#: So many words lie between them at most.
_FAR, _NEAR = 6, 2
#: Whoever uses one of these may have been there.
_VISIT = frozenset(
    "appointment appointments visit visits visited wait waited waiting receptionist reception desk exam examined examination prescribed prescription "
    "prescriptions diagnosed misdiagnosed diagnosis referral referred results bloodwork test tests booked booking checkup physical consult consultation "
    "surgery operation procedure treated treatment emerg hospitalized symptoms rash infection pain followup "
    "rendez attente attendu attendre accueil secretaire examen ordonnance prescrit diagnostic diagnostique requete reference suivi resultats "
    "analyse analyses consultation consulte operation opere traitement traite urgence symptomes douleur infection".split()
)


def tells_of_a_visit(words: Iterable[str]) -> bool:
    """True when some word may come from somebody who was there."""
    return not _VISIT.isdisjoint(words)


def public_words(words: Tokens) -> tuple[int, int] | None:
    """Where it speaks of what was said in public: the tokens from the first up to, not including, the second. None where nowhere."""
    listed = words.words
    for last, word in enumerate(listed):
        if word not in _PUBLIC and word not in _TOLD:
            continue
        first = next((n for n in range(max(0, last - _FAR), last) if listed[n] in _MET), None)
        if first is None and word in _PUBLIC:
            first = next((n for n in range(max(0, last - _NEAR), last) if listed[n] in _IN), None)
        if first is not None:
            return first, last + 1
    return None
