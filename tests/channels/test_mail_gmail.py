"""Gmail over a double of its server: everything once, junk too, and its labels kept beside the octets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.gmail_double import ALL, SPAM, WORD, Gmail, gmail

from parapet.channels.mail.fetch import open_line
from parapet.channels.mail.gmail import beside
from parapet.domain.errors import PlaceMissing, SignInRefused


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gmail]:
    with gmail(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.trust))
        yield made


def told(server: Gmail, *folders: str, **other: Any) -> dict[str, Any]:
    return {
        "host": "127.0.0.1", "port": server.port, "user": "doctor", "password": "", "access": WORD, "folders": list(folders),
        "starttls": False, "began": "2026-11-01", **other,
    }  # fmt: skip


def mail(n: int) -> bytes:
    return b"From: a@example.net\r\nMessage-ID: <%d@example.net>\r\n\r\nYou will pay, %d.\r\n" % (n, n)


def test_everything_is_read_once_with_its_labels_and_junk_too(server: Gmail) -> None:
    line = open_line(told(server, "\\All", "INBOX", "Pile", "\\Junk"), inside=True)
    cursor = line.begin()
    assert list(cursor) == ["\\All", "\\Junk"], "what lies in all mail is not read a second time"
    server.put(mail(1), "INBOX", "Pile", ALL, labels=('"\\\\Inbox"', "Pile", '"Ind&AOk-sirables"'))
    server.put(mail(2), SPAM)
    batch = line.fetch(cursor)
    assert [piece.raw for piece in batch.pieces] == [mail(1), mail(2)], "the octets alone"
    first, second = batch.pieces
    assert first.name == "All, 1.eml" and second.name == "Junk, 1.eml"
    assert "X-GM-LABELS: \\Inbox, Pile, Indésirables" in first.beside
    assert "X-GM-MSGID: 1278455344230334865; X-GM-THRID: 1278455344230334864" in first.beside
    assert second.beside.startswith("X-GM-MSGID")
    assert sorted(server.bodies) == sorted([ALL, SPAM])
    assert line.fetch(batch.cursor).pieces == ()
    line.close()
    assert not [each for each in server.asked if b"SELECT" in each or b"STORE" in each or b"BODY[" in each], "nothing is changed"


def test_labels_alone_may_be_watched_and_what_is_not_shown_is_missing(server: Gmail) -> None:
    line = open_line(told(server, "Pile"), inside=True)
    cursor = line.begin()
    server.put(mail(1), "Pile", ALL, labels=("Pile",))
    assert [piece.name for piece in line.fetch(cursor).pieces] == ["Pile, 1.eml"]
    line.close()
    del server.folders[ALL]  # her settings keep it from programs
    with pytest.raises(PlaceMissing):
        open_line(told(server, "\\All", "\\Junk"), inside=True)
    for server.bearer in (True, False):
        open_line(told(server, "INBOX"), inside=True).close()
        with pytest.raises(SignInRefused):
            open_line(told(server, "INBOX", access="another"), inside=True)


@given(
    st.dictionaries(
        st.sampled_from([b"X-GM-LABELS", b"X-GM-MSGID", b"X-GM-THRID", b"BODY[]"]),
        st.one_of(
            st.none(),
            st.integers(),
            st.binary(max_size=300),
            st.lists(st.one_of(st.binary(max_size=300), st.integers()), max_size=60).map(tuple),
        ),
    )
)
def test_whatever_a_server_says_beside_a_message_is_one_bounded_line(said: dict[bytes, Any]) -> None:
    line = beside(said)
    assert line.isprintable() and len(line) <= 12_000 and "\0" not in line
