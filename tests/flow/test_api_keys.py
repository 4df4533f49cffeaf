"""Keys for programs: made, listed and revoked by a command; only their digests are kept."""

from __future__ import annotations

import json
import stat
import threading

import pytest
from click.testing import CliRunner

from parapet.actions.api_keys import make_api_key, revoke_api_key
from parapet.cli.main import main
from parapet.domain.errors import ReferenceUnknown, RequestRefused
from parapet.records.api_keys import digest_of, file_in, read


def run(home, *words):
    return CliRunner().invoke(main, ["api-key", *words, "--home", str(home.home)])


def test_a_key_is_shown_once_and_only_its_digest_is_kept(home):
    made = run(home, "make", "--name", "the forum", "--per-minute", "600")
    assert made.exit_code == 0
    key = made.stdout.strip()
    assert len(key) == 39 and key.startswith("PRPT")
    raw = file_in(home.home).read_bytes()
    assert key.encode() not in raw and digest_of(key).encode() in raw
    assert stat.S_IMODE(file_in(home.home).stat().st_mode) == 0o600
    [told] = [json.loads(line) for line in run(home, "list").stdout.splitlines()]
    assert set(told) == {"id", "name", "per_minute", "made"}
    assert (told["name"], told["per_minute"]) == ("the forum", 600)


def test_a_key_is_revoked_by_its_id_or_its_name(home):
    first, _key = make_api_key(home.home, "one")
    make_api_key(home.home, "two")
    assert run(home, "revoke", first.id).exit_code == 0
    assert [each.name for each in read(home.home)] == ["two"]
    assert run(home, "revoke", "two").exit_code == 0
    assert read(home.home) == []
    gone = run(home, "revoke", "two")
    assert gone.exit_code == 2 and "There is no API key of this name." in gone.stderr
    with pytest.raises(ReferenceUnknown):
        revoke_api_key(home.home, "key_00000000")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x1b[2Jb", "\u202eabc"])
def test_a_name_is_short_and_plain(home, name):
    with pytest.raises(RequestRefused):
        make_api_key(home.home, name)
    assert not file_in(home.home).exists()


def test_two_keys_have_two_names_and_a_limit_within_reason(home):
    make_api_key(home.home, "one")
    for name, per_minute in (("one", 60), ("two", 0), ("two", 60_001)):
        with pytest.raises(RequestRefused):
            make_api_key(home.home, name, per_minute=per_minute)
    assert len(read(home.home)) == 1


def test_keys_made_at_once_are_all_kept(home):
    threads = [threading.Thread(target=make_api_key, args=(home.home, f"program {n}")) for n in range(20)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {each.name for each in read(home.home)} == {f"program {n}" for n in range(20)}


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"version": 2, "keys": []}', b'{"version": 1, "keys": [{"id": "x"}]}'],
)
def test_a_damaged_file_is_told_and_left_as_it_is(home, raw):
    file_in(home.home).write_bytes(raw)
    for words in (("list",), ("make", "--name", "x"), ("revoke", "x")):
        said = run(home, *words)
        assert said.exit_code == 2
        assert "The file of API keys is damaged" in said.stderr and "Traceback" not in said.output
    assert file_in(home.home).read_bytes() == raw


def test_it_says_when_the_door_is_closed_in_both_languages(home, monkeypatch):
    assert "The door is closed" in run(home, "make", "--name", "a").stderr
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    assert "La porte est fermée" in run(home, "make", "--name", "b").stderr
    monkeypatch.setenv("PARAPET_PERSPECTIVE", "keys")
    assert "porte" not in run(home, "make", "--name", "c").stderr


def test_without_a_home_it_makes_none(tmp_path):
    said = CliRunner().invoke(main, ["api-key", "list", "--home", str(tmp_path / "nowhere")])
    assert said.exit_code == 2 and not (tmp_path / "nowhere").exists()
