"""Make and revoke API keys."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

from parapet.domain.errors import ReferenceUnknown, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.records.api_keys import MAX_KEYS, MAX_PER_MINUTE, ApiKey, changing, digest_of

#: What Perspective allowed a project unless it asked for more.
DEFAULT_PER_MINUTE = 60
_PREFIX = "PRPT"
_MAX_NAME = 60


def make_api_key(home: Path, name: str, *, per_minute: int = DEFAULT_PER_MINUTE) -> tuple[ApiKey, str]:
    """A new key for `name`: what is kept of it, and the key itself, which nobody can read again.

    39 characters of A-Z, a-z, 0-9, - and _, as Google's keys have: what checks the length of a key goes on working.
    Raises RequestRefused, HomeUnwritable.
    """
    name = " ".join(name.split())
    if not name or len(name) > _MAX_NAME or any(unicodedata.category(c).startswith("C") for c in name):
        raise RequestRefused(_("Name what the key is for, in at most 60 characters."))
    if not 1 <= per_minute <= MAX_PER_MINUTE:
        raise RequestRefused(_("A key may make between 1 and 60,000 requests a minute."))
    key = _PREFIX + secrets.token_urlsafe(26)
    with changing(home) as keys:
        if len(keys) >= MAX_KEYS:
            raise RequestRefused(_("There are 1,000 keys already. Revoke those that nobody uses."))
        if any(each.name == name for each in keys):
            raise RequestRefused(_("A key of this name is there already. Revoke it, or choose another name."))
        taken = {each.id for each in keys}
        number = next(made for made in iter(lambda: f"key_{secrets.token_hex(4)}", "") if made not in taken)
        kept = ApiKey(number, name, digest_of(key), per_minute, datetime.now(UTC).isoformat(timespec="seconds"))
        keys.append(kept)
    return kept, key


def revoke_api_key(home: Path, named: str) -> ApiKey:
    """Take away the key of this id or name; programs that use it are refused from their next request on.

    Raises ReferenceUnknown, RequestRefused, HomeUnwritable.
    """
    with changing(home) as keys:
        found = [each for each in keys if named in (each.id, each.name)]
        if not found:
            raise ReferenceUnknown(_("There is no API key of this name."))
        keys.remove(found[0])
    return found[0]
