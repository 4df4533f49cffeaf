"""Rows are found by any number of values, and a long import does not fill memory with a statement for each number."""

from __future__ import annotations

from typing import Any

import pytest
from flow.conftest import Team

pytestmark = pytest.mark.both_databases


def test_every_wanted_row_is_found_once_and_no_other(team: Team) -> None:
    from parapet.records.bulk import find, insert
    from parapet.records.models import Sender
    from parapet.records.numbers import number_of

    hers = number_of("adv", team.advocate_id)
    insert(Sender, ("advocate_id", "sender", "items"), [(hers, n, n % 7) for n in range(1, 2_001)])
    for wanted in (0, 1, 2, 3, 511, 512, 513, 1_500, 2_000):
        asked = [*range(1, wanted + 1), *range(50_000, 50_000 + wanted % 5)]
        found = sorted(find(Sender, ("sender", "items"), "sender", asked))
        assert found == [(n, n % 7) for n in range(1, wanted + 1)]


def test_a_thousand_lengths_are_few_statements(team: Team) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from parapet.records.bulk import find
    from parapet.records.models import Sender

    texts: set[str] = set()

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        texts.add(sql)
        return execute(sql, params, many, context)

    with CaptureQueriesContext(connection) as asked, connection.execute_wrapper(note):
        for wanted in range(1, 1_001):
            list(find(Sender, ("sender",), "sender", range(wanted)))
    assert len(asked) >= 1_000
    assert len(texts) <= 10
