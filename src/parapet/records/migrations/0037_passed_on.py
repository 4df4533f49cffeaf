"""What a repost or a quotation hands on, so that it can be judged as that. Of what came in before, nothing is known: its working copy cannot be read here."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0036_connections")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="PassedOn",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="records.item"
                    ),
                ),
                ("digest", models.BinaryField(db_index=True, max_length=32)),
            ],
        ),
    ]
