"""File a report with the server of a Mastodon account (POST /api/v1/reports): it tells its moderators, and the other server's.

The post is looked up on the person's own server first, by its address; that may be asked as often as one likes. The report itself is
asked for once: what the server certainly refused is `NotFiled`, and whatever else goes wrong may have arrived.

A connection tells `host` (or `url`, for a server on this machine) and `token`, one that may read and has the scope write:reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext, suppress
from typing import Any
from urllib.parse import urlsplit

import requests
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonError,
    MastodonNotFoundError,
    MastodonRatelimitError,
    MastodonServerError,
    MastodonUnauthorizedError,
)

from parapet.channels.filing import Going, NotFiled, Receipt
from parapet.channels.mastodon.address import base_of
from parapet.domain.items import Item
from parapet.network import guard

ANSWER_S = 30.0
#: What a server takes of them, and what Mastodon calls a report that names rules.
CATEGORIES = ("spam", "violation", "other")


def file_report(told: Mapping[str, Any], going: Going, *, inside: bool) -> Receipt:
    """Sign in and file it once. Raises NotFiled when the server certainly has no such report."""
    with nullcontext() if inside else guard.only_public():
        try:
            client = client_of(told, inside=inside)
            status = _found(client, going.about, _base(told, inside=inside))
            rules = _rules(client, going.rules)
        except NotFiled:
            raise
        except MastodonUnauthorizedError:
            raise NotFiled("sign_in", for_good=True) from None
        except (MastodonError, OSError, requests.RequestException, ValueError, KeyError, TypeError):
            raise NotFiled("unreachable", for_good=False) from None
        return file_with(client, going, status, rules)


def client_of(told: Mapping[str, Any], *, inside: bool) -> Mastodon:
    """What speaks to the server of a connection. It waits for nothing and tries nothing again by itself."""
    session = requests.Session()
    session.max_redirects = 0  # a server that leads elsewhere would be given the token there
    return Mastodon(
        access_token=str(told["token"]),
        api_base_url=_base(told, inside=inside),
        ratelimit_method="throw",
        request_timeout=ANSWER_S,
        version_check_mode="none",
        session=session,
        user_agent="Parapet",
    )


def file_with(client: Mastodon, going: Going, status: Mapping[str, Any], rules: list[str]) -> Receipt:
    """File it over an opened client. `status` as the server gave it. Raises NotFiled; whatever else is raised may have arrived."""
    account = status["account"]
    remote = "@" in str(account.get("acct", ""))
    # A server refuses "violation" without the number of one of its rules.
    category = "violation" if rules else going.reason if going.reason == "spam" else "other"
    try:
        answer = client.report(
            account_id=account["id"],
            status_ids=[status["id"]],
            comment=going.text,
            category=category,
            rule_ids=rules or None,
            forward=remote,
        )
    except MastodonRatelimitError:
        raise NotFiled("rate_limited", for_good=False) from None
    except MastodonServerError:
        raise
    except MastodonUnauthorizedError:
        raise NotFiled("sign_in", for_good=True) from None
    except MastodonAPIError as error:
        if _refused(error):
            raise NotFiled("refused", for_good=True) from None
        raise
    kept = ("id", "action_taken", "action_taken_at", "category", "forwarded", "created_at", "status_ids", "rule_ids")
    return Receipt(str(answer["id"]), {name: answer[name] for name in kept if name in answer})


def _refused(error: MastodonAPIError) -> bool:
    """True when the server said no (4xx): then there is no report."""
    if isinstance(error, MastodonNotFoundError):
        return True
    status = next((each for each in error.args if isinstance(each, int)), 0)
    return 400 <= status < 500 and status != 408


def _found(client: Mastodon, about: Item, base: str) -> Mapping[str, Any]:
    """The post as the person's own server has it. Raises NotFiled when it is not there (any more)."""
    known = {about.uri, about.url, *about.aliases} - {""}
    names = [name for name in (about.url, about.uri, *about.aliases) if name.startswith(("https://", f"{base}/"))]
    own = _own_hosts(client, base)
    for name in names:
        parts = urlsplit(name)
        last = parts.path.rstrip("/").rpartition("/")[2]
        # An id of this server: as watching named it, or at the end of the address of a page.
        is_id = (last.isascii() and last.isdigit()) or name == f"{base}/api/v1/statuses/{last}"
        if parts.netloc.lower() in own and is_id:
            with suppress(MastodonNotFoundError):
                found: Mapping[str, Any] = client.status(last)
                if {found.get("uri"), found.get("url")} & known:
                    return found
    for name in names:
        for found in client.search_v2(name, resolve=True, result_type="statuses")["statuses"]:
            if {found.get("uri"), found.get("url")} & known:
                return found
    raise NotFiled("gone", for_good=True)


def _own_hosts(client: Mastodon, base: str) -> set[str]:
    """By which names the server calls itself: its pages may lie under another than its programs."""
    hosts = {urlsplit(base).netloc.lower()}
    with suppress(MastodonNotFoundError):
        hosts.add(str(client.instance_v2()["domain"]).lower())
    return hosts


def _rules(client: Mastodon, numbers: tuple[int, ...]) -> list[str]:
    """The server's own ids of the rules with these numbers on its page, from 1."""
    if not numbers:
        return []
    rules = client.instance_rules()
    return [str(rules[n - 1]["id"]) for n in numbers if 1 <= n <= len(rules)]


def _base(told: Mapping[str, Any], *, inside: bool) -> str:
    try:
        return base_of(told, inside=inside)
    except ValueError:
        raise NotFiled("unreachable", for_good=True) from None
