"""An account that is watched, as a row that nobody asked a server for."""

from __future__ import annotations

from datetime import UTC, datetime


def watched(advocate: int) -> str:
    """The public name of a mailbox of this advocate, paused so that no worker takes it up."""
    from parapet.records.connections import sealed_cursor, sealed_told
    from parapet.records.models import Connection
    from parapet.records.numbers import new_number

    number = new_number()
    told = {
        "host": "imap.clinic.example",
        "port": 993,
        "user": "doctor",
        "password": "secret",
        "folders": ["INBOX"],
        "starttls": False,
    }
    return Connection.objects.create(
        number=number, advocate_id=advocate, channel="mail", state="paused", next_at=datetime.now(UTC),
        sealed_told=sealed_told(number, told), sealed_cursor=sealed_cursor(number, {}),
    ).id  # fmt: skip
