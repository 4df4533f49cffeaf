"""Destroy keys and take away every row that still tells something. Only called by what writes the leaf first, in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from attrs import evolve

from parapet.actions.tallies import take_out
from parapet.records import models
from parapet.records.bulk import insert
from parapet.records.keyring import keyring
from parapet.records.naming import delivered_context
from parapet.records.refusals import seal_spot, spot_of
from parapet.records.sessions import SessionStore
from parapet.records.tombstones import mark

_AT_ONCE = 500


def wipe_items(items: Iterable[models.Item], index_of: dict[int, int], now: datetime) -> None:
    """Erase these items. `index_of`: item number to the leaf that tells of it."""
    held = list(items)
    for first in range(0, len(held), _AT_ONCE):
        part = held[first : first + _AT_ONCE]
        numbers = [item.number for item in part]
        _leave_stones(part)
        _keep_places(numbers)
        _forget_addresses(numbers)
        take_out(part)
        models.Erased.objects.bulk_create(
            models.Erased(
                number=i.number, what="item", advocate_number=i.advocate_id, log_index=index_of[i.number], erased_at=now
            )
            for i in part
        )
        # The key first, and by itself: where a deleted row lingers, the one with the key is overwritten.
        models.Item.objects.filter(number__in=numbers).update(wrapped_key=b"", sender=None, thread=None)
        versions = models.Version.objects.filter(item__in=numbers)
        models.Occurrence.objects.filter(version__in=versions.values("number")).delete()
        models.Assessment.objects.filter(version__in=versions.values("number")).delete()
        models.Correction.objects.filter(version__in=versions.values("number")).delete()
        models.Wording.objects.filter(version__in=versions.values("number")).delete()
        versions.delete()
        models.ItemName.objects.filter(item__in=numbers).delete()
        models.PendingReference.objects.filter(item__in=numbers).delete()
        models.PassedOn.objects.filter(item__in=numbers).delete()
        models.CaseItem.objects.filter(item__in=numbers).delete()
        models.Item.objects.filter(number__in=numbers).delete()


def wipe_sources(sources: Collection[int], index: int, now: datetime) -> None:
    """Erase sealed files: key, digest, place and the names under which they came. Their rows stay, and say nothing."""
    files = models.Source.objects.filter(number__in=list(sources)).exclude(pack="")
    for source in files:
        models.Erased.objects.get_or_create(
            number=source.number, defaults={"what": "source", "log_index": index, "erased_at": now}
        )
        nothing = keyring().digest_once("source", f"erased:{source.number}")
        models.Source.objects.filter(number=source.number).update(
            wrapped_key=b"", digest=nothing, pack="", offset=0, length=0, size_bytes=0, holds_erased=False
        )
        nobody = keyring().digest_once("door mail", f"erased:{source.number}")
        models.DoorMail.objects.filter(source_id=source.number).update(sealed_envelope=b"", digest=nobody)
        for file in models.IntakeFile.objects.filter(source_id=source.number):
            file.sealed_path = keyring().lock_text("", about=delivered_context(file.number))
            file.save(update_fields=["sealed_path"])
        for refusal in models.IntakeRefusal.objects.filter(file__source_id=source.number):
            spot = evolve(spot_of(bytes(refusal.sealed_place), refusal.intake_id), name="", pointer="")
            refusal.sealed_place = seal_spot(spot, refusal.intake_id)
            refusal.save(update_fields=["sealed_place"])


def _forget_addresses(items: list[int]) -> None:
    """Of looks at their pages that brought no file."""
    for file in models.IntakeFile.objects.filter(capture__item__in=items):
        file.sealed_path = keyring().lock_text("", about=delivered_context(file.number))
        file.save(update_fields=["sealed_path"])


def forget_searches() -> None:
    """Take the words that people searched for out of every session: they may be those of the message."""
    SessionStore.forget("searches")


def _leave_stones(items: list[models.Item]) -> None:
    insert(models.Tombstone, ("digest", "advocate_number"), _stones(items), known="skip")


def _stones(items: list[models.Item]) -> Iterator[tuple[bytes, int]]:
    numbers = [item.number for item in items]
    names: dict[int, list[bytes]] = {}
    for number, digest in models.ItemName.objects.filter(item__in=numbers).values_list("item_id", "digest"):
        names.setdefault(number, []).append(bytes(digest))
    contents: dict[int, list[bytes]] = {}
    for number, content in models.Version.objects.filter(item__in=numbers).values_list("item_id", "content"):
        contents.setdefault(number, []).append(bytes(content))
    for item in items:
        for name in names.get(item.number, ()):
            for content in contents.get(item.number, ()):
                yield mark(name, content), item.advocate_id


def _keep_places(numbers: list[int]) -> None:
    rows = models.CaseItem.objects.filter(item__in=numbers, removed_at=None).values_list("case_id", "item_id")
    models.ErasedInCase.objects.bulk_create(models.ErasedInCase(case_id=case, item_number=item) for case, item in rows)
