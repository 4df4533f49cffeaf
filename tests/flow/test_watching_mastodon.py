"""A Mastodon account that is watched: what is written to it is here once, whatever its server keeps back, lacks or breaks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flow.conftest import Team
from support.mastodon_double import Double, Said, double


@pytest.fixture(scope="module")
def server() -> Iterator[Double]:
    with double() as running:
        yield running


@pytest.fixture(autouse=True)
def whole(server: Double) -> Iterator[None]:
    """Nothing that one test broke is broken for the next."""
    yield
    server.said, server.cut = {}, False


class Watch:
    """A connection, watched in this process one look after the other, as a worker's thread does."""

    def __init__(self, team: Team, told: dict[str, Any]) -> None:
        from parapet.actions import watch
        from parapet.actions.connect import connect

        self.name = connect(team.advocate, team.advocate_id, "mastodon", told)
        [self.due] = watch.take_over("seat-0", most=1)
        self.line = watch.open_line(self.due)

    def begin_again(self) -> None:
        """As a worker that sees that a person changed it."""
        from parapet.actions import watch

        self.line.close()
        [self.due] = watch.take_over("seat-0", most=1)
        self.line = watch.open_line(self.due)

    def look(self, rounds: int = 1) -> None:
        """So many whole rounds."""
        from parapet.actions import watch

        for _ in range(rounds):
            self.line._full = 0.0  # type: ignore[attr-defined]  # as if the time for a whole round had come
            while watch.take_next(self.due, self.line):
                pass

    def reopen(self) -> None:
        """As a worker that was killed, or that a machine started anew."""
        from parapet.actions import watch

        self.line.close()
        self.line = watch.open_line(self.due)

    def until(self, there: Callable[[], bool], rounds: int = 12) -> None:
        """Look until it is so."""
        for _ in range(rounds):
            self.look()
            if there():
                return
        raise AssertionError("it never came")

    def patiently(self, there: Callable[[], bool]) -> None:
        """Look now and then until it is so: a real server takes its time to deliver."""
        for _ in range(120):
            self.look()
            if there():
                return
            time.sleep(1)
        raise AssertionError(f"it never came: {sorted(held())}")


def held() -> dict[str, list[tuple[str, str]]]:
    """Text to what is known of each version that says so: kind, and whether it is her own."""
    from parapet.access.opening import face as face_of
    from parapet.access.opening import item_key, locker_of
    from parapet.records.models import Version

    found: dict[str, list[tuple[str, str]]] = {}
    for version in Version.objects.select_related("item__advocate").order_by("number"):
        item = version.item
        face = face_of(version, item_key(item, locker_of(item.advocate)))
        text = f"[{face.content_warning}] {face.text}" if face.content_warning else face.text
        found.setdefault(text, []).append((item.kind, "own" if item.own else ""))
    return found


@pytest.mark.slow
def test_what_is_written_to_her_is_here_once_through_filters_blocks_edits_and_deletions(
    server: Double, home: Any, team: Team
) -> None:
    from parapet.access.connections import connections
    from parapet.records.models import Item, LogEntry, PassedOn

    root = server.post("amara", "Vaccines work.")
    server.post("bob", "@amara From before.")
    server.post("bob", "From before, below.", in_reply_to_id=root["id"])
    server.post("bob", "@amara secret from before", visibility="direct")
    time.sleep(1.1)  # servers tell the time in seconds, and what came in the same one is taken in rather than missed
    watch = Watch(team, server.told())
    watch.look(4)
    assert set(held()) == {"Vaccines work."}, "what was there before was not asked for"

    reply = server.post("bob", "You are a disgrace.", in_reply_to_id=root["id"])
    server.post("bob", "@amara shame on you", spoiler_text="about her")
    nested = server.post("carol", "And I agree.", in_reply_to_id=reply["id"])
    server.post("bob", "@amara in secret", visibility="direct")
    server.post("carol", "Look at this fool.", quoted_status_id=root["id"])
    server.post("carol", "Nothing about anybody.")
    server.ask("erin", "POST", f"/api/v1/statuses/{reply['id']}/reblog")
    server.ask("amara", "PATCH", "/api/v2/notifications/policy", json={"for_not_following": "filter"})
    server.post("dave", "@amara kept back from you")
    wanted = {
        "You are a disgrace.": "reply", "[about her] @amara shame on you": "post", "And I agree.": "reply",
        "@amara in secret": "message", "Look at this fool.": "quote", "@amara kept back from you": "post",
    }  # fmt: skip
    watch.until(lambda: wanted.keys() <= held().keys())
    assert {text: held()[text] for text in wanted} == {text: [(kind, "")] for text, kind in wanted.items()}
    assert held()["Vaccines work."] == [("post", "own")] and "Nothing about anybody." not in held()
    watch.until(lambda: "" in held())
    assert held()[""] == [("repost", "")] and PassedOn.objects.count() == 2, "who reposts it, and who quotes her"
    watch.reopen()
    watch.look(5)
    assert all(len(versions) == 1 for versions in held().values()), "each once, by however many ways it came"
    [card] = connections(team.advocate, team.advocate_id)
    assert (card.account, card.held, card.lacks) == ("amara@social.example", 1, ())

    server.ask("amara", "POST", f"/api/v1/accounts/{reply['account']['id']}/block")
    server.post("bob", "@amara you cannot hide")
    watch.until(lambda: "@amara you cannot hide" in held(), rounds=30)
    server.ask("bob", "PUT", f"/api/v1/statuses/{reply['id']}", json={"status": "You are a dear."})
    watch.until(lambda: "You are a dear." in held())
    assert Item.objects.filter(versions=2).count() == 1 and "You are a disgrace." in held()
    server.ask("carol", "DELETE", f"/api/v1/statuses/{nested['id']}")
    watch.until(lambda: LogEntry.objects.filter(kind="gone").count() == 1)
    watch.look(3)
    assert LogEntry.objects.filter(kind="gone").count() == 1 and Item.objects.exclude(gone_at=None).count() == 1
    watch.line.close()


def test_a_server_that_lacks_and_breaks_things_loses_nothing_else_and_is_given_nothing_that_is_not_its_own(
    server: Double, home: Any, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.access.connections import connections
    from parapet.actions import watch as watching
    from parapet.domain.errors import OutsideRefused, OutsideUnreachable, SignInRefused
    from parapet.network import door

    monkeypatch.setattr(door, "SHORTEST_REST_S", 0.05)
    root = server.post("amara", "My clinic is open.")
    for start in ("/api/v1/notifications/requests", "/api/v1/conversations", "/api/v1/streaming", "/api/v1/blocks"):
        server.said[start] = Said(501 if "conv" in start else 404)
    watch = Watch(team, server.told())
    watch.look(5)
    [card] = connections(team.advocate, team.advocate_id)
    assert {"requests", "conversations", "blocks"} <= set(card.lacks)

    # One place after another says nonsense, and the others go on.
    elsewhere = Said(200, b"[]", (("link", '<https://evil.example/api/v1/notifications?max_id=1>; rel="next"'),))
    for at, (start, said) in enumerate({
        f"/api/v1/statuses/{root['id']}/context": Said(200, b'{"descendants":['),
        "/api/v1/accounts/": Said(200, b"\xff<html>"),
        "/api/v1/mutes": Said(302, b"", (("location", "http://127.0.0.1:1/"),)),
        "/api/v1/notifications/requests": elsewhere,
    }.items()):  # fmt: skip
        server.said = {start: said}
        server.post("bob", f"@amara number {at}")
        watch.look(1)
        assert f"@amara number {at}" in held(), start
    server.said = {}

    # The list itself breaks: nothing is passed over, whatever it was.
    for at, said in enumerate((
        Said(500), Said(200, b"{}"), Said(200, b"["), Said(200, b"[", endless=True), elsewhere,
        Said(302, b"", (("location", "https://evil.example/"),)),
        Said(429, b"{}", (("x-ratelimit-reset", "2026-01-01T00:00:00.000000Z"), ("date", "Thu, 01 Jan 2026 00:00:00 GMT"))),
    )):  # fmt: skip
        server.said = {"/api/v1/notifications": said}
        server.post("bob", f"@amara later {at}")
        try:
            watch.look()
        except (OutsideUnreachable, OutsideRefused) as error:
            assert not isinstance(error, SignInRefused)
        server.said = {}
        time.sleep(0.1)
        watch.look()
        assert f"@amara later {at}" in held(), said.status
    server.said = {"/api/v1/notifications": Said(200, b'[{"id":"9","type":"mention","status":{"uri":7}},5]')}
    watch.look()
    server.said = {"/api": Said(401)}
    server.post("bob", "@amara while it was locked")
    with pytest.raises(SignInRefused) as refused:
        watch.look()
    watching.note_failure(watch.due, refused.value)
    [card] = connections(team.advocate, team.advocate_id)
    assert (card.state, card.fault) == ("failing", "outside.sign_in_refused")
    server.said = {}
    watch.look()
    assert "@amara while it was locked" in held()
    watch.line.close()


def test_more_than_a_page_comes_in_whole_though_whoever_reads_it_is_stopped_again_and_again(
    server: Double, home: Any, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from parapet.actions import watch as watching
    from parapet.channels.mastodon import fetch, notified

    monkeypatch.setattr(notified, "PAGE", 2)
    monkeypatch.setattr(notified, "MAX_PAGES", 2)
    monkeypatch.setattr(fetch, "BATCH_PIECES", 3)
    watch = Watch(team, server.told(messages=False))
    watch.look()
    said = [f"@amara one of many {n}" for n in range(11)]
    for text in said:
        server.post("bob", text)
    server.post("bob", "@amara not meant for anybody else", visibility="direct")
    kept, stops = watching._went_well, [True, False, True, False]

    def stopped(*given: Any) -> None:
        if stops and stops.pop(0):
            raise KeyboardInterrupt  # between keeping what came and saying how far it was read
        kept(*given)

    monkeypatch.setattr(watching, "_went_well", stopped)
    for _ in range(14):
        try:
            watching.take_next(watch.due, watch.line)
        except KeyboardInterrupt:
            watch.reopen()
        watch.line._full = time.monotonic()  # type: ignore[attr-defined]  # notifications alone
    found = held()
    assert set(said) <= found.keys() and all(len(found[text]) == 1 for text in said)
    assert not any("not meant" in text for text in found), "she did not allow private mentions"
    watch.line.close()


def test_the_stream_says_at_once_that_something_came(server: Double, home: Any, team: Team) -> None:
    # What another test had her server keep back is told again.
    bob = server.post("bob", "Somebody whom she blocked.")["account"]["id"]
    server.ask("amara", "POST", f"/api/v1/accounts/{bob}/unblock")
    server.ask("amara", "PATCH", "/api/v2/notifications/policy", json={"for_not_following": "accept"})
    watch = Watch(team, server.told())
    watch.look()
    bell = watch.line.bell  # type: ignore[attr-defined]
    for _ in range(4_000):
        if bell.standing:
            break
        time.sleep(0.05)
    assert bell.standing
    bell.taken()
    for number in range(20):  # the double answers before it listens, and tells nothing of what comes in between
        posted = server.post("bob", f"@amara this very moment, {number}")
        if bell.rung.wait(10):
            break
    assert bell.rung.is_set(), "the server told"
    watch.look()
    assert f"@amara this very moment, {number}" in held()
    server.ask("bob", "DELETE", f"/api/v1/statuses/{posted['id']}")
    server.asked.clear()
    watch.line.close()
    assert all(token in ("", "Bearer amara_token") for _path, token in server.asked)


@pytest.mark.parametrize(
    ("address", "hers"),
    [
        ("https://social.example/x", True), ("https://streaming.social.example", True), ("https://evil.example", False),
        ("https://social.example.evil.example", False), ("http://social.example", False), ("https://x@social.example", False),
        ("https://evilsocial.example", False), ("https://social.example:444", False), ("https://a.social.example:1", False),
        ("https://[", False),
    ],
)  # fmt: skip
def test_what_signs_in_goes_to_her_server_and_below_its_name_alone(address: str, hers: bool) -> None:
    from parapet.channels.mastodon.address import is_hers

    assert is_hers(address, "https://social.example") is hers


def test_a_report_goes_out_through_the_account_where_she_allowed_it_with_its_reason(
    server: Double, home: Any, team: Team, judge: Any
) -> None:
    from flow.test_reports import approve, row_of

    from parapet.access.reports import report_page
    from parapet.actions.connect import change_connection
    from parapet.actions.draft_report import draft_report
    from parapet.domain import reporting as r
    from parapet.records.models import Item
    from parapet.records.numbers import public

    watch = Watch(team, server.told(reports=False))
    server.post("carol", "@amara I will kill you on Friday, I know where you park")
    watch.look()
    judge()
    item = Item.objects.get(own=False, channel="mastodon")
    report = draft_report(team.helper, public("itm", item.number), "mastodon", reason="spam")
    assert not report_page(team.helper, report).program, "she did not allow reports"
    change_connection(team.advocate, watch.name, {"messages": True, "reports": True})
    assert report_page(team.helper, report).program
    approve(team.helper, report, r.BY_PROGRAM)
    judge()
    assert row_of(report).state == r.SENT
    [filed] = server.ask("mod", "GET", "/api/v1/admin/reports")
    assert filed["category"] == "spam" and filed["target_account"]["username"] == "carol"
    watch.line.close()
