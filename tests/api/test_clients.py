"""Clients that others wrote for Perspective work unchanged against a served home, but for the address."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from attrs import frozen
from support.house import ROOT
from support.served import served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

GOOGLE = "https://commentanalyzer.googleapis.com"
THREAT = "I will kill you tomorrow, you stupid bitch."
KIND = "Thank you for the clear explanation, doctor."


@frozen
class Door:
    origin: str
    key: str
    slow_key: str


@pytest.fixture
def door(home: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    from parapet.actions.api_keys import make_api_key

    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    key = make_api_key(home.home, "clients", per_minute=60_000)[1]
    slow = make_api_key(home.home, "slow", per_minute=1)[1]
    with served(home.home, PARAPET_PERSPECTIVE="keys") as origin:
        yield Door(origin, key, slow)


def test_googles_own_library_by_the_discovery_document(door):
    from googleapiclient import discovery
    from googleapiclient.errors import HttpError

    def client(key: str) -> Any:
        address = f"{door.origin}/$discovery/rest?version=v1alpha1"
        return discovery.build(
            "commentanalyzer", "v1alpha1", developerKey=key, discoveryServiceUrl=address, static_discovery=False
        )

    ours = client(door.key)
    asked = {"comment": {"text": THREAT}, "requestedAttributes": {"TOXICITY": {}, "THREAT": {}}, "spanAnnotations": True}
    said = ours.comments().analyze(body=asked).execute()
    assert said["attributeScores"]["THREAT"]["summaryScore"]["value"] > 0.9
    asked = {"comment": {"text": KIND}, "attributeScores": {"TOXICITY": {"summaryScore": {"value": 0}}}, "clientToken": "t"}
    assert ours.comments().suggestscore(body=asked).execute() == {"clientToken": "t"}
    with pytest.raises(HttpError) as refused:
        ours.comments().analyze(
            body={"comment": {"text": "hallo"}, "languages": ["de"], "requestedAttributes": {"TOXICITY": {}}}
        ).execute()
    assert refused.value.resp.status == 400
    assert refused.value.error_details[0]["errorType"] == "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE"
    assert refused.value.reason == "Attribute TOXICITY does not support request languages: de"
    with pytest.raises(HttpError) as refused:
        client("not-a-key").comments().analyze(body=asked).execute()
    assert refused.value.error_details[0]["reason"] == "API_KEY_INVALID"
    slow, statuses = client(door.slow_key), []
    for _ in range(20):  # one a minute: one of many is refused, however slow the machine
        try:
            slow.comments().analyze(body={}).execute()
        except HttpError as error:
            statuses.append(error.resp.status)
    assert statuses[0] == 400 and 429 in statuses


def test_perspective_from_the_python_index(door):
    from perspective import PerspectiveAPI

    client = PerspectiveAPI(door.key)
    client.api_client.url = client.api_client.url.replace(GOOGLE, door.origin)
    assert client.score(THREAT)["TOXICITY"] > 0.9
    said = client.analyze_comment(
        KIND, comment_type="PLAIN_TEXT", context=[{"text": "before", "type": "PLAIN_TEXT"}], span_annotations=True,
        requested_attributes={"TOXICITY": {"scoreType": "PROBABILITY", "scoreThreshold": 0.0}}, languages=["en"],
        do_not_store=True, client_token="t", session_id="s", community_id="c",
    )  # fmt: skip
    assert said["clientToken"] == "t" and said["attributeScores"]["TOXICITY"]["summaryScore"]["value"] < 0.3
    assert client.suggest_score(KIND, {"TOXICITY": {"summaryScore": {"value": 0.1}}}, client_token="t") == {"clientToken": "t"}
    client.api_client.api_key = "not-a-key"
    with pytest.raises(HTTPError) as refused:
        client.score(KIND)
    assert refused.value.code == 400


def test_pyperspective_from_the_python_index(door, monkeypatch):
    from PyPerspective import Perspective as module
    from PyPerspective.errors import InvalidAuthKey

    monkeypatch.setattr(module, "base_url", module.base_url.replace(GOOGLE, door.origin))
    client = module.Perspective(door.key)
    said = client.get_score(THREAT, tests=["TOXICITY", "THREAT", "PROFANITY"])
    assert said["THREAT"].score > 0.9
    assert [(each.start, each.end) for each in said["TOXICITY"].spans] == [(0, len(THREAT))]
    with pytest.raises(InvalidAuthKey):
        module.Perspective("not-a-key")


@pytest.mark.npm
def test_perspective_api_client_from_npm(door):
    folder = ROOT / "tests" / "api" / "npm"
    node = shutil.which("node")
    assert node and (folder / "node_modules").exists(), "run scripts/clients.sh first"
    done = subprocess.run(
        [node, "ask.js"], cwd=folder, env={**os.environ, "ORIGIN": door.origin, "KEY": door.key}, capture_output=True, timeout=200
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["plain"]["attributeScores"]["TOXICITY"]["summaryScore"]["value"] > 0.9
    assert set(said["several"]["attributeScores"]) == {"TOXICITY", "THREAT", "PROFANITY"}
    assert said["cut"]["languages"] == ["en"]
    whole = said["whole"]
    assert (whole["clientToken"], set(whole["attributeScores"])) == ("c-7", {"TOXICITY"})
    # JavaScript counts as Perspective did.
    assert [(s["begin"], s["end"]) for s in whole["attributeScores"]["TOXICITY"]["spanScores"]] == [(0, 15), (16, 32)]
    failed = {name: (each["message"], each["status"]) for name, each in said.items() if "failed" in each}
    assert failed == {
        "empty": ("Comment must be non-empty.", 400),
        "long": ("Comment text too long.", 400),
        "unknown": ("Unknown requested attribute: NICENESS", 400),
        "stranger": ("API key not valid. Please pass a valid API key.", 400),
    }


def test_screens_are_answered_while_programs_ask_without_end(door):
    place = urlsplit(door.origin)
    body = json.dumps({"comment": {"text": "You are wrong about this. " * 400}, "requestedAttributes": {"TOXICITY": {}}})
    statuses: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            asking = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
            asking.request("POST", f"/v1alpha1/comments:analyze?key={door.key}", body)
            statuses.append(asking.getresponse().status)
            asking.close()

    threads = [threading.Thread(target=ask) for _ in range(24)]
    for each in threads:
        each.start()
    try:
        for _ in range(5):
            asking = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
            asking.request("GET", "/enter/")
            assert asking.getresponse().status == 200
            asking.close()
    finally:
        stop.set()
        for each in threads:
            each.join(timeout=200)
    assert 200 in statuses and set(statuses) <= {200, 503}
