"""The one way of a stranger's words into a page: as `Theirs`, which only the tag of this module sets.

Views make `Theirs` here and hand them to templates, which say `{% theirs text %}`. Printed in any other way they are nothing, so that no
template shows a word by mistake; a test holds that nothing else in the screens reaches a stranger's words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from attrs import field, frozen
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from parapet.access.briefs import excerpt
from parapet.access.complaint_words import AllegedWords, LetterWords
from parapet.access.covering import Words
from parapet.access.emergencies import UrgentText
from parapet.access.referred import ReferredText
from parapet.access.veils import veil_over
from parapet.access.views import AdvocateCard, Opened
from parapet.domain.items import Item
from parapet.domain.judgement import Indicator
from parapet.domain.veil import Level, Piece
from parapet.web import when, words
from parapet.web.item import inert

register = template.Library()
#: A platform passes on what its users declare.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")


@frozen
class Theirs:
    """Words that we did not write, inert. As text, and in every format, they are empty."""

    _html: SafeString = field(repr=False)

    def __str__(self) -> str:
        return ""

    def __bool__(self) -> bool:
        return bool(self._html)


def hides_sums(person: Any, advocate: AdvocateCard) -> bool:
    """True for who sees of this advocate's messages only that they are there: no number, and not how grave."""
    return veil_over(person, advocate.id, role=advocate.role) is Level.NOTHING


@register.simple_tag
def theirs(said: Theirs | str, otherwise: str = "") -> SafeString:
    """Set them; `otherwise` where there are none."""
    if isinstance(said, Theirs) and said:
        return said._html
    return mark_safe(escape(otherwise))  # noqa: S308  # escaped


def shown(text: str, indicators: Iterable[Indicator] = ()) -> Theirs:
    """All of them: for who asked, or wrote them herself."""
    return Theirs(inert.shown(text, indicators))


def covered(pieces: Iterable[Piece]) -> Theirs:
    """Those that are not covered, and a bar for the others, always of one width."""
    said = escape(_("covered word"))
    bar = f'<span class="covered"><span class="hide">{said}</span></span>'
    made = "".join(bar if piece.covered else inert.plain(piece.text) for piece in pieces)
    return Theirs(mark_safe(made))  # noqa: S308  # escaped, both


def compared(older: Opened, newer: Opened) -> dict[str, Any]:
    """What changed from one version to the other."""
    return {
        "compared": Theirs(inert.compared(older.item.text, newer.item.text)),
        "against": older.number,
        "subject_changed": older.item.subject != newer.item.subject,
    }


def opened(found: Opened) -> dict[str, Any]:
    """Everything of a message whose text was asked for."""
    item = found.item
    versions = [v for v in found.card.versions if v.number == found.number]
    return {
        **_content(item, found.indicators),
        "number": found.number,
        "handle": shown(item.author.handle) if item.author.name.lstrip("@") != item.author.handle else "",
        "native_id": shown(item.author.native_id),
        "rating": f"{item.rating:g}" if item.rating is not None else "",
        # A saved mail is often named after its subject, so a file's name waits with the text.
        "signers": [shown(d) for v in versions if v.source for d in v.source.domains],
        "places": [shown(place) for v in versions for place in v.places],
        "sent_as_given": shown(item.sent_at_as_given),
        "text_lang": item.lang or found.card.row.lang,
        "causes": [(n, words.word("indicator", cause.code)) for n, cause in enumerate(found.indicators, 1)],
    }


def quoted(found: Opened, *, named: bool) -> dict[str, Any]:
    """As much of what she opened as a brief quotes, and with `named` who wrote it; `nobody` when that is not known."""
    author = found.item.author
    who = " · ".join(each for each in (author.name, author.handle) if each) or author.native_id
    return {
        "text": shown(excerpt(found.item.text, found.indicators)),
        "who": shown(who) if named and who else "",
        "nobody": named and not who,
    }


def alleged(found: AllegedWords) -> list[Theirs]:
    """What a complaint alleges, one by one, for who asked: as it stands in a box, to be written anew."""
    return [shown_in_box(said) for said in found.said]


def shown_in_box(said: str) -> Theirs:
    """Words in a box to be written in, where a tag has no place."""
    return Theirs(inert.written(said))


def letter(found: LetterWords) -> dict[str, Any]:
    """A letter for who asked, its passages that stand in other letters marked; and by those letters the same passages."""
    return {
        "letter": Theirs(inert.marked(found.text, found.marks)),
        "same": {item: [shown(passage) for passage in passages] for item, passages in found.passages},
    }


def opened_elsewhere(found: ReferredText | UrgentText) -> dict[str, Any]:
    """The same of a message that was referred, or opened in an emergency."""
    item = found.item
    return {
        **_content(item, found.indicators),
        "handle": shown(item.author.handle),
        "text_lang": item.lang or found.row.lang,
        "version": found.number,
        "versions": found.versions,
    }


def masked(found: Words) -> Mapping[str, Any]:
    """What there is to see of a message whose harmful words are covered."""
    return {
        "covered": True,
        "text": covered(found.text),
        "subject": covered(found.subject),
        "warning": covered(found.warning),
        "author": covered(found.author),
        "rating": f"{found.rating:g}" if found.rating is not None else "",
        "text_lang": found.lang if _LANGUAGE.fullmatch(found.lang) else "",
        "all_covered": bool(found.text) and all(piece.covered for piece in found.text),
        "files_came": found.files,
    }


def _content(item: Item, indicators: tuple[Indicator, ...]) -> dict[str, Any]:
    return {
        "text": shown(item.text, indicators),
        "subject": shown(item.subject),
        "warning": shown(item.content_warning),
        "author": shown(item.author.name or item.author.handle),
        "address": shown(item.url),
        "place": shown(item.place),
        "files": [(shown(file.name), file.media_type, when.size(file.size_bytes), file.sha256) for file in item.attachments],
    }
