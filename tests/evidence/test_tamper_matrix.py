"""Over a real bag, made by the real command: every kind of tampering is refused and named, and public tools accept the honest bag.

What they say to each kind stands in docs/reference/tampering.md, written by this file: WRITE_DOCS=1 pytest this file.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest
from attrs import evolve
from evidence import tampering
from evidence.bags import reseal
from evidence.tampering import Held, Kind, tamper
from evidence.tampering_hidden import HIDDEN
from evidence.tampering_outside import OUTSIDE, late, stated
from evidence.whole import whole_bag
from support.homes import Homes
from support.house import ROOT
from support.terminal import parapet

from parapet.evidence.verify import verify

KINDS = (*tampering.KINDS, *OUTSIDE, *HIDDEN)
PAGE = ROOT / "docs/reference/tampering.md"
BEGIN, END = "<!-- written by tests/evidence/test_tamper_matrix.py -->\n", "<!-- until here -->\n"
BY = {"anybody": "anybody", "forger": "a forger, lists made anew", "insider": "an insider, signed anew"}


@pytest.fixture(scope="module")
def true(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    with whole_bag(homes, tmp_path_factory.mktemp("true")) as held:
        yield held


@pytest.fixture
def held(true: Held, tmp_path: Path) -> Held:
    return evolve(true, bag=shutil.copytree(true.bag, tmp_path / "bag"))


def key_of(held: Held) -> str:
    from parapet.evidence.checkpoint import verifier_key

    return verifier_key(held.key.origin, held.key.signing())


def by_lists(bag: Path) -> str:
    """What sha256sum says."""
    command = ["sha256sum", "-c", "--quiet", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
    return "refused" if subprocess.run(command, cwd=bag, capture_output=True, check=False).returncode else "accepted"


def by_bagit(bag: Path) -> str:
    """What bagit.py says."""
    logging.disable(logging.CRITICAL)
    try:
        bagit.Bag(str(bag)).validate()
    except (bagit.BagError, OSError, UnicodeError):
        return "refused"
    finally:
        logging.disable(logging.NOTSET)
    return "accepted"


@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_it_is_refused_and_named(kind: Kind, true: Held, held: Held) -> None:
    tamper(kind, held)
    kept = {"bag": str(true.older), "checkpoint": str(true.bag / "data/checkpoint.txt")}.get(kind.earlier)
    witnesses = [true.witness] if kind.earlier == "witness" else []
    authorities = true.chains[:1] if kind.earlier == "authority" else []
    if kind.earlier:
        assert verify(held.bag, trusted=[key_of(true)]).sound, "without what was kept, nothing tells"
    report = verify(held.bag, trusted=[key_of(true)], earlier=kept, witnesses=witnesses, authorities=authorities)
    codes = {fault.code for fault in report.faults}
    assert report.state == "broken"
    assert set(kind.faults) <= codes, sorted(codes)
    assert kind.earlier or any(fault.file for fault in report.faults if fault.code in kind.faults), "and the file is named"
    assert "bag.unchecked" not in codes


def test_the_bag_holds_all_that_a_bag_can_hold(true: Held) -> None:
    """Else a kind of the table would tamper with nothing."""
    there = {path.name for path in true.bag.rglob("*")}
    assert there > {
        "one.tsr",
        "two.tsr",
        "witness-keys.txt",
        "redacted.txt",
        "withheld.json",
        "redactions.json",
        "erased.json",
        "source.json",
    }
    assert len(KINDS) > 100


def test_words_over_the_export_itself_that_are_taken_out_are_told(true: Held, held: Held) -> None:
    """They come after the last entry, so no entry holds them; but it holds who was asked."""
    assert "n.asked" not in dict(verify(held.bag, trusted=[key_of(true)]).not_proven)
    folder = late(held)
    (folder / "one.tsr").unlink()
    stated(held, folder, tokens=["two"])
    reseal(held.bag, held.key, held.key.origin)
    report = verify(held.bag, trusted=[key_of(true)])
    assert report.sound
    assert dict(report.not_proven)["n.asked"] == {"n": 3, "m": 2}


def test_the_honest_bag_is_accepted_by_everybody(true: Held) -> None:
    for earlier in (None, str(true.older), str(true.older / "data/checkpoint.txt"), str(true.bag)):
        report = verify(true.bag, trusted=[key_of(true)], earlier=earlier)
        assert report.sound, report.faults
    assert by_lists(true.bag) == by_bagit(true.bag) == "accepted"


@pytest.mark.parametrize(
    ("what", "fault"), [("nothing", "earlier.form"), ("junk", "earlier.form"), ("another", "earlier.other_log")]
)
def test_what_is_no_earlier_checkpoint_of_this_log(true: Held, tmp_path: Path, what: str, fault: str) -> None:
    from evidence.bags import make_bag

    kept = tmp_path / "kept"
    if what == "junk":
        kept.write_bytes(b"\xff" * 100)
    elif what == "another":
        make_bag(kept)
    said = parapet("verify", true.bag, "--earlier", kept)
    assert said.status == 1
    assert f"[{fault}]" in said.out


def row(kind: Kind, true: Held, folder: Path) -> str:
    """What the usual tools say to this kind, as a line of the page."""
    held = evolve(true, bag=shutil.copytree(true.bag, folder / "bag"))
    tamper(kind, held)
    by_name = f", by a reader who names the {kind.earlier}"
    with_kept = f", with the {kind.earlier} that was kept" if kind.earlier in ("bag", "checkpoint") else by_name
    with_kept = with_kept if kind.earlier else ""
    faults = ", ".join(f"`{code}`" for code in kind.faults)
    said = f"| {kind.name} | {BY[kind.by]} | {by_lists(held.bag)} | {by_bagit(held.bag)} | {faults}{with_kept} |"
    shutil.rmtree(folder)
    return said


@pytest.mark.slow
def test_the_page_says_so(true: Held, tmp_path: Path) -> None:
    rows = [row(kind, true, tmp_path / "kind") for kind in KINDS]
    table = ["| what was done | by | `sha256sum -c` | `bagit.py` | `parapet verify` names |", "|---|---|---|---|---|", *rows]
    said = "\n".join(["## Tampered with", "", *table]) + "\n"
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    if os.environ.get("WRITE_DOCS"):
        PAGE.write_text(before + BEGIN + said + END + rest.partition(END)[2], "utf-8")
    else:
        assert said == rest.partition(END)[0]
