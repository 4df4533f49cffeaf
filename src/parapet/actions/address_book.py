"""Who is protected, as the intake needs it: identifiers by digest, surnames in memory."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field

from parapet.actions.claims import place_of
from parapet.domain.items import Item
from parapet.patterns.aimed_at import NameBook, names_in
from parapet.records.bulk import find
from parapet.records.keyring import keyring
from parapet.records.models import Advocate, Identity
from parapet.records.profiles import profile_of

#: Identifiers whose owner (or that nobody owns them) is remembered between batches; then the memory starts afresh.
_REMEMBERED = 25_000


@define
class AddressBook:
    """Looks identifiers up in batches and remembers the answers."""

    names: NameBook = field(factory=NameBook)
    _known: dict[str, tuple[int, ...]] = field(factory=dict)

    @classmethod
    def load(cls) -> AddressBook:
        """With the name of every advocate of this home."""
        book = cls()
        for advocate in Advocate.objects.exclude(number=Advocate.UNMATCHED).iterator():
            profile = profile_of(advocate)
            book.names.add(profile.name, advocate.number, yields=profile.yields)
            if place_of(profile) not in profile.waits:
                book.names.add_place(profile.workplace, advocate.number)
        return book

    def look_up(self, items: Iterable[Item]) -> dict[str, tuple[int, ...]]:
        """Normalised identifier to the advocates it names, for everything that `items` mention."""
        wanted = {name for item in items for name in names_in(item)}
        unknown = [name for name in wanted if name not in self._known]
        if len(self._known) + len(unknown) > _REMEMBERED:
            self._known.clear()
            unknown = list(wanted)
        digests = {keyring().digest_once("identity", name): name for name in unknown}
        found: dict[str, list[int]] = {}
        for digest, advocate in find(Identity, ("digest", "advocate_id"), "digest", digests):
            found.setdefault(digests[bytes(digest)], []).append(advocate)
        for name in unknown:
            self._known[name] = tuple(found.get(name, ()))
        return self._known
