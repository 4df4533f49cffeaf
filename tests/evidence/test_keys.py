"""Keys: what is locked opens only with the same key, for the same purpose, unchanged."""

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.errors import HomeUnwritable, KeyMissing, KeyWrong, RequestRefused
from parapet.evidence import keys

A, B = bytes(range(32)), bytes(range(1, 33))


@given(data=st.binary(max_size=400), about=st.binary(max_size=40))
def test_what_was_locked_opens_again(data, about):
    """And costs 28 bytes, whatever it is."""
    locked = keys.lock(data, key=A, about=about)
    assert keys.unlock(locked, key=A, about=about) == data
    assert len(locked) == len(data) + keys.NONCE_BYTES + keys.TAG_BYTES


@given(data=st.binary(max_size=100), at=st.integers(0), bit=st.integers(0, 7))
def test_one_flipped_bit_is_refused(data, at, bit):
    locked = bytearray(keys.lock(data, key=A, about=b"x"))
    locked[at % len(locked)] ^= 1 << bit
    with pytest.raises(KeyWrong):
        keys.unlock(bytes(locked), key=A, about=b"x")


def test_another_key_another_name_another_use_or_a_cut_is_refused():
    """A wrapped key never opens as a value, nor the reverse, under the same key and name."""
    locked, wrapped = keys.lock(B, key=A, about=b"x"), keys.wrap(B, under=A, about=b"x")
    for attempt in (
        lambda: keys.unlock(locked, key=B, about=b"x"),
        lambda: keys.unlock(locked, key=A, about=b"y"),
        lambda: keys.unlock(wrapped, key=A, about=b"x"),
        lambda: keys.unwrap(locked, under=A, about=b"x"),
        lambda: keys.unwrap(wrapped[:-1], under=A, about=b"x"),
        lambda: keys.unlock(b"", key=A, about=b"x"),
        lambda: keys.Locker(A[:16]),
        lambda: keys.wrap(B[:16], under=A, about=b"x"),
    ):
        with pytest.raises(KeyWrong):
            attempt()
    assert keys.unwrap(wrapped, under=A, about=b"x") == B


def test_every_locking_is_fresh():
    """Equal values cannot be told to be equal."""
    assert len({keys.lock(b"same", key=A, about=b"") for _ in range(100)}) == 100


def test_derived_keys_are_those_of_rfc_5869():
    """Recomputed with nothing but HMAC, so that another program can read our bytes."""
    import hashlib
    import hmac

    extracted = hmac.digest(bytes(32), A, hashlib.sha256)
    assert keys.derive(A, "search") == hmac.digest(extracted, b"parapet v1 search\x01", hashlib.sha256)
    assert keys.derive(A, "search") != keys.derive(A, "names")
    assert keys.Coder(A).digest(b"v") == hmac.digest(A, b"v", hashlib.sha256)


def test_the_key_file_is_private_and_comes_back_the_same(tmp_path):
    path = tmp_path / "secrets" / "key"
    made = keys.InstanceKey.create(path)
    assert keys.InstanceKey.load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert made.secret.hex() not in repr(made)


def test_a_key_file_is_never_replaced(tmp_path):
    """Neither by a file nor through a link that leads to one."""
    path = tmp_path / "key"
    made = keys.InstanceKey.create(path)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for there in (path, tmp_path / "link"):
        with pytest.raises(RequestRefused):
            keys.InstanceKey.create(there)
    assert keys.InstanceKey.load(path) == made
    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_key_and_an_unwritable_place_are_told_apart(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(KeyMissing):
        keys.InstanceKey.load(tmp_path / "none")
    with pytest.raises(KeyMissing):
        keys.InstanceKey.load(tmp_path)
    with pytest.raises(HomeUnwritable):
        keys.InstanceKey.create(tmp_path / "file" / "key")


@given(at=st.integers(0), byte=st.integers(0, 255))
def test_a_damaged_key_file_is_never_taken_for_another_key(tmp_path_factory, at, byte):
    """Any one byte changed is either refused, or still gives the same key (unused bits of the last letter)."""
    folder = tmp_path_factory.mktemp("key")
    made = keys.InstanceKey.create(folder / "key")
    line = bytearray((folder / "key").read_bytes())
    line[at % len(line)] = byte
    (folder / "key").write_bytes(line)
    try:
        assert keys.InstanceKey.load(folder / "key") == made
    except KeyWrong as refusal:
        assert "damaged" in str(refusal)


def test_fingerprint_and_signing_key_are_stable_and_differ_between_homes():
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    one, again, other = keys.InstanceKey(A), keys.InstanceKey(A), keys.InstanceKey(B)
    public = [k.signing().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw) for k in (one, again, other)]
    assert public[0] == public[1] != public[2]
    assert one.fingerprint == again.fingerprint != other.fingerprint
