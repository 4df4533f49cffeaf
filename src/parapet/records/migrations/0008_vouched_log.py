"""What stands beside the log's leaves is vouched for, and so is the log's head.

Rows that were there are vouched for as they are now, unless what they say is contradicted by their own leaf: its kind,
its time, and the item, case or person that it names. Such a row was changed by somebody else than Parapet; it gets no
code, and `parapet check` names it. What cannot be known: whether a row whose leaf no longer opens, because its key was
destroyed, is as it was; and whether an end of a grant was taken out before, with all that came after it.

What the code is made over is written out here, as it was when this migration was made.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection, migrations, models

from parapet.domain.errors import KeyWrong
from parapet.evidence.keys import Locker
from parapet.records.keyring import keyring
from parapet.records.numbers import public

_AT_ONCE = 1_000


def vouch(apps: Any, _editor: Any) -> None:
    entries, heads = apps.get_model("records", "LogEntry"), apps.get_model("records", "LogHead")
    keys = _Keys(apps)
    ends = 0
    for rows in _in_parts(entries):
        leaves = keys.leaves(rows)
        vouched = []
        for row in rows:
            ends += row.kind == "revoke"
            if not _contradicted(row, leaves.get(row.index)):
                vouched.append((keyring().log_rows.code(_said(row)), row.index))
        with connection.cursor() as cursor:
            cursor.executemany('UPDATE records_logentry SET mac=%s WHERE "index"=%s', vouched)
    for head in heads.objects.filter(number=1).exclude(size=0):
        said = b"head|" + f"{head.size}|{ends}|".encode() + bytes(head.frontier)
        heads.objects.filter(number=1).update(ends=ends, mac=keyring().log_rows.code(said))


def _said(row: Any) -> bytes:
    at = str(row.at.astimezone(UTC).replace(tzinfo=None))
    numbers = f"{row.advocate_number}|{row.item_number}|{row.case_number}|{row.person_number}"
    return f"{bytes(row.leaf_hash).hex()}|{row.index}|{at}|{numbers}|{row.kind}".encode("utf-8", "surrogatepass")


def _contradicted(row: Any, leaf: "dict[str, Any] | bool | None") -> bool:
    """True when the leaf opens and says otherwise, or its key opens and it does not."""
    if leaf is None:
        return False
    if not isinstance(leaf, dict):
        return True
    subjects = leaf.get("subjects") or [leaf.get("item", "")]
    first, actor = str(subjects[0]), leaf.get("actor", "")
    for prefix, number in (("itm", row.item_number), ("cas", row.case_number)):
        if (number is not None or first.startswith(prefix)) and (number is None or public(prefix, number) not in subjects):
            return True
    if row.person_number is not None and public("per", row.person_number) not in (actor, *subjects):
        return True
    if row.person_number is None and actor:
        return True
    return bool((leaf.get("kind"), leaf.get("at")) != (row.kind, _stamp(row.at)))


class _Keys:
    """What opens leaves. A key that does not open tells nothing, and its leaves are believed."""

    def __init__(self, apps: Any) -> None:
        self.apps = apps
        self.advocates: dict[int, Locker] = {}
        for advocate in apps.get_model("records", "Advocate").objects.all():
            try:
                self.advocates[advocate.number] = keyring().advocate(advocate.number, bytes(advocate.wrapped_key))
            except KeyWrong:
                continue

    def leaves(self, rows: "list[Any]") -> "dict[int, dict[str, Any] | bool]":
        """Index to what the leaf says; False where it does not open with its own key; nothing where that is not there."""
        items = self._open("Item", {r.item_number for r in rows if r.item_number is not None}, "item:{}")
        cases = self._open("Case", {r.case_number for r in rows if r.case_number is not None}, "case:{}")
        said: dict[int, dict[str, Any] | bool] = {}
        for row in rows:
            if row.item_number is not None:
                key = items.get(row.item_number)
            elif row.case_number is not None:
                key = cases.get(row.case_number)
            else:
                key = None if row.advocate_number is None else self.advocates.get(row.advocate_number)
            if key is None:
                continue
            try:
                said[row.index] = json.loads(key.unlock(bytes(row.sealed_leaf), about=f"leaf:{row.index}".encode()))
            except (KeyWrong, ValueError):
                said[row.index] = False
        return said

    def _open(self, model: str, numbers: "set[int]", about: str) -> dict[int, Locker]:
        held = {}
        for row in self.apps.get_model("records", model).objects.filter(number__in=numbers):
            try:
                raw = self.advocates[row.advocate_id].unwrap(bytes(row.wrapped_key), about=about.format(row.number).encode())
            except (KeyError, KeyWrong):
                continue
            held[row.number] = Locker(raw)
        return held


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def _in_parts(model: Any) -> "Iterator[list[Any]]":
    last = -1
    while rows := list(model.objects.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        last = rows[-1].pk
        yield rows


class Migration(migrations.Migration):
    dependencies = [("records", "0007_bound_names")]

    operations = [
        migrations.AddField("logentry", "mac", models.BinaryField(default=b"", max_length=16)),
        migrations.AddField("loghead", "ends", models.BigIntegerField(default=0)),
        migrations.AddField("loghead", "mac", models.BinaryField(default=b"", max_length=16)),
        migrations.RunPython(vouch, migrations.RunPython.noop),
        migrations.CreateModel(
            "Handover",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("log_index", models.BigIntegerField(unique=True)),
                ("sealed_words", models.BinaryField()),
                ("case", models.ForeignKey("records.case", models.CASCADE)),
                ("person", models.ForeignKey("records.person", models.SET_NULL, null=True)),
            ],
        ),
    ]
