"""Pages by way of the proxy that a network prescribes: what is inside stays shut all the same."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer

import httpx
import pytest
from support.pages_served import html, pages_served

from parapet.network.relay import Relay


class Prescribed(ThreadingTCPServer):
    """A proxy that takes CONNECT alone, and leads to one place whatever number it is asked for."""

    daemon_threads = True

    def __init__(self, leads_to: int) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.leads_to, self.heads, self.refuses = leads_to, list[str](), False


class Asked(StreamRequestHandler):
    server: Prescribed

    def handle(self) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self.rfile.readline()
        self.server.heads.append(head.decode())
        if self.server.refuses:
            self.wfile.write(b"HTTP/1.1 403 No\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 Yes\r\n\r\n")
        with socket.create_connection(("127.0.0.1", self.server.leads_to)) as far:
            far.sendall(self.rfile.readline())
            while (line := self.rfile.readline()) != b"\r\n":
                far.sendall(line)
            far.sendall(b"\r\n")
            while piece := far.recv(65_536):
                self.wfile.write(piece)


@pytest.fixture
def prescribed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Prescribed]:
    with pages_served() as (here, pages, _asked):
        pages["/story"] = html("<p>words")
        server = Prescribed(int(here.rpartition(":")[2]))
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        monkeypatch.setenv("http_proxy", f"http://who:s%20s@127.0.0.1:{server.server_address[1]}")
        monkeypatch.setenv("no_proxy", "near.example")
        yield server
        server.shutdown()
        server.server_close()
        thread.join()


NUMBERS = {"news.example": ["93.184.216.34"], "inside.example": ["10.0.0.7"], "both.example": ["192.168.1.1", "93.184.216.34"]}


def got(relay: Relay, url: str) -> httpx.Response:
    """As Chromium asks."""
    with httpx.Client(proxy=f"http://127.0.0.1:{relay.port}", trust_env=False, timeout=60) as client:
        return client.get(url)


def test_the_proxy_is_asked_for_a_number_that_was_looked_at_and_never_for_one_inside(prescribed: Prescribed) -> None:
    with Relay(resolve=lambda host, _port: NUMBERS.get(host, [host])) as relay:
        account = relay.begin(1 << 20)
        assert "words" in got(relay, "http://news.example/story").text
        [head] = prescribed.heads
        assert head.startswith("CONNECT 93.184.216.34:80 HTTP/1.1\r\n") and "news.example" not in head
        assert f"Proxy-Authorization: Basic {base64.b64encode(b'who:s s').decode()}\r\n" in head
        assert account.reached == {"news.example:80": "93.184.216.34"}
        assert "words" in got(relay, "http://both.example/story").text and "192.168" not in prescribed.heads[-1]

        before = len(prescribed.heads)
        for url in ("http://inside.example/", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest"):
            with pytest.raises(httpx.TransportError):
                got(relay, url)
        assert len(prescribed.heads) == before and "inside.example" in account.refused

        prescribed.refuses = True
        with pytest.raises(httpx.TransportError):
            got(relay, "http://news.example/story")


def test_what_the_surroundings_except_goes_straight_and_a_proxy_of_another_kind_is_not_gone_around(
    prescribed: Prescribed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Relay(inside=True, resolve=lambda _host, _port: ["127.0.0.1"]) as relay:
        relay.begin(1 << 20)
        assert "words" in got(relay, f"http://near.example:{prescribed.leads_to}/story").text and prescribed.heads == []
        monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:9")
        with pytest.raises(httpx.TransportError):
            got(relay, f"http://news.example:{prescribed.leads_to}/story")
