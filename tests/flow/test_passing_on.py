"""Who hands on what exposes her exposes her: a repost and a quotation are judged by what they show."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from flow.test_context import NOON, codes, judged

from parapet.domain.judgement import Assessment, Harm, Severity, Urgency

pytestmark = pytest.mark.both_databases

HERS = "did:plc:6odcddikz66d3ybfd3wcytau"
EXPOSED = "Dr. Okwuosa lives at 48 Birchmount Crescent, Rivercrest. Go and see her tonight, all of you."
INSULT, DULL = "You are an idiot and a quack.", "well well"


def frame(key: str, writer: str, text: str | None, *, shows: str = "") -> dict[str, Any]:
    """A line of the firehose. `text` None: a repost. `shows`: the key and the writer of the post that is reposted, quoted or answered (@)."""
    at = (NOON + timedelta(minutes=len(key))).isoformat().replace("+00:00", "Z")
    uri = "at://did:plc:{1}/app.bsky.feed.post/{0}".format(*shows.partition(" ")[::2])
    shown = {"uri": uri, "cid": "bafyreib2rxk3rybk3aobmv5cjuql3bm2twh4jo5uxgf5kpqcsgz7soitae"}
    mention = {"index": {"byteStart": 0, "byteEnd": 1}, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": HERS}]}
    record: dict[str, Any] = {"createdAt": at}
    collection = "app.bsky.feed.post" if text is not None else "app.bsky.feed.repost"
    if text is None:
        record |= {"subject": shown}
    else:
        record |= {"text": text, "langs": ["en"]}
        record |= {"embed": {"$type": "app.bsky.embed.record", "record": shown}} if shows else {"facets": [mention]}
    commit = {"operation": "create", "collection": collection, "rkey": key, "record": record, "cid": shown["cid"], "rev": "3"}
    return {"did": f"did:plc:{writer}", "time_us": int(NOON.timestamp() * 1e6), "kind": "commit", "commit": commit}


@pytest.fixture
def arrive(take_in: Any, judge: Any, tmp_path: Path) -> Any:
    def run(*frames: dict[str, Any]) -> dict[str, Assessment]:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        (folder / "jetstream.jsonl").write_text("\n".join(map(json.dumps, frames)))
        take_in(folder)
        judge()
        return judged()

    return run


def test_who_repeats_private_details_exposes_them_and_who_quotes_an_insult_says_what_he_says(team: Team, arrive: Any) -> None:
    from parapet.actions.check_home import check_home

    said = arrive(
        frame("dox", "a", EXPOSED),
        frame("rude", "b", INSULT),
        frame("repeats", "c", None, shows="dox a"),
        frame("quotes", "d", DULL, shows="dox a"),
        frame("joins", "e", None, shows="rude b"),
        frame("answers", "f", DULL, shows="rude b"),
        frame("shows", "g", DULL, shows="quotes d"),
    )
    assert Harm.DOXING in said["dox"].harms and said["dox"].severity is Severity.CRITICAL
    for name in ("repeats", "quotes", "shows"):
        assert codes(said[name]) == ["context:passes_on"] and Harm.DOXING in said[name].harms, name
        assert (said[name].severity, said[name].urgency) == (Severity.HIGH, Urgency.SAME_DAY)
        assert said[name].probabilities[Harm.DOXING] < 0.5, "of its own words it says what it said"
    assert said["joins"].harms == said["rude"].harms and said["joins"].severity is Severity.LOW
    assert said["answers"].harms == frozenset(), "many quote abuse to speak against it"
    assert check_home().faults == []


def test_what_was_passed_on_may_come_in_later_than_who_passed_it_on(team: Team, arrive: Any, judge: Any) -> None:
    from parapet.records.models import Item, LogEntry

    said = arrive(
        frame("near", "z", "Good evening."),
        frame("repeats", "c", None, shows="near z"),
        frame("quotes", "d", DULL, shows="near z"),
    )
    assert {name: codes(each) for name, each in said.items()} == {"near": [], "repeats": [], "quotes": []}
    edited = frame("near", "z", EXPOSED)
    edited["commit"]["operation"] = "update"
    said = arrive(edited)
    assert codes(said["repeats"]) == codes(said["quotes"]) == ["context:passes_on"]
    assert LogEntry.objects.filter(kind="relabel").count() == 2, "and the log tells of it"
    assert list(Item.objects.filter(severity=Severity.HIGH).values_list("as_copies", flat=True)) == [False, False]


def test_a_person_s_word_stands_and_an_erased_message_passes_nothing_on(team: Team, arrive: Any, judge: Any) -> None:
    from parapet.access.items import card
    from parapet.actions.erase import erase_item
    from parapet.actions.relabel import relabel
    from parapet.domain.judgement import NOT_ABUSE
    from parapet.records.models import Item, PassedOn

    arrive(frame("near", "z", "Good evening."), frame("quotes", "d", DULL, shows="near z"))
    [quotes] = Item.objects.filter(kind="quote")
    relabel(team.helper, quotes.id, 1, NOT_ABUSE, reason="A friend.", seen=card(team.helper, quotes.id).judged_at)
    edited = frame("near", "z", EXPOSED)
    edited["commit"]["operation"] = "update"
    arrive(edited)
    quotes.refresh_from_db()
    assert quotes.severity == Severity.NONE
    erase_item(team.advocate, quotes.id, reason="asked")
    assert not PassedOn.objects.exists()
