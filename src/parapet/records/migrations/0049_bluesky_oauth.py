"""That somebody is renewing what opens a connection: no row is at it."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0048_supporters")]

    operations: ClassVar = [
        migrations.AddField(model_name="connection", name="renewing_until", field=models.DateTimeField(null=True)),
    ]
