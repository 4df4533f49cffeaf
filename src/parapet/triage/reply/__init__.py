"""What a reply would risk: plain rules, English and French, over what a physician is about to send."""

from __future__ import annotations

from parapet.triage.reply.guard import risks_of

__all__ = ["risks_of"]
