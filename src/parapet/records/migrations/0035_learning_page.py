"""How far the newest trial of learning is. Nothing that is there changes."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0034_campaigns")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="LearningTrial",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField()),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("done", models.IntegerField(default=0)),
                ("total", models.IntegerField(default=0)),
                ("advocate", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.person")),
            ],
        ),
    ]
