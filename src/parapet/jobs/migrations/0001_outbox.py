from django.db import migrations, models

import parapet.jobs.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="OutboxEntry",
            fields=[
                (
                    "id",
                    models.CharField(
                        default=parapet.jobs.models.new_id,
                        editable=False,
                        max_length=26,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("root_id", models.CharField(max_length=26)),
                ("kind", models.CharField(max_length=60)),
                ("payload", models.JSONField()),
                ("urgent", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("claimed_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("failed_code", models.CharField(default="", max_length=80)),
                ("last_code", models.CharField(default="", max_length=80)),
                ("next_try_at", models.DateTimeField()),
            ],
            options={
                "db_table": "outbox",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True), ("failed_code", "")),
                        fields=["urgent", "next_try_at", "id"],
                        name="outbox_open",
                    ),
                    models.Index(condition=models.Q(("failed_code", ""), _negated=True), fields=["id"], name="outbox_failed"),
                    models.Index(condition=models.Q(("done_at__isnull", False)), fields=["done_at"], name="outbox_done"),
                ],
            },
        ),
    ]
