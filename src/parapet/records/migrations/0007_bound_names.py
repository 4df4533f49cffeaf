"""Names that no other channel can claim.

Items were found again by URIs that all channels shared. The digests are made anew from what is sealed (`naming.uri_name`),
so that what comes in again is still "already there".
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import migrations

from parapet.domain.items import Item
from parapet.evidence.keys import Locker
from parapet.records.faces import unpack_item
from parapet.records.keyring import keyring
from parapet.records.naming import face_context, item_key_context, names_of, thread_of, uri_name

_AT_ONCE = 500
_UNMATCHED = 0


def name_anew(apps: Any, _schema: Any) -> None:
    """Digests of names, references and threads of every item, from its sealed working copies."""
    names, waiting = apps.get_model("records", "ItemName"), apps.get_model("records", "PendingReference")
    items = apps.get_model("records", "Item")
    names.objects.all().delete()
    waiting.objects.all().delete()
    for rows in _chunks(_contents(apps)):
        names.objects.bulk_create(
            [
                names(digest=keyring().digest_once("uri", name), advocate_id=advocate, item_id=number)
                for number, advocate, _, content in rows
                for name in names_of(content)
            ],
            ignore_conflicts=True,
        )
        waiting.objects.bulk_create(
            [
                waiting(digest=keyring().digest_once("uri", uri_name(content.channel, uri)), item_id=number)
                for number, advocate, ordinal, content in rows
                for uri in content.refers_to
                if advocate == _UNMATCHED and ordinal == 1
            ]
        )
        first = [items(number=number, thread=thread_of(content)) for number, _, ordinal, content in rows if ordinal == 1]
        items.objects.bulk_update(first, ["thread"])


def _contents(apps: Any) -> Iterator[tuple[int, int, int, Item]]:
    """(item, advocate, ordinal, content) of every version, in order of receipt."""
    advocates = {a.number: a for a in apps.get_model("records", "Advocate").objects.all()}
    versions = apps.get_model("records", "Version").objects.select_related("item").order_by("log_index")
    for version in versions.iterator(_AT_ONCE):
        item = version.item
        owner = keyring().advocate(item.advocate_id, bytes(advocates[item.advocate_id].wrapped_key))
        key = Locker(owner.unwrap(bytes(item.wrapped_key), about=item_key_context(item.number)))
        face = key.unlock(bytes(version.sealed_face), about=face_context(version.number))
        yield item.number, item.advocate_id, version.ordinal, unpack_item(face)


def _chunks(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    while chunk := list(islice(rows, _AT_ONCE)):
        yield chunk


class Migration(migrations.Migration):
    dependencies = [("records", "0006_own_names")]

    operations = [migrations.RunPython(name_anew, migrations.RunPython.noop)]
