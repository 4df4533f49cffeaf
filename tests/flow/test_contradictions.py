"""A witness says that it has seen another log of this home: the log tells so, a person may say why, and no bag hides it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from django.urls import reverse
from flow.conftest import Team
from support import many
from support.homes import close_connections
from support.sample import ADVOCATES
from support.terminal import parapet
from support.witness import Served, witness_of

from parapet.domain.errors import NotFound, RequestRefused

pytestmark = pytest.mark.both_databases


@pytest.fixture
def witness(home: Any, team: Team, tmp_path: Path) -> Iterator[Served]:
    """One that the home asks, and that was shown a longer log signed by this home's key."""
    from django.test.utils import override_settings

    from parapet.actions.sign_checkpoint import public_key
    from parapet.settings.witnesses import read_witnesses

    with witness_of(tmp_path / "witness") as served:
        served.trust(public_key())
        show_another_log(served, 5_000)
        with override_settings(ENVIRONMENT=evolve(home, witnesses=read_witnesses(f"{served.url}={served.key}"))):
            yield served


def show_another_log(served: Served, size: int) -> None:
    from parapet.anchors.witness.request import write_request
    from parapet.evidence.checkpoint import sign
    from parapet.evidence.log import Tree
    from parapet.records.keyring import keyring

    ours = keyring().instance
    tree = Tree([bytes([n % 251]) * 32 for n in range(size)])
    held = size - 1_000 if size > 5_000 else 0
    note = sign(ours.origin, size, tree.root(), ours.signing())
    status, _type, said = served.post(write_request(held, tree.consistency_proof(held) if held else [], note))
    assert status == 200, said


def grow(team: Team, case: str, hours: int) -> None:
    from parapet.actions.ask_witnesses import ask_witnesses
    from parapet.actions.sign_checkpoint import sign_checkpoint
    from parapet.actions.write_note import write_note

    write_note(team.advocate, case, "Something happened.")
    sign_checkpoint()
    assert ask_witnesses(now=datetime.now(UTC) + timedelta(hours=hours)) == 0


def verified(team: Team, case: str, out: Path) -> tuple[dict[str, Any], list[str]]:
    from parapet.actions.export_bag import export_bag
    from parapet.evidence.verify import verify

    report = verify(export_bag(team.advocate, case, "en", out))
    assert report.sound, report.as_text()
    return report.facts, [key for key, _ in report.not_proven]


@pytest.fixture
def case(team: Team, take_in: Callable[..., Any], tmp_path: Path) -> str:
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case

    path = tmp_path / "ours.mbox"
    path.write_bytes(many.mails(0, 2))
    take_in(path, advocates=ADVOCATES, person=team.advocate)
    rows = page(team.advocate, team.advocate_id, Filters()).rows
    return open_case(team.advocate, team.advocate_id, "Letters", [row.id for row in rows])


def test_it_is_told_once_acknowledged_by_whom_and_why_and_in_every_bag(
    team: Team, witness: Served, case: str, database: str, tmp_path: Path
) -> None:
    from django.conf import settings

    from parapet.access.contradictions import contradictions
    from parapet.access.witnesses import witnesses_seen
    from parapet.actions.check_home import check_home
    from parapet.actions.contradictions import acknowledge

    def needs_you() -> bool:
        [seen] = witnesses_seen(settings.ENVIRONMENT.witnesses)
        assert len(seen.refused) == len(contradictions())
        return seen.needs_you

    grow(team, case, 1)
    grow(team, case, 2)
    [told] = contradictions()
    assert (told.trouble, told.held, told.reason) == ("rollback", 5_000, "")
    assert needs_you()
    health = check_home()
    assert (health.sound, health.contradictions) == (True, 1)
    facts, phrases = verified(team, case, tmp_path / "one")
    assert (facts["contradictions"], facts["acknowledged"]) == (1, 0)
    assert "n.contradiction" in phrases

    for person in (team.stranger, team.helper):
        with pytest.raises(NotFound):
            acknowledge(person, told.index, "restored")
    with pytest.raises(NotFound):
        acknowledge(team.advocate, told.index + 1, "restored")
    with pytest.raises(RequestRefused):
        acknowledge(team.advocate, told.index, "<b>nothing</b>")
    acknowledge(team.advocate, told.index, "restored")
    with pytest.raises(RequestRefused):
        acknowledge(team.advocate, told.index, "other")
    [known] = contradictions()
    assert (known.reason, known.who) == ("restored", team.advocate.name)
    assert not needs_you(), "it is known, though the witness goes on refusing"
    grow(team, case, 3)
    assert not needs_you()
    assert len(contradictions()) == 1, "the same other log"
    facts, phrases = verified(team, case, tmp_path / "two")
    assert (facts["contradictions"], facts["acknowledged"]) == (1, 1)
    assert "n.contradiction" in phrases, "no bag hides it"

    show_another_log(witness, 6_000)
    grow(team, case, 4)
    assert [each.held for each in contradictions()] == [5_000, 6_000], "somebody is writing the other log"
    assert needs_you()
    health = check_home()
    assert (health.sound, health.contradictions) == (True, 1)


def test_the_commands_and_the_screen(team: Team, witness: Served, case: str, database: str, home: Any) -> None:
    from django.test import Client

    from parapet.access.contradictions import contradictions

    grow(team, case, 1)
    [told] = contradictions()
    close_connections()
    outside = {"PARAPET_WITNESSES": f"{witness.url}={witness.key}"}
    listed = parapet("log", "contradictions", **outside)
    assert listed.status == 1
    assert f"{told.index}  " in listed.out and "acknowledge" in listed.out + listed.err
    doctor = parapet("doctor", "--json", **outside)
    [finding] = [each for each in json.loads(doctor.out) if each["name"] == "witness"]
    assert not finding["well"] and f"acknowledge {told.index}" in finding["advice"]
    checked = parapet("check", **outside)
    assert checked.status == 0 and "parapet log contradictions" in checked.out + checked.err

    stranger, owner = Client(), Client()
    for client, person in ((stranger, team.stranger), (owner, team.advocate)):
        client.force_login(person)
    here, place = reverse("preferences"), reverse("acknowledge", args=[told.index])
    assert place in owner.get(here).content.decode()
    assert place not in stranger.get(here).content.decode()
    assert stranger.post(place, {"reason": "restored"}).status_code == 404
    assert owner.get(place).status_code == 405
    assert owner.post(place, {"reason": "nonsense"}).status_code == 400
    assert not contradictions()[0].reason
    assert owner.post(place, {"reason": "copied"}).status_code == 302
    page = owner.get(here).content.decode()
    assert "A copy of this Parapet was used as well" in page and place not in page
    close_connections()
    assert parapet("log", "contradictions", **outside).status == 0
    parapet("log", "acknowledge", str(told.index), "--reason", "restored", **outside).calm()
    parapet("log", "acknowledge", "999999", "--reason", "restored", **outside).calm()
