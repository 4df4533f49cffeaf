"""The letter for a dean, a chief or an employer: what this is, and what is asked of them. No word of a message is in it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from parapet.dossiers.rebuttal import Rebuttal, compiled
from parapet.dossiers.timeline import Head


def render(made: Rebuttal, head: Head, *, lang: str, tz: ZoneInfo) -> bytes:
    """In "en" or "fr"; PDF/A-2a and PDF/UA-1. The same gives the same bytes. Raises ValueError for another language."""
    return compiled(made, head, lang, tz, sheet="leader.typ")
