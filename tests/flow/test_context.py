"""What an account sent before counts in how its messages are judged; a name, an address or a later message does not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve
from flow.conftest import Team
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.sample import SAMPLE, TRUTH

from parapet.domain.judgement import BY_OTHERS, BY_PASSING_ON, FAR_BACK, NOT_ABUSE, Assessment, History, Severity, Urgency
from parapet.triage.context import GRAVE_HARMS

pytestmark = pytest.mark.both_databases

NOON = datetime(2026, 9, 20, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
THREAT, INSULT, KIND = "I am going to kill you on Friday.", "You are an idiot and a quack.", "Thank you, I learned a lot."
HERS = {"id": "109090061279603247", "username": "drokwuosa", "acct": "drokwuosa", "url": "https://medsky.example/@drokwuosa"}
HER_MAIL = "a.okwuosa@rivercrest-family-heal.example"


def post(number: int, at: datetime, text: str, *, account: str = "11", name: str = "Who") -> dict[str, Any]:
    """A notification of Mastodon to the first advocate; its address ends in `number`."""
    when = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    writer = {"id": account, "username": "w" + account, "acct": f"w{account}@far.example", "display_name": name}
    address = f"https://far.example/users/w{account}/statuses/{number}"
    status: dict[str, Any] = {
        "id": f"s{number}",
        "uri": address,
        "url": address,
        "created_at": when,
        "visibility": "public",
        "language": "en",
    }
    status |= {"content": f"<p>{text}</p>", "mentions": [HERS], "account": writer, "spoiler_text": ""}
    return {"id": str(number), "type": "mention", "created_at": when, "account": writer, "status": status}


def mail(number: int, at: datetime, text: str, sender: str = "jane@home.example") -> bytes:
    date = at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    head = f"From: Jane <{sender}>\nTo: {HER_MAIL}\nDate: {date}\nMessage-ID: <{number}@home.example>\n"
    return f"{head}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def judged() -> dict[str, Assessment]:
    """The newest judgement of each item's first version, by the end of its address."""
    from parapet.access import opening
    from parapet.access.judgements import judged_versions
    from parapet.records.models import Item

    found = {}
    for row in Item.objects.select_related("advocate"):
        key = opening.item_key(row, opening.locker_of(row.advocate))
        version, said = judged_versions(row, key)[0]
        assert said.program is not None
        found[opening.face(version, key).uri.strip("<>").removesuffix("@home.example").rpartition("/")[2]] = said.program
    return found


def past(said: Assessment) -> History:
    assert said.history is not None
    return said.history


def codes(said: Assessment) -> list[str]:
    return [code for code in said.reason if code.startswith("context:")]


@contextmanager
def another_name(name: str) -> Iterator[Any]:
    """The same model under another name, which judges anew what the first has judged."""
    from parapet.actions import assess as room
    from parapet.triage import Triage

    kept, shipped = room.triage, room.triage()
    other = Triage(shipped.model, shipped.encoder)
    other.model = evolve(shipped.model, name=name)
    try:
        room.triage = lambda: other  # type: ignore[assignment]
        yield room.assess
    finally:
        room.triage = kept


def versions() -> list[int]:
    from parapet.records.models import Version

    return list(Version.objects.order_by("log_index").values_list("number", flat=True))


RISING = [
    post(1, NOON - 20 * DAY, KIND),
    post(2, NOON - 18 * DAY, INSULT),
    post(3, NOON - 3 * DAY, THREAT),
    post(4, NOON - 2 * DAY, THREAT),
    post(5, NOON, INSULT),
    post(6, NOON + HOUR, KIND),
]


def test_an_insult_that_ends_a_rise_weighs_more_and_tells_why(team: Team, receive: Any) -> None:
    from parapet.access.inbox import page
    from parapet.access.items import card
    from parapet.access.views import Filters
    from parapet.actions.check_home import check_home

    receive(*RISING)
    said = judged()
    assert codes(said["5"]) == ["context:rising"] and said["5"].urgency is Urgency.SAME_DAY
    assert said["5"].severity == said["2"].severity + 1 and codes(said["2"]) == []
    assert said["1"].history is not None and past(said["1"]).first_at is None
    history = said["5"].history
    assert history is not None and (history.ever, history.week) == ((4, 3, 2), (2, 2, 2))
    assert history.first_at == NOON - 20 * DAY
    rows = page(team.advocate, team.advocate_id, Filters()).rows
    assert [row.urgency for row in rows if row.sent_at == NOON] == [Urgency.SAME_DAY], "and so the queue has it"
    [shown] = [card(team.advocate, row.id) for row in rows if row.sent_at == NOON]
    assert shown.history == history
    assert check_home().faults == []


def test_only_what_came_before_counts_and_so_a_late_import_changes_nothing(team: Team, receive: Any) -> None:
    receive(RISING[4])
    assert codes(judged()["5"]) == [], "nothing else is known yet"
    receive(*RISING[:4], RISING[5])
    assert past(judged()["4"]).ever.messages == 3 and past(judged()["6"]).ever.messages == 5
    assert codes(judged()["5"]) == [], "what was judged stays until a model judges it anew"
    with another_name("other") as assess:
        assess(versions())
    assert codes(judged()["5"]) == ["context:rising"]


def test_in_whatever_order_and_batches_it_is_judged_it_is_judged_the_same(team: Team, receive: Any) -> None:
    random = Random(7)
    accounts = [("11", "Who"), ("12", "Who"), ("13", "Other")]
    sent = []
    for n in range(60):
        account, name = random.choice(accounts)
        at = NOON - random.choice([0, 1, 1, 2, 6, 40]) * DAY - random.randrange(3) * 12 * HOUR  # many at one moment
        sent.append(post(n, at, random.choice([KIND, KIND, INSULT, THREAT]), account=account, name=name))
    receive(*sent)
    first = judged()
    assert any(codes(said) for said in first.values())
    tried = iter(range(1_000_000))

    @settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(order=st.permutations(versions()), size=st.sampled_from([1, 7, 60]))
    def again(order: Sequence[int], size: int) -> None:
        name = f"other{next(tried)}"
        with another_name(name) as assess:
            for start in range(0, len(order), size):
                assess(order[start : start + size])
        assert {uri: evolve(said, model="") for uri, said in judged().items()} == {
            uri: evolve(said, model="") for uri, said in first.items()
        }

    again()


def test_a_history_is_what_came_before_and_nothing_else(team: Team, receive: Any) -> None:
    """Against counting by hand, at every edge of a span and with many at one moment."""
    random = Random(11)
    gaps = [timedelta(), DAY, 7 * DAY, 30 * DAY]
    edges = [a + b for a in gaps for b in gaps]
    sent = {}
    for n in range(70):
        at = NOON - random.choice(edges) - random.choice([timedelta(), timedelta(), timedelta(milliseconds=1)])
        sent[str(n)] = (at, random.choice([KIND, INSULT, THREAT]), random.choice(["11", "12"]))
    receive(*(post(int(n), at, text, account=account) for n, (at, text, account) in sent.items()))
    said = judged()
    for name, (at, _text, account) in sent.items():
        before = [m for m, other in sent.items() if m != name and other[2] == account and other[0] <= at]

        def counted(since: datetime, held: Sequence[str] = before) -> tuple[int, int, int]:
            those = [said[m] for m in held if sent[m][0] >= since]
            return len(those), sum(each.severity > 0 for each in those), sum(bool(each.harms & GRAVE_HARMS) for each in those)

        history = said[name].history
        assert history is not None
        assert history.ever == counted(datetime.min.replace(tzinfo=UTC))
        assert (history.day, history.week, history.month) == tuple(counted(at - span) for span in gaps[1:])
        assert history.first_at == min((sent[m][0] for m in before), default=None)


def test_a_person_s_word_counts_for_what_comes_after(team: Team, receive: Any) -> None:
    from parapet.access.inbox import page
    from parapet.access.items import card
    from parapet.access.views import Filters
    from parapet.actions.relabel import relabel

    receive(*RISING[:4])
    for row in page(team.advocate, team.advocate_id, Filters(severity=Severity.HIGH)).rows:
        seen = card(team.helper, row.id).judged_at
        assert relabel(team.helper, row.id, 1, NOT_ABUSE, reason="A line of a song.", seen=seen)
    receive(RISING[4])
    assert past(judged()["5"]).ever == (4, 1, 0) and codes(judged()["5"]) == []
    with another_name("other") as assess:
        assess(versions())
    assert past(judged()["5"]).ever == (4, 1, 0), "also where all of it is judged at once"


def test_a_name_and_an_address_make_nobody_s_kind_words_worse(team: Team, receive: Any, take_in: Any, tmp_path: Path) -> None:
    """An enemy takes Jane's name on Mastodon and writes her address into mails; then Jane writes."""
    abuse = [post(n, NOON - HOUR * n, THREAT, account="66", name="Jane") for n in range(1, 13)]
    forged = [mail(n, NOON - HOUR * n, THREAT) for n in range(21, 33)]
    receive(*abuse, *forged)
    receive(post(50, NOON, KIND, account="77", name="Jane"), mail(51, NOON, KIND), post(52, NOON, KIND, account="66"))
    said = judged()
    for innocent in ("50", "51"):
        assert (said[innocent].severity, said[innocent].urgency, codes(said[innocent])) == (Severity.NONE, Urgency.NONE, [])
    assert past(said["50"]).first_at is None
    assert past(said["51"]).ever.abusive == 12 and not past(said["51"]).by_platform, "told, with a word of caution"
    assert (said["52"].severity, said["52"].urgency, codes(said["52"])) == (Severity.NONE, Urgency.WATCH, ["context:goes_on"])


def test_who_has_only_a_name_has_no_history(team: Team, receive: Any, take_in: Any, judge: Any) -> None:
    from parapet.records.models import Item

    take_in(SAMPLE / "reviews", SAMPLE / "complaint")
    judge()
    assert Item.objects.exclude(sender=None).exists()
    assert {said.history for said in judged().values()} == {None}


def test_another_advocate_s_past_is_not_hers(team: Team, receive: Any) -> None:
    to_other = "m.desruisseaux@alder-bay-children-s-c.example"
    receive(
        *(mail(n, NOON - HOUR * n, THREAT).replace(HER_MAIL.encode(), to_other.encode()) for n in range(1, 9)),
        mail(9, NOON, INSULT),
    )
    assert past(judged()["9"]).first_at is None
    assert past(judged()["1"]).ever.messages == 7


def test_a_flood_is_counted_as_far_as_it_is_looked_at(team: Team, receive: Any) -> None:
    receive(*(post(n, NOON - HOUR * n, INSULT if n % 2 else THREAT) for n in range(1, FAR_BACK + 40)))
    receive(post(0, NOON, INSULT))
    last, before = judged()["0"], judged()["30"]
    assert past(last).ever == (FAR_BACK, FAR_BACK, FAR_BACK // 2)
    assert past(before).ever == (FAR_BACK, FAR_BACK, FAR_BACK // 2), "as many for each, though they came in one batch"
    assert "context:fixation" in last.reason


def test_a_judgement_of_an_earlier_version_opens_without_a_history(team: Team, receive: Any) -> None:
    from parapet.records.faces import pack_assessment, unpack_assessment

    receive(RISING[0])
    [said] = judged().values()
    raw = json.loads(pack_assessment(said))
    assert raw.pop("history")
    assert unpack_assessment(json.dumps(raw).encode()) == evolve(said, history=None)
    assert unpack_assessment(pack_assessment(said)) == said


def test_the_sample_s_stalker_is_seen_as_far_as_one_account_shows_him(team: Team, take_in: Any, judge: Any) -> None:
    take_in(SAMPLE)
    judge()
    truth = json.loads(TRUTH.read_text())["messages"]
    his = [message for message in truth if message["kind"] == "stalker"]
    said = judged()
    longest = 0
    for account in {message["account"] for message in his}:
        mine = sorted((message for message in his if message["account"] == account), key=lambda each: each["created_at"])
        for n, message in enumerate(mine):
            history = said[message["uri"].strip("<>").rpartition("/")[2]].history
            assert history is not None and history.ever.messages == n, "each of his accounts, message by message"
            longest = max(longest, n)
    assert longest >= 6
    raised = 0
    for message in truth:
        found = said.get(message["uri"].strip("<>").rpartition("/")[2])
        if found is not None and {*codes(found)} - BY_OTHERS - {
            BY_PASSING_ON
        }:  # copies and campaigns are others' messages, like what is passed on
            raised += 1
            assert past(found).ever.messages > 0
    assert raised < len(truth) / 20, "a pattern is rare, or it says nothing"
