"""A Bluesky account that is watched, on Bluesky's own servers: what is written to it is here once, with the signature of whoever
wrote it, whatever the platform hides and whatever breaks meanwhile; and it is opened by an app password, or by the page of its own server."""

from __future__ import annotations

import html
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from attrs import evolve
from flow.conftest import Team
from support.bluesky import Network, Who, front, network, stranger_server
from support.bluesky_page import allowed
from support.jetstream import jetstream
from support.ports import free_port
from support.postgres import Postgres
from support.receivers import wait_for

from parapet.channels.bluesky.dpop import key_of, new_key

#: The name of a home that has one: to the server for accounts it lies at `home_port` of this machine.
HOME = "https://parapet.home.arpa"


@pytest.fixture(scope="module")
def home_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def net(postgres: Postgres, home_port: int) -> Iterator[Network]:
    with network(postgres, home_port=home_port) as running:
        yield running


@pytest.fixture(scope="module")
def people(net: Network) -> dict[str, Who]:
    return {name: net.join(f"{name}-of-hers") for name in ("doctor", "stranger", "another", "friend")}


@pytest.fixture
def told(net: Network, people: dict[str, Who], home: Any) -> Iterator[dict[str, Any]]:
    """What connects the doctor's account, in a home that may lead to servers of this machine."""
    from django.conf import settings
    from django.test import override_settings

    env = evolve(settings.ENVIRONMENT, plc_directory=net.plc, channels_inside=True)
    name = f"parapet {time.monotonic_ns()}"
    password = people["doctor"].app_password(name)
    with override_settings(ENVIRONMENT=env):
        yield {
            "name": name,
            "user": people["doctor"].handle,
            "password": password,
            "host": net.pds,
            "messages": False,
            "since": "",
        }


class Watch:
    """A connection, watched in this process one look after the other, as a worker's thread does."""

    def __init__(self, team: Team, told: dict[str, Any]) -> None:
        from parapet.actions import watch
        from parapet.actions.connect import connect

        self.name = connect(team.advocate, team.advocate_id, "bluesky", told)
        [self.due] = watch.take_over("seat-0", most=1)
        self.line = watch.open_line(self.due)

    def look(self, rounds: int = 1) -> None:
        from parapet.actions import watch

        for _ in range(rounds):
            while watch.take_next(self.due, self.line):
                pass

    def reopen(self) -> None:
        """As a worker that was killed, or that a machine started anew."""
        from parapet.actions import watch

        self.line.close()
        self.line = watch.open_line(self.due)

    def until(self, there: Callable[[], bool]) -> None:
        """Look until it is so: the platform takes a moment to see what was written."""
        over = time.monotonic() + 120
        while time.monotonic() < over:
            self.look()
            if there():
                return
            time.sleep(0.1)
        raise AssertionError("it never came")


def held() -> dict[str, list[tuple[str, str, str]]]:
    """Text to what is known of each version that says so: kind, whether it is her own, what came of the check of its source."""
    from parapet.access.opening import face as face_of
    from parapet.access.opening import item_key, locker_of
    from parapet.records.models import SourceCheck, Version

    checks = {row.version_id: f"{row.method} {row.result}" for row in SourceCheck.objects.all()}
    found: dict[str, list[tuple[str, str, str]]] = {}
    for version in Version.objects.select_related("item__advocate").order_by("number"):
        item = version.item
        face = face_of(version, item_key(item, locker_of(item.advocate)))
        found.setdefault(face.text, []).append((item.kind, "own" if item.own else "", checks.get(version.number, "")))
    return found


SIGNED = "atproto-commit match"


@pytest.mark.slow
def test_what_is_written_to_her_is_here_once_and_signed_through_blocks_edits_and_deletions(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any]
) -> None:
    from parapet.records.models import Item, LogEntry

    doctor, stranger, another, friend = (people[name] for name in ("doctor", "stranger", "another", "friend"))
    root = doctor.post("Vaccines work.")
    stranger.post("From before.", under=root)
    theirs = friend.post("A thread of somebody else.")
    hers = doctor.post("She answers there.", under=theirs)
    wait_for(lambda: doctor.sees("From before.", under=root))
    watch = Watch(team, told)

    reply = stranger.post("You are a disgrace.", under=root)
    stranger.quote("Look at this fool.", root)
    stranger.mention("shame on you", doctor)
    nested = another.post("And you answer for it.", under=hers, root=theirs)
    another.post("Deeper still.", under=nested, root=theirs)
    another.post("Dated back.", under=root, createdAt="2020-01-01T00:00:00.000Z")
    wanted = {
        "You are a disgrace.",
        "Look at this fool.",
        f"@{doctor.handle} shame on you",
        "And you answer for it.",
        "Deeper still.",
        "Dated back.",
    }
    watch.until(lambda: wanted <= held().keys())
    assert "From before." not in held(), "what was there before was not asked for"
    assert "A thread of somebody else." not in held()
    assert all(held()[text][0][2] == SIGNED for text in wanted), held()
    assert held()["You are a disgrace."] == [("reply", "", SIGNED)]
    assert held()["Look at this fool."][0][0] == "quote"
    assert held()["Vaccines work."][0][1] == "own", "her own posts, as what was answered"
    watch.look(4)
    watch.reopen()
    watch.look(4)
    assert all(len(versions) == 1 for versions in held().values()), "each once, by however many ways it came"

    # She blocks one of them herself, and another by a list: the platform shows her nothing of them any more.
    doctor.block(stranger.did)
    curated = doctor.record("app.bsky.graph.list", name="Blocked", purpose="app.bsky.graph.defs#modlist")
    doctor.record("app.bsky.graph.listitem", subject=another.did, list=curated["uri"])
    doctor.record("app.bsky.graph.listblock", subject=curated["uri"])
    stranger.post("You cannot hide.", under=root)
    another.mention("nor from me", doctor)
    watch.reopen()
    watch.until(lambda: {"You cannot hide.", f"@{doctor.handle} nor from me"} <= held().keys())
    assert held()["You cannot hide."] == [("reply", "", SIGNED)]

    # What is changed comes as another version; what is deleted is noted, and what was kept stays with its signature.
    stranger.edit(reply, "You are a dear.", reply={"root": _ref(root), "parent": _ref(root)})
    watch.until(lambda: "You are a dear." in held())
    assert held()["You are a disgrace."][0][2] == held()["You are a dear."][0][2] == SIGNED
    assert Item.objects.filter(versions=2).count() == 1
    stranger.delete(reply)
    another.delete(nested)
    watch.until(lambda: LogEntry.objects.filter(kind="gone").count() == 2)
    assert Item.objects.exclude(gone_at=None).count() == 2
    assert held()["You are a disgrace."][0][2] == held()["And you answer for it."][0][2] == SIGNED
    watch.look(3)
    assert LogEntry.objects.filter(kind="gone").count() == 2
    watch.line.close()


def _ref(what: dict[str, str]) -> dict[str, str]:
    return {"uri": what["uri"], "cid": what["cid"]}


def test_what_is_said_of_her_in_public_is_here_once_whichever_way_it_came(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings
    from django.test import override_settings

    from parapet.channels.bluesky import stream
    from parapet.records.connections import cursor_of
    from parapet.records.models import Connection, Item, LogEntry

    monkeypatch.setattr(stream, "SHORTEST_WAIT_S", 0.1)
    doctor, stranger, another = (people[name] for name in ("doctor", "stranger", "another"))
    root = doctor.post("I am Jane Doe.")
    with (
        jetstream(net.pds) as source,
        override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, jetstream=source.url)),
    ):
        watch = Watch(team, {**told, "public": True, "names": ["Dr. Jane Quinn Doe"]})
        watch.look()
        named = another.post("Dr. Jane Doe takes money for this.")
        another.post("Of Janedoes and others, not of her.")
        stranger.post("You, too.", under=root)  # comes both ways
        watch.until(lambda: {"Dr. Jane Doe takes money for this.", "You, too."} <= held().keys())
        assert held()["Dr. Jane Doe takes money for this."] == [("post", "", SIGNED)]
        watch.look(4)
        assert "Of Janedoes and others, not of her." not in held()
        assert held()["I am Jane Doe."][0][1] == "own"

        # Started anew it is read from a little before, and what comes twice is there once; so with what was said while it was cut.
        since = cursor_of(Connection.objects.get())["stream_us"]
        watch.reopen()
        source.cut()
        another.post("Jane Doe, while nobody listened.")
        watch.until(lambda: "Jane Doe, while nobody listened." in held())
        assert 0 < source.asked[-1] <= since
        assert all(len(versions) == 1 for versions in held().values())

        another.edit(named, "Dr. X takes money for this.")
        watch.until(lambda: "Dr. X takes money for this." in held())
        assert held()["Dr. Jane Doe takes money for this."][0][2] == held()["Dr. X takes money for this."][0][2] == SIGNED
        assert Item.objects.filter(versions=2).count() == 1
        another.delete(named)
        watch.until(lambda: LogEntry.objects.filter(kind="gone").count() == 1)
        watch.look(2)
        assert LogEntry.objects.filter(kind="gone").count() == 1

        # Who runs the stream can invent a post; nobody signed it, and that is told.
        source.post("Jane Doe says she lied.", "3kaaaaaaaaaa2", did=another.did)
        watch.until(lambda: "Jane Doe says she lied." in held())
        assert held()["Jane Doe says she lied."][0][2] != SIGNED
        watch.line.close()


def test_a_token_that_ends_a_server_that_asks_for_patience_and_a_network_that_is_cut_lose_nothing(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.actions import watch as watching
    from parapet.domain.errors import OutsideUnreachable
    from parapet.network import door
    from parapet.records.connections import cursor_of
    from parapet.records.models import Connection, Intake

    doctor, friend = people["doctor"], people["friend"]
    root = doctor.post("Another post.")
    monkeypatch.setattr(door, "SHORTEST_REST_S", 0.2)
    with front(net.pds) as door:
        watch = Watch(team, {**told, "host": door.url})
        door.expired = 1
        friend.post("While the token ended.", under=root)
        watch.until(lambda: "While the token ended." in held())
        watch.reopen()
        watch.look()
        counted = Counter(door.asked)
        assert counted["com.atproto.server.createSession"] == 1, "neither a restart nor an end of the token is a new sign-in"
        assert counted["com.atproto.server.refreshSession"] == 1

        door.busy = 1
        friend.post("While it was busy.", under=root)
        watch.look()  # is told to come back later, and is no failure
        asked = len(door.asked)
        watch.look()
        assert len(door.asked) == asked, "it is left alone for as long as it said"
        watch.until(lambda: "While it was busy." in held())

        door.cut = True
        friend.post("While the network was cut.", under=root)
        wait_for(lambda: friend.sees("While the network was cut.", under=root))
        watch.reopen()
        with pytest.raises(OutsideUnreachable):
            for _ in range(100):  # though what her friend's own server gives comes in all the same
                watch.look(3)
                time.sleep(0.1)  # its patience that was asked for may not be over
        door.cut = False
        time.sleep(0.3)
        friend.post("While it was killed.", under=root)
        wait_for(lambda: friend.sees("While it was killed.", under=root))

        class Killed(BaseException):
            pass

        def killed(*_args: object) -> None:
            raise Killed

        before = cursor_of(Connection.objects.get())
        watch.reopen()
        with monkeypatch.context() as broken, pytest.raises(Killed):
            broken.setattr(watching, "_went_well", killed)
            watch.until(lambda: False)
        assert {"While the network was cut.", "While it was killed."} <= held().keys() and cursor_of(
            Connection.objects.get()
        ) == before
        watch.reopen()
        watch.look(2)
        watch.line.close()
    assert all(len(versions) == 1 for versions in held().values())
    assert sum(each.already for each in Intake.objects.all()) >= 1 and not any(each.refused for each in Intake.objects.all())


def test_a_signature_that_is_late_is_asked_for_until_it_is_had_or_the_record_is_gone(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import UTC, datetime, timedelta

    from parapet.access import opening
    from parapet.actions.ask_writers import ask_writers
    from parapet.actions.check_home import check_home
    from parapet.channels.bluesky import strangers
    from parapet.records.models import Item, SourceCheck

    doctor, another = people["doctor"], people["friend"]  # whom she does not block, as she does the others by now
    root = doctor.post("Asked again.")
    watch = Watch(team, told)
    with monkeypatch.context() as silent:
        silent.setattr(strangers, "STRANGER_S", 0.0)  # no server answers in time
        another.post("Late.", under=root)
        deleted = another.post("Gone.", under=root)
        edited = another.post("Edited.", under=root)
        watch.until(lambda: {"Late.", "Gone.", "Edited."} <= held().keys())
        watch.line.close()
        assert {held()[text][0][2] for text in ("Late.", "Gone.", "Edited.")} == {"atproto-commit unchecked"}
        assert ask_writers() == 0 and set(SourceCheck.objects.filter(waits=True).values_list("tries", flat=True)) == {1}
    another.delete(deleted)
    another.edit(edited, "Edited, as she says.", reply={"root": _ref(root), "parent": _ref(root)})
    assert ask_writers() == 0, "not before its time"
    assert ask_writers(now=datetime.now(UTC) + timedelta(minutes=2)) == 3
    assert held()["Late."][0][2] == SIGNED
    assert held()["Gone."][0][2] == held()["Edited."][0][2] == "atproto-commit absent"
    assert not SourceCheck.objects.filter(waits=True).exists() and not check_home().faults
    row = SourceCheck.objects.select_related("version__item__advocate").get(method="atproto-commit", result="match")
    item = row.version.item
    learned = json.loads(opening.source_bytes(row.version, opening.item_key(item, opening.locker_of(item.advocate))))["learned"]
    assert learned["car"] and learned["did_document"] and learned["audit_log"] and learned["key_proven"] is True
    assert Item.objects.filter(versions=1).count() >= 3


def test_a_report_arrives_at_the_moderation_once_with_its_reason(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any], judge: Any
) -> None:
    from flow.test_reports import approve, hers, row_of

    from parapet.actions.draft_report import change_draft, draft_report
    from parapet.actions.send_report import send_report
    from parapet.domain import reporting as r

    doctor, stranger = people["doctor"], people["stranger"]
    root = doctor.post("Reported below.")
    with front(net.pds) as door:
        watch = Watch(team, {**told, "host": door.url, "labeler": net.labeler})
        first, second, third = (
            stranger.post(f"I will kill you on {day}.", under=root) for day in ("Friday", "Monday", "Tuesday")
        )
        watch.until(lambda: "I will kill you on Tuesday." in held())
        items = hers(team)
        reports = []
        for post in (first, second, third):
            report = draft_report(team.helper, items[post["uri"].rpartition("/")[2]], "bluesky")
            change_draft(team.helper, report, reason="tools.ozone.report.defs#reasonViolenceThreats")
            approve(team.helper, report, r.BY_PROGRAM)
            reports.append(report)

        send_report(row_of(reports[0]).number)
        send_report(row_of(reports[0]).number)  # the work engine comes at least once
        assert row_of(reports[0]).state == r.SENT
        [filed] = net.reports()
        assert filed["subjectUri"] == first["uri"] and filed["subjectCid"] == first["cid"] and filed["createdBy"] == doctor.did
        assert filed["meta"]["reportType"].endswith("reasonViolenceThreats") and reports[0] in filed["comment"]

        # It arrives, and the answer is lost: nobody knows, and it is not sent again.
        door.swallow = True
        send_report(row_of(reports[1]).number)
        assert row_of(reports[1]).state == r.UNKNOWN and len(net.reports()) == 2
        door.swallow = False
        send_report(row_of(reports[1]).number)
        assert row_of(reports[1]).state == r.UNKNOWN and len(net.reports()) == 2

        # A password that was taken back: it certainly did not arrive.
        doctor.call("com.atproto.server.revokeAppPassword", name=told["name"])
        send_report(row_of(reports[2]).number)
        assert row_of(reports[2]).state == r.FAILED and len(net.reports()) == 2
        watch.line.close()


def test_an_account_is_blocked_muted_and_listed_once_and_let_in_again(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any]
) -> None:
    from flow.test_blocks import approved, prepared, row_of, states
    from flow.test_reports import hers

    from parapet.access.connections import connections
    from parapet.actions.approve_blocks import lift_block
    from parapet.actions.list_blocks import list_blocks
    from parapet.actions.set_block import check_block, set_block
    from parapet.actions.watch import let_go
    from parapet.domain import blocking as b

    doctor, stranger = people["doctor"], net.join("let-in-again")  # the others she has blocked by now, one by a list
    root = doctor.post("Blocked below.")
    kinds = [f"app.bsky.graph.{name}" for name in ("block", "listitem", "listblock")]
    before = {each["uri"] for kind in kinds for each in doctor.records(kind)}

    def new(name: str) -> list[Any]:
        return [each["value"] for each in doctor.records(f"app.bsky.graph.{name}") if each["uri"] not in before]

    with front(net.pds) as door:
        watch = Watch(team, {**told, "host": door.url, "blocks": True})
        reply = stranger.post("You will be killed on Monday.", under=root)
        watch.until(lambda: "You will be killed on Monday." in held())
        wait_for(lambda: doctor.sees("You will be killed on Monday.", under=root))
        item = hers(team)[reply["uri"].rpartition("/")[2]]
        through = connections(team.advocate, team.advocate_id)[0].id

        # It reaches her server, the answer is lost: unknown, and found to stand when it is asked; a second time adds nothing.
        [block] = prepared(team.helper, [item], b.BLOCK, through)
        approved(team.helper, [block])
        stranger.post("And this came just now.", under=root)
        wait_for(lambda: doctor.sees("And this came just now.", under=root))
        watch.line.close()
        let_go("seat-0", watch.due)  # the worker's: what came is fetched by whoever blocks, before
        door.swallow_when = "putRecord"
        set_block(block.number)
        assert states([block]) == [b.UNKNOWN] and "And this came just now." in held()
        door.swallow_when = ""
        set_block(block.number)
        assert states([block]) == [b.UNKNOWN]
        check_block(block.number)
        assert states([block]) == [b.STANDS]
        assert [each["subject"] for each in new("block")] == [stranger.did]
        wait_for(lambda: not doctor.sees("You will be killed on Monday.", under=root))
        listed = list_blocks(team.advocate, team.advocate_id, "bluesky").content.decode().splitlines()
        assert listed == ["did,handle", f"{stranger.did},{stranger.handle}"]

        lift_block(team.helper, block.id, way=b.BY_PROGRAM)
        set_block(block.number)
        assert states([block]) == [b.LIFTED] and not new("block")
        wait_for(lambda: doctor.sees("You will be killed on Monday.", under=root))

        # A list of hers, blocked as a whole; and a mute, which nobody else sees.
        for what in (b.LIST, b.MUTE):
            [row] = prepared(team.helper, [item], what, through)
            approved(team.helper, [row], without=True)
            set_block(row.number)
            assert states([row]) == [b.STANDS], what
            if what == b.LIST:
                wait_for(lambda: not doctor.sees("You will be killed on Monday.", under=root))
                [entry] = new("listitem")
                assert entry["subject"] == stranger.did and len(new("listblock")) == 1
            else:
                assert doctor.ask("app.bsky.actor.getProfile", actor=stranger.did)["viewer"]["muted"]
            lift_block(team.helper, row.id, way=b.BY_PROGRAM)
            set_block(row.number)
            assert states([row]) == [b.LIFTED], what
        wait_for(lambda: doctor.sees("You will be killed on Monday.", under=root))
        assert not doctor.ask("app.bsky.actor.getProfile", actor=stranger.did)["viewer"]["muted"]

        # Whom she follows is left alone, whatever a file says of who wrote what.
        follow = doctor.record("app.bsky.graph.follow", subject=stranger.did)
        wait_for(lambda: "following" in doctor.ask("app.bsky.actor.getProfile", actor=stranger.did)["viewer"])
        [row] = prepared(team.helper, [item], b.BLOCK, through)
        approved(team.helper, [row], without=True)
        set_block(row.number)
        assert row_of(row.id).state == b.FAILED and not new("block")
        doctor.delete(follow)


def test_direct_messages_come_where_she_allows_them(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any]
) -> None:
    from parapet.domain.errors import RightMissing
    from parapet.records.models import Connection, Intake, Item

    doctor, stranger = people["doctor"], people["stranger"]

    def entry(n: int, text: str, kind: str = "logCreateMessage", by: Who = stranger) -> dict[str, Any]:
        message = {"id": f"m{n}", "rev": f"r{n}", "text": text, "sender": {"did": by.did}, "sentAt": "2026-11-30T12:00:00.000Z"}
        return {"$type": f"chat.bsky.convo.defs#{kind}", "rev": f"r{n}", "convoId": "c1", "message": message}

    with front(net.pds) as door:
        door.logs = None
        with pytest.raises(RightMissing):
            Watch(team, {**told, "host": door.url, "messages": True})
        assert not Connection.objects.exists()
        door.logs = [entry(0, "An earlier message.")]
        watch = Watch(team, {**told, "host": door.url, "messages": True})
        door.logs += [entry(1, "Watch your back."), {"$type": "chat.bsky.convo.defs#logReadMessage", "rev": "r", "convoId": "c1"}]
        door.logs += [entry(2, "Who are you?", by=doctor), {**entry(3, ""), "message": {"id": "m3"}}]
        watch.look(2)
        assert held()["Watch your back."][0][:2] == ("message", "") and held()["Who are you?"][0][:2] == ("message", "own")
        assert "An earlier message." not in held()
        assert Intake.objects.get().refused == 1, "what is not understood is kept, and told"
        door.logs.append(entry(1, "", "logDeleteMessage"))
        watch.look()
        watch.line.close()
    assert Item.objects.exclude(gone_at=None).count() == 1 and "Watch your back." in held()


def test_a_hostile_server_costs_nobody_else_anything(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.channels.bluesky import strangers
    from parapet.network import door

    doctor, friend = people["doctor"], people["friend"]
    root = doctor.post("A third post.")
    inside: list[str] = []

    def endless(taker: Any, method: str) -> None:
        taker.send_response(200)
        taker.end_headers()
        while True:
            taker.wfile.write(b" " * 65_536)

    def dripping(taker: Any, method: str) -> None:
        taker.send_response(200)
        taker.end_headers()
        for _ in range(100):
            taker.wfile.write(b" ")
            time.sleep(0.05)

    def leading_inside(taker: Any, method: str) -> None:
        inside.append(method) if method == "inside" else taker.say(b"", 302, location="/inside")

    def lying(taker: Any, method: str) -> None:
        here = f"did:web:localhost%3A{taker.server.server_address[1]}"
        value = {
            "$type": "app.bsky.feed.post",
            "text": "A lie.",
            "createdAt": "2026-11-30T12:00:00Z",
            "reply": {"root": _ref(root), "parent": _ref(root)},
        }
        records = [
            {"uri": f"at://{here}/app.bsky.feed.post/3kaaaaaaaaaaa", "cid": root["cid"], "value": value},
            {
                "uri": f"at://{friend.did}/app.bsky.feed.post/3kaaaaaaaaaaa",
                "cid": root["cid"],
                "value": {**value, "text": "Not by her friend."},
            },
        ]
        taker.say(json_bytes({"records": records}) if method == "com.atproto.repo.listRecords" else b"no CAR at all")

    def odd(taker: Any, method: str) -> None:
        taker.say(b'{"records": [{"uri": 7}, 5, {"uri": "at://x", "value": {"text": ["' + b"[" * 2_000 + b'"]}}]}')

    monkeypatch.setattr(strangers, "STRANGER_S", 0.5)
    monkeypatch.setattr(door, "SHORTEST_REST_S", 0.1)
    from contextlib import ExitStack

    with ExitStack() as running:
        blocks = [
            doctor.block(running.enter_context(stranger_server(answers)))
            for answers in (endless, dripping, leading_inside, lying, odd)
        ]
        watch = Watch(team, told)
        friend.post("Kind words.", under=root)
        watch.until(lambda: {"Kind words.", "A lie."} <= held().keys())
        watch.look(2)
        watch.line.close()
        for block in blocks:
            doctor.delete(block)
    assert held()["Kind words."][0][2] == SIGNED
    assert held()["A lie."][0][2] == "atproto-commit mismatch", "what proves nothing is kept, and told"
    assert "Not by her friend." not in held() and not inside


def json_bytes(value: Any) -> bytes:
    import json

    return json.dumps(value).encode()


def test_strangers_servers_inside_are_not_asked_and_the_database_tells_nothing(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any]
) -> None:
    from django.conf import settings
    from django.test import override_settings

    from parapet.access.connections import connections
    from parapet.actions.connect import connect
    from parapet.domain.errors import AccountMissing, MainPassword, NotFound, PrivateAddress, SignInRefused
    from parapet.records.models import Connection

    doctor, friend = people["doctor"], people["friend"]
    with pytest.raises(NotFound):
        connect(team.stranger, team.advocate_id, "bluesky", told)
    for other, error in (
        ({"password": "wrong"}, SignInRefused),
        ({"user": "nobody.test"}, SignInRefused),
        ({"password": f"own password of {doctor.handle[:-5]}"}, MainPassword),
        ({"user": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "host": ""}, AccountMissing),
    ):
        with pytest.raises(error):
            connect(team.advocate, team.advocate_id, "bluesky", {**told, **other})
    open_home = evolve(
        settings.ENVIRONMENT, channels_inside=False, public_url="https://parapet.example", allowed_hosts=("parapet.example",)
    )
    with override_settings(ENVIRONMENT=open_home), pytest.raises(PrivateAddress):
        connect(team.advocate, team.advocate_id, "bluesky", {**told, "host": net.pds.replace("http:", "https:")})
    assert not Connection.objects.exists()

    root = doctor.post("A fourth post.")
    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, channels_inside=False)):
        watch = Watch(team, {**told, "user": doctor.did, "host": ""})
        friend.post("Without its signature.", under=root)
        watch.until(lambda: "Without its signature." in held())
        watch.line.close()
    assert held()["Without its signature."][0][2] == "atproto-commit unchecked", (
        "on a laptop, too, a stranger's document leads to no server inside"
    )
    [card] = connections(team.advocate, team.advocate_id)
    assert (card.account, card.server, card.state, card.odd) == (doctor.did, "", "well", 0) and told["password"] not in repr(card)
    kept = b" ".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for row in Connection.objects.values_list() for value in row
    )  # fmt: skip
    for secret in (doctor.did, doctor.handle, friend.did, told["password"], "localhost"):
        assert secret.encode() not in kept


def test_the_pages_connect_change_pause_and_end_it_in_words_that_mend_it(
    net: Network, people: dict[str, Who], home: Any, team: Team, told: dict[str, Any]
) -> None:
    from django.test import Client
    from django.urls import reverse

    from parapet.records.connections import sealed_cursor
    from parapet.records.models import Connection

    browser, stranger = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    browser.force_login(team.advocate, backend="django.contrib.auth.backends.ModelBackend")
    stranger.force_login(team.stranger, backend="django.contrib.auth.backends.ModelBackend")
    here, new = (reverse(name, args=[team.advocate_id]) for name in ("connections", "new-bluesky"))
    typed = {"user": f"@{told['user']}", "password": told["password"], "host": told["host"], "since": ""}
    assert "Connect a Bluesky account" in browser.get(here).content.decode()
    assert stranger.get(new).status_code == stranger.post(new, typed).status_code == 404
    for other, word in (
        ({"password": "wrong one"}, "does not take this name and app password"),
        ({"password": "own password of doctor-of-hers"}, "password of your whole account"),
        ({"user": "doctor"}, "Write the whole name"),
        ({"user": "a b.test"}, "Write the whole name"),
        ({"host": "https://x.example/path"}, "address of the server alone"),
        ({"host": "http://localhost:1"}, "did not answer"),
        ({"since": "1999-01-01"}, "ten years"),
        ({"user": ""}, "This is needed"),
        ({"public": "1"}, "at least one name"),
        ({"names": "Doe"}, "too many people"),
        ({"names": "\n".join(f"Jane {letter}oe" for letter in "abcdefghijk")}, "Ten names"),
    ):
        answer = browser.post(new, {**typed, **other})
        page = answer.content.decode()
        assert answer.status_code == 400 and word in page, (other, page)
        assert told["password"] not in page and "wrong one" not in page and "own password" not in page
    with front(net.pds) as door:
        door.logs = None
        page = browser.post(new, {**typed, "host": door.url, "messages": "1"}).content.decode()
    assert "does not open direct messages" in page and not Connection.objects.exists()
    page = browser.post(new, typed, follow=True).content.decode()
    assert "The account is connected" in page and told["user"] in page and told["password"] not in page
    row = Connection.objects.get()
    form = browser.get(reverse("connection", args=[row.id])).content.decode()
    assert f'value="{told["user"]}"' in form and told["password"] not in form
    more = {"password": "", "public": "1", "names": " Dr.  Jane Doe\n\nJ\u00e9anne Doe"}
    changed = browser.post(reverse("connection", args=[row.id]), {**typed, **more}, follow=True).content.decode()
    assert "kept as you wrote it" in changed and "with all public posts" in changed and "Jane Doe" not in changed
    form = browser.get(reverse("connection", args=[row.id])).content.decode()
    assert "Dr. Jane Doe\nJ\u00e9anne Doe</textarea>" in form and 'name="public" value="1" checked' in form
    assert "cannot be kept" in browser.post(reverse("connection-pause", args=[row.id]), follow=True).content.decode()
    Connection.objects.update(
        state="failing", fault="outside.right_missing", sealed_cursor=sealed_cursor(row.number, {"hidden": ["did:plc:x"] * 3})
    )
    failing = browser.get(here).content.decode()
    assert "take away the tick here" in failing and "blocked or muted, and read all the same: 3" in failing
    assert stranger.get(reverse("connection", args=[row.id])).status_code == 404
    assert "password forgotten" in browser.post(reverse("connection-end", args=[row.id]), follow=True).content.decode()
    assert not Connection.objects.exists()


# An account that is opened by the page of its own server


@pytest.fixture(scope="module")
def pair(net: Network) -> dict[str, Who]:
    return {name: net.join(f"{name}-of-hers") for name in ("amara", "bob")}


@pytest.fixture
def inside(net: Network, home: Any) -> Iterator[None]:
    from django.conf import settings
    from django.test import override_settings

    with override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, plc_directory=net.plc, channels_inside=True)):
        yield


def browser_of(person: Any) -> Any:
    from django.test import Client

    made = Client(SERVER_NAME="127.0.0.1")
    made.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return made


def way_of(answer: Any) -> str:
    [there] = re.findall(r'class="button button-main" href="(http[^"]+)"', answer.content.decode())
    return html.unescape(there)


def test_she_allows_it_there_and_it_is_watched_until_she_takes_it_back(
    net: Network, pair: dict[str, Who], home: Any, team: Team, inside: None
) -> None:
    from django.urls import reverse

    from parapet.actions.connect_bluesky import trip_of
    from parapet.records.connections import told_of
    from parapet.records.models import Connection

    doctor, another = pair["amara"], pair["bob"]
    browser, stranger = browser_of(team.advocate), browser_of(team.stranger)
    new, here = (reverse(name, args=[team.advocate_id]) for name in ("new-bluesky", "connections"))
    back = reverse("from-bluesky")
    typed = {"user": doctor.did, "password": "", "host": "", "since": ""}
    assert "every two weeks" in browser.get(new).content.decode()
    assert stranger.post(new, typed).status_code == 404

    # Not allowed there; another's answer; one for another account; one that comes twice, or by another browser.
    there = way_of(browser.post(new, typed))
    assert urlsplit(there).netloc == urlsplit(net.pds).netloc and set(parse_qs(urlsplit(there).query)) == {
        "client_id",
        "request_uri",
    }
    assert "did not allow it there" in browser.get(allowed(there, doctor, yes=False), follow=True).content.decode()
    for wrong in ({"iss": "https://evil.example"}, {"iss": ""}, {"state": "x"}, {"code": "cod-nonsense"}):
        browser.post(new, typed)
        trip = trip_of(team.advocate, *browser.session["bluesky_trip"])
        answer = {"iss": net.pds, "state": trip.way.state, "code": "cod-0", **wrong}
        assert "does not hold" in browser.get(f"{back}?{urlencode(answer)}", follow=True).content.decode(), wrong
    assert "another account" in browser.get(allowed(way_of(browser.post(new, typed)), another), follow=True).content.decode()
    good = allowed(way_of(browser.post(new, typed)), doctor)
    assert good.startswith(f"http://127.0.0.1{back}?")
    assert "begun in another browser" in stranger.get(good, follow=True).content.decode()
    assert not Connection.objects.exists()
    page = browser.get(good, follow=True).content.decode()
    assert "The account is connected" in page and doctor.handle in page
    assert "begun in another browser" in browser.get(good, follow=True).content.decode()
    row = Connection.objects.get()
    told = told_of(row)
    assert (told["did"], told["issuer"], told["password"]) == (doctor.did, net.pds, "") and told[
        "scope"
    ] == "atproto transition:generic"
    plain = b" ".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in Connection.objects.values_list()[0]
    )
    assert not any(str(told[name]).encode() in plain or str(told[name]) in page for name in ("access", "refresh", "dpop"))
    _watched(net, pair, row.number)
    _changed(browser, stranger, pair, row.id, here)
    _over(net, browser, stranger, pair, here)


def _brought(due: Any, line: Any, text: str) -> None:
    """Look now and then until it is here: the platform takes a moment to see what was written."""
    from parapet.actions import watch

    for _ in range(120):
        while watch.take_next(due, line):
            pass
        if text in held():
            return
        time.sleep(0.5)
    raise AssertionError("it never came")


def _watched(net: Network, pair: dict[str, Who], number: int) -> None:
    """It brings what is written to her; a token that ran out, or that the server takes no longer, is had anew, and kept before it is used."""
    from parapet.actions import watch
    from parapet.domain.errors import SignInRefused
    from parapet.records.connections import sealed_told, told_of
    from parapet.records.models import Connection

    doctor, stranger = pair["amara"], pair["bob"]
    [due] = watch.take_over("seat-0", most=1)
    line = watch.open_line(due)
    assert 3_000 < (watch.reopen_in_s(due) or 0) < 3_600
    stranger.mention("shame on you", doctor)
    text = f"@{doctor.handle} shame on you"
    _brought(due, line, text)
    assert held()[text] == [("post", "", "atproto-commit match")]
    for broken in ({"until": 0}, {"access": "none.of.this"}):
        before = told_of(Connection.objects.get())
        Connection.objects.update(sealed_told=sealed_told(number, {**before, **broken}))
        line.close()
        line = watch.open_line(due)
        after = told_of(Connection.objects.get())
        assert after["access"] not in (before["access"], broken.get("access")) and after["refresh"] != before["refresh"]
    # In the middle of its life, as the thread that watches meets it.
    line.session._access = "none.of.this"  # type: ignore[attr-defined]
    line.looking.session.did = doctor.did  # type: ignore[attr-defined]
    with pytest.raises(SignInRefused):
        for _ in range(3):
            watch.take_next(due, line)
    assert watch.renew(due) and told_of(Connection.objects.get())["access"] != after["access"]
    line.close()
    watch.let_go("seat-0", due)


def _changed(browser: Any, stranger: Any, pair: dict[str, Who], connection: str, here: str) -> None:
    """What is watched is changed without signing in anew; direct messages take another yes, and then the old permission is over."""
    from django.urls import reverse

    from parapet.records.connections import told_of
    from parapet.records.models import Connection

    change = reverse("connection", args=[connection])
    form = browser.get(change).content.decode()
    assert "Sign in again on Bluesky" in form and 'name="user"' not in form
    before = told_of(Connection.objects.get())
    elsewhere = {"user": "evil.example", "host": "https://evil.example", "password": "", "public": "1", "names": "Dr. Jane Doe"}
    assert "kept as you wrote it" in browser.post(change, elsewhere, follow=True).content.decode()
    after = told_of(Connection.objects.get())
    assert after["public"] and {**after, "public": False, "names": []} == {**before, "public": False, "names": []}
    assert stranger.post(change, {"again": "1"}).status_code == 404
    answer = browser.post(change, {"password": "", "messages": "1"})
    page = browser.get(allowed(way_of(answer), pair["amara"]), follow=True).content.decode()
    # They are allowed now, and this network has nobody who keeps direct messages: so nothing is changed, and nothing is left over there.
    assert "did not answer" in page and not told_of(Connection.objects.get())["messages"]
    assert told_of(Connection.objects.get())["dpop"] == after["dpop"]


def _over(net: Network, browser: Any, stranger: Any, pair: dict[str, Who], here: str) -> None:
    """Whoever dies between having new words and keeping them has lost them: she signs in anew, and nothing that was written is lost."""
    from django.urls import reverse

    from parapet.actions import bluesky_words, watch
    from parapet.channels.bluesky import permission
    from parapet.domain.errors import SignInOver
    from parapet.records.connections import cursor_of, sealed_told, told_of
    from parapet.records.models import Connection

    row = Connection.objects.get()
    place = cursor_of(row)
    Connection.objects.update(sealed_told=sealed_told(row.number, {**told_of(row), "until": 0}))
    [due] = watch.take_over("seat-0", most=1)

    def killed(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as falling:
        falling.setattr(bluesky_words, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            watch.open_line(due)
    pair["bob"].mention("while it was shut", pair["amara"])
    with pytest.raises(SignInOver) as over:
        watch.open_line(due)
    watch.note_failure(due, over.value)
    page = browser.get(here).content.decode()
    again = reverse("connection-sign-in", args=[row.id])
    assert "taken back, or has run out" in page and again in page and stranger.post(again).status_code == 404
    sent = allowed(way_of(browser.post(again)), pair["amara"])
    assert "The connection works" in browser.get(sent, follow=True).content.decode()
    row = Connection.objects.get()
    assert cursor_of(row)["salt"] == place["salt"] and row.state == "well", "it goes on where it was"
    [due] = watch.take_over("seat-0", most=1)
    line = watch.open_line(due)
    text = f"@{pair['amara'].handle} while it was shut"
    _brought(due, line, text)
    line.close()
    told = _other_ways(browser, pair["amara"], row)
    ended = browser.post(reverse("connection-end", args=[row.id]), follow=True).content.decode()
    assert "taken back on your server" in ended and not Connection.objects.exists()
    with pytest.raises(SignInOver):
        permission.renew(told, bluesky_words.known_as(told), inside=True)


def _other_ways(browser: Any, who: Who, row: Any) -> dict[str, Any]:
    """To an app password and back: what opened it before is over, and kept nowhere; where it was read to stays. What is kept at last."""
    from django.urls import reverse

    from parapet.actions import bluesky_words
    from parapet.channels.bluesky import permission
    from parapet.domain.errors import SignInOver
    from parapet.records.connections import cursor_of, sealed_told, told_of
    from parapet.records.models import Connection

    change, before = reverse("connection", args=[row.id]), told_of(row)
    Connection.objects.update(
        sealed_told=sealed_told(row.number, {**before, "user": who.did})
    )  # names lead nowhere in this network
    typed = {"password": who.app_password("another way"), "names": ""}
    assert "kept as you wrote it" in browser.post(change, typed, follow=True).content.decode()
    told = told_of(Connection.objects.get())
    assert told["password"] == typed["password"] and not told.keys() & set(permission.FIELDS)
    with pytest.raises(SignInOver):
        permission.renew(before, bluesky_words.known_as(before), inside=True)
    sent = allowed(way_of(browser.post(change, {"user": who.did, "host": "", "password": "", "again": "1"})), who)
    assert "The connection works" in browser.get(sent, follow=True).content.decode()
    told, place = told_of(Connection.objects.get()), cursor_of(Connection.objects.get())
    assert told["password"] == "" and told["did"] == who.did and place["salt"] == cursor_of(row)["salt"]
    return told


@contextmanager
def standing_at(port: int, path: str) -> Iterator[None]:
    """What this home gives to everybody at `path` is to be had at this port."""
    from django.test import Client

    class Taker(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = Client(SERVER_NAME="parapet.home.arpa").get(self.path, secure=True)
            self.send_response(answer.status_code)
            self.send_header("content-type", answer["content-type"])
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Taker)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def test_a_home_with_a_name_proves_that_it_is_itself(
    net: Network, pair: dict[str, Who], home: Any, team: Team, inside: None, home_port: int
) -> None:
    from django.conf import settings
    from django.test import Client, override_settings
    from django.urls import reverse

    from parapet.actions import bluesky_words
    from parapet.channels.bluesky import permission
    from parapet.domain.errors import SignInOver
    from parapet.records.connections import sealed_told, told_of
    from parapet.records.models import Connection

    at = reverse("bluesky-client")
    assert Client(SERVER_NAME="127.0.0.1").get(at).status_code == 404, "this home has no name"
    env = evolve(settings.ENVIRONMENT, public_url=HOME)
    browser, typed = browser_of(team.advocate), {"user": pair["amara"].did, "password": "", "since": ""}
    new = reverse("new-bluesky", args=[team.advocate_id])
    with override_settings(ENVIRONMENT=env, ALLOWED_HOSTS=["*"]):
        document = Client().get(at).json()
        assert document["client_id"] == f"{HOME}{at}" and document["redirect_uris"] == [f"{HOME}{reverse('from-bluesky')}"]
        assert set(document["jwks"]["keys"][0]) == {"kty", "crv", "x", "y", "kid", "use", "alg"}, "the public half alone"
        assert "every two weeks" not in browser.get(new).content.decode()
        assert "could not open the address of this Parapet" in browser.post(new, typed).content.decode()
        with standing_at(home_port, at):
            sent = allowed(way_of(browser.post(new, typed)), pair["amara"])
            assert sent.startswith(f"{HOME}{reverse('from-bluesky')}?")
            assert "The account is connected" in browser.get(sent.removeprefix(HOME), follow=True).content.decode()
            told = told_of(Connection.objects.get())
            Connection.objects.update(sealed_told=sealed_told(Connection.objects.get().number, {**told, "until": 0}))
            fresh = bluesky_words.kept_fresh(Connection.objects.get().number, inside=True)
            assert fresh["refresh"] != told["refresh"]
            # Whoever has the tokens, and not the home's key, has nothing.
            with pytest.raises(SignInOver):
                permission.renew(fresh, permission.Client(fresh["client"], net.plc, key=key_of(new_key())), inside=True)
    for url in ("http://parapet.example", "https://192.0.2.1", "https://parapet.example:8443", "https://parapet"):
        with override_settings(ENVIRONMENT=evolve(env, public_url=url)):
            assert not bluesky_words.has_document() and bluesky_words.client_at(url) is None


def test_who_claims_an_account_that_is_not_theirs_gets_nothing(
    net: Network, pair: dict[str, Who], home: Any, team: Team, inside: None
) -> None:
    from parapet.channels.bluesky import permission
    from parapet.domain.errors import AccountMissing, OutsideRefused, RightMissing, SignInOver

    doctor, client = pair["amara"], permission.Client("http://localhost", net.plc, "http://127.0.0.1/")
    said: dict[str, Any] = {}
    asked: list[str] = []

    def answers(handler: Any, method: str) -> None:
        handler.rfile.read(int(handler.headers.get("content-length", 0)))
        asked.append(method)
        handler.say(json.dumps(said.get(method, {})).encode())

    with stranger_server(answers) as did:
        server = f"http://{did.removeprefix('did:web:').replace('%3A', ':')}"
        resource = {"resource": server, "authorization_servers": [server]}
        whole = {
            "issuer": server, "pushed_authorization_request_endpoint": f"{server}/par", "authorization_endpoint": f"{server}/page",
            "token_endpoint": f"{server}/token", "dpop_signing_alg_values_supported": ["ES256"], "scopes_supported": ["atproto"],
            "code_challenge_methods_supported": ["S256"], "authorization_response_iss_parameter_supported": True,
        }  # fmt: skip

        def ask(**other: Any) -> permission.Way:
            said["oauth-protected-resource"] = {**resource, **other.pop("resource", {})}
            said["oauth-authorization-server"] = {**whole, **other}
            said["par"] = {"request_uri": "urn:x"}
            return permission.ask(did, "", client, messages=False, inside=True)

        for wrong in (
            {"issuer": net.pds}, {"token_endpoint": "javascript:alert(1)"}, {"authorization_endpoint": "https://a:b@evil.example/"},
            {"dpop_signing_alg_values_supported": []}, {"authorization_response_iss_parameter_supported": False},
            {"resource": {"resource": net.pds}}, {"resource": {"authorization_servers": [server, net.pds]}},
            {"resource": {"authorization_servers": ["file:///etc/passwd"]}},
        ):  # fmt: skip
            with pytest.raises(OutsideRefused):
                ask(**wrong)
        way = ask()
        back = {"state": way.state, "iss": server, "code": "c"}
        given = {
            "access_token": "a",
            "refresh_token": "r",
            "token_type": "DPoP",
            "expires_in": 60,
            "scope": way.scope,
            "sub": did,
        }
        for wrong, error in (
            ({"sub": doctor.did}, OutsideRefused), ({"token_type": "Bearer"}, OutsideRefused), ({"access_token": "a\r\nb"}, OutsideRefused),
            ({"scope": "atproto"}, RightMissing), ({"expires_in": "soon"}, OutsideRefused), ({"refresh_token": None}, OutsideRefused),
        ):  # fmt: skip
            said["token"] = {**given, **wrong}
            with pytest.raises(error):
                permission.redeem(way, client, back, inside=True)
        said["token"] = given
        told = permission.redeem(way, client, back, inside=True)
        assert (told["did"], told["access"]) == (did, "a")
        # Her account, at another's issuer: that is not asked for anything, and is shown no token.
        asked.clear()
        for stolen in ({**told, "did": doctor.did}, {**told, "issuer": net.pds}):
            with pytest.raises(SignInOver):
                permission.renew(stolen, client, inside=True)
        assert "token" not in asked
        with pytest.raises(AccountMissing):
            permission.ask(doctor.handle, server, client, messages=False, inside=True)
        with pytest.raises(OutsideRefused):
            permission.ask(did, "", client, messages=False, inside=False)
