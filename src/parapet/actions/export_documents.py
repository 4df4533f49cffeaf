"""The documents of an export: the dossier, and the forms for those who receive it. Each is signed."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from parapet.access.anchors import bundles_of, words_before, words_over
from parapet.actions.document_signing import Hand, SignedDocument, document_authority
from parapet.actions.export_snapshot import Snapshot, file_of
from parapet.actions.sign_checkpoint import public_key
from parapet.dossiers import paper
from parapet.dossiers.case_file import CaseFile, volumes
from parapet.dossiers.dossier import render
from parapet.dossiers.filing import Filing
from parapet.evidence.bundles import AnchorBundle
from parapet.records.keyring import keyring


def documents(snapshot: Snapshot, lang: str, anchors: Sequence[AnchorBundle]) -> dict[str, SignedDocument]:
    """All that go into a bag, by name. The dossier is in `lang` ("en" or "fr")."""
    file = file_of(snapshot, anchors)
    made = [*_dossiers(file, lang), *_forms(file, snapshot)]
    hand = Hand.of(snapshot.signer, document_authority())
    return {name: hand.sign(document, tongue, snapshot.at) for name, document, tongue in made}


def signed_dossier(
    snapshot: Snapshot, lang: str, part: Callable[[CaseFile], CaseFile] | None = None, filing: Filing | None = None
) -> bytes:
    """The dossier alone, of a case that fits into one; `part` leaves of the file what its reader may see, `filing` is for whom it is."""
    size = snapshot.checkpoint.size
    anchors, _ = bundles_of(words_over(snapshot.entries, size, words_before(snapshot.entries)), size, snapshot.tree)
    file = file_of(snapshot, anchors)
    document = render(part(file) if part else file, lang=lang, tz=_zone(), filing=filing)
    return Hand.of(snapshot.signer, document_authority()).sign(document, lang, snapshot.at).document


def _dossiers(file: CaseFile, lang: str) -> Iterator[tuple[str, bytes, str]]:
    """One file, or as many volumes as the case takes."""
    parts = volumes(file)
    for number, part in enumerate(parts, 1):
        name = "dossier.pdf" if len(parts) == 1 else f"dossier-{number}.pdf"
        yield name, render(part, lang=lang, tz=_zone()), lang


def _forms(file: CaseFile, snapshot: Snapshot) -> Iterator[tuple[str, bytes, str]]:
    """In both languages: who receives a bag may speak the other one."""
    tz = _zone()
    runs_on = f"Python {platform.python_version()}, {connection.display_name}, {platform.system() or 'unknown'}"
    system = paper.System(keyring().instance.origin, public_key(), snapshot.signer.sha256, runs_on)
    yield "affidavit-en.pdf", paper.affidavit(file, system, lang="en", tz=tz), "en"
    yield "affidavit-fr.pdf", paper.affidavit(file, system, lang="fr", tz=tz), "fr"
    yield "certificate-fre-902-13-14.pdf", paper.certificate(file, system, tz=tz), "en"
    yield "for-the-officer-or-lawyer.pdf", paper.for_the_receiver(file, system, lang="en", tz=tz), "en"
    yield "a-l-intention-de-la-police-et-des-avocats.pdf", paper.for_the_receiver(file, system, lang="fr", tz=tz), "fr"


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
