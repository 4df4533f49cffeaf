"""Supporters: asked by somebody who vetted them, let see what she allowed and nothing else, held within limits, stopped at once."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from flow.conftest import Team
from flow.test_access import everything, strings, told
from support.doors import BY_SUPPORT, doors, name_of
from support.sample import ADVOCATES

from parapet.domain.errors import LogBroken, NotFound, RequestRefused
from parapet.domain.support import PAUSE_DAYS, Felt, Help, Helped, Limits, Said

ASKED = "Quokkawords: my post about the new vaccine schedule."
POST = "https://social.example/@quokkapost/1"
KIND = "What you wrote about the schedule calmed my neighbours, and me too. Please go on."


@frozen
class Scene:
    """Her public messages `posts`, the mail that nobody may tick, and two supporters who agreed."""

    team: Team
    posts: list[str]
    mail: str
    one: Any
    two: Any
    backings: tuple[str, str]


def comments() -> str:
    """Three public comments under her video, as its platform exports them."""
    texts = (
        "You are a filthy liar, Quokkatext, quack quack.",
        "Quokkasecond: stupid idiot of a doctor, Quokkatext.",
        "Her home address is 12 Quokka Street, go there and visit her tonight. Quokkadox",
    )
    threads = []
    for n, text in enumerate(texts):
        snippet = {
            "videoId": "quokkavideo", "textOriginal": text, "authorDisplayName": f"@quokkahandle{n}",
            "authorChannelId": {"value": f"UCquokka{n}"}, "publishedAt": "2026-09-14T19:54:07Z", "updatedAt": "2026-09-14T19:54:07Z",
        }  # fmt: skip
        comment = {"kind": "youtube#comment", "id": f"Ugquokka{n}", "snippet": snippet}
        thread = {"videoId": "quokkavideo", "topLevelComment": comment, "totalReplyCount": 0}
        threads.append({"kind": "youtube#commentThread", "id": f"Ugquokka{n}", "snippet": thread})
    return json.dumps({"kind": "youtube#commentThreadListResponse", "items": threads})


@pytest.fixture
def scene(team: Team, take_in: Any, judge: Any, tmp_path: Path, once: Any) -> Scene:
    from parapet.records.models import Person

    def put_in() -> Any:
        from parapet.access.inbox import page
        from parapet.access.views import Filters

        (tmp_path / "posts.json").write_text(comments())
        (tmp_path / "one.eml").write_text(
            "From: Quokkaname <q@quokkaurl.example>\nTo: a.okwuosa@rivercrest-family-heal.example\nSubject: Quokkasubject\n"
            "Message-ID: <1@quokkaurl.example>\nDate: Mon, 14 Sep 2026 19:54:07 +0000\n\nYou filthy liar, Quokkatext.\n"
        )
        take_in(tmp_path / "posts.json", tmp_path / "one.eml", advocates=ADVOCATES, advocate="adv-01", person=team.advocate)
        judge()
        found = page(team.advocate, team.advocate_id, Filters()).rows
        people = [Person.objects.named(name) for name in ("Quokkasupporter One", "Supporter Two")]
        backings = [supporter(team, each) for each in people]
        return (
            [row.id for row in found if row.channel != "mail"],
            next(row.id for row in found if row.channel == "mail"),
            [each.number for each in people],
            backings,
        )

    posts, mail, people, backings = once("support", put_in)
    return Scene(team, posts, mail, *(Person.objects.get(number=n) for n in people), tuple(backings))


def supporter(team: Team, person: Any, *, agrees: bool = True, **more: Any) -> str:
    from parapet.actions.ask_supporter import ask_supporter
    from parapet.actions.give_support import agree_to_support

    made = ask_supporter(team.advocate, team.advocate_id, to=person.id, how="Quokkavetting: we met twice", **more)
    if agrees:
        agree_to_support(person, made)
    return made


def ask(scene: Scene, *helps: Help, **more: Any) -> str:
    from parapet.actions.call_for_support import Wanted, call_for_support, terms_of

    who = more.pop("by", scene.team.advocate)
    case_id = more.pop("case_id", "")
    until = more.pop("until", datetime.now(UTC) + timedelta(days=2))
    wanted = Wanted(
        words=more.pop("words", ASKED), helps=helps or (Help.REPLY,), people=more.pop("people", scene.backings), until=until,
        **{"links": POST, **more},
    )  # fmt: skip
    shown = terms_of(who, scene.team.advocate_id, wanted).digest
    return call_for_support(who, scene.team.advocate_id, wanted, shown=shown, case_id=case_id)


def summary(scene: Scene, call: str) -> Any:
    from parapet.access.support import call_page

    return call_page(scene.team.advocate, call)[1]


def test_a_call_from_asking_to_whether_it_helped(scene: Scene) -> None:
    from parapet.access.supporting import call_view, covered_for_support, supporting
    from parapet.actions.call_for_support import say_helped, stop_call
    from parapet.actions.give_support import end_pause, say_how_he_is, say_what_came, show_own_words, take_help
    from parapet.domain.suggestions import SUGGESTIONS

    plain = [item for item in scene.posts if item in tickable(scene)]
    call = ask(scene, Help.REPLY, Help.REPORT, items=plain)
    [card] = supporting(scene.one).calls
    assert (card.id, card.mine) == (call, False)
    seen = call_view(scene.one, call)
    assert (seen.words, seen.links, {row.id for row in seen.rows}, seen.place) == (ASKED, (POST,), set(plain), "")
    row, words, address = covered_for_support(scene.one, call, plain[0])
    assert row.id == plain[0] and words is not None and address.startswith("https://www.youtube.com/watch?v=quokkavideo")
    assert "liar" not in "".join(strings(words)).casefold() or "idiot" not in "".join(strings(words)).casefold()
    with pytest.raises(NotFound):
        covered_for_support(scene.one, call, scene.mail)

    take_help(scene.one, call, Help.REPLY)
    with pytest.raises(RequestRefused, match="in hand"):
        take_help(scene.one, call, Help.REPORT)
    with pytest.raises(RequestRefused, match="own words here first"):
        say_what_came(scene.one, call, Said.DONE)
    for text, why in (
        (SUGGESTIONS[0].en, "suggestion"),
        ("Today: " + SUGGESTIONS[1].fr, "suggestion"),
        ("Thank you, doctor", "few words"),
        ("Do not mind that @quokkahandle who wrote this to you today", "Name no account"),
        ("These filthy stupid idiots should all go and kill themselves tonight", "attack"),
    ):
        with pytest.raises(RequestRefused, match=why):
            show_own_words(scene.one, call, text)
    show_own_words(scene.one, call, KIND)
    say_what_came(scene.one, call, Said.DONE)
    take_help(scene.two, call, Help.REPLY)
    with pytest.raises(RequestRefused, match="nearly the same"):
        show_own_words(scene.two, call, KIND.replace("neighbours", "parents"))
    say_what_came(scene.two, call, Said.COULD_NOT)
    with pytest.raises(RequestRefused, match="break"):
        take_help(scene.two, call, Help.REPORT)
    told_ = summary(scene, call)
    assert [(each.help, each.taken, each.done) for each in told_.counts] == [(Help.REPORT, 0, 0), (Help.REPLY, 0, 1)]

    assert stop_call(scene.team.advocate, call) and not stop_call(scene.team.advocate, call)
    for asked in (call_view, lambda who, which: take_help(who, which, Help.REPORT)):
        with pytest.raises(NotFound):
            asked(scene.one, call)
    [ended] = supporting(scene.one).ended
    assert (ended.id, ended.stopped, ended.felt, supporting(scene.one).calls) == (call, True, False, ())
    say_how_he_is(scene.one, call, Felt.TIRED, pause_days=PAUSE_DAYS[1])
    assert supporting(scene.one).paused_until is not None
    end_pause(scene.one)
    assert supporting(scene.one).paused_until is None
    with pytest.raises(NotFound):
        end_pause(scene.one)
    say_helped(scene.team.advocate, call, Helped.PARTLY, "Quokkaline")
    found = summary(scene, call)
    assert (found.state, found.felt, found.helped, found.line) == ("stopped", ((Felt.TIRED, 1),), Helped.PARTLY, "Quokkaline")


def tickable(scene: Scene) -> set[str]:
    from parapet.access.support import call_choices

    return {
        row.id for item in scene.posts for row in call_choices(scene.team.advocate, scene.team.advocate_id, item_id=item).rows
    }


def test_nothing_private_can_be_ticked(scene: Scene) -> None:
    """No mail, and no post that publishes private facts; nor what is another's."""
    assert len(tickable(scene)) == 2 and scene.mail not in tickable(scene)
    dox = next(item for item in scene.posts if item not in tickable(scene))
    for item in (dox, scene.mail, "itm_0000000000zzz"):
        with pytest.raises(NotFound):
            ask(scene, items=[item])


def test_what_is_asked_is_checked(scene: Scene) -> None:
    refused: list[tuple[tuple[Help, ...], dict[str, Any]]] = [
        ((), {}),
        ((Help.REPLY,), {"words": " "}),
        ((Help.REPLY,), {"quiet": True}),
        ((Help.REPLY,), {"links": ""}),
        ((Help.REPLY,), {"links": "javascript:alert(1)"}),
        ((Help.REPLY,), {"links": "https://user:word@social.example/"}),
        ((Help.REPLY,), {"links": "\n".join(f"https://social.example/{n}" for n in range(6))}),
        ((Help.REPLY,), {"words": "My password is Quokka1"}),
        ((Help.REPLY,), {"words": "Mon mot de passe est Quokka1"}),
        ((Help.REPLY,), {"until": datetime.now(UTC) - timedelta(hours=1)}),
        ((Help.REPLY,), {"until": datetime.now(UTC) + timedelta(days=15)}),
        ((Help.REPLY,), {"people": []}),
        ((Help.REPLY,), {"items": [f"itm_00000000000{n:02}" for n in range(11)]}),
        ((Help.REPORT,), {}),  # which?
        ((Help.WALK,), {}),  # nobody can say yes to a time that is not told
    ]
    from parapet.actions.call_for_support import Wanted, call_for_support, terms_of

    for helps, more in refused:
        told_ = {"words": ASKED, "people": scene.backings, "until": datetime.now(UTC) + timedelta(days=1), "links": POST, **more}
        with pytest.raises(RequestRefused):
            terms_of(scene.team.advocate, scene.team.advocate_id, Wanted(helps=helps, **told_))
    with pytest.raises(NotFound):
        ask(scene, people=["sup_0000000000zzz"])
    wanted = Wanted(ASKED, (Help.CHECK,), scene.backings, datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(RequestRefused, match="Look at it again"):
        call_for_support(scene.team.advocate, scene.team.advocate_id, wanted, shown="another")


def test_her_private_facts_go_to_nobody(scene: Scene) -> None:
    from parapet.access.people import profile_for
    from parapet.actions.change_profile import change_profile

    known = profile_for(scene.team.advocate, scene.team.advocate_id)
    known.private["home"] = "12 Quokka Street, Wombat Falls"
    change_profile(scene.team.advocate, scene.team.advocate_id, known)
    with pytest.raises(RequestRefused, match="private"):
        ask(scene, words="Meet me at 12 Quokka Street please.")


def test_what_one_does_is_confirmed_and_its_place_is_told_to_nobody_else(scene: Scene) -> None:
    from parapet.access.supporting import call_view, supporting
    from parapet.actions.call_for_support import confirm_taker
    from parapet.actions.give_support import leave_support, say_what_came, take_help

    call = ask(scene, Help.WALK, when="Tonight at 21:00", place="Quokkaplace, door 3")
    assert call_view(scene.one, call).when == "Tonight at 21:00"
    take_help(scene.one, call, Help.WALK)
    with pytest.raises(RequestRefused, match="Others took"):
        take_help(scene.two, call, Help.WALK)
    assert [call_view(who, call).place for who in (scene.one, scene.two)] == ["", ""]
    with pytest.raises(RequestRefused, match="not confirmed"):
        say_what_came(scene.one, call, Said.DONE)
    [taker] = summary(scene, call).takers
    confirm_taker(scene.team.advocate, call, taker.slot, yes=False)
    take_help(scene.two, call, Help.WALK)
    [taker] = summary(scene, call).takers
    confirm_taker(scene.team.advocate, call, taker.slot, yes=True)
    assert [call_view(who, call).place for who in (scene.one, scene.two)] == ["", "Quokkaplace, door 3"]
    leave_support(scene.two, scene.backings[1])
    assert supporting(scene.two) == type(supporting(scene.two))((), (), (), None)
    assert summary(scene, call).takers == ()
    take_help(scene.one, call, Help.WALK)
    say_what_came(scene.one, call, Said.COULD_NOT)
    take_help(scene.one, call, Help.WALK)
    say_what_came(scene.one, call, Said.COULD_NOT)
    with pytest.raises(RequestRefused, match="your part"):
        take_help(scene.one, call, Help.WALK)


def test_what_is_taken_and_left_is_free_again_and_a_call_ends_by_itself(scene: Scene) -> None:
    from parapet.access.supporting import call_view, supporting
    from parapet.actions.give_support import say_what_came, show_own_words, take_help
    from parapet.domain.support import TAKEN_FOR

    now = datetime.now(UTC)
    call = ask(scene, limits=Limits(at_once=1, replies=1), until=now + timedelta(days=1))
    take_help(scene.one, call, Help.REPLY)
    with pytest.raises(RequestRefused, match="Others took"):
        take_help(scene.two, call, Help.REPLY)
    later = datetime.now(UTC) + TAKEN_FOR
    for late in (
        lambda: show_own_words(scene.one, call, KIND, now=later),
        lambda: say_what_came(scene.one, call, Said.DONE, now=later),
    ):
        with pytest.raises(NotFound):
            late()
    take_help(scene.two, call, Help.REPLY, now=later)
    over = now + timedelta(days=1)
    with pytest.raises(NotFound):
        call_view(scene.one, call, now=over)
    assert [each.stopped for each in supporting(scene.one, now=over).ended] == [False]
    assert supporting(scene.one, now=over + timedelta(days=15)).ended == ()


def test_no_limit_is_exceeded_whatever_they_try(scene: Scene) -> None:
    """Many supporters, many tries, in an order that chance decides; whatever holds is looked at after each."""
    import random

    from parapet.access.support import held_call
    from parapet.access.support_steps import DONE, TAKEN
    from parapet.actions.give_support import say_what_came, take_help

    chance, limits = random.Random(7), Limits(at_once=2, reports=3, reports_each=1, replies=4, replies_each=2, pause_min=10)
    call = ask(scene, Help.REPORT, Help.REPLY, limits=limits, items=sorted(tickable(scene)))
    now, took = datetime.now(UTC), 0
    for _ in range(16):
        who, now = chance.choice((scene.one, scene.two)), now + timedelta(minutes=chance.choice((0, 4, 11, 30)))
        try:
            if chance.random() < 0.6:
                take_help(who, call, chance.choice((Help.REPORT, Help.REPLY)), now=now)
                took += 1
            else:
                say_what_came(who, call, chance.choice((Said.DONE, Said.COULD_NOT)), now=now)
        except (NotFound, RequestRefused):
            pass
        held = held_call(scene.team.advocate, call)
        holding = held.holding(now)
        assert sum(slot.now(now) == TAKEN for slot in holding) <= limits.at_once
        for help_ in (Help.REPORT, Help.REPLY):
            assert len(held.holding(now, help_)) <= limits.in_all(help_)
            for each in (scene.one, scene.two):
                assert sum(slot.person == each.number for slot in held.holding(now, help_)) <= limits.each(help_)
        for each in (scene.one, scene.two):
            times = sorted(slot.at for slot in held.slots if slot.person == each.number)
            assert all(b - a >= timedelta(minutes=limits.pause_min) for a, b in pairwise(times))
            assert sum(slot.now(now) == TAKEN for slot in holding if slot.person == each.number) <= 1
    assert took >= 3 and any(slot.state == DONE for slot in held.slots)


@pytest.mark.both_databases
def test_two_at_once_get_one(scene: Scene) -> None:
    from django.db import connection

    from parapet.actions.give_support import take_help

    call, came, gate = ask(scene, limits=Limits(at_once=1, replies=1)), list[str](), threading.Barrier(2)

    def take(who: Any) -> None:
        gate.wait(30)
        try:
            take_help(who, call, Help.REPLY)
            came.append("taken")
        except RequestRefused:
            came.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(who,)) for who in (scene.one, scene.two)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(came) == ["refused", "taken"]


def about(scene: Scene, call: str) -> dict[str, Any]:
    return {
        "call_id": call, "supporter_id": scene.backings[0], "item_id": scene.posts[0], "help_": Help.REPLY, "what": Said.DONE,
        "felt": Felt.WELL, "own_words": KIND,
    }  # fmt: skip


def refuses_all(scene: Scene, who: Any, call: str, but: set[str] = set()) -> None:  # noqa: B006  # never changed
    """Each door of supporters has the one answer for `who`."""
    import inspect

    from parapet.access.supporting import supporting

    for door in doors():
        if name_of(door) not in BY_SUPPORT - {"access.supporting.supporting"} - but:
            continue
        names = set(inspect.signature(door).parameters)
        told(door, who, {name: value for name, value in about(scene, call).items() if name in names})
    assert supporting(who).calls == () and supporting(who).ended == ()


def test_who_is_no_supporter_or_no_longer_finds_nothing(scene: Scene) -> None:
    from parapet.actions.ask_supporter import end_supporter
    from parapet.actions.give_support import take_help
    from parapet.records.models import Person

    call = ask(scene, Help.REPLY, items=[min(tickable(scene))])
    asked = Person.objects.named("Was asked and did not answer")
    supporter(scene.team, asked, agrees=False)
    before = everything()
    for who in (scene.team.stranger, scene.team.helper, asked, scene.team.advocate):
        refuses_all(scene, who, call)
    assert everything() == before
    take_help(scene.one, call, Help.REPLY)
    end_supporter(scene.team.advocate, scene.backings[0])
    refuses_all(scene, scene.one, call)
    assert summary(scene, call).counts[0].taken == 0
    with pytest.raises(NotFound):
        end_supporter(scene.team.stranger, scene.backings[1])


def test_a_supporter_sees_nothing_but_what_was_allowed(scene: Scene) -> None:
    """With a call open and a message ticked: every other door of the home is shut, and no list has a row."""
    import inspect

    from parapet.access.people import advocates_of
    from parapet.access.referred import referred_to
    from parapet.access.supporting import call_view

    [ticked, other] = sorted(tickable(scene))
    call = ask(scene, items=[ticked])
    assert advocates_of(scene.one, scoped=True) == () and referred_to(scene.one) == ()
    tried = 0
    for door in doors():
        names = list(inspect.signature(door).parameters)[1:]
        if not names or name_of(door) in BY_SUPPORT:
            continue
        hers = {"advocate_id": scene.team.advocate_id, "item_id": ticked, "call_id": call, "supporter_id": scene.backings[0]}
        needs = [n for n in names if inspect.signature(door).parameters[n].default is inspect.Parameter.empty]
        if set(needs) <= set(hers) and set(needs):
            told(door, scene.one, {name: hers[name] for name in needs})
            tried += 1
    assert tried > 30
    assert {row.id for row in call_view(scene.one, call).rows} == {ticked} and other != ticked


def test_rows_that_somebody_changed_give_nothing(scene: Scene) -> None:
    from parapet.access.supporting import call_view, supporting
    from parapet.actions.ask_supporter import end_supporter
    from parapet.actions.call_for_support import stop_call
    from parapet.actions.check_support import broken_support
    from parapet.actions.give_support import take_help
    from parapet.records import models

    call = ask(scene)
    take_help(scene.one, call, Help.REPLY)
    assert list(broken_support()) == []
    step = models.SupportStep.objects.order_by("-log_index").first()
    assert step is not None
    models.SupportStep.objects.filter(pk=step.pk).delete()  # as if nobody had taken anything
    with pytest.raises(NotFound):
        call_view(scene.two, call)
    assert list(broken_support()) == [call]
    step.save(force_insert=True)
    call_view(scene.two, call)

    row = models.Supporter.objects.get(person=scene.one)
    models.Supporter.objects.filter(pk=row.pk).update(person=scene.team.stranger)
    assert supporting(scene.team.stranger).asked == () and supporting(scene.one).asked == ()
    models.Supporter.objects.filter(pk=row.pk).update(person=scene.one)
    stop_call(scene.team.advocate, call)
    end_supporter(scene.team.advocate, scene.backings[0])
    models.LogEntry.objects.filter(kind="revoke").delete()
    for who in (scene.one, scene.two):
        with pytest.raises(LogBroken):
            supporting(who)


def test_a_supporter_of_an_organisation_ends_with_it(scene: Scene) -> None:
    from flow.test_access import organisations

    from parapet.access.supporting import supporting
    from parapet.actions.invite_member import invite_member
    from parapet.actions.join_organisation import join_organisation
    from parapet.actions.leave_organisation import leave_organisation
    from parapet.domain.belonging import Role
    from parapet.records.models import Person

    team = scene.team
    there = organisations(team.advocate, Person.objects.named("An officer"))
    vetted, member = Person.objects.named("Vetted there"), Person.objects.named("A member")
    for who, role in ((vetted, Role.SUPPORTER), (member, Role.MEMBER)):
        invite_member(team.advocate, there, who.id, role)
        join_organisation(who, there)
    for wrong in (member, team.stranger):
        with pytest.raises(NotFound):
            supporter(team, wrong, agrees=False, through=there)
    supporter(team, vetted, through=there)
    assert [each.through for each in supporting(vetted).asked] == [f"Organisation of {team.advocate.name}"]
    leave_organisation(vetted, there)
    assert supporting(vetted).asked == ()


def test_who_can_be_asked(scene: Scene) -> None:
    from parapet.actions.ask_supporter import ask_new_supporter, ask_supporter, renew_supporter_link
    from parapet.records.models import Advocate, Person
    from parapet.records.numbers import number_of

    team = scene.team
    elsewhere = Person.objects.named("Guest of another", invited_by=Advocate.UNMATCHED)
    for who in (team.helper, elsewhere, scene.one, team.advocate):
        with pytest.raises(RequestRefused):
            ask_supporter(team.advocate, team.advocate_id, to=who.id, how="we met")
    with pytest.raises(RequestRefused, match="vetted"):
        ask_supporter(team.advocate, team.advocate_id, to=team.stranger.id, how=" ")
    from parapet.actions.change_grant import change_rights
    from parapet.domain.rights import Right

    change_rights(team.advocate, team.advocate_id, team.helper.id, {Right.READ, Right.REFER})
    for who in (team.stranger, team.helper):
        with pytest.raises(NotFound):
            ask_supporter(who, team.advocate_id, to=scene.two.id, how="we met")
    made = ask_new_supporter(team.advocate, team.advocate_id, name="New Quokka", how="a neighbour")
    guest = Person.objects.get(number=number_of("per", made.helper_id))
    assert guest.invited_by == number_of("adv", team.advocate_id)
    from parapet.access.supporting import supporting

    [asked] = supporting(guest).asked
    assert renew_supporter_link(team.advocate, asked.id).token != made.token
    with pytest.raises(RequestRefused):
        renew_supporter_link(team.advocate, scene.backings[0])


def test_staff_with_the_right_ask_and_stop_and_nothing_is_in_the_clear(
    scene: Scene, judge: Any, home: Any, tmp_path: Path
) -> None:
    """With all of it done once, a copy without the key holds no word; and what was sent to supporters neither."""
    from flow.test_at_rest import copied
    from support.receivers import webhook

    from parapet.access.support import calls_of_case
    from parapet.actions.call_for_support import confirm_taker, say_helped, stop_call
    from parapet.actions.change_grant import change_rights
    from parapet.actions.change_reach import add_way
    from parapet.actions.check_home import check_home
    from parapet.actions.give_support import say_how_he_is, show_own_words, take_help
    from parapet.actions.open_case import open_case
    from parapet.domain.rights import Right
    from parapet.jobs import models
    from parapet.records.models import Person, SupportNotice

    team = scene.team
    change_rights(team.advocate, team.advocate_id, team.helper.id, {Right.READ, Right.SUPPORT})
    case = open_case(team.advocate, team.advocate_id, "Quokkatitle", scene.posts[:1])
    with webhook() as hook:
        resting = Person.objects.named("Supporter Three")
        everybody = [*scene.backings, supporter(team, resting)]
        say_how_he_is(resting, ask(scene, people=everybody), Felt.TIRED, pause_days=PAUSE_DAYS[-1])
        for each in (scene.one, resting):
            add_way(each, "webhook", hook.url)
        models.OutboxEntry.objects.all().delete()  # what was promised of that call is another test's
        call = ask(
            scene, Help.WALK, Help.REPLY, by=team.helper, case_id=case, when="Quokkawhen", place="Quokkaplace",
            items=sorted(tickable(scene)), people=everybody,
        )  # fmt: skip
        judge()
        take_help(scene.one, call, Help.REPLY)
        show_own_words(scene.one, call, KIND + " Quokkareply")
        take_help(scene.two, call, Help.WALK)
        confirm_taker(team.helper, call, summary(scene, call).takers[0].slot, yes=True)
        say_how_he_is(scene.two, call, Felt.WELL)
        say_helped(team.helper, call, Helped.YES, "Quokkaline")
        stop_call(team.helper, call)
        judge()
        sent = " ".join(hook.texts)
    assert len(hook.got) == 2 and "stopped" in sent and call in sent and "uokka" not in sent and team.advocate.name not in sent
    assert [row.what for row in SupportNotice.objects.all()] == ["sent", "sent"]
    [told_] = calls_of_case(team.advocate, case)
    assert (told_.id, told_.state, told_.by) == (call, "stopped", "Helping Colleague")
    assert not check_home().faults
    from django.db import connection

    connection.close()
    assert b"uokka" not in copied(home, tmp_path, "sqlite").lower().replace(b"uokkahandle", b"")


def test_when_she_is_erased_all_of_it_goes(scene: Scene) -> None:
    from parapet.access.supporting import supporting
    from parapet.actions.check_home import check_home
    from parapet.actions.erase import erase_advocate
    from parapet.records import models

    ask(scene)
    erase_advocate(scene.team.advocate, scene.team.advocate_id, reason="law")
    assert (models.SupportCall.objects.count(), models.Supporter.objects.count(), supporting(scene.one).asked) == (0, 0, ())
    assert not check_home().faults
