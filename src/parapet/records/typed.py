"""What people type, in the one form that is compared: another keyboard, or another system, must not shut anybody out."""

from __future__ import annotations

import unicodedata


def plain_name(typed: str) -> str:
    """A name to sign in with, in the one form that is compared: e-mail addresses and names in any case and any spacing."""
    return " ".join(unicodedata.normalize("NFKC", typed).casefold().split())


def plain_passphrase(typed: str) -> str:
    """As it is hashed: composed letters, so that an é of a Mac and an é of Windows are one (RFC 8265, section 4.2)."""
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in typed)
    return unicodedata.normalize("NFC", spaced)
