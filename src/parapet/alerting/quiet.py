"""Apprise's own log lines name hosts, addresses and people: none passes. Only the status that a service gave is read from them."""

from __future__ import annotations

import logging
import re
import threading

_HTTP = re.compile(r"error=(\d{3})\b")
_SMTP = re.compile(r"\((\d{3}), |: (\d{3}) ")
_heard = threading.local()


class _Ear(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if found := _HTTP.search(said := record.getMessage()):
            _heard.code = f"http_{found[1]}"
        elif "Exception" in said and (found := _SMTP.search(said)):
            _heard.code = f"smtp_{found[1] or found[2]}"


def hush() -> None:
    """Before anything of Apprise is used: what it says is heard here, and goes nowhere."""
    own = logging.getLogger("apprise")
    if not any(isinstance(each, _Ear) for each in own.handlers):
        own.handlers = [_Ear()]
        own.propagate = False
        own.setLevel(logging.DEBUG)
        logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it repeats paths


def listen() -> None:
    """Forget what was heard in this thread."""
    _heard.code = ""


def heard() -> str:
    """The last status that a service gave in this thread, as a code: "http_404", "smtp_550"; "" when none did."""
    return str(getattr(_heard, "code", ""))
