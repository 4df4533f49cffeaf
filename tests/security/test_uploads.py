"""What is sent up: nothing of a stranger's is kept, and nothing in the clear has a name on the disk."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from parapet.web import uploads


def form_of(client: Any) -> str:
    return str(client.get(reverse("login")).context["csrf_token"])


def test_a_strangers_file_is_not_written(home: Any, cast: Any, browser_of: Any, monkeypatch: Any) -> None:
    """She has a form of ours and so passes the check for forged ones; the file goes nowhere all the same."""
    written: list[bytes] = []
    monkeypatch.setattr(uploads.Unnamed, "receive_data_chunk", lambda self, raw, start: written.append(raw))
    client = browser_of(csrf=True)
    token = form_of(client)
    for address in (reverse("intake"), "/nowhere/", reverse("enter", args=["x"])):
        before = {p.name for p in home.run.iterdir()}
        file = SimpleUploadedFile("a.bin", bytes(4_000_000))
        answer = client.post(address, {"csrfmiddlewaretoken": token, "files": file}, HTTP_X_CSRFTOKEN=token)
        assert answer.status_code in {302, 403, 404, 410}
        assert {p.name for p in home.run.iterdir()} == before
    assert written == []


def test_a_folder_of_thousands_is_one_open_file(home: Any, cast: Any, browser_of: Any) -> None:
    from parapet.records.models import IntakeFile

    client = browser_of(cast.owner)
    files = [SimpleUploadedFile(f"{n}.txt", f"letter {n} ".encode() * 200) for n in range(1_500)]
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0
    answer = client.post(reverse("intake"), {"files": files})
    assert answer.status_code == 302
    assert IntakeFile.objects.filter(intake__person=cast.owner, source__isnull=False).count() >= 1_500
    if before:
        assert len(list(Path("/proc/self/fd").iterdir())) < before + 50


def test_what_comes_is_what_was_sent_and_has_no_name(home: Any) -> None:
    class Session(dict[str, str]):
        pass

    request = type("Request", (), {"session": Session(_auth_user_id="1")})()
    handler = uploads.Unnamed(request)
    sent = [b"", b"one", bytes(range(256)) * 5_000, b"last"]
    held = []
    for number, content in enumerate(sent):
        handler.new_file("files", f"{number}.bin", "text/plain", len(content), None, None)
        for start in range(0, len(content), 65_536):
            handler.receive_data_chunk(content[start : start + 65_536], start)
        held.append(handler.file_complete(len(content)))
    assert {p.name for p in home.run.iterdir()} <= {"worker.lock", "making.lock", "keys.lock"}
    for file, content in zip(reversed(held), reversed(sent), strict=True):  # in any order, each with its own position
        assert file.size == len(content)
        assert file.read() == content
        file.seek(0)
        assert file.read(3) == content[:3]
        assert file.file.seek(-1 if content else 0, io.SEEK_END) == max(0, len(content) - 1)
    for file in held:
        file.close()
    assert handler._all is not None and handler._all.file.closed
