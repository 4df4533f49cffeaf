"""A message that was aimed at nobody known and is given to an advocate is told of a second time: to her people."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0025_casework")]

    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="alertitem", name="alerted_once"),
        migrations.AddConstraint(
            model_name="alertitem",
            constraint=models.UniqueConstraint(fields=["version", "urgency", "alert"], name="alerted_once"),
        ),
    ]
