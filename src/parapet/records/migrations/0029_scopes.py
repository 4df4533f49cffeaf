"""A grant may be for a part of an advocate's messages. No grant that is there changes: without a scope, it is for all of them.

The column may be empty and is added in place. A row of before keeps its code, which says nothing of a scope; one written into it
makes the code wrong.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("records", "0028_shields")]

    operations: ClassVar = [migrations.AddField("grant", "scope", models.TextField(null=True))]
