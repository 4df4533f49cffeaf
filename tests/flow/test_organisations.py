"""Organisations: who belongs by her own consent, what is given by name within one, and what ends when somebody leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from flow.conftest import Team
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import many
from support.sample import ADVOCATES

from parapet.domain.belonging import RECEIVES, Role
from parapet.domain.errors import KeyClosed, LogBroken, NotFound, ReferenceUnknown, RequestRefused
from parapet.domain.rights import Right


@frozen
class Scene:
    """A hospital with its administrator, an officer and security; the advocate of the team belongs too. `other` administers another one."""

    team: Team
    hospital: str
    university: str
    admin: Any
    officer: Any
    security: Any
    other: Any
    case: str
    items: list[str]


def named(name: str) -> Any:
    from parapet.records.models import Person

    return Person.objects.named(name)


def found(name: str, administrator: Any) -> str:
    """An organisation whose administrator accepted."""
    from parapet.actions.found_organisation import found_organisation
    from parapet.actions.join_organisation import join_organisation

    made = found_organisation(name, administrator=administrator)
    join_organisation(administrator, made.id)
    return made.id


def belong(admin: Any, organisation: str, person: Any, role: Role) -> None:
    from parapet.actions.invite_member import invite_member
    from parapet.actions.join_organisation import join_organisation

    invite_member(admin, organisation, person.id, role)
    assert join_organisation(person, organisation) is role


@pytest.fixture
def scene(team: Team, take_in: Callable[..., Any], tmp_path: Path) -> Scene:
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case

    take_in(*many.write(tmp_path / "boxes", 6, files=1), advocates=ADVOCATES)
    items = [row.id for row in page(team.advocate, team.advocate_id, Filters()).rows]
    case = open_case(team.advocate, team.advocate_id, "Quokkatitle", items[:2])
    admin, officer, security, other = (named(name) for name in ("Wombatadmin", "Wombatofficer", "Wombatsecurity", "Wombatother"))
    hospital, university = found("Quokka Hospital", admin), found("Numbat University", other)
    belong(admin, hospital, team.advocate, Role.MEMBER)
    belong(admin, hospital, officer, Role.OFFICER)
    belong(admin, hospital, security, Role.SECURITY)
    return Scene(team, hospital, university, admin, officer, security, other, case, items)


def refer(scene: Scene, officer: Any, **more: Any) -> str:
    from parapet.access.referrals import preview
    from parapet.actions.refer import refer_case

    advocate, chosen = scene.team.advocate, scene.items[:1]
    asked = {
        "to": officer.id,
        "purpose": "Advice",
        "shown": preview(advocate, scene.case, chosen).shown,
        "through": scene.hospital,
    }
    return refer_case(advocate, scene.case, chosen, **{**asked, **more})


def let_in(scene: Scene, member: Any, rights: set[Right] | None = None) -> None:
    from parapet.actions.let_in_member import let_in_member

    let_in_member(scene.team.advocate, scene.team.advocate_id, scene.hospital, member.id, rights or {Right.READ, Right.REFER})


def seen_there(person: Any, organisation: str) -> set[str]:
    from parapet.access.organisations import organisation_page

    shown = organisation_page(person, organisation)
    return {each.name for each in (*shown.serving, *shown.everybody)}


def finds_nothing(scene: Scene, person: Any) -> None:
    from parapet.access.people import advocates_of
    from parapet.access.referred import referred_to

    assert (advocates_of(person), referred_to(person)) == ((), ())


@pytest.mark.both_databases
def test_what_was_given_through_an_organisation_ends_when_she_leaves(scene: Scene) -> None:
    from parapet.access import organisations as access
    from parapet.access.people import advocates_of
    from parapet.access.referrals import referrals_given
    from parapet.access.referred import referred_page, referred_to
    from parapet.access.seers import told_of_access, who_may
    from parapet.actions.answer_referral import accept_referral
    from parapet.actions.check_home import check_home
    from parapet.actions.leave_organisation import leave_organisation, put_away
    from parapet.records.models import Case, Item

    advocate, hers = scene.team.advocate, scene.team.advocate_id
    assert {each.name for each in access.reachable(advocate, hers)} == {"Wombatofficer", "Wombatsecurity"}
    referral = refer(scene, scene.officer)
    accept_referral(scene.officer, referral)
    let_in(scene, scene.security)
    assert len(referred_page(scene.officer, referral).rows) == 1
    assert [card.id for card in advocates_of(scene.security)] == [hers]
    [given] = [each for each in who_may(advocate, hers) if each.id == scene.security.id]
    assert given.through == referrals_given(advocate, hers)[0].through == "Quokka Hospital"
    _card, lost = access.would_end(advocate, scene.hospital)
    assert {(each.kind, each.who, each.hers) for each in lost} == {
        ("grant", "Wombatsecurity", True),
        ("referral", "Wombatofficer", True),
    }
    before = Item.objects.count(), Case.objects.count()
    leave_organisation(advocate, scene.hospital)
    finds_nothing(scene, scene.officer)
    finds_nothing(scene, scene.security)
    assert [card.state for card in referrals_given(advocate, hers)] == ["parted"]
    assert [(line.kind, line.who, line.by) for line in told_of_access(advocate, hers)][0] == ("revoke", "Wombatsecurity", "Amara")
    assert {each.name for each in who_may(advocate, hers)} == {"Amara", "Helping Colleague"}, "what was given otherwise stays"
    assert (Item.objects.count(), Case.objects.count()) == before
    [notice] = access.notices_to(advocate)
    assert (notice.name, notice.how, set(notice.told)) == ("Quokka Hospital", "left", set(lost))
    assert access.organisations_of(advocate) == () and access.reachable(advocate, hers) == ()
    with pytest.raises(NotFound):
        refer(scene, scene.officer)
    belong(scene.admin, scene.hospital, advocate, Role.MEMBER)
    finds_nothing(scene, scene.officer)
    assert referred_to(scene.officer) == (), "to come back revives nothing"
    with pytest.raises(NotFound):
        put_away(scene.officer, notice.id)
    put_away(advocate, notice.id)
    assert access.notices_to(advocate) == ()
    assert check_home().faults == []


def test_who_receives_and_goes_keeps_nothing_and_the_advocate_is_told(scene: Scene) -> None:
    from django.db import transaction

    for how in ("left", "sent", "another_role", "organisation"):
        with transaction.atomic():
            security_goes(scene, how)
            transaction.set_rollback(True)


def security_goes(scene: Scene, how: str) -> None:
    from parapet.access import organisations as access
    from parapet.access.people import advocates_of
    from parapet.actions.leave_organisation import end_membership, end_organisation, leave_organisation

    refer(scene, scene.security)
    let_in(scene, scene.security)
    own = named("Own helper of security")
    if how == "left":
        leave_organisation(scene.security, scene.hospital)
    elif how == "sent":
        end_membership(scene.admin, scene.hospital, scene.security.id)
    elif how == "organisation":
        assert end_organisation(scene.hospital) == 4
    else:
        belong(scene.admin, scene.hospital, scene.security, Role.SUPPORTER)
    finds_nothing(scene, scene.security)
    [notice] = access.notices_to(scene.security)
    hers_first = how == "organisation"  # then it was the advocate's part to end it, and hers to be told
    assert notice.how == how
    assert {(each.kind, each.hers) for each in notice.told} == (set() if hers_first else {("grant", False), ("referral", False)})
    [told] = access.notices_to(scene.team.advocate)
    assert {(each.kind, each.who) for each in told.told} == {("grant", "Wombatsecurity"), ("referral", "Wombatsecurity")}
    assert told.how == ("organisation" if how == "organisation" else "other")
    assert [card.id for card in advocates_of(scene.team.advocate) if card.role == "advocate"] == [scene.team.advocate_id]
    if how == "organisation":
        for person in (scene.admin, scene.officer, scene.team.advocate):
            assert access.organisations_of(person) == ()
            with pytest.raises(NotFound):
                seen_there(person, scene.hospital)
        with pytest.raises(ReferenceUnknown):
            end_organisation(scene.hospital)
    assert access.organisations_of(own) == ()


def test_nobody_belongs_who_did_not_say_so_herself(scene: Scene) -> None:
    from parapet.access import organisations as access
    from parapet.actions.invite import invite
    from parapet.actions.invite_member import INVITATION_LIFE, invite_member, withdraw_invitation
    from parapet.actions.join_organisation import decline_invitation, join_organisation
    from parapet.records.models import Person

    stranger, now = scene.team.stranger, datetime.now(UTC)
    invite_member(scene.admin, scene.hospital, stranger.id, Role.SUPPORTER, now=now)
    assert access.organisations_of(stranger) == () and "Stranger" not in seen_there(scene.admin, scene.hospital)
    [waiting] = access.organisation_page(scene.admin, scene.hospital).invited
    assert (waiting.code, waiting.role) == (stranger.id, Role.SUPPORTER), "her code, which she gave; not her name"
    [asked] = access.invitations_to(stranger)
    assert (asked.name, asked.role, asked.by) == ("Quokka Hospital", Role.SUPPORTER, "Wombatadmin")
    with pytest.raises(NotFound):
        seen_there(stranger, scene.hospital)
    with pytest.raises(NotFound):
        join_organisation(stranger, scene.hospital, now=now + INVITATION_LIFE)
    decline_invitation(stranger, scene.hospital)
    with pytest.raises(NotFound):
        join_organisation(stranger, scene.hospital)
    invite_member(scene.admin, scene.hospital, stranger.id, Role.SUPPORTER)
    withdraw_invitation(scene.admin, scene.hospital, stranger.id)
    with pytest.raises(NotFound):
        join_organisation(stranger, scene.hospital)
    invite(scene.team.advocate, scene.team.advocate_id, "A friend", {Right.READ})
    guest = Person.objects.get(invited_by__isnull=False)
    for code in (guest.id, "per_0000000000zzz", "", "x"):
        with pytest.raises(RequestRefused, match="code"):
            invite_member(scene.admin, scene.hospital, code, Role.MEMBER)
    with pytest.raises(RequestRefused, match="already"):
        invite_member(scene.admin, scene.hospital, scene.officer.id, Role.OFFICER)


def test_an_administrator_manages_his_own_people_and_gains_no_sight(scene: Scene) -> None:
    from parapet.access.organisations import reachable
    from parapet.actions.invite_member import invite_member, withdraw_invitation
    from parapet.actions.leave_organisation import end_membership
    from parapet.actions.let_in_member import let_in_member
    from parapet.actions.sign_out_member import sign_out_member

    assert seen_there(scene.admin, scene.hospital) == {"Amara", "Wombatadmin", "Wombatofficer", "Wombatsecurity"}
    for person in (scene.team.advocate, scene.officer, scene.security):
        assert seen_there(person, scene.hospital) == {"Wombatadmin", "Wombatofficer", "Wombatsecurity"}, "no other member"
    for person in (scene.other, scene.team.stranger, scene.team.helper):
        with pytest.raises(NotFound):
            seen_there(person, scene.hospital)
    for person, organisation in ((scene.other, scene.hospital), (scene.officer, scene.hospital), (scene.admin, scene.university)):
        for act in (end_membership, sign_out_member, withdraw_invitation):
            with pytest.raises(NotFound):
                act(person, organisation, scene.security.id)
        with pytest.raises(NotFound):
            invite_member(person, organisation, scene.team.stranger.id, Role.MEMBER)
    with pytest.raises(NotFound):
        end_membership(scene.admin, scene.hospital, scene.other.id)
    for person in (scene.admin, scene.officer, scene.team.helper):
        with pytest.raises(NotFound):
            reachable(person, scene.team.advocate_id)
        with pytest.raises(NotFound):
            let_in_member(person, scene.team.advocate_id, scene.hospital, scene.security.id, {Right.READ})
    for nobody in (scene.admin, scene.other, scene.team.stranger, scene.team.advocate):
        with pytest.raises(NotFound):
            let_in(scene, nobody)
        with pytest.raises(NotFound):
            refer(scene, nobody)
    finds_nothing(scene, scene.admin)


def test_an_administrator_pages_through_many_members_and_signs_one_out(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from parapet.access import organisations as access
    from parapet.records import memberships
    from parapet.records.bulk import run

    assert connection.vendor == "sqlite"
    for whose in ("IS NULL", "= 7"):
        plan = str(run(f"EXPLAIN QUERY PLAN {memberships._NEWEST.format(whose=whose)}", [1]))
        assert "log_members" in plan and "SCAN" not in plan, plan
    monkeypatch.setattr(access, "AT_ONCE", 3)
    first = access.organisation_page(scene.admin, scene.hospital)
    rest = access.organisation_page(scene.admin, scene.hospital, after=first.more)
    assert (len(first.everybody), len(rest.everybody), rest.more) == (3, 1, "")
    assert {each.name for each in (*first.everybody, *rest.everybody)} == {
        "Amara",
        "Wombatadmin",
        "Wombatofficer",
        "Wombatsecurity",
    }
    signed_out(scene)


def signed_out(scene: Scene) -> None:
    """By an administrator, from everywhere."""
    from django.test import Client

    from parapet.actions.sign_in import make_link, redeem
    from parapet.actions.sign_out_member import sign_out_member

    browser, link = Client(SERVER_NAME="127.0.0.1"), make_link(scene.officer)
    browser.force_login(scene.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get("/organisations/").status_code == 200
    assert sign_out_member(scene.admin, scene.hospital, scene.officer.id) == 1
    assert browser.get("/organisations/").status_code == 302 and redeem(link) is None


def test_a_hand_in_the_database_makes_nobody_belong(scene: Scene) -> None:
    """Who writes rows and has no key: puts back what ended, moves rows, makes a grant outlast its organisation."""
    from parapet.access.organisations import invitations_to, organisations_of
    from parapet.access.people import advocates_of
    from parapet.actions.invite_member import invite_member, withdraw_invitation
    from parapet.actions.leave_organisation import end_membership, put_away
    from parapet.records.models import Grant, LogEntry, Membership, Referral

    referral = refer(scene, scene.security)
    let_in(scene, scene.security)
    Grant.objects.filter(person=scene.security).update(through=None)
    assert advocates_of(scene.security) == (), "a grant that names no organisation any more is none"
    Grant.objects.filter(person=scene.security).update(through=Membership.objects.latest("number").organisation_id)
    kept = Membership.objects.get(person=scene.security)
    moved = Membership.objects.create(
        organisation_id=kept.organisation_id, person=scene.other, sealed=kept.sealed, standing=kept.standing
    )
    assert [card.name for card in organisations_of(scene.other)] == ["Numbat University"]
    moved.delete()
    row = Referral.objects.get(person=scene.security)
    end_membership(scene.admin, scene.hospital, scene.security.id)
    for each in Membership.objects.filter(person=scene.security):
        put_away(scene.security, each.id)
    kept.save(force_insert=True)
    assert organisations_of(scene.security) == () and "Wombatsecurity" not in seen_there(scene.admin, scene.hospital)
    row.through = row.ended = None
    row.save()
    finds_nothing(scene, scene.security)
    assert referral
    invite_member(scene.admin, scene.hospital, scene.team.stranger.id, Role.OFFICER)
    offered = Membership.objects.get(person=scene.team.stranger)
    withdraw_invitation(scene.admin, scene.hospital, scene.team.stranger.id)
    offered.save(force_insert=True)
    assert invitations_to(scene.team.stranger) == ()
    LogEntry.objects.filter(kind="revoke", person_number=scene.security.number).latest("index").delete()
    with pytest.raises(LogBroken):
        organisations_of(scene.admin)


def test_a_copy_of_the_database_shows_no_name_and_keys_can_be_changed(scene: Scene, home: Any) -> None:
    from parapet.access.organisations import organisations_of
    from parapet.actions.check_home import check_home
    from parapet.actions.leave_organisation import leave_organisation
    from parapet.actions.rotate_keys import renew_advocate, rotate_keys
    from parapet.records.keyring import keyring

    refer(scene, scene.officer)
    leave_organisation(scene.team.advocate, scene.hospital)
    files = b"".join(path.read_bytes() for path in home.home.rglob("*") if path.is_file())
    assert b"Quokka Hospital" not in files and b"Wombat" not in files and b"Numbat" not in files
    rotate_keys()
    renew_advocate("all")
    keyring.cache_clear()
    assert [card.name for card in organisations_of(scene.officer)] == ["Quokka Hospital"]
    assert check_home().faults == []


def test_a_closed_advocate_leaves_without_her_key_at_hand(scene: Scene) -> None:
    """Ending makes nothing readable, so it waits for nobody: neither for her passphrase."""
    from parapet.access.cases import page as case_page
    from parapet.access.organisations import notices_to
    from parapet.actions.close_material import close_material
    from parapet.actions.leave_organisation import end_membership
    from parapet.actions.own_keys import make_own_key, unlock
    from parapet.records.models import Referral
    from parapet.records.presence import here
    from parapet.records.vouching import ends

    refer(scene, scene.officer)
    let_in(scene, scene.security)
    make_own_key(scene.team.advocate, "four words of no meaning")
    with here(scene.team.advocate.number, unlock(scene.team.advocate, "four words of no meaning")):
        close_material(scene.team.advocate, scene.team.advocate_id)
    with pytest.raises(KeyClosed):
        case_page(scene.team.advocate, scene.case)
    end_membership(scene.admin, scene.hospital, scene.team.advocate.id)
    [row] = Referral.objects.all()
    assert ends()[scene.officer.number, row.case.advocate_id, row.case_id] > row.begun
    assert {each.who for each in notices_to(scene.team.advocate)[0].told} == {"Wombatofficer", "Wombatsecurity"}


def test_the_account_of_an_institution_lets_join_and_nothing_more(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from attrs import evolve
    from django.conf import settings as django_settings
    from django.db import transaction

    from parapet.access.organisations import open_to, organisations_of
    from parapet.actions.found_organisation import found_organisation
    from parapet.actions.join_organisation import join_organisation
    from parapet.actions.leave_organisation import leave_organisation
    from parapet.records.signing_in import link_account
    from parapet.settings.institutions import Institution

    stranger = scene.team.stranger
    with pytest.raises(RequestRefused, match="PARAPET_INSTITUTIONS"):
        found_organisation("A clinic", administrator=scene.admin, institution="clinic")
    named_there = (Institution("clinic", "The clinic", "https://sso.clinic.example", "parapet", "secret"),)
    monkeypatch.setattr(django_settings, "ENVIRONMENT", evolve(django_settings.ENVIRONMENT, institutions=named_there))
    clinic = found_organisation("A clinic", administrator=scene.admin, institution="clinic")
    assert open_to(stranger) == ()
    with transaction.atomic():
        link_account(stranger, "https://sso.clinic.example", "sub-1", datetime.now(UTC))
    assert [(card.name, card.role) for card in open_to(stranger)] == [("A clinic", Role.MEMBER)]
    assert organisations_of(stranger) == (), "to sign in makes nobody belong"
    with pytest.raises(NotFound):
        join_organisation(scene.team.helper, clinic.id)
    assert join_organisation(stranger, clinic.id) is Role.MEMBER and open_to(stranger) == ()
    finds_nothing(scene, stranger)
    leave_organisation(stranger, clinic.id)
    assert organisations_of(stranger) == ()


def test_whoever_keeps_the_home_makes_lists_and_ends(scene: Scene, home: Any) -> None:
    from click.testing import CliRunner

    from parapet.access.organisations import invitations_to
    from parapet.actions.join_organisation import join_organisation
    from parapet.cli.main import main

    def run(*words: str, status: int = 0) -> str:
        ran = CliRunner().invoke(main, ["organisation", *words, "--home", str(home.home)])
        assert ran.exit_code == status, ran.output
        return ran.output

    added = re.findall(r"org_\w{13}", run("add", "Wallaby Association", "--administrator", "Stranger"))
    assert len(added) == 1 and [card.by for card in invitations_to(scene.team.stranger)] == [""]
    join_organisation(scene.team.stranger, added[0])
    run("add", "wallaby  association", "--administrator", "Stranger", status=2)
    run("add", "Another", "--administrator", "Nobody at all", status=2)
    run("appoint", "Wallaby Association", "--administrator", "Helping Colleague")
    assert [card.role for card in invitations_to(scene.team.helper)] == [Role.ADMINISTRATOR]
    listed = [json.loads(line) for line in run("list").splitlines() if line.startswith("{")]
    assert {each["name"]: each["members"] for each in listed} == {
        "Quokka Hospital": 4,
        "Numbat University": 1,
        "Wallaby Association": 1,
    }
    assert "1" in run("end", "Wallaby Association", "--yes")
    assert invitations_to(scene.team.helper) == ()
    run("end", "Wallaby Association", "--yes", status=2)


PEOPLE, PLACES = 4, 2
step = st.tuples(
    st.sampled_from(["invite", "join", "leave", "send", "let_in", "refer", "give_back"]),
    st.integers(0, PEOPLE - 1),
    st.integers(0, PLACES - 1),
    st.sampled_from([Role.MEMBER, Role.OFFICER, Role.SUPPORTER, Role.ADMINISTRATOR]),
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(step, min_size=6, max_size=16))
def test_nobody_sees_anybody_outside_what_is_shared(scene: Scene, steps: list[tuple[str, int, int, Role]]) -> None:
    """Against a model of sets: whoever shares no organisation sees no name, and nothing outlives the belonging it was given through."""
    from django.db import transaction

    with transaction.atomic():
        Play(scene).run(steps)
        transaction.set_rollback(True)


class Play:
    """Random belongings, what they should show, and what was given through which of them."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.advocate = scene, scene.team.advocate
        self.places, self.admins = (scene.hospital, scene.university), (scene.admin, scene.other)
        self.people = [scene.officer, scene.security, scene.team.stranger, scene.team.advocate]
        self.roles: dict[tuple[int, int], Role] = {
            (0, 0): Role.OFFICER,
            (1, 0): Role.SECURITY,
            (3, 0): Role.MEMBER,
        }
        self.invited: dict[tuple[int, int], Role] = {}
        self.given: dict[tuple[str, int], int] = {}  # how, to whom: through which

    def run(self, steps: list[tuple[str, int, int, Role]]) -> None:
        for how, who, where, role in steps:
            getattr(self, how)(who, where, role)
        self.holds()

    def invite(self, who: int, where: int, role: Role) -> None:
        from parapet.actions.invite_member import invite_member

        try:
            invite_member(self.admins[where], self.places[where], self.people[who].id, role)
        except RequestRefused:
            assert self.roles.get((who, where)) is role
        else:
            self.invited[who, where] = role

    def join(self, who: int, where: int, _role: Role) -> None:
        from parapet.actions.join_organisation import join_organisation

        self.allowed((who, where) in self.invited, lambda: join_organisation(self.people[who], self.places[where]))
        if (who, where) in self.invited:
            self.parted(who, where)
            self.roles[who, where] = self.invited.pop((who, where))

    def leave(self, who: int, where: int, _role: Role) -> None:
        from parapet.actions.leave_organisation import leave_organisation

        self.allowed((who, where) in self.roles, lambda: leave_organisation(self.people[who], self.places[where]))
        self.gone(who, where)

    def send(self, who: int, where: int, _role: Role) -> None:
        from parapet.actions.leave_organisation import end_membership

        person, admin = self.people[who], self.admins[where]
        self.allowed((who, where) in self.roles, lambda: end_membership(admin, self.places[where], person.id))
        self.gone(who, where)

    def let_in(self, who: int, where: int, _role: Role) -> None:
        from parapet.actions.let_in_member import let_in_member

        if ("grant", who) in self.given:
            return
        asked = self.scene.team.advocate_id, self.places[where], self.people[who].id, {Right.READ}
        self.allowed(self.shares(who, where), lambda: let_in_member(self.advocate, *asked))
        if self.shares(who, where):
            self.given["grant", who] = where

    def refer(self, who: int, where: int, _role: Role) -> None:
        if ("grant", who) in self.given or ("referral", who) in self.given:
            return
        self.allowed(self.shares(who, where), lambda: refer(self.scene, self.people[who], through=self.places[where]))
        if self.shares(who, where):
            self.given["referral", who] = where

    def give_back(self, who: int, _where: int, _role: Role) -> None:
        from parapet.actions.change_grant import give_back

        if ("grant", who) in self.given:
            give_back(self.people[who], self.scene.team.advocate_id)
            del self.given["grant", who]

    def shares(self, who: int, where: int) -> bool:
        return who != 3 and (3, where) in self.roles and self.roles.get((who, where)) in RECEIVES

    def gone(self, who: int, where: int) -> None:
        if self.roles.pop((who, where), None) is not None:
            self.invited.pop((who, where), None)
            self.parted(who, where)

    def parted(self, who: int, where: int) -> None:
        ending = [each for each, through in self.given.items() if through == where and who in (3, each[1])]
        for each in ending:
            del self.given[each]

    @staticmethod
    def allowed(may: bool, act: Callable[[], object]) -> None:
        if may:
            act()
        else:
            with pytest.raises(NotFound):
                act()

    def holds(self) -> None:
        from parapet.access.people import advocates_of
        from parapet.access.referred import referred_to

        for who, person in enumerate(self.people):
            for where, place in enumerate(self.places):
                mine = self.roles.get((who, where))
                if mine is None:
                    with pytest.raises(NotFound):
                        seen_there(person, place)
                    continue
                there = {i: role for (i, at), role in self.roles.items() if at == where}
                shown = {self.people[i].name for i, role in there.items() if role.serves or mine is Role.ADMINISTRATOR}
                assert seen_there(person, place) == shown | {self.admins[where].name}
            if who != 3:
                assert bool(advocates_of(person)) is (("grant", who) in self.given)
                assert bool(referred_to(person)) is (("referral", who) in self.given)
        finds_nothing(self.scene, self.scene.admin)
        finds_nothing(self.scene, self.scene.other)
