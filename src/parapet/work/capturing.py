"""Keeping pages: one at a time, in a thread of its own, so that no page holds up what people wait for."""

from __future__ import annotations

from django.db import close_old_connections

from parapet.actions.capture_page import capture_waiting, capturer
from parapet.actions.look_at_pages import look_with_browser
from parapet.jobs.handlers import every


@every(1, apart=True)
def captures() -> None:
    """Keep every page that waits, and look at those of which only a browser can tell. It starts with the first, and ends with the last."""
    close_old_connections()
    with capturer() as browser:
        while capture_waiting(browser) or look_with_browser(browser):
            pass
