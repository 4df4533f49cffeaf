"""A small OpenID provider on the loopback, with keys of its own: real addresses, codes that work once, PKCE, and signed tokens.

provider.signs_in      the subject of whoever sits at the browser there
provider.says          what replaces or joins the claims of the next tokens; None takes one away
provider.signs         how the next tokens are signed: a callable of header and claims
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "parapet-at-the-hospital", "a secret: with/signs"


class Provider:
    """What the tests change, and what it noted."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_in = "u-1001"
        self.says: dict[str, Any] = {}
        self.signs: Callable[[dict[str, Any]], str] = self.sign
        self.asked: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}
        self.port = 0

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/realm"

    def sign(self, claims: dict[str, Any]) -> str:
        """With its own key, as it should."""
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"kid": "k1"})

    def known(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        methods = ["client_secret_basic"]
        return {"issuer": self.issuer, "token_endpoint_auth_methods_supported": methods} | {
            name: f"{self.issuer}/{path}" for name, path in paths.items()
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [{**public, "kid": "k1", "use": "sig", "alg": "RS256"}]}

    def authorize(self, asked: dict[str, str]) -> str:
        """She signs in there, and is sent back."""
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state'], 'iss': self.issuer})}"

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        client, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        asked = self.codes.pop(form["code"], None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        if (unquote(client), unquote(secret)) != (CLIENT, SECRET) or asked is None or proof != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.signs_in, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        claims |= {"auth_time": now, "email": "lena.roy@hospital.example", **self.says}
        token = self.signs({name: value for name, value in claims.items() if value is not None})
        return {"access_token": "unused", "token_type": "Bearer", "id_token": token}


@contextmanager
def provider() -> Iterator[Provider]:
    """One that answers inside."""
    made = Provider()

    class Answers(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            place = urlsplit(self.path)
            sent = {name: values[0] for name, values in parse_qs(place.query).items()}
            if place.path == "/realm/authorize":
                self.send_response(302)
                self.send_header("Location", made.authorize(sent))
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                known = {"/realm/.well-known/openid-configuration": made.known, "/realm/keys": made.keys}
                self._say(200, known[place.path]())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            said = made.token(sent, self.headers.get("Authorization", ""))
            self._say(*((400, {"error": "invalid_grant"}) if said is None else (200, said)))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def named(made: Provider, folder: Path, name: str = "hospital") -> str:
    """The setting that names it."""
    file = folder / "client-secret"
    file.write_text(SECRET)
    return f"{name} {made.issuer} {CLIENT} {file} Central Hospital"


def sent_back(there: str) -> str:
    """What the browser is sent back to from the address `there`: path and query of this home."""
    place = urlsplit(there)
    line = HTTPConnection(place.hostname or "", place.port or 0, timeout=10)
    line.request("GET", f"{place.path}?{place.query}")
    answer = line.getresponse()
    back = urlsplit(answer.headers["Location"])
    line.close()
    return f"{back.path}?{back.query}"
