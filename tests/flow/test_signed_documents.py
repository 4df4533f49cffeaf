"""Documents by an organisation's certificate and a real time authority: they hold when nobody answers any more (PAdES B-LT).

The bag is made by `parapet export`; what checks it is pyHanko's validator, poppler's `pdfsig` and `openssl`.
"""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto import x509
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.validation.ades import ades_with_time_validation
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.policy_decl import (
    CertificateFetchingRule,
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer
from pypdf import PdfReader
from support import many
from support.issuer import Issuer, issuing
from support.sample import ADVOCATES
from support.terminal import Said, parapet

from parapet.evidence.verify import verify

NAMES = [
    "a-l-intention-de-la-police-et-des-avocats.pdf",
    "affidavit-en.pdf",
    "affidavit-fr.pdf",
    "certificate-fre-902-13-14.pdf",
    "dossier.pdf",
    "for-the-officer-or-lawyer.pdf",
]


def certificates(path: Path) -> list[x509.Certificate]:
    return list(load_certs_from_pemder([str(path)]))


@pytest.fixture
def case(home, take_in, team, tmp_path) -> str:
    from parapet.actions.gather_all import gather_all

    path = tmp_path / "ours.mbox"
    path.write_bytes(many.mails(0, 2))
    take_in(path, advocates=ADVOCATES, person=team.advocate)
    (made,) = gather_all(team.advocate)
    return str(made)


def export(home, case: str, out: Path, issuer: Issuer, *, p12: Path | None = None, lang: str = "en") -> tuple[Said, Path]:
    """`parapet export`, with the settings that an organisation has."""
    said = parapet(
        "export", "--case", case, "-o", out, "--lang", lang,
        PARAPET_HOME=str(home.home),
        PARAPET_SIGNING_P12=str(p12 or issuer.p12),
        PARAPET_SIGNING_PASSPHRASE_FILE=str(issuer.passphrase),
        PARAPET_TIME_AUTHORITIES=f"clock {issuer.url}tsa {issuer.chain}",
        LANG="fr_CA.UTF-8" if lang == "fr" else "C.UTF-8",
    )  # fmt: skip
    assert said.status == 0, said.err
    return said, Path(said.out.strip())


def holds_alone(document: bytes, roots: Path) -> bool:
    """pyHanko's judgement of a signature with time (ETSI EN 319 102-1, 5.5) by what lies in the document and nothing else: of every
    certificate it must be known that it is not revoked."""
    reader = PdfFileReader(io.BytesIO(document))
    signature, store = reader.embedded_signatures[0], DocumentSecurityStore.read_dss(reader)
    signature.compute_integrity_info()
    assert signature.coverage.name == "ENTIRE_FILE", "what level B-LT adds is signed too"
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(trust_roots=certificates(roots)),
        revinfo_policy=CertRevTrustPolicy(REQUIRE_REVINFO),
    )
    nobody = RevocationInfoGatheringSpec(
        online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY, certificate_fetching_rule=CertificateFetchingRule.NEVER_FETCH
    )
    lies_in_it = LocalKnowledge(
        known_certs=list(store.load_certs()),
        known_crls=[CRLContainer(CertificateList.load(crl.get_object().data)) for crl in store.crls],
        known_ocsps=[OCSPContainer(OCSPResponse.load(ocsp.get_object().data)) for ocsp in store.ocsps],
    )
    spec = SignatureValidationSpec(policy, revinfo_gathering_policy=nobody, local_knowledge=lies_in_it)
    result = asyncio.run(
        ades_with_time_validation(signature.signed_data, spec, raw_digest=signature.compute_digest(), status_cls=PdfSignatureStatus,
                                  extra_status_kwargs=signature.summarise_integrity_info())
    )  # fmt: skip
    return result.ades_subindic == AdESPassed.OK and result.best_signature_time is not None and has_stamp(document)


def has_stamp(document: bytes) -> bool:
    """A signature time stamp lies beside the signature."""
    (signer,) = PdfFileReader(io.BytesIO(document)).embedded_signatures[0].signed_data["signer_infos"]
    return any(each["type"].native == "signature_time_stamp_token" for each in signer["unsigned_attrs"] or ())


def pdfsig(path: Path) -> str:
    return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True, timeout=60).stdout


def reason(path: Path) -> str:
    return str(PdfFileReader(io.BytesIO(path.read_bytes())).embedded_signatures[0].sig_object["/Reason"])


def levels(bag: Path) -> dict[str, tuple[str, str]]:
    told = json.loads((bag / "data/case.json").read_text())["signatures"]
    return {name: (each["level"], each["why"]) for name, each in told.items()}


@pytest.fixture(scope="module", params=["ocsp", "lists"])
def issuer(request, tmp_path_factory) -> Iterator[Issuer]:
    with issuing(tmp_path_factory.mktemp("issuer") / "ca", ocsp=request.param == "ocsp") as made:
        yield made


def test_every_document_of_a_bag_holds_when_nobody_answers_any_more(home, case, tmp_path):
    for ocsp in (True, False):
        with issuing(tmp_path / f"ca-{ocsp}", ocsp=ocsp) as issuer:
            said, bag = export(home, case, tmp_path / f"bags-{ocsp}", issuer)
        # The authority is gone from here on.
        assert verify(bag, authorities=[issuer.chain.read_bytes()]).sound
        assert "level" not in said.err
        assert levels(bag) == dict.fromkeys(NAMES, ("B-LT", ""))
        for name in NAMES:
            path = bag / "data/documents" / name
            document = path.read_bytes()
            assert holds_alone(document, issuer.roots), name
            assert "Signature is Valid." in pdfsig(path)
            assert "Total document signed" in pdfsig(path)
            assert "PAdES B-LT" in reason(path)
            embedded = PdfFileReader(io.BytesIO(document))
            store = DocumentSecurityStore.read_dss(embedded)
            assert len(store.certs) >= 4
            assert (len(store.ocsps), len(store.crls)) == ((1, 2) if ocsp else (0, 2))
            assert b"<pdfaid:part>2</pdfaid:part>" in PdfReader(io.BytesIO(document)).trailer["/Root"]["/Metadata"].get_data()
        assert not holds_alone_under_another_root(document, tmp_path / f"other-{ocsp}")


def holds_alone_under_another_root(document: bytes, folder: Path) -> bool:
    with issuing(folder) as other:
        try:
            return holds_alone(document, other.roots)
        except Exception:  # whatever the validator says, it does not say that it holds
            return False


@pytest.mark.parametrize(
    ("silent", "level", "why", "told"),
    [
        (["tsa"], "B-B", "time", "no stamp could be had"),
        (["middle.crl"], "B-T", "revocation", "it could not be learned whether a certificate is revoked"),
        (["root.crl", "middle.crl", "ocsp"], "B-T", "revocation", "it could not be learned whether a certificate is revoked"),
    ],
)
def test_what_does_not_answer_is_told_and_holds_up_nothing(home, case, issuer, tmp_path, silent, level, why, told):
    issuer.silent = set(silent)
    try:
        said, bag = export(home, case, tmp_path / "bags", issuer)
    finally:
        issuer.silent = set()
    assert levels(bag) == dict.fromkeys(NAMES, (level, why))
    assert f"signed at level PAdES {level}: " in said.err
    for name in NAMES:
        path = bag / "data/documents" / name
        assert "Signature is Valid." in pdfsig(path) and "Total document signed" in pdfsig(path)
        assert f"PAdES {level}" in reason(path)
        assert has_stamp(path.read_bytes()) is (level == "B-T")
    assert told in reason(bag / "data/documents/dossier.pdf")
    assert "(PAdES" in reason(bag / "data/documents/affidavit-fr.pdf")
    assert verify(bag).sound


def test_a_revoked_certificate_and_a_chain_without_its_root_are_told(home, case, tmp_path):
    with issuing(tmp_path / "ca") as issuer:
        said, bag = export(home, case, tmp_path / "bags", issuer, p12=issuer.p12_without_root)
        assert set(levels(bag).values()) == {("B-T", "chain")}
        assert "does not reach its root" in said.err
        issuer.revoke("organisation")
        said, bag = export(home, case, tmp_path / "bags", issuer, lang="fr")
        assert set(levels(bag).values()) == {("B-T", "revoked")}
        assert "un certificat est révoqué" in said.err
        assert "un certificat est révoqué" in reason(bag / "data/documents/dossier.pdf")


def test_a_home_by_itself_reaches_b_b_and_with_a_time_authority_b_lt(home, case, issuer, tmp_path):
    """Its own certificate is signed by nobody else: there is nobody who could revoke it, and its word needs no list."""
    said = parapet("export", "--case", case, "-o", tmp_path / "alone", PARAPET_HOME=str(home.home))
    alone = Path(said.out.strip())
    assert set(levels(alone).values()) == {("B-B", "")} and "level" not in said.err
    said = parapet(
        "export", "--case", case, "-o", tmp_path / "stamped",
        PARAPET_HOME=str(home.home), PARAPET_TIME_AUTHORITIES=f"clock {issuer.url}tsa {issuer.chain}",
    )  # fmt: skip
    stamped = Path(said.out.strip())
    assert set(levels(stamped).values()) == {("B-LT", "")}
    both = tmp_path / "both.pem"
    both.write_bytes(issuer.roots.read_bytes() + (stamped / "data/documents/signing-certificate.pem").read_bytes())
    for name in NAMES:
        assert holds_alone((stamped / "data/documents" / name).read_bytes(), both)


def test_a_file_of_another_authoritys_certificates_gives_no_time(home, case, tmp_path):
    with issuing(tmp_path / "one") as one, issuing(tmp_path / "two") as two:
        one.chain.write_bytes(two.chain.read_bytes())
        said, bag = export(home, case, tmp_path / "bags", one)
        assert set(levels(bag).values()) == {("B-B", "time")}
        assert "Traceback" not in said.err
