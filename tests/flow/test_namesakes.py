"""Two people under one name: what is sent to the first is never shown to the second, and nobody is told who is here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from parapet.access.people import Details
from parapet.patterns.aimed_at import NameBook, fold, name_words
from parapet.patterns.alike import could_mean, same_name, same_place

ALICE = Details(
    "Dr. Alice Quincarnon",
    workplace="North Hill Clinic",
    names={"emails": "alice@clinic.example", "bluesky_handle": "dr.alice.example"},
    private={"home": "12 Quiet Lane"},
)


@frozen
class Two:
    """Alice is enrolled by `first`. `second` may act for nobody of hers."""

    first: Any
    second: Any
    alice: str


@pytest.fixture
def two(home: Any) -> Two:
    from parapet.actions.enrol_person import enrol_person
    from parapet.records.models import Person

    first, second = Person.objects.named("First"), Person.objects.named("Second")
    return Two(first, second, enrol_person(first, ALICE, herself=True))


def enrolled(two: Two, details: Details) -> str:
    from parapet.actions.enrol_person import enrol_person

    return enrol_person(two.second, details, herself=True)


@pytest.fixture
def sent(tmp_path: Path, two: Two) -> Callable[..., dict[str, set[str]]]:
    """`sent(text, ...)`: take mails in that are addressed to nobody, and tell which texts each advocate has in all."""
    count = iter(range(1_000))

    def run(*texts: str, person: Any = None, to: str = "reception@else.example", review: str = "") -> dict[str, set[str]]:
        from parapet.actions.import_paths import import_paths

        folder = tmp_path / f"sent-{next(count)}"
        folder.mkdir()
        for n, text in enumerate(texts):
            at = f"{folder.name}-{n}"
            letter = f"From: a@b.example\nTo: {to}\nSubject: s\nDate: Mon, 14 Sep 2026 19:54:07 +0000\nMessage-ID: <{at}@b.example>\n\n{text}\n"
            (folder / f"{n}.eml").write_text(letter)
        if review:
            rows = f"Rating ID;Doctor;Posted;Overall;Comment\n{next(count)}99;{review};11/09/2026;1,0;Review of {review}\n"
            (folder / "ratemds.csv").write_text(rows)
        import_paths([folder], person=person)
        return held()

    return run


def held() -> dict[str, set[str]]:
    """The texts in each inbox, by the advocate's public name."""
    from parapet.access import opening
    from parapet.records.models import Advocate, Item, Version

    found: dict[str, set[str]] = {a.id: set() for a in Advocate.objects.all()}
    for item in Item.objects.select_related("advocate"):
        key = opening.item_key(item, opening.locker_of(item.advocate))
        for version in Version.objects.filter(item=item):
            found[item.advocate.id].add(opening.face(version, key).text.strip())
    return found


SAME = [
    "Dr. Alice Quincarnon",
    "alice quincarnon",
    "Quincarnon Alice",
    "Dre ALICE QUINCARNON",
    "Prof. A. Quincarnon",
    "Alice",
    "Quincarnon",
]
SAME += ["\u00c1lice Quincarnon", "Alice Marie Quincarnon", "North Hill"]
NAMING_HER = [
    "Dr. Alice Quincarnon lies.",
    "ALICE QUINCARNON lies.",
    "So does Dr Quincarnon.",
    "A. Quincarnon too.",
    "Quincarnon again!",
]
NAMING_HER += ["Alice Marie Quincarnon, MD.", "Never go to North Hill Clinic.", "Dr. Alice at North Hill Clinic"]


@pytest.mark.parametrize("name", SAME)
def test_what_names_her_goes_to_whom_was_enrolled_first_and_never_to_the_second(name, two, sent):
    second = enrolled(two, Details(name, workplace="North Hill Clinic"))
    for person in (two.first, two.second, None):
        inboxes = sent(*NAMING_HER, person=person, review="Dr. Alice Quincarnon")
        assert inboxes[second] == set()
        assert inboxes[two.alice] == {*NAMING_HER, "Review of Dr. Alice Quincarnon"}


def test_a_second_of_the_surname_has_what_names_her_beyond_doubt(two, sent):
    second = enrolled(two, Details("Dr. Marie Quincarnon"))
    inboxes = sent(
        "Dr. Marie Quincarnon lies.", "Dr. Quincarnon lies.", "Alice Marie Quincarnon lies.", review="Dr. Marie Quincarnon"
    )
    assert inboxes[second] == {"Dr. Marie Quincarnon lies.", "Review of Dr. Marie Quincarnon"}
    assert inboxes[two.alice] == {"Dr. Quincarnon lies.", "Alice Marie Quincarnon lies."}


def test_who_is_first_stays_first_whatever_either_changes(two, sent):
    from parapet.actions.change_profile import change_profile

    second = enrolled(two, Details("Dr. Somebody Else"))
    change_profile(two.second, second, Details("Dr. Alice Quincarnon", workplace="North Hill Clinic"))
    for details in (ALICE, Details("Dr. Alice M. Quincarnon", workplace="North Hill Clinic", city="Elsewhere"), ALICE):
        change_profile(two.first, two.alice, details)
        change_profile(two.second, second, Details("Dr. Alice Quincarnon", workplace="North Hill Clinic"))
        inboxes = sent(*(f"{text} {details.city} {details.name}" for text in NAMING_HER))
        assert inboxes[second] == set()
    assert len(inboxes[two.alice]) == 2 * len(NAMING_HER)  # the first and the last texts are the same


@pytest.mark.parametrize(
    "names",
    [
        {"emails": "alice@clinic.example"},
        {"mastodon": "alice@clinic.example"},
        {"bluesky_handle": "Dr.Alice.example"},
        {"facebook": "dr.alice.example"},
    ],
)
def test_an_address_of_hers_finds_her_alone_under_whatever_kind_it_is_enrolled(names, two, sent):
    second = enrolled(two, Details("Dr. Ben Otis", names=names))
    inboxes = sent("Hello there.", "And hello @dr.alice.example again.", to="alice@clinic.example")
    assert inboxes[second] == set() and len(inboxes[two.alice]) == 2
    assert sent("For @dr.alice.example only.")[second] == set()
    assert sent("For @alice@clinic.example only.")[second] == set()


def test_when_she_gives_an_address_up_it_may_be_taken(two, sent):
    from parapet.actions.change_profile import change_profile

    ben = Details("Dr. Ben Otis", names={"emails": "alice@clinic.example"})
    second = enrolled(two, ben)
    change_profile(two.first, two.alice, Details("Dr. Alice Quincarnon"))
    assert sent("Nobody has it.", to="alice@clinic.example")[second] == set()
    change_profile(two.second, second, ben)
    assert sent("Ben has it.", to="alice@clinic.example")[second] == {"Ben has it."}


def test_who_may_act_for_both_shares_a_name_between_them(two, sent):
    from parapet.actions.enrol_person import enrol_person

    again = enrol_person(two.first, Details("Dr. Alice Quincarnon", names={"emails": "alice@clinic.example"}), herself=False)
    inboxes = sent("Dr. Alice Quincarnon lies.", to="alice@clinic.example")
    assert inboxes[again] == inboxes[two.alice] == {"Dr. Alice Quincarnon lies."}


def test_what_she_heard_herself_is_hers_whatever_she_is_called(two):
    from datetime import UTC, datetime

    from parapet.actions.record_spoken import record_spoken

    second = enrolled(two, Details("Dr. Alice Quincarnon"))
    at = datetime(2026, 9, 14, tzinfo=UTC)
    said = {"said_by": "a man", "relation": "unknown", "heard_by": "me", "words": "I see you.", "where": "", "how": "phone"}
    record_spoken(two.second, second, at=at, **said)
    inboxes = held()
    assert len(inboxes[second]) == 1 and inboxes[two.alice] == set()


class TestConfirming:
    """Whoever looks after this Parapet says, in a file, that a name is somebody else's too."""

    @pytest.fixture
    def keeper(self, two: Two) -> Any:
        from parapet.records.models import Person

        return Person.objects.named("Keeper")

    def read(self, tmp_path: Path, keeper: Any, **entry: Any) -> None:
        from parapet.actions.enrol_advocates import enrol_advocates

        file = tmp_path / "advocates.json"
        file.write_text(json.dumps([entry]))
        enrol_advocates(file, person=keeper)

    def test_what_it_repeats_counts_and_the_rest_waits_on(self, two, sent, tmp_path, keeper):
        from parapet.access.people import advocates_of, profile_for

        emails = {"emails": "alice@clinic.example"}
        second = enrolled(two, Details("Dr. Alice Quincarnon", city="Elsewhere", names=emails, private={"car": "grey"}))
        self.read(tmp_path, keeper, id=second, name="Alice Quincarnon", city="Nowhere")
        inboxes = sent("Dr. Quincarnon lies.", review="Dr. Alice Quincarnon")
        assert inboxes[second] == inboxes[two.alice] == {"Dr. Quincarnon lies.", "Review of Dr. Alice Quincarnon"}
        assert sent("To her address.", to="alice@clinic.example")[second] == inboxes[second]
        known = profile_for(two.second, second)
        assert (known.name, known.city, known.private) == ("Dr. Alice Quincarnon", "Elsewhere", {"car": "grey"})
        assert advocates_of(keeper) == ()  # to confirm a name lets nobody in
        self.read(tmp_path, keeper, id=second, name="x", clinic_email="alice@clinic.example")
        assert "Now to both." in sent("Now to both.", to="alice@clinic.example")[second]

    def test_it_holds_when_she_changes_something_else(self, two, sent, tmp_path, keeper):
        from parapet.actions.change_profile import change_profile

        second = enrolled(two, Details("Dr. Alice Quincarnon"))
        self.read(tmp_path, keeper, id=second, name="Dr. Alice Quincarnon")
        change_profile(two.second, second, Details("Dr. Alice Quincarnon", city="Elsewhere"))
        assert sent("Dr. Quincarnon lies.")[second] == {"Dr. Quincarnon lies."}

    def test_a_name_that_is_nobodys_is_refused(self, two, tmp_path, keeper):
        from parapet.domain.errors import ReferenceUnknown

        for name in ("adv_unmatched", "adv_0000000000000", "adv_x"):
            with pytest.raises(ReferenceUnknown):
                self.read(tmp_path, keeper, id=name, name="Dr. Alice Quincarnon")

    def test_an_entry_of_the_same_name_is_somebody_new(self, two, tmp_path, keeper):
        """Else what the file says of one person would go to another, who had enrolled herself under her name."""
        from parapet.access.people import advocates_of, profile_for

        self.read(tmp_path, keeper, name="Dr. Alice Quincarnon", private={"home": "7 Other Street"})
        [card] = advocates_of(keeper)
        assert card.id != two.alice
        assert profile_for(two.first, two.alice).private == {"home": "12 Quiet Lane"}
        self.read(tmp_path, keeper, name="Dr. Alice Quincarnon", city="Elsewhere")
        assert [each.id for each in advocates_of(keeper)] == [card.id]  # and is the same when the file is read again

    def test_doctor_lists_who_waits(self, two):
        from parapet.cli.doctor import _findings

        assert not [f for f in _findings(None) if f.name == "names that wait"]
        second = enrolled(two, Details("Dr. Alice Quincarnon"))
        assert [(f.well, f.said) for f in _findings(None) if f.name == "names that wait"] == [(True, second)]


WORDS = st.sampled_from(["Alice", "alice", "ÁLICE", "Marie", "Quincarnon", "QUINCARNON", "Roy"])
BETWEEN = st.sampled_from(["Dr.", "Dre", "Prof", "docteure", "A.", "M", "q", ",", "-"])


@given(st.lists(WORDS, min_size=1, max_size=4, unique_by=str.casefold), st.lists(WORDS, min_size=1, max_size=4), st.data())
def test_no_text_of_her_words_alone_means_a_later_one(first: list[str], later: list[str], data: st.DataObject) -> None:
    her, other = " ".join(first), " ".join(later)
    book = NameBook()
    book.add(her, 1)
    without = NameBook()
    without.add(her, 1)
    book.add(other, 2, yields=could_mean(other, her))
    # "M. Alice" is Marie Alice, where the other is Alice alone: an initial of a name that is the later one's only is not hers.
    only_others = {word[0] for word in set(name_words(other)) - set(name_words(her))}
    between = BETWEEN.filter(lambda said: fold(said).strip(".") not in only_others)
    text = " ".join(data.draw(st.lists(st.sampled_from(first) | between, max_size=8)))
    assert 2 not in book.named_in(text)
    assert list(book.named_in(text)) == list(without.named_in(text))  # and nothing is taken from her


def test_names_and_places_are_held_to_be_the_same_when_one_says_no_more() -> None:
    assert same_name("Dr. A. Doe", "Ann Doe") and same_name("Doe, Ann Mary", "ann doe") and not same_name("Eve Doe", "Ann Doe")
    assert not same_name("", "") and not same_name("Dr.", "Dr.")
    assert same_place("North Hill", "The North Hill Clinic") and not same_place("North Clinic", "North Hill Clinic")
    assert not same_place("Clinic", "Clinic") and not same_place("", "")
    assert could_mean("Alice", "Alice Doe") and not could_mean("Doe Bob", "Alice Doe")
