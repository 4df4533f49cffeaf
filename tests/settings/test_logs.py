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


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.sampled_from(sorted(logs.PRIVATE_KEYS)), value=st.text(min_size=12, alphabet="abcdefghij "))
def test_private_keys_never_get_through(key, value):
    assert logs.redact(None, "info", {"event": "x", key: value}) == {"event": "x", key: "[private]"}


def test_login_links_and_queries_are_cut(capsys):
    logging.getLogger("django.request").error("Not Found: /enter/%s/?next=%s", "A" * 40, "/items/")
    said = capsys.readouterr().err
    assert "A" * 24 not in said
    assert "next=" not in said


def test_objects_show_their_class_alone():
    assert logs.redact(None, "info", {"event": "x", "it": {"text": SAID}})["it"] == "[dict]"


def test_a_page_that_is_missing_is_not_logged(capsys):
    logging.getLogger("django.request").warning("Not Found: /enter/secret/")
    assert capsys.readouterr().err == ""
