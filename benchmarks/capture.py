"""Keeping pages, against bare Playwright that takes the same screenshots: `python -m benchmarks.capture [--pages 100]`.

Local pages of text, pictures and style. Both run one page after another in one Chromium, a fresh window for each; ours makes a print, MHTML,
an archive for replay, an inert copy and the sealed file's ZIP besides, and opens the window of the next page meanwhile, as the queue does.
What counts is the ratio of pages a second, taken in turns in one run. Seconds of processor are told besides: others may load the machine.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from parapet.channels.web.chromium import find
from parapet.channels.web.fetch import Capturer
from parapet.channels.web.window import HEIGHT_PX, WIDTH_PX

#: Pages that are taken by one, then by the other.
TURN = 5


class Pages(BaseHTTPRequestHandler):
    """Page n: some paragraphs, four pictures, one style sheet."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        kind, body = self._body()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> tuple[str, bytes]:
        if self.path.endswith(".svg"):
            return (
                "image/svg+xml",
                b'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="120"><rect width="300" height="120" fill="teal"/></svg>',
            )
        if self.path.endswith(".css"):
            return "text/css", b"body{font:18px/1.6 serif;max-width:44rem;margin:auto}" + b".x{color:red}" * 400
        chosen = random.Random(self.path)
        words = [
            f"<p>{' '.join(chosen.choice(('one', 'two', 'many', 'words', 'page')) for _ in range(120))}</p>" for _ in range(12)
        ]
        pictures = "".join(f'<img src="/{n}{self.path.strip("/")}.svg" alt="">' for n in range(4))
        return "text/html", f"<!doctype html><title>P</title><link rel=stylesheet href=/s.css>{pictures}{''.join(words)}".encode()


def bare(chromium: object, url: str) -> None:
    """What a script of five lines does."""
    window = chromium.new_context(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})  # type: ignore[attr-defined]
    page = window.new_page()
    page.goto(url)
    page.screenshot(full_page=True)
    window.close()


def processor_s() -> float:
    """What this process and all that it started have spent; 0 where the system does not tell."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            after = each.read_text().rpartition(")")[2].split()
            parents[int(each.parent.name)] = int(after[1])
            ticks[int(each.parent.name)] = sum(map(int, after[11:15]))  # its own, and those of its children that have ended

    def is_ours(pid: int) -> bool:
        while pid > 1 and pid != os.getpid():
            pid = parents.get(pid, 0)
        return pid == os.getpid()

    return sum(spent for pid, spent in ticks.items() if is_ours(pid)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Take both in turns, and print pages a second and their ratio."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--pages", type=int, default=100)
    pages = asked.parse_args().pages
    program = find()
    if program is None:
        sys.exit("No Chromium here: run scripts/needs.sh.")
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    spent = {"bare": 0.0, "ours": 0.0}
    worked = dict(spent)
    with Capturer(program, inside=True) as ours, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        ours.capture(f"{here}/warm")
        bare(chromium, f"{here}/warm")
        for first in range(0, pages, TURN):
            turn = range(first, min(first + TURN, pages))
            for who in ("bare", "ours"):
                begun, before = time.perf_counter(), processor_s()
                for n in turn:
                    url = f"{here}/{n}"
                    bare(chromium, url) if who == "bare" else ours.capture(url, more=n < turn[-1])
                spent[who] += time.perf_counter() - begun
                worked[who] += processor_s() - before
            print(f"  {turn[-1] + 1} of {pages} pages: {spent['bare'] / spent['ours']:.2f}", flush=True)
        chromium.close()
    server.shutdown()
    for who, seconds in spent.items():
        print(f"{who}: {pages / seconds:.2f} pages a second, {worked[who] / pages:.2f} s of processor a page")
    print(f"ratio, ours to bare: {spent['bare'] / spent['ours']:.2f} (wanted: 0.8)")


if __name__ == "__main__":
    main()
