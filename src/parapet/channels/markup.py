"""HTML to the text that a person would read, by a small scanner that is linear in its input.

A general parser builds a tree that strangers can make deep, and costs ten times as much on the few hundred characters
of a post. Nothing from the markup survives except words and http(s) addresses, so the reading need not be exact, only
safe and complete: where a browser and this scanner disagree, this one shows more, not less.
"""

from __future__ import annotations

import html
import re

from parapet.domain.items import Flag

_TAG = re.compile(r"""</?([a-zA-Z][a-zA-Z0-9:-]{0,40})((?:[^>"']++|"[^"]*+"|'[^']*+')*+)>""")
_ROUGH_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9:-]{0,40})([^>]*+)>")
_DECLARATION = re.compile(r"<[!?][^>]*+>")
_ATTRIBUTE = r"""(?:^|[\s"'/]){}\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))"""
_HREF = re.compile(_ATTRIBUTE.format("href"), re.IGNORECASE)
_ALT = re.compile(_ATTRIBUTE.format("alt"), re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_LONG_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{8,});?")
_BLANK_LINES = re.compile(r"\n{3,}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_IGNORED_IN_SCHEME = re.compile(r"[\x00-\x20]")

#: Their content is for machines.
_UNREAD = frozenset({"script", "style", "template", "noframes", "title", "iframe", "noembed"})
_PARAGRAPHS = frozenset(["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol", "dl", "pre", "hr"])
_LINES = frozenset(
    [
        "br",
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "aside",
        "main",
        "address",
        "figure",
        "form",
        "fieldset",
        "option",
        "body",
    ]
)
_CELLS = frozenset({"td", "th"})

#: Schemes that mail is full of, and that lead nowhere from a text.
_HARMLESS = frozenset({"mailto", "tel", "cid", "sms"})

#: After so many tags with unbalanced quotes the rest is read without regard to quotes, so that time stays linear.
_MAX_BROKEN_TAGS = 16


def read_html(markup: str) -> tuple[str, frozenset[Flag]]:
    """The words of `markup`, and LINK_REMOVED when a link was neither http nor https.

    Paragraphs are kept apart by a blank line, links show their address when their words do not, images their
    alternative text. Scripts and styles are left out. Not escaped for any output.
    """
    if "<" not in markup:
        return (_words(markup).strip() if "&" in markup else markup), frozenset()
    return _Reader(markup).read()


class _Reader:
    """One pass over the markup, collecting pieces of text."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.out: list[str] = []
        self.flags: set[Flag] = set()
        self.link = ""  # address of the link we are in
        self.link_from = 0  # index in `out` of its first words
        self.broken = 0
        # Known once, so that a thousand unclosed "<a" do not each search to the end.
        self.last_tag_end = markup.rfind(">")
        self.last_comment_end = markup.rfind("-->")
        self.kept = 0  # depth of <pre>: white space counts

    def read(self) -> tuple[str, frozenset[Flag]]:
        markup, at = self.markup, 0
        while 0 <= (start := markup.find("<", at)) < self.last_tag_end:
            if start > at:
                self.text(markup[at:start])
            at = self.tag(start)
        self.text(markup[at:])
        self.end_link()
        joined = "".join(self.out)
        lines = "\n".join(part.strip(" \t") for part in joined.split("\n"))
        return _BLANK_LINES.sub("\n\n", lines).strip("\n"), frozenset(self.flags)

    def text(self, raw: str) -> None:
        words = _words(raw)
        self.out.append(words if self.kept else _SPACE.sub(" ", words))

    def tag(self, start: int) -> int:
        """Read what begins with "<" at `start`; return where to go on."""
        markup = self.markup
        follower = markup[start + 1 : start + 2]
        if follower in ("!", "?"):
            return self.declaration(start)
        match = None
        if self.broken < _MAX_BROKEN_TAGS:
            match = _TAG.match(markup, start)
            self.broken += match is None and follower.isalpha()
        if match is None:
            match = _ROUGH_TAG.match(markup, start) if follower.isalpha() or follower == "/" else None
        if match is None:  # a bare "<", as in "age < 5"
            self.out.append("<")
            return start + 1
        name = match[1].lower()
        if follower == "/":
            self.close(name)
            return match.end()
        self.open(name, match[2])
        return self.after_unread(name, match.end()) if name in _UNREAD else match.end()

    def declaration(self, start: int) -> int:
        markup = self.markup
        if markup.startswith("<!--", start):
            end = markup.find("-->", start + 4) if self.last_comment_end >= start + 4 else -1
            return end + 3 if end >= 0 else start + 4
        match = _DECLARATION.match(markup, start)
        return match.end() if match else start + 2

    def after_unread(self, name: str, at: int) -> int:
        match = re.compile(rf"</{name}(?![a-z0-9])[^>]*>?", re.IGNORECASE).search(self.markup, at)
        return match.end() if match else len(self.markup)

    def open(self, name: str, attributes: str) -> None:
        if name == "a":
            self.end_link()
            self.begin_link(attributes)
        elif name in _LINES:
            self.out.append("\n")
        elif name in _PARAGRAPHS:
            self.out.append("\n\n")
            self.kept += name == "pre"
        elif name in _CELLS:
            self.out.append(" ")
        elif name == "img" and (alt := _attribute(_ALT, attributes)):
            self.out.append(f" [{_SPACE.sub(' ', alt).strip()}] ")

    def close(self, name: str) -> None:
        if name == "a":
            self.end_link()
        elif name in _PARAGRAPHS:
            self.out.append("\n\n")
            self.kept -= name == "pre" and self.kept > 0
        elif name in _LINES and name != "br":
            self.out.append("\n")

    def begin_link(self, attributes: str) -> None:
        address = _IGNORED_IN_SCHEME.sub("", _attribute(_HREF, attributes))
        scheme = _SCHEME.match(address)
        if scheme is None:
            return
        if scheme[1].lower() in ("http", "https"):
            self.link, self.link_from = address, len(self.out)
        elif scheme[1].lower() not in _HARMLESS:
            self.flags.add(Flag.LINK_REMOVED)

    def end_link(self) -> None:
        if not self.link:
            return
        words, address, self.link = "".join(self.out[self.link_from :]).strip(), self.link, ""
        if words[:1] in ("@", "#") or _same_address(words, address):
            return
        self.out.append(f" ({address[:2048]})" if words else address[:2048])


def _same_address(words: str, address: str) -> bool:
    return _without_scheme(words) == _without_scheme(address)


def _without_scheme(address: str) -> str:
    return (address.partition("://")[2] or address).removeprefix("www.").rstrip("/")


def _attribute(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes)
    return _words(match[1] or match[2] or match[3] or "") if match else ""


def _words(raw: str) -> str:
    """Character references replaced once. One with more digits than a character has is refused before `int` sees it."""
    if "&" not in raw:
        return raw
    return html.unescape(_LONG_REFERENCE.sub("\ufffd", raw))
