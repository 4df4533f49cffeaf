"""The dossier's words: complete in both languages, typeset as each demands."""

from __future__ import annotations

import re
import string
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from parapet.domain.items import Flag, ItemKind
from parapet.domain.judgement import Harm, Severity, Urgency
from parapet.dossiers import times
from parapet.dossiers.indicator_words import INDICATORS
from parapet.dossiers.words import channel, indicator, words
from parapet.triage.indicators.rules_en import RULES as ENGLISH
from parapet.triage.indicators.rules_fr import RULES as FRENCH

EN, FR = words("en"), words("fr")
TORONTO = ZoneInfo("America/Toronto")


def test_both_languages_have_the_same_keys_and_gaps() -> None:
    assert set(EN) == set(FR)
    for key in EN:
        gaps = [sorted(name for _, name, _, _ in string.Formatter().parse(each[key]) if name) for each in (EN, FR)]
        assert gaps[0] == gaps[1], key


def test_every_label_of_the_domain_has_words() -> None:
    wanted = [f"harm.{h}" for h in Harm] + [f"severity.{s.code}" for s in Severity] + [f"urgency.{u.code}" for u in Urgency]
    wanted += [f"kind.{k}" for k in ItemKind] + [f"flag.{f}" for f in Flag]
    assert set(wanted) <= set(EN)


def test_every_indicator_of_triage_has_words() -> None:
    assert {rule.code for rule in (*ENGLISH, *FRENCH)} <= set(INDICATORS)
    assert indicator("weapon_with_target", "fr") == "arme associée à une cible"
    assert indicator("something_new", "fr") == "something new"


def test_french_keeps_its_spaces_together() -> None:
    for key, text in FR.items():
        assert not re.search(r" [:»%]|« |[^\u00a0]:(?!/)", text.replace("SHA-256:", "")), key
        assert not re.search(r"\s[;?!]", text), key
        assert "'" not in text, key


def test_no_sentence_is_left_in_the_other_language() -> None:
    assert not [key for key, text in EN.items() if len(text.split()) > 2 and text == FR[key]]


def test_channels_that_are_proper_names_keep_their_title() -> None:
    assert channel("bluesky", "Bluesky", "fr") == "Bluesky"
    assert channel("mail", "E-mail", "fr") == "Courriel"
    assert channel("new_place", "", "en") == "New place"


def test_moments_in_words() -> None:
    at = datetime(2026, 9, 14, 23, 54, 19, tzinfo=UTC)
    assert times.long(at, TORONTO, "en") == "Monday, 14\u00a0September 2026, 19:54:19 EDT (UTC−04:00)"
    assert times.long(at, TORONTO, "fr") == (
        "lundi 14\u00a0septembre 2026 à 19\u00a0h\u00a054\u00a0min\u00a019\u00a0s, HAE (UTC−04:00)"
    )
    assert times.long(at, ZoneInfo("UTC"), "fr").endswith("19\u00a0s, UTC")
    assert times.zone_name(at, ZoneInfo("America/St_Johns"), "fr") == "HAT (UTC−02:30)"
    assert times.zone_name(at, ZoneInfo("America/Sao_Paulo"), "en") == "UTC−03:00"
    assert times.day(date(2026, 9, 1), "fr") == "1er\u00a0septembre 2026"
    assert times.utc(at.replace(microsecond=250_000)) == "2026-09-14T23:54:19.25Z"


def test_winter_and_summer_time_are_told_apart() -> None:
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert times.clock(first, TORONTO) == times.clock(second, TORONTO)
    assert (times.zone_name(first, TORONTO, "fr"), times.zone_name(second, TORONTO, "fr")) == (
        "HAE (UTC−04:00)",
        "HNE (UTC−05:00)",
    )
