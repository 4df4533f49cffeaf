"""How people are reached, who is called for whom, and alerts. New tables; nothing that is there changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0018_copies"),
    ]

    operations = [
        migrations.CreateModel(
            name="Reach",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("urgency", models.SmallIntegerField()),
                ("opened_at", models.DateTimeField()),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
            ],
        ),
        migrations.CreateModel(
            name="AlertEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=12)),
                ("turn", models.SmallIntegerField(default=-1)),
                ("person", models.BigIntegerField(null=True)),
                ("way", models.BigIntegerField(null=True)),
                ("code", models.CharField(default="", max_length=40)),
                ("alert", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.alert")),
            ],
        ),
        migrations.CreateModel(
            name="AlertItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.BigIntegerField()),
                ("urgency", models.SmallIntegerField()),
                ("at", models.DateTimeField()),
                ("alert", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.alert")),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.item")),
            ],
        ),
        migrations.CreateModel(
            name="OnCallList",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("advocate", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
            ],
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["advocate", "opened_at"], name="alert_newest"),
        ),
        migrations.AddConstraint(
            model_name="alertitem",
            constraint=models.UniqueConstraint(fields=("version", "urgency"), name="alerted_once"),
        ),
    ]
