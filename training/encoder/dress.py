"""What stands around words in a feed and says nothing of them: handles, a plain hashtag, no full stop. Laid over some of what is
learned from, so that the encoder judges a text by what it says."""

from __future__ import annotations

import random
import re

_SYLLABLES = "ba be bo ca ce da den di do el fa gi ha ho jan ka ki la le li lo ma mel mi mo na ni no pa per qui ra ri ro sa sol ta ti to va vi wen zo".split()
_HOSTS = ("", "", "", ".bsky.social", ".bsky.test", "@mstdn.example", "@medsky.example")
_TAGS = "#onpoli #polqc #cdnpoli #health #sante #medtwitter #news #thread #canada #quebec".split()
_END = re.compile(r"[.!]+$")


def dress(text: str, rng: random.Random) -> str:
    """`text` as it might stand in a feed."""
    way = rng.randrange(5)
    if way == 0:
        return f"{_handle(rng)} {text}"
    if way == 1:
        return f"{_handle(rng)} {_handle(rng)} {text}"
    if way == 2:
        return f"{text} {_handle(rng)}"
    if way == 3:
        return f"{text} {rng.choice(_TAGS)}"
    return _END.sub("", text)


def _handle(rng: random.Random) -> str:
    title = rng.choice(("", "", "dr", "dre", "docteur"))
    number = str(rng.randrange(10, 9999)) if rng.random() < 0.3 else ""
    return f"@{title}{''.join(rng.choices(_SYLLABLES, k=rng.randint(2, 4)))}{number}{rng.choice(_HOSTS)}"
