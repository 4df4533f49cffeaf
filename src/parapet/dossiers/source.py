"""Whether a message is signed by its source, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from parapet.dossiers.case_file import Signed


def sentence(signed: Signed, words: Mapping[str, str]) -> str:
    """The sentence for a check, without the domain, which is a stranger's word."""
    code = f"signed.{signed.method}.{signed.result}"
    return words[f"{code}.{signed.nearness}"] if signed.result in ("match", "match_part") and signed.nearness else words[code]
