"""Pages that are looked at again by themselves. New tables, empty: until now a person asked for each look."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0043_read_again")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PageHost",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("free_at", models.DateTimeField()),
                ("failures", models.SmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="PageWatch",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="records.item"
                    ),
                ),
                ("why", models.CharField(max_length=8)),
                ("state", models.CharField(default="waiting", max_length=8)),
                ("pressed", models.BooleanField(default=False)),
                ("began_at", models.DateTimeField()),
                ("next_at", models.DateTimeField()),
                ("looks", models.SmallIntegerField(default=0)),
                ("gone", models.SmallIntegerField(default=0)),
                (
                    "host",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="records.pagehost"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("waiting", "closed"))), fields=["host", "next_at"], name="page_due"
                    ),
                    models.Index(condition=models.Q(("state", "browser")), fields=["next_at"], name="page_browser"),
                ]
            },
        ),
        migrations.CreateModel(
            name="PageLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("log_index", models.BigIntegerField(unique=True)),
                ("is_capture", models.BooleanField(default=False)),
                ("sealed_kept", models.BinaryField()),
                ("sealed_words", models.BinaryField()),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.item")),
            ],
        ),
    ]
