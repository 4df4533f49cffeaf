"""When a bag was made and what its case is called are held by the log: who holds the key cannot tell it otherwise later."""

import json
import re
import shutil
from datetime import timedelta

import pytest
from evidence.bags import KEY, NOON, OURS, Log, case_of, prolong, reseal
from hypothesis import given, settings
from hypothesis import strategies as st

from parapet.evidence.bag import write_bag
from parapet.evidence.seal import stamp
from parapet.evidence.verify import verify


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return write_bag(tmp_path_factory.mktemp("sound") / "case", case_of())


def codes(bag):
    report = verify(bag, trusted=[KEY])
    assert (report.state == "sound") == (not report.faults)
    return {fault.code for fault in report.faults}


def retold(bag, **changes):
    """Other words in the description of the case, and everything that is signed, signed anew."""
    path = bag / "data/case.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}, indent=1) + "\n")
    at = str(changes.get("exported_at", ""))[:10]
    if at:
        info = bag / "bag-info.txt"
        info.write_text(re.sub(r"Bagging-Date: .*", f"Bagging-Date: {at}", info.read_text()))
    reseal(bag, OURS)
    return bag


@given(microseconds=st.integers(-(10**15), 10**15))
@settings(max_examples=30, deadline=None)
def test_no_other_time_of_export_is_believed(sound, tmp_path_factory, microseconds):
    bag = shutil.copytree(sound, tmp_path_factory.mktemp("dated") / "case")
    at = json.loads((bag / "data/case.json").read_text())["exported_at"]
    later = stamp(NOON + timedelta(microseconds=microseconds))
    try:
        assert codes(retold(bag, exported_at=later)) >= ({"time.export"} if later != at else set())
        assert codes(retold(bag, exported_at=at)) == set()
    finally:
        shutil.rmtree(bag.parent)


@given(title=st.text(max_size=30))
@settings(max_examples=30, deadline=None)
def test_no_other_title_is_believed_and_the_true_one_always(tmp_path_factory, title):
    folder = tmp_path_factory.mktemp("titled")
    try:
        bag = write_bag(folder / "case", case_of(1, title=title))
        assert codes(bag) == set()
        assert codes(retold(bag, title=title + "x")) == {"case.title"}
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("title", [None, 7, ["x"], "\ud800"])
def test_what_is_no_title_is_no_trouble(sound, tmp_path, title):
    bag = shutil.copytree(sound, tmp_path / "case")
    assert codes(retold(bag, title=title)) == {"case.title"}


@given(more=st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_an_old_bag_under_a_newer_checkpoint_is_refused(tmp_path_factory, more):
    """The log went on, honestly; what was added to the case since then is not in the bag."""
    folder, log = tmp_path_factory.mktemp("old"), Log()
    try:
        bag = write_bag(folder / "case", case_of(log=log))
        log.noise(more)
        prolong(bag, log)
        assert codes(bag) == {"log.goes_on"}
        assert codes(retold(bag, exported_at=stamp(log.clock))) == {"log.goes_on", "time.export"}
    finally:
        shutil.rmtree(folder)
