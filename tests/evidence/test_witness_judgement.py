"""The witness's judgement, against everything that a log, or a stranger, might send."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.anchors.witness.request import MAX_PROOF, read_request, write_request
from parapet.anchors.witness.witness import SIZE_TYPE, Witness
from parapet.anchors.witness.wsgi import Application
from parapet.domain.errors import LogBroken, RequestRefused
from parapet.evidence import checkpoint, log
from parapet.evidence.cosignature import check_line

SECRET, STRANGER = (Ed25519PrivateKey.from_private_bytes(c * 32) for c in (b"l", b"s"))
ORIGIN = "log.example.org"
LEAVES = [log.leaf_hash(n.to_bytes(4, "big")) for n in range(40)]
TREE, OTHER = log.Tree(LEAVES), log.Tree([*LEAVES[:3], *(log.leaf_hash(b"x%d" % n) for n in range(37))])
NOW = 1_790_000_000


def note(size: int, tree: log.Tree = TREE, key: Ed25519PrivateKey = SECRET, origin: str = ORIGIN) -> str:
    return checkpoint.sign(origin, size, tree.root(size), key)


def request(old: int, size: int, tree: log.Tree = TREE) -> bytes:
    return write_request(old, tree.consistency_proof(old, size) if 0 < old < size else [], note(size, tree))


@pytest.fixture
def witness(tmp_path):
    made = Witness.make(tmp_path / "w", "w.example.org")
    made.trust(checkpoint.verifier_key(ORIGIN, SECRET))
    yield made
    made.close()


def ask(witness: Witness, body: bytes) -> tuple[int, str]:
    reply = witness.add_checkpoint(body, now=NOW)
    return reply.status, reply.body


def test_a_log_that_grows_is_cosigned(witness):
    for old, size in ((0, 5), (5, 5), (5, 17), (17, 40)):
        status, line = ask(witness, request(old, size))
        assert status == 200
        assert check_line(note(size), line, witness.verifier_key) == NOW
    assert witness.memory.contradictions(ORIGIN) == []


def test_each_refusal_has_the_status_that_the_protocol_gives_it(witness):
    assert ask(witness, b"old x\n\n")[0] == 400
    assert ask(witness, write_request(9, [], note(5)))[0] == 400
    assert ask(witness, write_request(0, [], note(5, origin="elsewhere.example.org")))[0] == 404
    assert ask(witness, write_request(0, [], note(5, key=STRANGER)))[0] == 403
    assert ask(witness, write_request(0, [LEAVES[0]], note(5)))[0] == 422
    assert ask(witness, request(0, 5))[0] == 200
    late = witness.add_checkpoint(request(0, 17), now=NOW)
    assert (late.status, late.body, late.media_type) == (409, "5\n", SIZE_TYPE)
    assert ask(witness, write_request(5, [LEAVES[0]], note(17)))[0] == 422


def test_a_bad_proof_that_a_good_one_follows_is_no_contradiction(witness):
    """A stranger can send a log's checkpoint with nonsense; it must not brand the log."""
    ask(witness, request(0, 5))
    ask(witness, write_request(5, [LEAVES[0]], note(17)))
    assert [c.kind for c in witness.memory.contradictions(ORIGIN)] == ["unproven"]
    assert ask(witness, request(5, 17))[0] == 200
    assert witness.memory.contradictions(ORIGIN) == []


def test_a_checkpoint_seen_before_may_come_late(witness):
    for old, size in ((0, 5), (5, 17)):
        ask(witness, request(old, size))
    assert ask(witness, request(0, 5)) == (409, "17\n")
    assert witness.memory.contradictions(ORIGIN) == []


@pytest.mark.parametrize(
    ("old", "size", "status", "kind"),
    [(17, 17, 409, "fork"), (0, 17, 409, "fork"), (17, 20, 422, "unproven"), (3, 9, 409, "rollback")],
)
def test_another_history_is_refused_and_kept(witness, old, size, status, kind):
    ask(witness, request(0, 17))
    for _ in range(3):
        assert ask(witness, request(old, size, OTHER))[0] == status
    [kept] = witness.memory.contradictions(ORIGIN)
    assert (kept.kind, kept.note, kept.held_note) == (kind, note(size, OTHER), note(17))
    held = witness.memory.held(ORIGIN)
    assert held is not None
    assert held.root == TREE.root(17)


STEPS = st.lists(st.tuples(st.booleans(), st.integers(1, 40), st.integers(0, 40), st.booleans()), max_size=25)


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_whatever_is_asked_all_that_was_cosigned_is_one_history(steps):
    """Two histories under one key, any sizes in any order, good proofs or none, a restart now and then."""
    with TemporaryDirectory() as folder:
        witness = Witness.make(Path(folder) / "w")
        witness.trust(checkpoint.verifier_key(ORIGIN, SECRET))
        held, roots = 0, {}
        for other, size, old, again in steps:
            tree = OTHER if other else TREE
            old = min(old, size) if again else min(held, size)
            status, _line = ask(witness, request(old, size, tree))
            if status == 200:
                assert size >= held, "never back"
                assert roots.setdefault(size, tree.root(size)) == tree.root(size), "never two roots of one size"
                held = size
            if again:
                witness.close()
                witness = Witness(Path(folder) / "w")
        witness.close()
        assert any(all(tree.root(size) == root for size, root in roots.items()) for tree in (TREE, OTHER))


@given(st.integers(0, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=MAX_PROOF), st.integers(0, 40))
def test_what_is_written_is_read_back(old, proof, size):
    read = read_request(write_request(old, proof, note(size)))
    assert (read.old, list(read.proof), read.note) == (old, proof, note(size))


@given(st.binary(max_size=300))
def test_no_bytes_are_a_request_by_chance(raw):
    for body in (raw, b"old 1\n" + raw, b"old 0\n\n" + raw):
        try:
            read = read_request(body)
        except LogBroken:
            continue
        assert write_request(read.old, read.proof, read.note) == body


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 255))
def test_the_application_answers_whatever_comes(raw, at, byte):
    with TemporaryDirectory() as folder:
        Witness.make(Path(folder) / "w").trust(checkpoint.verifier_key(ORIGIN, SECRET))
        answer = Application(Path(folder) / "w")
        good = bytearray(request(0, 5))
        good[at % len(good)] = byte
        for body in (raw, b"old 0\n\n" + raw, bytes(good)):
            said: list[str] = []
            list(
                answer(
                    {"PATH_INFO": "/add-checkpoint", "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body)},
                    lambda status, _headers, said=said: said.append(status[:3]),
                )
            )
            assert said[0] in {"200", "400", "403", "404"}


def test_a_witness_without_its_memory_says_so_and_signs_nothing(witness, tmp_path):
    (tmp_path / "w" / "witness.sqlite3").write_bytes(b"no database" * 1_000)
    for each in tmp_path.glob("w/*-wal"):
        each.unlink()
    with pytest.raises(sqlite3.Error):
        Witness(tmp_path / "w")
    with pytest.raises(RequestRefused):
        Witness(tmp_path / "nothing")


def test_a_witness_keeps_its_key_and_name(tmp_path):
    first = Witness.make(tmp_path / "w", "one.example.org")
    assert Witness.make(tmp_path / "w", "two.example.org").verifier_key == first.verifier_key
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o077 == 0
    with pytest.raises(RequestRefused):
        Witness.make(tmp_path / "x", "two words")
