"""Both languages on every screen, and a word for every code."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import polib
import pytest
from babel.messages.extract import extract
from django.test import override_settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation.template import templatize

import parapet
from parapet.channels.contract import channels
from parapet.domain import errors
from parapet.domain.items import Flag, ItemKind
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.domain.parsed import Reason
from parapet.web import when, words

SOURCE = Path(parapet.__file__).parent
CATALOGUE = SOURCE / "locale/fr_CA/LC_MESSAGES/django.po"


@pytest.fixture(scope="module")
def french() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def test_every_sentence_is_in_french(french):
    assert not [entry.msgid for entry in french if not entry.translated() or entry.fuzzy or entry.obsolete]


def said_in_the_source() -> set[tuple[str | None, str]]:
    """Context and sentence of everything that code and templates mark for translation."""
    marks: dict[str, Any] = {
        "_": None,
        "gettext": None,
        "gettext_lazy": None,
        "gettext_noop": None,
        "ngettext": (1, 2),
        "ngettext_lazy": (1, 2),
    }
    marks |= {"pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
    found: set[tuple[str | None, str]] = set()

    def take(language: str, source: bytes) -> None:
        for _line, said, _comments, context in extract(language, BytesIO(source), keywords=marks):
            said = said if isinstance(said, str) else said[-1] if context else said[0]
            found.add((context, said))

    for path in SOURCE.glob("**/*.py"):
        # Documents have words of their own; what their room refuses is said on screens.
        if path.name == "redaction.py" or not {"dossiers", "training"} & set(path.relative_to(SOURCE).parts):
            take("python", path.read_bytes())
    for path in SOURCE.glob("web/**/*.html"):
        take("javascript", templatize(path.read_text(encoding="utf-8")).encode())
    return found


def test_the_catalogue_has_every_sentence_of_the_screens_and_no_other(french):
    said = said_in_the_source()
    known = {(entry.msgctxt, entry.msgid) for entry in french}
    assert not said - known, "run makemessages and write these in French"
    assert not known - said, "these are said no more: take them out"


def test_the_compiled_catalogue_is_that_of_the_source(french):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))

    def content(entries: Any) -> list[Any]:
        return sorted((e.msgctxt or "", e.msgid, e.msgstr, sorted(e.msgstr_plural.items())) for e in entries)

    assert content(compiled) == content(french)


def test_the_french_is_set_as_french_is(french):
    for entry in french:
        for said in [entry.msgstr, *entry.msgstr_plural.values()]:
            assert "'" not in said and '"' not in said, said
            assert not re.search(r"[^\u00a0\d\w/]:(?:\s|$)", said), said  # a no-break space before the colon
            assert not re.search(r"«[^\u00a0]|[^\u00a0]»", said), said
            assert not re.search(r"\s[;!?]", said), said  # as in Canada


def test_what_is_filled_in_is_the_same_in_both(french):
    fields = re.compile(r"%\(\w+\)s|\{n\}")
    for entry in french:
        wanted = set(fields.findall(entry.msgid + entry.msgid_plural))
        for said in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert set(fields.findall(said)) <= wanted, said
            assert wanted <= set(fields.findall(said)), said


def indicator_codes() -> set[str]:
    from parapet.triage.indicators import rules_en, rules_fr

    return {rule.code for rules in (rules_en.RULES, rules_fr.RULES) for rule in rules}


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_every_code_has_a_word(language):
    from parapet.access.looks import WHYS

    codes: dict[str, set[str]] = {
        "harm": set(Harm),
        "harm_meaning": set(Harm),
        "severity": {level.code for level in Severity},
        "urgency": {level.code for level in Urgency},
        "kind": set(ItemKind),
        "flag": set(Flag),
        "refused": set(Reason),
        "refused_advice": set(Reason),
        "channel": set(channels()),
        "indicator": indicator_codes(),
    }
    with translation.override(language):
        for table, wanted in codes.items():
            assert {str(code) for code in wanted} <= set(words.table(table)), table
            assert all(words.table(table).values()), table
        assert set(words.table("why")) <= set(WHYS)


def whole_reasons() -> set[str]:
    """Codes of reasons that are not made of a harm or an indicator."""
    rooms = {"severity": "abstain", "context": "context"}
    found = {kind: re.findall(rf'"({kind}:\w+)"', (SOURCE / f"triage/{room}.py").read_text()) for room, kind in rooms.items()}
    assert all(found.values())
    return {code for codes in found.values() for code in codes}


@pytest.mark.parametrize("language", ["en", "fr-ca"])
def test_every_reason_of_triage_is_a_sentence(language):
    with translation.override(language):
        for code in whole_reasons():
            assert code in words.REASON
        for code in [*(f"rule:{code}" for code in indicator_codes()), *(f"model:{harm}" for harm in Harm)]:
            assert "_" not in words.why(code) and words.why(code).endswith(".")


def test_every_kind_of_log_entry_has_a_word():
    kinds: set[str] = set()
    for path in [*(SOURCE / "actions").glob("*.py"), *(SOURCE / "access").glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        kinds |= set(re.findall(r'\bevent_body\(\s*kind="(\w+)"', text)) | set(re.findall(r'\bEvent\("(\w+)"', text))
        kinds |= set(re.findall(r'log_case_event\(\w+, "(\w+)"', text))
    assert len(kinds) > 6
    assert kinds <= set(words.CUSTODY)


def all_errors(root: type[errors.ParapetError] = errors.ParapetError) -> list[type[errors.ParapetError]]:
    return [root, *(each for child in root.__subclasses__() for each in all_errors(child))]


def test_the_advice_of_every_error_is_in_french(french):
    known = {entry.msgid for entry in french}
    assert not [error.__name__ for error in all_errors() if error.advice not in known and error.__module__ == errors.__name__]


def test_a_code_of_a_later_version_is_shown_as_it_is():
    assert words.word("indicator", "quite_new") == "quite new"
    assert words.why("rule:quite_new") == "A rule found: quite new."
    assert words.why("other_thing:x") == "other thing: x"


@pytest.mark.parametrize("name", ["inbox", "item", "cases", "intake", "said", "help", "preferences", "nowhere"])
def test_a_page_in_french_has_no_english_sentence_left(name, cast: Any, browser_of: Any, french):
    from parapet.actions.change_preferences import change_preferences

    change_preferences(cast.owner, language="fr-ca")
    client = browser_of(cast.owner)
    arguments = {"inbox": [cast.advocate_id], "cases": [cast.advocate_id], "item": [cast.items["grave"]]}.get(name, [])
    url = "/nowhere/" if name == "nowhere" else reverse(name, args=arguments)
    page = client.get(url).content.decode()
    assert '<html lang="fr-CA"' in page
    text = re.sub(r"<[^>]+>", "\n", page)
    for entry in french:
        if len(entry.msgid) > 12 and entry.msgid != entry.msgstr and "%" not in entry.msgid:
            assert f"\n{entry.msgid}\n" not in text, entry.msgid


class TestMoments:
    def test_both_languages_write_time_in_their_way(self):
        from datetime import UTC, datetime

        at = datetime(2025, 9, 1, 19, 4, 7, tzinfo=UTC)
        with translation.override("en"):
            assert when.moment(at) == "1\u00a0Sept\u00a02025, 19:04" and when.Teller().told(at)[0] == when.moment(at)
        with translation.override("fr-ca"):
            assert when.moment(at) == "1er\u00a0sept.\u00a02025, 19\u00a0h\u00a004" and when.Teller().told(at)[0] == when.moment(
                at
            )
        assert when.exact(at) == "2025-09-01 19:04:07 UTC"

    @pytest.mark.parametrize(("language", "letters"), [("en", "EDT"), ("fr-ca", "HAE")])
    def test_the_zone_has_the_letters_of_the_language(self, language: str, letters: str):
        from datetime import UTC, datetime

        with override_settings(TIME_ZONE="America/Toronto"), translation.override(language):
            assert when.exact(datetime(2025, 9, 1, 19, 4, 7, tzinfo=UTC)) == f"2025-09-01 15:04:07 {letters}"

    def test_numbers_and_sizes(self):
        with translation.override("fr-ca"):
            assert (when.number(1204), when.size(1500), when.size(12)) == ("1\u00a0204", "2\u00a0ko", "12\u00a0o")
        with translation.override("en"):
            assert (when.number(1204), when.size(2_400_000)) == ("1,204", "2\u00a0MB")
