"""Time authorities on this machine, by OpenSSL: certificates of their own, and `openssl ts -reply` behind loopback http.

What they say can be bent: another text's token, no token, nonsense, another hour.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_EXTENSIONS = """\
[ca]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[signer]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=critical,timeStamping
[not_for_time]
basicConstraints=critical,CA:FALSE
extendedKeyUsage=critical,serverAuth
[no_authority]
basicConstraints=critical,CA:FALSE
"""
_KEYS = {
    "rsa": ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"],
    "ec": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "ec384": ["EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
}


def openssl(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], cwd=cwd, check=True, capture_output=True, timeout=600)


class Authority:
    """Certificates and keys in `folder`, and replies to requests."""

    def __init__(
        self, folder: Path, name: str = "clock", kind: str = "rsa", *, between: bool = False, middle: str = "ca"
    ) -> None:
        """`between`: an intermediate authority signs, and the token brings root and intermediate, in no order."""
        self.folder, self.name, self._alone = folder, name, threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ext.cnf").write_text(_EXTENSIONS)
        self._key("root", kind)
        openssl("req", "-x509", "-new", "-key", "root.key", "-subj", f"/O={name}/CN={name} root", "-days", "30", "-out", "root.pem",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign", cwd=folder)  # fmt: skip
        above = "root"
        if between:
            self.certify("middle", kind, above, middle)
            above = "middle"
        self.certify("signer", kind, above, "signer")
        self.chain = folder / "chain.pem"
        self.chain.write_bytes((folder / "root.pem").read_bytes())
        more = (folder / "root.pem").read_bytes() + ((folder / "middle.pem").read_bytes() if between else b"")
        (folder / "more.pem").write_bytes(more)
        self.configure(between)

    def configure(self, more: bool, digest: str = "sha256") -> None:
        certs = f"certs = {self.folder}/more.pem\n" if more else ""
        (self.folder / "ts.cnf").write_text(
            f"[tsa]\nserial = {self.folder}/serial\ncrypto_device = builtin\nsigner_cert = {self.folder}/signer.pem\n{certs}"
            f"signer_key = {self.folder}/signer.key\nsigner_digest = {digest}\ndefault_policy = 1.2.3.4.1\ndigests = sha256, sha384\n"
            "accuracy = secs:1\nordering = yes\ntsa_name = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
        )

    def _key(self, name: str, kind: str) -> None:
        openssl("genpkey", "-algorithm", *_KEYS[kind], "-out", f"{name}.key", cwd=self.folder)

    def certify(self, name: str, kind: str, above: str, section: str) -> None:
        self._key(name, kind)
        openssl(
            "req",
            "-new",
            "-key",
            f"{name}.key",
            "-subj",
            f"/O={self.name}/CN={self.name} {name}",
            "-out",
            f"{name}.csr",
            cwd=self.folder,
        )
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{above}.pem", "-CAkey", f"{above}.key", "-CAcreateserial", "-days", "30",
                "-extfile", "ext.cnf", "-extensions", section, "-out", f"{name}.pem", cwd=self.folder)  # fmt: skip

    def reply(self, query: bytes) -> bytes:
        with self._alone:
            (self.folder / "query").write_bytes(query)
            openssl(
                "ts", "-reply", "-config", "ts.cnf", "-section", "tsa", "-queryfile", "query", "-out", "reply", cwd=self.folder
            )
            return (self.folder / "reply").read_bytes()


class Served:
    """An authority behind an address. `bend` changes what it answers."""

    def __init__(self, authority: Authority, url: str) -> None:
        self.authority, self.url = authority, url
        self.bend: Callable[[bytes], tuple[int, str, bytes]] | None = None


@contextmanager
def serve(authority: Authority, port: int = 0) -> Iterator[Served]:
    """On the loopback, at a free port or the one named."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, body = (
                served.bend(query) if served.bend else (200, "application/timestamp-reply", authority.reply(query))
            )
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked has waited long enough
                self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    served = Served(authority, f"http://127.0.0.1:{server.server_port}/tsa")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
