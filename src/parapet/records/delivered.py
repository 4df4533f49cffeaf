"""What a person or a server called a file that was delivered, and what the server said of it besides, such as labels: sealed as one text."""

from __future__ import annotations

from parapet.records.keyring import keyring
from parapet.records.models import IntakeFile
from parapet.records.naming import delivered_context

_BETWEEN = "\0"  # no path and no label holds it


def sealed_delivery(number: int, path: str, beside: str = "") -> bytes:
    """What the row `number` keeps."""
    said = path.replace(_BETWEEN, "")
    return keyring().lock_text(
        said + (_BETWEEN + beside.replace(_BETWEEN, "") if beside else ""), about=delivered_context(number)
    )


def delivered(file: IntakeFile) -> tuple[str, str]:
    """Its path, and what was said of it besides; "" for nothing. Raises KeyWrong."""
    path, _between, beside = (
        keyring().unlock_text(bytes(file.sealed_path), about=delivered_context(file.number)).partition(_BETWEEN)
    )
    return path, beside
