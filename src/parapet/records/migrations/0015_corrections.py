"""What people say of messages in the program's place. Nothing that is there changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0014_source_checks")]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("log_index", models.BigIntegerField(unique=True)),
                ("sealed", models.BinaryField()),
                (
                    "version",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="records.version"),
                ),
            ],
            options={"indexes": [models.Index(fields=["version", "log_index"], name="correction_of")]},
        ),
    ]
