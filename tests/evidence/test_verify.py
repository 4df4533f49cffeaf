"""Nothing that was done to a bag is accepted, and every fault has a name."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from evidence.bags import (
    CASE,
    FOREIGN,
    FOREIGN_KEY,
    KEY,
    NOON,
    ORIGIN,
    OURS,
    Log,
    case_of,
    make_bag,
    remanifest,
    reseal,
    retag,
    sha,
    ssh_sign,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.canonical import leaf
from parapet.evidence.reader.faults import SENTENCES
from parapet.evidence.reader.words import PHRASES
from parapet.evidence.verify import main, verify

FIRST = "data/items/itm_0000000000000"
SECOND = "data/items/itm_0000000000001"
LOOK, EXPORT = "data/custody/0000000005", "data/custody/0000000015"


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return make_bag(tmp_path_factory.mktemp("sound") / "case")


@pytest.fixture
def bag(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "case")


def flip(path, at=-1, bit=0):
    raw = bytearray(path.read_bytes())
    raw[at] ^= 1 << bit
    path.write_bytes(raw)


def other_digit(path):
    """A digest that is in form, and another."""
    text = path.read_text()
    path.write_text(("1" if text[0] == "0" else "0") + text[1:])


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def append(path, tail=b"\n"):
    path.write_bytes(path.read_bytes() + tail)


def swap(one, other):
    kept = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(kept)


def forged_leaf(folder, **changes):
    """Original and leaf changed to fit each other."""
    body = {**json.loads((folder / "leaf.json").read_bytes()), **changes}
    (folder / "leaf.json").write_bytes(leaf(body))


def edit_original_and_leaf(bag):
    original = next((bag / FIRST / "v1").glob("original.*"))
    original.write_bytes(original.read_bytes().replace(b"message", b"Message"))
    forged_leaf(bag / FIRST / "v1", sha256=sha(original.read_bytes()))


def drop(bag, path):
    shutil.rmtree(bag / path) if (bag / path).is_dir() else (bag / path).unlink()


def case_facts(bag, **changes):
    facts = json.loads((bag / "data/case.json").read_text())
    facts.update(changes)
    (bag / "data/case.json").write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n")


def dated(bag, at):
    """Another time of export, wherever the bag tells it."""
    edit(bag / "bag-info.txt", f"Bagging-Date: {NOON:%Y-%m-%d}", f"Bagging-Date: {at[:10]}")
    case_facts(bag, exported_at=at)


def omit_item(bag):
    """The item is gone, and what is told of the case fits."""
    drop(bag, FIRST)
    drop(bag, LOOK)
    facts = json.loads((bag / "data/case.json").read_text())
    case_facts(bag, items=2, versions=3, events=4, head={**facts["head"], "count": facts["head"]["count"] - 2})


def add_item(bag):
    """A forged message beside the true ones, with a proof borrowed from one of them."""
    shutil.copytree(bag / FIRST, bag / "data/items/itm_forged")
    forged_leaf(bag / "data/items/itm_forged/v1", item="itm_forged")
    case_facts(bag, items=4, versions=5)


def swap_items(bag):
    (bag / FIRST).rename(bag / "data/items/x")
    (bag / "data/items/itm_0000000000002").rename(bag / FIRST)
    (bag / "data/items/x").rename(bag / "data/items/itm_0000000000002")


def other_case(bag):
    case_facts(bag, case="cas_other")
    edit(bag / "bag-info.txt", CASE, "cas_other")


def list_twice(bag):
    for name in ("manifest-sha256.txt", "manifest-sha512.txt"):
        lines = (bag / name).read_text().splitlines(keepends=True)
        (bag / name).write_text("".join([*lines, lines[0]]))


def fifo(bag):
    os.mkfifo(bag / "data/pipe")


def link_to_outside(bag):
    target = bag / FIRST / "v1/face.json"
    kept = bag.parent / "kept.json"
    target.rename(kept)
    target.symlink_to(kept)


def folder_link(bag):
    (bag / FIRST).rename(bag.parent / "elsewhere")
    (bag / FIRST).symlink_to(bag.parent / "elsewhere")


def sparse(bag):
    os.truncate(next((bag / FIRST / "v1").glob("original.*")), 1 << 42)


def deep(bag):
    (bag / "/".join(["data"] + ["d"] * 60)).mkdir(parents=True)


def no_signature(bag, name):
    path = bag / name
    path.write_text(path.read_text().rpartition("\n\n")[0] + "\n")


def older_checkpoint(bag):
    """A checkpoint that the log did sign once, from before the last leaves."""
    log = Log()
    log.noise(3)
    note = checkpoint.sign(ORIGIN, 3, log.tree.root(), OURS.signing())
    old = (bag / "data/checkpoint.txt").read_text()
    (bag / "data/checkpoint.txt").write_text(note)
    for proof in bag.rglob("*.tlog-proof"):
        proof.write_text(proof.read_text().replace(old, note))


# What a stranger may do who has the bag: name, deed, the fault that must be among those told.
TAMPERINGS = {
    "original changed by one bit": (lambda b: flip(next((b / FIRST / "v1").glob("original.*"))), "file.changed"),
    "leaf changed": (lambda b: flip(b / FIRST / "v1/leaf.json", 20), "file.changed"),
    "proof changed": (lambda b: flip(b / FIRST / "v1/proof.tlog-proof", 40), "file.changed"),
    "working copy changed": (lambda b: flip(b / FIRST / "v1/face.json"), "file.changed"),
    "dossier changed": (lambda b: flip(b / "data/documents/dossier.pdf"), "file.changed"),
    "instructions changed": (lambda b: edit(b / "VERIFY.txt", "parapet-verify .", "true"), "file.changed"),
    "verifier changed": (lambda b: append(b / "verify.py", b"\nraise SystemExit(0)\n"), "file.changed"),
    "declaration changed": (lambda b: edit(b / "bagit.txt", "1.0", "0.9"), "bag.declaration"),
    "list changed": (lambda b: other_digit(b / "manifest-sha512.txt"), "file.changed"),
    "tag list changed": (lambda b: other_digit(b / "tagmanifest-sha512.txt"), "file.changed"),
    "bytes after the end of an original": (lambda b: append(next((b / FIRST / "v1").glob("original.*"))), "file.changed"),
    "bytes after the end of the checkpoint": (lambda b: append(b / "data/checkpoint.txt"), "checkpoint.form"),
    "bytes after the end of a list": (lambda b: append(b / "manifest-sha256.txt"), "manifest.line"),
    "bytes after the end of a tag list": (lambda b: append(b / "tagmanifest-sha256.txt"), "manifest.line"),
    "original cut": (lambda b: os.truncate(next((b / FIRST / "v1").glob("original.*")), 5), "file.changed"),
    "file added": (lambda b: (b / "data/documents/more.pdf").write_bytes(b"x"), "file.unknown"),
    "file added beside the lists": (lambda b: (b / "README.md").write_bytes(b"x"), "file.unknown"),
    "hidden file added": (lambda b: (b / ".hidden").write_bytes(b"x"), "file.name"),
    "empty folder added": (lambda b: (b / "data/items/itm_x").mkdir(), "folder.empty"),
    "file removed": (lambda b: drop(b, FIRST + "/v1/leaf.json"), "file.missing"),
    "item removed": (lambda b: drop(b, FIRST), "file.missing"),
    "seal removed": (lambda b: drop(b, "bag-seal.txt"), "file.missing"),
    "seal for ssh removed": (lambda b: drop(b, "bag-seal.txt.sig"), "file.missing"),
    "list removed": (lambda b: drop(b, "manifest-sha512.txt"), "file.missing"),
    "tag list removed": (lambda b: drop(b, "tagmanifest-sha256.txt"), "file.unreadable"),
    "checkpoint removed": (lambda b: drop(b, "data/checkpoint.txt"), "checkpoint.form"),
    "declaration removed": (lambda b: drop(b, "bagit.txt"), "file.missing"),
    "file renamed": (lambda b: (b / FIRST / "v1/face.json").rename(b / FIRST / "v1/face.msgpack"), "file.unknown"),
    "file listed twice": (list_twice, "manifest.twice"),
    "two files swapped": (lambda b: swap(b / FIRST / "v1/leaf.json", b / SECOND / "v1/leaf.json"), "file.changed"),
    "link to a file": (link_to_outside, "file.not_plain"),
    "link to a folder": (folder_link, "file.not_plain"),
    "pipe added": (fifo, "file.not_plain"),
    "name that writes to the terminal": (lambda b: (b / "data/\x1b[2Jx").write_bytes(b"x"), "file.name"),
    "name that is no text": (lambda b: Path(os.fsdecode(os.fsencode(b) + b"/data/\xff")).write_bytes(b"x"), "file.name"),
    "name that differs in capitals": (lambda b: (b / "data/CASE.json").write_bytes(b"{}"), "file.alike"),
    "four terabytes of nothing": (sparse, "file.unreadable"),
    "folders without end": (deep, "folder.too_deep"),
    "file nobody may read": (lambda b: (drop(b, "data/case.json"), (b / "data/case.json").mkdir()), "file.missing"),
}

# The same, and then the lists are written anew, as the usual tools do: what is left is seal, log and head.
REMANIFESTED = {
    "seal for ssh by another key": (lambda b: ssh_sign(b, FOREIGN), "seal.signature"),
    "seal for ssh with more in it": (lambda b: append(b / "bag-seal.txt.sig"), "seal.signature"),
    "seal for ssh empty": (lambda b: (b / "bag-seal.txt.sig").write_bytes(b""), "seal.signature"),
    "dossier edited": (lambda b: append(b / "data/documents/dossier.pdf"), "seal.broken"),
    "chronology edited": (lambda b: append(b / "data/chronology.csv", b"x\r\n"), "seal.broken"),
    "title edited": (lambda b: edit(b / "data/case.json", "Threats", "Trifles"), "seal.broken"),
    "instructions edited": (lambda b: append(b / "VERIFY.txt"), "seal.broken"),
    "original edited": (lambda b: append(next((b / FIRST / "v1").glob("original.*"))), "original.changed"),
    "original and leaf edited": (edit_original_and_leaf, "proof.root"),
    "working copy edited": (lambda b: append(b / FIRST / "v1/face.json"), "face.changed"),
    "item omitted": (omit_item, "head.count"),
    "event omitted": (lambda b: (drop(b, LOOK), case_facts(b, events=4)), "head.count"),
    "version omitted": (lambda b: drop(b, SECOND + "/v2"), "head.count"),
    "first version omitted": (lambda b: drop(b, SECOND + "/v1"), "item.versions"),
    "item forged": (add_item, "proof.root"),
    "items swapped": (swap_items, "leaf.elsewhere"),
    "head omitted": (lambda b: drop(b, "data/custody/0000000016"), "head.missing"),
    "stray file listed": (lambda b: (b / "data/notes.md").write_text("x"), "file.out_of_place"),
    "document added": (lambda b: (b / "data/documents/more.pdf").write_text("x"), "case.facts"),
    "checkpoint without signature": (lambda b: no_signature(b, "data/checkpoint.txt"), "checkpoint.form"),
    "seal without signature": (lambda b: no_signature(b, "bag-seal.txt"), "seal.form"),
    "older checkpoint": (older_checkpoint, "proof.root"),
    "proof to another checkpoint": (lambda b: edit(b / FIRST / "v1/proof.tlog-proof", "\n17\n", "\n18\n"), "proof.checkpoint"),
    "size of the log edited": (lambda b: edit(b / "data/checkpoint.txt", "\n17\n", "\n18\n"), "checkpoint.signature"),
    "leaf in another spelling": (lambda b: edit(b / FIRST / "v1/leaf.json", '":', '": '), "leaf.form"),
    "proof in another spelling": (lambda b: edit(b / FIRST / "v1/proof.tlog-proof", "index ", "index 0"), "proof.form"),
    "time of capture edited": (lambda b: forged_leaf(b / FIRST / "v1", at="2026-11-23T11:00:00.000000Z"), "proof.root"),
    "description edited": (lambda b: edit(b / FIRST / "item.json", '"version": 1', '"version": 2'), "item.facts"),
    "another case": (other_case, "case.other"),
    "second original": (lambda b: (b / FIRST / "v1/original.txt").write_text("x"), "original.count"),
    "key replaced": (lambda b: (b / "data/log-key.txt").write_text(FOREIGN_KEY + "\n"), "seal.signature"),
    "key spoiled": (lambda b: flip(b / "data/log-key.txt", 25), "key.form"),
    "key for openssl replaced": (
        lambda b: (b / "data/log-key.pem").write_text(checkpoint.VerifierKey.parse(FOREIGN_KEY).pem()),
        "key.form",
    ),
    "description of the case spoiled": (lambda b: (b / "data/case.json").write_text("[" * 100_000), "case.form"),
}

# Done by who holds the signing key, with lists, checkpoint and seal all made anew: what is left is log and head.
BY_AN_INSIDER = {
    "original and leaf edited": (edit_original_and_leaf, "proof.root"),
    "item omitted": (omit_item, "head.digest"),
    "event omitted": (lambda b: (drop(b, LOOK), case_facts(b, events=4)), "head.count"),
    "item forged": (add_item, "log.twice"),
    "items swapped": (swap_items, "leaf.elsewhere"),
    "description edited": (lambda b: edit(b / FIRST / "item.json", '"size"', '"Size"'), "item.facts"),
    "export before the capture": (lambda b: case_facts(b, exported_at="2026-11-23T10:00:00.000000Z"), "time.after_export"),
    "export dated later": (lambda b: dated(b, "2027-06-01T12:00:00.000042Z"), "time.export"),
    "export dated a microsecond later": (lambda b: dated(b, "2026-11-23T12:01:45.000043Z"), "time.export"),
    "date of the bag edited": (
        lambda b: edit(b / "bag-info.txt", "Bagging-Date: 2026-11-23", "Bagging-Date: 2027-06-01"),
        "time.export",
    ),
    "title edited": (lambda b: case_facts(b, title="Trifles"), "case.title"),
    "title left out": (lambda b: case_facts(b, title=None), "case.title"),
    "export omitted": (lambda b: (drop(b, EXPORT), case_facts(b, events=4)), "export.missing"),
    "another case": (other_case, "case.other"),
    "event of another item": (lambda b: forged_leaf(b / LOOK, subjects=["itm_elsewhere"]), "leaf.foreign"),
    "time edited": (lambda b: forged_leaf(b / FIRST / "v1", at="2026-11-23T12:30:00.000000Z"), "time.order"),
    "impossible time": (lambda b: forged_leaf(b / FIRST / "v1", at="2026-13-23T12:30:00.000000Z"), "leaf.form"),
}

MATRIX = [
    *[(f"{name}", deed, None, fault) for name, (deed, fault) in TAMPERINGS.items()],
    *[(f"{name}, lists made anew", deed, remanifest, fault) for name, (deed, fault) in REMANIFESTED.items()],
    *[(f"{name}, signed anew", deed, lambda b: reseal(b, OURS), fault) for name, (deed, fault) in BY_AN_INSIDER.items()],
]


def test_an_honest_bag_is_sound(sound):
    report = verify(sound, trusted=[KEY])
    assert (report.state, report.exit_code, report.faults) == ("sound", 0, [])
    assert report.facts["versions"] == 4
    assert verify(sound).sound


def test_tampering_is_counted_in_dozens():
    assert len(MATRIX) >= 70


@pytest.mark.parametrize(("name", "deed", "after", "fault"), MATRIX, ids=[row[0] for row in MATRIX])
def test_tampering_is_refused_by_name(bag, name, deed, after, fault):
    """By the installed program and by the bag's own file alike, with and without a trusted key."""
    deed(bag)
    if after:
        after(bag)
    report = verify(bag, trusted=[KEY])
    codes = [f.code for f in report.faults]
    assert (report.state, report.exit_code) == ("broken", 1), name
    assert fault in codes, codes
    assert "bag.unchecked" not in codes
    assert verify(bag).state == "broken"
    assert report.as_text("fr").isprintable() or "\x1b" not in report.as_text("fr")


@pytest.mark.parametrize("index", range(0, len(MATRIX), 9))
def test_the_one_file_agrees(bag, tmp_path, index):
    """The same faults, in the same words, by nothing but Python."""
    from parapet.evidence.onefile import one_file

    (tmp_path / "verify.py").write_bytes(one_file())
    _, deed, after, _ = MATRIX[index]
    deed(bag)
    if after:
        after(bag)
    command = [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(bag), "--json", "--key", KEY]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 1, said.stderr
    assert json.loads(said.stdout) == verify(bag, trusted=[KEY]).as_map()


def test_a_bag_signed_anew_by_a_stranger_is_sound_only_to_who_trusts_nobody(bag):
    """So the report says that the key came from the bag, and a named key refuses it."""
    reseal(bag, FOREIGN)
    assert verify(bag).sound
    assert "n.key" in [key for key, _ in verify(bag).not_proven]
    report = verify(bag, trusted=[KEY])
    assert [f.code for f in report.faults] == ["key.not_trusted"]
    assert "n.key" not in [key for key, _ in verify(bag, trusted=[FOREIGN_KEY]).not_proven]


def test_a_whole_other_bag_is_not_ours(tmp_path):
    bag = write_bag(tmp_path / "bag", case_of(key=FOREIGN))
    assert [f.code for f in verify(bag, trusted=[KEY]).faults] == ["key.not_trusted"]


@given(data=st.data(), bit=st.integers(0, 7))
@settings(max_examples=150, deadline=None)
def test_one_flipped_bit_anywhere_is_refused(sound, data, bit):
    """In any file of the bag, lists and instructions and the verifier itself included."""
    files = [path for path in sorted(sound.rglob("*")) if path.is_file()]
    path = data.draw(st.sampled_from(files))
    before = path.read_bytes()
    at = data.draw(st.integers(0, len(before) - 1))
    try:
        flip(path, at, bit)
        assert verify(sound, trusted=[KEY]).state == "broken"
    finally:
        path.write_bytes(before)


@given(data=st.data(), bit=st.integers(0, 7))
@settings(max_examples=80, deadline=None)
def test_one_flipped_bit_is_refused_though_the_lists_fit(sound, tmp_path_factory, data, bit):
    """As above, and then everything that a forger without the key can make anew was made anew."""
    files = [path for path in sorted(sound.rglob("*")) if path.is_file() and "manifest" not in path.name]
    path = data.draw(st.sampled_from(files)).relative_to(sound)
    bag = shutil.copytree(sound, tmp_path_factory.mktemp("flip") / "case")
    try:
        flip(bag / path, data.draw(st.integers(0, (bag / path).stat().st_size - 1)), bit)
        remanifest(bag)
        assert verify(bag, trusted=[KEY]).state == "broken"
    finally:
        shutil.rmtree(bag.parent)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_deletion_or_permutation_of_entries_is_refused(sound, tmp_path_factory, data):
    """Even when who holds the key signs everything anew, counts and all: the head is in the log."""
    bag = shutil.copytree(sound, tmp_path_factory.mktemp("events") / "case")
    folders = sorted(path.parent for path in bag.rglob("leaf.json"))
    try:
        one = data.draw(st.sampled_from(folders))
        if data.draw(st.booleans()):
            shutil.rmtree(one)
        else:
            other = data.draw(st.sampled_from([f for f in folders if f != one]))
            swap(one / "leaf.json", other / "leaf.json")
            swap(one / "proof.tlog-proof", other / "proof.tlog-proof")
        held = len(list((bag / "data/custody").glob("*/leaf.json")))
        case_facts(bag, events=held, versions=len(list(bag.glob("data/items/*/*/leaf.json"))))
        reseal(bag, OURS)
        assert verify(bag, trusted=[KEY]).state == "broken"
    finally:
        shutil.rmtree(bag.parent)


def test_any_one_bit_of_the_seal_for_ssh_is_seen(bag):
    """With all lists written anew, which nothing else covers."""
    path = bag / "bag-seal.txt.sig"
    raw = path.read_bytes()
    for at in range(len(raw)):
        flip(path, at, at % 8)
        retag(bag)
        assert "seal.signature" in [fault.code for fault in verify(bag, trusted=[KEY]).faults], at
        path.write_bytes(raw)


@given(name=st.sampled_from(sorted({"leaf.json", "proof.tlog-proof", "case.json", "checkpoint.txt", "bag-seal.txt",
    "bag-seal.txt.sig", "manifest-sha256.txt", "bag-info.txt", "log-key.txt", "item.json"})), junk=st.binary(max_size=300))  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_junk_in_place_of_a_file_never_ends_in_a_traceback(sound, name, junk):
    path = next(p for p in sorted(sound.rglob(name)))
    before = path.read_bytes()
    if junk == before:
        return
    try:
        path.write_bytes(junk)
        report = verify(sound, trusted=[KEY])
        assert report.state == "broken"
        assert "bag.unchecked" not in [f.code for f in report.faults]
    finally:
        path.write_bytes(before)


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), lambda p: p.write_text("x"), lambda p: p.symlink_to("/x")])
def test_what_is_no_bag_cannot_be_read(tmp_path, capsys, make):
    make(tmp_path / "x")
    assert verify(tmp_path / "x").state == "unreadable"
    assert main([str(tmp_path / "x")]) == 2
    assert "bag.unreadable" in capsys.readouterr().out


def test_the_command(bag, tmp_path, capsys, monkeypatch):
    """Exit codes, JSON, a key from a file, both languages, a key that is none."""
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "key").write_text(KEY + "\n")
    assert main([str(bag), "--key", str(tmp_path / "key"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["state"], said["faults"], said["facts"]["case"]) == ("sound", [], CASE)
    assert len(said["not_proven"]) == 4
    assert main([str(bag), "--key", FOREIGN_KEY, "--key", KEY, "--lang", "fr"]) == 0
    assert "INTACT" in capsys.readouterr().out
    assert main([str(bag), "--key", "nonsense"]) == 2
    assert main([str(bag), "--key", "a+b+c"]) == 2
    assert "not in form" in capsys.readouterr().err
    flip(bag / "data/checkpoint.txt")
    assert main([str(bag)]) == 1
    assert "[file.changed] data/checkpoint.txt" in capsys.readouterr().out
    with pytest.raises(ValueError):
        verify(bag, trusted=["nonsense"])


def test_a_reader_that_goes_away_gets_no_traceback(bag):
    command = f"{sys.executable} {bag}/verify.py {bag} --json | true; exit ${{PIPESTATUS[0]}}"
    said = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")


def test_a_thousand_faults_are_counted_and_two_hundred_told(bag):
    for number in range(1000):
        (bag / f"data/documents/{number}.txt").write_text("x")
    report = verify(bag)
    assert report.faults_total > 1000
    assert len(report.faults) == 200
    assert f"{report.faults_total - 200} more" in report.as_text()


def test_times_a_few_seconds_apart_are_honest(tmp_path):
    """Workers stamp before they queue: the log's order is not quite the clocks'."""
    from datetime import timedelta

    log = Log()
    log.noise()
    log.clock -= timedelta(seconds=100)
    assert verify(write_bag(tmp_path / "bag", case_of(log=log)), trusted=[KEY]).sound


def test_every_fault_is_documented_and_in_both_languages():
    docs = (Path(__file__).parents[2] / "docs/reference/evidence.md").read_text()
    for code, pair in {**SENTENCES, **PHRASES}.items():
        assert len(pair) == 2
        assert all(pair)
        assert ("{n}" in pair[0]) == ("{n}" in pair[1]), code
    for code in SENTENCES:
        assert f"`{code}`" in docs, code


def test_french_ties_the_colon_to_the_word_before_it(bag):
    said = verify(bag, trusted=[KEY]).as_text("fr")
    assert "Point de contrôle\u00a0: " in said and "Clé\u00a0: " in said
    assert " :" not in said and not re.search(r"\w:(?!\S)", said)


def test_every_fault_that_can_be_told_has_a_sentence():
    from parapet.evidence.onefile import one_file

    told = set(re.findall(r'blame\(\s*"([a-z_.]+)"', one_file().decode())) | {"manifest.twice", "bag.too_many"}
    told |= set(re.findall(r'TokenFault\("([a-z.]+)"', one_file().decode()))
    assert told == set(SENTENCES)


def test_lists_made_anew_are_just_what_was_there(bag):
    """The helpers of this file forge well: without a deed before them they change nothing that matters."""
    remanifest(bag)
    assert "file.changed" not in [f.code for f in verify(bag).faults]
    reseal(bag, OURS)
    assert verify(bag, trusted=[KEY]).sound
    retag(bag)
    assert verify(bag, trusted=[KEY]).sound
