"""Sealing messages: key, encryption, pack, leaf and tree, against encrypting and storing the same bytes and nothing else.

    python -m benchmarks.sealing [--messages N] [--full]

Both write packs of as many messages as an import does, each durable before the next begins. CPU decides.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measured import machine

MESSAGES, FULL_MESSAGES = 20_000, 200_000
BYTES = 1_500  # of a message in its platform's own JSON
PACK = 1_000
ROUNDS = 3


def sealed(folder: Path, messages: list[bytes]) -> None:
    """As an import seals: a key for each message, its bytes in the vault, its leaf in the tree, sealed as well."""
    from parapet.domain.parsed import Place
    from parapet.evidence.canonical import leaf
    from parapet.evidence.keys import Locker, new_key
    from parapet.evidence.log import Frontier, leaf_hash
    from parapet.evidence.seal import capture_body
    from parapet.evidence.vault import Vault

    vault, tree, advocate, now = Vault(folder), Frontier(), Locker(new_key()), datetime.now(UTC)
    for first in range(0, len(messages), PACK):
        batch = messages[first : first + PACK]
        keys = [new_key() for _ in batch]
        lockers = [Locker(key) for key in keys]
        vault.write_pack([locker.lock(raw, about=b"original") for locker, raw in zip(lockers, batch, strict=True)])
        for key, locker, raw in zip(keys, lockers, batch, strict=True):
            advocate.wrap(key, about=b"item")
            digest = hashlib.sha256(raw).hexdigest()
            body = capture_body(
                item_id="itm_0123456789abc", version=1, at=now, sha256=digest, size_bytes=len(raw),
                media_type="application/json", channel="bluesky", content_sha256=digest, face_sha256=digest,
                source_mark=digest, place=Place("", "/3/notifications/17", 4_096, len(raw)),
            )  # fmt: skip
            said = leaf(body)
            tree.append(leaf_hash(said))
            locker.lock(said, about=b"leaf")


def stored(folder: Path, messages: list[bytes]) -> None:
    """AES-256-GCM under one key, SHA-256, one durable file for a pack."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher = AESGCM(os.urandom(32))
    folder.mkdir()
    for first in range(0, len(messages), PACK):
        with (folder / str(first)).open("wb") as file:
            for raw in messages[first : first + PACK]:
                hashlib.sha256(raw).digest()
                nonce = os.urandom(12)
                file.write(nonce + cipher.encrypt(nonce, raw, None))
            file.flush()
            os.fsync(file.fileno())


def cost(work: Callable[[Path, list[bytes]], None], messages: list[bytes]) -> tuple[float, float]:
    """CPU and wall seconds: the best of several rounds."""
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
            cpu, wall = time.process_time(), time.perf_counter()
            work(Path(made) / "vault", messages)
            rounds.append((time.process_time() - cpu, time.perf_counter() - wall))
    return min(cpu for cpu, _ in rounds), min(wall for _, wall in rounds)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.sealing", description=__doc__.splitlines()[0])
    options.add_argument("--messages", type=int, help=f"how many (default {MESSAGES})")
    options.add_argument("--full", action="store_true", help=f"{FULL_MESSAGES} messages")
    asked = options.parse_args()
    count = asked.messages or (FULL_MESSAGES if asked.full else MESSAGES)
    print(machine())
    messages = [os.urandom(BYTES) for _ in range(count)]
    (bare_cpu, bare_wall), (cpu, wall) = cost(stored, messages), cost(sealed, messages)
    print(f"encrypted and stored alone   {bare_cpu / count * 1e6:6.1f} µs CPU a message   {count / bare_wall:7.0f} a second")
    print(f"sealed, with key and leaf    {cpu / count * 1e6:6.1f} µs CPU a message   {count / wall:7.0f} a second")
    print(f"ratio                        {cpu / bare_cpu:6.2f} CPU")


if __name__ == "__main__":
    main()
