"""A certificate authority on this machine, by OpenSSL: a root, one between, an organisation's key and a clock, and an address on
the loopback where it says what it revoked (a list, or by OCSP) and stamps the time.

What it says can be bent: silence at one of its places.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from support.authority import openssl

_PASSPHRASE = "open sesame"
_EXTENSIONS = {
    "ca": "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n",
    "signs": "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\n",
    "clock": "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n",
    "answers": "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\n"
    "noCheck=ignored\n",
}
_TS = """\
[tsa]
serial = serial
signer_cert = clock.pem
signer_key = clock.key
certs = middle.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_alg = sha256
"""


class Issuer:
    """Keys and certificates in `folder`; `url` is where it answers. The organisation's certificate is looked up by OCSP when
    `ocsp`, else by a list; all others by lists."""

    def __init__(self, folder: Path, url: str, *, ocsp: bool) -> None:
        self.folder, self.url, self._alone = folder, url, threading.Lock()
        self.silent: set[str] = set()  # places that do not answer: "tsa", "ocsp", "root.crl", "middle.crl"
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("root", "middle"):
            (folder / f"{name}.index").write_text("")
            (folder / f"{name}.cnf").write_text(
                f"[ca]\ndefault_ca=c\n[c]\ndatabase={name}.index\ncrlnumber={name}.number\ndefault_md=sha256\n"
                "default_crl_days=30\nunique_subject=no\n"
            )
            (folder / f"{name}.number").write_text("01\n")
        (folder / "ts.cnf").write_text(_TS)
        self._run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "root.key")
        self._run("req", "-x509", "-new", "-key", "root.key", "-subj", "/O=Test trust/CN=Test root", "-days", "3650", "-out", "root.pem",
                  "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip
        self._certify("middle", "root", "ca", "Test authority between")
        self._certify("answers", "middle", "answers", "Test answers")
        self._certify("organisation", "middle", "signs", "Example Hospital", ocsp=ocsp)
        self._certify("clock", "middle", "clock", "Test clock")
        self.roots = folder / "root.pem"
        self.chain = folder / "chain.pem"
        self.chain.write_bytes((folder / "middle.pem").read_bytes() + (folder / "root.pem").read_bytes())
        self.passphrase = folder / "passphrase.txt"
        self.passphrase.write_text(_PASSPHRASE + "\n")
        self.p12 = self._bundle("organisation.p12", "chain.pem")
        self.p12_without_root = self._bundle("short.p12", "middle.pem")

    def revoke(self, name: str) -> None:
        """The certificate `name` is good no more."""
        self._run("ca", "-config", "middle.cnf", "-revoke", f"{name}.pem", "-keyfile", "middle.key", "-cert", "middle.pem")

    def answer(self, place: str, asked: bytes) -> tuple[str, bytes] | None:
        """What lies at `place`: media type and body; None for nothing."""
        with self._alone:
            if place in self.silent:
                return None
            if place in ("root.crl", "middle.crl"):
                name = place.partition(".")[0]
                self._run(
                    "ca",
                    "-gencrl",
                    "-config",
                    f"{name}.cnf",
                    "-keyfile",
                    f"{name}.key",
                    "-cert",
                    f"{name}.pem",
                    "-out",
                    "crl.pem",
                )
                self._run("crl", "-in", "crl.pem", "-outform", "DER", "-out", place)
                return "application/pkix-crl", (self.folder / place).read_bytes()
            if place == "ocsp":
                (self.folder / "asked").write_bytes(asked)
                self._run("ocsp", "-index", "middle.index", "-CA", "middle.pem", "-rsigner", "answers.pem", "-rkey", "answers.key",
                          "-reqin", "asked", "-respout", "said", "-ndays", "7")  # fmt: skip
                return "application/ocsp-response", (self.folder / "said").read_bytes()
            if place == "tsa":
                (self.folder / "query").write_bytes(asked)
                self._run("ts", "-reply", "-config", "ts.cnf", "-section", "tsa", "-queryfile", "query", "-out", "reply")
                return "application/timestamp-reply", (self.folder / "reply").read_bytes()
            return None

    def _bundle(self, name: str, above: str) -> Path:
        self._run("pkcs12", "-export", "-inkey", "organisation.key", "-in", "organisation.pem", "-certfile", above,
                  "-passout", f"pass:{_PASSPHRASE}", "-out", name)  # fmt: skip
        return self.folder / name

    def _certify(self, name: str, above: str, section: str, title: str, *, ocsp: bool = False) -> None:
        where = f"authorityInfoAccess=OCSP;URI:{self.url}ocsp" if ocsp else f"crlDistributionPoints=URI:{self.url}{above}.crl"
        (self.folder / "ext.cnf").write_text(_EXTENSIONS[section] + where + "\nsubjectKeyIdentifier=hash\n")
        self._run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", f"{name}.key")
        self._run("req", "-new", "-key", f"{name}.key", "-subj", f"/O=Test trust/CN={title}", "-out", f"{name}.csr")
        self._run("x509", "-req", "-in", f"{name}.csr", "-CA", f"{above}.pem", "-CAkey", f"{above}.key", "-CAcreateserial",
                  "-days", "3650", "-extfile", "ext.cnf", "-out", f"{name}.pem")  # fmt: skip
        self._run("ca", "-config", f"{above}.cnf", "-valid", f"{name}.pem", "-keyfile", f"{above}.key", "-cert", f"{above}.pem")

    def _run(self, *words: str) -> None:
        openssl(*words, cwd=self.folder)


@contextmanager
def issuing(folder: Path, *, ocsp: bool = True) -> Iterator[Issuer]:
    """An issuer that answers on the loopback, at a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, asked: bytes) -> None:
            found = issuer.answer(self.path.strip("/"), asked)
            status, (kind, body) = (200, found) if found else (503, ("text/plain", b"not now"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # whoever asked has waited long enough
                self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer = Issuer(folder, f"http://127.0.0.1:{server.server_port}/", ocsp=ocsp)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
