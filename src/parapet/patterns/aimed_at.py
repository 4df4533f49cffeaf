"""Whom a message is aimed at: found by handle, id, address and name, then by the folder it was kept in.

Who wrote it is asked first, and believed only where a container says so (her own export) or the platform vouches for
the account. The "From:" of a mail, a display name and the author's column of a table are a stranger's words: whoever
could write himself into them as the advocate would have his threat kept as her own message.

Pure. Advocates are numbers here. The caller looks identifiers up (they are kept as keyed digests) and passes what it found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from attrs import field, frozen

from parapet.domain.items import Account, Identifier, IdentifierKind, Item, ItemKind, screen_name

#: Channel to the identifier of an author that its platform vouches for. What is not here vouches for nobody.
_VOUCHED = {
    "bluesky": IdentifierKind.DID,
    "mastodon": IdentifierKind.ACCT,  # an id is one server's own number, and another server's number is somebody else
    "youtube": IdentifierKind.CHANNEL_ID,
    "x": IdentifierKind.NATIVE_ID,
}
#: Identifiers that say "aimed at her" beyond doubt come before those that several people may share.
_SHARED = frozenset({IdentifierKind.PLACE})
_TITLES = frozenset({"dr", "dre", "drs", "docteur", "docteure", "doctor", "doc", "md", "prof", "professor"})
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_MENTION = re.compile(r"(?<![\w@./])@([\w.-]{2,64}(?:@[\w.-]{2,120})?)")
#: Texts are searched for names this far; a mail of a megabyte names its target early, or its address does.
_NAME_SEARCH_CHARS = 20_000


def fold(word: str) -> str:
    """Lower case without accents, so that "Desruisseaux" and "DESRUISSEAUX", "Émile" and "Emile" agree."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def name_words(name: str) -> tuple[str, ...]:
    """`name` ("Dr. Jane Q. Doe-Roe") in folded words, without titles; the last is the surname."""
    return tuple(word for word in map(fold, _WORD.findall(name)) if word not in _TITLES)


def place_words(place: str) -> tuple[str, ...]:
    """A workplace in folded words; none of fewer than two, which any text may hold."""
    words = tuple(map(fold, _WORD.findall(place)))
    return words if len(words) >= 2 else ()


@frozen
class _Bearer:
    """Somebody who bears a surname. `yields`: her name counts only where nobody else can be meant."""

    given: frozenset[str]
    who: int
    yields: bool

    def is_called(self, before: str) -> bool:
        """True when the word before the surname is a title, a given name of hers or its initial."""
        return before in _TITLES or before in self.given or (len(before) == 1 and before in {g[0] for g in self.given})


@frozen
class NameBook:
    """The names of everybody protected, by surname.

    A surname counts after a title ("Dr. Doe") or with a given name or its initial before it ("Jane Doe", "J. Doe");
    alone only when it is long enough to be nobody's ordinary word and belongs to one person.
    """

    _by_surname: dict[str, list[_Bearer]] = field(factory=dict)
    _by_word: dict[str, list[tuple[frozenset[str], int]]] = field(factory=dict)
    _by_place_word: dict[str, list[tuple[frozenset[str], int]]] = field(factory=dict)
    _by_first_word: dict[str, list[tuple[tuple[str, ...], int]]] = field(factory=dict)

    def add(self, name: str, who: int, *, yields: bool = False) -> None:
        """Enter `name`. One that `yields` counts only where no other entry could be meant, and takes nothing from any."""
        words = name_words(name)
        if words:
            self._by_surname.setdefault(words[-1], []).append(_Bearer(frozenset(words[:-1]), who, yields))
        for word in words:
            self._by_word.setdefault(word, []).append((frozenset(words), who))

    def add_place(self, place: str, who: int) -> None:
        """Enter a workplace: it counts when a text names it in full."""
        words = place_words(place)
        if words:
            self._by_first_word.setdefault(words[0], []).append((words, who))
        for word in words:
            self._by_place_word.setdefault(word, []).append((frozenset(words), who))

    def places_in(self, text: str) -> Iterator[int]:
        """Everybody whose workplace `text` names. One look-up a word."""
        if not self._by_first_word:
            return
        words = [fold(match[0]) for match in _WORD.finditer(text, 0, _NAME_SEARCH_CHARS)]
        for at, word in enumerate(words):
            for place, who in self._by_first_word.get(word, ()):
                if tuple(words[at : at + len(place)]) == place:
                    yield who

    def named_in(self, text: str) -> Iterator[int]:
        """Everybody named in `text`, in order, as often as named. One look-up a word."""
        before: tuple[str, str, str] = ("", "", "")
        for match in _WORD.finditer(text, 0, _NAME_SEARCH_CHARS):
            word = fold(match[0]).removesuffix("'s").removesuffix("’s")
            bearers = self._by_surname.get(word)
            if bearers:
                yield from self._named_by(word, before, bearers)
            before = (before[1], before[2], word)

    def _named_by(self, word: str, before: tuple[str, str, str], bearers: list[_Bearer]) -> list[int]:
        """Who of `bearers` the surname `word` names, after three words."""
        called = [
            b for b in bearers if b.is_called(before[-1]) and not (b.yields and self._could_be_another(b.who, word, before))
        ]
        if called:
            return [b.who for b in called]
        first = [b.who for b in bearers if not b.yields]
        return first if len(first) == 1 and len(word) >= 7 else []

    def _could_be_another(self, who: int, word: str, before: tuple[str, str, str]) -> bool:
        """True when `word` is a word of somebody else's name, and nothing before it says that she is not meant; or of a place."""
        for words, other in self._by_word[word]:
            initials = {each[0] for each in words}
            if other != who and (before[-1] in _TITLES or before[-1] in initials or not words.isdisjoint(before)):
                return True
        places = self._by_place_word.get(word, ())
        return any(other != who and not words.isdisjoint(before) for words, other in places)


NameBook.__module__ = __name__


@frozen
class Aim:
    """The result: `whom` in order of certainty, and which of them wrote it herself; for the others it is as any message."""

    whom: tuple[int, ...]
    writer: int | None = None


def names_in(item: Item) -> Iterator[str]:
    """Every normalised identifier of `item` worth a look-up: its author's as far as vouched for, those it addresses,
    handles in its text, authorities of AT URIs."""
    yield from author_names(item.channel, item.author, own=item.own)
    for identifier in item.aimed_at:
        yield identifier.normalised()
    for identifier in _mentioned(item.text):
        yield identifier.normalised()
    yield from _authorities(item)


# A busy account writes many messages, and one message comes in several files.
@lru_cache(maxsize=16_384)
def author_names(channel: str, author: Account, *, own: bool = False) -> tuple[str, ...]:
    """The normalised identifiers by which the author is known beyond doubt to be an advocate.

    own  a container says that its owner wrote this, and `author` is who it says the owner is
    """
    kind = _VOUCHED.get(channel)
    found = []
    if kind is IdentifierKind.ACCT and "@" in author.handle:
        found.append(Identifier(kind, author.handle))
    elif kind is IdentifierKind.NATIVE_ID and author.native_id:
        found.append(Identifier(kind, f"{author.platform}:{author.native_id}"))
    elif kind in (IdentifierKind.DID, IdentifierKind.CHANNEL_ID) and author.native_id:
        found.append(Identifier(kind, author.native_id))
    if own and author.handle:
        found.append(screen_name(author.platform, author.handle))
    return tuple(identifier.normalised() for identifier in found)


def aim(
    item: Item,
    known: Mapping[str, Collection[int]],
    names: NameBook,
    *,
    folder: int | None = None,
    earlier: Mapping[str, Collection[int]] | None = None,
) -> Aim:
    """Whom `item` is aimed at.

    known    normalised identifier to everybody it names
    folder   whose folder the file lay in, when the file is somebody's own (a mailbox, a list of notifications)
    earlier  URI to whom an item already held was aimed at: a quote of it is aimed at the same

    Direct address decides; then what it replies to or quotes; then names in the text; the folder last, except that
    it decides between several. A letter about her in her own folder is hers; one in the public stream is nobody's.
    What an advocate wrote is her context, and a message like any other for those whom it addresses directly.
    """
    if item.kind is ItemKind.SPOKEN and folder is not None:
        return Aim((folder,))  # whoever wrote it down said whom it was said to
    addressed = [i for i in (*item.aimed_at, *_mentioned(item.text)) if i.kind not in _SHARED]
    direct = _all(known, (i.normalised() for i in addressed)) + _all(known, _authorities(item))
    writer = next(iter(_all(known, author_names(item.channel, item.author, own=item.own))), folder if item.own else None)
    if writer is not None:
        # Several people bear one name: what she wrote to somebody of a colleague's name is not shown to the colleague.
        certain = _all(known, (i.normalised() for i in addressed if i.kind is not IdentifierKind.NAME))
        return Aim(tuple(dict.fromkeys((writer, *certain, *_all(known, _authorities(item))))), writer)
    if not direct and earlier:
        direct = [who for uri in item.refers_to for who in earlier.get(uri, ())]
    words = f"{item.subject}\n{item.text}" if item.subject else item.text
    if not direct:
        direct = list(names.named_in(words))
    if not direct:
        shared = _all(known, (i.normalised() for i in item.aimed_at if i.kind in _SHARED))
        direct = shared or list(names.places_in(words))
    if folder is not None and (not direct or folder in direct):
        return Aim((folder,))
    return Aim(tuple(dict.fromkeys(direct)))


def _all(known: Mapping[str, Collection[int]], several: Iterable[str]) -> list[int]:
    return [who for name in several for who in known.get(name, ())]


def _mentioned(text: str) -> Iterable[Identifier]:
    return _mentions(text) if "@" in text else ()


def _mentions(text: str) -> Iterator[Identifier]:
    for match in _MENTION.finditer(text, 0, _NAME_SEARCH_CHARS):
        handle = match[1].rstrip(".-")
        kinds = (IdentifierKind.ACCT, IdentifierKind.EMAIL) if "@" in handle else (IdentifierKind.HANDLE, IdentifierKind.MENTION)
        for kind in kinds:
            yield Identifier(kind, handle)


def _authorities(item: Item) -> list[str]:
    return [
        Identifier(IdentifierKind.DID, uri[5:].partition("/")[0]).normalised()
        for uri in item.refers_to
        if uri.startswith("at://")
    ]
