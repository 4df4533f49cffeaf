"""The key file and the recovery sheet: what is damaged is said to be damaged, and nothing else opens."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from dossiers.pdf import pages, squeezed
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from parapet.domain.errors import HomeUnwritable, KeyLocked, KeyWrong, RequestRefused
from parapet.evidence import keyfile, sheet
from parapet.evidence.keyfile import Stretch
from parapet.evidence.keys import InstanceKey, new_key

QUICK = Stretch(memory_kib=64, passes=1, lanes=2)
A, B, C = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
RING = InstanceKey(A, (B, C))


def locks():
    return [
        keyfile.IN_THE_CLEAR,
        keyfile.passphrase_lock("five words nobody else joins", QUICK),
        keyfile.lock_under(keyfile.KEYRING, B),
        keyfile.lock_under(keyfile.COMMAND, C),
    ]


@pytest.mark.parametrize("lock", locks(), ids=lambda lock: lock.source)
@pytest.mark.parametrize("ring", [InstanceKey(A), RING, RING.renewed()], ids=["one", "three", "changing"])
def test_what_was_locked_comes_back(lock, ring):
    stored = keyfile.parsed(keyfile.line_of(ring.to_bytes(), lock))
    key = stored.unlocking("five words nobody else joins") if lock.stretch else lock.key
    read = InstanceKey.from_bytes(stored.opened(key))
    assert (read, read.unsettled, stored.lock.source) == (ring, ring.unsettled, lock.source)


@pytest.mark.parametrize("lock", locks(), ids=lambda lock: lock.source)
def test_every_flipped_bit_of_a_key_file_is_found(lock):
    line = keyfile.line_of(RING.to_bytes(), lock)
    for at in range(len(line)):
        for bit in range(8):
            damaged = bytearray(line)
            damaged[at] ^= 1 << bit
            with pytest.raises(KeyWrong, match=r"damaged"):
                keyfile.parsed(bytes(damaged))


def test_a_file_of_the_first_form_still_opens():
    import base64
    import hashlib

    told = hashlib.sha256(b"parapet-key-v1 checksum\0" + A).hexdigest()[:8]
    line = b"parapet-key-v1 " + base64.urlsafe_b64encode(A).rstrip(b"=") + b" " + told.encode() + b"\n"
    stored = keyfile.parsed(line)
    assert (stored.form, InstanceKey.from_bytes(stored.opened(b""))) == (1, InstanceKey(A))


def test_a_locked_file_shows_nothing_and_opens_with_its_own_passphrase_alone(tmp_path):
    lock = keyfile.passphrase_lock("five words nobody else joins", QUICK)
    line = keyfile.line_of(RING.to_bytes(), lock)
    assert not [s for s in (A, B, C) if s in keyfile.parsed(line).body]
    keyfile.keep(tmp_path / "key", line)
    stored = keyfile.read(tmp_path / "key")
    with pytest.raises(KeyWrong, match="passphrase is not"):
        stored.opened(stored.unlocking("five words nobody else joinS"))
    with pytest.raises(KeyLocked):
        InstanceKey.load(tmp_path / "key")
    shown = repr((lock, stored, RING))
    assert not [s for s in (lock.key, stored.body, A, B, C) if repr(s) in shown or s.hex() in shown]


def test_the_same_passphrase_typed_on_two_keyboards_is_the_same():
    assert QUICK.key("caf\u00e9", bytes(16)) == QUICK.key("cafe\u0301", bytes(16))


def test_argon2id_is_that_of_the_rfc_with_its_second_choice():
    assert (Stretch().memory_kib, Stretch().passes, Stretch().lanes) == (65_536, 3, 4)
    locked = keyfile.passphrase_lock("five words nobody else joins")
    stored = keyfile.parsed(keyfile.line_of(RING.to_bytes(), locked))
    assert InstanceKey.from_bytes(stored.opened(stored.unlocking("five words nobody else joins"))) == RING


@pytest.mark.parametrize("terms", ["m=4194304,t=3,p=4", "m=64,t=99,p=4", "m=8,t=1,p=16", "m=64,t=0,p=1"])
def test_a_file_that_asks_for_all_the_memory_there_is_is_refused(terms):
    """Its checksum is right: whoever writes such a file can compute it."""
    lock = keyfile.passphrase_lock("five words nobody else joins", QUICK)
    told = keyfile.line_of(A, lock).rsplit(b" ", 1)[0].replace(b"m=64,t=1,p=2", terms.encode())
    with pytest.raises(KeyWrong, match="newer Parapet"):
        keyfile.parsed(told + b" " + keyfile._checksum(told) + b"\n")


@given(body=st.binary(max_size=200))
def test_no_body_is_taken_for_a_key_that_it_is_not(body):
    try:
        key = InstanceKey.from_bytes(body)
    except KeyWrong:
        return
    assert body in (key.secret, key.to_bytes())


def test_a_key_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = tmp_path / "key"
    RING.install(path)
    (tmp_path / "key.part").write_text("left by a crash")
    keyfile.replace(path, keyfile.line_of(A, keyfile.IN_THE_CLEAR))
    assert InstanceKey.load(path) == InstanceKey(A)
    assert (path.stat().st_mode & 0o777, [p.name for p in tmp_path.iterdir()]) == (0o600, ["key"])
    with pytest.raises(HomeUnwritable):
        keyfile.replace(tmp_path / "gone" / "key", b"")


def test_generations_are_kept_in_order_and_counted():
    ring = InstanceKey(A)
    for number in range(2, 100):
        ring = ring.renewed()
        assert (ring.generation, ring.unsettled) == (number, True)
    assert len({ring.secret_of(number) for number in range(1, 100)}) == 99
    assert ring.fingerprint == InstanceKey(A).fingerprint
    assert InstanceKey.from_bytes(keyfile.parsed(keyfile.line_of(ring.to_bytes(), keyfile.IN_THE_CLEAR)).body) == ring
    assert sheet.read_text(sheet.as_text(ring)) == ring
    with pytest.raises(RequestRefused):
        ring.renewed()
    with pytest.raises(KeyWrong, match="generation 100"):
        ring.backup_key(100)


# The recovery sheet


@given(later=st.integers(0, 3))
def test_a_sheet_that_was_typed_gives_the_key(later):
    ring = InstanceKey(new_key(), tuple(new_key() for _ in range(later)))
    text = sheet.as_text(ring)
    for typed in (text, text.lower(), text.replace(" ", ""), "# A heading\n\n" + text.replace("\n", "\n\n")):
        if typed == text.replace(" ", ""):  # without spaces a line has no number
            typed = "\n".join(line.replace(" ", "") for line in sheet.lines_of(ring))
        assert sheet.read_text(typed) == ring
    looks_alike = text.replace("1", "l").replace("0", "O")
    assert sheet.read_text("\n".join(line[4:] for line in looks_alike.splitlines())) == ring


@settings(max_examples=200)
@given(line=st.integers(1, 9), at=st.integers(0, 15), sign=st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_mistyped_sign_is_found_and_its_line_is_named(line, at, sign):
    """The checksum has 16 bits; what it lets pass, the sheet's digest does not."""
    lines = sheet.lines_of(InstanceKey(A, (B,)))
    signs = list(lines[line - 1].replace(" ", ""))
    if signs[at] == sign:
        return
    signs[at] = sign
    lines[line - 1] = "".join(signs)
    with pytest.raises(RequestRefused, match=f"Line {line} |do not belong together"):
        sheet.read_text("\n".join(lines))


def test_lines_that_change_places_are_missing_or_belong_to_another_sheet_are_refused():
    one, other = sheet.lines_of(InstanceKey(A, (B,))), sheet.lines_of(InstanceKey(A, (C,)))
    wrong = {
        "Line 2": [one[0], one[2], one[1], *one[3:]],
        "do not belong together": [*one[:5], *other[5:]],
        "last line of the sheet is missing": one[:-1],
        "Line 10": [*one, one[0]],
        "Line 1 has 15": [one[0][1:], *one[1:]],
        "a sign that no sheet has": ["U" + one[0][1:], *one[1:]],
        "missing": [],
        "more lines": one * 100,
    }
    for said, lines in wrong.items():
        with pytest.raises(RequestRefused, match=said):
            sheet.read_text("\n".join(lines))


@given(text=st.text(max_size=300))
def test_any_text_is_refused_calmly(text):
    with pytest.raises(RequestRefused):
        sheet.read_text(text)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_printed_sheet_shows_every_line(lang):
    from parapet.dossiers.recovery import sheet_pdf

    pdf = sheet_pdf(
        sheet.lines_of(RING), fingerprint=RING.fingerprint, generations=3, lang=lang, at=datetime(2026, 11, 25, tzinfo=UTC)
    )
    shown = "".join(pages(PdfReader(io.BytesIO(pdf))))
    assert not [line for line in sheet.lines_of(RING) if squeezed(line) not in shown]
    assert "parapetkeyrecover" in shown
    assert RING.fingerprint in shown
