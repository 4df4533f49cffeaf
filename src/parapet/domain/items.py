"""What arrives: an `Item`, who wrote it, to whom it is aimed."""

from __future__ import annotations

import enum
import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from attrs import field, frozen

#: Times outside this span are kept as given but not believed (domain flag `IMPLAUSIBLE_TIME`).
EARLIEST_PLAUSIBLE = datetime(1990, 1, 1, tzinfo=UTC)


class ItemKind(enum.StrEnum):
    """What sort of message it is, across all channels."""

    POST = "post"
    REPLY = "reply"
    QUOTE = "quote"
    REPOST = "repost"
    MESSAGE = "message"  # a private message
    MAIL = "mail"
    COMMENT = "comment"
    REVIEW = "review"
    COMPLAINT = "complaint"  # a letter to a college, an employer, a hospital
    SPOKEN = "spoken"  # by phone or in person, written down by whoever heard it
    CAPTURE = "capture"


class Flag(enum.StrEnum):
    """What a careful reader should know about how an item came in. Shown in words on the item page."""

    MALFORMED = "malformed"  # the container was damaged; what could be read was kept
    IMPLAUSIBLE_TIME = "implausible_time"  # no time, or one that cannot be; the time of capture stands in
    DAMAGED_CHARSET = "damaged_charset"  # the bytes are not in the charset they claim
    UNKNOWN_CHARSET = "unknown_charset"
    GUESSED_CHARSET = "guessed_charset"  # no charset was declared; detected from the bytes
    CUT_FOR_DISPLAY = "cut_for_display"  # text longer than MAX_TEXT_CHARS; the original bytes are whole
    BINARY = "binary"  # declared as text, but it is not
    LONE_SURROGATES = "lone_surrogates"  # replaced in the text; the original bytes are whole
    CONTROL_CHARACTERS = "control_characters"  # NUL and other controls shown as symbols
    HIDDEN_CHARACTERS = "hidden_characters"  # zero-width or direction marks
    HOMOGLYPHS = "homoglyphs"  # letters of several alphabets within one word
    HTML_ONLY = "html_only"  # mail without a plain text part
    TRANSLATED = "translated"  # the platform's machine translation was set aside for the original
    NO_TEXT_LAYER = "no_text_layer"  # a scanned PDF: read the original
    TOO_DEEP = "too_deep"  # messages nested beyond the limit were not opened
    OVERSIZE_IMAGE = "oversize_image"  # an image claims dimensions that would exhaust memory; not decoded
    LINK_REMOVED = "link_removed"  # a link that was neither http nor https
    EDITED_EARLIER = "edited_earlier"  # the platform says that it was edited before we first saw it
    AMBIGUOUS_MEMBER = "ambiguous_member"  # the archive holds two files of this name


#: A text longer than this is cut for display and triage keeps head and tail; the original bytes are never cut.
MAX_TEXT_CHARS = 200_000


class IdentifierKind(enum.StrEnum):
    """How somebody may be named in a message or known to us."""

    DID = "did"
    HANDLE = "handle"  # Bluesky handle, without @
    ACCT = "acct"  # Mastodon user@host
    SCREEN_NAME = "screen_name"  # "<platform>:<name>": X, Instagram, Facebook, TikTok
    MENTION = "mention"  # such a name alone, as texts anywhere call somebody by it; says whom, never who wrote
    NATIVE_ID = "native_id"  # "<platform>:<id>"
    EMAIL = "email"
    NAME = "name"
    CHANNEL_ID = "channel_id"  # YouTube channel
    VIDEO_ID = "video_id"  # YouTube video
    PLACE = "place"  # a listing or workplace, as in reviews


@frozen(order=True)
class Identifier:
    """One name of somebody, comparable after `normalised`."""

    kind: IdentifierKind
    value: str

    def normalised(self) -> str:
        """`kind:value` in lower case, NFKC, single spaces, without a leading @ or a title before a name."""
        return _normalised(self.kind, self.value)


def screen_name(platform: str, name: str) -> Identifier:
    """`name` on `platform`: the same letters elsewhere are somebody else's."""
    return Identifier(IdentifierKind.SCREEN_NAME, f"{platform}:{name.strip().lstrip('@')}" if name.strip() else "")


# The same few handles come in message after message: a pile-on answers one post.
@lru_cache(maxsize=16_384)
def _normalised(kind: IdentifierKind, value: str) -> str:
    value = " ".join(unicodedata.normalize("NFKC", value).casefold().split()).lstrip("@")
    if kind is IdentifierKind.NAME:
        for title in ("dr. ", "dr ", "dre ", "dre. ", "docteur ", "docteure ", "doctor "):
            value = value.removeprefix(title)
    return f"{kind}:{value}"


@frozen
class Account:
    """Who wrote an item, as the platform tells it. Every field may be empty when the platform does not say."""

    platform: str
    handle: str = ""  # as shown, without @; an e-mail address for mail
    native_id: str = ""  # DID, numeric id, channel id: given by the platform, never a word that the writer could choose
    name: str = ""  # display name

    @property
    def key(self) -> str:
        """The stable name of this account: native id before handle before name; "" when anonymous."""
        who = self.native_id or self.handle or self.name
        return f"{self.platform}:{who.casefold()}" if who else ""


@frozen
class Attachment:
    """A file that came with an item. The name is the sender's: never use it as a path."""

    name: str
    media_type: str
    size_bytes: int
    sha256: str


def _flags(given: Iterable[Flag]) -> frozenset[Flag]:
    return frozenset(given)


@frozen
class Item:
    """One message, review, letter or comment, as it was at one moment.

    uri        the platform's own name: AT URI, ActivityPub id, Message-ID with <>, URL; never empty. A channel
               whose export has no ids makes a stable one ("meta:instagram:inbox/...:1787370021613").
    aliases    other names of the same thing: URLs, bare ids; any of them finds it again
    text       plain text as a person would read it, NFC left as given, at most MAX_TEXT_CHARS, no NUL
    sent_at    aware, UTC; None when the source gives none that can be believed
    revision   the platform's own name of this content (a CID, an edit time); "" when it has none
    aimed_at   identifiers the message addresses: mentions, recipients, the author replied to, the reviewed
    refers_to  URIs it replies to, quotes or reposts, nearest first
    own        written by whoever's export this is (own tweets), as the container tells: context, not abuse
    """

    channel: str
    uri: str
    kind: ItemKind
    author: Account
    text: str
    sent_at: datetime | None = None
    sent_at_as_given: str = ""
    subject: str = ""
    aliases: tuple[str, ...] = ()
    revision: str = ""
    lang: str = ""  # as declared by the platform: "en", "fr", ""
    aimed_at: tuple[Identifier, ...] = ()
    refers_to: tuple[str, ...] = ()
    thread: str = ""  # URI of the thread's root, or a conversation id
    url: str = ""  # https address where a person can look; "" when there is none
    rating: float | None = None  # stars, 1 to 5
    content_warning: str = ""
    attachments: tuple[Attachment, ...] = ()
    flags: frozenset[Flag] = field(default=frozenset(), converter=_flags)
    own: bool = False
    place: str = ""  # listing, video or page it was left at, in words
    forwarded_by: str = ""  # URI of the item this one was embedded in

    def content_digest(self) -> bytes:
        """32 bytes that change when, and only when, what a reader sees changes.

        Two deliveries of one message through different doors (a notification, a thread, the firehose) agree; an
        edit does not. White space is folded because mail gateways re-wrap.
        """
        h = hashlib.sha256()
        for part in (
            " ".join(self.text.split()),
            " ".join(self.subject.split()),
            " ".join(self.content_warning.split()),
            "" if self.rating is None else f"{self.rating:g}",
            *sorted(a.sha256 for a in self.attachments),
        ):
            raw = part.encode("utf-8", "surrogatepass")
            h.update(len(raw).to_bytes(8, "big"))
            h.update(raw)
        return h.digest()
