"""Messages that are mild one by one are judged as the campaign that they belong to; a wave of people, and friends, are not."""

from __future__ import annotations

from typing import Any

import pytest
from flow.conftest import Team
from flow.test_context import NOON, another_name, judged, post, versions
from flow.test_copies import ABUSIVE, MILD, MINUTE, SAME, THANKS, campaign_of

from parapet.domain.judgement import NOT_ABUSE, Harm, Severity, Urgency
from parapet.domain.rights import Right
from parapet.domain.scopes import Scope

pytestmark = pytest.mark.both_databases

OTHER = "Parents waiting outside hospitals deserve answers about another expensive vaccine billboard before autumn begins"


def by_campaign() -> set[str]:
    return {name for name, said in judged().items() if "context:campaign" in said.reason}


def sent(text: str, first: int, *, accounts: int = 6, account: int = 100, every: Any = MINUTE) -> list[dict[str, Any]]:
    """Copies of `text` by `accounts` accounts, `every` apart; their addresses end in `first` and on."""
    return [post(first + n, NOON + (first + n) * every, text, account=f"{account + n}") for n in range(accounts)]


#: Six accounts send two texts each; of one, two copies are abusive by their words.
FIRST = [*sent(ABUSIVE, 1, accounts=2), *sent(MILD, 3, accounts=4, account=102)]
SECOND = sent(OTHER, 21)
MILD_ONES = {*map(str, range(3, 7)), *map(str, range(21, 27))}


def test_the_mild_messages_of_a_campaign_are_judged_as_it_is(team: Team, receive: Any) -> None:
    from parapet.access.inbox import page
    from parapet.access.items import card
    from parapet.access.views import Filters
    from parapet.actions.change_grant import change_rights
    from parapet.actions.check_home import check_home

    receive(*FIRST, *SECOND, *sent(THANKS, 41, accounts=1, account=103), post(60, NOON, OTHER, account="900"))
    said = judged()
    assert by_campaign() == {*MILD_ONES, "60"}, "also who joins once; a line of thanks from one of them is no part of it"
    assert (said["21"].harms, said["21"].severity, said["21"].urgency) == (frozenset({Harm.INSULT}), Severity.LOW, Urgency.WATCH)
    campaign = said["21"].campaign
    assert campaign is not None and (campaign.messages, campaign.accounts, campaign.repeated) == (13, 7, 6)
    assert (campaign.at_once, campaign.abusive, campaign.close, campaign.kind) == (7, 2, 2, 0)
    assert said["1"].campaign == campaign and said["1"].reason == said["2"].reason
    names = campaign_of()
    assert len({names[n] for n in MILD_ONES}) == 1 and names["41"] is None
    rows = page(team.advocate, team.advocate_id, Filters()).rows
    assert sum(row.as_others for row in rows) == len(MILD_ONES) + 1
    [row] = [row for row in rows if row.sent_at == NOON + 21 * MINUTE]
    assert card(team.advocate, row.id).campaign == campaign
    with pytest.raises(Exception, match="nothing here"):
        card(team.stranger, row.id)
    together = page(team.advocate, team.advocate_id, Filters(around=row.id)).rows
    thanks = {each.id for each in rows if each.sent_at == NOON + 41 * MINUTE}
    assert {each.id for each in together} == {each.id for each in rows} - thanks and len(together) == campaign.messages
    assert page(team.advocate, team.advocate_id, Filters(around=row.id, harm=Harm.THREAT)).rows == ()
    assert page(team.advocate, team.advocate_id, Filters(around="itm_0000000000000")).rows == ()
    change_rights(
        team.advocate, team.advocate_id, team.helper.id, frozenset({Right.READ}), scope=Scope(harms=frozenset({Harm.INSULT}))
    )
    assert page(team.helper, team.advocate_id, Filters()).rows
    assert page(team.helper, team.advocate_id, Filters(around=row.id)).rows == (), "who sees a part is told of no others"
    assert check_home().faults == []


@pytest.mark.parametrize(
    ("messages", "why"),
    [
        ([*FIRST, *sent(OTHER, 21, account=200)], "each account once: people who are moved by the same thing"),
        ([*sent(MILD, 1), *SECOND], "they act together, and nothing in it is abusive"),
        ([*sent(ABUSIVE, 1, accounts=1), *sent(MILD, 2, accounts=5, account=101), *SECOND], "one of six may be a slip"),
        ([*FIRST[:4], *sent(OTHER, 21, accounts=4)], "four accounts"),
        (
            [*FIRST, *SECOND, *sent(f"{THANKS}, dear doctor", 41)],
            "friends who act together, though two of them lose their temper",
        ),
    ],
)
def test_what_is_no_campaign_against_her_stays_as_its_words_are(team: Team, receive: Any, messages: Any, why: str) -> None:
    receive(*messages)
    if "friends" in why:  # kind words of four who are never abusive: more than a quarter
        assert by_campaign() == set() or "41" not in by_campaign(), why
    else:
        assert by_campaign() == set(), why


def test_what_came_before_is_judged_again_when_the_rest_comes_and_the_log_tells_it(team: Team, receive: Any) -> None:
    from parapet.access.items import card
    from parapet.actions.check_home import check_home
    from parapet.actions.mark_sorted import mark_sorted
    from parapet.actions.relabel import relabel
    from parapet.records.models import Assessment, Item, LogEntry

    receive(*SECOND)
    assert by_campaign() == set()
    rows = list(Item.objects.order_by("sent_at"))
    relabel(team.helper, rows[0].id, 1, NOT_ABUSE, reason="My neighbour.", seen=card(team.helper, rows[0].id).judged_at)
    mark_sorted(team.helper, rows[1].id, "nothing")
    leaves = LogEntry.objects.filter(kind="relabel").count()
    receive(*FIRST)
    assert by_campaign() == MILD_ONES - {"21"}, "a person's word stands"
    assert LogEntry.objects.filter(kind="relabel").count() == leaves + 5
    rows[1].refresh_from_db()
    assert rows[1].sorted_at is None, "what is graver than it was needs a person again"
    assert Assessment.objects.count() == len(versions()), "one judgement of each by this model, as ever"
    size = LogEntry.objects.count()
    receive(post(70, NOON + 40 * MINUTE, OTHER, account="901"))
    assert judged()["70"].reason[0] == "person:same_words" and not judged()["70"].harms, (
        "nor is the same said again judged over her head"
    )
    receive(*FIRST)
    assert LogEntry.objects.filter(kind="assess").count() == len(versions()) + 5 and size <= LogEntry.objects.count()
    assert check_home().faults == []


def test_in_whatever_order_and_batches_a_campaign_comes_its_members_are_judged_the_same(team: Team, receive: Any) -> None:
    mixed = [*FIRST, *SECOND]
    for start in range(5):  # five batches, each of the one text and the other
        receive(*mixed[start::5])
    assert by_campaign() == MILD_ONES
    for n, order in enumerate((versions()[::-1], versions()[1::2] + versions()[::2])):
        with another_name(f"other{n}") as assess:
            assess(order)
        assert by_campaign() == MILD_ONES


def test_nobody_judges_alone_and_nothing_feeds_on_itself(team: Team, receive: Any) -> None:
    """One account with forty abusive posts makes nobody else's words abusive, nor do words that a campaign made so."""
    from parapet.records.models import Item

    receive(*FIRST, *SECOND)
    third = f"{SAME}, and everybody from the neighbourhood association brings chairs, lamps, coffee, sandwiches and umbrellas"
    receive(*(post(100 + n, NOON + n * MINUTE, ABUSIVE, account="500") for n in range(20)), *sent(third, 200, account=400))
    assert by_campaign() == MILD_ONES
    counted = judged()["21"].campaign
    assert counted is not None and counted.abusive == 2
    assert Item.objects.filter(as_copies=True).count() == len(MILD_ONES)
