"""The extension as its files tell: few permissions, words in both languages, nothing from elsewhere, and the same for both browsers."""

from __future__ import annotations

import io
import json
import re
import struct
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.house import ROOT

from parapet.channels.web import container
from parapet.web.browsers import pack

THERE = ROOT / "extension"
MANIFEST = json.loads((THERE / "manifest.json").read_text("utf-8"))
SCRIPTS = sorted(THERE.rglob("*.js"))
RECIPES = sorted((THERE / "recipes").glob("*.json"))
LINTER = ROOT / ".cache/webext/node_modules/.bin/web-ext"
#: What Mozilla's linter minds: one file serves both browsers, an older Firefox passes over a key that it does not know (and asks nothing
#: less), and dom.js asks for Chromium's way into a shadow only where it is there.
MINDED = {
    ("BACKGROUND_SERVICE_WORKER_IGNORED", "manifest.json"),
    ("KEY_FIREFOX_UNSUPPORTED_BY_MIN_VERSION", "manifest.json"),
    ("KEY_FIREFOX_ANDROID_UNSUPPORTED_BY_MIN_VERSION", "manifest.json"),
    ("UNSUPPORTED_API", "page/dom.js"),
}
FIELDS = {"author", "author_handle", "author_url", "sent_at", "text", "url"}


def said(path: Path) -> str:
    return path.read_text("utf-8")


def test_it_asks_for_little_and_for_no_site():
    assert sorted(MANIFEST["permissions"]) == ["activeTab", "alarms", "contextMenus", "scripting", "storage", "unlimitedStorage"]
    assert "host_permissions" not in MANIFEST and "content_scripts" not in MANIFEST and "externally_connectable" not in MANIFEST
    assert "web_accessible_resources" not in MANIFEST, "no page can tell that it is there"
    assert MANIFEST["optional_host_permissions"] == ["http://127.0.0.1/*", "http://localhost/*", "https://*/*"]
    policy = MANIFEST["content_security_policy"]["extension_pages"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy


def test_one_manifest_serves_both_browsers():
    """Chromium takes the worker, Firefox the scripts; neither minds the other's. MDN, "background" in manifest.json."""
    assert MANIFEST["manifest_version"] == 3
    assert MANIFEST["background"] == {"service_worker": "background.js", "scripts": ["background.js"], "type": "module"}
    gecko = MANIFEST["browser_specific_settings"]["gecko"]
    assert re.fullmatch(r"[\w.-]+@[\w.-]+", gecko["id"]) and float(gecko["strict_min_version"]) >= 121
    assert gecko["data_collection_permissions"] == {"required": ["websiteContent"]}
    assert int(MANIFEST["minimum_chrome_version"]) >= 121
    for keys in MANIFEST["commands"].values():
        assert re.fullmatch(r"Alt\+Shift\+[A-Z]", keys["suggested_key"]["default"])
    for size, name in MANIFEST["icons"].items():
        assert struct.unpack(">LL", (THERE / name).read_bytes()[16:24]) == (int(size), int(size))


def test_every_file_that_is_named_is_there():
    html = "\n".join(said(each) for each in THERE.glob("*.html"))
    named = {MANIFEST["action"]["default_popup"], MANIFEST["options_ui"]["page"], *re.findall(r'(?:src|href)="([^"#:]+)"', html)}
    named |= {path for each in SCRIPTS for path in re.findall(r'"(page/[\w.]+|recipes/[\w.]+)"', said(each))}
    for each in SCRIPTS:
        named |= {str((each.parent / path).resolve().relative_to(THERE)) for path in re.findall(r'from "(\.[^"]+)"', said(each))}
    assert not {name for name in named if not (THERE / name).is_file()}
    [listed] = re.findall(r"const NAMES = (\[.*?\]);", said(THERE / "lib/recipes.js"))
    assert {f"{name}.json" for name in json.loads(listed)} == {each.name for each in RECIPES}


def test_it_runs_no_text_and_loads_nothing_from_elsewhere():
    for each in SCRIPTS:
        text = said(each)
        for word in ("eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "importScripts", "XMLHttpRequest",
                     "addEventListener(\"message\"", "onMessageExternal", "window.postMessage", "localStorage", "document.cookie", "console."):  # fmt: skip
            assert word not in text, f"{each.name}: {word}"
        assert not re.findall(r"https?://[a-z]", re.sub(r"//.*$", "", text.replace("://127", ""), flags=re.MULTILINE)), each.name
    for each in THERE.glob("*.html"):
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on[a-z]+=|https?://[a-z]", said(each)), each.name


def test_all_words_are_there_in_both_languages_and_none_is_left_over():
    english, french = (json.loads(said(THERE / "_locales" / each / "messages.json")) for each in ("en", "fr"))
    assert english.keys() == french.keys()
    used = set(re.findall(r"__MSG_(\w+)__", json.dumps(MANIFEST)))
    used |= {name for each in THERE.glob("*.html") for name in re.findall(r'data-say="(\w+)"', said(each))}
    scripts = "\n".join(map(said, SCRIPTS))
    used |= {name for name in english if f'"{name}"' in scripts}
    used |= {name for name in english for start in re.findall(r"`(\w+_)\$\{", scripts) if name.startswith(start)}
    assert used == english.keys()
    for name, told in french.items():
        assert told["message"].strip() and (told["message"] != english[name]["message"] or name in {"kind_page", "field_code"}), (
            name
        )
        assert not re.search(r" [:»]|« |\s[;!?]", told["message"]), f"typography: {told['message']}"
    assert len(english["description"]["message"]) <= 132 and len(french["description"]["message"]) <= 132, "the browsers' limit"


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_plain_data_with_several_ways(path: Path):
    recipe: dict[str, Any] = json.loads(said(path))
    assert recipe.keys() <= {"platform", "hosts", "paths", "post", "fields"} and recipe["platform"] == path.stem
    assert all(re.fullmatch(r"[a-z]+(\.[a-z*]+)+", host) for host in recipe["hosts"])
    assert recipe["post"] and recipe["fields"].keys() == FIELDS and recipe["fields"]["text"]
    for way in (way for ways in recipe["fields"].values() for way in ways):
        assert way.keys() <= {"css", "attr", "match", "long", "prefix"} and way["css"]
        if "match" in way:
            re.compile(way["match"])
            assert not re.search(r"[*+}]\)?[*+{]", way["match"]), "no repeat of a repeat: a stranger writes what it is tried on"
    assert (ROOT / "tests/browser/extension_pages" / f"{path.stem}.html").is_file()


def test_its_limits_are_those_of_the_file_that_it_writes():
    capture, posts, read = (said(THERE / name) for name in ("lib/capture.js", "page/posts.js", "page/read.js"))
    assert f'FORMAT = "{container.FORMAT}"' in capture and "MAX_TEXT_BYTES = 1024 * 1024" in capture
    assert container.MAX_TEXT_BYTES == 1024 * 1024 and container.MAX_ADDRESS_CHARS >= 2_000
    assert f"MAX_POSTS = {container.MAX_POSTS}" in posts and container.MAX_LINKS == 2_000 and "MAX_LINKS = 2_000" in read


def test_the_file_is_the_same_each_time_and_holds_all_of_it():
    made = pack.packed()
    pack.packed.cache_clear()
    assert pack.packed() == made and pack.version() == MANIFEST["version"]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = {each.relative_to(THERE).as_posix() for each in THERE.rglob("*") if each.is_file()} - {"README.md"}
        assert set(archive.namelist()) == names
        assert json.loads(archive.read("manifest.json")) == MANIFEST


@pytest.mark.webext
def test_mozilla_s_linter_minds_nothing_but_what_is_meant(tmp_path: Path):
    """As their store would judge the file that is handed out."""
    assert LINTER.exists(), "Mozilla's linter is missing. Type: scripts/webext.sh"
    with zipfile.ZipFile(io.BytesIO(pack.packed())) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        [LINTER, "lint", "--source-dir", tmp_path, "--no-config-discovery", "--output", "json"],
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip
    told = json.loads(done.stdout)
    assert (done.returncode, told["errors"], told["notices"]) == (0, [], [])
    assert {(each["code"], each["file"]) for each in told["warnings"]} == MINDED, told["warnings"]
