"""Who may ask for scores: nobody unless the home says so, then who has a key, as often as it allows."""

from __future__ import annotations

import json
import logging
from typing import Any

import attrs
import pytest
from django.test import Client

BODY = {"comment": {"text": "Thank you, doctor."}, "requestedAttributes": {"TOXICITY": {}}}
ADDRESSES = ("/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore", "/$discovery/rest")


def test_a_home_that_did_not_open_the_door_has_no_such_address(home, key):
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    nowhere = client.get("/v1alpha1/nowhere")
    for address in ADDRESSES:
        for method in (client.get, client.post, client.options):
            answer = method(f"{address}?key={key}")
            assert (answer.status_code, answer.content) == (404, nowhere.content)


def test_without_a_key_nobody_is_answered_and_nothing_is_told(ask, opened):
    opened("keys")
    status, said = ask(BODY)
    assert status == 403
    assert said["error"]["status"] == "PERMISSION_DENIED"
    assert said["error"]["message"].startswith("Method doesn't allow unregistered callers")
    for nonsense in (b"", b"nonsense", b'{"foo": 1}'):
        assert ask(nonsense) == (status, said)


@pytest.mark.parametrize("wrong", ["nope", "PRPT" + "x" * 35, "AIza" + "0" * 35, "k" * 100_000, "\x00", "clé"])
def test_a_key_that_is_none_gets_googles_answer(ask, opened, key, wrong):
    opened("keys")
    status, said = ask(BODY, HTTP_X_GOOG_API_KEY=wrong) if wrong.isascii() else ask(BODY, wrong)
    assert (status, said["error"]["status"]) == (400, "INVALID_ARGUMENT")
    info = said["error"]["details"][0]
    assert (info["@type"], info["reason"]) == ("type.googleapis.com/google.rpc.ErrorInfo", "API_KEY_INVALID")
    assert ask(b"nonsense", HTTP_X_GOOG_API_KEY=wrong if wrong.isascii() else "nope") == (status, said)


def test_a_key_counts_in_the_address_and_in_the_header(ask, opened, key):
    opened("keys")
    assert ask(BODY, key)[0] == ask(BODY, HTTP_X_GOOG_API_KEY=key)[0] == 200


def test_a_revoked_key_counts_no_longer_and_a_new_one_at_once(ask, opened, key, home):
    from parapet.actions.api_keys import make_api_key, revoke_api_key

    opened("keys")
    assert ask(BODY, key)[0] == 200
    revoke_api_key(home.home, "a forum")
    assert ask(BODY, key)[0] == 400
    _kept, other = make_api_key(home.home, "another")
    assert ask(BODY, other)[0] == 200


def test_a_damaged_file_of_keys_lets_nobody_in(ask, opened, key, home, caplog):
    opened("keys")
    (home.home / "api-keys.json").write_text("{}", "utf-8")
    assert ask(BODY, key)[0] == 400


def test_a_key_that_is_used_too_often_gets_googles_quota_error(ask, opened, home):
    from parapet.actions.api_keys import make_api_key

    opened("keys")
    kept, slow = make_api_key(home.home, "slow", per_minute=2)
    _kept, other = make_api_key(home.home, "other")
    # Two at once, and one more each half minute: however slow the machine, one of many is refused.
    answers = [ask(b"{", slow) for _ in range(40)]
    refused = [said for status, said in answers if status == 429]
    assert [status for status, _said in answers[:2]] == [400, 400]
    assert refused and refused[0]["error"]["status"] == "RESOURCE_EXHAUSTED"
    info = refused[0]["error"]["details"][0]
    assert info["reason"] == "RATE_LIMIT_EXCEEDED"
    assert info["metadata"]["quota_limit_value"] == "2"
    assert info["metadata"]["consumer"] == kept.id
    assert slow not in json.dumps(refused[0])
    assert ask(BODY, other)[0] == 200


def test_a_minutes_requests_may_come_at_once_and_come_back_evenly():
    from parapet.api.perspective.admission import Meter

    now = [0.0]
    meter = Meter(clock=lambda: now[0])
    assert [meter.takes("a", 60) for _ in range(61)] == [True] * 60 + [False]
    assert meter.takes("b", 60)
    now[0] = 2.0
    assert [meter.takes("a", 60) for _ in range(3)] == [True, True, False]
    now[0] = 1_000.0
    assert sum(meter.takes("a", 60) for _ in range(100)) == 60


def test_on_her_own_machine_programs_need_no_key(ask, opened):
    opened("local")
    assert ask(BODY)[0] == ask(BODY, "anything")[0] == 200


@pytest.mark.parametrize(
    "more",
    [
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
    ],
)
def test_a_page_of_another_site_and_another_machine_need_one(ask, opened, key, more):
    opened("local")
    assert ask(BODY, **more)[0] == 403
    assert ask(BODY, "anything", **more)[0] == 400
    assert ask(BODY, key, **more)[0] == 200


@pytest.mark.parametrize(
    "more", [{"PARAPET_PUBLIC_URL": "https://x.example.org"}, {"PARAPET_ALLOWED_HOSTS": "x"}, {"PARAPET_HOST": "0.0.0.0"}]
)
def test_without_keys_is_refused_where_others_come_in(tmp_path, more):
    from parapet.domain.errors import SettingRefused
    from parapet.settings.environment import Environment

    given = {"PARAPET_PERSPECTIVE": "local", "PARAPET_UNSAFE_PLAIN_HTTP": "1", "PARAPET_ALLOWED_HOSTS": "", **more}
    if "PARAPET_HOST" in more:
        given["PARAPET_PUBLIC_URL"] = "https://x.example.org"
    with pytest.raises(SettingRefused, match="PARAPET_PERSPECTIVE=local"):
        Environment.read(tmp_path, variables=given)
    assert Environment.read(tmp_path, variables={**given, "PARAPET_PERSPECTIVE": "keys"}).perspective == "keys"


def test_the_setting_has_three_values(tmp_path):
    from parapet.domain.errors import SettingRefused
    from parapet.settings.environment import Environment

    assert Environment.read(tmp_path, variables={}).perspective == "off"
    assert Environment.read(tmp_path, variables={"PARAPET_PERSPECTIVE": "local"}).perspective == "local"
    with pytest.raises(SettingRefused, match="off, keys or local"):
        Environment.read(tmp_path, variables={"PARAPET_PERSPECTIVE": "on"})


def test_browsers_elsewhere_may_call_with_a_key_and_without_one_they_may_not(opened, key):
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    opened("keys")
    before = client.options(ADDRESSES[0], HTTP_ORIGIN="https://forum.example", HTTP_ACCESS_CONTROL_REQUEST_METHOD="POST")
    assert (before.status_code, before["Access-Control-Allow-Origin"]) == (204, "*")
    assert "content-type" in before["Access-Control-Allow-Headers"].lower()
    answer = client.post(
        f"{ADDRESSES[0]}?key={key}", json.dumps(BODY), content_type="application/json", HTTP_ORIGIN="https://forum.example"
    )
    assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (200, "*")
    assert "Access-Control-Allow-Credentials" not in answer
    opened("local")
    assert "Access-Control-Allow-Origin" not in client.options(ADDRESSES[0])


def test_other_methods_find_nothing(opened, key):
    opened("keys")
    client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    for method, address in ((client.get, ADDRESSES[0]), (client.put, ADDRESSES[0]), (client.post, ADDRESSES[2])):
        answer = method(f"{address}?key={key}")
        assert (answer.status_code, answer.json()["error"]["status"]) == (404, "NOT_FOUND")


def test_when_every_place_is_taken_it_says_so_at_once_and_the_screens_go_on(ask, opened, key):
    from contextlib import ExitStack

    from parapet.api.perspective.admission import place
    from parapet.settings.perspective import PLACES

    opened("keys")
    with ExitStack() as taken:
        for _ in range(PLACES):
            taken.enter_context(place())
        status, said = ask(BODY, key)
        assert (status, said["error"]["status"]) == (503, "UNAVAILABLE")
        assert Client(SERVER_NAME="127.0.0.1").get("/enter/").status_code == 200
    assert ask(BODY, key)[0] == 200


def test_no_text_and_no_key_is_logged_or_kept(ask, opened, key, home, caplog, capfd):
    opened("keys")
    secret = "Zebrafinch quarrel at Alderbrook"
    with caplog.at_level(logging.DEBUG):
        ask({"comment": {"text": secret}, "requestedAttributes": {"TOXICITY": {}}}, key)
        ask({"comment": {"text": secret}, "requestedAttributes": {"NOPE": {}}}, key)
        ask(b'{"comment": {"text": "Zebrafinch quarrel', key)
        ask({"comment": {"text": secret}, "attributeScores": {"TOXICITY": {}}}, key, method="suggestscore")
    out, err = capfd.readouterr()
    said = [caplog.text, out, err]
    kept = [path.read_bytes() for path in home.home.rglob("*") if path.is_file()]
    assert not any("Zebrafinch" in each or key in each for each in said)
    assert not any(b"Zebrafinch" in each or key.encode() in each for each in kept)


def test_a_model_that_is_damaged_gives_googles_internal_error(ask, opened, key, monkeypatch, capfd):
    from parapet.api.perspective import analyze
    from parapet.triage import Triage

    broken = Triage(attrs.evolve(Triage.load().model, weights={}))
    monkeypatch.setattr(analyze, "judge", lambda: broken)
    opened("keys")
    status, said = ask(BODY, key)
    assert (status, said) == (500, {"error": {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}})


def test_the_discovery_document_names_the_address_it_was_asked_at(opened):
    opened("keys")
    client = Client(HTTP_HOST="127.0.0.1:8400")
    told: Any = client.get("/$discovery/rest?version=v1alpha1").json()
    assert told["rootUrl"] == "http://127.0.0.1:8400/"
    assert told["resources"]["comments"]["methods"]["analyze"]["path"] == "v1alpha1/comments:analyze"
    assert client.get("/$discovery/rest?version=v2").status_code == 404
    environment = opened("keys")
    from django.conf import settings

    settings.ENVIRONMENT = attrs.evolve(environment, public_url="https://parapet.example.org")
    assert client.get("/$discovery/rest").json()["baseUrl"] == "https://parapet.example.org/"
