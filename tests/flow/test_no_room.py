"""No room on the disk, or a home that cannot be written: each command that writes says so in one sentence, nothing is lost, and once
there is room the same command comes to its end.

A full disk is a limit on how large a file may be (EFBIG, which the program takes as it takes ENOSPC), set where it hurts: at
once, in the middle of what is small, in the middle of what is large. A read-only home is one without the right to write, for a
process that has to obey it, whether we are root or not; where that cannot be had, the tests fail and say so.
"""

from __future__ import annotations

import http.cookiejar
import re
import resource
import shutil
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from attrs import evolve, frozen
from support import many
from support.dying import Death, Mortal
from support.homes import Homes, let_go
from support.ports import free_port
from support.sample import ADVOCATES
from support.terminal import PARAPET, Said, surroundings

from parapet.domain.errors import HomeUnwritable

pytestmark = pytest.mark.slow
#: At most this many bytes a file.
ROOMS = (0, 5_000, 40_000, 400_000)


@frozen
class Place:
    """A copy of a home with mail, a case and a signed log, and folders beside it."""

    folder: Path
    items: tuple[str, ...]
    log_key: str

    @property
    def home(self) -> Path:
        return self.folder / "home"

    def files(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in sorted(self.home.rglob("*")) if path.is_file() and "run" not in path.parts}


@pytest.fixture(scope="module")
def filled(homes: Homes, tmp_path_factory: pytest.TempPathFactory) -> Place:
    from parapet.access.inbox import page
    from parapet.access.people import advocates_of
    from parapet.access.views import Filters
    from parapet.actions.assess import assess
    from parapet.actions.back_up import back_up
    from parapet.actions.import_paths import import_paths
    from parapet.actions.open_case import open_case
    from parapet.actions.sign_checkpoint import public_key, sign_checkpoint
    from parapet.actions.welcome import owner
    from parapet.jobs.models import OutboxEntry

    folder = tmp_path_factory.mktemp("filled")
    with homes.home(folder / "home", None):
        person = owner()
        import_paths(many.write(folder / "boxes", 60, files=1), advocates=ADVOCATES, person=person, role="advocate")
        for entry in OutboxEntry.objects.filter(kind="assess_batch"):
            assess(entry.payload["versions"])
        OutboxEntry.objects.all().delete()
        advocate = next(card.id for card in advocates_of(person) if card.id != "adv_unmatched")
        items = [row.id for row in page(person, advocate, Filters()).rows]
        open_case(person, advocate, "A case", items[:3])
        sign_checkpoint()
        key = public_key()
        back_up(folder / "backups")
        let_go()
    shutil.copy(folder / "home" / "keys" / "instance.key", folder / "stick.key")
    (folder / "words").write_text("seven quiet herons\n")
    many.write(folder / "more", 400, files=1, first=10_000)
    return Place(folder, tuple(items), key)


@pytest.fixture
def place(filled: Place, tmp_path: Path) -> Place:
    return evolve(filled, folder=Path(shutil.copytree(filled.folder, tmp_path / "filled")))


Words = Callable[[Place], list[str | Path]]
COMMANDS: dict[str, Words] = {
    "init": lambda p: ["init", "--home", p.folder / "new"],
    "import": lambda p: ["import", p.folder / "more" / "box-0.mbox"],
    "export": lambda p: ["export", "--all", "-o", p.folder / "bags"],
    "backup": lambda p: ["backup", p.folder / "target"],
    "restore": lambda p: ["restore", p.folder / "backups", "--home", p.folder / "new", "--key-file", p.folder / "stick.key"],
    "check": lambda p: ["check"],
    "erase": lambda p: ["erase", "--item", p.items[5], "--reason", "asked", "--yes"],
    "hold": lambda p: ["hold", "--item", p.items[6]],
    "advocate": lambda p: ["key", "rotate", "--advocate", "all"],
    "passphrase": lambda p: ["key", "passphrase", "--new-passphrase-file", p.folder / "words"],
    "rotate": lambda p: ["key", "rotate"],
    "sheet": lambda p: ["key", "recovery", "-o", p.folder / "sheet.pdf"],
    "publish": lambda p: ["log", "publish", p.folder / "www"],
    "witness": lambda p: ["witness", "init", "--folder", p.folder / "witness", "--name", "witness.example.org/w1"],
    "login": lambda p: ["login-link"],
}
#: Where these write or say nothing, they need no room.
NEEDS_NOTHING = {"check"}


def calm(died: Death) -> bool:
    """Refused in one sentence and an advice with its code; False when it came to its end."""
    if died.status == 0:
        return False
    assert died.status == 2 and "Traceback" not in died.said, died.said
    told = Said(2, "", "\n".join(line for line in died.said.splitlines()[-2:]) + "\n")
    assert HomeUnwritable.code in told.calm()
    return True


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk(dying: Mortal, place: Place, name: str) -> None:
    words, home = COMMANDS[name](place), {"PARAPET_HOME": str(place.home), "PARAPET_PASSPHRASE_FILE": str(place.folder / "words")}
    before = items(dying, home)
    refused, done = 0, False
    for room in ROOMS:
        if calm(dying.run(words, max_bytes=room, **home)):
            refused += 1
            assert no_part_of_a(place)
        else:
            done = True
            break
    assert refused or name in NEEDS_NOTHING
    if not done:
        ended = dying.run(words, **home)
        assert ended.status == 0, ended.said
    sound(dying, place, name, home)
    assert before - items(dying, home) <= {place.items[5]} if name == "erase" else not before - items(dying, home)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_home_that_may_only_be_read(dying: Mortal, place: Place, name: str) -> None:
    words, home = COMMANDS[name](place), {"PARAPET_HOME": str(place.home), "PARAPET_PASSPHRASE_FILE": str(place.folder / "words")}
    before = place.files()
    with only_to_be_read(place.folder):
        assert calm(dying.run(words, obeys=True, **home)) or name in NEEDS_NOTHING
    assert place.files() == before
    ended = dying.run(words, **home)
    assert ended.status == 0, ended.said
    sound(dying, place, name, home)


def test_a_server_that_cannot_begin(dying: Mortal, place: Place) -> None:
    for given in ({"max_bytes": 0}, {"max_bytes": 40_000}):
        assert calm(dying.run(["serve", "--no-browser", "--home", place.folder / "new"], **given))  # type: ignore[arg-type]
    with only_to_be_read(place.folder):
        assert calm(dying.run(["serve", "--no-browser"], obeys=True, PARAPET_HOME=str(place.home)))
        assert calm(dying.run(["serve", "--no-browser", "--home", place.folder / "newer"], obeys=True))
    for home in (place.home, place.folder / "new"):
        assert dying.run(["check"], PARAPET_HOME=str(home)).status == 0


@contextmanager
def only_to_be_read(folder: Path) -> Iterator[None]:
    """Nothing under `folder` may be written."""
    paths = [folder, *folder.rglob("*")]
    modes = [path.stat().st_mode & 0o777 for path in paths]
    for path, mode in zip(paths, modes, strict=True):
        path.chmod(mode & 0o555)
    try:
        yield
    finally:
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)


def items(dying: Mortal, home: dict[str, str]) -> set[str]:
    listed = dying.run(["items", "--jsonl"], **home)
    assert listed.status == 0, listed.said
    return set(re.findall(r'"id": ?"(itm_\w+)"', listed.said))


def no_part_of_a(place: Place) -> bool:
    """What has its name is whole: no half of a bag, of a sheet or of a backup."""
    from parapet.evidence.verify import verify

    bags, sheet, target = (place.folder / name for name in ("bags", "sheet.pdf", "target"))
    assert not sheet.exists() and not list(target.glob("unfinished-*"))
    return all(verify(bag, trusted=[place.log_key]).sound for bag in (bags.iterdir() if bags.is_dir() else ()))


def sound(dying: Mortal, place: Place, name: str, home: dict[str, str]) -> None:
    from parapet.evidence.verify import verify

    for each in [place.home, *([place.folder / "new"] if name in ("init", "restore") else [])]:
        checked = dying.run(["check"], **{**home, "PARAPET_HOME": str(each)})
        assert checked.status == 0, checked.said
    bags = place.folder / "bags"
    assert all(verify(bag, trusted=[place.log_key]).sound for bag in (bags.iterdir() if bags.is_dir() else ()))


# A request, when the disk is full


def test_a_request_when_the_disk_is_full(place: Place, tmp_path: Path) -> None:
    port, said = free_port(), tmp_path / "said"
    with said.open("wb") as output:
        serving = subprocess.Popen(
            [PARAPET, "serve", "--no-browser", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=surroundings(PARAPET_HOME=str(place.home)),
        )
    try:
        until = time.monotonic() + 600
        while not (link := re.search(r"http://\S+/enter/\S+", said.read_text())):
            assert time.monotonic() < until and serving.poll() is None, said.read_text()
            time.sleep(0.1)
        browser = Browser(f"http://127.0.0.1:{port}")
        browser.send(link[0].partition(f":{port}")[2], {})
        for number, room in enumerate((0, -1, 0, -1)):
            for process in psutil.Process(serving.pid).children(recursive=True):
                resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
            status, shown = browser.send("/add/said/", {**SPOKEN, "words": f"You will be sorry, {number}."})
            assert (status, HomeUnwritable.code in shown) == ((503, True) if room == 0 else (200, False)), shown
    finally:
        serving.terminate()
        assert serving.wait(600) in (0, 130)
    held = subprocess.run(
        [PARAPET, "check", "--json"], env=surroundings(PARAPET_HOME=str(place.home)), capture_output=True, check=True
    )
    assert b'"versions": 68' in held.stdout, "sixty mails, six edits, and the two that were taken down"


SPOKEN = {
    "at": "2026-09-14T19:54",
    "how": "phone",
    "where": "",
    "said_by": "",
    "relation": "stranger",
    "heard_by": "Nurse Okafor",
}


class Browser:
    """Fills forms in, as a browser does."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def send(self, path: str, given: dict[str, str]) -> tuple[int, str]:
        """The form at `path`, filled with `given`: status of the answer, and what it shows."""
        with self.opener.open(self.origin + path, timeout=600) as page:
            form = page.read().decode()
        fields = {**given, "csrfmiddlewaretoken": re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]}  # type: ignore[index]
        if found := re.search(r'value="(adv_\w+)"', form):
            fields["advocate"] = found[1]
        request = urllib.request.Request(
            self.origin + path, urllib.parse.urlencode(fields).encode(), {"Referer": self.origin + path, "Origin": self.origin}
        )
        try:
            with self.opener.open(request, timeout=600) as page:
                return page.status, page.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
