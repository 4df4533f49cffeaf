"""A browser that is connected, and a capture as it would hand one in."""

from __future__ import annotations

from typing import Any

from parapet.channels.web.container import write_capture


def paired(person: Any, advocate_id: str, name: str = "Work laptop") -> tuple[str, str]:
    """The public name of a browser of `person`, and its token."""
    from parapet.actions.pair_browser import offer_code, pair
    from parapet.records.models import Browser

    token, wait_s = pair(offer_code(person, advocate_id, name), "127.0.0.1")
    assert token and not wait_s
    return Browser.objects.latest("number").id, token


def capture_file(text: str = "They say that she lies.", **more: Any) -> bytes:
    """The file of a page, as the extension writes it."""
    told = {
        "url": "https://news.example/story", "final_url": "https://news.example/story", "captured_at": "2026-10-01T12:00:00Z",
        "by": "extension", "agent": "A browser", "title": "A story", "lang": "en", "kind": "page", "text": text, "posts": [], "links": [],
        **more,
    }  # fmt: skip
    return write_capture(told, {"page.html": f"<p>{text}</p>".encode()})
