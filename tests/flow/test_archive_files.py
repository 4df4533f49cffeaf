"""The documents of a bag are archive files (PDF/A-2a) as they go out, with their signature: what of that can be seen from outside."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject
from support import many
from support.issuer import issuing
from support.sample import ADVOCATES
from support.terminal import parapet

#: What ISO 19005-2 forbids (6.5, 6.6, 6.8), by the key or the value that would bring it in.
_ACTING = {
    "/JavaScript",
    "/JS",
    "/Launch",
    "/AA",
    "/OpenAction",
    "/EmbeddedFiles",
    "/URI",
    "/GoToR",
    "/SubmitForm",
    "/RichMedia",
    "/XFA",
}


def objects(reader: PdfReader) -> Iterator[Any]:
    """Every object that the trailer leads to, each once."""
    seen: set[int] = set()
    waiting: list[Any] = [reader.trailer]
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if each.idnum in seen:
                continue
            seen.add(each.idnum)
            each = each.get_object()
        yield each
        if isinstance(each, DictionaryObject):
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list(each)


@pytest.fixture(scope="module")
def documents(homes, tmp_path_factory) -> dict[str, list[bytes]]:
    """By the level of their signature, all documents of a bag: B-B by a home alone, and B-LT by an organisation."""
    folder = tmp_path_factory.mktemp("archive")
    (folder / "ours.mbox").write_bytes(many.mails(0, 2))
    made = {}
    with homes.home(folder / "home", None) as home, issuing(folder / "ca") as issuer:
        assert parapet("import", folder / "ours.mbox", "--advocates", ADVOCATES, PARAPET_HOME=str(home.home)).status == 0
        theirs = {
            "PARAPET_SIGNING_P12": str(issuer.p12),
            "PARAPET_SIGNING_PASSPHRASE_FILE": str(issuer.passphrase),
            "PARAPET_TIME_AUTHORITIES": f"clock {issuer.url}tsa {issuer.chain}",
        }
        for level, given in (("B-B", {}), ("B-LT", theirs)):
            said = parapet("export", "--all", "-o", folder / level, PARAPET_HOME=str(home.home), **given)
            bag = Path(said.out.split()[0])
            assert f'"level": "{level}"' in (bag / "data/case.json").read_text()
            made[level] = [path.read_bytes() for path in sorted((bag / "data/documents").glob("*.pdf"))]
    assert all(len(each) == 6 for each in made.values())
    return made


@pytest.mark.parametrize("level", ["B-B", "B-LT"])
def test_they_say_that_they_are_archive_files(documents, level):
    for document in documents[level]:
        reader = PdfReader(io.BytesIO(document))
        assert not reader.is_encrypted and document.startswith(b"%PDF-1.7")
        root = reader.trailer["/Root"]
        metadata = root["/Metadata"].get_data()
        assert root["/Metadata"].get("/Filter") is None, "metadata lies open (6.6.2.1)"
        for name, value in (("pdfaid:part", b"2"), ("pdfaid:conformance", b"A"), ("pdfuaid:part", b"1")):
            assert re.search(name.encode() + rb"(?:>|=\")" + value, metadata), name
        intents = [each.get_object() for each in root["/OutputIntents"]]
        assert [each["/S"] for each in intents] == ["/GTS_PDFA1"] and isinstance(intents[0]["/DestOutputProfile"], StreamObject)
        assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"] and root["/Lang"]
        assert "/ID" in reader.trailer


@pytest.mark.parametrize("level", ["B-B", "B-LT"])
def test_all_their_fonts_are_inside_and_nothing_acts(documents, level):
    for document in documents[level]:
        reader, fonts = PdfReader(io.BytesIO(document)), 0
        for each in objects(reader):
            if not isinstance(each, DictionaryObject):
                continue
            assert not _ACTING & ({*each} | {value for key in each if isinstance(value := each.raw_get(key), str)}), each
            assert "/LZWDecode" not in str(each.get("/Filter")) and each.get("/Type") != "/Filespec"
            if each.get("/Type") == "/FontDescriptor":
                fonts += 1
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & {*each}, each.get("/FontName")
            elif each.get("/Subtype") == "/Widget":
                assert each["/F"] & 4 and not each["/F"] & 0b100011, "printed, and neither hidden nor without a view (6.3.2)"
            elif each.get("/Subtype") == "/Type3":
                fonts += 1
        assert fonts


@pytest.mark.parametrize("level", ["B-B", "B-LT"])
def test_they_are_read_by_another_program_without_a_complaint(documents, level, tmp_path):
    """poppler reads each, and finds it tagged and not encrypted."""
    for number, document in enumerate(documents[level]):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(document)
        said = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True, timeout=60)
        # poppler takes `/Suspects false`, as ISO 32000-1 (14.7.1) has it, for a fault of type.
        assert set(said.stderr.splitlines()) <= {"Syntax Error: Suspects object is wrong type (boolean)"}
        for line in ("Tagged", "Encrypted", "JavaScript"):
            assert re.search(rf"{line}:\s+{'yes' if line == 'Tagged' else 'no'}", said.stdout), said.stdout
