"""Hand one alert to one service, bounded in time, and say truthfully what came of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from urllib.parse import quote

from attrs import frozen

from parapet.alerting import quiet, services
from parapet.domain.errors import RequestRefused
from parapet.network import guard
from parapet.settings.alerts import AlertSettings, MailServer

#: For all of it: finding the address, connecting, and the last byte of the answer.
WITHIN_S = 15.0
CONNECT_S, READ_S = 5.0, 8.0

SENT, TIMEOUT, NO_CONNECTION, INSIDE, NO_MAIL, UNREADABLE = (
    "sent", "timeout", "no_connection", "inside", "no_mail", "unreadable",
)  # fmt: skip
#: What another try cannot mend.
_FOR_GOOD = {INSIDE, NO_MAIL, UNREADABLE}
#: Statuses of HTTP that ask to come again, though they are 4xx.
_LATER = {408, 409, 423, 425, 429}


@frozen
class Message:
    """What is sent. `key` is the same whenever the same thing is sent again, so that a receiver can drop the second.

    urgent  a mail says so in its header; a digest can wait
    """

    title: str
    body: str
    key: str
    urgent: bool = True


@frozen
class Outcome:
    """What came of it. `code`: "sent", "timeout", "no_connection", "inside", "no_mail", "unreadable", "http_404", "smtp_550".

    Sent means that the service took it, and no more: nobody can know here whether a person saw it.
    """

    code: str

    @property
    def sent(self) -> bool:
        return self.code == SENT

    @property
    def for_good(self) -> bool:
        """True when another try will not help: nothing is wrong with the network."""
        kind, _line, status = self.code.partition("_")
        if kind == "http" and status.isdigit():
            return 400 <= int(status) < 500 and int(status) not in _LATER
        if kind == "smtp" and status.isdigit():
            return int(status) >= 500
        return self.code in _FOR_GOOD


def send(
    way: str, address: str, message: Message, settings: AlertSettings, *, inside: bool, within_s: float = WITHIN_S
) -> Outcome:
    """Send `message` by one way of a person.

    way, address  as `services.read_address` gave them
    inside        whether it may lead to addresses that are not public; the home's own mail server always may

    Never raises for what a service does, and logs nothing of it.
    """
    try:
        plugin = _mail(address, message, settings.mail) if way == "email" else _prepared(address, message)
    except RequestRefused:
        return Outcome(UNREADABLE)
    if plugin is None:
        return Outcome(NO_MAIL)
    held = nullcontext if inside or way == "email" else guard.only_public
    # In a thread of its own: a service that says a byte from time to time would hold us, and looking up a name knows no end.
    exchange = _Exchange(plugin, message, held)
    exchange.start()
    exchange.join(within_s)
    return Outcome(exchange.code if not exchange.is_alive() else TIMEOUT)


class _Exchange(threading.Thread):
    def __init__(self, plugin: Any, message: Message, held: Callable[[], Any]) -> None:
        super().__init__(name="parapet-alert", daemon=True)
        self.code = NO_CONNECTION
        self._plugin, self._message, self._held = plugin, message, held

    def run(self) -> None:
        quiet.listen()
        with self._held():
            try:
                sent = bool(self._plugin.notify(body=self._message.body, title=self._message.title))
            except Exception:  # the edge: a hundred services' code, and what it says may hold tokens
                sent = False
        if sent:
            self.code = SENT
        elif guard.was_refused():
            self.code = INSIDE
        else:
            self.code = quiet.heard() or NO_CONNECTION


def _prepared(address: str, message: Message) -> Any:
    plugin = services.plugin_of(address)
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_S, READ_S
    if isinstance(getattr(plugin, "headers", None), dict):
        plugin.headers["Idempotency-Key"] = message.key
    return plugin


def _mail(address: str, message: Message, server: MailServer | None) -> Any:
    """What hands a mail to the home's server; None when it has none. Raises RequestRefused."""
    if server is None:
        return None
    quiet.hush()
    from apprise import Apprise

    user = f"{quote(server.user, safe='')}:{quote(server.password, safe='')}@" if server.user else ""
    host = f"[{server.host}]" if ":" in server.host else server.host
    secure = "mailto" if server.mode == "insecure" else "mailtos"
    asked = f"mode={server.mode}&from={quote(f'Parapet <{server.sender}>', safe='')}&to={quote(address, safe='')}&format=text"
    plugin: Any = Apprise.instantiate(
        f"{secure}://{user}{host}:{server.port}/?{asked}", asset=services.quiet_asset(), suppress_exceptions=True
    )
    if plugin is None:
        raise RequestRefused
    plugin.socket_connect_timeout = CONNECT_S
    plugin.headers.update({"X-Parapet-Alert": message.key, "Auto-Submitted": "auto-generated"})
    if message.urgent:
        plugin.headers["X-Priority"] = "1"
    return plugin
