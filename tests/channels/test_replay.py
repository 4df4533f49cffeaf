"""A page that was kept is played again by programs that are not ours, from the archive in the bag, and nothing of it asks for anything
outside."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.pages_served import html, moved, pages_served
from support.pictures import picture
from support.replayed import Shut, by_pywb, by_replayweb, shut_in

from parapet.channels.web.container import read_capture
from parapet.channels.web.fetch import Capturer

pytestmark = pytest.mark.replay


@pytest.fixture(scope="module")
def kept() -> dict[str, bytes]:
    """The files of a capture of a page that a script writes, with a picture of another site; its server is gone."""
    with pages_served() as (here, pages, _asked):
        other = here.replace("127.0.0.1", "localhost")
        pages["/from"] = moved("/story?b=1&a=2")
        pages["/look.css"] = (200, {"Content-Type": "text/css"}, b"h1{color:rgb(1,2,3)}")
        pages["/p.png"] = (200, {"Content-Type": "image/png"}, picture(2, 200, 220))
        pages["/said.json"] = (200, {"Content-Type": "application/json"}, '{"said":"Écrit par un script."}'.encode())
        pages["/story?b=1&a=2"] = html(
            f'<link rel=stylesheet href="/look.css"><h1>News of the day</h1><p id=p>old</p><img src="{other}/p.png">'
            '<script>fetch("/said.json").then(r => r.json()).then(d => { p.textContent = d.said })</script>'
        )
        with Capturer(inside=True) as browser:
            return dict(read_capture(io.BytesIO(browser.capture(f"{here}/from").raw)).files)


def address(wacz: bytes) -> str:
    return str(json.loads(zipfile.ZipFile(io.BytesIO(wacz)).read("datapackage.json"))["mainPageUrl"])


async def shown(shut: Shut, url: str, frame: str) -> tuple[str, str, int]:
    """The words, the colour of the heading and the width of the picture, as the archive's page shows them in the frame named so."""
    page = await shut.chromium.browser.new_page()
    page.set_default_timeout(300_000)
    await page.goto(url, wait_until="commit")
    while True:
        inner = next((each for each in page.frames if frame in each.url), None)
        if inner is not None:
            await inner.wait_for_function("document.images[0]?.complete && document.getElementById('p')?.textContent !== 'old'")
            break
        await page.wait_for_timeout(100)
    look = "[document.body.innerText, getComputedStyle(document.querySelector('h1')).color, document.images[0].naturalWidth]"
    words, colour, width = await inner.evaluate(look)
    await page.close()
    return " ".join(words.split()), colour, width


WHOLE = ("News of the day Écrit par un script.", "rgb(1, 2, 3)", 40)


@contextmanager
def pywb(wacz: bytes, folder: Path) -> Iterator[tuple[str, str]]:
    with by_pywb(wacz, folder) as server:
        yield server, f"{server}/kept/{address(wacz)}"


@contextmanager
def replayweb(wacz: bytes, folder: Path) -> Iterator[tuple[str, str]]:
    with by_replayweb(wacz, address(wacz), folder) as server:
        yield server, f"{server}/"


@pytest.mark.slow
@pytest.mark.parametrize("player", [pywb, replayweb])
def test_a_page_is_played_again_and_nothing_leaves(player: Any, kept: dict[str, bytes], tmp_path: Path) -> None:
    wacz = kept["archive.wacz"]
    with player(wacz, tmp_path / "player") as (server, url), shut_in(server) as shut:
        assert shut.run(shown(shut, url, "mp_/http")) == WHOLE
        assert shut.refused == []
