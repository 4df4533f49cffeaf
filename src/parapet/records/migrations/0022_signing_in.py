"""What people sign in with besides one-time links. Nobody has any of it yet, and nothing that is there changes."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import parapet.records.numbers


class Migration(migrations.Migration):
    dependencies = [("records", "0021_check_ins")]

    operations = [
        migrations.CreateModel(
            name="Guesses",
            fields=[
                ("digest", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("tried", models.IntegerField(default=0)),
                ("rounds", models.IntegerField(default=0)),
                ("ends", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SignIn",
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
                ("name_digest", models.BinaryField(max_length=32, null=True, unique=True)),
                ("sealed", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="InstitutionAccount",
            fields=[
                (
                    "number",
                    models.BigIntegerField(
                        default=parapet.records.numbers.new_number, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("sealed", models.BinaryField()),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
    ]
