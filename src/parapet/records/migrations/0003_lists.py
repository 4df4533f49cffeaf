"""Two indexes for lists.

By language: the newest messages in a language that hardly anybody writes are far apart in the queue.
By who looked: each row of a list says whether she looked at it, which was read out of the leaves of every one.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0002_rare_values")]

    operations = [
        migrations.AddIndex(
            model_name="item",
            index=models.Index(fields=["advocate", "own", "lang", "-sent_at", "-number"], name="item_lang"),
        ),
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["person_number", "item_number"], condition=models.Q(kind="view"), name="log_views"),
        ),
    ]
