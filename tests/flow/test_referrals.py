"""A case goes to an officer as a list that was seen and agreed to: that, and nothing else, until it is handed or taken back."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from flow.conftest import Team
from flow.test_cases import printed, sound
from support import many
from support.doors import BY_REFERRAL, doors, name_of
from support.sample import ADVOCATES

from parapet.domain.errors import LogBroken, NotFound, RequestRefused
from parapet.domain.rights import GIVEABLE, Right


@frozen
class Scene:
    """A case of three messages with a note, and an officer with an account of her own. `items` holds what is in no case too."""

    team: Team
    officer: Any
    case: str
    items: list[str]


@pytest.fixture
def scene(team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, once: Any) -> Scene:
    from parapet.records.models import Person

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters
        from parapet.actions.open_case import open_case
        from parapet.actions.write_note import write_note

        take_in(*many.write(tmp_path / "boxes", 12, files=1), advocates=ADVOCATES)
        judge()
        items = [row.id for row in page(team.advocate, team.advocate_id, Filters()).rows]
        assert len(items) >= 6
        case = open_case(team.advocate, team.advocate_id, "Quokkatitle", items[:3])
        write_note(team.advocate, case, "Quokkanote")
        return case, items

    case, items = once("referrals", put_in)
    return Scene(team, Person.objects.named("An officer"), case, items)


def offer(scene: Scene, items: list[str] | None = None, **more: Any) -> str:
    from parapet.access.referrals import preview
    from parapet.actions.refer import refer_case

    chosen = scene.items[:2] if items is None else items
    shown = preview(scene.team.advocate, scene.case, chosen).shown
    asked = {"to": scene.officer.id, "purpose": "Quokkapurpose", "shown": shown, **more}
    return refer_case(scene.team.advocate, scene.case, chosen, **asked)


def state(scene: Scene) -> tuple[str, int, str]:
    from parapet.access.referrals import referrals_of_case

    card = referrals_of_case(scene.team.advocate, scene.case)[0]
    return card.state, card.later, card.words


@pytest.mark.both_databases
def test_a_referral_from_offer_to_handing_back(scene: Scene) -> None:
    from parapet.access import referred
    from parapet.access.cases import page as case_page
    from parapet.access.referrals import preview_more, referrals_given
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.answer_referral import accept_referral, hand_back_referral, note_referred
    from parapet.actions.refer import extend_referral
    from parapet.actions.write_note import write_note

    advocate, officer = scene.team.advocate, scene.officer
    ref = offer(scene, notes=True)
    [card] = referred.referred_to(officer)
    assert (card.accepted, card.items, card.title, card.purpose) == (False, 2, "Quokkatitle", "Quokkapurpose")
    assert referred.referred_page(officer, ref).rows == () and referred.referred_page(officer, ref).notes == ()
    with pytest.raises(NotFound):
        referred.opened_referred(officer, ref, scene.items[0], why="case")
    accept_referral(officer, ref)
    found = referred.referred_page(officer, ref)
    assert {row.id for row in found.rows} == set(scene.items[:2])
    assert all((row.sender, row.sender_count) == ("", 0) for row in found.rows)
    assert [note.text for note in found.notes] == ["Quokkanote"]
    card, shown = referred.opened_referred(officer, ref, scene.items[0], why="case")
    assert shown.item.text
    with pytest.raises(NotFound):
        referred.opened_referred(officer, ref, scene.items[2], why="case")
    note_referred(officer, ref, "Wombatnote")
    write_note(advocate, scene.case, "Written later")
    add_to_case(advocate, scene.case, [scene.items[4]])
    found = referred.referred_page(officer, ref)
    assert [note.text for note in found.notes] == ["Quokkanote", "Wombatnote"]
    assert len(found.rows) == 2 and state(scene) == ("accepted", 2, "")
    told, more = preview_more(advocate, ref)
    assert (told.later_notes, [row.id for row in more.rows]) == (1, [i for i in more_of(scene) if i not in scene.items[:2]])
    with pytest.raises(RequestRefused):
        extend_referral(advocate, ref, shown="another list")
    extend_referral(advocate, ref, shown=more.shown)
    assert len(referred.referred_page(officer, ref).rows) == 4
    assert [note.text for note in referred.referred_page(officer, ref).notes] == ["Quokkanote", "Wombatnote", "Written later"]
    hand_back_referral(officer, ref, words="Wombatwords")
    assert referred.referred_to(officer) == () and state(scene) == ("returned", 0, "Wombatwords")
    assert [card.who for card in referrals_given(advocate, scene.team.advocate_id)] == ["An officer"]
    page = case_page(advocate, scene.case)
    assert [note.text for note in page.notes] == ["Quokkanote", "Wombatnote", "Written later"]
    kinds = [line.kind for line in page.custody if line.kind in ("refer", "revoke")]
    assert kinds == ["refer", "refer", "refer", "revoke"] and all(line.as_written for line in page.custody)
    assert "view" in {line.kind for line in custody_of(scene, scene.items[0])}


def more_of(scene: Scene) -> list[str]:
    from parapet.access.cases import page

    return [row.id for row in page(scene.team.advocate, scene.case).rows]


def custody_of(scene: Scene, item: str) -> Any:
    from parapet.access.items import card

    return card(scene.team.advocate, item).custody


def test_what_was_agreed_to_is_in_the_log_by_its_digest_and_no_word_of_it(scene: Scene) -> None:
    from parapet.access import opening
    from parapet.access.case_cards import case_key
    from parapet.access.referral_rows import of_case
    from parapet.records.models import Case, LogEntry, Referral

    until = datetime.now(UTC) + timedelta(days=3)
    offer(scene, notes=True, until=until)
    case = Case.objects.select_related("advocate").get()
    [referred] = of_case(case)
    body = json.loads(opening.leaf_bytes(LogEntry.objects.get(kind="refer"), case_key(case)))
    assert (body["actor"], body["subjects"], body["details"]["officer"]) == (
        scene.team.advocate.id,
        [scene.case],
        scene.officer.id,
    )
    assert body["details"]["sha256"] == referred.terms.digest and body["details"]["items"] == 2
    assert {body["details"]["notes"], body["details"]["export"]} == {1, 0}
    assert "Quokka" not in json.dumps(body) and b"Quokka" not in bytes(Referral.objects.get().sealed_terms)


def test_an_officer_comes_through_no_other_door(scene: Scene) -> None:
    """Every function that takes the name of something of hers answers an officer as it answers a stranger."""
    from parapet.access.items import veiled
    from parapet.access.people import advocates_of
    from parapet.actions.answer_referral import accept_referral

    ref = offer(scene, notes=True, export=True)
    accept_referral(scene.officer, ref)
    hers = {"advocate_id": scene.team.advocate_id, "case_id": scene.case, "item_id": scene.items[0], "referral_id": ref}
    assert advocates_of(scene.officer) == ()
    with pytest.raises(NotFound):
        veiled(scene.officer, [scene.items[0]])
    asked = 0
    for door in doors():
        if name_of(door) in BY_REFERRAL:
            continue
        parameters = [p for p in list(door_parameters(door))[1:] if p.default is p.empty]
        if not parameters or any(p.name not in hers for p in parameters):
            continue
        asked += 1
        with pytest.raises(NotFound):
            made = door(scene.officer, **{p.name: hers[p.name] for p in parameters})
            list(made)
    assert asked >= 20


def door_parameters(door: Any) -> Any:
    import inspect

    return inspect.signature(door).parameters.values()


def test_it_ends_when_it_is_declined_taken_back_or_over_and_no_old_row_revives_it(scene: Scene) -> None:
    from parapet.access.referred import opened_referred, referred_to
    from parapet.actions.answer_referral import accept_referral, decline_referral
    from parapet.actions.refer import end_referral
    from parapet.records.models import LogEntry, Referral

    officer, advocate = scene.officer, scene.team.advocate
    ref = offer(scene)
    with pytest.raises(RequestRefused):
        decline_referral(officer, ref, words=" ")
    decline_referral(officer, ref, words="Not ours")
    assert (referred_to(officer), state(scene)) == ((), ("declined", 0, "Not ours"))
    ref = offer(scene)
    accept_referral(officer, ref)
    with pytest.raises(NotFound):
        accept_referral(officer, ref)
    kept = Referral.objects.filter(number=Referral.objects.order_by("-number")[0].number).values().get()
    end_referral(advocate, ref)
    with pytest.raises(NotFound):
        opened_referred(officer, ref, scene.items[0], why="case")
    with pytest.raises(NotFound):
        end_referral(advocate, ref)
    Referral.objects.filter(number=kept["number"]).update(**{k: v for k, v in kept.items() if k != "number"})
    assert referred_to(officer) == () and state(scene)[0] == "taken_back"
    later = datetime.now(UTC) + timedelta(days=2)
    ref = offer(scene, until=later)
    assert [card.id for card in referred_to(officer)] == [ref]
    assert referred_to(officer, now=later) == ()
    # Whoever hides the entry that ended one shuts all of them.
    LogEntry.objects.filter(kind="revoke").update(kind="view")
    with pytest.raises(LogBroken):
        referred_to(officer)


def test_a_row_that_this_home_did_not_write_gives_nothing(scene: Scene) -> None:
    from parapet.access.referred import referred_page, referred_to
    from parapet.actions.answer_referral import accept_referral
    from parapet.records.models import Person, Referral

    ref = offer(scene)
    thief = Person.objects.named("Somebody else")
    row = Referral.objects.get()
    Referral.objects.filter(number=row.number).update(accepted=row.begun)
    assert not referred_to(scene.officer)[0].accepted, "the leaf of the offer is not that of the officer's yes"
    Referral.objects.filter(number=row.number).update(accepted=None)
    accept_referral(scene.officer, ref)
    moved: dict[str, Any]
    for moved in ({"person": thief}, {"begun": row.begun + 1}, {"log_index": row.log_index + 1}, {"sealed_terms": b"x" * 60}):
        before = Referral.objects.values().get()
        Referral.objects.filter(number=row.number).update(**moved)
        assert referred_to(scene.officer) == referred_to(thief) == ()
        Referral.objects.filter(number=row.number).update(**{k: v for k, v in before.items() if k != "number"})
    assert len(referred_page(scene.officer, ref).rows) == 2


def test_nothing_goes_that_was_not_shown_and_nobody_gives_more_than_she_has(scene: Scene) -> None:
    from parapet.access.referrals import preview
    from parapet.actions.add_to_case import add_to_case
    from parapet.actions.change_grant import change_rights
    from parapet.actions.invite import invite
    from parapet.actions.refer import refer_case
    from parapet.actions.write_note import write_note
    from parapet.records.models import Person

    team = scene.team
    shown = preview(team.advocate, scene.case, scene.items[:2]).shown
    with pytest.raises(RequestRefused):
        offer(scene, scene.items[:1], shown=shown)
    write_note(team.advocate, scene.case, "One more")
    with pytest.raises(RequestRefused):
        offer(scene, shown=shown)
    with pytest.raises(NotFound):
        offer(scene, [scene.items[5]], shown=shown)
    add_to_case(team.advocate, scene.case, [scene.items[5]])
    for to in ("per_0000000000zzz", "x", team.helper.id, team.advocate.id):
        with pytest.raises(RequestRefused):
            offer(scene, to=to)
    guest = invite(team.advocate, team.advocate_id, "A guest", {Right.ALERT}).helper_id
    Person.objects.filter(number=Person.objects.order_by("-number")[0].number).update(invited_by=7)
    with pytest.raises(RequestRefused):
        offer(scene, to=guest)
    change_rights(team.advocate, team.advocate_id, team.helper.id, {Right.READ, Right.REFER})
    shown = preview(team.helper, scene.case, scene.items[:2]).shown
    asked = {"to": scene.officer.id, "purpose": "p", "shown": shown}
    with pytest.raises(NotFound):
        refer_case(team.helper, scene.case, scene.items[:2], export=True, **asked)
    assert refer_case(team.helper, scene.case, scene.items[:2], **asked)
    change_rights(team.advocate, team.advocate_id, team.helper.id, frozenset(GIVEABLE) - {Right.REFER})
    with pytest.raises(NotFound):
        preview(team.helper, scene.case)


def test_an_officers_dossier_holds_what_was_referred_and_the_bag_stays_sound(scene: Scene, tmp_path: Path) -> None:
    from parapet.access.items import opened
    from parapet.actions.answer_referral import accept_referral, note_referred, referred_dossier
    from parapet.actions.export_bag import export_bag
    from parapet.actions.record_handover import record_handover

    team = scene.team
    record_handover(
        team.advocate, scene.case, kind="report", to="police", means="mail", happened_at=datetime.now(UTC), name="Wombatname"
    )
    ref = offer(scene)
    accept_referral(scene.officer, ref)
    with pytest.raises(NotFound):
        referred_dossier(scene.officer, ref, "en")
    from parapet.actions.refer import end_referral

    end_referral(team.advocate, ref)
    ref = offer(scene, export=True)
    accept_referral(scene.officer, ref)
    note_referred(scene.officer, ref, "Officersnote")
    told = printed(referred_dossier(scene.officer, ref, "en"))
    assert scene.items[0] in told and scene.items[1] in told and scene.items[2] not in told
    assert "Officersnote" in told and "Quokkanote" not in told and "Wombatname" not in told
    beyond = re.sub(r"\s+", "", opened(team.advocate, scene.items[2], why="case").item.text)
    assert beyond[:40] not in told
    sound(export_bag(team.advocate, scene.case, "en", tmp_path / "out"))


def test_a_guest_is_made_for_one_case_and_its_link_is_hers_to_make(scene: Scene) -> None:
    from parapet.access.referrals import preview
    from parapet.access.referred import referred_to
    from parapet.actions.refer import refer_to_guest, renew_referral_link
    from parapet.actions.sign_in import redeem
    from parapet.records.models import Person
    from parapet.records.numbers import number_of

    team = scene.team
    shown = preview(team.advocate, scene.case, scene.items[:1]).shown
    asked = {"name": "Constable", "purpose": "Safety", "shown": shown}
    with pytest.raises(NotFound):
        refer_to_guest(team.helper, scene.case, scene.items[:1], **asked)
    made = refer_to_guest(team.advocate, scene.case, scene.items[:1], **asked)
    guest = Person.objects.get(number=number_of("per", made.helper_id))
    [card] = referred_to(guest)
    assert card.items == 1
    second = renew_referral_link(team.advocate, card.id)
    assert redeem(made.token) is None, "a newer link replaced it"
    assert redeem(second.token) == guest
    with pytest.raises(NotFound):
        renew_referral_link(team.helper, card.id)
