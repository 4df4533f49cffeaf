"""What a sign is."""

from __future__ import annotations

from parapet.domain.replies import Concern


class Sign:
    """If one of `patterns` is in a reply, the reply carries this risk. `code` is stable within its concern."""

    __slots__ = ("code", "concern", "patterns")

    def __init__(self, concern: Concern, code: str, *patterns: str) -> None:
        self.concern, self.code, self.patterns = concern, code, patterns
