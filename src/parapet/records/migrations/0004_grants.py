"""Grants and login links carry a code that only this home's key can make.

A grant that was there gets its code when the log holds the entry that tells of it, and the entry opens and says the
same. One without was written by somebody else than Parapet: it gets none, and gives nothing from now on. Login links,
which last half an hour, are dropped: nobody can tell whose they were made for.

What the code is made over is written out here, as it was when this migration was made.
"""

import json
from typing import Any

from django.db import migrations, models

from parapet.domain.errors import KeyWrong
from parapet.records.keyring import keyring
from parapet.records.numbers import public


def vouch(apps: Any, _editor: Any) -> None:
    Grant, Entry = apps.get_model("records", "Grant"), apps.get_model("records", "LogEntry")
    for grant in Grant.objects.filter(revoked_at=None).select_related("advocate"):
        person, advocate = grant.person_id, grant.advocate_id
        entries = Entry.objects.filter(kind="grant", person_number=person, advocate_number=advocate).order_by("-index")
        entry = entries.first()
        if entry is None or _said(entry, grant) != ("grant", _subjects(person, advocate), grant.role):
            continue
        grant.log_index = entry.index
        grant.mac = keyring().digest_once("grant", f"{person}:{advocate}:{grant.role}:{entry.index}")
        grant.save(update_fields=["log_index", "mac"])


def _said(entry: Any, grant: Any) -> tuple[str, list[str], str] | None:
    """Kind, subjects and role in a leaf of the log; nothing when it does not open."""
    try:
        locker = keyring().advocate(grant.advocate_id, bytes(grant.advocate.wrapped_key))
        body = json.loads(locker.unlock(bytes(entry.sealed_leaf), about=f"leaf:{entry.index}".encode()))
    except KeyWrong:
        return None
    return body["kind"], body["subjects"], body["details"]["role"]


def _subjects(person: int, advocate: int) -> list[str]:
    return ["adv_unmatched" if advocate == 0 else public("adv", advocate), public("per", person)]


def drop_links(apps: Any, _editor: Any) -> None:
    apps.get_model("records", "LoginLink").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("records", "0003_lists")]

    operations = [
        migrations.AddField("grant", "log_index", models.BigIntegerField(null=True)),
        migrations.AddField("grant", "mac", models.BinaryField(default=b"", max_length=32)),
        migrations.AddField("loginlink", "mac", models.BinaryField(default=b"", max_length=32)),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                fields=["person_number", "advocate_number", "index"], condition=models.Q(kind="revoke"), name="log_revokes"
            ),
        ),
        migrations.RunPython(vouch, migrations.RunPython.noop),
        migrations.RunPython(drop_links, migrations.RunPython.noop),
    ]
