"""A stranger's text on paper: every character seen, none at work."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from parapet.dossiers.visible import MAX_MARKS, Printer, Run, direction, lacking, legend

PRINTER = Printer()
ANYTHING = st.text(st.characters())


def shown(text: str) -> str:
    """The first line as a reader sees it."""
    _, runs = PRINTER.see_line(text, max_chars=100_000)
    return flat(runs)


def flat(runs: tuple[Run, ...]) -> str:
    return "".join({"t": run[-1], "m": f"⟨{run[-1]}⟩", "b": ""}[run[0]] for run in runs)


def unmarked(runs: tuple[Run, ...]) -> tuple[str, int]:
    """What the runs stand for, and how many combining marks they leave out."""
    text, left_out = "", 0
    for run in runs:
        if run[0] == "t":
            text += run[1]
        elif run[0] == "m" and run[1].startswith("U+"):
            text += chr(int(run[1][2:], 16))
        elif run[0] == "m":
            left_out += int(run[1].split()[0].removeprefix("+"))
    return text, left_out


@given(ANYTHING)
def test_no_character_vanishes_or_moves(text: str) -> None:
    _, runs = PRINTER.see_line(text, max_chars=10_000)
    said, left_out = unmarked(runs)
    meant = text.replace("\t", "    ")
    if left_out:
        assert len(said) + left_out == len(meant)
    else:
        assert said == meant


@given(ANYTHING)
def test_only_harmless_characters_are_printed_as_they_are(text: str) -> None:
    _, runs = PRINTER.see_line(text)
    for run in runs:
        if run[0] == "t":
            assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") for c in run[1])
            assert not any(
                unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI") for c in run[1]
            )
            assert not set("\u200b\u200e\u200f\u2060\ufeff\u00ad") & set(run[1])


@given(ANYTHING)
def test_the_lines_of_a_text_hold_all_of_it(text: str) -> None:
    seen = PRINTER.see(text)
    assert seen.cut_at == 0
    assert not any("\n" in part for _, runs in seen.lines for run in runs for part in run)


def test_hidden_and_reversing_characters_are_named() -> None:
    assert shown("in\u202eno\u202c") == "in⟨U+202E⟩no⟨U+202C⟩"
    assert shown("a\u200bb\x00c\ud800d\ufeff") == "a⟨U+200B⟩b⟨U+0000⟩c⟨U+D800⟩d⟨U+FEFF⟩"
    assert legend((0x202E, 0, 0xD800, 0x1B)) == (
        "U+202E RIGHT-TO-LEFT OVERRIDE",
        "U+0000 NULL",
        "U+D800 LONE SURROGATE",
        "U+001B ESCAPE",
    )


def test_emoji_sequences_stay_whole() -> None:
    for emoji in ("👨‍👩‍👧‍👦", "🏳️‍🌈", "🏳️‍⚧️", "🇨🇦", "1️⃣", "👩🏽‍⚕️", "👊🏿", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "©️"):
        assert shown(f"a{emoji}b") == f"a{emoji}b"


def test_words_hidden_in_tags_or_selectors_are_shown() -> None:
    assert shown("🏴\U000e0068\U000e0069") == "🏴⟨U+E0068⟩⟨U+E0069⟩"
    assert shown("x\ufe0f") == "x⟨U+FE0F⟩"
    assert shown("a\u200db") == "a⟨U+200D⟩b"


def test_joiners_that_spell_are_kept() -> None:
    assert shown("می\u200cخواهم") == "می\u200cخواهم"
    assert shown("क्\u200dष") == "क्\u200dष"


def test_a_thousand_marks_on_a_letter_are_counted_not_printed() -> None:
    assert shown("Z" + "\u0351" * 1000) == "Z" + "\u0351" * MAX_MARKS + f"⟨+{1000 - MAX_MARKS} combining marks⟩"


def test_a_script_without_a_font_is_printed_as_codes() -> None:
    assert shown("ᚠ 𓀀 hi") == "⟨U+16A0⟩ ⟨U+13000⟩ hi"
    assert lacking("𓀀 hi \u200b") == {0x13000}


def test_letters_of_many_scripts_are_printed() -> None:
    for word in ("Ťhĕ", "Ελληνικά", "Кириллица", "שלום", "السلام", "नमस्ते", "ਸਤਿ", "ᐃᓄᒃᑎᑐᑦ", "𝕿𝖍𝖊", "ⓔⓝⓓ", "Œuvre « ça »"):
        assert shown(word) == word


def test_a_word_longer_than_a_line_may_break_and_an_ordinary_one_may_not() -> None:
    _, long = PRINTER.see_line("x" * 200)
    assert ("b",) in long
    _, short = PRINTER.see_line("anticonstitutionnellement and incomprehensibilities")
    assert short == (("t", "anticonstitutionnellement and incomprehensibilities"),)


def test_direction_is_that_of_the_first_strong_letter() -> None:
    assert direction("123 שלום hello") == "rtl"
    assert direction("123 hello שלום") == "ltr"
    assert direction("123") == "ltr"


def test_carriage_returns_end_lines_once_and_rare_line_ends_leave_a_mark() -> None:
    seen = PRINTER.see("a\r\nb\rc\nd\u2028e")
    assert [flat(runs) for _, runs in seen.lines] == ["a", "b", "c", "d⟨U+2028⟩", "e"]
