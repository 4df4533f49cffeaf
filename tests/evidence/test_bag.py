"""The bag: whole or not there, bounded, inert, and good to every public tool."""

import ast
import csv
import io
import json
import os
import re
import subprocess
import sys
import tracemalloc
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from evidence.bags import FOREIGN, KEY, OURS, case_of, sha
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.errors import HomeUnwritable, LogBroken, RequestRefused, SealBroken
from parapet.evidence import seal
from parapet.evidence.bag import write_bag
from parapet.evidence.instructions import TEXT
from parapet.evidence.onefile import one_file
from parapet.evidence.signer import home_signer
from parapet.evidence.tables import csv_table, neutral

CASE_HERE = case_of(signer=home_signer(OURS))


@pytest.fixture(scope="module")
def bag(tmp_path_factory):
    return write_bag(tmp_path_factory.mktemp("bags") / "case", CASE_HERE)


def run(command, folder, **more):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=600, **more)


def test_sha256sum_and_bagit_accept_it(bag):
    """Public tools that know nothing of us."""
    for name in ("sha256", "sha512"):
        said = run([f"{name}sum", "-c", "--strict", f"manifest-{name}.txt", f"tagmanifest-{name}.txt"], bag)
        assert (said.returncode, said.stderr) == (0, "")
    said = run([sys.executable, "-m", "bagit", "--validate", "."], bag)
    assert said.returncode == 0, said.stderr


def test_the_instructions_work_word_for_word(bag):
    """Every command in VERIFY.txt that needs no network, as a shell reads it."""
    for language in TEXT.split("-" * 120):
        blocks = [b for b in language.split("\n\n") if b.startswith("    ") and "--key" not in b and "age -d" not in b]
        commands = "\n".join(line for block in blocks for line in block.splitlines() if "pip install" not in line)
        tools = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        said = run(["bash", "-euo", "pipefail", "-c", commands], bag, env={**os.environ, "PATH": tools})
        assert said.returncode == 0, said.stderr + said.stdout
        assert said.stdout.count("Signature Verified Successfully") == 2
        assert said.stdout.count("OK") == 6
        assert said.stdout.count('Good "parapet-bag-seal" signature for log with ED25519 key') == 1
        assert "Signature is Valid." in said.stdout
        assert "Conforms: True" in said.stdout
        (printed,) = re.findall("Fingerprint=([0-9A-F:]+)", said.stdout)
        assert printed.replace(":", "").lower() == home_signer(OURS).sha256
        assert sha((bag / "data/items/itm_0000000000000/v1/original.eml.txt").read_bytes()) in said.stdout


def test_the_one_file_verifier_needs_nothing_but_python(bag):
    """-I and -S: no site packages, no environment; it leaves nothing behind in the bag."""
    before = sorted(bag.rglob("*"))
    for arguments, code in ((["--key", KEY], 0), ([], 0), (["--lang", "fr"], 0), (["/nonexistent"], 2)):
        said = run([sys.executable, "-I", "-S", "verify.py", *arguments], bag)
        assert (said.returncode, said.stderr) == (code, "")
    assert sorted(bag.rglob("*")) == before
    assert b"parapet.evidence" not in one_file()
    assert b"import attrs" not in one_file()
    assert one_file() == (bag / "verify.py").read_bytes()


def test_the_one_file_verifier_is_of_old_python_and_of_the_standard_library():
    """Officers' computers are not new. 3.9 is what Debian 11 has."""
    tree = ast.parse(one_file(), feature_version=(3, 9))
    roots = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            roots.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            roots.add(str(node.module).split(".")[0])
    assert roots <= sys.stdlib_module_names
    assert "match" not in {type(node).__name__.lower() for node in ast.walk(tree)}


def test_what_it_holds(bag):
    """Originals to the byte, the description, the documents."""
    case = json.loads((bag / "data/case.json").read_text())
    assert (case["items"], case["versions"], case["events"]) == (3, 4, 5)
    assert case["documents"] == ["dossier.pdf", "notes.txt", "signing-certificate.pem"]
    for item in CASE_HERE.items:
        for number, version in enumerate(item.versions, 1):
            folder = bag / "data/items" / item.id / f"v{number}"
            (original,) = folder.glob("original.*")
            assert original.read_bytes() == version.raw
            assert (folder / "leaf.json").read_bytes() == version.leaf
            assert (folder / "face.json").read_bytes() == version.face
        facts = json.loads((bag / "data/items" / item.id / "item.json").read_text())
        assert [v["log_index"] for v in facts["versions"]] == [v.index for v in item.versions]
        assert facts["versions"][0]["member"] == "inbox/été.json"


def test_html_and_mail_and_the_unknown_do_not_open_by_a_double_click(bag):
    """Nothing here runs in a browser, loads an image or calculates."""
    names = {path.name for path in bag.rglob("original.*")}
    assert names == {"original.eml.txt", "original.html.txt"}


def test_the_chronology_calculates_nothing(bag):
    raw = (bag / "data/chronology.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert len(rows) == 4
    assert rows[0]["text"] == "'=HYPERLINK(0)\n@all"
    assert (rows[0]["author_handle"], rows[0]["subject"]) == ("'+evil", "'-1")
    assert rows[0]["captured_at"].endswith("Z")


@given(st.text(max_size=12), st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", " =", "\n="]))
def test_no_cell_is_a_formula(tail, start):
    """Nor does a cell end early, or start another row."""
    table = csv_table(["a", "b"], [[start + tail, "x"]])
    rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""), strict=True))
    assert len(rows) == 2
    assert len(rows[1]) == 2
    assert not rows[1][0].lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert neutral("plain") == "plain"


def test_nothing_is_ever_overwritten(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "empty")
    (tmp_path / "empty").mkdir()
    for name in ("there", "file", "link"):
        with pytest.raises(RequestRefused):
            write_bag(tmp_path / name, case_of())
    assert write_bag(tmp_path / "empty", case_of()).joinpath("bagit.txt").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "file", "link", "there"]


def changed(case, **given):
    """`case` with its first item's first version changed."""
    first = case.items[0]
    version = evolve(first.versions[0], **given)
    return evolve(case, items=[evolve(first, versions=[version, *first.versions[1:]]), *case.items[1:]])


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda c: changed(c, raw=b"other"), SealBroken),
        (lambda c: changed(c, face=b"{}"), SealBroken),
        (lambda c: changed(c, index=c.items[0].versions[0].index + 1), LogBroken),
        (lambda c: changed(c, proof=[]), LogBroken),
        (lambda c: changed(c, leaf=c.events[0].leaf), LogBroken),
        (lambda c: evolve(c, items=c.items[1:]), LogBroken),
        (lambda c: evolve(c, items=[evolve(c.items[0], id="itm_other"), *c.items[1:]]), SealBroken),
        (lambda c: evolve(c, items=[c.items[1], c.items[1]]), ValueError),
        (lambda c: evolve(c, items=[evolve(c.items[0], versions=[])]), ValueError),
        (lambda c: evolve(c, events=c.events[:-1]), LogBroken),
        (lambda c: evolve(c, events=c.events[1:]), LogBroken),
        (lambda c: evolve(c, events=[], items=[]), LogBroken),
        (lambda c: case_of(left_out=1), LogBroken),
        (lambda c: evolve(c, title="Trifles"), LogBroken),
        (lambda c: evolve(c, exported_at=c.exported_at + timedelta(days=200)), LogBroken),
        (lambda c: evolve(c, head=seal.Head(1, "0" * 64)), LogBroken),
        (lambda c: evolve(c, checkpoint=case_of(key=FOREIGN).checkpoint), LogBroken),
        (lambda c: evolve(c, files=[("../escape.txt", b"")]), ValueError),
        (lambda c: evolve(c, files=[("a b.txt", b"")]), ValueError),
        (lambda c: evolve(c, id="cas/../x"), ValueError),
        (lambda c: evolve(c, files=[("a.txt", b""), ("a.txt", b"")]), HomeUnwritable),
    ],
)
def test_a_bag_that_would_not_verify_is_not_made(tmp_path, spoil, error):
    with pytest.raises(error):
        write_bag(tmp_path / "bag", spoil(case_of()))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_leaves_nothing(tmp_path):
    """The system's own limit on the size of a file stands in for a disk without room."""
    program = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from evidence.bags import case_of
from parapet.domain.errors import HomeUnwritable
from parapet.evidence.bag import write_bag
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
case = case_of(3, raw_bytes=100_000)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    write_bag(Path(sys.argv[1]), case)
except HomeUnwritable:
    print("told")
"""
    tests = Path(__file__).parents[1]
    surroundings = {**os.environ, "PYTHONPATH": str(tests.parent / "src")}
    said = run([sys.executable, "-c", program, str(tmp_path / "bag"), str(tests)], tests, env=surroundings)
    assert said.stdout == "told\n", said.stderr
    assert list(tmp_path.iterdir()) == []


def test_memory_is_that_of_one_item(tmp_path):
    """Two hundred items of 400 kB each, made as they are asked for."""
    small = case_of(200)
    big = case_of(200, raw_bytes=400_000)
    lengths = [version.raw for item in big.items for version in item.versions]
    assert sum(map(len, lengths)) > 80_000_000
    case = evolve(big, items=iter(big.items))
    del small, lengths
    tracemalloc.start()
    write_bag(tmp_path / "bag", case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


def test_no_name_stands_twice_in_the_one_file():
    """Its parts share one namespace: the later of two would quietly be taken for the earlier."""
    tree = ast.parse(one_file())
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    defined += [
        target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)
    ]
    assert len(defined) > 50
    assert [name for name, count in Counter(defined).items() if count > 1] == []
