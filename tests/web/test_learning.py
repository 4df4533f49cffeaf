"""The page of learning: what it costs, how the trial went, in use or not, as the log says; and for closed material, by who opened it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from django.urls import reverse
from flow.test_learning import DAYS, INSULT, SENTENCE
from flow.test_relabel import say
from web.conftest import mail
from web.test_open import made, quick  # noqa: F401 - the fixture stretches passphrases less

CASES = 40


@pytest.fixture(autouse=True)
def small_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the program's own cases, some: the trial measures on fewer, in the same way."""
    from parapet.triage import trial

    some = tuple(trial._cases()[:: len(trial._cases()) // CASES])
    monkeypatch.setattr(trial, "_cases", lambda: some)
    monkeypatch.setattr(trial, "_plain_suites", WeakKeyDictionary())


@pytest.fixture
def corrected(cast: Any, tmp_path: Any) -> list[str]:
    """Thirteen messages in which she heard what the program did not."""
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.records.models import Item, Version

    folder = tmp_path / "taught"
    folder.mkdir()
    for day in DAYS:
        (folder / f"{day}.eml").write_bytes(mail(day, SENTENCE.format(day), sender=f"{day}@example.net"))
    before = set(Item.objects.values_list("number", flat=True))
    import_paths([folder], person=cast.owner)
    assess(list(Version.objects.filter(item__assessed=False).values_list("number", flat=True)))
    items = [item.id for item in Item.objects.exclude(number__in=before).order_by("number")]
    for item in items:
        say(cast.owner, item, INSULT)
    return items


def work() -> None:
    import parapet.work.handlers  # noqa: F401
    from parapet.jobs.engine import run_until_idle

    run_until_idle()


def at(name: str, cast: Any) -> str:
    return reverse(name, args=[cast.advocate_id])


def text_of(client: Any, cast: Any) -> str:
    page = client.get(at("learn", cast))
    assert page.status_code == 200
    return str(page.content.decode())


def test_it_is_tried_out_used_and_taken_back_and_no_word_is_shown(cast: Any, corrected: list[str], browser_of: Any) -> None:
    from parapet.actions.invite import invite
    from parapet.domain.rights import Right
    from parapet.jobs import outbox
    from parapet.records.models import LearningTrial, Person

    hers = browser_of(cast.owner)
    page = text_of(hers, cast)
    assert "Corrections so far: <strong>13</strong>" in page and "at least 10 messages" in page
    assert f'href="{at("learn", cast)}"' in hers.get(at("inbox", cast)).content.decode()
    for _twice in range(2):
        assert hers.post(at("learn-try", cast))["Location"] == at("learn", cast)
    assert outbox.still_open().filter(kind="try_learning").count() == 1, "pressed twice, it is tried once"
    page = text_of(hers, cast)
    assert 'hx-trigger="every 2s"' in page and "You may leave this page" in page and "learn-try" not in page
    fragment = hers.get(at("learn", cast), headers={"HX-Request": "true"})
    assert "<html" not in fragment.content.decode() and "Waiting to begin" in fragment.content.decode()
    work()
    row = LearningTrial.objects.get()
    assert row.state == "done" and row.total == 2 * 13 + 2 * len(_cases()) and 0 < row.done <= row.total
    assert hers.get(at("learn", cast), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = text_of(hers, cast)
    assert "from 13 corrections of 13 different texts" in page and "It cannot be used" not in page
    [n] = re.findall(r"<summary>(\d+) judged more as people said", page)
    links = set(re.findall(r'href="/i/(itm_\w+)/"', page))
    assert links and links <= set(corrected) and int(n) == len(links) > 0
    assert "umpernickel" not in page and "ferry" not in page
    [name] = re.findall(r'name="layer" value="([0-9a-f]{8})"', page)

    assert hers.post(at("learn-use", cast), {"layer": "00000000"}).status_code == 404
    assert hers.post(at("learn-use", cast), {"layer": name, "stored": "on"}).status_code == 302
    work()
    page = text_of(hers, cast)
    assert "Messages are judged with what was learned on" in page and "Used from then on · Owner One" in page
    assert hers.post(at("learn-back", cast)).status_code == 302
    assert "No longer used · Owner One" in text_of(hers, cast)

    invite(cast.owner, cast.advocate_id, "Reads", frozenset({Right.READ}))
    reader = browser_of(Person.objects.latest("made_at"))
    invite(cast.owner, cast.advocate_id, "Sorts", frozenset({Right.READ, Right.SORT}))
    sorter = browser_of(Person.objects.latest("made_at"))
    assert reader.get(at("learn", cast)).status_code == 404
    assert at("learn", cast) not in reader.get(at("inbox", cast)).content.decode()
    assert "Use it from now on" in text_of(sorter, cast)
    for name in ("learn-try", "learn-use", "learn-back", "learn-forget"):
        assert reader.post(at(name, cast)).status_code == 404
        assert browser_of(cast.stranger).post(at(name, cast)).status_code == 404
    assert sorter.post(at("learn-forget", cast)).status_code == 302
    page = text_of(hers, cast)
    assert "Everything learned was removed · Sorts" in page and "How the trial went" not in page
    assert "13" in page, "the corrections stay"


def _cases() -> Any:
    from parapet.triage import trial

    return trial._cases()


def test_a_trial_survives_what_kills_it_and_says_so_when_it_is_given_up(cast: Any, corrected: list[str], browser_of: Any) -> None:
    from parapet.actions.erase import erase_item
    from parapet.actions.learn import use_layer
    from parapet.actions.start_learning import give_up_trial, run_trial
    from parapet.records.models import Layer, LearningTrial

    hers = browser_of(cast.owner)
    hers.post(at("learn-try", cast))
    row = LearningTrial.objects.get()
    LearningTrial.objects.update(state="running", done=7, total=99)  # as a killed process left it
    give_up_trial(row.number)
    page = text_of(hers, cast)
    assert "The trial stopped before its end" in page and "Nothing was changed" in page and not Layer.objects.exists()
    run_trial(row.number)
    assert not Layer.objects.exists(), "what was given up is not done after all"
    hers.post(at("learn-try", cast))
    row = LearningTrial.objects.get()
    LearningTrial.objects.update(state="running", done=7, total=99)
    for _again in range(2):
        run_trial(row.number)
    assert Layer.objects.count() == 1 and LearningTrial.objects.get().state == "done"
    [name] = re.findall(r'name="layer" value="([0-9a-f]{8})"', text_of(hers, cast))
    use_layer(cast.owner, cast.advocate_id, name)
    erase_item(cast.owner, corrected[0], reason="asked", also=[])
    page = text_of(hers, cast)
    assert "What was learned is gone with a message that was erased" in page and "Corrections so far: <strong>12</strong>" in page


def test_nothing_is_learned_of_nothing(cast: Any, browser_of: Any) -> None:
    hers = browser_of(cast.owner)
    assert "Nothing was corrected yet" in text_of(hers, cast)
    refused = hers.post(at("learn-try", cast))
    assert refused.status_code == 400 and "there is nothing to learn from" in refused.content.decode()
    assert browser_of(cast.owner).get(reverse("learn", args=["adv_unmatched"])).status_code == 404


def test_closed_material_teaches_who_opens_it_and_its_rule_waits_for_her(
    cast: Any, corrected: list[str], browser_of: Any
) -> None:
    from parapet.actions.retention import Rule, run_rules, set_rule
    from parapet.domain.judgement import Severity
    from parapet.jobs import outbox
    from parapet.records.models import Assessment, Item, Layer
    from parapet.records.numbers import number_of

    hers, shut = browser_of(cast.owner), browser_of(cast.owner)
    made(hers)
    hers.post(reverse("open-close", args=[cast.advocate_id]), {"sure": "on"})
    assert shut.post(at("learn-try", cast)).status_code == 403 and not Layer.objects.exists()
    assert hers.post(at("learn-try", cast)).status_code == 302
    assert not outbox.still_open().filter(kind="try_learning").exists() and Layer.objects.count() == 1
    assert shut.get(at("learn", cast)).status_code == 403
    [name] = re.findall(r'name="layer" value="([0-9a-f]{8})"', text_of(hers, cast))
    hers.post(at("learn-use", cast), {"layer": name, "stored": "on"})
    last = Assessment.objects.filter(version__item=number_of("itm", corrected[0])).order_by("-id")
    assert last[0].model.endswith(f"+local:{name}"), "judged at once: nobody could in the background"

    Item.objects.update(received_at=datetime.now(UTC) - timedelta(days=60))
    set_rule(cast.owner, cast.advocate_id, Rule(30, Severity.MEDIUM))
    assert run_rules() == 0, "it waits"
    for page in ("learn", "keep-advocate"):
        assert "is followed whenever one of you opens it" in hers.get(at(page, cast)).content.decode()
    opened = shut.post(reverse("open"), {"passphrase": "seven quiet herons by the lake"}, follow=True)
    assert "were erased by the rule" in opened.content.decode()
    assert not Layer.objects.exists() and "gone with a message that was erased" in text_of(shut, cast)
    assert "whenever one of you opens it" not in text_of(shut, cast)
