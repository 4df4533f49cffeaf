"""Who gets the key of closed material: in a box for each, signed by who let her in; and a new key when somebody is sent away.

Whoever let herself in by closing holds a letting secret, which is in her own box alone. It signs who was let in, and to which
generation. A new key goes to those whose box bears such a signature and who may still read: a row that somebody wrote gets nothing.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction

from parapet.access.own_keys import number_of_key
from parapet.access.people import advocate_for
from parapet.actions.scrub import promise_scrub
from parapet.domain.errors import KeyClosed, NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.boxes import Sealer, public_of
from parapet.evidence.keys import Locker, new_key
from parapet.evidence.seal import event_body
from parapet.records.chain import Event, append, hold_log
from parapet.records.grants import Held, given_for, held_by
from parapet.records.keyring import is_closed, keyring
from parapet.records.models import Advocate, EarlierKey, KeyShare, OwnKey, Person
from parapet.records.numbers import number_of, public
from parapet.records.presence import Ring, earlier_context, ring_of, share_context


def ring_here(advocate: Advocate) -> Ring | None:
    """The keys of a closed advocate, when somebody is present who was let in. Raises KeyWrong."""
    generation, _public = keyring().closed_to(advocate.number, bytes(advocate.wrapped_key))
    return ring_of(advocate.number, generation, keyring().boxes)


def let_in(person: Person, advocate_id: str, helper_id: str, number: str) -> None:
    """Give the key of an advocate's closed material to somebody who may read it. `number`: of her key, as the two compared it.

    Raises NotFound, KeyClosed while `person` has not opened it herself, RequestRefused when the helper's key is another, or none.
    """
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        helper = _readers(advocate).get(number_of("per", helper_id) or 0)
        if helper is None or not is_closed(bytes(advocate.wrapped_key)):
            raise NotFound("There is nothing here.")
        ring = ring_here(advocate)
        if ring is None or not ring.letting:
            raise KeyClosed
        own = OwnKey.objects.filter(person=helper.person).first()
        if own is None:
            raise RequestRefused(_("This person has no key yet. She makes it on her own page."))
        if not hmac.compare_digest(number_of_key(bytes(own.public)).encode(), number.encode("utf-8", "replace")):
            raise RequestRefused(_("The number of her key is another now. Compare it again before you let her in."))
        keep_share(advocate.number, helper, ring.keys[0], ring.letting, ring.generation, bytes(own.public))
        now = datetime.now(UTC)
        body = event_body(
            kind="share",
            at=now,
            subjects=[advocate.id, public("per", helper.person)],
            actor=person.id,
            details={"generation": ring.generation},
        )
        append([Event("share", now, body, ring.opener, advocate=advocate.number, person=helper.person)])


def keep_share(advocate: int, to: Held, key: bytes, letting: bytes, generation: int, half: bytes) -> None:
    """Write the box of one person. Who may let others in gets the letting secret as well. Inside a transaction."""
    held = key + (letting if to.may(Right.GRANT) else b"")
    sealed = Sealer(half, keyring().boxes).lock(held, about=share_context(advocate, to.person, generation))
    signature = Ed25519PrivateKey.from_private_bytes(letting).sign(_signed(advocate, to.person, generation, half))
    values = {"generation": generation, "public": half, "sealed": sealed, "signature": signature}
    KeyShare.objects.update_or_create(advocate_id=advocate, person_id=to.person, defaults=values)


def end_share(person: Person, advocate: Advocate) -> None:
    """Take the box of somebody who may no longer read, inside the transaction that says so; a new key when it can be made now.

    Else it is made as soon as somebody who may let others in opens the material (`renew_due`).
    """
    if is_closed(bytes(advocate.wrapped_key)) and KeyShare.objects.filter(person=person, advocate=advocate).update(sealed=b""):
        promise_scrub()
        ring = ring_here(advocate)
        if ring is not None and ring.letting:
            renew(advocate, ring)


def renew_due(person: Person) -> None:
    """Make the new keys that wait for `person`, who is present: somebody was sent away while she was not, or a last day is over."""
    for held in held_by(person):
        if not held.may(Right.GRANT) or not is_closed(bytes(held.advocate.wrapped_key)):
            continue
        with transaction.atomic():
            hold_log()
            advocate = Advocate.objects.get(number=held.advocate.number)
            ring = ring_here(advocate)
            if ring is None or not ring.letting:
                continue
            there = KeyShare.objects.filter(advocate=advocate)
            if there.filter(sealed=b"").exists() or set(there.values_list("person_id", flat=True)) - _readers(advocate).keys():
                renew(advocate, ring)


def renew(advocate: Advocate, ring: Ring) -> None:
    """A new key for what comes later, in boxes for those who were let in and still may read. The caller holds the log."""
    key, generation, readers = new_key(), ring.generation + 1, _readers(advocate)
    verify = Ed25519PrivateKey.from_private_bytes(ring.letting).public_key()
    for row in list(KeyShare.objects.filter(advocate=advocate)):
        half = bytes(row.public)
        try:
            if row.generation != ring.generation or not bytes(row.sealed) or row.person_id not in readers:
                raise InvalidSignature
            verify.verify(bytes(row.signature), _signed(advocate.number, row.person_id, row.generation, half))
        except InvalidSignature:
            KeyShare.objects.filter(pk=row.pk).update(sealed=b"")  # by itself first: a deleted row may linger
            row.delete()
            continue
        keep_share(advocate.number, readers[row.person_id], key, ring.letting, generation, half)
    earlier = Locker(key).wrap(ring.keys[0], about=earlier_context(advocate.number, ring.generation))
    EarlierKey.objects.create(advocate=advocate, generation=ring.generation, sealed=earlier)
    advocate.wrapped_key = keyring().close_to(advocate.number, generation, public_of(key))
    advocate.save(update_fields=["wrapped_key"])
    tell_closed(advocate, generation, None)
    promise_scrub()


def tell_closed(advocate: Advocate, generation: int, person: Person | None) -> None:
    """The leaf that says that what comes is closed under a key of this generation. Inside a transaction."""
    now = datetime.now(UTC)
    actor, number = (person.id, person.number) if person else ("", None)
    body = event_body(kind="close", at=now, subjects=[advocate.id], actor=actor, details={"generation": generation})
    locker = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
    append([Event("close", now, body, locker, advocate=advocate.number, person=number)])


def _readers(advocate: Advocate) -> dict[int, Held]:
    """Who may read her material now, by number."""
    now = datetime.now(UTC)
    return {each.person: each for each in given_for(advocate.number) if each.may(Right.READ) and not each.over(now)}


def _signed(advocate: int, person: int, generation: int, half: bytes) -> bytes:
    return f"parapet v1 share\0{advocate}:{person}:{generation}:".encode() + half
