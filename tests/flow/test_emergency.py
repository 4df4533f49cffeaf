"""Breaking the glass: two whom she named, for some hours, what is urgent and nothing else; and who did what is told afterwards."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from flow.conftest import Team
from support.doors import BY_EMERGENCY, doors, name_of
from support.receivers import Webhook, webhook

from parapet.domain.errors import KeyClosed, LogBroken, NotFound, RequestRefused
from parapet.domain.rights import Right

THREAT = "I will kill you on Friday. I am outside your house now with a knife."
CALM = "Thank you for the clear explanation of the new schedule."
WHY = "Quokkareason: she does not answer her phone."
FAR = timedelta(days=2)


def mail(number: int, text: str) -> str:
    return (
        f"From: Quokkaname <quokkahandle{number}@example.net>\r\nTo: a.okwuosa@rivercrest-family-heal.example\r\n"
        f"Subject: Quokkasubject\r\nDate: Thu, 19 Nov 2026 14:00:0{number} +0000\r\nMessage-ID: <g{number}@example.net>\r\n\r\n{text} {number}\r\n"
    )


@frozen
class Scene:
    """Two whom she named, and a message of each kind."""

    team: Team
    first: Any
    second: Any
    urgent: str
    calm: str

    def ask(self, **more: Any) -> str:
        from parapet.actions.break_glass import ask_to_be_let_in

        return ask_to_be_let_in(self.first, self.team.advocate_id, **{"reason": WHY, **more})

    def opened(self) -> str:
        from parapet.actions.break_glass import agree_to_let_in

        made = self.ask()
        agree_to_let_in(self.second, made)
        return made


@pytest.fixture
def scene(team: Team, take_in: Callable[..., Any], tmp_path: Path) -> Scene:
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.assess import assess
    from parapet.actions.name_for_emergency import name_for_emergency
    from parapet.records.models import Person, Version

    for number, text in enumerate((THREAT, CALM)):
        (tmp_path / f"{number}.eml").write_text(mail(number, text))
    take_in(tmp_path / "0.eml", tmp_path / "1.eml")
    assess(list(Version.objects.values_list("number", flat=True)))
    rows = {row.urgency >= 2: row.id for row in page(team.advocate, team.advocate_id, Filters()).rows}
    first, second = Person.objects.named("Near One"), Person.objects.named("Near Two")
    name_for_emergency(team.advocate, team.advocate_id, [first.id, second.id])
    return Scene(team, first, second, rows[True], rows[False])


def shut(scene: Scene, made: str, who: Any = None, now: datetime | None = None) -> None:
    """Nothing of hers is there for whoever asked."""
    from parapet.access.emergencies import emergency_page, opened_urgent, urgent_row

    who = who or scene.first
    for ask in (urgent_row, opened_urgent):
        with pytest.raises(NotFound, match=r"There is nothing here\."):
            ask(who, made, scene.urgent, now=now)
    with contextlib.suppress(NotFound):
        assert emergency_page(who, made, now=now).rows == ()


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with webhook() as kept:
        yield kept


@pytest.mark.both_databases
def test_from_asking_to_the_end(scene: Scene, hook: Webhook, judge: Callable[[], None]) -> None:
    from parapet.access.emergencies import emergencies, emergency_page, opened_urgent
    from parapet.access.emergency_plans import emergencies_about, emergency_about, emergency_plan
    from parapet.access.inbox import screen
    from parapet.access.views import Filters
    from parapet.actions.break_glass import agree_to_let_in, end_emergency
    from parapet.actions.change_reach import add_way, set_quiet_hours
    from parapet.actions.check_home import check_home

    advocate, first, second = scene.team.advocate, scene.first, scene.second
    add_way(advocate, "webhook", hook.url)
    set_quiet_hours(advocate, 0, 24 * 60 - 1, "UTC", False)
    assert [each.advocate_id for each in emergencies(first).named] == [scene.team.advocate_id]
    assert emergencies(scene.team.stranger) == emergencies(advocate) == type(emergencies(first))()
    made = scene.ask()
    judge()
    [text] = hook.texts
    assert "somebody asks" in text and f"/emergency/{made}/" in text
    assert not [word for word in ("Quokka", "Near One", "knife", "Okwuosa") if word in text]
    shut(scene, made)
    with pytest.raises(RequestRefused):
        agree_to_let_in(first, made)
    [card] = emergencies(second).requests
    assert (card.who, card.reason, card.state, card.told, card.may_agree) == ("Near One", WHY, "waiting", "sent", True)
    agree_to_let_in(second, made)
    judge()
    assert "was let in" in hook.texts[1]
    page = emergency_page(first, made)
    assert [row.id for row in page.rows] == [scene.urgent] and page.rows[0].sender == ""
    shut(scene, made, second)
    shut(scene, made, scene.team.stranger)
    assert THREAT in opened_urgent(first, made, scene.urgent)[1].item.text
    with pytest.raises(NotFound):
        opened_urgent(first, made, scene.calm)
    assert screen(advocate, scene.team.advocate_id, Filters()).alerts == (), "an alert about an emergency is about no message"
    [card] = emergencies_about(scene.team.helper, scene.team.advocate_id)
    assert card.state == "open" and card.may_end
    _card, seen = emergency_about(advocate, made)
    assert [(look.row.id, look.as_written) for look in seen if look.row] == [(scene.urgent, True)]
    end_emergency(scene.team.helper, made)
    shut(scene, made)
    with pytest.raises(NotFound):
        end_emergency(first, made)
    [card] = emergency_plan(advocate, scene.team.advocate_id).requests
    assert card.state == "ended"
    assert check_home().sound


@pytest.mark.both_databases
def test_it_lapses_runs_out_and_ends_with_the_list(scene: Scene) -> None:
    from parapet.access.emergencies import emergencies, opened_urgent
    from parapet.access.emergency_plans import emergency_plan
    from parapet.actions.break_glass import agree_to_let_in, ask_to_be_let_in, end_emergency
    from parapet.actions.name_for_emergency import name_for_emergency
    from parapet.records.models import EmergencyPlan, LogEntry

    now, team = datetime.now(UTC), scene.team
    lapsed = scene.ask(now=now - timedelta(hours=7))
    with pytest.raises(NotFound):
        agree_to_let_in(scene.second, lapsed)
    shut(scene, lapsed)
    made = scene.ask(hours=1, now=now)
    agree_to_let_in(scene.second, made, now=now)
    assert opened_urgent(scene.first, made, scene.urgent, now=now + timedelta(minutes=59))
    shut(scene, made, now=now + timedelta(hours=1))
    third = scene.ask(now=now + timedelta(hours=2))
    with pytest.raises(RequestRefused, match="within a day"):
        end_emergency(scene.first, third, now=now + timedelta(hours=2))
        scene.ask(now=now + timedelta(hours=3))
    later = now + FAR
    made = scene.ask(now=later)
    agree_to_let_in(scene.second, made, now=later)
    kept = EmergencyPlan.objects.values().get()
    other = team.helper
    assert name_for_emergency(team.advocate, team.advocate_id, [scene.second.id, other.id])
    shut(scene, made, now=later)
    assert emergencies(scene.first).named == ()
    EmergencyPlan.objects.filter(number=kept["number"]).update(**{k: v for k, v in kept.items() if k != "number"})
    shut(scene, made, now=later)
    assert name_for_emergency(team.advocate, team.advocate_id, [])
    with pytest.raises(NotFound):
        ask_to_be_let_in(scene.second, team.advocate_id, reason=WHY)
    LogEntry.objects.filter(kind="revoke").update(kind="view")
    with pytest.raises(LogBroken):
        emergency_plan(team.advocate, team.advocate_id)


def test_who_is_let_in_comes_through_no_other_door(scene: Scene) -> None:
    """And before anybody agreed, and after it lapsed, through none at all."""
    made = scene.ask()
    hers = {"advocate_id": scene.team.advocate_id, "item_id": scene.urgent, "request_id": made}

    def asked(but: set[str]) -> int:
        count = 0
        for door in doors():
            needed = [p.name for p in list(inspect.signature(door).parameters.values())[1:] if p.default is p.empty]
            if name_of(door) in but or not needed or any(name not in hers for name in needed):
                continue
            count += 1
            with pytest.raises(NotFound):
                list(door(scene.first, **{name: hers[name] for name in needed}))
        return count

    own = {"access.emergencies.named_by", "actions.break_glass.end_emergency", "actions.break_glass.ask_to_be_let_in"}
    from parapet.actions.break_glass import agree_to_let_in

    standing = {"access.emergencies.emergency_page", "access.emergencies.standing_request", "actions.break_glass.agree_to_let_in"}
    assert asked(own | standing) >= 15
    agree_to_let_in(scene.second, made)
    assert asked(own | BY_EMERGENCY) >= 15
    from parapet.records.models import EmergencyRequest, LogEntry

    assert scene.first.number not in LogEntry.objects.filter(kind="grant").values_list("person_number", flat=True)
    EmergencyRequest.objects.all().delete()
    assert asked(own) >= 18


def test_rows_that_this_home_did_not_write_let_nobody_in(scene: Scene) -> None:
    from parapet.access.emergencies import emergencies
    from parapet.actions.break_glass import ask_to_be_let_in
    from parapet.records.models import EmergencyName, EmergencyPlan, EmergencyRequest, LogEntry

    stranger, plan = scene.team.stranger, EmergencyPlan.objects.get()
    EmergencyName.objects.create(plan=plan, person=stranger)
    assert emergencies(stranger).named == ()
    with pytest.raises(NotFound):
        ask_to_be_let_in(stranger, scene.team.advocate_id, reason=WHY)
    made = scene.ask()
    row = EmergencyRequest.objects.values().get()
    agreed: dict[str, Any] = {"case_number": row["number"], "person_number": scene.second.number, "kind": "emergency"}
    spare = LogEntry.objects.filter(kind="capture").order_by("-index").first()
    assert spare is not None
    LogEntry.objects.filter(index=spare.index).update(**agreed)
    shut(scene, made)
    for moved in ({"person_id": scene.second.number}, {"begun": row["begun"] + 1}, {"sealed_reason": b"x" * 60}):
        EmergencyRequest.objects.filter(number=row["number"]).update(**moved)
        assert emergencies(scene.second).requests == ()
        EmergencyRequest.objects.filter(number=row["number"]).update(**{k: row[k] for k in moved})
    assert len(emergencies(scene.second).requests) == 1
    assert b"Quokka" not in bytes(EmergencyRequest.objects.get().sealed_reason)


def test_she_names_two_at_least_and_nobody_who_could_be_another(scene: Scene) -> None:
    from parapet.actions.invite import invite
    from parapet.actions.name_for_emergency import name_for_emergency
    from parapet.records.models import Person

    team = scene.team

    def refused(*people: str) -> None:
        with pytest.raises(RequestRefused):
            name_for_emergency(team.advocate, team.advocate_id, people)

    refused(scene.first.id)
    refused(scene.first.id, scene.first.id)
    refused(scene.first.id, team.advocate.id)
    refused(scene.first.id, "per_0000000000zzz")
    invite(team.advocate, team.advocate_id, "A guest", {Right.ALERT})
    guest = Person.objects.latest("made_at")
    assert name_for_emergency(team.advocate, team.advocate_id, [scene.first.id, guest.id])
    assert not name_for_emergency(team.advocate, team.advocate_id, [guest.id, scene.first.id])
    Person.objects.filter(number=guest.number).update(invited_by=7)
    refused(scene.first.id, scene.second.id, guest.id)
    with pytest.raises(NotFound):
        name_for_emergency(team.helper, team.advocate_id, [scene.first.id, scene.second.id])


def test_two_who_agree_at_once_open_it_once(scene: Scene) -> None:
    from django.db import connections

    from parapet.actions.break_glass import agree_to_let_in
    from parapet.actions.name_for_emergency import name_for_emergency
    from parapet.records.models import LogEntry

    team = scene.team
    name_for_emergency(team.advocate, team.advocate_id, [scene.first.id, scene.second.id, team.helper.id])
    made = scene.ask()

    def agree(who: Any) -> str:
        try:
            agree_to_let_in(who, made)
        except RequestRefused:
            return "late"
        finally:
            connections.close_all()
        return "agreed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(agree, (scene.second, team.helper))) == ["agreed", "late"]
    assert LogEntry.objects.filter(kind="emergency", case_number__isnull=False).count() == 4  # named twice, asked, agreed once


def test_what_is_closed_stays_shut_and_what_kind_it_is_shows(scene: Scene) -> None:
    from parapet.access.emergencies import emergency_page, opened_urgent
    from parapet.actions.close_material import close_material
    from parapet.actions.own_keys import make_own_key, unlock
    from parapet.records import presence
    from parapet.records.models import LogEntry

    words = "four words of no meaning"
    make_own_key(scene.team.advocate, words)
    with presence.here(scene.team.advocate.number, unlock(scene.team.advocate, words)):
        close_material(scene.team.advocate, scene.team.advocate_id)
    made = scene.opened()
    page = emergency_page(scene.first, made)
    assert page.card.closed and [row.id for row in page.rows] == [scene.urgent]
    with pytest.raises(KeyClosed):
        opened_urgent(scene.first, made, scene.urgent)
    assert not LogEntry.objects.filter(kind="view", person_number=scene.first.number).exists()


def test_who_did_what_is_found_by_its_index_and_a_helper_sees_his_own(scene: Scene) -> None:
    from django.db import connection

    from parapet.access import deeds as access
    from parapet.access.deeds import ACCESS, SAW, TOOK_OUT, Asked, all_deeds, deeds
    from parapet.access.emergencies import opened_urgent
    from parapet.access.items import opened
    from parapet.actions.open_case import open_case
    from parapet.actions.record_handover import record_handover
    from parapet.records.bulk import run
    from parapet.records.models import LogEntry

    team, hers = scene.team, scene.team.advocate_id
    case = open_case(team.advocate, hers, "Quokkatitle", [scene.calm])
    opened(team.helper, scene.calm, why="triage")
    record_handover(
        team.advocate, case, kind="transfer", to="police", means="mail", happened_at=datetime.now(UTC), name="Constable"
    )
    opened_urgent(scene.first, scene.opened(), scene.urgent)

    def told(by: Any, **asked: Any) -> list[tuple[str, str]]:
        return [(deed.kind, deed.who) for deed in deeds(by, hers, Asked(**asked)).lines]

    assert told(team.advocate, group=SAW) == [("view", "Near One"), ("view", "Helping Colleague")]
    assert told(team.helper, group=SAW) == [("view", "Helping Colleague")] == told(team.helper, group=SAW, who=scene.first.id)
    assert told(team.advocate, group=TOOK_OUT) == [("transfer", "Amara")]
    [given] = deeds(team.advocate, hers, Asked(group=TOOK_OUT)).lines
    assert (given.name, given.details["to"], given.case) == ("Constable", "police", (case, "Quokkatitle")) and len(
        given.digest
    ) == 64
    assert [kind for kind, _ in told(team.advocate, group=ACCESS)] == ["emergency"] * 3 + ["grant"] * 2
    assert told(team.advocate, item=scene.urgent, group=SAW) == [("view", "Near One")]
    assert {"capture", "assess"} <= {kind for kind, _ in told(team.advocate, item=scene.urgent)}
    assert "capture" not in {kind for kind, _ in told(team.advocate)}
    assert told(team.advocate, since=datetime.now(UTC) + FAR) == [] != told(team.advocate, since=datetime.now(UTC) - FAR)
    for who in (team.stranger, scene.first):
        with pytest.raises(NotFound):
            deeds(who, hers, Asked())
    pages, place = [], None
    while True:
        page = deeds(team.advocate, hers, Asked(before=place), most=3)
        pages += [deed.log_index for deed in page.lines]
        if (place := page.more) is None:
            break
    assert pages == [deed.log_index for deed in all_deeds(team.advocate, hers, Asked())] == sorted(pages, reverse=True)
    LogEntry.objects.filter(kind="view", person_number=scene.first.number).update(person_number=team.helper.number)
    assert [deed.as_written for deed in deeds(team.advocate, hers, Asked(group=SAW)).lines] == [False, True]
    if connection.vendor == "sqlite":
        sql = f'SELECT "index" FROM records_logentry WHERE {access.BY_PEOPLE} AND advocate_number = 5 AND kind IN (\'export\') ORDER BY "index" DESC'
        [plan] = run("EXPLAIN QUERY PLAN " + sql, [])
        assert "COVERING INDEX log_custody" in plan[-1] and "TEMP B-TREE" not in str(plan)


def test_it_outlives_a_change_of_the_keys_and_goes_with_the_advocate(scene: Scene) -> None:
    from parapet.access.emergencies import emergencies, opened_urgent
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_advocate
    from parapet.actions.rotate_keys import rotate_keys
    from parapet.records.models import Alert, EmergencyPlan

    made = scene.opened()
    assert rotate_keys().damaged == 0
    assert THREAT in opened_urgent(scene.first, made, scene.urgent)[1].item.text
    assert check_home().sound
    EmergencyPlan.objects.update(sealed_people=b"x" * 60)
    assert [fault.code for fault in check_home().faults] == ["sealed"]
    erase_advocate(scene.team.advocate, scene.team.advocate_id, reason="asked")
    assert emergencies(scene.first).named == () and not Alert.objects.exists() and not EmergencyPlan.objects.exists()
    shut(scene, made)
    assert check_home().sound
