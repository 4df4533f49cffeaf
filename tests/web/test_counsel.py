"""A channel to counsel: what the two write opens for them, and for nobody else whatever they hold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from flow.test_digests import mails, read, wants, work  # noqa: F401

from parapet.domain.errors import KeyClosed, KeyWrong, NotFound

PASSPHRASE = "five plain words of mine"
#: Planted in what is written; it must be nowhere else.
WORDS = "MARKER-OF-ADVICE: do not answer the college yet"
DRAFT = b"MARKER-OF-A-DRAFT \x00\xff affidavit"
NAME = "MARKER-OF-A-NAME draft.docx"
MARKS = ("MARKER-OF-ADVICE", "MARKER-OF-A-DRAFT", "MARKER-OF-A-NAME")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def key_made(client: Any) -> None:
    assert client.post(reverse("open-make"), {"passphrase": PASSPHRASE, "again": PASSPHRASE}).status_code == 200


@pytest.fixture
def case(cast: Any) -> str:
    from parapet.actions.open_case import open_case

    return open_case(cast.owner, cast.advocate_id, "A case", [cast.items["plain"]])


@pytest.fixture
def two(cast: Any, case: str, browser_of: Any) -> tuple[Any, Any, str, Any]:
    """Her browser, counsel's, the channel that they opened, and counsel."""
    from parapet.records.models import CounselChannel, Person

    hers = browser_of(cast.owner)
    page = hers.post(
        reverse("counsel-invite", args=[case]), {"to": "new", "name": "Maître <b>Roy</b>", "language": "en"}, follow=True
    )
    [token] = re.findall(r"/enter/([^<\s]+)", text(page))
    theirs = browser_of()
    theirs.post(reverse("enter", args=[token.strip("/")]))
    counsel = Person.objects.get(number=CounselChannel.objects.get().counsel_id)
    assert theirs.get(reverse("start"))["Location"] == reverse("referred")
    [channel] = re.findall(r'href="/counsel/([^/"]+)/"', text(theirs.get(reverse("referred"))))
    assert "Make a key of your own first" in text(theirs.post(reverse("channel-join", args=[channel]), follow=True))
    for client in (hers, theirs):
        key_made(client)
    theirs.post(reverse("channel-join", args=[channel]))
    [number] = re.findall(r'name="number" value="([^"]+)"', text(hers.get(reverse("channel", args=[channel]))))
    assert number in text(theirs.get(reverse("channel", args=[channel]))), "each can read the number to the other"
    assert "another now" in text(hers.post(reverse("channel-open", args=[channel]), {"number": "0000 " * 6}))
    assert "The channel is open" in text(hers.post(reverse("channel-open", args=[channel]), {"number": number}, follow=True))
    for client in (hers, theirs):
        sent = {"text": WORDS + " <script>x</script>", "file": SimpleUploadedFile(NAME, DRAFT)}
        assert client.post(reverse("channel", args=[channel]), sent).status_code == 302
    return hers, theirs, channel, counsel


def test_what_the_two_write_opens_for_them_and_for_nobody_else(
    two: Any,
    cast: Any,
    case: str,
    browser_of: Any,
    tmp_path: Path,
    mails: Any,  # noqa: F811
) -> None:
    """Planted words; then every other role, export, table and key; then rows that were changed; then the end."""
    each_is_told_that_a_letter_waits_and_no_word_of_it(two, cast, browser_of, mails)
    nobody_else_finds_a_word_of_it(two, cast, case, browser_of, tmp_path)
    a_row_that_was_written_or_moved_opens_nothing(two, cast)
    they_write_and_she_ends_it(two, cast)


def each_is_told_that_a_letter_waits_and_no_word_of_it(two: Any, cast: Any, browser_of: Any, mails: Any) -> None:  # noqa: F811
    """A count for the two and for nobody else; a digest that says neither that it is a letter nor of whom; read is read."""
    from parapet.actions.set_veil import set_veil
    from parapet.domain.veil import Level
    from parapet.records.models import CounselChannel, DigestPlan, Person

    hers, theirs, channel, counsel = two
    there, inbox, due = (reverse("channel", args=[channel]), *(reverse(n, args=[cast.advocate_id]) for n in ("inbox", "tasks")))
    helper = Person.objects.named("A helper who reads")
    allowed(helper, cast)
    for client in (browser_of(helper), browser_of(cast.stranger)):
        pages = [text(client.get(each, follow=True)) for each in (inbox, due, reverse("referred"))]
        assert not [page for page in pages if "waits for you" in page or channel in page or "not read yet" in page]
    for page in (text(hers.get(inbox)), text(hers.get(due))):
        assert "1 letter waits for you" in page and f'href="{there}"' in page and "Roy" not in page and "MARKER" not in page
    set_veil(cast.owner, Level.NOTHING)
    page = text(hers.get(inbox))
    assert "Something waits for you that opens with your own key." in page and "1 letter" not in page
    set_veil(cast.owner, Level.COUNTS)
    assert "1 letter not read yet" in text(theirs.get(reverse("referred")))

    wants(counsel, now=datetime.now(UTC))
    at = DigestPlan.objects.get(person=counsel).due_at
    assert work(at) == 1
    title, said = read(mails)
    assert "opens with your own key" in said and title == "Parapet: how things stand"
    assert not [word for word in ("letter", "counsel", "Roy", "Moreau", "MARKER", channel, "case") if word in title + said]
    work(at + timedelta(days=1))
    assert len(mails.got) == 1, "told once"
    CounselChannel.objects.update(told_counsel=0)
    theirs.post(reverse("open-shut"))
    theirs.get(there)
    assert "1 letter not read yet" in text(theirs.get(reverse("referred"))), "what does not open was not read"
    theirs.post(reverse("open"), {"passphrase": PASSPHRASE})
    for client in (hers, theirs):
        assert "MARKER-OF-ADVICE" in text(client.get(there))
    assert "waits for you" not in text(hers.get(inbox)) + text(hers.get(due))
    assert "not read yet" not in text(theirs.get(reverse("referred")))
    work(at + timedelta(days=2))
    assert len(mails.got) == 1, "what was read is not told"


def allowed(helper: Any, cast: Any) -> None:
    from django.db import transaction

    from parapet.access.people import advocate_for
    from parapet.actions.allow import allow
    from parapet.domain.rights import GIVEABLE, Right

    with transaction.atomic():
        allow(helper, advocate_for(cast.owner, cast.advocate_id, Right.READ), "helper", rights=GIVEABLE)


def shared() -> tuple[str, ...]:
    """All that the log and other tables hold in the open, as text."""
    from django.db import connection

    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [str(bytes(v) if isinstance(v, memoryview) else v) for row in cursor.fetchall() for v in row]
    return tuple(found)


def they_write_and_she_ends_it(two: Any, cast: Any) -> None:
    from parapet.access.counsel import channel_page
    from parapet.records.models import CounselChannel, LogEntry

    hers, theirs, channel, _counsel = two
    there = reverse("channel", args=[channel])
    for client, other in ((hers, "Maître &lt;b&gt;Roy&lt;/b&gt;"), (theirs, "Dr. Ada Moreau")):
        page = text(client.get(there))
        assert page.count("MARKER-OF-ADVICE") == 2 and "<script>x" not in page and other in page
        assert page.count("Erase this letter") == 1, "each their own"
    [(letter, _)] = {(m, "") for m in re.findall(rf"{there}([^/]+)/erase/", text(theirs.get(there)))}
    answer = hers.get(reverse("channel-file", args=[channel, letter]))
    assert (
        answer.content == DRAFT
        and answer["Content-Disposition"].startswith("attachment")
        and "sandbox" in answer["Content-Security-Policy"]
    )
    assert hers.post(reverse("channel-letter-erase", args=[channel, letter])).status_code == 404, "not hers to erase"
    assert theirs.post(reverse("channel-letter-erase", args=[channel, letter])).status_code == 302
    page = text(hers.get(there))
    assert page.count("MARKER-OF-ADVICE") == 1 and "Roy&lt;/b&gt; erased" in page
    assert hers.get(reverse("channel-file", args=[channel, letter])).status_code == 404
    big = SimpleUploadedFile("x", b"x" * (10 * 1024 * 1024 + 1))
    for sent, said in (
        ({"text": " "}, "Write between 1"),
        ({"text": "x" * 20_001}, "Write between 1"),
        ({"text": "x", "file": big}, "too large"),
    ):
        assert said in text(hers.post(there, sent))

    theirs.post(reverse("open-shut"))
    assert "MARKER" not in text(theirs.get(there)) and "Your key is not open here" in text(theirs.get(there))
    assert "closed meanwhile" in text(theirs.post(there, {"text": "kept for another try"}))
    deeds = text(hers.get(reverse("custody", args=[cast.advocate_id])))
    assert "took a channel to counsel" in deeds and "opened a channel to counsel with" in deeds and "MARKER" not in deeds

    hers.post(reverse("open-shut"))
    assert "is ended" in text(hers.post(reverse("channel-end", args=[channel]), follow=True)), "never refused"
    for url in (there, reverse("channel-file", args=[channel, letter])):
        assert theirs.get(url).status_code == 404
    assert theirs.post(there, {"text": "more"}).status_code == 404 and channel not in text(theirs.get(reverse("referred")))
    row, before = CounselChannel.objects.get(), CounselChannel.objects.values().get()
    assert bytes(row.theirs) != bytes(row.hers)
    hers.post(reverse("open"), {"passphrase": PASSPHRASE})
    row.refresh_from_db()
    assert bytes(row.theirs) == bytes(row.hers), "with her key, its key is hers alone"
    assert text(hers.get(there)).count("MARKER-OF-ADVICE") == 1 and "ended a channel" in text(
        hers.get(reverse("custody", args=[cast.advocate_id]))
    )
    assert hers.post(there, {"text": "more"}).status_code == 404
    hers.post(reverse("channel-erase", args=[channel]), {"sure": "on"})
    CounselChannel.objects.update(**{name: before[name] for name in ("hers", "theirs", "wrapped_key", "joined")})
    assert theirs.get(there).status_code == 404, "an old row that is put back gives counsel nothing"
    assert channel_page(cast.owner, channel).letters == () and not LogEntry.objects.filter(kind="counsel", case_number=None)


def nobody_else_finds_a_word_of_it(two: Any, cast: Any, case: str, browser_of: Any, tmp_path: Path) -> None:
    """Planted words: through every export, every other role, the tables and the log, and with all other keys at once."""
    from django.db import transaction

    from parapet.access import counsel as access
    from parapet.access.people import advocate_for
    from parapet.actions.allow import allow
    from parapet.actions.check_home import check_home
    from parapet.actions.export_bag import export_bag
    from parapet.actions.write_to_counsel import erase_letter, write_to_counsel
    from parapet.domain.rights import GIVEABLE, Right
    from parapet.evidence.keys import Locker, new_key
    from parapet.records.keyring import keyring
    from parapet.records.models import CounselChannel, CounselLetter, Person
    from parapet.records.presence import here

    _hers, _theirs, channel, _counsel = two
    helper, instance = Person.objects.named("A helper with all rights"), Person.objects.named("Keeps the instance")
    with transaction.atomic():
        allow(helper, advocate_for(cast.owner, cast.advocate_id, Right.READ), "helper", rights=GIVEABLE)
    own = new_key()
    [letter, *_] = CounselLetter.objects.order_by("nth")
    for person in (helper, instance, cast.stranger):
        client = browser_of(person)
        for name, arguments in (("channel", [channel]), ("channel-file", [channel, letter.id]), ("counsel", [case])):
            assert client.get(reverse(name, args=arguments)).status_code == 404, (name, person)
        with here(person.number, own):
            for ask in (
                lambda who=person: access.channel_page(who, channel),
                lambda who=person: access.letter_file(who, channel, letter.id),
                lambda who=person: write_to_counsel(who, channel, "x"),
                lambda who=person: erase_letter(who, channel, letter.id),
            ):
                with pytest.raises(NotFound):
                    ask()

    row, tables = CounselChannel.objects.select_related("case__advocate").get(), shared()
    assert len(tables) > 200 and not [mark for mark in MARKS if any(mark in value for value in tables)]
    home = keyring().advocate(row.case.advocate_id, bytes(row.case.advocate.wrapped_key))
    for locker in (home, keyring()._home, keyring()._wrapping, Locker(own)):
        for sealed in (bytes(letter.sealed), bytes(row.wrapped_key)):
            with pytest.raises((KeyWrong, KeyClosed)):
                locker.unlock(sealed, about=access.letter_context(letter))
    bag = export_bag(cast.owner, case, "en", tmp_path)
    for file in (path for path in bag.rglob("*") if path.is_file()):
        held = file.read_bytes()
        assert not [mark for mark in (*MARKS, "counsel") if mark.encode() in held.replace(b"for police or counsel", b"")], (
            file.name
        )
    page = text(browser_of(cast.owner).get(reverse("case", args=[case]))) + text(
        browser_of(cast.owner).get(reverse("case-timeline", args=[case]))
    )
    assert not [mark for mark in MARKS if mark in page]
    assert check_home().sound


def a_row_that_was_written_or_moved_opens_nothing(two: Any, cast: Any) -> None:
    from parapet.access.counsel import channel_page, channels_to
    from parapet.actions.own_keys import unlock
    from parapet.records.models import CounselChannel, CounselLetter, Person
    from parapet.records.presence import here

    _hers, _theirs, channel, counsel = two
    own = unlock(cast.owner, PASSPHRASE)
    rows, letters = CounselChannel.objects.all(), CounselLetter.objects
    values = rows.values().get()
    thief = Person.objects.named("Who writes rows")
    rows.update(counsel=thief)
    assert channels_to(thief) == ()
    rows.update(counsel=counsel, person=thief)
    with pytest.raises(NotFound):
        channel_page(thief, channel)
    rows.update(person=cast.owner, joined=values["begun"])
    assert channels_to(counsel) == ()
    rows.update(joined=values["joined"])
    with here(cast.owner.number, own):
        assert len(channel_page(cast.owner, channel).letters) == 2
        first, second = letters.order_by("nth")
        letters.filter(number=second.number).update(sealed=first.sealed)
        assert channel_page(cast.owner, channel).broken is not None, "not one in the place of another"
        letters.filter(number=second.number).update(sealed=second.sealed, nth=3)
        assert channel_page(cast.owner, channel).broken is not None, "nor one that is missing"
        letters.filter(number=second.number).update(nth=2, person=cast.owner)
        assert channel_page(cast.owner, channel).broken is not None, "nor one of another writer"
        letters.filter(number=second.number).update(person=counsel)
        assert len(channel_page(cast.owner, channel).letters) == 2
