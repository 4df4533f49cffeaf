"""From intake to a person, through the processes that `parapet serve` starts: within ten seconds, and killed in the middle, still."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from flow.conftest import Team
from flow.test_alerts import THREAT, mail
from support.receivers import mail_server, wait_for, webhook
from support.served import served

pytestmark = pytest.mark.slow

LIMIT_S = 10.0


def test_danger_reaches_a_person_by_mail_and_webhook_and_a_killed_worker_loses_none(
    home: Any, team: Team, take_in: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from attrs import evolve
    from django.conf import settings
    from django.test import override_settings

    from parapet.actions.change_reach import add_way
    from parapet.actions.take_alert import take_alert
    from parapet.records.models import Alert, AlertEvent
    from parapet.settings.alerts import AlertSettings, MailServer

    def bring(number: int) -> float:
        (tmp_path / f"{number}.eml").write_text(mail(number, THREAT))
        take_in(tmp_path / f"{number}.eml")
        return time.time()

    def settle(sent: int) -> None:
        """So many were sent; and somebody has the alert, long ago, so that the next joins none."""
        wait_for(lambda: AlertEvent.objects.filter(what="sent").count() == sent)
        for alert in Alert.objects.all():
            take_alert(team.advocate, alert.id)
        Alert.objects.update(opened_at="2026-01-01T00:00:00Z")

    with webhook() as hook, mail_server() as mails:
        port = int(mails.url.rpartition(":")[2])
        monkeypatch.setenv("PARAPET_SMTP_URL", mails.url)
        monkeypatch.setenv("PARAPET_SMTP_FROM", "parapet@clinic.example")
        alerts = AlertSettings(MailServer("127.0.0.1", port, "insecure", "parapet@clinic.example"))
        with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, alerts=alerts)):
            add_way(team.advocate, "webhook", hook.url)
            add_way(team.advocate, "email", "amara@clinic.example")
        before = {child.pid for child in psutil.Process().children(recursive=True)}
        with served(home.home):
            bring(1)  # the first pays for what a worker loads once
            wait_for(lambda: hook.got and mails.got)
            settle(2)
            taken_in = bring(2)
            wait_for(lambda: len(hook.got) > 1 and len(mails.got) > 1)
            took_s = max(hook.got[1][0], mails.got[1][0]) - taken_in
            settle(4)
            assert took_s < LIMIT_S, f"{took_s:.1f} s from intake to alert"
            assert (len(hook.got), len(mails.got)) == (2, 2), "no double"
            # Killed when it has said that it will send, and before anybody took it.
            hook.hold.clear()
            bring(3)
            wait_for(lambda: hook.begun == 3)
            for child in psutil.Process().children(recursive=True):
                if child.pid not in before and child.cmdline()[-1:] == ["worker"]:
                    os.kill(child.pid, signal.SIGKILL)
            assert AlertEvent.objects.filter(what="sent").count() <= 5, "the mail may have been sent by then"
            wait_for(lambda: hook.begun == 4)
            hook.hold.set()
            settle(6)
        assert len(set(hook.keys[2:])) == 1 and len(hook.keys) <= 4, "twice at most, and then under one key"
