"""Whose export it is, and the mending of its text."""

from __future__ import annotations

from typing import Any

import msgspec
from attrs import frozen

from parapet.channels.contract import About
from parapet.channels.shape import array, record, words
from parapet.channels.text import line

_PROFILES = (
    "personal_information/personal_information/personal_information.json",
    "personal_information/personal_information.json",
    "personal_information/profile_information/profile_information.json",
    "profile_information/profile_information.json",
    "account_information/personal_information.json",
)

#: Folders that messages lie in, at the top of an export or under a folder that bears the export's name.
_TOPS = ("your_instagram_activity", "your_facebook_activity", "messages")


@frozen
class Owner:
    """The person whose export it is. Empty when nothing tells."""

    name: str = ""
    handle: str = ""

    def wrote(self, sender: str, people: tuple[str, ...]) -> bool:
        """Whether `sender` is the owner. Never when two in the thread bear that name: one of them may pretend."""
        return bool(self.name) and sender == self.name and people.count(sender) <= 1


def owner_of(about: About, people: tuple[str, ...]) -> Owner:
    """From the profile in the same export; else the last participant, where exports put their owner."""
    for path in _PROFILES:
        held = about.sibling(_root(about.member) + path)
        if held and (found := _from_profile(held)).name:
            return found
    return Owner(people[-1]) if len(people) > 1 else Owner()


def undo_latin1(text: str) -> str:
    """Read characters as the UTF-8 bytes that the export made them from, when they are such bytes throughout."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _root(member: str) -> str:
    parts = member.split("/")
    for number, part in enumerate(parts):
        if part in _TOPS:
            return "".join(f"{above}/" for above in parts[:number])
    return ""


def _from_profile(held: bytes) -> Owner:
    try:
        value: Any = record(msgspec.json.decode(held))
    except (ValueError, RecursionError):
        return Owner()
    user = record(next(iter(array(value.get("profile_user"))), None))
    told = record(user.get("string_map_data"))
    if told:
        return Owner(_told(told, "Name"), line(_told(told, "Username"))[0])
    profile = record(value.get("profile_v2") or value.get("profile"))
    return Owner(undo_latin1(words(record(profile.get("name")).get("full_name"))), line(words(profile.get("username")))[0])


def _told(told: dict[str, Any], key: str) -> str:
    return undo_latin1(words(record(told.get(key)).get("value")))
