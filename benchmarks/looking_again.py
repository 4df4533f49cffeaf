"""Fifty thousand links reported within one hour, and the requests that looking at them again makes: no server sees a burst.

    python -m benchmarks.looking_again

No page is asked for: the servers are played, by the same scheduler (`parapet.channels.pace`). One server in ten asks for patience now and then.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

from parapet.channels import pace

LINKS, HOSTS, DAYS = 50_000, 500, 8
START = datetime(2026, 12, 1, tzinfo=UTC)


def main() -> None:
    """Play it, and print what servers see."""
    chance = random.Random(7)
    weights = [1 / (n + 1) for n in range(HOSTS)]
    of_host = chance.choices(range(HOSTS), weights, k=LINKS)
    waiting: list[list[tuple[datetime, int]]] = [[] for _host in range(HOSTS)]
    began = [START + timedelta(seconds=chance.uniform(0, 3_600)) for _link in range(LINKS)]
    for link, host in enumerate(of_host):
        heapq.heappush(waiting[host], (pace.next_look(began[link], began[link], chance=chance.random()) or START, link))
    free = [(queue[0][0], host) for host, queue in enumerate(waiting) if queue]
    heapq.heapify(free)
    standing = {host: pace.Host(START) for host in range(HOSTS)}
    per_minute: Counter[tuple[int, int]] = Counter()
    whole: Counter[int] = Counter()
    gaps, late, last = [], [], dict[int, datetime]()
    while free and free[0][0] < START + timedelta(days=DAYS):
        now, host = heapq.heappop(free)
        due, link = heapq.heappop(waiting[host])
        assert pace.choose([(due, host, link)], standing, now, most=1)
        minute = int((now - START).total_seconds() // 60)
        per_minute[host, minute] += 1
        whole[minute] += 1
        if host in last:
            gaps.append((now - last[host]).total_seconds())
        last[host] = now
        busy = host % 10 == 0 and chance.random() < 0.01
        standing[host] = pace.after_answer(
            standing[host],
            now,
            status=429 if busy else 200,
            retry_after_s=600 if busy else None,
            delay_s=0,
            chance=chance.random(),
        )
        if busy:
            heapq.heappush(waiting[host], (due, link))
        else:
            late.append((now - due).total_seconds() / 3_600)
            following = pace.next_look(began[link], now, chance=chance.random())
            if following is not None:
                heapq.heappush(waiting[host], (following, link))
        if waiting[host]:
            heapq.heappush(free, (max(waiting[host][0][0], standing[host].free_at), host))
    late.sort()
    print(f"{LINKS} links on {HOSTS} servers, {len(late)} looks in {DAYS} days")
    print(f"most requests to one server in one minute: {max(per_minute.values())}")
    print(f"shortest time between two requests to one server: {min(gaps):.1f} s")
    print(f"most requests altogether in one minute: {max(whole.values())}; on average {sum(whole.values()) / (DAYS * 1440):.0f}")
    print(f"hours late: median {late[len(late) // 2]:.1f}, nine of ten {late[len(late) * 9 // 10]:.1f}, worst {late[-1]:.1f}")
    print(f"links on the busiest server: {Counter(of_host).most_common(1)[0][1]}")


if __name__ == "__main__":
    main()
