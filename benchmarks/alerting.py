"""From the end of an import to the alert in a mail server and at a web address, through the processes of `parapet serve`.

    python -m benchmarks.alerting [--alerts N]

Each alert is of its own: the one before is put back in time, so that none joins another. The first one pays for what a worker
loads once (the model, the services), and is told apart. The limit is ten seconds from intake to a person; the figure is the
slowest as a share of it, cold and warm.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measured import ROOT, machine

# The servers of the tests serve here too.
sys.path.append(str(ROOT / "tests"))

LIMIT_S = 10.0
ALERTS = 10
THREAT = "I will kill you on Friday. I am outside your house now with a knife."


def main() -> int:
    """Measure and print; 1 when the limit is not held."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.alerting", description=__doc__.splitlines()[0])
    options.add_argument("--alerts", type=int, default=ALERTS, help=f"how many, one after the other (default {ALERTS})")
    asked = options.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
        os.environ["PARAPET_HOME"] = str(Path(made) / "home")
        times = _measured(Path(made), max(2, asked.alerts))
    cold, warm = times[0], times[1:]
    print(f"cold: {cold:5.2f} s, {cold / LIMIT_S:.2f} of the limit of {LIMIT_S:.0f} s")
    print(
        f"warm: {statistics.median(warm):5.2f} s in the middle, {max(warm):5.2f} s at most, {max(warm) / LIMIT_S:.2f} of the limit"
        f" ({len(warm)} alerts)"
    )
    return 0 if max(times) < LIMIT_S else 1


def _measured(made: Path, alerts: int) -> list[float]:
    """Seconds from the end of each import until mail and web address both have the alert."""
    from support.receivers import mail_server, wait_for, webhook
    from support.served import served

    with webhook() as hook, mail_server() as mails:
        os.environ["PARAPET_SMTP_URL"], os.environ["PARAPET_SMTP_FROM"] = mails.url, "parapet@clinic.example"
        from parapet.actions.make_home import make_home

        make_home(made / "home")
        _people(hook.url)
        times: list[float] = []
        with served(made / "home"):
            for number in range(alerts):
                taken_in = _bring(made / f"{number}.eml", number)
                wait_for(lambda: len(hook.got) > len(times) and len(mails.got) > len(times))
                times.append(max(hook.got[-1][0], mails.got[-1][0]) - taken_in)
                _put_back()
        return times


def _people(url: str) -> None:
    from parapet.actions.change_reach import add_way
    from parapet.actions.enrol_advocates import enrol
    from parapet.actions.welcome import owner
    from parapet.records.profiles import Profile

    enrol([Profile("Dr. Bench Mark", identifiers=("email:bench@clinic.example",))], person=owner(), role="advocate")
    add_way(owner(), "webhook", url)
    add_way(owner(), "email", "bench@clinic.example")


def _bring(path: Path, number: int) -> float:
    from parapet.actions.import_paths import import_paths

    path.write_text(
        f"From: a{number}@example.net\r\nTo: bench@clinic.example\r\nSubject: x\r\nMessage-ID: <{number}@example.net>\r\n"
        f"Date: Mon, 14 Sep 2026 19:54:07 +0000\r\n\r\n{THREAT} {number}\r\n"
    )
    import_paths([path])
    return time.time()


def _put_back() -> None:
    from parapet.actions.take_alert import take_alert
    from parapet.actions.welcome import owner
    from parapet.records.models import Alert

    for alert in Alert.objects.filter(opened_at__gt="2026-02-01T00:00:00Z"):
        take_alert(owner(), alert.id)
    rows: Any = Alert.objects
    rows.update(opened_at="2026-01-01T00:00:00Z")


if __name__ == "__main__":
    sys.exit(main())
