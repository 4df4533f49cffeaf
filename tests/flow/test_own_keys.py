"""Closed material: who was let in reads it with a key of her own, and the administrator with the home's key, database and vault reads nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from flow.conftest import Team
from flow.test_context import KIND, NOON, THREAT, post
from support.sample import SAMPLE

from parapet.domain.errors import KeyClosed, KeyWrong, NotFound, RequestRefused

if TYPE_CHECKING:
    from parapet.settings.environment import Environment

WORDS, OTHER = "seven quiet herons by the lake", "nine brave otters in the rain"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are stretched less than they are for people."""
    from parapet.evidence import keyfile

    monkeypatch.setattr(keyfile, "Stretch", lambda *said: _STRETCH(*said) if said else _STRETCH(64, 1, 1))


from parapet.evidence.keyfile import Stretch as _STRETCH  # noqa: E402


def close(team: Team) -> tuple[bytes, str]:
    """She makes a key and closes her material: her key, and her sheet as text."""
    from parapet.actions.close_material import close_material
    from parapet.actions.own_keys import make_own_key, unlock
    from parapet.records.presence import here

    lines = make_own_key(team.advocate, WORDS)
    own = unlock(team.advocate, WORDS)
    with here(team.advocate.number, own):
        close_material(team.advocate, team.advocate_id)
    return own, "\n".join(lines)


def hers(team: Team) -> Any:
    from parapet.records.models import Advocate
    from parapet.records.numbers import number_of

    return Advocate.objects.get(number=number_of("adv", team.advocate_id))


def texts(team: Team) -> dict[bool, set[str]]:
    """The words of hers (True) and of everybody else's messages, of all that opens now."""
    from parapet.access.opening import face, item_key, locker_of
    from parapet.records.models import Version

    found: dict[bool, set[str]] = {True: set(), False: set()}
    for version in Version.objects.select_related("item__advocate"):
        key = item_key(version.item, locker_of(version.item.advocate))
        with contextlib.suppress(KeyClosed):
            found[version.item.advocate.id == team.advocate_id].add(face(version, key).text)
    return found


class Administrator:
    """Has the home's key, the database and the vault, and tries every key that she gets hold of on everything that is there."""

    def __init__(self) -> None:
        from parapet.evidence.keys import Locker, derive
        from parapet.records.keyring import keyring

        secrets = [keyring().instance.secret_of(n + 1) for n in range(keyring().instance.generation)]
        self.pool = [Locker(derive(secret, purpose)) for secret in secrets for purpose in ("home values", "advocate keys")]
        self.opened: list[bytes] = []
        self.of: dict[int, list[Any]] = {}  # item or case to its key, where it opens

    def everything(self) -> bytes:
        """All that opens, as one."""
        from parapet.evidence.keys import Locker
        from parapet.records import sealed_columns as s

        for column in (*s.ADVOCATE_KEYS, *s.HOME_KEYS):
            keys = [self._tried("unwrap", raw, about) for _pk, about, raw in self._rows(column)]
            self.pool += [Locker(key) for key in keys if key is not None]
        for column in s.ITEM_KEYS:
            for pk, about, raw in self._rows(column):
                key = self._tried("unwrap", raw, about)
                self.of[pk] = [] if key is None else [Locker(key)]
        for column in (*s.HOME_VALUES, *s.ADVOCATE_VALUES, *s.ADVOCATE_LEAVES):
            for _pk, about, raw in self._rows(column):
                self._keep(raw, about)
        self._items()
        self._files()
        return b"\n".join(self.opened)

    def _rows(self, column: Any) -> Iterator[tuple[Any, bytes, bytes]]:
        for row in column.model._default_manager.values_list("pk", column.by, column.column):
            yield row[0], column.about(row[1]), bytes(row[2] or b"")

    def _tried(self, how: str, raw: bytes, about: bytes, *numbers: int | None) -> bytes | None:
        for locker in (*self.pool, *(key for number in numbers for key in self.of.get(number or 0, ()))):
            with contextlib.suppress(KeyWrong):
                return bytes(getattr(locker, how)(raw, about=about))
        return None

    def _keep(self, raw: bytes, about: bytes, *numbers: int | None) -> None:
        plain = self._tried("unlock", raw, about, *numbers)
        if plain is not None:
            self.opened.append(plain)

    def _items(self) -> None:
        from parapet.evidence.vault import Slot
        from parapet.records.chain import leaf_context
        from parapet.records.keyring import vault
        from parapet.records.models import Assessment, LogEntry, Version
        from parapet.records.naming import assessment_context, face_context, original_context

        for version in Version.objects.all():
            self._keep(bytes(version.sealed_face), face_context(version.number), version.item_id)
            slot = Slot(version.pack, version.offset, version.length)
            self._keep(vault().read(slot), original_context(version.number), version.item_id)
        for entry in LogEntry.objects.all():
            self._keep(bytes(entry.sealed_leaf), leaf_context(entry.index), entry.item_number, entry.case_number)
        for row in Assessment.objects.select_related("version"):
            self._keep(bytes(row.sealed), assessment_context(row.version_id, row.model), row.version.item_id)

    def _files(self) -> None:
        from parapet.evidence.vault import Slot
        from parapet.records.keyring import vault
        from parapet.records.models import Source

        for source in Source.objects.exclude(pack=""):
            key = self._tried("unwrap", bytes(source.wrapped_key), f"source:{source.number}".encode())
            if key is not None:
                slot = Slot(source.pack, source.offset, source.length)
                with vault().open_stream(slot, key=key, about=f"source:{source.number}".encode()) as file:
                    self.opened.append(file.read())


def wraps() -> set[bytes]:
    """Every wrapped key as it stands in the rows now."""
    from parapet.records import sealed_columns as s

    return {
        bytes(raw)
        for column in (*s.ADVOCATE_KEYS, *s.HOME_KEYS, *s.ITEM_KEYS)
        for raw in column.model._default_manager.values_list(column.column, flat=True)
    }


def everything_on_the_disk(home: Environment) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(home.home.rglob("*")) if path.is_file())


def test_who_has_the_home_s_key_and_all_its_files_reads_no_word_of_closed_material(
    home: Environment, team: Team, take_in: Callable[..., Any], judge: Callable[[], None]
) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.scrub import scrub
    from parapet.records.models import Item, Source, Version
    from parapet.records.presence import here

    early, late = SAMPLE / "meta", SAMPLE / "x"
    take_in(early)
    judge()
    before, old = texts(team), wraps()
    assert before[True]
    own, _sheet = close(team)
    judge()
    gone = old - wraps()
    assert len(gone) > len(before[True])
    take_in(late)  # nobody is present: it is sealed for her, and judged
    judge()
    scrub()
    assert not Item.objects.filter(advocate=hers(team), assessed=False).exists()
    disk = everything_on_the_disk(home)
    assert not [raw for raw in gone if raw in disk]
    with pytest.raises(KeyClosed):
        _read_one(team)
    known = texts(team)
    assert not known[True]
    with here(team.advocate.number, own):
        after = texts(team)
        assert before[True] < after[True]
        assert check_home().sound
        assert check_home().closed == 0
    others = "\n".join(after[False])
    secret = {text.encode() for text in after[True] if len(text) > 20 and text not in others}
    assert len(secret) > 20
    who = Administrator()
    found = who.everything()
    assert any(text.encode() in found for text in after[False])  # she reads what is not closed
    leaks = [(text, [part[:200] for part in who.opened if text in part]) for text in secret if text in found]
    assert not leaks
    assert not [text for text in secret if text in disk]
    health = check_home()
    assert health.sound
    assert health.closed > Version.objects.filter(item__advocate=hers(team)).count()
    assert Source.objects.count() > 0


def _read_one(team: Team, person: Any = None) -> str:
    from parapet.access.items import opened
    from parapet.records.models import Item

    return opened(person or team.advocate, Item.objects.filter(advocate=hers(team)).first().id, why="asked").item.text  # type: ignore[union-attr]


def test_a_helper_is_let_in_by_the_number_of_her_key_and_sent_away_with_a_new_one(
    home: Environment, team: Team, take_in: Callable[..., Any], judge: Callable[[], None]
) -> None:
    from parapet.access.own_keys import own_page
    from parapet.actions.change_grant import revoke
    from parapet.actions.check_home import check_home
    from parapet.actions.key_shares import let_in, ring_here
    from parapet.actions.own_keys import make_own_key, unlock
    from parapet.records.models import Item, KeyShare, Version
    from parapet.records.presence import here

    take_in(SAMPLE / "x")
    judge()
    own, _sheet = close(team)
    her, helping = (team.advocate.number, own), (team.helper.number, b"")
    with here(*her):
        assert [r.state for m in own_page(team.advocate).material for r in m.readers] == ["none"]
    make_own_key(team.helper, OTHER)
    helping = (team.helper.number, unlock(team.helper, OTHER))
    with here(*helping), pytest.raises(KeyClosed):
        _read_one(team, team.helper)  # a grant is not yet a key
    with here(*her):
        [reader] = own_page(team.advocate).material[0].readers
        with pytest.raises(RequestRefused):  # somebody put a key of her own in the place of the helper's meanwhile
            let_in(team.advocate, team.advocate_id, team.helper.id, "0000 0000 0000 0000 0000 0000")
        with pytest.raises(NotFound):
            let_in(team.advocate, team.advocate_id, team.stranger.id, reader.number)
        let_in(team.advocate, team.advocate_id, team.helper.id, reader.number)
    with pytest.raises(KeyClosed):
        let_in(team.advocate, team.advocate_id, team.helper.id, reader.number)  # her own key is not open here
    with here(*helping):
        assert _read_one(team, team.helper)
        held = ring_here(hers(team))
        assert held is not None
        assert held.letting == b""  # who reads lets nobody in
    # A row that an administrator writes for herself, as good as the home's key makes it, gets no new key.
    forged = _forged(team, held)
    revoke(team.advocate, team.advocate_id, team.helper.id)  # she is not there: the box goes at once, the new key waits for her
    with here(*helping), pytest.raises(NotFound):
        _read_one(team, team.helper)
    assert not bytes(KeyShare.objects.get(person=team.helper).sealed)
    from parapet.actions.key_shares import renew_due

    with here(*her):
        renew_due(team.advocate)
        assert not KeyShare.objects.exclude(person=team.advocate).exists()
        assert forged not in {row.person_id for row in KeyShare.objects.all()}
        there = set(Item.objects.values_list("number", flat=True))
        take_in(SAMPLE / "meta")
        assert check_home().sound
        assert _read_one(team)
        newest = ring_here(hers(team))
        assert newest is not None
        assert newest.generation == held.generation + 1
    from parapet.evidence.boxes import Opener
    from parapet.records.keyring import keyring
    from parapet.records.naming import item_key_context

    kept = Opener(held.keys, keyring().boxes)  # what the helper could have kept opens nothing of what came later
    later = Version.objects.filter(item__advocate=hers(team)).exclude(item__in=there).first()
    assert later is not None
    with pytest.raises(KeyWrong):
        kept.unwrap(bytes(later.item.wrapped_key), about=item_key_context(later.item.number))


def _forged(team: Team, held: Any) -> int:
    """A box for a stranger with the key that a helper had, and a grant beside it; the stranger's number."""
    from django.db import transaction

    from parapet.actions.allow import allow
    from parapet.actions.key_shares import keep_share
    from parapet.actions.own_keys import make_own_key
    from parapet.evidence.keys import new_key
    from parapet.records.grants import given_for
    from parapet.records.models import KeyShare, OwnKey

    make_own_key(team.stranger, OTHER)
    with transaction.atomic():
        allow(team.stranger, hers(team), "helper")
    [grant] = [each for each in given_for(hers(team).number) if each.person == team.stranger.number]
    half = bytes(OwnKey.objects.get(person=team.stranger).public)
    keep_share(hers(team).number, grant, held.keys[0], new_key(), held.generation, half)  # signed by a secret of her own
    assert KeyShare.objects.filter(person=team.stranger).exists()
    return team.stranger.number


def test_without_passphrase_the_sheet_opens_it_and_without_both_nothing_does(
    home: Environment, team: Team, take_in: Callable[..., Any]
) -> None:
    from parapet.actions.own_keys import change_passphrase, make_own_key, recover, unlock
    from parapet.records.models import OwnKey
    from parapet.records.presence import here

    take_in(SAMPLE / "x")
    own, sheet = close(team)
    with pytest.raises(RequestRefused):
        make_own_key(team.advocate, OTHER)  # nobody puts another in its place
    for wrong in ("", WORDS.upper(), OTHER, "x" * 5_000):
        with pytest.raises(KeyWrong):
            unlock(team.advocate, wrong)
    other_sheet = "\n".join(make_own_key(team.helper, OTHER))
    with pytest.raises(KeyWrong):
        recover(team.advocate, other_sheet, OTHER)
    with pytest.raises(RequestRefused):
        recover(team.advocate, sheet[:-1], OTHER)
    with pytest.raises(RequestRefused):
        recover(team.advocate, sheet, "short")
    assert recover(team.advocate, sheet, OTHER) == own
    assert unlock(team.advocate, OTHER) == own
    with pytest.raises(KeyWrong):
        unlock(team.advocate, WORDS)
    change_passphrase(team.advocate, own, WORDS)
    with here(team.advocate.number, unlock(team.advocate, WORDS)):
        assert _read_one(team)
    # Somebody else's locked key, put into her row, is not hers.
    row, theirs = OwnKey.objects.get(person=team.advocate), OwnKey.objects.get(person=team.helper)
    row.by_passphrase, row.public = theirs.by_passphrase, theirs.public
    row.save()
    with pytest.raises(KeyWrong):
        unlock(team.advocate, OTHER)


def test_an_edit_that_comes_in_while_nobody_is_there_makes_nothing_milder_and_goes_with_its_item(
    home: Environment, team: Team, receive: Any
) -> None:
    from parapet.access.judgements import judged_versions
    from parapet.access.opening import face, item_key, locker_of
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item
    from parapet.actions.scrub import scrub
    from parapet.domain.judgement import Severity
    from parapet.records.models import Item, LogEntry
    from parapet.records.presence import here

    own, _sheet = close(team)
    receive(post(1, NOON, THREAT))
    row = Item.objects.get(advocate=hers(team))
    assert row.severity >= Severity.HIGH
    receive(post(1, NOON, KIND))
    row.refresh_from_db()
    assert (row.versions, row.severity >= Severity.HIGH) == (2, True)
    with here(team.advocate.number, own):
        key = item_key(row, locker_of(row.advocate))
        both = judged_versions(row, key)
        assert [face(version, key).text for version, _said in both] == [THREAT, KIND]
        assert [said.program is not None for _version, said in both] == [True, True]
        assert check_home().sound
        wrap = bytes(row.wrapped_key)
        scrub()
        assert wrap in everything_on_the_disk(home)
        erase_item(team.advocate, row.id, reason="asked")
        assert LogEntry.objects.filter(item_number=row.number).exclude(kind="erase").exists()
    scrub()
    # Its leaves stay, and the one key that opened them is in no file: the wrap that held it is gone.
    assert wrap not in everything_on_the_disk(home)
