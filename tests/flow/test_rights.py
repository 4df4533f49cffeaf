"""What a helper may do is what she was given, until its end: a right not held answers as what does not exist."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_access import ANSWER, DOORS, Held, everything, held, told  # noqa: F401  # the same home
from support.doors import EITHER, rights_named

from parapet.domain.errors import LogBroken, NotFound, RequestRefused
from parapet.domain.rights import GIVEABLE, Right

pytestmark = pytest.mark.both_databases

NAMED = {name: rights_named(door) for name, door in DOORS.items() if name not in EITHER}
ALL = frozenset(GIVEABLE)


def give(team: Team, rights: Collection[Right], **more: Any) -> None:
    """The helper may do this from now on."""
    from parapet.actions.change_grant import change_rights

    change_rights(team.advocate, team.advocate_id, team.helper.id, frozenset(rights), **more)


def asked(home: Held, name: str) -> list[dict[str, Any]]:
    """Every way to ask a door for what is the advocate's."""
    hers = {reference: values[1] for reference, values in home.references.items()}
    return [call for call in home.calls(DOORS[name]) if all(call.get(ref, value) == value for ref, value in hers.items())]


def refused(home: Held, team: Team, names: Collection[str]) -> None:
    """Each of these doors has one answer for the helper, and nothing changes."""
    before = everything()
    for name in names:
        for call in asked(home, name):
            assert told(DOORS[name], team.helper, call) == ANSWER, (name, call)
    assert everything() == before


@pytest.mark.parametrize("lacking", [right for right in GIVEABLE if right is not Right.READ])
def test_what_takes_a_right_that_is_not_held_is_not_there(team: Team, held: Held, lacking: Right) -> None:  # noqa: F811
    takes_it = [name for name, rights in NAMED.items() if lacking in rights and Right.READ not in rights]
    assert takes_it or lacking is Right.ALERT
    give(team, ALL - {lacking})
    refused(held, team, takes_it)
    give(team, {Right.READ, lacking})
    refused(held, team, [name for name, rights in NAMED.items() if rights - {Right.READ, lacking}])


def test_who_may_only_read_reads_and_changes_nothing(team: Team, held: Held) -> None:  # noqa: F811
    from parapet.access.cases import page as case_page
    from parapet.access.inbox import counts, page, screen
    from parapet.access.items import card, opened
    from parapet.access.people import advocates_of
    from parapet.access.views import Filters

    give(team, {Right.READ})
    [mine] = advocates_of(team.helper)
    assert (mine.id, mine.rights) == (team.advocate_id, {Right.READ})
    item, case = held.references["item_id"][1], held.references["case_id"][1]
    assert opened(team.helper, item, why="read").item.text and card(team.helper, item).row.id == item
    assert case_page(team.helper, case).card.id == case
    assert screen(team.helper, team.advocate_id, Filters()).counts == counts(team.helper, team.advocate_id)
    assert page(team.helper, team.advocate_id, Filters()).rows
    refused(held, team, [name for name, rights in NAMED.items() if rights - {Right.READ}])


def test_each_right_lets_do_what_it_says(team: Team, held: Held) -> None:  # noqa: F811
    from parapet.access.people import profile_for
    from parapet.actions.export_bag import export_zip
    from parapet.actions.hold import hold
    from parapet.actions.open_case import open_case
    from parapet.actions.record_handover import record_handover
    from parapet.actions.write_note import write_note

    item, case = held.references["item_id"][1], held.references["case_id"][1]
    told_of = {"kind": "report", "to": "police", "means": "mail", "happened_at": held.common["happened_at"]}
    give(team, {Right.READ, Right.SORT})
    assert open_case(team.helper, team.advocate_id, "By a helper", [item])
    give(team, {Right.READ, Right.ANNOTATE})
    write_note(team.helper, case, "A note of hers.")
    give(team, {Right.READ, Right.REPORT})
    assert record_handover(team.helper, case, **told_of)
    give(team, {Right.READ, Right.EXPORT})
    _name, made = export_zip(team.helper, case, "en")
    made.unlink()
    give(team, {Right.READ, Right.KEEP})
    hold(team.helper, case, reason="court")
    assert profile_for(team.helper, team.advocate_id).private == {}, "private facts are the advocate's own"


@pytest.mark.parametrize("how", ["alert alone", "over", "revoked", "given back"])
def test_who_holds_nothing_any_more_finds_nothing(team: Team, held: Held, how: str) -> None:  # noqa: F811
    from parapet.access.people import advocates_of
    from parapet.actions.change_grant import give_back, revoke

    now = datetime.now(UTC)
    if how == "alert alone":
        give(team, {Right.ALERT})
    elif how == "over":
        give(team, ALL, until=now - timedelta(hours=1), now=now - timedelta(days=1))
    elif how == "revoked":
        revoke(team.advocate, team.advocate_id, team.helper.id)
    else:
        give_back(team.helper, team.advocate_id)
    assert advocates_of(team.helper) == ()
    left = {Right.ALERT} if how == "alert alone" else set()  # to say that she has an alert takes no right to read
    refused(held, team, [name for name, rights in NAMED.items() if rights - left])


def test_an_end_is_looked_at_whenever_it_is_used(team: Team) -> None:
    from parapet.access.seers import given_to, who_may
    from parapet.records.grants import held_by

    now = datetime.now(UTC)
    end = now + timedelta(days=3)
    give(team, {Right.READ}, until=end)

    def seen(at: datetime) -> list[tuple[str, bool]]:
        return [(s.name, s.over) for s in who_may(team.advocate, team.advocate_id, now=at) if s.role == "helper"]

    before, after = end - timedelta(microseconds=1), end
    assert len(held_by(team.helper, now=before)) == 1 and held_by(team.helper, now=after) == []
    assert seen(before) == [("Helping Colleague", False)] and seen(after) == [("Helping Colleague", True)]
    assert [g.over for g in given_to(team.helper, now=before)] == [False]
    assert [g.over for g in given_to(team.helper, now=after)] == [True]
    give(team, {Right.READ}, until=end + timedelta(days=1))
    assert len(held_by(team.helper, now=after)) == 1, "and can be moved"


@pytest.mark.parametrize(
    "change",
    [
        {"rights": None},
        {"rights": None, "until": None},
        {"rights": 255},
        {"rights": 1, "until": None},
        {"until": datetime(2100, 1, 1, tzinfo=UTC)},
        {"role": "advocate"},
        {"role": "advocate", "rights": None, "until": None},
        {"role": "unmatched"},
        {"log_index": 0},
    ],
)
def test_a_hand_in_the_database_makes_no_grant_wider_or_longer(team: Team, change: dict[str, Any]) -> None:
    from parapet.records.grants import vouched
    from parapet.records.models import Grant

    give(team, {Right.READ}, until=datetime.now(UTC) + timedelta(days=1))
    [row] = Grant.objects.filter(person=team.helper, revoked_at=None)
    Grant.objects.filter(pk=row.pk).update(**change)
    assert vouched(team.helper.number) == []
    row.save()
    assert [grant.rights for grant in vouched(team.helper.number)] == [{Right.READ}], "and put back, it counts again"


def test_what_was_narrowed_is_not_widened_by_a_row_that_somebody_kept(team: Team) -> None:
    from parapet.records.grants import vouched
    from parapet.records.models import Grant

    [kept] = Grant.objects.filter(person=team.helper, revoked_at=None)
    give(team, {Right.READ})
    Grant.objects.filter(person=team.helper).update(revoked_at=datetime.now(UTC))
    kept.save()
    assert vouched(team.helper.number) == []


def test_only_she_herself_lets_somebody_in(team: Team) -> None:
    from parapet.actions.change_grant import give_back
    from parapet.actions.invite import invite
    from parapet.records.models import Person

    people = Person.objects.count()
    for person in (team.helper, team.stranger):
        with pytest.raises(NotFound, match=re.escape(ANSWER)):
            invite(person, team.advocate_id, "A friend", {Right.READ})
    with pytest.raises(NotFound):
        give_back(team.advocate, team.advocate_id)
    assert Person.objects.count() == people


@pytest.mark.parametrize(
    ("rights", "days"), [(set(), 1), ({Right.SORT}, 1), ({Right.GRANT, Right.READ}, 1), ({Right.READ}, -1), ({Right.READ}, 0)]
)
def test_what_makes_no_sense_is_not_given(team: Team, rights: set[Right], days: int) -> None:
    from parapet.actions.invite import invite

    now = datetime.now(UTC)
    with pytest.raises(RequestRefused):
        invite(team.advocate, team.advocate_id, "A friend", rights, until=now + timedelta(days=days), now=now)
    for name in ("", "   ", "x" * 121):
        with pytest.raises(RequestRefused):
            invite(team.advocate, team.advocate_id, name, {Right.READ})


def test_an_invitation_lets_in_once_and_the_log_says_by_whom(team: Team) -> None:
    from parapet.access.people import advocates_of
    from parapet.access.seers import told_of_access, who_may
    from parapet.actions.change_grant import revoke
    from parapet.actions.invite import invite, renew_link
    from parapet.actions.sign_in import redeem
    from parapet.records.models import LogEntry

    now = datetime.now(UTC)
    end = now + timedelta(days=30)
    first = invite(team.advocate, team.advocate_id, "  Dr. Lena   Roy ", {Right.READ, Right.SORT}, until=end, language="fr-ca")
    made = renew_link(team.advocate, team.advocate_id, first.helper_id)
    assert redeem(first.token) is None, "a newer link takes the place of one that was not used"
    helper = redeem(made.token)
    assert helper is not None and (helper.name, helper.language) == ("Dr. Lena Roy", "fr-ca")
    assert redeem(made.token) is None and redeem(made.token, now=now + timedelta(days=3)) is None
    assert [(c.id, c.until) for c in advocates_of(helper)] == [(team.advocate_id, end)]
    [seen] = [each for each in who_may(team.advocate, team.advocate_id) if each.id == helper.id]
    assert (seen.rights, seen.until, seen.last_look, seen.guest) == ((Right.READ, Right.SORT), end, None, True)
    left = renew_link(team.advocate, team.advocate_id, helper.id)
    revoke(team.advocate, team.advocate_id, helper.id)
    assert advocates_of(helper) == () and redeem(left.token) is None
    lines = [(each.kind, each.who, each.by, each.rights, each.until) for each in told_of_access(team.advocate, team.advocate_id)]
    new, both = ("invite", "Dr. Lena Roy", "Amara", (), None), (Right.READ, Right.SORT)
    assert lines[:5] == [
        ("revoke", "Dr. Lena Roy", "Amara", (), None),
        new,
        new,
        new,
        ("grant", "Dr. Lena Roy", "Amara", both, end),
    ]
    assert {(who, by) for _kind, who, by, *_ in lines[5:]} == {("Amara", ""), ("Helping Colleague", "")}
    LogEntry.objects.filter(kind="revoke").update(person_number=team.stranger.number)
    with pytest.raises(LogBroken):
        told_of_access(team.advocate, team.advocate_id)


def test_a_link_leads_to_nothing_but_what_she_gave(team: Team) -> None:
    """An advocate can make links to an account that she made. It must never come to hold what is another's."""
    from parapet.access.people import Details
    from parapet.actions.enrol_person import enrol_person
    from parapet.actions.invite import invite, renew_link
    from parapet.records.models import Person

    made = invite(team.advocate, team.advocate_id, "A friend", {Right.READ, Right.KEEP})
    friend = Person.objects.get(invited_by__isnull=False)
    for herself in (True, False):
        with pytest.raises(RequestRefused, match="made for helping"):
            enrol_person(friend, Details("Somebody"), herself=herself)
    assert renew_link(team.advocate, team.advocate_id, made.helper_id).helper_id == friend.id
    Person.objects.filter(number=team.helper.number).update(invited_by=None)
    with pytest.raises(RequestRefused, match="keeps this Parapet"):
        renew_link(team.advocate, team.advocate_id, team.helper.id)
    own = enrol_person(team.helper, Details("Somebody"), herself=True)
    Person.objects.filter(number=team.helper.number).update(invited_by=friend.invited_by)
    with pytest.raises(RequestRefused, match="keeps this Parapet"):
        renew_link(team.advocate, team.advocate_id, team.helper.id)
    assert own


def test_who_may_only_read_for_her_claims_none_of_her_names(team: Team) -> None:
    """Else what is sent to her would go to an inbox of the helper's own, and go on after all was taken back."""
    from parapet.access.people import Details
    from parapet.actions.enrol_person import enrol_person
    from parapet.records.models import Advocate
    from parapet.records.numbers import number_of
    from parapet.records.profiles import profile_of

    def row(advocate_id: str) -> Any:
        return Advocate.objects.get(number=number_of("adv", advocate_id))

    give(team, ALL - {Right.KEEP})
    address = profile_of(row(team.advocate_id)).given["emails"].splitlines()[0]
    own = enrol_person(team.helper, Details("Somebody Else", names={"emails": address}), herself=True)
    assert f"email:{address}" in profile_of(row(own)).waits


def test_a_guest_who_may_not_sort_brings_nothing_in(team: Team, held: Held) -> None:  # noqa: F811
    from parapet.actions.invite import invite
    from parapet.actions.start_intake import start_intake
    from parapet.records.models import Person

    invite(team.advocate, team.advocate_id, "A friend", {Right.READ})
    friend = Person.objects.get(invited_by__isnull=False)
    with pytest.raises(NotFound):
        start_intake(friend, held.common["files"])


def test_the_last_look_is_told_from_the_log(team: Team, held: Held) -> None:  # noqa: F811
    from parapet.access.items import opened
    from parapet.access.seers import who_may
    from parapet.records.models import LogEntry

    def last() -> datetime | None:
        [seen] = [each for each in who_may(team.advocate, team.advocate_id) if each.id == team.helper.id]
        return seen.last_look

    assert last() is None
    opened(team.helper, held.references["item_id"][1], why="read")
    entry = LogEntry.objects.filter(kind="view").latest("index")
    assert last() == entry.at
    LogEntry.objects.filter(index=entry.index).update(at=entry.at - timedelta(days=9))
    assert last() is None, "an entry that was changed tells nothing"


def test_whoever_keeps_the_home_makes_a_link_for_anybody_in_it(team: Team, home: Any) -> None:
    from click.testing import CliRunner

    from parapet.access.people import advocates_of
    from parapet.actions.sign_in import redeem
    from parapet.cli.main import main
    from parapet.records.models import Person

    def said(name: str, how: str = "--person") -> Any:
        return CliRunner().invoke(main, ["login-link", how, name, "--home", str(home.home)])

    for name in ("helping  colleague", team.helper.id):
        [token] = re.findall(r"/enter/([^/]+)/", said(name).output)
        assert redeem(token) == team.helper
    [token] = re.findall(r"/enter/([^/]+)/", said("Helping Colleague", "--new").output)
    another = redeem(token)
    assert another is not None and another != team.helper and advocates_of(another) == ()
    assert Person.objects.get(number=another.number).invited_by is None, "who may enrol herself"
    assert said("Helping Colleague").exit_code == said("Nobody").exit_code == 2


def test_what_the_page_asks_of_the_log_reads_few_rows_of_it(team: Team) -> None:
    from django.db import connection

    from parapet.access import seers
    from parapet.records.bulk import run

    if connection.vendor == "sqlite":
        for sql, index in ((seers._TOLD, "log_access"), (seers._LAST, "log_looks")):
            plan = str(run(f"EXPLAIN QUERY PLAN {sql}", [1, 1]))
            assert index in plan and "SCAN" not in plan, plan
