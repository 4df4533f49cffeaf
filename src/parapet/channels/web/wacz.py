"""What was loaded for a page, so that it can be played again: WARC records within a WACZ (specs.webrecorder.net/wacz/1.1.1).

For replay only. A WACZ is no proof: whoever makes one can write into it what they like. The proof is the sealed file around it.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from attrs import field, frozen
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_WARC_NAME = "archive/data.warc.gz"
#: Of the answer: what was unpacked on the way must not be unpacked again.
_LEFT_OUT = frozenset({"content-encoding", "transfer-encoding", "content-length", "connection"})


@frozen
class Exchange:
    """One request and what came of it. `body` is unpacked; `ip` "" where it is not known."""

    url: str
    method: str
    request_headers: Sequence[tuple[str, str]] = field(repr=False)
    status: int
    headers: Sequence[tuple[str, str]] = field(repr=False)
    body: bytes = field(repr=False)
    ip: str = ""


def write_wacz(exchanges: Sequence[Exchange], *, page: str, title: str, at: datetime, software: str) -> bytes:
    """The archive of one page. `at`: when it was asked for, UTC."""
    warc, index = _warc(exchanges, at, software)
    lines = [{"format": "json-pages-1.0", "id": "pages", "title": "Pages"}, {"url": page, "ts": _iso(at), "title": title}]
    files = {
        _WARC_NAME: warc,
        "indexes/index.cdx": "".join(sorted(index)).encode(),
        "pages/pages.jsonl": "".join(json.dumps(line) + "\n" for line in lines).encode(),
    }
    resources = [
        {"name": name.rpartition("/")[2], "path": name, "hash": _sha256(content), "bytes": len(content)}
        for name, content in files.items()
    ]
    package = json.dumps(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": software,
            "created": _iso(at),
            "mainPageUrl": page,
            "mainPageDate": _iso(at),
            "resources": resources,
        },
        indent=2,
    ).encode()
    files["datapackage.json"] = package
    files["datapackage-digest.json"] = json.dumps({"path": "datapackage.json", "hash": _sha256(package)}).encode()
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), content)
    return sink.getvalue()


def _warc(exchanges: Sequence[Exchange], at: datetime, software: str) -> tuple[bytes, list[str]]:
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=True)
    writer.write_record(writer.create_warcinfo_record("data.warc.gz", {"software": software, "format": "WARC File Format 1.1"}))
    index = []
    for each in exchanges:
        when = {"WARC-Date": _iso(at)}
        if each.ip:
            when["WARC-IP-Address"] = each.ip
        kept = [(name, value) for name, value in _plain(each.headers) if name.lower() not in _LEFT_OUT]
        status = StatusAndHeaders(
            f"{each.status} {_phrase(each.status)}", [*kept, ("Content-Length", str(len(each.body)))], "HTTP/1.1"
        )
        response = writer.create_warc_record(
            each.url, "response", payload=io.BytesIO(each.body), http_headers=status, warc_headers_dict=when
        )
        begin = sink.tell()
        writer.write_record(response)
        end = sink.tell()
        index.append(_index_line(each, response.rec_headers.get_header("WARC-Payload-Digest"), at, begin, end - begin))
        said = StatusAndHeaders(f"{each.method} {_path(each.url)} HTTP/1.1", _plain(each.request_headers), is_http_request=True)
        writer.write_record(
            writer.create_warc_record(
                each.url,
                "request",
                payload=io.BytesIO(b""),
                http_headers=said,
                warc_headers_dict={
                    "WARC-Date": _iso(at),
                    "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
                },
            )
        )
    return sink.getvalue(), index


def _index_line(each: Exchange, digest: str | None, at: datetime, offset: int, length: int) -> str:
    """CDXJ: the address turned round, the time, and where the record lies."""
    mime = next((value for name, value in each.headers if name.lower() == "content-type"), "").partition(";")[0].strip()
    said = {
        "url": each.url,
        "mime": mime or "unk",
        "status": str(each.status),
        "digest": digest or "-",
        "length": str(length),
        "offset": str(offset),
        "filename": "data.warc.gz",
    }
    return f"{_turned(each.url)} {at:%Y%m%d%H%M%S} {json.dumps(said)}\n"


def _turned(url: str) -> str:
    """ "https://www.news.example/Story?b=1&a=2" as "example,news)/story?a=2&b=1": how indexes are sorted."""
    parts = urlsplit(url)
    host = re.sub(r"^www\d*\.", "", (parts.hostname or "").lower())
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    path = parts.path.lower().rstrip("/") or "/"
    return f"{','.join(reversed(host.split('.')))}{port}){path}{'?' + query if query else ''}".replace(" ", "%20")


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _plain(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Each on one line: a header that holds a line end would be two."""
    return [(re.sub(r"[\r\n:]", "", name), re.sub(r"[\r\n]+", " ", value)) for name, value in headers if not name.startswith(":")]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _iso(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
