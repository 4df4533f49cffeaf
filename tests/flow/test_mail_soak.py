"""A mailbox watched by real workers for a long while, and everything breaks: each mail is in the inbox once, soon after the last fault.

`make soak` runs it: 5,000 mails and 50 faults; SOAK_MAILS and SOAK_FAULTS say otherwise. How long the last mail took is printed, and is
the machine's affair.
"""

from __future__ import annotations

import os
import random
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from flow.conftest import Team
from support.dovecot import Dovecot, dovecot
from support.killing import Killing
from support.mail_service import MailService, mail_service, named
from support.receivers import wait_for
from support.served import served

MAILS, FAULTS = int(os.environ.get("SOAK_MAILS", "5000")), int(os.environ.get("SOAK_FAULTS", "50"))


def mail(n: int) -> bytes:
    return (
        f"From: A Stranger <a{n % 97}@example.net>\r\nTo: amara@clinic.example\r\nSubject: {n}\r\nMessage-ID: <soak-{n}@example.net>\r\n"
        f"Date: Mon, 30 Nov 2026 10:00:00 +0000\r\n\r\nYou are a disgrace, number {n}. {'word ' * (n % 40)}\r\n"
    ).encode()


def cut(server: Dovecot) -> None:
    """Every connection breaks where it is."""
    assert server.running is not None
    for child in psutil.Process(server.running.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if child.name() == "imap":
                os.kill(child.pid, signal.SIGKILL)


def restart(server: Dovecot) -> None:
    server.stop()
    time.sleep(random.SystemRandom().uniform(0, 1))
    server.start_without_asking()


def mend(service: MailService, team: Team, told: dict[str, Any]) -> int:
    """As she does when the page says that the permission is over: she signs in there anew. Whoever is killed between having a word and
    keeping it has lost it, where each is good once."""
    from parapet.actions.connect import change_connection
    from parapet.records.models import Connection

    row = Connection.objects.get()
    if row.fault != "outside.sign_in_over":
        return 0
    lasting = secrets.token_urlsafe(16)
    service.lasting.add(lasting)
    change_connection(
        team.advocate, row.id, {**told, "refresh": lasting, "access": service.a_word(), "until": int(time.time()) + 300}
    )
    return 1


def expire(service: MailService, server: Dovecot) -> None:
    """Every word opens no more, and who is in is out."""
    service.words.clear()
    cut(server)


@pytest.mark.soak
@pytest.mark.timeout(7_200)  # by itself it would have what every test has
def test_thousands_of_mails_through_dozens_of_faults_are_each_there_once(
    home: Any, team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.access.exported_items import exported_items
    from parapet.actions.connect import connect
    from parapet.domain.errors import OutsideUnreachable
    from parapet.records.models import Assessment, Connection, Intake, Item, Version

    with mail_service() as service, dovecot(introspection=f"{service.base}/introspect") as server:
        service.turns = True
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust))
        monkeypatch.setenv("PARAPET_MAIL_SERVICES", named(service, server.port, tmp_path))
        word, lasting = service.a_word(), "the first"
        service.lasting.add(lasting)
        server.make_folder("Soak")
        told = {
            "host": "127.0.0.1", "port": server.port, "user": "doctor", "password": "", "folders": ["Soak"], "starttls": False, "since": "",
            "service": "clinic", "refresh": lasting, "access": word, "until": int(time.time()) + 300,
        }  # fmt: skip
        connect(team.advocate, team.advocate_id, "mail", told)
        killing = Killing()
        faults: list[Callable[[], object]] = [
            lambda: restart(server), lambda: cut(server), lambda: expire(service, server), killing.workers,
        ]  # fmt: skip
        mended = 0
        chance, began = random.SystemRandom(), time.monotonic()
        with served(home.home):
            each = MAILS // FAULTS
            for round_ in range(FAULTS):
                server.deliver(*(mail(round_ * each + n) for n in range(each)), folder="Soak")
                time.sleep(chance.uniform(0, 1.5))
                faults[round_ % len(faults)]()
                with suppress(OutsideUnreachable):  # in the midst of it, she cannot either
                    mended += mend(service, team, told)
            rest = range(each * FAULTS, MAILS)
            server.deliver(*(mail(n) for n in rest), mail(MAILS), folder="Soak")

            def is_all_there() -> bool:
                nonlocal mended
                time.sleep(0.1)
                mended += mend(service, team, told)
                return Item.objects.filter(channel="mail").count() > MAILS

            last = wait_for(is_all_there, within_s=1_500)
            judged = wait_for(lambda: Assessment.objects.count() > MAILS, within_s=1_500)
            server.deliver(mail(MAILS + 1), folder="Soak")
            alone = wait_for(lambda: Item.objects.filter(channel="mail").count() > MAILS + 1)
            wait_for(lambda: Assessment.objects.count() > MAILS + 1)
            wait_for(lambda: Connection.objects.get().state == "well")
    found = Counter(line["uri"] for line in exported_items())
    assert found == Counter(f"<soak-{n}@example.net>" for n in range(MAILS + 2)), "none lost, none twice"
    assert Version.objects.count() == MAILS + 2
    intakes = list(Intake.objects.all())
    assert all(intake.found == intake.new + intake.already and not intake.refused for intake in intakes)
    print(
        f"{MAILS} mails, {FAULTS} faults ({len(killing.at)} of them kill -9) in {time.monotonic() - began:.0f} s, "
        f"{service.renewals} new words, {mended} times signed in anew; after the last fault all were in the inbox within {last:.1f} s "
        f"and judged {judged:.1f} s later; one more mail took {alone:.1f} s.",
        file=sys.stderr,
    )
