"""The relay of the browser that keeps pages: whatever is asked of it, it leads to public addresses only."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.pages_served import html, pages_served

from parapet.network.relay import Relay

NAMES = ["127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "017700000001", "0.0.0.0", "10.1.2.3", "192.168.0.1", "169.254.169.254", "172.16.0.9",
         "100.64.0.1", "224.0.0.1", "255.255.255.255", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]",
         "[fc00::1]", "[2001:0:7f00:1::]", "localhost"]  # fmt: skip


def say(relay: Relay, request: bytes) -> bytes:
    """All that comes back."""
    with socket.create_connection(("127.0.0.1", relay.port), 20) as line:
        line.settimeout(20)
        line.sendall(request)
        found = b""
        try:
            while piece := line.recv(65_536):
                found += piece
        except OSError:
            pass
        return found


def fetched(relay: Relay, target: str, *more: str) -> bytes:
    return say(relay, "\r\n".join([f"GET {target} HTTP/1.1", "Host: x", *more, "", ""]).encode())


@contextmanager
def opened(relay: Relay, most_bytes: int = 1_000_000) -> Iterator[Relay]:
    with relay:
        relay.begin(most_bytes)
        yield relay


def test_no_way_leads_inside() -> None:
    with pages_served() as (here, pages, asked), opened(Relay()) as relay:
        pages["/"] = html("inside")
        port = here.rpartition(":")[2]
        for name in NAMES:
            assert fetched(relay, f"http://{name}:{port}/") == b"", name
            assert say(relay, f"CONNECT {name}:{port} HTTP/1.1\r\n\r\n".encode()) == b"", name
        assert asked == []
        assert "127.0.0.1" in relay.account.refused and not relay.account.reached


def test_the_number_that_was_looked_at_is_the_number_that_is_reached() -> None:
    """A name that leads elsewhere the second time: it is asked once for each connection, and private numbers among public ones are passed over."""
    answers = [["127.0.0.1"], ["192.168.1.1", "127.0.0.1"]]
    lookups: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        lookups.append(host)
        return answers[(len(lookups) - 1) % 2]

    with pages_served() as (here, pages, asked), opened(Relay(resolve=resolve)) as relay:
        pages["/"] = html("inside")
        target = f"http://rebinding.example:{here.rpartition(':')[2]}/"
        assert fetched(relay, target) == fetched(relay, target) == b""
        assert (asked, lookups) == ([], ["rebinding.example"] * 2)


def test_one_request_a_connection_so_that_no_server_answers_for_another() -> None:
    with pages_served() as (here, pages, asked), opened(Relay(inside=True)) as relay:
        pages["/"] = html("first")
        pages["/second"] = html("second")
        answer = say(
            relay,
            f"GET {here}/ HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n\r\nGET {here}/second HTTP/1.1\r\nHost: x\r\n\r\n".encode(),
        )
        assert b"first" in answer and b"second" not in answer and asked == ["/"]
        assert b"\r\nConnection: close\r\n" in answer
        for odd in ("Transfer-Encoding: chunked", "Content-Length: 1\r\nContent-Length: 2", "Content-Length: -1"):
            assert fetched(relay, f"{here}/", odd) == b""
        assert fetched(relay, here.replace("http:", "ftp:")) == b"" and fetched(relay, here.replace("//", "//user@")) == b""
        assert asked == ["/"]
        assert relay.account.reached == {here.removeprefix("http://"): "127.0.0.1"}


def test_an_endless_answer_ends_at_the_most_bytes() -> None:
    def endless(handler: object) -> None:
        handler.send_response(200)  # type: ignore[attr-defined]
        handler.end_headers()  # type: ignore[attr-defined]
        while True:
            handler.wfile.write(bytes(65_536))  # type: ignore[attr-defined]

    with pages_served() as (here, pages, _asked), opened(Relay(inside=True), 500_000) as relay:
        pages["/"] = endless
        assert len(fetched(relay, f"{here}/")) < 700_000
        assert relay.account.over
        assert fetched(relay, f"{here}/other") == b"", "nothing more of this page is loaded"
        relay.begin(500_000)
        assert b"404" in fetched(relay, f"{here}/other"), "the next page begins anew"


@pytest.fixture(scope="module")
def shut() -> Iterator[Relay]:
    with opened(Relay(resolve=lambda _host, _port: ["127.0.0.1"])) as relay:
        yield relay


@given(
    junk=st.binary(max_size=300)
    | st.from_regex(rb"(GET|CONNECT) [ -~]{0,60} HTTP/1\.[01]\r\n([ -~]{0,30}\r\n)?\r\n", fullmatch=True)
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_said_to_it_reaches_nothing(shut: Relay, junk: bytes) -> None:
    with socket.create_connection(("127.0.0.1", shut.port), 20) as line:
        line.settimeout(20)
        line.sendall(junk)
        line.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            assert line.recv(100) == b""
    assert not shut.account.reached


def test_it_ends_with_its_threads() -> None:

    before = threading.active_count()
    with opened(Relay()) as relay:
        port = relay.port
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), 1).close()
    until = time.monotonic() + 20
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() <= before
