"""Who asks a person for the passphrase of the key: the command line says how, and this room does not know it."""

from __future__ import annotations

from collections.abc import Callable


def _nobody() -> str | None:
    return None


_asking: Callable[[], str | None] = _nobody


def ask_by(ask: Callable[[], str | None]) -> None:
    """From now on, `ask` asks; it gives None where there is nobody to ask."""
    global _asking
    _asking = ask


def asked() -> str | None:
    """What a person typed, or None."""
    return _asking()
