"""Words for connections: how each does, and how to mend it."""

from __future__ import annotations

from attrs import evolve, frozen
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What the log calls it.
CUSTODY: dict[str, Promise] = {
    "connect": _("Watching of an account begun, changed or ended"),
    "door": _("A mail to a shielded address held, or passed on"),
    "read_again": _("What was sealed was read again"),
}

#: What went wrong, and what to do, by code.
FAULTS: dict[str, tuple[Promise, Promise]] = {
    "outside.unreachable": (
        _("The server did not answer, or broke off."),
        _("It is asked again by itself. If that goes on, check the name of the server and the network."),
    ),
    "outside.sign_in_refused": (
        _("The server does not take this name and password."),
        _("Write the password again. Many services want one that was made for programs, called an app password."),
    ),
    "outside.sign_in_over": (
        _("The permission that you gave there was taken back, or has run out."),
        _("Sign in there again. What came meanwhile waits there, and is taken in then."),
    ),
    "outside.place_missing": (
        _("A folder is not there."),
        _("Look how it is spelt, or whether it was renamed, and write its name as your mail program shows it."),
    ),
    "outside.private_address": (
        _("This name leads into the network of this Parapet, which whoever runs it has not allowed."),
        _("Look whether the name of the server is right, or ask whoever runs this Parapet."),
    ),
    "outside.refused": (
        _("The server could not prove that it is the one you named, or did not speak the language of mail servers."),
        _("Look whether the name and the port are right. Without proof no password is sent there."),
    ),
}
#: The same where a platform has its own words for it.
_OF_CHANNEL: dict[tuple[str, str], tuple[Promise, Promise]] = {
    ("feed", "outside.unreachable"): (
        _("An address did not answer."),
        _("Look whether it is right, or try again in a while."),
    ),
    ("feed", "outside.sign_in_refused"): (
        _("A server wants a key, or does not take this one."),
        _("Write the key that it gave you, whole."),
    ),
    ("feed", "outside.refused"): (
        _("At one of the addresses lies no feed, and no answer of a search in JSON."),
        _("Look on the site for “RSS”, “feed” or “Atom”, and write the address that it leads to."),
    ),
    ("web", "outside.refused"): (
        _("One of the addresses is none of a page."),
        _("Write each as your browser shows it."),
    ),
    ("bluesky", "outside.unreachable"): (
        _("Bluesky did not answer, or broke off."),
        _("It is asked again by itself. If that goes on, check the network, and the server if you named one."),
    ),
    ("bluesky", "outside.busy"): (
        _("Bluesky asks for patience: it was asked often."),
        _("It is asked again by itself, when the time is up that it named."),
    ),
    ("bluesky", "outside.sign_in_refused"): (
        _("Bluesky does not take this name and app password."),
        _("Make a new app password in the settings of Bluesky, and write it here."),
    ),
    ("bluesky", "outside.main_password"): (
        _("That is the password of your whole account. It was not kept."),
        _("Make an app password in the settings of Bluesky, and write that one here. You can take it back by itself."),
    ),
    ("bluesky", "outside.account_missing"): (
        _("There is no account of this name."),
        _("Write the whole name, such as name.bsky.social, without the sign @."),
    ),
    ("bluesky", "outside.right_missing"): (
        _("What lets Parapet in there does not open direct messages."),
        _("Allow them when you sign in there, or make an app password that opens them, or take away the tick here."),
    ),
    ("bluesky", "outside.refused"): (
        _("The server could not prove that it is the one you named, or did not speak the language of Bluesky."),
        _("Look whether the server is right, or leave it empty. Without proof no password is sent there."),
    ),
    ("mastodon", "outside.unreachable"): (
        _("The server did not answer, or broke off."),
        _("It is asked again by itself. If that goes on, look whether the server is there, and whether its name is right."),
    ),
    ("mastodon", "outside.busy"): (
        _("The server asks for patience: it was asked often."),
        _("It is asked again by itself, when the time is up that it named."),
    ),
    ("mastodon", "outside.sign_in_refused"): (
        _("The server does not let Parapet in: the permission was taken back there, or ran out."),
        _("Open the connection here, choose to sign in again, and say yes on your server."),
    ),
    ("mastodon", "outside.right_missing"): (
        _("The server allows less than was asked for."),
        _(
            "Sign in again and allow all that its page lists, or take away the tick for reports. A token made by hand must allow reading."
        ),
    ),
    ("mastodon", "outside.refused"): (
        _("The server could not prove that it is the one you named, or does not speak the language of Mastodon."),
        _("Look whether the name is right: it is the one in the address bar when you are on your server."),
    ),
}
#: A code that the server did not take.
CODE_REFUSED = (
    _("The server does not take this code."),
    _("Codes work once, and for some minutes. Open the page of your server once more, and copy the new code."),
)
#: Why a page that is watched tells nothing at the moment.
PAGE_FAULTS: dict[str, Promise] = {
    "robots": _("The site asks programs not to open this page. It is not opened by itself."),
    "login_wall": _("The page asks to sign in. What it shows instead was kept."),
    "no_reviews": _(
        "There were reviews on this page, and none is found any more: the site may have changed. What it shows was kept."
    ),
    "deleted": _("The page is no longer there. What the site shows instead was kept."),
    "suspended": _("The page is no longer there. What the site shows instead was kept."),
    "unreachable": _("There was no answer. It is tried again by itself."),
    "too_slow": _("The page took too long. It is tried again by itself."),
    "too_large": _("The page is larger than can be kept."),
    "not_public": _("The address leads into a private network, which whoever runs this Parapet has not allowed."),
    "private": _("The address leads into a private network, which whoever runs this Parapet has not allowed."),
    "no_browser": _("There is no Chromium on this machine, and such pages cannot be opened without one."),
    "not_a_page": _("What lies there is no page."),
}
#: Why a feed or a search tells nothing at the moment.
FEED_FAULTS: dict[str, Promise] = {
    "unreachable": _("There was no answer. It is tried again by itself."),
    "slow": _("The answer took too long. It is tried again by itself."),
    "size": _("The answer is larger than is read."),
    "private": _("The address leads into a private network, which whoever runs this Parapet has not allowed."),
    "certificate": _("The server could not prove that it is the one of this address."),
    "sign_in": _("The server wants a key, or does not take the one that it was given."),
    "missing": _("There is nothing at this address any more."),
    "busy": _("The server asks for patience. It is asked again when the time is up that it named."),
    "unread": _("What came is no feed that can be read. It was kept."),
}
_OTHER = (
    _("Something went wrong here, and not at the server."),
    _("It is tried again by itself. If that goes on, whoever runs this Parapet finds more in its log."),
)


def fault(code: str, channel: str) -> tuple[Promise, Promise]:
    """What went wrong, and what to do."""
    return _OF_CHANNEL.get((channel, code)) or FAULTS.get(code, _OTHER)


_GIVEN = _("The password is forgotten here. Take it back there too, if it was made for Parapet alone. What came stays.")
_BACK = _("The permission is forgotten here, and given back where that can be done. What came stays.")
_ALONE = _("These addresses are no longer asked. What came stays.")


@frozen
class Words:
    """What is said of a connection, by its channel. `last`: of the time at which something came last; `forgets`: before it is ended."""

    paused: Promise
    waits: Promise
    last: Promise
    ended: Promise
    forgets: Promise = _GIVEN
    title: Promise | str = ""


_ENDED = _("The connection is ended, and its password forgotten. What came stays.")
_FEEDS = Words(
    _("It is paused. What a feed no longer lists by then is not seen."),
    _("Paused. What a feed no longer lists by then is not seen."),
    _("last entry: {at}"),
    _("It is ended: these addresses are no longer asked. What came stays."),
    _ALONE,
)
_MAIL = Words(
    _("It is paused. What comes meanwhile waits in the mailbox."),
    _("Paused. What comes waits there."),
    _("last mail: {at}"),
    _ENDED,
)
_SOCIAL = Words(
    _("It is paused. What is deleted there meanwhile cannot be kept."),
    _("Paused. What is deleted there meanwhile cannot be kept."),
    _("last message: {at}"),
    _ENDED,
)


_MASTODON = evolve(_SOCIAL, forgets=_BACK)
_DOOR = Words(
    _("From now on everything that comes is held, and nothing is passed on."),
    _("Everything that comes is held. Nothing is passed on."),
    _("last mail: {at}"),
    _("The address takes no more mail. What came stays, and is no longer passed on."),
)
_PAGES = Words(
    _("It is paused. What changes on the pages meanwhile is not seen."),
    _("Paused. What changes on the pages meanwhile is not seen."),
    _("last change: {at}"),
    _("It is ended: these pages are no longer opened. What came stays."),
    _ALONE,
    _("Reviews"),
)
_WORDS = {"bluesky": _SOCIAL, "mastodon": _MASTODON, "door": _DOOR, "web": _PAGES, "feed": _FEEDS}

#: Why a mail to a shielded address is held.
HELD: dict[str, Promise] = {
    "grave": _("Held: the program found something grave in it."),
    "abusive": _("Held: the program found abuse in it."),
    "unsure": _("Held: the program cannot tell what it is."),
    "unread": _("Held: it could not be read, so nobody knows what it says."),
    "unjudged": _("Held: it could not be judged so far. That is tried again by itself."),
    "paused": _("Held, as is everything at present."),
    "loop": _("Held: it came back here after it was passed on. Look whether your own address sends mail to the shielded one."),
    "refused": _("Held: your own mail server refused it."),
    "undelivered": _("Held: your own mail server could not be reached for five days."),
    "bounced": _("Held: your own mail server took it, and gave it back later."),
    "ended": _("Kept: its address was ended before it could be passed on."),
    "closed": _("Held: your material was closed before it could go."),
}
#: What has become of one that is not held.
STATE: dict[str, Promise] = {
    "came": _("It is being judged."),
    "ready": _("It is on its way to you."),
    "sending": _("It is on its way to you."),
    "passed": _("It was passed on to you."),
    "unknown": _(
        "The connection broke at the last moment: nobody knows whether it reached you. Look there, and pass it on again if it did not."
    ),
}
#: What is in the way of one that is to go, by the code of the last try.
IN_THE_WAY: dict[str, Promise] = {
    "no_mail": _("This Parapet has no mail server at present. Ask whoever runs it."),
    "no_connection": _("Your mail server does not answer. It is tried again by itself, for five days."),
    "unreadable": _("It cannot be opened at present. Whoever runs this Parapet finds more with “parapet check”."),
}
_NOT_YET = _("Your mail server does not take it yet. It is tried again by itself, for five days.")


#: Folders that are named by what they are for.
_PLACES: dict[str, Promise] = {
    "\\All": _("all mail"),
    "\\Junk": _("junk"),
    "\\Trash": _("trash"),
    "INBOX": _("inbox"),
}


def shown_place(name: str) -> str:
    """A folder, as a person calls it."""
    return str(_PLACES.get(name, name))


def place_of(shown: str) -> str:
    """The inverse of `shown_place`, for a person who read it."""
    return next((name for name, word in _PLACES.items() if str(word) == shown), shown)


def words_of(channel: str) -> Words:
    """The words of this channel."""
    return _WORDS.get(channel, _MAIL)


def ended(channel: str, forgotten_there: bool | None, *, permitted: bool = False) -> Promise:
    """That a connection is ended; and whether its server forgot what signed in, which None leaves to her. `permitted`: she had allowed it
    on a page there."""
    if channel != "mastodon" and not permitted:
        return words_of(channel).ended
    if forgotten_there:
        return _("The connection is ended, and the permission taken back on your server. What came stays.")
    return _("The connection is ended here. Take the permission back on your server too, in its settings. What came stays.")


#: What a server of Mastodon's kind may lack, and what that means for her.
_LACKING: dict[str, Promise] = {
    "stream": _("It does not tell at once when something comes: it is asked every ten seconds instead."),
    "requests": _("It does not list whose messages it keeps back."),
    "thread": _("It does not show threads: a reply that does not name you may be missed."),
    "quotes": _("It does not tell who quotes you without naming you."),
    "conversations": _("It does not list private conversations: private mentions come all the same."),
    "blocks": _("It does not tell whom you block: their pages are not read."),
    "mutes": _("It does not tell whom you mute: their pages are not read."),
    "history": _("It does not keep what a message said before it was changed. What was taken in before stays."),
    "reposts": _("It does not tell who passes a message on."),
}


def lacking(codes: tuple[str, ...]) -> tuple[Promise, ...]:
    """What a server does not offer; and one sentence for all that it did not give at the moment."""
    found = [_LACKING[code] for code in codes if code in _LACKING]
    if any(code.endswith("-now") for code in codes):
        found.append(_("Part of it did not answer lately. It is asked again by itself."))
    return tuple(found)


def of_mail(state: str, why: str, code: str) -> Promise:
    """How a mail to a shielded address stands."""
    if state == "held":
        return HELD.get(why, HELD["unread"])
    if state == "ready" and code:
        return IN_THE_WAY.get(code, _NOT_YET)
    return STATE[state]
