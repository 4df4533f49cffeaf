"""Complaints to colleges, employers and hospitals. A new table, empty: until now such a letter was a message like any other."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0045_blocks")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Complaint",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("log_index", models.BigIntegerField(unique=True)),
                ("sealed_told", models.BinaryField()),
                ("sealed_letter", models.BinaryField()),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.case")),
                (
                    "item",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.item"),
                ),
            ],
        ),
    ]
