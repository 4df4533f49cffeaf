"""The file of a capture: a page as somebody saw it, in one ZIP. Read without trusting it, and written.

`capture.json` comes first and lists every other file with its digest. Pure: whoever writes one hands over the bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from attrs import field, frozen

from parapet.channels.unpacking import Stop, pieces
from parapet.channels.zip_directory import list_members
from parapet.domain.parsed import Place, Reason, Refused

FORMAT = "parapet-capture/1"
#: Of the whole file, and of all that is in it, unpacked.
MAX_BYTES = 64 * 1024 * 1024
#: Besides `capture.json`.
MAX_FILES = 400
#: Of `capture.json`: a text of a megabyte, every letter of it escaped, and as much again for posts and links.
MAX_FACTS_BYTES = 8 * 1024 * 1024
#: Of the visible text, as UTF-8.
MAX_TEXT_BYTES = 1024 * 1024
MAX_POSTS = 500
MAX_LINKS = 2_000
MAX_SCREENSHOTS = 64
MAX_ADDRESS_CHARS = 2_048

FACTS_NAME = "capture.json"
MEDIA_TYPE = "application/x-parapet-capture+zip"
#: By the end of its name, what a file of a capture is; a file of another name is kept, and never shown.
MEDIA_TYPES = {
    ".png": "image/png",
    ".html": "text/html",
    ".mhtml": "multipart/related",
    ".pdf": "application/pdf",
    ".wacz": "application/wacz",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".txt": "text/plain",
}

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_SCREENSHOT = re.compile(r"screenshot(?:-([2-9]|[1-9][0-9]{1,2}))?\.png")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LOCAL_HEADER_BYTES = 30
#: Nobody's clock: two files of one capture made from the same bytes are the same bytes.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class Unfit(Exception):
    """The file is no sound capture; `refused` names what does not fit, and why."""

    def __init__(self, reason: Reason, detail: str = "", member: str = "") -> None:
        super().__init__(reason, detail)
        self.refused = Refused(reason, Place(member=member), detail)


@frozen
class Capture:
    """A sound capture.

    facts     `capture.json`, decoded: its shape is still a stranger's, its digests hold
    raw_facts its bytes, which lie in the file as they are, from `offset` on
    files     every other file by name, in the order of the archive
    """

    facts: Mapping[str, Any]
    raw_facts: bytes = field(repr=False)
    offset: int
    files: Mapping[str, bytes] = field(repr=False)

    @property
    def screenshots(self) -> list[str]:
        """The names of the pictures of the page, from its top to its end."""
        found = [(int(match[1] or 1), name) for name in self.files if (match := _SCREENSHOT.fullmatch(name))]
        return [name for _, name in sorted(found)][:MAX_SCREENSHOTS]


def is_capture(start: bytes) -> bool:
    """True when a file's first bytes are those of a capture: its first member, stored as it is, says so."""
    at = _LOCAL_HEADER_BYTES + len(FACTS_NAME)
    if not start.startswith(b"PK\x03\x04") or start[_LOCAL_HEADER_BYTES:at] != FACTS_NAME.encode():
        return False
    extra = int.from_bytes(start[28:30], "little")
    return b'"parapet-capture/' in start[at + extra : at + extra + 200]


def write_capture(facts: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """One capture as the bytes of its file. `facts` is all of `capture.json` but its format and its digests.

    Raises ValueError when what is handed over would not be read again.
    """
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    whole = {"format": FORMAT, **facts, "files": digests}
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        first = json.dumps(whole, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        archive.writestr(zipfile.ZipInfo(FACTS_NAME, _ZIP_TIME), first.encode("utf-8", "replace"))
        for name, content in files.items():
            info = zipfile.ZipInfo(name, _ZIP_TIME)
            # Pictures and archives are packed already; text is worth the time.
            is_text = name.endswith((".html", ".mhtml", ".json", ".txt"))
            info.compress_type = zipfile.ZIP_DEFLATED if is_text else zipfile.ZIP_STORED
            archive.writestr(info, content, compresslevel=3)
    made = sink.getvalue()
    try:
        read_capture(io.BytesIO(made))
    except Unfit as unfit:
        raise ValueError(f"{unfit.refused.reason} {unfit.refused.detail}".strip()) from unfit
    return made


def read_capture(source: BinaryIO) -> Capture:
    """The capture in `source`, every byte of it held against its digest. Raises Unfit; OSError when the file cannot be read."""
    size = source.seek(0, io.SEEK_END)
    if size > MAX_BYTES:
        raise Unfit(Reason.TOO_LARGE, f"{size} bytes, at most {MAX_BYTES}")
    try:
        infos = list_members(source)
    except Stop as stop:
        raise Unfit(stop.reason, stop.detail) from None
    _look_at_names(infos)
    contents: dict[str, bytes] = {}
    left = MAX_BYTES
    for info in infos:
        most = min(left, MAX_FACTS_BYTES) if info.filename == FACTS_NAME else left
        contents[info.filename] = _unpacked(source, info, most)
        left -= len(contents[info.filename])
    raw = contents.pop(FACTS_NAME)
    facts = _decoded(raw)
    _look_at_digests(facts.get("files"), contents)
    _look_at_facts(facts)
    return Capture(facts, raw, _offset(source), contents)


def _look_at_names(infos: Sequence[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_FILES + 1:
        raise Unfit(Reason.TOO_LARGE, f"{len(infos)} members")
    if not infos or infos[0].filename != FACTS_NAME or infos[0].header_offset != 0:
        raise Unfit(Reason.BAD_RECORD, "not a form of parapet-capture/1")
    seen: set[str] = set()
    for info in infos:
        name = info.orig_filename
        # What is not a plain name is not shown either: a stranger wrote it.
        if name != info.filename or not _NAME.fullmatch(name):
            raise Unfit(Reason.UNSAFE_NAME)
        mode = stat.S_IFMT(info.external_attr >> 16)
        if mode and mode != stat.S_IFREG:
            raise Unfit(Reason.UNSAFE_NAME, "not a file", name)
        if name.casefold() in seen:
            raise Unfit(Reason.DUPLICATE_MEMBER, member=name)
        if info.flag_bits & 0x1:
            raise Unfit(Reason.ENCRYPTED, member=name)
        seen.add(name.casefold())
    if infos[0].compress_type != zipfile.ZIP_STORED:
        raise Unfit(Reason.UNKNOWN_FORMAT, "packed, where it should lie as it is", FACTS_NAME)


def _unpacked(source: BinaryIO, info: zipfile.ZipInfo, most_bytes: int) -> bytes:
    if info.file_size > most_bytes:
        raise Unfit(Reason.TOO_LARGE, f"{info.file_size} bytes, at most {most_bytes}", info.filename)
    found = bytearray()
    try:
        for piece in pieces(source, info):  # never more than is claimed
            found += piece
    except Stop as stop:
        raise Unfit(stop.reason, stop.detail, info.filename) from None
    return bytes(found)


def _offset(source: BinaryIO) -> int:
    """Where the bytes of `capture.json` begin, after its own header, which `pieces` found sound."""
    source.seek(26)
    name, extra = int.from_bytes(source.read(2), "little"), int.from_bytes(source.read(2), "little")
    return _LOCAL_HEADER_BYTES + name + extra


def _decoded(raw: bytes) -> dict[str, Any]:
    try:
        facts = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unfit(Reason.BAD_ENCODING, member=FACTS_NAME) from None
    except (ValueError, RecursionError):
        raise Unfit(Reason.BAD_SYNTAX, member=FACTS_NAME) from None
    if not isinstance(facts, dict):
        raise Unfit(Reason.BAD_RECORD, "expected an object", FACTS_NAME)
    if facts.get("format") != FORMAT:
        raise Unfit(Reason.BAD_RECORD, "not a form of parapet-capture/1", FACTS_NAME)
    return facts


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which nothing is said twice: two readers would believe different things."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _no_number(_word: str) -> Any:
    raise ValueError


def _look_at_digests(said: object, contents: Mapping[str, bytes]) -> None:
    if not isinstance(said, dict):
        raise Unfit(Reason.BAD_RECORD, "field files", FACTS_NAME)
    for name in contents:
        if name not in said:
            raise Unfit(Reason.BAD_RECORD, "not listed among the files", name)
    for name, digest in said.items():
        if not _NAME.fullmatch(name) or not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise Unfit(Reason.BAD_RECORD, "field files", FACTS_NAME)
        if name not in contents:
            raise Unfit(Reason.BAD_RECORD, "listed, and not there", name)
        if hashlib.sha256(contents[name]).hexdigest() != digest:
            raise Unfit(Reason.DAMAGED_MEMBER, "other bytes than listed", name)
        if _SCREENSHOT.fullmatch(name) and not contents[name].startswith(b"\x89PNG\r\n\x1a\n"):
            raise Unfit(Reason.BAD_RECORD, "not a picture", name)


def _look_at_facts(facts: Mapping[str, Any]) -> None:
    for name, fits in _FITS:
        if not fits(facts.get(name)):
            raise Unfit(Reason.BAD_RECORD, f"field {name}", FACTS_NAME)
    if len(facts["text"].encode("utf-8", "replace")) > MAX_TEXT_BYTES:
        raise Unfit(Reason.TOO_LARGE, f"more than {MAX_TEXT_BYTES} bytes", FACTS_NAME)


def _words(most_chars: int) -> Any:
    return lambda value: isinstance(value, str) and len(value) <= most_chars


def _list(most: int) -> Any:
    return lambda value: isinstance(value, list) and len(value) <= most


#: What must stand in `capture.json`, and how. Posts and links are looked at one by one, where they are read.
_FITS: tuple[tuple[str, Any], ...] = (
    ("url", _words(MAX_ADDRESS_CHARS)),
    ("final_url", _words(MAX_ADDRESS_CHARS)),
    ("captured_at", _words(64)),
    ("by", lambda value: value in ("parapet", "extension")),
    ("agent", _words(400)),
    ("title", _words(4_000)),
    ("lang", _words(64)),
    ("kind", lambda value: value in ("page", "selection", "post", "thread", "reviews")),
    ("text", _words(MAX_TEXT_BYTES)),
    ("posts", _list(MAX_POSTS)),
    ("links", _list(MAX_LINKS)),
)


def media_type_of(name: str) -> str:
    """What a file of a capture is, by the end of its name."""
    return next((kind for end, kind in MEDIA_TYPES.items() if name.endswith(end)), "application/octet-stream")


def packed_texts(raw: bytes) -> Iterator[str]:
    """Every text in a capture, as it stands: to search what is to be withheld. Pictures are not opened."""
    try:
        capture = read_capture(io.BytesIO(raw))
    except Unfit:  # it was read when it came
        return
    yield capture.raw_facts.decode("utf-8", "replace")
    for name, content in capture.files.items():
        if name.endswith((".html", ".mhtml", ".json", ".txt")):
            yield content.decode("utf-8", "replace")
