"""What a recipient is not to see: whole messages, and passages wherever they stand. Pure; the originals are not touched.

A mark gives the reason and nothing else: neither how long a passage was, nor whether two marks hide the same words.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from attrs import evolve, field, frozen

from parapet.domain.errors import RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.items import Account, Item
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
_UNSEEN = "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]*"

Reasons = frozenset[str]


@frozen
class Redaction:
    """What to withhold. `items`: our id to a reason. `passages`: words and a reason, whatever their case and spaces.

    lang    of the marks, "en" or "fr"
    quotes  what the messages say that are withheld whole, with the reason: where another repeats it, it is cut there
    """

    items: Mapping[str, str]
    passages: tuple[tuple[str, str], ...]
    lang: str = "en"
    quotes: tuple[tuple[Quotes, str], ...] = field(default=(), eq=False, repr=False)
    _patterns: tuple[tuple[re.Pattern[str], str], ...] = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_patterns", tuple((_pattern(words), reason) for words, reason in self.passages))

    def cut_text(self, text: str) -> tuple[str, Reasons]:
        """`text` with marks for passages, and why."""
        found: set[str] = set()
        for pattern, reason in self._patterns:
            text, count = pattern.subn(lambda _, reason=reason: self.mark(reason), text)  # type: ignore[misc]
            if count:
                found.add(reason)
        for quotes, reason in self.quotes:
            text, was_there = quotes.cut(text, self.mark(reason))
            if was_there:
                found.add(reason)
        return text, frozenset(found)

    def cut(
        self, item: str, content: Item, raw: bytes, media_type: str, *, carries: Reasons = frozenset()
    ) -> tuple[Item, Reasons]:
        """What may be seen of a version of `item`, and why not all; no reason when all may be.

        Reasons also come from `raw`, the original: a passage may stand in what a reader of the message does not see. And from what
        `raw` `carries`: bytes of a message that is withheld whole.
        """
        if item in self.items:
            reason = self.items[item]
            return _emptied(content, self.mark(reason)), frozenset({reason})
        shown, found = self._cut_fields(content)
        found |= carries
        for words in _readings(raw, media_type):
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


@cache
def _twins() -> dict[str, str]:
    """To a letter, those that Unicode holds to be the same one: the Kelvin sign to K, a Han letter for older fonts to today's."""
    twins: dict[str, str] = {}
    for code in range(0x80, 0x30000):
        same = unicodedata.normalize("NFC", chr(code)) if not 0xD800 <= code < 0xE000 else ""
        if len(same) == 1 and same != chr(code):
            twins[same] = twins.get(same, "") + chr(code)
    return twins


def _any_of(char: str) -> str:
    return f"[{re.escape(char + twins)}]" if (twins := _twins().get(char, "")) else re.escape(char)


def _pattern(passage: str) -> re.Pattern[str]:
    """Finds `passage` in any case, composed or not, however it is spaced, and with unseen characters between its letters."""
    forms = {unicodedata.normalize(form, " ".join(_seen(passage).split())) for form in ("NFC", "NFD")}
    spelt = []
    for form in sorted(forms):
        words = (_UNSEEN.join(_any_of(char) for char in word) for word in form.split(" "))
        # One class for all that may stand between two words, so that no text makes the search try twice.
        spelt.append(rf"[\s{_UNSEEN[1:-2]}]+".join(words))
    return re.compile("|".join(spelt), re.IGNORECASE)


def _emptied(content: Item, mark: str) -> Item:
    """Of a message that is withheld whole: its channel, its kind and its time."""
    return Item(
        channel=content.channel, uri="", kind=content.kind, author=Account(content.author.platform), text=mark,
        sent_at=content.sent_at, own=content.own,
    )  # fmt: skip


def _without_attachments(content: Item) -> Item:
    """The names stay: a digest would let a short file be guessed, and a size too."""
    return evolve(content, attachments=tuple(evolve(each, sha256="", size_bytes=0) for each in content.attachments))


def _readings(raw: bytes, media_type: str) -> Iterator[str]:
    """`raw` in every way in which a reader may find words in it, within reason: documents and pictures are not searched."""
    for encoding in ("utf-8", "utf-16", "latin-1"):
        yield raw.decode(encoding, "replace")
    text = raw.decode("utf-8", "replace")
    yield html.unescape(re.sub("<[^>]*>", "", text))
    if raw[:1] in (b"{", b"["):
        with contextlib.suppress(ValueError, RecursionError):
            yield "\n".join(_strings(json.loads(text)))
    if media_type == "message/rfc822":
        yield from _parts(raw)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for each in value.items() if isinstance(value, dict) else value:
            yield from _strings(list(each) if isinstance(each, tuple) else each)


def _parts(raw: bytes) -> Iterator[str]:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    for part in message.walk():
        yield "\n".join(f"{name}: {value}" for name, value in _headers(part))
        if part.get_content_maintype() == "text":
            content = part.get_payload(decode=True)
            text = content.decode("utf-8", "replace") + "\n" + content.decode("latin-1") if isinstance(content, bytes) else ""
            yield text
            yield html.unescape(re.sub("<[^>]*>", "", text))


def _headers(part: Any) -> Iterator[tuple[str, str]]:
    try:
        yield from ((name, str(value)) for name, value in part.items())
    except (ValueError, IndexError, AttributeError, TypeError):  # the library stumbles over some broken headers
        yield from ((name, str(value)) for name, value in part.raw_items())
