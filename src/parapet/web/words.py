"""The words for every code that a screen may meet; a test fails without one. Look-ups give plain strings, kept from then on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from parapet.domain.details import detail_said
from parapet.domain.items import Flag, ItemKind
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.domain.parsed import Reason
from parapet.web.case_words import WHY
from parapet.web.context_words import CONTEXT
from parapet.web.custody_words import CUSTODY

HARM: dict[str, Promise] = {
    Harm.INSULT: _("Insult"),
    Harm.SEXUAL: _("Sexual harassment"),
    Harm.THREAT: _("Threat"),
    Harm.DOXING: _("Private facts exposed"),
    Harm.IDENTITY_HATE: _("Hate"),
    Harm.INCITEMENT: _("Call to pile on"),
    Harm.REPUTATION: _("False accusation"),
}
HARM_MEANING: dict[str, Promise] = {
    Harm.INSULT: _("A personal insult, belittling or name-calling."),
    Harm.SEXUAL: _("An unwanted sexual comment, or a sexual threat."),
    Harm.THREAT: _("Violence wished, hinted at or announced, to a person, a family or property."),
    Harm.DOXING: _("Private facts or whereabouts published, or asked for."),
    Harm.IDENTITY_HATE: _("An attack on race, origin, religion, gender, orientation or disability."),
    Harm.INCITEMENT: _("A call to others to pile on, report, find or visit."),
    Harm.REPUTATION: _("A false accusation, a fake review, or a complaint used as a weapon."),
}
SEVERITY: dict[str, Promise] = {
    Severity.NONE.code: _("not abusive"),
    Severity.LOW.code: _("mild"),
    Severity.MEDIUM.code: _("serious"),
    Severity.HIGH.code: _("very serious"),
    Severity.CRITICAL.code: _("critical"),
}
URGENCY: dict[str, Promise] = {
    Urgency.NONE.code: _("Can wait"),
    Urgency.WATCH.code: _("Keep an eye on it"),
    Urgency.SAME_DAY.code: _("Needs a person today"),
    Urgency.IMMEDIATE.code: _("Needs a person now"),
}
KIND: dict[str, Promise] = {
    ItemKind.POST: _("post"),
    ItemKind.REPLY: _("reply"),
    ItemKind.QUOTE: _("quote"),
    ItemKind.REPOST: _("repost"),
    ItemKind.MESSAGE: _("private message"),
    ItemKind.MAIL: pgettext_lazy("one message", "e-mail"),
    ItemKind.COMMENT: _("comment"),
    ItemKind.REVIEW: _("review"),
    ItemKind.COMPLAINT: _("complaint"),
    ItemKind.SPOKEN: _("spoken words"),
    ItemKind.CAPTURE: _("page capture"),
}
#: Proper names stay; the others are ordinary words. A channel not listed is shown by its own name.
CHANNEL: dict[str, Promise | str] = {
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "x": "X",
    "meta": "Instagram, Facebook",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "youtube": "YouTube",
    "google_reviews": _("Google reviews"),
    "ratemds": "RateMDs",
    "mail": _("E-mail"),
    "complaint": _("College complaint"),
    "table": _("Table"),
    "spoken": _("By phone or in person"),
    "web": _("Web page"),
    "door": _("Shielded address"),
    "feed": _("Feed"),
}
LANGUAGE: dict[str, Promise] = {
    "en": _("English"),
    "fr": _("French"),
    "es": _("Spanish"),
    "de": _("German"),
    "it": _("Italian"),
    "pt": _("Portuguese"),
    "ar": _("Arabic"),
    "zh": _("Chinese"),
    "ru": _("Russian"),
    "pa": _("Punjabi"),
    "und": _("language unknown"),
}
FLAG: dict[str, Promise] = {
    Flag.MALFORMED: _("The file was damaged here. What could be read was kept."),
    Flag.IMPLAUSIBLE_TIME: _("It gives no time, or one that cannot be true. The time at which it was kept stands in."),
    Flag.DAMAGED_CHARSET: _("Some letters are damaged: the bytes are not in the encoding that they claim."),
    Flag.UNKNOWN_CHARSET: _("It claims an encoding that is not known. Some letters may be wrong."),
    Flag.GUESSED_CHARSET: _("It names no encoding. One was worked out from the bytes."),
    Flag.CUT_FOR_DISPLAY: _("It is very long, and cut here. The original is whole."),
    Flag.BINARY: _("It claims to be text, and is not. Download the original to examine it."),
    Flag.LONE_SURROGATES: _("Broken characters were replaced here. The original is whole."),
    Flag.CONTROL_CHARACTERS: _("Control characters are shown as symbols."),
    Flag.HIDDEN_CHARACTERS: _("It holds characters that cannot be seen, or that turn the reading direction."),
    Flag.HOMOGLYPHS: _("It mixes letters of several alphabets within words, a way to escape filters."),
    Flag.HTML_ONLY: _("This e-mail came only as a web page. Its text was taken out; nothing was loaded."),
    Flag.TRANSLATED: _("The platform had translated it. The original words are kept here."),
    Flag.NO_TEXT_LAYER: _("It is a scanned document without text. Read the original."),
    Flag.TOO_DEEP: _("It holds messages within messages, deeper than is safe to open."),
    Flag.OVERSIZE_IMAGE: _("It holds an image of a dangerous size, which was not opened."),
    Flag.LINK_REMOVED: _("A link that was not a web address was taken out."),
    Flag.EDITED_EARLIER: _("The platform says that it was edited before it reached us. The earlier words are not held here."),
    Flag.AMBIGUOUS_MEMBER: _("The archive holds two files of this name."),
}
#: Stable codes of `Assessment.reason` that are whole; those with a harm ("model:insult") are built in `why`.
REASON: dict[str, Promise] = {
    "abstain:language": _("The program does not know this language well enough to judge, and leaves it to a person."),
    "abstain:close": _("The program is not certain, and leaves it to a person."),
    "person:same_words": _("A person judged a message with the same words; this one is judged like it."),
    "person:same_words_milder": _("A person judged the same words more mildly. This is too grave to follow unseen: please look."),
    "kind": _(
        "Its words stand by whoever it is sent to, or ask for calm, and no rule found anything. What the models alone heard does not count."
    ),
    "abstain:kind": _(
        "Its words stand by whoever it is sent to, or ask for calm, yet the models heard something: a person must say."
    ),
    "abstain:quoted": _("Threatening words stand in quotation marks: a person must say whose they are."),
    **CONTEXT,
}
#: Where in a file something refused lay.
SPOT: dict[str, Promise] = {
    "line": _("line %(where)s"),
    "message": _("message %(where)s"),
    "row": _("row %(where)s"),
    "part": _("part %(where)s"),
    "field": _("field %(where)s"),
}
REFUSED: dict[str, tuple[Promise, Promise]] = {
    Reason.EMPTY: (_("The file is empty."), _("Export it again from where it came.")),
    Reason.NOTHING_FOUND: (_("It can be read, and holds no messages."), _("Nothing to do, unless you expected some.")),
    Reason.UNKNOWN_FORMAT: (
        _("Parapet does not know this kind of file."),
        _("Export it in one of the formats that the page “Add” lists, or as a table with a heading row."),
    ),
    Reason.TRUNCATED: (_("The file stops in the middle."), _("Copy or download it again, then add it again.")),
    Reason.TOO_DEEP: (_("It is nested deeper than is safe to open."), _("Take the inner files out, and add those.")),
    Reason.BAD_SYNTAX: (_("The file is damaged: it cannot be read as what it claims to be."), _("Export it again.")),
    Reason.BAD_RECORD: (
        _("One record is not built as expected."),
        _("The others were taken. Keep the file; an expert can look at this place."),
    ),
    Reason.BAD_ENCODING: (_("The letters cannot be decoded."), _("Save the file as UTF-8, or export it again.")),
    Reason.NUMBER_TOO_LARGE: (
        _("A number in it is larger than can be true."),
        _("Keep the file; an expert can look at this place."),
    ),
    Reason.TOO_LARGE: (_("It is larger than can be taken safely."), _("Split it, or export a shorter span of time.")),
    Reason.BOMB: (_("It unpacks to a dangerous size, as attacks do."), _("Do not open it. Keep it aside for an expert.")),
    Reason.NESTED_ARCHIVE: (_("It is an archive within an archive."), _("Unpack the inner archive, and add its files.")),
    Reason.UNSAFE_NAME: (
        _("Its name points outside the archive, as attacks do."),
        _("Do not unpack it by hand. Keep it aside for an expert."),
    ),
    Reason.DUPLICATE_MEMBER: (
        _("The archive holds two files of one name."),
        _("Unpack it, look at both, and add the right one."),
    ),
    Reason.DAMAGED_MEMBER: (_("This file within the archive is damaged."), _("Download the archive again, then add it again.")),
    Reason.ENCRYPTED: (_("It is locked with a password."), _("Unlock it with the program it came from, then add it.")),
    Reason.NO_TEXT_LAYER: (
        _("It is a scanned document without text."),
        _("The file is kept. Ask for a version with text, or write down what it says under “Words spoken”."),
    ),
    Reason.UNREADABLE: (_("The system would not give its content."), _("Check that you may read the file, then add it again.")),
    Reason.BAD_ADDRESS: (_("This is not the address of a page."), _("Copy the whole address from the browser, and try again.")),
    Reason.UNREACHABLE: (
        _("The page’s server did not answer as it must."),
        _("Open the page in your browser. If it shows there, try again later."),
    ),
    Reason.BAD_CERTIFICATE: (
        _("Nobody vouches for the page’s server: its certificate is out of date, of another name, or made by itself."),
        _(
            "It may be somebody else’s server. Look at the address again. If your browser warns you too, make a picture there, and add that."
        ),
    ),
    Reason.NOT_PUBLIC: (
        _("The address leads to this machine or its own network, and not to the Internet."),
        _("Check the address. Whoever runs this Parapet can allow it with PARAPET_CHANNELS_TO_PRIVATE."),
    ),
    Reason.NOT_A_PAGE: (
        _("There is no page at this address, but a file to download."),
        _("Download the file yourself, and add it as a file."),
    ),
    Reason.TOO_SLOW: (
        _("The page did not come to rest in time."),
        _("Try again later. If it stays so, save a picture of it, and add that."),
    ),
    Reason.NO_BROWSER: (
        _("There is no Chromium on this machine that starts, and pages cannot be kept without one."),
        _("Whoever looks after Parapet can install it: “parapet doctor” says how."),
    ),
    Reason.READER_FAILED: (
        _("Parapet itself failed at this place; what came before was taken in."),
        _("The file is kept. Tell whoever looks after Parapet, and add it again after an update."),
    ),
}
#: Why an import was given up, and what to do, by the error's code; "" for any other.
STOPPED: dict[str, Promise] = {
    "": _("Something happened that Parapet did not foresee. Try again. If it stops again, run “parapet doctor”."),
    "home.unwritable": _("The disk is full, or Parapet may not write to it. Make room, then try again."),
    "home.database_unreachable": _("The database does not answer. When it runs again, try again."),
    "vault.key_missing": _("The key that opens the files is not in its place. Put it back, then try again."),
    "vault.key_wrong": _("The key does not open these files. Put back the key that was made with this home, then try again."),
    "vault.key_closed": _(
        "These files hold closed messages and were closed with them, so they are not read without you. "
        "Open your material, then try again: they are opened for the reading, and closed after it."
    ),
    "evidence.seal_broken": _("A sealed file is no longer as it was. Restore the home from a backup, then try again."),
    "evidence.log_broken": _("The log is no longer as it was. Restore the home from a backup, then try again."),
    "jobs.crashed": _("The reading ended Parapet’s worker again and again. Run “parapet doctor”, then try again."),
}
#: How a case was reported or given, and to whom (`access/case_handovers.py`).
HANDOVER: dict[str, Promise] = {"report": _("Reported"), "transfer": _("Given")}
HANDED_TO: dict[str, Promise] = {
    "police": _("Police"),
    "counsel": _("A lawyer"),
    "employer": _("The employer"),
    "college": _("A college or licensing body"),
    "platform": _("The platform"),
    "security": _("Security staff"),
    "insurer": _("An insurer"),
    "other": _("Somebody else"),
}
MEANS: dict[str, Promise] = {
    "in_person": _("In person"),
    "mail": _("By post"),
    "email": _("By e-mail"),
    "upload": _("Through a web page"),
    "phone": _("By phone"),
    "other": _("In another way"),
}
#: Why something was erased.
ERASED_WHY: dict[str, Promise] = {
    "asked": _("The person concerned asked for it"),
    "private": _("It is private, and not for this record"),
    "mistake": _("It was taken in by mistake"),
    "not_needed": _("It is no longer needed"),
    "law": _("A law or a court requires it"),
    "rule": _("A rule for how long messages are kept"),
}
#: For whom something is kept.
HELD_WHY: dict[str, Promise] = {
    "police": _("For the police"),
    "court": _("For a court or counsel"),
    "college": _("For a regulatory college"),
    "employer": _("For an employer"),
    "other": _("For another reason"),
}
#: Whether a message is signed by its source, under the veil: by method, result and, for what holds, who signed.
SIGNED: dict[str, Promise] = {
    "atproto-cid.match": _("The record gives the identifier that came with it."),
    "atproto-cid.mismatch": _(
        "The record does not give the identifier that came with it: it may have been altered on the way, or come from a sample."
    ),
    "atproto-cid.absent": _("No identifier came with the record."),
    "atproto-commit.match": _("Its writer’s account signed it."),
    "atproto-commit.mismatch": _(
        "The signature of its writer’s account does not hold: it may have been altered on the way, or made up."
    ),
    "atproto-commit.no_key": _("It carries a signature, but the key for it is not published, or no longer."),
    "atproto-commit.unchecked": _(
        "Its identifier fits. The signature of its writer’s account was not to be had so far, and is asked for again."
    ),
    "atproto-commit.absent": _("Its identifier fits. Its writer changed or deleted it before the signature could be had."),
    "dkim.match.same": _("Signed by the mail server of the sender’s domain."),
    "dkim.match.related": _("Signed by a mail server of the sender’s domain."),
    "dkim.match.other": _("Signed by a mail server of another domain than the sender’s."),
    "dkim.match_part.same": _(
        "Signed in part by the mail server of the sender’s domain: what was added at the end is not signed."
    ),
    "dkim.match_part.related": _(
        "Signed in part by a mail server of the sender’s domain: what was added at the end is not signed."
    ),
    "dkim.match_part.other": _("Signed in part by a mail server of another domain: what was added at the end is not signed."),
    "dkim.mismatch": _("It carries a signature that does not hold: it may have been altered on the way, or made up."),
    "dkim.no_key": _("It carries a signature, but the key for it is not published, or no longer."),
    "dkim.unchecked": _("It carries a signature that was not checked."),
    "dkim.absent": _("Not signed by a mail server."),
}
RELATION: dict[str, Promise] = {
    "stranger": _("A stranger"),
    "patient": _("A patient"),
    "family": _("A patient’s family"),
    "colleague": _("A colleague"),
    "other": _("Somebody else"),
    "unknown": _("Not known"),
}
HOW: dict[str, Promise] = {
    "phone": _("By phone"),
    "voicemail": _("On voicemail"),
    "in_person": _("In person"),
    "video": _("In a video call"),
    "third": _("Told by a third person"),
}
#: What triggered, by the code of the indicator (`triage/indicators`).
INDICATOR: dict[str, Promise] = {
    "threat_to_life": _("A threat to life"),
    "weapon_with_target": _("A weapon, with somebody as its target"),
    "presence_at_home": _("Somebody near the home"),
    "presence_at_work": _("Somebody near the workplace"),
    "knows_home_or_family": _("Knowledge of home, family or schedule"),
    "threat_to_family": _("A threat to the family"),
    "stated_date": _("A day or time is given"),
    "last_resort": _("Words of last resort"),
    "sexual_violence": _("Sexual violence"),
    "harm_intended": _("Harm announced"),
    "wish_of_death": _("A wish of death"),
    "doxing_call_to_act": _("Private facts, with a call to act on them"),
    "private_fact": _("A private fact exposed"),
    "private_facts_published": _("Private facts published"),
    "call_to_pile_on": _("A call to others to pile on"),
    "fixation": _("Many contacts, at some effort"),
    "new_channel_after_block": _("Another way in after a block"),
    "tribunal": _("Talk of trials and punishment"),
    "licence_campaign": _("A campaign against the licence"),
    "review_of_public_words": _("A low review of what was said in public, that tells of no visit"),
}
Words = Mapping[str, str]
TABLES: dict[str, Mapping[str, Promise | str]] = {
    "harm": HARM,
    "harm_meaning": HARM_MEANING,
    "severity": SEVERITY,
    "urgency": URGENCY,
    "kind": KIND,
    "channel": CHANNEL,
    "language": LANGUAGE,
    "flag": FLAG,
    "reason": REASON,
    "custody": CUSTODY,
    "signed": SIGNED,
    "why": WHY,
    "erased_why": ERASED_WHY,
    "held_why": HELD_WHY,
    "relation": RELATION,
    "how": HOW,
    "handover": HANDOVER,
    "handed_to": HANDED_TO,
    "means": MEANS,
    "indicator": INDICATOR,
    "refused": {code: sentence for code, (sentence, _advice) in REFUSED.items()},
    "refused_advice": {code: advice for code, (_sentence, advice) in REFUSED.items()},
    "stopped": STOPPED,
    "spot": SPOT,
}


def table(name: str) -> Words:
    """The words of one table in the active language, by code."""
    return _table(name, get_language() or "en")


@cache
def _table(name: str, _language: str) -> Words:
    return {str(code): str(word) for code, word in TABLES[name].items()}


def word(name: str, code: str) -> str:
    """The word for `code`; a code that this version does not know is shown as it is, with spaces."""
    return table(name).get(code) or code.replace("_", " ")


def stopped(code: str) -> str:
    """Why an import was given up, and what to do."""
    return table("stopped").get(code) or table("stopped")[""]


def choices(name: str) -> list[tuple[str, str]]:
    """Pairs for a field of a form."""
    return list(table(name).items())


def detail(said: str) -> str:
    """What stands beside a refusal's reason; one that this version does not know is shown as it is."""
    return detail_said(said, gettext)


def why(reason: str) -> str:
    """A sentence for one stable code of `Assessment.reason`: "model:insult", "rule:threat_to_life", "abstain:language"."""
    if known := table("reason").get(reason):
        return known
    source, _colon, what = reason.partition(":")
    if source == "model" and what in table("harm"):
        return gettext("The model found: %(harm)s.") % {"harm": table("harm")[what]}
    if source in {"rule", "indicator"}:
        return gettext("A rule found: %(what)s.") % {"what": table("indicator").get(what) or word("harm", what)}
    if source == "abstain":
        return gettext("The program leaves it to a person: %(what)s.") % {"what": what.replace("_", " ")}
    return reason.replace("_", " ").replace(":", ": ")
