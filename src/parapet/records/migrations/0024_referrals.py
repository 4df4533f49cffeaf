"""Cases that are offered to officers. No row that is there changes."""

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [("records", "0023_own_keys")]

    operations = [
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("begun", models.BigIntegerField()),
                ("log_index", models.BigIntegerField()),
                ("accepted", models.BigIntegerField(null=True)),
                ("ended", models.BigIntegerField(null=True)),
                ("sealed_terms", models.BinaryField()),
                ("sealed_words", models.BinaryField(default=b"")),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.case")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.person")),
            ],
        ),
    ]
