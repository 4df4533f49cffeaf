"""Close a case. Everything in it stays."""

from __future__ import annotations

from parapet.actions.case_state import set_state
from parapet.records import models


def close_case(person: models.Person, case_id: str) -> None:
    """Close a case. Everything in it stays. Nothing happens when it is so already. Raises NotFound."""
    set_state(person, case_id, "closed")
