"""Shields: why one was raised, whom it was told, and an index of the entries that say whether it is up. Nothing that is there changes."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0027_veils")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ShieldReason",
            fields=[
                ("log_index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
            ],
        ),
        migrations.CreateModel(
            name="ShieldNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("log_index", models.BigIntegerField(db_index=True)),
                ("person", models.BigIntegerField()),
                ("way", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=12)),
                ("code", models.CharField(default="", max_length=40)),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
            ],
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                condition=models.Q(("kind__in", ["shield_up", "shield_down", "shield_step"])),
                fields=["advocate_number", "index"],
                name="log_shields",
            ),
        ),
    ]
