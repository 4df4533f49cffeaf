"""Tables of any kind: CSV and JSON Lines, and what a hostile one may try."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.filelike import items, parsed_of, reasons

from parapet.channels.csv_stream import MAX_RECORD_BYTES, Row, rows
from parapet.domain.items import Flag
from parapet.domain.parsed import Refused


def test_common_headers_are_understood_in_english_and_french(tmp_path: Path) -> None:
    english = "Platform,Author,Created At,Message,URL,ID\r\nForum,@rude,2026-09-01T10:00:00Z,Shame on you.,https://forum.example/7,7\r\n"
    french = "plateforme;auteur;publié le;texte;lien;identifiant\r\nForum;@rude;2026-09-01T10:00:00Z;Honte à vous.;https://forum.example/8;8\r\n"
    (one,) = items(parsed_of(tmp_path / "a.csv", english.encode()))
    (other,) = items(parsed_of(tmp_path / "b.csv", french.encode("cp1252")))
    assert (one.text, one.author.key, one.uri, one.url) == (
        "Shame on you.",
        "forum:rude",
        "table:forum:7",
        "https://forum.example/7",
    )
    assert (other.text, other.uri) == ("Honte à vous.", "table:forum:8")
    assert one.sent_at == other.sent_at == datetime(2026, 9, 1, 10, tzinfo=UTC)


def test_a_persons_mapping_wins_over_what_is_known(tmp_path: Path) -> None:
    body = "text,notes\r\nred,You will regret this.\r\n"
    (item,) = items(parsed_of(tmp_path / "a.csv", body.encode(), mapping={"text": "notes", "author": "text"}))
    assert (item.text, item.author.handle) == ("You will regret this.", "red")


def test_json_lines_are_read_with_the_same_names(tmp_path: Path) -> None:
    lines = [
        {"text": "Shame.", "author": "rude", "created_at": "2026-09-01T10:00:00Z"},
        {"author": "nobody"},
        ["text"],
        {"text": "Again."},
    ]
    parsed = parsed_of(tmp_path / "a.jsonl", "\n".join(json.dumps(line) for line in lines).encode())
    assert [item.text for item in items(parsed)] == ["Shame.", "Again."]
    assert reasons(parsed) == ["bad_record", "bad_record"]


def test_a_table_without_a_column_of_text_is_nobodys(tmp_path: Path) -> None:
    assert reasons(parsed_of(tmp_path / "a.csv", b"day,amount\r\n1,2\r\n")) == ["unknown_format"]


def test_the_same_row_twice_is_one_message_and_another_is_not(tmp_path: Path) -> None:
    body = "author,text\r\nrude,Shame.\r\nrude,Shame.\r\nrude,Shame again.\r\n"
    one, two, three = items(parsed_of(tmp_path / "a.csv", body.encode()))
    assert one.uri == two.uri != three.uri


def test_links_that_are_no_links_are_left_out(tmp_path: Path) -> None:
    (item,) = items(parsed_of(tmp_path / "a.csv", b"text,url\r\nlook,javascript:alert(1)\r\n"))
    assert item.url == ""
    assert Flag.LINK_REMOVED in item.flags


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252"])
def test_every_encoding_that_spreadsheets_write_gives_the_same_words_and_exact_bytes(tmp_path: Path, encoding: str) -> None:
    words = "Médecin «à fuir» — 𝒻𝒾𝓃" if encoding.startswith("utf") else "Médecin «à fuir» —"
    body = f'auteur;texte\r\nÉloïse;"{words}"\r\nÉmile;{words}\r\n'
    marks = {"utf-16-le-bom": ("utf-16-le", b"\xff\xfe"), "utf-16-be-bom": ("utf-16-be", b"\xfe\xff")}
    name, mark = marks.get(encoding, (encoding, b""))
    got = items(parsed_of(tmp_path / "a.csv", mark + body.encode(name)))
    assert [item.text for item in got] == [words, words]
    assert [item.author.handle for item in got] == ["Éloïse", "Émile"]


def test_a_record_too_long_to_hold_is_refused_by_row_and_the_rest_taken(tmp_path: Path) -> None:
    body = b"author,text\nrude," + b"x" * (3 * MAX_RECORD_BYTES) + b"\nrude,after\n"
    parsed = parsed_of(tmp_path / "a.csv", body)
    assert reasons(parsed) == ["too_large"]
    assert [item.text for item in items(parsed)] == ["after"]


def test_quotes_that_never_close_cost_their_own_lines_and_no_more_time_than_they_may() -> None:
    body = b"author,text\n" + b'rude,"open\nrude,plain ""\n' * 40_000
    taken = [each for each in rows(io.BytesIO(body)) if isinstance(each, Row)]
    assert len(taken) > 1
    assert sum(isinstance(each, Refused) for each in rows(io.BytesIO(body))) <= 80_000


# A lone carriage return or line feed within quotes is told apart from a record's end; NUL is refused by row.
cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)


@given(
    table=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8), delimiter=st.sampled_from([",", ";", "\t"])
)
def test_whatever_the_csv_module_writes_is_read_back(table: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([["author", "text", "id"], *table])
    body = out.getvalue().encode()
    got = [each for each in rows(io.BytesIO(body)) if isinstance(each, Row)]
    assert [list(row.fields) for row in got[1:]] == table
    assert all(body[row.offset : row.offset + len(row.raw)] == row.raw for row in got)


@given(
    body=st.binary(max_size=400), head=st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b'a,b\n"', b"a;b\r\n"])
)
def test_any_bytes_are_rows_and_refusals_whose_places_are_theirs(body: bytes, head: bytes) -> None:
    whole = head + body
    end = 0
    for each in rows(io.BytesIO(whole)):
        place = each.place
        assert 0 <= place.offset <= place.offset + place.length <= len(whole)
        if isinstance(each, Row):
            assert each.raw == whole[place.offset : place.offset + place.length]
            assert place.offset >= end
            end = place.offset + place.length
