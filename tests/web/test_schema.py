"""The OpenAPI document: sound, whole, and every call in it opens nothing to whoever has no right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from api.conftest import key, opened
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from support.paired import capture_file, paired
from web.test_doors import OPEN, address, patterns, personas

from parapet.actions.pair_browser import unpair

__all__ = ["address", "key", "opened", "personas"]  # fixtures, by their names

#: Calls that answer anybody, and tell nothing about anybody.
FOR_ANYBODY = {"health", "schema", "discovery"}


@pytest.fixture
def schema(home: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(Client().get(reverse("api-schema")).content)
    return document


def calls(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for where, ways in schema["paths"].items():
        for method, call in ways.items():
            yield where, method, call


def ask(where: str, method: str, call: dict[str, Any], client: Client, bearer: str = "", key: str = "") -> Any:
    """The call as the document has it, with whatever its body may be."""
    headers = {"HTTP_AUTHORIZATION": f"Bearer {bearer}"} if bearer else {}
    body, kind = b"", "application/octet-stream"
    for kind in call.get("requestBody", {}).get("content", {}):
        body = (
            capture_file()
            if kind == "application/zip"
            else json.dumps({"code": "AAAAA-AAAAA", "comment": {"text": "Hi"}}).encode()
        )
    return client.generic(method.upper(), where + (f"?key={key}" if key else ""), body, kind, **headers)


def declared(schema: dict[str, Any], call: dict[str, Any], answer: Any) -> bool:
    """Whether the document tells of this status and of a body of this form."""
    told = call["responses"].get(str(answer.status_code))
    if told is None or "content" not in told:
        return told is not None
    [(media, content)] = told["content"].items()
    body = json.loads(answer.content) if media == "application/json" else answer.content.decode()
    form = {**content["schema"], "components": schema["components"]}
    return answer["Content-Type"].startswith(media) and Draft202012Validator(form).is_valid(body)


def test_it_is_sound_and_has_every_call_of_the_url_map_and_no_other(schema: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(schema).validate()
    without_sign_in = {
        "/" + str(each.pattern)
        for each in patterns()
        if not getattr(each.callback, "needs_sign_in", False) and each.name not in OPEN - {"healthz"}
    }
    assert set(schema["paths"]) == without_sign_in
    for where, method, call in calls(schema):
        others = {"get", "post", "put", "patch", "delete"} - set(schema["paths"][where])
        for other in others:
            assert ask(where, other, call, Client()).status_code in {404, 405}, (other, where)
        assert method == method.lower() and call["operationId"]


def test_every_call_gives_everybody_without_a_right_what_it_gives_nobody(
    schema: dict[str, Any], opened: Callable[..., Any], cast: Any, personas: dict[str, Any], browser_of: Callable[..., Client]
) -> None:
    """By cookie, by a token that was ended, by a token of the other door, and by a browser of one who may no longer."""
    from django.db import transaction

    from parapet.actions.allow import allow, take_back
    from parapet.records import models
    from parapet.records.numbers import number_of

    opened("keys")
    her = models.Advocate.objects.get(number=number_of("adv", cast.advocate_id))
    former = personas["former helper"]
    with transaction.atomic():
        allow(former, her, "helper")
    _, taken_back = paired(former, cast.advocate_id)
    with transaction.atomic():
        take_back(former, her, by=cast.owner)
    browser, ended = paired(cast.owner, cast.advocate_id, "Another laptop")
    unpair(cast.owner, browser)

    intakes = models.Intake.objects.count()
    hers = [cast.advocate_id, *cast.items.values(), "Ada Moreau"]
    for where, method, call in calls(schema):
        nobody = ask(where, method, call, browser_of())
        assert declared(schema, call, nobody), (where, method, nobody.status_code, nobody.content)
        assert (nobody.status_code < 400) == (call["operationId"] in FOR_ANYBODY), where
        for who, client in {
            "herself": browser_of(cast.owner),
            **{who: browser_of(each) for who, each in personas.items()},
        }.items():
            answer = ask(where, method, call, client)
            assert (answer.status_code, answer.content) == (nobody.status_code, nobody.content), (who, where)
        for token in (ended, taken_back, "x" * 64):
            for answer in (ask(where, method, call, Client(), bearer=token), ask(where, method, call, Client(), key=token)):
                assert declared(schema, call, answer), (where, method, answer.status_code, answer.content)
                assert (answer.status_code < 400) == (call["operationId"] in FOR_ANYBODY), (where, answer.content)
                assert not [word for word in hers if word in answer.content.decode()]
    assert models.Intake.objects.count() == intakes, "nothing was taken in"


def test_what_a_right_opens_is_as_the_document_says(
    schema: dict[str, Any], opened: Callable[..., Any], cast: Any, key: str
) -> None:
    opened("keys")
    _, token = paired(cast.owner, cast.advocate_id)
    may, take = (schema["paths"]["/api/v1/captures"][way] for way in ("get", "post"))
    assert declared(schema, may, answer := ask("/api/v1/captures", "get", may, Client(), token)) and answer.status_code == 204
    damaged = ask("/api/v1/captures", "post", take, Client(), token)
    assert damaged.status_code == 422 and declared(schema, take, damaged)
    analyze = schema["paths"]["/v1alpha1/comments:analyze"]["post"]
    body = json.dumps({"comment": {"text": "You are an idiot."}, "requestedAttributes": {"TOXICITY": {}}})
    scored = Client().post(f"/v1alpha1/comments:analyze?key={key}", body, content_type="application/json")
    assert scored.status_code == 200 and declared(schema, analyze, scored)
