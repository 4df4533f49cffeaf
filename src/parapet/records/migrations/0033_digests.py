"""What people want to hear from time to time, and what was sent. New tables, empty: nobody asked for a digest."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0031_break_glass")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="DigestPlan",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="records.person"
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("due_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("code", models.CharField(default="", max_length=40)),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.person")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("person", "until"), name="digest_once")]},
        ),
    ]
