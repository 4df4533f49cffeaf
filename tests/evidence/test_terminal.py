"""Whatever a bag says, the verifier's words drive no terminal: not in a sound report either."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import tracemalloc
import unicodedata

import pytest
from evidence.bags import FOREIGN, OURS, case_of, reseal
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.evidence import checkpoint
from parapet.evidence.bag import write_bag
from parapet.evidence.canonical import leaf
from parapet.evidence.reader import notes
from parapet.evidence.verify import main, verify

ITEM = "data/items/itm_0000000000000"
#: What terminals obey, what turns the reading direction, what is not seen; and ordinary letters.
HOSTILE = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\x1b\x9b\x07\x08\r\x7f\x85\xad\u200b\u202e\u2066\u2028\ufeff[]m;"),
    ),
    max_size=40,
)
FIELDS = ["format", "case", "title", "exported_at", "software", "document", "origin", "head", "key", "leaf", "event", "bag-info"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return write_bag(tmp_path_factory.mktemp("sound") / "case", case_of())


def drives(text):
    return [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}]


def plant(bag, field, text):
    """Put `text` into a field of a bag; then all that can be signed by its maker is signed."""
    facts, name = json.loads((bag / "data/case.json").read_text()), "parapet.example/log"
    if field in ("case", "title", "exported_at", "software", "format"):
        facts[field] = text
    elif field == "document":
        facts["documents"] = [text]
    elif field == "origin":
        facts["log"]["origin"] = text
    elif field == "head":
        facts["head"]["sha256"] = text
    elif field == "key":
        name = facts["log"]["origin"] = text
    elif field in ("leaf", "event"):
        path = bag / (ITEM + "/v1/leaf.json" if field == "leaf" else "data/custody/0000000005/leaf.json")
        body = json.loads(path.read_bytes())
        path.write_bytes(
            leaf({**body, "kind": text, "at": text, "channel": text, "actor": text, "subjects": [text], "item": text})
        )
    else:
        info = bag / "bag-info.txt"
        info.write_bytes(info.read_bytes().replace(b"Parapet 0.1.0", text.encode()))
    (bag / "data/case.json").write_bytes(json.dumps(facts, ensure_ascii=False, indent=1).encode())
    reseal(bag, FOREIGN, name)


@given(field=st.sampled_from(FIELDS), text=HOSTILE)
@settings(max_examples=120, deadline=None)
def test_no_field_of_a_bag_that_its_maker_signed_reaches_the_terminal(sound, tmp_path_factory, field, text):
    bag = shutil.copytree(sound, tmp_path_factory.mktemp("hostile") / "case")
    try:
        plant(bag, field, text)
        report = verify(bag)
        assert "bag.unchecked" not in [fault.code for fault in report.faults]
        for lang in ("en", "fr"):
            assert drives(report.as_text(lang)) == []
            assert drives(json.dumps(report.as_map(lang))) == []
    finally:
        shutil.rmtree(bag.parent)


@pytest.mark.parametrize(
    "name", ["log\x9b2Jx", "log\u202e", "log\x1b[2J", "l\u043eg", "log\xad", "log\u2028", "a b", "", "x" * 201]
)
def test_the_name_of_a_key_is_plain(sound, tmp_path, name):
    bag = shutil.copytree(sound, tmp_path / "case")
    plant(bag, "key", name)
    assert {"key.form"} <= {fault.code for fault in verify(bag).faults}
    with pytest.raises(ValueError, match="key"):
        notes.read_key(str(checkpoint.VerifierKey(name, checkpoint.VerifierKey.of("x", OURS.signing()).public)))
    with pytest.raises(ValueError, match=r"name|note"):
        checkpoint.sign(name, 1, b"r" * 32, OURS.signing())


@pytest.mark.parametrize("case", ["cas\x9b2J", "cas/../x", "", "cas_\u0430", "-cas", "x" * 81])
def test_the_name_of_a_case_is_plain(sound, tmp_path, case):
    bag = shutil.copytree(sound, tmp_path / "case")
    plant(bag, "case", case)
    assert "case.form" in [fault.code for fault in verify(bag).faults]


def test_a_file_of_holes_takes_no_memory(sound, tmp_path):
    """A description of an item with 100 MB of nothing after it, rightly listed and sealed: read whole, it would fill the memory."""
    bag = shutil.copytree(sound, tmp_path / "case")
    os.truncate(bag / ITEM / "item.json", 100_000_000)
    reseal(bag, OURS)
    tracemalloc.start()
    report = verify(bag)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [fault.code for fault in report.faults] == ["item.facts"]
    assert peak < 16_000_000


def test_the_command_prints_a_sound_report_in_plain_letters(sound):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert main([str(sound), "--lang", "fr"]) == 0
    assert drives(out.getvalue()) == []
    said = subprocess.run([sys.executable, "-I", "verify.py"], cwd=sound, capture_output=True, text=True, check=True)
    assert "Key: parapet.example/log+" in said.stdout
