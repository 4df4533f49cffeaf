"""Reports to platforms: drafted, approved by a person, sent once, followed; and nothing of anybody else's in them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_campaigns import FIRST, SECOND
from flow.test_context import HER_MAIL, NOON, mail, post
from support.moderated import Moderated, moderated

from parapet.domain import reporting as r
from parapet.domain.errors import NotFound, ReportNotTaken, RequestRefused
from parapet.domain.rights import Right

THREAT = "I will kill you on Friday, Quokkathreat, I know where you park"
OTHERS = "Numbatsecret will burn your house down on Monday"


@pytest.fixture(scope="module")
def server() -> Iterator[Moderated]:
    with moderated() as running:
        yield running


def items_of(advocate: int) -> dict[str, str]:
    """Public names of her messages by the end of their address."""
    from parapet.access import opening
    from parapet.records.models import Item, Version

    found = {}
    for item in Item.objects.filter(advocate_id=advocate).select_related("advocate"):
        version = Version.objects.filter(item=item).order_by("ordinal").first()
        face = opening.face(version, opening.item_key(item, opening.locker_of(item.advocate)))
        found[face.uri.rstrip("/>").rpartition("/")[2]] = item.id
    return found


def hers(team: Team) -> dict[str, str]:
    from parapet.records.numbers import number_of

    return items_of(number_of("adv", team.advocate_id) or 0)


def row_of(report: str) -> Any:
    from parapet.records.models import Report
    from parapet.records.numbers import number_of

    return Report.objects.get(number=number_of("rep", report))


def approve(person: Any, report: str, way: str = r.BY_PERSON) -> None:
    from parapet.access.reports import report_page
    from parapet.actions.approve_report import approve_report

    approve_report(person, report, way=way, shown=report_page(person, report).shown)


def test_a_report_is_drafted_approved_ticked_and_followed(team: Team, receive: Any) -> None:
    from parapet.access.case_cards import case_key
    from parapet.access.case_files import _handed
    from parapet.access.due import due_counts
    from parapet.access.report_forms import report_file
    from parapet.access.reports import choices_for, outbox, report_page, report_words
    from parapet.actions.check_home import check_home
    from parapet.actions.draft_report import change_draft, draft_report, drop_report
    from parapet.actions.follow_report import note_again, note_appeal, note_outcome, tick_sent
    from parapet.actions.open_case import open_case
    from parapet.records.models import Case, LogEntry

    receive(post(1, NOON, THREAT), mail(2, NOON, OTHERS))
    items, now = hers(team), datetime.now(UTC)
    _card, choices = choices_for(team.helper, items["1"])
    assert [(each.desk.code, each.reason) for each in choices] == [("mastodon", "violation"), ("dsa", "threats")]
    looks = LogEntry.objects.filter(kind="view").count()
    report = draft_report(team.helper, items["1"], "mastodon")
    with pytest.raises(RequestRefused, match="already"):
        draft_report(team.helper, items["1"], "mastodon")
    with pytest.raises(RequestRefused, match="where"):
        draft_report(team.helper, items["1"], "ratemds")
    shown = report_page(team.helper, report)
    assert shown.standing is not None and shown.standing.state == r.DRAFT and not shown.program
    change_draft(team.helper, report, note="Please look at this first.", lang="fr", reason="other", quote=True)
    with pytest.raises(RequestRefused, match="changed since"):
        from parapet.actions.approve_report import approve_report

        approve_report(team.helper, report, way=r.BY_PERSON, shown=shown.shown)
    with pytest.raises(RequestRefused, match="No program"):
        approve(team.helper, report, r.BY_PROGRAM)
    for wrong in (
        {"reason": "no such"},
        {"lang": "de"},
        {"note": "x" * 1001},
        {"rules": "1; DROP"},
        {"email": "a@b.c\r\nBcc: d@e.f"},
    ):
        with pytest.raises(RequestRefused):
            change_draft(team.helper, report, **wrong)
    assert LogEntry.objects.filter(kind="view").count() == looks, "nobody was shown anything"
    _page, text = report_words(team.helper, report)
    assert LogEntry.objects.filter(kind="view").count() == looks + 1
    assert "Quokkathreat" in text and "Motif" in text and report in text and "Please look" in text and "Numbatsecret" not in text
    assert "https://far.example/users/w11/statuses/1" in text
    approve(team.helper, report)
    assert row_of(report).next_what == "send"
    name, file = report_file(team.helper, report, "text")
    assert (name, file.decode()) == (f"{report}.txt", text)
    with pytest.raises(NotFound):
        report_file(team.helper, report, "arf")
    with pytest.raises(RequestRefused, match="still to come"):
        tick_sent(team.helper, report, happened_at=now + timedelta(days=1))
    with pytest.raises(RequestRefused, match="before"):
        tick_sent(team.helper, report, happened_at=now - timedelta(days=9))
    now = datetime.now(UTC)
    tick_sent(team.helper, report, happened_at=now, reference="=cmd|' /C calc'!A0")
    for act in (
        lambda: drop_report(team.helper, report),
        lambda: approve(team.helper, report),
        lambda: change_draft(team.helper, report),
    ):
        with pytest.raises(RequestRefused):
            act()
    row = row_of(report)
    assert (row.state, row.next_what, row.next_on) == (r.SENT, "remind", now.date() + timedelta(days=7))
    assert due_counts(row.advocate_id, now.date() + timedelta(days=8)) == (1, 0)
    note_again(team.helper, report, escalated=False, happened_at=now)
    assert (row_of(report).next_what, row_of(report).next_on) == ("escalate", now.date() + timedelta(days=7))
    note_outcome(team.helper, report, "refused", happened_at=now)
    assert row_of(report).next_what == "appeal"
    note_appeal(team.helper, report, happened_at=now)
    assert (row_of(report).next_what, row_of(report).next_on) == ("escalate", now.date() + timedelta(days=14))
    with pytest.raises(RequestRefused, match="what came"):
        note_outcome(team.helper, report, "praised", happened_at=now)
    note_outcome(team.helper, report, "removed", happened_at=now + timedelta(minutes=1))
    box = outbox(team.advocate, team.advocate_id)
    assert [line.state for line in box.lines] == [r.CLOSED] and box.removed == 1 and box.lines[0].next_on is None
    again = draft_report(team.helper, items["1"], "mastodon")
    drop_report(team.helper, again)
    assert {line.state for line in outbox(team.advocate, team.advocate_id).lines} == {r.CLOSED, r.DROPPED}
    case = open_case(team.advocate, team.advocate_id, "A case", [items["1"]])
    assert len(outbox(team.advocate, team.advocate_id, case_id=case).lines) == 2
    found = Case.objects.get()
    told = list(_handed(found, case_key(found), [row.item], 10**9, str))
    assert [(each.kind, each.to, each.who) for each in told] == [("report", "platform", "Helping Colleague")]
    assert check_home().faults == []


def test_hostile_mail_is_reported_to_its_provider_and_exposed_facts_to_their_host(team: Team, receive: Any) -> None:
    from parapet.access.report_forms import report_file, report_notice
    from parapet.access.reports import report_page
    from parapet.actions.draft_report import change_draft, draft_report
    from parapet.dossiers.notice import notice_pdf

    receive(mail(2, NOON, f"{OTHERS}\n\nBcc: everybody@evil.example\n--x--"), post(1, NOON, THREAT))
    items = hers(team)
    report = draft_report(team.advocate, next(name for end, name in items.items() if end.startswith("<2")), "mail")
    standing = report_page(team.advocate, report).standing
    assert standing is not None and standing.draft.to == "abuse@home.example" and standing.draft.reason == "abuse"
    with pytest.raises(NotFound):
        report_file(team.advocate, report, "arf")
    change_draft(team.advocate, report, name="Dr. A", email="desk@association.example")
    name, made = report_file(team.advocate, report, "arf")
    assert name == f"{report}.eml" and b"Feedback-Type: abuse" in made and b"Numbatsecret" in made and b"Quokkathreat" not in made
    assert made.count(b"\r\nTo: ") == 1 and HER_MAIL.encode() in made, "the mail as it came"
    notice = draft_report(team.advocate, items["1"], "dsa")
    with pytest.raises(RequestRefused, match="name"):
        approve(team.advocate, notice)
    change_draft(
        team.advocate,
        notice,
        name="Dr. A ____",
        email="desk@association.example",
        law="Code pénal, art. 1",
        lang="fr",
        note="#let x",
    )
    approve(team.advocate, notice)
    file, pdf = notice_pdf(*report_notice(team.advocate, notice))
    assert file == f"{notice}.pdf" and pdf.startswith(b"%PDF-")


def test_only_she_approves_where_she_says_so_and_only_who_may_report_does_anything(team: Team, receive: Any) -> None:
    from parapet.access.report_rule import approves_herself
    from parapet.access.reports import all_lines, outbox, report_page, report_words
    from parapet.actions.approve_report import approve_by_herself
    from parapet.actions.change_grant import change_rights
    from parapet.actions.draft_report import draft_many, draft_report
    from parapet.records.models import LogEntry

    receive(post(1, NOON, THREAT))
    [item] = hers(team).values()
    report = draft_report(team.helper, item, "mastodon")
    with pytest.raises(NotFound):
        approve_by_herself(team.helper, team.advocate_id, herself=True)
    approve_by_herself(team.advocate, team.advocate_id, herself=True)
    assert not report_page(team.helper, report).approves and report_page(team.advocate, report).approves
    with pytest.raises(RequestRefused, match="herself"):
        approve(team.helper, report)
    number = row_of(report).advocate_id
    LogEntry.objects.filter(kind="report_herself").update(kind="report_anybody")
    assert approves_herself(number), "a hand in the database lets nobody approve"
    LogEntry.objects.filter(kind="report_anybody").update(kind="report_herself")
    approve(team.advocate, report)
    approve_by_herself(team.advocate, team.advocate_id, herself=False)
    assert not approves_herself(number)
    change_rights(team.advocate, team.advocate_id, team.helper.id, frozenset({Right.READ}))
    assert outbox(team.helper, team.advocate_id).lines and report_page(team.helper, report).standing
    for act in (
        lambda: report_words(team.helper, report),
        lambda: draft_report(team.helper, item, "dsa"),
        lambda: draft_many(team.helper, [item]),
        lambda: all_lines(team.helper, team.advocate_id),
    ):
        with pytest.raises(NotFound):
            act()
    for act in (lambda: outbox(team.stranger, team.advocate_id), lambda: report_page(team.stranger, report)):
        with pytest.raises(NotFound):
            act()


def test_a_campaign_is_reported_with_one_word_and_without_its_kind_messages(team: Team, receive: Any) -> None:
    from parapet.access.reports import batch_page, batch_words, campaign_of, case_reportable
    from parapet.actions.approve_report import approve_batch
    from parapet.actions.draft_report import draft_many, drop_report
    from parapet.actions.open_case import open_case
    from parapet.records.models import LogEntry, Report

    receive(*FIRST, *SECOND, post(70, NOON, "Thank you for everything you do for our children, dear doctor"))
    items = hers(team)
    found = campaign_of(team.helper, items["1"])
    assert items["1"] in found and items["70"] not in found and len(found) == 12
    made = draft_many(team.helper, found)
    assert (made.drafted, made.left) == (12, 0)
    again = draft_many(team.helper, found[:3])
    assert (again.drafted, again.left, again.id) == (0, 3, "")
    page = batch_page(team.helper, made.id)
    assert len(page.lines) == 12 and page.approves and not page.program
    drop_report(team.helper, page.lines[0].id)
    with pytest.raises(RequestRefused, match="changed"):
        approve_batch(team.helper, made.id, way=r.BY_PERSON, shown=page.shown)
    looks = LogEntry.objects.filter(kind="view").count()
    page, texts = batch_words(team.helper, made.id)
    assert len(texts) == 12 and LogEntry.objects.filter(kind="view").count() == looks + 12
    assert approve_batch(team.helper, made.id, way=r.BY_PROGRAM, shown=page.shown) == 11, "no connection: sheets"
    assert set(Report.objects.values_list("state", flat=True)) == {r.READY, r.DROPPED}
    case = open_case(team.advocate, team.advocate_id, "All", [items["70"], items["2"]])
    assert case_reportable(team.advocate, case)[1] == (items["2"],)
    for who, item_ids in ((team.stranger, found), (team.helper, [*found, "itm_0000000000zzz"])):
        with pytest.raises(NotFound):
            draft_many(who, item_ids)
    with pytest.raises(RequestRefused):
        draft_many(team.helper, [])


def connected(team: Team, told: dict[str, str]) -> None:
    from parapet.records.connections import sealed_cursor, sealed_told
    from parapet.records.models import Connection
    from parapet.records.numbers import new_number, number_of

    number = new_number()
    Connection.objects.create(
        number=number, advocate_id=number_of("adv", team.advocate_id), channel="mastodon", state="paused", next_at=datetime.now(UTC),
        sealed_told=sealed_told(number, told), sealed_cursor=sealed_cursor(number, {}),
    )  # fmt: skip


def posted(server: Moderated, text: str) -> dict[str, Any]:
    """A notification of a post that lies on the server."""
    status = server.post(text)
    made = post(int(status["id"]), NOON, text)
    made["status"] |= {name: status[name] for name in ("id", "uri", "url", "account")}
    return made


@pytest.fixture
def going(team: Team, receive: Any, server: Moderated) -> Any:
    """`going()`: a report that a person approved for a program to send; not sent yet."""
    from parapet.actions.draft_report import draft_report

    connected(team, server.told)

    def made(text: str = THREAT, *, approved: bool = True) -> str:
        note = posted(server, text)
        receive(note)
        end = note["status"]["uri"].rpartition("/")[2]
        report = draft_report(team.helper, hers(team)[end], "mastodon")
        if approved:
            approve(team.helper, report, r.BY_PROGRAM)
        return report

    return made


def send(report: str) -> None:
    from parapet.actions.send_report import send_report

    send_report(row_of(report).number)


def test_a_program_sends_what_was_approved_once_and_keeps_the_receipt(
    team: Team, going: Any, server: Moderated, judge: Any, home: Any
) -> None:
    from parapet.access.reports import report_page, report_words
    from parapet.actions.check_home import check_home
    from parapet.jobs.models import OutboxEntry

    before = len(server.reports())
    report = going()
    assert OutboxEntry.objects.get(kind="send_report", done_at=None).payload == {"report": row_of(report).number}
    judge()
    [filed] = server.reports()[before:]
    _page, text = report_words(team.helper, report)
    assert filed["comment"] == text and "Quokkathreat" in text and filed["category"] == "other"
    found = report_page(team.helper, report)
    assert found.standing is not None and found.standing.state == r.SENT and found.standing.reference == str(filed["id"])
    assert [step.what for step in found.steps] == [r.DRAFTED, r.APPROVE, r.CLAIM, r.RECEIPT]
    assert '"category": "other"' in found.steps[-1].words["answer"] and found.steps[-1].by_program
    send(report)
    send(report)
    assert len(server.reports()) == before + 1
    assert check_home().faults == []
    held = (
        (home.home / "db.sqlite3").read_bytes()
        if (home.home / "db.sqlite3").exists()
        else b"".join(path.read_bytes() for path in home.home.glob("*.sqlite*"))
    )
    assert held and b"Quokkathreat" not in held and b"far.example" not in held and b"alice_token" not in held


@pytest.mark.parametrize(
    ("kind", "effect", "state", "again"),
    [
        ("malformed", {}, r.UNKNOWN, False),
        ("status", {"status": 500}, r.UNKNOWN, False),
        ("status", {"status": 422}, r.FAILED, False),
        ("status", {"status": 401}, r.FAILED, False),
        ("ratelimit", {}, r.WAITING, True),
    ],
)
def test_a_lost_answer_is_unknown_and_what_was_refused_is_not_sent(
    team: Team, going: Any, server: Moderated, kind: str, effect: dict[str, Any], state: str, again: bool
) -> None:
    from parapet.actions.follow_report import settle_unknown

    before = len(server.reports())
    report = going()
    server.fail(kind, **effect)
    if again:
        with pytest.raises(ReportNotTaken):
            send(report)
    else:
        send(report)
    assert row_of(report).state == state and len(server.reports()) == before
    send(report)
    assert len(server.reports()) == before + again, "only what certainly did not arrive is sent again by itself"
    if state == r.UNKNOWN:
        assert row_of(report).next_what == "check"
        with pytest.raises(RequestRefused, match="not sent again"):
            approve(team.helper, report, r.BY_PROGRAM)
        settle_unknown(team.helper, report, arrived=False)
        assert row_of(report).state == r.FAILED and len(server.reports()) == before
        approve(team.helper, report, r.BY_PROGRAM)
        send(report)
        assert row_of(report).state == r.SENT and len(server.reports()) == before + 1


def test_killed_in_between_it_is_unknown_and_a_late_receipt_settles_it(team: Team, going: Any, server: Moderated) -> None:
    from parapet.actions import send_report as sending
    from parapet.channels.filing import filer_of

    before = len(server.reports())
    report = going()
    claimed = sending._claimed(row_of(report).number)  # the process dies here
    assert claimed is not None and row_of(report).state == r.SENDING
    send(report)
    assert row_of(report).state == r.UNKNOWN and len(server.reports()) == before
    receipt = filer_of("mastodon")(server.told, claimed.going, inside=True)  # it had not died: it was slow
    sending._received(claimed.row, receipt)
    assert row_of(report).state == r.SENT and len(server.reports()) == before + 1
    sending.give_up_report(row_of(report).number)
    assert row_of(report).state == r.SENT


def test_after_a_restore_nothing_goes_that_was_approved_before_and_a_draft_says_so(
    team: Team, going: Any, server: Moderated
) -> None:
    """Whether it went after the backup was made, nobody knows here: it waits for a fresh word, whoever comes first, the chore or the sender."""
    from parapet.access.report_doubt import doubt_of
    from parapet.actions.doubt_restored import doubt_restored, promise_doubts
    from parapet.actions.follow_report import settle_unknown
    from parapet.jobs.models import OutboxEntry

    before = len(server.reports())
    texts = (THREAT, "You will be killed on Sunday, Bilbythreat", "You will be killed on Monday, Potoroothreat")
    one, two, draft = (going(text, approved=False) for text in texts)
    for each in (one, two):
        approve(team.helper, each, r.BY_PROGRAM)
    assert doubt_of([one, two, draft]) is None
    promise_doubts()
    assert OutboxEntry.objects.filter(kind="doubt_restored").count() == 1
    assert doubt_of([draft]) is not None
    send(one)
    assert [row_of(each).state for each in (one, two)] == [r.UNKNOWN, r.WAITING]
    for _twice in range(2):
        doubt_restored()
        assert [row_of(each).state for each in (one, two)] == [r.UNKNOWN] * 2
    send(two)
    assert len(server.reports()) == before and row_of(one).next_what == "check"
    settle_unknown(team.helper, two, arrived=False)
    approve(team.helper, two, r.BY_PROGRAM)
    send(two)
    assert row_of(two).state == r.SENT and len(server.reports()) == before + 1, "by a fresh word it goes"
    approve(team.helper, draft, r.BY_PROGRAM)
    assert doubt_of([draft]) is None, "she decided"


def test_nothing_goes_that_a_person_did_not_approve(team: Team, going: Any, server: Moderated) -> None:
    """A hand in the database that sets a state, swaps the words of two reports, or gives an approval to another."""
    from parapet.actions.draft_report import change_draft, draft_report
    from parapet.records.models import Connection, Report, ReportStep

    before = len(server.reports())
    one, two = going(approved=False), going("You will be killed on Sunday, Bilbythreat", approved=False)
    for each in (one, two):
        approve(team.helper, each, r.BY_PROGRAM)
    draft = draft_report(team.helper, row_of(one).item.id, "dsa")
    Report.objects.filter(number=row_of(draft).number).update(state=r.WAITING, way=r.BY_PROGRAM, desk="mastodon2")
    send(draft)
    Report.objects.filter(number=row_of(draft).number).update(state=r.DRAFT, way="", desk="dsa")
    steps = {name: list(ReportStep.objects.filter(report=row_of(name)).order_by("log_index")) for name in (one, two)}
    for step, other in zip(steps[one], steps[two], strict=True):
        ReportStep.objects.filter(pk=step.pk).update(sealed_words=bytes(other.sealed_words))
    send(one)
    ReportStep.objects.filter(report=row_of(two)).last().delete()
    send(two)
    assert len(server.reports()) == before
    for step in steps[one]:
        step.save()
    change_draft(team.helper, one, note="otherwise")
    send(one)
    assert len(server.reports()) == before and row_of(one).state == r.DRAFT, "an approval of other words counts no longer"
    approve(team.helper, one, r.BY_PROGRAM)
    Connection.objects.all().delete()
    send(one)
    assert len(server.reports()) == before and row_of(one).state == r.FAILED


def test_erased_with_its_message_and_found_when_it_was_changed(team: Team, receive: Any) -> None:
    from parapet.access.reports import report_page
    from parapet.actions.check_home import check_home
    from parapet.actions.draft_report import draft_report
    from parapet.actions.erase import erase_item
    from parapet.records.models import Report, ReportStep

    receive(post(1, NOON, THREAT))
    [item] = hers(team).values()
    report = draft_report(team.advocate, item, "mastodon")
    step = ReportStep.objects.get()
    ReportStep.objects.filter(pk=step.pk).update(sealed_words=bytes(step.sealed_words)[:-1] + b"x")
    assert report_page(team.advocate, report).broken is not None
    assert item in str(check_home().faults)
    step.save()
    assert check_home().faults == []
    erase_item(team.advocate, item, reason="private")
    assert not Report.objects.exists() and not ReportStep.objects.exists()
    assert check_home().faults == []
    with pytest.raises(NotFound):
        report_page(team.advocate, report)


def test_the_digest_says_that_reports_need_somebody(team: Team, receive: Any) -> None:
    from parapet.access.digests import came_in
    from parapet.actions.digest_words import digest_message
    from parapet.actions.draft_report import draft_report
    from parapet.actions.follow_report import tick_sent

    receive(post(1, NOON, THREAT))
    [item] = hers(team).values()
    report = draft_report(team.advocate, item, "mastodon")
    approve(team.advocate, report)
    now = datetime.now(UTC)
    tick_sent(team.advocate, report, happened_at=now)
    [new] = came_in(team.advocate, now + timedelta(days=6), now + timedelta(days=7))
    assert (new.fell.reports, new.total) == (1, 0)
    message = digest_message([new], team.advocate, key="k")
    assert "1 report to a platform needs somebody." in message.body and not re.search("Quokka|Mastodon", message.body)
    assert came_in(team.advocate, now + timedelta(days=8), now + timedelta(days=9)) == (), "told once"


def test_a_bag_holds_what_was_reported_and_each_word_is_held_by_its_entry(team: Team, receive: Any, tmp_path: Path) -> None:
    from parapet.actions.draft_report import draft_report
    from parapet.actions.export_bag import export_bag
    from parapet.actions.follow_report import tick_sent
    from parapet.actions.open_case import open_case
    from parapet.evidence.verify import verify

    receive(post(1, NOON, THREAT), post(2, NOON, OTHERS, account="77"))
    items = hers(team)
    report, other = (draft_report(team.advocate, items[end], "mastodon") for end in "12")
    approve(team.advocate, report)
    tick_sent(team.advocate, report, happened_at=datetime.now(UTC), reference="T-17")
    case = open_case(team.advocate, team.advocate_id, "A case", [items["1"]])
    bag = export_bag(team.advocate, case, "en", tmp_path)
    assert verify(bag).sound
    told = json.loads((bag / "data/documents/reports.json").read_text("utf-8"))
    [found] = told["reports"]
    assert found["report"] == report and other not in str(told) and "Numbatsecret" not in str(told)
    assert [step["step"] for step in found["steps"]] == [r.DRAFTED, r.APPROVE, r.TICK]
    for step in found["steps"]:
        leaf = json.loads(next((bag / "data/custody").glob(f"*{step['entry']}/leaf.json")).read_text("utf-8"))
        assert leaf["details"]["sha256"] == hashlib.sha256(step["words"].encode()).hexdigest()
    assert "Quokkathreat" in json.loads(found["steps"][1]["words"])["text"]
