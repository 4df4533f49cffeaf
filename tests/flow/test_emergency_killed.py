"""Breaking the glass, killed before any step of asking, agreeing or opening: it has happened or it has not, and the log tells which."""

from __future__ import annotations

import mmap
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flow.conftest import Team
from flow.test_emergency import WHY, Scene, scene, shut
from support.dying import Steps
from support.homes import close_connections
from support.receivers import webhook

__all__ = ["scene"]
#: Before so many of the last steps each is a kill; the last ones are those of the commit.
LAST = 5


def dies(act: Callable[[], str], at: int) -> tuple[bool, int, str]:
    """`act` in a process of its own that kills itself before step `at`, never with 0: whether it was, how many steps it took, what it said."""
    close_connections()
    reading, writing = os.pipe()
    with mmap.mmap(-1, 8) as told:
        if not (pid := os.fork()):
            try:
                close_connections()
                sys.settrace(None)
                Steps(at, told).watch()
                os.write(writing, act().encode()[:4_000])
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(70)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8", errors="replace") as pipe:
            said = pipe.read()
        _, ended = os.waitpid(pid, 0)
        status = os.waitstatus_to_exitcode(ended)
        assert status in (0, -signal.SIGKILL)
        return status != 0, int.from_bytes(told[:8], "big"), said


def held() -> tuple[int, int, int, int]:
    """How many requests, leaves, alerts and promises to tell there are."""
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import Alert, EmergencyRequest, LogHead

    told = OutboxEntry.objects.filter(kind="send_alert").count()
    return EmergencyRequest.objects.count(), LogHead.objects.get().size, Alert.objects.count(), told


def test_killed_at_any_step_it_is_one_or_the_other_and_she_is_told_once(
    scene: Scene, judge: Callable[[], None], tmp_path: Path
) -> None:
    from parapet.access.emergencies import opened_urgent
    from parapet.actions.break_glass import agree_to_let_in, ask_to_be_let_in, end_emergency
    from parapet.actions.change_reach import add_way
    from parapet.actions.check_home import check_home
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import EmergencyRequest, LogEntry

    team: Team = scene.team
    days = iter(range(1, 1_000))
    happened: dict[str, int] = {"asked": 0, "agreed": 0}

    def now() -> datetime:
        """Each try is on a day of its own: nobody may ask four times within one."""
        return datetime.now(UTC) + timedelta(days=2 * next(days))

    def every_step(
        act: Callable[[datetime], str], before: Callable[[datetime], Any], check: Callable[[datetime, Any, str], None]
    ) -> None:
        """Unharmed once, to count; then killed at the first step, in the middle and at each of the last, and unharmed once more."""
        _killed, steps, _said = tried(act, before, check, 0)
        assert steps > LAST
        for at in (1, steps // 2, *range(steps - LAST, steps + 1)):
            assert tried(act, before, check, at)[0], "killed in time"

    def tried(
        act: Callable[[datetime], str], before: Callable[[datetime], Any], check: Callable[[datetime, Any, str], None], at: int
    ) -> tuple[bool, int, str]:
        day = now()
        given = before(day)
        killed, steps, said = dies(lambda: act(day), at)
        check(day, given, said)
        return killed, steps, said

    def check_asked(day: datetime, was: tuple[int, int, int, int], _said: str) -> None:
        done = held()
        assert done in (was, tuple(n + 1 for n in was)), "request, leaf, alert and promise: all of them or none"
        if done != was:
            happened["asked"] += 1
            row = EmergencyRequest.objects.latest("asked_at")
            shut(scene, row.id, now=day)
            end_emergency(scene.first, row.id, now=day)

    def ask(day: datetime) -> str:
        return ask_to_be_let_in(scene.first, team.advocate_id, reason=WHY, now=day)

    def agreeing(day: datetime) -> tuple[str, tuple[int, int, int, int]]:
        made = ask(day)
        happened["asked"] += 1
        return made, held()

    def check_agreed(day: datetime, given: tuple[str, tuple[int, int, int, int]], _said: str) -> None:
        made, (requests, leaves, alerts, promises) = given
        done = held()
        assert done in ((requests, leaves, alerts, promises), (requests, leaves + 1, alerts + 1, promises + 1))
        if done[1] > leaves:
            happened["agreed"] += 1
            assert opened_urgent(scene.first, made, scene.urgent, now=day)
        else:
            shut(scene, made, now=day)
        end_emergency(scene.first, made, now=day)

    def opening(day: datetime) -> tuple[str, int]:
        made = ask(day)
        agree_to_let_in(scene.second, made, now=day)
        happened["asked"] += 1
        happened["agreed"] += 1
        return made, looks()

    def looks() -> int:
        return LogEntry.objects.filter(kind="view", person_number=scene.first.number).count()

    def check_opened(day: datetime, given: tuple[str, int], said: str) -> None:
        made, before = given
        assert looks() in ((before, before + 1) if not said else (before + 1,)), "no text without its look"
        end_emergency(scene.first, made, now=day)

    with webhook() as hook:
        add_way(team.advocate, "webhook", hook.url)
        every_step(ask, lambda _day: held(), check_asked)
        every_step(lambda day: agree_to_let_in(scene.second, newest(), now=day) or "", agreeing, check_agreed)
        every_step(lambda day: opened_urgent(scene.first, newest(), scene.urgent, now=day)[1].item.text, opening, check_opened)
        assert happened["asked"] > 10 and happened["agreed"] > 5
        judge()
        assert len(hook.texts) == sum(happened.values()) == len(set(hook.keys)), "she is told of each once"
        judge()
        assert len(hook.texts) == sum(happened.values())
    assert not OutboxEntry.objects.filter(kind="send_alert", done_at=None).exists()
    assert check_home().sound


def newest() -> str:
    """The request that was made last."""
    from parapet.records.models import EmergencyRequest

    return str(EmergencyRequest.objects.latest("asked_at").id)
