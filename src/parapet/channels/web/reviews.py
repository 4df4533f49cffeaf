"""Reviews on a page: what the site itself says in schema.org's words, else by a recipe for the site. Pure.

What a page says of its reviews is a stranger's: shapes are looked at, lengths and numbers are limited, and what does not fit is passed over.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urldefrag, urlsplit

from attrs import frozen

from parapet.channels.text import led_to, line

MAX_REVIEWS = 400
MAX_DEPTH = 12
MAX_NODES = 20_000
_MAX_TEXT_CHARS = 20_000
_NUMBER = re.compile(r"([0-9]{1,3})(?:[.,]([0-9]{1,2}))?")
_REVIEW_TYPES = frozenset({"review", "userreview", "criticreview", "medicalreview"})


@frozen
class Review:
    """One review. `rating` on five points, None where the page gives none; `uri` its own address, or one made of what names it."""

    uri: str
    text: str
    author: str = ""
    sent_at: str = ""
    rating: float | None = None

    def digest(self) -> str:
        """Changes when what a reader sees changes."""
        said = "\x1f".join((" ".join(self.text.split()), "" if self.rating is None else f"{self.rating:g}"))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@frozen
class Reviews:
    """All of a page. `count` is how many the site says that it has; None where it says nothing. `by`: "schema", "recipe", or "" for none."""

    found: tuple[Review, ...] = ()
    count: int | None = None
    by: str = ""


def reviews_of(told: Mapping[str, Any], page: str) -> Reviews:
    """What `told`, which a browser read from the page at the address `page`, says of reviews.

    told   "ld": texts of JSON-LD; "items": microdata as objects of its properties; "recipe": the same by the site's recipe
    """
    nodes = [*_linked(told.get("ld")), *_objects(told.get("items"))]
    raw = [node for node in nodes if _types(node) & _REVIEW_TYPES]
    count = next((n for node in nodes if "aggregaterating" in _types(node) and (n := _count(node)) is not None), None)
    found = _made(raw, page)
    if found:
        return Reviews(found, count, "schema")
    found = _made(_objects(told.get("recipe")), page)
    return Reviews(found, count, "recipe" if found else "")


def _made(raw: Sequence[Mapping[str, Any]], page: str) -> tuple[Review, ...]:
    found: dict[str, Review] = {}
    same: dict[str, int] = {}
    for node in raw[: 2 * MAX_REVIEWS]:
        review = _review(node, page, same)
        if review is not None:
            found.setdefault(review.uri, review)
    return tuple(found.values())[:MAX_REVIEWS]


def _review(node: Mapping[str, Any], page: str, same: dict[str, int]) -> Review | None:
    text = _text(node.get("reviewBody") or node.get("description") or node.get("text"))[:_MAX_TEXT_CHARS]
    rating = _rating(node.get("reviewRating") if node.get("reviewRating") is not None else node.get("rating"))
    if not text.strip() and rating is None:
        return None
    author = line(_name(node.get("author")))[0]
    sent_at = line(_text(node.get("datePublished") or node.get("dateCreated") or node.get("sent_at")), 64)[0]
    return Review(_uri(node, page, (author, sent_at, text), same), text, author, sent_at, rating)


def _uri(node: Mapping[str, Any], page: str, said: tuple[str, str, str], same: dict[str, int]) -> str:
    """Its own address on the same site; else one of the page with what names it: the site's id, or who wrote when.

    A review that is edited keeps its name: the words count only where nothing else names it. Two by one writer on one day are told apart.
    """
    bare = urldefrag(page)[0]
    for name in ("url", "@id", "itemid"):
        said_at = _text(node.get(name))
        address = led_to(page, said_at) if said_at else ""
        if address and len(address) <= 1_500 and _site(address) == _site(page) and address != page:
            plain, fragment = urldefrag(address)
            if plain != bare:
                return plain
            if fragment:
                return f"{bare}#/review/{_short(fragment)}"
    ident = _text(node.get("identifier") or node.get("id"))
    author, sent_at, text = said
    name = f"id:{ident}" if ident else f"by:{author}\x1f{sent_at}" if author and sent_at else f"words:{author}{sent_at}{text}"
    nth = same[name] = same.get(name, 0) + 1
    return f"{bare}#/review/{_short(name if nth == 1 else f'{name} {nth}')}"


def _site(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _short(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _linked(texts: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in JSON-LD, however deep it lies; at most MAX_NODES."""
    left = MAX_NODES
    for text in texts[:50] if isinstance(texts, list) else ():
        try:
            waiting: list[tuple[Any, int]] = [(json.loads(text), 0)] if isinstance(text, str) else []
        except (ValueError, RecursionError):
            continue
        while waiting and left:
            value, depth = waiting.pop(0)
            left -= 1
            if isinstance(value, dict):
                yield value
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            if depth < MAX_DEPTH:
                waiting += [(each, depth + 1) for each in inner if isinstance(each, dict | list)][:left]


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in value[: 4 * MAX_REVIEWS] if isinstance(each, dict)] if isinstance(value, list) else []


def _types(node: Mapping[str, Any]) -> frozenset[str]:
    said = node.get("@type", node.get("type"))
    given = said if isinstance(said, list) else [said]
    return frozenset(each.rstrip("/").rpartition("/")[2].lower() for each in given if isinstance(each, str))


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@value") or value.get("value") or value.get("@id") or ""
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _name(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _rating(value: Any) -> float | None:
    """On five points: a site may count otherwise, and says so."""
    if isinstance(value, list):
        value = value[0] if value else None
    node = value if isinstance(value, dict) else {"ratingValue": value}
    points, best, worst = (_points(node.get(name)) for name in ("ratingValue", "bestRating", "worstRating"))
    if points is None:
        return None
    best, worst = 5.0 if best is None else best, 1.0 if worst is None else worst
    if best <= worst or not worst <= points <= best:
        return None
    on_five = points if (best, worst) == (5.0, 1.0) else 1 + 4 * (points - worst) / (best - worst)
    return round(on_five, 2)


def _points(value: Any) -> float | None:
    match = _NUMBER.search(_text(value))
    return float(f"{match[1]}.{match[2] or 0}") if match else None


def _count(node: Mapping[str, Any]) -> int | None:
    said = _text(node.get("reviewCount") or node.get("ratingCount")).replace(",", "").replace("\u00a0", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 7 else None


def vanished(known: Mapping[str, Sequence[str]], found: Sequence[Review]) -> list[str]:
    """Which of `known` (address to [digest, when it was written], as of the last look) are missing among `found` and should stand there.

    A page shows the newest, so that the oldest fall off its end as others come: one that is older than all that is shown may stand on the
    next page. Where dates are missing nobody can tell, unless nothing new came.
    """
    here = {review.uri for review in found}
    missing = [uri for uri in known if uri not in here]
    dates = [review.sent_at[:10] for review in found if _is_day(review.sent_at)]
    oldest = min(dates) if dates and len(dates) == len(found) else ""
    pushed = any(review.uri not in known for review in found)  # something new may have pushed it off the page
    kept = []
    for uri in missing:
        when = known[uri][1][:10]
        newer = bool(oldest) and _is_day(when) and when > oldest
        if newer or not pushed:
            kept.append(uri)
    return kept


def _is_day(said: str) -> bool:
    return re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said) is not None


def as_posts(found: Sequence[Review], platform: str) -> list[dict[str, Any]]:
    """As `capture.json` lists them."""
    return [
        {
            "url": each.uri,
            "text": each.text,
            "author": each.author,
            "platform": platform,
            "sent_at": each.sent_at,
            "rating": each.rating,
            "kind": "review",
        }
        for each in found
    ]
