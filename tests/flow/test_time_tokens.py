"""Checkpoints are stamped by two outside authorities, also after a time without the network, and what does not hold is never kept as good."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from click.testing import CliRunner
from support.authority import Authority, serve

pytestmark = pytest.mark.both_databases


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authorities")
    return Authority(folder / "one", "one", "rsa"), Authority(folder / "two", "two", "ec", between=True)


@pytest.fixture
def two(made):
    with serve(made[0]) as one, serve(made[1]) as other:
        yield one, other


@pytest.fixture
def named(two, settings_for):
    return settings_for(*two)


@pytest.fixture
def settings_for(home):
    from django.test.utils import override_settings

    from parapet.settings.authorities import read_authorities

    used = []

    def name(*served):
        listed = "; ".join(f"{each.authority.name} {each.url} {each.authority.chain}" for each in served)
        setting = override_settings(ENVIRONMENT=evolve(home, time_authorities=read_authorities(listed)))
        setting.enable()
        used.append(setting)
        return listed

    yield name
    for setting in reversed(used):
        setting.disable()


def grow():
    """One more entry of the log, signed."""
    from django.db import transaction

    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.evidence.keys import Locker
    from parapet.evidence.seal import event_body
    from parapet.records.chain import Event, append

    now = datetime.now(UTC)
    with transaction.atomic():
        append([Event("view", now, event_body(kind="view", at=now, subjects=["itm_1"]), Locker(bytes(32)))])
    return sign_checkpoint()


def tokens():
    from parapet.records.models import TimeToken

    return sorted(TimeToken.objects.values_list("size", "authority", "disagrees"))


def asked(name):
    from parapet.records.models import TimeAsked

    return TimeAsked.objects.get(authority=name)


def stamp(**later):
    from parapet.actions.stamp_checkpoints import stamp_newest

    return stamp_newest(now=datetime.now(UTC) + timedelta(**later))


def test_two_authorities_attest_each_new_checkpoint_and_none_twice(home, database, two, named):
    from parapet.evidence.reader.certificates import read_pem
    from parapet.evidence.reader.token import check_token
    from parapet.evidence.timestamp import stamped_text
    from parapet.records.models import Checkpoint, TimeToken

    size = grow().size
    assert stamp() == 2 and stamp() == 0
    assert tokens() == [(size, "one", False), (size, "two", False)]
    grow()
    assert stamp() == 0, "a token a minute at most"
    assert stamp(minutes=2) == 2
    for row in TimeToken.objects.all():
        authority = {each.authority.name: each.authority for each in two}[row.authority]
        text = stamped_text(Checkpoint.objects.get(size=row.size).note)
        assert check_token(bytes(row.token), text, read_pem(authority.chain.read_bytes())) == row.gen_time.replace(tzinfo=None)


def test_without_the_network_it_waits_longer_each_time_and_then_stamps_the_newest(home, database, made, settings_for):
    with serve(made[0]) as once:
        port = int(once.url.split(":")[2].split("/")[0])
        settings_for(once)
    grow()
    assert stamp() == 0
    first = asked("one")
    assert (first.why, first.failures) == ("unreachable", 1)
    assert stamp() == 0 and asked("one").failures == 1, "not asked before its time"
    assert stamp(minutes=1) == 0
    second = asked("one")
    assert second.failures == 2 and second.next_at - second.at == 2 * (first.next_at - first.at)
    newest = grow().size
    with serve(made[0], port):
        assert stamp(minutes=3) == 1
    assert tokens() == [(newest, "one", False)] and asked("one").failures == 0


def nonsense(_query):
    return 200, "application/timestamp-reply", b"0\x03nonsense"


def refusal(_query):
    return 200, "application/timestamp-reply", bytes.fromhex("30053003020102")


def not_found(_query):
    return 404, "text/html", b"<script>no</script>"


@pytest.mark.parametrize(("bent", "why"), [(nonsense, "token.form"), (refusal, "refused"), (not_found, "http 404")])
def test_what_does_not_hold_is_told_and_not_kept(home, database, two, named, bent, why, monkeypatch):
    two[0].bend = bent
    size = grow().size
    assert stamp() == 1
    assert tokens() == [(size, "two", False)] and asked("one").why == why
    monkeypatch.setenv("PARAPET_TIME_AUTHORITIES", named)
    said, status = doctor(home)
    assert status == 1
    assert not said["time authorities, one"]["well"] and why in said["time authorities, one"]["said"]
    assert said["time authorities, two"]["well"] and "last token" in said["time authorities, two"]["said"]


def test_an_answer_to_another_question_is_refused(home, database, two, named):
    from parapet.evidence.timestamp import new_nonce, request, stamped_text

    checkpoint = grow()
    elsewhere = two[0].authority.reply(request(b"another text\n", 7))
    replayed = two[0].authority.reply(request(stamped_text(checkpoint.note), new_nonce()))
    for reply in (elsewhere, replayed):
        two[0].bend = lambda _query, reply=reply: (200, "application/timestamp-reply", reply)
        stamp(hours=2)
        assert asked("one").why == "token.other"
    assert tokens() == [(checkpoint.size, "two", True)]


def test_a_foreign_authority_at_the_address_is_refused(home, database, made, two, named):
    two[0].bend = lambda query: (200, "application/timestamp-reply", made[1].reply(query))
    grow()
    assert stamp() == 1 and asked("one").why == "token.chain"


def test_clocks_that_disagree_are_told_and_the_token_is_put_in_no_bag(home, database, two, named, monkeypatch):
    size = grow().size
    assert stamp(minutes=20) == 2
    assert tokens() == [(size, "one", True), (size, "two", True)]
    monkeypatch.setenv("PARAPET_TIME_AUTHORITIES", named)
    said, status = doctor(home)
    assert status == 1 and "clock" in said["time authorities, one"]["advice"]


def test_without_any_authority_nobody_is_asked(home, database):
    grow()
    assert stamp() == 0 and tokens() == []
    said, _ = doctor(home)
    assert said["time authorities"]["said"] == "none are asked"


def doctor(home):
    from parapet.cli.doctor import command

    ran = CliRunner().invoke(command, ["--json", "--home", str(home.home)], env={"LC_ALL": "C"})
    return {each["name"]: each for each in json.loads(ran.output)}, ran.exit_code
