"""As many messages as a test needs, always the same ones: mail from invented people to the sample's first advocate."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

FROM = datetime(2026, 9, 1, 6, 0, 0, tzinfo=UTC)
_OPENINGS = (
    "Doctor, your post about masks",
    "Docteure, votre message sur les vaccins",
    "What you said on the radio",
    "Your clinic",
)
_MIDDLES = ("helped my family", "is a disgrace and so are you", "est une honte", "made me think", "will cost you dearly")
_ENDINGS = ("Thank you.", "We know where you work.", "Merci.", "You should lose your licence.", "🙏🏽 ❤️", "Shame on you 😡")
#: Ten of these in each, so that no two are nearly the same words: which of them came in one batch must not show in their judgements.
_ABOUT = (
    "apples bread carrots dishes engines farmers gardens harbours islands jackets kitchens ladders markets needles oceans pencils quilts "
    "rivers saddles tables uncles valleys windows yards zippers bridges candles doors envelopes forests gloves hammers instruments kettles "
    "lanterns mirrors notebooks orchards paintings railways spoons trains umbrellas violins wagons blankets cushions drawers elevators fences"
).split()


def mails(first: int, last: int, *, edited: bool = False) -> bytes:
    """Mails number `first` up to `last` as an mbox. `edited`: every tenth says something else under the same id."""
    return b"".join(_mail(number, edited=edited and number % 10 == 0) for number in range(first, last))


def write(folder: Path, count: int, *, files: int = 4, shared: int = 0, first: int = 0) -> list[Path]:
    """`count` messages from number `first` on in `files` mboxes, `shared` of which each file repeats from the one before; then a
    file of edits."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    each = count // files
    for n in range(files):
        path = folder / f"box-{n}.mbox"
        path.write_bytes(mails(first + max(0, n * each - shared), first + (n + 1) * each))
        paths.append(path)
    edits = folder / "box-edits.mbox"
    edits.write_bytes(mails(first, first + count, edited=True))
    return [*paths, edits]


def _mail(number: int, *, edited: bool) -> bytes:
    dice = random.Random(number)
    text = f"{dice.choice(_OPENINGS)} {dice.choice(_MIDDLES)}. {dice.choice(_ENDINGS)} ({number})"
    text = f"{text} It came up again with {', '.join(random.Random(-1 - number).sample(_ABOUT, 10))}."
    sender = dice.randrange(1, 500)  # so few of each that what an account sent before says nothing
    at = FROM + timedelta(seconds=number * 37 + dice.randrange(30))
    return (
        f"From writer{sender}@mail.example {at:%a %b %d %H:%M:%S %Y}\n"
        f"From: Writer {sender} <writer{sender}@mail.example>\n"
        "To: a.okwuosa@rivercrest-family-heal.example\n"
        f"Subject: About your work\nDate: {format_datetime(at)}\nMessage-ID: <m{number}@mail.example>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{text}{' I take that back.' if edited else ''}\n\n"
    ).encode()
