"""The witness's one address, as a WSGI application: POST /add-checkpoint."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import structlog

from parapet.anchors.witness.request import MAX_REQUEST_BYTES
from parapet.anchors.witness.witness import Reply, Witness

log = structlog.get_logger("parapet.witness")

_REASONS = {
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    422: "Unprocessable Entity",
    500: "Internal Server Error",
}

Start = Callable[[str, list[tuple[str, str]]], Any]


class Application:
    """Answers for the witness in `folder`; each thread has its own connection to the memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = threading.local()

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        try:
            reply = self._answer(environ)
        except Exception as error:  # the process's edge: told in the journal, and the log asks again
            log.error("a request could not be answered", exc_info=error)
            reply = Reply(500, "The witness could not answer. Ask again later.\n")
        body = reply.body.encode()
        headers = [("Content-Type", reply.media_type), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(f"{reply.status} {_REASONS[reply.status]}", headers)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Reply:
        if environ.get("PATH_INFO") != "/add-checkpoint":
            return Reply(404, "A witness answers at /add-checkpoint.\n")
        if environ["REQUEST_METHOD"] != "POST":
            return Reply(405, "Send a checkpoint with POST.\n")
        body = environ["wsgi.input"].read(MAX_REQUEST_BYTES + 1)
        if len(body) > MAX_REQUEST_BYTES:
            return Reply(413, "The request is larger than any should be.\n")
        reply = self._witness().add_checkpoint(body, now=int(time.time()))
        if reply.told is not None:
            told = reply.told
            log.error("a log contradicts itself and was not cosigned", kind=told.kind, origin=told.origin, size=told.size)
        return reply

    def _witness(self) -> Witness:
        held: Witness | None = getattr(self._own, "witness", None)
        if held is None:
            held = self._own.witness = Witness(self._folder)
        return held
