"""Her statement about a case, and the channel between her and counsel. New tables, empty: neither was kept before."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers

_CASCADE = django.db.models.deletion.CASCADE


def _number() -> models.BigIntegerField:
    return models.BigIntegerField(default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0046_complaints")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("case", models.OneToOneField(on_delete=_CASCADE, primary_key=True, serialize=False, to="records.case")),
                ("log_index", models.BigIntegerField()),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="CounselChannel",
            fields=[
                ("number", _number()),
                ("begun", models.BigIntegerField()),
                ("joined", models.BigIntegerField(null=True)),
                ("hers", models.BinaryField(default=b"")),
                ("theirs", models.BinaryField(default=b"")),
                ("wrapped_key", models.BinaryField(default=b"")),
                ("code", models.BinaryField()),
                ("case", models.ForeignKey(on_delete=_CASCADE, to="records.case")),
                ("counsel", models.ForeignKey(on_delete=_CASCADE, related_name="+", to="records.person")),
                ("person", models.ForeignKey(on_delete=_CASCADE, related_name="+", to="records.person")),
            ],
        ),
        migrations.CreateModel(
            name="CounselLetter",
            fields=[
                ("number", _number()),
                ("nth", models.IntegerField()),
                ("sealed", models.BinaryField()),
                ("sealed_file", models.BinaryField(default=b"")),
                ("channel", models.ForeignKey(on_delete=_CASCADE, to="records.counselchannel")),
                ("person", models.ForeignKey(on_delete=_CASCADE, to="records.person")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("channel", "nth"), name="counsel_letter_nth")]},
        ),
    ]
