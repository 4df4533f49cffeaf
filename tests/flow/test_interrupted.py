"""Every command that writes, killed with -9 (SIGKILL) at a step of its way, chosen by chance in each stretch of it: what it did
is done whole or not at all, and the same command then comes to its end."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support import many
from support.dying import Death, Mortal
from support.homes import let_go
from support.sample import ADVOCATES

from parapet.domain.errors import HomeMissing, HomeUnfinished

pytestmark = pytest.mark.slow
MAILS = 50
#: Kills a test. `make soak` repeats each test, at other steps.
KILLS = 3
Words = Sequence[str | Path]


@pytest.fixture
def filled(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, once: Any) -> list[str]:
    """A home with mail, a case and a signed log; the items of the advocate."""

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters
        from parapet.actions.open_case import open_case
        from parapet.actions.sign_checkpoint import sign_checkpoint
        from parapet.actions.welcome import owner

        take_in(*many.write(tmp_path / "boxes", MAILS, files=1), advocates=ADVOCATES, person=owner(), role="advocate")
        judge()
        items = [row.id for row in page(team.advocate, team.advocate_id, Filters()).rows]
        open_case(team.advocate, team.advocate_id, "A case", items[:3])
        sign_checkpoint()
        return items

    items: list[str] = once("interrupted", put_in)
    let_go()
    return items


def whole(dying: Mortal, words: Words, **given: str) -> Death:
    """To its end."""
    done = dying.run(words, **given)
    assert done.status == 0, done.said
    return done


def deaths(
    dying: Mortal, words: Callable[[int], Words], steps: int, given: Callable[[int], dict[str, str]] = lambda number: {}
) -> Iterator[int]:
    """Run `words(number)` and kill it, once in each stretch of its `steps`; the number of the run, after each."""
    dice, killed = random.SystemRandom(), 0
    for number in range(KILLS):
        stretch = range(number * steps // KILLS, (number + 1) * steps // KILLS)
        died = dying.run(words(number), at=1 + dice.choice(stretch), **given(number))
        assert died.killed or died.status == 0, died.said
        killed += died.killed
        yield number
    assert killed


def sound(dying: Mortal, **given: str) -> str:
    """The home is what was sealed; the root of its log."""
    return whole(dying, ["check", "--json"], **given).said.partition('"root": "')[2][:64]


@pytest.mark.both_databases
def test_a_first_start(dying: Mortal, database: str, tmp_path: Path, home: Any, empty_url: Callable[[str], str]) -> None:
    def new(number: int) -> dict[str, str]:
        if number not in places:
            places[number] = {"PARAPET_HOME": str(tmp_path / f"new-{number}"), "PARAPET_DATABASE_URL": empty_url(database)}
        return places[number]

    places: dict[int, dict[str, str]] = {}
    steps = whole(dying, ["init"], **new(-1)).steps
    for number in deaths(dying, lambda number: ["init"], steps, new):
        looked = dying.run(["check"], **new(number))
        assert looked.status == 0 or HomeMissing.code in looked.said, looked.said
        whole(dying, ["init"], **new(number))
        sound(dying, **new(number))


@pytest.mark.both_databases
def test_an_import(dying: Mortal, filled: list[str], tmp_path: Path) -> None:
    more = many.write(tmp_path / "more", 40, files=1, first=10_000)
    other = many.write(tmp_path / "other", 40, files=1, first=20_000)
    steps = whole(dying, ["import", *other]).steps
    for _ in deaths(dying, lambda number: ["import", *more], steps):
        sound(dying)
    done = whole(dying, ["import", *more])
    assert "not judged" not in done.said
    sound(dying)
    assert whole(dying, ["items", "--jsonl"]).said.count("\n") <= MAILS + 80
    assert len(uris()) == MAILS + 80


def uris() -> set[str]:
    from parapet.access.exported_items import exported_items

    found = [line["uri"] for line in exported_items()]
    let_go()
    assert len(found) == len(set(found))
    return set(found)


@pytest.mark.both_databases
def test_a_backup_and_its_restoring(
    dying: Mortal, filled: list[str], home: Any, database: str, tmp_path: Path, empty_url: Callable[[str], str]
) -> None:
    from parapet.evidence.keys import InstanceKey
    from parapet.evidence.shelf import Shelf

    key, target = InstanceKey.load(home.key_file), tmp_path / "target"
    copy = shutil.copy(home.key_file, tmp_path / "stick.key")
    shelf = Shelf(target)
    died = dying.run(["backup", target], at=60)
    assert died.killed and shelf.ids() == []
    steps = whole(dying, ["backup", target]).steps
    for _ in deaths(dying, lambda number: ["backup", target], steps):
        for each in shelf.ids():
            assert all(shelf.check(shelf.read(each, key)))
    whole(dying, ["backup", target])
    assert not list(target.glob("unfinished-*"))
    root, held = sound(dying), uris()

    places: dict[int, dict[str, str]] = {}

    def new(number: int) -> dict[str, str]:
        if number not in places:
            places[number] = {"PARAPET_HOME": str(tmp_path / f"new-{number}"), "PARAPET_DATABASE_URL": empty_url(database)}
        return places[number]

    def words(number: int) -> Words:
        return ["restore", target, "--home", new(number)["PARAPET_HOME"], "--key-file", copy]

    steps = whole(dying, words(-1), **new(-1)).steps
    for number in deaths(dying, words, steps, new):
        there = Path(new(number)["PARAPET_HOME"])
        if (there / "restoring.txt").exists():
            assert HomeUnfinished.code in dying.run(["check"], **new(number)).said
            assert HomeUnfinished.code in dying.run(["init"], **new(number)).said
        if (there / "parapet.sqlite3").exists() and not (there / "restoring.txt").exists():
            assert sound(dying, **new(number)) == root
            continue
        whole(dying, words(number), **new(number))
        assert sound(dying, **new(number)) == root
    assert held == uris()


@pytest.mark.parametrize("encrypted", [False, True])
def test_an_export(dying: Mortal, filled: list[str], tmp_path: Path, encrypted: bool) -> None:
    import pyrage

    from parapet.evidence.verify import verify

    officer, out = pyrage.x25519.Identity.generate(), tmp_path / "out"
    words: Words = ["export", "--all", "-o", out, *(["--encrypt-to", str(officer.to_public())] if encrypted else [])]
    steps = whole(dying, words).steps
    for _ in deaths(dying, lambda number: words, steps):
        for bag in out.iterdir():
            if bag.name.endswith(".age"):
                assert pyrage.decrypt(bag.read_bytes(), [officer])[:2] == b"PK"
            elif not bag.name.endswith(".part"):
                assert verify(bag).sound
    sound(dying)
    until = time.monotonic() + 300
    while not encrypted and any(path.name.endswith(".part") and path.is_dir() for path in out.iterdir()):
        assert time.monotonic() < until, "what killed exports left lies there for ever"
        time.sleep(0.5)
        whole(dying, words)


@pytest.mark.both_databases
def test_an_erasure_and_a_hold(dying: Mortal, filled: list[str], home: Any) -> None:
    from parapet.records.models import Erased, Item, Version
    from parapet.records.numbers import number_of
    from parapet.records.orders import orders

    def erase(number: int) -> Words:
        return ["erase", "--item", filled[number - 10], "--reason", "asked", "--yes"]

    def hold(number: int) -> Words:
        return ["hold", "--item", filled[number], "--reason", "court"]

    steps = whole(dying, erase(-1)).steps
    for number in deaths(dying, erase, steps):
        item = number_of("itm", filled[number - 10])
        gone = Erased.objects.filter(number=item).exists()
        assert gone != Item.objects.filter(number=item).exists() and gone != Version.objects.filter(item=item).exists()
        let_go()
        sound(dying)
        assert gone or whole(dying, erase(number))
    steps = whole(dying, hold(KILLS)).steps
    for number in deaths(dying, hold, steps):
        sound(dying)
        whole(dying, hold(number))
    assert {filled[number] for number in range(KILLS + 1)} <= set(orders().holds)
    let_go()


@pytest.mark.both_databases
def test_a_change_of_the_keys(dying: Mortal, filled: list[str], home: Any) -> None:
    from parapet.evidence.keys import InstanceKey

    held = uris()
    steps = whole(dying, ["key", "rotate"]).steps
    for _ in deaths(dying, lambda number: ["key", "rotate"], steps):
        assert held == uris()
        sound(dying)
    whole(dying, ["key", "rotate"])
    assert not InstanceKey.load(home.key_file).unsettled
    assert [path.name for path in home.keys.iterdir()] == ["instance.key"]
    sound(dying)


def test_a_lock_on_the_key_and_its_recovery(dying: Mortal, filled: list[str], home: Any, tmp_path: Path) -> None:
    from parapet.evidence import keyfile
    from parapet.evidence.keys import InstanceKey

    words, sheet = tmp_path / "words", tmp_path / "sheet.txt"
    words.write_text("seven quiet herons\n")
    typed = {"PARAPET_PASSPHRASE_FILE": str(words)}
    key = InstanceKey.load(home.key_file)
    sheet.write_text(whole(dying, ["key", "recovery", "--text"]).said)
    for lock in (["key", "passphrase", "--new-passphrase-file", words], ["key", "plain"]):
        steps = whole(dying, lock, **typed).steps
        for _ in deaths(dying, lambda number, lock=lock: lock, steps, lambda number: typed):  # type: ignore[misc]
            assert len(keyfile.read(home.key_file).body) > 32
            sound(dying, **typed)
    home.key_file.unlink()
    recover = ["key", "recover", sheet]
    steps = whole(dying, recover).steps
    for _ in deaths(dying, lambda number: recover, steps, lambda number: home.key_file.unlink(missing_ok=True) or {}):  # type: ignore[func-returns-value]
        assert not home.key_file.exists() or InstanceKey.load(home.key_file) == key
    home.key_file.unlink(missing_ok=True)
    whole(dying, recover)
    assert InstanceKey.load(home.key_file) == key
    assert [path.name for path in home.keys.iterdir()] == ["instance.key"]
    sheet_pdf = tmp_path / "sheet.pdf"
    steps = whole(dying, ["key", "recovery", "-o", tmp_path / "first.pdf"]).steps
    for _ in deaths(
        dying, lambda number: ["key", "recovery", "-o", sheet_pdf], steps, lambda number: sheet_pdf.unlink(missing_ok=True) or {}
    ):  # type: ignore[func-returns-value]
        assert not sheet_pdf.exists() or sheet_pdf.read_bytes().rstrip().endswith(b"%%EOF")
    sound(dying)


def test_a_published_log(dying: Mortal, filled: list[str], tmp_path: Path) -> None:
    from parapet.actions.sign_checkpoint import public_key
    from parapet.evidence.checkpoint import open_note
    from parapet.evidence.tiles import TiledTree, tile_path

    folder = tmp_path / "www"
    whole(dying, ["log", "publish", folder])
    steps = whole(dying, ["log", "publish", tmp_path / "other"]).steps

    def publish(number: int) -> Words:
        whole(dying, ["hold", "--item", filled[number]])  # so that there is something new
        return ["log", "publish", folder]

    for _ in deaths(dying, publish, steps):
        said = open_note((folder / "checkpoint").read_text("utf-8"), [public_key()])
        let_go()
        tree = TiledTree(said.size, lambda *tile: (folder / tile_path(*tile)).read_bytes())
        assert tree.root() == said.root
    whole(dying, ["log", "publish", folder])
    assert not [path for path in folder.rglob("*") if path.name.endswith(".new")]


def test_a_witness(dying: Mortal, filled: list[str], tmp_path: Path) -> None:
    key = whole(dying, ["log", "key"]).said.strip()
    for name, words in (("made", ["init"]), ("trusting", ["trust", key])):
        steps = 0
        for number in range(KILLS + 1):
            folder = tmp_path / f"{name}-{number}"
            place = ["--folder", str(folder)]
            make = ["witness", "init", *place, "--name", "witness.example.org/w1"]
            if words != ["init"]:
                whole(dying, make)
                make = ["witness", *words, *place]
            at = random.SystemRandom().randrange(1, steps + 1) if steps else 0
            died = dying.run(make, at=at)
            assert died.killed or died.status == 0, died.said
            steps = steps or died.steps
            whole(dying, make)
            whole(dying, ["witness", "status", *place])
