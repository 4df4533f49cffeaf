"""What a digest says. It travels over other people's machines: numbers and how grave, no word of a message, no name of who wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from parapet.access.digests import New
from parapet.access.due import Fell
from parapet.alerting.send import Message
from parapet.domain.judgement import Severity
from parapet.records.models import Person

#: How many of each grade: in French the grade agrees with the number.
_GRADES = {
    Severity.LOW: ngettext_lazy("%(n)s mild", "%(n)s mild", "n"),
    Severity.MEDIUM: ngettext_lazy("%(n)s serious", "%(n)s serious", "n"),
    Severity.HIGH: ngettext_lazy("%(n)s very serious", "%(n)s very serious", "n"),
    Severity.CRITICAL: ngettext_lazy("%(n)s critical", "%(n)s critical", "n"),
}


def digest_message(new: Iterable[New], person: Person, *, key: str, for_her_alone: bool = False) -> Message:
    """A digest in her language. The subject line holds no number: it stands on locked screens.

    for_her_alone  a letter waits in a channel to counsel. The mail says neither that it is a letter nor of whom: who runs a mail
                   server is not told when she is advised
    """
    new = tuple(new)
    with translation.override(person.language):
        now = any(each.now for each in new)
        title = _("Parapet: something needs a person now") if now else _("Parapet: how things stand")
        parts = ["\n".join(_lines(each)) for each in new]
        if for_her_alone:
            parts.append(_("Something waits for you that opens with your own key."))
        parts.append(_("Look when you are ready: %(link)s") % {"link": f"{settings.ENVIRONMENT.origin}/"})
        if now:
            parts.append(_("If somebody may be in danger at this moment, call 911 first."))
        parts.append(_("You asked for this in Parapet, under Settings, Digests. You can change or end it there."))
        return Message(title, "\n\n".join(parts), key, urgent=False)


def _lines(new: New) -> Iterator[str]:
    if new.who is not None:
        yield _("For %(who)s:") % {"who": new.who or _("nobody known")}
    if new.now:
        yield _("Something needs a person now.")
    yield from _fell(new.fell)
    if not new.total:
        if new.hidden or not new.fell.any:
            yield _("There is something to look at.")
        return
    yield ngettext("%(n)s new message.", "%(n)s new messages.", new.total) % {"n": new.total}
    grave = [str(_GRADES[level] % {"n": n}) for level in sorted(_GRADES, reverse=True) if (n := new.by_severity.get(level))]
    yield _("Abusive: %(counts)s.") % {"counts": ", ".join(grave)} if grave else _("None was found abusive.")
    if new.today:
        yield ngettext("%(n)s needs a person today.", "%(n)s need a person today.", new.today) % {"n": new.today}
    if new.waiting:
        yield ngettext("%(n)s is still being sorted.", "%(n)s are still being sorted.", new.waiting) % {"n": new.waiting}
    if new.hidden:
        yield _("There is more to look at.")


def _fell(fell: Fell) -> Iterator[str]:
    if n := fell.tasks:
        yield ngettext(
            "%(n)s task or deadline of a case is near, or due.", "%(n)s tasks or deadlines of cases are near, or due.", n
        ) % {"n": n}
    if n := fell.reports:
        yield ngettext("%(n)s report to a platform needs somebody.", "%(n)s reports to platforms need somebody.", n) % {"n": n}
    if n := fell.blocks:
        yield ngettext("%(n)s block or mute needs somebody.", "%(n)s blocks or mutes need somebody.", n) % {"n": n}
