"""The words of a message with those covered that carry the harm: for who reads, and need not read these."""

from __future__ import annotations

from attrs import frozen

from parapet.access.judgements import Judged
from parapet.domain.items import Item
from parapet.domain.judgement import Severity
from parapet.domain.veil import Piece
from parapet.triage.cover import cover, harmful, names

Pieces = tuple[Piece, ...]


@frozen
class Words:
    """What is shown of a message under a veil that masks. Handles, addresses and names of files are not: abuse hides in them, joined and misspelt.

    files  how many came with it
    """

    text: Pieces
    subject: Pieces
    warning: Pieces
    author: Pieces
    lang: str
    rating: float | None
    files: int


def covered_words(content: Item, judged: Judged) -> Words | None:
    """None where nobody can say which words to cover.

    It is not sorted, or left to a person; its text is harmful by no word that is known; or it is very serious, and no rule found why: then the
    model alone heard it, in words that may be anywhere.
    """
    stands = judged.stands
    if stands is None or judged.program is None or stands.abstain:
        return None
    is_harmful, whole = bool(stands.harms), stands.severity >= Severity.HIGH
    indicators = judged.program.indicators
    lang = content.lang or stands.lang
    in_text = harmful(content.text, indicators, lang=lang, judged_harmful=is_harmful)
    in_subject = harmful(content.subject, lang=lang, judged_harmful=is_harmful)
    if (is_harmful and content.text.strip() and not in_text) or (whole and not indicators):
        return None
    return Words(
        text=cover(content.text, in_text, sentences=whole),
        subject=cover(content.subject, in_subject, sentences=whole),
        warning=cover(content.content_warning, harmful(content.content_warning, lang=lang, judged_harmful=is_harmful)),
        author=cover(content.author.name, names(content.author.name)),
        lang=lang,
        rating=content.rating,
        files=len(content.attachments),
    )
