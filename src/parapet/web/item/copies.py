"""Nearly the same words from other accounts, and what accounts sent that act together, in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from parapet.access.views import ItemCard
from parapet.domain.judgement import BY_COPIES, Campaign
from parapet.web import when


def copies(card: ItemCard) -> tuple[str, ...]:
    """Sentences, the most important first; none where too few accounts sent them."""
    return tuple(_sentences(card))


def _sentences(card: ItemCard) -> Iterator[str]:
    now, then = card.copies, card.copies_then
    if now is not None:
        yield _("Nearly the same words came from %(n)s accounts since %(at)s.") % {
            "n": when.number(now.accounts),
            "at": when.moment(now.first_at),
        }
    if then is not None and BY_COPIES in card.reason:
        yield _(
            "When this message was sorted, copies from %(others)s other accounts had been judged: by their words, those of %(abusive)s were abusive."
        ) % {"others": when.number(then.others), "abusive": when.number(then.abusive)}


def campaign(card: ItemCard) -> tuple[str, ...]:
    """Sentences about the campaign that the message belongs to; none where no accounts act together."""
    return () if card.campaign is None else tuple(_told(card.campaign))


def _told(group: Campaign) -> Iterator[str]:
    yield _(
        "%(accounts)s accounts seem to act together: from %(first)s to %(last)s "
        "they sent %(messages)s messages that repeat one another, and %(repeated)s of the accounts sent more than one."
    ) % {
        "accounts": when.number(group.accounts),
        "messages": when.number(group.messages),
        "repeated": when.number(group.repeated),
        "first": when.moment(group.first_at),
        "last": when.moment(group.last_at),
    }
    yield _("At its densest, %(n)s accounts sent them within two hours.") % {"n": when.number(group.at_once)}
    if group.abusive:
        yield ngettext(
            "%(n)s of the accounts sent one that is abusive by its words alone, or as a person said.",
            "%(n)s of the accounts sent some that are abusive by their words alone, or as a person said.",
            group.abusive,
        ) % {"n": when.number(group.abusive)}
    else:
        yield _("None of them is abusive by its words alone.")
    if group.close > group.abusive:
        yield _("Words that are abusive or close to it came from %(n)s of the accounts.") % {"n": when.number(group.close)}
    if group.kind:
        yield ngettext("%(n)s of the accounts wrote kindly.", "%(n)s of the accounts wrote kindly.", group.kind) % {
            "n": when.number(group.kind)
        }
