"""The veil of each person: what she sees before she asks, on every page, at every level; and that no template shows a stranger's word otherwise."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.template import engines
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from support.house import SOURCE, text_of, tracked
from web.conftest import TEXTS, mail
from web.test_people import let_in

from parapet.domain.judgement import Harm
from parapet.domain.rights import GIVEABLE
from parapet.domain.veil import COVERED, Level, Piece
from parapet.web import veil

#: Words of what was sent, its senders' names and addresses.
WORDS = (
    "kill you",
    "knife",
    "outside your house",
    "explanation of",
    "alert(1)",
    "evil.example",
    "Xander",
    "Quill",
    "@example.net",
)
#: What a page says of harm. Whoever chose to see nothing meets none of it.
SAID_OF_HARM = (
    "Threat",
    "Insult",
    "critical",
    "very serious",
    "not abusive",
    "No harm found",
    "gravest:",
    "same sender",
)
HX = {"HX-Request": "true"}


@pytest.fixture
def seen(cast: Any, browser_of: Any) -> Any:
    """One home for everything: what the pages say to the advocate herself, at each level that she chooses."""
    from parapet.actions.open_case import open_case
    from parapet.actions.set_veil import set_veil

    case = open_case(cast.owner, cast.advocate_id, "A case", list(cast.items.values()))
    client = browser_of(cast.owner)
    inbox = reverse("inbox", args=[cast.advocate_id])

    def at(level: Level | None, by_harm: dict[Harm, Level] | None = None) -> dict[str, str]:
        set_veil(cast.owner, level, by_harm)
        pages = {
            "inbox": inbox,
            "search": client.post(inbox, {"words": "kill"})["Location"],
            "queue": reverse("queue", args=[cast.advocate_id]),
            "cases": reverse("cases", args=[cast.advocate_id]),
            "case": reverse("case", args=[case]),
            "timeline": reverse("case-timeline", args=[case]),
            "refer": reverse("refer", args=[case]),
            "brief": reverse("case-brief", args=[case]),
            "complaint": reverse("complaint-item", args=[cast.items["grave"]]),
            **{name: reverse("item", args=[item]) for name, item in cast.items.items()},
        }
        answers = {name: client.get(url).content.decode() for name, url in pages.items()}
        chosen = client.post(reverse("case-choose", args=[cast.advocate_id]), {"item": list(cast.items.values())})
        return {**answers, "choose": chosen.content.decode()}

    return at


def main(page: str) -> str:
    """The content of a page, without what a person typed."""
    return page[page.index('<main id="content"') :].replace('value="kill"', "")


def no_level_shows_a_word_unasked(seen: Any, cast: Any) -> None:
    looks = looks_of(cast.owner)
    for level in (None, *Level):
        for name, page in seen(level).items():
            for word in WORDS:
                assert word not in main(page), (level, name, word)
    assert looks_of(cast.owner) == looks, "nothing was looked at"


def at_nothing_no_page_says_what_it_is(seen: Any, cast: Any, browser_of: Any) -> None:
    pages = seen(Level.NOTHING)
    for name in ("inbox", "search", "queue", "case", "timeline", "cases", "choose", "refer", "brief", "complaint", *cast.items):
        said = main(pages[name])
        said = said[: said.index("inbox-keys")] if "inbox-keys" in said else said
        for word in SAID_OF_HARM:
            assert word not in said, (name, word)
    assert "A message" in pages["inbox"] and "Something needs a person now" in pages["inbox"]
    assert not re.search(r"\d+ messages?", main(pages["inbox"]) + main(pages["queue"]))
    assert "Needs a person now" in pages["grave"] and "call 911 first" in pages["grave"]
    told = browser_of(cast.owner).get(reverse("item", args=[cast.items["grave"]]), {"more": "on"}).content.decode()
    assert "Threat" in told and "knife" not in told, "she can ask what it is without its words"


def one_harm_may_be_stricter(seen: Any, cast: Any) -> None:
    pages = seen(Level.COUNTS, {Harm.THREAT: Level.NOTHING})
    assert "Threat" not in main(pages["grave"]) and "No harm found" in pages["plain"]
    rows = main(pages["inbox"])
    assert rows.count(">A message</a>") == 2 and "No harm found" in rows, "the threat, and what was left to a person"
    pages = seen(Level.COUNTS, {Harm.SEXUAL: Level.NOTHING})
    assert "Threat" in main(pages["grave"])


def covered_words_open_once(cast: Any, browser_of: Any) -> None:
    from parapet.actions.set_veil import set_veil

    client, item = browser_of(cast.owner), reverse("item-text", args=[cast.items["grave"]])
    asks_itself = 'hx-trigger="load"'
    page = reverse("item", args=[cast.items["plain"]])
    set_veil(cast.owner, Level.COUNTS)
    assert asks_itself not in client.get(page).content.decode()
    refused = client.post(item, {"covered": "on", "auto": "on"}, headers=HX).content.decode()
    assert "The text is veiled" in refused, "the page was made before she drew her veil"
    helper = let_in(cast, GIVEABLE)
    hers = browser_of(helper)
    assert asks_itself in hers.get(page).content.decode(), "helpers see covered words at first"
    before = looks_of(helper)
    shown = hers.post(item, {"covered": "on", "auto": "on"}, headers=HX).content.decode()
    assert "covered word" in shown and "Show every word" in shown and "data-focus" not in shown
    assert not any(word in shown for word in ("kill", "knife", "outside", "house", "@example.net"))
    assert looks_of(helper) == before + 1
    assert asks_itself not in hers.get(reverse("item", args=[cast.items["grave"]])).content.decode()
    again = hers.post(item, {"covered": "on", "auto": "on"}, headers=HX).content.decode()
    assert "covered word" not in again and looks_of(helper) == before + 1, "it does not open by itself again"
    assert "knife" in hers.post(item, {"why": "safety"}).content.decode(), "she asks, and is shown every word"
    assert "knife" not in hers.get(reverse("item", args=[cast.items["grave"]])).content.decode()


def the_text_is_shown_when_asked(cast: Any, browser_of: Any) -> None:
    from parapet.actions.set_veil import set_veil

    client = browser_of(cast.owner)
    for level in Level:
        set_veil(cast.owner, level)
        before = looks_of(cast.owner)
        assert "knife" in client.post(reverse("item-text", args=[cast.items["grave"]])).content.decode()
        whole = client.post(reverse("item-text", args=[cast.items["grave"]]), {"covered": "on"}).content.decode()
        assert "covered word" in whole and "knife" not in whole
        assert looks_of(cast.owner) == before + 2
        assert "explanation of" not in client.get(reverse("item", args=[cast.items["plain"]])).content.decode()
    assert client.post(reverse("item-text", args=["itm_0000000000000"]), {"covered": "on"}).status_code == 404


def what_cannot_be_covered_is_not_shown(cast: Any, browser_of: Any, tmp_path: Any) -> None:
    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.import_paths import import_paths

    file = tmp_path / "later" / "waits.eml"
    file.parent.mkdir()
    file.write_bytes(mail("waits", "You are a stupid quack and a liar.", sender="w@example.net", name="FuckDrMoreau"))
    import_paths([file.parent], person=cast.owner)
    [waits] = [row.id for row in page(cast.owner, cast.advocate_id, Filters()).rows if not row.assessed]
    before = looks_of(cast.owner)
    client = browser_of(cast.owner)
    for headers in ({}, HX):
        said = client.post(reverse("item-text", args=[waits]), {"covered": "on"}, headers=headers).content.decode()
        assert "cannot say which words" in said and "quack" not in said and "FuckDr" not in said
    assert looks_of(cast.owner) == before
    from parapet.actions.assess import assess
    from parapet.records.models import Version

    assess(list(Version.objects.values_list("number", flat=True)))
    said = client.post(reverse("item-text", args=[waits]), {"covered": "on"}).content.decode()
    assert "covered word" in said and "quack" not in said and "FuckDr" not in said and "w@example.net" not in said


def an_officer_covers_words_too(cast: Any, browser_of: Any) -> None:
    from parapet.access.referrals import preview
    from parapet.actions.answer_referral import accept_referral
    from parapet.actions.open_case import open_case
    from parapet.actions.refer import refer_case
    from parapet.actions.set_veil import set_veil
    from parapet.records import models

    officer, item = models.Person.objects.named("Officer"), cast.items["grave"]
    case = open_case(cast.owner, cast.advocate_id, "A case", [item])
    referral = refer_case(cast.owner, case, [item], to=officer.id, purpose="p", shown=preview(cast.owner, case).shown)
    accept_referral(officer, referral)
    client, address = browser_of(officer), reverse("referred-text", args=[referral, item])
    said = client.post(address, {"covered": "on"}).content.decode()
    assert "covered word" in said and "knife" not in said and "@example.net" not in said
    assert "knife" in client.post(address).content.decode()
    set_veil(officer, Level.NOTHING)
    for name, arguments in (("referred", []), ("referred-case", [referral]), ("referred-item", [referral, item])):
        said = main(client.get(reverse(name, args=arguments)).content.decode())
        assert not [word for word in ("Threat", "critical", "gravest", *WORDS) if word in said], name
    assert browser_of(cast.stranger).post(address, {"covered": "on"}).status_code == 404


def the_settings_are_hers_alone(cast: Any, browser_of: Any) -> None:
    from parapet.access.veils import own_veil
    from parapet.records.models import LogEntry, Veil

    client, address = browser_of(cast.owner), reverse("veil")
    entries = LogEntry.objects.count()
    page = client.get(address).content.decode()
    assert "As Parapet does it" in page and "far too long" in page and "covered word" in page
    answer = client.post(
        address, {"level": "masked", "harm-sexual": "nothing", "harm-threat": "text"}, follow=True
    ).content.decode()
    assert "Kept." not in answer and "only something stricter" in answer, "looser for one harm is not offered"
    assert own_veil(cast.owner).level is None
    client.post(address, {"level": "masked", "harm-sexual": "nothing"})
    chosen = own_veil(cast.owner)
    assert (chosen.level, chosen.by_harm) == (Level.MASKED, {Harm.SEXUAL: Level.NOTHING})
    assert own_veil(cast.stranger).level is None
    assert re.search(r'value="masked" checked', client.get(address).content.decode())
    [(_person, sealed)] = Veil.objects.values_list()
    assert b"sexual" not in bytes(sealed)
    client.post(address, {"level": "as-helper"})
    assert own_veil(cast.owner).level is None
    assert LogEntry.objects.count() == entries


def test_no_page_shows_a_word_unasked_and_at_nothing_none_says_what_it_is(seen: Any, cast: Any, browser_of: Any) -> None:
    no_level_shows_a_word_unasked(seen, cast)
    at_nothing_no_page_says_what_it_is(seen, cast, browser_of)
    one_harm_may_be_stricter(seen, cast)


def test_words_are_covered_and_the_text_is_one_act_away_at_every_level(cast: Any, browser_of: Any, tmp_path: Any) -> None:
    the_settings_are_hers_alone(cast, browser_of)
    covered_words_open_once(cast, browser_of)
    the_text_is_shown_when_asked(cast, browser_of)
    an_officer_covers_words_too(cast, browser_of)
    what_cannot_be_covered_is_not_shown(cast, browser_of, tmp_path)


@given(
    st.lists(st.one_of(st.just(COVERED), st.text(st.characters(blacklist_categories=["Cs"]), max_size=30).map(Piece)), max_size=8)
)
def test_a_bar_is_of_one_width_and_says_that_a_word_is_covered(pieces: list[Piece]) -> None:
    made = str(veil.covered(pieces)._html)
    bars = re.findall(r'<span class="covered"><span class="hide">[^<]*</span></span>', made)
    assert len(bars) == sum(piece.covered for piece in pieces) and len(set(bars)) <= 1
    assert "<script" not in made


def test_a_strangers_words_printed_without_the_tag_are_nothing() -> None:
    django = engines["django"]
    words = veil.shown("scumbag")
    for way in (
        "{{ w }}",
        "{{ w|safe }}",
        "{{ w.html }}{{ w.shown }}",
        '{{ w|default:"—" }}',
        "{{ w|upper }}{{ w|length }}",
        "{{ l }}",
        "{{ w|pprint }}",
    ):
        said = django.from_string("{% load veil %}" + way).render({"w": words, "l": [words, (words,)]})
        assert "scumbag" not in said.lower(), way
    assert "scumbag" in django.from_string("{% load veil %}{% theirs w %}").render({"w": words})
    assert "scumbag" not in repr(words) + str(words) + f"{words}"


def screens() -> Iterator[Any]:
    yield from (path for path in tracked("src/parapet/web/*.py") if path != SOURCE / "web" / "veil.py")


#: Under these names a stranger's words come through the door; of what was opened, everything below `item` is his.
THEIR_WORDS = {"content_warning", "author", "native_id", "sent_at_as_given", "attachments", "indicators"}


def reaches(text: str) -> Iterator[str]:
    """What of a module reaches a stranger's words, or makes HTML of them."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and (
            node.module == "parapet.web.item.inert" or any(name.name == "inert" for name in node.names)
        ):
            yield "inert"
        if isinstance(node, ast.Attribute):
            below = isinstance(node.value, ast.Attribute) and node.value.attr == "item"
            if node.attr in THEIR_WORDS or below:
                yield ast.unparse(node)


def test_no_screen_but_the_veil_reaches_a_strangers_words() -> None:
    found = [f"{path.name}: {hit}" for path in screens() if path.name != "inert.py" for hit in reaches(text_of(path))]
    assert not found
    own = set(reaches(text_of(SOURCE / "web" / "veil.py")))
    assert {"inert", "item.content_warning", "item.attachments", "newer.item.text"} <= own, "the names are those of today"


def test_no_template_shows_a_picture_or_plays_anything() -> None:
    """Nothing that came with a message is drawn or played: there is no element that could, but for the home's own signs, and what a
    page looked like that somebody chose to keep: asked for by itself, grey and blurred until asked for once more."""
    plays = re.compile(r"<(?:img|image|picture|audio|video|source|track|iframe|object|embed|canvas)\b", re.IGNORECASE)
    templates = tracked("src/parapet/web/*.html")
    assert len(templates) > 50
    found = [f"{path.name}: {hit[0]}" for path in templates for hit in plays.finditer(text_of(path))]
    assert found == ["seen.html: <img"]
    kept = text_of(SOURCE / "web/capture/templates/capture/seen.html")
    assert '<div class="page-pictures{% if not clear %} veiled{% endif %}"' in kept
    made = [path.name for path in tracked("src/parapet/web/*.py") for _hit in plays.finditer(text_of(path))]
    assert not made


def looks_of(person: Any) -> int:
    from parapet.records.models import LogEntry

    return LogEntry.objects.filter(kind="view", person_number=person.number).count()


def test_the_texts_hold_what_these_tests_look_for() -> None:
    assert all(any(word in text for text in TEXTS.values()) for word in WORDS[:6])
