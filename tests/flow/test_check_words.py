"""`parapet check` reads again what outside bodies said of the log, and names each word that is not kept as it was said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from support.authority import Authority, serve
from support.witness import witness_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Authority]:
    folder = tmp_path_factory.mktemp("authorities")
    return [Authority(folder / "one", "one", "rsa", between=True), Authority(folder / "two", "two", "ec")]


@pytest.fixture
def attested(home: Any, made: list[Authority], tmp_path: Path) -> Iterator[Any]:
    """A home whose log was stamped by two authorities and cosigned, twice; and one refusal that it keeps."""
    from django.test.utils import override_settings

    from parapet.actions.ask_outside import ask_outside
    from parapet.actions.sign_checkpoint import public_key, sign_checkpoint
    from parapet.actions.welcome import owner
    from parapet.records.models import Cosignature, TimeToken, WitnessRefusal
    from parapet.settings.authorities import read_authorities
    from parapet.settings.witnesses import read_witnesses

    person = owner()
    with serve(made[0]) as one, serve(made[1]) as two, witness_of(tmp_path / "w") as witness:
        witness.trust(public_key())
        named = "; ".join(f"{each.authority.name} {each.url} {each.authority.chain}" for each in (one, two))
        listed = read_witnesses(f"{witness.url}={witness.key}")
        with override_settings(ENVIRONMENT=evolve(home, time_authorities=read_authorities(named), witnesses=listed)):
            for _ in range(2):
                happened(person)
                newest = sign_checkpoint()
                assert newest is not None
                ask_outside(newest)
            WitnessRefusal.objects.create(
                witness=witness.key, kind="fork", size=newest.size, held=newest.size, note=newest.note, at=newest.at
            )
            assert (TimeToken.objects.count(), Cosignature.objects.count()) == (4, 2)
            yield home


def happened(person: Any) -> None:
    from datetime import UTC, datetime

    from django.db import transaction

    from parapet.evidence.seal import event_body, stamp
    from parapet.records.chain import Event, append
    from parapet.records.lasting import home_locker
    from parapet.records.models import Advocate

    now = datetime.now(UTC)
    body = event_body(kind="search", at=now, subjects=[], actor=person.id)
    assert stamp(now)
    with transaction.atomic():
        append([Event("search", now, body, home_locker(), advocate=Advocate.UNMATCHED, person=person.number)])


def faults() -> list[tuple[str, str]]:
    from parapet.actions.check_home import check_home

    return [(fault.code, fault.about) for fault in check_home().faults]


def token(at: int = 0, name: str = "one") -> Any:
    from parapet.records.models import TimeToken

    return TimeToken.objects.filter(authority=name).order_by("size")[at]


def cosignature(at: int = 0) -> Any:
    from parapet.records.models import Cosignature

    return Cosignature.objects.order_by("size")[at]


def change(row: Any, **columns: Any) -> str:
    """By a hand in the database; the fault's subject."""
    type(row).objects.filter(pk=row.pk).update(**columns)
    return f"{getattr(row, 'authority', 'witness.example.org/w1')}, {row.size}"


def bent(raw: bytes) -> bytes:
    raw = bytes(raw)
    return raw[:-1] + bytes([raw[-1] ^ 1])


@pytest.mark.both_databases
def test_words_that_are_kept_as_they_were_said_are_sound(attested: Any, database: str) -> None:
    from parapet.actions.check_home import check_home

    health = check_home()
    assert (health.faults, health.tokens, health.cosignatures) == ([], 4, 2)


DEEDS: dict[str, tuple[str, Callable[[], str]]] = {
    "a token altered": ("time_token", lambda: change(token(), token=bent(token().token))),
    "a token of another checkpoint": ("time_token", lambda: change(token(), token=bytes(token(1).token))),
    "a token of another authority": ("time_chain", lambda: change(token(), token=bytes(token(0, "two").token))),
    "nonsense for a token": ("time_token", lambda: change(token(), token=b"\x30\x00")),
    "another time beside a token": ("time_token", lambda: change(token(), gen_time=token().gen_time - timedelta(hours=1))),
    "a token called one that disagrees": ("time_token", lambda: change(token(), disagrees=True)),
    "a cosignature of another checkpoint": ("cosignature", lambda: change(cosignature(), line=cosignature(1).line)),
    "nonsense for a cosignature": ("cosignature", lambda: change(cosignature(), line="\N{EM DASH} x y")),
    "another time beside a cosignature": ("cosignature", lambda: change(cosignature(), at=cosignature().at + timedelta(hours=1))),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_each_that_is_not_is_named(attested: Any, deed: str) -> None:
    code, do = DEEDS[deed]
    about = do()
    found = faults()
    assert (code, about) in found, found
    assert {each for each, _ in found} == {code}


def test_another_witness_a_refusal_and_a_checkpoint_taken_away(attested: Any) -> None:
    from parapet.records.models import Checkpoint, WitnessRefusal

    change(cosignature(), witness="nobody+00000000+AAAA")
    assert [code for code, _ in faults()] == ["cosignature"]
    WitnessRefusal.objects.update(note="something else\n")
    assert {code for code, _ in faults()} == {"cosignature", "refusal"}
    Checkpoint.objects.filter(size=token(1).size).delete()
    assert {code for code, _ in faults()} == {"cosignature", "refusal", "time_token"}


def test_certificates_that_the_settings_no_longer_hold_are_named_and_an_authority_that_they_do_not_name_is_none(
    attested: Any, made: list[Authority], tmp_path: Path
) -> None:
    from django.conf import settings
    from django.test.utils import override_settings

    one, two = settings.ENVIRONMENT.time_authorities
    wrong = evolve(one, chain=two.chain)
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, time_authorities=(wrong, two))):
        assert {code for code, _ in faults()} == {"time_chain"}
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, time_authorities=())):
        assert faults() == []
