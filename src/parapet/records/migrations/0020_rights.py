"""Rights that are given one by one, an end of a grant, and accounts that an advocate made for a helper.

No grant that is there changes. Its rights are empty, and it is believed by the code that it has: it means what it meant,
all that a helper could do. To make its code anew, with all rights written out, would mean to believe each row once more
before vouching for it; the old form is believed at every use in any case, and nothing writes it any more.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0019_alerts")]

    operations = [
        migrations.AddField("grant", "rights", models.IntegerField(null=True)),
        migrations.AddField("grant", "until", models.DateTimeField(null=True)),
        migrations.AddField("person", "invited_by", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "logentry",
            models.Index(
                fields=["advocate_number", "index"],
                condition=models.Q(("kind__in", ["grant", "revoke", "invite"])),
                name="log_access",
            ),
        ),
        migrations.AddIndex(
            "logentry",
            models.Index(
                fields=["person_number", "advocate_number", "index"],
                condition=models.Q(("kind__in", ["view", "download", "search", "export", "dossier"])),
                name="log_looks",
            ),
        ),
    ]
