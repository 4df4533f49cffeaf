"""An index for lists: of which items a person said how they are judged. Nothing that is there changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0015_corrections")]

    operations = [
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                fields=["item_number"], condition=models.Q(kind="relabel", person_number__isnull=False), name="log_said"
            ),
        ),
    ]
