"""What a copy of the database is worth to whoever wants in, and what sessions show at rest."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def rows() -> list[tuple[str, str]]:
    from django.contrib.sessions.models import Session

    return list(Session.objects.values_list("session_key", "session_data"))


def test_a_row_is_no_cookie(cast: Any, browser_of: Any) -> None:
    client = browser_of(cast.owner)
    cookie = client.cookies["parapet_session"].value
    assert client.get(reverse("inbox", args=[cast.advocate_id])).status_code == 200
    [(stored, _)] = rows()
    assert stored != cookie
    thief = browser_of()
    thief.cookies["parapet_session"] = stored
    assert thief.get(reverse("inbox", args=[cast.advocate_id]))["Location"] == reverse("login")


def test_names_in_messages_are_sealed(cast: Any, browser_of: Any) -> None:
    """A message for the next page names an advocate: it must not lie readable in the database till then."""
    import base64
    import zlib

    from django.contrib.messages import constants
    from django.contrib.messages.storage.session import SessionStorage
    from django.test import RequestFactory

    client = browser_of(cast.owner)
    request = RequestFactory().get("/")
    request.session = client.session
    storage = SessionStorage(request)
    storage.add(constants.INFO, "Dr. Ada Moreau")
    storage._store(storage._queued_messages, None)
    request.session.save()
    [(_, data)] = rows()
    held = base64.b64decode(data)
    assert b"Moreau" not in held and not data.startswith(".")
    for at in range(len(held)):
        try:
            assert b"Moreau" not in zlib.decompressobj().decompress(held[at:])
        except zlib.error:
            continue
    assert "Dr. Ada Moreau" in str(client.session["_messages"])


def test_words_searched_for_are_sealed(cast: Any, browser_of: Any) -> None:
    """They are a sender's name, or the abuse itself."""
    import base64

    client = browser_of(cast.owner)
    client.post(reverse("inbox", args=[cast.advocate_id]), {"words": "Xander Quill"})
    [(_, data)] = rows()
    assert b"Xander" not in base64.b64decode(data)
    assert "Xander Quill" in str(client.session["searches"])


def test_a_row_that_was_changed_or_moved_opens_nothing(cast: Any, browser_of: Any) -> None:
    from django.contrib.sessions.models import Session

    owner, stranger = browser_of(cast.owner), browser_of(cast.stranger)
    keys = {s.session_key: s.session_data for s in Session.objects.all()}
    one, other = keys
    Session.objects.filter(session_key=one).update(session_data=keys[other])
    Session.objects.filter(session_key=other).update(session_data="AAAA")
    for client in (owner, stranger):
        assert client.get("/")["Location"] == reverse("login")


def test_signing_out_ends_the_row(cast: Any, browser_of: Any) -> None:
    client = browser_of(cast.owner)
    cookie = client.cookies["parapet_session"].value
    client.post(reverse("leave"))
    assert rows() == []
    again = browser_of()
    again.cookies["parapet_session"] = cookie
    assert again.get("/")["Location"] == reverse("login")


def test_a_cookie_of_ones_own_choice_is_not_taken(cast: Any, browser_of: Any) -> None:
    from parapet.actions.sign_in import make_link

    client = browser_of()
    client.cookies["parapet_session"] = "chosen-by-the-attacker-0123456789"
    client.post(reverse("enter", args=[make_link(cast.owner)]))
    assert client.cookies["parapet_session"].value != "chosen-by-the-attacker-0123456789"
    assert client.get("/", follow=True).status_code == 200
