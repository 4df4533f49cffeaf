"""What each person chose to see of messages before she asks, sealed."""

from __future__ import annotations

import msgspec

from parapet.domain.judgement import Harm
from parapet.domain.veil import Level, Veil
from parapet.records import models
from parapet.records.keyring import keyring
from parapet.records.naming import veil_context


def chosen_veil(person: int) -> Veil:
    """What the person of this number chose; nothing when she chose nothing. Raises KeyWrong."""
    row = models.Veil.objects.filter(person_id=person).first()
    if row is None:
        return Veil()
    held = msgspec.msgpack.decode(keyring().unlock(bytes(row.sealed), about=veil_context(person)))
    level = None if held["level"] is None else Level(held["level"])
    return Veil(level, {Harm(harm): Level(chosen) for harm, chosen in held["by_harm"].items()})


def keep_veil(person: models.Person, veil: Veil) -> None:
    """Keep it in place of what was there."""
    held = {
        "level": None if veil.level is None else int(veil.level),
        "by_harm": {harm.value: int(level) for harm, level in veil.by_harm.items()},
    }
    sealed = keyring().lock(msgspec.msgpack.encode(held), about=veil_context(person.number))
    models.Veil.objects.update_or_create(person=person, defaults={"sealed": sealed})
