"""What waits for a person: letters not read, blocks that somebody must look at; and that a home was put back from a backup.

Letters that are there count as not read, since nobody kept who read them: that is told once, and ends when the channel is opened.
Of a block that nobody knows of, that failed, or that is to be done by hand, the day is that of its newest step.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models
from django.utils import timezone

#: `domain.blocking.NEEDS`, as it was then.
_NEEDS = ("ready", "unknown", "failed", "lift_ready", "lift_unknown", "lift_failed")


def _say_since_when(apps: Any, _editor: Any) -> None:
    blocks, steps = apps.get_model("records", "Block"), apps.get_model("records", "BlockStep")
    for row in blocks.objects.filter(state__in=_NEEDS).iterator():
        last = steps.objects.filter(block=row).order_by("-log_index").first()
        row.next_on = timezone.localtime(last.at if last is not None else row.made_at).date()
        row.save(update_fields=["next_on"])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0049_bluesky_oauth")]

    operations: ClassVar = [
        migrations.AddField(model_name="counselchannel", name="read_by_her", field=models.IntegerField(default=0)),
        migrations.AddField(model_name="counselchannel", name="read_by_counsel", field=models.IntegerField(default=0)),
        migrations.AddField(model_name="counselchannel", name="told_her", field=models.IntegerField(default=0)),
        migrations.AddField(model_name="counselchannel", name="told_counsel", field=models.IntegerField(default=0)),
        migrations.CreateModel(
            name="Restoration",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(model_name="block", name="next_on", field=models.DateField(null=True)),
        migrations.RunPython(_say_since_when, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="block",
            index=models.Index(condition=models.Q(("next_on__isnull", False)), fields=["advocate", "next_on"], name="block_next"),
        ),
    ]
