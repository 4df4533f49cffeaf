"""An IMAP server that says whatever it likes: an error of ours or a batch, never anything else, and nothing lost when it comes back."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from attrs import define, field
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.dovecot import certify

from parapet.channels.live import Batch
from parapet.channels.mail import imap
from parapet.channels.mail.fetch import open_line
from parapet.domain.errors import OutsideRefused, OutsideUnreachable, PlaceMissing, SignInRefused

MAILS = {uid: b"Subject: %d\r\n\r\ntext\r\n" % uid for uid in (1, 2, 3)}
#: What it answers, by command. `{tag}` stands for the tag.
HONEST = {
    b"GREETING": b"* OK ready\r\n",
    b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK done\r\n",
    b"LOGIN": b"{tag} OK in\r\n",
    b"EXAMINE": b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n{tag} OK [READ-ONLY] done\r\n",
    b"NOOP": b"{tag} OK done\r\n",
    b"SEARCH": b"* SEARCH 1 2 3\r\n{tag} OK done\r\n",
    b"SIZE": b"* 1 FETCH (UID 1 RFC822.SIZE 20)\r\n* 2 FETCH (UID 2 RFC822.SIZE 20)\r\n* 3 FETCH (UID 3 RFC822.SIZE 20)\r\n{tag} OK done\r\n",
    b"BODY": b"",
    b"IDLE": b"+ idling\r\n* 4 EXISTS\r\n",
    b"DONE": b"{tag} OK done\r\n",
    b"LOGOUT": b"* BYE\r\n{tag} OK done\r\n",
}


@define
class Liar:
    """Answers with `says`, else honestly; goes away after an answer that does not end."""

    port: int
    says: Mapping[bytes, bytes] = field(factory=dict)
    patience_s: float = 0.2

    def talk(self, held: ssl.SSLSocket) -> None:
        held.sendall(self.says.get(b"GREETING", HONEST[b"GREETING"]))
        tag, reader = b"", held.makefile("rb")
        while said := reader.readline():
            words = said.split(None, 2)
            tag, command = (tag, b"DONE") if said.startswith(b"DONE") else (words[0], words[1].upper())
            if command == b"UID":
                what = words[2].upper()
                command = b"SEARCH" if what.startswith(b"SEARCH") else b"SIZE" if b"RFC822.SIZE" in what else b"BODY"
            answer = self.says.get(command, HONEST.get(command, b"{tag} BAD what\r\n"))
            if command == b"BODY" and command not in self.says:
                uid = int(re.findall(rb"FETCH (\d+)", said, re.IGNORECASE)[0])
                raw = MAILS.get(uid, b"")
                answer = b"* %d FETCH (UID %d BODY[] {%d}\r\n%b)\r\n{tag} OK done\r\n" % (uid, uid, len(raw), raw)
            held.sendall(answer.replace(b"{tag}", tag))
            if command in self.says:
                held.settimeout(self.patience_s)  # who waits for the rest of a lie waits in vain
            if b"{tag}" not in answer and command != b"IDLE":
                return


@pytest.fixture(scope="module")
def liar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Liar]:
    folder = tmp_path_factory.mktemp("liar")
    certify(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listening, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(folder / "authority.pem"))
        made = Liar(listening.getsockname()[1])

        def serve() -> None:
            while True:
                try:
                    plain, _address = listening.accept()
                except OSError:
                    return
                threading.Thread(target=one, args=(plain,), daemon=True).start()

        def one(plain: socket.socket) -> None:
            try:
                with plain, context.wrap_socket(plain, server_side=True) as held:
                    held.settimeout(20)
                    made.talk(held)
            except (OSError, ValueError, IndexError):
                pass  # whoever was lied to hung up

        threading.Thread(target=serve, daemon=True).start()
        yield made


def told(port: int) -> dict[str, Any]:
    return {
        "host": "127.0.0.1", "port": port, "user": "doctor", "password": "x", "folders": ["INBOX"], "starttls": False,
        "began": "2026-11-01",
    }  # fmt: skip


def asked(liar: Liar, cursor: Mapping[str, Any], says: Mapping[bytes, bytes]) -> Batch | None:
    """One round of what a worker does; None when it ended in an error of ours. Any other error fails the test."""
    liar.says = says
    line = None
    try:
        line = open_line(told(liar.port), inside=True)
        line.begin()
        batch = line.fetch(cursor)
        line.wait(0.01)
        return batch
    except (OutsideRefused, OutsideUnreachable, PlaceMissing, SignInRefused):
        return None
    finally:
        if line is not None:
            line.close()


START = {"INBOX": [7, 0]}
NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 4, 2**31, 2**32 - 1, 2**32, 2**63, 10**30, 10**5000])
ODD = st.sampled_from(
    [
        b"\0", b"\xff\xfe", b"{99999999999999999999}\r\n", b"{4294967295}\r\n", b"{-1}\r\n", b"{5}\r\n", b"(" * 5_000, b'"', b"\\",
        b"NIL", b"()", b"[UIDVALIDITY 99]", b"x" * 3_000_000, b"&AOk-", b"&&&", b"* BYE\r\n", b"* SEARCH", b"\r\n", b"1:*", b"1e5",
    ]
)  # fmt: skip


def a_line() -> st.SearchStrategy[bytes]:
    shapes = st.sampled_from(
        [
            b"* SEARCH %b %b\r\n", b"* %b FETCH (UID %b BODY[] {3}\r\nabc)\r\n", b"* %b FETCH (UID %b RFC822.SIZE 9)\r\n",
            b"* %b FETCH (UID 1 RFC822.SIZE %b)\r\n", b"* OK [UIDVALIDITY %b] %b\r\n", b"* OK [UIDNEXT %b] %b\r\n", b"* %b %b\r\n",
            b"* 1 FETCH (UID 1 BODY[] %b BODY[TEXT] %b)\r\n", b"* LIST (%b) \"/\" %b\r\n", b"* CAPABILITY %b %b\r\n", b"%b%b",
        ]
    )  # fmt: skip
    part = st.one_of(NUMBERS.map(lambda n: b"%d" % n if n < 10**40 else b"9" * 5_000), ODD, st.binary(max_size=12))
    return st.builds(lambda shape, one, two: shape % (one, two), shapes, part, part)


ANSWERS = st.builds(
    lambda lines, end: b"".join(lines) + end,
    st.lists(a_line(), max_size=4),
    st.sampled_from([b"{tag} OK done\r\n", b"{tag} OK done\r\n", b"{tag} NO no\r\n", b"{tag} BAD\r\n", b"{tag}\r\n", b""]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(says=st.dictionaries(st.sampled_from(sorted(HONEST)), ANSWERS, min_size=1, max_size=3))
@example(says={b"SEARCH": b"* SEARCH 4294967295\r\n{tag} OK done\r\n", b"BODY": b"{tag} OK done\r\n"})
@example(
    says={
        b"SEARCH": b"* SEARCH %b\r\n{tag} OK done\r\n" % b" ".join(b"%d" % n for n in range(1, 102)),
        b"BODY": b"{tag} OK done\r\n",
    }
)
@example(says={b"BODY": b"* 1 FETCH (UID 1 BODY[] (a b))\r\n{tag} OK done\r\n"})
@example(says={b"BODY": b"* 1 FETCH (UID 1 BODY[] {99999999999999999999}\r\n"})
@example(says={b"GREETING": b"* OK {99999999999}\r\n"})
@example(says={b"EXAMINE": b"* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 0] ok\r\n{tag} OK done\r\n"})
@pytest.mark.slow
def test_whatever_a_server_says_is_an_error_of_ours_or_a_batch_and_nothing_is_lost(liar: Liar, says: dict[bytes, bytes]) -> None:
    batch = asked(liar, START, says)
    assert batch is None or all(isinstance(piece.raw, bytes) and piece.raw for piece in batch.pieces) or b"BODY" in says
    kept = START if batch is None else batch.cursor
    [validity, uid] = kept["INBOX"]
    brought = numbers(batch)
    assert validity != 7 or (batch is not None and batch.too_large) or uid == max(brought, default=0), (
        "the mark went to what nobody gave"
    )
    # It comes back, and is honest: whatever lies above the mark comes now.
    after = asked(liar, kept, {})
    assert after is not None and set(numbers(after)) >= {each for each in MAILS if validity != 7 or each > uid}


def numbers(batch: Batch | None) -> list[int]:
    """The UIDs of what was brought."""
    return [int(piece.name.removeprefix("INBOX, ").removesuffix(".eml")) for piece in (batch.pieces if batch else ())]


def test_an_answer_without_end_is_left_and_a_long_honest_line_is_read(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(liar, "patience_s", 20.0)
    many = b"* SEARCH %b\r\n{tag} OK done\r\n" % b" ".join(b"%d" % n for n in range(1, 200_000))
    batch = asked(
        liar, {"INBOX": [7, 199_998]}, {b"SEARCH": many, b"BODY": b"* 1 FETCH (UID 199999 BODY[] {1}\r\nx)\r\n{tag} OK done\r\n"}
    )
    assert batch is not None and [piece.raw for piece in batch.pieces] == [b"x"], "two hundred thousand messages are one line"
    monkeypatch.setattr(imap, "MAX_ANSWER_BYTES", 1_000_000)
    assert asked(liar, START, {b"NOOP": b"* OK still here\r\n" * 100_000 + b"{tag} OK done\r\n"}) is None
    monkeypatch.setattr(imap, "MAX_LINE_BYTES", 1_000_000)
    assert asked(liar, START, {b"NOOP": b"* OK " + b"x" * 2_000_000 + b"\r\n{tag} OK done\r\n"}) is None


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (b"{tag} NO [AUTHENTICATIONFAILED] no\r\n", SignInRefused),
        (b"{tag} NO [UNAVAILABLE] later\r\n", OutsideUnreachable),
        (b"* BYE shutting down\r\n", OutsideUnreachable),
        (b"* OK", OutsideUnreachable),
    ],
)
def test_a_server_that_breaks_off_while_it_is_signed_in_to_refused_nobody(
    liar: Liar, said: bytes, error: type[Exception]
) -> None:
    liar.says = {b"LOGIN": said}
    with pytest.raises(error) as raised:
        open_line(told(liar.port), inside=True)
    assert type(raised.value) is error
