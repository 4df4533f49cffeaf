"""The command line as others rely on it: exit statuses, JSON, order, and calm sentences in both languages."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from support.limits import obey_permissions
from support.ports import free_port
from support.sample import ADVOCATES, NASTY, SAMPLE
from support.terminal import PARAPET, Said, parapet, surroundings

from parapet.cli.main import COMMANDS

FRENCH = "fr_CA.UTF-8"
LETTER = SAMPLE / "mail" / "001-thank-you.eml"
#: In the sample's letters: one of the five brings another within it.
ITEMS = 6


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on SQLite with some mail in it, made by the command; tests that change it copy it."""
    home = tmp_path_factory.mktemp("mailed") / "home"
    letters = sorted((SAMPLE / "mail").glob("*.eml"))
    said = parapet("import", *letters, "--advocates", ADVOCATES, "--json", PARAPET_HOME=str(home))
    assert said.status == 0, said.err
    assert said.json["found"] == said.json["new"] == ITEMS
    return home


@pytest.fixture
def own(mailed: Path, tmp_path: Path) -> Path:
    """A copy of that home to do anything with."""
    return Path(shutil.copytree(mailed, tmp_path / "own"))


def at(home: Path, *words: str | Path, **more: Any) -> Said:
    return parapet(*words, **{**more, "PARAPET_HOME": str(home)})


# import, items, triage


@pytest.mark.both_databases
def test_import_tells_what_became_of_everything(home: Any, tmp_path: Path) -> None:
    for name in ("truncated.json", "empty.json", "formula.csv"):
        shutil.copy(NASTY / name, tmp_path / name)
    paths = [tmp_path / "truncated.json", tmp_path / "empty.json", tmp_path / "formula.csv", LETTER]
    first = parapet("import", *paths, "--advocates", ADVOCATES, "--json")
    assert first.status == 3
    told = first.json
    assert told["found"] == told["new"] + told["already_there"] + told["refused"]
    assert (told["files"], told["not_judged"]) == (4, 0)
    assert {Path(r["file"]).name for r in told["refusals"]} == {"truncated.json", "empty.json"}
    assert all(
        r["reason"] in ("truncated", "empty") and r.keys() == {"file", "place", "reason", "detail"} for r in told["refusals"]
    )
    again = parapet("import", LETTER, "--advocates", ADVOCATES, "--json")
    assert (again.status, again.json["new"], again.json["already_there"]) == (0, 0, 1)
    lines = parapet("items", "--jsonl").lines
    assert len(lines) == told["new"] - told["versions"]


CONTRACT = {
    "uri": str, "channel": str, "advocate": (str, type(None)), "author": str, "sent_at": str, "lang": str, "text": str, "labels": list,
    "probabilities": dict, "severity": str, "urgency": str, "indicators": list, "campaign": (str, type(None)),
    "actor": (str, type(None)), "versions": int,
}  # fmt: skip


def test_items_have_the_fields_that_others_read(mailed: Path) -> None:
    from parapet.domain.judgement import Harm, Severity, Urgency

    lines = at(mailed, "items", "--jsonl").lines
    assert len(lines) == ITEMS
    for line in lines:
        assert {name: type(line[name]) for name in CONTRACT if not isinstance(line[name], CONTRACT[name])} == {}
        assert line.keys() - CONTRACT.keys() == {"id", "own", "gone", "assessed", "corrected"}
        assert set(line["probabilities"]) == {str(h) for h in Harm}
        assert set(line["labels"]) <= {str(h) for h in Harm}
        assert line["severity"] in {s.code for s in Severity}
        assert line["urgency"] in {u.code for u in Urgency}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["sent_at"])
    assert {line["advocate"] for line in lines} == {"adv-01"}


def test_triage_answers_every_line_in_order_and_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    texts = [{"id": f"n{n}", "text": f"Thank you, doctor {n} 🙏🏽", "lang": "en"} for n in range(300)]
    texts[7]["text"] = "I will kill you on Friday. I know where you park."
    given = "".join(json.dumps(row) + "\n" for row in texts) + 'not json\n{"id": "last", "text": "Merci."}\n'
    said = parapet("triage", "--jsonl", stdin=given.encode(), PARAPET_HOME=str(tmp_path / "none"))
    assert said.status == 0, said.err
    assert [line["id"] for line in said.lines] == [*(row["id"] for row in texts), None, "last"]
    wanted = {"id", "abusive", "probabilities", "labels", "severity", "urgency", "indicators", "abstain", "lang"}
    assert all(wanted <= line.keys() for line in said.lines if "error" not in line)
    assert said.lines[7]["severity"] == "critical"
    file = tmp_path / "in.jsonl"
    file.write_text(given)
    assert parapet("triage", file, "--jsonl").out == said.out
    assert not (tmp_path / "none").exists(), "triage keeps nothing"


def test_a_closed_pipe_ends_triage_quietly(tmp_path: Path) -> None:
    line = json.dumps({"id": "1", "text": "x" * 200})
    script = f"yes '{line}' | head -n 2000 | '{PARAPET}' triage --jsonl | head -n 1"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=surroundings(), timeout=600, check=False)
    assert json.loads(done.stdout)["id"] == "1"
    assert "Traceback" not in done.stderr


# export, verify


def test_verify_tells_sound_from_broken_from_no_bag(own: Path, tmp_path: Path) -> None:
    out = tmp_path / "bags"
    said = at(own, "export", "--all", "-o", out, "--lang", "fr")
    assert said.status == 0, said.err
    [bag] = [Path(line) for line in said.out.splitlines()]
    assert list(out.iterdir()) == [bag]
    assert parapet("verify", bag).status == 0
    assert parapet("verify", bag, "--json").json["state"] == "sound"
    original = next(bag.rglob("original.*"))
    original.write_bytes(original.read_bytes() + b" ")
    broken = parapet("verify", bag, "--json")
    assert (broken.status, broken.json["state"]) == (1, "broken")
    assert original.relative_to(bag).as_posix() in broken.out
    for nothing in (tmp_path, tmp_path / "none", LETTER):
        assert parapet("verify", nothing).status == 2
    assert at(own, "export", "--all", "--case", "cas_x", "-o", out).status == 2


# doctor, login-link


def test_doctor_says_what_is_well_and_what_is_missing(own: Path, tmp_path: Path) -> None:
    well = at(own, "doctor")
    assert well.status == 0, well.out
    assert f"{ITEMS} items" in well.out
    assert f"1 person, 3 advocates, {ITEMS} items, 0 cases, " in well.out, well.out
    assert f"1 personne, 3 personnes protégées, {ITEMS} messages, 0 dossier, " in at(own, "doctor", LANG=FRENCH).out
    found = at(own, "doctor", "--json").json
    assert all(f["well"] for f in found)
    (own / "keys" / "instance.key").chmod(0o644)
    assert "chmod 600" in at(own, "doctor").out
    (own / "keys" / "instance.key").unlink()
    ill = at(own, "doctor", LANG=FRENCH)
    assert ill.status == 1
    assert "PARAPET_KEY_FILE" in ill.out and "Remettez" in ill.out
    assert at(tmp_path / "none", "doctor").status == 1
    assert not (tmp_path / "none").exists(), "it changes nothing"


def test_a_login_link_works_once(own: Path) -> None:
    from support.terminal import started

    port = free_port()
    link = at(own, "login-link", PARAPET_PORT=str(port))
    assert link.status == 0, link.err
    [address] = link.out.split()
    assert re.fullmatch(rf"http://127\.0\.0\.1:{port}/enter/[\w-]{{40,}}/", address)
    serving = started(["serve", "--no-browser"], PARAPET_HOME=str(own), PARAPET_PORT=str(port))
    try:
        wait_until_answered(port)
        assert "Rivercrest" not in visit(address)[1]
        first, second = visit(address, button=True), visit(address, button=True)
        assert "adv_" in first[0], first
        assert "adv_" not in second[0], second
        # Wherever it is served: the settings of this other terminal need not say so.
        assert at(own, "login-link").out.startswith(f"http://127.0.0.1:{port}/enter/")
    finally:
        serving.send_signal(signal.SIGINT)
        assert serving.wait(200) in (0, 130)
    assert at(own, "login-link").out.startswith("http://127.0.0.1:8400/enter/")


def wait_until_answered(port: int, within_s: float = 300) -> None:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nobody answers")


def visit(address: str, *, button: bool = False) -> tuple[str, str]:
    """Where a fresh browser ends, and what it sees; `button` presses the button that signs in."""
    from urllib.error import HTTPError
    from urllib.parse import urlencode

    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    try:
        with browser.open(address, timeout=200) as page:
            shown = page.read().decode()
            if not button or "csrfmiddlewaretoken" not in shown:
                return page.url, shown
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
        assert token is not None
        form = urlencode({"csrfmiddlewaretoken": token[1]}).encode()
        request = urllib.request.Request(address, form, {"Referer": address, "Origin": address.split("/enter")[0]})
        with browser.open(request, timeout=200) as page:
            return page.url, page.read().decode()
    except HTTPError as error:
        return str(error.code), error.read().decode()


# Trouble


def no_key(home: Path) -> None:
    (home / "keys" / "instance.key").unlink()


def other_key(home: Path) -> None:
    no_key(home)
    from parapet.evidence.keys import InstanceKey

    InstanceKey.create(home / "keys" / "instance.key")


def torn_key(home: Path) -> None:
    (home / "keys" / "instance.key").write_text("x\x1b[31m\n")


def no_home(home: Path) -> None:
    shutil.rmtree(home)


def read_only(home: Path) -> None:
    for path in [*home.rglob("*"), home]:
        path.chmod(0o500 if path.is_dir() else 0o400)


TROUBLES = [
    (no_key, "vault.key_missing"),
    (other_key, "vault.key_wrong"),
    (torn_key, "vault.key_wrong"),
    (no_home, "home.missing"),
    (read_only, "home.unwritable"),
]


@pytest.mark.parametrize(("trouble", "code"), TROUBLES, ids=[t.__name__ for t, _ in TROUBLES])
def test_trouble_is_one_calm_sentence_with_its_code(own: Path, tmp_path: Path, trouble: Any, code: str) -> None:
    trouble(own)
    for words, more in (
        (("items", "--jsonl"), {}),
        (("import", LETTER), {"LANG": FRENCH}),
        (("export", "--all", "-o", tmp_path / "out"), {}),
    ):
        if trouble is no_home and words[0] == "import":
            continue  # it makes one
        said = at(own, *words, before=obey_permissions, **more)
        assert f"[{code}]" in said.calm(), words
        assert said.out == ""
        said.inert()


def test_other_trouble_has_its_code_too(own: Path, tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('{"not": "a list"}')
    wanted = {
        ("import", LETTER, "--advocate", "nobody"): "reference.unknown",
        ("import", LETTER, "--advocates", tmp_path / "list.json"): "request.refused",
        ("export", "--case", "cas_0000000000zzz", "-o", tmp_path / "out"): "access.not_found",
    }
    for words, code in wanted.items():
        assert f"[{code}]" in at(own, *words).calm()
    assert "[setting.refused]" in at(LETTER, "items", "--jsonl").calm()
    assert "[setting.refused]" in at(own, "items", "--jsonl", PARAPET_PORT="many").calm()
    opened = {"PARAPET_HOST": "0.0.0.0", "PARAPET_ALLOWED_HOSTS": "clinic-server"}
    assert "[setting.plain_http]" in at(own, "serve", **opened).calm()
    assert "adresse https" in at(own, "items", "--jsonl", LANG=FRENCH, **opened).calm()
    looked = at(own, "doctor", PARAPET_UNSAFE_PLAIN_HTTP="1", **opened)
    assert looked.status == 1 and "plain http" in looked.out
    unreachable = at(own, "items", "--jsonl", PARAPET_DATABASE_URL="postgresql://a:b@127.0.0.1:1/none")
    assert "[home.database_unreachable]" in unreachable.calm()


def test_a_port_that_is_taken_is_said(own: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = at(own, "serve", "--no-browser", "--port", str(taken.getsockname()[1]))
        assert "[serve.port_taken]" in said.calm()


def test_in_french_everything_is_french(own: Path, tmp_path: Path) -> None:
    done = at(own, "import", LETTER, NASTY / "empty.json", LANG=FRENCH)
    assert done.status == 3
    assert "déjà présents" in done.err and "empty.json\u00a0: le fichier est vide" in done.err
    assert "already" not in done.err
    torn = at(own, "import", NASTY / "ragged.csv", LANG=FRENCH).err
    assert "(colonnes attendues\u00a0: 2; trouvées\u00a0: 5)" in torn and "expected" not in torn
    assert "PARAPET_PORT doit être un nombre" in at(own, "items", "--jsonl", LANG=FRENCH, PARAPET_PORT="many").calm()
    looked = at(own, "doctor", LANG=FRENCH)
    assert re.search(r"^ok espace libre\u00a0: \d+,\d Go$", looked.out, re.MULTILINE), looked.out
    assert "PARAPET_DEBUG doit valoir 0 ou 1." in at(own, "doctor", LANG=FRENCH, PARAPET_DEBUG="yes").out
    for trouble, sentence in ((no_key, "La clé qui ouvre le coffre"), (no_home, "Il n'y a pas de Parapet")):
        trouble(own)
        assert sentence in at(own, "items", "--jsonl", LANG=FRENCH).calm()
    assert "VÉRIFIÉ" in parapet("verify", tmp_path, LANG=FRENCH).out.upper()


def test_every_command_explains_itself() -> None:
    said = parapet("--help")
    assert [name for name in COMMANDS if name not in said.out] == []
    assert parapet("imports").status == 2


HOSTILE_NAMES = (
    "a\x1b[31mred\x1b[0m.json", "b\rover.json", "c\x07\x9b2J.json", "d\u202egnp.json", "e\udcff.json", "f\nparapet: all is well.json",
)  # fmt: skip


def test_hostile_file_names_do_not_reach_the_terminal(own: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in HOSTILE_NAMES:
        (folder / name).write_bytes(b"")
    for options in ((), ("--names",)):
        said = at(own, "import", folder, *options)
        assert said.status == 3
        said.inert()
        assert "\u202e" not in said.err
        assert len(re.findall("^  .* is empty$", said.err, re.MULTILINE)) == len(HOSTILE_NAMES)
        assert not re.search("^parapet: all", said.err, re.MULTILINE)
    told = at(own, "import", folder, "--json")
    told.inert()
    assert [r["reason"] for r in told.json["refusals"]] == ["empty"] * len(HOSTILE_NAMES)


def test_what_was_refused_is_counted_and_named_only_when_asked(own: Path, tmp_path: Path) -> None:
    abuse = "You will be sorry"
    folder, typed = tmp_path / "in", tmp_path / "typed.csv"
    folder.mkdir()
    typed.write_text("Date,From,Message\n2026-11-20 09:16,short\n")
    (folder / f"{abuse}.json").write_bytes(b"")
    with zipfile.ZipFile(folder / "zipped.zip", "w") as zipped:
        zipped.writestr("sound.eml", LETTER.read_bytes())
        zipped.writestr(f"{abuse} again.eml", b"")
    said = at(own, "import", folder, typed)
    assert said.status == 3
    assert abuse not in said.out + said.err and "zipped.zip" not in said.err
    lines = said.err.splitlines()
    assert f"  {folder}, file 1: the file is empty" in lines
    assert f"  {folder}, file 2, member 2: the file is empty" in lines
    assert any(line.startswith(f"  {typed}, row 2: ") for line in lines)
    assert "3 refused" in said.err and "--names" in lines[-1]
    named = at(own, "import", folder, typed, "--names").err
    assert f"  {folder}/{abuse}.json: the file is empty" in named
    assert f"  {folder}/zipped.zip, {abuse} again.eml: the file is empty" in named and "--names" not in named
    assert f"{folder}, fichier 2, élément 2" in at(own, "import", folder, LANG=FRENCH).err
    told = at(own, "import", folder, typed, "--json")
    assert {Path(r["file"]).name for r in told.json["refusals"]} == {f"{abuse}.json", "zipped.zip", "typed.csv"}
    assert abuse not in told.err


# demo


class Demo:
    """`parapet demo`, running, with what it has said so far in a file."""

    def __init__(self, home: Path, output: Path) -> None:
        self.output = output
        self.began = time.monotonic()
        with output.open("wb") as out:
            self.process = subprocess.Popen(
                [PARAPET, "demo", "--no-browser", "--home", home],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=surroundings(),
            )

    @property
    def said(self) -> str:
        return self.output.read_text("utf-8")

    def link(self, within_s: float) -> str:
        until = self.began + within_s
        while time.monotonic() < until and self.process.poll() is None:
            if found := re.search(r"http://127\.0\.0\.1:\d+/enter/\S+/", self.said):
                return found[0]
            time.sleep(0.05)
        raise AssertionError(self.said)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(300) in (0, 130), self.said
        assert "Traceback" not in self.said


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()
            demo.process.wait()


@pytest.mark.slow
def test_the_demo_starts_stops_and_goes_on_where_it_was(tmp_path: Path, demos: list[Demo]) -> None:
    demos.append(first := Demo(tmp_path / "home", tmp_path / "first.txt"))
    url, _ = visit(first.link(900), button=True)
    assert "adv_" in url
    assert re.search(r"[1-9]\d{3} messages", first.said)
    first.stop()
    demos.append(second := Demo(tmp_path / "home", tmp_path / "second.txt"))
    second.link(600)
    second.stop()
    assert "sample" not in second.said, "nothing is taken in again"


def test_ctrl_c_in_the_middle_of_an_import_ends_it_quietly(tmp_path: Path) -> None:
    """Once the log of the new home has entries; again with another home, should that have been too late."""
    for number in range(20):
        home = tmp_path / f"home-{number}"
        process = subprocess.Popen(
            [PARAPET, "import", SAMPLE, "--advocates", ADVOCATES],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=surroundings(PARAPET_HOME=str(home)),
        )
        while process.poll() is None and not has_entries(home):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=600)
        assert b"Traceback" not in said
        if process.returncode:
            break
    assert process.returncode
    assert parapet("check", PARAPET_HOME=str(home)).status == 0


def has_entries(home: Path) -> bool:
    with (
        contextlib.suppress(sqlite3.Error),
        contextlib.closing(sqlite3.connect(f"file:{home}/parapet.sqlite3?mode=ro", uri=True)) as db,
    ):
        return bool(db.execute("SELECT size FROM records_loghead WHERE size > 20").fetchone())
    return False


def test_a_bag_goes_out_encrypted_or_with_something_withheld(own: Path, tmp_path: Path) -> None:
    """Nothing is left in the clear beside the encrypted file, and a secret key given by mistake is not repeated."""
    import pyrage

    officer, out = pyrage.x25519.Identity.generate(), tmp_path / "out"
    said = at(
        own, "export", "--all", "-o", out, "--encrypt-to", str(officer.to_public()), "--encrypt-to", str(officer.to_public())
    )
    assert said.status == 0, said.err
    names = sorted(path.name for path in out.iterdir())
    assert names
    assert all(name.endswith(".zip.age") for name in names)
    assert said.out.split() == [str(out / name) for name in names]
    assert pyrage.decrypt((out / names[0]).read_bytes(), [officer])[:2] == b"PK"
    left = [path.name for path in (own / "run").rglob("*") if path.name.startswith(("bag-", "reading-"))]
    assert left == []
    refused = at(own, "export", "--all", "-o", tmp_path / "no", "--encrypt-to", str(officer))
    assert refused.status == 2
    assert str(officer) not in refused.out + refused.err
    assert not (tmp_path / "no").exists()
    case = names[0].partition("-")[0]
    (tmp_path / "spec.json").write_text('{"items": {"itm_0000000000000": "privacy"}}')
    refused = at(own, "export", "--case", case, "-o", tmp_path / "no", "--redact", tmp_path / "spec.json")
    assert "not in this case" in refused.err
    assert at(own, "export", "--all", "-o", out, "--redact", tmp_path / "spec.json").status == 2
    bag = Path(at(own, "export", "--case", case, "-o", out).out.split()[-1])
    item = next(path.name for path in (bag / "data/items").iterdir())
    (tmp_path / "spec.json").write_text(f'{{"items": {{"{item}": "safety"}}}}')
    redacted = at(own, "export", "--case", case, "-o", out, "--redact", tmp_path / "spec.json")
    assert redacted.status == 0, redacted.err
    checked = at(own, "verify", redacted.out.split()[-1])
    assert checked.status == 0
    assert "Withheld for somebody's safety" in checked.out
