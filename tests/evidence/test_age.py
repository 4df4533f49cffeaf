"""An encrypted bag: opened by whoever holds a key, by nobody else, and nowhere in the clear."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tracemalloc
import zipfile
from pathlib import Path

import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from evidence.bags import make_bag

from parapet.domain.errors import RequestRefused
from parapet.evidence.age import pack, read_lines, read_recipients
from parapet.evidence.verify import verify

OFFICER = pyrage.x25519.Identity.generate()
OTHER = pyrage.x25519.Identity.generate()


@pytest.fixture(scope="module")
def bag(tmp_path_factory):
    return make_bag(tmp_path_factory.mktemp("age") / "case")


def packed(bag: Path, *keys: str) -> bytes:
    out = io.BytesIO()
    pack(bag, out, read_recipients(keys))
    return out.getvalue()


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
    return next(folder.iterdir())


def test_who_holds_the_key_opens_a_sound_bag(bag, tmp_path):
    sealed = packed(bag, str(OFFICER.to_public()))
    assert sealed.startswith(b"age-encryption.org/v1\n")
    assert b"itm_" not in sealed
    assert verify(unpacked(pyrage.decrypt(sealed, [OFFICER]), tmp_path)).sound


def test_nobody_else_does(bag):
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(packed(bag, str(OFFICER.to_public())), [OTHER])


def test_one_changed_byte_opens_nothing(bag):
    sealed = bytearray(packed(bag, str(OFFICER.to_public())))
    sealed[-50] ^= 1
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(bytes(sealed), [OFFICER])


def test_the_program_age_opens_it_where_it_is_installed(bag, tmp_path):
    """And pyrage, which is another implementation of the same format, where it is not."""
    (tmp_path / "key.txt").write_text(f"{OFFICER}\n")
    (tmp_path / "bag.zip.age").write_bytes(packed(bag, str(OFFICER.to_public())))
    if shutil.which("age"):
        subprocess.run(["age", "-d", "-i", "key.txt", "-o", "bag.zip", "bag.zip.age"], cwd=tmp_path, check=True, timeout=600)
    else:
        pyrage.decrypt_file(str(tmp_path / "bag.zip.age"), str(tmp_path / "bag.zip"), [OFFICER])
    assert verify(unpacked((tmp_path / "bag.zip").read_bytes(), tmp_path / "out")).sound


def test_keys_of_ssh_and_files_of_keys_are_taken(bag, tmp_path):
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    (tmp_path / "keys").write_text(f"# the officer\n{OFFICER.to_public()}\n\n  {public} officer@example\n")
    sealed = packed(bag, f"@{tmp_path / 'keys'}")
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    for identity in (OFFICER, pyrage.ssh.Identity.from_buffer(private)):
        assert pyrage.decrypt(sealed, [identity])[:2] == b"PK"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [OTHER])


@pytest.mark.parametrize(
    "given",
    [
        "",
        "age1",
        "age1" + "q" * 58,
        "a secret key",
        "ssh-ed25519 AAAA",
        "ssh-dss AAAA",
        "@/nowhere",
        "@",
        "@/dev/null",
        "\0",
        "age1\u202e",
    ],
)
def test_what_is_no_public_key_is_refused_and_not_repeated(given):
    given = str(OFFICER) if given == "a secret key" else given
    with pytest.raises(RequestRefused) as refused:
        read_recipients([given])
    assert len(given) < 5 or given not in str(refused.value)


def test_a_form_reads_no_file(tmp_path):
    (tmp_path / "keys").write_text(str(OFFICER.to_public()))
    with pytest.raises(RequestRefused):
        read_lines(f"@{tmp_path / 'keys'}")
    assert len(read_lines(f"\n# hers\n  {OFFICER.to_public()}\n\n{OTHER.to_public()}  \n")) == 2
    assert read_lines("") == []
    with pytest.raises(RequestRefused):
        read_lines(f"{OFFICER.to_public()}\n" * 51)


def test_a_full_disk_ends_it_with_an_error_and_no_waiting(bag):
    with pytest.raises(OSError, match="space"), Path("/dev/full").open("wb", buffering=0) as full:
        pack(bag, full, read_recipients([str(OFFICER.to_public())]))


def test_a_bag_that_cannot_be_read_ends_it_with_an_error(tmp_path):
    (tmp_path / "bag").mkdir()
    (tmp_path / "bag" / "file").symlink_to("/proc/self/mem")
    with pytest.raises(OSError, match="error"):
        pack(tmp_path / "bag", io.BytesIO(), read_recipients([str(OFFICER.to_public())]))


def test_a_large_bag_is_packed_in_little_memory(tmp_path):
    (tmp_path / "bag").mkdir()
    with (tmp_path / "bag" / "large.bin").open("wb") as file:
        for _ in range(64):
            file.write(os.urandom(1 << 20))
    tracemalloc.start()
    try:
        with (tmp_path / "out").open("wb") as out:
            pack(tmp_path / "bag", out, read_recipients([str(OFFICER.to_public())]))
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()
