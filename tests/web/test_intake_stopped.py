"""An import that fails for good: its page says so calmly, and its files are read anew when somebody asks."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from parapet.domain.errors import HomeUnwritable

from .conftest import mail

pytestmark = pytest.mark.both_databases

#: What people read when nothing more is tried.
STOPPED, TRY_AGAIN = "It stopped before the end", "Try again</button>"
SAFE = "Your files are sealed and safe, and so is what was taken in."


@pytest.fixture
def client(cast: Any, browser_of: Any) -> Any:
    return browser_of(cast.owner)


@pytest.fixture
def worker(cast: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`worker()`: all that can be done now is done, by the engine and the real handlers, with their tries shortened."""
    import parapet.work.handlers  # noqa: F401
    from parapet.jobs import handlers
    from parapet.jobs.engine import run_until_idle

    real = handlers.handler_for("run_intake")
    assert real is not None

    def work(*, tries: int = 2, first_wait_s: float = 0.05) -> Any:
        monkeypatch.setitem(handlers._handlers, "run_intake", evolve(real, tries=tries, first_wait_s=first_wait_s))
        return run_until_idle()

    work()
    return work


@pytest.fixture
def begin(client: Any) -> Callable[..., str]:
    """Send one letter up; the address of its page."""

    def send(text: str = "Good afternoon.") -> str:
        letter = SimpleUploadedFile("new.eml", mail("new", text, sender="n@example.net"))
        return str(client.post(reverse("intake"), {"files": [letter]})["Location"])

    return send


def sealed_file(home: Any) -> Path:
    from parapet.records.models import Source

    pack = Source.objects.order_by("-number").first().pack
    [path] = Path(home.home).rglob(f"{pack}.pack")
    return path


def page(client: Any, address: str) -> str:
    """What it says, without the random signs of its forms, in which any word may stand."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", str(client.get(address).content.decode()))


def again(address: str) -> str:
    return reverse("intake-again", args=[address.strip("/").split("/")[-1]])


def test_it_says_that_it_stopped_and_begins_anew_when_asked(
    home: Any, client: Any, worker: Callable[..., Any], begin: Callable[..., str]
) -> None:
    address = begin()
    pack = sealed_file(home)
    shutil.move(pack, pack.with_suffix(".away"))
    pack.mkdir()  # what cannot be opened for a while: a disk that is not there
    assert worker().failed == 1

    said = page(client, address)
    assert STOPPED in said and SAFE in said and TRY_AGAIN in said
    assert "The disk is full, or Parapet may not write to it." in said and HomeUnwritable.code in said
    assert "Waiting to begin" not in said and "hx-trigger" not in said and "http-equiv" not in said
    assert "Stopped" in page(client, reverse("intake"))

    pack.rmdir()
    shutil.move(pack.with_suffix(".away"), pack)
    assert client.post(again(address))["Location"] == address
    assert "Waiting to begin" in page(client, address)
    assert worker().failed == 0
    said = page(client, address)
    assert "All taken in" in said and TRY_AGAIN not in said and "<b>1</b> new" in said


def test_it_may_be_given_up_again_and_begins_with_all_its_tries(
    home: Any, client: Any, worker: Callable[..., Any], begin: Callable[..., str]
) -> None:
    from parapet.jobs import outbox

    address = begin()
    pack = sealed_file(home)
    shutil.move(pack, pack.with_suffix(".away"))
    pack.mkdir()
    for _ in range(2):
        assert worker(tries=3).failed == 1
        [failure] = outbox.failures()
        assert (failure.kind, failure.attempts) == ("run_intake", 3)
        assert STOPPED in page(client, address)
        for _twice in range(2):
            client.post(again(address))
        assert outbox.pending() == 1, "pressed twice, it begins once"
        assert outbox.failures() == [], "a person took it up: it is no failure any more"


def test_between_two_tries_it_does_not_say_that_it_has_not_begun(
    home: Any, client: Any, worker: Callable[..., Any], begin: Callable[..., str]
) -> None:
    address = begin()
    pack = sealed_file(home)
    shutil.move(pack, pack.with_suffix(".away"))
    pack.mkdir()
    assert worker(tries=2, first_wait_s=900).later == 1
    said = page(client, address)
    assert "Taking in" in said and "It goes on by itself." in said
    assert "Waiting to begin" not in said and STOPPED not in said
    client.post(again(address))
    assert "Taking in" in page(client, address), "what goes on by itself is not begun anew"


def test_nobody_is_told_that_files_are_safe_which_are_not(
    home: Any, client: Any, worker: Callable[..., Any], begin: Callable[..., str]
) -> None:
    address = begin()
    pack = sealed_file(home)
    whole = pack.read_bytes()
    pack.write_bytes(whole[:-1])
    assert worker().failed == 1
    said = page(client, address)
    assert STOPPED in said and "Restore the home from a backup" in said and "safe" not in said
    pack.write_bytes(whole)
    client.post(again(address))
    worker()
    assert "All taken in" in page(client, address)


def test_it_is_said_in_french_too(
    home: Any, cast: Any, client: Any, worker: Callable[..., Any], begin: Callable[..., str]
) -> None:
    from parapet.actions.change_preferences import change_preferences

    change_preferences(cast.owner, language="fr-ca")
    address = begin()
    pack = sealed_file(home)
    pack.rename(pack.with_suffix(".away"))
    pack.mkdir()
    worker()
    said = page(client, address)
    assert "Vos fichiers sont scellés et en sécurité" in said and "Essayer de nouveau</button>" in said
    assert "Le disque est plein" in said and "Try again" not in said


def test_an_import_by_command_that_stopped_says_what_to_do(home: Any, cast: Any, client: Any, tmp_path: Path) -> None:
    """Its files may never have been sealed: there is nothing to begin anew from."""
    from parapet.access import intakes
    from parapet.actions.import_paths import import_paths

    def interrupted(_intake: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_paths([tmp_path / "files"], person=cast.owner, progress=interrupted)
    card = intakes.recent(cast.owner)[0]
    address = reverse("progress", args=[card.id])
    for _ in range(2):
        said = page(client, address)
        assert STOPPED in said and "Add the same files again" in said and TRY_AGAIN not in said
        client.post(again(address))


def test_files_that_could_not_all_be_sealed_leave_no_import_that_waits(home: Any, cast: Any, client: Any) -> None:
    from parapet.access import intakes
    from parapet.actions.start_intake import start_intake
    from parapet.jobs import outbox

    class Lost(io.RawIOBase):
        """An upload that the disk has no room for."""

        def readable(self) -> bool:
            return True

        def readinto(self, _buffer: object) -> int:
            raise HomeUnwritable

    before, pending = intakes.recent(cast.owner), outbox.pending()
    letter = io.BytesIO(mail("first", "The first is sealed.", sender="f@example.net"))
    with pytest.raises(HomeUnwritable):
        start_intake(cast.owner, [("first.eml", letter), ("lost.eml", Lost())])  # type: ignore[list-item]
    assert (intakes.recent(cast.owner), outbox.pending()) == (before, pending)
