"""What was sealed can be read again: by which channel each file came, and whether a later reading stands for it.

Files that came over a connection that was ended since do not say by which channel: what they brought tells (`actions/read_again.py`).
"""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def say_the_channel(apps: Any, _editor: Any) -> None:
    """Of files that came over a connection, or as the look at a page."""
    files, captures = (apps.get_model("records", name).objects for name in ("IntakeFile", "Capture"))
    intakes = apps.get_model("records", "Intake").objects.filter(number=OuterRef("intake_id"))
    files.filter(intake__connection__isnull=False).update(channel=Subquery(intakes.values("connection__channel")[:1]))
    files.filter(number__in=captures.values("file_id")).update(channel="web")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0042_door")]

    operations: ClassVar = [
        migrations.AddField("intake", "again", models.BooleanField(default=False)),
        migrations.AddField("intake", "missing", models.IntegerField(default=0)),
        migrations.AddField("intakefile", "channel", models.CharField(default="", max_length=24)),
        migrations.AddField("intakefile", "superseded", models.BooleanField(default=False)),
        migrations.AddField(
            "intakefile",
            "advocate",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.advocate"),
        ),
        migrations.RunPython(say_the_channel, migrations.RunPython.noop),
    ]
