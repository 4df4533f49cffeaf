"""The header fields of a message, read without trusting them.

The email package of the standard library can raise, recurse or take quadratic time on hostile headers; each field here
is cut to a length, read in one pass, and comes out as one line of text.
"""

from __future__ import annotations

import binascii
import re
from urllib.parse import unquote_to_bytes

from attrs import field, frozen

from parapet.channels.charsets import decode
from parapet.channels.text import clean
from parapet.domain.items import Flag

MAX_FIELDS = 1_000
MAX_HEADER_BYTES = 1024 * 1024
MAX_VALUE_BYTES = 64 * 1024
MAX_ADDRESSES = 200

_FIELD = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r";\s*([!#-&+\-.^-~\w*]{1,100})\s*=\s*(?:\"((?:[^\"\\]|\\.)*+)\"|([^;\"]*+))")
_LOCAL = re.compile(r"[^\s<>\"(),:;@\[\]]+\Z")
_DOMAIN = re.compile(r"[^\s<>\"(),:;@]+")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")


@frozen
class Headers:
    """The fields of one header block, in order, names in lower case, values unfolded but not decoded."""

    fields: tuple[tuple[str, bytes], ...] = ()
    flags: frozenset[Flag] = field(default=frozenset())

    def raw(self, name: str) -> bytes:
        """The first value of a field, b"" when there is none."""
        return next((value for key, value in self.fields if key == name), b"")

    def text(self, name: str) -> tuple[str, frozenset[Flag]]:
        """A field as one decoded line."""
        return decoded(self.raw(name))

    def ids(self, name: str) -> tuple[str, ...]:
        """Message-IDs in a field, each with its angle brackets, in order, once each."""
        value = self.raw(name).decode("utf-8", "replace")
        found = _MESSAGE_ID.findall(value)
        if not found and (bare := value.strip()) and " " not in bare and "@" in bare:
            found = [bare.strip("<>")]
        return tuple(dict.fromkeys(f"<{clean(each)[0]}>" for each in found[:100]))

    def addresses(self, *names: str) -> tuple[tuple[str, str], ...]:
        """(display name, address) of every mailbox in these fields, in order, once each; the address may be ""."""
        found: dict[tuple[str, str], None] = {}
        for key, value in self.fields:
            if key in names and len(found) < MAX_ADDRESSES:
                found.update(dict.fromkeys(mailboxes(value)))
        return tuple(found)[:MAX_ADDRESSES]


def read_headers(block: bytes) -> Headers:
    """The fields in `block`; lines that are none are left out and flagged MALFORMED."""
    fields: list[tuple[str, bytes]] = []
    flags: set[Flag] = set()
    if len(block) > MAX_HEADER_BYTES:
        block = block[:MAX_HEADER_BYTES]
        flags.add(Flag.MALFORMED)
    name, pieces, size = "", list[bytes](), 0
    for row in block.split(b"\n"):
        row = row.rstrip(b"\r")
        if row[:1] in (b" ", b"\t"):
            if name and size < MAX_VALUE_BYTES:
                pieces.append(row)
                size += len(row)
            continue
        found = _FIELD.match(row)
        if found is None:
            if row.strip() and not row.startswith((b"From ", b">From ")):
                flags.add(Flag.MALFORMED)
            continue
        if name:
            fields.append((name, b"".join(pieces)[:MAX_VALUE_BYTES]))
        if len(fields) >= MAX_FIELDS:
            name = ""
            flags.add(Flag.MALFORMED)
            break
        name, pieces, size = found.group(1).decode("ascii").lower(), [row[found.end() :]], len(row)
    if name:
        fields.append((name, b"".join(pieces)[:MAX_VALUE_BYTES]))
    return Headers(tuple(fields), frozenset(flags))


def decoded(value: bytes) -> tuple[str, frozenset[Flag]]:
    """One value as a person reads it: encoded words undone, all on one line (a subject may hide CR LF and a header)."""
    text, flags = decode(value.strip(), "utf-8") if not value.isascii() else (value.strip().decode("ascii"), frozenset[Flag]())
    if "=?" in text:
        text, more = _words(text)
        flags |= more
    text, more = clean(" ".join(text.split()))
    return " ".join(text.replace("\u240d", " ").replace("\u240a", " ").split()), flags | more


def _words(text: str) -> tuple[str, frozenset[Flag]]:
    """Undo encoded words (RFC 2047); neighbours of one charset are joined first, since some mailers split characters."""
    out: list[str] = []
    flags: set[Flag] = set()
    held, charset, at = b"", "", 0
    for found in _WORD.finditer(text):
        gap, at = text[at : found.start()], found.end()
        name = found.group(1).partition("*")[0].lower()
        raw = _word_bytes(found.group(2), found.group(3))
        follows = raw is not None and charset and not gap.strip()  # the space between two encoded words is none
        if held and not (follows and name == charset):
            words, more = decode(held, charset)
            out.append(words)
            flags |= more
            held = b""
        if not follows:
            out.append(gap)
        if raw is None:
            out.append(found.group())
            flags.add(Flag.MALFORMED)
        held, charset = held + (raw or b""), "" if raw is None else name
    words, more = decode(held, charset) if held else ("", frozenset[Flag]())
    return "".join(out) + words + text[at:], frozenset(flags | more)


def _word_bytes(kind: str, text: str) -> bytes | None:
    if not text.isascii():
        return None
    if kind in "qQ":
        return binascii.a2b_qp(text.replace("_", " ").replace("\n", "").encode("ascii"), header=True)
    bare = re.sub(r"[\s=]", "", text)
    if re.search(r"[^A-Za-z0-9+/]", bare) or len(bare) % 4 == 1:
        return None
    return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))


def mailboxes(value: bytes) -> list[tuple[str, str]]:
    """(display name, address) of each mailbox in an address field, in one pass."""
    text = value[:MAX_VALUE_BYTES].decode("utf-8", "replace") if not value.isascii() else value[:MAX_VALUE_BYTES].decode("ascii")
    found: list[tuple[str, str]] = []
    for piece in _pieces(text):
        angle = piece.rfind("<")
        inside = piece[angle + 1 :].split(">", 1)[0] if angle >= 0 else piece
        address = _address(inside)
        name = piece[:angle] if angle >= 0 else "" if address else piece
        name = re.sub(r"\\(.)", r"\1", name.strip().strip('"').strip())
        name = decoded(name.encode("utf-8", "replace"))[0][:200]
        if name or address:
            found.append((name, address))
        if len(found) >= MAX_ADDRESSES:
            break
    return found


def _address(text: str) -> str:
    """The first address in `text`, found from its @ so that long nonsense costs nothing."""
    at = text.find("@")
    for _ in range(5):
        if at < 0:
            break
        local, domain = _LOCAL.search(text[max(0, at - 200) : at]), _DOMAIN.match(text, at + 1, at + 256)
        if local and domain:
            return clean(f"{local.group()}@{domain.group()}")[0]
        at = text.find("@", at + 1)
    return ""


def _pieces(text: str) -> list[str]:
    """Split at commas and semicolons outside quotes and angles; comments and the names of groups fall away."""
    pieces: list[str] = []
    now: list[str] = []
    quoted, comment, angle = False, 0, False
    for sign in re.findall(r'\\.|["(),;:<>]|[^\\"(),;:<>]+|\\', text, re.DOTALL):
        if sign == '"' and not comment:
            quoted = not quoted
        elif not quoted and sign in "()":
            comment = max(0, comment + (1 if sign == "(" else -1))
            continue
        if comment:
            continue
        if not quoted and sign in ("<", ">"):
            angle = sign == "<"
        if not quoted and not angle and sign in (",", ";"):
            pieces.append("".join(now))
            now = []
        elif not quoted and not angle and sign == ":":
            now = []  # the name of a group
        else:
            now.append(sign)
    return [*pieces, "".join(now)]


def parameters(value: bytes) -> tuple[str, dict[str, str]]:
    """("text/plain", {"charset": ...}) of a Content-Type or Content-Disposition; RFC 2231 pieces put together."""
    text = value[:MAX_VALUE_BYTES].decode("utf-8", "replace")
    main = text.partition(";")[0].strip().lower()
    plain: dict[str, str] = {}
    extended: dict[str, list[tuple[int, bool, str]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(text)):
        if count >= 100:
            break
        key = found.group(1).lower()
        inner = re.sub(r"\\(.)", r"\1", found.group(2)) if found.group(2) is not None else found.group(3).strip()
        pieces = re.fullmatch(r"([^*]+)(?:\*(\d{1,3}))?(\*)?", key)
        if pieces and "*" in key:
            extended.setdefault(pieces.group(1), []).append((int(pieces.group(2) or 0), bool(pieces.group(3)), inner))
        else:
            plain.setdefault(key, inner)
    for key, several in extended.items():
        plain[key] = _extended(several)
    return main, plain


def _extended(pieces: list[tuple[int, bool, str]]) -> str:
    charset, raw = "", b""
    for number, (_, encoded, text) in enumerate(sorted(pieces, key=lambda piece: piece[0])):
        if encoded and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return decode(raw, charset)[0]
