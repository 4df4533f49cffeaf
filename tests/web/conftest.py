"""People, their advocates, and a few messages, in a fresh home.

cast.advocate_id    Dr. Ada Moreau's; `cast.owner` may act for her, `cast.stranger` for another advocate only
cast.items          the public names of her messages by subject: "plain", "grave", "odd"
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from support.homes import Homes

#: What the made-up messages say. No screen may show a word of it before it is asked for.
TEXTS = {
    "plain": "Thank you for the clear explanation of the new schedule.",
    "grave": "I will kill you on Friday. I am outside your house now with a knife.",
    "odd": "Look \u202eat this\u202c <script>alert(1)</script> <a href='javascript:x'>link</a> https://evil.example/x\u200b",
}


@frozen
class Cast:
    owner: Any
    stranger: Any
    advocate_id: str
    other_advocate_id: str
    items: dict[str, str]


def mail(subject: str, text: str, *, sender: str = "anon@example.net", name: str = "Xander Quill") -> bytes:
    """One e-mail to Dr. Ada Moreau."""
    return (
        f"From: {name} <{sender}>\r\nTo: ada.moreau@clinic.example\r\nSubject: {subject}\r\n"
        f"Date: Mon, 14 Sep 2026 19:54:07 +0000\r\nMessage-ID: <{subject}@example.net>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        f"{text}\r\n"
    ).encode()


@pytest.fixture
def cast(home: Any, homes: Homes, tmp_path: Path) -> Cast:
    folder = tmp_path / "files"
    folder.mkdir()
    for subject, text in TEXTS.items():
        (folder / f"{subject}.eml").write_bytes(mail(subject, text, sender=f"{subject}@example.net"))
    told = homes.fill(home, "cast", lambda: _put_in(folder))
    from parapet.records.models import Person

    return Cast(
        Person.objects.get(number=told["owner"]), Person.objects.get(number=told["stranger"]), *told["advocates"], told["items"]
    )


def _put_in(folder: Path) -> dict[str, Any]:
    """What `cast` has in its home, by the doors that people use."""
    from django.db import transaction

    from parapet.access.inbox import page
    from parapet.access.items import opened
    from parapet.access.views import Filters
    from parapet.actions.assess import assess
    from parapet.actions.enrol_advocates import allow, enrol
    from parapet.actions.import_paths import import_paths
    from parapet.domain.items import Identifier, IdentifierKind
    from parapet.records import models
    from parapet.records.profiles import Profile

    owner = models.Person.objects.named("Owner One")
    stranger = models.Person.objects.named("Stranger Two")
    address = Identifier(IdentifierKind.EMAIL, "ada.moreau@clinic.example").normalised()
    [advocate_id] = enrol([Profile("Dr. Ada Moreau", identifiers=(address,))], person=owner, role="advocate")
    [other_id] = enrol([Profile("Dr. Ben Otis")], person=stranger, role="advocate")
    with transaction.atomic():
        allow(owner, models.Advocate.objects.get(number=models.Advocate.UNMATCHED), "unmatched")
    import_paths([folder], person=owner)
    assess(list(models.Version.objects.values_list("number", flat=True)))
    rows = page(owner, advocate_id, Filters()).rows
    items = {opened(owner, row.id, why="triage").item.subject: row.id for row in rows}
    assert set(items) == set(TEXTS)
    return {"owner": owner.number, "stranger": stranger.number, "advocates": (advocate_id, other_id), "items": items}


@pytest.fixture
def browser_of() -> Any:
    """`browser_of(person)`: a test client signed in as that person; without one, signed out. CSRF is checked."""
    from django.test import Client

    def made(person: Any = None, *, csrf: bool = False) -> Client:
        client = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=csrf)
        if person is not None:
            client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return made
