"""Nearly the same words from other accounts, in words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from parapet.access.views import ItemCard
from parapet.domain.judgement import BY_COPIES
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
