"""A watched account through everything that breaks, many times over: what was written is here, each message once. `make soak` runs it."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_watching_bluesky import held, home_port, net, people, told  # noqa: F401
from support.bluesky import Network, Who, front
from support.jetstream import jetstream
from support.killing import Killing
from support.receivers import wait_for
from support.served import served

#: How much; a machine that bears less is told so.
MESSAGES = int(os.environ.get("SOAK_MESSAGES", "5000"))
FAULTS = int(os.environ.get("SOAK_FAULTS", "50"))
SETTLED_S = 1_800.0


@pytest.mark.soak
@pytest.mark.timeout(7_200)
def test_nothing_is_lost_or_doubled(
    net: Network,  # noqa: F811
    people: dict[str, Who],  # noqa: F811
    home: Any,
    team: Team,
    told: dict[str, Any],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from parapet.actions.connect import connect
    from parapet.records.models import Connection, Intake, Version

    doctor, another, friend = people["doctor"], people["another"], people["friend"]
    chance = random.Random(7)
    root = doctor.post("What all of it is about.")
    with front(net.pds) as door, jetstream(net.pds) as source:
        for name, value in (("PLC_DIRECTORY", net.plc), ("CHANNELS_TO_PRIVATE", "1"), ("JETSTREAM", source.url)):
            monkeypatch.setenv(f"PARAPET_{name}", value)
        connect(team.advocate, team.advocate_id, "bluesky", {**told, "host": door.url, "public": True, "names": ["Jane Doe"]})
        killing = Killing()
        faults = sorted(chance.sample(range(MESSAGES), FAULTS))
        wanted, broken = set(), Counter[str]()
        with served(home.home):
            for number in range(MESSAGES):
                text = f"Message {number} to her."
                if number % 3 == 0:
                    friend.post(text, under=root)
                elif number % 3 == 1:
                    another.mention(text, doctor)
                    text = f"@{doctor.handle} {text}"
                else:
                    text += " Jane Doe, I mean."
                    another.post(text)
                wanted.add(text)
                if number in faults:
                    kind = chance.choice(("kill", "cut", "stream", "token", "busy"))
                    broken[kind] += 1
                    if kind == "kill":
                        killing.workers()
                    elif kind == "stream":
                        source.cut()
                    elif kind == "token":
                        door.expired += 1
                    elif kind == "busy":
                        door.busy += 1
                    else:
                        door.cut = True
                        time.sleep(chance.uniform(0.5, 3))
                        door.cut = False
            until = time.monotonic() + SETTLED_S
            while time.monotonic() < until and len(wanted & held().keys()) < len(wanted):
                time.sleep(5)
                Connection.objects.filter(state="failing").update(next_at=Connection.objects.get().made_at)
            wait_for(lambda: Connection.objects.get().state == "well")
            before = Version.objects.count()
            friend.post("One more.", under=root)
            alone = wait_for(lambda: Version.objects.count() > before)
    found = held()
    doubled = sum(len(found.get(text, ())) > 1 for text in wanted)
    print(
        f"\n{MESSAGES} messages, {dict(broken)}: {len(wanted - found.keys())} lost, {doubled} doubled; one more took {alone:.1f} s"
    )
    assert not wanted - found.keys()
    assert all(len(found[text]) == 1 for text in wanted), "none twice"
    assert all(found[text][0][2] in ("atproto-commit match", "atproto-commit unchecked") for text in wanted)
    assert not any(each.refused for each in Intake.objects.all())
