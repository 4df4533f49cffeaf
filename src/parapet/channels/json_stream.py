"""Elements of large JSON documents, each with its exact bytes, its place and its decoded value; memory stays flat.

    for found in elements(source, ("*", "notifications", "*")):
        if isinstance(found, Refused): ...
        else: found.raw, found.value, found.place

The path names keys; "*" is every item of an array. A document that is one page instead of an array of pages is read as
that page. A `Tree` as the last part follows a recursive structure of any width.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import msgspec
from attrs import frozen

from parapet.channels.json_bytes import MAX_ELEMENT_BYTES, MAX_PINNED_BYTES, Broken, TooMuch, Window, beginning
from parapet.domain.items import Flag
from parapet.domain.parsed import Place, Reason, Refused

__all__ = ["Element", "Tree", "beginning", "elements", "fields", "lines"]

#: Replies to replies to replies: nodes of a `Tree` may be nested this deep. Bluesky itself stops at 1,000.
MAX_TREE_DEPTH = 1_000

#: A field kept as context may not be longer.
MAX_CONTEXT_BYTES = 65_536

_NO_FLAGS: frozenset[Flag] = frozenset()
_decode = msgspec.json.Decoder().decode


class Element(msgspec.Struct, frozen=True, gc=False):
    """One element as it stands in the file.

    raw      the file's own bytes, `offset` and `len(raw)` their range
    pointer  JSON pointer, or "line 12"
    value    decoded; may be of any type
    context  small fields of the objects around it that were asked for and stood before it
    flags    DAMAGED_CHARSET when the bytes are not UTF-8 throughout
    """

    raw: bytes
    pointer: str
    offset: int
    value: Any
    context: dict[str, Any]
    flags: frozenset[Flag] = _NO_FLAGS
    member: str = ""

    @property
    def place(self) -> Place:
        return Place(self.member, short(self.pointer), self.offset, len(self.raw))


@frozen
class Tree:
    """The last part of a path: take the value of `take` in every node, and look for nodes under the keys `into`.

    A node without `take` is taken as a whole when it is small (a notice that the post is gone).
    """

    take: str
    into: tuple[str, ...]


Path = Sequence["str | Tree"]


class _Unreadable(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


def short(pointer: str) -> str:
    """A pointer that a person can follow; a thousand levels down the offset says more."""
    return pointer if len(pointer) <= 600 else f"{pointer[:400]} ... {pointer[-100:]}"


def elements(
    source: BinaryIO,
    path: Path,
    *,
    member: str = "",
    start: int = 0,
    context: tuple[str, ...] = (),
    trailer: bytes = b"",
) -> Iterator[Element | Refused]:
    """Yield what lies at `path`, in the file's order, and a `Refused` for each part that cannot be taken.

    start    where the JSON begins in the file (behind "window.YTD.tweets.part0 = ")
    context  names of fields to hand along, see `Element.context`
    trailer  bytes that may follow the document besides white space, such as b";"

    A document that is cut off gives its complete leading elements, then Refused(TRUNCATED).
    """
    walk = _Walk(Window(source, start), member, context)
    yield from walk.document(tuple(path), trailer)


def fields(source: BinaryIO, names: tuple[str, ...], *, start: int = 0) -> dict[str, Any]:
    """The small fields `names` of the object that the document is; what is absent, long or broken is left out."""
    walk = _Walk(Window(source, start), "", names)
    found: dict[str, Any] = {}
    try:
        if walk.window.peek() == 0x7B:
            for key in walk.window.members():
                walk.remember(key, found)
    except Broken:
        pass
    return found


def lines(source: BinaryIO, *, member: str = "") -> Iterator[Element | Refused]:
    """Yield each line of a JSON Lines file, which is UTF-8. A last line without its end that does not parse is TRUNCATED."""
    number, offset = 0, 0
    source.seek(0)
    encoding = json.detect_encoding(source.read(4))
    if encoding not in ("utf-8", "utf-8-sig"):
        yield Refused(Reason.BAD_ENCODING, Place(member, "", 0, source.seek(0, 2)), encoding)
        return
    source.seek(0)
    while raw := source.readline(MAX_ELEMENT_BYTES + 1):
        number += 1
        here, ended = offset, raw.endswith(b"\n")
        offset += len(raw)
        if not ended and len(raw) > MAX_ELEMENT_BYTES:
            offset += _rest_of_line(source)
            yield Refused(Reason.TOO_LARGE, Place(member, f"line {number}", here, offset - here))
            continue
        if number == 1 and raw.startswith(b"\xef\xbb\xbf"):
            raw, here = raw[3:], 3
        raw = raw.rstrip(b"\r\n")
        if not raw.strip():
            continue
        try:
            value, flags = decoded(raw)
        except _Unreadable as fault:
            cut = not ended and fault.reason is Reason.BAD_SYNTAX
            reason = Reason.TRUNCATED if cut else fault.reason
            yield Refused(reason, Place(member, f"line {number}", here, len(raw)))
            continue
        yield Element(raw, f"line {number}", here, value, {}, flags, member)
    if not number:
        yield Refused(Reason.EMPTY, Place(member))


def decoded(raw: bytes) -> tuple[Any, frozenset[Flag]]:
    """The value of one element; lone surrogates, raw control characters and bytes outside UTF-8 are let through.

    Raises `_Unreadable` with the reason.
    """
    try:
        return _decode(raw), _NO_FLAGS
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        words, flags = raw.decode("utf-8"), _NO_FLAGS
    except UnicodeDecodeError:
        words, flags = raw.decode("utf-8", "replace"), frozenset({Flag.DAMAGED_CHARSET})
    try:
        return json.loads(words, strict=False), flags
    except json.JSONDecodeError:
        raise _Unreadable(Reason.BAD_SYNTAX) from None
    except RecursionError:
        raise _Unreadable(Reason.TOO_DEEP) from None
    except ValueError:  # Python refuses integers of more than 4,300 digits
        raise _Unreadable(Reason.NUMBER_TOO_LARGE) from None


def _rest_of_line(source: BinaryIO) -> int:
    skipped = 0
    while chunk := source.readline(1 << 20):
        skipped += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return skipped


class _Walk:
    """One pass over a document. Refusals that do not stop the pass are yielded in their turn."""

    def __init__(self, window: Window, member: str, names: tuple[str, ...]) -> None:
        self.window = window
        self.member = member
        self.names = frozenset(names)
        self.here = ""  # the pointer of what is being read, for refusals

    def document(self, path: tuple[str | Tree, ...], trailer: bytes) -> Iterator[Element | Refused]:
        window = self.window
        try:
            window.space()
            if window.at >= len(window.held):
                yield Refused(Reason.EMPTY, Place(self.member))
                return
            if window.peek() not in b"[{":
                raise Broken(Reason.BAD_SYNTAX, window.at)
            yield from self.walk(path, "", {})
            window.space()
            if window.held[window.at : window.at + 1] in (trailer, b"") and window.at < len(window.held):
                window.at += 1
                window.space()
            if window.at < len(window.held):
                self.here = ""
                raise Broken(Reason.BAD_SYNTAX, window.at, "after the end of the document")
        except Broken as fault:
            offset = window.offset(fault.offset)
            rest = max(0, window.file_end() - offset)
            yield Refused(fault.reason, Place(self.member, short(self.here), offset, rest), fault.detail)

    def walk(self, path: tuple[str | Tree, ...], pointer: str, context: dict[str, Any]) -> Iterator[Element | Refused]:
        if not path:
            yield self.element(pointer, context)
            return
        part, rest = path[0], path[1:]
        if isinstance(part, Tree):
            yield from self.tree(part, pointer)
        elif part == "*":
            yield from self.array(rest, pointer, context)
        else:
            yield from self.member_of(part, rest, pointer, context)

    def array(self, rest: tuple[str | Tree, ...], pointer: str, context: dict[str, Any]) -> Iterator[Element | Refused]:
        window = self.window
        if window.peek() != 0x5B:
            if pointer:
                yield self.wrong(pointer, "expected an array")
            else:  # one page instead of an array of pages
                yield from self.walk(rest, "", context)
            return
        for index in window.items():
            self.here = below = f"{pointer}/{index}"
            if rest:
                yield from self.walk(rest, below, context)
            else:
                yield self.element(below, context)

    def member_of(
        self, name: str, rest: tuple[str | Tree, ...], pointer: str, context: dict[str, Any]
    ) -> Iterator[Element | Refused]:
        window = self.window
        if window.peek() != 0x7B:
            yield self.wrong(pointer, "expected an object")
            return
        start = window.offset(window.at)
        around = dict(context)
        seen = False
        for key in window.members():
            if key == name:
                seen = True
                yield from self.walk(rest, f"{pointer}/{name}", around)
            elif refused := self.remember(key, around, f"{pointer}/"):
                yield refused
        if not seen:
            end = window.offset(window.at)
            yield Refused(Reason.BAD_RECORD, Place(self.member, pointer, start, end - start), f"no field {name}")

    def remember(self, key: str, context: dict[str, Any], pointer: str = "/") -> Refused | None:
        """Step over the value of `key`, keeping it when it is small and was asked for."""
        window = self.window
        start = window.offset(window.at)
        if key in self.names:
            try:
                end = window.value_end()
                if end - window.at <= MAX_CONTEXT_BYTES:
                    context[key] = decoded(window.held[window.at : end])[0]
            except (TooMuch, _Unreadable):
                pass
        reason = window.skip()
        if reason is None:
            return None
        length = window.offset(window.at) - start
        return Refused(reason, Place(self.member, short(pointer + key[:80]), start, length))

    def element(self, pointer: str, context: dict[str, Any]) -> Element | Refused:
        window = self.window
        try:
            end = window.value_end()
        except TooMuch as much:
            return self.stepped_over(pointer, much.reason)
        held = window.held[window.at : end]
        offset = window.offset(window.at)
        window.at = end
        raw = held if window.decoder is None else window.original(offset, window.width(held))
        try:
            value, flags = decoded(held)
        except _Unreadable as fault:
            return Refused(fault.reason, Place(self.member, short(pointer), offset, len(raw)))
        return Element(raw, pointer, offset, value, context, flags, self.member)

    def stepped_over(self, pointer: str, reason: Reason, detail: str = "") -> Refused:
        window = self.window
        start = window.offset(window.at)
        if reason is not Reason.NUMBER_TOO_LARGE:
            window.skip()
        return Refused(reason, Place(self.member, short(pointer), start, window.offset(window.at) - start), detail)

    def wrong(self, pointer: str, detail: str) -> Refused:
        return self.stepped_over(pointer, Reason.BAD_RECORD, detail)

    # ----------------------------------------------------------------------------------------------------------- trees

    def tree(self, tree: Tree, pointer: str) -> Iterator[Element | Refused]:
        """Follow a tree with a stack of our own, since strangers choose how deep it is."""
        window = self.window
        stack: list[_Level] = []
        self.here = pointer
        opened = self.level(pointer)
        if isinstance(opened, Refused):
            yield opened
            return
        stack.append(opened)
        while stack:
            level = stack[-1]
            step = next(level.steps, None)
            if step is None:
                stack.pop()
                yield from self.leave(level)
                continue
            self.here = below = f"{level.pointer}/{step}"
            if level.is_node and step == tree.take:
                level.taken, window.pinned = True, -1
                yield self.element(below, {})
            elif level.is_node and (step not in tree.into or window.peek() == 0x6E):  # null: no parent, no replies
                if refused := self.remember(str(step), {}, f"{level.pointer}/"):
                    yield refused
            elif len(stack) >= 2 * MAX_TREE_DEPTH:
                yield self.stepped_over(below, Reason.TOO_DEEP)
            else:
                level.taken = level.taken or (level.is_node and window.peek() in b"[{")
                opened = self.level(below)
                if isinstance(opened, Refused):
                    yield opened
                else:
                    stack.append(opened)

    def level(self, pointer: str) -> _Level | Refused:
        window = self.window
        first = window.peek()
        if first == 0x7B:
            window.pinned = window.at
            return _Level(pointer, window.members(), True)
        if first == 0x5B:
            window.pinned = -1
            return _Level(pointer, window.items(), False)
        return self.wrong(pointer, "expected an object")

    def leave(self, level: _Level) -> Iterator[Element | Refused]:
        """At the end of a node that had no value of its own: give the node itself, if it is small enough to be held."""
        window = self.window
        start, window.pinned = window.pinned, -1
        if not level.is_node or level.taken or start < 0:
            return
        end, window.at = window.at, start
        if end - start > MAX_PINNED_BYTES:
            window.at = end
            return
        yield self.element(level.pointer, {})
        window.at = end


class _Level:
    """A node of a tree, or an array of nodes."""

    __slots__ = ("is_node", "pointer", "steps", "taken")

    def __init__(self, pointer: str, steps: Iterator[str] | Iterator[int], is_node: bool) -> None:
        self.pointer, self.steps, self.is_node = pointer, steps, is_node
        self.taken = False
