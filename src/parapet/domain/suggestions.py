"""Starting points for kind words, English and French: nobody posts them as they are (`patterns/own_words.py`)."""

from __future__ import annotations

from parapet.domain.reporting import Said

SUGGESTIONS = (
    Said(
        "Thank you for explaining this so clearly. I learned something today that I will pass on to my family.",
        "Merci de l’avoir expliqué aussi clairement. J’ai appris aujourd’hui quelque chose que je transmettrai à ma famille.",
    ),
    Said(
        "Your post helped me talk with my parents about this. Please keep sharing what you know.",
        "Votre publication m’a aidé à en parler avec mes parents. Continuez, je vous prie, de partager ce que vous savez.",
    ),
    Said(
        "I work in health care too, and I see every day that what you describe here is right. I am glad that you speak up.",
        "Je travaille aussi en santé et je constate chaque jour que ce que vous décrivez ici est juste. Je suis content que vous preniez la parole.",
    ),
)
