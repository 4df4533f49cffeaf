"""Accounts that are watched, and what came over each."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [("records", "0035_learning_page")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Connection",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("channel", models.CharField(max_length=24)),
                ("sealed_told", models.BinaryField()),
                ("sealed_cursor", models.BinaryField()),
                ("state", models.CharField(default="new", max_length=8)),
                ("fault", models.CharField(default="", max_length=40)),
                ("failures", models.IntegerField(default=0)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("next_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("came_at", models.DateTimeField(null=True)),
                ("taken", models.IntegerField(default=0)),
                ("too_large", models.IntegerField(default=0)),
                ("changed", models.IntegerField(default=0)),
                ("holder", models.CharField(default="", max_length=40)),
                ("held_until", models.DateTimeField(null=True)),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
            ],
        ),
        migrations.AddField(
            model_name="intake",
            name="connection",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.connection"),
        ),
    ]
