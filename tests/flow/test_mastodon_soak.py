"""An account on a real server of the fediverse, watched by real workers while everything breaks: each message is here once. `make soak`
runs it: 5,000 messages and 50 faults; SOAK_MESSAGES and SOAK_FAULTS say otherwise."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_watching_mastodon import held
from flow.test_watching_snac import let_in, server  # noqa: F401
from support.fediverse import Fediverse
from support.killing import Killing
from support.receivers import wait_for
from support.served import served

MESSAGES, FAULTS = int(os.environ.get("SOAK_MESSAGES", "5000")), int(os.environ.get("SOAK_FAULTS", "50"))


def fall(server: Fediverse) -> None:  # noqa: F811
    server.stop()
    time.sleep(random.SystemRandom().uniform(0, 2))
    server.start()


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_nothing_is_lost_or_doubled(server: Fediverse, home: Any, team: Team) -> None:  # noqa: F811
    from parapet.actions.connect import connect
    from parapet.records.models import Connection, Intake, Version

    amara, writers = server.join("amara"), [server.join(name) for name in ("bob", "carol", "dave")]
    root = amara.note("What all of it is about.")
    killing, wanted, broken = Killing(), [], Counter[str]()
    connect(team.advocate, team.advocate_id, "mastodon", let_in(amara))
    chance = random.Random(7)
    faults = set(chance.sample(range(MESSAGES), FAULTS))
    began = time.monotonic()
    with served(home.home):
        for number in range(MESSAGES):
            text, writer = f"Message {number} to her.", writers[number % 3]
            if number % 2:
                writer.note(f"@amara {text}")
            else:
                writer.note(text, in_reply_to_id=root["id"])
            wanted.append(text)
            if number in faults:
                kind = chance.choice(("kill", "fall"))
                broken[kind] += 1
                if kind == "kill":
                    killing.workers()
                else:
                    fall(server)
        written = time.monotonic()

        def is_all_there() -> bool:
            time.sleep(1)
            Connection.objects.filter(state="failing").update(next_at=Connection.objects.get().made_at)
            return Version.objects.count() > MESSAGES

        wait_for(is_all_there, within_s=1_800)
        settled, before = time.monotonic(), Version.objects.count()
        writers[0].note("@amara One more.")
        alone = wait_for(lambda: Version.objects.count() > before)
    here = held()
    found = Counter(said[said.index("Message ") :] for said in here if "Message " in said)
    lost, doubled = [text for text in wanted if not found[text]], [text for text in wanted if found[text] > 1]
    print(
        f"\n{MESSAGES} messages written in {written - began:.0f} s, all here {settled - written:.0f} s later, {dict(broken)}: "
        f"{len(lost)} lost, {len(doubled)} doubled; one more took {alone:.1f} s"
    )
    assert not lost and not doubled
    assert all(len(versions) == 1 for versions in here.values()), "none twice"
    assert not any(each.refused for each in Intake.objects.all())
