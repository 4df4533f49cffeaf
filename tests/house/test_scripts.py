"""The scripts behind `make` say what to type where they cannot help themselves, and find what is wrong with the French."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from support.house import ROOT

sys.path.insert(0, str(ROOT))
from scripts import french


@pytest.fixture
def machine(tmp_path):
    """A machine that has these programs and no others; `run` gives status, output and complaints."""

    class Machine:
        def __init__(self) -> None:
            for name in ("bash", "dirname", "env", "grep", "id", "mktemp", "rm", "tail"):
                (tmp_path / name).symlink_to(shutil.which(name))

        def has(self, name: str, script: str) -> None:
            (tmp_path / name).unlink(missing_ok=True)
            (tmp_path / name).write_text(f"#!{shutil.which('bash')}\n{script}\n")
            (tmp_path / name).chmod(0o755)

        def run(self, script: str, *arguments: str) -> tuple[int, str, str]:
            done = subprocess.run(
                [ROOT / "scripts" / script, *arguments],
                env={"PATH": str(tmp_path)},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            return done.returncode, done.stdout, done.stderr

    return Machine()


def test_a_python_that_is_too_old_is_named_in_a_sentence(machine):
    machine.has("python3", '[[ "$2" == *print* ]] && echo 3.10 || exit 1')
    status, said, complaint = machine.run("python.sh")
    assert (status, said) == (1, "")
    assert "needs Python 3.11 or newer, and this is Python 3.10" in complaint


def test_no_python_at_all_is_told_with_the_line_to_type(machine):
    status, _said, complaint = machine.run("python.sh")
    assert status == 1
    assert "sudo apt-get install python3 python3-venv" in complaint


def test_a_newer_python_beside_an_old_one_is_taken(machine):
    machine.has("python3", '[[ "$2" == *print* ]] && echo 3.10 || exit 1')
    machine.has("python3.12", '[[ "$2" == *print* ]] && echo 3.12 || exit 0')
    status, said, _complaint = machine.run("python.sh")
    assert status == 0
    assert said.strip().endswith("/python3.12")


def test_without_the_right_to_install_the_line_is_printed(machine):
    machine.has("id", "echo 1000")
    machine.has("apt-get", "echo must not be called; exit 7")
    status, said, complaint = machine.run("apt.sh", "Something is missing", "gettext", "openssl")
    assert (status, said) == (1, "")
    assert "  sudo apt-get install --no-install-recommends gettext openssl\n" in complaint


def test_a_sudo_that_asks_for_a_password_is_not_waited_for(machine):
    machine.has("id", "echo 1000")
    machine.has("apt-get", "exit 7")
    machine.has("sudo", '[ "$1" = -n ] || sleep 60; exit 1')
    assert machine.run("apt.sh", "Something is missing", "gettext")[0] == 1


def test_root_installs_and_fetches_the_list_of_packages_when_it_is_missing(machine, tmp_path):
    machine.has("id", "echo 0")
    machine.has(
        "apt-get", f'[ -e {tmp_path}/listed ] && exit 0; [[ "$*" == *update* ]] && echo >{tmp_path}/listed && exit 0; exit 100'
    )
    assert machine.run("apt.sh", "Something is missing", "gettext")[0] == 0


def test_an_installation_that_fails_says_what_to_type(machine):
    machine.has("id", "echo 0")
    machine.has("apt-get", "echo no network; exit 100")
    status, _said, complaint = machine.run("apt.sh", "Something is missing", "gettext")
    assert status == 1
    assert "no network" in complaint
    assert "apt-get update && " in complaint


@pytest.fixture
def package(tmp_path) -> Path:
    """A package with one sentence, and its French, compiled."""
    place = tmp_path / "parapet"
    (place / "locale/fr_CA/LC_MESSAGES").mkdir(parents=True)
    (place / "words.py").write_text('from django.utils.translation import gettext as _\nTEXT = _("%(n)s messages")\n')
    write_french(place, "%(n)s messages reçus")
    return place


def write_french(package: Path, sentence: str, *, english: str = "%(n)s messages", fuzzy: bool = False) -> None:
    file = polib.POFile()
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Language": "fr_CA"}
    file.append(polib.POEntry(msgid=english, msgstr=sentence, flags=["fuzzy"] if fuzzy else []))
    file.save(str(package / french.WRITTEN))
    french.compile_messages(package)


def test_true_french_has_no_fault(package):
    assert list(french.faults(package)) == []


def test_a_sentence_without_french_and_one_that_is_gone_are_told(package):
    write_french(package, "Bonjour", english="Hello")
    missing, stale = french.faults(package)
    assert missing == "words.py: no French for '%(n)s messages'"
    assert "'Hello'" in stale


@pytest.mark.parametrize(
    ("sentence", "fault"),
    [
        ("", "empty"),
        ("des messages", "fields"),
        ("%(m)s messages de %(n)s", "fields"),
        ("%(n)s messages : et plus", "plain space"),
        ("%(n)s messages ; et plus", "a space before"),
        ("%(n)s messages\u202f!", "a space before"),
    ],
)
def test_faulty_french_is_told(package, sentence, fault):
    write_french(package, sentence)
    assert fault in next(french.faults(package))


def test_a_guess_is_told(package):
    write_french(package, "%(n)s messages", fuzzy=True)
    assert "fuzzy" in next(french.faults(package))


def test_a_compiled_file_that_is_behind_is_told(package):
    before = (package / french.WRITTEN).with_suffix(".mo").read_bytes()
    write_french(package, "%(n)s autres messages")
    (package / french.WRITTEN).with_suffix(".mo").write_bytes(before)
    assert list(french.faults(package)) == ["django.mo is not what django.po says: run `make messages`"]
    (package / french.WRITTEN).with_suffix(".mo").unlink()
    assert list(french.faults(package)) == ["django.mo is missing: run `make messages`"]
