"""Who sees what: the advocate and whom she chose, and nobody else; and no look without its trace."""

from __future__ import annotations

import inspect
import io
import itertools
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from types import GeneratorType
from typing import Any

import attrs
import pyrage
import pytest
from flow.conftest import Team
from support.doors import BY_BELONGING, HERSELF, KEEPS_TO_A_PART, OF_THE_PART, doors, name_of
from support.homes import Homes
from support.paired import paired
from support.sample import ADVOCATES, SAMPLE
from support.watched import shielded, watched

from parapet.domain.belonging import Role
from parapet.domain.errors import KeyWrong, NotFound, ParapetError
from parapet.domain.rights import Right
from parapet.dossiers.redaction import Redaction
from parapet.evidence.age import read_recipients
from parapet.signon.passkeys import Place

pytestmark = pytest.mark.both_databases

A_KEY = str(pyrage.x25519.Identity.generate().to_public())
NOWHERE = {
    "adv": "adv_zzzzzzzzzzzz0",
    "itm": "itm_0000000000zzz",
    "cas": "cas_0000000000zzz",
    "int": "int_0000000000zzz",
    "per": "per_0000000000zzz",
    "ref": "ref_0000000000zzz",
    "org": "org_0000000000zzz",
    "emg": "emg_0000000000zzz",
    "rep": "rep_0000000000zzz",
    "bat": "bat_0000000000zzz",
    "sup": "sup_0000000000zzz",
    "cal": "cal_0000000000zzz",
    "cpl": "cpl_0000000000zzz",
}
BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
NOW_DAY = date(2026, 11, 1)
#: What a stranger is told, whatever she asks for.
ANSWER = "There is nothing here."


DOORS = {name_of(door): door for door in doors()}


@attrs.frozen
class Held:
    """What a home holds that a stranger may ask for, and what she has of her own."""

    person: Any
    references: dict[str, tuple[Any, ...]]
    common: dict[str, Any]

    def calls(self, door: Callable[..., Any]) -> Iterator[dict[str, Any]]:
        """The arguments of every way to ask `door` for something that is not hers; none when it takes no name of a thing."""
        from parapet.access.views import Filters

        plain = {"filters": Filters(), **self.common}
        names, chosen, fixed = [], [], {}
        for name, parameter in list(inspect.signature(door).parameters.items())[1:]:
            if name in self.references:
                names.append(name)
                # A value that may be left out names nothing.
                chosen.append([value for value in self.references[name] if value != parameter.default])
            elif name in plain:
                fixed[name] = plain[name]
            else:
                assert parameter.default is not parameter.empty, f"{door.__name__}: say in this test what {name!r} may be"
        for values in itertools.product(*chosen):
            own = [self.references[n][0] == v for n, v in zip(names, values, strict=True)]
            if not all(own):
                yield {**fixed, **dict(zip(names, values, strict=True))}


@pytest.fixture
def held(team: Team, take_in: Callable[..., Any], tmp_path: Path, home: Any, homes: Homes) -> Held:
    """Her items, case and import; and a stranger who is an advocate herself, with an item and a case of her own."""
    return Held(team.stranger, homes.fill(home, "held", lambda: references_to(team, take_in)), common_words(tmp_path))


def references_to(team: Team, take_in: Callable[..., Any]) -> dict[str, tuple[Any, ...]]:
    """Fills the home; by the name that doors have for it: the stranger's own, hers, and what is nowhere."""
    from django.db import transaction

    from parapet.access.inbox import page
    from parapet.access.referrals import preview
    from parapet.access.views import Filters
    from parapet.actions.enrol_advocates import allow
    from parapet.actions.open_case import open_case
    from parapet.actions.refer import refer_case
    from parapet.records.models import Advocate, Alert, Intake, Person
    from parapet.records.numbers import number_of, public
    from parapet.records.profiles import profile_of

    intake = take_in(SAMPLE / "mail", SAMPLE / "advocates/malik-desruisseaux/mail", advocates=ADVOCATES, person=team.advocate)
    other = next(a for a in Advocate.objects.all() if profile_of(a).reference == "adv-02")
    colleague = Person.objects.named("Colleague of the stranger")
    with transaction.atomic():
        allow(team.stranger, other, "advocate")
        allow(colleague, other, "helper")
    [mine, *_] = page(team.stranger, other.id, Filters()).rows
    [hers, more, *_] = page(team.advocate, team.advocate_id, Filters()).rows
    my_case = open_case(team.stranger, other.id, "Of my own", [mine.id])
    her_case = open_case(team.advocate, team.advocate_id, "Hers", [hers.id])
    officer = Person.objects.named("An officer")
    my_referral, her_referral = (
        refer_case(who, case, [item.id], to=officer.id, purpose="Advice", shown=preview(who, case, [item.id]).shown)
        for who, case, item in ((team.stranger, my_case, mine), (team.advocate, her_case, hers))
    )
    her_officer = Person.objects.named("An officer of hers")
    my_organisation, her_organisation = organisations(team.stranger, colleague), organisations(team.advocate, her_officer)
    near = [Person.objects.named(name) for name in ("Somebody near", "Somebody else near")]
    my_request, her_request = (
        asked_in_an_emergency(who, advocate, near)
        for who, advocate in ((team.stranger, other.id), (team.advocate, team.advocate_id))
    )
    my_alert, her_alert = (
        Alert.objects.create(advocate_id=number, urgency=3, opened_at=datetime.now(UTC)).id
        for number in (other.number, number_of("adv", team.advocate_id))
    )
    my_intake = Intake.objects.create(person=team.stranger)
    assert public("itm", number_of("itm", more.id) or 0) == more.id
    return {
        "advocate_id": (other.id, team.advocate_id, NOWHERE["adv"], "", "adv_unmatched", "'; --"),
        "advocate_number": (other.number, number_of("adv", team.advocate_id), 5, 0),
        "item_id": (mine.id, hers.id, NOWHERE["itm"], "itm_", "../../x"),
        "item_ids": ([mine.id], [hers.id], [NOWHERE["itm"]], [mine.id, hers.id], [mine.id, NOWHERE["itm"]], [mine.id, "x\0"]),
        "case_id": (my_case, her_case, NOWHERE["cas"], hers.id),
        "referral_id": (my_referral, her_referral, NOWHERE["ref"], ""),
        "request_id": (my_request, her_request, NOWHERE["emg"], ""),
        "other_case_id": (my_case, her_case, NOWHERE["cas"], hers.id),
        "report_id": (
            *(drafted(who, item.id).id for who, item in ((team.stranger, mine), (team.advocate, hers))),
            NOWHERE["rep"],
            "",
        ),
        "batch_id": (
            *(batched(who, item.id) for who, item in ((team.stranger, mine), (team.advocate, hers))),
            NOWHERE["bat"],
            "",
        ),
        **_blocks(((team.stranger, mine.id), (team.advocate, hers.id))),
        **_support((team.stranger, other.id), (team.advocate, team.advocate_id)),
        "complaint_id": (complained(team.stranger, my_case), complained(team.advocate, her_case), NOWHERE["cpl"], ""),
        "connection_id": (watched(other.number), watched(number_of("adv", team.advocate_id) or 0), "con_0000000000zzz", ""),
        **_channels(team, my_case, her_case, officer.id, her_officer.id),
        **_doors(other.number, number_of("adv", team.advocate_id) or 0),
        "browser_id": (paired(team.stranger, other.id)[0], paired(team.advocate, team.advocate_id)[0], "brw_0000000000zzz", ""),
        "alert_id": (my_alert, her_alert, "alr_0000000000zzz", ""),
        "intake_id": (my_intake.id, intake.id, NOWHERE["int"], ""),
        "helper_id": (colleague.id, team.helper.id, NOWHERE["per"], hers.id),
        "organisation_id": (my_organisation, her_organisation, NOWHERE["org"], ""),
        "member_id": (colleague.id, her_officer.id, NOWHERE["per"], ""),
        "membership_id": ("mem_0000000000zzy", "mem_0000000000zzz", ""),
        "subject_id": (
            mine.id,
            hers.id,
            her_case,
            team.advocate_id,
            NOWHERE["itm"],
            NOWHERE["cas"],
            NOWHERE["adv"],
            "adv_unmatched",
            "",
        ),
    }


def _blocks(whose: Any) -> dict[str, tuple[Any, ...]]:
    mine, hers = (shut_out(who, item) for who, item in whose)
    return {"block_id": (mine[0], hers[0], "blk_0000000000zzz", ""), "plan_id": (mine[1], hers[1], "pln_0000000000zzz", "")}


def shut_out(who: Any, item_id: str) -> tuple[str, str]:
    """A block of whoever wrote a message, prepared; and the plan that it is in."""
    from parapet.actions.prepare_blocks import prepare_blocks
    from parapet.records.models import Block
    from parapet.records.numbers import number_of

    plan = prepare_blocks(who, [item_id], "block", "").id
    return Block.objects.get(plan=number_of("pln", plan)).id, plan


def _support(mine: tuple[Any, str], hers: tuple[Any, str]) -> dict[str, tuple[Any, ...]]:
    (my_supporter, my_call), (her_supporter, her_call) = (supported(*each) for each in (mine, hers))
    return {
        "supporter_id": (my_supporter, her_supporter, NOWHERE["sup"], ""),
        "call_id": (my_call, her_call, NOWHERE["cal"], ""),
    }


def _channels(team: Team, my_case: str, her_case: str, mine: str, hers: str) -> dict[str, tuple[Any, ...]]:
    """A channel to counsel of each, with a letter in it."""
    (my_channel, my_letter), (her_channel, her_letter) = (
        channelled(who, case, to) for who, case, to in ((team.stranger, my_case, mine), (team.advocate, her_case, hers))
    )
    return {
        "channel_id": (my_channel, her_channel, "chn_0000000000zzz", ""),
        "letter_id": (my_letter, her_letter, "ltr_0000000000zzz", ""),
    }


def channelled(who: Any, case: str, to: str) -> tuple[str, str]:
    """A channel to counsel that is offered, and the row of a letter in it: their public names."""
    from parapet.actions.invite_counsel import invite_counsel
    from parapet.records.models import CounselChannel, CounselLetter
    from parapet.records.numbers import number_of

    made = invite_counsel(who, case, to=to)
    row = CounselChannel.objects.get(number=number_of("chn", made))
    return made, CounselLetter.objects.create(channel=row, person=who, nth=1, sealed=b"sealed", sealed_file=b"sealed").id


def _doors(mine: int, hers: int) -> dict[str, tuple[Any, ...]]:
    (my_door, my_mail), (her_door, her_mail) = shielded(mine), shielded(hers)
    return {"door_id": (my_door, her_door, "con_0000000000zzz", ""), "mail_id": (my_mail, her_mail, "dml_0000000000zzz", "")}


def common_words(folder: Path) -> dict[str, Any]:
    """What else doors are told."""
    from parapet.access.people import Details
    from parapet.access.support_steps import Terms
    from parapet.actions.call_for_support import Wanted
    from parapet.actions.connect_mastodon import Trip
    from parapet.actions.retention import Rule
    from parapet.domain.complaints import Complaint
    from parapet.domain.judgement import Verdict
    from parapet.domain.offences import Chosen
    from parapet.domain.safety import Asked
    from parapet.domain.support import Felt, Help

    return {
        "url": "https://news.example/", "why": "read", "title": "Mine now", "text": "A note.", "lang": "en", "out": folder / "out", "state": "closed",
        "files": [("a.eml", io.BytesIO(b"From: a\n\nb"))], "said_by": "a", "relation": "b", "heard_by": "c", "words": "d",
        "at": None, "where": "e", "how": "phone",
        "details": Details("Mine now"), "herself": True, "reason": "law", "rule": Rule(30), "recipients": read_recipients([A_KEY]),
        "kind": "report", "to": "police", "means": "mail", "happened_at": datetime(2026, 11, 1, tzinfo=UTC), "name": "", "reference": "",
        "bag": 0, "redaction": Redaction({}, ()), "version": 1, "verdict": Verdict(), "seen": 0, "index": 0, "now": datetime.now(UTC),
        "every": "none", "since": BEGAN, "until": BEGAN,
        "right": Right.READ, "rights": {Right.READ}, "outcome": "nothing", "what": "To do", "note_id": "pnt_0000000000zzz", "today": NOW_DAY,
        "sort": "webhook", "address": "https://h.example/", "way": "way_0000000000zzz", "begin": None, "end": None, "zone": "UTC",
        "same_day": False, "people": [], "wait_min": 10, "called": "", "purpose": "p", "shown": "", "model": "parapet-0@000000000000",
        "hours": 4, "number": "0" * 24, "own": bytes(32), "passphrase": "",
        "new": "four words of no meaning", "old": "", "given": "", "typed": "", "asked": "", "answer": "", "code": "", "account": "",
        "role": Role.OFFICER, "through": "", "after": "",
        "trip": Trip({}, "", "", ""), "kept": "", "service": "google", "back": "https://h.example/", "base": "http://127.0.0.1",
        "local": "x", "domain": "shield.clinic.example", "hold": "grave", "hold_unsure": False,
        "channel": "mail", "told": {}, "desk": "mail", "arrived": True, "escalated": False, "within_days": 7,
        "passkey": "", "line": "safe", "session": "", "compose": None, "here": None, "place": Place("localhost", "http://localhost"), "factor": "",
        "brief": Asked("security", "en"), "by": "Front desk", "on": NOW_DAY,
        "log_index": 0, "stands": True, "without": True,
        "wanted": Wanted("w", (Help.CHECK,), (), BEGAN),
        "terms": Terms("w", (), (Help.CHECK,), False, (), (), BEGAN), "slot": 0, "yes": True, "help_": Help.CHECK,
        "own_words": "Words of somebody", "felt": Felt.WELL,
        "change": lambda stands: stands, "paper": "rebuttal", "facts": Complaint("college", "ON", date.today()),  # noqa: DTZ011
        "answers": {"fear": "x"}, "chosen": Chosen("police", "en", (), frozenset()), "answers_seen": "",
    }  # fmt: skip


def organisations(administrator: Any, officer: Any, name: str = "") -> str:
    """An organisation with an administrator, and an officer who joined it."""
    from parapet.actions.found_organisation import found_organisation
    from parapet.actions.invite_member import invite_member
    from parapet.actions.join_organisation import join_organisation

    made = found_organisation(name or f"Organisation of {administrator.name}", administrator=administrator)
    join_organisation(administrator, made.id)
    invite_member(administrator, made.id, officer.id, Role.OFFICER)
    join_organisation(officer, made.id)
    return made.id


def supported(who: Any, advocate_id: str) -> tuple[str, str]:
    """A supporter of somebody's, who agreed, and a call that asks for him; their public names."""
    from datetime import timedelta

    from parapet.actions.ask_supporter import ask_supporter
    from parapet.actions.call_for_support import Wanted, call_for_support, terms_of
    from parapet.actions.give_support import agree_to_support
    from parapet.domain.support import Help
    from parapet.records.models import Person

    person = Person.objects.named(f"A supporter of {who.name}")
    supporter = ask_supporter(who, advocate_id, to=person.id, how="They met")
    agree_to_support(person, supporter)
    wanted = Wanted("Be there", (Help.CHECK,), (supporter,), datetime.now(UTC) + timedelta(days=7))
    shown = terms_of(who, advocate_id, wanted).digest
    return supporter, call_for_support(who, advocate_id, wanted, shown=shown)


def complained(who: Any, case_id: str) -> str:
    """A complaint in a case."""
    from django.utils import timezone

    from parapet.actions.open_complaint import open_complaint
    from parapet.domain.complaints import Allegation, Complaint

    told = Complaint("college", "ON", timezone.localdate(), allegations=(Allegation("She posts too much."),))
    return open_complaint(who, case_id, told)


def drafted(who: Any, item_id: str) -> Any:
    """A draft of a report."""
    from parapet.actions.draft_report import draft_report
    from parapet.records.models import Report
    from parapet.records.numbers import number_of

    return Report.objects.get(number=number_of("rep", draft_report(who, item_id, "mail")))


def batched(who: Any, item_id: str) -> str:
    """A batch that holds the draft which is there."""
    from parapet.records.models import Report
    from parapet.records.numbers import new_number, number_of, public

    number = new_number()
    assert Report.objects.filter(item_id=number_of("itm", item_id)).update(batch=number) == 1, who
    return public("bat", number)


def asked_in_an_emergency(who: Any, advocate_id: str, near: list[Any]) -> str:
    """`who` names these for an emergency, and the first of them asks."""
    from parapet.actions.break_glass import ask_to_be_let_in
    from parapet.actions.name_for_emergency import name_for_emergency

    name_for_emergency(who, advocate_id, [each.id for each in near])
    return ask_to_be_let_in(near[0], advocate_id, reason="She does not answer.")


def told(door: Callable[..., Any], person: Any, arguments: dict[str, Any]) -> str:
    """The answer of `door` when it finds nothing; fails when it gives something."""
    try:
        given = door(person, **arguments)
        if isinstance(given, GeneratorType):
            given = list(given)
    except NotFound as error:
        return str(error)
    raise AssertionError(f"{door.__name__} gave {given!r} for {arguments}")


def everything() -> tuple[Any, ...]:
    """All that a stranger must not have changed."""
    from parapet.records import models

    return tuple(
        sorted(map(str, model.objects.values_list()))
        for model in (
            models.Item,
            models.Case,
            models.CaseItem,
            models.Note,
            models.LogHead,
            models.Intake,
            models.Grant,
            models.Advocate,
            models.Identity,
            models.Correction,
            models.Person,
            models.LoginLink,
            models.Reach,
            models.OnCallList,
            models.Referral,
            models.EmergencyPlan,
            models.EmergencyName,
            models.EmergencyRequest,
            models.Alert,
            models.AlertEvent,
            models.Turn,
            models.CaseStep,
            models.Due,
            models.PrivateNote,
            models.ShieldReason,
            models.Organisation,
            models.Membership,
            models.Connection,
            models.Browser,
            models.DoorMail,
            models.ShieldedAddress,
            models.Report,
            models.ReportStep,
            models.Block,
            models.BlockStep,
            models.PageWatch,
            models.PageLook,
            models.Supporter,
            models.SupportCall,
            models.SupportAsked,
            models.SupportStep,
            models.Complaint,
            models.Statement,
            models.CounselChannel,
            models.CounselLetter,
        )
    )


def test_a_stranger_finds_nothing_and_cannot_tell_whether_it_exists(held: Held, tmp_path: Path) -> None:
    before = everything()
    asked = set()
    for name, door in DOORS.items():
        for arguments in held.calls(door):
            assert told(door, held.person, arguments) == ANSWER, (name, arguments)
            asked.add(name)
    assert len(asked) >= 20
    assert {"access.items.opened", "access.inbox.page", "actions.export_bag.export_bag", "actions.write_note.write_note"} <= asked
    assert everything() == before
    assert not (tmp_path / "out").exists()


def test_a_grant_that_somebody_wrote_into_the_table_opens_no_door(held: Held) -> None:
    """Who runs the database server has no key, and writes the row that she lacks; with a code of her own grant, too."""
    from django.utils import timezone

    from parapet.records.models import Advocate, Grant

    [own] = Grant.objects.filter(person=held.person)
    for number, advocate in enumerate(Advocate.objects.exclude(number=own.advocate_id)):
        copied = {"log_index": own.log_index, "mac": own.mac} if number % 2 else {"log_index": number}
        Grant.objects.create(person=held.person, advocate=advocate, role="advocate", made_at=timezone.now(), **copied)
    before = everything()
    for name, door in DOORS.items():
        for arguments in held.calls(door):
            assert told(door, held.person, arguments) == ANSWER, (name, arguments)
    assert everything() == before


def test_what_takes_no_name_gives_a_stranger_only_her_own(held: Held) -> None:
    """Functions without the name of a thing answer from who asks: what is another's must not be among it."""
    from parapet.access.intakes import recent
    from parapet.access.people import advocates_of
    from parapet.actions.gather_all import gather_all
    from parapet.records.models import Case
    from parapet.records.numbers import number_of

    mine, hers = held.references["advocate_id"][:2]
    assert [c.id for c in advocates_of(held.person)] == [mine]
    assert [i.id for i in recent(held.person)] == [held.references["intake_id"][0]]
    for case in gather_all(held.person):
        row = Case.objects.get(number=number_of("cas", case))
        assert (row.advocate_id, row.advocate_id == number_of("adv", hers)) == (number_of("adv", mine), False)


PERSONAS = ["of another organisation", "was a helper", *(role for role in Role if role is not Role.MEMBER), "keeps the instance"]


@pytest.fixture
def personas(team: Team, held: Held) -> dict[str, Any]:
    """Everybody who might be thought to see something of an advocate, and to whom she gave nothing that holds."""
    from django.db import transaction

    from parapet.actions.allow import allow, take_back
    from parapet.actions.invite_member import invite_member
    from parapet.actions.join_organisation import join_organisation
    from parapet.records.models import Advocate, Person
    from parapet.records.numbers import number_of

    made = {each: Person.objects.named(each) for each in PERSONAS}
    hers, other = held.references["organisation_id"][1], held.references["organisation_id"][0]
    advocate = Advocate.objects.get(number=number_of("adv", team.advocate_id))
    for role in Role:
        if role in made:
            invite_member(team.advocate, hers, made[role].id, role)
            join_organisation(made[role], hers)
    invite_member(team.stranger, other, made["of another organisation"].id, Role.ADMINISTRATOR)
    join_organisation(made["of another organisation"], other)
    with transaction.atomic():
        allow(made["was a helper"], advocate, "helper")
        take_back(made["was a helper"], advocate)
        allow(made["keeps the instance"], Advocate.objects.get(number=Advocate.UNMATCHED), "unmatched")
    return made


def test_no_role_alone_opens_a_door(team: Team, held: Held, personas: dict[str, Any]) -> None:
    """Every function that serves a person, about what is the advocate's: nothing, in the one answer, for each of them."""
    from parapet.access.people import advocates_of
    from parapet.access.referred import referred_to

    about = {name: values[1] for name, values in held.references.items() if name not in ("organisation_id", "member_id")}
    belonging = {name for name in DOORS if name in BY_BELONGING}
    before, asked = everything(), 0
    for who, person in personas.items():
        assert {card.role for card in advocates_of(person)} <= ({"unmatched"} if who == "keeps the instance" else set())
        assert referred_to(person) == ()
        for name in DOORS.keys() - belonging:
            for arguments in held.calls(DOORS[name]):
                if all(arguments.get(reference, value) == value for reference, value in about.items()):
                    assert told(DOORS[name], person, arguments) == ANSWER, (who, name, arguments)
                    asked += 1
    assert everything() == before and asked > 40 * len(personas)


def test_a_grant_taken_back_ends_at_once(team: Team, held: Held) -> None:
    from django.db import transaction

    from parapet.access.items import opened
    from parapet.access.people import advocates_of
    from parapet.actions.allow import take_back
    from parapet.records.models import Advocate
    from parapet.records.numbers import number_of

    hers = {name: values[1] for name, values in held.references.items()}
    assert opened(team.helper, hers["item_id"], why="read").item.text
    assert [c.role for c in advocates_of(team.helper)] == ["helper"]
    with transaction.atomic():
        take_back(team.helper, Advocate.objects.get(number=number_of("adv", team.advocate_id)))
    before = everything()
    for name, door in DOORS.items():
        for arguments in held.calls(door):
            if not all(arguments.get(reference, value) == value for reference, value in hers.items()):
                continue
            assert told(door, team.helper, arguments) == ANSWER, name
    assert advocates_of(team.helper) == ()
    assert everything() == before


def test_a_helper_with_a_part_finds_the_doors_that_keep_to_it_and_behind_them_nothing_else(team: Team, held: Held) -> None:
    """With no message of hers within the part, each door about one has the one answer; with all of them within, the taught open."""
    from parapet.access.inbox import counts, page
    from parapet.access.views import Filters
    from parapet.actions.change_grant import change_rights
    from parapet.domain.rights import WITHIN_A_SCOPE
    from parapet.domain.scopes import Scope

    def asked(name: str) -> list[dict[str, Any]]:
        hers = {reference: values[1] for reference, values in held.references.items()}
        return [each for each in held.calls(DOORS[name]) if all(each.get(one, value) == value for one, value in hers.items())]

    def opens(name: str, arguments: dict[str, Any]) -> bool:
        try:
            given = DOORS[name](team.helper, **arguments)
            if isinstance(given, GeneratorType):
                list(given)  # it asks when it is gone through
        except NotFound as error:
            assert str(error) == ANSWER
            return False
        except ParapetError:
            pass  # it opened, and what was asked of it makes no sense
        return True

    def give(scope: Scope) -> None:
        change_rights(team.advocate, team.advocate_id, team.helper.id, WITHIN_A_SCOPE, scope=scope)

    case = held.references["case_id"][1]
    nothing = Scope(channels=frozenset({"nowhere"}), cases=frozenset({case}))
    give(nothing)
    assert counts(team.helper, team.advocate_id).total == 0 and not page(team.helper, team.advocate_id, Filters()).rows
    before = everything()
    of_cases = {"access.case_page.case_screen", "access.cases.mine", "access.cases.page", "actions.write_note.write_note"}
    for name in DOORS.keys() - HERSELF - OF_THE_PART - of_cases:
        for arguments in asked(name):
            assert told(DOORS[name], team.helper, arguments) == ANSWER, (name, arguments)
    assert everything() == before
    give(Scope(cases=frozenset({case})))
    found = {name for name in DOORS.keys() - HERSELF for arguments in asked(name) if opens(name, arguments)}
    assert found == KEEPS_TO_A_PART - {"access.alerts.alert_page", "actions.take_alert.take_alert"}, (
        "her alert there is about no message"
    )


def test_a_person_who_is_no_longer_active_sees_nothing(team: Team, held: Held) -> None:
    from parapet.access.items import opened

    item = held.references["item_id"][1]
    team.advocate.is_active = False
    team.advocate.save()
    with pytest.raises(NotFound):
        opened(team.advocate, item, why="read")


def leaves(kind: str) -> list[tuple[Any, dict[str, Any]]]:
    """Entries of the log of one kind about items or advocates, and what each says."""
    from parapet.access import opening
    from parapet.records.models import Advocate, Item, LogEntry

    found = []
    for entry in LogEntry.objects.filter(kind=kind).order_by("index"):
        locker = opening.locker_of(Advocate.objects.get(number=entry.advocate_number))
        if entry.item_number is not None:
            locker = opening.item_key(Item.objects.get(number=entry.item_number), locker)
        found.append((entry, json.loads(opening.leaf_bytes(entry, locker))))
    return found


def test_every_look_is_in_the_log_before_the_content_is_given(team: Team, held: Held) -> None:
    from parapet.access.items import opened, original
    from parapet.records.models import Version
    from parapet.records.numbers import number_of

    item = held.references["item_id"][1]
    opened(team.helper, item, why="safety")
    original(team.advocate, item, why="download")
    [(entry, said)] = leaves("view")
    assert (entry.person_number, entry.item_number) == (team.helper.number, number_of("itm", item))
    assert (said["actor"], said["subjects"]) == (team.helper.id, [item])
    assert "safety" in json.dumps(said)
    [(entry, said)] = leaves("download")
    assert (entry.person_number, entry.item_number) == (team.advocate.number, number_of("itm", item))
    # Content that cannot be given any more: the look was written all the same, for it came first.
    Version.objects.filter(item__number=number_of("itm", item)).update(sealed_face=b"x" * 64, length=20)
    with pytest.raises(KeyWrong):
        opened(team.helper, item, why="read")
    with pytest.raises(KeyWrong):
        original(team.helper, item, why="download")
    assert (len(leaves("view")), len(leaves("download"))) == (2, 2)


def test_a_card_and_a_page_of_the_inbox_are_no_look(team: Team, held: Held) -> None:
    from parapet.access.inbox import counts, page
    from parapet.access.items import card
    from parapet.access.views import Filters
    from parapet.records.models import LogHead

    before = LogHead.objects.get().size
    card(team.helper, held.references["item_id"][1])
    page(team.helper, team.advocate_id, Filters())
    counts(team.helper, team.advocate_id)
    assert LogHead.objects.get().size == before


def test_a_search_opens_items_and_is_in_the_log_without_its_words(team: Team, held: Held) -> None:
    from parapet.access.inbox import page
    from parapet.access.views import Filters

    page(team.helper, team.advocate_id, Filters(words="Zanzibar registrar"))
    [(entry, said)] = leaves("search")
    assert entry.person_number == team.helper.number
    assert (said["actor"], said["subjects"]) == (team.helper.id, [team.advocate_id])
    assert "anzibar" not in json.dumps(said)


MARKERS = ("Quokkatext", "quokkahandle", "Quokkaname", "Quokkasubject", "quokkaurl", "quokkafile", "quokkainner", "quokkafield")

MARKED = """From: "Quokkaname Person" <quokkahandle@quokkaurl.example>
To: a.okwuosa@rivercrest-family-heal.example
Subject: Quokkasubject of the day
Date: Mon, 14 Sep 2026 19:54:07 +0000
Message-ID: <quokkaurl-1@quokkaurl.example>
X-Quokkafield: quokkafield
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

I will kill you, Quokkatext. See https://quokkaurl.example/quokkaurl
--b
Content-Type: application/pdf; name="quokkafile.pdf"
Content-Disposition: attachment; filename="quokkafile.pdf"

nothing
--b
Content-Type: message/rfc822; name="quokkafile.eml"
Content-Disposition: attachment; filename="quokkafile.eml"

From: Quokkaname <quokkahandle@quokkaurl.example>
To: a.okwuosa@rivercrest-family-heal.example
Subject: Quokkasubject within
Message-ID: <quokkainner@quokkaurl.example>
Date: Mon, 14 Sep 2026 19:50:00 +0000

You are filth, quokkainner Quokkatext.
--b--
"""


def strings(value: Any) -> Iterator[str]:
    """Every string anywhere in a value of `views`, and its keys."""
    if attrs.has(type(value)):
        for attribute in attrs.fields(type(value)):
            yield from strings(getattr(value, attribute.name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from itertools.chain(strings(key), strings(inner))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for inner in value:
            yield from strings(inner)
    else:
        yield str(value)


def test_under_the_veil_no_word_is_a_strangers(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    from parapet.access import cases, inbox, intakes, items
    from parapet.access.views import Filters
    from parapet.actions.open_case import open_case

    (tmp_path / "one.eml").write_text(MARKED)
    rows = [
        {"text": "Quokkatext and quokkafield", "author": "quokkahandle", "url": "https://x.example/quokkaurl", "id": "quokkaurl9"}
    ]
    (tmp_path / "two.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    intake = take_in(tmp_path / "one.eml", tmp_path / "two.jsonl", advocates=ADVOCATES, advocate="adv-01", person=team.advocate)
    assert (intake.found, intake.new) == (3, 3)
    judge()
    page = inbox.page(team.helper, team.advocate_id, Filters())
    assert len(page.rows) == 3
    case = open_case(team.advocate, team.advocate_id, "A week", [r.id for r in page.rows])
    shown = [
        page,
        inbox.page(team.helper, team.advocate_id, Filters(words="Quokkatext")),
        inbox.counts(team.helper, team.advocate_id),
        *(items.card(team.helper, row.id) for row in page.rows),
        cases.mine(team.helper, team.advocate_id),
        cases.page(team.helper, case),
        intakes.card(team.advocate, intake.id),
        intakes.recent(team.advocate),
    ]
    assert len(shown[1].rows) == 3
    for view in shown:
        said = "\n".join(strings(view)).casefold()
        assert [m for m in MARKERS if m.casefold() in said] == [], view
        assert "quokka" not in repr(view).casefold()
    whole = "\n".join(s for row in page.rows for s in strings(items.opened(team.helper, row.id, why="read").item)).casefold()
    assert [m for m in MARKERS if m.casefold() not in whole] == [], "asked for, each of them is there"
