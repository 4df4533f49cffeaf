"""Every kind of leaf is told in the reference with its details, and has words for the custody screen in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from parapet.evidence.kinds import KINDS
from parapet.evidence.seal import CAPTURE_KINDS

ROOT = Path(__file__).parents[2]
_WRITTEN = re.compile(r"(?:kind=|log_case_event\(\s*case, |Event\()\"([a-z_]+)\"")


def documented() -> dict[str, set[str]]:
    """Kind to the codes in its row of the reference."""
    rows = re.findall(r"^\| (`[^|]*) \| [^|]* \| ?([^|]*)\|$", (ROOT / "docs/reference/evidence.md").read_text("utf-8"), re.M)
    return {kind: set(re.findall(r"`(\w+)`", details)) for kinds, details in rows for kind in re.findall(r"`(\w+)`", kinds)}


def test_every_kind_is_in_the_reference_with_its_details() -> None:
    told = documented()
    assert set(KINDS) <= set(told)
    for kind, details in KINDS.items():
        if kind == "relabel":
            assert told[kind] >= {"by"}, "and those of a judgement, before and after"
        else:
            assert told[kind] == details, kind


def test_every_kind_that_the_code_writes_is_in_the_table() -> None:
    written: set[str] = set()
    for path in (ROOT / "src/parapet").rglob("*.py"):
        if path.parts[-2] in ("actions", "access"):
            written.update(_WRITTEN.findall(path.read_text("utf-8")))
    work = set(re.findall(r'@handler\("([a-z_]+)"', (ROOT / "src/parapet/work/handlers.py").read_text("utf-8")))
    assert work, "kinds of background work are told elsewhere"
    written -= work
    assert len(written) >= 12
    assert written <= {*KINDS, *CAPTURE_KINDS}


def test_every_kind_has_words_in_both_languages(home: Any) -> None:
    from django.utils import translation

    from parapet.web.words import CUSTODY

    assert {*KINDS, *CAPTURE_KINDS} == CUSTODY.keys()
    for kind, word in CUSTODY.items():
        with translation.override("en"):
            english = str(word)
        with translation.override("fr-ca"):
            assert english != str(word), kind
