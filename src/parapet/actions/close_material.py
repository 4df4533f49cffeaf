"""Close an advocate's material: from then on it opens with the keys of people, and no longer with the home's.

One transaction. Her key is changed, and the keys of all items, cases and leaves of hers are wrapped under the new one; files in
which messages of hers lie are closed too (`close_sources.py`). The key of before is kept under the new one, for what somebody may
write under it at this very moment; no wrap of it by the home's key is left, and what the database keeps of one is cleared.
"""

from __future__ import annotations

from django.db import transaction

from parapet.access.people import advocate_for
from parapet.actions.assess import assess
from parapet.actions.close_sources import close_sources
from parapet.actions.key_shares import keep_share, renew, ring_here, tell_closed
from parapet.actions.scrub import promise_scrub, scrub_soon
from parapet.domain.errors import KeyClosed, NotFound, RequestRefused
from parapet.domain.errors import gettext_noop as _
from parapet.domain.rights import Right
from parapet.evidence.boxes import Opener, public_of
from parapet.evidence.keys import Locker, new_key
from parapet.records.chain import hold_log
from parapet.records.grants import held_by
from parapet.records.keyring import is_closed, keyring
from parapet.records.models import Advocate, EarlierKey, Person, Version
from parapet.records.on_call import keep_at_home
from parapet.records.presence import Presence, earlier_context, present
from parapet.records.rewrapping import KEYS, VALUES, overwrite_what_goes, rewrap
from parapet.records.sealed_columns import ADVOCATE_LEAVES, ADVOCATE_VALUES, ITEM_KEYS

_AT_ONCE = 500
#: The generation of the home's time is 1.
_FIRST = 2


def close_material(person: Person, advocate_id: str) -> None:
    """Close what is an advocate's to everybody but `person`, who lets others in afterwards. Safe to run twice.

    Raises NotFound, also for who may not let others in; KeyClosed while her own key is not open.
    """
    overwrite_what_goes()
    with transaction.atomic():
        hold_log()
        advocate = advocate_for(person, advocate_id, Right.GRANT)
        who = _who(person)
        if advocate.number == Advocate.UNMATCHED:
            raise NotFound("There is nothing here.")
        before = bytes(advocate.wrapped_key)
        if is_closed(before):
            return
        key, letting, earlier = new_key(), new_key(), keyring().advocate_key(advocate.number, before)
        old = keyring().advocate(advocate.number, before)
        advocate.wrapped_key = keyring().close_to(advocate.number, _FIRST, public_of(key))
        advocate.save(update_fields=["wrapped_key"])
        EarlierKey.objects.create(
            advocate=advocate,
            generation=_FIRST - 1,
            sealed=Locker(key).wrap(earlier, about=earlier_context(advocate.number, _FIRST - 1)),
        )
        [held] = [each for each in held_by(person, advocate.number) if each.may(Right.GRANT)]
        keep_share(advocate.number, held, key, letting, _FIRST, public_of(who.own))
        keep_at_home(advocate, before)
        wrap_anew(advocate, old, Opener((key,), keyring().boxes))
        tell_closed(advocate, _FIRST, person)
        close_sources([advocate.number])
        promise_scrub()
    keyring().forget_advocate(advocate.number)
    _stragglers(advocate)
    judge_waiting(person)
    scrub_soon()


def renew_closed(advocate: Advocate) -> None:
    """A new key for closed material, and all that is there wrapped under it. Inside a transaction that holds the log.

    Raises KeyClosed unless somebody is present who may let others in.
    """
    ring = ring_here(advocate)
    if ring is None or not ring.letting:
        raise KeyClosed
    renew(advocate, ring)
    newer = ring_here(advocate)
    if newer is None:
        raise RequestRefused(_("You may no longer read this material."))
    wrap_anew(advocate, ring.opener, newer.opener)


def judge_waiting(person: Person) -> int:
    """Judge what of closed material was not judged before it was closed, a few hundred versions at most; returns how many."""
    closed = [each.advocate for each in held_by(person) if each.may(Right.READ) and is_closed(bytes(each.advocate.wrapped_key))]
    waiting = Version.objects.filter(item__advocate__in=[each.number for each in closed], item__assessed=False)
    numbers = list(waiting.order_by("number").values_list("number", flat=True)[:_AT_ONCE])
    return assess(numbers) if numbers else 0


def wrap_anew(advocate: Advocate, old: Locker, new: Locker) -> None:
    """All that is under `old` of hers, under `new`. The caller holds the log."""
    for columns, form, owner in (
        (ITEM_KEYS, KEYS, "advocate_id"),
        (ADVOCATE_VALUES, VALUES, "advocate_id"),
        (ADVOCATE_LEAVES, VALUES, "advocate_number"),
    ):
        for sealed in columns:
            for _lost in rewrap(sealed, form, old=[old], new=new, only=(owner, advocate.number)):
                pass


def _stragglers(advocate: Advocate) -> None:
    """What others wrote under the earlier key while this was under way: they had read her row before, and waited for the log."""
    with transaction.atomic():
        hold_log()
        ring = ring_here(Advocate.objects.get(number=advocate.number))
        if ring is not None:
            wrap_anew(advocate, Opener((ring.keys[-1],), keyring().boxes), Opener((ring.keys[0],), keyring().boxes))


def _who(person: Person) -> Presence:
    """Raises KeyClosed unless `person` opened her own key here."""
    who = present()
    if who is None or who.person != person.number:
        raise KeyClosed
    return who
