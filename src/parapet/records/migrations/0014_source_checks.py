"""Whether a message is signed by its source. What was taken in before has no row, and nothing is said of it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0012_erasure")]

    operations = [
        migrations.CreateModel(
            name="SourceCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("method", models.CharField(max_length=16)),
                ("result", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("log_index", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
                ("waits", models.BooleanField(default=False)),
                ("next_try_at", models.DateTimeField(null=True)),
                ("tries", models.SmallIntegerField(default=0)),
                ("version", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.version")),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(waits=True), fields=["next_try_at", "id"], name="source_waits")],
            },
        ),
    ]
