"""Blocks and mutes: prepared, approved by a person, done once on a real connection, lifted, listed; and nobody shut out by a lie."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_context import NOON, post
from flow.test_reports import hers
from support.moderated import Moderated, moderated

from parapet.domain import blocking as b
from parapet.domain.errors import BlockNotSet, NotFound, RequestRefused
from parapet.domain.rights import Right

THREAT = "I will kill you on Friday, Quokkathreat, I know where you park"


@pytest.fixture(scope="module")
def server() -> Iterator[Moderated]:
    """A double of a Mastodon server: mastodon_mock."""
    with moderated() as running:
        yield running


def row_of(block: str) -> Any:
    from parapet.records.models import Block
    from parapet.records.numbers import number_of

    return Block.objects.get(number=number_of("blk", block))


def connected(team: Any, told: dict[str, Any], channel: str = "mastodon") -> str:
    from parapet.records.connections import sealed_cursor, sealed_told
    from parapet.records.models import Connection
    from parapet.records.numbers import new_number, number_of, public

    number = new_number()
    Connection.objects.create(
        number=number, advocate_id=number_of("adv", team.advocate_id), channel=channel, state="paused", next_at=datetime.now(UTC),
        sealed_told=sealed_told(number, told), sealed_cursor=sealed_cursor(number, {}),
    )  # fmt: skip
    return public("con", number)


def prepared(who: Any, items: list[str], what: str, through: str = "") -> list[Any]:
    from parapet.actions.prepare_blocks import prepare_blocks
    from parapet.records.models import Block
    from parapet.records.numbers import number_of

    made = prepare_blocks(who, items, what, through)
    return list(Block.objects.filter(plan=number_of("pln", made.id)).order_by("number")) if made.id else []


def approved(who: Any, rows: list[Any], way: str = b.BY_PROGRAM, **more: Any) -> None:
    from parapet.access.blocks import plan_page
    from parapet.actions.approve_blocks import approve_plan

    approve_plan(who, rows[0].plan_id, way=way, shown=plan_page(who, rows[0].plan_id).shown, **more)


def states(rows: list[Any]) -> list[str]:
    return [row_of(row.id).state for row in rows]


def test_a_person_blocks_by_hand_what_no_program_may_and_every_step_is_in_the_log(team: Team, receive: Any) -> None:
    from parapet.access.block_steps import steps_of
    from parapet.access.blocks import all_blocks, block_page, blocks_of_item, choice_for, key_of, plan_page
    from parapet.actions.approve_blocks import approve_plan, lift_block, settle_block, show_names, tick_block
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_item
    from parapet.actions.prepare_blocks import drop_block, drop_plan
    from parapet.records.models import Block, BlockStep, LogEntry

    receive(
        post(1, NOON, THREAT), post(2, NOON, THREAT + " again"), post(3, NOON, "Numbatsecret, you will be killed", account="77")
    )
    items = hers(team)
    choice = choice_for(team.helper, [items["1"], items["2"], items["3"]])
    assert [each.kept.messages for each in choice.accounts] == [2, 1] and choice.through == () and choice.left == 0
    looks = LogEntry.objects.filter(kind="view").count()
    rows = prepared(team.helper, [items["1"], items["2"], items["3"]], b.MUTE)
    assert len(rows) == 2 and states(rows) == [b.DRAFT] * 2, "once an account"
    assert prepared(team.helper, [items["2"]], b.MUTE) == [], "it stands already"
    for what, through in (("praise", ""), (b.BLOCK, "con_0000000000zzz")):
        with pytest.raises(RequestRefused):
            prepared(team.helper, [items["1"]], what, through)
    plan = plan_page(team.helper, rows[0].plan_id)
    assert plan.approves and not plan.program and len(plan.parts) == 2
    with pytest.raises(RequestRefused, match="No program"):
        approved(team.helper, rows)
    drop_block(team.helper, rows[1].id)
    with pytest.raises(RequestRefused, match="changed"):
        approve_plan(team.helper, plan.id, way=b.BY_PERSON, shown=plan.shown)
    names = show_names(team.helper, plan.id)
    assert names[rows[0].id].handle == "w11@far.example" and LogEntry.objects.filter(kind="view").count() == looks
    approved(team.helper, rows, b.BY_PERSON)
    with pytest.raises(RequestRefused):
        lift_block(team.helper, rows[0].id, way=b.BY_PERSON)
    tick_block(team.helper, rows[0].id)
    with pytest.raises(RequestRefused):
        drop_block(team.helper, rows[0].id)
    assert drop_plan(team.helper, plan.id) == 0 and states(rows) == [b.STANDS, b.DROPPED]
    with pytest.raises(RequestRefused):
        settle_block(team.helper, rows[0].id, stands=False)
    lift_block(team.helper, rows[0].id, way=b.BY_PERSON)
    tick_block(team.helper, rows[0].id)
    row = row_of(rows[0].id)
    assert row.state == b.LIFTED and row.set_at and row.lifted_at
    steps = [step.what for step in steps_of(row, row.item, key_of(row))]
    assert steps == [b.DRAFTED, b.SHOWN, b.APPROVE, b.TICK, b.LIFT, b.TICK]
    again = prepared(team.helper, [items["1"]], b.MUTE)
    assert [line.id for line in block_page(team.helper, again[0].id).others] == [row.id], "a history for each account"
    assert [line.id for line in blocks_of_item(team.advocate, items["2"])] == [again[0].id, row.id]
    assert all_blocks(team.advocate, team.advocate_id).states == {b.LIFTED: 1, b.DROPPED: 1, b.DRAFT: 1}
    assert [line.id for line in all_blocks(team.advocate, team.advocate_id, state=b.LIFTED).lines] == [row.id]
    assert check_home().faults == []
    step = BlockStep.objects.filter(block=row).first()
    BlockStep.objects.filter(pk=step.pk).update(sealed_words=bytes(step.sealed_words)[:-1] + b"x")
    assert block_page(team.helper, row.id).broken is not None and row.item.id in str(check_home().faults)
    step.save()
    erase_item(team.advocate, items["1"], reason="private")
    assert not Block.objects.filter(item=row.item_id).exists() and check_home().faults == []


def test_only_who_may_report_blocks_and_she_may_keep_it_to_herself(team: Team, receive: Any) -> None:
    from parapet.access.blocks import all_blocks, block_page, choice_for, plan_page
    from parapet.actions.approve_blocks import show_name, tick_block
    from parapet.actions.approve_report import approve_by_herself
    from parapet.actions.change_grant import change_rights
    from parapet.actions.list_blocks import list_blocks
    from parapet.actions.prepare_blocks import drop_plan

    receive(post(1, NOON, THREAT))
    [item] = hers(team).values()
    rows = prepared(team.helper, [item], b.BLOCK)
    approve_by_herself(team.advocate, team.advocate_id, herself=True)
    with pytest.raises(RequestRefused, match="herself"):
        approved(team.helper, rows, b.BY_PERSON)
    approved(team.advocate, rows, b.BY_PERSON)
    change_rights(team.advocate, team.advocate_id, team.helper.id, frozenset({Right.READ}))
    assert all_blocks(team.helper, team.advocate_id).lines and block_page(team.helper, rows[0].id).line.state == b.READY
    for act in (
        lambda: choice_for(team.helper, [item]),
        lambda: prepared(team.helper, [item], b.MUTE),
        lambda: approved(team.helper, rows, b.BY_PERSON),
        lambda: tick_block(team.helper, rows[0].id),
        lambda: show_name(team.helper, rows[0].id),
        lambda: drop_plan(team.helper, rows[0].plan_id),
        lambda: list_blocks(team.helper, team.advocate_id, "mastodon_blocks"),
        lambda: plan_page(team.stranger, rows[0].plan_id),
        lambda: block_page(team.stranger, rows[0].id),
        lambda: all_blocks(team.stranger, team.advocate_id),
    ):
        with pytest.raises(NotFound):
            act()


def told(server: Moderated, **more: Any) -> dict[str, Any]:
    host = server.url.partition("://")[2]
    return {"host": host, "url": server.url, "token": "alice_token", "user": f"alice@{host}", "blocks": True, **more}


@pytest.fixture
def bobs(team: Team, receive: Any, server: Moderated) -> str:
    """A message by bob, who has an account on the server, as alice got it."""
    status = server.post(THREAT)
    made = post(int(status["id"]), NOON, THREAT)
    made["status"] |= {name: status[name] for name in ("id", "uri", "url", "account")}
    receive(made)
    return hers(team)[status["uri"].rpartition("/")[2]]


def stands(server: Moderated, field: str = "blocking") -> bool:
    bob = server._ask("GET", "/api/v1/accounts/lookup?acct=bob", "alice_token")["id"]
    return bool(server._ask("GET", f"/api/v1/accounts/relationships?id[]={bob}", "alice_token")[0][field])


def bob_of(server: Moderated) -> str:
    from parapet.channels.mastodon.status import full_acct

    return full_acct(server._ask("GET", "/api/v1/accounts/lookup?acct=bob", "alice_token"))


def calls(server: Moderated, path: str) -> None:
    bob = server._ask("GET", "/api/v1/accounts/lookup?acct=bob", "alice_token")["id"]
    server._ask("POST", f"/api/v1/accounts/{bob}/{path}", "alice_token")


def test_a_program_blocks_once_lifts_once_and_lists_for_others(
    team: Team, server: Moderated, bobs: str, judge: Any, home: Any
) -> None:
    from parapet.access.blocks import all_blocks
    from parapet.actions.approve_blocks import lift_block
    from parapet.actions.check_home import check_home
    from parapet.actions.list_blocks import list_blocks
    from parapet.actions.set_block import set_block
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import LogEntry

    through = connected(team, told(server))
    rows = prepared(team.helper, [bobs], b.BLOCK, through)
    approved(team.helper, rows, without=True)
    assert OutboxEntry.objects.get(kind="set_block", done_at=None).payload == {"block": rows[0].number} and not stands(server)
    judge()
    assert states(rows) == [b.STANDS] and stands(server)
    calls(server, "unblock")
    set_block(rows[0].number)  # the work engine comes at least once
    assert not stands(server), "it is done once"
    calls(server, "block")
    assert all_blocks(team.helper, team.advocate_id).exports == ("mastodon_blocks",)
    lift_block(team.helper, rows[0].id, way=b.BY_PROGRAM)
    judge()
    assert states(rows) == [b.LIFTED] and not stands(server)
    mutes = prepared(team.helper, [bobs], b.MUTE, through)
    calls(server, "mute")
    approved(team.helper, mutes, without=True)
    judge()
    assert states(mutes) == [b.STANDS] and stands(server, "muting")
    entries = LogEntry.objects.filter(kind="account_list").count()
    made = list_blocks(team.advocate, team.advocate_id, "mastodon_mutes")
    assert made.content.decode().splitlines() == ["Account address,Hide notifications", f"{bob_of(server)},true"]
    assert LogEntry.objects.filter(kind="account_list").count() == entries + 1 and (made.rows, made.left) == (1, 0)
    with pytest.raises(RequestRefused, match="nobody"):
        list_blocks(team.advocate, team.advocate_id, "mastodon_blocks")
    calls(server, "unmute")
    assert check_home().faults == []
    raw = b"".join(path.read_bytes() for path in home.home.glob("*.sqlite*"))
    assert raw and b"Quokkathreat" not in raw and b"alice_token" not in raw and b"bob@" not in raw


def test_killed_between_it_is_unknown_and_the_platform_is_asked_and_nothing_is_done_twice(
    team: Team, server: Moderated, bobs: str, judge: Any
) -> None:
    from django.utils import timezone

    from parapet.access.block_steps import standing_of
    from parapet.access.blocks import due_blocks, key_of
    from parapet.access.due import Fell, due_counts, fell_due
    from parapet.actions import set_block as setting
    from parapet.actions.retention import Rule, preview
    from parapet.domain.judgement import Severity
    from parapet.jobs.models import OutboxEntry
    from parapet.records.models import Item

    through = connected(team, told(server))
    rows = prepared(team.helper, [bobs], b.BLOCK, through)
    approved(team.helper, rows, without=True)
    going = setting._going(rows[0].number)
    assert going is not None and setting._claim(going) and states(rows) == [b.SENDING]  # the process dies here
    begun = datetime.now(UTC)
    setting.set_block(rows[0].number)
    assert states(rows) == [b.UNKNOWN] and OutboxEntry.objects.get(kind="check_block").done_at is None
    hers_, now = row_of(rows[0].id).advocate_id, datetime.now(UTC)
    assert due_counts(hers_, timezone.localdate()) == (0, 1) and fell_due(hers_, begun, now) == Fell(blocks=1), "the same day"
    assert fell_due(hers_, now, now + timedelta(hours=1)) == Fell(), "told once"
    assert [line.id for line in due_blocks(team.helper, team.advocate_id)] == [rows[0].id]
    setting.set_block(rows[0].number)
    assert states(rows) == [b.UNKNOWN] and not stands(server), "nothing is done by itself after that"
    judge()
    row = row_of(rows[0].id)
    assert row.state == b.FAILED and standing_of(row, row.item, key_of(row)).code == "not_there" and not stands(server)
    setting._received(row)  # it had not died: it was slow
    assert states(rows) == [b.STANDS]
    rows = prepared(team.helper, [bobs], b.MUTE, through)
    approved(team.helper, rows, without=True)
    going = setting._going(rows[0].number)
    assert going is not None and setting._claim(going)
    calls(server, "mute")  # it arrived, and the process died before the answer
    setting.set_block(rows[0].number)
    assert states(rows) == [b.UNKNOWN]
    setting.check_block(rows[0].number)
    assert states(rows) == [b.STANDS] and stands(server, "muting")
    calls(server, "unmute")
    setting.check_block(rows[0].number)
    assert states(rows) == [b.LIFTED], "it was lifted elsewhere"
    assert due_blocks(team.helper, team.advocate_id) == () and fell_due(hers_, begun, datetime.now(UTC)) == Fell()
    Item.objects.filter(number=row.item_id).update(severity=1, assessed=True, abstain=False)
    rule, later = Rule(30, Severity.LOW), datetime.now(UTC) + timedelta(days=60)
    assert preview(team.advocate, team.advocate_id, rule, now=later) == 0, "no rule forgets whose account is shut out"
    row_of(row.id).delete()
    assert preview(team.advocate, team.advocate_id, rule, now=later) == 1


def test_after_a_restore_a_block_approved_before_is_asked_about_and_not_done(team: Team, server: Moderated, bobs: str) -> None:
    from parapet.access.block_steps import standing_of
    from parapet.access.blocks import key_of
    from parapet.actions.doubt_restored import doubt_restored
    from parapet.actions.set_block import check_block, set_block
    from parapet.records.restored import note_restored

    rows = prepared(team.helper, [bobs], b.BLOCK, connected(team, told(server)))
    approved(team.helper, rows, without=True)
    note_restored()
    doubt_restored()
    assert states(rows) == [b.UNKNOWN]
    set_block(rows[0].number)
    assert standing_of(row_of(rows[0].id), rows[0].item, key_of(rows[0])).code == "restored" and not stands(server)
    check_block(rows[0].number)
    assert states(rows) == [b.FAILED] and not stands(server), "it waits for a fresh word"
    approved(team.helper, rows, without=True)
    set_block(rows[0].number)
    assert states(rows) == [b.STANDS] and stands(server)
    calls(server, "unblock")


def test_whom_she_follows_is_left_alone_and_nothing_goes_before_it_is_kept(team: Team, server: Moderated, bobs: str) -> None:
    from parapet.access.block_steps import standing_of
    from parapet.access.blocks import key_of
    from parapet.actions.set_block import give_up_block, set_block
    from parapet.records.connections import sealed_told
    from parapet.records.models import BlockStep, Connection
    from parapet.records.numbers import number_of

    through = connected(team, told(server))
    number = number_of("con", through)

    def code(row: Any) -> str:
        row = row_of(row.id)
        return standing_of(row, row.item, key_of(row)).code

    rows = prepared(team.helper, [bobs], b.BLOCK, through)
    approved(team.helper, rows)
    for _ in range(2):
        with pytest.raises(BlockNotSet):
            set_block(rows[0].number)
    assert code(rows[0]) == "keeping" and states(rows) == [b.WAITING] and not stands(server)
    give_up_block(rows[0].number)
    assert (states(rows), code(rows[0])) == ([b.FAILED], "not_kept")
    calls(server, "follow")
    approved(team.helper, rows)
    Connection.objects.filter(number=number).update(asked_at=datetime.now(UTC), state="well")
    set_block(rows[0].number)
    assert (states(rows), code(rows[0])) == ([b.FAILED], "followed") and not stands(server)
    calls(server, "unfollow")
    approved(team.helper, rows, without=True)
    step = BlockStep.objects.filter(block=rows[0]).order_by("log_index").first()
    BlockStep.objects.filter(pk=step.pk).delete()
    set_block(rows[0].number)
    assert not stands(server), "what the log does not bear out is not done"
    step.save(force_insert=True)
    Connection.objects.filter(number=number).update(sealed_told=sealed_told(number, told(server, blocks=False)))
    set_block(rows[0].number)
    assert (states(rows), code(rows[0])) == ([b.FAILED], "no_connection") and not stands(server)
    with pytest.raises(RequestRefused, match="may not"):
        prepared(team.helper, [bobs], b.MUTE, through)


@pytest.mark.parametrize(
    ("handle", "native", "kind", "row"),
    [
        ("bob@far.example", "", "mastodon_blocks", "bob@far.example"),
        ('=cmd|"/C calc"!A0@far.example', "", "mastodon_blocks", None),
        ("-bob@far.example", "", "mastodon_blocks", None),
        ("bob@far.example\nvictim@far.example", "", "mastodon_blocks", None),
        ("x.example", "did:plc:" + "a" * 24, "bluesky", "did:plc:" + "a" * 24 + ",x.example"),
        ("=1+1", "did:plc:" + "a" * 24, "bluesky", "did:plc:" + "a" * 24 + ","),
        ("x.example", "=did:plc:" + "a" * 24, "bluesky", None),
    ],
)
def test_no_name_slips_a_formula_or_a_line_into_a_list(handle: str, native: str, kind: str, row: str | None) -> None:
    from parapet.actions.list_blocks import _csv, fit

    place = "bluesky" if kind == "bluesky" else "mastodon"
    made = fit(place, b.Target(place, handle, native))
    assert (made is None) is (row is None)
    if made is not None:
        assert _csv(kind, [made]).decode().splitlines()[1:] == [row]
