"""What Gmail says of a message besides (X-GM-EXT-1), and folders by what they are for (RFC 6154).

https://developers.google.com/workspace/gmail/imap/imap-extensions, read in November 2026. In Gmail a label is shown as a folder: a message
with three labels lies in three of them, and in "All Mail", which holds everything but junk and what was thrown away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from imapclient.imap_utf7 import decode

from parapet.channels.mail.imap import Client, in_our_words
from parapet.domain.errors import PlaceMissing

#: What is asked of each message besides its octets.
PARTS = ("X-GM-MSGID", "X-GM-THRID", "X-GM-LABELS")
ALL, JUNK, TRASH = "\\All", "\\Junk", "\\Trash"
BY_PURPOSE = frozenset({ALL, JUNK, TRASH, "\\Archive", "\\Sent", "\\Flagged", "\\Important"})
#: A message has a few labels. A stranger makes none, but a server may say anything.
MAX_LABELS, MAX_LABEL_CHARS = 50, 200
_MAX_NUMBER = 2**64 - 1


def is_gmail(client: Client) -> bool:
    """Whether the server has Gmail's extension."""
    return bool(client.has_capability("X-GM-EXT-1"))


def chosen(names: Sequence[str], client: Client) -> Sequence[str]:
    """`names` without folders whose messages lie in another of them too: read once, and not twice."""
    if not is_gmail(client) or len(names) < 2:
        return names
    real = {purpose: _called(client, purpose) for purpose in (ALL, JUNK, TRASH)}
    if not {ALL, real[ALL]} & set(names):
        return names
    apart = {*real, *real.values()} - {""}
    return [name for name in names if name in apart]


def real_name(client: Client, name: str) -> str:
    """What the folder is called that is named by its purpose; another's name is its own. Raises PlaceMissing."""
    if name not in BY_PURPOSE:
        return name
    found = _called(client, name)
    if not found:
        raise PlaceMissing
    return found


def _called(client: Client, purpose: str) -> str:
    with in_our_words():
        return str(client.find_special_folder(purpose.encode()) or "")


def beside(said: Mapping[bytes, Any]) -> str:
    """What Gmail said of a message, in one line: its labels, and the numbers of the message and of its conversation."""
    labels = said.get(b"X-GM-LABELS", ())
    shown = [_label(each) for each in labels[:MAX_LABELS]] if isinstance(labels, tuple | list) else []
    parts = [f"X-GM-LABELS: {', '.join(shown)}"] if shown else []
    for name in ("X-GM-MSGID", "X-GM-THRID"):
        value = said.get(name.encode())
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_NUMBER:
            parts.append(f"{name}: {value}")
    return "; ".join(parts)


def _label(given: object) -> str:
    """One label, as a person reads it: Gmail writes them in UTF-7 (RFC 3501, 5.1.3)."""
    raw = given if isinstance(given, bytes) else str(given).encode("utf-8", "replace")
    try:
        text = str(decode(raw))
    except (ValueError, UnicodeError):
        text = raw.decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)[:MAX_LABEL_CHARS]
