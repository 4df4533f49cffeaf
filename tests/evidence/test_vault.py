"""The vault: what went in comes out, and nothing else does."""

import errno
import io
import os
import random
import resource
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.domain.errors import HomeUnwritable, KeyWrong, SealBroken
from parapet.evidence.vault import CHUNK_BYTES, Slot, Vault

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
HEADER, SEALED = 24, CHUNK_BYTES + 16


def noise(size):
    return random.Random(size).randbytes(size)


def pack_file(vault, slot):
    return vault.root / slot.pack[0] / slot.pack[1] / f"{slot.pack}.pack"


@given(blobs=st.lists(st.binary(max_size=200), max_size=30))
@settings(max_examples=25)
def test_blobs_come_back_and_one_batch_is_one_file(tmp_path_factory, blobs):
    vault = Vault(tmp_path_factory.mktemp("vault"))
    slots = vault.write_pack(blobs)
    assert [vault.read(slot) for slot in slots] == blobs
    assert len({slot.pack for slot in slots}) == (1 if blobs else 0)
    assert vault.strays({slot.pack for slot in slots}) == []


def test_packs_are_private(tmp_path):
    vault = Vault(tmp_path / "vault")
    (slot,) = vault.write_pack([b"x"])
    assert stat.S_IMODE(pack_file(vault, slot).stat().st_mode) == 0o600
    for folder in pack_file(vault, slot).parents[:3]:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_missing_cut_or_impossible_places_are_a_broken_seal(tmp_path):
    vault = Vault(tmp_path)
    slot, second = vault.write_pack([b"first", b"second"])
    (tmp_path / "outside.pack").write_bytes(b"not yours")
    for bad in (
        Slot("../outside", 0, 1),
        Slot("0" * 32, 0, 1),
        Slot(slot.pack, -1, 1),
        Slot(slot.pack, 0, 10_000),
        Slot(slot.pack, 10_000, 1),
    ):
        with pytest.raises(SealBroken):
            vault.read(bad)
    os.truncate(pack_file(vault, slot), second.offset + 2)
    assert vault.read(slot) == b"first"
    with pytest.raises(SealBroken):
        vault.read(second)


SIZES = [0, 1, 1000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]


@pytest.mark.parametrize("size", SIZES)
def test_a_stream_comes_back_whole(tmp_path, size):
    from hashlib import sha256

    vault, data = Vault(tmp_path), noise(size)
    sealed = vault.seal_stream(io.BytesIO(data), key=KEY, about=b"file 1")
    assert (sealed.size_bytes, sealed.sha256) == (size, sha256(data).hexdigest())
    with vault.open_stream(sealed.slot, key=KEY, about=b"file 1") as stream:
        assert stream.read() == data
    assert size < 100 or data[:100] not in pack_file(vault, sealed.slot).read_bytes()


@given(cuts=st.lists(st.tuples(st.integers(0, 3 * CHUNK_BYTES + 9), st.integers(0, 200_000)), max_size=6))
@settings(max_examples=20, deadline=None)
def test_any_part_of_a_stream_can_be_read(large, cuts):
    vault, slot, data = large
    with vault.open_stream(slot, key=KEY, about=b"x") as stream:
        for start, length in cuts:
            stream.seek(start)
            assert stream.read(length) == data[start : start + length]
        assert stream.seek(-5, io.SEEK_END) == len(data) - 5
        assert stream.read() == data[-5:]
        with pytest.raises(OSError, match="Invalid"):  # as a file on the disk does
            stream.seek(-1)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    vault, data = Vault(tmp_path_factory.mktemp("vault")), noise(3 * CHUNK_BYTES + 5)
    return vault, vault.seal_stream(io.BytesIO(data), key=KEY, about=b"x").slot, data


def test_a_source_that_gives_little_at_a_time_makes_the_same_stream(tmp_path):
    class Trickle(io.RawIOBase):
        def __init__(self, data):
            self.rest = io.BytesIO(data)

        def readable(self):
            return True

        def read(self, size=-1):
            return self.rest.read(min(size, 70_001))

    vault, data = Vault(tmp_path), noise(2 * CHUNK_BYTES + 77)
    sealed = vault.seal_stream(Trickle(data), key=KEY, about=b"")
    assert vault.open_stream(sealed.slot, key=KEY, about=b"").read() == data


def opened(vault, slot, *, key=KEY, about=b"x"):
    with vault.open_stream(slot, key=key, about=about) as stream:
        return stream.read()


def test_the_wrong_key_or_name_does_not_open_a_stream(large):
    vault, slot, data = large
    assert opened(vault, slot) == data
    for wrong in ({"key": OTHER}, {"about": b"y"}, {"key": b"short"}):
        with pytest.raises(KeyWrong):
            opened(vault, slot, **wrong)


def tampered(raw, header, chunks):
    """Ways to change a stream of four chunks without knowing the key."""
    yield "cut at a chunk", header + b"".join(chunks[:-1])
    yield "cut within a chunk", raw[:-7]
    yield "cut to nothing", b""
    yield "header alone", header
    yield "two chunks swapped", header + chunks[1] + chunks[0] + chunks[2] + chunks[3]
    yield "last chunk moved first", header + chunks[3] + b"".join(chunks[:3])
    yield "chunk repeated", header + chunks[0] + chunks[0] + chunks[2] + chunks[3]
    yield "chunk left out", header + chunks[0] + chunks[2] + chunks[3]
    yield "bytes appended", raw + b"\0"
    yield "chunk appended", raw + chunks[0]
    yield "other salt", header[:8] + bytes(16) + raw[24:]
    yield "other magic", b"X" + raw[1:]


def test_no_tampering_with_a_stream_goes_unseen(large, tmp_path):
    """Also when the place that is stored for it was changed to fit."""
    vault, slot, _ = large
    raw = pack_file(vault, slot).read_bytes()
    chunks = [raw[at : at + SEALED] for at in range(HEADER, len(raw), SEALED)]
    copy = Vault(tmp_path)
    for name, bad in tampered(raw, raw[:HEADER], chunks):
        path = pack_file(copy, slot)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bad)
        for place in (slot, Slot(slot.pack, 0, len(bad))):
            with pytest.raises((SealBroken, KeyWrong)):
                pytest.fail(f"{name}: opened {len(opened(copy, place))} bytes")


@given(at=st.integers(0), bit=st.integers(0, 7))
@settings(max_examples=60, deadline=None)
def test_one_flipped_bit_in_a_stream_is_seen(tmp_path_factory, at, bit):
    vault = Vault(tmp_path_factory.mktemp("vault"))
    slot = vault.seal_stream(io.BytesIO(noise(3000)), key=KEY, about=b"x").slot
    raw = bytearray(pack_file(vault, slot).read_bytes())
    raw[at % len(raw)] ^= 1 << bit
    pack_file(vault, slot).write_bytes(raw)
    with pytest.raises((SealBroken, KeyWrong)):
        opened(vault, slot)


def test_a_change_in_the_middle_is_a_broken_seal_and_not_a_wrong_key(large, tmp_path):
    """The person's key is right: telling her otherwise would send her looking for another."""
    vault, slot, data = large
    raw = bytearray(pack_file(vault, slot).read_bytes())
    raw[HEADER + SEALED + 5] ^= 1
    copy = Vault(tmp_path)
    pack_file(copy, slot).parent.mkdir(parents=True)
    pack_file(copy, slot).write_bytes(raw)
    with copy.open_stream(slot, key=KEY, about=b"x") as stream:
        assert stream.read(CHUNK_BYTES) == data[:CHUNK_BYTES]
        with pytest.raises(SealBroken):
            stream.read()


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    """The system's own limit on file size stands in for a disk without room."""
    import signal

    vault = Vault(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(HomeUnwritable):
            vault.write_pack([noise(200_000)])
        with pytest.raises(HomeUnwritable):
            vault.seal_stream(io.BytesIO(noise(3 * CHUNK_BYTES)), key=KEY, about=b"")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert vault.strays(set()) == []


def test_a_place_that_cannot_be_a_folder_is_told(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HomeUnwritable) as told:
        Vault(tmp_path / "file").write_pack([b"x"])
    assert isinstance(told.value.__cause__, OSError)
    assert told.value.__cause__.errno in (errno.ENOTDIR, errno.EEXIST)


def test_a_source_that_fails_leaves_nothing(tmp_path):
    class Failing(io.BytesIO):
        def read(self, size=-1):
            if self.tell() >= 2 * CHUNK_BYTES:
                raise RuntimeError("the upload broke off")
            return super().read(size)

    vault = Vault(tmp_path)
    with pytest.raises(RuntimeError):
        vault.seal_stream(Failing(noise(4 * CHUNK_BYTES)), key=KEY, about=b"")
    assert vault.strays(set()) == []


def test_strays_are_what_nothing_refers_to(tmp_path):
    vault = Vault(tmp_path)
    (kept,) = vault.write_pack([b"kept"])
    (lost,) = vault.write_pack([b"lost by a crash"])
    (tmp_path / "note.txt").write_text("someone left this")
    (tmp_path / f"{kept.pack}.pack").write_text("a copy in the wrong place")
    assert vault.strays([kept.pack]) == sorted([pack_file(vault, lost), tmp_path / "note.txt", tmp_path / f"{kept.pack}.pack"])


def test_a_stream_of_100_mib_is_sealed_in_flat_memory(tmp_path):
    import tracemalloc

    class Zeros(io.RawIOBase):
        left = 100 * CHUNK_BYTES

        def read(self, size=-1):
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    vault = Vault(tmp_path)
    tracemalloc.start()
    sealed = vault.seal_stream(Zeros(), key=KEY, about=b"")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sealed.size_bytes == 100 * CHUNK_BYTES
    assert peak < 6 * CHUNK_BYTES
