"""A low review of what was said in public, that tells of no visit, carries a sign; others do not, and none is called false for it."""

from __future__ import annotations

from functools import cache

import pytest

from parapet.domain.judgement import Assessment, Urgency
from parapet.triage import Triage
from parapet.triage.indicators.reviews import PUBLIC_WORDS


@cache
def judge() -> Triage:
    return Triage.load()


def signs(text: str, *, stars: float | None = 1, channel: str = "google_reviews") -> list[str]:
    return [i.words for i in told(text, stars, channel).indicators if i.code == PUBLIC_WORDS.code]


def told(text: str, stars: float | None = 1, channel: str = "google_reviews") -> Assessment:
    return judge().assess(text, channel=channel, rating=stars)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("My neighbours and I watched her interview on the bylaw. Never going there.", "watched her interview"),
        ("Read about this one in the article. Stay away, folks.", "Read about this one in the article"),
        ("Rude on the internet, surely worse in person.", "on the internet"),
        ("I heard everything she said. Not a place for my children.", "heard everything she said"),
        ("Très déçue après l'entrevue de la docteure à la télé. Allez ailleurs.", "après l'entrevue"),
        ("On a tous vu la vidéo. À éviter.", "vu la vidéo"),
    ],
)
def test_a_low_review_of_public_words_is_marked_with_them(text: str, words: str) -> None:
    said = told(text)
    assert signs(text) == [words] and signs(text, channel="ratemds", stars=2) == [words]
    assert said.urgency >= Urgency.WATCH
    alone = told(text, None)
    assert (
        said.reason == tuple(r for r in said.reason if r != PUBLIC_WORDS.code)
        and not signs(text, stars=None)
        and alone.lang == said.lang
    )


@pytest.mark.parametrize(
    ("text", "stars", "channel"),
    [
        ("I watched her interview, booked an appointment, and waited two hours.", 1, "google_reviews"),
        ("On a vu la vidéo dans la salle d'attente, puis l'ordonnance était fausse.", 1, "google_reviews"),
        ("Saw her on the news, so clear and so kind!", 5, "google_reviews"),
        ("Saw her on the news. What a shame.", 1, "bluesky"),
        ("The front desk lost my referral twice.", 1, "google_reviews"),
        ("She was rushed and looked at the screen.", 2, "ratemds"),
        ("Le médecin était pressé et distrait.", 2, "ratemds"),
        ("Rude. Go elsewhere.", 1, "google_reviews"),
    ],
)
def test_who_may_have_been_there_and_who_speaks_elsewhere_or_well_is_not(text: str, stars: float, channel: str) -> None:
    assert signs(text, stars=stars, channel=channel) == []
