"""What is learned from corrections, and an index by which the log says which of it is in use. Nothing that is there changes."""

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [("records", "0016_said_of")]

    operations = [
        migrations.CreateModel(
            name="Layer",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("sealed", models.BinaryField()),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
            ],
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(condition=models.Q(("kind", "learn")), fields=["advocate_number", "index"], name="log_learns"),
        ),
    ]
