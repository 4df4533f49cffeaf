"""What an account had sent before a message came, in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.domain.judgement import FAR_BACK, History
from parapet.web import when


def before(history: History) -> tuple[str, ...]:
    """Sentences, the most important first; at least one."""
    return tuple(_sentences(history))


def _sentences(history: History) -> Iterator[str]:
    ever = history.ever
    if history.first_at is None:
        yield _("This is the first message from this account that is held here.")
        return
    at = when.moment(history.first_at)
    if ever.messages < FAR_BACK:
        number = when.number(ever.messages + 1)
        yield _("Message number %(n)s from this account. The first came on %(at)s.") % {"n": number, "at": at}
    else:
        many = when.number(ever.messages)
        yield _("At least %(n)s messages from this account came before it. They are counted from %(at)s on.") % {
            "n": many,
            "at": at,
        }
    if ever.abusive:
        yield ngettext("Of those before it, %(n)s was abusive.", "Of those before it, %(n)s were abusive.", ever.abusive) % {
            "n": when.number(ever.abusive)
        }
    else:
        yield _("None of those before it was found abusive.")
    if ever.grave:
        yield ngettext(
            "%(n)s of them was grave: a threat, sexual harassment, or private facts exposed.",
            "%(n)s of them were grave: threats, sexual harassment, or private facts exposed.",
            ever.grave,
        ) % {"n": when.number(ever.grave)}
    yield _("Before it came: %(day)s within 24 hours, %(week)s within 7 days, %(month)s within 30 days.") % {
        "day": when.number(history.day.messages),
        "week": when.number(history.week.messages),
        "month": when.number(history.month.messages),
    }
    if ever.abusive and not history.by_platform:
        yield _("Anybody can write this address as theirs. Whether its source signed the message stands under “Seal”.")
