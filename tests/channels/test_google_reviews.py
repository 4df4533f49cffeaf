"""Google reviews, from monitoring tools and from the Business Profile API."""

from __future__ import annotations

import json
from pathlib import Path

from support.filelike import by_name, hits, items, parsed_of, reasons, same, truth

from parapet.domain.items import Flag, IdentifierKind, ItemKind

HEADER = (
    "reviewId,locationName,reviewer.displayName,reviewer.isAnonymous,starRating,comment,createTime,updateTime,"
    "reviewReply.comment,reviewReply.updateTime\r\n"
)
LONG_ID = "AbFvOqK0000000000000000000000000000000000000000000001"


def row(rid: str, comment: str, *, stars: str = "ONE", updated: str = "2026-09-01T10:00:00Z") -> str:
    quoted = comment.replace('"', '""')
    reply = "Thank you for writing.,2026-09-02T10:00:00Z"
    return f'{rid},Elm Street Clinic,Pat Example,false,{stars},"{quoted}",2026-09-01T10:00:00Z,{updated},{reply}\r\n'


def test_every_review_of_the_scenario_is_found_with_its_words_and_its_last_edit() -> None:
    names = by_name("reviews")
    for message in truth("google"):
        found = hits(message, names)
        assert {file for file, _ in found} == {file for file, _ in message["occurrences"]}
        last = message["edits"][-1]["text"] if message["edits"] else message["text"]
        for _, one in found:
            assert same(one.item.text) == same(last)
            assert one.item.sent_at is not None
            assert (one.item.revision != one.item.sent_at_as_given) == bool(message["edits"])


def test_the_translation_is_set_aside_for_the_original_wherever_it_stands(tmp_path: Path) -> None:
    first = "(Translated by Google) Too long a wait.\n\n(Original)\nTrop d'attente."
    last = "(Original)\nTrop d'attente.\n\n(Translated by Google) Too long a wait."
    french = "(Traduit par Google) Trop d'attente.\n\n(Avis d'origine)\nToo long a wait."
    body = (
        HEADER
        + row(LONG_ID, first)
        + row(LONG_ID + "b", last)
        + row(LONG_ID + "c", french)
        + row(LONG_ID + "d", "(Original) thinking.")
    )
    got = items(parsed_of(tmp_path / "r.csv", body.encode()))
    assert [item.text for item in got] == ["Trop d'attente.", "Trop d'attente.", "Too long a wait.", "(Original) thinking."]
    assert [Flag.TRANSLATED in item.flags for item in got] == [True, True, True, False]


def test_a_review_names_the_listing_and_leaves_out_the_owners_reply(tmp_path: Path) -> None:
    (item,) = items(
        parsed_of(tmp_path / "r.csv", (HEADER + row(LONG_ID, "Rushed.\nNever again.", stars="TWO")).encode("utf-8-sig"))
    )
    assert item.kind is ItemKind.REVIEW
    assert item.text == "Rushed.\nNever again."
    assert item.rating == 2.0
    assert item.place == "Elm Street Clinic"
    assert [(one.kind, one.value) for one in item.aimed_at] == [(IdentifierKind.PLACE, "Elm Street Clinic")]
    assert item.author.name == "Pat Example"


def test_a_listing_in_a_physicians_name_is_aimed_at_the_physician(tmp_path: Path) -> None:
    body = (HEADER + row(LONG_ID, "Fine.")).replace("Elm Street Clinic", "Dre Ada Example - Médecine familiale")
    (item,) = items(parsed_of(tmp_path / "r.csv", body.encode()))
    assert (IdentifierKind.NAME, "name:ada example") in [(one.kind, one.normalised()) for one in item.aimed_at]


def test_the_api_and_the_table_give_one_review_one_name(tmp_path: Path) -> None:
    review = {
        "name": f"accounts/1/locations/2/reviews/{LONG_ID}",
        "reviewId": LONG_ID,
        "reviewer": {"displayName": "Pat Example", "isAnonymous": False},
        "starRating": "ONE",
        "comment": "Rushed.",
        "createTime": "2026-09-01T10:00:00Z",
        "updateTime": "2026-09-01T10:00:00Z",
        "reviewReply": {"comment": "Please call us."},
    }
    (from_api,) = items(parsed_of(tmp_path / "r.json", json.dumps({"reviews": [review], "averageRating": 1}).encode()))
    (from_table,) = items(parsed_of(tmp_path / "r.csv", (HEADER + row(LONG_ID, "Rushed.")).encode()))
    assert from_api.uri == from_table.uri == LONG_ID
    assert from_api.content_digest() == from_table.content_digest()
    assert from_api.aliases == (review["name"],)


def test_short_ids_of_two_listings_are_two_reviews(tmp_path: Path) -> None:
    body = HEADER + row("1", "Here.") + row("1", "There.").replace("Elm Street", "Oak Street")
    here, there = items(parsed_of(tmp_path / "r.csv", body.encode()))
    assert here.uri != there.uri


def test_an_anonymous_reviewer_stays_anonymous(tmp_path: Path) -> None:
    (item,) = items(parsed_of(tmp_path / "r.csv", (HEADER + row(LONG_ID, "Bad.")).replace(",false,", ",true,").encode()))
    assert item.author.key == ""


def test_a_row_without_an_id_is_refused_and_the_next_taken(tmp_path: Path) -> None:
    parsed = parsed_of(tmp_path / "r.csv", (HEADER + row("", "Lost.") + row(LONG_ID, "Kept.")).encode())
    assert reasons(parsed) == ["bad_record"]
    assert [item.text for item in items(parsed)] == ["Kept."]
