"""What checks the pages reads them rightly."""

from __future__ import annotations

import pytest
from support import pages

PAGE = """# A page
Type `parapet triage --jsonl`, then `make test`, not `rm`. See [there](other.md#two-words) and [here](#a-page).

## Two `words`
## Two words
```console exit=3
$ parapet import \\
    FILE
3 messages
...
$ cat x | parapet triage -
```
```json
[no](link.md)
```
"""


def test_links_and_headings_are_found():
    assert pages.links(PAGE) == ["other.md#two-words", "#a-page"]
    assert pages.anchors(PAGE) == {"a-page", "two-words", "two-words-1"}


def test_links_to_nowhere_are_told(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE + "[a](http://example.org) [b](https://example.org) [c](page.md#no)")
    assert sorted(pages.broken_links(page, tmp_path)) == [
        "http://example.org: only https",
        "other.md#two-words: no such file",
        "page.md#no: no such heading",
    ]


def test_what_is_typed_and_answered_is_found():
    assert pages.typed(PAGE) == [
        pages.Typed("parapet import     FILE", ("3 messages", "..."), 3),
        pages.Typed("cat x | parapet triage -", (), 3),
    ]


def test_commands_are_found_everywhere():
    assert list(pages.commands(PAGE)) == [
        ["parapet", "import", "FILE"],
        ["parapet", "triage", "-"],
        ["parapet", "triage", "--jsonl"],
        ["make", "test"],
    ]


@pytest.mark.parametrize(
    ("promised", "said", "kept"),
    [
        (("3 in ... s",), "3 in 1.5 s\n", True),
        (("3 in ... s",), "4 in 1.5 s\n", False),
        (("one", "...", "two"), "one\ntwo\n", True),
        (("one", "...", "two"), "one\nx\ny\ntwo", True),
        (("one", "two"), "one\nx\ntwo", False),
        ((), "anything", True),
    ],
)
def test_an_answer_is_held_to_its_promise(promised, said, kept):
    assert pages.answers(promised, said) is kept
