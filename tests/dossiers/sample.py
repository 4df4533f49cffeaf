"""A case with invented people, for the tests of the documents."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from parapet.domain.items import Account, Attachment, Flag, ItemKind
from parapet.domain.judgement import Harm, Indicator, Severity, Urgency
from parapet.dossiers.case_file import CaseFile, CaseNote, Exhibit, Software, Version

START = datetime(2026, 9, 14, 23, 54, 19, tzinfo=UTC)

#: Each with something that a careless document loses, runs or shows wrongly.
TEXTS = (
    "Nobody believes you, doctor 🤡. Enjoy it while it lasts.",
    "We know the clinic on Elm Street and the car you drive. See you Thursday at 7 🔪🔪 👊🏿👊🏻",
    "Tu devrais avoir honte ! « Docteure », mon œil… retourne chez vous 😡",
    '#import "@preview/evil:1.0.0": * #eval("1+1") $x^2$ @label *bold* _it_ `raw` \\ ] [ <tag> // comment /* c */ ~ --- \'q\'',
    "أعرف أين تعمل. لن تنجو هذه المرة.",
    "Family 👨‍👩‍👧‍👦 flag 🏳️‍🌈 🏳️‍⚧️ 🇨🇦 keycap 1️⃣ woman doctor 👩🏽‍⚕️ England 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "innocent\u202egnihton\u202c zero\u200bwidth nul\x00 bell\x07 half\ud83d tag\U000e0041",
    "你好，医生。 Z" + "\u0351" * 1000 + "algo 𝕿𝖍𝖊 ⓔⓝⓓ",
)


def digest_of(text: str) -> str:
    """A digest that stands for the original bytes."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def version(number: int, text: str, at: datetime, index: int, *, keep: bool = False) -> Version:
    """A captured version."""
    return Version(number, at, digest_of(text), index, text if keep else None, len(text), "application/json")


def exhibit(number: int, text: str, **more: Any) -> Exhibit:
    """An exhibit that says `text`, three hours and some seconds after the one before."""
    at = START + timedelta(hours=3, seconds=7) * (number - 1)
    plain = Exhibit(
        number=number,
        item_id=f"itm_{number:06d}",
        channel="bluesky" if number % 3 else "mail",
        channel_title="Bluesky" if number % 3 else "",
        kind=ItemKind.REPLY if number % 3 else ItemKind.MAIL,
        author=Account(
            "bluesky", f"angry{number % 4}.example.com", f"did:plc:abcdefghijklmnop{number % 4}", f"Angry Citizen {number % 4}"
        ),
        text=text,
        sent_at=at,
        captured_at=at + timedelta(minutes=4, seconds=1),
        versions=(version(1, text, at + timedelta(minutes=4, seconds=1), 40 + number),),
        uri=f"at://did:plc:abcdefghijklmnop{number % 4}/app.bsky.feed.post/3k{number:06d}",
        url=f"https://bsky.app/profile/angry{number % 4}.example.com/post/3k{number:06d}",
        severity=Severity(number % 5),
        urgency=Urgency(number % 4),
        harms=(Harm.INSULT,) if number % 2 else (Harm.THREAT, Harm.DOXING),
        model="harms@0123456789ab",
        judged=True,
    )
    return evolve(plain, **more)


def case(*exhibits: Exhibit, **more: Any) -> CaseFile:
    """A case of `exhibits`; of one exhibit for each of `TEXTS` when none is given."""
    plain = CaseFile(
        case_id="CASE-2026-014",
        title="Threats after the vaccination clinic",
        advocate_name="Dr. Amélie Okafor",
        opened_at=START + timedelta(days=1),
        exported_at=START + timedelta(days=12, microseconds=250_000),
        software=Software("Parapet", "0.1.0"),
        checkpoint="parapet.example/log\n812\nqUq3n0sVwZkz3FmJ1Y1Yw2m0x2Jx0b8w3s5c7f9h1j0=\n\n— log AbCdEfGh01\n",
        head_hash=digest_of("head"),
        log_size=812,
        exhibits=exhibits or sample_exhibits(),
        notes=(
            CaseNote(START + timedelta(days=2), "M. Tremblay", "Security informed; escort after late shifts from Thursday."),
            CaseNote(START + timedelta(days=3), "M. Tremblay", "Police occurrence number asked for.", exhibit=2),
        ),
        fictional=True,
    )
    return evolve(plain, **more)


def sample_exhibits() -> tuple[Exhibit, ...]:
    """One for each text, with an edit, a deletion, an attachment, an unknown time and an own post among them."""
    made = [exhibit(n, text) for n, text in enumerate(TEXTS, 1)]
    before = "We know the clinic and the car you drive. See you soon 🔪🔪 👊🏿👊🏻"
    made[1] = evolve(
        made[1],
        severity=Severity.CRITICAL,
        urgency=Urgency.IMMEDIATE,
        indicators=(
            Indicator("presence_at_work", "the clinic on Elm Street", 8, 32, Urgency.IMMEDIATE),
            Indicator("stated_date", "Thursday at 7", 63, 76, Urgency.IMMEDIATE),
        ),
        versions=(
            version(1, before, START + timedelta(hours=3, minutes=4), 42, keep=True),
            version(2, TEXTS[1], START + timedelta(hours=5), 57),
        ),
        gone_at=START + timedelta(days=2),
    )
    made[2] = evolve(
        made[2],
        subject="Votre « opinion »",
        attachments=(Attachment("facture=1.pdf", "application/pdf", 48_213, digest_of("a")),),
        flags=(Flag.GUESSED_CHARSET,),
    )
    made[3] = evolve(
        made[3], time_is_ours=True, sent_at_as_given="0000-00-00 <b>", sent_at=made[3].captured_at, judged=False, harms=()
    )
    made[5] = evolve(made[5], own=True, harms=(), severity=Severity.NONE)
    return tuple(made)
