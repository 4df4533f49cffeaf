"""The words for kinds of entries of the log, as a message's or a case's custody shows them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from parapet.web.account import words as account
from parapet.web.alerts import words as alerts
from parapet.web.blocks import words as blocks
from parapet.web.browsers import words as browsers
from parapet.web.case_words import CASE_STEP
from parapet.web.connections import words as connections
from parapet.web.counsel import words as counsel
from parapet.web.open import words as own_keys
from parapet.web.reports import words as reports

CUSTODY: dict[str, Promise] = {
    **alerts.CUSTODY,
    **account.CUSTODY,
    **own_keys.CUSTODY,
    **connections.CUSTODY,
    **counsel.CUSTODY,
    **browsers.CUSTODY,
    **reports.CUSTODY,
    **blocks.CUSTODY,
    "source": _("File sealed"),
    "capture": _("Taken in and sealed"),
    "version": _("Other content came in: kept as a new version"),
    "gone": _("Seen to be deleted at its source"),
    "look_again": _("Its page was looked at again"),
    "look_plan": _("That its page is looked at, or no longer"),
    "view": _("Text shown"),
    "search": _("Searched by words"),
    "download": _("Original downloaded"),
    "assess": _("Sorted by the program"),
    "source_check": _("Looked at whether its source signed it"),
    "learn": _("What was learned from corrections is used, or no longer"),
    "assign": _("Given to an advocate"),
    "enrol": _("Advocate enrolled"),
    "profile": _("Advocate’s details changed"),
    "grant": _("Access given"),
    "revoke": _("Access taken back"),
    "emergency": _("Named, asked or agreed to for an emergency"),
    "invite": _("Sign-in link made for a helper"),
    "refer": _("Referral offered, extended or accepted"),
    "supporter": _("Somebody asked to be a supporter, or agreed to it"),
    "support": _("Support asked for, or given"),
    "organisation": _("Organisation made, or ended"),
    "member": _("Invited to an organisation, joined or declined"),
    "case_open": _("Case opened"),
    "case_add": _("Put into a case"),
    "case_remove": _("Taken out of a case"),
    "case_close": _("Case closed"),
    "case_reopen": _("Case reopened"),
    **CASE_STEP,
    "complaint": _("Complaint opened or changed, or a document made from it"),
    "note": _("Note written"),
    "shield_up": _("Shield raised"),
    "shield_down": _("Shield lowered"),
    "shield_step": _("Something done while the shield was up"),
    "list": _("Listed on the command line"),
    "clock": _("The computer’s clock was set back"),
    "contradiction": _("A witness had seen another log"),
    "acknowledge": _("Said why a witness had seen another log"),
    "case_head": _("Contents of the case fixed"),
    "redact": _("Something withheld from a copy"),
    "export": _("Evidence exported"),
    "dossier": _("Dossier, timeline or brief made"),
    "relabel": _("Judged otherwise than before"),
    "report": _("Reported to somebody"),
    "transfer": _("Given to somebody"),
    "erase": _("Erased for good"),
    "hold": _("Put on hold: must be kept"),
    "release": _("Hold released"),
    "retention": _("Rule for how long things are kept changed"),
}
