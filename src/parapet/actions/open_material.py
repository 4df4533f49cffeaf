"""Open to the home again what an advocate closed: by herself, with her key, and told in the log.

One transaction, and nothing is wrapped anew: the keys of her ring go under the home's. So whatever somebody seals for her public half
at this very moment opens, too. Boxes of people go, for nobody needs one any more; her own key stays hers.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from parapet.access.people import advocate_for
from parapet.actions.close_sources import open_sources
from parapet.actions.key_shares import ring_here
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.domain.errors import KeyClosed
from parapet.domain.rights import Right
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.keyring import is_closed, keyring
from parapet.records.models import Advocate, EarlierKey, KeyShare, Person


def open_material(person: Person, advocate_id: str) -> bool:
    """Let the home's key open it again; False when it does. Raises NotFound, also for who may not let others in; KeyClosed while
    `person` has not opened it."""
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        if not is_closed(bytes(advocate.wrapped_key)):
            return False
        ring = ring_here(advocate)
        if ring is None or not ring.letting:
            raise KeyClosed
        open_sources(advocate)
        advocate.wrapped_key = keyring().open_again(advocate.number, ring.keys)
        advocate.save(update_fields=["wrapped_key"])
        for model in (KeyShare, EarlierKey):
            model.objects.filter(advocate=advocate).update(sealed=b"")  # by itself first: a deleted row may linger
            model.objects.filter(advocate=advocate).delete()
        _tell(advocate, person)
        promise_scrub()
    keyring().forget_advocate(advocate.number)
    scrub_soon()
    return True


def _tell(advocate: Advocate, person: Person) -> None:
    now = datetime.now(UTC)
    body = event_body(kind="unclose", at=now, subjects=[advocate.id], actor=person.id, details={})
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    append([Event("unclose", now, body, locker, advocate=advocate.number, person=person.number)])
