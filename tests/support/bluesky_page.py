"""The page of a Bluesky server on which people sign in and allow what a program asks for, used as a browser uses it.

What its script says to the server is said here: @atproto/oauth-provider, in the version that scripts/bluesky.sh installs.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx

from support.bluesky import Who

_API = "/@atproto/oauth-provider/~api"


def allowed(page: str, who: Who, *, yes: bool = True) -> str:
    """Sign in there as `who`, and allow it, or not; the address to which the browser is then sent back."""
    with httpx.Client(timeout=60, follow_redirects=False) as browser:
        jar: dict[str, str] = {}
        here = urlsplit(page)
        origin = f"{here.scheme}://{here.netloc}"
        navigating = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
        shown = _asked(browser, jar, "GET", page, headers=navigating)
        assert shown.status_code == 200, shown.text

        def said(what: str, told: dict[str, Any], token: str = "") -> dict[str, Any]:
            headers = {
                "sec-fetch-site": "same-origin", "sec-fetch-mode": "same-origin", "origin": origin, "referer": page,
                "x-csrf-token": jar["csrf-token"], **({"authorization": f"Bearer {token}"} if token else {}),
            }  # fmt: skip
            answer = _asked(browser, jar, "POST", f"{origin}{_API}/{what}", headers=headers, json=told)
            assert answer.status_code == 200, answer.text
            return dict(answer.json())

        if yes:
            name = who.handle.partition(".")[0]
            inside = said("sign-in", {"locale": "en", "username": who.handle, "password": f"own password of {name}"})
            back = said("consent", {"sub": who.did}, inside["ephemeralToken"])["url"]
        else:
            back = said("reject", {})["url"]
        headers = {**navigating, "sec-fetch-site": "same-origin", "referer": page}
        sent = _asked(browser, jar, "GET", back, headers=headers) if back.startswith(origin) else None
        return sent.headers["location"] if sent is not None else str(back)


def _asked(
    browser: httpx.Client, jar: dict[str, str], how: str, url: str, *, headers: dict[str, str], **more: Any
) -> httpx.Response:
    """With its cookies, which are for https elsewhere, and for this machine's own names here."""
    cookies = "; ".join(f"{name}={value}" for name, value in jar.items())
    answer = browser.request(how, url, headers={**headers, **({"cookie": cookies} if cookies else {})}, **more)
    for line in answer.headers.get_list("set-cookie"):
        name, _equals, value = line.partition(";")[0].partition("=")
        jar[name.strip()] = value.strip()
    return answer
