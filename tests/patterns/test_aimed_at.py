"""Who wrote a message is believed where a platform or a container vouches for it, and nowhere else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parapet.domain.items import Account, Identifier, IdentifierKind, Item, ItemKind, screen_name
from parapet.patterns.aimed_at import Aim, NameBook, aim, names_in

HER, COLLEAGUE = 1, 2
#: Everything that she and a colleague are known by; the colleague's names end in 2.
NAMES = {
    IdentifierKind.NAME: "Ada Example",
    IdentifierKind.EMAIL: "ada@clinic.example",
    IdentifierKind.HANDLE: "ada.bsky.example",
    IdentifierKind.DID: "did:plc:ada",
    IdentifierKind.ACCT: "ada@social.example",
    IdentifierKind.MENTION: "drada",
    IdentifierKind.SCREEN_NAME: "x:drada",
    IdentifierKind.NATIVE_ID: "x:1000001",
    IdentifierKind.CHANNEL_ID: "UCada",
}
KNOWN = {Identifier(kind, name).normalised(): (HER,) for kind, name in NAMES.items()} | {
    Identifier(kind, f"{name}2").normalised(): (COLLEAGUE,) for kind, name in NAMES.items()
}
#: Channel to an author whom its platform vouches for.
VOUCHED = {
    "bluesky": Account("bluesky", native_id="did:plc:ada"),
    "mastodon": Account("mastodon", handle="ada@social.example", native_id="7"),
    "youtube": Account("youtube", native_id="UCada"),
    "x": Account("x", native_id="1000001"),
}
CHANNELS = (*VOUCHED, "mail", "meta", "table", "google_reviews", "ratemds", "complaint", "spoken", "one_to_come")
hers = st.sampled_from([*NAMES.values(), "1000001", "DrAda", "@DrAda", "ADA@clinic.example", "Dr. Ada Example", ""])
platforms = st.sampled_from([*CHANNELS, "twitter", "instagram", "youtube comments"])


def written(author: Account, channel: str, **more: object) -> Item:
    return Item(channel, "u", ItemKind.MESSAGE, author, "I will kill you.", **more)  # type: ignore[arg-type]


def aimed(item: Item, folder: int | None = None) -> Aim:
    assert set(names_in(item)) >= {i.normalised() for i in item.aimed_at}
    known = {name: KNOWN[name] for name in names_in(item) if name in KNOWN}
    return aim(item, known, NameBook(), folder=folder)


@given(
    channel=st.sampled_from(CHANNELS), platform=platforms, handle=hers, name=hers, folder=st.sampled_from([None, HER, COLLEAGUE])
)
def test_what_a_writer_may_choose_never_makes_him_the_advocate(
    channel: str, platform: str, handle: str, name: str, folder: int | None
) -> None:
    """Her address, handle or display name as the author's. Mastodon's own server alone vouches for user@host."""
    if channel == "mastodon" and "@" in handle:
        handle = "drada"
    to_her = (Identifier(IdentifierKind.EMAIL, "ada@clinic.example"),)
    found = aimed(written(Account(platform, handle=handle, name=name), channel, aimed_at=to_her), folder)
    assert found == Aim((HER,))


@given(channel=st.sampled_from([*VOUCHED]), other=st.sampled_from([*VOUCHED, "mail", "table", "meta"]))
def test_an_account_is_hers_on_its_own_platform_only(channel: str, other: str) -> None:
    found = aimed(written(VOUCHED[channel], other))
    assert found == (Aim((HER,), HER) if channel == other else Aim(()))


@given(
    channel=st.sampled_from([*VOUCHED]),
    kind=st.sampled_from([IdentifierKind.EMAIL, IdentifierKind.DID, IdentifierKind.ACCT, IdentifierKind.NATIVE_ID]),
    folder=st.sampled_from([None, HER, COLLEAGUE]),
    own=st.booleans(),
)
def test_what_an_advocate_writes_to_another_is_a_message_to_the_other(
    channel: str, kind: IdentifierKind, folder: int | None, own: bool
) -> None:
    to = (Identifier(kind, f"{NAMES[kind]}2"), Identifier(IdentifierKind.NAME, "Somebody Else"))
    found = aimed(written(VOUCHED[channel], channel, aimed_at=to, own=own), folder)
    assert found == Aim((HER, COLLEAGUE), HER)


def test_what_she_writes_to_a_namesake_of_a_colleague_is_not_shown_to_the_colleague() -> None:
    to = (Identifier(IdentifierKind.NAME, "Ada Example2"),)
    assert aimed(written(VOUCHED["x"], "x", aimed_at=to)) == Aim((HER,), HER)


def test_a_container_tells_its_owner() -> None:
    """By the owner's id, by the name that the export gives on its platform, or by the folder it lay in."""
    assert aimed(written(Account("x", native_id="1000001"), "x", own=True), COLLEAGUE) == Aim((HER,), HER)
    assert aimed(written(Account("x", handle="DrAda"), "x", own=True)) == Aim((HER,), HER)
    assert aimed(written(Account("instagram", handle="drada"), "meta", own=True)) == Aim(())
    assert aimed(written(Account("instagram", handle="drada"), "meta", own=True), HER) == Aim((HER,), HER)


def test_a_screen_name_belongs_to_a_platform_and_a_mention_to_none() -> None:
    assert screen_name("x", "@DrAda").normalised() == "screen_name:x:drada"
    item = written(Account("facebook", name="n"), "meta", aimed_at=(screen_name("instagram", "drada"),))
    assert aimed(item) == Aim(())
    assert aimed(Item("bluesky", "u", ItemKind.POST, Account("bluesky"), "Find @DrAda, everybody.")) == Aim((HER,))
