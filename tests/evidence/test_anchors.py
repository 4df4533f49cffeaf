"""What outside bodies said of a bag's log: carried whole, checked strictly, and every fault has a name."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from evidence.bags import KEY, NOON, ORIGIN, OURS, Log, case_of, read, reseal, write
from hypothesis import given, settings
from hypothesis import strategies as st
from support.authority import Authority

from parapet.domain.errors import LogBroken
from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.bundles import AnchorBundle
from parapet.evidence.cosignature import WitnessKey, add_line, cosign
from parapet.evidence.log import Tree, consistency_proof
from parapet.evidence.reader.anchors import check_times
from parapet.evidence.reader.certificates import read_pem
from parapet.evidence.reader.consistency import begins_with
from parapet.evidence.reader.token import check_token, reply_of_token, token_of_reply
from parapet.evidence.timestamp import request, stamped_text
from parapet.evidence.verify import main, verify

WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(2, 34)))
FOREIGN_WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(3, 35)))
WITNESS_KEY = str(WitnessKey.of("witness.example", WITNESS))
EARLY, LAST = 6, 17


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authorities")
    return {"one": Authority(folder / "one", "one", "rsa"), "two": Authority(folder / "two", "two", "ec", between=True)}


def now_log(ago=timedelta(hours=2)):
    """A log of today, since OpenSSL stamps the time that it is."""
    log = Log()
    log.clock = datetime.now(UTC) - ago
    return log


def token_by(authority, note):
    return token_of_reply(authority.reply(request(stamped_text(note), 7)))


@pytest.fixture(scope="module")
def case(made):
    """A case whose log was seen twice: by both authorities and the witness, early and at the export."""
    log = now_log()
    bundle = case_of(log=log)
    anchors = []
    for size in (EARLY, log.tree.size):
        note = checkpoint.sign(ORIGIN, size, log.tree.root(size), OURS.signing())
        tokens = {name: token_by(authority, note) for name, authority in made.items()}
        note = add_line(note, cosign(note, "witness.example", WITNESS, at=int(datetime.now(UTC).timestamp())))
        anchors.append(AnchorBundle(note, log.tree.consistency_proof(size), tokens, [WITNESS_KEY]))
    chains = {name: authority.chain.read_bytes() for name, authority in made.items()}
    return evolve(bundle, anchors=anchors, authorities=chains)


@pytest.fixture(scope="module")
def sound(case, tmp_path_factory):
    return write_bag(tmp_path_factory.mktemp("sound") / "case", case)


@pytest.fixture
def bag(sound, tmp_path):
    return shutil.copytree(sound, tmp_path / "case")


def place(bag, name, size=EARLY):
    return bag / f"data/checkpoints/{size:010d}/{name}"


def codes(bag, **named):
    report = verify(bag, **named)
    return {fault.code for fault in report.faults}


def facts(bag, change):
    stated = json.loads((bag / "data/case.json").read_text())
    change(stated["anchors"])
    write(bag / "data/case.json", json.dumps(stated, ensure_ascii=False, indent=1) + "\n")


def test_without_naming_anybody_the_time_is_the_bags_word(sound):
    report = verify(sound)
    assert report.sound, report.as_text()
    keys = [key for key, _ in report.not_proven]
    assert keys.count("n.time_by") == 2 and "n.witness_by" in keys and "n.time" in keys and "n.insider" in keys
    assert not any("_by" in key for key, _ in report.proven)


def test_who_is_named_attests_the_time_of_each_item(sound, made):
    report = verify(sound, trusted=[KEY], authorities=[made["one"].chain.read_bytes()], witnesses=[WITNESS_KEY])
    assert report.sound
    said = dict(report.proven)
    assert said["p.time_by"]["name"] == "one" and said["p.time_by"]["n"] == said["p.time_by"]["m"] == 4
    assert said["p.time_by"]["wait"] == "2 h" or said["p.time_by"]["wait"].endswith("min")
    assert said["p.witness_by"]["name"] == "witness.example"
    keys = [key for key, _ in report.not_proven]
    assert "n.time" not in keys and "n.time_after" in keys and "n.insider_witness" in keys and "n.time_by" in keys
    for lang, word in (("en", "Time authority one"), ("fr", "L'autorité d'horodatage one")):
        assert word in report.as_text(lang)


def test_the_one_file_in_the_bag_says_the_same(sound, made):
    command = [sys.executable, "-I", "verify.py", "--authority", str(made["two"].chain), "--witness", WITNESS_KEY, "--json"]
    ran = subprocess.run(command, cwd=sound, capture_output=True, timeout=600)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    outcome = json.loads(ran.stdout)
    assert any("Time authority two" in each for each in outcome["proven"])
    assert {(each["by"], each["named"]) for each in outcome["facts"]["seen"]} == {
        ("one", False),
        ("two", True),
        ("witness.example", True),
    }


def test_whoever_was_named_and_is_not_there_is_told(sound, tmp_path):
    other = Authority(tmp_path / "other", "other", "ec")
    assert codes(sound, authorities=[other.chain.read_bytes()]) == {"time.not_named"}
    foreign = str(WitnessKey.of("witness.example", FOREIGN_WITNESS))
    assert codes(sound, witnesses=[foreign]) == {"witness.not_named"}
    for arguments in (
        ["--authority", str(tmp_path / "none.pem")],
        ["--witness", KEY],
        ["--authority", str(sound / "data/case.json")],
    ):
        assert main([str(sound), *arguments]) == 2


def test_openssl_takes_the_time_stamps_by_the_very_command_in_the_bag(sound):
    text = read(sound / "VERIFY.txt").partition("COMMENT")[0]
    _, _, steps = text.partition("    t=$(mktemp -d)")
    signature, _, rest = steps.partition("4. One original")
    signature = "\n".join(line for line in signature.splitlines() if line.startswith("    "))
    stamps = "\n".join(line[4:] for line in rest.splitlines() if line.startswith("    ") and "sha256sum" not in line)
    ran = subprocess.run(["bash", "-c", f"t=$(mktemp -d)\n{signature}\n{stamps}"], cwd=sound, capture_output=True, timeout=600)
    assert ran.stdout.count(b"Verification: OK") == 4 and ran.stdout.count(b"Time stamp:") == 4, ran.stdout + ran.stderr


TAMPERED = {
    "a token taken out": (lambda b, m: place(b, "one.tsr").unlink(), "anchor.missing"),
    "a token added": (lambda b, m: shutil.copy(place(b, "one.tsr"), place(b, "three.tsr")), "anchor.unstated"),
    "a token of another checkpoint": (lambda b, m: shutil.copy(place(b, "one.tsr", LAST), place(b, "one.tsr")), "token.other"),
    "a token of another authority": (lambda b, m: shutil.copy(place(b, "two.tsr"), place(b, "one.tsr")), "token.chain"),
    "a byte after a token": (
        lambda b, m: place(b, "one.tsr").write_bytes(place(b, "one.tsr").read_bytes() + b"\0"),
        "token.form",
    ),
    "certificates exchanged": (
        lambda b, m: shutil.copy(b / "data/authorities/two.pem", b / "data/authorities/one.pem"),
        "token.chain",
    ),
    "certificates spoiled": (lambda b, m: write(b / "data/authorities/one.pem", "-----BEGIN"), "authority.form"),
    "certificates taken out": (lambda b, m: (b / "data/authorities/one.pem").unlink(), "anchor.missing"),
    "a proof of consistency spoiled": (lambda b, m: write(place(b, "consistency.txt"), "AAAA\n"), "anchor.inconsistent"),
    "a proof of consistency cut short": (
        lambda b, m: write(place(b, "consistency.txt"), read(place(b, "consistency.txt"))[45:]),
        "anchor.inconsistent",
    ),
    "a cosignature stripped": (
        lambda b, m: write(place(b, "checkpoint.txt"), read(place(b, "checkpoint.txt")).rpartition("\N{EM DASH}")[0]),
        "cosignature.missing",
    ),
    "a cosignature by a foreign key": (lambda b, m: foreign(b), "cosignature.foreign"),
    "a cosignature that does not hold": (lambda b, m: moved_line(b), "cosignature.signature"),
    "witnesses' keys spoiled": (lambda b, m: write(b / "data/witness-keys.txt", KEY + "\n"), "witness.form"),
    "another root at an earlier size": (lambda b, m: fork(b), "anchor.inconsistent"),
    "a checkpoint of another log": (lambda b, m: other_log(b), "anchor.signature"),
    "a checkpoint not signed": (lambda b, m: write(place(b, "checkpoint.txt"), "x\n1\nAAAA\n"), "anchor.checkpoint"),
    "a folder of another size": (lambda b, m: place(b, "").rename(place(b, "", EARLY + 1)), "anchor.missing"),
    "a statement that is none": (lambda b, m: facts(b, lambda a: a.append({"size": "7"})), "anchor.form"),
    "a size stated twice": (lambda b, m: facts(b, lambda a: a.append(a[0])), "anchor.form"),
    "a name that leads outside": (lambda b, m: facts(b, lambda a: a[0]["tokens"].insert(0, "../../x")), "anchor.form"),
    "another size stated": (lambda b, m: facts(b, lambda a: a[0].update(size=7)), "anchor.missing"),
}


def foreign(bag):
    note = read(place(bag, "checkpoint.txt"))
    write(place(bag, "checkpoint.txt"), add_line(note, cosign(note, "witness.example", FOREIGN_WITNESS, at=1_800_000_000)))


def moved_line(bag):
    """The cosignature of the later checkpoint under the earlier one."""
    head = read(place(bag, "checkpoint.txt")).rpartition("\N{EM DASH}")[0]
    line = read(place(bag, "checkpoint.txt", LAST)).rpartition("\N{EM DASH}")[2]
    write(place(bag, "checkpoint.txt"), f"{head}\N{EM DASH}{line}")


def fork(bag):
    note = checkpoint.sign(ORIGIN, EARLY, bytes(32), OURS.signing())
    write(place(bag, "checkpoint.txt"), note)


def other_log(bag):
    write(place(bag, "checkpoint.txt"), checkpoint.sign("another.example/log", EARLY, bytes(32), OURS.signing()))


@pytest.mark.parametrize("what", TAMPERED)
def test_what_an_insider_does_to_them_and_seals_anew_is_told(bag, made, what):
    change, code = TAMPERED[what]
    change(bag, made)
    reseal(bag, OURS)
    found = codes(bag)
    assert code in found, found
    assert not {"bag.unchecked", "seal.broken", "file.changed"} & found


@settings(max_examples=80, deadline=None)
@given(at=st.integers(0), bit=st.integers(0, 7))
def test_any_bit_of_a_token_is_missed_even_under_a_new_seal(sound, tmp_path_factory, at, bit):
    bag = shutil.copytree(sound, tmp_path_factory.mktemp("bent") / "case")
    raw = bytearray(place(bag, "two.tsr").read_bytes())
    raw[at % len(raw)] ^= 1 << bit
    place(bag, "two.tsr").write_bytes(raw)
    reseal(bag, OURS)
    assert any(code.startswith("token.") for code in codes(bag))
    shutil.rmtree(bag)


def test_a_clock_that_ran_ahead_is_told(made, tmp_path):
    """The entries say that they came to be tomorrow, and an authority saw them today."""
    log = now_log(ago=timedelta(days=-1))
    bundle = case_of(log=log)
    token = token_by(made["one"], bundle.checkpoint)
    anchors = [AnchorBundle(bundle.checkpoint, [], {"one": token})]
    bag = write_bag(tmp_path / "case", evolve(bundle, anchors=anchors, authorities={"one": made["one"].chain.read_bytes()}))
    report = verify(bag)
    assert [fault.code for fault in report.faults] == ["time.before_capture"]
    assert dict(report.faults[0].numbers)["n"] > 80_000


def test_a_bag_that_would_not_verify_is_not_made(case, made, tmp_path):
    wrong = evolve(case.anchors[0], tokens={"one": case.anchors[1].tokens["one"]})
    with pytest.raises(LogBroken):
        write_bag(tmp_path / "case", evolve(case, anchors=[wrong]))
    assert not list(tmp_path.iterdir())


@settings(max_examples=200)
@given(size=st.integers(1, 40), old=st.integers(1, 40), at=st.integers(0), drop=st.booleans())
def test_consistency_is_that_of_the_other_implementation(size, old, at, drop):
    hashes = [bytes([n]) * 32 for n in range(size)]
    old = 1 + old % size
    proof, tree = consistency_proof(hashes, old), Tree(hashes)
    assert begins_with(old, tree.root(old), size, tree.root(), proof)
    assert not begins_with(old, tree.root(old), size, tree.root(), [*proof, bytes(32)])
    if proof:
        at %= len(proof)
        bent = (
            proof[:at] + proof[at + 1 :] if drop else [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]
        )
        assert not begins_with(old, tree.root(old), size, tree.root(), bent)


def test_no_leaf_is_no_fault():
    check_times([], [], lambda *_: pytest.fail("blamed"))


def test_the_bags_token_is_to_the_byte_what_the_authority_gave(sound, case, made):
    raw = place(sound, "one.tsr").read_bytes()
    assert raw == reply_of_token(case.anchors[0].tokens["one"])
    text = stamped_text(read(place(sound, "checkpoint.txt")))
    assert check_token(token_of_reply(raw), text, read_pem(made["one"].chain.read_bytes())) > NOON.replace(
        tzinfo=None
    ) - timedelta(days=9)
