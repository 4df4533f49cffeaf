"""Cosignatures of witnesses, what is known of each witness, and the tiles that proofs are made from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0007_bound_names")]

    operations = [
        migrations.CreateModel(
            name="LogTile",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("level", models.SmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("witness", models.CharField(max_length=300)),
                ("line", models.CharField(max_length=400)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("size", "witness"), name="one_cosignature")],
            },
        ),
        migrations.CreateModel(
            name="WitnessState",
            fields=[
                ("witness", models.CharField(max_length=300, primary_key=True, serialize=False)),
                ("held", models.BigIntegerField(default=0)),
                ("failures", models.IntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(default="", max_length=16)),
                ("trouble_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WitnessRefusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("witness", models.CharField(max_length=300)),
                ("kind", models.CharField(max_length=16)),
                ("size", models.BigIntegerField()),
                ("held", models.BigIntegerField()),
                ("note", models.TextField()),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("witness", "kind", "size"), name="one_refusal")],
            },
        ),
    ]
