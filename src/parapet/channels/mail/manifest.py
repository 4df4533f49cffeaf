"""The channel of e-mail."""

from __future__ import annotations

import re

from parapet.channels.contract import Head, Manifest
from parapet.channels.mail.mbox import is_from_line
from parapet.channels.mail.parse import parse

#: Fields of the header that programs write; people who type a letter do not.
_MACHINE = frozenset(
    b"from message-id received return-path mime-version delivered-to content-type content-transfer-encoding x-original-to"
    b" dkim-signature arc-seal list-id x-mailer authentication-results received-spf in-reply-to references user-agent".split()
)
_KNOWN = _MACHINE | frozenset(b"to subject date reply-to cc sender bcc".split())
_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")


def _recognise(head: Head) -> int:
    start = head.start.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if is_from_line(start, 0):
        return 95
    known: set[bytes] = set()
    ended = False
    for row in start.split(b"\n", 300)[:300]:
        if not row.strip():
            ended = True
            break
        if row[:1] in (b" ", b"\t"):
            continue
        found = _NAME.match(row)
        if found is None:
            return 0
        known.add(found.group(1).lower())
    known &= _KNOWN
    if not ended and head.size_bytes > len(head.start):
        return 60 if known & _MACHINE else 0  # a field so long that nothing else can be seen
    # "To:" and "Date:" also head letters and notes that people type; a mail has been through a machine.
    return 92 if len(known) >= 2 and known & _MACHINE else 0


MANIFEST = Manifest("mail", "E-mail", _recognise, parse)
