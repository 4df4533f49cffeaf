"""Every command of VERIFY.txt, run as it stands in the bag by a shell that knows nothing of us, and what the tools say to it.

The bag has all that a bag can have outside: two time authorities, and documents that an organisation signed (PAdES B-LT). What was
said stands in docs/reference/public-tools.md, written by this file: WRITE_DOCS=1 pytest this file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.authority import Authority, serve
from support.homes import Homes, close_connections
from support.house import ROOT
from support.issuer import issuing
from support.sample import ADVOCATES, SAMPLE
from support.terminal import parapet

PAGE = ROOT / "docs/reference/public-tools.md"
BEGIN, END = "<!-- written by tests/evidence/test_public_tools.py -->\n", "<!-- until here -->\n"
#: Who opens an encrypted bag has `age`, and puts his own key's name there.
_OPENING = ("age -d", "unzip bag.zip")
_INSTALL = re.compile(r"^ *python3 -m pip install [\w-]+(?: && |$)", re.MULTILINE)
#: What another run, machine or home says otherwise: a pattern, and what stands for it on the page; None for a line left out.
_VARYING: list[tuple[str, str | None]] = [
    (r"^Using configuration from .*$", None),
    (r"^.*INFO - Verifying checksum .*$", None),
    (r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ - ", ""),
    (r"[0-9a-f]{64}", "<64 hex digits>"),
    (r"Fingerprint=[0-9A-F:]+", "Fingerprint=<fingerprint>"),
    (r"\bSHA256:[\w+/]{43}", "SHA256:<fingerprint>"),
    (r"parapet/[0-9a-f]{16}(?:\+[0-9a-f]{8}\+[\w+/=]+)?", "<the log's name>"),
    (r"at most \d+ min", "at most <n> min"),
    (r"Checkpoint: \d+", "Checkpoint: <size>"),
    (r"\b(?:itm|cas)_[0-9a-z]{13}", "<id>"),
    (r"Time stamp: .*", "Time stamp: <time>"),
    (r"Signing Time: .*", "Signing Time: <time>"),
    (r"Signed Ranges: .*", "Signed Ranges: <ranges>"),
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?: ?UTC|Z)?", "<time>"),
    (r"[\w+/]{43}=", "<44 letters>"),
]


@pytest.fixture(scope="module")
def bag(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two letters of the sample, taken in, stamped and exported by the command."""
    folder = tmp_path_factory.mktemp("tools")
    other = Authority(folder / "second", "second", "ec", between=True)
    with homes.home(folder / "home", None) as home, issuing(folder / "first") as issuer, serve(other) as second:
        close_connections()
        settings = {
            "PARAPET_HOME": str(home.home),
            "PARAPET_SIGNING_P12": str(issuer.p12),
            "PARAPET_SIGNING_PASSPHRASE_FILE": str(issuer.passphrase),
            "PARAPET_TIME_AUTHORITIES": f"first {issuer.url}tsa {issuer.chain}; second {second.url} {other.chain}",
        }
        letters = sorted((SAMPLE / "mail").glob("*.eml"))
        said = parapet("import", *letters, "--advocates", ADVOCATES, timeout_s=300, **settings)
        assert said.status in (0, 3), said.err
        said = parapet("export", "--all", "-o", folder / "bags", timeout_s=300, **settings)
        assert said.status == 0, said.err
        found = min((each for each in (folder / "bags").iterdir()), key=lambda each: len(list((each / "data/items").iterdir())))
        assert len(list(found.glob("data/checkpoints/*/*.tsr"))) == 2
        yield found


def blocks(bag: Path, language: int) -> list[str]:
    """The commands that VERIFY.txt gives, a block each, as they stand in the file; `language` 0 for English, 1 for French."""
    text = (bag / "VERIFY.txt").read_text("utf-8").split("-" * 120)[language]
    return [re.sub("^    ", "", block, flags=re.MULTILINE) for block in re.findall(r"(?:^    .+\n)+", text, re.MULTILINE)]


def runnable(block: str, bag: Path) -> str:
    """A block with the key that the sender told, and without what would be installed from the network."""
    key = (bag / "data/log-key.txt").read_text().strip()
    return _INSTALL.sub("", re.sub(r'"(?:NAME|NOM)\+[^"]+"', f'"{key}"', block))


def run(commands: list[str], bag: Path, home: Path) -> list[str]:
    """Run blocks one after another in one clean shell, which stops at the first failure; what each printed, both streams as they come."""
    home.mkdir()
    mark = "=== next ===\n"
    tools = f"{Path(sys.executable).parent}{os.pathsep}/usr/bin{os.pathsep}/bin"
    clean = {"PATH": tools, "HOME": str(home), "TMPDIR": str(home), "LC_ALL": "C.UTF-8"}
    if "PYTHONPATH" in os.environ:  # the checkout that is tested, where it is not the one that is installed
        clean["PYTHONPATH"] = os.environ["PYTHONPATH"]
    script = f"printf '{mark}'\n".join(commands)
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-euo", "pipefail"],
        input=script, cwd=bag, env=clean,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    said = done.stdout.split(mark)
    assert len(said) == len(commands)
    return said


def steady(said: str) -> str:
    """What a tool said, as any run on any machine says it; of lines of digests that are then alike the first."""
    for pattern, shown in _VARYING:
        said = re.sub(pattern + ("\n" if shown is None else ""), shown or "", said, flags=re.MULTILINE)
    lines = said.splitlines()
    return "\n".join(
        line for line, before in zip(lines, [None, *lines], strict=False) if line != before or not line.startswith("<64")
    )


@pytest.mark.parametrize("language", [0, 1], ids=["English", "French"])
def test_every_command_of_the_instructions_works_as_it_stands(bag: Path, tmp_path: Path, language: int) -> None:
    before = {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()}
    given = [block for block in blocks(bag, language) if not block.startswith(_OPENING)]
    assert len(given) == 8, "each step has its commands"
    said = "".join(run([runnable(block, bag) for block in given], bag, tmp_path / "clean"))
    assert said.count("Signature Verified Successfully") == 2
    assert said.count("Verification: OK") == 2
    assert said.count("Signature is Valid.") == said.count("Total document signed") == 6
    assert 'Good "parapet-bag-seal" signature' in said and "Conforms: True" in said
    assert {path: path.read_bytes() for path in bag.rglob("*") if path.is_file()} == before, "looking changes nothing"


def test_the_two_languages_give_the_same_commands(bag: Path) -> None:
    def plain(block: str) -> str:
        return block.replace(" --lang fr", "").replace("NOM+EMPREINTE", "NAME+HASH").replace("NOM", "NAME")

    english, french = ([plain(block) for block in blocks(bag, language)] for language in (0, 1))
    assert english == french


def test_the_page_has_what_they_say(bag: Path, tmp_path: Path) -> None:
    given = [block for block in blocks(bag, 0) if not block.startswith(_OPENING)]
    shown = []
    for block, said in zip(given, run([runnable(block, bag) for block in given], bag, tmp_path / "clean"), strict=True):
        asked = "\n".join(("$ " if line[:1] != " " and not inside else "> ") + line for line, inside in with_place(block))
        shown += ["```console", asked, *filter(None, [steady(said)]), "```", ""]
    told = "\n".join(shown).rstrip("\n") + "\n"
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(before + BEGIN + told + END + rest.partition(END)[2], "utf-8")
    else:
        assert told == rest.partition(END)[0]


def with_place(block: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it goes on with what a line before it began."""
    within = False
    for line in block.splitlines():
        yield line, within
        within = within or (line.startswith("for ") and not line.endswith("done"))
        within = within and line != "done"
