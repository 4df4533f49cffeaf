"""Open a closed case again."""

from __future__ import annotations

from parapet.actions.case_state import set_state
from parapet.records import models


def reopen_case(person: models.Person, case_id: str) -> None:
    """Open a closed case again. Nothing happens when it is so already. Raises NotFound."""
    set_state(person, case_id, "open")
