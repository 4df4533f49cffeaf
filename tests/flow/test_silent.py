"""Bodies outside that take a connection and never answer hold nothing up: neither each other, nor an export, nor a chore."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flow.test_time_tokens import grow
from support.authority import Authority, serve
from support.silent import SAYS, silent
from support.witness import witness_of

from parapet.anchors.post import post
from parapet.domain.errors import OutsideUnreachable
from parapet.evidence.cosignature import WitnessKey

#: What a busy machine may add to a wait that is bounded. One that is not bounded would last for ever.
SLACK_S = 45.0


def key_of(number: int) -> str:
    return str(WitnessKey.of(f"silent.example/{number}", Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)))


@pytest.mark.parametrize("how", SAYS)
def test_an_answer_that_never_ends_is_given_up_in_time_and_hung_up(how):
    with silent(how) as server:
        began = time.monotonic()
        with pytest.raises(OutsideUnreachable):
            post(server.url, b"?", media_type="text/plain", within_s=0.5)
        assert time.monotonic() - began < 0.5 + SLACK_S
        assert server.gone.wait(SLACK_S), "the connection is closed, and its thread ends"
        assert server.asked == 1
    wait_for_no_thread()


def test_a_handshake_that_never_ends_too():
    """TLS takes the socket over before it is up; it is closed all the same."""
    with silent("nothing") as server:
        with pytest.raises(OutsideUnreachable):
            post(server.url.replace("http", "https"), b"?", media_type="text/plain", within_s=0.5)
        assert server.gone.wait(SLACK_S)
    wait_for_no_thread()


def wait_for_no_thread() -> None:
    until = time.monotonic() + SLACK_S
    while any(thread.name == "parapet-post" for thread in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.01)


def closed_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority") / "one", "one", "ec")


@pytest.mark.both_databases
def test_who_answers_is_heard_though_others_are_silent_and_the_silent_ones_rest(home, database, made, tmp_path, monkeypatch):
    """Two silent authorities and two silent witnesses before the ones that answer: all are asked at the same time."""
    from django.test.utils import override_settings

    monkeypatch.setattr("parapet.anchors.at_once.WITHIN_S", 10.0)  # for who answers, however busy the machine is
    from parapet.actions.ask_outside import ask_outside
    from parapet.actions.sign_checkpoint import public_key
    from parapet.records.models import Cosignature, TimeAsked, TimeToken, WitnessState
    from parapet.settings.authorities import read_authorities
    from parapet.settings.witnesses import read_witnesses

    with silent() as one, silent("a drop of its body") as two, serve(made) as answers, witness_of(tmp_path / "w") as witness:
        witness.trust(public_key())
        authorities = read_authorities(
            "; ".join(f"{name} {url} {made.chain}" for name, url in (("a", one.url), ("b", two.url), (made.name, answers.url)))
        )
        listed = f"{one.url}={key_of(1)} {two.url}={key_of(2)} {witness.url}={witness.key}"
        with override_settings(ENVIRONMENT=evolve(home, time_authorities=authorities, witnesses=read_witnesses(listed))):
            checkpoint = grow()
            began = time.monotonic()
            ask_outside(checkpoint)
            assert time.monotonic() - began < 10.0 + SLACK_S
            assert list(TimeToken.objects.values_list("authority", flat=True)) == ["one"]
            assert list(Cosignature.objects.values_list("witness", flat=True)) == [witness.key]
            assert set(TimeAsked.objects.filter(why="unreachable").values_list("authority", flat=True)) == {"a", "b"}
            assert WitnessState.objects.filter(trouble="unreachable").count() == 2
            asked = one.asked, two.asked
            assert asked == (2, 2), "as an authority and as a witness"
            ask_outside(grow())
            assert (one.asked, two.asked) == asked, "of many exports, one waits"
            assert TimeToken.objects.count() == 2


def test_a_silent_witness_is_asked_less_and_less_also_when_the_clock_is_set_back(home):
    from django.test.utils import override_settings

    from parapet.actions.ask_witnesses import ask_witnesses, to_be_asked
    from parapet.records.models import WitnessState
    from parapet.settings.witnesses import read_witnesses

    listed = f"http://127.0.0.1:{closed_port()}={key_of(1)}"
    with override_settings(ENVIRONMENT=evolve(home, witnesses=read_witnesses(listed))):
        checkpoint = grow()
        now, waits = datetime.now(UTC), []
        for _ in range(12):
            ask_witnesses(now=now)
            next_at = WitnessState.objects.get().next_at
            assert next_at is not None
            waits.append(next_at - now)
            assert not to_be_asked(checkpoint, now + timedelta(seconds=1))
            assert not to_be_asked(checkpoint, now + timedelta(seconds=1), for_export=True)
            now = next_at
        assert waits == sorted(waits) and waits[-1] == timedelta(minutes=15)
        assert to_be_asked(checkpoint, now - timedelta(minutes=1), for_export=True), "an export asks again after a minute"
        assert to_be_asked(checkpoint, now - timedelta(days=400)), "a clock that was a year ahead silences nobody"
