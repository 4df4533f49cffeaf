"""Shielded addresses and the mail that came to them. New tables, empty: no mail was taken in from servers before."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0041_reports")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="ShieldedAddress",
            fields=[
                (
                    "connection",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="records.connection"
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="DoorMail",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField(db_index=True, max_length=32)),
                ("sealed_envelope", models.BinaryField()),
                ("came_at", models.DateTimeField()),
                ("state", models.CharField(default="came", max_length=8)),
                ("why", models.CharField(default="", max_length=12)),
                ("code", models.CharField(default="", max_length=20)),
                ("tries", models.IntegerField(default=0)),
                ("by_person", models.BooleanField(default=False)),
                ("decided_at", models.DateTimeField(null=True)),
                ("next_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "advocate",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="records.advocate"),
                ),
                (
                    "connection",
                    models.ForeignKey(
                        db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.connection"
                    ),
                ),
                ("source", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.source")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["connection", "state", "-came_at"], name="door_mail_state"),
                    models.Index(fields=["advocate", "-came_at"], name="door_mail_advocate"),
                    models.Index(fields=["state", "next_at"], name="door_mail_waits"),
                ],
            },
        ),
    ]
