"""Breathing space: what a reply would risk, where to get help, how it goes; and a pause before the next text."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from web.conftest import TEXTS

from parapet.domain.rights import Right

RISKY = "As your doctor I saw you on March 3.\r\nYour results say otherwise, you pathetic idiot. Call 514 555-0147."


@pytest.fixture
def helper(cast: Any) -> Any:
    from django.db import transaction

    from parapet.access.people import advocate_for
    from parapet.actions.enrol_advocates import allow
    from parapet.records.models import Person

    helper = Person.objects.named("Helping Colleague")
    with transaction.atomic():
        allow(helper, advocate_for(cast.owner, cast.advocate_id, Right.READ), "helper")
    return helper


def everything() -> dict[str, list[str]]:
    """All rows of ours, and the sessions."""
    from django.apps import apps

    models = [*apps.get_app_config("records").get_models(), *apps.get_app_config("sessions").get_models()]
    return {model.__name__: sorted(map(str, model.objects.values_list())) for model in models}


def looks() -> int:
    from parapet.records.models import LogEntry

    return LogEntry.objects.filter(kind__in=["view", "download"]).count()


class TestReply:
    def ask(self, client: Any, cast: Any, reply: str = RISKY, **more: str) -> Any:
        return client.post(reverse("care", args=[cast.advocate_id]), {"reply": reply, "where": "review", **more})

    def test_each_risk_is_told_with_its_words_and_nothing_is_kept(self, cast: Any, browser_of: Any):
        client = browser_of(cast.owner)
        client.get(reverse("care", args=[cast.advocate_id]))  # whose page it was is all that the session learns
        before = everything()
        page = self.ask(client, cast).content.decode()
        for words in ("As your doctor", "Your results", "March 3", "514 555-0147"):
            assert f'<q class="quoted">{words}</q>' in page
        assert "by itself breach confidentiality" in page
        assert "Your own words, as others could read them" in page
        assert "Also looked for, and not found:" in page and "does not make a reply safe" in page
        assert everything() == before

    def test_a_threat_is_better_not_answered(self, cast: Any, browser_of: Any):
        client, grave = browser_of(cast.owner), cast.items["grave"]
        form = client.get(f"{reverse('care', args=[cast.advocate_id])}?item={grave}").content.decode()
        assert "better not answered at all" in form and TEXTS["grave"] not in form
        for answer in (self.ask(client, cast, "Thank you.", item=grave), self.ask(client, cast, "Thank you.", threat="on")):
            page = answer.content.decode()
            assert "Do not send it" in page and "In danger, call 911" in page
        assert "You need not send it" in self.ask(client, cast, "Thank you.", item=cast.items["plain"]).content.decode()
        assert looks() == len(TEXTS), "only those of the fixture: nothing was opened"

    def test_what_cannot_be_looked_at_comes_back_as_it_was(self, cast: Any, browser_of: Any):
        for reply in ("", "  \n", "x" * 5_001):
            answer = self.ask(browser_of(cast.owner), cast, reply)
            assert answer.status_code == 400
            assert "at most 5,000 characters" in answer.content.decode()
            assert reply.strip() in answer.content.decode()

    def test_what_is_pasted_stays_inert(self, cast: Any, browser_of: Any):
        page = self.ask(browser_of(cast.owner), cast, "<script>alert(1)</script>\0 your results \u202e\u200b").content.decode()
        assert "<script>alert" not in page and "U+202E" in page and '<q class="quoted">your results' in page

    def test_a_helper_cannot_learn_her_private_facts_by_trying(self, cast: Any, helper: Any, browser_of: Any):
        from attrs import evolve

        from parapet.access.people import profile_for
        from parapet.actions.change_profile import change_profile

        details = evolve(profile_for(cast.owner, cast.advocate_id), private={"home": "12 Quiet Lane"})
        change_profile(cast.owner, cast.advocate_id, details)
        said = "one of the private facts that you wrote down"
        assert said in self.ask(browser_of(cast.owner), cast, "Come to 12 quiet lane.").content.decode()
        assert said not in self.ask(browser_of(helper), cast, "Come to 12 quiet lane.").content.decode()

    def test_every_sign_has_its_reason_in_words(self):
        from parapet.domain.replies import Concern
        from parapet.triage.reply.guard import _compiled
        from parapet.web.care.words import REASON

        of_rules = {f"{sign.concern}.{sign.code}" for sign, *_ in _compiled()}
        of_code = {
            "confidentiality.review",
            "confidentiality.date",
            "confidentiality.told",
            "engagement.threat",
            "engagement.reach",
            "engagement.contact",
        }
        of_code |= {"tone.indicator", "tone.harm", "tone.word", "private.known", "private.contact"}
        assert of_rules | of_code == set(REASON)
        assert {name.partition(".")[0] for name in REASON} == set(Concern)


class TestCheckIns:
    def test_a_line_is_sealed_and_seen_by_her_alone(self, cast: Any, helper: Any, browser_of: Any):
        from parapet.records.models import CheckIn

        hers, days = browser_of(cast.owner), reverse("care-days", args=[cast.advocate_id])
        keep = reverse("care-keep", args=[cast.advocate_id])
        before = everything()["LogEntry"]
        assert hers.post(keep, {"mood": "tired", "line": "Walked home by the canal."})["Location"] == days
        page = hers.get(days).content.decode()
        assert "Walked home by the canal." in page and "· tiredness" in page
        [row] = CheckIn.objects.all()
        assert b"canal" not in bytes(row.sealed) and b"tired" not in bytes(row.sealed)
        other = browser_of(helper)
        assert "canal" not in other.get(days).content.decode()
        assert other.post(keep, {"line": "Mine"}).status_code == 404
        assert other.post(reverse("care-erase", args=[cast.advocate_id])).status_code == 404
        assert CheckIn.objects.count() == 1
        assert everything()["LogEntry"] == before, "the log, which never forgets, is told nothing of it"

    def test_a_row_that_is_given_to_somebody_else_does_not_open(self, cast: Any, helper: Any, browser_of: Any):
        from parapet.access.check_ins import broken_check_ins, herself, opened
        from parapet.access.opening import locker_of
        from parapet.actions.check_in import check_in
        from parapet.domain.errors import KeyWrong
        from parapet.records.models import CheckIn

        name = check_in(cast.owner, cast.advocate_id, "calm")
        advocate = herself(cast.owner, cast.advocate_id)
        assert list(broken_check_ins(advocate, locker_of(advocate))) == []
        CheckIn.objects.update(person=helper)
        with pytest.raises(KeyWrong):
            opened(CheckIn.objects.get(), locker_of(advocate))
        assert list(broken_check_ins(advocate, locker_of(advocate))) == [name]

    def test_she_erases_one_or_all_at_once(self, cast: Any, browser_of: Any):
        from parapet.actions.check_in import check_in
        from parapet.records.models import CheckIn

        client, erase = browser_of(cast.owner), reverse("care-erase", args=[cast.advocate_id])
        first, _second = (check_in(cast.owner, cast.advocate_id, line=line) for line in ("one", "two"))
        client.post(erase, {"check_in": first})
        page = client.get(reverse("care-days", args=[cast.advocate_id])).content.decode()
        assert "<p>two</p>" in page and "<p>one</p>" not in page
        assert client.post(erase, {"check_in": first}).status_code == 404
        client.post(erase)
        assert CheckIn.objects.count() == 0

    def test_a_reply_that_was_not_sent_is_kept_when_she_asks(self, cast: Any, browser_of: Any):
        client = browser_of(cast.owner)
        client.post(reverse("care-keep", args=[cast.advocate_id]), {"line": RISKY, "draft": "on"})
        assert "a reply that you did not send" in client.get(reverse("care-days", args=[cast.advocate_id])).content.decode()

    def test_what_cannot_be_kept_is_said(self, cast: Any, browser_of: Any):
        for form in ({}, {"mood": "8 of 10"}, {"line": "x" * 5_001}):
            answer = browser_of(cast.owner).post(reverse("care-keep", args=[cast.advocate_id]), form)
            assert answer.status_code == 400 and "Choose a word, or write a line" in answer.content.decode()

    def test_all_goes_with_her(self, cast: Any):
        from parapet.actions.check_in import check_in
        from parapet.actions.erase import erase_advocate
        from parapet.records.models import CheckIn

        check_in(cast.owner, cast.advocate_id, "calm")
        erase_advocate(cast.owner, cast.advocate_id, reason="asked")
        assert CheckIn.objects.count() == 0


class TestReading:
    def test_what_each_opened_is_counted_once_by_gravity(self, cast: Any, helper: Any, browser_of: Any):
        from parapet.access.exposure import reading
        from parapet.access.items import opened, original
        from parapet.domain.judgement import Severity

        opened(helper, cast.items["grave"], why="triage")
        original(helper, cast.items["grave"], why="download")
        opened(helper, cast.items["plain"], why="triage")
        mine, theirs = reading(cast.owner, cast.advocate_id)
        assert (mine.me, mine.today.total) == (True, len(TEXTS))
        assert (theirs.name, theirs.me) == ("Helping Colleague", False)
        assert theirs.today == theirs.week
        assert dict(theirs.today.by_severity) == {Severity.CRITICAL: 1, Severity.NONE: 1}
        [alone] = reading(helper, cast.advocate_id)
        assert (alone.me, alone.today.total) == (True, 2)
        page = browser_of(cast.owner).get(reverse("care-days", args=[cast.advocate_id])).content.decode()
        assert "Helping Colleague" in page and "1 critical" in page
        assert "Owner One" not in browser_of(helper).get(reverse("care-days", args=[cast.advocate_id])).content.decode()

    def test_yesterday_is_not_today_and_eight_days_ago_is_not_this_week(self, cast: Any):
        from django.utils import timezone

        from parapet.access.exposure import opened_today, reading

        now = timezone.now()
        assert opened_today(cast.owner, now=now) == len(TEXTS)
        assert opened_today(cast.owner, now=now + timedelta(days=1)) == 0
        [tomorrow] = reading(cast.owner, cast.advocate_id, now=now + timedelta(days=1))
        assert (tomorrow.today.total, tomorrow.week.total) == (0, len(TEXTS))
        [later] = reading(cast.owner, cast.advocate_id, now=now + timedelta(days=8))
        assert later.week.total == 0

    def test_an_entry_that_this_home_did_not_write_counts_for_nothing(self, cast: Any):
        from parapet.access.exposure import opened_today
        from parapet.records.models import LogEntry

        LogEntry.objects.filter(kind="view").update(mac=b"forged")
        assert opened_today(cast.owner) == 0


class TestPause:
    @pytest.fixture
    def client(self, cast: Any, helper: Any, browser_of: Any) -> Any:
        client = browser_of(cast.owner)
        client.post(reverse("care-pause", args=[cast.advocate_id]), {"most": str(len(TEXTS))})
        return client

    def test_after_her_number_a_pause_comes_first_and_she_may_go_on(self, client: Any, cast: Any):
        for name in ("item-text", "item-compare", "item-original"):
            self.pauses(reverse(name, args=[cast.items["grave"]]), client, cast)

    def pauses(self, url: str, client: Any, cast: Any) -> None:
        before = looks()
        page = client.post(url, {"why": "safety"}).content.decode()
        assert "A pause, perhaps" in page and "You opened 3 texts today." in page and TEXTS["grave"] not in page
        assert "Helping Colleague" in page and f"http://127.0.0.1{reverse('item', args=[cast.items['grave']])}" in page
        assert '<input type="hidden" name="why" value="safety">' in page
        assert looks() == before
        answer = client.post(url, {"why": "safety", "go_on": "on"})
        assert answer.status_code == 200 and looks() > before
        assert "A pause, perhaps" not in b"".join(answer).decode("utf-8", "replace")

    def test_as_a_fragment_too_and_none_when_she_wants_none(self, client: Any, cast: Any):
        url = reverse("item-text", args=[cast.items["grave"]])
        fragment = client.post(url, headers={"HX-Request": "true"}).content.decode()
        assert fragment.startswith('<div class="card veil">') and "A pause, perhaps" in fragment
        client.post(reverse("care-pause", args=[cast.advocate_id]), {"none": "on", "most": "3"})
        assert "data-shown" in client.post(url).content.decode()

    def test_a_number_that_is_none_is_refused(self, client: Any, cast: Any):
        from parapet.records.models import Person

        for most in ("0", "501", "many"):
            answer = client.post(reverse("care-pause", args=[cast.advocate_id]), {"most": most})
            assert answer.status_code == 400 and "Choose a number from 1 to 500" in answer.content.decode()
        assert Person.objects.get(number=cast.owner.number).reading_limit == len(TEXTS)

    def test_a_stranger_who_reached_her_number_is_told_no_more_than_before(self, cast: Any, browser_of: Any):
        from parapet.actions.limit_reading import limit_reading
        from parapet.records.models import Person

        limit_reading(cast.stranger, 1)
        Person.objects.filter(number=cast.stranger.number).update(reading_limit=0)
        assert browser_of(cast.stranger).post(reverse("item-text", args=[cast.items["grave"]])).status_code == 404


class TestHelp:
    def test_all_provinces_and_territories_have_a_place_in_both_languages_with_its_source(self):
        from parapet.access.places_of_help import everywhere, provinces

        assert set(provinces()) == {"BC", "AB", "SK", "MB", "ON", "QC", "NB", "NS", "PE", "NL", "YT", "NT", "NU"}
        assert [place.code for place in everywhere()] == ["danger", "crisis", "cmpa"]
        places = [*everywhere(), *(place for province in provinces().values() for place in province.places)]
        assert len({place.code for place in places}) == len(places) == 16
        for place in places:
            for said in (place.name, place.what, place.title, place.url):
                assert set(said) == {"en", "fr"} and all(said.values())
            assert all(url.startswith("https://") for url in place.url.values())
            assert place.phone in {"", "911", "9-8-8"} or len(place.phone.replace("-", "")) == 11
            assert isinstance(place.seen, date)

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            ("Halifax, NS", "NS"), ("Montréal", "QC"), ("montreal (Québec)", "QC"), ("St. John's", "NL"), ("Saint John", "NB"),
            ("Colombie-Britannique", "BC"), ("Charlottetown, PEI", "PE"), ("London, ON", "ON"), ("Toronto ON", "ON"), ("Exampleville", ""),
            ("", ""), ("on call", ""), ("Yellowknife", "NT"),
        ],
    )  # fmt: skip
    def test_the_province_is_read_from_an_address(self, address: str, code: str):
        from parapet.access.places_of_help import province_in

        assert province_in(address) == code

    def test_her_province_is_shown_else_all_and_what_is_old_is_said(self, cast: Any, browser_of: Any, monkeypatch: Any):
        from attrs import evolve

        from parapet.access import places_of_help
        from parapet.access.people import profile_for
        from parapet.actions.change_profile import change_profile

        client, url = browser_of(cast.owner), reverse("care-help", args=[cast.advocate_id])
        everywhere = client.get(url).content.decode()
        assert "Doctors Nova Scotia" in everywhere and "PAMQ" in everywhere and 'href="tel:988"' in everywhere
        change_profile(cast.owner, cast.advocate_id, evolve(profile_for(cast.owner, cast.advocate_id), city="Halifax"))
        hers = client.get(url).content.decode()
        assert "Doctors Nova Scotia" in hers and "PAMQ" not in hers and 'href="tel:+1-855-275-8215"' in hers
        chosen = client.get(f"{url}?province=QC").content.decode()
        assert "PAMQ" in chosen and "Look the number up" in chosen and "Doctors Nova Scotia" not in chosen
        assert "PAMQ" in client.get(f"{url}?province=").content.decode()
        [crisis] = [place for place in places_of_help.everywhere() if place.code == "crisis"]
        assert (crisis.is_old(crisis.seen + timedelta(days=365)), crisis.is_old(crisis.seen + timedelta(days=366))) == (
            False,
            True,
        )
        monkeypatch.setattr(places_of_help, "OLD_AFTER", timedelta(days=-1))
        assert "more than a year ago" in client.get(url).content.decode()

    def test_nobody_is_behind_what_is_aimed_at_nobody_known(self, cast: Any, browser_of: Any):
        for name in ("care", "care-help", "care-days"):
            assert browser_of(cast.owner).get(reverse(name, args=["adv_unmatched"])).status_code == 404
