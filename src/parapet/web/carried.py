"""What somebody sent when she was asked for a proof first: it rides in the pages that ask, and nowhere else, until she sends it again.

Nothing of it is stored: what she wrote for police or counsel would lie open to who holds the home's key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from attrs import frozen
from django.http import HttpRequest, QueryDict

#: Beyond so many characters it is not carried: the form that carries it must fit into what one request may hold.
MAX_CARRIED = 500_000
#: What is typed unseen is carried nowhere: a page would hold it in the clear.
SECRETS = frozenset({"passphrase", "password", "old", "new", "again", "token", "code"})


@frozen
class Carried:
    """A form on its way. to: where it goes; fields: [name, value], in order, a name as often as it was sent."""

    to: str
    fields: tuple[tuple[str, str], ...]

    @property
    def as_field(self) -> str:
        """All fields in one."""
        return json.dumps(self.fields, ensure_ascii=False)


def carried(request: HttpRequest) -> Carried | None:
    """What a request sends, to be carried; None where there is nothing to carry, or it cannot be: files, secrets, or too much."""
    if request.method != "POST" or request.FILES or any(request.POST.get(name) for name in SECRETS):
        return None
    fields = tuple((name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken")
    if sum(len(name) + len(value) for name, value in fields) > MAX_CARRIED:
        return None
    return Carried(request.get_full_path(), fields)


def still_carried(sent: Mapping[str, str] | QueryDict, to: str) -> Carried | None:
    """What the page that asked sends on; None where it is not what was given to it. to: an address of this house."""
    try:
        told = json.loads(sent.get("carried", ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, Sequence) or isinstance(told, str) or not all(_is_field(each) for each in told):
        return None
    return Carried(to, tuple((name, value) for name, value in told))


def _is_field(each: object) -> bool:
    return isinstance(each, list) and len(each) == 2 and all(isinstance(part, str) for part in each)
