"""Looking at pages again: in a thread of its own, so that no server holds up what people wait for."""

from __future__ import annotations

from django.db import close_old_connections

from parapet.actions.look_at_pages import look_at_due
from parapet.jobs.handlers import every


@every(2, apart=True)
def looks() -> None:
    """Look at every page that is due, as far as its server may be asked."""
    close_old_connections()
    while look_at_due():
        pass
