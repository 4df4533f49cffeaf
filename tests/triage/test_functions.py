"""The functional suite: its form, its balance, and that a case is what its function says."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import msgspec
import pytest

from parapet.domain.judgement import Harm, Severity
from parapet.triage.functions import Case, read_cases, rows
from parapet.triage.functions.cases import PLAIN
from training.expand import written_rows

CASES = read_cases()
WRITTEN = Path(__file__).parents[2] / "training" / "written"


def of(function: str) -> list[Case]:
    return [case for case in CASES if case.function == function]


def pairs() -> dict[str, list[Case]]:
    found: dict[str, list[Case]] = defaultdict(list)
    for case in CASES:
        if case.pair:
            found[case.pair].append(case)
    return found


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", unicodedata.normalize("NFKC", text).casefold())


def test_a_case_has_the_fields_of_the_card() -> None:
    raw = resources.files("parapet.triage.functions").joinpath("cases.jsonl").read_bytes().splitlines()
    for line, case in zip(raw, CASES, strict=True):
        row = msgspec.json.decode(line)
        assert list(row) == "id language function text plain abusive labels severity channel pair note".split()
        assert case.language in {"en", "fr", "en-fr"}
        assert case.channel in {"post", "mail", "review", "complaint"}
        assert case.id.rpartition("-")[0] == case.function
        assert row["labels"] == [h.value for h in Harm if h in case.labels]
        assert case.text == case.text.strip() != ""


def test_abuse_has_harms_and_a_severity_and_the_rest_has_neither() -> None:
    for case in CASES:
        assert case.abusive == bool(case.labels) == (case.severity is not Severity.NONE), case.id


def test_no_two_cases_share_an_id_or_a_text() -> None:
    assert len({case.id for case in CASES}) == len(CASES)
    assert len({" ".join(words(case.text)) or case.text for case in CASES if case.function != "spelled_emoji"}) == len(
        [case for case in CASES if case.function != "spelled_emoji"]
    )
    assert len({case.text for case in CASES}) == len(CASES)


def test_there_are_enough_of_each() -> None:
    assert len(CASES) >= 1_000
    functions = Counter(case.function for case in CASES)
    assert len(functions) >= 45
    assert min(functions.values()) >= 12
    french = sum(case.language != "en" for case in CASES)
    assert 0.48 <= french / len(CASES) <= 0.55
    for language in ("en", "fr", "en-fr"):
        classes = [case.abusive for case in CASES if case.language == language]
        assert 0.45 <= sum(classes) / len(classes) <= 0.55
    for function in functions:
        assert {case.abusive for case in of(function)} == {True, False}, function


def test_every_harm_and_every_severity_is_there_in_both_languages() -> None:
    for language in ("en", "fr"):
        here = [case for case in CASES if case.language == language]
        harms = Counter(harm for case in here for harm in case.labels)
        assert all(harms[harm] >= 10 for harm in Harm), harms
        levels = Counter(case.severity for case in here)
        assert all(levels[level] >= 20 for level in Severity), levels


def test_a_pair_is_two_of_one_function_and_language_on_opposite_sides() -> None:
    found = pairs()
    assert len(found) * 2 >= 0.9 * len(CASES)
    for name, (one, other) in found.items():
        assert one.function == other.function == name.rpartition("-")[0]
        assert one.language == other.language
        assert one.abusive != other.abusive, name


def test_pairs_share_words() -> None:
    """A minimal pair: what differs is little. Emoji stand for words, so their plain twins are read."""
    shares = []
    for name, (one, other) in pairs().items():
        left, right = (Counter(words(case.plain or case.text)) for case in (one, other))
        shares.append((left & right).total() / min(left.total(), right.total()))
        assert shares[-1] > 0.2, name
    assert sum(shares) / len(shares) > 0.6


def test_no_real_number_is_printed() -> None:
    """Telephone numbers are of those set aside for fiction: 555-01xx."""
    for case in CASES:
        for number in re.findall(r"\d{3}[ -]\d{3}[ -]\d{4}", case.text):
            assert re.fullmatch(r"\d{3} 555-01\d\d", number), case.id
        assert all(mail.endswith(".example") for mail in re.findall(r"\S+@[\w.]*\w", case.text)), case.id


def leet(text: str) -> str:
    return text.translate(str.maketrans("431057", "aeiost"))


def plain_letters(text: str) -> str:
    """Without accents, lower case: disguises drop them."""
    return "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))


def joined(text: str) -> str:
    """All letters together: which gaps part words nobody can tell for certain."""
    return re.sub(r"[ ._-]", "", text)


def latin(text: str) -> str:
    return text.translate(str.maketrans("аеорсхуіѕјһАЕОРСХНКМТ", "aeopcxyisjhAEOPCXHKMT"))


def untagged(text: str) -> str:
    return re.sub(r"#\w+", lambda m: re.sub(r"(?<=[^\W_])(?=[A-ZÀ-Ý])", " ", m[0][1:]), text)


#: Function to what a case of it must hold, and how it is read back to the plain spelling.
SPELLINGS: dict[str, tuple[str, Callable[[str], str]]] = {
    "spelled_leet": (r"[^\W\d_][013457]|[013457][^\W\d_]", leet),
    "spelled_spaced": (r"(?<![^\W_])(?:[^\W_][ ._-]){2}[^\W_](?![^\W_])", joined),
    "spelled_homoglyph": (r"[\u0400-\u04ff]", latin),
    "spelled_zero_width": (r"\w[\u200b\u200c\u200d\u2060]\w", lambda t: re.sub("[\u200b\u200c\u200d\u2060]", "", t)),
    "spelled_full_width": (r"[\uff21-\uff5a]{3}", lambda t: unicodedata.normalize("NFKC", t)),
    "spelled_elongated": (r"([^\W\d_])\1{3}", lambda t: re.sub(r"(.)\1{3,}", r"\1", t)),
    "spelled_hashtag": (r"#[^\W\d_]{6}", untagged),
    "spelled_masked": (r"[^\W\d_]\*[^\W\d_]", lambda t: t),
}


@pytest.mark.parametrize("function", sorted(SPELLINGS))
def test_a_disguise_is_what_its_function_says(function: str) -> None:
    sign, undo = SPELLINGS[function]
    assert of(function)
    for case in of(function):
        assert re.search(sign, case.text), case.id
        assert not re.search(sign, case.plain), case.id
        if function == "spelled_masked":
            assert re.fullmatch(re.escape(case.text).replace(r"\*", "."), case.plain), case.id
        else:
            kept = joined(case.plain) if undo is joined else case.plain
            assert plain_letters(undo(case.text)) == plain_letters(kept), case.id


def test_emoji_speak_where_the_plain_twin_has_words() -> None:
    for case in of("spelled_emoji"):
        assert any(unicodedata.category(c) == "So" for c in case.text), case.id
        assert not any(unicodedata.category(c) == "So" for c in case.plain), case.id


def test_only_disguises_have_a_plain_twin() -> None:
    for case in CASES:
        assert bool(case.plain) == case.function.startswith("spelled_"), case.id
    written = list(rows(CASES))
    twins = [row for row in written if str(row["id"]).endswith(PLAIN)]
    assert len(written) == len(CASES) + len(twins)
    assert len(twins) == sum(bool(case.plain) for case in CASES)


def test_last_lines_are_grave_only_there() -> None:
    """What the function is about: a pair is the same letter but for its last sentences."""
    for one, other in (pair for name, pair in pairs().items() if name.startswith("threat_last_line")):
        same = sum(1 for _ in itertools.takewhile(lambda both: both[0] == both[1], zip(one.text, other.text, strict=False)))
        assert same > 0.7 * len(one.text), one.id


def test_the_card_tells_every_function_with_its_counts() -> None:
    card = resources.files("parapet.triage.functions").joinpath("card.md").read_text("utf-8")
    said = {
        cells[0].strip("` "): [int(c) for c in cells[2:]]
        for cells in tables(card)
        if cells[0].startswith("`") and len(cells) == 7
    }
    counted = {}
    for function in dict.fromkeys(case.function for case in CASES):
        here = of(function)
        english = [case for case in here if case.language == "en"]
        rest = [case for case in here if case.language != "en"]
        counted[function] = [
            len(here),
            *(sum(c.abusive == side for c in group) for group in (english, rest) for side in (True, False)),
        ]
    assert said == counted
    assert f"{len(CASES):,} cases" in card
    assert f"{len(counted)} functions" in card


def tables(page: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in page.splitlines() if line.startswith("| ")]


def test_no_sentence_to_train_on_is_a_case() -> None:
    """Whoever trains on a case measures memory. Names ids only: what one is trained on is not shown here."""
    read = {case.id: words(case.text) for case in CASES} | {case.id + PLAIN: words(case.plain) for case in CASES if case.plain}
    whole = {" ".join(said): name for name, said in read.items() if said}
    runs = {name: fours(said) for name, said in read.items()}
    holders: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, found in runs.items():
        for four in found:
            holders[four].append(name)
    same, near, seen = set(), set(), 0
    for row in written_rows(WRITTEN, seed=1):
        seen += 1
        said = words(row.text)
        same |= {whole[key] for key in [" ".join(said)] if key in whole}
        shared = Counter(name for four in fours(said) for name in holders.get(four, ()))
        near |= {name for name, count in shared.items() if count >= 0.6 * len(runs[name])}
    assert seen > 1_000
    assert (sorted(same), sorted(near)) == ([], [])


def fours(said: list[str]) -> set[tuple[str, ...]]:
    return {tuple(said[at : at + 4]) for at in range(len(said) - 3)}
