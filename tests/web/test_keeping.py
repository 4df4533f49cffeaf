"""The pages that hold and erase: what they say before, what they do, and what is left to see after."""

from __future__ import annotations

import re
from typing import Any

import pytest
from web.conftest import TEXTS

pytestmark = pytest.mark.both_databases


def test_erasing_a_message_by_its_page(cast: Any, browser_of: Any) -> None:
    item = cast.items["grave"]
    browser = browser_of(cast.owner)
    said = browser.get(f"/i/{item}/keep/").content.decode()
    assert "cannot be undone" in said and "1 whole file" in said and "Backups made earlier" in said
    assert TEXTS["grave"] not in said
    unsure = browser.post(f"/i/{item}/erase/", {"reason": "private"})
    assert unsure.status_code == 400 and "Nothing was erased" in unsure.content.decode()
    assert browser.post(f"/i/{item}/erase/", {"sure": "yes", "reason": "whim"}).status_code == 400
    done = browser.post(f"/i/{item}/erase/", {"sure": "yes", "reason": "private"}, follow=True)
    page = done.content.decode()
    assert done.status_code == 200 and "This message was erased" in page and "Owner One" in page and "It is private" in page
    assert "Erased for good" in page and "Xander" not in page and "grave@example.net" not in page
    assert item not in browser.get(f"/a/{cast.advocate_id}/").content.decode()
    assert browser.post(f"/i/{item}/text/").status_code == 404
    assert browser_of(cast.stranger).get(f"/i/{item}/").status_code == 404
    assert browser_of(cast.stranger).get(f"/i/{cast.items['plain']}/keep/").status_code == 404
    assert (
        browser_of(cast.stranger).post(f"/i/{cast.items['plain']}/erase/", {"sure": "yes", "reason": "private"}).status_code
        == 404
    )


def test_what_holds_a_message_is_listed_and_goes_with_it_unless_it_is_unticked(cast: Any, browser_of: Any, tmp_path: Any) -> None:
    from web.conftest import mail

    from parapet.access.inbox import page
    from parapet.access.items import opened
    from parapet.access.views import Filters
    from parapet.actions.import_paths import import_paths

    inner = mail("inner", "I was sent on, with these nine words in me.")
    head = mail("outer", "").partition(b"Content-Type")[0]
    repeats = mail("repeats", "He said: I was sent on, with these nine words in me.")
    outer = (
        head
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n'
        + inner
        + b"\r\n--b--\r\n"
    )
    for name, raw in (("outer", outer), ("repeats", repeats)):
        (tmp_path / f"{name}.eml").write_bytes(raw)
        import_paths([tmp_path / f"{name}.eml"], person=cast.owner)
    rows = page(cast.owner, cast.advocate_id, Filters()).rows
    ids = {opened(cast.owner, row.id, why="read").item.subject: row.id for row in rows}
    browser = browser_of(cast.owner)
    said = browser.get(f"/i/{ids['inner']}/keep/").content.decode()
    assert re.findall(r'name="also" value="([^"]+)" checked', said) == [ids["outer"]]
    assert "In one that you leave, its text can still be read." in said and "nine words" not in said
    outer_id = ids["outer"]
    unsure = browser.post(f"/i/{ids['inner']}/erase/", {"reason": "private"}).content.decode()
    assert f'value="{outer_id}">' in unsure, "it stays unticked when it was unticked"
    assert (
        browser.post(f"/i/{ids['inner']}/erase/", {"reason": "private", "sure": "yes", "also": cast.items["odd"]}).status_code
        == 404
    )
    done = browser.post(f"/i/{ids['inner']}/erase/", {"reason": "private", "sure": "yes", "also": outer_id}, follow=True)
    assert done.status_code == 200
    for name in ("inner", "outer"):
        assert browser.post(f"/i/{ids[name]}/text/").status_code == 404
    assert browser.post(f"/i/{ids['repeats']}/text/").status_code == 200


def test_a_case_says_what_was_erased_in_it(cast: Any, browser_of: Any) -> None:
    from parapet.actions.open_case import open_case

    case = open_case(cast.owner, cast.advocate_id, "Two", [cast.items["plain"], cast.items["grave"]])
    browser = browser_of(cast.owner)
    assert "1 case with this message" in browser.get(f"/i/{cast.items['grave']}/keep/").content.decode()
    browser.post(f"/i/{cast.items['grave']}/erase/", {"sure": "yes", "reason": "asked"})
    page = browser.get(f"/c/{case}/").content.decode()
    assert f"/i/{cast.items['grave']}/" in page and "A message, erased" in page
    assert browser.post(f"/c/{case}/dossier/", {"lang": "fr"}).status_code == 200
    assert browser.post(f"/c/{case}/bag/").status_code == 200
    browser.post(f"/i/{cast.items['plain']}/erase/", {"sure": "yes", "reason": "asked"})
    assert "Evidence bag" in browser.get(f"/c/{case}/").content.decode(), "nothing is left in it but that it was there"
    assert browser.post(f"/c/{case}/dossier/", {"lang": "en"}).status_code == 200
    assert browser.post(f"/c/{case}/bag/").status_code == 200


def test_a_hold_closes_the_door_and_a_release_opens_it(cast: Any, browser_of: Any) -> None:
    item, browser = cast.items["plain"], browser_of(cast.owner)
    browser.post(f"/hold/{item}/", {"reason": "police"})
    page = browser.get(f"/i/{item}/keep/").content.decode()
    assert "This message is on hold." in page and "For the police" in page and "Erase it for good" not in page
    refused = browser.post(f"/i/{item}/erase/", {"sure": "yes", "reason": "asked"})
    assert refused.status_code == 400 and "keeping.on_hold" in refused.content.decode()
    assert "Everything" not in refused.content.decode()
    assert browser_of(cast.stranger).post(f"/release/{item}/").status_code == 404
    browser.post(f"/release/{item}/")
    assert "Erase it for good" in browser.get(f"/i/{item}/keep/").content.decode()


def test_the_rule_is_tried_before_it_works(cast: Any, browser_of: Any) -> None:
    from parapet.actions.retention import rule_for

    browser, path = browser_of(cast.owner), f"/protected/{cast.advocate_id}/keep/"
    assert "Everything is kept until a person erases it." in browser.get(path).content.decode()
    tried = browser.post(f"{path}rule/", {"days": "30", "severity": "low"}).content.decode()
    assert "0 messages would be erased today." in tried
    assert not rule_for(cast.owner, cast.advocate_id).on
    assert browser.post(f"{path}rule/", {"days": "3", "severity": "low"}).status_code == 400
    assert browser.post(f"{path}rule/", {"days": "30", "severity": "critical"}).status_code == 400
    browser.post(f"{path}rule/", {"days": "30", "severity": "low", "set": "yes"})
    stands = rule_for(cast.owner, cast.advocate_id)
    assert (stands.days, stands.severity.code, stands.closed_cases) == (30, "low", False)
    browser.post(f"{path}rule/", {"days": "", "severity": "low", "set": "yes"})
    assert not rule_for(cast.owner, cast.advocate_id).on


def test_everything_of_a_person_is_erased_once_her_name_is_written(cast: Any, browser_of: Any) -> None:
    browser, path = browser_of(cast.owner), f"/protected/{cast.advocate_id}/erase/"
    asked = {"sure": "yes", "reason": "asked"}
    assert browser.post(path, {**asked, "name": "Dr. Ada"}).status_code == 400
    assert browser_of(cast.stranger).post(path, {**asked, "name": "Dr. Ada Moreau"}).status_code == 404
    done = browser.post(path, {**asked, "name": "dr. ada  moreau"}, follow=True)
    assert done.status_code == 200 and "Moreau" not in done.content.decode()
    assert browser.get(f"/a/{cast.advocate_id}/").status_code == 404


def test_words_searched_for_are_forgotten(cast: Any, browser_of: Any) -> None:
    browser = browser_of(cast.owner)
    found = browser.post(f"/a/{cast.advocate_id}/", {"words": "outside your house"}, follow=True)
    name = re.search(r"search=([\w-]+)", found.redirect_chain[-1][0] if found.redirect_chain else "search=none")
    browser.post(f"/i/{cast.items['grave']}/erase/", {"sure": "yes", "reason": "private"})
    assert name is not None
    assert "outside your house" not in browser.get(f"/a/{cast.advocate_id}/?search={name[1]}").content.decode()
