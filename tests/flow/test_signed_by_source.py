"""Whether its source signed it: looked at on the way in, asked for where that is allowed, and carried into the bag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from flow.conftest import Team
from support.name_server import Zone, serving
from support.sample import ADVOCATES
from support.signing import MAIL, rsa_pem, rsa_record, signed

from parapet.domain.errors import NotFound

NAME = "s1._domainkey.mail.example"
DOMAIN = "mail.example"
both = pytest.mark.both_databases


@contextmanager
def allowed(zone: Zone) -> Iterator[None]:
    """Whoever runs the home lets this resolver be asked."""
    from django.conf import settings
    from django.test.utils import override_settings

    from parapet.settings.environment import Environment

    said = Environment.read(variables={"PARAPET_DKIM": "dns", "PARAPET_DNS_RESOLVER": zone.address})
    env = evolve(settings.ENVIRONMENT, dkim=said.dkim, dns_resolver=said.dns_resolver)
    with override_settings(ENVIRONMENT=env):
        yield


@pytest.fixture
def mail_comes(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path) -> Callable[[bytes], str]:
    """Takes a mail in and gives its item's id."""

    def run(mail: bytes) -> str:
        from parapet.records.models import Item

        before = set(Item.objects.values_list("number", flat=True))
        path = tmp_path / f"{hashlib.sha256(mail).hexdigest()[:8]}.eml"
        path.write_bytes(mail)
        take_in(path, advocates=ADVOCATES, person=team.advocate)
        judge()
        [item] = Item.objects.exclude(number__in=before)
        if item.advocate_id == 0:
            from parapet.actions.move_items import move_items
            from parapet.records.numbers import number_of

            from django.db import transaction  # isort: skip

            with transaction.atomic():
                move_items({item.number: number_of("adv", team.advocate_id)}, now=datetime.now(UTC))
        return str(item.id)

    return run


def card(team: Team, item: str) -> Any:
    from parapet.access import items

    return items.card(team.advocate, item).versions[-1].source


def checks(result: str = "") -> int:
    from parapet.records.models import SourceCheck

    found = SourceCheck.objects.all()
    return (found.filter(result=result) if result else found).count()


def later(hours: float = 7) -> int:
    from parapet.actions.ask_keys import ask_waiting

    return ask_waiting(now=datetime.now(UTC) + timedelta(hours=hours))


@both
def test_nothing_is_asked_unless_it_is_allowed_and_then_it_is_made_up_for(team, mail_comes):
    with serving() as zone:
        zone.records[NAME] = [rsa_record(rsa_pem())]
        item = mail_comes(signed())
        assert later() == 0
        assert zone.asked == []
        assert (card(team, item).method, card(team, item).result, card(team, item).domains) == ("dkim", "unchecked", (DOMAIN,))
        with allowed(zone):
            assert later() == 1
            assert later() == 0
        assert zone.asked == [NAME]
    assert (card(team, item).result, card(team, item).nearness) == ("match", "same")
    assert checks() == 2, "what was told before stays"


@both
def test_while_the_network_is_away_a_mail_waits_and_the_import_does_not(team, mail_comes, monkeypatch):
    monkeypatch.setattr("parapet.anchors.dns_key.KeyAsker.__init__.__kwdefaults__", {"timeout_s": 0.3})
    with serving() as zone, allowed(zone):
        zone.silent = True
        item = mail_comes(signed())
        assert card(team, item).result == "unchecked"
        zone.silent, zone.failing = False, True
        assert later() == 0
        zone.failing, zone.records[NAME] = False, [rsa_record(rsa_pem())]
        assert later(20) == 1
    assert card(team, item).result == "match"


@pytest.mark.parametrize(
    ("mail", "records", "result"),
    [
        (signed(), [rsa_record(rsa_pem())], "match"),
        (signed(), [b"v=spf1 -all", rsa_record(rsa_pem())], "match"),
        (signed().replace(b"right", b"wrong"), [rsa_record(rsa_pem())], "mismatch"),
        (signed(), [rsa_record(rsa_pem(2048, 1))], "mismatch"),
        (signed(), [b"v=DKIM1; p="], "no_key"),
        (signed(), [], "no_key"),
        (signed(), [b"v=DKIM1; p=" + b"A" * 30_000], "no_key"),
        (signed(length=True) + b"more\r\n", [rsa_record(rsa_pem())], "match_part"),
        (MAIL, [], "absent"),
    ],
)
def test_what_the_dns_says_decides(team, mail_comes, mail, records, result):
    with serving() as zone, allowed(zone):
        zone.records[NAME] = records
        item = mail_comes(mail)
    assert card(team, item).result == result


def test_the_key_is_kept_as_it_was_and_the_leaf_holds_the_digest(team, mail_comes):
    from parapet.access import opening
    from parapet.access.items import held
    from parapet.domain.rights import Right
    from parapet.records.models import LogEntry, Version

    with serving() as zone, allowed(zone):
        zone.records[NAME], zone.secure = [rsa_record(rsa_pem())], True
        item = mail_comes(signed())
    row, key = held(team.advocate, item, Right.READ)
    said = opening.source_bytes(Version.objects.get(item=row), key)
    [signature] = json.loads(said)["learned"]["signatures"]
    assert signature["dns"]["name"] == NAME
    assert signature["dns"]["dnssec"] is True
    import base64

    assert base64.b64decode(signature["dns"]["txt_base64"][0]) == rsa_record(rsa_pem())
    leaf = json.loads(opening.leaf_bytes(LogEntry.objects.filter(kind="source_check").latest("index"), key))
    assert leaf["details"]["sha256"] == hashlib.sha256(said).hexdigest()
    assert DOMAIN not in json.dumps(leaf)
    assert all(DOMAIN.encode() not in bytes(e.sealed_leaf) for e in LogEntry.objects.all())


@both
def test_the_bag_carries_it_and_the_verifier_holds_it_against_the_log(team, mail_comes, tmp_path):
    from parapet.actions.export_bag import export_bag
    from parapet.actions.open_case import open_case
    from parapet.evidence.verify import verify

    with serving() as zone, allowed(zone):
        zone.records[NAME] = [rsa_record(rsa_pem())]
        item = mail_comes(signed())
    case = open_case(team.advocate, team.advocate_id, "Letters", [item])
    bag = export_bag(team.advocate, case, "fr", tmp_path / "out")
    assert verify(bag).sound, verify(bag).faults
    path = bag / f"data/items/{item}/v1/source.json"
    assert json.loads(path.read_text())["result"] == "match"
    from evidence.bags import reseal

    from parapet.records.keyring import keyring

    path.write_text(path.read_text().replace('"match"', '"absent"'))
    name = (bag / "data/log-key.txt").read_text().partition("+")[0]
    reseal(bag, keyring().instance, name)
    assert "source.other" in {fault.code for fault in verify(bag).faults}


def test_a_stranger_sees_nothing_of_it_and_under_the_veil_nobody_reads_a_domain(team, mail_comes):
    from django.test import Client

    from parapet.access import items

    with serving() as zone, allowed(zone):
        zone.records[NAME] = [rsa_record(rsa_pem())]
        item = mail_comes(signed())
    with pytest.raises(NotFound):
        items.card(team.stranger, item)
    client = Client(HTTP_HOST="localhost")
    client.force_login(team.advocate)
    veiled = client.get(f"/items/{item}/")
    if veiled.status_code == 404:
        from django.urls import reverse

        veiled = client.get(reverse("item", args=[item]))
    text = veiled.content.decode()
    assert "Signed by the mail server of the sender’s domain." in text
    assert DOMAIN not in text


@both
def test_the_identifier_of_a_record_is_looked_at_on_the_way_in(team, take_in, tmp_path):
    from parapet.channels.bluesky.identifier import cid_of
    from parapet.records.models import SourceCheck

    def note(key: str, text: str, cid: str | None = None) -> dict[str, Any]:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-09-14T10:00:00.000Z"}
        return {
            "uri": f"at://did:plc:aaaaaaaaaaaaaaaaaaaaaaaa/app.bsky.feed.post/{key}", "cid": cid or cid_of(record), "reason": "mention",
            "author": {"did": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "handle": "a.example"}, "record": record, "isRead": False,
            "indexedAt": "2026-09-14T10:00:00.000Z",
        }  # fmt: skip

    path = tmp_path / "notifications.json"
    given = [note("1", "You were right"), note("2", "You were wrong", note("2", "You were right")["cid"])]
    path.write_text(json.dumps({"notifications": given}))
    take_in(path, advocates=ADVOCATES, person=team.advocate)
    assert sorted(SourceCheck.objects.values_list("result", flat=True)) == ["match", "mismatch"]
    assert not SourceCheck.objects.filter(waits=True).exists()


def test_a_home_with_checks_is_sound_and_a_changed_one_is_told(team, mail_comes, home):
    from parapet.actions.check_home import check_home
    from parapet.records.models import SourceCheck

    mail_comes(signed())
    assert not check_home().faults
    row = SourceCheck.objects.get()
    row.sealed = bytes(row.sealed)[:-1] + bytes([bytes(row.sealed)[-1] ^ 1])
    row.save()
    assert "source_check" in {fault.code for fault in check_home().faults}
