"""What one look at the page of a message tells, and by what it was decided. Pure.

A page that shows a post shows much besides, and a site that hides a post from who is not signed in says so in many ways. So only what is
plain is said; where it is not, that it cannot be told from outside.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from parapet.channels.web.container import read_capture, write_capture
from parapet.channels.web.standing import Standing, notice_in, standing

#: Words of a message shorter than this may stand on any page.
_FEW_CHARS = 12
#: A message of which so much of its words still stands there was changed; of less it cannot be told.
_CHANGED_SHARE = 0.4
_WORD = re.compile(r"\w+")
#: Of a look at which nothing changed, these files are kept.
_SLIM = ("screenshot.png", "response.json", "page.html")
MAX_SLIM_BYTES, MAX_WHOLE_BYTES = 4 * 1024 * 1024, 16 * 1024 * 1024
CHANGED = frozenset({Standing.EDITED, Standing.DELETED, Standing.SUSPENDED, Standing.LOGIN})


@frozen
class Told:
    """How a message stands. `why`: a code for what decided it; `words`: the site's own notice, "" where there is none.

    sure  whether a plain answer was enough; else only a browser, which runs the page, can tell
    """

    standing: Standing
    why: str
    words: str = ""
    sure: bool = True


def told(
    *, status: int, asked: str, landed: str, text: str, known: Sequence[str], asks_password: bool = False, ran: bool = False
) -> Told:
    """How the message with the words `known` stands on the page that answered so.

    ran  whether a browser ran the page: many pages hold no word before
    """
    words = [each for each in (" ".join(one.split()) for one in known) if len(each) >= _FEW_CHARS]
    found = standing(
        status=status, asked=asked, landed=landed, text=text, known=words or ["\0"], is_whole=False, asks_password=asks_password
    )
    if found is Standing.SAME:
        return Told(found, "words")
    if found in (Standing.DELETED, Standing.SUSPENDED):
        notice = notice_in(text, found)
        by_status = status in (404, 410)
        return Told(found, "status" if by_status else "notice", notice, sure=by_status or ran)
    if found is Standing.LOGIN:
        return Told(found, "login", sure=ran or status == 401)
    if found is Standing.UNREACHABLE:
        return Told(found, "status", sure=ran or status not in (403, 405, 406, 451))
    if not words:
        return Told(Standing.UNCLEAR, "few_words", sure=ran)
    if _share(words[-1], text) >= _CHANGED_SHARE:
        return Told(Standing.EDITED, "other_words", sure=ran)
    return Told(Standing.UNCLEAR, "not_seen", sure=ran)


def _share(known: str, text: str) -> float:
    """Which share of the words of `known`, three at a time, stands in `text`."""
    ours, theirs = _threes(known), _threes(text)
    return len(ours & theirs) / len(ours) if ours else 0.0


def _threes(text: str) -> set[tuple[str, ...]]:
    words = [word.casefold() for word in _WORD.findall(text)]
    size = min(3, len(words))
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)} if size else set()


def write_answer(*, url: str, status: int, at: datetime, headers: Sequence[tuple[str, str]], number: str, body: bytes) -> bytes:
    """An answer as it is kept: a line of JSON that says what was asked, who answered and how; then the body."""
    head = {
        "format": "parapet-look/1",
        "url": url,
        "status": status,
        "at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "server": number,
        "headers": [list(each) for each in headers],
    }
    return json.dumps(head, ensure_ascii=False).encode("utf-8", "replace") + b"\n" + body


def kept_of(raw: bytes, found: Standing) -> bytes:
    """The capture as it is kept: whole where something changed, as far as there is room; else what shows that nothing did."""
    if found in CHANGED and len(raw) <= MAX_WHOLE_BYTES:
        return raw
    capture = read_capture(io.BytesIO(raw))
    files, left, out = dict[str, bytes](), MAX_SLIM_BYTES, list[str]()
    for name, content in capture.files.items():
        if name in _SLIM and len(content) <= left:
            files[name] = content
            left -= len(content)
        else:
            out.append(name)
    facts = {name: value for name, value in capture.facts.items() if name not in ("format", "files")}
    return write_capture({**facts, "left_out": out}, files)


def packed(raw: bytes) -> bytes:
    """As it lies in the database."""
    return gzip.compress(raw, 6, mtime=0)


def unpacked(held: bytes) -> bytes:
    """The inverse of `packed`. Raises ValueError."""
    try:
        return gzip.decompress(held)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError("not what was kept") from error
