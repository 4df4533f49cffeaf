"""A double of a Mastodon server that takes reports: mastodon_mock, over real HTTP on this machine.

It can be told to fail in the ways in which servers fail, and what its moderators see can be looked up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from attrs import frozen
from mastodon_mock.config import SeedAccount, SeedConfig
from mastodon_mock.testing.server import MockServer

_REPORTS = {"match": {"methods": ["POST"], "path_regex": "^/api/v1/reports"}, "count": 1}


@frozen
class Moderated:
    """`told` signs in as who reports; `post` writes as somebody else."""

    url: str
    told: dict[str, Any]

    def post(self, text: str) -> dict[str, Any]:
        """A post, as the server gives it to programs."""
        return dict(self._ask("POST", "/api/v1/statuses", "bob_token", json={"status": text}))

    def fail(self, kind: str, **effect: Any) -> None:
        """The next report is answered so: "status", "malformed", "ratelimit"."""
        self._ask("POST", "/api/v1/_mock/faults", "alice_token", json={**_REPORTS, "effect": {"type": kind, **effect}})

    def reports(self) -> list[dict[str, Any]]:
        """What moderators see, all of it."""
        return list(self._ask("GET", "/api/v1/admin/reports", "admin_token"))

    def _ask(self, method: str, path: str, token: str, **more: Any) -> Any:
        answer = requests.request(method, self.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=60, **more)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def moderated() -> Iterator[Moderated]:
    """One with alice, who reports, bob, who posts, and somebody who moderates."""
    accounts = [
        SeedAccount(username="alice", access_token="alice_token"),
        SeedAccount(username="bob", access_token="bob_token"),
        SeedAccount(username="mod", access_token="admin_token", role="Owner"),
    ]
    with MockServer(seed=SeedConfig(accounts=accounts), startup_timeout=200, shutdown_timeout=30) as server:
        yield Moderated(server.base_url, {"url": server.base_url, "token": "alice_token", "reports": True})
