"""Checkpoints in the formats of C2SP, with vectors that are not ours."""

import base64
import contextlib
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from evidence.bags import FOREIGN, FOREIGN_KEY, KEY, ORIGIN, OURS
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.domain.errors import LogBroken
from parapet.evidence import checkpoint, log
from parapet.evidence.checkpoint import VerifierKey
from parapet.evidence.reader import ed25519, layout, notes

ROOT = log.leaf_hash(b"root")
NOTE = checkpoint.sign(ORIGIN, 42, ROOT, OURS.signing())

# The example key, text and signature of the Go module golang.org/x/mod/sumdb/note, which started the format.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_NOTE = (
    GO_TEXT
    + "\n\N{EM DASH} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def test_a_note_made_by_another_program_opens():
    assert checkpoint.open_text(GO_NOTE, [GO_KEY]) == GO_TEXT
    assert notes.note_is_signed(notes.read_note(GO_NOTE.encode()), notes.read_key(GO_KEY))
    assert str(VerifierKey.parse(GO_KEY)) == GO_KEY


def test_what_is_signed_opens_with_its_key_alone():
    opened = checkpoint.open_note(NOTE, [FOREIGN_KEY, KEY])
    assert (opened.origin, opened.size, opened.root) == (ORIGIN, 42, ROOT)
    for keys in ([], [FOREIGN_KEY]):
        with pytest.raises(LogBroken):
            checkpoint.open_note(NOTE, keys)


@given(at=st.integers(0), bit=st.integers(0, 7))
@settings(max_examples=300)
def test_one_flipped_bit_closes_a_checkpoint(at, bit):
    """For both readers: the one with a library and the one of integers."""
    raw = bytearray(NOTE.encode())
    raw[at % len(raw)] ^= 1 << bit
    with pytest.raises((LogBroken, UnicodeDecodeError)):
        checkpoint.open_note(raw.decode(), [KEY])
    with contextlib.suppress(ValueError):
        assert not notes.note_is_signed(notes.read_note(bytes(raw)), notes.read_key(KEY))


def test_signatures_of_witnesses_are_passed_over_and_ours_may_stand_only_once():
    theirs = checkpoint.sign(ORIGIN, 42, ROOT, FOREIGN.signing()).rpartition("\n\n")[2]
    ours = NOTE.rpartition("\n\n")[2]
    assert checkpoint.open_note(NOTE + theirs, [KEY]).size == 42
    with pytest.raises(LogBroken):
        checkpoint.open_note(NOTE + ours, [KEY])
    with pytest.raises(LogBroken):
        checkpoint.open_note(NOTE.replace(ours, theirs), [KEY])


@pytest.mark.parametrize(
    "text",
    [
        "\n42\n{root}\n",
        "o\n042\n{root}\n",
        "o\n-1\n{root}\n",
        "o\n4e1\n{root}\n",
        "o\n42\nAAAA\n",
        "o\n42\n",
        "o\n42\n{root}\n\nx\n",
        "o\n٤٢\n{root}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused_though_signed(text):
    root = base64.b64encode(ROOT).decode()
    note = checkpoint.sign_text(text.format(root=root), ORIGIN, OURS.signing())
    with pytest.raises(LogBroken):
        checkpoint.open_note(note, [KEY])
    with pytest.raises(ValueError):
        notes.read_checkpoint(notes.read_note(note.encode()).text)


@pytest.mark.parametrize(
    "key",
    ["", "a", "a+b", "a+b+c", "+" + KEY.partition("+")[2], KEY[:-4], "x" + KEY, KEY.replace("+5", "+6", 1)],
)
def test_a_damaged_key_is_told(key):
    with pytest.raises(LogBroken):
        VerifierKey.parse(key)
    with pytest.raises(ValueError):
        notes.read_key(key)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u2003b"])
def test_a_name_that_cannot_stand_in_a_note_is_refused(name):
    with pytest.raises(ValueError, match="name"):
        checkpoint.sign(name, 1, ROOT, OURS.signing())


def test_proofs_come_back():
    hashes = [log.leaf_hash(bytes([n])) for n in range(3)]
    text = checkpoint.proof_text(7, hashes, NOTE)
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 7\n")
    assert checkpoint.read_proof(text) == (7, hashes, NOTE)
    assert notes.read_proof(text.encode()) == (7, hashes, NOTE.encode())
    assert checkpoint.read_proof(checkpoint.proof_text(0, [], NOTE)) == (0, [], NOTE)


@given(size=st.integers(1, 200), index=st.integers(0), extra=st.integers(-2, 2))
def test_the_readers_proof_agrees_with_the_logs(size, index, extra):
    """Two implementations, written apart, of RFC 9162, section 2.1.3.2."""
    index %= size
    data = [b"%d" % n for n in range(size)]
    proof = log.inclusion_proof(map(log.leaf_hash, data), index)
    assert notes.root_of_proof(data[index], index, size, proof) == log.root_of(map(log.leaf_hash, data))
    changed = proof[:extra] if extra < 0 else [*proof, *[ROOT] * extra]
    if changed != proof:
        with pytest.raises(ValueError):
            notes.root_of_proof(data[index], index, size, changed)


RFC_8032 = [  # section 7.1, tests 1 to 3: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_ed25519_vectors_of_the_rfc(public, message, signature):
    assert ed25519.is_signed(bytes.fromhex(message), bytes.fromhex(signature), bytes.fromhex(public))


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=50), at=st.integers(0, 95), bit=st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_ed25519_of_integers_agrees_with_the_library(seed, message, at, bit):
    """Any changed bit of signature or key is refused, and so is the other spelling of a signature."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert ed25519.is_signed(message, signature, public)
    both = bytearray(signature + public)
    both[at] ^= 1 << bit
    assert not ed25519.is_signed(message, bytes(both[:64]), bytes(both[64:]))
    assert not ed25519.is_signed(message + b"x", signature, public)
    doubled = int.from_bytes(signature[32:], "little") + ed25519._ORDER
    assert not ed25519.is_signed(message, signature[:32] + doubled.to_bytes(32, "little"), public)


def test_openssl_reads_the_key_and_agrees(tmp_path):
    """A public tool, with the file that the bag carries."""
    key = VerifierKey.parse(KEY)
    assert layout.key_pem(key.public) == key.pem().encode()
    (tmp_path / "key.pem").write_bytes(layout.key_pem(key.public))
    text, _, line = NOTE.rpartition("\n\n")
    (tmp_path / "text").write_text(text + "\n")
    (tmp_path / "signature").write_bytes(base64.b64decode(line.split()[2])[4:])
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin", "-in", "text", "-sigfile", "signature"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "text").write_text(text)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode != 0
