"""A command that was forked answers as the installed one does: most tests stand on that."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from support.forked import Forked
from support.sample import SAMPLE
from support.terminal import PARAPET, parapet, surroundings

FRENCH = {"LANG": "fr_CA.UTF-8"}
LINES = '{"id": "1", "text": "Thank you, doctor."}\n{"id": "2", "text": "é\\u0000"}\n'.encode()


def test_both_say_the_same(home: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Words, streams, status and files: of commands with and without a home, that succeed, fail, and are mistyped."""
    monkeypatch.chdir(tmp_path)  # `verify` looks where it stands
    letter = SAMPLE / "mail" / "001-thank-you.eml"
    assert parapet("import", letter).status == 0
    assert not list(home.home.glob("*-wal"))  # it closed what it had opened
    asked: list[tuple[tuple[str | Path, ...], bytes, dict[str, str]]] = [
        (("--version",), b"", {}),
        (("verify",), b"", FRENCH),
        (("triage", "--jsonl"), LINES, {}),
        (("items", "--jsonl"), b"", {}),
        (("import", letter, "--json"), b"", {}),
        (("items", "--jsonl"), b"", {"PARAPET_HOME": str(tmp_path / "none"), **FRENCH}),
    ]
    statuses = set()
    for words, stdin, given in asked:
        forked, installed = (parapet(*words, stdin=stdin, installed=way, **given) for way in (False, True))
        assert forked == installed, words
        statuses.add(forked.status)
    assert statuses == {0, 2}


def test_what_they_write_is_closed_to_others_and_a_secret_of_its_own(tmp_path: Path) -> None:
    """Forked commands come from one process, and would share its chance if that were kept in memory."""
    shapes, secrets = [], set()
    for number, installed in enumerate((False, False, True)):
        place = tmp_path / str(number)
        assert parapet("witness", "init", "--folder", place, "--name", "w.example.org/1", installed=installed).status == 0
        shapes.append({str(path.relative_to(place)): path.stat().st_mode for path in place.rglob("*")})
        secrets |= {path.read_bytes() for path in place.rglob("*key*") if path.is_file()}
    assert shapes[0] == shapes[1] == shapes[2]
    assert len(secrets) == 3


def test_many_at_once_and_what_hangs_is_killed(tmp_path: Path) -> None:
    pipe = tmp_path / "never-written"
    os.mkfifo(pipe)
    variables = surroundings(PARAPET_HOME=str(tmp_path / "none"))
    forked = Forked(surroundings())
    try:
        said: list[Any] = []

        def run(*words: str) -> None:
            said.append(forked.run(PARAPET, words, stdin=b"", variables=variables, timeout_s=900))

        both = [threading.Thread(target=run, args=(word,)) for word in ("--version", "nonsense")]
        for each in both:
            each.start()
        with pytest.raises(subprocess.TimeoutExpired):  # and meanwhile the others are answered
            forked.run(PARAPET, ["triage", str(pipe), "--jsonl"], stdin=b"", variables=variables, timeout_s=2)
        for each in both:
            each.join()
        assert sorted(one.returncode for one in said) == [0, 2]
        assert not forked.takes(surroundings(PYTHONHASHSEED="0"))
        assert not forked.takes(surroundings(TZ="Asia/Tokyo"))
    finally:
        forked.close()
