"""One line a fact, on stderr, through structlog. Never a body, a name, a text or a token.

What may carry a stranger's words does not get through: values under private keys are dropped, long tokens (login
links) are cut, and a traceback shows files, lines and the class of the error, not its words, except for our own
errors, which hold none. What Django says of a request repeats it, so we say it ourselves.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from parapet.domain.errors import ParapetError

# fmt: off
PRIVATE_KEYS = frozenset([
    "address", "addr", "author", "authorization", "body", "bytes", "comment", "content", "cookie", "cookies",
    "data", "db_error", "display_name", "e_mail", "email", "error", "exception", "file_name", "filename", "form",
    "handle", "headers", "html", "item", "json", "key", "link", "login", "message_text", "name", "note", "params",
    "password", "path", "payload", "query", "raw", "recipient", "request", "response", "secret", "sender",
    "session", "sql", "subject", "text", "title", "token", "uri", "url", "user", "username", "value", "words",
])
# fmt: on
#: Ours, and safe: a place in the program, an entry of the outbox.
PLAIN_KEYS = frozenset({"timestamp", "where", "job", "logger"})
_TOKEN = re.compile(r"[A-Za-z0-9_\-]{24,}")
_QUERY = re.compile(r"\?\S+")
#: Who quotes the visitor: the name of a host, an origin, a path that somebody made up.
_QUOTING = ("django.security", "django.request", "django.server")
#: Django's own words for why a form was not believed, up to where it begins to quote.
_CAUSE = re.compile(r"(?:Origin|Referer) checking failed|CSRF cookie not set|CSRF token (?:missing|from POST|incorrect)")


def configure(*, debug: bool = False) -> None:
    """Send this process's logs, and those of every library, to stderr. May be called again."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    # When a line cannot be written, Python would print the call with its arguments, unredacted.
    logging.raiseExceptions = False
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            pass_foreign_args=True,
            processors=[
                without_the_visitor,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                plain_failure,
                redact,
                structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"]),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO if debug else logging.WARNING)
    logging.getLogger("parapet").setLevel(logging.INFO)
    # A page that is not there is a visitor's affair, and its address may be a login link.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    # It warns that it fetches nothing when it signs: everything is looked up beforehand.
    logging.getLogger("pyhanko.sign.signers.pdf_signer").setLevel(logging.ERROR)


class _StandardError(logging.Handler):
    """Whatever standard error is at the moment: it may be replaced while we run, by a progress bar for example."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # no log is worth failing for, and nobody is left to tell
            self.handleError(record)


def without_the_visitor(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace what Django says of a request by our own words, its status, and the route that it took, if any."""
    given = event.pop("positional_args", ())
    record = event.get("_record")
    if record is None or not record.name.startswith(_QUOTING):
        return event
    cause = _CAUSE.match(str(given[0])) if isinstance(given, tuple) and given else None
    event["event"] = "a request was turned away" if record.name.startswith("django.security") else "a request failed"
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    said = {"status": getattr(record, "status_code", ""), "cause": cause and cause[0], "route": match and match.route}
    event.update({name: value for name, value in said.items() if value})
    return event


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop what is private by its key, and cut what looks like a token or a query."""
    for key in list(event):
        if key.lower() in PRIVATE_KEYS:
            event[key] = "[private]"
        elif isinstance(event[key], str) and key not in PLAIN_KEYS:
            event[key] = _TOKEN.sub("[token]", _QUERY.sub("?[query]", event[key]))
        elif not isinstance(event[key], str | int | float | bool | type(None)):
            event[key] = f"[{type(event[key]).__name__}]"
    return event


def plain_failure(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace `exc_info` by classes and places."""
    info = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["failure"] = describe(error)
        event["where"] = places(error.__traceback__)
    return event


def describe(error: BaseException) -> str:
    """The class of an error and of what caused it; the words too when the error is ours."""
    kind = type(error)
    said = f"{error.code}: {error}" if isinstance(error, ParapetError) else f"{kind.__module__}.{kind.__qualname__}"
    cause = error.__cause__ or error.__context__
    return f"{said} <- {describe(cause)}" if cause is not None and cause is not error else said


def places(trace: TracebackType | None, *, at_most: int = 6) -> str:
    """The last frames as "file:line function", innermost last."""
    frames = traceback.extract_tb(trace)[-at_most:]
    return " > ".join(f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames)
