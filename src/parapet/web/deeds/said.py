"""Deeds as sentences. No word of a message, and never who sent it."""

from __future__ import annotations

from typing import TypedDict

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parapet.access.deeds import ACCESS, CHANGED, SAW, TOOK_OUT, Deed
from parapet.domain.rights import Right
from parapet.web import when, words
from parapet.web.people.said import named

GROUPS: dict[str, Promise] = {
    "": gettext_lazy("Everything"),
    SAW: gettext_lazy("Who saw"),
    CHANGED: gettext_lazy("Who changed"),
    TOOK_OUT: gettext_lazy("What was exported or handed over"),
    ACCESS: gettext_lazy("Who was let in"),
}
#: Kind, or kind and step, to a sentence. `what` is a message or a case.
_SENTENCES: dict[str, Promise] = {
    "view": gettext_lazy("%(who)s opened the text of %(what)s."),
    "view.emergency": gettext_lazy("In an emergency, %(who)s opened the text of %(what)s."),
    "download": gettext_lazy("%(who)s downloaded the original of %(what)s."),
    "search": gettext_lazy("%(who)s searched the texts."),
    "list": gettext_lazy("%(who)s listed everything on the command line."),
    "relabel": gettext_lazy("%(who)s said how %(what)s is to be judged."),
    "sorted": gettext_lazy("%(who)s was done with %(what)s, or put it back into the queue."),
    "assign": gettext_lazy("%(who)s gave %(what)s to this person."),
    "case_open": gettext_lazy("%(who)s opened %(what)s."),
    "case_add": gettext_lazy("%(who)s put messages into %(what)s."),
    "case_remove": gettext_lazy("%(who)s took messages out of %(what)s."),
    "case_close": gettext_lazy("%(who)s closed %(what)s."),
    "case_reopen": gettext_lazy("%(who)s reopened %(what)s."),
    "note": gettext_lazy("%(who)s wrote a note in %(what)s."),
    "redact": gettext_lazy("%(who)s withheld something from a copy of %(what)s."),
    "export": gettext_lazy("%(who)s exported %(what)s with its evidence."),
    "dossier": gettext_lazy("%(who)s made a dossier of %(what)s."),
    "report": gettext_lazy("%(who)s recorded that %(what)s was reported: %(to)s."),
    "transfer": gettext_lazy("%(who)s recorded that %(what)s was handed over: %(to)s."),
    "platform_report.draft": gettext_lazy("%(who)s drafted a report of %(what)s to a platform."),
    "platform_report.approve": gettext_lazy("%(who)s approved a report of %(what)s to a platform."),
    "platform_report.claim": gettext_lazy("%(who)s was about to send a report of %(what)s."),
    "platform_report.receipt": gettext_lazy("A platform took the report of %(what)s."),
    "platform_report.lost": gettext_lazy("It is unknown whether the report of %(what)s arrived."),
    "platform_report.tick": gettext_lazy("%(who)s said that a report of %(what)s was sent."),
    "platform_report.outcome": gettext_lazy("%(who)s said what came of the report of %(what)s."),
    "account_block.draft": gettext_lazy("%(who)s prepared to block or mute the account of %(what)s."),
    "account_block.approve": gettext_lazy("%(who)s approved blocking or muting the account of %(what)s."),
    "account_block.claim": gettext_lazy("%(who)s was about to block, mute or let in again the account of %(what)s."),
    "account_block.receipt": gettext_lazy("A platform blocked, muted or let in again the account of %(what)s."),
    "account_block.lost": gettext_lazy("It is unknown whether a platform did what it was asked about the account of %(what)s."),
    "account_block.lift": gettext_lazy("%(who)s approved letting in again the account of %(what)s."),
    "account_block.tick": gettext_lazy("%(who)s said that the account of %(what)s was blocked, muted or let in again."),
    "account_block.shown": gettext_lazy("%(who)s had the name of the account of %(what)s shown."),
    "account_list": gettext_lazy("%(who)s made a list of blocked or muted accounts."),
    "report_herself": gettext_lazy("%(who)s keeps it to herself to approve reports to platforms."),
    "report_anybody": gettext_lazy("%(who)s lets whoever may report approve reports to platforms."),
    "refer.offer": gettext_lazy("%(who)s referred %(what)s to %(whom)s."),
    "refer.extend": gettext_lazy("%(who)s added to what %(whom)s sees of %(what)s."),
    "refer.accept": gettext_lazy("%(who)s accepted %(what)s."),
    "revoke.officer": gettext_lazy("%(who)s ended the referral of %(what)s to %(whom)s."),
    "grant": gettext_lazy("%(who)s let %(whom)s in."),
    "grant.rights": gettext_lazy("%(who)s let %(whom)s in, to do this: %(rights)s."),
    "revoke": gettext_lazy("%(who)s took back what %(whom)s may do."),
    "invite": gettext_lazy("%(who)s made a sign-in link for %(whom)s."),
    "share": gettext_lazy("%(who)s gave %(whom)s the key of closed material."),
    "close": gettext_lazy("The material was closed, or closed under a new key."),
    "counsel.invite": gettext_lazy("%(who)s offered %(whom)s a channel to counsel."),
    "counsel.join": gettext_lazy("%(who)s took a channel to counsel."),
    "counsel.open": gettext_lazy("%(who)s opened a channel to counsel with %(whom)s."),
    "revoke.counsel.ended": gettext_lazy("%(who)s ended a channel to counsel with %(whom)s."),
    "revoke.counsel.left": gettext_lazy("%(who)s left a channel to counsel."),
    "emergency.name": gettext_lazy("%(who)s said who may be let in in an emergency."),
    "emergency.ask": gettext_lazy("In an emergency, %(who)s asked to be let in."),
    "emergency.agree": gettext_lazy("In an emergency, %(who)s agreed that another be let in."),
    "revoke.emergency.name": gettext_lazy("%(who)s took %(whom)s off the list for emergencies."),
    "revoke.emergency.ended": gettext_lazy("%(who)s ended what %(whom)s had asked for in an emergency."),
    "supporter.ask": gettext_lazy("%(who)s asked %(whom)s to be a supporter."),
    "supporter.consent": gettext_lazy("%(who)s agreed to be a supporter."),
    "revoke.supporter.ended": gettext_lazy("%(who)s ended that %(whom)s is a supporter."),
    "revoke.supporter.left": gettext_lazy("%(who)s is a supporter no longer, as he or she wished."),
    "revoke.supporter.parted": gettext_lazy("%(whom)s is a supporter no longer: one of you left the organisation."),
    "support.open": gettext_lazy("%(who)s asked supporters for help."),
    "support.take": gettext_lazy("%(who)s took something of what was asked of supporters."),
    "support.own": gettext_lazy("%(who)s wrote kind words, which were compared with what others wrote."),
    "support.say": gettext_lazy("%(who)s said what came of what was taken."),
    "support.confirm": gettext_lazy("%(who)s confirmed who helps."),
    "support.refuse": gettext_lazy("%(who)s declined somebody’s help."),
    "support.feel": gettext_lazy("%(who)s said how he or she is, as a supporter."),
    "support.back": gettext_lazy("%(who)s ended a pause, as a supporter."),
    "support.helped": gettext_lazy("%(who)s said whether the support helped."),
    "revoke.support.stop": gettext_lazy("%(who)s stopped a call for support."),
    "door.held": gettext_lazy("%(who)s held %(what)s, which came to a shielded address."),
    "door.asked": gettext_lazy("%(who)s had %(what)s passed on from a shielded address."),
    "erase": gettext_lazy("%(who)s erased %(what)s for good."),
    "hold": gettext_lazy("%(who)s ordered that %(what)s must be kept."),
    "release": gettext_lazy("%(who)s ended an order to keep %(what)s."),
}

#: What the program does by itself.
_BY_ITSELF = frozenset(
    {
        "capture",
        "version",
        "gone",
        "assess",
        "relabel",
        "source_check",
        "case_head",
        "alert",
        "clock",
        "close",
        "learn",
        "look_again",
        "platform_report",
        "account_block",
        "door",
    }
)


class Line(TypedDict):
    said: str
    href: str
    day: str
    clock: str
    at: str
    iso: str
    index: str
    digest: str  # "" where nothing left the house
    out: str


def line(deed: Deed) -> Line:
    """One deed, as a page shows it."""
    local = timezone.localtime(deed.at)
    took_out = deed.kind in ("export", "dossier", "report", "transfer")
    bag = deed.details.get("bag", 0)
    return {
        "said": sentence(deed),
        "href": _href(deed),
        "day": when.day(local.date(), weekday=True),
        "clock": when.clock(deed.at),
        "at": when.exact(deed.at),
        "iso": deed.at.isoformat(),
        "index": when.number(deed.log_index),
        "digest": deed.digest if took_out else "",
        "out": _("the bag of log entry %(n)s") % {"n": when.number(bag)} if bag else "",
    }


def sentence(deed: Deed) -> str:
    """What happened, in one sentence."""
    if not deed.as_written:
        return _("This entry is not as it was written: nothing of it can be believed.")
    details = deed.details
    names = {
        "who": deed.who or _nobody(deed),
        "whom": deed.whom or _("somebody who is no longer here"),
        "what": _what(deed),
        "to": ", ".join(part for part in (words.word("handed_to", details["to"]) if "to" in details else "", deed.name) if part),
        "rights": named(right for right in Right if right in details.get("rights", ())),
    }
    said = str(_SENTENCES[key]) % names if (key := _key(deed)) else _other(deed, names)
    return said[:1].upper() + said[1:]


def _nobody(deed: Deed) -> str:
    """Who did it, where the log names nobody."""
    if deed.shut:
        return _("somebody")
    by_itself = deed.kind in _BY_ITSELF or deed.details.get("reason") == "rule"
    return _("the program") if by_itself else _("whoever keeps this Parapet")


def _key(deed: Deed) -> str:
    """Which sentence; "" for none of its own."""
    details, kind = deed.details, deed.kind
    if kind == "view":
        return "view.emergency" if details.get("why") == "emergency" else "view"
    if kind == "grant":
        return "grant.rights" if details.get("rights") else "grant"
    if kind == "revoke" and details.get("role") in ("emergency", "counsel"):
        kind = f"revoke.{details['role']}.{details.get('step', '')}"
    if kind == "revoke" and details.get("role") == "officer":
        return "revoke.officer"
    if kind == "revoke" and not details and (deed.case is not None or deed.emergency or deed.counsel):
        return ""  # it does not open here: no more is said than is known
    if kind == "revoke" and details.get("role") in ("supporter", "support"):
        kind = f"revoke.{details['role']}.{details.get('step', '')}"
    if kind in ("refer", "supporter", "support", "emergency", "platform_report", "account_block", "door", "counsel"):
        kind = f"{kind}.{details.get('step', '')}"
    return kind if kind in _SENTENCES else ""


def _other(deed: Deed, names: dict[str, str]) -> str:
    about = deed.item is not None or deed.gone or deed.case is not None
    told = {**names, "deed": words.word("custody", deed.kind)}
    return _("%(who)s: %(deed)s, %(what)s.") % told if about else _("%(who)s: %(deed)s.") % told


def _what(deed: Deed) -> str:
    if deed.item is not None:
        _id, channel, sent_at = deed.item
        told = {"channel": words.table("channel").get(channel) or channel, "at": when.moment(sent_at)}
        return _("a message (%(channel)s, %(at)s)") % told
    if deed.gone:
        return _("a message that is no longer here")
    if deed.case is not None:
        return _("the case “%(title)s”") % {"title": deed.case[1]} if deed.case[1] else _("a case")
    return _("what is here")


def _href(deed: Deed) -> str:
    if deed.item is not None:
        return reverse("item", args=[deed.item[0]])
    if deed.case is not None:
        return reverse("case", args=[deed.case[0]])
    return reverse("emergency-request", args=[deed.emergency]) if deed.emergency else ""
