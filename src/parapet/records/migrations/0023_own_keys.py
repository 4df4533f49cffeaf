"""Keys of each person's own. Nothing that is there changes: every advocate's key stays under the home's until somebody closes her material."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0022_signing_in")]

    operations = [
        migrations.CreateModel(
            name="OwnKey",
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
                ("public", models.BinaryField(max_length=32)),
                ("by_passphrase", models.BinaryField()),
                ("by_sheet", models.BinaryField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="KeyShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("generation", models.IntegerField()),
                ("public", models.BinaryField(max_length=32)),
                ("sealed", models.BinaryField()),
                ("signature", models.BinaryField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
                ("person", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name="EarlierKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("generation", models.IntegerField()),
                ("sealed", models.BinaryField()),
                ("advocate", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="records.advocate")),
            ],
        ),
        migrations.AddConstraint(
            model_name="keyshare", constraint=models.UniqueConstraint(fields=("advocate", "person"), name="key_share_once")
        ),
        migrations.AddConstraint(
            model_name="earlierkey",
            constraint=models.UniqueConstraint(fields=("advocate", "generation"), name="earlier_key_once"),
        ),
        migrations.AddField(model_name="oncalllist", name="at_home", field=models.BooleanField(default=False)),
    ]
