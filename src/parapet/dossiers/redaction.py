"""What a recipient is not to see: whole messages, and passages wherever they stand. Pure; the originals are not touched.

A mark gives the reason and nothing else: neither how long a passage was, nor whether two marks hide the same words.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import evolve, field, frozen

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.items import Account, Item
from parapet.dossiers.alike import alike, letters, spelling
from parapet.dossiers.quoting import Quotes
from parapet.evidence.reader.withheld import REASONS

MAX_PASSAGES, MAX_PASSAGE, MAX_ITEMS = 200, 500, 5_000
#: A passage shorter than this would black out half of every text, and its place would tell what it was.
MIN_PASSAGE = 3
_MARKS = {
    "en": {"privacy": "privacy", "privilege": "privilege", "safety": "safety", "third_party": "third party"},
    "fr": {"privacy": "vie privée", "privilege": "secret professionnel", "safety": "sécurité", "third_party": "tiers"},
}
#: What an attacker may put between two letters, so that a search does not find the word.
_UNSEEN = "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
_GONE = frozenset(char for char in map(chr, range(0x10000)) if re.fullmatch(_UNSEEN, char))

Reasons = frozenset[str]


@frozen
class Redaction:
    """What to withhold. `items`: our id to a reason. `passages`: words and a reason, whatever their case and spaces.

    lang    of the marks, "en" or "fr"
    quotes  what the messages say that are withheld whole, with the reason: where another repeats it, it is cut there
    files   SHA-256 of what is attached to them, to the reason: what carries the same file is withheld in part
    """

    items: Mapping[str, str]
    passages: tuple[tuple[str, str], ...]
    lang: str = "en"
    quotes: tuple[tuple[Quotes, str], ...] = field(default=(), eq=False, repr=False)
    files: Mapping[str, str] = field(factory=dict, eq=False, repr=False)
    _patterns: tuple[tuple[re.Pattern[str], str], ...] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_patterns", tuple((_pattern(words), reason) for words, reason in self.passages))

    def cut_text(self, text: str) -> tuple[str, Reasons]:
        """`text` with marks for passages, and why."""
        found: set[str] = set()
        folded = _Folded(text)
        for pattern, reason in self._patterns:
            spans = folded.found(pattern)
            for begin, end in reversed(spans):
                text = text[:begin] + self.mark(reason) + text[end:]
            if spans:
                folded = _Folded(text)
                found.add(reason)
        for quotes, reason in self.quotes:
            text, was_there = quotes.cut(text, self.mark(reason))
            if was_there:
                found.add(reason)
        return text, frozenset(found)

    def cut(self, item: str, content: Item, readings: Iterable[str], *, carries: Reasons = frozenset()) -> tuple[Item, Reasons]:
        """What may be seen of a version of `item`, and why not all; no reason when all may be.

        Reasons also come from `readings`, the original as `channels.readings` has it: a passage may stand in what a reader of the message
        does not see. And from what the original `carries`: bytes of a message that is withheld whole.
        """
        if item in self.items:
            reason = self.items[item]
            return _emptied(content, self.mark(reason)), frozenset({reason})
        shown, found = self._cut_fields(content)
        found |= carries | {self.files[each.sha256] for each in content.attachments if each.sha256 in self.files}
        for words in readings:
            found |= self.cut_text(words)[1]
        return (_without_attachments(shown) if found else content), found

    def mark(self, reason: str) -> str:
        """What stands in place of what is withheld."""
        return f"[withheld: {_MARKS['en'][reason]}]" if self.lang == "en" else f"[soustrait\u00a0: {_MARKS['fr'][reason]}]"

    def _cut_fields(self, content: Item) -> tuple[Item, Reasons]:
        found: Reasons = frozenset()
        changed: dict[str, Any] = {}
        for name in ("text", "subject", "content_warning", "url", "uri", "thread", "place", "sent_at_as_given", "forwarded_by"):
            changed[name], why = self.cut_text(getattr(content, name))
            found |= why
        for name in ("aliases", "refers_to"):
            pairs = [self.cut_text(value) for value in getattr(content, name)]
            changed[name] = tuple(text for text, _ in pairs)
            found = found.union(*(why for _, why in pairs))
        names = [self.cut_text(value) for value in (content.author.handle, content.author.native_id, content.author.name)]
        found = found.union(*(why for _, why in names))
        changed["author"] = Account(content.author.platform, *(text for text, _ in names))
        files = [self.cut_text(each.name) for each in content.attachments]
        found = found.union(*(why for _, why in files))
        changed["attachments"] = tuple(
            evolve(each, name=name) for each, (name, _) in zip(content.attachments, files, strict=True)
        )
        return evolve(content, aimed_at=(), **changed), found


def read_spec(text: str, lang: str) -> Redaction:
    """A redaction as JSON: `{"items": {"itm_...": "privacy"}, "passages": [{"text": "...", "reason": "safety"}]}`.

    Raises RequestRefused, which does not repeat what was given.
    """
    try:
        told = json.loads(text)
        items, passages = told.get("items", {}), told.get("passages", [])
        if set(told) - {"items", "passages"} or not isinstance(items, dict) or not isinstance(passages, list):
            raise ValueError("another form")
        pairs = tuple((each["text"], each["reason"]) for each in passages if set(each) == {"text", "reason"} or _refuse())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise RequestRefused(_("What to withhold is not in the form that the reference tells.")) from None

    return redaction(items, pairs, lang)


def redaction(items: Mapping[str, Any], passages: tuple[tuple[Any, Any], ...], lang: str) -> Redaction:
    """Checked. Raises RequestRefused."""
    if any(reason not in REASONS for reason in (*items.values(), *(reason for _, reason in passages))):
        raise RequestRefused(_("A reason must be one of: %(reasons)s."), reasons=", ".join(REASONS))
    if len(items) > MAX_ITEMS or len(passages) > MAX_PASSAGES:
        raise RequestRefused(_("That is too much to withhold at once. Make a case of what may be seen."))
    for words, _reason in passages:
        if not isinstance(words, str) or len("".join(_seen(words).split())) < MIN_PASSAGE or len(words) > MAX_PASSAGE:
            raise RequestRefused(
                _("A passage to withhold has from %(least)s to %(most)s characters."), least=MIN_PASSAGE, most=MAX_PASSAGE
            )
    # Longer ones first: a short one within would leave the ends of a long one.
    return Redaction(dict(items), tuple(sorted(passages, key=lambda pair: -len(pair[0]))), lang)


def _refuse() -> bool:
    raise ValueError("another form")


def _seen(passage: str) -> str:
    return re.sub(_UNSEEN, "", passage)


def _pattern(passage: str) -> re.Pattern[str]:
    """Finds `passage` in a text that was folded, each letter composed or not, and however it is spaced."""
    words = unicodedata.normalize("NFC", " ".join(_seen(passage).split())).split(" ")
    return re.compile(r"\s+".join("".join(map(spelling, letters(word))) for word in words))


class _Folded:
    """A text as it is searched: in any case and in letters that look the same, and without characters that nobody sees."""

    def __init__(self, text: str) -> None:
        self._folded = alike(text)
        self._kept: list[int] | None = None
        if re.search(_UNSEEN, text):
            self._kept = [at for at, char in enumerate(self._folded) if char not in _GONE]
            self._folded = "".join(self._folded[at] for at in self._kept)

    def found(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        """Where `pattern` stands in the text, in order and apart."""
        kept = self._kept
        if kept is None:
            return [each.span() for each in pattern.finditer(self._folded)]
        # All that stood between two words may be among what nobody sees.
        loose = re.compile(pattern.pattern.replace(r"\s+", r"\s*"))
        return [(kept[begin], kept[end - 1] + 1) for begin, end in (each.span() for each in loose.finditer(self._folded))]


def _emptied(content: Item, mark: str) -> Item:
    """Of a message that is withheld whole: its channel, its kind and its time."""
    return Item(
        channel=content.channel, uri="", kind=content.kind, author=Account(content.author.platform), text=mark,
        sent_at=content.sent_at, own=content.own,
    )  # fmt: skip


def _without_attachments(content: Item) -> Item:
    """The names stay: a digest would let a short file be guessed, and a size too."""
    return evolve(content, attachments=tuple(evolve(each, sha256="", size_bytes=0) for each in content.attachments))
