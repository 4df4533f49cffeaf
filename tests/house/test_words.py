"""Every error and every reason has a code that stays, and words in both languages."""

from __future__ import annotations

import ast
import errno
import re
from collections.abc import Iterator

import pytest
from support.house import ROOT, SOURCE, text_of, tracked

from parapet.cli.words import ERRORS_FR, REASONS, error_in_words, in_french, in_words
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


#: Whose sentences are for experts who examine a copy: the code's own French says what others need.
FOR_EXPERTS = {"SealBroken", "LogBroken", "ModelDamaged", "NotFound"}
TOLD = {error.__name__ for error in ERRORS} - FOR_EXPERTS


def told() -> Iterator[tuple[str, ast.expr]]:
    """The sentence of every error that is raised for people, and where."""
    named = re.compile(rf"\b(?:{'|'.join(sorted(TOLD))})\(")
    for path in tracked("src/parapet/*.py"):
        if not named.search(text_of(path)):
            continue
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TOLD and node.args:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.args[0]


#: Sentences that only the log of a process ever holds.
UNTOLD = {"jobs/seats.py"}


def test_every_sentence_that_an_error_tells_people_has_its_french():
    found = 0
    for place, said in told():
        if isinstance(said, ast.Call):
            assert isinstance(said.func, ast.Name) and said.func.id in {"_", "gettext_noop"}, f"{place}: not marked"
            [sentence] = [ast.literal_eval(each) for each in said.args]
            assert in_french(sentence) != sentence, f"{place}: {sentence}"
            found += 1
        elif not isinstance(said, ast.Name):
            assert place.removeprefix(f"{SOURCE.relative_to(ROOT)}/").partition(":")[0] in UNTOLD, f"{place}: not marked"
    assert found > 50


def test_the_terminal_tells_an_error_with_its_particulars_in_french(monkeypatch):
    refused = errors.SettingRefused("%(variable)s must be a path.", variable="PARAPET_KEY_FILE")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    full = errors.HomeUnwritable("The vault cannot be written (%(reason)s).", reason="No space left on device")
    assert error_in_words(refused)[0] == "PARAPET_KEY_FILE must be a path."
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    assert error_in_words(refused)[0] == "PARAPET_KEY_FILE doit être un chemin."
    assert error_in_words(full)[0] == "Le coffre ne peut être écrit (plus d'espace sur le disque)."
    in_general = ERRORS_FR["evidence.log_broken"][0]
    assert error_in_words(errors.LogBroken("A note carries no signature."))[0] == in_general
    assert error_in_words(errors.LogBroken())[0] == in_general


@pytest.mark.parametrize(
    "code", ["ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO", "EMFILE", "ENFILE", "ENOENT", "ENAMETOOLONG"]
)
def test_what_a_system_says_when_it_will_not_write_has_its_french(code):
    said = errors.reason_of(OSError(getattr(errno, code), "as the system likes to put it"))
    assert said in errors.SYSTEM_REASONS
    assert in_french(said) != said


def test_a_process_that_ends_is_told_in_the_reader_s_language(monkeypatch):
    said = "%(part)s ended unexpectedly and is started again. Nothing is lost."
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert in_words(said, part="The worker") == "The worker ended unexpectedly and is started again. Nothing is lost."
    monkeypatch.setenv("LC_ALL", "fr_CA.UTF-8")
    french = in_words(said, part="The worker")
    assert french == "Le processus de travail s'est arrêté de façon inattendue et redémarre. Rien n'est perdu."


def test_an_error_keeps_its_particulars_when_it_is_sent_to_another_process():
    import pickle

    sent = errors.SettingRefused("%(variable)s must be a path.", variable="PARAPET_HOME")
    came = pickle.loads(pickle.dumps(sent))
    assert (str(came), came.sentence, came.particulars) == (str(sent), sent.sentence, sent.particulars)
