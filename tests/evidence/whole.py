"""A real bag that holds everything a bag can hold: what the tamper matrix works on.

Two time authorities (`openssl ts`) and a witness (`parapet witness serve`) saw its log before the export and at it; one message
of it was erased, one is withheld whole, and of a note and a message a passage is withheld.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from attrs import evolve
from evidence.tampering import Held
from support.authority import Authority, serve
from support.homes import Homes, close_connections
from support.sample import ADVOCATES, SAMPLE
from support.terminal import parapet
from support.witness import witness_of

from parapet.dossiers.redaction import read_spec
from parapet.evidence.keys import InstanceKey

SECRET = "the yellow house on Alder Lane"


@contextmanager
def whole_bag(homes: Homes, folder: Path) -> Iterator[Held]:
    """Letters of the sample, taken in and exported; then more done to the case, and exported again with less in it."""
    patient = pytest.MonkeyPatch()
    patient.setattr("parapet.anchors.at_once.WITHIN_S", 60.0)  # they all answer, however busy the machine is
    made = [Authority(folder / "one", "one", "rsa", between=True), Authority(folder / "two", "two", "ec")]
    with (
        homes.home(folder / "home", None) as home,
        serve(made[0]) as one,
        serve(made[1]) as two,
        witness_of(folder / "witness") as witness,
        ExitStack() as undone,
    ):
        undone.callback(patient.undo)
        from django.test.utils import override_settings

        from parapet.actions.ask_witnesses import ask_witnesses
        from parapet.actions.erase import erase_item
        from parapet.actions.export_bag import export_bag
        from parapet.actions.gather_all import gather_all
        from parapet.actions.sign_checkpoint import public_key
        from parapet.actions.stamp_checkpoints import stamp_newest
        from parapet.actions.welcome import owner
        from parapet.actions.write_note import write_note
        from parapet.records.models import LogEntry
        from parapet.settings.authorities import read_authorities
        from parapet.settings.witnesses import read_witnesses

        named = "; ".join(f"{each.authority.name} {each.url} {each.authority.chain}" for each in (one, two))
        listed = f"{witness.url}={witness.key}"
        witness.trust(public_key())
        asking = override_settings(
            ENVIRONMENT=evolve(home, time_authorities=read_authorities(named), witnesses=read_witnesses(listed))
        )
        close_connections()
        assert parapet("import", *_letters(folder / "letters"), "--advocates", ADVOCATES).status in (0, 3)
        with asking:
            older = _largest([export_bag(owner(), each, "en", folder / "first") for each in gather_all(owner())])
        case = json.loads((older / "data/case.json").read_bytes())["case"]
        left = [path.name for path in sorted((older / "data/items").iterdir())]
        person = owner()
        write_note(person, case, f"She lives in {SECRET}. I told her to stay with her sister.")
        write_note(person, case, "The clinic has been told.")
        erase_item(person, left[-1], reason="asked")
        with asking:
            from parapet.actions.sign_checkpoint import sign_checkpoint

            sign_checkpoint()
            assert ask_witnesses() == 1
            stamp_newest()
        spec = folder / "spec.json"
        spec.write_text(json.dumps({"items": {left[-2]: "third_party"}, "passages": [{"text": SECRET, "reason": "safety"}]}))
        with asking:
            bag = export_bag(person, case, "en", folder / "second", read_spec(spec.read_text(), "en"))
        hashes = [bytes(h) for h in LogEntry.objects.order_by("index").values_list("leaf_hash", flat=True)]
        size = int((bag / "data/checkpoint.txt").read_text().split("\n")[1])
        key = InstanceKey.load(home.key_file)
        chains = [each.chain.read_bytes() for each in made]
        yield Held(bag, older, key, hashes[:size], witness=witness.key, chains=chains, authorities=made)


def _letters(folder: Path) -> list[Path]:
    """Those of the sample, and one more with the address that is to be withheld."""
    folder.mkdir()
    letter = (
        "From: Angry <angry@mail.example>\nTo: a.okwuosa@rivercrest-family-heal.example\nSubject: I know\n"
        "Date: Tue, 01 Sep 2026 06:01:00 +0000\nMessage-ID: <known@mail.example>\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\nI have seen {SECRET}, and I will be back.\n"
    )
    (folder / "known.eml").write_text(letter)
    return [folder / "known.eml", *sorted((SAMPLE / "mail").glob("*.eml"))]


def _largest(bags: list[Path]) -> Path:
    return max(bags, key=lambda each: len(list((each / "data/items").iterdir())))
