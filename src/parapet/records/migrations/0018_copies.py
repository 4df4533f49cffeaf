"""Where near copies of a message's words are found, and which messages are judged as their copies are. Nothing that is there changes.

What was judged before has no such row until it is judged anew: its words cannot be read here.

The column is added in plain SQL: Django would rebuild SQLite's table, and lose the partial indexes of 0002.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0017_layers")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE records_item ADD COLUMN as_copies boolean NOT NULL DEFAULT FALSE",
                    "ALTER TABLE records_item DROP COLUMN as_copies",
                )
            ],
            state_operations=[migrations.AddField("item", "as_copies", models.BooleanField(default=False))],
        ),
        migrations.CreateModel(
            name="Wording",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="records.version"
                    ),
                ),
                ("item_number", models.BigIntegerField()),
                ("sent_at", models.DateTimeField()),
                *((f"band_{n}", models.BigIntegerField()) for n in range(6)),
                ("marks", models.BinaryField(max_length=64)),
                ("words", models.SmallIntegerField()),
                (
                    "advocate",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to="records.advocate"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["advocate", f"band_{n}", "sent_at"], name=f"wording_{n}") for n in range(6)],
            },
        ),
    ]
