"""What `parapet doctor` says of who may ask for scores, and how it counts, in both languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from parapet.actions.api_keys import make_api_key
from parapet.cli.doctor import command
from parapet.records.api_keys import file_in
from parapet.settings.environment import Environment

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
FRENCH = {"LC_ALL": "fr_CA.UTF-8"}


def doctor(home: Any, **given: str) -> tuple[dict[str, dict[str, Any]], int]:
    """Its findings by name, and its exit code, with these variables set."""
    from django.test import override_settings

    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"LC_ALL": "C", **given}.items():
            patch.setenv(name, value)
        with override_settings(ENVIRONMENT=Environment.read(home.home)):
            ran = CliRunner().invoke(command, ["--json", "--home", str(home.home)])
    return {each["name"]: each for each in json.loads(ran.output)}, ran.exit_code


def scores(home: Any, door: str = "") -> tuple[str, str, bool, int]:
    """What it says of the door for programs, its advice, whether that is well, and the exit code."""
    found, status = doctor(home, **({"PARAPET_PERSPECTIVE": door} if door else {}))
    finding = found["scores for programs"]
    return finding["said"], finding["advice"], finding["well"], status


def test_a_closed_door_is_well(home):
    said, _advice, well, status = scores(home)
    assert (said, well, status) == ("closed", True, 0)


def test_an_open_door_for_which_nobody_has_a_key_needs_somebody(home):
    said, advice, well, status = scores(home, "keys")
    assert (said, well, status) == ("open, keys: 0", False, 1)
    assert "parapet api-key make" in advice
    _kept, key = make_api_key(home.home, "the forum")
    said, _advice, well, status = scores(home, "keys")
    assert (said, well, status) == ("open, keys: 1", True, 0)
    told = json.dumps(doctor(home, PARAPET_PERSPECTIVE="keys")[0])
    assert key not in told and "the forum" not in told


def test_a_door_for_this_machine_needs_no_key(home):
    said, _advice, well, status = scores(home, "local")
    assert (said, well, status) == ("open, keys: 0; this machine needs none", True, 0)


def test_a_damaged_file_of_keys_is_told(home):
    file_in(home.home).write_bytes(b"{}")
    found, status = doctor(home, PARAPET_PERSPECTIVE="keys")
    broken = [each for each in found.values() if "The file of API keys is damaged" in each["said"]]
    assert status == 1 and [each["well"] for each in broken] == [False]


@pytest.mark.parametrize(
    ("door", "said", "advice"),
    [
        ("off", "fermé", ""),
        ("local", "ouvert, clés\u00a0: 0; cette machine s'en passe", ""),
        ("keys", "ouvert, clés\u00a0: 0", "Personne n'a de clé\u00a0: lancez `parapet api-key make`."),
    ],
)
def test_it_says_so_in_french(home, door, said, advice):
    finding = doctor(home, PARAPET_PERSPECTIVE=door, **FRENCH)[0]["cotes pour les programmes"]
    assert finding["said"] == said
    assert finding["advice"] == advice or finding["well"], "advice is shown where something is wrong"


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (1, "cosigned 1 log entry, 2026-11-29", "a contresigné 1 inscription au journal, 2026-11-29"),
        (2, "cosigned 2 log entries, 2026-11-29", "a contresigné 2 inscriptions au journal, 2026-11-29"),
    ],
)
def test_what_a_witness_cosigned_is_counted_as_each_language_counts(home, size, english, french):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from parapet.evidence.cosignature import WitnessKey
    from parapet.records.models import Cosignature

    key = str(WitnessKey.of("w.example.org", Ed25519PrivateKey.from_private_bytes(b"w" * 32)))
    asked = {"PARAPET_WITNESSES": f"http://127.0.0.1:9={key}"}
    Cosignature.objects.create(size=size, witness=key, line="x", at=AT)
    assert english in doctor(home, **asked)[0]["witness"]["said"]
    assert french in doctor(home, **FRENCH, **asked)[0]["témoin"]["said"]


@pytest.mark.parametrize(
    ("size", "english", "french"),
    [
        (0, "log.example.org: 0 entries cosigned", "log.example.org\u00a0: 0 inscription contresignée"),
        (1, "log.example.org: 1 entry cosigned", "log.example.org\u00a0: 1 inscription contresignée"),
        (2, "log.example.org: 2 entries cosigned", "log.example.org\u00a0: 2 inscriptions contresignées"),
    ],
)
def test_what_the_witness_of_this_machine_cosigned_likewise(home, monkeypatch, tmp_path: Path, size, english, french):
    from parapet.anchors.witness.memory import Held
    from parapet.anchors.witness.witness import Witness
    from parapet.cli.witness import usual_folder

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert tmp_path in usual_folder().parents
    witness = Witness.make(usual_folder())
    with witness.memory.alone():
        witness.memory.trust("log.example.org", "a key")
        if size:
            witness.memory.keep("log.example.org", Held(size, b"r" * 32, "a note", int(AT.timestamp())))
    witness.memory.close()
    assert doctor(home)[0]["witness of others"]["said"] == english
    assert doctor(home, **FRENCH)[0]["témoin pour d'autres"]["said"] == french


def test_what_a_home_holds_is_counted_as_each_language_counts(home):
    from parapet.records.models import Person

    Person.objects.all().delete()
    for many, english, french in (
        (0, "0 people,", "0 personne,"),
        (1, "1 person,", "1 personne,"),
        (2, "2 people,", "2 personnes,"),
    ):
        while Person.objects.count() < many:
            Person.objects.named(f"Somebody {Person.objects.count()}")
        assert doctor(home)[0]["holds"]["said"].startswith(english)
        assert doctor(home, **FRENCH)[0]["contient"]["said"].startswith(french)


def test_it_tells_for_whom_nobody_is_reached(team):
    from django.conf import settings

    from parapet.actions.change_reach import add_way

    finding = doctor(settings.ENVIRONMENT)[0]["in an emergency"]
    assert (finding["said"], finding["well"]) == ("nobody said how to be reached", True)
    add_way(team.stranger, "webhook", "http://127.0.0.1:9/")
    finding = doctor(settings.ENVIRONMENT)[0]["in an emergency"]
    assert (team.advocate_id in finding["said"], finding["well"]) == (True, False)
    add_way(team.advocate, "webhook", "http://127.0.0.1:9/")
    assert team.advocate_id not in doctor(settings.ENVIRONMENT, **FRENCH)[0]["en cas d’urgence"]["said"]


def test_accounts_that_are_watched_and_cannot_be_looked_at_are_told(team):
    from django.conf import settings
    from support.watched import watched

    from parapet.records.models import Connection
    from parapet.records.numbers import number_of

    assert doctor(settings.ENVIRONMENT)[0]["accounts"]["well"]
    name = watched(number_of("adv", team.advocate_id))
    Connection.objects.update(state="failing", fault="outside.unreachable")
    finding = doctor(settings.ENVIRONMENT)[0]["accounts"]
    assert not finding["well"] and name in finding["said"] and "outside.unreachable" in finding["said"]
    assert "imap.clinic.example" not in str(finding)
