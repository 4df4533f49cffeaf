"""Indicators: what in the words calls for a person to look, and how soon. Rules in plain patterns, English and French, by one reader each."""

from __future__ import annotations

from parapet.triage.indicators.reader import Hit, find_hits

__all__ = ["Hit", "find_hits"]
