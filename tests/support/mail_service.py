"""A mail service's own sign-in on the loopback: codes that work once with PKCE, words that open for a while, and their introspection.

service.user       whose mailbox is opened by whoever signs in there
service.lasts_s    for how long a new word opens
service.taken_back what was allowed is allowed no longer
service.turns      each lasting word is good once, and gives the next
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from attrs import Factory, define

CLIENT, SECRET = "parapet-here", "a secret: with/signs"


@define
class MailService:
    """What the tests change, and what it noted."""

    port: int = 0
    user: str = "doctor"
    lasts_s: int = 3_600
    taken_back: bool = False
    turns: bool = False
    down: bool = False
    asked: list[dict[str, str]] = Factory(list)
    codes: dict[str, dict[str, str]] = Factory(dict)
    words: dict[str, float] = Factory(dict)  # until when each opens
    lasting: set[str] = Factory(set)
    renewals: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorize(self, asked: dict[str, str]) -> str:
        """She signs in there, and is sent back."""
        assert asked["code_challenge_method"] == "S256" and asked["response_type"] == "code"
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if self.down:
            return 503, {}
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return 401, {"error": "invalid_client"}
        if form["grant_type"] == "authorization_code":
            asked = self.codes.pop(form["code"], None)
            proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
            good = asked is not None and proof == asked["code_challenge"] and form["redirect_uri"] == asked["redirect_uri"]
        else:
            good = form["refresh_token"] in self.lasting and not self.taken_back
            self.renewals += 1
            if good and self.turns:
                self.lasting.discard(form["refresh_token"])
        if not good:
            return 400, {"error": "invalid_grant"}
        word, lasting = self.a_word(), secrets.token_urlsafe(16)
        said: dict[str, Any] = {"access_token": word, "token_type": "Bearer", "expires_in": self.lasts_s}
        if form["grant_type"] == "authorization_code" or self.turns:
            self.lasting.add(lasting)
            said["refresh_token"] = lasting
        return 200, said

    def a_word(self) -> str:
        word = secrets.token_urlsafe(16)
        self.words[word] = time.time() + self.lasts_s
        return word

    def introspect(self, form: dict[str, str]) -> dict[str, Any]:
        good = self.words.get(form.get("token", ""), 0) > time.time() and not self.taken_back
        return {"active": good, "user": self.user} if good else {"active": False}


@contextmanager
def mail_service() -> Iterator[MailService]:
    """One that answers inside."""
    made = MailService()

    class Answers(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            place = urlsplit(self.path)
            sent = {name: values[0] for name, values in parse_qs(place.query).items()}
            self.send_response(302)
            self.send_header("Location", made.authorize(sent))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            place = urlsplit(self.path)
            sent |= {name: values[0] for name, values in parse_qs(place.query).items()}
            if place.path == "/revoke":
                made.lasting.discard(sent.get("token", ""))
                self._say(200, {})
            else:
                self._say(*(made.token(sent) if place.path == "/token" else (200, made.introspect(sent))))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def named(made: MailService, imap_port: int, folder: Path) -> str:
    """The setting that names it."""
    file = folder / "mail-client-secret"
    file.write_text(SECRET)
    return f"clinic {CLIENT} {file} 127.0.0.1:{imap_port} {made.base}/authorize {made.base}/token mail+offline Clinic Mail"


def sent_back(there: str) -> str:
    """What the browser is sent back to from the address `there`: path and query of this home."""
    place = urlsplit(there)
    line = HTTPConnection(place.hostname or "", place.port or 0, timeout=10)
    line.request("GET", f"{place.path}?{place.query}")
    back = urlsplit(line.getresponse().headers["Location"])
    line.close()
    return f"{back.path}?{back.query}"
