"""Nobody hides a threat by pretending: to be the advocate, to be another platform's post, to be a college's notice."""

from __future__ import annotations

import base64
import itertools
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flow.conftest import Team
from support.sample import ADVOCATES, SAMPLE

pytestmark = pytest.mark.both_databases

HERS, COLLEAGUES = "a.okwuosa@rivercrest-family-heal.example", "m.desruisseaux@alder-bay-children-s-c.example"
THREATS = {
    "en": "I am going to kill you on Friday with my rifle when you leave the clinic.",
    "fr": "Je vais te tuer vendredi avec mon fusil quand tu sortiras de la clinique.",
}
LETTERS = {
    "en": """To the Registrar, College of Physicians of the North

Re: Complaint concerning Dr. Amara Okwuosa

I wish to file a complaint about the care of my mother on 3 March. I would like to be told what was done with her test
results, and why nobody wrote to us in the weeks that followed. I consent to the release of her records.

Sincerely,

John Smith
12 Long Street, Northtown""",
    "fr": """Madame la syndique,
Collège des médecins du Nord

Objet : Plainte concernant la Dre Amara Okwuosa

Je désire porter plainte pour les soins donnés à mon père le 3 mars. J'aimerais savoir ce qui a été fait de ses résultats
et pourquoi personne ne nous a écrit dans les semaines qui ont suivi.

Veuillez agréer mes salutations,

Jean Modèle""",
}


def mail(
    text: str, *, sender: str = "stranger@anon.example", to: str = HERS, id: str = "<1@anon.example>", more: Sequence[str] = ()
) -> bytes:
    """One message; `more` are further parts."""
    parts = [f"Content-Type: text/plain; charset=utf-8\n\n{text}\n", *more]
    return (
        f"From: {sender}\nTo: {to}\nSubject: about a complaint to the college\nDate: Thu, 01 Oct 2026 12:00:00 -0400\n"
        f'Message-ID: {id}\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n'
        + "".join(f"--b\n{part}\n" for part in parts)
        + "--b--\n"
    ).encode()


def attached(text: str, name: str = "letter.txt") -> str:
    body = base64.encodebytes(text.encode()).decode()
    return (
        f'Content-Type: text/plain; charset=utf-8; name="{name}"\nContent-Disposition: attachment; filename="{name}"\n'
        f"Content-Transfer-Encoding: base64\n\n{body}"
    )


def advocate_called(reference: str) -> Any:
    from parapet.records.models import Advocate
    from parapet.records.profiles import profile_of

    return next(a for a in Advocate.objects.all() if profile_of(a).reference == reference)


def queue(team: Team, advocate: str, **filters: Any) -> list[Any]:
    from parapet.access.inbox import page
    from parapet.access.views import Filters

    return list(page(team.advocate, advocate, Filters(**filters)).rows)


def the_only_row(team: Team, advocate: str) -> Any:
    (row,) = queue(team, advocate)
    assert (row.own, row.severity.code, row.urgency.code) == (False, "critical", "immediate")
    return row


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_mail_that_says_it_is_from_her_is_a_threat_in_her_queue(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, lang: str
) -> None:
    file = tmp_path / "forged.eml"
    file.write_bytes(mail(THREATS[lang], sender=f"Dr. Amara Okwuosa <{HERS}>"))
    assert take_in(file, advocate="adv-01").own == 0
    judge()
    assert not the_only_row(team, team.advocate_id).in_own_name


def test_a_mail_that_says_it_is_from_a_colleague_goes_to_whom_it_is_sent(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    file = tmp_path / "forged.eml"
    file.write_bytes(mail(THREATS["en"], sender=f"Dr. Malik Desruisseaux <{COLLEAGUES}>"))
    take_in(file, advocates=ADVOCATES)
    judge()
    the_only_row(team, team.advocate_id)
    colleague = advocate_called("adv-02").id
    assert queue(team, colleague) == queue(team, colleague, own=True) == []


def test_a_table_does_not_tell_who_wrote(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    """Whatever of her names stands in the author's column, and whatever platform the table says it is of."""
    platforms = ("youtube", "instagram", "bluesky", "mastodon", "tiktok", "x", "mail", "")
    authors = ("DrOkwuosa", "@DrOkwuosa", "dr.okwuosa", "drokwuosa.bsky.test", HERS, "drokwuosa@medsky.example")
    rows = [f'{platform},{author},"{THREATS["en"]}",Dr. Amara Okwuosa' for platform in platforms for author in authors]
    file = tmp_path / "comments.csv"
    file.write_text("channel,author,text,to\n" + "\n".join(dict.fromkeys(rows)) + "\n", "utf-8")
    intake = take_in(file, advocate="adv-01")
    judge()
    shown = queue(team, team.advocate_id)
    assert (len(shown), intake.own, queue(team, team.advocate_id, own=True)) == (intake.new, 0, [])
    assert intake.new >= 40
    assert {row.severity.code for row in shown} == {"critical"}


def archive(path: Path, *texts: str) -> Path:
    """The archive of her own account on X, with these posts."""
    account = {"accountId": "1419466569", "username": "DrOkwuosa", "accountDisplayName": "Dr Okwuosa"}
    posts = [
        {"tweet": {"id_str": str(n), "full_text": text, "created_at": "Thu Oct 01 12:00:00 +0000 2026", "lang": "en"}}
        for n, text in enumerate(texts, 77)
    ]
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("data/account.js", "window.YTD.account.part0 = " + json.dumps([{"account": account}]))
        made.writestr("data/tweets.js", "window.YTD.tweets.part0 = " + json.dumps(posts))
    return path


def test_what_is_grave_is_shown_though_it_is_in_her_name(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    """An account that was taken over: the container vouches for it, and still nothing grave is hidden."""
    from parapet.access.inbox import counts
    from parapet.domain.judgement import Severity
    from parapet.records.models import Sender, Tally

    intake = take_in(archive(tmp_path / "x.zip", THREATS["en"], "Our clinic opens at nine tomorrow."), advocates=ADVOCATES)
    assert intake.own == 2
    judge()
    row = the_only_row(team, team.advocate_id)
    assert row.in_own_name
    (kind,) = queue(team, team.advocate_id, own=True)
    assert (kind.own, kind.in_own_name, kind.severity) == (True, True, Severity.NONE)
    told = counts(team.advocate, team.advocate_id)
    assert (told.total, told.waiting, told.by_channel, told.by_severity[Severity.CRITICAL]) == (1, 0, {"x": 1}, 1)
    assert Tally.objects.get(facet="own", advocate=advocate_called("adv-01")).items == 1
    assert list(Sender.objects.exclude(items=0).values_list("items", flat=True)) == [1]


def test_the_own_posts_of_the_sample_stay_context(team: Team, take_in: Callable[..., Any], judge: Callable[[], None]) -> None:
    from parapet.records.models import Item

    intake = take_in(SAMPLE, advocates=ADVOCATES)
    judge()
    hidden, shown = Item.objects.filter(own=True).count(), Item.objects.filter(in_own_name=True, own=False).count()
    assert hidden + shown == intake.own > 60
    assert shown <= 2, "the model may take one for grave, and then it is shown"
    assert set(Item.objects.filter(own=True).values_list("channel", flat=True)) == {"x", "bluesky", "meta"}


# ------------------------------------------------------------------------------------------------------- cover notes


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("inline", [False, True])
def test_a_threat_above_a_polite_letter_is_judged_and_its_sender_shown(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, lang: str, inline: bool
) -> None:
    from parapet.access.items import opened
    from parapet.domain.items import ItemKind

    letter, threat = LETTERS[lang], THREATS[lang]
    file = tmp_path / "cover.eml"
    file.write_bytes(mail(f"{threat}\n\nSee below.\n\n{letter}") if inline else mail(threat, more=[attached(letter)]))
    take_in(file, advocate="adv-01")
    judge()
    rows = {row.kind: row for row in queue(team, team.advocate_id)}
    assert rows.keys() == {ItemKind.MAIL, ItemKind.COMPLAINT}
    assert rows[ItemKind.MAIL].severity.code == "critical"
    shown = opened(team.helper, rows[ItemKind.MAIL].id, why="read").item
    assert threat in shown.text
    assert shown.author.handle == "stranger@anon.example"
    brought = opened(team.helper, rows[ItemKind.COMPLAINT].id, why="read").item
    assert brought.author.name in ("John Smith", "Jean Modèle")
    assert brought.forwarded_by == shown.uri
    assert take_in(file, advocate="adv-01").new == 0


def test_two_letters_in_files_of_one_name_are_two(team: Team, take_in: Callable[..., Any], tmp_path: Path) -> None:
    """A file may be called anything, also as another letter is: only its words tell a letter."""
    from parapet.records.models import Item

    for folder, text in (("a", LETTERS["en"]), ("b", LETTERS["fr"])):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "complaint.txt").write_text(text, "utf-8")
    name = next(iter(parsed_uris(tmp_path / "a" / "complaint.txt")))
    (tmp_path / "c.eml").write_bytes(mail("Hi.", more=[attached(LETTERS["en"].replace("mother", "brother"), name)]))
    take_in(tmp_path, advocate="adv-01")
    assert Counter(Item.objects.values_list("channel", "versions")) == {("complaint", 1): 3, ("mail", 1): 1}


def parsed_uris(path: Path) -> list[str]:
    from support.filelike import items, parsed_of

    return [item.uri for item in items(parsed_of(path, path.read_bytes()))]


# --------------------------------------------------------------------------------------------------------- names


def claimed() -> list[tuple[Path, str]]:
    """A post of each platform of the sample, as (file, URI)."""
    from support.filelike import read

    from parapet.domain.parsed import Found

    found = []
    for file in (
        "bluesky/notifications.json",
        "mastodon/notifications.json",
        "youtube/commentThreads.json",
        "complaint/letter-50043.pdf",
    ):
        reads, _ = read(SAMPLE / file)
        found.append((SAMPLE / file, next(one.item.uri for each in reads for one in each.parsed if isinstance(one, Found))))
    return found


def contents() -> dict[tuple[str, str], tuple[int, str]]:
    """(channel, URI) to versions and words."""
    from parapet.access.exported_items import exported_items

    return {(line["channel"], line["uri"]): (line["versions"], line["text"]) for line in exported_items()}


@pytest.mark.parametrize("first", ["forged", "real"])
def test_no_mail_table_or_attachment_becomes_a_version_of_another_platforms_post(
    team: Team, take_in: Callable[..., Any], tmp_path: Path, first: str
) -> None:
    posts = claimed()
    forged = tmp_path / "forged"
    forged.mkdir()
    for n, (_, uri) in enumerate(posts):
        (forged / f"{n}.eml").write_bytes(mail(THREATS["en"], id=f"<{uri}>"))
        (forged / f"{n}-bare.eml").write_bytes(mail(THREATS["fr"], id=uri))
        named = attached(LETTERS["en"].replace("3 March", f"{n + 4} March"), uri)
        (forged / f"{n}-file.eml").write_bytes(mail("Hi.", id=f"<file-{n}@anon.example>", more=[named]))
        (forged / f"{n}.csv").write_text(f'uri,url,author,text\n"{uri}","{uri}",somebody,"{THREATS["en"]}"\n', "utf-8")
    files = [file for file, _ in posts]
    sound: dict[tuple[str, str], tuple[int, str]] = {}
    for paths in ([forged], files) if first == "forged" else (files, [forged]):
        before = contents()
        take_in(*paths, advocate="adv-01")
        if paths is files:
            sound = {name: said for name, said in contents().items() if name not in before}
    together = contents()
    assert len(sound) > 100
    assert {name: together[name] for name in sound} == sound
    assert {channel for channel, _ in together.keys() - sound.keys()} == {"mail", "table", "complaint"}
    assert all(versions == 1 for (channel, _), (versions, _) in together.items() if channel in ("mail", "table", "complaint"))


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_of_mails_under_one_message_id_the_gravest_is_shown_first(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path, order: tuple[int, ...]
) -> None:
    from parapet.access.exported_items import exported_items
    from parapet.access.items import card, opened

    texts = [THREATS["en"], "Thank you, doctor.", "Merci encore, docteure."]
    for n in order:
        file = tmp_path / f"{n}.eml"
        file.write_bytes(mail(texts[n], sender=f"sender-{n}@anon.example"))
        take_in(file, advocate="adv-01")
        judge()
    row = the_only_row(team, team.advocate_id)
    assert row.versions == 3
    assert [opened(team.helper, row.id, why="read", version=n + 1).item.text for n in range(3)] == [texts[n] for n in order]
    shown = opened(team.helper, row.id, why="read")
    assert (shown.item.text, shown.number) == (texts[0], order.index(0) + 1)
    assert card(team.helper, row.id).indicator_codes
    (line,) = exported_items()
    assert (line["text"], line["severity"], line["versions"]) == (texts[0], "critical", 3)
    assert line["indicators"]


def test_a_dossier_weighs_every_version(
    team: Team, take_in: Callable[..., Any], judge: Callable[[], None], tmp_path: Path
) -> None:
    from parapet.access.case_files import case_file, case_items
    from parapet.actions.open_case import open_case
    from parapet.actions.sign_checkpoint import public_key, sign_checkpoint
    from parapet.evidence.attested import Attestations
    from parapet.records.models import Case
    from parapet.records.numbers import number_of

    for n, text in enumerate((THREATS["en"], "Thank you, doctor.")):
        (tmp_path / f"{n}.eml").write_bytes(mail(text))
    take_in(tmp_path, advocate="adv-01")
    judge()
    row = the_only_row(team, team.advocate_id)
    case = Case.objects.get(number=number_of("cas", open_case(team.advocate, team.advocate_id, "A case", [row.id])))
    checkpoint = sign_checkpoint()
    assert checkpoint is not None
    attested = Attestations([], public_key())
    file = case_file(case, case_items(case), exported_at=checkpoint.at, checkpoint=checkpoint, root="0" * 64, attested=attested)
    (exhibit,) = file.exhibits
    assert exhibit.severity is row.severity and exhibit.urgency is row.urgency
    assert exhibit.texts == (THREATS["en"], "Thank you, doctor.")
    assert exhibit.indicators
