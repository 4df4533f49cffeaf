"""Whatever comes, one process takes it in with little memory, and tells of each file what a careful system would."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.sample import ADVOCATES, NASTY
from support.terminal import PARAPET, surroundings

MAX_PEAK_MIB = 400
LINE_BYTES = 30_000_000

#: Runs the command and says the largest memory that any process of it held (Linux: KiB).
MEASURED = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({"status": done.returncode, "out": done.stdout, "err": done.stderr, "peak_kib": peak}))
"""


def long_line(path: Path) -> None:
    """Two messages, the first of one line of 30 MB."""
    head = b"From a@b Sat Sep 12 00:00:00 2026\nFrom: %b <%b@example.net>\nMessage-ID: <%b@example.net>\nSubject: long\n\n"
    with path.open("wb") as file:
        file.write(head % (b"One", b"one", b"long-1") + b"A" * LINE_BYTES + b"\n\n")
        file.write(head % (b"Two", b"two", b"long-2") + b"The second message is here too.\n")


#: File to how many contents come in, and how often it is refused for which reason.
EXPECTED: dict[str, tuple[int, dict[str, int]]] = {
    "100k_chars.json": (1, {}),
    "active.html.eml": (1, {}),
    "active_status.json": (1, {}),
    "attachment_names.eml": (1, {}),
    "bad_crc.zip": (0, {"damaged_member": 1}),
    "binary_as_text.eml": (1, {}),
    "bomb.json.gz": (0, {"bomb": 1}),
    "bomb.png": (0, {"unknown_format": 1}),
    "bomb_nested.zip": (0, {"nested_archive": 12}),
    "bomb_ratio.zip": (0, {"bomb": 1}),
    "charset_lies.eml": (1, {}),
    "dates.eml": (1, {}),
    "dates.json": (9, {}),
    "deep.json": (0, {"too_deep": 1}),
    "duplicate_members.zip": (0, {"duplicate_member": 1}),
    "empty.json": (0, {"empty": 1}),
    "empty.mbox": (0, {"empty": 1}),
    "empty.zip": (0, {"nothing_found": 1}),
    "empty_header_only.csv": (0, {"nothing_found": 1}),
    "evil.pdf": (1, {}),
    "executes_code.js.zip": (0, {"bad_syntax": 1}),
    "formula.csv": (3, {}),
    "header_injection.eml": (1, {}),
    "huge_int.json": (0, {"number_too_large": 1}),
    "line_30MB.mbox": (2, {}),
    "lone_surrogate.json": (1, {}),
    "meta_dates.zip": (5, {}),
    "nested_rfc822.eml": (11, {}),
    "no_end_boundary.eml": (1, {}),
    "not_a_zip.zip": (0, {"bad_syntax": 1}),
    "nul_and_controls.json": (1, {}),
    "prompt_injection.json": (1, {}),
    "ragged.csv": (1, {"bad_record": 4}),
    "rtl_zero_width.json": (3, {}),
    "same_id_two_texts.json": (2, {}),
    "same_message_id.mbox": (2, {}),
    "svg_entity_bomb.eml": (1, {}),
    "traversal.zip": (0, {"unsafe_name": 5, "nothing_found": 1}),
    "truncated.json": (26, {"truncated": 1}),
    "truncated.jsonl": (1, {"truncated": 1}),
    "unknown_charset.eml": (1, {}),
    "utf16.json": (1, {}),
    "wrong_encoding.csv": (1, {}),
    "wrong_type.json": (0, {"bad_record": 7}),
}


@pytest.mark.slow
def test_all_hostile_files_at_once_stay_within_bounds_and_nothing_is_lost(home: Any, tmp_path: Path) -> None:
    long_line(tmp_path / "line_30MB.mbox")
    files = sorted(p for p in (NASTY).iterdir() if p.name != "README.txt")
    assert len(files) == 43
    command = [PARAPET, "import", *files, tmp_path / "line_30MB.mbox", "--advocates", ADVOCATES, "--advocate", "adv-01", "--json"]
    measured = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, env=surroundings(), timeout=1_000, check=True
    )
    said = json.loads(measured.stdout)
    assert said["status"] == 3, said["err"]
    assert "Traceback" not in said["err"]
    assert said["peak_kib"] / 1024 < MAX_PEAK_MIB, f"{said['peak_kib'] / 1024:.0f} MiB"
    told = json.loads(said["out"])
    assert told["found"] == told["new"] + told["already_there"] + told["refused"]
    assert (told["files"], told["not_judged"]) == (44, 0)
    refused: dict[str, Counter[str]] = {}
    for each in told["refusals"]:
        refused.setdefault(Path(each["file"]).name, Counter())[each["reason"]] += 1
    items = per_file()
    assert {name: (items[name], dict(refused.get(name, {}))) for name in {*items, *refused}} == EXPECTED


def per_file() -> Counter[str]:
    """How many versions lay in each file, by the name it was delivered under."""
    from parapet.records.keyring import keyring
    from parapet.records.models import IntakeFile, Occurrence

    names = {
        f.source_id: Path(keyring().unlock_text(bytes(f.sealed_path), about=f"delivered:{f.number}".encode())).name
        for f in IntakeFile.objects.all()
    }
    return Counter(names[source] for source in Occurrence.objects.values_list("source_id", flat=True))
