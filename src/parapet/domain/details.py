"""What may stand beside a refusal's reason: the details that channels write in English, so that every language can say them.

A test fails on a channel whose detail is not among these. Names of encodings are the same in every language.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from parapet.domain.errors import gettext_noop as _

DETAILS = (
    _("%(bytes)s bytes, at most %(most)s"),
    _("%(channel)s stopped: %(error)s"),
    _("%(n)s members"),
    _("%(n)s members of this name"),
    _("a NUL byte"),
    _("a directory of %(bytes)s bytes"),
    _("a picture of %(width)s x %(height)s"),
    _("a quote that is not closed, or goes on after its end"),
    _("a window of %(bytes)s bytes"),
    _("absolute path"),
    _("after the end of the document"),
    _("an archive of a kind that is not opened"),
    _("compression method %(n)s"),
    _("control character in name"),
    _("declares entities"),
    _("expected %(columns)s columns, found %(found)s"),
    _("expected an array"),
    _("expected an object"),
    _("field %(field)s"),
    _("length of name"),
    _("line %(line)s"),
    _("link"),
    _("link that leads out of the folder"),
    _("listed, and not there"),
    _("more than %(bytes)s bytes"),
    _("more than %(bytes)s bytes unpacked"),
    _("more than %(n)s folders deep"),
    _("more than %(times)s times its packed size of %(bytes)s bytes"),
    _("neither an id nor a comment"),
    _("no feed"),
    _("no field %(field)s"),
    _("no list of results"),
    _("no review id"),
    _("no text"),
    _("not a picture"),
    _("not a file"),
    _("not a form of %(format)s"),
    _("not listed among the files"),
    _("nothing follows the signature of a PDF"),
    _("one part of an archive of several"),
    _("other bytes than listed"),
    _("packed, where it should lie as it is"),
    _("path with dots"),
)


def template_of(detail: str) -> tuple[str, dict[str, str]] | None:
    """Which of `DETAILS` this is, and what fills its gaps; None for another."""
    for template, pattern in _patterns().items():
        if found := pattern.fullmatch(detail):
            return template, found.groupdict()
    return None


def detail_said(detail: str, translate: Callable[[str], str]) -> str:
    """`detail` by `translate`; as it is when it is none of `DETAILS`."""
    known = template_of(detail)
    if known is None:
        return detail
    template, filled = known
    return translate(template) % filled if filled else translate(template)


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """A gap holds a number or a name of ours: never a space, so that no two templates fit one detail."""
    return {each: re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>[^ ]+)", re.escape(each))) for each in DETAILS}
