"""The door for mail: kept before it is taken, judged, passed on once or held, and nothing said to anybody. With real servers on both sides."""

from __future__ import annotations

import json
import os
import re
import signal
import smtplib
import ssl
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dkim
import pytest
from flow.conftest import Team
from support.door import DOMAIN, OWN, Hers, Raw, her_server, letter, opened, send, wait_until, with_door
from support.name_server import serving
from support.ports import free_port
from support.signing import rsa_pem, rsa_record, signed

from parapet.domain.errors import NotFound, RequestRefused

DR = f"dr@{DOMAIN}"
GRAVE = "I will kill you on Friday. I am outside your house now with a knife."
INSULT = "You are a pathetic, disgusting piece of filth and everybody hates you, you stupid cow."


class Door:
    """A shielded address of the team's advocate, with the door before it and her server beyond."""

    def __init__(self, port: int, hers: Hers, team: Team) -> None:
        from parapet.actions.shield_address import shield_address

        self.port, self.hers, self.team = port, hers, team
        rule = {"to": OWN, "hold": "grave", "hold_unsure": False}
        self.name = shield_address(team.advocate, team.advocate_id, local="Dr", domain=DOMAIN, **rule)

    def send(self, raw: bytes, to: str = DR, sender: str = "anon@example.net") -> None:
        send(self.port, to, raw, sender=sender)

    def work(self, *, later: timedelta = timedelta()) -> None:
        """As a worker's two chores."""
        from parapet.actions.judge_mail import judge_arrived
        from parapet.actions.pass_on import pass_on_waiting

        for _ in range(30):
            now = datetime.now(UTC) + later
            if not judge_arrived(now=now) + pass_on_waiting(now=now):
                break

    def states(self) -> list[tuple[str, str, str]]:
        from parapet.records.models import DoorMail

        return list(DoorMail.objects.order_by("number").values_list("state", "why", "code"))

    def last(self) -> tuple[str, str, str]:
        return self.states()[-1]

    def arrived(self) -> list[bytes]:
        return [raw for _sender, _to, raw in self.hers.got]


@pytest.fixture
def door(home: Any, team: Team) -> Iterator[Door]:
    with her_server() as hers, opened(home, beyond=hers.port) as port:
        yield Door(port, hers, team)


def test_what_is_harmless_goes_on_untouched_and_what_is_grave_is_held_until_somebody_passes_it_on(door: Door) -> None:
    from parapet.access.door import mails, shielded
    from parapet.access.inbox import page
    from parapet.access.items import opened as open_item
    from parapet.access.views import Filters
    from parapet.actions.check_home import check_home
    from parapet.actions.connect import pause, resume
    from parapet.actions.pass_on import pass_on, pass_on_item
    from parapet.actions.shield_address import change_shielded
    from parapet.records.models import DoorMail, Item, LogEntry, Source

    team = door.team
    benign = signed(letter("signed", sender="patient@mail.example"))
    door.send(benign, to=f"DR+news@{DOMAIN.upper()}", sender="patient@mail.example")
    door.send(letter("grave", GRAVE))
    door.send(letter("bounce"), sender="")  # the null sender: taken like any other
    assert [state for state, _why, _code in door.states()] == ["came"] * 3
    door.work()
    assert door.states() == [("passed", "", ""), ("held", "grave", ""), ("passed", "", "")]

    # Above the mail there are our fields, and below them it is what was sent, so that its signature holds.
    [(sender, to, raw), (_, _, second)] = door.hers.got
    assert raw.endswith(benign) and to == OWN and sender.startswith("back-") and sender.endswith("@" + DOMAIN)
    head = raw.removesuffix(benign).decode()
    assert f"for <{DR}>" in head and "X-Parapet-Mail: " in head and "amara" not in (sender + head) and OWN not in head
    assert dkim.verify(raw, dnsfunc=lambda *_args, **_more: rsa_record(rsa_pem()))
    assert re.findall(rb"X-Parapet-Mail: (\w+)", raw) != re.findall(rb"X-Parapet-Mail: (\w+)", second)

    # Everything is in the inbox, and every word is kept as it came.
    rows = page(team.advocate, team.advocate_id, Filters()).rows
    assert len(rows) == 3
    grave = next(row for row in rows if row.severity >= 3)
    assert GRAVE in open_item(team.advocate, grave.id, why="read").item.text
    [listed] = mails(team.advocate, door.name)
    assert (listed.why, listed.item_id, listed.can_go) == ("grave", grave.id, True)
    assert dict(shielded(team.advocate, door.name).counts) == {"passed": 2, "held": 1}

    # A stranger finds none of it; who may sort passes it on, and a second press does nothing.
    for refused in (
        lambda: pass_on(team.stranger, listed.id),
        lambda: pass_on_item(team.stranger, grave.id),
        lambda: mails(team.stranger, door.name),
    ):
        with pytest.raises(NotFound):
            refused()
    pass_on_item(team.helper, grave.id)
    with pytest.raises(NotFound):
        pass_on(team.advocate, listed.id)
    door.work()
    assert door.states()[1] == ("passed", "", "") and GRAVE.encode() in door.arrived()[2] and len(door.hers.got) == 3
    steps = [
        e.person_number
        for e in LogEntry.objects.filter(kind="door", item_number=Item.objects.get(severity__gte=3).number).order_by("index")
    ]
    assert steps == [None, team.helper.number, None], "held, asked by her, passed on"

    # What comes back of it is held again, and her notice that she is on leave goes nowhere.
    door.send(b"From: <>\r\nSubject: Away\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n", to=sender, sender="")
    assert door.states()[0][0] == "passed"
    report = b'From: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\n\r\nAction: failed\r\n--b--\r\n'
    with pytest.raises(smtplib.SMTPRecipientsRefused):  # a return path that is not ours
        door.send(report, to=sender.replace("back-", "back-0"), sender="")
    door.send(report, to=sender, sender="someone@example.net")  # and only a mail server says that
    assert door.states()[0][0] == "passed"
    door.send(report, to=sender, sender="")
    assert door.states()[0] == ("held", "bounced", "")

    # Her rule holds for what comes then; paused, everything is held, and judged by the rule when she goes on.
    change_shielded(team.advocate, door.name, to=OWN, hold="abusive", hold_unsure=True)
    door.send(letter("insult", INSULT))
    pause(team.advocate, door.name)
    door.work()
    assert door.last() == ("held", "paused", "")
    door.send(letter("meanwhile"))
    door.work()
    resume(team.advocate, door.name)
    door.work()
    assert door.states()[-2:] == [("held", "abusive", ""), ("passed", "", "")]

    # A copy of the database tells nobody's address or words; the log and the vault hold.
    assert not [fault for fault in check_home().faults if "door" in str(fault)] and not check_home().faults
    assert Source.objects.count() == DoorMail.objects.count()


def test_what_was_sent_again_since_the_answer_was_lost_is_one_and_goes_on_once(door: Door) -> None:
    from parapet.records.models import DoorMail, Item, Source

    with smtplib.SMTP("127.0.0.1", door.port) as line:
        for _ in range(2):
            line.sendmail("a@example.net", [DR], letter("one"))
    raw = Raw(door.port)  # one that hangs up before it hears the answer
    for say in (b"HELO x\r\n", b"MAIL FROM:<a@example.net>\r\n", f"RCPT TO:<{DR}>\r\n".encode(), b"DATA\r\n"):
        raw.say(say)
    raw.say(letter("two") + b".\r\n")
    wait_until(lambda: DoorMail.objects.count() == 2)
    raw.close()
    door.send(letter("two"))
    threads = [threading.Thread(target=door.send, args=(letter("three"),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DoorMail.objects.count() == Source.objects.count() == 3
    door.work()
    door.send(letter("one"))
    door.work()
    assert len(door.hers.got) == 3 == Item.objects.filter(channel="mail").count()
    DoorMail.objects.update(came_at=datetime.now(UTC) - timedelta(days=9))
    door.send(letter("one"))
    assert DoorMail.objects.count() == 4, "nine days later it is another"


def test_no_octets_are_lost_and_no_end_is_seen_where_there_is_none(door: Door) -> None:
    """Malformed mail, 8-bit, NUL, and what other servers take for the end of a mail (smuggling)."""
    from parapet.actions.seal_source import open_source
    from parapet.records.models import DoorMail

    hidden = (
        b"MAIL FROM:<ceo@clinic.example>\r\nRCPT TO:<" + DR.encode() + b">\r\nDATA\r\nFrom: ceo@clinic.example\r\n\r\nPay.\r\n"
    )
    odd = [
        letter(f"smuggle{n}").removesuffix(b"\r\n") + end + hidden
        for n, end in enumerate((b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r\n.\n", b"\r.\r", b"\n\r.\r\n"))
    ] + [
        b"\x00\xff\xfe no header at all \x00\r\n",
        "Subject: émile\r\n\r\nÀ bientôt, für alle.\r\n".encode("latin-1"),
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n",
        b" starts: like a folded line\r\n\r\n..\r\n.dots\r\n",
        b"From: a@b\r\n" + b"X: y\r\n" * 3_000 + b"\r\n" + b"long" * 12_000 + b"\r\n",
        b"\r\n",
    ]  # fmt: skip
    for raw in odd:
        line = Raw(door.port)
        line.hear()
        line.say(b"EHLO \xff\xfe x\r\n")  # no text in any code
        assert line.hear().startswith("250")
        for ask in (b"MAIL FROM:<\xc3\x28\xff@example.net> BODY=8BITMIME", f"RCPT TO:<{DR}>".encode(), b"DATA"):
            line.say(ask + b"\r\n")
            assert line.hear()[0] in "23", ask
        line.say(re.sub(rb"(?m)^\.(?=[^\r\n])", b"..", raw) if raw.startswith(b" ") else raw)
        line.say(b"\r\n.\r\n" if not raw.endswith(b"\r\n") else b".\r\n")
        assert line.hear().startswith("250"), raw[:40]
        assert line.ask("QUIT").startswith("221"), "nothing of the mail was heard as a command"
        line.close()
    rows = DoorMail.objects.order_by("number").select_related("source")
    assert len(rows) == len(odd), "each is one mail, whatever is in it"
    for row in rows[:6]:
        with open_source(row.source) as stream:
            assert hidden in stream.read()
    door.work()
    states = Counter(state for state, _why, _code in door.states())
    assert set(states) <= {"passed", "held"} and sum(states.values()) == len(odd)
    for raw in door.arrived():  # beyond us, every line ends as a line, and no dot stands alone
        assert b"\n.\n" not in raw and b"\r.\r" not in raw and b"Pay" not in raw.partition(b"\r\n\r\n")[0]
    assert len(door.hers.got) == states["passed"], "and her server saw no mail that was hidden in another"


def test_no_relay_no_names_and_no_end_of_patience(home: Any, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    from parapet.channels.mail import door as smtp
    from parapet.records.models import DoorMail

    line = Raw(door.port)
    assert line.hear() == f"220 {DOMAIN} ESMTP\r\n"
    assert "AUTH" not in line.ask("EHLO mail.example.net") and line.ask("MAIL FROM:<a@example.net>").startswith("250")
    answers = {
        line.ask(f"RCPT TO:<{to}>")
        for to in (f"nobody@{DOMAIN}", "somebody@gmail.example", f"dr%gmail.example@{DOMAIN}", OWN, f"back-0000000000000-{'0' * 24}@{DOMAIN}", "dr@[127.0.0.1]")
    }  # fmt: skip
    assert answers == {"550 5.1.1 There is no such mailbox here\r\n"}, "the same for all, also for her own address"
    assert line.ask(f"VRFY {DR}") == line.ask(f"VRFY nobody@{DOMAIN}") and line.ask("EXPN all").startswith("502")
    assert line.ask("DATA").startswith("503") and line.ask("AUTH PLAIN AGEAYg==")[:1] == "5"
    assert line.ask(f"RCPT TO:<{DR}>").startswith("250")
    for _ in range(3):
        line.ask("RCPT TO:<guess@example.net>")
    assert line.ask("RCPT TO:<guess@example.net>").startswith("421") and line.hear() == "", "who tries names is hung up on"
    line.close()
    with smtplib.SMTP("127.0.0.1", door.port) as proper:
        proper.ehlo()
        assert proper.docmd("MAIL", "FROM:<a@example.net> SIZE=99999999")[0] == 552
    # A line without an end, and one who says a letter from time to time.
    monkeypatch.setattr(smtp, "MAX_MAIL_BYTES", 100_000)
    endless = Raw(door.port)
    endless.hear()
    for ask in ("HELO x", "MAIL FROM:<a@example.net>", f"RCPT TO:<{DR}>", "DATA"):
        endless.ask(ask)
    with pytest.raises(OSError):
        for _ in range(2_000):
            endless.say(b"x" * 16_384)
    endless.close()
    monkeypatch.setattr(smtp, "SESSION_S", 0.3)
    slow = Raw(door.port)
    slow.hear()
    slow.say(b"EHL")
    assert slow.hear() == "", "it is hung up on"
    slow.close()
    monkeypatch.setattr(smtp, "MAX_FROM_ONE_PEER", 2)
    many = [Raw(door.port) for _ in range(3)]
    assert Counter(each.hear()[:3] for each in many) == {"220": 2, "421": 1}
    for each in many:
        each.close()
    assert not DoorMail.objects.exists()
    # What cannot be kept is not taken, and the sender keeps it.
    with monkeypatch.context() as broken:
        monkeypatch.setattr(smtp, "MAX_FROM_ONE_PEER", 20)
        monkeypatch.setattr(smtp, "SESSION_S", 60)
        broken.setattr("parapet.evidence.vault.os.fsync", _no_room)
        with pytest.raises(smtplib.SMTPDataError, match="451"):
            door.send(letter("later"))
    assert not DoorMail.objects.exists()
    door.send(letter("later"))
    assert DoorMail.objects.count() == 1


def _no_room(_handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_her_server_that_is_away_full_or_breaks_off_loses_nothing_and_gets_nothing_twice(door: Door, home: Any) -> None:
    from django.test import override_settings

    from parapet.access.door import mails
    from parapet.actions import pass_on as going
    from parapet.records.models import DoorMail

    hers, team = door.hers, door.team
    hers.answers = ["452 full", "250 taken"]
    door.send(letter("full"))
    door.work()
    assert door.last() == ("ready", "", "smtp_452") and not hers.got
    [waiting] = mails(team.advocate, door.name)
    assert waiting.code == "smtp_452" and not waiting.can_go
    door.work(later=timedelta(minutes=2))
    assert door.last()[0] == "passed" and len(hers.got) == 1

    hers.answers = ["550 go away"]
    door.send(letter("refused"))
    door.work()
    assert door.last() == ("held", "refused", "smtp_550")

    hers.cut = True  # it has the mail, and hangs up before it says so
    door.send(letter("cut"))
    door.work()
    assert door.last() == ("unknown", "", "")
    had = len(hers.got)
    door.work(later=timedelta(days=1))
    assert len(hers.got) == had, "it is not sent again by itself"
    newest = mails(team.advocate, door.name)[0]
    going.pass_on(team.advocate, newest.id)
    door.work()
    key = re.compile(rb"X-Parapet-Mail: (\w+)")
    assert door.last()[0] == "passed" and len({key.search(raw)[1] for raw in door.arrived()[-2:]}) == 1, "both bear one key"  # type: ignore[index]

    # A process that died when the last byte was out.
    DoorMail.objects.filter(state="passed").update(state="sending", next_at=datetime.now(UTC))
    had = len(hers.got)
    door.work()
    assert {state for state, why, _code in door.states() if why != "refused"} == {"unknown"} and len(hers.got) == had

    # No server at all, for days; and one that is the shielded address again.
    from django.conf import settings

    with override_settings(ENVIRONMENT=with_door(settings.ENVIRONMENT, beyond=free_port())):
        door.send(letter("away"))
        door.work()
        assert door.last() == ("ready", "", "no_connection")
        DoorMail.objects.filter(state="ready").update(decided_at=datetime.now(UTC) - timedelta(days=6))
        door.work(later=timedelta(minutes=2))
        assert door.last() == ("held", "undelivered", "no_connection")
    door.send(door.arrived()[0])
    door.work()
    assert door.last() == ("held", "loop", "")
    # Judging that fails is tried again, shown after ten minutes, and made up for.
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("parapet.actions.judge_mail.assess", _broken)
        door.send(letter("unjudged"))
        door.work()
        assert door.last()[0] == "came"
        DoorMail.objects.filter(state="came").update(came_at=datetime.now(UTC) - timedelta(minutes=11))
        door.work(later=timedelta(minutes=2))
        assert door.last() == ("held", "unjudged", "")
    door.work(later=timedelta(hours=1))
    assert door.last() == ("passed", "", "")


def _broken(_versions: object) -> int:
    raise RuntimeError("judging is broken")


def test_an_address_is_one_persons_and_goes_with_what_is_erased(door: Door, home: Any) -> None:
    from django.test import override_settings

    from parapet.access.door import shielded
    from parapet.actions.connect import disconnect
    from parapet.actions.erase import erase_item
    from parapet.actions.pass_on import pass_on
    from parapet.actions.shield_address import shield_address
    from parapet.records.models import Connection, DoorMail, Item, Source

    team = door.team
    rule = {"domain": DOMAIN, "hold": "grave", "hold_unsure": False}
    for other, word in (
        ({"local": "dr", "to": OWN}, "taken"),
        ({"local": "postmaster", "to": OWN}, "small letters"),
        ({"local": "a b", "to": OWN}, "small letters"),
        ({"local": "x", "to": f"y@{DOMAIN}"}, "circle"),
        ({"local": "x", "to": "nobody"}, "whole"),
        ({"local": "x", "to": "a@b.example>\r\nRCPT TO:<c@d.example"}, "whole"),
        ({"local": "x", "to": OWN, "domain": "gmail.example"}, "domains"),
        ({"local": "x", "to": OWN, "hold": "nothing"}, "what is held"),
    ):
        with pytest.raises(RequestRefused, match=word):
            shield_address(team.advocate, team.advocate_id, **{**rule, **other})  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        shield_address(team.stranger, team.advocate_id, local="x", to=OWN, **rule)  # type: ignore[arg-type]
    made = shield_address(team.advocate, team.advocate_id, local="", to=OWN, **rule)  # type: ignore[arg-type]
    assert re.fullmatch(rf"[a-z0-9]{{10}}@{DOMAIN}", shielded(team.advocate, made).address)
    with override_settings(ENVIRONMENT=home), pytest.raises(NotFound):
        shield_address(team.advocate, team.advocate_id, local="y", to=OWN, **rule)  # type: ignore[arg-type]

    # What she writes herself, to try it, goes on; and so does what names somebody else who is protected here.
    door.send(letter("own", sender="a.okwuosa@rivercrest-family-heal.example"), sender="a.okwuosa@rivercrest-family-heal.example")
    door.send(letter("else", head="Cc: m.desruisseaux@alder-bay-children-s-c.example\r\n"))
    door.work()
    assert {state for state, _why, _code in door.states()} == {"passed"} and len(door.hers.got) == 2
    DoorMail.objects.all().delete()

    # One mail for two addresses: a row for each, one file, one message.
    both = shielded(team.advocate, made).address
    with smtplib.SMTP("127.0.0.1", door.port) as line:
        line.sendmail("anon@example.net", [DR, both], letter("two", GRAVE))
    door.work()
    assert DoorMail.objects.count() == 2 and Source.objects.count() == 3 and Item.objects.filter(severity__gte=3).count() == 1
    [first, second] = [row.id for row in DoorMail.objects.order_by("number")]
    disconnect(team.advocate, made)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        door.send(letter("ended"), to=both)
    with pytest.raises(RequestRefused):
        pass_on(team.advocate, second)
    assert erase_item(team.advocate, Item.objects.get(severity__gte=3).id, reason="asked")
    assert {bytes(row.sealed_envelope) for row in DoorMail.objects.all()} == {b""}
    with pytest.raises(RequestRefused):
        pass_on(team.advocate, first)
    assert Connection.objects.count() == 1


def test_who_may_send_for_a_domain_is_asked_on_that_day_and_kept(door: Door, home: Any, judge: Any) -> None:
    from attrs import evolve
    from django.conf import settings
    from django.test import override_settings

    from parapet.access.opening import item_key, locker_of, source_bytes
    from parapet.actions.check_arrival import check_arrival
    from parapet.records.models import DoorMail, Version

    def learned() -> dict[str, Any]:
        version = Version.objects.select_related("item__advocate").order_by("-number")[0]
        told: dict[str, Any] = json.loads(source_bytes(version, item_key(version.item, locker_of(version.item.advocate))))
        return told

    with serving() as zone:
        asks = evolve(settings.ENVIRONMENT, dkim="dns", dns_resolver=f"127.0.0.1 {zone.port}")
        with override_settings(ENVIRONMENT=asks):
            zone.records["mail.example"] = [b"v=spf1 ip4:127.0.0.0/8 -all"]
            zone.records["_dmarc.mail.example"] = [b"v=DMARC1; p=reject"]
            zone.records["s1._domainkey.mail.example"] = [rsa_record(rsa_pem())]
            door.send(signed(letter("real", sender="her@mail.example")), sender="her@mail.example")
            door.work()
            judge()
            told = learned()
            arrival = told["learned"]["arrival"]
            assert told["result"] == "match" and arrival["spf"] == {"result": "pass", "domain": "mail.example"}
            assert arrival["dmarc"] == {"result": "pass", "domain": "mail.example", "policy": "reject"}
            assert arrival["envelope"]["mail_from"] == "her@mail.example" and arrival["envelope"]["peer"] == "127.0.0.1"
            names = {answer["name"] for answer in arrival["dns"]}
            assert {"mail.example", "_dmarc.mail.example"} <= names and all(answer["answered_at"] for answer in arrival["dns"])
            assert told["learned"]["signatures"][0]["dns"]["txt_base64"], "the key of that day"
            assert not check_arrival([row.number for row in DoorMail.objects.all()]), "asked once"
            zone.records["mail.example"] = [b"v=spf1 -all"]
            door.send(letter("forged", sender="her@mail.example"), sender="forger@mail.example")
            door.work()
            judge()
            forged = learned()["learned"]["arrival"]
            assert (forged["spf"]["result"], forged["dmarc"]["result"]) in (("pass", "pass"), ("fail", "fail"))
            assert door.last()[0] == "passed", "noted, and no judgement of what it says"
            zone.silent = True
            door.send(letter("silent", sender="x@other.example"), sender="x@other.example")
            door.work()
            from parapet.anchors import dns_key

            with pytest.MonkeyPatch.context() as quick:
                quick.setattr(dns_key, "TIMEOUT_S", 0.2)
                quick.setattr(dns_key.KeyAsker.__init__, "__kwdefaults__", {"timeout_s": 0.2})
                judge()
            assert learned()["learned"]["arrival"]["spf"]["result"] == "temperror" and door.last()[0] == "passed"


@pytest.mark.parametrize("mails", [60, pytest.param(300, marks=pytest.mark.soak)])
def test_many_at_once_are_all_kept_and_each_goes_on_once_or_is_held(mails: int, door: Door) -> None:
    from parapet.records.models import DoorMail

    def push(worker: int) -> None:
        with smtplib.SMTP("127.0.0.1", door.port, timeout=120) as line:
            for n in range(mails // 6):
                text = GRAVE if n % 10 == 0 else "Thank you, doctor, your talk helped my mother."
                line.sendmail("anon@example.net", [DR], letter(f"{worker}-{n}", text))

    threads = [threading.Thread(target=push, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert DoorMail.objects.count() == mails
    door.work()
    assert Counter(state for state, _why, _code in door.states()) == {"passed": mails * 9 // 10, "held": mails // 10}
    subjects = Counter(re.search(rb"\nSubject: (\S+)", raw)[1] for raw in door.arrived())  # type: ignore[index]
    assert len(subjects) == mails * 9 // 10 and set(subjects.values()) == {1}


def test_who_connects_is_believed_only_from_what_stands_before_the_door(home: Any, team: Team) -> None:
    from django.test import override_settings

    from parapet.access.opening import locker_of
    from parapet.actions.shield_address import shield_address
    from parapet.records.door import envelope_of
    from parapet.records.models import DoorMail

    with override_settings(ENVIRONMENT=with_door(home, beyond=1)):
        shield_address(team.advocate, team.advocate_id, local="dr", domain=DOMAIN, to=OWN, hold="grave", hold_unsure=False)

    def peer() -> str:
        row = DoorMail.objects.select_related("advocate").order_by("-number")[0]
        return envelope_of(row, locker_of(row.advocate)).peer

    with opened(home, behind="proxy") as port:
        line = Raw(port)
        line.say(b"PROXY TCP4 192.0.2.7 192.0.2.1 4444 25\r\n")
        for ask in ("EHLO x", "MAIL FROM:<a@example.net>", f"RCPT TO:<{DR}>", "DATA"):
            line.hear()
            line.say(ask.encode() + b"\r\n")
        line.hear()
        line.say(letter("proxied") + b".\r\n")
        assert line.hear().startswith("250") and peer() == "192.0.2.7"
        line.close()
        bare = Raw(port)
        bare.say(b"EHLO x\r\n")
        assert bare.hear() == "", "without its word nothing is heard"
        bare.close()
    with opened(home, behind="mta") as port:
        send(port, DR, letter("handed over"))
        assert peer() == "", "the house's own server says nothing of who sent it"


def test_of_closed_material_the_rest_goes_on_and_what_is_held_opens_to_her_alone(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flow.test_own_keys import close

    from parapet.access.door import mails
    from parapet.actions.pass_on import pass_on
    from parapet.actions.seal_source import open_source
    from parapet.domain.errors import KeyClosed
    from parapet.evidence import keyfile
    from parapet.records.models import DoorMail
    from parapet.records.presence import here

    stretch = keyfile.Stretch
    monkeypatch.setattr(keyfile, "Stretch", lambda *said: stretch(*said) if said else stretch(64, 1, 1))
    own, _sheet = close(door.team)
    door.send(letter("kind"))
    door.send(letter("grave", GRAVE))
    door.work()
    assert door.states() == [("passed", "", ""), ("held", "grave", "")]

    def closed() -> bool:
        for row in DoorMail.objects.select_related("source"):
            with pytest.raises(KeyClosed):
                open_source(row.source)
        return True

    assert closed(), "what went, and what is held, opens to nobody in the background"
    [held] = mails(door.team.advocate, door.name)
    with pytest.raises(KeyClosed):
        pass_on(door.team.helper, held.id)
    with here(door.team.advocate.number, own):
        pass_on(door.team.advocate, held.id)
    door.work()
    assert door.states()[1] == ("passed", "", "") and GRAVE.encode() in door.arrived()[1] and closed()


def test_killed_right_after_its_answer_it_has_the_mail(home: Any, team: Team, tmp_path: Path) -> None:
    """The process itself, with a certificate: STARTTLS, 250, kill -9."""
    from django.test import override_settings
    from support.dovecot import certify

    from parapet.access.opening import locker_of
    from parapet.actions.seal_source import open_source
    from parapet.actions.shield_address import shield_address
    from parapet.records.door import envelope_of
    from parapet.records.models import DoorMail

    certify(tmp_path)
    port = free_port()
    with override_settings(ENVIRONMENT=with_door(home, beyond=1)):
        shield_address(team.advocate, team.advocate_id, local="dr", domain=DOMAIN, to=OWN, hold="grave", hold_unsure=False)
    told = {
        **os.environ, "PARAPET_HOME": str(home.home), "PARAPET_DOOR": f"127.0.0.1:{port}", "PARAPET_DOOR_DOMAINS": DOMAIN,
        "PARAPET_DOOR_CERTIFICATE": str(tmp_path / "server.pem"), "PARAPET_DOOR_KEY": str(tmp_path / "server.key"),
        "DJANGO_SETTINGS_MODULE": "parapet.settings.embedded",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "parapet.cli.background", "door"], env=told)
    try:
        wait_until(lambda: _listens(port))
        with smtplib.SMTP("127.0.0.1", port, timeout=60) as line:
            line.starttls(context=ssl.create_default_context(cafile=str(tmp_path / "authority.pem")))
            line.sendmail("anon@example.net", [DR], letter("killed"))
            process.send_signal(signal.SIGKILL)
            process.wait(30)
            line.close()
    finally:
        process.kill()
        process.wait(30)
    row = DoorMail.objects.select_related("source", "advocate").get()
    with open_source(row.source) as stream:
        assert stream.read() == letter("killed")
    assert envelope_of(row, locker_of(row.advocate)).tls.startswith("TLSv1.")


def _listens(port: int) -> bool:
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5):
            return True
    except (OSError, smtplib.SMTPException):
        return False
