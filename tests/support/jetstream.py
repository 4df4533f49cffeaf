"""A double of Jetstream: the same frames over a websocket, made of what a real server for accounts sends out, with a cursor to go back by.

Bluesky's own is a program in Go, which the tests do not build. What stands in a frame is what its readme says; the records, their digests and
their order are the real server's.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

import libipld
from attrs import define, field
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve


@define(eq=False)
class Jetstream:
    """`frames`: (time in microseconds, frame), all that was sent so far. `asked`: the cursor of each who came, 0 for none."""

    port: int = 0
    frames: list[tuple[int, str | bytes]] = field(factory=list)
    asked: list[int] = field(factory=list)
    _news: threading.Condition = field(factory=threading.Condition)
    _cuts: int = 0
    _over: bool = False

    @property
    def url(self) -> str:
        return f"ws://localhost:{self.port}/subscribe"

    def send(self, frame: str | bytes | dict[str, Any], *, at_us: int = 0) -> int:
        """To all who listen, and to who comes later; the moment of it."""
        with self._news:
            last = self.frames[-1][0] if self.frames else 0
            at_us = at_us or max(time.time_ns() // 1000, last + 1)
            raw = json.dumps({"did": "", "time_us": at_us, **frame}) if isinstance(frame, dict) else frame
            self.frames.append((at_us, raw))
            self._news.notify_all()
        return at_us

    def post(self, text: str, rkey: str, *, did: str = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", **more: Any) -> int:
        """A post that no server holds."""
        value = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-30T12:00:00.000Z"}
        commit = {
            "operation": "create",
            "collection": "app.bsky.feed.post",
            "rkey": rkey,
            "cid": f"bafy{rkey}",
            "record": value,
            **more,
        }
        return self.send({"did": did, "kind": "commit", "commit": commit})

    def cut(self) -> None:
        """Hang up on all."""
        with self._news:
            self._cuts += 1
            self._news.notify_all()

    def _answer(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        told = parse_qs(urlsplit(connection.request.path).query)
        assert (
            told["wantedCollections"] == ["app.bsky.feed.post"] and "Sec-WebSocket-Extensions" not in connection.request.headers
        )
        since = int(told.get("cursor", ["0"])[0])
        self.asked.append(since)
        with self._news:
            cuts, sent = self._cuts, 0 if since else len(self.frames)
        with suppress(ConnectionClosed):
            while True:
                with self._news:
                    while not (self._over or self._cuts != cuts or len(self.frames) > sent):
                        self._news.wait()
                    if self._over or self._cuts != cuts:
                        connection.socket.close() if self._over else connection.close(1011)
                        return
                    fresh, sent = self.frames[sent:], len(self.frames)
                for at_us, raw in fresh:
                    if at_us > since:
                        connection.send(raw)

    def feed(self, pds: str) -> None:
        """Pass on what this server for accounts sends out (com.atproto.sync.subscribeRepos), until this ends."""
        with connect(f"{pds.replace('http', 'ws', 1)}/xrpc/com.atproto.sync.subscribeRepos", max_size=None) as source:
            self._fed.set()
            while not self._over:
                with suppress(TimeoutError):
                    for frame in _frames_of(source.recv(timeout=0.2, decode=False)):
                        self.send(frame)

    _fed: threading.Event = field(factory=threading.Event)


def _frames_of(message: bytes) -> Iterator[dict[str, Any]]:
    head, body = libipld.decode_dag_cbor_multi(message)
    if head.get("t") != "#commit":
        return
    _roots, blocks = libipld.decode_car(body["blocks"])
    for op in body["ops"]:
        collection, rkey = op["path"].split("/")
        commit: dict[str, Any] = {"rev": body["rev"], "operation": op["action"], "collection": collection, "rkey": rkey}
        if op["cid"] is not None:
            commit |= {"cid": _name(op["cid"]), "record": _plain(blocks[op["cid"]])}
        if collection == "app.bsky.feed.post":
            yield {"did": body["repo"], "kind": "commit", "commit": commit}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return {"$link": _name(value)} if isinstance(value, bytes) else value


def _name(cid: bytes | str) -> str:
    return cid if isinstance(cid, str) else str(libipld.encode_cid(cid))


@contextmanager
def jetstream(pds: str = "") -> Iterator[Jetstream]:
    """One on this machine; fed by the server for accounts at `pds`, where there is one."""
    made = Jetstream()
    with serve(made._answer, "localhost", 0, compression=None, close_timeout=0.2) as server:
        made.port = server.socket.getsockname()[1]
        threads = [threading.Thread(target=server.serve_forever, daemon=True)]
        if pds:
            threads.append(threading.Thread(target=made.feed, args=(pds,), daemon=True))
        for thread in threads:
            thread.start()
        if pds:
            assert made._fed.wait(20)
        try:
            yield made
        finally:
            made._over = True
            made.cut()
            server.shutdown()
            for thread in threads:
                thread.join(5)
