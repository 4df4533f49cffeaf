"""Many messages from few: the sample's files with every message's own name rewritten, as often as asked."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import parapet.cli

SAMPLE = Path(parapet.cli.__file__).parent / "sample"
#: What one copy of the sample brings, about: messages found, a third of them in more than one file.
MESSAGES_A_COPY = 2_000

_BASE32 = "234567abcdefghijklmnopqrstuvwxyz"
_URLSAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# A message's name, wherever it stands: in its own record, in what answers it, in the stream and in the thread.
_NAMES = {
    ".json": re.compile(
        rb"(?<=app\.bsky\.feed\.(?:post|like)/)[2-7a-z]{13}|(?<=app\.bsky\.feed\.repost/)[2-7a-z]{13}"
        rb"|(?<=\")\d{17,19}(?=\")|(?<=statuses/)\d{15,19}|(?<=/)\d{17,19}(?=\")|Ug[A-Za-z0-9_-]{20,}"
    ),
    ".jsonl": re.compile(
        rb"(?<=app\.bsky\.feed\.(?:post|like)/)[2-7a-z]{13}|(?<=app\.bsky\.feed\.repost/)[2-7a-z]{13}|(?<=\"rkey\":\")[2-7a-z]{13}"
    ),
    ".mbox": re.compile(rb"(?<=<)[0-9a-f]{9,}\.\d+(?=@)"),
    ".eml": re.compile(rb"(?<=<)[0-9a-f]{9,}\.\d+(?=@)"),
    ".csv": re.compile(rb"AbFvOq[A-Za-z0-9_-]{20,}|(?<=rid=)\d{10}|(?m:^)\d{10}(?=;)"),
}


def write(folder: Path, *, messages: int) -> None:
    """Fill `folder` with about `messages` messages (a multiple of MESSAGES_A_COPY), always the same ones.

    Archives, letters and the register of people are there once. The rest is in as many files as in the sample, each
    as many times as long: a longer stream, a fuller mailbox.
    """
    copies = max(1, round(messages / MESSAGES_A_COPY))
    people = set(re.findall(rb"\d{15,}", (SAMPLE / "advocates.json").read_bytes()))
    for source in sorted(SAMPLE.rglob("*")):
        target = folder / source.relative_to(SAMPLE)
        if source.is_dir():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.suffix not in _NAMES or source.name == "advocates.json" or "complaint" in source.parts:
            shutil.copyfile(source, target)
        elif source.suffix == ".eml":
            for copy in range(copies):
                target.with_name(f"{copy}-{source.name}").write_bytes(_rewritten(source, copy, people))
        else:
            _lengthen(source, target, (_rewritten(source, copy, people) for copy in range(copies)))


def _lengthen(source: Path, target: Path, copies: Iterator[bytes]) -> None:
    with target.open("wb") as file:
        for number, content in enumerate(copies):
            if source.suffix == ".json":
                body = content.strip()
                assert body[:1] + body[-1:] == b"[]"
                file.write((b"[" if not number else b",") + body[1:-1])
            elif source.suffix == ".csv" and number:
                file.write(content.partition(b"\n")[2])
            else:
                file.write(content)
        if source.suffix == ".json":
            file.write(b"]\n")


def _rewritten(source: Path, copy: int, people: set[bytes]) -> bytes:
    content = source.read_bytes()
    return _NAMES[source.suffix].sub(_renamed(copy, people), content) if copy else content


def _renamed(copy: int, people: set[bytes]) -> Callable[[re.Match[bytes]], bytes]:
    """The same name becomes the same other name wherever it stands, of the same letters and length."""

    def rename(match: re.Match[bytes]) -> bytes:
        name = match[0]
        if name in people:
            return name
        digest = hashlib.sha512(b"%d " % copy + name).digest()
        if name.isdigit():
            digits = str(int.from_bytes(digest, "big"))
            return b"1" + digits[: len(name) - 1].encode()
        if name.startswith((b"Ug", b"AbFvOq")):
            keep = 2 if name.startswith(b"Ug") else 6
            return name[:keep] + "".join(_URLSAFE[byte % 64] for byte in digest[: len(name) - keep]).encode()
        if b"." in name:
            return digest.hex()[: len(name)].encode()[:9] + b"." + str(int.from_bytes(digest[:4], "big")).encode()
        return b"3" + "".join(_BASE32[byte % 32] for byte in digest[:12]).encode()

    return rename


def people() -> list[str]:
    """The references of those whom the sample protects."""
    return [entry["id"] for entry in json.loads((SAMPLE / "advocates.json").read_text())]
