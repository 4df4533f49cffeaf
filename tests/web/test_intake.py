"""Adding messages: files and folders, their sum, their refusals, and spoken words."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import PurePosixPath
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.parsed import counted
from parapet.web import words
from parapet.web.intake.names import MAX_PATH, paths

from .conftest import mail


@pytest.fixture
def client(cast: Any, browser_of: Any) -> Any:
    return browser_of(cast.owner)


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def finish(url: str) -> None:
    """Do what the worker does with the promise that the page wrote."""
    from parapet.actions.run_intake import run_intake
    from parapet.records import models
    from parapet.records.numbers import number_of

    number = number_of("int", url.rstrip("/").split("/")[-1])
    run_intake(models.Intake.objects.get(number=number).number)


def test_dropped_files_are_taken_in_and_the_sum_adds_up(client, cast):
    files = [
        upload("new.eml", mail("new", "Good afternoon.", sender="n@example.net")),
        upload(
            "again.eml", mail("plain", "Thank you for the clear explanation of the new schedule.", sender="plain@example.net")
        ),
        upload("broken.zip", b"PK\x03\x04 and nothing more"),
        upload("nothing.eml", b""),
    ]
    answer = client.post(reverse("intake"), {"files": files})
    assert answer.status_code == 302
    waiting = client.get(answer["Location"]).content.decode()
    assert "Waiting to begin" in waiting and 'hx-trigger="every 1s"' in waiting and '<meta http-equiv="refresh"' in waiting
    finish(answer["Location"])
    page = client.get(answer["Location"]).content.decode()
    assert "All taken in" in page and "hx-trigger" not in page and "http-equiv" not in page
    found, new, already, refused = (int(n) for n in re.findall(r"<b>(\d+)</b>", page))
    assert found == new + already + refused
    assert (new, already) == (1, 1)
    assert "File 3<" in page and "File 4<" in page and "The file is empty." in page and "What to do" in page


@pytest.mark.parametrize(
    ("language", "said"), [("en", "expected 3 columns, found 2"), ("fr-ca", "colonnes attendues\u00a0: 3; trouvées\u00a0: 2")]
)
def test_what_is_beside_a_reason_is_in_the_reader_s_language(client, cast, language, said):
    from parapet.actions.change_preferences import change_preferences

    change_preferences(cast.owner, language=language)
    table = b"Date,From,Message\n2026-11-20 09:15,someone,Hello there\n2026-11-20 09:16,short\n"
    answer = client.post(reverse("intake"), {"files": [upload("table.csv", table)]})
    finish(answer["Location"])
    assert said in client.get(answer["Location"]).content.decode()


def test_the_count_is_a_fragment_for_a_script(client, cast):
    answer = client.post(reverse("intake"), {"files": [upload("new.eml", mail("new", "Good afternoon."))]})
    fragment = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="count-box"') and "<html" not in fragment


def test_no_file_is_asked_for(client):
    answer = client.post(reverse("intake"))
    assert answer.status_code == 400 and "Choose at least one file first." in answer.content.decode()


def test_files_can_be_said_to_be_somebodys_but_only_hers(client, cast):
    for advocate, status in ((cast.advocate_id, 302), (cast.other_advocate_id, 404), ("nonsense", 404)):
        answer = client.post(reverse("intake"), {"files": [upload("n.eml", mail("n", "Hello."))], "advocate": advocate})
        assert answer.status_code == status


ABUSE = "You will be sorry, doctor"


def archive(*members: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as zipped:
        for name, content in members:
            zipped.writestr(name, content)
    return made.getvalue()


class TestRefused:
    """What was refused is told by number. Its names are a stranger's words: they wait until somebody asks."""

    @pytest.fixture
    def ended(self, client: Any) -> str:
        """The address of an import that refused a file, a member and a record, each named as nobody wants to read."""
        sound = {"type": "note", "text": "x"}
        files = [
            upload("sound.eml", mail("sound", "Good afternoon.", sender="s@example.net")),
            upload(f"{ABUSE}.eml", b""),
            upload(
                "letters.zip",
                archive(("sound.eml", mail("in", "Hello.")), (f"{ABUSE} 1/a.eml", b""), (f"../{ABUSE} 2.eml", b"x")),
            ),
            upload("odd.json", json.dumps({"notifications": [{f"{ABUSE} 3": sound}], f"{ABUSE} 4": [1]}).encode()[:-9]),
        ]
        url = str(client.post(reverse("intake"), {"files": files})["Location"])
        finish(url)
        return url

    def test_no_name_is_on_the_page_unasked(self, client, ended):
        for headers in ({}, {"HX-Request": "true"}):
            page = client.get(ended, headers=headers).content.decode()
            assert ABUSE not in page and "sorry" not in page and "odd.json" not in page
            assert "File 2<" in page and "a file of " in page
            assert "File 3, member 2<" in page and "File 3, member 3<" in page
            assert "Show the names" in page and "data-shown" not in page
        assert ABUSE not in client.get(reverse("intake")).content.decode()

    def test_the_sum_still_adds_up(self, client, ended):
        page = client.get(ended).content.decode()
        found, new, already, refused = (int(n) for n in re.findall(r"<b>(\d+)</b>", page))
        assert found == new + already + refused and new == 2
        assert f"Refused: {refused}" in page and page.count("<tr><td>") == refused

    def test_a_button_shows_them_and_hides_them_again(self, client, ended):
        for headers in ({}, {"HX-Request": "true"}):
            page = client.post(ended, {"names": "1"}, headers=headers).content.decode()
            assert f"{ABUSE}.eml</bdi>" in page and f"{ABUSE} 1/a.eml" in page and f"../{ABUSE} 2.eml" in page
            assert "data-shown" in page and "Hide the names" in page and ("<html" in page) == (not headers)
            assert ABUSE not in client.post(ended, {"names": "0"}, headers=headers).content.decode()
        assert ABUSE not in client.get(f"{ended}?names=1").content.decode()

    def test_they_are_shown_dead_and_hidden_characters_with_their_names(self, client):
        name = "<img src=x onerror=alert(1)>\u202egpj.bin"
        answer = client.post(reverse("intake"), {"files": [upload("a.zip", archive((name, b"")))]})
        finish(answer["Location"])
        page = client.post(answer["Location"], {"names": "1"}).content.decode()
        assert "<img" not in page and "&lt;img" in page
        assert "\u202e" not in page

    def test_nobody_elses_are_shown(self, ended, cast, browser_of):
        answer = browser_of(cast.stranger).post(ended, {"names": "1"})
        assert answer.status_code == 404 and ABUSE not in answer.content.decode()

    def test_while_it_runs_there_is_no_button_that_a_second_would_undo(self, client, ended):
        from parapet.records import models

        models.Intake.objects.order_by("-started_at").update(state="running", ended_at=None)
        page = client.post(ended, {"names": "1"}).content.decode()
        assert ABUSE not in page and "Show the names" not in page and "File 2<" in page

    def test_more_than_are_listed_are_counted(self, client, cast):
        from parapet.web.intake.views import MAX_REFUSALS

        rows = "Date,From,Message\n" + "2026-11-20 09:16,short\n" * (MAX_REFUSALS + 250)
        answer = client.post(reverse("intake"), {"files": [upload("t.csv", rows.encode())]})
        finish(answer["Location"])
        page = client.get(answer["Location"]).content.decode()
        assert page.count("<tr><td>") == MAX_REFUSALS and "And 250 more." in page
        assert "row 2<" in page

    def test_those_of_an_earlier_version_have_no_number_and_still_a_name(self, client, cast, ended):
        from parapet.records import models
        from parapet.records.keyring import keyring
        from parapet.records.naming import refusal_context

        for row in models.IntakeRefusal.objects.all():
            said = f"{ABUSE} 9/a.eml, line 3\0expected 3 columns"
            row.sealed_place = keyring().lock_text(said, about=refusal_context(row.intake_id))
            row.save()
        page = client.get(ended).content.decode()
        assert ABUSE not in page and "A file" in page and "expected 3 columns" in page
        assert f"{ABUSE} 9/a.eml, line 3" in client.post(ended, {"names": "1"}).content.decode()


@given(
    st.text()
    | st.lists(
        st.sampled_from(["line 3", "message 4", "part 2.1", "row 9"]) | st.text().map("/{}/7".format), min_size=1, max_size=4
    ).map(", ".join)
)
def test_what_is_counted_holds_no_word_of_a_pointer(pointer: str) -> None:
    for kind, at in counted(pointer):
        assert kind in words.SPOT
        assert re.fullmatch(r"[0-9./…]+", at)
    assert [*counted("message 4, part 2.1")] == [("message", "4"), ("part", "2.1")]
    assert [*counted("line 7/items/kill/you/12")] == [("line", "7"), ("field", "/…/12")]


class TestNames:
    def test_paths_within_a_folder_are_believed(self):
        names = ["a.eml", "b.eml"]
        assert paths(json.dumps(["dr-moreau/mail/a.eml", "b.eml"]), names) == ["dr-moreau/mail/a.eml", "b.eml"]

    @pytest.mark.parametrize(
        "path",
        [
            "../a.eml",
            "/etc/a.eml",
            "x/../a.eml",
            "C:\\a.eml",
            "x\\a.eml",
            "x/b.eml",
            "x/\u202ea.eml",
            "x" * 999 + "/a.eml",
            7,
            None,
            "",
            "./a.eml",
        ],
    )
    def test_others_are_not(self, path):
        assert paths(json.dumps([path]), ["a.eml"]) == ["a.eml"]

    @given(
        st.text(max_size=200) | st.lists(st.text(max_size=30) | st.integers(), max_size=3).map(json.dumps),
        st.lists(st.text(max_size=30), max_size=3),
    )
    def test_whatever_comes_is_a_relative_path_without_steps_back(self, said: str, names: list[str]) -> None:
        made = paths(said, names)
        assert len(made) == len(names)
        for path in made:
            assert path and len(path) <= MAX_PATH and not path.startswith("/") and "\\" not in path and ":" not in path
            assert not {".", ".."} & set(PurePosixPath(path).parts) and "\x00" not in path


class TestSpoken:
    FORM = {
        "words": "You will be sorry, <doctor>.",
        "at": "2026-09-14T19:54",
        "how": "phone",
        "where": "Clinic line",
        "said_by": "",
        "relation": "stranger",
        "heard_by": "Nurse Okafor",
    }

    def test_words_are_written_down_sealed_and_veiled(self, client, cast):
        answer = client.post(reverse("said"), {**self.FORM, "advocate": cast.advocate_id})
        page = client.get(answer["Location"]).content.decode()
        assert "By phone or in person" in page and "sorry" not in page and "It is written down and sealed." in page
        item = answer["Location"].split("/")[2]
        shown = client.post(reverse("item-text", args=[item])).content.decode()
        assert "You will be sorry, &lt;doctor&gt;." in shown

    @pytest.mark.parametrize(
        ("field", "value", "said"),
        [
            ("words", "", "as exactly as you remember"),
            ("at", "", "About right is enough"),
            ("at", "soon", "2026-09-14 19:54"),
            ("at", "2999-01-01T00:00", "lies in the future"),
            ("at", "1066-10-14T00:00", "too long ago"),
            ("heard_by", "", "A witness has a name."),
        ],
    )
    def test_what_is_missing_is_marked_and_nothing_is_lost(self, client, cast, field, value, said):
        answer = client.post(reverse("said"), {**self.FORM, "advocate": cast.advocate_id, field: value})
        page = answer.content.decode()
        assert answer.status_code == 400 and said in page and "Clinic line" in page
        assert field == "words" or "You will be sorry, &lt;doctor&gt;." in page

    def test_the_form_comes_filled_with_who_writes(self, client):
        assert 'value="Owner One"' in client.get(reverse("said")).content.decode()

    @pytest.mark.parametrize("language", ["en", "fr-ca"])
    def test_a_witness_has_a_name_of_her_own(self, language, home, browser_of):
        from parapet.actions.welcome import NAMELESS, owner

        person = owner(language=language)
        assert person.name == NAMELESS[language]
        page = browser_of(person).get(reverse("said")).content.decode()
        assert f'value="{person.name}"' not in page and 'name="heard_by" required maxlength="200" value=""' in page
