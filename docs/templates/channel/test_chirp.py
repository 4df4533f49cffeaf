"""What Chirp's channel reads and brings, and what it makes of what strangers send."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parapet.channels.chirp.fetch import open_line
from parapet.channels.chirp.manifest import MANIFEST

from parapet.channels.contract import About, Head
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PrivateAddress, SignInRefused
from parapet.domain.items import ItemKind
from parapet.domain.parsed import Found, Parsed, Reason, Refused

GOOD = {"id": 7, "text": "Hello", "at": "2026-10-01T12:00:00Z", "author": {"handle": "a", "id": "1"}}


def export(*chirps: Any) -> bytes:
    return json.dumps({"chirps": chirps}).encode()


def parsed(raw: bytes) -> list[Parsed]:
    found = list(MANIFEST.parse(io.BytesIO(raw), About()))
    for each in found:
        if isinstance(each, Found):
            assert each.raw == raw[each.place.offset :][: each.place.length], "its own bytes, where its place says"
    return found


# The file


def test_a_chirp_is_read_and_what_is_none_is_told_with_its_place() -> None:
    found, *rest = parsed(export(GOOD, {"id": 8}, 3))
    assert isinstance(found, Found)
    item = found.item
    assert (item.uri, item.kind, item.text, item.author.key) == ("chirp:7", ItemKind.POST, "Hello", "chirp:1")
    assert [each.reason for each in rest if isinstance(each, Refused)] == [Reason.BAD_RECORD] * 2


def test_other_formats_are_not_recognised() -> None:
    assert MANIFEST.recognise(Head(export(GOOD), 100)) > 0
    for other in (b"", b"From a@example.net", b'{"tweets": []}', b"\x00\xff", b"PK\x03\x04"):
        assert MANIFEST.recognise(Head(other, len(other))) == 0


@given(cut=st.integers(0, len(export(GOOD, GOOD))), at=st.integers(0, 200), byte=st.integers(0, 255))
def test_a_damaged_or_cut_file_gives_refusals_and_no_exception(cut: int, at: int, byte: int) -> None:
    raw = bytearray(export(GOOD, GOOD)[:cut])
    if raw:
        raw[at % len(raw)] = byte
    parsed(bytes(raw))


# The line


class Server(ThreadingHTTPServer):
    """A server of chirps on this machine."""

    chirps: list[Any]
    answer: bytes | None = None  # instead of chirps
    status = 200


class _Answers(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = {name: int(values[0]) for name, values in parse_qs(urlsplit(self.path).query).items()}
        known = self.headers.get("authorization") == "Basic " + base64.b64encode(b"doctor:secret").decode()
        after = [each for each in self.server.chirps if each["id"] > asked["after"]]
        chosen = after[-asked["most"] :] if asked["newest"] else after[: asked["most"]]
        body = self.server.answer if self.server.answer is not None else export(*chosen)
        self.send_response(self.server.status if known else 401)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), _Answers) as held:
        held.chirps = [{**GOOD, "id": 1}]
        running = threading.Thread(target=held.serve_forever, kwargs={"poll_interval": 0.02})
        running.start()
        yield held
        held.shutdown()
        running.join()


def told(server: Server, **other: str) -> dict[str, str]:
    return {"host": f"http://127.0.0.1:{server.server_port}", "user": "doctor", "password": "secret", **other}


def test_what_is_new_is_brought_byte_for_byte_and_the_same_again_when_asked_again(server: Server) -> None:
    line = open_line(told(server), inside=True)
    cursor = line.begin()
    assert line.fetch(cursor).pieces == (), "what was there before is left alone"
    server.chirps += [{**GOOD, "id": n} for n in range(2, 150)]
    batch = line.fetch(cursor)
    assert line.fetch(cursor) == batch
    [piece] = batch.pieces
    assert [each.item.uri for each in parsed(piece.raw) if isinstance(each, Found)] == [f"chirp:{n}" for n in range(2, 102)]
    rest = line.fetch(batch.cursor)
    assert len(parsed(rest.pieces[0].raw)) == 48 and line.fetch(rest.cursor).pieces == ()
    line.close()


def test_whatever_a_server_does_ends_in_an_error_that_a_person_can_read(server: Server) -> None:
    with pytest.raises(SignInRefused):
        open_line(told(server, password="wrong"), inside=True)
    with pytest.raises(PrivateAddress):
        open_line(told(server), inside=False)
    with pytest.raises(OutsideUnreachable):
        open_line(told(server, host="http://127.0.0.1:1"), inside=True)
    for said in (b"", b"[]", b'{"chirps": 3}', b'{"chirps": [{"id": "x"}]}', b"\xff" * 100, b"[" * 100_000):
        server.answer = said
        with pytest.raises(OutsideRefused):
            open_line(told(server), inside=True)
    server.status = 503
    with pytest.raises(OutsideUnreachable):
        open_line(told(server), inside=True)
