"""The bag's seal signed once more, in the form that `ssh-keygen -Y verify` reads: many who know no other tool have that one.

The format is OpenSSH's PROTOCOL.sshsig, by the log's Ed25519 key. What is signed begins with "SSHSIG", which no note does, so
that neither kind of signature can be passed off as the other. Of one signature there is one spelling.
"""

from __future__ import annotations

import base64
import hashlib

from parapet.evidence.reader.ed25519 import is_signed

#: What the signature is for; `ssh-keygen -Y verify -n` must name it.
SSH_NAMESPACE = "parapet-bag-seal"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
_COLUMNS = 70


def ssh_message(text: bytes) -> bytes:
    """What is signed for a file that holds `text`."""
    return b"SSHSIG" + _strings(SSH_NAMESPACE.encode(), b"", b"sha512", hashlib.sha512(text).digest())


def ssh_file(public: bytes, signature: bytes) -> bytes:
    """The file with `signature` over `ssh_message` by the key `public`."""
    key = _strings(b"ssh-ed25519", public)
    told = _strings(key, SSH_NAMESPACE.encode(), b"", b"sha512", _strings(b"ssh-ed25519", signature))
    body = base64.b64encode(b"SSHSIG" + (1).to_bytes(4, "big") + told).decode()
    lines = [body[at : at + _COLUMNS] + "\n" for at in range(0, len(body), _COLUMNS)]
    return (_BEGIN + "".join(lines) + _END).encode()


def ssh_signed(raw: bytes, text: bytes, public: bytes) -> bool:
    """True when the file `raw` is, to the byte, a signature over `text` by the key `public`."""
    try:
        body = raw.decode("ascii")[len(_BEGIN) : -len(_END)]
        signature = base64.b64decode("".join(body.split("\n")), validate=True)[-64:]
    except ValueError:
        return False
    return raw == ssh_file(public, signature) and is_signed(ssh_message(text), signature, public)


def _strings(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
