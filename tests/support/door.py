"""The door for mail in this process, her real mail server beyond it, and a stranger's program before it."""

from __future__ import annotations

import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from attrs import define, evolve, field

from support.ports import free_port

DOMAIN = "shield.clinic.example"
OWN = "amara.real@clinic.example"


@define
class Hers:
    """Her own mail server: `got` has the return path, the addressee and the octets of each mail. `answers` are given in turn, then 250.

    cut  hang up instead of answering the next mail, after it was had whole
    """

    port: int = 0
    got: list[tuple[str, str, bytes]] = field(factory=list)
    answers: list[str] = field(factory=list)
    cut: bool = False


@contextmanager
def her_server() -> Iterator[Hers]:
    kept = Hers(free_port())

    class Taker:
        async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
            answer = kept.answers.pop(0) if kept.answers else "250 taken"
            if answer.startswith("250"):
                kept.got.append((envelope.mail_from, envelope.rcpt_tos[0], envelope.original_content))
            if kept.cut:
                kept.cut = False
                server.transport.abort()
            return answer

    class Server(Controller):
        def factory(self) -> SMTP:
            return SMTP(self.handler, hostname="hers", enable_SMTPUTF8=True)

    controller = Server(Taker(), hostname="127.0.0.1", port=kept.port)
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()


@contextmanager
def opened(environment: Any, *, beyond: int = 0, **other: Any) -> Iterator[int]:
    """The door of this process's home, which hands on to 127.0.0.1:`beyond`; gives its port."""
    from django.test import override_settings

    from parapet.cli.door import keep_open

    stop, ready, port = threading.Event(), threading.Event(), []

    def is_ready(number: int) -> None:
        port.append(number)
        ready.set()

    with override_settings(ENVIRONMENT=with_door(environment, beyond=beyond, **other)):
        thread = threading.Thread(target=keep_open, args=(stop,), kwargs={"ready": is_ready}, daemon=True)
        thread.start()
        assert ready.wait(30)
        try:
            yield port[0]
        finally:
            stop.set()
            thread.join(30)


def with_door(environment: Any, *, beyond: int = 0, **other: Any) -> Any:
    """This environment with a door on a free port, and a mail server beyond it."""
    from parapet.settings.alerts import AlertSettings, MailServer
    from parapet.settings.door import DoorSettings

    mail = MailServer("127.0.0.1", beyond, "insecure", "parapet@clinic.example") if beyond else None
    door = DoorSettings("127.0.0.1", other.pop("port", 0), (DOMAIN,), **other)
    return evolve(environment, door=door, alerts=AlertSettings(mail))


def letter(
    n: int | str, text: str = "Thank you for the clear explanation.", *, head: str = "", sender: str = "anon@example.net"
) -> bytes:
    return (
        f"From: A Person <{sender}>\r\nTo: dr@{DOMAIN}\r\nSubject: {n}\r\nDate: Mon, 30 Nov 2026 10:00:00 +0000\r\n"
        f"Message-ID: <door-{n}@example.net>\r\n{head}\r\n{text}\r\n"
    ).encode()


def send(port: int, to: str, raw: bytes, *, sender: str = "anon@example.net") -> None:
    """As a stranger's mail server."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as line:
        line.sendmail(sender, [to], raw)


class Raw:
    """A program that speaks as it likes."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.file = self.socket.makefile("rb")

    def say(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def hear(self) -> str:
        """One whole answer; "" when it hung up."""
        whole = ""
        while True:
            try:
                line = self.file.readline().decode()
            except OSError:
                return ""
            whole += line
            if line[3:4] != "-":
                return whole

    def ask(self, line: str) -> str:
        self.say(line.encode() + b"\r\n")
        return self.hear()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def wait_until(there: Callable[[], Any]) -> None:
    for _ in range(1_500):
        if there():
            return
        time.sleep(0.02)
    raise AssertionError("it never came")
