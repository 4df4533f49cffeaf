"""A home, a real witness in a process of its own, and histories that do not agree."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from support.witness import Served, parapet, witness_of

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with witness_of(tmp_path / "witness") as witness:
        yield witness


@pytest.fixture
def known(home: Any, served: Served) -> Iterator[Served]:
    """The witness knows the home's log, and the home asks the witness."""
    from django.test.utils import override_settings

    from parapet.actions.sign_checkpoint import public_key
    from parapet.settings.witnesses import read_witnesses

    served.trust(public_key())
    with override_settings(ENVIRONMENT=evolve(home, witnesses=read_witnesses(f"{served.url}/={served.key}"))):
        yield served


def grow(leaves: int, mark: str) -> None:
    from django.db import transaction

    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.evidence.keys import Locker
    from parapet.evidence.seal import event_body
    from parapet.records.chain import Event, append

    with transaction.atomic():
        append(
            [
                Event("gone", NOON, event_body(kind="gone", at=NOON, subjects=[f"{mark}{n}"]), Locker(b"k" * 32))
                for n in range(leaves)
            ]
        )
    sign_checkpoint()


def ask(at: int = 0) -> int:
    """The chore, at `at` hours after noon."""
    from parapet.actions.ask_witnesses import ask_witnesses

    return ask_witnesses(now=NOON + timedelta(hours=at))


def state() -> Any:
    from parapet.records.models import WitnessState

    return WitnessState.objects.get()


def checked_by_hand(note: str, key: str) -> int:
    """Nothing of ours: the specifications' arithmetic on the cosigned note. Returns the tree's size."""
    name, key_id, encoded = key.split("+", 2)
    public = base64.b64decode(encoded)
    assert public[0] == 4
    assert hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8] == key_id
    text, _, lines = note.rpartition("\n\n")
    line = next(line for line in lines.splitlines() if line.startswith(f"\u2014 {name} "))
    raw = base64.b64decode(line.split(" ")[2])
    assert raw[:4].hex() == key_id
    at = int.from_bytes(raw[4:12], "big")
    assert abs(at - time.time()) < 600
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[12:], f"cosignature/v1\ntime {at}\n{text}\n".encode())
    return int(text.split("\n")[1])


@pytest.mark.both_databases
def test_a_checkpoint_is_cosigned_as_the_log_grows(known, database):
    from parapet.access.checkpoints import cosigned_note, newest_cosigned, witness_keys
    from parapet.records.models import Cosignature

    for round_ in range(4):
        grow(300, f"r{round_}-")
        assert ask() == 1
        assert ask() == 0, "nothing new, nothing asked"
    newest = newest_cosigned()
    assert newest is not None
    assert checked_by_hand(cosigned_note(newest.size), known.key) == newest.size >= 1_200
    assert witness_keys() == [known.key]
    assert Cosignature.objects.count() == 4
    assert state().held == newest.size
    assert known.status().returncode == 0


def test_a_damaged_tile_is_made_again_and_is_no_fork(known):
    """Tiles are only there to be quick: what they say is held to the signed root before a witness sees it."""
    from parapet.records.models import LogTile
    from parapet.records.tiles import consistency_proof

    grow(700, "t")
    assert ask() == 1
    grow(700, "u")
    consistency_proof(1, state().held, tree_root(state().held))
    row = LogTile.objects.get(level=1)
    row.hashes = b"x" * len(bytes(row.hashes))
    row.save()
    assert ask() == 1
    assert state().trouble == ""
    assert b"xxx" not in bytes(LogTile.objects.get(level=1).hashes)


def tree_root(size: int) -> bytes:
    from parapet.records.tiles import tiled_tree

    return tiled_tree(size).root()


def test_the_worker_has_it_done(known, home):
    """The real chore, in the real worker's loop."""
    import parapet.work.handlers  # noqa: F401
    from parapet.jobs.handlers import chores
    from parapet.records.models import Cosignature

    grow(3, "w")
    [chore] = [chore for chore in chores() if chore.name.endswith(".witnesses")]
    assert chore.seconds <= 10
    chore.run()
    assert Cosignature.objects.count() == 1


def test_an_unreachable_witness_is_asked_less_and_less_and_catches_up(known):
    from parapet.records.models import Cosignature

    known.kill()
    grow(5, "a")
    assert ask() == 0
    assert state().trouble == "unreachable"
    first = state().next_at - NOON
    grow(5, "b")
    assert ask() == 0, "not yet again"
    assert ask(1) == 0
    assert state().next_at - NOON - timedelta(hours=1) > first
    known.start()
    assert ask(2) == 1
    assert (state().trouble, state().failures) == ("", 0)
    assert Cosignature.objects.get().size == state().held


def test_a_witness_that_does_not_know_the_log_is_told(home, served):
    from django.test.utils import override_settings

    from parapet.settings.witnesses import read_witnesses

    grow(1, "x")
    with override_settings(ENVIRONMENT=evolve(home, witnesses=read_witnesses(f"{served.url}={served.key}"))):
        assert ask() == 0
    assert state().trouble == "unknown"


def test_a_restored_old_backup_is_refused_and_told_to_both(known, home):
    """Rollback: the home goes back to a copy of itself, signs, and later grows past where it was."""
    from support.homes import close_connections

    from parapet.access.witnesses import witnesses_seen
    from parapet.records.models import WitnessRefusal

    grow(10, "a")
    assert ask() == 1
    close_connections()
    shutil.copy(home.sqlite_file, home.home / "old.sqlite3")
    grow(10, "b")
    assert ask() == 1
    close_connections()
    shutil.copy(home.home / "old.sqlite3", home.sqlite_file)

    grow(4, "c")
    assert ask(1) == 0
    assert state().trouble == "rollback"
    grow(20, "d")
    assert ask(2) == 0
    assert state().trouble == "fork"
    assert {refusal.kind for refusal in WitnessRefusal.objects.all()} == {"rollback", "fork"}

    told = known.status()
    assert told.returncode == 1
    assert "ROLLBACK" in told.stdout
    assert "FORK" in told.stdout
    assert told.stdout.count("\u2014 parapet/") >= 4, "both notes of each"

    variables = {"PARAPET_WITNESSES": f"{known.url}={known.key}"}
    doctor = parapet("doctor", "--json", "--home", str(home.home), **variables)
    assert doctor.returncode == 1
    [finding] = [f for f in json.loads(doctor.stdout) if f["name"] == "witness"]
    assert not finding["well"]
    assert "REFUSED" in finding["said"]
    [seen] = witnesses_seen(evolve(home, witnesses=_known(known)).witnesses)
    assert seen.needs_you


def _known(served: Served) -> Any:
    from parapet.settings.witnesses import read_witnesses

    return read_witnesses(f"{served.url}={served.key}")


def test_two_homes_with_one_key_are_a_fork(known, home):
    """The same key signs two histories of one length: the second is refused, with both notes kept."""
    from support.homes import close_connections

    close_connections()
    shutil.copy(home.sqlite_file, home.home / "twin.sqlite3")
    grow(7, "ours")
    assert ask() == 1
    close_connections()
    shutil.copy(home.home / "twin.sqlite3", home.sqlite_file)
    grow(7, "theirs")
    assert ask() == 0
    assert state().trouble == "fork"
    told = known.status()
    assert told.returncode == 1
    assert "two histories of the same length" in told.stdout


def test_two_requests_at_once_leave_one_history(known, home):
    """Sixteen at once for growing sizes: the witness never goes back, and each cosigned root is of one history."""
    from parapet.access.checkpoints import newest_checkpoint
    from parapet.anchors.witness.request import write_request

    bodies = []
    for n in range(8):
        grow(3, f"at once {n}-")
        newest = newest_checkpoint()
        assert newest is not None
        bodies.append(write_request(0, [], newest.note))
    answers: list[tuple[int, str, bytes]] = []

    def send(body: bytes) -> None:
        answers.append(known.post(body))

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([status for status, _type, _body in answers if status == 200]) == 1, "one was first; all others came too late"
    assert all(kind == "text/x.tlog.size" for status, kind, _body in answers if status == 409)
    assert {status for status, _type, _body in answers} == {200, 409}
    assert 0 < state_held(known) <= newest.size
    assert ask() == 1
    assert state_held(known) == newest.size


def state_held(served: Served) -> int:
    from parapet.anchors.witness.witness import Witness

    witness = Witness(served.folder)
    [origin] = witness.memory.origins()
    held = witness.memory.held(origin)
    witness.close()
    assert held is not None
    return held.size


def test_a_witness_killed_at_any_moment_has_kept_what_it_signed(known):
    """kill -9 while requests run: whatever was answered is held, and the log goes on with what is held."""
    seen = 0
    for round_ in range(5):
        grow(2, f"k{round_}-")
        killer = threading.Timer(0.01 * round_, known.kill)
        killer.start()
        ask(24 * round_)
        killer.join()
        assert state_held_or_zero(known) >= state().held >= seen
        seen = state().held
        known.start()
    assert ask(1_000) in (0, 1)
    assert state().trouble == ""
    assert state_held(known) == state().held
    assert known.status().returncode == 0


def state_held_or_zero(served: Served) -> int:
    try:
        return state_held(served)
    except AssertionError:
        return 0


def test_nonsense_never_ends_the_witness(known):
    for body in (b"", b"old", b"old 01\n\nx", b"\xff" * 100, b"old 0\n\n", b"x" * 200_000, b"old 0\n" + b"AAAA\n" * 64 + b"\nx"):
        status, _type, _said = known.post(body)
        assert status in (400, 404, 413), body[:20]
    with closing(http.client.HTTPConnection("127.0.0.1", known.port, timeout=200)) as asking:
        for method, path, wanted in (("GET", "/add-checkpoint", 405), ("POST", "/", 404), ("GET", "/../etc", 404)):
            asking.request(method, path)
            answer = asking.getresponse()
            answer.read()
            assert answer.status == wanted
    grow(1, "still there")
    assert ask() == 1


def test_a_published_log_is_what_others_need_for_proofs(home, tmp_path):
    """Read back by hand: tiles and checkpoint in a folder, incrementally, refused over another history."""
    from parapet.actions.publish_log import publish_log
    from parapet.actions.sign_checkpoint import public_key
    from parapet.domain.errors import RequestRefused
    from parapet.evidence.checkpoint import open_note
    from parapet.evidence.tiles import TiledTree, tile_path

    folder = tmp_path / "www" / "log"
    grow(600, "p")
    first = publish_log(folder)
    again = publish_log(folder)
    assert (again.written, again.tiles) == (0, first.tiles)
    grow(200, "q")
    more = publish_log(folder)
    assert more.written <= 4
    said = open_note((folder / "checkpoint").read_text("utf-8"), [public_key()])

    def read(level: int, number: int, width: int) -> bytes:
        return (folder / tile_path(level, number, width)).read_bytes()

    assert TiledTree(said.size, read).root() == said.root
    assert (folder / "checkpoint").stat().st_mode & 0o777 == 0o644
    assert not list(folder.rglob("*entries*"))
    (folder / "checkpoint").write_text("something else\n", "utf-8")
    with pytest.raises(RequestRefused):
        publish_log(folder)


def test_the_commands_of_the_log(known, home):
    grow(3, "c")
    ask()
    place = ("--home", str(home.home))
    key, note = parapet("log", "key", *place), parapet("log", "checkpoint", *place)
    assert key.returncode == note.returncode == 0, key.stderr + note.stderr
    size = checked_by_hand(note.stdout, known.key)
    proof = parapet("log", "proof", "--from", "1", *place)
    assert all(len(base64.b64decode(line)) == 32 for line in proof.stdout.split())
    late = parapet("log", "proof", "--from", str(size + 1), *place)
    assert late.returncode == 2
    assert "Traceback" not in late.stderr
    refused = parapet("witness", "trust", "nonsense", "--folder", str(known.folder))
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
