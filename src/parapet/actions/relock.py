"""Keep the key file under another lock, or make it anew from the recovery sheet. No row is touched."""

from __future__ import annotations

from parapet.actions.make_home import one_at_a_time
from parapet.evidence import keyfile
from parapet.evidence.keyfile import Lock
from parapet.evidence.keys import InstanceKey
from parapet.records.keylock import InUse
from parapet.settings.environment import Environment
from parapet.settings.unlocking import into_keyring, out_of_keyring, remember, unlocked


def relock(environment: Environment, lock: Lock) -> None:
    """Keep the key of this home under `lock`. Killed anywhere, the file is the old one or the new one.

    Raises KeyMissing, KeyWrong, KeyLocked, HomeBusy while the keys are changed, HomeUnwritable.
    """
    with one_at_a_time(environment):
        in_use = InUse(environment.run)
        key, before = unlocked(environment)
        if lock.source == keyfile.KEYRING:
            into_keyring(lock)  # before the file needs it
        keyfile.replace(environment.key_file, keyfile.line_of(key.to_bytes(), lock))
        remember(lock)
        if before.source == keyfile.KEYRING:
            out_of_keyring(before.name)
        in_use.release()


def recover(environment: Environment, key: InstanceKey, *, replace: bool) -> None:
    """Put `key` in its place, in the clear. Raises RequestRefused when one is there, unless `replace`; HomeUnwritable."""
    environment.make_folders()
    line = keyfile.line_of(key.to_bytes(), keyfile.IN_THE_CLEAR)
    with one_at_a_time(environment):
        in_use = InUse(environment.run)
        if replace and environment.key_file.exists():
            keyfile.replace(environment.key_file, line)
        else:
            keyfile.keep(environment.key_file, line)
        in_use.release()
