"""A page as one file that does nothing: no script, no form, no frame, and nothing that is loaded from anywhere.

Pure. What may stay is listed; what is not listed goes. The file carries a policy of its own besides, so that a browser would load
nothing even where the list had a hole.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin

MAX_BYTES = 12 * 1024 * 1024
MAX_DEPTH = 400
_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
_HEAD = (
    f'<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
)

_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "wbr"})
_KEPT = _VOID | frozenset(
    "a abbr address article aside b bdi bdo blockquote body button caption center cite code colgroup dd del details dfn div dl dt em fieldset"
    " figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup i ins kbd label legend li main mark nav ol option p picture pre q"
    " rp rt ruby s samp section select small span strike strong sub summary sup table tbody td textarea tfoot th thead time tr tt u ul var".split()
)
#: Their content goes with them.
_DROPPED = frozenset("script noscript template iframe frame frameset object embed applet svg math canvas audio video".split())
_ATTRIBUTES = frozenset(
    "abbr align alt aria-label bgcolor border cellpadding cellspacing checked class color colspan datetime dir headers height hidden id"
    " lang open placeholder role rowspan scope selected size span start style title type valign value width".split()
)
_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"}


def inert(html: str, base: str, bodies: Mapping[str, tuple[str, bytes]]) -> str:
    """`html`, as a browser wrote it out, with the pictures and style sheets that came with it.

    base    the address of the page
    bodies  address to media type and bytes of what was loaded
    """
    parser = _Inert(base, bodies)
    parser.feed(html)
    parser.close()
    return parser.whole()


class _Inert(HTMLParser):
    def __init__(self, base: str, bodies: Mapping[str, tuple[str, bytes]]) -> None:
        super().__init__(convert_charrefs=True)
        self.base, self.bodies = base, bodies
        self.parts: list[str] = []
        self.styles: list[str] = []
        self.open: list[str] = []
        self.dropped: list[str] = []
        self.in_style = self.in_title = False
        self.title: list[str] = []
        self.left_bytes = MAX_BYTES

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if self.dropped:
            if tag == self.dropped[-1]:
                self.dropped.append(tag)
            return
        if tag in _DROPPED:
            self.dropped.append(tag)
        elif tag == "style":
            self.in_style = True
        elif tag == "title":
            self.in_title = True
        elif tag == "link":
            self._link(dict(attrs))
        elif tag in _KEPT and tag != "body" and (tag in _VOID or len(self.open) < MAX_DEPTH):
            self._say(f"<{tag}{''.join(self._attributes(tag, attrs))}>")
            if tag not in _VOID:
                self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _VOID or tag == "link" or tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.dropped:
            if tag == self.dropped[-1]:
                self.dropped.pop()
            return
        if tag == "style":
            self.in_style = False
        elif tag == "title":
            self.in_title = False
        elif tag in self.open:
            while self.open:
                last = self.open.pop()
                self._say(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self.dropped:
            return
        if self.in_style:
            self._style(data)
        elif self.in_title:
            self.title.append(data)
        else:
            self._say(escape(data))

    def _attributes(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> list[str]:
        made = []
        for name, value in attrs:
            value = value or ""
            if name == "href" and tag == "a":
                made.append(f' data-address="{escape(value[:2_048])}"')
            elif name == "src" and tag == "img":
                found = self._picture(value)
                if found:
                    made.append(f' src="{found}"')
            elif name == "style":
                made.append(f' style="{escape(_calm(value))}"')
            elif name == "type" and tag == "input" and value.lower() in ("image", "file", "password", "submit"):
                made.append(' type="text"')
            elif name in _ATTRIBUTES:
                made.append(f' {name}="{escape(value)}"')
        return [*made, " disabled"] if tag in ("button", "input", "select", "textarea") else made

    def _picture(self, address: str) -> str:
        if address.startswith("data:"):
            kind = address[5:].partition(";")[0].partition(",")[0].lower()
            return escape(address) if kind in _PICTURES and self._room(len(address)) else ""
        media_type, body = self._loaded(address)
        if media_type not in _PICTURES or not self._room(len(body) * 4 // 3):
            return ""
        return f"data:{media_type};base64,{base64.b64encode(body).decode('ascii')}"

    def _link(self, attributes: Mapping[str, str | None]) -> None:
        if "stylesheet" in (attributes.get("rel") or "").lower().split():
            media_type, body = self._loaded(attributes.get("href") or "")
            if media_type == "text/css":
                self._style(body.decode("utf-8", "replace"))

    def _loaded(self, address: str) -> tuple[str, bytes]:
        try:
            where = urljoin(self.base, address.strip())
        except ValueError:
            return "", b""
        media_type, body = self.bodies.get(where.partition("#")[0], ("", b""))
        return media_type.partition(";")[0].strip().lower(), body

    def _style(self, css: str) -> None:
        if self._room(len(css)):
            self.styles.append(_calm(css))

    def _say(self, piece: str) -> None:
        if self._room(len(piece)):
            self.parts.append(piece)

    def _room(self, size: int) -> bool:
        if size > self.left_bytes:
            return False
        self.left_bytes -= size
        return True

    def whole(self) -> str:
        """What came of it."""
        title = f"<title>{escape(''.join(self.title))}</title>\n" if self.title else ""
        style = f"<style>{''.join(self.styles)}</style>\n" if self.styles else ""
        ends = "".join(f"</{tag}>" for tag in reversed(self.open))
        return f"{_HEAD}{title}{style}</head>\n<body>{''.join(self.parts)}{ends}</body>\n</html>\n"


def _calm(css: str) -> str:
    """Style that can end no element. What it would load, the policy of the file forbids."""
    return css.replace("<", "\\3c ").replace("@import", "@-import-")
