"""The extension as one ZIP, the same bytes each time, from its files as they are."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from pathlib import Path

import parapet

#: Beside the package in an installed wheel, else in the checkout.
_PLACES = (Path(parapet.__file__).parent / "extension", Path(parapet.__file__).parents[2] / "extension")
_TIME = (1980, 1, 1, 0, 0, 0)
_LEFT_OUT = {"README.md"}


def folder() -> Path:
    """Where the extension's files lie."""
    return next(place for place in _PLACES if (place / "manifest.json").is_file())


def version() -> str:
    """As its manifest says."""
    return str(json.loads((folder() / "manifest.json").read_text("utf-8"))["version"])


@cache
def packed() -> bytes:
    """All of it, for either browser."""
    there = folder()
    names = sorted(each.relative_to(there).as_posix() for each in there.rglob("*") if each.is_file())
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            if name not in _LEFT_OUT and not name.startswith("."):
                info = zipfile.ZipInfo(name, _TIME)
                info.external_attr = 0o644 << 16
                archive.writestr(info, (there / name).read_bytes(), zipfile.ZIP_DEFLATED)
    return sink.getvalue()
