"""Mail at the door: judged, and passed on, each in a thread of its own, so that neither a pile-on nor a slow server holds up alerts."""

from __future__ import annotations

from django.db import close_old_connections

from parapet.actions.judge_mail import judge_arrived
from parapet.actions.pass_on import pass_on_waiting
from parapet.jobs.handlers import every


@every(1, apart=True)
def mail_judged() -> None:
    """Decide on all that came."""
    close_old_connections()
    while judge_arrived():
        pass


@every(1, apart=True)
def mail_passed_on() -> None:
    """Hand over all that is to go."""
    close_old_connections()
    while pass_on_waiting():
        pass
