"""The advocate's private facts, kept as keyed digests: home, phone, plate, school. In a stranger's message they are doxing whatever the tone."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from attrs import field, frozen

from parapet.triage.normalise import normalise
from parapet.triage.words import Tokens, tokens

_LONGEST = 6
_PHONE = re.compile(r"(?<!\d)(?:\+?1[\s.\-]*)?\(?\d{3}\)?[\s.\-]*\d{3}[\s.\-]*\d{4}(?!\d)")
#: Without these no text has a telephone number, and this is quicker to see.
_FOUR_DIGITS = re.compile(r"\d{4}")


#: Words of which it is remembered whether a fact begins with them; then the memory starts afresh.
_REMEMBERED = 20_000


@frozen
class PrivateFacts:
    """Digests of facts, and with which words they begin. Without `key` nothing can be read back.

    digests  digest to kind: "home", "phone", "plate", "school", "schedule", ...
    begins   digest of a fact's first word to the numbers of words that such facts have
    """

    key: bytes
    digests: dict[bytes, str]
    begins: dict[bytes, frozenset[int]]
    _seen: dict[str, frozenset[int]] = field(factory=dict, eq=False, repr=False)

    @classmethod
    def of(cls, key: bytes, facts: Iterable[tuple[str, str]]) -> PrivateFacts:
        """Digest `facts`: pairs of kind and words, such as ("phone", "514 555-0147"). Facts of more than six words are cut to six."""
        digests: dict[bytes, str] = {}
        begins: dict[bytes, frozenset[int]] = {}
        for kind, said in facts:
            if kind == "phone":
                digests[_digest(key, _digits(said))] = kind
                continue
            words = [word for word in tokens(normalise(said).text).words if word[0].isalnum()][:_LONGEST]
            if words:
                first = _digest(key, words[0])
                begins[first] = begins.get(first, frozenset()) | {len(words)}
                digests[_digest(key, " ".join(words))] = kind
        return cls(key, digests, begins)

    def find(self, said: Tokens) -> list[tuple[str, int, int]]:
        """Each fact in a normalised text: kind, start, end."""
        found = []
        for match in _PHONE.finditer(said.text) if _FOUR_DIGITS.search(said.text) else ():
            kind = self.digests.get(_digest(self.key, _digits(match.group())))
            if kind:
                found.append((kind, match.start(), match.end()))
        if not any(map(self._lengths, said.distinct)):
            return found
        plain = [n for n, word in enumerate(said.words) if word[0].isalnum()]
        for at, number in enumerate(plain):
            for length in sorted(self._lengths(said.words[number])):
                run = plain[at : at + length]
                kind = self.digests.get(_digest(self.key, " ".join(said.words[n] for n in run)))
                if kind and len(run) == length:
                    found.append((kind, said.spans[run[0]][0], said.spans[run[-1]][1]))
        return found

    def _lengths(self, word: str) -> frozenset[int]:
        """How long the facts are that begin with `word`: nearly always none, which costs one look-up."""
        lengths = self._seen.get(word)
        if lengths is None:
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            lengths = self._seen[word] = self.begins.get(_digest(self.key, word), frozenset())
        return lengths


def _digits(said: str) -> str:
    return re.sub(r"\D", "", said)[-10:]


def _digest(key: bytes, said: str) -> bytes:
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), key=key[:64], digest_size=16).digest()
