"""A home in which pages with reviews and a feed are watched: reviews came in a wave, an entry names her, and its page was looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve, field, frozen

from parapet.channels.live import Batch, Piece
from parapet.channels.web.container import write_capture
from parapet.channels.web.reviews import Review, as_posts
from support.pages_served import pages_served

PAGE, SHUT = "https://doctors.example/moreau", "https://rates.example/1"
FEED = b"""<rss><channel><title>The Daily</title>
<item><title>On vaccines</title><link>HERE/1</link><description>Ada Moreau should be ashamed, writes a reader.</description></item>
<item><title>On weather</title><link>HERE/2</link><description>Rain.</description></item></channel></rss>"""


@frozen
class Wave:
    """What is read on `PAGE`: a quiet year, then nine reviews within some days. `SHUT` asks to sign in."""

    days: tuple[float, ...] = (*range(400, 40, -40), *(5 + n / 3 for n in range(9)))
    now: datetime = field(factory=lambda: datetime.now(UTC))

    def fetch(self, _cursor: Any) -> Batch:
        at = f"{self.now:%Y-%m-%dT%H:%M:%SZ}"
        reviews = [
            Review(f"{PAGE}#/review/{n}", "Saw her on TV.", f"R{n}", f"{self.now - timedelta(days=day):%Y-%m-%d}", 1.0)
            for n, day in enumerate(self.days)
        ]
        facts = {"url": PAGE, "final_url": PAGE, "captured_at": at, "by": "parapet", "agent": "", "title": "Dr. Moreau", "lang": "en",
                 "kind": "reviews", "text": "", "posts": as_posts(reviews, "doctors"), "links": []}  # fmt: skip
        now = self.now.isoformat()
        state = {"found": len(reviews), "count": 60, "at": now, "next": now, "fault": "", "by": "schema"}
        failing = {"fault": "login_wall", "at": now, "next": now}
        return Batch((Piece(write_capture(facts, {}), PAGE),), {"pages": {PAGE: state, SHUT: failing}})


def watched_pages(person: Any, advocate_id: str) -> dict[str, str]:
    """Public names: "reviews" and "feed", the connections; "entry", the message of the feed whose page was looked at."""
    from django.conf import settings
    from django.test import override_settings

    from parapet.actions import watch
    from parapet.actions.connect import connect
    from parapet.actions.look_at_pages import look_at_due
    from parapet.actions.plan_looks import keep_looking, look_now
    from parapet.channels.feed import fetch
    from parapet.records.models import Item

    def take(line: Callable[[Any], Any]) -> None:
        [due] = watch.take_over("seat", most=1)
        opened = line(due)
        while watch.take_next(due, opened):
            fetch._hosts.clear()
        watch.let_go("seat", due, wait_s=3_600)

    reviews = connect(
        person,
        advocate_id,
        "web",
        {"user": "doctors.example, rates.example", "pages": [[PAGE, "doctors.example"], [SHUT, "rates.example"]]},
    )
    take(lambda _due: Wave())
    fetch._hosts.clear()
    with (
        pages_served() as (here, pages, _asked),
        override_settings(ENVIRONMENT=evolve(settings.ENVIRONMENT, channels_inside=True)),
    ):
        pages["/feed"] = (200, {"Content-Type": "application/rss+xml"}, FEED.replace(b"HERE", here.encode()))
        told = {"user": "127.0.0.1", "addresses": [f"{here}/feed"], "names": ["Ada Moreau"], "password": "", "capture": ""}
        feed = connect(person, advocate_id, "feed", {**told, "pages": [[f"{here}/feed", "127.0.0.1"]]})
        take(watch.open_line)
        entry = Item.objects.get(channel="feed").id
        look_now(person, entry)
        assert look_at_due() == 1
        keep_looking(person, entry, on=True)
    return {"reviews": reviews, "feed": feed, "entry": entry}
