"""A document's signature: seen by programs that are not ours, gone with one changed byte, and bound to the log."""

from __future__ import annotations

import io
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12
from dossiers.pdf import TORONTO
from dossiers.sample import case
from evidence.bags import FOREIGN, OURS, case_of, remanifest, reseal
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader

from parapet.anchors.signature_level import outside_of
from parapet.domain.errors import SettingRefused
from parapet.dossiers.dossier import render
from parapet.evidence.bag import write_bag
from parapet.evidence.outside import TimeAuthority
from parapet.evidence.signature import signed
from parapet.evidence.signer import Signer, home_signer, organisation_signer
from parapet.evidence.verify import verify

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOME = home_signer(OURS)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return render(case(), lang="en", tz=TORONTO)


@pytest.fixture(scope="module")
def document(plain: bytes) -> bytes:
    return signed(plain, HOME, at=NOW, reason="Made by Parapet, unchanged since")


def pdfsig(folder: Path, document: bytes) -> str:
    """What poppler's program says."""
    (folder / "d.pdf").write_bytes(document)
    said = subprocess.run(["pdfsig", "-nocert", "d.pdf"], cwd=folder, capture_output=True, text=True, check=False, timeout=600)
    return said.stdout


def checked(document: bytes, *roots: x509.Certificate) -> object:
    """What pyHanko says, trusting `roots`."""
    from asn1crypto import x509 as asn1

    trust = [asn1.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]
    context = ValidationContext(trust_roots=trust, allow_fetching=False)
    signature = PdfFileReader(io.BytesIO(document)).embedded_signatures[0]
    return validate_pdf_signature(signature, signer_validation_context=context, ts_validation_context=context)


def test_pdfsig_and_pyhanko_accept_it(document, tmp_path):
    said = pdfsig(tmp_path, document)
    assert "Signature is Valid." in said
    assert "Total document signed" in said
    assert "ETSI.CAdES.detached" in said
    status = checked(document, HOME.certificate)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"


def test_it_is_still_the_same_pdf_a(plain, document):
    """The file's own bytes are its beginning, and its metadata is not touched; the widget is as PDF/A and PDF/UA want it."""
    assert document.startswith(plain)
    before, after = PdfReader(io.BytesIO(plain)), PdfReader(io.BytesIO(document))
    assert after.metadata == before.metadata
    assert after.xmp_metadata is not None
    assert after.trailer["/Root"]["/Metadata"].get_data() == before.trailer["/Root"]["/Metadata"].get_data()
    assert b"<pdfaid:part>2</pdfaid:part>" in after.trailer["/Root"]["/Metadata"].get_data()
    assert "/Version" not in after.trailer["/Root"]
    (field,) = [each.get_object() for each in after.trailer["/Root"]["/AcroForm"]["/Fields"]]
    assert field["/F"] & 4 and not field["/F"] & 2
    assert field["/TU"] == "Made by Parapet, unchanged since"
    assert after.pages[0]["/Tabs"] == "/S"


@settings(max_examples=25, deadline=None)
@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
def test_one_flipped_bit_of_the_document_is_seen(plain, document, at, bit):
    """Anywhere in what was there before the signature."""
    changed = bytearray(document)
    changed[at % len(plain)] ^= 1 << bit
    try:
        status = checked(bytes(changed), HOME.certificate)
    except Exception:  # the edge: a reader that cannot open the file does not call it valid either
        return
    assert not status.bottom_line


def test_pdfsig_refuses_a_changed_byte(document, tmp_path):
    at = document.index(b"stream") + 60
    changed = document[:at] + bytes([document[at] ^ 1]) + document[at + 1 :]
    assert "Signature is Valid." not in pdfsig(tmp_path, changed)


def test_what_is_added_later_is_not_covered(document):
    added = document + b"\n% more\n"
    assert checked(added, HOME.certificate).coverage.name != "ENTIRE_FILE"


def test_a_homes_certificate_is_always_the_same_and_tells_nothing():
    assert home_signer(OURS).pem() == HOME.pem()
    assert home_signer(FOREIGN).sha256 != HOME.sha256
    assert HOME.certificate.subject.rfc4514_string() == f"CN=Parapet {OURS.fingerprint}"
    HOME.certificate.verify_directly_issued_by(HOME.certificate)
    usage = HOME.certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.content_commitment and not usage.key_cert_sign
    assert "PrivateKey" not in repr(HOME)


# A certificate authority, an organisation's key, a time authority


def issued(
    name: str, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, by: Signer | None = None, *, stamps: bool = False
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(
        issuer_name=by.certificate.subject if by else subject, subject_name=subject, public_key=key.public_key()
    )
    made = made.serial_number(x509.random_serial_number()).not_valid_before(NOW - timedelta(days=4_000))
    made = made.not_valid_after(NOW + timedelta(days=4_000))
    made = made.add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
    uses = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False)
    usage = x509.KeyUsage(digital_signature=True, content_commitment=True, key_cert_sign=by is None, crl_sign=by is None, **uses)
    made = made.add_extension(usage, critical=True)
    made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if stamps:
        here = x509.DistributionPoint([x509.UniformResourceIdentifier("http://127.0.0.1/crl")], None, None, None)
        made = made.add_extension(x509.CRLDistributionPoints([here]), critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return made.sign(by.key if by else key, SHA256())


@pytest.fixture(scope="module")
def authority() -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    return Signer(key, issued("Test authority", key))


@pytest.fixture(scope="module")
def organisation(authority: Signer) -> bytes:
    """A PKCS#12 file, as an organisation has it from its authority."""
    key = rsa.generate_private_key(65_537, 2_048)
    certificate = issued("Example Hospital", key, authority)
    return pkcs12.serialize_key_and_certificates(
        b"x", key, certificate, [authority.certificate], BestAvailableEncryption(b"open sesame")
    )


def test_an_organisation_signs_by_its_own_certificate(plain, organisation, authority, tmp_path):
    signer = organisation_signer(organisation, b"open sesame")
    document = signed(plain, signer, at=NOW, reason="x")
    said = pdfsig(tmp_path, document)
    assert "Example Hospital" in said
    assert "Signature is Valid." in said
    assert checked(document, authority.certificate).bottom_line
    assert signer.pem().count(b"BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize("bundle", ["theirs", "nothing", "text", "no key"])
def test_a_file_that_does_not_sign_is_refused(organisation, authority, bundle):
    given = {
        "theirs": (organisation, b"another"),
        "nothing": (b"", b""),
        "text": (b"-----BEGIN PRIVATE KEY-----", b"open sesame"),
        "no key": (pkcs12.serialize_key_and_certificates(None, None, None, [authority.certificate], NoEncryption()), b""),
    }[bundle]
    with pytest.raises(SettingRefused):
        organisation_signer(*given)


@pytest.fixture
def stamping(authority: Signer, tmp_path: Path) -> TimeAuthority:
    """`openssl ts`, an authority of time that is not ours."""
    key = rsa.generate_private_key(65_537, 2_048)
    certificate = issued("Test time", key, authority, stamps=True)
    (tmp_path / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    (tmp_path / "tsa.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "serial").write_text("01\n")
    (tmp_path / "ts.cnf").write_text(
        "[tsa]\ndefault_tsa = t\n[t]\nserial = serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.4.1\n"
        "digests = sha256\nordering = no\ntsa_name = no\ness_cert_id_alg = sha256\n"
    )

    def stamp(request: bytes) -> bytes:
        (tmp_path / "q").write_bytes(request)
        command = "openssl ts -reply -config ts.cnf -queryfile q -inkey key.pem -signer tsa.pem -out r"
        subprocess.run(command.split(), cwd=tmp_path, check=True, capture_output=True, timeout=600)
        return (tmp_path / "r").read_bytes()

    return TimeAuthority(stamp, authority.certificate.public_bytes(Encoding.PEM) + certificate.public_bytes(Encoding.PEM))


def crl(by: Signer) -> bytes:
    """Nothing is revoked, says `by`."""
    made = x509.CertificateRevocationListBuilder(by.certificate.subject, NOW - timedelta(days=1), NOW + timedelta(days=4_000))
    return made.sign(by.key, SHA256()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("given", ["no chain", "no lists", "lists", "garbage"])
def test_a_time_authority_makes_it_b_t_and_what_is_known_of_its_chain_b_lt(plain, authority, stamping, given, tmp_path):
    answers = {"lists": crl(authority), "garbage": b"<html>"}
    look_up = (lambda url, request: answers[given]) if given in answers else None
    asked = evolve(stamping, chain=b"" if given == "no chain" else stamping.chain, look_up=look_up)
    outside = outside_of(HOME, asked)
    assert (outside.level, outside.why) == {
        "no chain": ("B-T", "chain"), "no lists": ("B-T", "revocation"), "lists": ("B-LT", ""), "garbage": ("B-T", "revocation"),
    }[given]  # fmt: skip
    document = signed(plain, HOME, at=NOW, reason="x", outside=outside)
    status = checked(document, HOME.certificate, authority.certificate)
    assert status.valid and status.intact and status.trusted
    assert status.timestamp_validity.valid and status.timestamp_validity.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert (b"/DSS" in document[len(plain) :]) is (given == "lists")
    assert "Signature is Valid." in pdfsig(tmp_path, document)


def test_an_authority_that_fails_is_told_to_who_asked(plain):
    def refuse(request: bytes) -> bytes:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        outside_of(HOME, TimeAuthority(refuse))


class _Authority(BaseHTTPRequestHandler):
    """A time authority on loopback; `stamp` answers, or breaks."""

    stamp: Callable[[bytes], bytes]
    status = 200

    def do_POST(self) -> None:
        answer = type(self).stamp(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(type(self).status)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.mark.parametrize("behaves", ["well", "garbage", "refuses", "stale"])
def test_an_authority_over_the_network_stamps_or_does_not_hold_up_the_document(plain, authority, stamping, behaves, tmp_path):
    """Whatever it answers, the document is signed; a token that is not over this signature is not taken."""
    from parapet.actions.document_signing import Hand
    from parapet.anchors.document_time import asker

    kept: list[bytes] = []

    def stamp(request: bytes) -> bytes:
        if behaves == "garbage":
            return b"<html>"
        if behaves == "stale":
            kept.append(stamping.stamp(request))
            return kept[0]
        return stamping.stamp(request)

    handler = type("Handler", (_Authority,), {"stamp": staticmethod(stamp), "status": 503 if behaves == "refuses" else 200})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        asked = TimeAuthority(asker(f"http://127.0.0.1:{server.server_port}/"), stamping.chain)
        made = Hand.of(HOME, asked).sign(plain, "fr", NOW)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    document = made.document
    assert made.level == ("B-T" if behaves == "well" else "B-B")
    status = checked(document, HOME.certificate, authority.certificate)
    assert status.valid and status.intact
    assert (status.timestamp_validity is not None) is (behaves == "well")
    assert "Signature is Valid." in pdfsig(tmp_path, document)


# The certificate and the log


def codes(bag: Path) -> list[str]:
    return [fault.code for fault in verify(bag).faults]


def test_the_log_tells_by_which_certificate_a_bag_is_signed(tmp_path):
    bag = write_bag(tmp_path / "case", case_of(signer=HOME))
    assert verify(bag).sound
    path = bag / "data/documents/signing-certificate.pem"
    path.write_bytes(home_signer(FOREIGN).pem())
    remanifest(bag)
    reseal(bag, OURS)
    assert "signer.other" in codes(bag)
    for nonsense in (b"", b"-----BEGIN CERTIFICATE-----\nAAA\n-----END CERTIFICATE-----\n", b"\xff" * 90):
        path.write_bytes(nonsense)
        reseal(bag, OURS)
        assert "signer.other" in codes(bag)
    path.unlink()
    reseal(bag, OURS)
    assert "signer.missing" in codes(bag)


def test_a_certificate_that_the_log_does_not_name_is_none(tmp_path):
    plain = case_of()
    bag = write_bag(tmp_path / "case", evolve(plain, files=[*plain.files, ("signing-certificate.pem", HOME.pem())]))
    assert codes(bag) == ["signer.other"]
