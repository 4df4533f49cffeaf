"""All handlers, registered by importing this module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parapet.actions.ask_keys import ask_keys, ask_waiting
from parapet.actions.assess import assess
from parapet.actions.give_up_intake import give_up_intake
from parapet.actions.plain_place import sweep_plain_places
from parapet.actions.run_intake import run_intake
from parapet.actions.sign_checkpoint import sign_checkpoint
from parapet.jobs.handlers import every, handler
from parapet.records.sessions import SessionStore


@handler("assess_batch")
def assess_batch(payload: Mapping[str, Any]) -> None:
    """Judge the versions of one batch."""
    assess(payload["versions"])


@handler("ask_keys")
def keys_of_mails(payload: Mapping[str, Any]) -> None:
    """Ask for the keys of mails that just came in, and check their signatures."""
    ask_keys(payload["versions"])


def intake_given_up(payload: Mapping[str, Any]) -> None:
    """Say on its page that it stopped."""
    give_up_intake(payload["intake"])


@handler("run_intake", given_up=intake_given_up)
def intake(payload: Mapping[str, Any]) -> None:
    """Take in files that were sent up through a page."""
    run_intake(payload["intake"])


@every(5)
def checkpoint() -> None:
    """Sign the log when it has grown."""
    sign_checkpoint()


@every(60)
def keys_that_wait() -> None:
    """Ask for keys again that could not be had, or that were not to be asked for so far."""
    ask_waiting()


@every(60)
def sweep() -> None:
    """Remove what a killed process left in the clear."""
    sweep_plain_places()


@every(3600)
def forget_sessions() -> None:
    """Remove sessions that have run out."""
    SessionStore.clear_expired()
