"""Whom an advocate named for an emergency, who asked to be let in, and alerts about that; and by what is found what people did.

Every alert that is there is about messages, and stays so. Nobody is named.
"""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers

_NUMBER = models.BigIntegerField(default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False)
_CASCADE = django.db.models.deletion.CASCADE
#: The conditions stand letter for letter in `access/deeds.py`.
_BY_PEOPLE = (
    "NOT (kind IN ('source', 'capture', 'version', 'gone', 'assess', 'source_check', 'case_head', 'clock', 'alert')) "
    "AND (kind <> 'relabel' OR person_number IS NOT NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("records", "0030_organisations")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="EmergencyPlan",
            fields=[
                ("number", _NUMBER),
                ("wrapped_key", models.BinaryField()),
                ("sealed_people", models.BinaryField(default=b"")),
                ("log_index", models.BigIntegerField(default=-1)),
                ("advocate", models.OneToOneField(on_delete=_CASCADE, to="records.advocate")),
            ],
        ),
        migrations.CreateModel(
            name="EmergencyName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("plan", models.ForeignKey(on_delete=_CASCADE, to="records.emergencyplan")),
                ("person", models.ForeignKey(on_delete=_CASCADE, to="records.person")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=["plan", "person"], name="emergency_name_once")]},
        ),
        migrations.CreateModel(
            name="EmergencyRequest",
            fields=[
                ("number", _NUMBER),
                ("begun", models.BigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("sealed_reason", models.BinaryField()),
                ("plan", models.ForeignKey(on_delete=_CASCADE, to="records.emergencyplan")),
                ("person", models.ForeignKey(on_delete=_CASCADE, to="records.person")),
            ],
            options={"indexes": [models.Index(fields=["plan", "asked_at"], name="emergency_newest")]},
        ),
        migrations.AddField(
            model_name="alert",
            name="emergency",
            field=models.ForeignKey(null=True, on_delete=_CASCADE, to="records.emergencyrequest"),
        ),
        migrations.AddField(model_name="alert", name="step", field=models.CharField(default="", max_length=8)),
        migrations.RunSQL(
            f'CREATE INDEX log_custody ON records_logentry (advocate_number, "index", kind, person_number, at) WHERE {_BY_PEOPLE}',
            "DROP INDEX log_custody",
        ),
    ]
