"""The process that takes mail in: the door of `channels/mail/door.py`, and what keeps what comes."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

import structlog

from parapet.channels.mail.door import tls_of
from parapet.cli.finding import Finding, in_language
from parapet.settings.door import DoorSettings
from parapet.settings.environment import Environment

log = structlog.get_logger("parapet.door")

#: Before it is tried again to listen where something else does, or with a certificate that cannot be read.
AGAIN_S = 10.0
_LISTENS_WITHIN_S = 3.0


def faults_of(environment: Environment) -> Iterator[tuple[str, str]]:
    """What keeps mail from coming in, or from going on: what to do, in English and in French."""
    door = environment.door
    if door is None:
        return
    if environment.alerts.mail is None:
        yield (
            "Set PARAPET_SMTP_URL and PARAPET_SMTP_FROM: without them nothing is passed on.",
            "Réglez PARAPET_SMTP_URL et PARAPET_SMTP_FROM : sans eux, rien n'est transmis.",
        )
    try:
        tls_of(door)
    except (OSError, ssl.SSLError):
        yield (
            "PARAPET_DOOR_CERTIFICATE and PARAPET_DOOR_KEY cannot be read, or do not belong together.",
            "PARAPET_DOOR_CERTIFICATE et PARAPET_DOOR_KEY ne peuvent pas être lus, ou ne vont pas ensemble.",
        )
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(door.host, door.host)  # noqa: S104 - as it was set
    try:
        socket.create_connection((host, door.port), timeout=_LISTENS_WITHIN_S).close()
    except OSError:
        yield (
            "Nothing listens there at present: start `parapet serve`, or free the port.",
            "Rien n'y écoute en ce moment : lancez `parapet serve`, ou libérez ce port.",
        )


def keep_open(stop: threading.Event, *, ready: Callable[[int], None] = lambda _port: None) -> None:
    """Take mail in until `stop` is set. What keeps it from listening is logged, and it is tried again: the rest of the home goes on."""
    from django.conf import settings

    door: DoorSettings | None = settings.ENVIRONMENT.door
    if door is None:
        return
    while not stop.is_set():
        try:
            asyncio.run(_open(door, stop, ready))
        except (OSError, ssl.SSLError) as error:
            log.error("the door for mail cannot be opened", why=type(error).__name__)
            stop.wait(AGAIN_S)


def door_found(environment: Environment) -> Iterator[Finding]:
    """For `parapet doctor`: whether mail to shielded addresses can come in, and leave."""
    door = environment.door
    if door is not None:
        faults = [in_language(*each) for each in faults_of(environment)]
        said = f"{door.host}:{door.port}, {', '.join(door.domains)}"
        yield Finding(in_language("door for mail", "porte du courrier"), not faults, said, " ".join(faults))


async def _open(door: DoorSettings, stop: threading.Event, ready: Callable[[int], None]) -> None:
    from parapet.actions.keep_mail import MailKeeper
    from parapet.channels.mail.door import serve_door

    ended = asyncio.Event()

    async def watch() -> None:
        while not stop.is_set():
            await asyncio.sleep(0.1)
        ended.set()

    watching = asyncio.get_running_loop().create_task(watch())
    try:
        await serve_door(door, MailKeeper(), ended, ready=ready)
    finally:
        watching.cancel()
