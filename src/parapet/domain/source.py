"""What a platform or a mail server itself vouches for, as far as a message carries the proof along."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

from attrs import frozen


class Method(enum.StrEnum):
    """How it was checked. Stable: they stand in the log."""

    CID = "atproto-cid"  # the identifier of a Bluesky record is a digest of the record
    COMMIT = "atproto-commit"  # its writer's repository signs that it holds the record
    DKIM = "dkim"  # a mail server's signature (RFC 6376)


class Result(enum.StrEnum):
    """What came of it. Stable: they stand in the log."""

    MATCH = "match"
    PART = "match_part"  # a signature holds, but there is content that it does not cover
    MISMATCH = "mismatch"
    NO_KEY = "no_key"  # the key is not published, no longer, or not in a form that can be used
    UNCHECKED = "unchecked"  # there is a signature, and its key was not asked for
    ABSENT = "absent"  # nothing came along that could be checked


@frozen
class SourceCheck:
    """One check of one version.

    learned  what was learned, as JSON values without floats: a stranger's words among them, so it is sealed
    """

    method: Method
    result: Result
    learned: Mapping[str, Any]
