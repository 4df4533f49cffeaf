"""What things are called inside the keyring: digests by which items, senders and threads are found again."""

from __future__ import annotations

from collections.abc import Iterator

from parapet.domain.items import Item, ItemKind
from parapet.records.keyring import keyring


def uri_name(channel: str, uri: str) -> str:
    """A name that no other channel can say, always behind its channel.

    A Message-ID, the address of a post on a stranger's server or a table's column may claim to be any URI at all. Were
    names shared between channels, a mail could become the "new version" of somebody else's post.
    """
    return f"{channel}:{uri}"


def names_of(item: Item) -> Iterator[str]:
    """Everything `item` may be found by, the URI first."""
    yield uri_name(item.channel, item.uri)
    if item.kind is ItemKind.COMPLAINT:
        return  # a letter is known by its words: files of any letter may be called complaint.pdf
    for alias in dict.fromkeys(item.aliases):
        if alias and alias != item.uri:
            yield uri_name(item.channel, alias)


def sender_of(item: Item) -> int | None:
    """The account that wrote it, as a number; None when nobody is named."""
    return keyring().number("sender", item.author.key) if item.author.key else None


def thread_of(item: Item) -> int | None:
    """The thread it belongs to, as a number: its root, else what it answers, else itself."""
    root = item.thread or (item.refers_to[-1] if item.refers_to else item.uri)
    return keyring().number("thread", uri_name(item.channel, root)) if root else None


def item_key_context(item: int) -> bytes:
    """What a wrapped item key is bound to."""
    return f"item:{item}".encode()


def original_context(version: int) -> bytes:
    """What the sealed original of a version is bound to."""
    return f"version:{version}".encode()


def face_context(version: int) -> bytes:
    """What the sealed working copy of a version is bound to."""
    return original_context(version) + b":face"


def refusal_context(intake: int) -> bytes:
    """What the sealed place of a refusal is bound to."""
    return f"refusal:{intake}".encode()


def delivered_context(file: int) -> bytes:
    """What the sealed path of a delivered file is bound to."""
    return f"delivered:{file}".encode()


def source_check_context(version: int, index: int) -> bytes:
    """What is sealed of a source is bound to its version and to its leaf."""
    return f"source check:{version}:{index}".encode()


def correction_context(version: int, index: int) -> bytes:
    """What a person's word on a version is bound to: the version, and the leaf that tells of it."""
    return f"correction:{version}:{index}".encode()


def layer_context(layer: int) -> bytes:
    """What is sealed of a layer that was learned is bound to."""
    return f"layer:{layer}".encode()


def on_call_context(list_number: int) -> bytes:
    """What is sealed of who is called is bound to."""
    return f"on call:{list_number}".encode()


def reach_context(person: int) -> bytes:
    """What is sealed of how a person is reached is bound to."""
    return f"reach:{person}".encode()


def veil_context(person: int) -> bytes:
    """What is sealed of how much a person sees is bound to."""
    return f"veil:{person}".encode()


def digest_context(person: int) -> bytes:
    """What is sealed of the digests that a person wants is bound to."""
    return f"digest plan:{person}".encode()


def look_context(item: int, index: int) -> bytes:
    """What is kept of a look at a page is bound to: its item, and the leaf that tells of it."""
    return f"look:{item}:{index}".encode()


def look_words_context(item: int, index: int) -> bytes:
    """The same of the site's notice."""
    return look_context(item, index) + b":words"


def check_in_context(check_in: int) -> bytes:
    """What is sealed of a check-in is bound to."""
    return f"check-in:{check_in}".encode()


def shield_context(log_index: int) -> bytes:
    """What the reason for a shield is bound to: the entry that tells of raising it."""
    return f"shield:{log_index}".encode()


def assessment_context(version: int, model: str) -> bytes:
    """What a sealed judgement is bound to."""
    return f"assessment:{version}:{model}".encode()


def emergency_key_context(plan: int) -> bytes:
    """What the wrapped key of a plan for emergencies is bound to."""
    return f"emergency plan:{plan}".encode()


def supporter_context(supporter: int) -> bytes:
    """What the wrapped key of a supporter's row is bound to."""
    return f"supporter:{supporter}".encode()


def support_call_context(call: int) -> bytes:
    """What the wrapped key of a call for support is bound to."""
    return f"support call:{call}".encode()
