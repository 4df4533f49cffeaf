"""Ed25519 signatures, checked with nothing but integers (RFC 8032, section 5.1.7, and its appendix A).

For one or two signatures a bag. It holds no secret, so that its timing tells nothing.
"""

from __future__ import annotations

import hashlib

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT_OF_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
_NEUTRAL = (0, 1, 1, 0)


def _x_of(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P)
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    return x if x & 1 == sign else _P - x


def _decode(raw: bytes) -> tuple[int, int, int, int] | None:
    """A point in extended coordinates, or None when the bytes are no point or not its one spelling."""
    number = int.from_bytes(raw, "little")
    y = number & ((1 << 255) - 1)
    x = _x_of(y, number >> 255) if len(raw) == 32 and y < _P else None
    return None if x is None else (x, y, 1, x * y % _P)


def _encode(point: tuple[int, int, int, int]) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _add(p: tuple[int, int, int, int], q: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(factor: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    total = _NEUTRAL
    while factor:
        if factor & 1:
            total = _add(total, point)
        point = _add(point, point)
        factor >>= 1
    return total


_BASE = _decode((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def is_signed(message: bytes, signature: bytes, public: bytes) -> bool:
    """True when `signature` (64 bytes) over `message` is by the holder of `public` (32 bytes)."""
    key = _decode(public)
    if key is None or _BASE is None or len(signature) != 64:
        return False
    factor = int.from_bytes(signature[32:], "little")
    if factor >= _ORDER:  # otherwise one signature would have many spellings
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    minus_key = (_P - key[0], key[1], 1, _P - key[3])
    return _encode(_add(_times(factor, _BASE), _times(challenge, minus_key))) == signature[:32]
