"""What an alert says. It travels over other people's machines: no word of a message, and no name of who wrote it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from attrs import frozen
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.alerting.send import Message
from parapet.domain.judgement import Severity, Urgency
from parapet.dossiers import times
from parapet.dossiers.words import channel, words
from parapet.records.models import Person
from parapet.records.numbers import new_number, public


@frozen
class Told:
    """What an alert tells. `who` is what the advocate is called, "" for nobody known; the rest is of the gravest of its messages."""

    alert_id: str
    who: str
    channel: str
    sent_at: datetime
    severity: Severity
    urgency: Urgency
    messages: int


@frozen
class ToldOfEmergency:
    """That somebody asked to be let in (`step` "ask"), or was ("agree"). `who` is what the advocate is called."""

    request_id: str
    who: str
    step: str


def message_of(told: Told | ToldOfEmergency, person: Person, *, key: str) -> Message:
    """What is sent to a person."""
    return emergency_message(told, person, key=key) if isinstance(told, ToldOfEmergency) else alert_message(told, person, key=key)


def alert_message(told: Told, person: Person, *, key: str) -> Message:
    """An alert in the language of the person who is called."""
    lang = "fr" if person.language.startswith("fr") else "en"
    zone = ZoneInfo(settings.TIME_ZONE)
    where = channel(told.channel, told.channel.replace("_", " ").capitalize(), lang)
    at = f"{times.clock(told.sent_at, zone)} {times.zone_letters(told.sent_at, zone, lang)}"
    with translation.override(person.language):
        who = told.who or _("nobody known")
        now = told.urgency >= Urgency.IMMEDIATE
        title = _("Parapet: needs a person now (%(who)s)") if now else _("Parapet: needs a person today (%(who)s)")
        lines = [
            _("Who: %(who)s") % {"who": who},
            _("Where: %(channel)s") % {"channel": where},
            _("When: %(at)s") % {"at": at},
            _("How grave: %(severity)s") % {"severity": words(lang)[f"severity.{told.severity.code}"]},
            ngettext("%(n)s message.", "%(n)s messages.", told.messages) % {"n": told.messages},
            _("Look, and say that you have it: %(link)s") % {"link": f"{settings.ENVIRONMENT.origin}/alerts/{told.alert_id}/"},
        ]
        if now:
            lines.append(_("If somebody may be in danger at this moment, call 911 first."))
        return Message(title % {"who": who}, "\n".join(lines), key)


def shield_message(who: str, person: Person, *, advocate_id: str, up: bool, key: str) -> Message:
    """That a shield went up, or came down, in the language of the person who is told."""
    link = f"{settings.ENVIRONMENT.origin}/a/{advocate_id}/shield/"
    with translation.override(person.language):
        if up:
            title = _("Parapet: shields up (%(who)s)") % {"who": who}
            lines = [
                _("The shield of %(who)s is up: she or he is under attack, and others read and sort now.") % {"who": who},
                _("See who is on it, and what is still to be done: %(link)s") % {"link": link},
                _("Do not answer anybody in public. If somebody may be in danger at this moment, call 911 first."),
            ]
        else:
            title = _("Parapet: the shield is down (%(who)s)") % {"who": who}
            lines = [
                _("The shield of %(who)s came down. Thank you for being there.") % {"who": who},
                _("Nothing is to be done. How it stands: %(link)s") % {"link": link},
            ]
        return Message(title, "\n".join(lines), key)


def support_message(person: Person, *, call_id: str, stopped: bool, key: str) -> Message:
    """That somebody asks for support, or stopped asking. Not who, and not what about: the page tells that to who signs in."""
    with translation.override(person.language):
        if stopped:
            title = _("Parapet: a call for support was stopped")
            lines = [
                _("Please do nothing more for it. It is nothing that you did: whoever asked may stop at any time."),
                _("Say how you are, if you like: %(link)s") % {"link": f"{settings.ENVIRONMENT.origin}/supporting/"},
            ]
        else:
            title = _("Parapet: somebody asks for your support")
            link = f"{settings.ENVIRONMENT.origin}/supporting/call/{call_id}/"
            lines = [
                _("Somebody who is attacked in public asks whether you can help. You need not, and nobody asks why."),
                _("See what would help: %(link)s") % {"link": link},
                _("Do not answer whoever attacks, and do not pass this on."),
            ]
        return Message(title, "\n".join(lines), key)


def emergency_message(told: ToldOfEmergency, person: Person, *, key: str) -> Message:
    """The same for a request to be let in. No name of who asked, and not why: a page that asks who signs in tells that."""
    with translation.override(person.language):
        who = told.who or _("nobody known")
        if told.step == "ask":
            title = _("Parapet: somebody asks to be let in (%(who)s)")
            line = _(
                "Somebody who was named for an emergency asks to read urgent messages (%(who)s). Another of them has to agree."
            )
        else:
            title = _("Parapet: somebody was let in (%(who)s)")
            line = _("Two people who were named for an emergency agreed: one of them can now read urgent messages (%(who)s).")
        link = f"{settings.ENVIRONMENT.origin}/emergency/{told.request_id}/"
        lines = [
            line % {"who": who},
            _("See who and why, and end it if it is not right: %(link)s") % {"link": link},
            _("If somebody may be in danger at this moment, call 911 first."),
        ]
        return Message(title % {"who": who}, "\n".join(lines), key)


def test_message(person: Person) -> Message:
    """What the test button sends."""
    with translation.override(person.language):
        return Message(
            _("Parapet: a test"),
            _("You asked Parapet to try whether alerts reach you here. Nothing has happened, and there is nothing to do."),
            public("tst", new_number()),
        )
