"""Notes are bound to their leaf, their writer and their time; refusals to their import.

Before, all notes of a case, and all refusals of a home, were sealed to the same words, and could be exchanged for one
another. A note that is what its leaf in the log says is sealed anew; one that is not stays as it is, without the number
of a leaf, and the case's page says that its notes are not what was written.

What each is bound to is written out here, as it was when this migration was made.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import migrations, models

from parapet.domain.errors import KeyWrong
from parapet.evidence.keys import Locker
from parapet.records.keyring import keyring
from parapet.records.numbers import number_of

_AT_ONCE = 500


def bind_notes(apps: Any, _editor: Any) -> None:
    keys = _case_keys(apps)
    leaves = _leaves(apps, keys)
    for note in apps.get_model("records", "Note").objects.order_by("pk"):
        try:
            raw = keys[note.case_id].unlock(bytes(note.sealed_text), about=f"case:{note.case_id}:note".encode())
        except (KeyError, KeyWrong):
            continue
        told = (hashlib.sha256(raw).hexdigest(), _stamp(note.at))
        for index, body in leaves[note.case_id].items():
            writer = number_of("per", body["actor"]) or 0
            if (body["details"].get("sha256"), body["at"]) == told and note.person_id in (writer, None):
                del leaves[note.case_id][index]
                note.log_index, note.sealed_text = index, keys[note.case_id].lock(raw, about=_bound(note, index, writer))
                note.save(update_fields=["log_index", "sealed_text"])
                break


def unbind_notes(apps: Any, _editor: Any) -> None:
    keys = _case_keys(apps)
    leaves = _leaves(apps, keys)
    for note in apps.get_model("records", "Note").objects.exclude(log_index=None):
        try:
            writer = number_of("per", leaves[note.case_id][note.log_index]["actor"]) or 0
            raw = keys[note.case_id].unlock(bytes(note.sealed_text), about=_bound(note, note.log_index, writer))
        except (KeyError, KeyWrong):
            continue
        note.sealed_text = keys[note.case_id].lock(raw, about=f"case:{note.case_id}:note".encode())
        note.save(update_fields=["sealed_text"])


def bind_refusals(apps: Any, _editor: Any) -> None:
    _seal_refusals(apps, lambda _row: b"refusal", lambda row: f"refusal:{row.intake_id}".encode())


def unbind_refusals(apps: Any, _editor: Any) -> None:
    _seal_refusals(apps, lambda row: f"refusal:{row.intake_id}".encode(), lambda _row: b"refusal")


def _case_keys(apps: Any) -> dict[int, Locker]:
    keys = {}
    for case in apps.get_model("records", "Case").objects.select_related("advocate"):
        try:
            advocate = keyring().advocate(case.advocate_id, bytes(case.advocate.wrapped_key))
            keys[case.number] = Locker(advocate.unwrap(bytes(case.wrapped_key), about=f"case:{case.number}".encode()))
        except KeyWrong:
            continue
    return keys


def _leaves(apps: Any, keys: dict[int, Locker]) -> dict[int, dict[int, dict[str, Any]]]:
    """Of each case, what its leaves about notes say, by their place in the log."""
    leaves: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
    for entry in apps.get_model("records", "LogEntry").objects.filter(kind="note").order_by("index"):
        try:
            said = keys[entry.case_number].unlock(bytes(entry.sealed_leaf), about=f"leaf:{entry.index}".encode())
        except (KeyError, KeyWrong):
            continue
        leaves[entry.case_number][entry.index] = json.loads(said)
    return leaves


def _bound(note: Any, index: int, writer: int) -> bytes:
    return f"case:{note.case_id}:note:{index}:{writer}:{_stamp(note.at)}".encode()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def _seal_refusals(apps: Any, was: Callable[[Any], bytes], shall: Callable[[Any], bytes]) -> None:
    model = apps.get_model("records", "IntakeRefusal")
    for rows in _in_parts(model):
        for row in rows:
            try:
                row.sealed_place = keyring().lock(keyring().unlock(bytes(row.sealed_place), about=was(row)), about=shall(row))
            except KeyWrong:
                continue
        model.objects.bulk_update(rows, ["sealed_place"])


def _in_parts(model: Any) -> Iterator[list[Any]]:
    last = 0
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        last = rows[-1].pk
        yield rows


class Migration(migrations.Migration):
    dependencies = [("records", "0004_grants")]

    operations = [
        migrations.AddField("note", "log_index", models.BigIntegerField(null=True)),
        migrations.RunPython(bind_notes, unbind_notes),
        migrations.RunPython(bind_refusals, unbind_refusals),
    ]
