"""No log line shows what a stranger wrote, a name, an address or a login link."""

from __future__ import annotations

import logging

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parapet.domain.errors import SealBroken
from parapet.settings import logs

SAID = "we know where you live"


@pytest.fixture(autouse=True)
def configured(capsys):
    logs.configure()


def test_a_failure_is_shown_by_class_and_place(capsys):
    try:
        raise ValueError(SAID)
    except ValueError as error:
        structlog.get_logger("parapet.x").error("failed", exc_info=error)
        logging.getLogger("some.library").exception("failed too")
    said = capsys.readouterr().err
    assert SAID not in said
    assert said.count("builtins.ValueError") == 2
    assert "test_a_failure_is_shown_by_class_and_place" in said


def test_our_own_errors_may_speak(capsys):
    structlog.get_logger("parapet.x").error("failed", exc_info=SealBroken("leaf 7"))
    assert "evidence.seal_broken: leaf 7" in capsys.readouterr().err


def test_causes_are_named_and_not_quoted(capsys):
    try:
        try:
            raise KeyError(SAID)
        except KeyError as error:
            raise SealBroken("leaf 7") from error
    except SealBroken as error:
        structlog.get_logger("parapet.x").error("failed", exc_info=error)
    said = capsys.readouterr().err
    assert "builtins.KeyError" in said
    assert SAID not in said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(key=st.sampled_from(sorted(logs.PRIVATE_KEYS)), value=st.text(min_size=12, alphabet="abcdefghij "))
def test_private_keys_never_get_through(key, value):
    assert logs.redact(None, "info", {"event": "x", key: value}) == {"event": "x", key: "[private]"}


def test_login_links_and_queries_are_cut(capsys):
    logging.getLogger("django.request").error("Not Found: /enter/%s/?next=%s", "A" * 40, "/items/")
    said = capsys.readouterr().err
    assert "A" * 24 not in said
    assert "next=" not in said


QUOTED = [
    ("django.security.DisallowedHost", "Invalid HTTP_HOST header: 'we-know-where-you-live.example'. You may need to add it.", ()),
    (
        "django.security.csrf",
        "Forbidden (%s): %s",
        ("Origin checking failed - https://we-know.example does not match", "/we-know/"),
    ),
    ("django.request", "Internal Server Error: %s", ("/we-know-where-you-live/",)),
    ("django.request", "%s: %s", ("Service Unavailable", "/we-know/")),
    ("django.server", '"GET /we-know/ HTTP/1.1" %s', (500,)),
]


@pytest.mark.parametrize(("logger", "said", "given_"), QUOTED)
def test_what_a_visitor_sent_is_not_repeated(capsys, logger, said, given_):
    logging.getLogger(logger).error(said, *given_, extra={"status_code": 400})
    line = capsys.readouterr().err
    assert "know" not in line and logger in line and "status=400" in line
    assert ("Origin checking failed" in line) == (logger == "django.security.csrf")


def test_a_visitors_host_and_origin_are_not_repeated_by_the_whole_server(home, capsys):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    assert client.get("/", headers={"Host": "we-know-where-you-live.example"}).status_code == 400
    answer = client.post("/language/", headers={"Host": "127.0.0.1", "Origin": "https://we-know-where-you-live.example"})
    assert answer.status_code == 403
    said = capsys.readouterr().err
    assert "know" not in said
    assert "django.security.DisallowedHost" in said and "django.security.csrf" in said
    assert "Origin checking failed" in said and "route=language/" in said


def test_objects_show_their_class_alone():
    assert logs.redact(None, "info", {"event": "x", "it": {"text": SAID}})["it"] == "[dict]"


def test_a_page_that_is_missing_is_not_logged(capsys):
    logging.getLogger("django.request").warning("Not Found: /enter/secret/")
    assert capsys.readouterr().err == ""
