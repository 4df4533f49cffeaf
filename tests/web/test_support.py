"""The screens of supporters: asked, agreed, a call seen before it goes, taken, written, stopped; in both languages, without scripts."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse
from web.test_referrals import hidden, seen

KIND = "What you wrote about the schedule calmed my neighbours, and me too. Please go on."
POST = "https://social.example/@ada/1"
LAST = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
LIMITS = {"at_once": 2, "replies_each": 1, "replies": 5, "reports_each": 1, "reports": 3, "pause_min": 30}


def vetted(cast: Any, browser_of: Any, name: str) -> Any:
    """Somebody new who was asked by a link and has agreed, by the screens."""
    from parapet.records.models import Person

    owner = browser_of(cast.owner)
    page = reverse("support", args=[cast.advocate_id])
    form = {"to": "new", "name": name, "language": "en"}
    refused = owner.post(reverse("supporter-new", args=[cast.advocate_id]), form)
    assert refused.status_code == 400 and "who vetted them" in seen(refused)
    assert owner.post(reverse("supporter-new", args=[cast.advocate_id]), {**form, "how": "Vetted by Wombat"})["Location"] == page
    made = seen(owner.get(page))
    assert "/enter/" in made and "Vetted by Wombat" in made and "/enter/" not in seen(owner.get(page))
    person = Person.objects.latest("made_at")
    theirs = browser_of(person)
    assert theirs.get(reverse("start"))["Location"] == reverse("supporting")
    asked = seen(theirs.get(reverse("supporting")))
    [supporter] = set(re.findall(r"/supporting/(sup_\w+)/agree/", asked))
    assert "Dr. Ada Moreau asks you" in asked and "Wombat" not in asked
    agree = reverse("supporting-agree", args=[supporter])
    assert theirs.post(agree, {"code": ["0", "1", "2"]}).status_code == 400
    assert theirs.post(agree, {"code": ["0", "1", "2", "3"]}).status_code == 302
    assert theirs.post(agree, {"code": ["0", "1", "2", "3"]}).status_code == 404
    return person


def asked(cast: Any, browser_of: Any, **more: Any) -> str:
    """A call that was looked at before it went; its public name."""
    from parapet.access.support import support_page

    client, address = browser_of(cast.owner), reverse("support-ask", args=[cast.advocate_id])
    people = [each.id for each in support_page(cast.owner, cast.advocate_id).supporters]
    form = {
        "words": "Quokka <b>words</b>",
        "links": POST,
        "helps": ["reply", "walk"],
        "people": people,
        "until": LAST,
        **LIMITS,
        **more,
    }
    shown = client.post(address, form)
    assert "They would see this" in seen(shown) and "Quokka &lt;b&gt;words" in shown.content.decode(), seen(shown)
    fields = hidden(shown)
    assert "Say that they may see this" in seen(client.post(address, fields))
    assert client.post(address, {**fields, "back": "1"}).status_code == 200
    answer = client.post(address, {**fields, "agreed": "1", "words": "Other words than were shown"})
    assert answer.status_code == 400 and "Look at it again" in seen(answer)
    answer = client.post(address, {**fields, "agreed": "1"})
    assert answer.status_code == 302
    return str(answer["Location"].rstrip("/").rpartition("/")[2])


def test_a_call_for_support_from_asking_to_stopping(cast: Any, browser_of: Any) -> None:
    one = vetted(cast, browser_of, "Supporter Quoll")
    owner, theirs, stranger = browser_of(cast.owner), browser_of(one), browser_of(cast.stranger)
    call = asked(cast, browser_of, when="Tonight at 21:00", place="Wombat door")
    here = {name: reverse(f"supporting-{name}", args=[call]) for name in ("call", "take", "write", "say", "feel")}
    nowhere = stranger.get(reverse("supporting-call", args=["cal_0000000000zzz"])).content
    for name, address in here.items():
        answer = stranger.get(address) if name == "call" else stranger.post(address)
        assert (answer.status_code, answer.content) == (404, nowhere), name

    assert call in seen(theirs.get(reverse("supporting")))
    page = seen(theirs.get(here["call"]))
    assert "Quokka" in page and POST in page and "Wombat door" not in page and "Distract" in page and "5 Ds" in page
    assert theirs.post(here["take"], {"help": "nonsense"}).status_code == 400
    assert theirs.post(here["take"], {"help": "reply"}).status_code == 302
    assert theirs.post(here["take"], {"help": "walk"}).status_code == 409
    assert theirs.post(here["say"], {"what": "done"}).status_code == 400
    suggestion = html.unescape(re.findall(r"<li>(Thank you for explaining[^<]*)", theirs.get(here["call"]).content.decode())[0])
    refused = theirs.post(here["write"], {"own": suggestion})
    assert refused.status_code == 400 and "Take it as a beginning" in seen(refused)
    assert "Post them under her post now" in seen(theirs.post(here["write"], {"own": KIND}))
    assert theirs.post(here["write"], {"own": KIND}).status_code == 404
    assert theirs.post(here["say"], {"what": "done"}).status_code == 302

    assert theirs.post(here["take"], {"help": "walk"}).status_code == 302
    hers = seen(owner.get(reverse("support-call", args=[call])))
    assert "Supporter Quoll" in hers and "calmed" not in hers and "1 done, 0 in hand, of 5" in hers
    [slot] = re.findall(r'name="slot" value="(\d+)"', hers)
    confirm = reverse("support-confirm", args=[call])
    assert stranger.post(confirm, {"slot": slot, "do": "yes"}).status_code == 404
    assert owner.post(confirm, {"slot": "x", "do": "yes"}).status_code == 404
    assert owner.post(confirm, {"slot": slot, "do": "yes"}).status_code == 302
    assert "Wombat door" in seen(theirs.get(here["call"]))

    assert owner.post(reverse("support-stop", args=[call])).status_code == 302
    for name, address in here.items():
        answer = theirs.get(address) if name == "call" else theirs.post(address)
        assert answer.status_code == (404 if name != "feel" else 302), name
    told = seen(theirs.get(reverse("supporting")))
    assert "was stopped" in told and "Quokka" not in told and "Wombat" not in told
    assert theirs.post(here["feel"], {"felt": "tired", "pause_days": "7"}).status_code == 302
    assert "You are left alone until" in seen(theirs.get(reverse("supporting")))
    assert theirs.post(reverse("supporting-back")).status_code == 302
    assert "You are left alone until" not in seen(theirs.get(reverse("supporting")))
    assert stranger.post(reverse("supporting-back")).status_code == 404
    helped = reverse("support-helped", args=[call])
    assert owner.post(helped, {"answer": "maybe"}).status_code == 400
    assert owner.post(helped, {"answer": "yes", "line": "Quokkaline"}).status_code == 302
    after = seen(owner.get(reverse("support-call", args=[call])))
    assert "You said: Yes, it helped" in after and "Quokkaline" in after and "I am tired" in after


def test_a_message_is_shown_with_its_words_covered_and_the_pause_is_made(cast: Any, browser_of: Any) -> None:
    """What she ticked of a case, and nothing more; the case's timeline tells in numbers what came of it."""
    from parapet.actions.open_case import open_case
    from parapet.records.models import Item
    from parapet.records.numbers import number_of

    one = vetted(cast, browser_of, "Supporter Quoll")
    case = open_case(cast.owner, cast.advocate_id, "Quokkatitle", list(cast.items.values()))
    owner, theirs = browser_of(cast.owner), browser_of(one)
    form = reverse("support-ask", args=[cast.advocate_id])
    assert cast.items["plain"] not in seen(owner.get(f"{form}?case={case}")), "no mail can be ticked"
    Item.objects.filter(number=number_of("itm", cast.items["plain"])).update(kind="post")  # as if it had been said in public
    assert cast.items["plain"] in seen(owner.get(f"{form}?case={case}"))
    call = asked(cast, browser_of, helps=["report"], case=case, item=cast.items["plain"])
    message = reverse("supporting-message", args=[call, cast.items["plain"]])
    page = seen(theirs.get(reverse("supporting-call", args=[call])))
    assert message in page and "clear explanation" not in page and "Quokkatitle" not in page
    shown = seen(theirs.post(message))
    assert "Xander Quill" not in shown, "not who wrote it"
    assert "clear explanation" in shown and "This look is noted in the log" in shown
    one.reading_limit = 1
    one.save()
    assert "A pause, perhaps" in seen(theirs.post(message)) and "clear explanation" not in seen(theirs.post(message))
    assert "clear explanation" in seen(theirs.post(message, {"go_on": "on"}))
    for other in (cast.items["grave"], "itm_0000000000zzz"):
        assert theirs.post(reverse("supporting-message", args=[call, other])).status_code == 404
        assert theirs.get(reverse("item", args=[other])).status_code == 404
    assert "Ask for support" in seen(owner.get(reverse("case", args=[case])))
    timeline = seen(owner.get(reverse("case-timeline", args=[case])))
    assert "Supporters asked for help" in timeline and "0 done, 0 in hand, of 3" in timeline
    custody = seen(owner.get(reverse("custody", args=[cast.advocate_id])))
    for said in ("asked supporters for help", "asked Supporter Quoll to be a supporter", "agreed to be a supporter"):
        assert said in custody
    assert "Quokkatitle" not in seen(theirs.get(reverse("supporting")))


def test_in_french_and_who_is_revoked_finds_nothing_at_the_next_request(cast: Any, browser_of: Any) -> None:
    from parapet.access.support import support_page

    one = vetted(cast, browser_of, "Supporter Quoll")
    call = asked(cast, browser_of, when="Tonight")
    for who in (cast.owner, one):
        who.language = "fr-ca"
        who.save()
    owner, theirs = browser_of(cast.owner), browser_of(one)
    assert "Personnes qui vous soutiennent" in seen(owner.get(reverse("support", args=[cast.advocate_id])))
    assert "demande du soutien" in seen(theirs.get(reverse("supporting-call", args=[call])))
    [card] = support_page(cast.owner, cast.advocate_id).supporters
    assert browser_of(cast.stranger).post(reverse("supporter-end", args=[card.id])).status_code == 404
    assert owner.post(reverse("supporter-link", args=[card.id])).status_code == 302
    assert "/enter/" in seen(owner.get(reverse("support", args=[cast.advocate_id])))
    assert owner.post(reverse("supporter-end", args=[card.id])).status_code == 302
    assert theirs.get(reverse("supporting-call", args=[call])).status_code == 404
    assert "Ada Moreau" not in seen(theirs.get(reverse("supporting")))
