"""A stranger's text made fit for paper: every character of it seen, none of it at work.

Text becomes lines of runs. A run is a tuple whose first element says what it is:

    ("t", text)   to be printed as it stands
    ("m", words)  a mark in place of what cannot be seen or printed: "U+202E", set apart by the page
    ("b",)        a line may break here, inside what would otherwise run off the page

What is replaced, and why: control characters, lone surrogates, private and unassigned code points (PDF/A forbids them);
bidirectional controls (UAX 9: they make a text read as what it is not); zero-width and other invisible characters, unless
they join an emoji or letters of a script that needs them; characters that no font has; and combining marks beyond
`MAX_MARKS` on one letter, which would cover the neighbouring lines.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import cache

from attrs import field, frozen

from parapet.dossiers import glyphs

#: Longer texts are cut on paper; the bag has the whole.
MAX_CHARS = 30_000
MAX_LINES = 900
MAX_MARKS = 4
#: A word longer than this, which no line of the page would hold, may break after every so many characters.
LONG_WORD = 40
BREAK_AFTER = 8
#: More marks than this in a text are not named one by one in its legend.
MAX_LEGEND = 12

Run = tuple[str, ...]

_JOINERS = {0x200C, 0x200D}
_SELECTORS = {0xFE0E, 0xFE0F}
_KEYCAP = 0x20E3
_SKIN = range(0x1F3FB, 0x1F400)
_REGIONAL = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
_BLACK_FLAG = 0x1F3F4
#: The only tag sequences in general use (UTS 51, 1.4.9): England, Scotland, Wales. Others may smuggle words.
_TAGGED = {"".join(chr(0xE0000 + ord(c)) for c in name) + "\U000e007f" for name in ("gbeng", "gbsct", "gbwls")}
#: Scripts in which a joiner or non-joiner spells: Arabic and its neighbours, Indic scripts up to Sinhala.
_JOINED_SCRIPTS = (range(0x0600, 0x0780), range(0x0900, 0x0E00), range(0xFB50, 0xFDFF), range(0xFE70, 0xFEFF))
_LINE_ENDS = {"\n", "\u2028", "\u2029", "\x85", "\x0b", "\x0c"}
_INVISIBLE = {0x00AD, 0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x180B, 0x180C, 0x180D, 0x180F}


@frozen
class Seen:
    """A text ready for the page.

    lines   direction ("ltr" or "rtl", by the first strong letter) and runs
    marked  the code points that marks stand for, in order of first appearance
    cut_at  how many characters are printed, or 0 when all are
    """

    lines: tuple[tuple[str, tuple[Run, ...]], ...]
    marked: tuple[int, ...]
    cut_at: int = 0


@frozen
class Printer:
    """What a text may be printed with.

    extra       system families and their code points, for what the shipped fonts lack
    more_marks  words for the combining marks left out, with `{count}`
    """

    extra: glyphs.Coverage = field(factory=dict)
    more_marks: str = "+{count} combining marks"

    @property
    def families(self) -> tuple[str, ...]:
        """All families in the order in which the page must ask them."""
        return (*glyphs.shipped(), *self.extra)

    def see(self, text: str) -> Seen:
        """Every line of `text`, cut at `MAX_CHARS` and `MAX_LINES`."""
        lines: list[tuple[str, tuple[Run, ...]]] = []
        marked: dict[int, None] = {}
        printed = 0
        for line in split_lines(text[:MAX_CHARS]):
            if len(lines) == MAX_LINES:
                break
            printed += len(line)
            body = line.removesuffix("\n").removesuffix("\r")
            runs = tuple(_broken(self._runs(body, marked)))
            lines.append((direction(body), runs))
        return Seen(tuple(lines), tuple(marked), printed if printed < len(text) else 0)

    def see_line(self, text: str, *, max_chars: int = 300) -> tuple[str, tuple[Run, ...]]:
        """`text` as one line, for a name, a handle, an address; line ends become marks, a cut ends in an ellipsis."""
        short = text if len(text) <= max_chars else text[:max_chars] + "…"
        return direction(short), tuple(_broken(self._runs(short, {})))

    def _runs(self, line: str, marked: dict[int, None]) -> Iterator[Run]:
        for cluster in clusters(line):
            yield from self._cluster(cluster, marked)

    def _cluster(self, cluster: str, marked: dict[int, None]) -> Iterator[Run]:
        if len(cluster) == 1 and " " <= cluster <= "~":
            yield ("t", cluster)
            return
        if cluster == "\t":
            yield ("t", "    ")
            return
        kept, extra = _thinned(cluster)
        if all(_allowed(kept, i) for i in range(len(kept))) and self._has(kept):
            yield ("t", kept)
        else:
            for char in kept:
                if _allowed(char, 0) and self._has(char) and not unicodedata.combining(char):
                    yield ("t", char)
                else:
                    marked[ord(char)] = None
                    yield ("m", f"U+{ord(char):04X}")
        if extra:
            yield ("m", self.more_marks.format(count=extra))

    def _has(self, cluster: str) -> bool:
        """One font has all of `cluster`: a letter and its marks must come from the same."""
        points = {ord(c) for c in cluster} - _SELECTORS - _JOINERS - set(_TAGS)
        return any(points <= have for have in (*glyphs.shipped().values(), *self.extra.values()))


def lacking(text: str) -> frozenset[int]:
    """Printable code points of `text` that no shipped font has: a system font might."""
    return frozenset(n for n in map(ord, set(text)) if n not in _shipped_points() and _allowed(chr(n), 0))


@cache
def _shipped_points() -> frozenset[int]:
    return frozenset().union(*glyphs.shipped().values())


def split_lines(text: str) -> Iterator[str]:
    """Lines with their ends, one end per line; `\\r\\n` and a lone `\\r` count as one end."""
    rest = text.replace("\r\n", "\n").replace("\r", "\n")
    start = 0
    for at, char in enumerate(rest):
        if char in _LINE_ENDS:
            # Rarer line ends leave a mark: they were in the text, and a reader of the bytes will find them.
            yield rest[start:at] + ("\n" if char == "\n" else char + "\n")
            start = at + 1
    if start < len(rest):
        yield rest[start:]


def clusters(text: str) -> Iterator[str]:
    """What a reader takes for one character (UAX 29, in the parts that matter to fonts)."""
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or not _continues(text, start, at):
            yield text[start:at]
            start = at


def _continues(text: str, start: int, at: int) -> bool:
    point, before = ord(text[at]), ord(text[at - 1])
    if text[at].isascii() or (before < 0x20):
        return False
    if point in _SELECTORS or point in _JOINERS or point in _SKIN or point in _TAGS or point == _KEYCAP:
        return True
    if unicodedata.category(text[at]) in ("Mn", "Me", "Mc"):
        return True
    if before == 0x200D:
        return _emoji(point) or _spelt_with_joiners(point)
    return point in _REGIONAL and before in _REGIONAL and at - start == 1


def _emoji(point: int) -> bool:
    return (point > 0x2000 or point in (0xA9, 0xAE)) and point in glyphs.shipped()[glyphs.EMOJI]


def _spelt_with_joiners(point: int) -> bool:
    return any(point in script for script in _JOINED_SCRIPTS)


def _thinned(cluster: str) -> tuple[str, int]:
    """The cluster with at most `MAX_MARKS` combining marks, and how many were left out."""
    kept: list[str] = []
    marks = 0
    for char in cluster:
        if unicodedata.category(char) in ("Mn", "Me") and ord(char) not in _SELECTORS:
            marks += 1
            if marks > MAX_MARKS:
                continue
        kept.append(char)
    return "".join(kept), max(0, marks - MAX_MARKS)


def _allowed(cluster: str, at: int) -> bool:
    """`cluster[at]` may stand on paper as it is, given what is around it."""
    point = ord(cluster[at])
    if point in _SELECTORS or point in _JOINERS:
        return at > 0 and _belongs(cluster, at)
    if point in _TAGS:
        return ord(cluster[0]) == _BLACK_FLAG and cluster[1:] in _TAGGED
    if point in _INVISIBLE or 0xFE00 <= point <= 0xFE0D or 0xE0100 <= point <= 0xE01EF:
        return False
    return unicodedata.category(cluster[at]) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _belongs(cluster: str, at: int) -> bool:
    """A joiner or selector that does its lawful work: inside an emoji, or inside a word of a script that needs it."""
    first, point = ord(cluster[0]), ord(cluster[at])
    if point in _SELECTORS:
        return ord(cluster[at - 1]) not in _SELECTORS and (_emoji(first) or _KEYCAP in map(ord, cluster))
    if _spelt_with_joiners(first):
        return ord(cluster[at - 1]) not in _JOINERS and (point == 0x200C or at + 1 < len(cluster) or at == 1)
    return point == 0x200D and _emoji(first) and at + 1 < len(cluster) and _emoji(ord(cluster[at + 1]))


def _broken(runs: Iterator[Run]) -> Iterator[Run]:
    """Runs joined where they can be, with chances to break inside a word too long for a line."""
    pending: list[str] = []
    word: list[str] = []
    for run in runs:
        if run[0] == "m":
            yield from _flushed(pending, word)
            yield run
            yield ("b",)
            pending, word = [], []
        elif run[1].isspace():
            if len(word) > LONG_WORD:
                yield from _flushed(pending, word)
                pending = []
            else:
                pending.extend(word)
            pending.append(run[1])
            word = []
        else:
            word.append(run[1])
    yield from _flushed(pending, word)


def _flushed(pending: list[str], word: list[str]) -> Iterator[Run]:
    if len(word) <= LONG_WORD:
        if pending or word:
            yield ("t", "".join(pending + word))
        return
    if pending:
        yield ("t", "".join(pending))
    piece: list[str] = []
    for cluster in word:
        piece.append(cluster)
        # Letters that join their neighbours are not parted: their shapes would change.
        if len(piece) >= BREAK_AFTER and (len(piece) > LONG_WORD or not _spelt_with_joiners(ord(cluster[0]))):
            yield ("t", "".join(piece))
            yield ("b",)
            piece = []
    if piece:
        yield ("t", "".join(piece))


def direction(line: str) -> str:
    """ "rtl" or "ltr" by the first strong character (UAX 9, P2 and P3); "ltr" when there is none."""
    for char in line:
        kind = unicodedata.bidirectional(char)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"


def legend(marked: tuple[int, ...]) -> tuple[str, ...]:
    """ "U+202E RIGHT-TO-LEFT OVERRIDE" for each mark, by its Unicode name, at most `MAX_LEGEND`."""
    return tuple(f"U+{n:04X} {_name(n)}".rstrip() for n in marked[:MAX_LEGEND])


#: Control characters have no Unicode name; these are their names in ISO 6429.
_CONTROLS = {0: "NULL", 7: "BELL", 8: "BACKSPACE", 0x0B: "LINE TABULATION", 0x0C: "FORM FEED", 0x1B: "ESCAPE", 0x7F: "DELETE"}


def _name(point: int) -> str:
    if 0xD800 <= point <= 0xDFFF:
        return "LONE SURROGATE"
    return unicodedata.name(chr(point), _CONTROLS.get(point, "CONTROL CHARACTER" if point < 0xA0 else ""))
