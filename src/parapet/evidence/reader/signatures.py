"""RSA (PKCS #1 v1.5), ECDSA and Ed25519 signatures, checked with nothing but integers.

For a few signatures a bag. It holds no secret, so that its timing tells nothing.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from parapet.evidence.reader.der import NULL, SEQUENCE, Node, read_bits, read_der, read_integer, read_oid
from parapet.evidence.reader.ed25519 import is_signed

_HASHES = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
_RSA, _EC, _ED25519 = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1", "1.3.101.112"
#: Algorithm to the hash that it names and the kind of key that it needs.
_SIGNED_BY = {
    "1.2.840.113549.1.1.11": ("sha256", _RSA),
    "1.2.840.113549.1.1.12": ("sha384", _RSA),
    "1.2.840.113549.1.1.13": ("sha512", _RSA),
    "1.2.840.10045.4.3.2": ("sha256", _EC),
    "1.2.840.10045.4.3.3": ("sha384", _EC),
    "1.2.840.10045.4.3.4": ("sha512", _EC),
    _ED25519: ("sha512", _ED25519),
}
#: What stands before the digest in an RSA signature (RFC 8017, section 9.2).
_DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


class Curve(NamedTuple):
    """y^2 = x^3 - 3x + b over the integers modulo p, with a point of prime order (FIPS 186-5)."""

    p: int
    b: int
    order: int
    x: int
    y: int


_CURVES = {
    "1.2.840.10045.3.1.7": Curve(
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
    "1.3.132.0.34": Curve(
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
}


def hash_name(algorithm: Node) -> str:
    """ "sha256", "sha384" or "sha512", from an AlgorithmIdentifier. SHA-1 is refused: two texts may share it."""
    name, given = _algorithm(algorithm)
    if name not in _HASHES or (given and (len(given) != 1 or given[0].raw != b"\x05\x00")):
        raise ValueError("not a hash that is accepted")
    return _HASHES[name]


def check_signature(message: bytes, signature: bytes, algorithm: Node, key: Node, hashed: str = "") -> None:
    """Raise ValueError unless the holder of `key` (SubjectPublicKeyInfo) signed `message`.

    algorithm  AlgorithmIdentifier of the signature; where it names only the kind of key, `hashed` is the hash
    """
    name, given = _algorithm(algorithm)
    if name == _RSA and hashed:
        digest, kind = hashed, _RSA
    else:
        digest, kind = _SIGNED_BY.get(name, ("", ""))
    # RSA has a NULL there, or nothing in some certificates; the others have nothing (RFC 5754, RFC 8410).
    if not kind or (given and (kind != _RSA or len(given) != 1 or given[0].raw != b"\x05\x00")):
        raise ValueError("not a way of signing that is accepted")
    if hashed and kind != _ED25519 and digest != hashed:
        raise ValueError("a signature over another hash than is told")
    key_kind, key_given, public = _public_key(key)
    if key_kind != kind:
        raise ValueError("a key of another kind")
    if kind == _RSA:
        held = _rsa(message, signature, digest, key_given, public)
    elif kind == _EC:
        held = _ecdsa(message, signature, digest, key_given, public)
    else:
        held = not key_given and is_signed(message, signature, public)
    if not held:
        raise ValueError("a signature that does not hold")


def _algorithm(node: Node) -> tuple[str, list[Node]]:
    parts = node.parts(SEQUENCE)
    if not 1 <= len(parts) <= 2:
        raise ValueError("not an algorithm")
    return read_oid(parts[0]), parts[1:]


def _public_key(node: Node) -> tuple[str, list[Node], bytes]:
    parts = node.parts(SEQUENCE)
    if len(parts) != 2:
        raise ValueError("not a key")
    return (*_algorithm(parts[0]), read_bits(parts[1]))


def _rsa(message: bytes, signature: bytes, digest: str, given: list[Node], public: bytes) -> bool:
    numbers = [read_integer(part) for part in read_der(public).parts(SEQUENCE)]
    if len(given) != 1 or given[0].tag != NULL or len(numbers) != 2:
        raise ValueError("not an RSA key")
    modulus, exponent = numbers
    size = (modulus.bit_length() + 7) // 8
    # A huge exponent would take hours.
    if not 2_048 <= modulus.bit_length() <= 8_192 or not 3 <= exponent < 1 << 33 or not exponent & 1 or len(signature) != size:
        raise ValueError("not an RSA key or signature that is accepted")
    number = int.from_bytes(signature, "big")
    info = _DIGEST_INFO[digest] + hashlib.new(digest, message).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(info) - 3) + b"\x00" + info
    return number < modulus and pow(number, exponent, modulus).to_bytes(size, "big") == expected


def _ecdsa(message: bytes, signature: bytes, digest: str, given: list[Node], public: bytes) -> bool:
    curve = _CURVES.get(read_oid(given[0])) if len(given) == 1 else None
    numbers = [read_integer(part) for part in read_der(signature).parts(SEQUENCE)]
    if curve is None or len(numbers) != 2:
        raise ValueError("not a curve or signature that is accepted")
    width = (curve.p.bit_length() + 7) // 8
    x, y = int.from_bytes(public[1 : width + 1], "big"), int.from_bytes(public[width + 1 :], "big")
    if len(public) != 2 * width + 1 or public[0] != 4 or max(x, y) >= curve.p:
        raise ValueError("not a point")
    if (y * y - x * x * x + 3 * x - curve.b) % curve.p:
        raise ValueError("not a point of the curve")
    r, s = numbers
    if not (0 < r < curve.order and 0 < s < curve.order):
        return False
    raw = hashlib.new(digest, message).digest()
    told = int.from_bytes(raw, "big") >> max(0, 8 * len(raw) - curve.order.bit_length())
    inverse = pow(s, curve.order - 2, curve.order)
    base = _multiply(curve, told * inverse % curve.order, (curve.x, curve.y, 1))
    point = _add_points(curve, base, _multiply(curve, r * inverse % curve.order, (x, y, 1)))
    if not point[2]:
        return False
    return point[0] * pow(point[2], -2, curve.p) % curve.p % curve.order == r


def _double(curve: Curve, point: tuple[int, int, int]) -> tuple[int, int, int]:
    """In Jacobian coordinates; (_, _, 0) is the point at infinity."""
    x, y, z = point
    if not z or not y:
        return 1, 1, 0
    p = curve.p
    four_xyy = 4 * x * y * y % p
    slope = 3 * (x - z * z) * (x + z * z) % p
    x3 = (slope * slope - 2 * four_xyy) % p
    return x3, (slope * (four_xyy - x3) - 8 * pow(y, 4, p)) % p, 2 * y * z % p


def _add_points(curve: Curve, one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
    if not one[2] or not other[2]:
        return one if one[2] else other
    p = curve.p
    z1, z2 = one[2] * one[2] % p, other[2] * other[2] % p
    u1, u2 = one[0] * z2 % p, other[0] * z1 % p
    s1, s2 = one[1] * z2 * other[2] % p, other[1] * z1 * one[2] % p
    if u1 == u2:
        return _double(curve, one) if s1 == s2 else (1, 1, 0)
    h, r = u2 - u1, s2 - s1
    hh = h * h % p
    hhh, v = h * hh % p, u1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - s1 * hhh) % p, h * one[2] * other[2] % p


def _multiply(curve: Curve, factor: int, point: tuple[int, int, int]) -> tuple[int, int, int]:
    total = (1, 1, 0)
    while factor:
        if factor & 1:
            total = _add_points(curve, total, point)
        point = _double(curve, point)
        factor >>= 1
    return total
