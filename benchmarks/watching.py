"""All public posts of Bluesky against the names of many people, on one core: events a second, and what the automaton costs.

    python -m benchmarks.watching [--people N] [--events N] [--full]

Beside it, in the same run, a bare loop of msgspec, one normal form and ahocorasick_rs over the same frames and terms, that keeps nothing.
Every figure of speed is the best of ROUNDS, taken in turn, of this process's CPU time.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
import unicodedata
from collections.abc import Iterator

from benchmarks.linear import quickest
from benchmarks.measured import machine

PEOPLE, FULL_PEOPLE = 100_000, 100_000
TERMS = 992_616
EVENTS, FULL_EVENTS = 20_000, 100_000
#: Of the bare loop's events a second; events a second; seconds and megabytes that the terms may cost.
SHARE, LIMIT, BUILD_S, MEMORY_MB = 0.6, 80_000, 5.0, 600.0
_SYLLABLES = "ba be bo da de do fa ga ha ja ka la le li lo ma me mi mo na ne ni no pa ra re ri ro sa se si so ta te ti to va ve vi vo za".split()
_SAID = (
    "Vaccines work, and here is the trial that shows it: fewer admissions, fewer deaths, in every age group.",
    "Good morning to everybody who works nights. The coffee is on me, as soon as we all meet again somewhere.",
    "I waited nine hours with my daughter, and nobody told us anything. This cannot go on like that any more.",
    "Ce matin au marché, les fraises de l’île étaient déjà là. L’été commence, même si personne n’y croit encore.",
    "今日はいい天気ですね。散歩に行きましょう。",
    "new photos from the lake 🏔️✨ it was cold but worth it, every single minute of it #photography #mountains",
    "Does anybody have a reference for this? I remember a paper from about 2019, but cannot find it any longer…",
)


def _word(chance: random.Random, syllables: int) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(syllables)).capitalize()


def people(wanted: int) -> dict[int, list[str]]:
    """Made-up people of three names each, some with accents."""
    chance = random.Random(1)
    accents = str.maketrans("eo", "éö")
    found = {}
    for number in range(wanted):
        name = f"Dr. {_word(chance, 2)} {_word(chance, 2)} {_word(chance, 3)}"
        found[number] = [name.translate(accents) if number % 10 == 0 else name]
    return found


def frames(wanted: int, known: dict[int, list[str]]) -> Iterator[bytes]:
    """Posts as the stream gives them; one in a thousand names somebody."""
    chance = random.Random(2)
    for number in range(wanted):
        text = _SAID[chance.choices(range(len(_SAID)), weights=(4, 4, 4, 2, 2, 2, 2))[0]]
        if number % 1_000 == 0:
            text += f" says {known[chance.randrange(len(known))][0]}"
        value: dict[str, object] = {
            "$type": "app.bsky.feed.post",
            "createdAt": "2026-11-30T12:00:00.000Z",
            "langs": ["en"],
            "text": text,
        }
        if number % 2:
            ref = {"cid": "bafyreib5x" + "a" * 49, "uri": f"at://did:plc:{'b' * 24}/app.bsky.feed.post/3kabcdefghi2j"}
            value["reply"] = {"parent": ref, "root": ref}
        commit = {
            "rev": "3kabcdefghi2k", "operation": "create", "collection": "app.bsky.feed.post", "rkey": f"3k{number:011d}",
            "record": value, "cid": "bafyreib5x" + "c" * 49,
        }  # fmt: skip
        yield json.dumps(
            {"did": f"did:plc:{'d' * 24}", "time_us": 1_790_000_000_000_000 + number, "kind": "commit", "commit": commit}
        ).encode()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.watching", description=__doc__.splitlines()[0])
    options.add_argument("--people", type=int, help=f"how many (default {PEOPLE})")
    options.add_argument("--events", type=int, help=f"how many (default {EVENTS})")
    options.add_argument("--full", action="store_true", help=f"{FULL_EVENTS} events")
    asked = options.parse_args()

    import msgspec
    from ahocorasick_rs import AhoCorasick

    from parapet.channels.bluesky.frames import Hearing, Wanted
    from parapet.channels.names_in import forms_of

    known = people(asked.people or PEOPLE)
    terms_total = sum(len(forms_of(name)) for names in known.values() for name in names)
    if not asked.people and terms_total > TERMS:  # as many terms as the limit was set for
        names_kept = list(known)[: round(len(known) * TERMS / terms_total)]
        known = {number: known[number] for number in names_kept}
    wanted = {number: Wanted(tuple(names)) for number, names in known.items()}
    before_mb, began = _held_mb(), time.process_time()
    hearing = Hearing(wanted, lambda _uri: ())
    build_s, memory_mb = time.process_time() - began, _held_mb() - before_mb
    told = list(frames(asked.events or (FULL_EVENTS if asked.full else EVENTS), known))

    bare = AhoCorasick(list({form.words for names in known.values() for name in names for form in forms_of(name)}))

    def bare_loop() -> int:
        count, decode, normal, find = 0, msgspec.json.decode, unicodedata.normalize, bare.find_matches_as_indexes
        for raw in told:
            count += bool(find(normal("NFKC", decode(raw)["commit"]["record"]["text"]).casefold()))
        return count

    print(machine())
    ours_s, bare_s = quickest((lambda: sum(not isinstance(hearing.hear(raw), int) for raw in told), bare_loop))
    print(
        f"{len(known)} people, {min(terms_total, TERMS) if not asked.people else terms_total} terms: built in {build_s:.1f} s of CPU ",
        end="",
    )
    print(f"(limit {BUILD_S:.0f}) {'ok' if build_s < BUILD_S else 'MISSED'}, {memory_mb:.0f} MB (limit {MEMORY_MB:.0f}) ", end="")
    print("ok" if memory_mb < MEMORY_MB else "MISSED")
    share = bare_s / ours_s
    print(
        f"{len(told) / ours_s:8.0f} events a second on one core (limit {LIMIT}) {'ok' if len(told) / ours_s >= LIMIT else 'MISSED'}, ",
        end="",
    )
    print(f"{share:.2f} of the bare loop's {len(told) / bare_s:.0f} (limit {SHARE}) {'ok' if share >= SHARE else 'MISSED'}")


def _held_mb() -> float:
    """The most that this process has held so far: what building takes on the way counts too."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
