"""The bag's forms for other programs: the case as CASE/UCO, the chronology as a workbook. A stranger's words do nothing in them."""

import contextlib
import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from attrs import evolve
from evidence.bags import NOON, Log, case_of, make_bag, sha

from parapet.evidence.attested import Attested
from parapet.evidence.bag import write_bag
from parapet.evidence.case_graph import CaseGraph, Keeper, Seen
from parapet.evidence.chronology import HEADER, Known
from parapet.evidence.forms import Forms
from parapet.evidence.workbook import MAX_CELL, Workbook, cell_text

KEEPER = Keeper("parapet/0123456789abcdef", "Parapet 0.1.0", "cas_1", "Threats, été")
HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "-2",
    "\t=1",
    "\u202eevil\u2066\u061c",
    "nul\0 bell\x07 esc\x1b]0;x\x07 half\ud83d end\ufffe\uffff",
    "</t></is></c><script>alert(1)</script>&amp;]]>",
    '"},{"@id":"kb:forged","@type":"core:Bundle"}',
    "_x000D_ \r\n {@id} http://evil.example/ mailto:x@example.org",
    "أعرف أين تعمل 🔪" + "Z" + "\u0351" * 500,
    "A" * 200_000,
    "🔪" * 40_000,
)


def validated(path: Path) -> str:
    """What `case_validate` says of a graph. It knows nothing of us."""
    said = subprocess.run(
        [Path(sys.executable).with_name("case_validate"), path], capture_output=True, text=True, check=False, timeout=600
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return said.stdout.strip()


def cells(path: Path, sheet: int = 1) -> list[list[str]]:
    """The sheet as XML has it: every cell must be a text."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{sheet}.xml"))
        assert not [name for name in book.namelist() if "rels" in name and "sheet" in name.rpartition("/")[2]]
    assert not list(root.iter(f"{space}f"))
    assert not list(root.iter(f"{space}hyperlink"))
    rows = []
    for row in root.iter(f"{space}row"):
        assert {cell.get("t") for cell in row} <= {"inlineStr", "s"}
        rows.append(["".join(text.text or "" for text in cell.iter(f"{space}t")) for cell in row])
    return rows


@pytest.fixture(scope="module")
def bag(tmp_path_factory):
    return make_bag(tmp_path_factory.mktemp("forms") / "case")


def test_case_validate_accepts_the_graph_without_a_warning(bag):
    assert validated(bag / "data/case.jsonld") == "Validation Report\nConforms: True"


def test_the_graph_says_what_the_leaves_say(bag):
    nodes = json.loads((bag / "data/case.jsonld").read_text())["@graph"]
    by_type: dict[str, list[dict]] = {}
    for node in nodes:
        by_type.setdefault(node["@type"], []).append(node)
    records = by_type["investigation:ProvenanceRecord"]
    assert len(records) == 4
    (investigation,) = by_type["investigation:Investigation"]
    assert [r["@id"] for r in investigation["core:object"]] == [r["@id"] for r in records]
    by_id = {node["@id"]: node for node in nodes}
    assert len(by_id) == len(nodes)
    captures = [n for n in by_type["investigation:InvestigativeAction"] if n["core:name"] == "capture"]
    assert len(captures) == 4
    (tool,) = by_type["tool:Tool"]
    for capture in captures:
        assert capture["action:instrument"] == {"@id": tool["@id"]}
        assert capture["action:performer"]["@id"].startswith("kb:organization-")
        original = by_id[capture["action:result"][0]["@id"]]
        content = original["core:hasFacet"][0]
        raw = (bag / original["core:hasFacet"][1]["observable:filePath"]).read_bytes()
        assert content["observable:hash"][0]["types:hashValue"] == {"@type": "xsd:hexBinary", "@value": sha(raw).upper()}
        assert content["observable:sizeInBytes"] == len(raw)
    events = [n for n in by_type["investigation:InvestigativeAction"] if n["core:name"] != "capture"]
    assert [n["core:name"] for n in events] == ["view", "view", "case_open", "export", "case_head"]


def test_two_exports_name_one_thing_by_one_id_and_give_the_same_bytes(bag, tmp_path):
    again = make_bag(tmp_path / "case")
    for name in ("case.jsonld", "chronology.csv", "chronology.xlsx"):
        first, second = ((each / "data" / name).read_bytes() for each in (bag, again))
        if name != "case.jsonld":  # its leaf hashes are salted anew in this test's log
            assert first == second
    ids = [{n["@id"] for n in json.loads((b / "data/case.jsonld").read_text())["@graph"]} for b in (bag, again)]
    assert ids[0] == ids[1]


def test_the_workbook_has_the_columns_of_the_csv(bag):
    rows = cells(bag / "data/chronology.xlsx")
    assert rows[0] == list(HEADER)
    assert len(rows) == 5
    assert rows[1][HEADER.index("text")] == "'=HYPERLINK(0)\n@all"
    assert rows[1][HEADER.index("captured_at")].endswith("Z")
    with zipfile.ZipFile(bag / "data/chronology.xlsx") as book:
        assert 'state="frozen"' in book.read("xl/worksheets/sheet1.xml").decode()


def hostile_forms(folder: Path) -> Path:
    with contextlib.ExitStack() as stack:
        forms = Forms(folder, KEEPER, NOON, stack)
        for number, words in enumerate(HOSTILE):
            face = {
                **dict.fromkeys(("text", "subject", "url", "uri", "kind", "sent_at_as_given"), words),
                "sent_at": "2026-11-23T13:00:00+01:00" if number % 2 else words,
                "author": dict.fromkeys(("name", "handle", "native_id", "platform"), words),
            }
            raw = json.dumps(face).encode()
            leaf = {"at": "2026-11-23T12:00:00.000042Z", "sha256": sha(raw), "channel": "x", "media_type": "text/plain"}
            forms.version(
                f"itm_{number}", 1, number, bytes(32), leaf=leaf, face=raw, file=(f"data/items/x{number}", sha(raw), len(raw))
            )
        forms.close()
    return folder


def test_a_strangers_words_do_nothing_in_any_form(tmp_path):
    """Formulas, direction marks, control characters, markup, half characters, a text larger than a cell."""
    folder = hostile_forms(tmp_path) / "data"
    rows = cells(folder / "chronology.xlsx")
    assert len(rows) == len(HOSTILE) + 1
    for row in rows[1:]:
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
            assert len(cell.encode("utf-16-le")) <= 2 * MAX_CELL
            assert not set(cell) & set("\u202e\u2066\u061c\x07\x1b\0")
    assert rows[2][HEADER.index("sent_at")] == "2026-11-23T12:00:00.000000Z"
    assert "kb:forged" not in {node["@id"] for node in json.loads((folder / "case.jsonld").read_bytes())["@graph"]}
    assert validated(folder / "case.jsonld") == "Validation Report\nConforms: True"


def test_a_working_copy_that_cannot_be_read_still_has_its_row(tmp_path):
    with contextlib.ExitStack() as stack:
        forms = Forms(tmp_path, KEEPER, NOON, stack)
        for number, face in enumerate((b"", b"{", b"\xff\xfe", b"[" * 100_000, b"null")):
            forms.version(f"itm_{number}", 1, 0, bytes(32), leaf={}, face=face, file=(f"data/items/x{number}", sha(face), 0))
        forms.close()
    assert len(cells(tmp_path / "data/chronology.xlsx")) == 6
    assert validated(tmp_path / "data/case.jsonld") == "Validation Report\nConforms: True"


def test_the_chronology_says_who_signed_and_who_attests(tmp_path):
    """What the source says of itself is a stranger's word there too."""
    learned = {"signatures": [{"result": "mismatch", "domain": "x.example"}, {"result": "match", "domain": "=cmd.example"}]}
    good = {"method": "dkim", "result": "match", "learned": learned}
    sources = [
        good,
        {"method": "atproto-cid", "result": "match", "learned": {"cid": "b"}},
        {"learned": {"signatures": [None, 3]}},
        7,
    ]
    with contextlib.ExitStack() as stack:
        forms = Forms(tmp_path, KEEPER, NOON, stack)
        for number, source in enumerate(sources):
            known = Known(json.dumps(source).encode(), Attested(NOON, "first") if number else None)
            file = (f"data/items/x{number}", sha(b""), 0)
            forms.version(f"itm_{number}", 1, number, bytes(32), leaf={}, face=b"{}", file=file, known=known)
        forms.close()
    columns = [
        HEADER.index(name) for name in ("source_method", "source_result", "source_domain", "attested_at", "attested_by", "state")
    ]
    rows = [[row[column] for column in columns] for row in cells(tmp_path / "data/chronology.xlsx")[1:]]
    assert rows == [
        ["dkim", "match", "'=cmd.example", "", "", "whole"],
        ["atproto-cid", "match", "", "2026-11-23T12:00:00.000042Z", "first", "whole"],
        ["", "", "", "2026-11-23T12:00:00.000042Z", "first", "whole"],
        ["", "", "", "2026-11-23T12:00:00.000042Z", "first", "whole"],
    ]


def test_a_full_sheet_is_followed_by_another(tmp_path, monkeypatch):
    monkeypatch.setattr("parapet.evidence.workbook.MAX_ROWS", 4)
    book = Workbook(tmp_path / "w.xlsx", ["a"], NOON)
    for number in range(7):
        book.row([str(number)])
    book.close()
    assert [cells(tmp_path / "w.xlsx", n)[1:] for n in (1, 2, 3)] == [[["0"], ["1"], ["2"]], [["3"], ["4"], ["5"]], [["6"]]]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["w.xlsx"]


def test_a_large_case_is_written_in_little_memory(tmp_path):
    """2,500 messages of 8 kB: neither form holds them all."""
    face = json.dumps({"text": "x" * 8_000, "author": {"handle": "a"}}).encode()
    tracemalloc.start()
    try:
        with contextlib.ExitStack() as stack:
            forms = Forms(tmp_path, KEEPER, NOON, stack)
            for number in range(2_500):
                forms.version(f"itm_{number}", 1, number, bytes(32), leaf={}, face=face, file=("data/x", sha(face), 1))
            forms.close()
        assert tracemalloc.get_traced_memory()[1] < 12_000_000
    finally:
        tracemalloc.stop()


def test_a_case_without_messages_conforms(tmp_path):
    bag = write_bag(tmp_path / "case", evolve(case_of(0, log=Log())))
    assert validated(bag / "data/case.jsonld") == "Validation Report\nConforms: True"


def test_what_is_not_known_is_left_out():
    out = io.BytesIO()
    graph = CaseGraph(out, KEEPER)
    graph.version(Seen("itm_1", 1, 7, bytes(32), {}, "data/items/itm_1/v1/redacted.txt", sha(b""), 0, {}))
    graph.close()
    assert b"MessageFacet" not in out.getvalue()
    assert b"startTime" not in out.getvalue()


def test_a_plain_cell_stays_as_it_is():
    assert cell_text("Plain, été 🔪\nsecond line") == "Plain, été 🔪\nsecond line"
