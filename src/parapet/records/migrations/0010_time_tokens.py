"""What time authorities attest of checkpoints. Two new tables; rows that are there are not touched."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0009_witnesses")]

    operations = [
        migrations.CreateModel(
            name="TimeAsked",
            fields=[
                ("authority", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("failures", models.IntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("why", models.CharField(default="", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="TimeToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("authority", models.CharField(max_length=40)),
                ("token", models.BinaryField()),
                ("gen_time", models.DateTimeField()),
                ("at", models.DateTimeField()),
                ("disagrees", models.BooleanField(default=False)),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("authority", "size"), name="token_once")]},
        ),
    ]
