"""After an erasure, everything that any remaining key opens is opened, and nothing of the message is in it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support.homes import close_connections
from support.sample import ADVOCATES
from support.terminal import parapet

pytestmark = pytest.mark.both_databases

WORDS = "Unmistakable-heron words that stand nowhere else"
SENDER, NAME = "zebedee.quill@unheard-of.example", "Zebedee Quill-Marrow"
MESSAGE_ID = "20260914.unheard@unheard-of.example"
SECRETS = [each.encode() for each in (WORDS, SENDER, NAME, MESSAGE_ID, "Heron subject")]


def mail(n: int, to: str, *, words: str, sender: str, name: str, message_id: str) -> bytes:
    return (
        f"From: {name} <{sender}>\nTo: {to}\nSubject: {'Heron subject' if words == WORDS else f'Mail {n}'}\n"
        f"Date: Mon, 14 Sep 2026 19:{n:02}:07 +0000\nMessage-ID: <{message_id}>\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{words}\n\n"
    ).encode()


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """A mailbox of six, the third of which is to be erased; and the same mail on its own, named after its subject."""
    import json

    to = json.loads(ADVOCATES.read_text())[0]["clinic_email"]
    folder = tmp_path / "box"
    folder.mkdir()
    mails = [
        mail(n, to, words=f"Plain words {n}", sender=f"p{n}@x.example", name=f"Person {n}", message_id=f"m{n}@x.example")
        for n in range(6)
    ]
    mails[2] = mail(2, to, words=WORDS, sender=SENDER, name=NAME, message_id=MESSAGE_ID)
    (folder / "all.mbox").write_bytes(b"".join(b"From x@x Mon Sep 14 19:54:07 2026\n" + each for each in mails))
    (folder / "Heron subject.eml").write_bytes(mails[2])
    return folder


def target(team: Team) -> str:
    from parapet.access.items import opened
    from parapet.records.models import Item

    for item in Item.objects.exclude(advocate=0):
        if WORDS in opened(team.advocate, item.id, why="read").item.text:
            return item.id
    raise AssertionError


def lockers() -> Iterator[Any]:
    """Every key that can still be had."""
    from parapet.domain.errors import KeyWrong
    from parapet.evidence.keys import Locker, derive
    from parapet.records import models
    from parapet.records.keyring import keyring

    secret = keyring().instance.secret
    home, wrapping = Locker(derive(secret, "home values")), Locker(derive(secret, "advocate keys"))
    yield home
    advocates: dict[int, Locker] = {}
    for a in models.Advocate.objects.all():
        advocates[a.number] = Locker(wrapping.unwrap(bytes(a.wrapped_key), about=f"advocate:{a.number}".encode()))
    yield from advocates.values()
    for model, word in ((models.Item, "item"), (models.Case, "case")):
        for row in model.objects.all():
            yield Locker(advocates[row.advocate_id].unwrap(bytes(row.wrapped_key), about=f"{word}:{row.number}".encode()))
    for source in models.Source.objects.all():
        try:
            yield Locker(home.unwrap(bytes(source.wrapped_key), about=f"source:{source.number}".encode()))
        except KeyWrong:
            assert not bytes(source.wrapped_key)


def opened_rows() -> Iterator[bytes]:
    """Every value of every table, as it is, and opened with each key under each name that anything of it is bound to."""
    from django.db import connection

    keys = list(lockers())
    with connection.cursor() as cursor:
        tables = [
            t for t in connection.introspection.table_names(cursor) if t.startswith(("records_", "jobs_", "django_session"))
        ]
    for table in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [c[0] for c in cursor.description]
            rows = cursor.fetchall()
        for row in rows:
            values = dict(zip(columns, row, strict=True))
            for value in row:
                if isinstance(value, (bytes, memoryview)):
                    yield bytes(value)
                    yield from opened(bytes(value), values, keys)
                elif value is not None:
                    yield str(value).encode()


def opened(value: bytes, row: dict[str, Any], keys: list[Any]) -> Iterator[bytes]:
    numbers = {row.get(name) for name in ("number", "index", "version_id", "case_id", "intake_id", "id")} - {None}
    forms = (
        "version:{}:face", "leaf:{}", "place:{}", "delivered:{}", "refusal:{}", "profile:{}", "person:{}", "case:{}:title",
        f"assessment:{{}}:{row.get('model')}",
    )  # fmt: skip
    for form, number in itertools.product(forms, numbers):
        yield from attempt(value, form.format(number), keys)


def attempt(value: bytes, about: str, keys: list[Any]) -> Iterator[bytes]:
    from parapet.domain.errors import KeyWrong

    for key in keys:
        try:
            yield key.unlock(value, about=about.encode())
        except KeyWrong:
            continue


def opened_vault(home: Any) -> Iterator[bytes]:
    from parapet.actions.seal_source import open_source
    from parapet.evidence.vault import Slot
    from parapet.records import models
    from parapet.records.keyring import vault

    keys = list(lockers())
    for version in models.Version.objects.all():
        slot = Slot(version.pack, version.offset, version.length)
        yield from attempt(vault().read(slot), f"version:{version.number}", keys)
    for source in models.Source.objects.exclude(pack=""):
        yield open_source(source).read()


def files_of(home: Any) -> Iterator[bytes]:
    for path in sorted(home.home.rglob("*")):
        if path.is_file() and home.keys not in path.parents:
            yield path.read_bytes()


def found(pieces: Iterator[bytes]) -> set[bytes]:
    return {secret for piece in pieces for secret in SECRETS if secret in piece}


def test_no_byte_of_it_can_be_opened_any_more(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], home: Any, box: Path, tmp_path: Path, database: str
) -> None:
    from parapet.actions.erase import erase_item
    from parapet.actions.scrub import scrub
    from parapet.records.models import Item, Source
    from parapet.records.numbers import number_of

    take_in(box, advocates=ADVOCATES)
    judge()
    item = target(team)
    row = Item.objects.get(number=number_of("itm", item))
    keys = [bytes(row.wrapped_key), *(bytes(s.wrapped_key) for s in Source.objects.all())]
    assert found(opened_rows()) == set(SECRETS), "the search would find it"
    assert found(opened_vault(home)) == set(SECRETS)
    erase_item(team.advocate, item, reason="asked")
    assert Source.objects.filter(pack="").count() == 2, "the mailbox, and the mail on its own"
    scrub()
    assert found(opened_rows()) == set()
    assert found(opened_vault(home)) == set()
    if database == "sqlite":
        close_connections()
        held = b"".join(files_of(home))
        assert not [key for key in keys if key in held], "a wrapped key lies in a free page or in the write-ahead log"
    backup, other = tmp_path / "backup", tmp_path / "other"
    close_connections()
    assert parapet("backup", backup).status == 0
    with _restored(backup, other, home):
        assert found(opened_rows()) == set()
        assert found(opened_vault(None)) == set()
        assert Item.objects.exclude(advocate=0).count() == 5


def _restored(backup: Path, other: Path, home: Any) -> Any:
    """The backup, restored beside, on SQLite, and served by this process."""
    import shutil
    from contextlib import contextmanager

    from support.homes import serving

    @contextmanager
    def restored() -> Iterator[None]:
        key = other.parent / "copy.key"
        shutil.copy(home.key_file, key)
        done = parapet("restore", backup, "--home", other, "--key-file", key, PARAPET_DATABASE_URL="", PARAPET_HOME=str(other))
        assert done.status == 0, done.err
        with serving(other, ""):
            yield

    return restored()
