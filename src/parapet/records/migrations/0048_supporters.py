"""Supporters and calls for support. New tables, empty: nobody was asked from here before."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


def _number() -> models.BigIntegerField[int, int]:
    return models.BigIntegerField(default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False)


def _row() -> models.BigAutoField[int, int]:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _of(table: str) -> models.ForeignKey[models.Model, models.Model]:
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=f"records.{table}")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0047_counsel")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="SupportCall",
            fields=[
                ("number", _number()),
                ("begun", models.BigIntegerField()),
                ("made_at", models.DateTimeField()),
                ("wrapped_key", models.BinaryField()),
                ("advocate", _of("advocate")),
                ("case", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.case")),
            ],
            options={"indexes": [models.Index(fields=["advocate", "-made_at"], name="support_call_newest")]},
        ),
        migrations.CreateModel(
            name="Supporter",
            fields=[
                ("number", _number()),
                ("through", models.BigIntegerField(null=True)),
                ("begun", models.BigIntegerField()),
                ("wrapped_key", models.BinaryField()),
                ("sealed_vetting", models.BinaryField()),
                ("advocate", _of("advocate")),
                ("person", _of("person")),
            ],
        ),
        migrations.CreateModel(
            name="SupportAsked",
            fields=[("id", _row()), ("call", _of("supportcall")), ("supporter", _of("supporter"))],
            options={"constraints": [models.UniqueConstraint(fields=("call", "supporter"), name="support_asked_once")]},
        ),
        migrations.CreateModel(
            name="SupportNotice",
            fields=[
                ("id", _row()),
                ("log_index", models.BigIntegerField(db_index=True)),
                ("person", models.BigIntegerField()),
                ("way", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=12)),
                ("code", models.CharField(default="", max_length=40)),
                ("call", _of("supportcall")),
            ],
        ),
        migrations.CreateModel(
            name="SupportStep",
            fields=[
                ("id", _row()),
                ("at", models.DateTimeField()),
                ("log_index", models.BigIntegerField(unique=True)),
                ("sealed_words", models.BinaryField()),
                ("call", _of("supportcall")),
                ("person", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.person")),
            ],
        ),
    ]
