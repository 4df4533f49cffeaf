"""The keys of a home are changed: everything still opens, nothing opens by the old ones, and no kill loses anything."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import itertools
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.state import assert_same, check_whole, contents
from hypothesis import given
from hypothesis import strategies as st
from support import many
from support.homes import let_go
from support.limits import files_up_to, obey_permissions
from support.sample import ADVOCATES
from support.terminal import parapet, started, surroundings

from parapet.domain.errors import HomeBusy, HomeUnwritable, KeyWrong, OnHold, ReferenceUnknown
from parapet.evidence.keys import InstanceKey, Locker
from parapet.records.numbers import number_of

MAILS = 150
#: The command, going through one row at a time; it says a dot before each, so that a kill falls between them.
ROW_BY_ROW = """
import sys
from parapet.settings.start import configure_for
configure_for()
from parapet.records import rewrapping
rewrapping.ROWS_AT_ONCE, page = 1, rewrapping._page
def told(*given):
    sys.stdout.write(".")
    sys.stdout.flush()
    return page(*given)
rewrapping._page = told
from parapet.cli.main import main
main(sys.argv[1:])
"""


@pytest.fixture
def filled(home: Any, team: Team, take_in: Any, judge: Any, tmp_path: Path, once: Any) -> Team:
    """Items, names, paths, a refusal, grants, and a case with a note."""

    def put_in() -> Any:
        from parapet.actions.open_case import open_case
        from parapet.actions.write_note import write_note
        from parapet.records.models import Item

        empty = tmp_path / "empty.json"
        empty.touch()
        take_in(*many.write(tmp_path / "boxes", MAILS, files=2, shared=5), empty, person=team.advocate, advocates=ADVOCATES)
        judge()
        item = Item.objects.exclude(advocate_id=0).first()
        assert item is not None
        from parapet.records.numbers import public

        case = open_case(team.advocate, public("adv", item.advocate_id), "Threats", [item.id])
        write_note(team.advocate, case, "She called the police.")

    once("rotate", put_in)
    return team


def told() -> dict[str, Any]:
    """All that a home says, by the doors that people use."""
    from parapet.access.case_files import case_file
    from parapet.actions.seal_source import open_source
    from parapet.records.grants import held_by
    from parapet.records.keyring import keyring
    from parapet.records.models import Case, IntakeFile, IntakeRefusal, Occurrence, Person, Source
    from parapet.records.profiles import profile_of
    from parapet.records.refusals import spot_of

    people = list(Person.objects.order_by("number"))
    held = [h for p in people for h in held_by(p)]
    del case_file
    return {
        **contents(),
        "names": [p.name for p in people],
        "grants": sorted((h.role, profile_of(h.advocate).name) for h in held),
        "paths": sorted(
            keyring().unlock_text(bytes(f.sealed_path), about=f"delivered:{f.number}".encode()) for f in IntakeFile.objects.all()
        ),
        "refusals": [str(spot_of(bytes(r.sealed_place), r.intake_id)) for r in IntakeRefusal.objects.order_by("pk")],
        "places": sorted(
            keyring().unlock_text(bytes(o.sealed_place), about=f"place:{o.version_id}".encode()) for o in Occurrence.objects.all()
        ),
        "sources": sorted(hashlib.sha256(open_source(s).read()).hexdigest() for s in Source.objects.all()),
        "cases": sorted(_case(c) for c in Case.objects.all()),
    }


def _case(case: Any) -> tuple[str, ...]:
    from parapet.access.case_cards import case_key, title_context
    from parapet.access.case_notes import notes_of

    key = case_key(case)
    return (
        key.unlock(bytes(case.sealed_title), about=title_context(case.number)).decode(),
        *(n.text for n in notes_of(case, key)),
    )


def opened_by(secret: bytes) -> int:
    """How many values of the rows open under one secret alone."""
    from parapet.records.keyring import Generation
    from parapet.records.sealed_columns import ADVOCATE_KEYS, HOME_KEYS, HOME_VALUES

    by, count = Generation(secret), 0
    for sealed in (*HOME_VALUES, *HOME_KEYS, *ADVOCATE_KEYS):
        locker = by.wrapping if sealed in ADVOCATE_KEYS else by.home
        for about, raw in sealed.model._default_manager.values_list(sealed.by, sealed.column):
            with contextlib.suppress(KeyWrong):
                way = locker.unlock if sealed in HOME_VALUES else locker.unwrap
                count += bool(way(bytes(raw), about=sealed.about(about)))
    return count


def rows() -> int:
    from parapet.records.sealed_columns import ADVOCATE_KEYS, HOME_KEYS, HOME_VALUES

    return sum(s.model._default_manager.count() for s in (*HOME_VALUES, *HOME_KEYS, *ADVOCATE_KEYS))


@pytest.mark.both_databases
def test_all_opens_as_before_and_nothing_by_the_old_key(home: Any, filled: Team, take_in: Any, tmp_path: Path) -> None:
    before, blobs = told(), {p: p.stat().st_mtime_ns for p in home.vault.rglob("*.pack")}
    old = InstanceKey.load(home.key_file)
    assert opened_by(old.secret) == rows()
    let_go()
    done = parapet("key", "rotate", "--json")
    assert (done.status, done.json) == (0, {"generation": 2, "resumed": False, "damaged": 0}), done.err
    assert_same(told(), before)
    new = InstanceKey.load(home.key_file)
    assert (new.generation, new.unsettled, new.fingerprint) == (2, False, old.fingerprint)
    assert (opened_by(old.secret), opened_by(new.secret_of(2))) == (0, rows())
    assert {p: p.stat().st_mtime_ns for p in home.vault.rglob("*.pack")} == blobs
    check_whole()
    let_go()
    assert parapet("check").status == 0
    take_in(*many.write(tmp_path / "more", 5, files=1, shared=0), person=filled.advocate)
    assert opened_by(old.secret) == 0, "what is new neither"
    let_go()
    home.key_file.unlink()
    old.install(home.key_file)
    assert KeyWrong.code in parapet("items", "--jsonl").calm()


@pytest.mark.both_databases
def test_an_advocates_key_is_changed_with_all_that_it_wraps(home: Any, filled: Team) -> None:
    from parapet.records.keyring import keyring
    from parapet.records.models import Advocate, Case, Item, LogEntry
    from parapet.records.numbers import public

    before = told()
    number = Case.objects.get().advocate_id
    row = Advocate.objects.get(number=number)
    old = Locker(keyring().advocate_key(number, bytes(row.wrapped_key)))
    let_go()
    done = parapet("key", "rotate", "--advocate", public("adv", number))
    assert done.status == 0, done.err
    assert_same(told(), before)
    for item in [*Item.objects.filter(advocate_id=number), *Case.objects.filter(advocate_id=number)]:
        word = "case" if isinstance(item, Case) else "item"
        with pytest.raises(KeyWrong):
            old.unwrap(bytes(item.wrapped_key), about=f"{word}:{item.number}".encode())
    for leaf in LogEntry.objects.filter(advocate_number=number, item_number=None, case_number=None):
        with pytest.raises(KeyWrong):
            old.unlock(bytes(leaf.sealed_leaf), about=f"leaf:{leaf.index}".encode())
    let_go()
    assert parapet("check").status == 0
    assert ReferenceUnknown.code in parapet("key", "rotate", "--advocate", "adv_nobody").calm()
    everybody = parapet("key", "rotate", "--advocate", "all", "--json")
    assert (everybody.status, everybody.json["advocates"]) == (0, Advocate.objects.count()), everybody.err
    assert_same(told(), before)
    let_go()
    assert parapet("check").status == 0


def test_what_was_erased_and_held_is_told_under_new_keys_too(home: Any, filled: Team) -> None:
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item
    from parapet.actions.hold import hold
    from parapet.actions.rotate_keys import renew_advocate
    from parapet.records.lasting import vouched
    from parapet.records.models import Item

    gone, kept = Item.objects.filter(advocate_id=number_of("adv", filled.advocate_id)).order_by("number")[:2]
    number = gone.number
    erase_item(filled.helper, gone.id, reason="mistake")
    hold(filled.helper, kept.id, reason="court")
    told_before = vouched([number])
    let_go()
    renew_advocate("all")
    let_go()
    assert check_home().faults == []
    assert vouched([number]) == told_before
    with pytest.raises(OnHold):
        erase_item(filled.helper, kept.id, reason="mistake")


@pytest.mark.slow
@pytest.mark.both_databases
def test_killed_at_any_moment_it_goes_on_and_nothing_is_lost(home: Any, filled: Team) -> None:
    before, stopped, total, kills = told(), 0, rows(), 8  # `make soak` repeats it
    for kill in itertools.count():
        if kill >= kills and stopped >= kills // 4:
            break
        assert kill < 20 * kills, "the kills came too late to mean anything"
        let_go()
        process = subprocess.Popen(
            [sys.executable, "-c", ROW_BY_ROW, "key", "rotate"],
            env=surroundings(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert process.stdout is not None
        process.stdout.read(random.SystemRandom().randrange(total))  # ends early where the change does
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        ring = InstanceKey.load(home.key_file)
        stopped += ring.unsettled
        assert_same(told(), before)
        if kill % 5 == 4:
            let_go()
            assert parapet("items", "--jsonl").status == 0, "the next command that opens the home ends the change"
            assert not InstanceKey.load(home.key_file).unsettled
    let_go()
    done = parapet("key", "rotate", "--json")
    assert done.status == 0, done.err
    assert_same(told(), before)
    ring = InstanceKey.load(home.key_file)
    assert not ring.unsettled
    assert [opened_by(ring.secret_of(n)) for n in range(1, ring.generation)] == [0] * (ring.generation - 1)
    let_go()
    assert parapet("check").status == 0


def test_the_keys_are_changed_while_nobody_else_works_with_them(home: Any, filled: Team) -> None:
    """This process has the home open, as a server would."""
    told()
    was = home.key_file.read_bytes()
    assert HomeBusy.code in parapet("key", "rotate").calm()
    assert home.key_file.read_bytes() == was
    let_go()
    both = [started(["key", "rotate"]) for _ in range(2)]
    statuses = sorted(process.wait(900) for process in both)
    assert statuses in ([0, 0], [0, 2])
    assert InstanceKey.load(home.key_file).generation == 1 + statuses.count(0)
    let_go()
    assert parapet("check").status == 0


def test_a_full_disk_stops_a_change_and_the_same_command_goes_on(home: Any, filled: Team) -> None:
    before = told()
    let_go()
    said = parapet("key", "rotate", before=files_up_to(40_000))
    assert HomeUnwritable.code in said.calm()
    assert_same(told(), before)
    let_go()
    done = parapet("key", "rotate", "--json")
    assert (done.status, done.json["damaged"]) == (0, 0), done.err
    assert_same(told(), before)
    let_go()
    assert parapet("check").status == 0


def test_a_read_only_home_keeps_its_keys(home: Any, filled: Team) -> None:
    let_go()
    was = home.key_file.read_bytes()
    home.keys.chmod(0o500)
    said = parapet("key", "rotate", before=obey_permissions)
    home.keys.chmod(0o700)
    assert HomeUnwritable.code in said.calm()
    assert (home.key_file.read_bytes(), [p.name for p in home.keys.iterdir()]) == (was, ["instance.key"])


def test_a_damaged_row_is_counted_and_stops_nothing(home: Any, filled: Team) -> None:
    from parapet.records.models import Occurrence

    row = Occurrence.objects.first()
    assert row is not None
    Occurrence.objects.filter(pk=row.pk).update(sealed_place=bytes(60))
    let_go()
    assert parapet("key", "rotate", "--json").json["damaged"] == 1


def test_a_home_of_the_first_form_opens_and_is_converted(home: Any, filled: Team) -> None:
    before, secret = told(), InstanceKey.load(home.key_file).secret
    told_by = hashlib.sha256(b"parapet-key-v1 checksum\0" + secret).hexdigest()[:8]
    home.key_file.write_text(f"parapet-key-v1 {base64.urlsafe_b64encode(secret).decode().rstrip('=')} {told_by}\n")
    let_go()
    assert parapet("check").status == 0
    assert parapet("key", "plain").status == 0
    assert home.key_file.read_text().startswith("parapet-key-v2 plain - ")
    assert parapet("key", "rotate").status == 0
    assert_same(told(), before)


def test_who_was_signed_in_is_not_any_more(home: Any, filled: Team) -> None:
    from django.contrib.sessions.models import Session

    from parapet.actions.sign_in import make_link
    from parapet.records.models import LoginLink
    from parapet.records.sessions import SessionStore

    store = SessionStore()
    store["a"] = 1
    store.save()
    make_link(filled.advocate)
    let_go()
    assert parapet("key", "rotate").status == 0
    assert (Session.objects.count(), LoginLink.objects.count()) == (0, 0)


def test_every_column_of_bytes_is_told() -> None:
    """A new one that a change of the keys does not know would be lost by it."""
    from django.apps import apps

    from parapet.records import sealed_columns as s

    ours = {
        f"{model.__name__}.{field.name}"
        for app in ("records", "jobs")
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if field.get_internal_type() == "BinaryField"
    }
    under_keys = (*s.HOME_VALUES, *s.HOME_KEYS, *s.ADVOCATE_KEYS, *s.ITEM_KEYS, *s.ADVOCATE_VALUES, *s.ADVOCATE_LEAVES)
    assert ours == {each.name for each in under_keys} | s.UNDER_ITEMS | s.OF_PEOPLE | s.DIGESTS


@given(
    key=st.binary(min_size=32, max_size=32),
    more=st.lists(st.binary(min_size=32, max_size=32), max_size=3),
    generation=st.integers(2, 99),
)
def test_every_form_of_an_advocates_row_is_the_same_under_another_key(key: bytes, more: list[bytes], generation: int) -> None:
    from parapet.records.keyring import relock_advocate, reopen_advocate

    old, new, about = Locker(b"o" * 32), Locker(b"n" * 32), b"advocate:7"
    rows = {
        "plain": old.wrap(key, about=about),
        "closed": b"pcl1" + old.lock(generation.to_bytes(4, "big") + key, about=about + b":closed"),
        "open again": b"pop1" + old.lock(b"".join([key, *more]), about=about + b":opened again"),
    }
    for form, row in rows.items():
        plain = reopen_advocate(old, row, about=about)
        moved = relock_advocate(new, plain, about=about)
        assert reopen_advocate(new, moved, about=about) == plain, form
        assert len(moved) == len(row) and (form == "plain" or moved[:4] == row[:4]), form
        with pytest.raises(KeyWrong):
            reopen_advocate(old, moved, about=about)
