"""Two whole Parapets on this machine, each the other's witness: served, imported into, exported; and one goes back in time."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from attrs import define, field
from support import many
from support.ports import free_port
from support.sample import ADVOCATES
from support.terminal import Said, parapet, started

#: Nothing here is quick on a busy machine, and nothing is waited for by the clock.
LONGEST_S = 400.0


@define
class Instance:
    """A home with the witness that the same people run: processes of the commands, and nothing else."""

    name: str
    folder: Path
    home: Path
    port: int = field(factory=free_port)
    witness_port: int = field(factory=free_port)
    witness_key: str = ""
    asks: str = ""
    running: list[subprocess.Popen[bytes]] = field(factory=list)

    @property
    def surroundings(self) -> dict[str, str]:
        own = {"PARAPET_HOME": str(self.home), "XDG_DATA_HOME": str(self.folder / "data"), "PARAPET_PORT": str(self.port)}
        return {**own, "PARAPET_WITNESSES": self.asks} if self.asks else own

    def run(self, *words: str | Path, status: int | None = 0) -> Said:
        said = parapet(*words, timeout_s=LONGEST_S, **self.surroundings)
        assert status is None or said.status == status, (words, said.out, said.err)
        return said

    def make(self) -> None:
        self.run("init")
        self.witness_key = self.run("witness", "init", "--name", f"witness.{self.name}.example").out.strip()

    def ask(self, other: Instance) -> None:
        """The keys go both ways by hand, as people do it."""
        other.run("witness", "trust", self.run("log", "key").out.strip())
        self.asks = f"http://127.0.0.1:{other.witness_port}={other.witness_key}"

    def witness(self) -> None:
        self.running.append(started(["witness", "serve", "--port", str(self.witness_port)], **self.surroundings))

    def serve(self) -> subprocess.Popen[bytes]:
        self.running.append(started(["serve", "--no-browser", "--port", str(self.port)], **self.surroundings))
        return self.running[-1]

    def take_in(self, first: int, last: int) -> None:
        path = self.folder / f"{first}-{last}.mbox"
        path.write_bytes(many.mails(first, last))
        self.run("import", path, "--advocates", ADVOCATES)

    def is_cosigned_by(self, other: Instance) -> bool:
        """The newest state of the log."""
        return f"\N{EM DASH} witness.{other.name}.example " in self.run("log", "checkpoint").out

    def finding(self, name: str) -> dict[str, object]:
        """What `parapet doctor` says under this name."""
        found: list[dict[str, object]] = json.loads(self.run("doctor", "--json", status=None).out)
        [one] = [each for each in found if each["name"] == name]
        return one

    def screen(self, path: str) -> str:
        """A page of the served home, for its owner."""
        [link] = re.findall(r"http://\S+/enter/\S+", self.run("login-link").out)
        visitor = build_opener(HTTPCookieProcessor(CookieJar()))
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', visitor.open(link, timeout=60).read().decode())
        if token:
            visitor.open(link, f"csrfmiddlewaretoken={token[1]}".encode(), timeout=60).read()
        page: str = visitor.open(f"http://127.0.0.1:{self.port}{path}", timeout=60).read().decode()
        return page


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + LONGEST_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(1)  # what is asked takes a command each time


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Instance, Instance]]:
    both = [Instance(name, tmp_path / name, tmp_path / name / "home") for name in ("a", "b")]
    for each in both:
        each.folder.mkdir()
        each.make()
    both[0].ask(both[1])
    both[1].ask(both[0])
    try:
        for each in both:
            each.witness()
            each.serve()
        yield both[0], both[1]
    finally:
        for each in both:
            for process in each.running:
                stop(process)


def exported(one: Instance, other: Instance, name: str) -> dict[str, object]:
    """Every bag of `one` verifies for who has its log's key and the other's witness key; what the last says."""
    out, told = one.folder / name, {}
    bags = one.run("export", "--all", "-o", out).out.split()
    assert bags
    for bag in bags:
        checked = one.run("verify", bag, "--json", "--key", one.run("log", "key").out.strip(), "--witness", other.witness_key)
        told = checked.json["facts"]
        assert any(each["kind"] == "witness" and each["named"] for each in told["seen"]), told
    return told


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_each_witnesses_the_other_until_one_goes_back_in_time(pair: tuple[Instance, Instance]) -> None:
    a, b = pair
    a.take_in(0, 3)
    b.take_in(3, 6)
    for one, other in ((a, b), (b, a)):
        until(lambda one=one, other=other: one.is_cosigned_by(other), "the served home has its log cosigned")  # type: ignore[misc]
        assert "contradictions" not in exported(one, other, "first")
        assert one.finding("witness")["well"] and other.finding("witness of others")["well"]
        assert other.run("witness", "status").status == 0

    # B goes on, its witness sees it; then an older backup is restored, other things come in, and the log grows past where it was.
    shelf = b.folder / "backups"
    b.run("backup", shelf)
    b.take_in(6, 8)
    until(lambda: b.is_cosigned_by(a), "the newer state is cosigned")
    stop(b.running[-1])
    key = b.home / "keys" / "instance.key"
    b.home = b.folder / "restored"
    b.run("restore", shelf, "--home", b.home, "--key-file", key)
    b.serve()
    b.take_in(10, 40)

    until(lambda: "another history" in str(b.finding("witness")["said"]), "B's doctor says so")
    until(lambda: b.run("log", "contradictions", status=None).status == 1, "B's log says so")
    assert not b.finding("witness")["well"]
    assert "parapet log contradictions" in b.run("check").err
    until(lambda: "it had seen another log" in b.screen("/settings/"), "and B's screen")

    said = a.run("witness", "status", status=1).out
    assert "FORK" in said and "Cosigned here:" in said and "Refused:" in said
    assert not a.finding("witness of others")["well"]
    assert a.finding("witness")["well"], "A's own log is none the worse"
    assert not b.is_cosigned_by(a)

    # No bag of B hides it, before and after somebody says why; A goes on as before.
    for index in re.findall(r"^(\d+)  ", b.run("log", "contradictions", status=1).out, re.MULTILINE):
        b.run("log", "acknowledge", index, "--reason", "restored")
    bag = b.run("export", "--all", "-o", b.folder / "second").out.split()[-1]
    facts = b.run("verify", bag, "--json").json["facts"]
    assert facts["contradictions"] == facts["acknowledged"] >= 1
    a.take_in(40, 42)
    until(lambda: a.is_cosigned_by(b), "B's witness goes on confirming A's log")
    assert "contradictions" not in exported(a, b, "second")
