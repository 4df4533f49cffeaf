"""Two commands that begin at the same moment: one does what the other then finds done."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import pytest
from support.sample import ADVOCATES, SAMPLE
from support.terminal import parapet, started

LETTER = SAMPLE / "complaint" / "letter-50043.eml"
#: Long enough that both commands stand before the log's lock.
WAIT_S = 4.0


@pytest.mark.slow
@pytest.mark.both_databases
def test_two_that_enrol_the_same_people_make_each_once(home: Any) -> None:
    from django.db import transaction

    from parapet.records.chain import hold_log
    from parapet.records.models import Advocate, Grant, Person
    from parapet.records.profiles import profile_of

    with transaction.atomic():
        hold_log()
        both = [started(["import", LETTER, "--advocates", ADVOCATES]) for _ in range(2)]
        time.sleep(WAIT_S)
        assert [process.poll() for process in both] == [None, None]
    assert [process.wait(900) for process in both] == [0, 0]
    enrolled = [profile_of(a).reference for a in Advocate.objects.exclude(number=Advocate.UNMATCHED)]
    assert sorted(enrolled) == ["adv-01", "adv-02", "adv-03"]
    assert Person.objects.count() == 1
    assert Grant.objects.count() == len(enrolled) + 1  # and the unmatched


@pytest.mark.slow
def test_two_that_make_the_same_home_find_one(tmp_path: Path) -> None:
    where = {"PARAPET_HOME": str(tmp_path / "new")}
    with contextlib.ExitStack() as stack:
        several = [stack.enter_context(started(["import", LETTER, "--advocates", ADVOCATES], **where)) for _ in range(3)]
        assert [process.wait(900) for process in several] == [0, 0, 0]
    told = parapet("items", "--jsonl", **where)
    assert len(told.lines) == 1
    assert parapet("doctor", **where).status == 0
