"""The words for what decided beside a message's own words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: Stable codes of `Assessment.reason`.
CONTEXT: dict[str, Promise] = {
    "context:rising": _(
        "From this account, messages come more often and are graver than before. It counts for more than its words alone."
    ),
    "context:fixation": _("This account sent many messages in a short time, several of them abusive."),
    "context:goes_on": _("Its words are not abusive. They come after many abusive messages from the same account."),
    "context:passes_on": _(
        "It passes on what is abusive itself. Private details are exposed again by everyone who repeats them."
    ),
    "context:copies": _("Its words alone are not abusive. It is judged like most messages with nearly the same words."),
    "context:campaign": _(
        "Its words alone are not abusive. It is judged like the campaign that it belongs to, of accounts that seem to act together."
    ),
}
