"""How somebody signed in is found by whose it is, however long the log: for the page that tells her."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0037_passed_on")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(
                fields=["person_number", "index"],
                condition=models.Q(kind__in=["sign_in", "passphrase", "factor", "sessions_end", "guesses"]),
                name="log_signing_in",
            ),
        ),
    ]
