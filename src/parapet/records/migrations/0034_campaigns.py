"""Whether a message's words speak for her whom they are sent to, and whether they are close to abuse: what a campaign is judged by.

Nothing that is there changes. What was judged before counts as neither until it is judged anew: its words cannot be read here.
The columns are added in plain SQL: Django would rebuild SQLite's table.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0033_digests")]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE records_wording ADD COLUMN {column} boolean NOT NULL DEFAULT FALSE",
                    f"ALTER TABLE records_wording DROP COLUMN {column}",
                )
                for column in ("friendly", "close")
            ],
            state_operations=[
                migrations.AddField("wording", column, models.BooleanField(default=False)) for column in ("friendly", "close")
            ],
        ),
    ]
