"""Partial indexes for what is rare in a queue: grave, urgent, unsure, each single harm.

Raw SQL because Django cannot say "this bit is set" in an index's condition. The inbox repeats each condition word for
word, as both databases must recognise it to use the index.
"""

from django.db import migrations

CONDITIONS = {
    "grave": "severity >= 3",
    "medium": "severity >= 2",
    "critical": "severity >= 4",
    "today": "urgency >= 2",
    "now": "urgency >= 3",
    "unsure": "abstain",
    **{f"harm_{bit}": f"(harms & {1 << bit}) <> 0" for bit in range(7)},
}


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX item_{name} ON records_item (advocate_id, own, sent_at DESC, number DESC) WHERE {condition}",
            f"DROP INDEX item_{name}",
        )
        for name, condition in CONDITIONS.items()
    ]
