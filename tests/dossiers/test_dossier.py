"""The dossier as police, counsel or a college get it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from dossiers.pdf import TORONTO, pages, read, squeezed
from dossiers.sample import START, TEXTS, case, exhibit, version
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from parapet.access.case_handovers import KINDS, MEANS, TO
from parapet.domain.items import Account
from parapet.domain.judgement import Harm, Indicator, Severity, Urgency
from parapet.dossiers import times
from parapet.dossiers.case_file import Attested, ErasedMessage, Handed, volumes
from parapet.dossiers.dossier import render
from parapet.dossiers.words import words

MARKUP = TEXTS[3]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_emoji_and_every_second_is_in_the_text(lang: str) -> None:
    whole = case()
    said = "".join(pages(read(whole, lang)))
    for one in whole.exhibits:
        assert one.sent_at.strftime("%Y-%m-%dT%H:%M:%SZ") in said
        assert one.versions[0].sha256 in said
    for text in (TEXTS[0], TEXTS[1], TEXTS[2], MARKUP, TEXTS[5]):
        assert squeezed(text) in said


def test_local_time_is_told_with_its_zone_in_each_language() -> None:
    assert "Monday,14September2026,19:54:19EDT(UTC−04:00)" in "".join(pages(read(case())))
    assert "lundi14septembre2026à19h54min19s,HAE(UTC−04:00)" in "".join(pages(read(case(), "fr")))


def test_markup_is_printed_as_it_came() -> None:
    hostile = evolve(
        exhibit(1, MARKUP),
        subject=MARKUP,
        author=Account("x", '#eval(read("/etc/passwd"))', "$id$", "*name* {n} {words} {total}"),
        url="javascript:alert(1)//{page}",
        indicators=(Indicator("threat_to_life", "#{words}] {what}", 0, 4, Urgency.WATCH),),
    )
    said = "".join(pages(read(case(hostile, title=MARKUP, advocate_name="#panic() {advocate}", case_id="{n} $1$ #x"))))
    assert said.count(squeezed(MARKUP)) == 3
    for literal in ('#eval(read("/etc/passwd"))', "$id$", "*name*{n}{words}{total}", "javascript:alert(1)//{page}"):
        assert literal in said
    assert "#{words}]{what}" in said
    assert "#panic(){advocate}" in said
    assert "{n}$1$#x" in said


def test_nothing_in_the_file_can_act() -> None:
    reader = read(case())
    found: set[str] = set()

    def walk(thing: Any, seen: set[int]) -> None:
        if isinstance(thing, IndirectObject):
            if thing.idnum in seen:
                return
            seen.add(thing.idnum)
            thing = thing.get_object()
        if isinstance(thing, DictionaryObject):
            found.update(
                key for key in thing if key in {"/URI", "/JS", "/JavaScript", "/Launch", "/EmbeddedFiles", "/AA", "/OpenAction"}
            )
            found.update(
                str(thing[key]) for key in thing if key == "/S" and str(thing[key]) in ("/URI", "/Launch", "/JavaScript")
            )
            for value in thing.values():
                walk(value, seen)
        if isinstance(thing, ArrayObject):
            for value in thing:
                walk(value, seen)

    walk(reader.trailer["/Root"], set())
    assert found == set()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_it_is_tagged_and_names_its_standard_language_and_title(lang: str) -> None:
    reader = read(case(), lang)
    root: Any = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert str(root["/Lang"]).lower().startswith(lang)
    assert reader.metadata is not None
    assert reader.metadata.title == "Dossier CASE-2026-014"
    assert reader.metadata.creation_date == datetime(2026, 9, 26, 23, 54, 19, tzinfo=UTC)
    xmp = root["/Metadata"].get_object().get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in xmp
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert b"<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_every_font_is_inside() -> None:
    names: set[str] = set()
    every: list[Any] = list(read(case()).pages)
    for page in every:
        for font in page["/Resources"].get("/Font", {}).values():
            held = font.get_object()
            if held["/Subtype"] == "/Type3":  # an emoji: its drawings are in the file by nature
                continue
            for child in held.get("/DescendantFonts", [held]):
                descriptor = child.get_object()["/FontDescriptor"].get_object()
                assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
                names.add(str(descriptor["/FontName"]))
    assert names


def test_the_same_case_gives_the_same_bytes() -> None:
    assert render(case(), lang="fr", tz=TORONTO) == render(case(), lang="fr", tz=TORONTO)


def test_no_word_of_a_stranger_comes_before_the_warning() -> None:
    for lang in ("en", "fr"):
        said = pages(read(case(), lang))
        warning = next(n for n, page in enumerate(said) if squeezed(words(lang)["warning.title"]) in page)
        before = "".join(said[: warning + 1])
        assert "Angry" not in before
        assert "angry" not in before
        assert "Nobody" not in before
        assert squeezed(TEXTS[0]) in said[warning + 1]
        assert words(lang)["page"].format(n=warning + 2, total=len(said)).replace(" ", "") in said[warning + 1]
        assert squeezed(words(lang)["cover.warning"].format(page=warning + 2)) in said[0]


def test_each_exhibit_stands_on_pages_of_its_own_that_name_it() -> None:
    long = exhibit(2, "word " * 3_000)
    said = pages(read(case(exhibit(1, "one"), long, exhibit(3, "three"))))
    named = [page for page in said if "wordword" in page]
    assert len(named) > 3
    assert all("CaseCASE-2026-014Exhibit2" in page for page in named)
    assert not any("Exhibit1" in page or "Exhibit3" in page for page in named)


def test_a_text_too_long_for_paper_says_that_it_was_cut() -> None:
    said = "".join(pages(read(case(exhibit(1, "x" * 100_000)))))
    assert "Printedhere:thefirst30,000of100,000characters." in said
    assert said.count("xxxxxxxx") >= 3_700
    fr = "".join(pages(read(case(exhibit(1, "\n" * 100_000)), "fr")))
    assert "premierscaractèressur100000" in fr


def test_an_edit_shows_both_texts_and_what_changed() -> None:
    before, after = "You will pay for this", "You will pay for this tonight at your house"
    edited = evolve(
        exhibit(1, after),
        versions=(version(1, before, START, 3, keep=True), version(2, after, START + timedelta(hours=1), 9)),
    )
    said = "".join(pages(read(case(edited))))
    assert "PutintonightatyourhouseEXACTWORDS,VERSION1" + squeezed(before) in said
    assert said.count(squeezed(before)) == 2
    assert "Editcaptured,version2" in said


def test_what_triage_left_open_is_not_called_harmless() -> None:
    unsure = evolve(exhibit(1, "…"), judged=False, harms=(), severity=Severity.CRITICAL)
    said = "".join(pages(read(case(unsure))))
    assert "Theprogramgavenojudgementonthismessage." in said
    assert "notjudged" in said
    assert "GravestobservationnoneChannels" in said


def test_own_posts_are_context_and_not_counted() -> None:
    own = evolve(exhibit(2, "Vaccines save lives."), own=True)
    said = "".join(pages(read(case(exhibit(1, "no"), own))))
    assert "Theadvocate’sownposts,keptforcontext:1" in said
    assert "Writtenbytheadvocate;includedforcontextandnotcounted." in said
    assert "1messagefromanother" in said


def test_an_empty_case_and_an_anonymous_author_are_still_documents() -> None:
    bare = evolve(exhibit(1, ""), author=Account("mail"), url="", uri="", harms=(), severity=Severity.NONE, model="")
    assert "Thismessagehasnotext." in "".join(pages(read(case(bare, checkpoint="", notes=()))))
    empty = evolve(case(), exhibits=(), notes=())
    assert "CASE-2026-014" in "".join(pages(read(empty)))


def test_real_cases_do_not_say_sample() -> None:
    assert "Sampledata" in "".join(pages(read(case())))
    assert "Sampledata" not in "".join(pages(read(case(fictional=False))))


def test_notes_stand_with_their_exhibit_or_after_all() -> None:
    said = pages(read(case()))
    assert any("Policeoccurrencenumberaskedfor." in page and "Exhibit2" in page for page in said)
    assert any("Notesofthecase" in page and "Securityinformed" in page for page in said)


def test_a_large_case_comes_in_volumes_that_agree() -> None:
    whole = case(*(exhibit(n, f"message {n}.") for n in range(1, 8)))
    parts = volumes(whole, exhibits_each=3)
    said = ["".join(pages(read(part))) for part in parts]
    assert [[e.number for e in part.exhibits] for part in parts] == [[1, 2, 3], [4, 5, 6], [7]]
    for n, text in enumerate(said, 1):
        assert f"Volume{n}of3." in text
        assert ("Policeoccurrencenumber" in text) == (n == 1)
        assert ("Securityinformed" in text) == (n == 3)
    for part in parts:
        assert part.senders == whole.senders
    assert "InthisdossierSender3" in said[2]
    assert volumes(whole) == (whole,)


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="de"):
        render(case(), lang="de", tz=TORONTO)


ANYTHING = st.text(st.characters(), max_size=80)  # lone surrogates, controls, unassigned and private characters included


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=ANYTHING, name=ANYTHING, subject=ANYTHING, harms=st.sets(st.sampled_from(list(Harm))))
def test_no_text_stops_the_document_or_breaks_the_standard(text: str, name: str, subject: str, harms: set[Harm]) -> None:
    # Typst refuses a PDF/A or PDF/UA in which a character has no glyph: that this compiles is the proof.
    one = evolve(
        exhibit(1, text),
        subject=subject,
        author=Account(name, name, name, name),
        content_warning=name,
        place=subject,
        sent_at_as_given=text,
        time_is_ours=True,
        harms=tuple(harms),
    )
    document = render(case(one, title=name, advocate_name=subject, case_id=text), lang="fr", tz=TORONTO)
    assert document.startswith(b"%PDF-")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_who_attests_what_and_to_whom_the_case_was_handed_is_told(lang: str) -> None:
    """A name that whoever runs the home chose is set as a stranger's words are."""
    told = words(lang)
    attested = [
        Attested(START + timedelta(hours=9), MARKUP),
        Attested(START + timedelta(hours=10), "peer.example/w", witness=True),
        None,
    ]
    exhibits = [
        evolve(exhibit(n, TEXTS[0]), versions=(evolve(version(1, TEXTS[0], START, 40 + n), attested=each),))
        for n, each in enumerate(attested, 1)
    ]
    handed = tuple(
        Handed(kind, to, means, START, "Amara", 50 + n, n % 2 * 77)
        for n, (kind, to, means) in enumerate(zip(KINDS * 4, TO, MEANS + MEANS[:2], strict=True))
    )
    said = squeezed("".join(pages(read(case(*exhibits, handed=handed), lang))))
    for each in attested[:2]:
        assert each is not None
        at = times.long(each.at, TORONTO, lang)
        assert squeezed(told["attested.witness" if each.witness else "attested.time"].format(at=at)) in said
        assert squeezed(each.by) in said
    assert said.count(squeezed(told["attested.time"].partition("{at}")[0])) == 2
    for each in handed:
        what = told[f"handed.{each.kind}"].format(to=told[f"handed.to.{each.to}"], means=told[f"handed.means.{each.means}"])
        assert squeezed(what) in said
    assert said.count(squeezed(told["handed.bag"].format(n=77))) == len(handed) // 2
    plain = squeezed("".join(pages(read(case(), lang))))
    assert squeezed(told["handed.lead"]) not in plain and squeezed(told["attested.time"].partition("{at}")[0]) not in plain
    assert [len(part.handed) for part in volumes(case(*exhibits, handed=handed), 2)] == [0, len(handed)]


@pytest.mark.parametrize(
    ("lang", "heading", "rule"), [("en", "Erased messages", "a rule"), ("fr", "Messages effacés", "une règle")]
)
def test_what_was_erased_is_told_and_nothing_else_of_it(lang: str, heading: str, rule: str) -> None:
    gone = (ErasedMessage("itm_1", START, "Amara", "asked"), ErasedMessage("itm_2", START, "", "rule"))
    for whole in (case(erased=gone), evolve(case(erased=gone), exhibits=())):
        said = "".join(pages(read(whole, lang)))
        assert squeezed(heading) in squeezed(said) and "itm_1" in said and "Amara" in said and squeezed(rule) in squeezed(said)
    assert [len(part.erased) for part in volumes(case(erased=gone), 2)][-1] == 2
    assert squeezed(heading) not in squeezed("".join(pages(read(case(), lang))))
