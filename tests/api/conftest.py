"""A home that answers as Perspective did, asked in this process: `ask(body, key=...)` gives status and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest


@pytest.fixture
def opened(home: Any) -> Callable[..., Any]:
    """`opened("keys")`: from here on the home's setting is so."""
    from django.conf import settings

    def to(value: str) -> Any:
        settings.ENVIRONMENT = attrs.evolve(settings.ENVIRONMENT, perspective=value)
        return settings.ENVIRONMENT

    return to


@pytest.fixture
def key(home: Any) -> str:
    from parapet.actions.api_keys import make_api_key

    return make_api_key(home.home, "a forum", per_minute=60_000)[1]


@pytest.fixture
def ask() -> Iterator[Callable[..., tuple[int, Any]]]:
    """Asks comments:analyze, or another `method`; a `body` that is not bytes becomes JSON."""
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)

    def asked(body: Any, key: str = "", *, method: str = "analyze", **more: Any) -> tuple[int, Any]:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        address = f"/v1alpha1/comments:{method}" + (f"?key={key}" if key else "")
        answer = client.post(address, raw, content_type="application/json", **more)
        return answer.status_code, json.loads(answer.content) if answer["Content-Type"].startswith("application/json") else None

    yield asked
