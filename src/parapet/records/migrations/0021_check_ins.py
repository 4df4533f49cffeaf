"""What an advocate writes down for herself, how much somebody wants to read a day, and an index of what was read. Nothing that is there changes."""

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [("records", "0020_rights")]

    operations = [
        migrations.CreateModel(
            name="CheckIn",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.person")),
            ],
        ),
        migrations.AddField(model_name="person", name="reading_limit", field=models.SmallIntegerField(null=True)),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                condition=models.Q(("kind__in", ["view", "download"])), fields=["person_number", "at"], name="log_reads"
            ),
        ),
    ]
