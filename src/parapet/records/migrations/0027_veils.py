"""How much each person sees of messages before she asks. A new table, empty: nobody chose anything."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0026_alerted_for")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Veil",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="records.person"
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
        ),
    ]
