"""Every error and every reason has a code that stays, and words in both languages."""

from __future__ import annotations

import re

import pytest

from parapet.cli.words import ERRORS_FR, REASONS
from parapet.domain import errors
from parapet.domain.errors import ParapetError
from parapet.domain.parsed import Reason


def tree(root: type[ParapetError]) -> list[type[ParapetError]]:
    return [root, *(below for child in root.__subclasses__() for below in tree(child))]


# Those that the tests themselves define are not the product's.
ERRORS = [error for error in tree(ParapetError) if error.__module__.startswith("parapet.")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_an_error_stands_in_the_tree_with_a_code_and_advice(error):
    assert error.__module__ == errors.__name__, "errors live in domain/errors.py"
    depth = len(error.__mro__) - len(ParapetError.__mro__)
    assert re.search(rf"^ {{{4 * depth}}}{error.__name__}\b", errors.__doc__, re.MULTILINE)
    assert "code" in vars(error)
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", error.code)
    assert "advice" in vars(error)
    assert error.advice.endswith(".")
    assert error.__doc__


def test_the_tree_names_no_error_that_is_gone():
    named = set(re.findall(r"^ *([A-Z]\w+)", errors.__doc__.partition("\n\n")[2], re.MULTILINE))
    assert named == {error.__name__ for error in ERRORS}


def test_no_two_errors_share_a_code():
    codes = [error.code for error in ERRORS]
    assert len(codes) == len(set(codes))


def test_the_terminal_has_french_for_every_error_and_no_other():
    assert set(ERRORS_FR) == {error.code for error in ERRORS}
    for sentence, advice in ERRORS_FR.values():
        assert sentence.strip()
        assert advice.strip()


def test_the_terminal_has_words_for_every_reason_and_no_other():
    assert set(REASONS) == {str(reason) for reason in Reason}
    for english, french in REASONS.values():
        assert english.strip()
        assert french.strip()
        assert english != french
