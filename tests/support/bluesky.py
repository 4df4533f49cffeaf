"""Bluesky's own servers on this machine, people with accounts there, and a door before their server that can be made to fail."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from attrs import define, field, frozen

from support.ports import free_port
from support.postgres import Postgres
from support.redis import redis

_HERE = Path(__file__).parent / "atproto"
_INSTALLED = Path(__file__).parents[2] / ".cache" / "atproto" / "node_modules"
HINT = "Bluesky's servers are missing. Type: scripts/bluesky.sh"
_POST, _BLOCK = "app.bsky.feed.post", "app.bsky.graph.block"


@define
class Front:
    """Stands before the account's server: passes on what is asked, unless told otherwise. It is the service for direct messages, too.

    cut      hangs up
    expired  how many requests are told that their token is over
    busy     how many are told to come back later
    swallow  passes on what is to be done, and hangs up instead of answering; `swallow_when`: whatever has this in its address
    logs     what the service for direct messages has, oldest first; None when a password does not open it
    asked    what was asked
    """

    target: str
    port: int = 0
    cut: bool = False
    expired: int = 0
    busy: int = 0
    swallow: bool = False
    swallow_when: str = ""
    logs: list[dict[str, Any]] | None = field(factory=list)
    asked: list[str] = field(factory=list)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def answer(self, how: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
        method = path.split("/")[-1].partition("?")[0]
        self.asked.append(method)
        if "authorization" in headers and "refresh" not in method:
            if self.expired:
                self.expired -= 1
                return 400, {}, b'{"error":"ExpiredToken","message":"Token has expired"}'
            if self.busy:
                self.busy -= 1
                return 429, {"ratelimit-reset": str(int(time.time()) + 8)}, b'{"error":"RateLimitExceeded"}'
        if method.startswith("chat."):
            return self._chat(path, headers)
        passed = httpx.request(how, self.target + path, headers=headers, content=body or None, timeout=60)
        return passed.status_code, dict(passed.headers), passed.content

    def _chat(self, path: str, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        assert headers["atproto-proxy"] == "did:web:api.bsky.chat#bsky_chat"
        if self.logs is None:
            return 400, {}, b'{"error":"InvalidToken","message":"Bad token method"}'
        after = int(path.partition("cursor=")[2] or 0)
        page = self.logs[after : after + 2]
        return 200, {}, json.dumps({"cursor": str(after + len(page)), "logs": page}).encode()


@contextmanager
def front(target: str) -> Iterator[Front]:
    """A door before the server at `target`."""
    kept = Front(target)

    class Taker(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            if kept.cut:
                self.close_connection = True
                return
            headers = {k.lower(): v for k, v in self.headers.items() if k.lower() not in ("host", "connection", "content-length")}
            status, told, answer = kept.answer(self.command, self.path, headers, body)
            if (kept.swallow and "createReport" in self.path) or (kept.swallow_when and kept.swallow_when in self.path):
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in told.items():
                if name.lower() not in (
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "content-encoding",
                    "date",
                    "keep-alive",
                ):
                    self.send_header(name, value)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _take

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with _serving(Taker) as port:
        kept.port = port
        yield kept


@contextmanager
def stranger_server(answers: Any) -> Iterator[str]:
    """A server of somebody else, whose DID this yields: `answers(handler, method)` writes what it likes to `handler.wfile`."""

    class Taker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/did.json":
                port = self.connection.getsockname()[1]
                here = f"http://localhost:{port}"
                service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": here}
                document = {"id": f"did:web:localhost%3A{port}", "alsoKnownAs": [], "service": [service]}
                self.say(json.dumps(document).encode())
            else:
                answers(self, self.path.split("/")[-1].partition("?")[0])

        do_POST = do_GET

        def say(self, body: bytes, status: int = 200, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with _serving(Taker) as port:
        yield f"did:web:localhost%3A{port}"


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # who asks may hang up
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


@define
class Who:
    """Somebody with an account, signed in."""

    server: str
    did: str
    handle: str
    token: str = field(repr=False)
    client: httpx.Client = field(repr=False)

    def call(self, method: str, **told: Any) -> dict[str, Any]:
        said = self.client.post(f"{self.server}/xrpc/{method}", json=told, headers={"authorization": f"Bearer {self.token}"})
        assert said.status_code == 200, said.text
        return dict(said.json()) if said.content else {}

    def ask(self, method: str, **told: str) -> dict[str, Any]:
        said = self.client.get(f"{self.server}/xrpc/{method}", params=told, headers={"authorization": f"Bearer {self.token}"})
        assert said.status_code == 200, said.text
        return dict(said.json())

    def records(self, collection: str) -> list[dict[str, Any]]:
        """What she has of this kind, in her own repository."""
        return list(self.ask("com.atproto.repo.listRecords", repo=self.did, collection=collection)["records"])

    def record(self, collection: str, **value: Any) -> dict[str, str]:
        at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        told = {"$type": collection, "createdAt": at, **value}
        return self.call("com.atproto.repo.createRecord", repo=self.did, collection=collection, record=told)

    def post(
        self, text: str, *, under: dict[str, str] | None = None, root: dict[str, str] | None = None, **more: Any
    ) -> dict[str, str]:
        """A post; its URI and CID."""
        if under is not None:
            more["reply"] = {"parent": _ref(under), "root": _ref(root or under)}
        return self.record(_POST, text=text, **more)

    def sees(self, text: str, *, under: dict[str, str]) -> bool:
        """Whether the platform shows her such an answer."""
        told = {"uri": under["uri"], "depth": "2"}
        url = f"{self.server}/xrpc/app.bsky.feed.getPostThread"
        return text in self.client.get(url, params=told, headers={"authorization": f"Bearer {self.token}"}).text

    def quote(self, text: str, what: dict[str, str]) -> dict[str, str]:
        return self.post(text, embed={"$type": "app.bsky.embed.record", "record": _ref(what)})

    def mention(self, text: str, whom: Who, **more: Any) -> dict[str, str]:
        said = f"@{whom.handle} {text}"
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": whom.did}
        end = len(f"@{whom.handle}")
        return self.post(said, facets=[{"index": {"byteStart": 0, "byteEnd": end}, "features": [feature]}], **more)

    def block(self, did: str) -> dict[str, str]:
        return self.record(_BLOCK, subject=did)

    def delete(self, what: dict[str, str]) -> None:
        _at, _none, repo, collection, rkey = what["uri"].split("/")
        self.call("com.atproto.repo.deleteRecord", repo=repo, collection=collection, rkey=rkey)

    def edit(self, what: dict[str, str], text: str, **more: Any) -> dict[str, str]:
        _at, _none, repo, collection, rkey = what["uri"].split("/")
        told = {"$type": collection, "createdAt": "2026-11-30T12:00:00.000Z", "text": text, **more}
        return self.call("com.atproto.repo.putRecord", repo=repo, collection=collection, rkey=rkey, record=told)

    def app_password(self, name: str = "parapet") -> str:
        return str(self.call("com.atproto.server.createAppPassword", name=name)["password"])


def _ref(what: dict[str, str]) -> dict[str, str]:
    return {"uri": what["uri"], "cid": what["cid"]}


@frozen
class Network:
    """`plc`: the directory; `pds`: the server for accounts; `bsky`: the view of the network; `labeler`: who its moderation is."""

    plc: str
    pds: str
    bsky: str
    labeler: str
    client: httpx.Client
    running: subprocess.Popen[str]

    def reports(self) -> list[dict[str, Any]]:
        """What its moderation was told, all of it."""
        assert self.running.stdin is not None and self.running.stdout is not None
        self.running.stdin.write("reports\n")
        self.running.stdin.flush()
        return list(json.loads(self.running.stdout.readline()))

    def join(self, name: str) -> Who:
        """A new account."""
        handle = f"{name}.test"
        told = {"email": f"{name}@clinic.example", "handle": handle, "password": f"own password of {name}"}
        said = self.client.post(f"{self.pds}/xrpc/com.atproto.server.createAccount", json=told)
        assert said.status_code == 200, said.text
        made = said.json()
        return Who(self.pds, made["did"], handle, made["accessJwt"], self.client)


@contextmanager
def network(postgres: Postgres, *, home_port: int = 0) -> Iterator[Network]:
    """The directory, a server for accounts and a view of the network, as Bluesky runs them. `home_port`: where it finds what others
    find at https://parapet.home.arpa."""
    assert _INSTALLED.is_dir() and shutil.which("node"), HINT
    name = f"bluesky_{time.monotonic_ns()}"
    postgres.create(name)
    ports = [free_port() for _ in range(4)]
    with redis() as place, httpx.Client(timeout=60) as client:
        told = {"NODE_PATH": str(_INSTALLED), "DB_POSTGRES_URL": postgres.url(name), "REDIS_HOST": place, "LOG_ENABLED": "0"}
        told["HOME_PORT"] = str(home_port)
        running = subprocess.Popen(
            ["node", str(_HERE / "network.js"), "net", *map(str, ports)],
            env={**os.environ, **told}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert running.stdin is not None and running.stdout is not None
        try:
            said = running.stdout.readline()
            assert said, HINT
            yield Network(**json.loads(said), client=client, running=running)
        finally:
            running.stdin.close()
            try:
                running.wait(10)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()
    postgres.drop(name)
