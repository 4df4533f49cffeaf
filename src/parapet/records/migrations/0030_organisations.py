"""Organisations, and what is given through one. No row that is there changes."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [("records", "0029_scopes")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("standing", models.SmallIntegerField(default=0)),
                ("sealed", models.BinaryField()),
                (
                    "organisation",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.organisation"),
                ),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.person")),
            ],
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                fields=["case_number", "person_number", "index"],
                condition=models.Q(kind__in=["member", "organisation"]),
                name="log_members",
            ),
        ),
        migrations.AddField(model_name="grant", name="through", field=models.BigIntegerField(null=True)),
        migrations.AddField(model_name="referral", name="through", field=models.BigIntegerField(null=True)),
    ]
