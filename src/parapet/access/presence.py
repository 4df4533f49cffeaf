"""Who is present with her own key, as screens may ask and say (`records/presence.py`)."""

from __future__ import annotations

from parapet.records.presence import here, present

__all__ = ["here", "present"]
