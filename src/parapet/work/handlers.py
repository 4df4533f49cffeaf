"""All handlers, registered by importing this module."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parapet.actions.ask_keys import ask_keys, ask_waiting
from parapet.actions.ask_witnesses import ask_witnesses
from parapet.actions.ask_writers import ask_writers
from parapet.actions.assess import assess, judge_anew
from parapet.actions.call_people import call_people, give_up_calling
from parapet.actions.check_arrival import check_arrival
from parapet.actions.close_sources import close_read
from parapet.actions.doubt_restored import doubt_restored
from parapet.actions.erase_source import erase_left
from parapet.actions.give_up_intake import give_up_intake
from parapet.actions.plain_place import sweep_plain_places
from parapet.actions.raise_alert import raise_alert
from parapet.actions.retention import run_rules
from parapet.actions.run_intake import run_intake
from parapet.actions.scrub import scrub
from parapet.actions.send_alert import Call, give_up_alert, send_alert
from parapet.actions.send_digest import give_up_digest, promise_digests, send_digest
from parapet.actions.send_report import give_up_report, send_report
from parapet.actions.set_block import check_block, give_up_block, set_block
from parapet.actions.sign_checkpoint import sign_checkpoint
from parapet.actions.stamp_checkpoints import stamp_newest
from parapet.actions.start_learning import give_up_trial, run_trial
from parapet.actions.tell_circle import Notice, give_up_notice, send_notice, tell_circle
from parapet.actions.tell_supporters import SupportTold, give_up_support, send_support, tell_supporters
from parapet.jobs.handlers import every, handler
from parapet.records.sessions import SessionStore


@handler("assess_batch")
def assess_batch(payload: Mapping[str, Any]) -> None:
    """Judge the versions of one batch."""
    assess(payload["versions"])


@handler("judge_anew")
def judged_anew(payload: Mapping[str, Any]) -> None:
    """Judge again what others sent more of since."""
    judge_anew(payload["versions"])


@handler("raise_alert")
def alert_raised(payload: Mapping[str, Any]) -> None:
    """Make an alert of what was judged urgent."""
    raise_alert(payload["versions"])


def calling_given_up(payload: Mapping[str, Any]) -> None:
    """Say in the inbox that nobody was called."""
    give_up_calling(payload["alert"])


@handler("call_people", given_up=calling_given_up)
def people_called(payload: Mapping[str, Any]) -> None:
    """Call the next person."""
    call_people(payload["alert"], payload["turn"])


def sending_given_up(payload: Mapping[str, Any]) -> None:
    """Say in the inbox that this way led nowhere."""
    give_up_alert(Call.of(payload))


@handler("send_alert", first_wait_s=2, given_up=sending_given_up)
def alert_sent(payload: Mapping[str, Any]) -> None:
    """Send an alert to one person by one way."""
    send_alert(Call.of(payload))


@handler("tell_circle")
def circle_told(payload: Mapping[str, Any]) -> None:
    """Tell those who are on call that a shield went up or down."""
    tell_circle(payload["entry"])


def notice_given_up(payload: Mapping[str, Any]) -> None:
    """Say on the page of the shield that this way led nowhere."""
    give_up_notice(Notice.of(payload))


@handler("send_notice", first_wait_s=2, given_up=notice_given_up)
def notice_sent(payload: Mapping[str, Any]) -> None:
    """Send one notice to one person by one way."""
    send_notice(Notice.of(payload))


@handler("tell_supporters")
def supporters_told(payload: Mapping[str, Any]) -> None:
    """Tell supporters that they are asked, or that it was stopped."""
    tell_supporters(payload["call"], payload["entry"])


def support_given_up(payload: Mapping[str, Any]) -> None:
    """Note that this way led nowhere."""
    give_up_support(SupportTold.of(payload))


@handler("send_support", first_wait_s=2, given_up=support_given_up)
def support_sent(payload: Mapping[str, Any]) -> None:
    """Tell one supporter by one way."""
    send_support(SupportTold.of(payload))


def digest_given_up(payload: Mapping[str, Any]) -> None:
    """Say on its page that it could not be sent."""
    give_up_digest(payload["digest"])


@handler("send_digest", first_wait_s=30, given_up=digest_given_up)
def digest_sent(payload: Mapping[str, Any]) -> None:
    """Send one person's digest."""
    send_digest(payload["digest"])


def report_given_up(payload: Mapping[str, Any]) -> None:
    """Say in the outbox that it did not go."""
    give_up_report(payload["report"])


@handler("send_report", first_wait_s=30, given_up=report_given_up)
def report_sent(payload: Mapping[str, Any]) -> None:
    """Send one approved report to a platform."""
    send_report(payload["report"])


def block_given_up(payload: Mapping[str, Any]) -> None:
    """Say on its page that it was not done."""
    give_up_block(payload["block"])


@handler("set_block", first_wait_s=5, given_up=block_given_up)
def block_set(payload: Mapping[str, Any]) -> None:
    """Block or mute one account, or let it in again, as was approved."""
    set_block(payload["block"])


@handler("check_block", first_wait_s=30)
def block_checked(payload: Mapping[str, Any]) -> None:
    """Ask a platform how one block stands."""
    check_block(payload["block"])


@handler("doubt_restored")
def restored_doubted(_payload: Mapping[str, Any]) -> None:
    """After a restore: let nothing go that may have gone since the backup."""
    doubt_restored()


@handler("ask_keys")
def keys_of_mails(payload: Mapping[str, Any]) -> None:
    """Ask for the keys of mails that just came in, and check their signatures."""
    ask_keys(payload["versions"])


@handler("check_arrival", first_wait_s=30)
def arrival_checked(payload: Mapping[str, Any]) -> None:
    """Ask the DNS where mails at the door came from."""
    check_arrival(payload["mails"])


def intake_given_up(payload: Mapping[str, Any]) -> None:
    """Say on its page that it stopped."""
    give_up_intake(payload["intake"])


@handler("run_intake", given_up=intake_given_up)
def intake(payload: Mapping[str, Any]) -> None:
    """Take in files that were sent up through a page."""
    run_intake(payload["intake"])


def trial_given_up(payload: Mapping[str, Any]) -> None:
    """Say on the page of learning that it stopped."""
    give_up_trial(payload["trial"])


@handler("try_learning", tries=3, given_up=trial_given_up)
def learning_tried(payload: Mapping[str, Any]) -> None:
    """Learn from corrections and measure, for the page that asked for it."""
    run_trial(payload["trial"])


@handler("scrub")
def scrub_database(_payload: Mapping[str, Any]) -> None:
    """Clear what the database still keeps of rows that were erased."""
    scrub()


@every(5)
def checkpoint() -> None:
    """Sign the log when it has grown."""
    sign_checkpoint()


@every(10, apart=True)
def time_stamp() -> None:
    """Have outside authorities attest when the log was so, as far as there is something new."""
    stamp_newest()


@every(5, apart=True)
def witnesses() -> None:
    """Have the newest checkpoint cosigned."""
    ask_witnesses()


@every(60, apart=True)
def keys_that_wait() -> None:
    """Ask for keys again that could not be had, or that were not to be asked for so far."""
    ask_waiting()


@every(60, apart=True)
def signatures_that_wait() -> None:
    """Ask the servers of those who wrote again for signatures that could not be had."""
    ask_writers()


@every(60)
def sweep() -> None:
    """Remove what a killed process left in the clear."""
    sweep_plain_places()


@every(60)
def digests() -> None:
    """Promise the digests that are due."""
    promise_digests()


@every(3600)
def forget_sessions() -> None:
    """Remove sessions that have run out."""
    SessionStore.clear_expired()


@every(24 * 3600)
def keep_rules() -> None:
    """Erase what is due by the rules that people set."""
    run_rules()


@every(600)
def erase_what_came_back() -> None:
    """Erase files that brought something erased back in, where their import was killed before it did; and close those that hold
    closed messages."""
    erase_left()
    close_read()
