"""What an advocate wrote down as private, in the shape in which triage finds it in a stranger's message."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from parapet.records import models
from parapet.records.profiles import profile_of
from parapet.triage.private import PrivateFacts

#: The digests are made anew in each process and never kept, so any key does.
_KEY = os.urandom(32)
_LEAST_PHONE_DIGITS = 10


def private_facts(advocate: models.Advocate) -> PrivateFacts | None:
    """Her private facts; None when there are none. One word alone is left out: it could be anybody's."""
    facts = list(_facts(profile_of(advocate).private))
    return PrivateFacts.of(_KEY, facts) if facts else None


def _facts(private: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for kind, said in private.items():
        digits = re.sub(r"\D", "", said)
        if len(digits) >= _LEAST_PHONE_DIGITS and not re.search(r"[^\W\d_]", said):
            yield "phone", said
            continue
        # An address is seldom written out to its end: what stands before the first comma counts by itself.
        for part in dict.fromkeys((said, said.partition(",")[0])):
            if len(part.split()) > 1 or digits:
                yield kind, part
