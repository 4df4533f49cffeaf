"""A stranger's text made into HTML that can do nothing: escaped, its hidden characters visible, what triggered marked.

Nothing in it is a link. Characters that turn the reading direction or cannot be seen are replaced by their names, so
that what is read is what is there; the original bytes stay whole elsewhere.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise

from attrs import frozen
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from parapet.domain.judgement import Indicator

ZERO_WIDTH_JOINER = "\u200d"
#: Comparing word by word grows with the product of the lengths; beyond this the texts are compared by line.
MAX_COMPARED_WORDS = 3_000
_VARIATION = re.compile("[\ufe00-\ufe0d\U000e0100-\U000e01ef]")
_KEPT = frozenset("\n\t")
_NAMES = {
    "\u00ad": _("soft hyphen"),
    "\u034f": _("joiner"),
    "\u061c": _("arabic mark"),
    "\u180e": _("mongolian separator"),
    "\u200b": _("zero-width space"),
    "\u200c": _("zero-width non-joiner"),
    "\u200d": _("zero-width joiner"),
    "\u200e": _("left-to-right mark"),
    "\u200f": _("right-to-left mark"),
    "\u202a": _("left-to-right embedding"),
    "\u202b": _("right-to-left embedding"),
    "\u202c": _("end of direction"),
    "\u202d": _("left-to-right override"),
    "\u202e": _("right-to-left override"),
    "\u2060": _("word joiner"),
    "\u2066": _("left-to-right isolate"),
    "\u2067": _("right-to-left isolate"),
    "\u2068": _("isolate"),
    "\u2069": _("end of isolate"),
    "\ufeff": _("byte order mark"),
    "\u3164": _("hangul filler"),
    "\uffa0": _("hangul filler"),
    "\u115f": _("hangul filler"),
    "\u1160": _("hangul filler"),
    "\u2800": _("braille blank"),
}
#: Scripts whose spelling needs joiners, and the emoji that are made with them.
_JOINING = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u1800-\u18af\ufb50-\ufdff\ufe70-\ufefe"
    "\u2190-\u2bff\U0001f000-\U0001faff\ufe0f\U0001f3fb-\U0001f3ff]"
)


@frozen
class Cause:
    """One indicator as the legend names it."""

    number: int
    code: str


def shown(text: str, indicators: Iterable[Indicator] = ()) -> SafeString:
    """`text` as inert HTML, with the words of each indicator in <mark>, numbered from 1 in their order (`data-n`)."""
    return mark_safe("".join(_marked(text, indicators)))  # noqa: S308  # every part went through `plain`


def marked(text: str, spans: Iterable[tuple[int, int]]) -> SafeString:
    """`text` as inert HTML, with each of `spans` (in order, none overlapping) in <mark>."""
    made: list[str] = []
    at = 0
    for start, end in spans:
        made.append(plain(text[at:start], text[at - 1 : at] if at else "", text[start : start + 1]))
        made.append(f"<mark>{plain(text[start:end], text[start - 1 : start] if start else '', text[end : end + 1])}</mark>")
        at = end
    made.append(plain(text[at:], text[at - 1 : at] if at else ""))
    return mark_safe("".join(made))  # noqa: S308  # every part went through `plain`


def written(text: str) -> SafeString:
    """`text` for a box to be written in: no element of ours, hidden characters by their codes."""
    seen = (f"⟨U+{ord(c):04X}⟩" if _hidden(c) and c not in "\r" else c for c in text)
    return mark_safe(escape("".join(seen)))  # noqa: S308  # escaped


def plain(text: str, before: str = "", after: str = "") -> str:
    """`text` escaped, hidden characters visible. `before` and `after` are the characters around it."""
    made: list[str] = []
    run = 0
    for at, character in enumerate(text):
        if not _hidden(character):
            continue
        previous = text[at - 1] if at else before
        following = text[at + 1] if at + 1 < len(text) else after
        if _belongs(character, previous, following, text, at):
            continue
        made.append(escape(text[run:at]))
        made.append(_visible(character))
        run = at + 1
    made.append(escape(text[run:]))
    return "".join(made)


def compared(old: str, new: str) -> SafeString:
    """What `new` has (<ins>) and what it no longer has (<del>) against `old`, word by word."""
    before, after = re.findall(r"\S+|\s+", old), re.findall(r"\S+|\s+", new)
    if max(len(before), len(after)) > MAX_COMPARED_WORDS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    if max(len(before), len(after)) > MAX_COMPARED_WORDS:
        before, after = [old], [new]
    made: list[str] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = plain("".join(before[a:b])), plain("".join(after[c:d]))
        if tag == "equal":
            made.append(come)
            continue
        if gone:
            made.append(f"<del>{gone}</del>")
        if come:
            made.append(f"<ins>{come}</ins>")
    return mark_safe("".join(made))  # noqa: S308  # every part went through `plain`


def _marked(text: str, indicators: Iterable[Indicator]) -> Iterator[str]:
    """Cut the text where any span begins or ends; the piece with which a span ends carries its number."""
    spans = [(max(0, i.start), min(len(text), i.end), n) for n, i in enumerate(indicators, 1)]
    spans = [span for span in spans if span[0] < span[1]]
    edges = sorted({0, len(text), *(edge for start, end, _n in spans for edge in (start, end))})
    for start, end in pairwise(edges):
        inner = plain(text[start:end], text[start - 1 : start], text[end : end + 1])
        over = [span for span in spans if span[0] <= start and end <= span[1]]
        ending = ",".join(str(n) for _start, last, n in over if last == end)
        if not over:
            yield inner
        elif ending:
            yield f'<mark data-n="{ending}">{inner}</mark>'
        else:
            yield f"<mark>{inner}</mark>"


def _hidden(character: str) -> bool:
    """True for what a reader cannot see or what changes how the rest is read."""
    if character < "\x7f":
        return character < " " and character not in _KEPT
    return (
        character in _NAMES
        or unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        or bool(_VARIATION.match(character))
    )


def _belongs(character: str, previous: str, following: str, text: str, at: int) -> bool:
    """True where the hidden character is part of ordinary writing: an emoji's joiner, a flag's tags, Arabic spelling."""
    if character in {ZERO_WIDTH_JOINER, "\u200c"}:
        return bool(previous and following and _JOINING.match(previous) and _JOINING.match(following))
    if "\U000e0020" <= character <= "\U000e007f":
        # A subdivision flag: black flag, at most six letters or digits, cancel. Longer runs smuggle text.
        start = text.rfind("\U0001f3f4", max(0, at - 8), at)
        return start >= 0 and all("\U000e0020" <= each <= "\U000e007f" for each in text[start + 1 : at])
    return False


def _visible(character: str) -> str:
    code = f"U+{ord(character):04X}"
    name = _NAMES.get(character)
    return f'<span class="odd" title="{escape(gettext(name)) if name else ""}">{code}</span>'
