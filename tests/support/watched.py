"""An account that is watched, as a row that nobody asked a server for."""

from __future__ import annotations

from datetime import UTC, datetime


def shielded(advocate: int) -> tuple[str, str]:
    """The public names of a shielded address of this advocate, and of a mail that is held there."""
    from parapet.domain.door import Envelope
    from parapet.records.connections import sealed_cursor, sealed_told
    from parapet.records.door import address_digest, seal_envelope
    from parapet.records.keyring import keyring
    from parapet.records.models import Advocate, Connection, DoorMail, ShieldedAddress
    from parapet.records.numbers import new_number

    number, mail, now = new_number(), new_number(), datetime.now(UTC)
    address = f"a{number}@shield.clinic.example"
    told = {"user": address, "to": "doctor@clinic.example", "hold": "grave", "hold_unsure": False}
    row = Connection.objects.create(
        number=number, advocate_id=advocate, channel="door", state="well", next_at=now, sealed_told=sealed_told(number, told),
        sealed_cursor=sealed_cursor(number, {}),
    )  # fmt: skip
    ShieldedAddress.objects.create(connection=row, digest=address_digest(address))
    locker = keyring().advocate(advocate, bytes(Advocate.objects.get(number=advocate).wrapped_key))
    held = DoorMail.objects.create(
        number=mail, advocate_id=advocate, connection=row, digest=b"d" * 32, came_at=now, state="held", why="grave",
        sealed_envelope=seal_envelope(mail, Envelope("anon@example.net", address), locker),
    )  # fmt: skip
    return row.id, held.id


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
