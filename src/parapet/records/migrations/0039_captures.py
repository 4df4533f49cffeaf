"""Pages that somebody asked to have kept, or looked at again."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [("records", "0038_signing_in_log")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Capture",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("outcome", models.CharField(default="", max_length=24)),
                ("attempts", models.IntegerField(default=0)),
                ("file", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="records.intakefile")),
                ("intake", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.intake")),
                ("item", models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="records.item")),
            ],
            options={"indexes": [models.Index(fields=["state", "asked_at"], name="capture_waits")]},
        ),
    ]
