"""The inbox: counts in words, filters, pages, search, and what is aimed at nobody known."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from parapet.access.views import Filters
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.web.inbox import asked, searches


def shown(page: str) -> list[str]:
    """The public names of the rows, in order."""
    return re.findall(r'class="row-title" href="/i/([^/"]+)/"', page)


def statements_of(ask: Any) -> list[str]:
    """What the database was asked by an answer."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked_for:
        ask()
    return [query["sql"] for query in asked_for]


@pytest.fixture
def client(cast: Any, browser_of: Any) -> Any:
    return browser_of(cast.owner)


@pytest.fixture
def look(client: Any, cast: Any) -> Any:
    def at(query: str = "", advocate: str = "") -> str:
        answer = client.get(reverse("inbox", args=[advocate or cast.advocate_id]) + query)
        assert answer.status_code == 200
        return str(answer.content.decode())

    return at


def test_it_says_what_needs_somebody_first(look):
    page = look()
    assert re.search(r"<h1>1 message needs a person now\.</h1>", page)
    assert "3 messages are kept safe." in page
    assert "call 911" in page


def test_an_empty_inbox_calms(browser_of, cast):
    page = browser_of(cast.stranger).get(reverse("inbox", args=[cast.other_advocate_id])).content.decode()
    assert "It is quiet here" in page and "Nothing has come in yet." in page and "911 first" not in page


@pytest.mark.parametrize("query", ["?severity=critical", "?urgency=immediate", "?harm=threat", "?channel=mail&severity=high"])
def test_filters_narrow(look, cast, query):
    page = look(query)
    assert shown(page) == [cast.items["grave"]]
    assert '<details class="filters" id="filters">' in page and "chips" in page, "folded on a phone, and told above the rows"


def test_filters_that_match_nothing_say_so_and_can_be_taken_away(look):
    page = look("?harm=reputation&channel=mail")
    assert "Nothing matches" in page and "False accusation" in page
    assert 'href="?channel=mail"' in page and 'href="?harm=reputation"' in page


def test_dates_hold_both_their_days(look):
    assert len(shown(look("?since=2026-09-14&until=2026-09-14"))) == 3
    assert not shown(look("?since=2026-09-15"))
    assert not shown(look("?until=2026-09-13"))


def test_a_sender_can_be_followed_without_a_name(look, client, cast):
    page = client.get(reverse("item", args=[cast.items["odd"]])).content.decode()
    query = re.search(r"\?sender=(snd_[0-9a-z]+)", page)
    assert query and shown(look(query[0])) == [cast.items["odd"]]


class TestSearch:
    """Words are sent by POST, and held by the session: the address carries a name that means nothing elsewhere."""

    @pytest.fixture
    def search(self, client: Any, cast: Any) -> Any:
        def asked_for(words: str, **more: str) -> str:
            answer = client.post(reverse("inbox", args=[cast.advocate_id]), {"words": words, **more})
            assert answer.status_code == 302
            path, _mark, query = str(answer["Location"]).partition("?")
            assert path == reverse("inbox", args=[cast.advocate_id])
            return f"?{query}" if query else ""

        return asked_for

    def test_it_finds_rows_and_shows_them_veiled(self, search, look, cast):
        page = look(search("outside your house"))
        assert shown(page) == [cast.items["grave"]]
        assert "3 messages searched." in page
        assert page.count("outside your house") == 1  # in the field that it was typed into

    def test_no_address_holds_a_word_of_it(self, search, look):
        query = search("  Xander   Quill ", severity="low", since="2026-09-14")
        assert re.fullmatch(r"\?severity=low&since=2026-09-14&search=[A-Za-z0-9_-]{8}", query)
        page = look(query)
        addresses = re.findall(r'(?:href|action|hx-[a-z]+)="([^"]*)"', page)
        assert not [each for each in addresses if re.search("xander|quill", each, re.IGNORECASE)]
        assert page.count("Xander Quill") == 1

    def test_words_in_an_address_are_not_searched_for(self, look):
        page = look("?words=outside+your+house")
        assert len(shown(page)) == 3 and "searched" not in page and "outside" not in page

    def test_what_narrows_it_keeps_it_and_it_can_be_taken_away(self, search, look, cast):
        query = search("the", channel="mail")
        page = look(query)
        name = query.rpartition("=")[2]
        assert f'href="?channel=mail&amp;search={name}&amp;severity=critical"' in page
        assert 'href="?channel=mail" title="Take this filter away">search' in page
        assert f'href="?search={name}" title="Take this filter away">E-mail' in page

    def test_further_pages_search_on(self, search, look, cast, tmp_path):
        from parapet.actions.import_paths import import_paths

        from .conftest import mail

        folder = tmp_path / "more"
        folder.mkdir()
        for n in range(60):
            (folder / f"{n}.eml").write_bytes(mail(f"more-{n}", f"Zanzibar number {n}.", sender=f"p{n}@example.net"))
        import_paths([folder], person=cast.owner)
        page = look(search("zanzibar"))
        first = shown(page)
        older = re.search(r'rel="next" href="(\?search=[^"]+)"', page)
        assert older
        second = shown(look(html.unescape(older[1])))
        assert (len(first), len(second)) == (50, 10) and not {*first} & {*second}

    def test_one_that_is_not_held_is_no_search_and_is_said_calmly(self, search, look, cast, browser_of):
        query = search("knife")
        other = browser_of(cast.owner)  # the same person elsewhere: her other session does not know it
        page = other.get(reverse("inbox", args=[cast.advocate_id]) + query).content.decode()
        for said in (page, look("?search=nonsense"), look("?search=%00&harm=threat")):
            assert "This search is no longer kept." in said and "searched." not in said
            assert "search=" not in said.replace('type="search', "")
        assert len(shown(page)) == 3 and shown(look("?search=%00&harm=threat")) == [cast.items["grave"]]

    def test_the_latest_twenty_are_held_and_one_asked_for_again_is_the_latest(self, search, look):
        first, again = search("knife"), search("house")
        for n in range(18):
            search(f"word {n}")
        assert "no longer kept" not in look(first)
        assert search("house") == again
        search("one more")
        assert "no longer kept" in look(first) and "no longer kept" not in look(again)

    def test_signing_out_forgets(self, search, client, cast, look):
        query = search("knife")
        client.post(reverse("leave"))
        client.force_login(cast.owner, backend="django.contrib.auth.backends.ModelBackend")
        assert "no longer kept" in look(query)

    def test_no_words_are_no_search(self, search):
        assert search("") == "" and search(" \0 ") == ""
        assert search("", harm="threat") == "?harm=threat"

    def test_each_page_opened_is_noted_once_and_the_form_is_not(self, search, look):
        from parapet.records.models import LogEntry

        query = search("knife")
        assert not LogEntry.objects.filter(kind="search").exists()
        for _ in range(2):
            look(query)
        look("?search=nonsense")
        assert LogEntry.objects.filter(kind="search").count() == 2

    def test_nobody_searches_in_what_is_not_hers(self, cast, browser_of):
        client = browser_of(cast.stranger)
        for advocate in (cast.advocate_id, "adv_0000000000000"):
            assert client.post(reverse("inbox", args=[advocate]), {"words": "knife"}).status_code == 404
        assert "searches" not in client.session

    @given(st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyz") | st.text(min_size=1, max_size=3), max_size=60))
    def test_every_name_gives_its_words_or_none(self, said):
        session: dict[str, Any] = {}
        names = [searches.keep(session, words) for words in said]
        latest = list(dict.fromkeys(reversed(said)))[: searches.KEPT]
        newest = dict(zip(said, names, strict=True))  # what was forgotten and asked again has another name
        for name, words in zip(names, said, strict=True):
            assert searches.words_of(session, name) in {words, ""}
        assert [searches.words_of(session, newest[words]) for words in latest] == latest
        assert len(session.get("searches", [])) == len(latest)


@pytest.mark.parametrize(
    "query",
    [
        "?harm=x&severity=9&urgency=none&since=yesterday&until=9999-12-31&since=0001-01-01&sender=%00&lang=%F0%9F",
        "?older=%00&newer=x",
        "?search=%00&words=%00",
    ],
)
def test_nonsense_is_passed_over(look, query):
    look(query)


@given(
    st.dictionaries(
        st.sampled_from(["harm", "channel", "severity", "urgency", "since", "until", "sender", "words", "lang", "own", "unsure"]),
        st.text(max_size=30),
    )
)
def test_any_query_is_understood_and_told_again_the_same(query: dict[str, str]) -> None:
    given_ = QueryDict(mutable=True)
    for name, value in query.items():
        given_[name] = value
    once = asked.filters(given_, asked.words(given_))
    link = asked.link(asked.query(once, "aB3-_xyz"))
    assert asked.filters(QueryDict(link[1:]), once.words) == once
    assert ("search=aB3-_xyz" in link) == bool(once.words)


@given(
    st.builds(
        Filters,
        channel=st.sampled_from(["", "mail", "google_reviews"]),
        harm=st.none() | st.sampled_from(Harm),
        severity=st.none() | st.sampled_from([s for s in Severity if s]),
        urgency=st.none() | st.sampled_from([u for u in Urgency if u]),
        words=st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40).map(lambda t: " ".join(t.split())),
        unsure=st.booleans(),
        own=st.booleans(),
    )
)
def test_filters_survive_the_address(filters: Filters) -> None:
    link = asked.link(asked.query(filters, "aB3-_xyz"))
    assert asked.filters(QueryDict(link[1:]), filters.words) == filters
    assert all(value for _name, value in parse_qsl(link[1:], keep_blank_values=True))


def test_pages_hold_every_message_once(cast, client, tmp_path, look):
    from parapet.actions.import_paths import import_paths

    from .conftest import mail

    folder = tmp_path / "more"
    folder.mkdir()
    for n in range(120):
        (folder / f"{n}.eml").write_bytes(mail(f"more-{n}", f"Message number {n}.", sender=f"p{n}@example.net"))
    import_paths([folder], person=cast.owner)
    seen, query = [], ""
    for _ in range(10):
        page = look(query)
        seen += shown(page)
        older = re.search(r'rel="next" href="(\?older=[^"]+)"', page)
        if older is None:
            break
        query = older[1]
    assert len(seen) == len(set(seen)) == 123
    newer = re.search(r'rel="prev" href="(\?newer=[^"]+)"', page)
    assert newer and set(shown(look(newer[1]))) <= set(seen[:100])


def test_what_is_aimed_at_nobody_known_can_be_given_to_somebody(cast, client, tmp_path, look):
    from parapet.access.inbox import page
    from parapet.actions.import_paths import import_paths
    from parapet.records import models

    from .conftest import mail

    # Two advocates are enrolled, and the letter names neither of them.
    astray = tmp_path / "astray.eml"
    astray.write_bytes(mail("astray", "Where is this going?").replace(b"ada.moreau@clinic.example", b"somebody@else.example"))
    import_paths([astray], person=cast.owner)
    assert models.Advocate.objects.count() == 3
    [row] = page(cast.owner, "adv_unmatched", Filters()).rows
    assert "Aimed at nobody known" in look(advocate="adv_unmatched")
    answer = client.post(reverse("assign"), {"item": row.id, "advocate": cast.advocate_id}, follow=True)
    assert "now belongs to Dr. Ada Moreau" in answer.content.decode()
    assert row.id in shown(look()) or len(shown(look())) == 4
    assert not page(cast.owner, "adv_unmatched", Filters()).rows


def test_choosing_nothing_is_explained(client, cast):
    for url in (reverse("case-choose", args=[cast.advocate_id]), reverse("assign")):
        assert "Choose at least one message first." in client.post(url, follow=True).content.decode()


def test_the_page_takes_as_many_queries_with_fifty_rows_as_with_three(cast, client, tmp_path, look):
    from parapet.actions.import_paths import import_paths

    from .conftest import mail

    look()
    few = statements_of(look)
    folder = tmp_path / "more"
    folder.mkdir()
    for n in range(60):
        (folder / f"{n}.eml").write_bytes(mail(f"more-{n}", f"Message number {n}.", sender=f"p{n}@example.net"))
    import_paths([folder], person=cast.owner)
    many = statements_of(look)
    assert len(many) <= len(few) <= 16, "\n".join(many)


def test_no_page_asks_twice_who_she_is_how_much_she_sees_or_whether_a_shield_is_up(cast, client):
    opened = client.post(reverse("case-open", args=[cast.advocate_id]), {"title": "A case", "item": [cast.items["grave"]]})
    pages = {
        reverse("inbox", args=[cast.advocate_id]): 16,  # one of them for letters in a channel to counsel
        reverse("queue", args=[cast.advocate_id]): 11,
        reverse(
            "item", args=[cast.items["grave"]]
        ): 32,  # 30, one for the case that it is in, one for a shielded address that it came to
        str(opened["Location"]): 38,  # two of them for its complaints, one for calls for support
    }
    for address, most in pages.items():
        client.get(address)
        asked_for = statements_of(lambda page=address: client.get(page))
        assert len(asked_for) <= most, "\n".join(asked_for)
        # Who else may act for her is one question more, where the page names others.
        for about, times in (
            ("FROM records_grant g", 2),
            ('FROM "records_veil"', 1),
            ("shield_up", 1),
            ("FROM records_loghead", 2),
        ):
            assert sum(about in sql for sql in asked_for) <= times, (address, about)
