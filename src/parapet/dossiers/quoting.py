"""Where one text repeats another: a reply that quotes, a message sent on. Pure.

Words are compared in their order, in any case and however they are spaced, marked as a quotation or broken into lines. A run of
`RUN` words in common is no chance; of a shorter text all of it must be there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

RUN = 8
#: A text with less than this is in many others by chance.
LEAST_WORDS, LEAST_CHARS = 3, 15
_UNSEEN = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
# Scripts that put no space between words are compared letter by letter; accents that stand by themselves belong to the letter before.
_WORD = re.compile(
    rf"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|(?:[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[\u0300-\u036f{_UNSEEN}])+"
)
_GONE = re.compile(f"[{_UNSEEN}]")


class Quotes:
    """Finds again what was said in some texts."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._runs: set[int] = set()
        self._lengths: set[int] = set()
        for text in texts:
            words = [word for word, _, _ in _words(text)]
            length = min(RUN, len(words))
            if length < LEAST_WORDS or sum(map(len, words)) < LEAST_CHARS:
                continue
            self._lengths.add(length)
            self._runs.update(map(hash, _runs(words, length)))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where in `text` such runs stand: (begin, end), in order and apart."""
        if not self._runs:
            return []
        words = list(_words(text))
        found: list[tuple[int, int]] = []
        for length in sorted(self._lengths):
            for at, run in enumerate(_runs([word for word, _, _ in words], length)):
                if hash(run) in self._runs:
                    found.append((words[at][1], words[at + length - 1][2]))
        return _joined(sorted(found))

    def cut(self, text: str, mark: str) -> tuple[str, bool]:
        """`text` with `mark` in the place of each run, and whether there was one."""
        spans = self.spans(text)
        for begin, end in reversed(spans):
            text = text[:begin] + mark + text[end:]
        return text, bool(spans)


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(length)), strict=False)


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    for found in _WORD.finditer(text):
        word = unicodedata.normalize("NFKC", _GONE.sub("", found.group())).casefold()
        if word:
            yield word, found.start(), found.end()


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
