"""Reports as files that programs read: ARF for a mail provider (RFC 5965), XARF v4 for whoever hosts private facts. Pure."""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from datetime import UTC, datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser

from attrs import frozen

from parapet.domain.reporting import host_of

XARF_VERSION = "4.2.0"
#: A mail larger than this goes with its header alone (RFC 5965 allows text/rfc822-headers).
MAX_MAIL_BYTES = 512 * 1024
_USER_AGENT = "Parapet/1"


@frozen
class Reporter:
    """Who reports: a person writes it, and it goes to whoever reads the report."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        """Of her address."""
        return self.email.rpartition("@")[2].lower()


def is_address(email: str) -> bool:
    """True for one plain address, and nothing that could begin another header."""
    if not email.isascii() or not email.isprintable() or len(email) > 254:
        return False
    try:
        made = Address(addr_spec=email)
    except (ValueError, IndexError, MessageError):
        return False
    return bool(made.username) and "." in made.domain and made.addr_spec == email


def abuse_address(raw: bytes) -> str:
    """abuse@ the domain that the mail names as its sender (RFC 2142); "" when it names none that can be written to.

    A sender can forge it. Who reports looks whether a signature holds first.
    """
    header = BytesParser(policy=policy.default).parsebytes(raw[:MAX_MAIL_BYTES], headersonly=True)
    try:
        [sender] = header["From"].addresses
        address = f"abuse@{sender.domain.lower()}"
    except (AttributeError, KeyError, ValueError, TypeError, IndexError, MessageError):
        return ""
    return address if is_address(address) else ""


def arf(raw: bytes, text: str, reporter: Reporter, to: str, *, at: datetime, reference: str) -> bytes:
    """A feedback report about a mail (RFC 5965, type "abuse"): our words, what a program reads, and the mail exactly as it came.

    The parts are put together by hand, so that the mail stays octet for octet, and what divides them is a line that is not in it.
    Raises ValueError for an address that is none.
    """
    if not is_address(to) or not is_address(reporter.email):
        raise ValueError("an address that is none")
    held, kind = (raw, "message/rfc822") if len(raw) <= MAX_MAIL_BYTES else (_header_of(raw), "text/rfc822-headers")
    boundary, turn = "", 0
    while not boundary or boundary.encode() in held:
        boundary, turn = f"=_{hashlib.sha256(f'{reference}:{turn}'.encode() + held).hexdigest()[:40]}", turn + 1
    head = EmailMessage(policy=policy.SMTP)
    head["From"] = Address(display_name=_one_line(reporter.name), addr_spec=reporter.email)
    head["To"] = to
    head["Subject"] = f"Abuse report {reference}"
    head["Date"] = at.astimezone(UTC)
    head["Message-ID"] = f"<{reference}.{uuid.uuid5(uuid.NAMESPACE_URL, reference).hex}@{reporter.domain}>"
    head["MIME-Version"] = "1.0"
    kind_of_all = f'Content-Type: multipart/report; report-type=feedback-report;\r\n boundary="{boundary}"\r\n'
    words = base64.encodebytes(text.encode()).replace(b"\n", b"\r\n")
    parts = (
        (b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64", words),
        (b"Content-Type: message/feedback-report", _feedback(raw, at).encode("ascii")),
        (f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {'7bit' if held.isascii() else '8bit'}".encode(), held),
    )
    edge = f"\r\n--{boundary}".encode()
    body = b"".join(edge + b"\r\n" + header + b"\r\n\r\n" + content for header, content in parts)
    return head.as_bytes().rstrip(b"\r\n") + b"\r\n" + kind_of_all.encode() + body + edge + b"--\r\n"


def _feedback(raw: bytes, at: datetime) -> str:
    lines = ["Feedback-Type: abuse", f"User-Agent: {_USER_AGENT}", "Version: 1"]
    header = BytesParser(policy=policy.default).parsebytes(raw[:MAX_MAIL_BYTES], headersonly=True)
    try:
        [sender] = header["From"].addresses
        if is_address(sender.addr_spec):
            lines.append(f"Original-Mail-From: <{sender.addr_spec}>")
            lines.append(f"Reported-Domain: {sender.domain.lower()}")
    except (AttributeError, KeyError, ValueError, TypeError, IndexError, MessageError):
        pass
    lines.append(f"Received-Date: {at.astimezone(UTC):%a, %d %b %Y %H:%M:%S +0000}")
    return "\r\n".join(lines) + "\r\n"


def _header_of(raw: bytes) -> bytes:
    ends = [at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0]
    return raw[: min([*ends, MAX_MAIL_BYTES])] + b"\r\n"


def xarf(url: str, description: str, reporter: Reporter, *, at: datetime, sent_at: datetime, reference: str) -> bytes:
    """A report of private facts on a page (XARF v4, content/exposed_data). No other type of XARF fits what is sent at people:
    it has none for threats or harassment, and spam is something else."""
    host = host_of(url)
    if not host or not is_address(reporter.email):
        raise ValueError("an address that is none")
    contact = {"org": _one_line(reporter.name)[:200], "contact": reporter.email, "domain": reporter.domain}
    made = {
        "xarf_version": XARF_VERSION,
        "report_id": str(uuid.UUID(bytes=uuid.uuid5(uuid.NAMESPACE_URL, reference).bytes, version=4)),
        "timestamp": f"{sent_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "reporter": contact,
        "sender": contact,
        "source_identifier": host,
        "category": "content",
        "type": "exposed_data",
        "url": url,
        "data_types": ["personal_information"],
        "exposure_method": "intentional_leak",
        "discovery_source": "user_report",
        "description": description[:1_000],
        "tags": [f"reported:{at.astimezone(UTC):%Y-%m-%d}"],
    }
    return json.dumps(made, ensure_ascii=True, indent=2).encode()


def _one_line(words: str) -> str:
    return " ".join("".join(each for each in words if each.isprintable() or each == " ").split())
