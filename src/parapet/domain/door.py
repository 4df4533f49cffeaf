"""Mail that comes to a shielded address: what becomes of it, and why. Stable codes: they stand in the records and in the log."""

from __future__ import annotations

from attrs import frozen

#: The name of this channel among connections.
DOOR = "door"

# What has become of a mail.
CAME = "came"  # kept, and not judged yet
HELD = "held"  # kept, and not passed on
READY = "ready"  # to be passed on
SENDING = "sending"  # its last byte is on its way, or was when a process died
PASSED = "passed"  # her server took it
UNKNOWN = "unknown"  # nobody knows whether her server took it
STATES = (CAME, HELD, READY, SENDING, PASSED, UNKNOWN)
#: Those of which the sealed file is still needed by who works in the background.
OPEN_STATES = (CAME, READY, SENDING)
#: Those that a person may have passed on.
MAY_BE_PASSED_ON = (HELD, UNKNOWN)

# What the log tells, in the steps of leaves of the kind `door`.
STEP_HELD, STEP_ASKED, STEP_PASSED, STEP_UNKNOWN, STEP_BACK = "held", "asked", "passed", "unknown", "came_back"

# Why a mail is held.
GRAVE = "grave"  # threats and the like
ABUSIVE = "abusive"  # any abuse, where she wants all of it held
UNSURE = "unsure"  # the program cannot tell, and she wants that held
UNREAD = "unread"  # it could not be read, so nobody knows what it says
UNJUDGED = "unjudged"  # judging failed, again and again
PAUSED = "paused"  # she has nothing passed on at present
LOOP = "loop"  # it has been through here before
REFUSED = "refused"  # her own server refused it
UNDELIVERED = "undelivered"  # her own server could not be reached for days
BOUNCED = "bounced"  # her own server took it and gave it back
ENDED = "ended"  # the address was ended before it could go
CLOSED = "closed"  # her material was closed before it could go
WHY = (GRAVE, ABUSIVE, UNSURE, UNREAD, UNJUDGED, PAUSED, LOOP, REFUSED, UNDELIVERED, BOUNCED, ENDED, CLOSED)

# What is held, as a person chose it.
HOLD_GRAVE, HOLD_ABUSIVE = "grave", "abusive"
HOLDS = (HOLD_GRAVE, HOLD_ABUSIVE)


@frozen
class Envelope:
    """What the door was told before the mail itself, and by whom. A stranger's words.

    peer  the address that connected, or that the house's own proxy named; "" where the house's own server stands between
    tls   version and cipher, or ""
    """

    mail_from: str
    rcpt_to: str
    helo: str = ""
    peer: str = ""
    tls: str = ""
    at: str = ""


@frozen
class Judged:
    """What was made of a mail: the gravest of what was found in it.

    found   False where nothing in it could be read
    """

    found: bool
    severity: int = 0  # of domain/judgement.py
    abusive: bool = False
    unsure: bool = False


def why_held(judged: Judged, *, hold: str, hold_unsure: bool, grave_from: int) -> str:
    """Why a mail is not passed on, by what a person chose; "" for one that is."""
    if not judged.found:
        return UNREAD
    if judged.severity >= grave_from:
        return GRAVE
    if hold == HOLD_ABUSIVE and judged.abusive:
        return ABUSIVE
    return UNSURE if judged.unsure and hold_unsure else ""
