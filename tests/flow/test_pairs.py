"""Two commands at once on one home: each ends well, or is refused in one sentence because the other is at work, and afterwards the
home is what was sealed. How their steps fall among each other is chance; `make soak` repeats it."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support import many
from support.dying import Death, Mortal, mortal
from support.homes import let_go
from support.ports import free_port
from support.sample import ADVOCATES
from support.terminal import started

from parapet.domain.errors import HomeBusy

pytestmark = pytest.mark.slow
Words = list[str | Path]


@pytest.fixture(scope="module")
def other() -> Iterator[Mortal]:
    """The second of two."""
    with mortal() as made:
        yield made


class Two:
    """Runs two commands at once, and looks at what they left."""

    def __init__(self, first: Mortal, second: Mortal, folder: Path, log_key: str) -> None:
        self.runners, self.folder, self.log_key = (first, second), folder, log_key

    def at_once(self, one: Words, two: Words) -> list[Death]:
        ended: list[Death | None] = [None, None]

        def run(number: int, words: Words) -> None:
            ended[number] = self.runners[number].run(words)

        both = [threading.Thread(target=run, args=each) for each in ((0, one), (1, two))]
        for each in both:
            each.start()
        for each in both:
            each.join()
        found = [each for each in ended if each is not None]
        for each in found:
            busy = each.status == 2 and HomeBusy.code in each.said and "Traceback" not in each.said
            assert each.status == 0 or busy, (one[0], two[0], each.said)
        assert len(found) == 2
        self.look(f"{one[0]} and {two[0]}")
        return found

    def look(self, what: str) -> None:
        from parapet.evidence.verify import verify

        checked = self.runners[0].run(["check"])
        assert checked.status == 0, (what, checked.said)
        for folder in self.folder.glob("bags*"):
            assert not [bag for bag in folder.iterdir() if not verify(bag, trusted=[self.log_key]).sound], what


@pytest.mark.both_databases
def test_two_commands_at_once(
    dying: Mortal,
    other: Mortal,
    home: Any,
    team: Team,
    take_in: Callable[..., Any],
    judge: Callable[[], None],
    tmp_path: Path,
) -> None:
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case
    from parapet.actions.sign_checkpoint import public_key
    from parapet.actions.welcome import owner
    from parapet.evidence.keys import InstanceKey
    from parapet.evidence.shelf import Shelf

    take_in(*many.write(tmp_path / "boxes", 60, files=1), advocates=ADVOCATES, person=owner(), role="advocate")
    judge()
    items = [row.id for row in page(team.advocate, team.advocate_id, Filters()).rows]
    case = open_case(team.advocate, team.advocate_id, "A case", items[:3])
    two = Two(dying, other, tmp_path, public_key())
    let_go()
    fresh = iter(range(10_000, 100_000, 1_000))

    def importing() -> Words:
        first = next(fresh)
        return ["import", *many.write(tmp_path / f"more-{first}", 40, files=1, first=first)]

    def exporting(place: str) -> Words:
        return ["export", "--case", case, "-o", tmp_path / place]

    def erasing() -> Words:
        return ["erase", "--item", items.pop(), "--reason", "asked", "--yes"]

    rotating: Words = ["key", "rotate"]
    two.at_once(exporting("bags"), importing())
    same = two.at_once(exporting("bags"), exporting("bags"))
    assert [each.status for each in same] == [0, 0]
    assert len(list((tmp_path / "bags").iterdir())) == 3
    assert [each.status for each in two.at_once(exporting("bags-1"), exporting("bags-2"))] == [0, 0]
    assert [each.status for each in two.at_once(["hold", "--item", items[0]], ["hold", "--item", items[1]])] == [0, 0]
    two.at_once(["release", "--item", items[0]], ["release", "--item", items[1]])
    signed = two.at_once(["log", "checkpoint"], ["log", "checkpoint"])
    assert [each.status for each in signed] == [0, 0]
    assert signed[0].said == signed[1].said, "one note for one size"
    assert [each.status for each in two.at_once(["log", "publish", tmp_path / "www"], ["log", "publish", tmp_path / "www"])] == [
        0,
        0,
    ]
    two.at_once(["backup", tmp_path / "target"], erasing())
    two.at_once(["backup", tmp_path / "target"], ["backup", tmp_path / "target"])
    two.at_once(importing(), erasing())
    two.at_once(erasing(), erasing())
    for command in (importing(), exporting("bags"), rotating, erasing(), ["backup", tmp_path / "target"]):
        ended = two.at_once(rotating, command)
        assert 0 in [each.status for each in ended]
        if ended[1].status:  # nothing of it was done: it can be said again
            assert dying.run(command).status == 0
    assert dying.run(rotating).status == 0
    key, shelf = InstanceKey.load(home.key_file), Shelf(tmp_path / "target")
    for each in shelf.ids():
        assert all(shelf.check(shelf.read(each, key)))
    two.look("all of it")


def test_two_servers_of_one_home_serve_both(home: Any, dying: Mortal) -> None:
    let_go()
    ports = [free_port(), free_port()]
    both = [started(["serve", "--no-browser", "--port", str(port)]) for port in ports]
    try:
        for port, process in zip(ports, both, strict=True):
            until = time.monotonic() + 600
            while not answers(port):
                assert time.monotonic() < until and process.poll() is None
                time.sleep(0.1)
    finally:
        for process in both:
            process.send_signal(signal.SIGTERM)
        assert [process.wait(600) for process in both] == [0, 0]
    assert dying.run(["check"]).status == 0


def answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as asking:
        try:
            asking.request("GET", "/healthz")
            return asking.getresponse().status == 200
        except OSError:
            return False


@pytest.mark.both_databases
def test_a_backup_of_a_home_whose_keys_were_half_changed_can_be_restored(
    dying: Mortal,
    home: Any,
    team: Team,
    take_in: Callable[..., Any],
    database: str,
    tmp_path: Path,
    empty_url: Callable[[str], str],
) -> None:
    """A change of the keys was killed, and two commands then worked at once, so that neither could end it: one made a backup."""
    import shutil

    from parapet.evidence.keys import InstanceKey
    from parapet.records.keyring import keyring

    take_in(*many.write(tmp_path / "boxes", 20, files=1), advocates=ADVOCATES)
    let_go()
    at = 40
    while not InstanceKey.load(home.key_file).unsettled:
        assert dying.run(["key", "rotate"], at=at).killed
        at += 1
    copy = shutil.copy(home.key_file, tmp_path / "stick.key")
    assert keyring().instance.unsettled, "in use by this process, so that nobody can be alone with them"
    assert dying.run(["backup", tmp_path / "target"]).status == 0
    let_go()
    new = {"PARAPET_HOME": str(tmp_path / "new"), "PARAPET_DATABASE_URL": empty_url(database)}
    done = dying.run(["restore", tmp_path / "target", "--home", new["PARAPET_HOME"], "--key-file", copy], **new)
    assert done.status == 0, done.said
    assert not InstanceKey.load(tmp_path / "new" / "keys" / "instance.key").unsettled
    assert dying.run(["check"], **new).status == 0
    assert dying.run(["items", "--jsonl"], **new).said.count('"itm_') >= 20
    assert dying.run(["check"]).status == 0
