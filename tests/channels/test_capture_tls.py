"""Who served a page: the certificates that it showed, from servers on the loopback with authorities of their own."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from support.certificates import certified, shows
from support.pages_served import html, pages_served

from parapet.channels.web.container import read_capture
from parapet.channels.web.fetch import Capturer, NotCaptured


def test_the_chain_and_the_number_are_kept_and_a_certificate_that_nobody_vouches_for_is_refused_by_name(tmp_path: Path) -> None:
    root = certified("An authority", is_authority=True)
    between = certified("One between", root, is_authority=True)
    own = certified("story.example", between)
    stranger = certified("Another authority", is_authority=True)
    wrong = {
        "alone": [certified("story.example")],
        "by a stranger": [certified("story.example", stranger), stranger],
        "over": [certified("story.example", stranger, ended_days_ago=2)],
    }

    def resolve(host: str, _port: int) -> list[str]:
        return ["127.0.0.1"] if host.endswith("story.example") else []

    # As if the authority were one of those that Chromium trusts.
    trusts = f"--ignore-certificate-errors-spki-list={root.mark},{between.mark}"
    with Capturer(inside=True, resolve=resolve, arguments=[trusts]) as browser:
        with pages_served(shows(tmp_path / "sound", own, between)) as (here, pages, _asked):
            url = here.replace("127.0.0.1", "story.example")
            pages["/from"] = (302, {"Location": f"{url}/story"}, b"")
            pages["/story"] = html("<p>words")
            seen = read_capture(io.BytesIO(browser.capture(f"{url}/from").raw))
            told = json.loads(seen.files["response.json"])
            assert seen.facts["text"].strip() == "words"
            assert [each["url"] for each in told["responses"]] == [f"{url}/from", f"{url}/story"]
            for each in told["responses"]:
                assert each["ip"] == "127.0.0.1"
                assert [pem.strip() for pem in each["certificate"]][:2] == [own.pem.strip(), between.pem.strip()]
        for name, chain in wrong.items():
            with pages_served(shows(tmp_path / name, *chain)) as (here, pages, asked):
                pages["/story"] = html("<p>words")
                with pytest.raises(NotCaptured) as stopped:
                    browser.capture(f"{here.replace('127.0.0.1', 'story.example')}/story")
                assert stopped.value.reason == "bad_certificate", name
                assert asked == [], "nothing was asked of it"
