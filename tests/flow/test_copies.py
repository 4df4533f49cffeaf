"""The same words from many accounts are judged alike, told as one campaign, and found without opening any of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from attrs import evolve
from flow.conftest import Team
from flow.test_context import NOON, another_name, judged, mail, post, versions
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parapet.domain.judgement import NOT_ABUSE, Harm, Severity, Urgency
from parapet.triage.context import WAVE

pytestmark = pytest.mark.both_databases

MINUTE = timedelta(minutes=1)
SAME = "The school board of Rivercrest meets on Thursday evening about classroom ventilation filters"
ABUSIVE, MILD = f"{SAME}, you idiot and quack.", f"{SAME}, see you there."
OWN = (
    "I said: forty families trust her measurements, seven hospitals likewise, and last winter her patient explanations calmed teachers, "
    "bus drivers, grandparents, coaches, neighbours and librarians everywhere"
)
THANKS = "Thank you for explaining those ventilation filters so patiently to frightened families this winter"


def wave(*texts: str, start: int = 1, ago: timedelta = timedelta()) -> list[dict[str, Any]]:
    """A post of each text, a minute apart, each from an account of its own."""
    return [post(n, NOON - ago + n * MINUTE, text, account=f"{n + 100}") for n, text in enumerate(texts, start)]


def campaign_of() -> dict[str, str | None]:
    from parapet.access.exported_items import exported_items

    return {
        line["uri"].strip("<>").removesuffix("@home.example").rpartition("/")[2]: line["campaign"] for line in exported_items()
    }


def by_copies() -> set[str]:
    return {name for name, said in judged().items() if "context:copies" in said.reason}


def test_a_mild_copy_is_judged_as_most_of_its_copies_are(team: Team, receive: Any) -> None:
    from parapet.access.inbox import page
    from parapet.access.items import card
    from parapet.access.views import Filters
    from parapet.actions.check_home import check_home

    receive(
        *wave(ABUSIVE, MILD, ABUSIVE + " #now https://far.example/x", ABUSIVE.upper(), ABUSIVE, ABUSIVE), post(50, NOON, THANKS)
    )
    said = judged()
    assert by_copies() == {"2"}, "and those before it count as those after it"
    assert (said["2"].harms, said["2"].severity, said["2"].urgency) == (said["1"].harms, Severity.LOW, Urgency.WATCH)
    assert said["2"].probabilities != said["1"].probabilities, "what its own words say stays"
    copies = said["2"].copies
    assert copies is not None and (copies.accounts, copies.others, copies.abusive) == (6, 5, 5)
    assert copies.first_at == NOON + MINUTE and said["50"].copies is None
    campaign = campaign_of()
    assert len({campaign[name] for name in "123456"}) == 1 and campaign["1"] and campaign["50"] is None
    [row] = [row for row in page(team.advocate, team.advocate_id, Filters()).rows if row.sent_at == NOON + 2 * MINUTE]
    assert row.harms == (Harm.INSULT,), "so the queue has it"
    shown = card(team.advocate, row.id)
    assert shown.copies is not None and shown.copies.accounts == 6 and len(shown.copied) == 5
    assert check_home().faults == []


def test_thanks_in_a_chain_stay_thanks_and_get_nothing_but_their_name(team: Team, receive: Any) -> None:
    receive(*wave(*[THANKS, THANKS + "!", "Dear doctor: " + THANKS.lower()] * 3, f"{THANKS}, you idiot and quack."))
    said = judged()
    assert [name for name in said if said[name].harms] == ["10"] and by_copies() == set()
    assert len(set(campaign_of().values())) == 1


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ([ABUSIVE, ABUSIVE, ABUSIVE, MILD], "four accounts"),
        ([ABUSIVE, ABUSIVE, ABUSIVE, MILD, MILD, MILD], "the copies of a mild one say: three of five"),
        (
            [*[ABUSIVE] * 5, f"{SAME}, {OWN}"],
            "who says as much of his own",
        ),
    ],
)
def test_too_few_or_not_most_or_not_the_same_change_nothing(team: Team, receive: Any, texts: list[str], why: str) -> None:
    receive(*wave(*texts))
    assert by_copies() == set(), why


def test_one_account_is_one_however_often_it_writes_and_long_ago_is_another_wave(team: Team, receive: Any) -> None:
    receive(*(post(n, NOON + n * MINUTE, ABUSIVE, account="7") for n in range(1, 9)), *wave(MILD, start=20))
    receive(*wave(*[ABUSIVE] * 5, start=40, ago=2 * WAVE))
    assert by_copies() == set()
    copies = judged()["20"].copies
    assert copies is not None and (copies.accounts, copies.others, copies.abusive) == (2, 1, 1)


def test_what_is_judged_as_its_copies_are_makes_nothing_else_so(team: Team, receive: Any) -> None:
    """Nor its account: only words of its own count for its past."""
    texts = [ABUSIVE] * 4 + [MILD]
    receive(*wave(*texts), post(90, NOON + 30 * MINUTE, "Good evening.", account="105"))
    receive(*wave(MILD, MILD, MILD, start=30))
    said = judged()
    assert by_copies() == {"5"}
    later = said["90"].history
    assert later is not None and (later.ever.messages, later.ever.abusive) == (1, 0)
    copies = said["31"].copies
    assert copies is not None and (copies.others, copies.abusive) == (7, 4), "with the fifth it would be two of three"


def test_what_a_person_said_of_a_copy_counts_and_stands(team: Team, receive: Any) -> None:
    from parapet.access.items import card
    from parapet.actions.relabel import relabel
    from parapet.records.models import Item

    receive(*wave(ABUSIVE, ABUSIVE, ABUSIVE, ABUSIVE, MILD))
    assert by_copies() == {"5"}
    for row in Item.objects.order_by("sent_at"):
        seen = card(team.helper, row.id).judged_at
        relabel(team.helper, row.id, 1, NOT_ABUSE, reason="A line of a song.", seen=seen)
    assert not Item.objects.filter(as_copies=True).exists()
    with another_name("other") as assess:
        assess(versions())
    assert by_copies() == set(), "four of its copies are no abuse, a person said"


def test_in_whatever_order_and_batches_they_are_judged_they_are_judged_the_same(team: Team, receive: Any) -> None:
    random = Random(3)
    texts = [random.choice([ABUSIVE, ABUSIVE, ABUSIVE, MILD]) for _ in range(24)]
    receive(*wave(*texts), *(mail(n, NOON + n * MINUTE, MILD, f"w{n}@home.example") for n in range(60, 63)))
    first = judged()
    assert len(by_copies()) > 3
    campaigns = campaign_of()
    tried = iter(range(1_000_000))

    @settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(order=st.permutations(versions()), size=st.sampled_from([1, 5, 27]))
    def again(order: Sequence[int], size: int) -> None:
        with another_name(f"other{next(tried)}") as assess:
            for start in range(0, len(order), size):
                assess(order[start : start + size])
        assert {uri: evolve(said, model="") for uri, said in judged().items()} == {
            uri: evolve(said, model="") for uri, said in first.items()
        }

    again()
    assert campaign_of() == campaigns


def test_what_came_in_before_its_copies_is_judged_again_when_they_come(team: Team, receive: Any) -> None:
    receive(*wave(MILD))
    receive(*wave(*[ABUSIVE] * 5, start=2))
    assert by_copies() == {"1"} and len(set(campaign_of().values())) == 1
    with another_name("other") as assess:
        assess(versions())
    assert by_copies() == {"1"}


def test_texts_of_the_same_people_are_one_campaign_and_others_are_not(team: Team, receive: Any) -> None:
    other = "Patients waiting outside hospitals deserve shorter queues before another expensive vaccine billboard appears"
    receive(
        *wave(*[MILD] * 6),
        *(post(n + 20, NOON + n * MINUTE, other, account=f"{n + 100}") for n in range(2, 8)),  # five of the six, and one more
        *(post(n + 40, NOON + n * MINUTE, THANKS, account=f"{n + 100}") for n in range(4, 11)),  # four of those, and three more
    )
    campaign = campaign_of()
    first, thanks = {campaign[str(n)] for n in (*range(1, 7), *range(22, 28))}, {campaign[str(n)] for n in range(44, 51)}
    assert len(first) == len(thanks) == 1 and None not in first | thanks
    assert first != thanks, "of those who sent the other text, four sent it too"


def test_it_goes_with_its_message_and_moves_with_it(team: Team, receive: Any) -> None:
    from parapet.actions.assign_items import assign_items
    from parapet.actions.erase import erase_item
    from parapet.records.models import Advocate, Item, Wording

    receive(*wave(*[ABUSIVE] * 6))
    nobody = mail(9, NOON + 9 * MINUTE, ABUSIVE, "x@home.example").replace(
        b"To: a.okwuosa@rivercrest-family-heal.example", b"To: who@far.example"
    )
    receive(nobody)
    assert (
        set(Wording.objects.filter(advocate_id=Advocate.UNMATCHED).values_list("words", flat=True))
        and judged()["9"].copies is None
    )
    [lost] = Item.objects.filter(advocate_id=Advocate.UNMATCHED)
    assign_items(team.advocate, [lost.id], team.advocate_id)
    assert not Wording.objects.filter(advocate_id=Advocate.UNMATCHED).exists()
    assert len(set(campaign_of().values())) == 1
    gone = Item.objects.exclude(number=lost.number).order_by("number")[0]
    erase_item(team.advocate, gone.id, reason="asked")
    assert not Wording.objects.filter(item_number=gone.number).exists()
    assert len(set(campaign_of().values())) == 1
