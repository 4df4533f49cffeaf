"""Reports to platforms. New tables, empty: nothing was reported from here before."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0040_browsers")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("desk", models.CharField(max_length=24)),
                ("batch", models.BigIntegerField(db_index=True, null=True)),
                ("state", models.CharField(default="draft", max_length=10)),
                ("way", models.CharField(default="", max_length=8)),
                ("made_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(default="", max_length=12)),
                ("outcome_at", models.DateTimeField(null=True)),
                ("next_what", models.CharField(default="", max_length=10)),
                ("next_on", models.DateField(null=True)),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.item")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["advocate", "-made_at"], name="report_of_advocate"),
                    models.Index(
                        condition=models.Q(("next_on__isnull", False)), fields=["advocate", "next_on"], name="report_next"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ("draft", "ready", "waiting", "sending", "sent", "unknown", "failed", "refused", "appealed"),
                            )
                        ),
                        fields=("item", "desk"),
                        name="report_stands_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("log_index", models.BigIntegerField(unique=True)),
                ("sealed_words", models.BinaryField()),
                (
                    "person",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.person"),
                ),
                ("report", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.report")),
            ],
        ),
    ]
