"""What an item is found again by cannot be claimed from another channel."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parapet.channels.contract import channels
from parapet.domain.items import Account, Item, ItemKind
from parapet.records.naming import names_of, uri_name

channel_names = st.sampled_from(sorted(channels()))
uris = st.text(min_size=1, max_size=60) | st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "<", "mid:", "mail:", "bluesky:", "complaint:sha256:", "https://www.youtube.com/watch?v="]),
    st.sampled_from(["at://did:plc:a/app.bsky.feed.post/3k", "1@mailbox.example", "117272088410919570", "letter.pdf"]),
    st.sampled_from(["", ">"]),
)


def item(channel: str, uri: str, aliases: tuple[str, ...], kind: ItemKind = ItemKind.POST) -> Item:
    return Item(channel, uri, kind, Account(channel), "words", aliases=aliases)


@given(one=channel_names, other=channel_names, uri=uris, another=uris)
def test_two_names_agree_when_channel_and_uri_do(one: str, other: str, uri: str, another: str) -> None:
    assert (uri_name(one, uri) == uri_name(other, another)) == ((one, uri) == (other, another))


@given(one=channel_names, other=channel_names, mine=st.lists(uris, max_size=4), theirs=st.lists(uris, max_size=4), uri=uris)
def test_items_of_two_channels_share_no_name(one: str, other: str, mine: list[str], theirs: list[str], uri: str) -> None:
    names = set(names_of(item(one, uri, tuple(mine)))) & set(names_of(item(other, uri, tuple(theirs))))
    assert bool(names) == (one == other)


@given(uri=uris, aliases=st.lists(uris, max_size=4))
def test_a_letter_is_found_by_its_words_alone(uri: str, aliases: list[str]) -> None:
    letter = item("complaint", uri, tuple(aliases), ItemKind.COMPLAINT)
    assert list(names_of(letter)) == [uri_name("complaint", uri)]
