"""Mail handed in at the door at a steady rate, through the processes of `parapet serve`, to her own mail server beyond.

    python -m benchmarks.door [--mails N] [--rate N] [--full]

Every mail must be taken, each must end passed on or held, and none may reach her twice. One in ten is a threat. What is told of
time: how long the door took to say 250, in the middle and at most, and how long after the last mail all of them were settled.
`--full` is the load that was asked for: 10,000 mails at 50 a second.
"""

from __future__ import annotations

import argparse
import os
import re
import smtplib
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from benchmarks.measured import ROOT, machine

# The servers of the tests serve here too.
sys.path.append(str(ROOT / "tests"))

MAILS, FULL, RATE, CONNECTIONS = 1_000, 10_000, 50, 10
THREAT = "I will kill you on Friday. I am outside your house now with a knife."
KIND = "Thank you for your talk on the new schedule, it helped my family a good deal."


def main() -> int:
    """Measure and print; 1 when a mail was lost, came twice, or was not taken."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.door", description=__doc__.splitlines()[0])
    options.add_argument("--mails", type=int, default=MAILS, help=f"how many (default {MAILS})")
    options.add_argument("--rate", type=int, default=RATE, help=f"a second (default {RATE})")
    options.add_argument("--full", action="store_true", help=f"{FULL} mails")
    asked = options.parse_args()
    mails = FULL if asked.full else asked.mails
    print(machine())
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
        return _measured(Path(made), mails, asked.rate)


def _measured(made: Path, mails: int, rate: int) -> int:
    from support.door import DOMAIN, OWN, her_server
    from support.ports import free_port
    from support.receivers import wait_for
    from support.served import served

    with her_server() as hers:
        port = free_port()
        os.environ |= {
            "PARAPET_HOME": str(made / "home"), "PARAPET_SMTP_URL": f"smtp://127.0.0.1:{hers.port}",
            "PARAPET_SMTP_FROM": "parapet@clinic.example", "PARAPET_DOOR": f"127.0.0.1:{port}", "PARAPET_DOOR_DOMAINS": DOMAIN,
        }  # fmt: skip
        from parapet.actions.make_home import make_home

        make_home(made / "home")
        from parapet.actions.enrol_advocates import enrol
        from parapet.actions.shield_address import shield_address
        from parapet.actions.welcome import owner
        from parapet.records.models import DoorMail
        from parapet.records.profiles import Profile

        [advocate] = enrol([Profile("Dr. Bench Mark")], person=owner(), role="advocate")
        shield_address(owner(), advocate, local="dr", domain=DOMAIN, to=OWN, hold="grave", hold_unsure=False)
        with served(made / "home"):
            wait_for(lambda: _listens(port))
            times, lost = _send(port, f"dr@{DOMAIN}", mails, rate)
            kept = DoorMail.objects.count()
            began = time.monotonic()
            wait_for(lambda: not DoorMail.objects.filter(state__in=("came", "ready", "sending")).exists(), within_s=3_600)
            after_s = time.monotonic() - began
        states = Counter(DoorMail.objects.values_list("state", flat=True))
        subjects = Counter(re.findall(rb"\nSubject: (\S+)", b"".join(raw for _from, _to, raw in hers.got)))
    twice = sum(count > 1 for count in subjects.values())
    print(f"{mails} mails at {rate} a second: {len(times)} taken, {lost} not; kept when the last was taken: {kept}")
    print(f"250 after {statistics.median(times) * 1_000:.0f} ms in the middle, {max(times) * 1_000:.0f} ms at most")
    print(f"all settled {after_s:.1f} s after the last; {dict(states)}; at her server {len(subjects)}, twice {twice}")
    sound = not lost and kept == mails == sum(states.values()) and not twice and states["passed"] == len(subjects)
    return 0 if sound and set(states) <= {"passed", "held"} else 1


def _send(port: int, to: str, mails: int, rate: int) -> tuple[list[float], int]:
    """At a steady rate over a few connections; seconds from the end of each mail to its answer, and how many were not taken."""
    times: list[float] = []

    began = time.monotonic()

    def push(first: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=120) as line:
            for n in range(first, mails, CONNECTIONS):
                if n // CONNECTIONS % 90 == 89:
                    line.quit()
                    line.connect("127.0.0.1", port)
                time.sleep(max(0.0, began + n / rate - time.monotonic()))
                line.ehlo_or_helo_if_needed()
                line.mail("anon@example.net")
                line.rcpt(to)
                asked = time.monotonic()
                if line.data(_mail(n))[0] == 250:
                    times.append(time.monotonic() - asked)

    threads = [threading.Thread(target=push, args=(first,)) for first in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times, mails - len(times)


def _mail(n: int) -> bytes:
    return (
        f"From: A Person <a{n % 500}@example.net>\r\nSubject: m{n}\r\nMessage-ID: <m{n}@example.net>\r\n"
        f"Date: Mon, 30 Nov 2026 10:00:00 +0000\r\n\r\n{THREAT if n % 10 == 0 else KIND} ({n})\r\n"
    ).encode()


def _listens(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5):
            return True
    except (OSError, smtplib.SMTPException):
        return False


if __name__ == "__main__":
    sys.exit(main())
