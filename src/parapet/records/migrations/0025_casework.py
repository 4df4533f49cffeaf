"""Who is on which message, which are done, and what people agreed to do about a case. Nothing that is there changes.

Every message that came before waits to be sorted, as it did. The index is of those alone, gravest and most urgent first; its
condition stands letter for letter in `access/queue.py`. A column that may be empty is added in place: on SQLite any other kind
would write the table of a million messages anew, without the indexes that were made by hand.
"""

import django.db.models.deletion
from django.db import migrations, models

import parapet.records.numbers

WAITS = "sorted_at IS NULL AND NOT own AND (severity > 0 OR urgency > 0 OR abstain)"
_ORDER = "advocate_id, urgency DESC, severity DESC, sent_at DESC, number DESC"


def _to(model: str) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=f"records.{model}")


def _to_somebody_once() -> models.ForeignKey:
    return models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to="records.person")


class Migration(migrations.Migration):
    dependencies = [("records", "0024_referrals")]

    operations = [
        migrations.AddField("item", "sorted_at", models.DateTimeField(null=True)),
        migrations.RunSQL(f"CREATE INDEX item_turn ON records_item ({_ORDER}) WHERE {WAITS}", "DROP INDEX item_turn"),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to="records.item"
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("given_by", models.BigIntegerField(null=True)),
                ("back", models.BooleanField(default=False)),
                ("person", _to("person")),
            ],
        ),
        migrations.CreateModel(
            name="CaseStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("log_index", models.BigIntegerField(unique=True)),
                ("sealed_words", models.BinaryField()),
                ("case", _to("case")),
                ("person", _to_somebody_once()),
            ],
        ),
        migrations.CreateModel(
            name="Due",
            fields=[
                ("task", models.BigIntegerField(primary_key=True, serialize=False)),
                ("due_on", models.DateField(null=True)),
                ("ended", models.BooleanField(default=False)),
                ("case", _to("case")),
                ("person", _to_somebody_once()),
            ],
            options={"indexes": [models.Index(condition=models.Q(("ended", False)), fields=["due_on"], name="due_open")]},
        ),
        migrations.CreateModel(
            name="PrivateNote",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("case", _to("case")),
                ("person", _to("person")),
            ],
        ),
    ]
