"""What a bag tells of a message's source is what the log holds of it, and it is there whenever the log holds something."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from parapet.evidence.reader.files import Digests
from parapet.evidence.reader.leaves import Leaf
from parapet.evidence.reader.sources import check_sources

DIGESTS = st.sampled_from(["a" * 64, "b" * 64])
PLACES = st.tuples(st.sampled_from(["itm_1", "itm_2"]), st.integers(1, 2))


def event(place: int, item: str, version: object, digest: object) -> Leaf:
    body = {"kind": "source_check", "subjects": [item], "details": {"version": version, "sha256": digest}}
    return Leaf(f"data/custody/{place:010d}", body, b"", place)


def blamed(files: dict[str, str], events: list[Leaf]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    check_sources(
        {path: Digests(sha, "", 1) for path, sha in files.items()}, events, lambda code, at="", *_: found.add((code, at))
    )
    return found


@given(
    told=st.lists(st.tuples(PLACES, DIGESTS), max_size=6),
    shown=st.dictionaries(PLACES, DIGESTS, max_size=4),
    whole=st.sets(PLACES),
)
def test_each_is_the_last_that_the_log_holds_and_none_is_missing(told, shown, whole):
    """`told`: what events say, in order; `shown`: the files; `whole`: versions that are neither erased nor withheld."""
    files = {f"data/items/{item}/v{number}/source.json": digest for (item, number), digest in shown.items()}
    files |= {f"data/items/{item}/v{number}/leaf.json": "c" * 64 for item, number in whole}
    last = dict(told)
    wrong = {place for place, digest in shown.items() if last.get(place) != digest}
    wrong |= {place for place in last if (place in shown) != (place in whole)}
    events = [event(place, item, number, digest) for place, ((item, number), digest) in enumerate(told)]
    assert blamed(files, events[::-1]) == {("source.other", f"data/items/{i}/v{n}/source.json") for i, n in wrong}


@given(st.none() | st.text() | st.lists(st.integers()) | st.dictionaries(st.text(), st.integers()) | st.floats())
def test_nonsense_in_an_event_is_no_trouble(version):
    assert blamed({"data/items/itm_1/v1/source.json": "a" * 64}, [event(1, "itm_1", version, "a" * 64)])
