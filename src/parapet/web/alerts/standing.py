"""What the inbox says of alerts that still need somebody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict

from django.utils.translation import gettext as _

from parapet.access.alerts import AlertCard
from parapet.web import when


class Standing(TypedDict):
    id: str
    said: str
    link: str


def standing(alerts: Iterable[AlertCard]) -> list[Standing]:
    """A calm sentence for each."""
    return [{"id": each.id, "said": sentence(each), "link": _("See the alert")} for each in alerts]


def sentence(alert: AlertCard) -> str:
    """What became of an alert."""
    at, who = when.moment(alert.opened_at), ", ".join(alert.called)
    if alert.state == "taken":
        assert alert.taken_at is not None
        return _("%(who)s has the alert of %(at)s.") % {"who": alert.taken_by, "at": at}
    if alert.state == "nobody":
        return _("The alert of %(at)s reached nobody: there was nobody to call.") % {"at": at}
    if alert.state == "unreached":
        return _("The alert of %(at)s could not be delivered to %(who)s.") % {"at": at, "who": ", ".join(alert.unreached)}
    if alert.state == "unanswered":
        return _("Everybody was called about the alert of %(at)s, and nobody has said so far that they have it.") % {"at": at}
    if alert.state == "sent":
        return _("The alert of %(at)s went out to %(who)s. Nobody has said so far that they have it.") % {"at": at, "who": who}
    return _("An alert of %(at)s is on its way.") % {"at": at}
