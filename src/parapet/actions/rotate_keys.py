"""Change the keys of the home, or of one advocate. Rows are locked anew; nothing in the vault is written.

1. Nothing else works with the home: whoever does holds a lock (`records/keylock.py`).
2. The key file gets a new generation, and says that the change is under way. From here on what is written is under it, and
   what an earlier generation locked still opens.
3. Every row is locked anew, some thousand in a transaction.
4. The key file says that the change is done. What an earlier generation locked no longer opens.
Killed anywhere, the key file says where it stands, and the next command that opens the home goes on at 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from attrs import evolve, frozen
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from parapet.actions.close_material import renew_closed
from parapet.domain.errors import ReferenceUnknown, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.evidence import keyfile
from parapet.evidence.boxes import Opener
from parapet.evidence.keyfile import Lock
from parapet.evidence.keys import InstanceKey, Locker, new_key
from parapet.records import models
from parapet.records.chain import hold_log
from parapet.records.keyring import Generation, Keyring, is_closed, is_open_again, keyring
from parapet.records.numbers import number_of
from parapet.records.rewrapping import KEYS, OF_ADVOCATES, OF_SOURCES, VALUES, overwrite_what_goes, rewrap, sweep
from parapet.records.sealed_columns import (
    ADVOCATE_KEYS,
    ADVOCATE_LEAVES,
    ADVOCATE_VALUES,
    HOME_KEYS,
    HOME_VALUES,
    ITEM_KEYS,
    LASTING_LEAVES,
    Sealed,
)
from parapet.settings.unlocking import unlocked

Progress = Callable[[int, int], None]


@frozen
class Rotated:
    """What was done. `damaged` rows opened under no key, before and after; `resumed` when an earlier change was gone on with."""

    generation: int
    resumed: bool = False
    damaged: int = 0


def rotate_keys(*, progress: Progress | None = None) -> Rotated:
    """A new generation of the home's keys, and all rows under it; or the end of a change that was begun.

    Raises HomeBusy while others work with the home, HomeUnwritable.
    """
    with _alone() as (ring, lock):
        key = ring.instance
        resumed = key.unsettled
        if not resumed:
            key = key.renewed()
            _keep(key, lock)
        damaged = _relock_all(key, progress or (lambda done, total: None))
        _keep(evolve(key, unsettled=False), lock)
    return Rotated(key.generation, resumed, damaged)


def settle(*, progress: Progress | None = None) -> None:
    """Go on with a change that was begun, if there is one. Raises HomeBusy, HomeUnwritable."""
    if keyring().instance.unsettled:
        with _alone() as (ring, lock):
            if ring.instance.unsettled:
                _relock_all(ring.instance, progress or (lambda done, total: None))
                _keep(evolve(ring.instance, unsettled=False), lock)


def renew_advocate(advocate_id: str) -> int:
    """A new key for one advocate, or for every one with "all"; returns for how many. Each in one transaction.

    What is new in her name is then of no use to who had her key before. Of closed material only who is present and may let others
    in can do so; "all" passes over what is closed. Raises ReferenceUnknown, HomeBusy, KeyClosed.
    """
    number = models.Advocate.UNMATCHED if advocate_id == "adv_unmatched" else number_of("adv", advocate_id)
    everybody = models.Advocate.objects.all()
    rows = everybody if advocate_id == "all" else everybody.filter(number__in=[] if number is None else [number])
    with _alone() as (ring, _lock):
        if ring.instance.unsettled:
            raise RequestRefused(_("A change of the keys is not done yet: run `parapet key rotate` first."))
        overwrite_what_goes()
        found = list(rows.order_by("number"))
        numbers = [each.number for each in found if advocate_id != "all" or not _is_shut(each)]
        if not found:
            raise ReferenceUnknown(_("There is no such advocate here."))
        for each in numbers:
            with transaction.atomic():
                hold_log()
                advocate = models.Advocate.objects.get(number=each)
                if is_closed(bytes(advocate.wrapped_key)):
                    renew_closed(advocate)
                else:
                    _renew(advocate, ring)
        sweep(_tables(*ADVOCATE_KEYS, *ITEM_KEYS, *ADVOCATE_VALUES, *ADVOCATE_LEAVES))
    return len(numbers)


def _is_shut(advocate: models.Advocate) -> bool:
    return is_closed(bytes(advocate.wrapped_key)) and keyring().advocate(advocate.number, bytes(advocate.wrapped_key)).closed


def _renew(advocate: models.Advocate, ring: Keyring) -> None:
    wrapped, key = bytes(advocate.wrapped_key), new_key()
    old, again = ring.advocate(advocate.number, wrapped), is_open_again(wrapped)
    new = Opener((key,), ring.boxes) if again else Locker(key)
    for sealed in ITEM_KEYS:
        for _lost in rewrap(sealed, KEYS, old=[old], new=new, only=("advocate_id", advocate.number)):
            pass
    for sealed in ADVOCATE_VALUES:
        for _lost in rewrap(sealed, VALUES, old=[old], new=new, only=("advocate_id", advocate.number)):
            pass
    for sealed in ADVOCATE_LEAVES:
        for _lost in rewrap(sealed, VALUES, old=[old], new=new, only=("advocate_number", advocate.number)):
            pass
    if advocate.number == models.Advocate.UNMATCHED:
        for sealed in LASTING_LEAVES:
            for _lost in rewrap(sealed, VALUES, old=[old], new=new):
                pass
    advocate.wrapped_key = ring.open_again(advocate.number, (key,)) if again else ring.wrap_advocate_key(advocate.number, key)
    advocate.save(update_fields=["wrapped_key"])


@contextmanager
def _alone() -> Iterator[tuple[Keyring, Lock]]:
    """Alone with the keys as the file has them now; afterwards this process reads them again."""
    held = keyring().in_use
    assert held is not None
    try:
        with held.alone():
            key, lock = unlocked(settings.ENVIRONMENT)  # another process may have changed it while we waited
            yield Keyring(key, held), lock
    finally:
        keyring.cache_clear()
        held.release()


def _keep(key: InstanceKey, lock: Lock) -> None:
    keyfile.replace(settings.ENVIRONMENT.key_file, keyfile.line_of(key.to_bytes(), lock))


def _relock_all(key: InstanceKey, progress: Progress) -> int:
    """Every row under the newest generation; returns how many open under none."""
    overwrite_what_goes()
    new = Generation(key.secret_of(key.generation))
    old = [Generation(key.secret_of(number)) for number in range(key.generation - 1, 0, -1)]
    columns = (*ADVOCATE_KEYS, *HOME_KEYS, *HOME_VALUES)
    total, done, damaged = sum(c.model._default_manager.count() for c in columns), 0, 0
    for sealed in columns:
        for lost in _relock(sealed, new, old):
            damaged += lost
        done += sealed.model._default_manager.count()
        progress(done, total)
    # Who was signed in signs in again: what a session holds is under the old keys, and it may be a thief's.
    with transaction.atomic():
        Session.objects.all().delete()
        models.LoginLink.objects.all().delete()
    sweep(_tables(*columns))
    return damaged


def _relock(sealed: Sealed, new: Generation, old: list[Generation]) -> Iterator[int]:
    if sealed in ADVOCATE_KEYS:
        return rewrap(sealed, OF_ADVOCATES, old=[each.wrapping for each in old], new=new.wrapping)
    return rewrap(sealed, VALUES if sealed in HOME_VALUES else OF_SOURCES, old=[each.home for each in old], new=new.home)


def _tables(*columns: Sealed) -> list[str]:
    return sorted({column.model._meta.db_table for column in columns})
