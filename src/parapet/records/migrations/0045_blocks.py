"""Blocks and mutes. New tables, empty: nobody was blocked from here before."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers

_STANDING = (
    "draft", "ready", "waiting", "sending", "stands", "unknown", "failed", "lift_ready", "lift_waiting", "lifting", "lift_unknown", "lift_failed",
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0044_looking_again")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sender", models.BigIntegerField()),
                ("place", models.CharField(max_length=24)),
                ("what", models.CharField(max_length=8)),
                ("account", models.BigIntegerField(default=0)),
                ("plan", models.BigIntegerField(db_index=True)),
                ("state", models.CharField(default="draft", max_length=12)),
                ("way", models.CharField(default="", max_length=8)),
                ("made_at", models.DateTimeField()),
                ("set_at", models.DateTimeField(null=True)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.item")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["advocate", "-number"], name="block_of_advocate"),
                    models.Index(fields=["advocate", "sender"], name="block_of_sender"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", _STANDING)),
                        fields=("advocate", "sender", "place", "what", "account"),
                        name="block_stands_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("log_index", models.BigIntegerField(unique=True)),
                ("sealed_words", models.BinaryField()),
                ("block", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.block")),
                ("person", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.person")),
            ],
        ),
    ]
