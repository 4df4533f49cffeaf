"""Rows that tell what was erased and what is ordered to be kept. Nothing that is there changes."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0010_time_tokens")]

    operations = [
        migrations.CreateModel(
            name="Erased",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("what", models.CharField(max_length=8)),
                ("advocate_number", models.BigIntegerField(db_index=True, null=True)),
                ("log_index", models.BigIntegerField()),
                ("erased_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="OrderHead",
            fields=[
                ("number", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("count", models.BigIntegerField(default=0)),
                ("mac", models.BinaryField(default=b"", max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.BinaryField(max_length=32)),
                ("advocate_number", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["digest", "advocate_number"], name="tombstone_once")],
            },
        ),
        migrations.CreateModel(
            name="ErasedInCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("item_number", models.BigIntegerField(db_index=True)),
                ("case", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.case")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["case", "item_number"], name="erased_in_case_once")],
            },
        ),
        migrations.AddField(
            model_name="source",
            name="holds_erased",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                condition=models.Q(("kind__in", ["hold", "release", "retention"])), fields=["index"], name="log_orders"
            ),
        ),
    ]
