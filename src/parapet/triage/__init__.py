"""What is this message, how grave, how urgent, and why. Pure: no Django, no network, no clock.

judge = Triage.load()
judge.assess("...", channel="mail").severity
"""

from __future__ import annotations

from parapet.domain.errors import ModelDamaged
from parapet.triage.private import PrivateFacts
from parapet.triage.triage import Request, Triage

__all__ = ["ModelDamaged", "PrivateFacts", "Request", "Triage"]
