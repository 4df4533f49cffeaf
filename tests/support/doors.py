"""Every function by which somebody comes to what is an advocate's, and the right that its source says it takes."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import parapet.access
import parapet.actions
from parapet.domain.rights import Right

Door = Callable[..., Any]
#: Called by the rooms themselves with rows that came through the door already.
INSIDE = {
    "listed",
    "rows_of",
    "log_look",
    "veil_over",
    "veil_over_row",
    "log_search",
    "log_case_event",
    "allow",
    "take_back",
    "end_share",
    "take_snapshot",
    "redact",
    "forget_links",
    "log_guesses",
    "log_signing_in",
    "recovery_digest",
    "signed_in",
    "has_others",
    "keep_note",
    "referred_rows",
    "to_person",
    "held_alert",
    "test_message",
    "two_cases",
    "plans_naming",
    "promise",
    "capture_now",
    "tell_connection",
    "backings_of",
    "support_message",
}
#: About the person herself and nobody else: there is no right to name.
HERSELF = {
    "access.exposure.opened_today",
    "access.intakes.card",
    "access.queue.room",
    "access.intakes.number_for",
    "access.intakes.recent",
    "access.digests.digest_of",
    "access.reach.reach_of",
    "access.veils.own_veil",
    "access.seers.given_to",
    "actions.change_grant.give_back",
    "actions.change_preferences.change_preferences",
    "actions.change_digest.change_digest",
    "actions.change_reach.add_way",
    "actions.change_reach.remove_way",
    "actions.change_reach.set_quiet_hours",
    "actions.change_reach.test_way",
    "actions.enrol_person.enrol_person",
    "actions.limit_reading.limit_reading",
    "actions.set_veil.set_veil",
    "access.sign_ins.sign_ins",
    "access.signing_in.sessions_of",
    "access.signing_in.ways_in",
    "actions.end_sessions.end_other_sessions",
    "actions.end_sessions.end_session",
    "actions.enter.check_code",
    "actions.enter.prove_by_passkey",
    "actions.institutions.unlink",
    "actions.passphrases.check_passphrase",
    "actions.passphrases.prove_by_passphrase",
    "actions.passphrases.remove_passphrase",
    "actions.passphrases.set_passphrase",
    "actions.second_factors.add_app",
    "actions.second_factors.add_passkey",
    "actions.second_factors.app_of",
    "actions.second_factors.new_app",
    "actions.second_factors.new_passkey",
    "actions.second_factors.put_off",
    "actions.second_factors.remove_app",
    "actions.second_factors.remove_passkey",
    "actions.second_factors.renew_codes",
    "actions.own_keys.change_passphrase",
    "actions.own_keys.has_own_key",
    "actions.own_keys.make_own_key",
    "actions.own_keys.opened_by",
    "actions.own_keys.recover",
    "actions.own_keys.renew_sheet",
    "actions.own_keys.unlock",
    "actions.sign_in.make_link",
}

#: What an officer does with what was referred to her: no right lets her, but the referral (`access/referred.py`).
BY_REFERRAL = {
    "access.referred.covered_referred",
    "access.referred.held_referral",
    "access.referred.level_referred",
    "access.referred.opened_referred",
    "access.referred.referred_page",
    "access.referred.referred_row",
    "access.referred.referred_to",
    "actions.answer_referral.accept_referral",
    "actions.answer_referral.decline_referral",
    "actions.answer_referral.hand_back_referral",
    "actions.answer_referral.note_referred",
    "actions.answer_referral.referred_dossier",
}

#: What belonging to an organisation lets do, which is no right on anything of an advocate's (`access/organisations.py`).
BY_BELONGING = {
    "access.organisations.colleague",
    "access.organisations.held_belonging",
    "access.organisations.invitations_to",
    "access.organisations.joinable",
    "access.organisations.notices_to",
    "access.organisations.open_to",
    "access.organisations.organisation_page",
    "access.organisations.organisations_of",
    "access.organisations.waits_for",
    "access.organisations.would_end",
    "actions.invite_member.invite_member",
    "actions.invite_member.withdraw_invitation",
    "actions.join_organisation.decline_invitation",
    "actions.join_organisation.join_organisation",
    "actions.leave_organisation.end_membership",
    "actions.leave_organisation.leave_organisation",
    "actions.leave_organisation.member_of",
    "actions.leave_organisation.put_away",
    "actions.sign_out_member.sign_out_member",
}
#: Doors that keep to the part of an advocate's messages that a grant is for. To all others such a grant is none.
KEEPS_TO_A_PART = {
    "access.alerts.alert_page",
    "access.case_page.case_screen",
    "access.cases.mine",
    "access.cases.page",
    "access.exposure.helpers_of",
    "access.inbox.counts",
    "access.inbox.page",
    "access.inbox.screen",
    "access.items.card",
    "access.items.opened",
    "access.items.original",
    "access.items.screen",
    "access.queue.queue",
    "access.queue.sortable",
    "access.queue.sorter",
    "access.queue.spares",
    "actions.mark_sorted.mark_sorted",
    "actions.mark_sorted.sort_again",
    "actions.pass_turns.hand_over",
    "actions.pass_turns.let_go",
    "actions.relabel.relabel",
    "actions.relabel.undo_relabel",
    "actions.take_alert.take_alert",
    "actions.take_turns.keep_on",
    "actions.take_turns.take_next",
    "actions.take_turns.take_one",
    "actions.write_note.write_note",
}
#: Of these, what is about all that is within a part: it opens whatever that holds.
OF_THE_PART = {
    "access.exposure.helpers_of",
    "access.inbox.counts",
    "access.inbox.page",
    "access.inbox.screen",
    "access.queue.queue",
    "access.queue.sortable",
    "access.queue.sorter",
    "access.queue.spares",
    "actions.take_turns.take_next",
}

#: What somebody who was named for an emergency does: no right lets her, but the advocate's list (`access/emergency_rows.py`).
BY_EMERGENCY = {
    "access.emergencies.emergency_page",
    "access.emergencies.opened_urgent",
    "access.emergencies.standing_request",
    "access.emergencies.urgent_row",
    "actions.break_glass.agree_to_let_in",
}

#: What a supporter does with what she asks of him: no right lets him, but that she asked and he agreed (`access/supporting.py`).
BY_SUPPORT = {
    "access.supporting.call_view",
    "access.supporting.covered_for_support",
    "access.supporting.held_asked",
    "access.supporting.held_for_feeling",
    "access.supporting.held_pause",
    "access.supporting.held_supporter",
    "access.supporting.supporting",
    "actions.give_support.agree_to_support",
    "actions.give_support.end_pause",
    "actions.give_support.leave_support",
    "actions.give_support.say_how_he_is",
    "actions.give_support.say_what_came",
    "actions.give_support.show_own_words",
    "actions.give_support.take_help",
}
#: What is between an advocate and her counsel: being one of the two lets, and no right (`access/counsel.py`).
BY_CHANNEL = {
    "access.counsel.channels_to",
    "actions.invite_counsel.keep_ended",
}

#: Open to who holds any one of the rights that they name; all others take each of them.
EITHER = {
    "access.alerts.alert_page",
    "access.shield_page.shield_page",
    "actions.refer.refer_case",  # the advocate's own right is asked only where it goes through an organisation
}


def name_of(door: Door) -> str:
    """ "access.items.opened"."""
    return f"{door.__module__.removeprefix('parapet.')}.{door.__name__}"


def doors() -> Iterator[Door]:
    """Every public function of both rooms whose first parameter is the person who asks."""
    yield from _doors()


@cache
def _doors() -> tuple[Door, ...]:
    return tuple(_found())


def _found() -> Iterator[Door]:
    for room in (parapet.access, parapet.actions):
        for found in pkgutil.iter_modules(room.__path__, room.__name__ + "."):
            module = importlib.import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if name.startswith("_") or function.__module__ != found.name or name in INSIDE:
                    continue
                if _asks(function):
                    yield function


def rights_named(door: Door) -> frozenset[Right]:
    """The rights that `door` names; those of what it hands the person on to, when it names none."""
    return _named(door, set())


def _named(function: Door, on_the_way: set[Door]) -> frozenset[Right]:
    on_the_way.add(function)
    found, handed_to = _read(function)
    if not found:
        for other in handed_to:
            if other not in on_the_way and _asks(other):
                found |= _named(other, on_the_way)
    return found


@cache
def _read(function: Door) -> tuple[frozenset[Right], tuple[Door, ...]]:
    """The rights that `function` names, and what it hands the person on to."""
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    found: set[Right] = set()
    handed_to: list[Door | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Right":
            found.add(Right[node.attr])
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name) and node.args[0].id == "person":
            handed_to.append(_function(node.func, function))
    return frozenset(found), tuple(other for other in handed_to if other is not None)


def _function(called: ast.expr, within: Door) -> Door | None:
    names = inspect.unwrap(within).__globals__
    if isinstance(called, ast.Name):
        found = names.get(called.id)
    elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name):
        found = getattr(names.get(called.value.id), called.attr, None)
    else:
        return None
    return found if inspect.isfunction(found) and found.__module__.startswith("parapet.") else None


def _asks(function: Door) -> bool:
    return next(iter(inspect.signature(function).parameters), "") == "person"
